"""Who adopts a finding: never one person, never without a ballot (6.3-c)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import JudgingAct
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import ComplaintParty, Determination
from admin.operations import acts
from admin.operations.committee.seats import end_term
from admin.operations.complaints import complaint_findings
from admin.operations.complaints.complaint_findings import assign, cast_ballot, close, find
from admin.operations.complaints.complaints import confirm_accused, name_accused
from admin.operations.people.people import mark_left
from admin.queries.cases.judging import acts_on
from admin.queries.committee.committee import seats
from admin.queries.complaints.complaints import content_for, officers_gone, without_lead
from admin.queries.complaints.voters import finding_voters
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.complaints.test_complaints import filed, found, row, scene, seen_by, told  # noqa: F401

# ruff: noqa: F811


def short_of_members(scene, *, cases=(), panel=()):
    """A finding on which too few members of the committee can vote; management appointed the officer."""
    boss = scene.act(make.employee(roles=("employee", "management")))
    for person in panel:
        make.seat(person, on_panel=True)
    key = filed()
    accused = [scene.body.people[name].id for name in ("Hua", "Centre", "Ops")]
    name_accused(key, accused, actor=scene.act(scene.officer), now=NOW)
    confirm_accused(key, actor=boss, now=NOW)
    assign(key, scene.second.id, "委員被指涉", actor=boss, now=NOW)
    find(key, "查畢", True, cases, actor=scene.act(scene.second), now=NOW)
    return key, boss


def test_a_finding_is_never_adopted_by_management_alone(scene):
    key, boss = short_of_members(scene)
    assert content_for(row(key), boss).finding == "查畢"
    with pytest.raises(Refused) as refused:
        close(key, actor=boss, now=NOW)
    assert refused.value.refusal.clause == "6.3-c" and row(key).stage == "found"


def test_management_names_three_people_without_a_part_in_it_who_vote(scene):
    key, boss = short_of_members(scene)
    people = [make.employee(name) for name in ("甲", "乙", "丙")]
    run = lambda who, name, **data: acts.perform("complaint", key, name, data, actor=who, now=NOW)  # noqa: E731
    with pytest.raises(Invalid):
        run(boss, "appoint_voters", people=f"{people[0].number} {people[1].number}", reason="委員不足")
    numbers = " ".join(person.number for person in people)
    for wrong in (scene.body.people["Hua"], scene.second):
        with pytest.raises(Refused) as refused:
            run(boss, "appoint_voters", people=f"{numbers} {wrong.number}", reason="委員不足")
        assert refused.value.refusal.clause == "6.3-c"
    assert not seen_by(scene.act(people[0]), key)
    run(boss, "appoint_voters", people=numbers, reason="委員不足")
    assert [told(person.user_id) for person in people] == [["appoint_voters"]] * 3
    for person in people[:2]:
        run(scene.act(person), "cast_ballot", vote="for")
    with pytest.raises(Refused):
        run(boss, "close")
    run(scene.act(people[2]), "cast_ballot", vote="against")
    run(boss, "close")
    assert row(key).stage == "closed" and row(key).breach


def test_members_of_the_panel_adopt_a_finding_on_a_case_that_the_committee_determined(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id, stage="determined")
    with make.fixture() as op:
        op.add(
            Determination(
                review_id=case.id, seq=1, body="committee", grade_id=make.grade("J2").id, clause="3.3.4",
                determined_at=NOW,
            )
        )  # fmt: skip
    panel = [make.employee(name) for name in ("申訴甲", "申訴乙", "申訴丙")]
    for person in panel:
        make.seat(person, on_panel=True)
    key = found(scene, cases=[case])
    assert not seen_by(scene.body.actor("Ops"), key)
    assert told(scene.body.people["Ops"].user_id) == [] and told(panel[0].user_id) == ["find"]
    with pytest.raises((NotFound, Refused)):
        cast_ballot(key, True, actor=scene.body.actor("Ops"), now=NOW)
    for person in panel:
        cast_ballot(key, True, actor=scene.act(person), now=NOW)
    assert close(key, actor=scene.body.chair, now=NOW).stage == "closed"
    assert acts_on(make.db.session, case.id)[panel[0].id] == {JudgingAct.FINDING_ADOPTION}


def test_where_members_become_too_few_after_the_finding_management_learns_of_it(scene):
    boss = make.employee(roles=("employee", "management"))
    key = found(scene)
    for name in ("Hua", "Centre", "Ops"):
        as_confirmed(end_term, scene.body.seats[name].id, NOW.date(), actor=scene.body.actor("HR"), now=NOW)
    later = NOW + timedelta(days=1)
    assert complaint_findings.renew_voters(actor=system_actor(), now=later) == 1
    assert told(boss.user_id) == ["find"] and row(key).to_management
    assert complaint_findings.renew_voters(actor=system_actor(), now=later) == 0


def test_nobody_waits_for_the_ballot_of_whoever_has_left(scene):
    key, boss = short_of_members(scene)
    people = [make.employee(name) for name in ("甲", "乙", "丙")]
    numbers = " ".join(person.number for person in people)
    acts.perform("complaint", key, "appoint_voters", {"people": numbers, "reason": "委員不足"}, actor=boss, now=NOW)
    mark_left(people[0].id, NOW.date(), actor=scene.body.actor("HR"), now=NOW)
    assert finding_voters(make.db.session(), row(key), NOW.date()).short
    fourth = {"people": make.employee("丁").number, "reason": "一人離職"}
    acts.perform("complaint", key, "appoint_voters", fourth, actor=boss, now=NOW)
    voters = finding_voters(make.db.session(), row(key), NOW.date())
    assert len(voters.people) == 3 and people[0].id not in voters.people


def test_whoever_has_left_sits_on_no_body_though_the_seat_has_not_been_ended(scene):
    hua = scene.body.people["Hua"]
    mark_left(hua.id, NOW.date() + timedelta(days=1), actor=scene.body.actor("HR"), now=NOW)
    with acting_as(system_actor()):
        sitting = [
            {row.employee_id for row in seats(make.db.session(), NOW.date() + timedelta(days=n))} for n in (0, 1)
        ]
    assert sitting[0] - sitting[1] == {hua.id}


def test_the_chair_and_the_secretary_appoint_another_in_the_place_of_an_officer_who_leaves(scene):
    key = filed()
    assign(key, scene.second.id, "不在場", actor=scene.body.chair, now=NOW)
    readers = [scene.body.chair, scene.body.actor("Secretary")]
    count = lambda: [officers_gone(make.db.session(), reader) for reader in readers]  # noqa: E731
    assert count() == [0, 0]
    mark_left(scene.second.id, NOW.date() + timedelta(days=7), actor=scene.body.actor("HR"), now=NOW)
    assert count() == [1, 1] and officers_gone(make.db.session(), scene.body.actor("HR")) == 0
    assign(key, scene.officer.id, "前任離職", actor=scene.body.chair, now=NOW)
    assert count() == [0, 0]


def test_a_complaint_that_all_of_management_has_a_stake_in_is_named_until_another_person_has_the_office(scene):
    key, boss = short_of_members(scene)
    auditor = scene.act(make.employee(roles=("employee", "auditor")))
    readers = [auditor, scene.act(scene.officer)]
    count = lambda: [without_lead(make.db.session(), reader, NOW.date()) for reader in readers]  # noqa: E731
    assert count() == [0, 0]
    with make.fixture() as op:
        op.add(ComplaintParty(complaint_id=key, employee_id=boss.employee_id, role="barred", reason="kin"))
    assert not seen_by(boss, key) and count() == [1, 1]
    assert without_lead(make.db.session(), scene.body.actor("HR"), NOW.date()) == 0
    other = scene.act(make.employee(roles=("employee", "management")))
    assert seen_by(other, key) and count() == [0, 0]
    idle = make.employee(roles=("employee", "management", "auditor"))
    with make.fixture() as op:
        op.add(ComplaintParty(complaint_id=key, employee_id=other.employee_id, role="barred", reason="kin"))
    assert idle.user_id is not None and count() == [1, 1], "an office that does nothing leads nothing"


def test_an_officer_keeps_no_member_from_the_ballot_alone(scene):
    """Named, they and whoever leads them find no trace of it at once; nothing is found before another has confirmed it (6.1-a)."""
    key, officer, second = filed(), scene.act(scene.officer), scene.act(scene.second)
    member = scene.body.people["Hua"]
    name_accused(key, [scene.superior.id], actor=officer, now=NOW)
    assert "name_accused" not in told(scene.body.chair.user_id), "it changes nobody's vote"
    led = make.employee("Led", superior=member)
    for accused in ([scene.superior.id, member.id], [scene.superior.id, led.id]):
        name_accused(key, accused, actor=officer, now=NOW)
        assert not seen_by(scene.body.actor("Hua"), key) and "name_accused" in told(scene.body.chair.user_id)
        with pytest.raises(Refused) as same:
            confirm_accused(key, actor=officer, now=NOW)
        assert same.value.refusal.clause == "6.1-a"
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    with pytest.raises(Refused) as early:
        find(key, "查畢", False, actor=second, now=NOW)
    assert early.value.refusal.clause == "6.1-a" and row(key).stage == "assigned"
    confirm_accused(key, actor=scene.body.chair, now=NOW)
    find(key, "查畢", False, actor=second, now=NOW)
    assert row(key).stage == "found"


def test_an_officer_who_judged_a_case_cannot_find_on_it(scene):
    case = make.review(scene.body.cycle, scene.agent, superior_id=scene.superior.id)
    make.signed_rating(case, scene.second, "peer")
    key = filed()
    assign(key, scene.second.id, "未涉案", actor=scene.body.chair, now=NOW)
    with pytest.raises(Refused) as refused:
        find(key, "查畢", False, [case], actor=scene.act(scene.second), now=NOW)
    assert refused.value.refusal.clause == "6.3.2"
