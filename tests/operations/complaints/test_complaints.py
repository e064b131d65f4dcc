"""Complaints: who sees what, who may investigate, how a finding is adopted (6.3.1, 6.3.2, 3.3-d, 3.3-e)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as
from admin.domain.codes import JudgingAct
from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.models import Complaint, ComplaintBallot, Employee, HistoryStep, Notification
from admin.models.accounts import Role, User
from admin.operations import acts
from admin.operations.complaints.complaint_findings import assign, cast_ballot, close, find, return_finding
from admin.operations.complaints.complaints import (
    ComplaintInput,
    acknowledge,
    confirm_accused,
    file_complaint,
    name_accused,
    reply,
)
from admin.operations.transaction import Operation
from admin.queries.cases.judging import acts_on, ties_of
from admin.queries.complaints import complaints as reading
from admin.queries.complaints.complaints import content_for, messages_of, officer_candidates, waiting
from admin.queries.complaints.voters import party_ids
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, committee

WORDS = ComplaintInput("unfair_conduct", "評分在會議前就已經談好。", accused="")
OFFICERS = ("employee", "complaint_officer")


@dataclass
class Scene:
    """A committee, two complaint officers, a team whose superior is the one to be accused."""

    body: Committee
    officer: Employee
    second: Employee
    superior: Employee
    agent: Employee
    head: Employee

    def act(self, person: Employee) -> Actor:
        return make.actor_of(person)


@pytest.fixture
def scene(session: Any) -> Scene:
    make.confirmed_calendar(2026)
    body = committee()
    head = make.employee("趙主管")
    team = make.department("團隊甲", head=head)
    superior = make.employee("錢組長", of=team, superior=head)
    agent = make.employee("孫專員", of=team, superior=superior)
    return Scene(
        body, make.employee("周承辦", roles=OFFICERS), make.employee("吳承辦", roles=OFFICERS), superior, agent, head
    )


def filed(given: ComplaintInput = WORDS, now: datetime = NOW) -> int:
    return file_complaint(given, now=now)[0].id


def row(key: int) -> Complaint:
    return make.db.session.scalars(select(Complaint).where(Complaint.id == key).execution_options(unscoped=True)).one()


def seen_by(person: Actor, key: int) -> bool:
    try:
        with acting_as(person):
            Operation("read", person, NOW, make.db.session()).find(Complaint, key, lock=False)
    except NotFound:
        return False
    return True


def found(scene: Scene, *, cases: Any = (), breach: bool = True, accused: Any = None) -> int:
    """A complaint with an officer's finding before the committee."""
    key = filed()
    name_accused(key, [(accused or scene.superior).id], actor=scene.act(scene.officer), now=NOW)
    if accused is not None:  # a member, whose vote is gone by it
        confirm_accused(key, actor=scene.body.chair, now=NOW)
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    find(key, "評分單在會議前已填妥。", breach, cases, actor=scene.act(scene.second), now=NOW)
    return key


def vote(scene: Scene, key: int, **ballots: bool) -> None:
    for name, in_favour in ballots.items():
        cast_ballot(key, in_favour, actor=scene.body.actor(name), now=NOW)


def outbox(user_id: int | None) -> list[Notification]:
    query = select(Notification).where(Notification.user_id == user_id).order_by(Notification.id)
    return list(make.db.session.scalars(query.execution_options(unscoped=True)))


def told(user_id: int | None) -> list[str]:
    return [message.action for message in outbox(user_id)]


def test_deadlines_are_three_working_days_and_thirty_days(scene):
    complaint, _receipt = file_complaint(WORDS, now=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))  # a Friday
    assert complaint.acknowledge_due == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # midnight after Wednesday in Taipei
    assert complaint.answer_due == datetime(2026, 12, 20, 16, 0, tzinfo=UTC)  # the midnight after 20 December


def test_a_complaint_is_taken_though_the_calendar_of_the_year_is_not_confirmed(session):
    assert filed(now=datetime(2027, 12, 31, 2, 0, tzinfo=UTC))


def test_officers_are_told_the_number_and_nothing_else(scene):
    complaint = row(filed())
    rows = outbox(scene.officer.user_id)
    assert [(row.action, row.facts) for row in rows] == [("file_complaint", {"number": complaint.number})]


@pytest.mark.parametrize("words", ["周承辦", "Z9001", "我要投訴 周承辦 與他人", "周承辦、吳承辦"])
def test_an_officer_who_is_named_never_sees_it_from_the_first_moment(scene, words):
    with make.fixture():
        scene.officer.number = "Z9001"
    key = filed(replace(WORDS, accused=words))
    assert not seen_by(scene.act(scene.officer), key)
    assert told(scene.officer.user_id) == []
    assert seen_by(scene.act(scene.second), key) == ("吳承辦" not in words)


