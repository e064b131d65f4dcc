"""Other adjustments: HR proposes, management decides row by row, the document enters the files (4.3, 4.3-a)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import GradeChange, GradeInterval, HistoryStep, IssuedDocument, Job, Notification
from admin.operations import acts
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    draft_adjustment,
    issue_adjustments,
    propose_adjustments,
    withdraw_change,
)
from tests import factories as make
from tests.factories import NOW
from tests.invariants import grade_file_is_the_fold_of_documents

FROM = date(2027, 1, 1)


@pytest.fixture
def hr(session):
    return make.actor_of(make.employee("HR", roles=("employee", "hr")))


@pytest.fixture
def boss(session):
    return make.actor_of(make.employee("Boss", roles=("employee", "management")))


@pytest.fixture
def people(session):
    with make.fixture():
        found = [make.employee(name) for name in ("Ann", "Bo", "Cy")]
        for person in found:
            make.holds(person, "M1")
    return found


def propose(hr, *pairs, reason="The hotline is merged", day=FROM):
    return propose_adjustments([AdjustmentRow(*pair) for pair in pairs], reason, day, actor=hr, now=NOW)


def test_management_is_told_of_a_proposal_and_hr_of_its_approval(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    assert change.stage == "proposed"
    told = session.scalars(
        select(Notification).where(Notification.process == "grade_change").execution_options(unscoped=True)
    ).all()
    assert [(row.user_id, row.action) for row in told] == [(boss.user_id, "propose")]
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    assert change.stage == "approved"
    told = session.scalars(
        select(Notification).where(Notification.action == "approve").execution_options(unscoped=True)
    ).all()
    assert [row.user_id for row in told] == [hr.user_id]


def test_rows_of_a_batch_are_decided_one_by_one(session, hr, boss, people):
    first, second, third = propose(hr, *((person.number, "M2") for person in people))
    assert first.batch == second.batch is not None
    decide_adjustment(first.id, "approve", actor=boss, now=NOW)
    decide_adjustment(second.id, "reject", "not merged after all", actor=boss, now=NOW)
    assert [change.stage for change in (first, second, third)] == ["approved", "rejected", "proposed"]


def test_whoever_proposed_does_not_approve(session, people):
    both = make.actor_of(make.employee("Both", roles=("employee", "hr", "management")))
    change = propose(both, (people[0].number, "M2"))[0]
    with pytest.raises(Refused, match=r"4\.3"):
        decide_adjustment(change.id, "approve", actor=both, now=NOW)


def test_nobody_approves_their_own_adjustment(session, hr):
    with make.fixture():
        boss = make.employee("Boss", roles=("employee", "management"))
        make.holds(boss, "M1")
    change = propose(hr, (boss.number, "M2"))[0]
    with pytest.raises(Refused, match=r"3\.3-d"):
        decide_adjustment(change.id, "approve", actor=make.actor_of(boss), now=NOW)


def test_hr_does_not_approve_and_management_does_not_propose(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    hr2 = make.actor_of(make.employee(roles=("employee", "hr")))
    with pytest.raises(Refused):
        decide_adjustment(change.id, "approve", actor=hr2, now=NOW)
    with pytest.raises(NotFound):
        propose(boss, (people[1].number, "M2"))


def test_a_rejection_needs_a_reason(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    with pytest.raises(Refused, match="reason"):
        decide_adjustment(change.id, "reject", actor=boss, now=NOW)


def test_a_proposal_needs_a_reason(session, hr, people):
    with pytest.raises(Refused, match="reason"):
        propose(hr, (people[0].number, "M2"), reason=" ")


def test_every_faulty_row_is_named_and_nothing_is_kept(session, hr, people):
    with make.fixture():
        ungraded, left, manager = (
            make.employee(),
            make.employee(left_on=date(2026, 12, 1)),
            make.employee(is_management=True),
        )
    rows = (
        (people[0].number, "M2"),
        ("nobody", "M2"),
        (people[1].number, "X9"),
        (people[2].number, "M1"),
        (ungraded.number, "J1"),
        (left.number, "J1"),
        (manager.number, "J1"),
    )
    with pytest.raises(Invalid) as caught:
        propose(hr, *rows)
    assert sorted(caught.value.fields) == [f"row {place}" for place in range(2, 8)]
    assert propose(hr, (people[0].number, "M2")), "nothing of the faulty batch was kept"


def test_a_second_open_adjustment_of_a_person_is_refused(session, hr, people):
    propose(hr, (people[0].number, "M2"))
    with pytest.raises(Refused, match=r"4\.3-b.*under way"):
        propose(hr, (people[0].number, "M3"))


def test_two_adjustments_of_one_person_in_one_list_are_refused_and_nothing_is_kept(session, hr, people):
    with pytest.raises(Refused, match=rf"4\.3-b.*{people[0].number} appears twice in the list"):
        propose(hr, (people[0].number, "M2"), (people[1].number, "M2"), (people[0].number, "M3"))
    assert propose(hr, *((person.number, "M2") for person in people))


def test_a_day_in_the_past_is_invalid(session, hr, people):
    with pytest.raises(Invalid):
        propose(hr, (people[0].number, "M2"), day=date(2026, 11, 22))


def test_hr_proposes_nothing_for_themselves(session, hr):
    with make.fixture():
        me = make.employee("Me", roles=("employee", "hr"))
        make.holds(me, "M1")
    with pytest.raises(Invalid):
        propose(make.actor_of(me), (me.number, "M2"))


def test_issuing_enters_the_grade_in_the_file_and_serves_the_person(session, hr, boss, people):
    changes = propose(hr, (people[0].number, "M2"), (people[1].number, "J3"))
    for change in changes:
        decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
    assert (document.kind, document.effective_on) == ("adjustment", FROM)
    spans = session.execute(
        select(GradeInterval.employee_id, GradeInterval.valid_from, GradeInterval.valid_to)
        .where(GradeInterval.employee_id == people[0].id)
        .order_by(GradeInterval.valid_from)
        .execution_options(unscoped=True)
    ).all()
    assert [(row.valid_from, row.valid_to) for row in spans] == [(date(2022, 1, 1), FROM), (FROM, None)]
    served = session.scalars(
        select(Notification.user_id).where(Notification.action == "issue").execution_options(unscoped=True)
    ).all()
    assert sorted(served) == sorted(person.user_id for person in people[:2])
    steps = session.scalars(select(HistoryStep.action).where(HistoryStep.process == "grade_change")).all()
    assert steps.count("issue") == 2
    kinds = session.scalars(select(Job.kind).execution_options(unscoped=True)).all()
    assert "render_document" in kinds


def test_what_is_not_approved_is_not_issued(session, hr, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    with pytest.raises(Refused, match=r"4\.3"):
        issue_adjustments([change.id], actor=hr, now=NOW)
    assert session.scalars(select(IssuedDocument)).all() == []


def test_a_file_that_moved_meanwhile_stops_the_issue(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    make.moved(people[0], "S1", date(2026, 12, 1))
    with pytest.raises(Refused, match=r"1\.2-f.*holds S1; this moves from M1"):
        issue_adjustments([change.id], actor=hr, now=NOW)
    assert [each.action for each in acts.offered("grade_change", change.id, hr, NOW) if each.allowed] == ["withdraw"]


def test_one_row_that_cannot_be_issued_is_named_and_left_out(session, hr, boss, people):
    changes = propose(hr, *((person.number, "M2") for person in people))
    for change in changes:
        decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    make.moved(people[1], "S1", date(2026, 12, 1))
    (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
    assert [change.stage for change in changes] == ["issued", "approved", "issued"]
    assert [(row["number"], row["clause"], row["facts"]["held"]) for row in document.left_out] == [
        (people[1].number, "1.2-f", "S1")
    ]
    assert grade_file_is_the_fold_of_documents(session) == []


def test_what_was_overtaken_is_withdrawn_with_a_reason_and_the_next_one_is_free(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    make.moved(people[0], "S1", date(2026, 12, 1))
    with pytest.raises(Refused, match=r"1\.3\.1"):
        withdraw_change(change.id, " ", actor=hr, now=NOW)
    with pytest.raises(Refused, match=r"4\.3-b"):
        withdraw_change(change.id, "overtaken", actor=boss, now=NOW)
    assert withdraw_change(change.id, "overtaken", actor=hr, now=NOW).stage == "withdrawn"
    told = session.scalars(
        select(Notification.user_id).where(Notification.action == "withdraw").execution_options(unscoped=True)
    ).all()
    assert told == [boss.user_id]
    assert propose(hr, (people[0].number, "S2"))[0].stage == "proposed"


@pytest.mark.parametrize("reached", ["draft", "proposed"])
def test_hr_takes_back_a_draft_and_a_proposal(session, hr, people, reached):
    draft = draft_adjustment(people[0].id, make.grade("M2").id, FROM, actor=hr, now=NOW)
    if reached == "proposed":
        acts.perform("grade_change", draft.id, "propose", {"reason": "merged"}, actor=hr, now=NOW)
    acts.perform("grade_change", draft.id, "withdraw", {"reason": "not needed"}, actor=hr, now=NOW)
    assert draft.stage == "withdrawn"


def test_an_adjustment_that_was_issued_is_not_issued_again(session, hr, boss, people):
    change = propose(hr, (people[0].number, "M2"))[0]
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    issue_adjustments([change.id], actor=hr, now=NOW)
    with pytest.raises(Refused, match="present stage"):
        issue_adjustments([change.id], actor=hr, now=NOW)
    assert len(session.scalars(select(IssuedDocument)).all()) == 1
    assert grade_file_is_the_fold_of_documents(session) == []


def test_the_registry_takes_a_draft_through_to_its_document(session, hr, boss, people):
    draft = draft_adjustment(people[0].id, make.grade("M2").id, FROM, actor=hr, now=NOW)
    acts.perform("grade_change", draft.id, "propose", {"reason": "merged"}, actor=hr, now=NOW)
    assert [each.action for each in acts.offered("grade_change", draft.id, boss, NOW) if each.allowed] == [
        "approve",
        "reject",
    ]
    acts.perform("grade_change", draft.id, "approve", {}, actor=boss, now=NOW)
    acts.perform("grade_change", draft.id, "issue", {}, actor=hr, now=NOW)
    assert acts.state_of("grade_change", draft.id, hr)["stage"] == "issued"


def test_a_grade_that_is_taken_over_is_not_decided_here(session, hr, boss, people):
    with make.fixture() as op:
        row = op.session.scalars(select(GradeChange).where(GradeChange.kind == "takeover")).first()
        row.stage = "proposed"
    assert acts.offered("grade_change", row.id, boss, NOW) == []
    with pytest.raises(Refused, match=r"1\.2-c"):
        decide_adjustment(row.id, "approve", actor=boss, now=NOW)


def test_an_adjustment_whose_day_has_passed_changes_no_grade_backwards(session, hr, boss, people):
    (change,) = propose(hr, (people[0].number, "J3"), day=NOW.date() + timedelta(days=1))
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    late = NOW + timedelta(days=60)
    with pytest.raises(Refused, match="has passed") as refused:
        issue_adjustments([change.id], actor=hr, now=late)
    assert refused.value.refusal.clause == "4.3"
    assert withdraw_change(change.id, "too late", actor=hr, now=late).stage == "withdrawn"


def test_a_year_typed_wrongly_does_not_shut_the_file_for_good(session, hr, people):
    with pytest.raises(Invalid) as wrong:
        propose(hr, (people[0].number, "J3"), day=date(2099, 1, 1))
    assert wrong.value.text("effective_on") == "A grade takes effect within a year."
