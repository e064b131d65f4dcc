"""Pairs of writers that cross, each a process of its own: the second comes while the first has written and not committed.

On PostgreSQL nothing but locks and versions of rows keeps them apart (tests/operations/crossing.py). Whatever order they come
in, what stands afterwards is what one after the other would have left, and the audit trail holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound
from admin.files.faults import FileFault
from admin.jobs import sweep
from admin.models import (
    AuditEvent,
    AuditSeal,
    Ballot,
    Complaint,
    ComplaintMessage,
    Confirmation,
    Department,
    GradeChange,
    HeldFile,
    HistoryStep,
    IssuedDocument,
    PanelBallot,
    Proposal,
    ProposalDraft,
    PublishedHead,
    SelfAssessment,
    UnsentForm,
    db,
)
from admin.models.accounts import Role, User
from admin.operations import acts
from admin.operations.accounts import confirmations
from admin.operations.appeals import appeals
from admin.operations.cases import department, self_assessment
from admin.operations.complaints import complaints
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.complaints.complaints import ComplaintInput
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    issue_adjustments,
    propose_adjustments,
    withdraw_change,
)
from admin.operations.system import held_files, unsent_forms
from admin.operations.system.audit import seal
from admin.operations.system.unsent_forms import TypedForm, keep_form
from admin.operations.system.witness import publish_head
from admin.queries.cases.staffing import latest_drafts, row_version
from admin.queries.system.audit_chain import chained_events, verify
from tests import factories as make
from tests import reviewing
from tests.factories import NOW
from tests.killing import FORKS
from tests.operations import journey
from tests.operations.appealing import filed, on_notice, vote
from tests.operations.bodies import case, committee, opened
from tests.operations.crossing import cross

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.filterwarnings(FORKS)]
SYSTEM = system_actor()


@pytest.fixture(autouse=True)
def the_trail_holds(session: Any) -> Iterator[None]:
    yield
    seal(actor=SYSTEM, now=NOW)
    with acting_as(SYSTEM):
        assert verify(chained_events(db.session())).faults == []
        assert count(AuditEvent) == count(AuditSeal)


def count(table: Any, *where: Any) -> int:
    query = select(func.count()).select_from(table).where(*where)
    return int(db.session.scalar(query.execution_options(unscoped=True)) or 0)


def perform(process: str, key: int, action: str, actor: Any, now: Any = NOW, **data: Any) -> Callable[[], Any]:
    """An act as every door carries it out: the record is read before the verb locks it."""
    return partial(acts.perform, process, key, action, data, actor=actor, now=now)


@pytest.mark.parametrize("ballot_first", [True, False])
def test_a_panel_ballot_that_crosses_the_closing_is_counted_or_refused(app: Any, ballot_first: bool) -> None:
    found = on_notice(panel_size=4)
    appeal = filed(found)
    vote(found, appeal, "dismissed", "dismissed", "dismissed")
    late = perform("appeal", appeal.id, "cast_ballot", found.panel[3], result="dismissed", reason="late")
    close = perform("appeal", appeal.id, "close_ballot", found.panel[0], reason="counted")
    answers = cross(app, *((late, close) if ballot_first else (close, late)))
    assert answers == (("done", "done") if ballot_first else ("done", "Refused"))
    assert count(PanelBallot) == 3 + ballot_first


def test_a_panel_ballot_that_crosses_a_new_round_is_of_that_round_or_refused(app: Any) -> None:
    from tests.operations.appealing import promotable

    found = promotable(panel_size=4)
    appeal = filed(found)
    vote(found, appeal, ("grade_fixed", "J3"), "remit_to_rating", "dismissed")
    close = perform("appeal", appeal.id, "close_ballot", found.panel[0], reason="no majority")
    late = perform("appeal", appeal.id, "cast_ballot", found.panel[3], result="dismissed", reason="late")
    cross(app, close, late)
    (row,) = journey.rows(select(PanelBallot).where(PanelBallot.reason == "late")) or (None,)
    assert row is None or row.round == 2, "it is counted where its voter was asked"


@pytest.mark.parametrize("ballot_first", [True, False])
def test_a_member_s_ballot_that_crosses_the_closing_is_counted_or_refused(app: Any, ballot_first: bool) -> None:
    body = committee()
    meeting = opened(body, [one := case(body, proposed="J3", individual_reasons=["grade_change"])])
    for name in ("Chair", "Hua", "Centre", "Ops"):
        perform("meeting", meeting.id, "cast_ballot", body.actor(name), review=one.id, in_favour=True)()
    late = perform("meeting", meeting.id, "cast_ballot", body.actor("Related"), review=one.id, in_favour=False)
    close = perform("meeting", meeting.id, "close_ballot", body.chair, review=one.id)
    answers = cross(app, *((late, close) if ballot_first else (close, late)))
    assert answers == (("done", "done") if ballot_first else ("done", "Refused"))
    assert count(Ballot) == 4 + ballot_first


def test_a_ballot_closed_twice_settles_nothing_that_the_second_click_has_not_seen(app: Any) -> None:
    body = committee()
    meeting = opened(body, [one := case(body, individual_reasons=["outlier"])])
    for name in ("Chair", "Hua", "Centre", "Ops"):
        perform("meeting", meeting.id, "cast_ballot", body.actor(name), review=one.id, in_favour=False)()
    seen = f"{journey.rows(select(type(meeting.items[0].motions[0])))[0].id}-open"
    close = perform("meeting", meeting.id, "close_ballot", body.chair, review=one.id, version=seen, reason="so be it")
    assert cross(app, close, close) == ("done", "NewerVersion")
    assert journey.rows(select(type(one)))[0].determined_grade_id is None


def test_two_of_hr_who_act_on_one_case_at_once_are_one_act(app: Any) -> None:
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    one, agent = journey.cases(centre)[0], centre.agents[0]
    given = self_assessment.SelfAssessmentInput(
        {code: {"value": 4, "text": "x"} for code in journey.codes(centre, "self")}, "y"
    )
    hand_in = partial(self_assessment.submit_self_assessment, one.id, given, actor=centre.actor(agent), now=centre.now)
    close = perform("review", one.id, "close_self_assessment", centre.actor(centre.hr), centre.now, reason="ill")
    assert cross(app, hand_in, close) == ("done", "Refused")
    now_stands = journey.cases(centre)[0]
    assert (now_stands.stage, now_stands.self_assessment_missing) == ("rating", False)


def test_handing_in_crosses_the_tick_of_the_deadline(app: Any) -> None:
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    one, agent = journey.cases(centre)[0], centre.agents[0]
    given = self_assessment.SelfAssessmentInput(
        {code: {"value": 4, "text": "x"} for code in journey.codes(centre, "self")}, "y"
    )
    late = centre.cycle.self_assessment_due + timedelta(hours=1)
    hand_in = partial(self_assessment.submit_self_assessment, one.id, given, actor=centre.actor(agent), now=late)
    assert cross(app, hand_in, lambda: ticked(late)) == ("done", "done")
    assert count(SelfAssessment, SelfAssessment.submitted_at.is_not(None)) == 1


def ticked(at: Any) -> None:
    done = sweep.tick(actor=SYSTEM, clock=lambda: at)
    assert not done.failed, done.failed


def test_two_ticks_at_once_do_each_thing_once(app: Any) -> None:
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    late = centre.cycle.self_assessment_due + timedelta(hours=1)
    assert cross(app, lambda: ticked(late), lambda: ticked(late)) == ("done", "done")
    assert count(HistoryStep, HistoryStep.action == "freeze_figures") == 1


def test_sealing_crosses_somebody_who_writes(app: Any) -> None:
    here = make.department("to be sealed").id

    def write(name: str) -> None:
        with make.fixture() as op:
            op.get(Department, here).name = name

    sealing = partial(seal, actor=SYSTEM, now=NOW)
    assert cross(app, lambda: write("one"), sealing) == ("done", "done")
    assert cross(app, sealing, lambda: write("another")) == ("done", "done")


def test_two_heads_published_at_once_are_one_line(app: Any) -> None:
    seal(actor=SYSTEM, now=NOW)
    publish = partial(publish_head, actor=SYSTEM, now=NOW)
    assert cross(app, publish, publish) == ("done", "done")
    heads = [row for row in journey.rows(select(PublishedHead)) if '"kind":"head"' in row.content]
    assert len(heads) == 1


def proposed(roles: tuple[str, ...]) -> tuple[list[int], Any, Any, int]:
    """One person for whom two offices are proposed, and two of HR who may confirm them."""
    with make.fixture() as op:
        first, second, third = (make.employee(f"HR {n}", roles=("employee", "hr")) for n in range(3))
        person = make.employee("One")
        for name in roles:
            if op.session.scalars(select(Role).where(Role.name == name)).first() is None:
                op.add(Role(name=name))
    proposer = make.actor_of(first)
    rows = [
        confirmations.propose_role(person.user_id, name, give=True, reason="needed", actor=proposer, now=NOW).id
        for name in roles
    ]
    return rows, make.actor_of(second), make.actor_of(third), person.user_id or 0


def test_two_who_confirm_at_once_confirm_once(app: Any) -> None:
    (row,), one, other, _account = proposed(("hr",))
    answers = cross(app, *(perform("confirmation", row, "confirm", who) for who in (one, other)))
    assert answers == ("done", "Refused")
    assert count(Confirmation, Confirmation.stage == "confirmed") == 1


def test_two_offices_that_may_not_meet_are_not_both_confirmed_for_one_person(app: Any) -> None:
    rows, one, other, account = proposed(("hr", "auditor"))
    calls = [perform("confirmation", row, "confirm", who) for row, who in zip(rows, (one, other), strict=True)]
    assert cross(app, *calls) == ("done", "Refused")
    db.session.rollback()
    held = {role.name for role in db.session.get_one(User, account).roles}
    assert len(held & {"hr", "auditor"}) == 1


def waiting_adjustment() -> tuple[int, Any, Any]:
    hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    person = make.employee()
    make.holds(person, "M1")
    (row,) = propose_adjustments([AdjustmentRow(person.number, "M2")], "Merged", NOW.date(), actor=hr, now=NOW)
    return row.id, hr, boss


@pytest.mark.parametrize("issue_first", [True, False])
def test_what_is_issued_and_withdrawn_at_once_is_one_of_the_two(app: Any, issue_first: bool) -> None:
    key, hr, boss = waiting_adjustment()
    decide_adjustment(key, "approve", actor=boss, now=NOW)
    calls = [
        partial(issue_adjustments, [key], actor=hr, now=NOW),
        partial(withdraw_change, key, "a mistake", actor=hr, now=NOW),
    ]
    assert cross(app, *(calls if issue_first else calls[::-1])) == ("done", "Refused")
    (row,) = journey.rows(select(GradeChange).where(GradeChange.id == key))
    assert (row.stage, count(IssuedDocument)) == (("issued", 1) if issue_first else ("withdrawn", 0))


def test_a_row_that_is_saved_while_it_is_sent_is_sent_as_it_was_shown_or_not_at_all(app: Any) -> None:
    made = reviewing.open_cycle()
    key = reviewing.to_department(made, 0, target_grade="M2", ground="1")
    head = reviewing.person(made.head, "head")
    department.save_proposal_draft(key, "M2", "as shown", actor=head, now=reviewing.OPENED)
    shown = {key: saved(key)}
    save = partial(department.save_proposal_draft, key, "M1", "of another window", actor=head, now=reviewing.OPENED)
    cross(app, save, partial(department.send_proposals, shown, actor=head, now=reviewing.OPENED))
    assert (count(Proposal), count(ProposalDraft)) == (0, 2)
    shown = {key: saved(key)}
    undo = partial(department.undo_proposal_draft, made.cycle, actor=head, now=reviewing.OPENED)
    cross(app, undo, partial(department.send_proposals, shown, actor=head, now=reviewing.OPENED))
    assert (count(Proposal), count(ProposalDraft)) == (0, 1)


def saved(key: int) -> str:
    with acting_as(SYSTEM):
        return row_version(latest_drafts(db.session(), [key])[key])


def test_two_windows_that_keep_one_form_at_once_keep_both_texts_apart(app: Any) -> None:
    who = make.actor_of(make.employee("Writer"))

    def window(name: str, version: int | None) -> Callable[[], Any]:
        form = TypedForm("/appeal/", "/appeal/", name, version, (), (("text", f"of {name}"),))
        return partial(keep_form, form, actor=who, now=NOW)

    window("zero", None)()
    assert cross(app, window("one", 1), window("two", 1)) == ("done", "NewerVersion")
    assert [row.window for row in journey.rows(select(UnsentForm))] == ["one"]


def test_two_windows_that_keep_the_first_and_the_last_form_at_once_keep_no_more_than_are_kept(
    app: Any, monkeypatch: Any
) -> None:
    who = make.actor_of(make.employee("Writer"))

    def window(name: str, place: str) -> Callable[[], Any]:
        return partial(keep_form, TypedForm(place, place, name, None, (), (("text", name),)), actor=who, now=NOW)

    assert cross(app, window("one", "/appeal/"), window("two", "/appeal/")) == ("done", "NewerVersion")
    monkeypatch.setattr(unsent_forms, "MOST_FORMS", 2)
    assert cross(app, window("one", "/a/"), window("one", "/b/")) == ("done", "Invalid")
    assert count(UnsentForm) == 2


def test_files_that_are_held_at_once_are_no_more_than_are_held(app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(held_files, "MOST_FILES", 1)

    def held(name: str) -> None:
        try:
            held_files.hold(name, b"text", None, now=NOW)
        except FileFault as full:
            raise Invalid({"file": full.message}) from full

    assert cross(app, partial(held, "a.txt"), partial(held, "b.txt")) == ("done", "Invalid")
    assert count(HeldFile) == 1


def test_a_complaint_that_is_erased_while_an_officer_replies_is_erased(app: Any) -> None:
    officer = make.actor_of(make.employee("Officer", roles=("employee", "complaint_officer")))
    make.confirmed_calendar(2026, 2027)
    row, _receipt = complaints.file_complaint(ComplaintInput("pressure", "what was written"), now=NOW)
    late = NOW + timedelta(days=8 * 366)
    reply = perform("complaint", row.id, "reply", officer, late, text="a late reply")
    cross(app, partial(erase_expired, actor=SYSTEM, now=late), reply)
    with_receipt = partial(complaints.reply_as_complainant, row.id, "a late word", now=late)
    (erased,) = journey.rows(select(Complaint))
    assert erased.erased_at is not None and count(ComplaintMessage) == 0
    with pytest.raises(NotFound):
        with_receipt()


def test_a_complaint_that_is_erased_while_its_writer_writes_is_erased(app: Any) -> None:
    make.confirmed_calendar(2026, 2027)
    row, _receipt = complaints.file_complaint(ComplaintInput("pressure", "what was written"), now=NOW)
    late = NOW + timedelta(days=8 * 366)
    erase = partial(erase_expired, actor=SYSTEM, now=late)
    write = partial(complaints.reply_as_complainant, row.id, "a late word", now=late)
    assert cross(app, erase, write) == ("done", "NotFound")
    assert count(ComplaintMessage) == 0


def test_an_appeal_answered_and_withdrawn_at_once_is_one_of_the_two(app: Any) -> None:
    found = on_notice()
    appeal = filed(found, addressee="superior")
    answer = perform("appeal", appeal.id, "answer", found.superior, supports=False, reason="as it is")
    withdraw = perform("appeal", appeal.id, "withdraw", found.subject)
    assert "Refused" not in cross(app, answer, withdraw)[:1]
    (row,) = journey.rows(select(appeals.Appeal))
    assert row.stage in ("answered", "withdrawn")