def test_an_officer_who_is_only_mentioned_is_kept_out_until_it_is_put_right(scene):
    key = filed(replace(WORDS, content="周承辦也在場。"))
    assert not seen_by(scene.act(scene.officer), key)
    name_accused(key, [scene.superior.id], actor=scene.act(scene.second), now=NOW)
    assert seen_by(scene.act(scene.officer), key)


def test_with_every_officer_accused_management_appoints(scene):
    boss = scene.act(make.employee(roles=("employee", "management")))
    key = filed(replace(WORDS, accused="周承辦 吳承辦"))
    assert seen_by(boss, key) and not seen_by(scene.body.chair, key)
    neutral = make.employee("鄭委任")
    assign(key, neutral.id, "承辦人均被指涉", actor=boss, now=NOW)
    assert content_for(row(key), scene.act(neutral)).written


def test_whoever_has_left_or_has_no_account_investigates_nothing(scene):
    key = filed()
    gone, nameless = make.employee("已離職"), make.employee("無帳號")
    with make.fixture() as op:
        op.session.get(Employee, gone.id).status = "left"
        op.session.get(Employee, nameless.id).user_id = None
    for person in (gone, nameless):
        with pytest.raises(Invalid, match="in service with an account"):
            assign(key, person.id, "未涉案", actor=scene.body.chair, now=NOW)


def test_the_chair_sees_that_an_officer_is_needed_and_no_content(scene):
    key = filed()
    assert seen_by(scene.body.chair, key) and waiting(make.db.session, scene.body.chair) == 1
    read = content_for(row(key), scene.body.chair)
    assert (read.written, read.subject, read.identity, read.messages, read.accused) == ((), None, None, (), ())


def test_the_appointed_officer_alone_reads_on_after_the_appointment(scene):
    key = filed(replace(WORDS, named=True, name="李四"))
    complaint = row(key)
    assert content_for(complaint, scene.act(scene.officer)).identity == "李四"
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    assert content_for(complaint, scene.act(scene.second)).identity == "李四"
    assert content_for(complaint, scene.act(scene.officer)).written == ()


@pytest.mark.parametrize("roles", [("auditor",), ("hr",), ("admin",), ("management",), ()])
def test_other_roles_read_no_content(scene, roles):
    key = filed()
    reader = scene.act(make.employee(roles=("employee", *roles)))
    assert seen_by(reader, key) == ("auditor" in roles)
    assert content_for(row(key), reader).written == ()


@pytest.mark.parametrize(("who", "sees"), [("superior", False), ("agent", False), ("head", False), ("officer", True)])
def test_the_accused_and_their_line_find_no_trace_of_it(scene, who, sees):
    key, person = filed(), getattr(scene, who)
    with make.fixture() as op:
        op.session.get(make.User, person.user_id).roles = [make._role(op, "complaint_officer")]
    name_accused(key, [scene.superior.id], actor=scene.act(scene.second), now=NOW)
    assert seen_by(scene.act(person), key) == sees


def test_an_officer_with_a_stake_is_not_appointed(scene):
    key = filed()
    name_accused(key, [scene.superior.id], actor=scene.act(scene.officer), now=NOW)
    for person in (scene.superior, scene.agent, scene.head):
        with pytest.raises(Refused) as refused:
            assign(key, person.id, "熟悉情況", actor=scene.body.chair, now=NOW)
        assert refused.value.refusal.clause == "6.3.2"
    assert assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW).stage == "assigned"
    assert told(scene.second.user_id)[-1] == "assign"


def test_an_appointment_needs_a_reason_and_the_right_office(scene):
    key = filed()
    with pytest.raises(Refused):
        assign(key, scene.second.id, " ", actor=scene.body.chair, now=NOW)
    with pytest.raises(Refused):
        assign(key, scene.second.id, "我來", actor=scene.act(scene.officer), now=NOW)
    with pytest.raises(NotFound):
        assign(key, scene.second.id, "我來", actor=scene.body.actor("Hua"), now=NOW)


def test_candidates_are_officers_without_a_stake(scene):
    key = filed(replace(WORDS, accused="周承辦"))
    assert officer_candidates(make.db.session, row(key), NOW.date()) == [scene.second]


