"""A frozen figure is corrected by a recorded act: what was signed on it falls, is asked for again, and rescored (3.2-a)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import (
    AuditEvent,
    HistoryStep,
    Meeting,
    Metric,
    Notification,
    Rating,
    Review,
    ReviewScore,
    db,
)
from admin.operations import acts
from admin.operations.cases import department
from admin.operations.cases.figures import FigureCorrection, correct_figure, score_again
from admin.operations.committee import assigning, meetings
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.outcome.results import verify_result
from admin.operations.transaction import operation
from admin.queries.outcome.results import results_page
from tests import reviewing
from tests.by_two import as_confirmed
from tests.invariants import queue_totals_are_the_sums_of_the_figures
from tests.offers import clause_against
from tests.reviewing import HR, OPENED, case, later, person

WRONG = FigureCorrection(date(2026, 3, 17), "phone", "resolved", Decimal(100))
CLOSED = later(16)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    found.first = reviewing.to_department(found, 0)
    return found


def rows(table: Any, *where: Any) -> list[Any]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(table).where(*where).order_by(table.id).execution_options(unscoped=True)))


def figure(employee_id: int) -> float:
    (row,) = rows(
        Metric, Metric.employee_id == employee_id, Metric.code == "resolved", Metric.month == date(2026, 3, 1)
    )
    return row.value


def points(review_id: int) -> str:
    (row,) = rows(ReviewScore, ReviewScore.review_id == review_id)
    return next(each["value"] for each in row.explanation["criteria"] if each["code"] == "resolution")


def test_the_signature_and_the_proposal_fall_and_the_score_is_made_anew(made: SimpleNamespace) -> None:
    key, others = made.first, reviewing.to_department(made, 1)
    before, stands = points(key), points(others)
    department.propose(key, "M1", "穩定", actor=person(made.head, "head"), now=OPENED)
    as_confirmed(correct_figure, key, WRONG, "系統重複計數", actor=HR, now=CLOSED)
    assert queue_totals_are_the_sums_of_the_figures(db.session) == []
    row = case(key)
    assert (row.stage, row.score, row.proposed_grade_id) == ("rating", None, None)
    (rating,) = rows(Rating, Rating.review_id == key, Rating.kind == "superior")
    assert (rating.state, rating.signature, figure(made.agents[0])) == ("draft", None, 100.0)
    reviewing.evaluate(key, made.superior, now=CLOSED)
    assert case(key).stage == "department_review" and points(key) != before
    assert points(others) == stands


def test_it_is_told_to_those_concerned_and_written_down_with_its_reason(made: SimpleNamespace) -> None:
    as_confirmed(correct_figure, made.first, WRONG, "系統重複計數", actor=HR, now=CLOSED)
    told = {row.user_id for row in rows(Notification, Notification.action == "correct_figure")}
    assert told == {100 + each for each in (made.agents[0], made.superior, made.head)}
    (step,) = rows(HistoryStep, HistoryStep.action == "correct_figure")
    assert (step.reason, step.clause) == ("系統重複計數", "3.2-a")
    events = rows(AuditEvent, AuditEvent.operation == "correct_figure", AuditEvent.record_type == "metrics")
    assert [event.changes["value"] for event in events] == [[1000.0, 100.0]]


def test_before_the_figures_are_locked_an_import_corrects_it(session: Any) -> None:
    found = reviewing.open_cycle()
    (waiting,) = rows(Review, Review.employee_id == found.agents[0])
    with pytest.raises(Refused) as refused:
        as_confirmed(correct_figure, waiting.id, WRONG, "x", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.2-a" and figure(found.agents[0]) == 1000.0


def test_a_rehearsal_freezes_nothing_and_is_no_way_to_a_frozen_figure(made: SimpleNamespace) -> None:
    cycle = cycles.plan_cycle(CyclePlan(2026, kind="rehearsal"), actor=HR, now=OPENED)
    cycles.open_cycle(cycle.id, actor=HR, now=OPENED)
    (tried,) = rows(Review, Review.cycle_id == cycle.id, Review.employee_id == made.agents[0])
    with pytest.raises(Refused) as refused:
        as_confirmed(correct_figure, tried.id, WRONG, "x", actor=HR, now=CLOSED)
    assert refused.value.refusal.clause == "3.2-a" and figure(made.agents[0]) == 1000.0


def test_what_is_on_an_agenda_is_not_changed_under_the_committees_hands(made: SimpleNamespace) -> None:
    department.propose(made.first, "M1", "穩定", actor=person(made.head, "head"), now=OPENED)
    meeting: Meeting = meetings.plan_meeting(made.cycle, later(30), actor=HR, now=OPENED)
    assigning.assign_to_meeting([made.first], meeting.id, actor=HR, now=OPENED)
    with pytest.raises(Refused) as refused:
        as_confirmed(correct_figure, made.first, WRONG, "x", actor=HR, now=CLOSED)
    assert refused.value.refusal.clause == "3.2-a" and case(made.first).stage == "committee"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"figure": "luck"}, "figure"),
        ({"month": date(2025, 3, 1)}, "month"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal(1000)}, "value"),
        ({"queue": "chat"}, "queue"),
        ({"value": Decimal(999_999)}, "value"),  # more hits than contacts
    ],
)
def test_an_impossible_figure_is_wrong_input_and_changes_nothing(
    made: SimpleNamespace, changed: dict[str, Any], field: str
) -> None:
    given = FigureCorrection(**{**vars(WRONG), **changed})
    with pytest.raises(Invalid) as wrong:
        as_confirmed(correct_figure, made.first, given, "x", actor=HR, now=CLOSED)
    assert set(wrong.value.fields) == {field}
    assert case(made.first).stage == "department_review" and figure(made.agents[0]) == 1000.0


def test_it_takes_hr_a_reason_and_somebody_elses_case(made: SimpleNamespace) -> None:
    own = Actor("hr", user_id=9001, employee_id=made.agents[0], roles=frozenset({"hr"}))
    for actor, reason in ((person(made.head, "head"), "x"), (HR, " "), (own, "x")):
        with pytest.raises((Refused, NotFound)):
            as_confirmed(correct_figure, made.first, WRONG, reason, actor=actor, now=CLOSED)
    assert figure(made.agents[0]) == 1000.0


def test_hr_finds_it_among_the_actions_of_the_case(made: SimpleNamespace) -> None:
    found = {each.action: each for each in acts.offered("review", made.first, HR, CLOSED)}
    assert found["correct_figure"].allowed
    data = {"month": "2026-03-01", "queue": "phone", "figure": "resolved", "value": "100", "reason": "重複計數"}
    as_confirmed(acts.perform, "review", made.first, "correct_figure", data, actor=HR, now=CLOSED)
    assert rows(Review, Review.id == made.first)[0].stage == "rating"


def moved(employee_id: int) -> None:
    """A figure that something has changed past the lock, such as an import of an earlier release."""
    with operation("moved_for_test", actor=system_actor(), now=CLOSED) as op:
        wanted = (Metric.employee_id == employee_id, Metric.code == "resolved", Metric.month == date(2026, 3, 1))
        op.session.scalars(select(Metric).where(*wanted)).one().value = 100.0


def test_a_result_whose_score_no_ballot_mends_goes_back_until_it_stands_on_the_locked_figures(
    made: SimpleNamespace,
) -> None:
    key, head = made.first, person(made.head, "head")
    department.propose(key, "M1", "穩定", actor=head, now=OPENED)
    reviewing.determined([key], checked=False)
    moved(made.agents[0])
    assert clause_against("review", key, "verify_result", HR, CLOSED) == "3.2-a2"
    with pytest.raises(Refused, match="other figures"):
        verify_result(key, actor=HR, now=CLOSED)
    assert clause_against("review", key, "score_again", HR, CLOSED) is None
    score_again(key, "以鎖定的數據重算", actor=HR, now=CLOSED)
    row = case(key)
    assert (row.stage, row.score, row.proposed_grade_id, row.determined_grade_id) == ("rating", None, None, None)
    reviewing.evaluate(key, made.superior, now=CLOSED)
    department.propose(key, "M1", "穩定", actor=head, now=CLOSED)
    reviewing.determined([key], CLOSED, checked=False)
    assert verify_result(key, actor=HR, now=CLOSED).stage == "checked"


def test_a_score_that_stands_is_not_made_again(made: SimpleNamespace) -> None:
    key = made.first
    department.propose(key, "M1", "穩定", actor=person(made.head, "head"), now=OPENED)
    reviewing.determined([key], checked=False)
    assert clause_against("review", key, "score_again", HR, CLOSED) == "3.2-a2"
    with pytest.raises(Refused) as refused:
        score_again(key, "x", actor=HR, now=CLOSED)
    assert refused.value.refusal.clause == "3.2-a2" and case(key).stage == "determined"


def test_the_result_check_offers_it_beside_the_fault(made: SimpleNamespace) -> None:
    key = made.first
    department.propose(key, "M1", "穩定", actor=person(made.head, "head"), now=OPENED)
    reviewing.determined([key], checked=False)
    with acting_as(system_actor()):
        (sound,) = results_page(db.session(), made.cycle, 1, HR, CLOSED).checks
        db.session.rollback()
    moved(made.agents[0])
    with acting_as(system_actor()):
        (check,) = results_page(db.session(), made.cycle, 1, HR, CLOSED).checks
    assert (sound.score_unsound, check.score_unsound) == (False, True)