def test_an_officer_whose_office_does_nothing_is_no_candidate(scene):
    key = filed()
    assert officer_candidates(make.db.session, row(key), NOW.date()) == [scene.officer, scene.second]
    with make.fixture() as op:
        auditor = op.session.scalars(select(Role).where(Role.name == "auditor")).one()
        user = op.get(User, scene.second.user_id)
        user.roles = [*user.roles, auditor]
    assert officer_candidates(make.db.session, row(key), NOW.date()) == [scene.officer]


def test_an_officer_who_turns_out_to_be_accused_loses_it_and_another_is_appointed(scene):
    key = filed()
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    name_accused(key, [scene.second.id], actor=scene.act(scene.second), now=NOW)
    assert not seen_by(scene.act(scene.second), key) and told(scene.body.people["Chair"].user_id)[-1] == "assign"
    assign(key, scene.officer.id, "更換", actor=scene.body.chair, now=NOW)
    assert party_ids(row(key), "officer") == [scene.officer.id]


def test_acknowledging_and_replying_are_the_officers(scene):
    key = filed()
    acknowledge(key, actor=scene.act(scene.officer), now=NOW + timedelta(hours=1))
    reply(key, "何時發生？", actor=scene.act(scene.officer), now=NOW)
    complaint = row(key)
    assert complaint.stage == "acknowledged" and [each.text for each in messages_of(complaint)] == ["何時發生？"]
    with pytest.raises(Refused):
        reply(key, "x", actor=scene.body.chair, now=NOW)
    with pytest.raises(Invalid):
        reply(key, " ", actor=scene.act(scene.officer), now=NOW)
    assert told(scene.body.people["Chair"].user_id) == ["acknowledge"]


def test_three_ballots_with_more_for_than_against_adopt_the_finding(scene):
    key = found(scene)
    for name, in_favour in (("Chair", True), ("Hua", True)):
        vote(scene, key, **{name: in_favour})
        with pytest.raises(Refused) as refused:
            close(key, actor=scene.body.chair, now=NOW)
        assert refused.value.refusal.clause == "6.3.2"
    vote(scene, key, Centre=False)
    assert close(key, actor=scene.body.actor("Secretary"), now=NOW).stage == "closed"


@pytest.mark.parametrize(
    "ballots",
    [{"Chair": True, "Hua": True, "Centre": False, "Ops": False}, {"Chair": False, "Hua": False, "Centre": False}],
)
def test_a_finding_that_is_not_adopted_goes_back_and_is_voted_on_anew(scene, ballots):
    key = found(scene)
    vote(scene, key, **ballots)
    with pytest.raises(Refused):
        close(key, actor=scene.body.chair, now=NOW)
    return_finding(key, "請補查時間", actor=scene.body.chair, now=NOW)
    find(key, "已補查。", True, actor=scene.act(scene.second), now=NOW)
    vote(scene, key, Chair=True, Hua=True, Centre=True)
    assert close(key, actor=scene.body.chair, now=NOW).breach is True


def test_an_adopted_finding_does_not_go_back(scene):
    key = found(scene)
    vote(scene, key, Chair=True, Hua=True, Centre=True)
    with pytest.raises(Refused):
        return_finding(key, "再查", actor=scene.body.chair, now=NOW)


def test_everyone_votes_once_and_the_officer_not_at_all(scene):
    key = found(scene)
    vote(scene, key, Hua=True)
    with pytest.raises(Refused):
        vote(scene, key, Hua=False)
    with pytest.raises(Refused):
        cast_ballot(key, True, actor=scene.act(scene.second), now=NOW)
    assert len(list(make.db.session.scalars(select(ComplaintBallot).execution_options(unscoped=True)))) == 1


def test_members_see_the_finding_when_it_is_before_them_and_no_content(scene):
    hua, key = scene.body.actor("Hua"), filed()
    assert not seen_by(hua, key)
    key = found(scene)
    read = content_for(row(key), hua)
    assert seen_by(hua, key) and read.finding and read.written == () and read.identity is None


def test_the_finding_is_in_no_history_row_and_the_breach_text_not_in_the_state(scene):
    key = found(scene)
    rows = make.db.session.scalars(
        select(HistoryStep).where(HistoryStep.process == "complaint", HistoryStep.record_id == key)
    )
    assert not [row for row in rows if "評分單" in row.reason]
    assert set(acts.state_of("complaint", key, scene.body.chair)) == {"id", "number", "stage"}


def test_a_member_who_judged_the_case_or_sits_in_its_line_finds_no_trace_of_it(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id)
    make.signed_rating(case, scene.body.people["Hua"], "peer")
    make.proposal(case, scene.body.people["Centre"], "J2")
    key = found(scene, cases=[case])
    assert not seen_by(scene.body.actor("Hua"), key) and not seen_by(scene.body.actor("Centre"), key)
    vote(scene, key, Chair=True, Ops=True, Related=True)
    assert close(key, actor=scene.body.chair, now=NOW).stage == "closed"
    assert acts_on(make.db.session, case.id)[scene.body.people["Ops"].id] == {JudgingAct.FINDING_ADOPTION}


def test_whoever_adopted_a_finding_may_not_judge_the_case_otherwise(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id)
    key = found(scene, cases=[case])
    vote(scene, key, Chair=True, Ops=True, Related=True)
    from admin.domain.separation import may_judge

    ties = ties_of(make.db.session, case)
    assert may_judge(JudgingAct.COMMITTEE_BALLOT, scene.body.people["Ops"].id, ties).clause == "3.3-d"
    assert may_judge(JudgingAct.COMMITTEE_BALLOT, scene.body.people["Hua"].id, ties) is None


def test_with_the_chair_accused_management_takes_the_committees_place(scene):
    chair, boss = scene.body.people["Chair"], scene.act(make.employee(roles=("employee", "management")))
    key = filed()
    name_accused(key, [chair.id], actor=scene.act(scene.officer), now=NOW)
    confirm_accused(key, actor=boss, now=NOW)
    assert not seen_by(scene.body.chair, key) and not seen_by(scene.body.actor("Secretary"), key)
    assign(key, scene.second.id, "主席被指涉", actor=boss, now=NOW)
    find(key, "查畢", False, actor=scene.act(scene.second), now=NOW)
    with pytest.raises(Refused):
        close(key, actor=boss, now=NOW)  # three members without a stake are left: theirs is the ballot
    vote(scene, key, Hua=True, Centre=True, Ops=True)
    assert close(key, actor=boss, now=NOW).stage == "closed"


def test_an_accused_member_learns_of_a_complaint_only_when_a_breach_is_established(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id)
    key = found(scene, cases=[case], accused=scene.body.people["Hua"])
    hua = scene.body.people["Hua"].id
    assert hua not in ties_of(make.db.session, case).complaint_parties
    vote(scene, key, Chair=True, Centre=True, Ops=True)
    close(key, actor=scene.body.chair, now=NOW)
    assert hua in ties_of(make.db.session, case).complaint_parties


def test_nobody_who_is_kept_out_is_told(scene):
    found(scene, accused=scene.body.people["Hua"])
    assert told(scene.body.people["Hua"].user_id) == []
    assert told(scene.body.people["Ops"].user_id) == ["find"]


def test_the_acts_go_by_name_with_employee_numbers(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id)
    key, officer, chair = filed(), scene.act(scene.officer), scene.body.chair
    run = lambda name, who, **data: acts.perform("complaint", key, name, data, actor=who, now=NOW)  # noqa: E731
    run("acknowledge", officer)
    run("name_accused", officer, accused=f"{scene.superior.number}, {scene.head.number}")
    with pytest.raises(Invalid):
        run("name_accused", officer, accused="nobody")
    with pytest.raises(Invalid):
        run("assign", chair, officer="nobody", reason="x")
    run("assign", chair, officer=scene.second.number, reason="未涉案")
    run("find", scene.act(scene.second), finding="查畢", breach="1", cases=scene.agent.number)
    assert [row.review_id for row in row(key).cases] == [case.id]
    for name in ("Chair", "Ops", "Related"):
        run("cast_ballot", scene.act(scene.body.people[name]), vote="for")
    run("close", chair)
    assert row(key).stage == "closed"


def test_every_act_of_the_table_is_registered():
    from admin.domain.workflow import TABLE

    offered = {row.action for row in TABLE if row.process == "complaint" and row.offered}
    acts.load()
    assert {action for process, action in acts.ACTS if process == "complaint"} == offered


def test_another_officer_is_offered_and_appointed_where_the_first_turns_out_to_have_a_stake(scene, monkeypatch):
    key = filed()
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    staked = Refusal("6.3.2", "A part in it.")
    monkeypatch.setattr(reading, "stake_refusal", lambda person, _ties: staked if person == scene.second.id else None)
    open_to = {each.action: each.allowed for each in acts.offered("complaint", key, scene.body.chair, NOW)}
    assert open_to["assign"]
    assert assign(key, scene.officer.id, "更換", actor=scene.body.chair, now=NOW).stage == "assigned"
