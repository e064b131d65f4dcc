"""Figures are locked once for the whole cycle; nobody is scored before, and one queue has one set of figures (3.2-a2)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import Cycle, HistoryStep, Metric, Review, ReviewScore, db
from admin.operations import acts
from admin.operations.cases import department
from admin.operations.cases.ratings import complete_overdue
from admin.operations.cases.scoring import score_reviews
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.cycles.freezing import freeze_due, freeze_figures
from admin.operations.outcome import results
from admin.operations.transaction import operation
from admin.queries.cases.replay import on_other_figures
from tests import reviewing
from tests.reviewing import HR, OPENED, case, later, person

AGENTS = 4
DUE = later(16)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle(agents=AGENTS)


def rate(made: SimpleNamespace, index: int, now: Any = OPENED) -> int:
    """A case whose ratings are all in."""
    key = made.cases[index]
    reviewing.hand_in(key, made.agents[index], now)
    reviewing.rate_all(key, now=now)
    reviewing.evaluate(key, made.superior, now=now)
    return key


def correct(employee_id: int, value: float, code: str = "resolved") -> None:
    """The figure of March as a later import puts it."""
    with operation("import_for_test", actor=system_actor(), now=OPENED) as op:
        mine = (Metric.employee_id == employee_id, Metric.code == code, Metric.month == date(2026, 3, 1))
        op.session.scalars(select(Metric).where(*mine)).one().value = value


def readings(review_id: int) -> dict[str, Any]:
    with acting_as(system_actor()):
        db.session.rollback()
        row = db.session.scalars(select(ReviewScore).where(ReviewScore.review_id == review_id)).one()
        return row.explanation["readings"]


def strange(*keys: int) -> set[int]:
    with acting_as(system_actor()):
        db.session.rollback()
        cases = list(db.session.scalars(select(Review).where(Review.id.in_(keys))))
        return on_other_figures(db.session(), cases)


def test_a_case_that_is_rated_early_waits_and_a_correction_before_the_lock_reaches_it(made: SimpleNamespace) -> None:
    early = rate(made, 0)
    assert (case(early).stage, case(early).score) == ("rating", None)
    assert complete_overdue(actor=system_actor(), now=later(3)) == 0
    correct(made.agents[0], 100.0)
    assert freeze_due(actor=system_actor(), now=later(14)) == 0
    assert freeze_due(actor=system_actor(), now=DUE) == 1
    assert case(early).stage == "department_review"
    assert float(readings(early)["resolution"][0][0]) == 10100  # ten months of 1,000 and the corrected one
    assert freeze_due(actor=system_actor(), now=DUE) == 0


def test_people_of_one_queue_are_measured_on_the_same_figures_whenever_they_are_rated(made: SimpleNamespace) -> None:
    early = rate(made, 0)
    freeze_due(actor=system_actor(), now=DUE)
    correct(made.agents[3], 1.0)  # of somebody else in the queue, past every guard
    late = rate(made, 1, now=DUE)
    assert readings(early)["resolution"] == readings(late)["resolution"]
    assert strange(early, late) == set()


def test_time_that_has_passed_locks_the_figures_whoever_comes_first(made: SimpleNamespace) -> None:
    late = rate(made, 0, now=DUE)
    assert case(late).stage == "department_review"
    with acting_as(system_actor()):
        cycle = db.session.get(Cycle, made.cycle)
        assert cycle is not None and cycle.metrics_frozen_at == cycle.self_assessment_due


def test_hr_locks_early_once_all_have_handed_in_and_what_waits_is_scored_together(made: SimpleNamespace) -> None:
    first = rate(made, 0)
    with pytest.raises(Refused) as refused:
        acts.perform("cycle", made.cycle, "freeze_figures", {}, actor=HR, now=OPENED)
    assert (refused.value.refusal.clause, refused.value.refusal.facts["count"]) == ("3.2-a2", AGENTS - 1)
    assert case(first).stage == "rating"
    second = rate(made, 1)
    for index in (2, 3):
        reviewing.hand_in(made.cases[index], made.agents[index])
    assert freeze_figures(made.cycle, actor=HR, now=OPENED) == 2
    assert {case(first).stage, case(second).stage} == {"department_review"}
    with acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "freeze_figures")).one()
        assert (step.clause, step.actor_name) == ("3.2-a2", "hr")
    with pytest.raises(Refused):
        freeze_figures(made.cycle, actor=HR, now=OPENED)


def test_no_score_is_made_before_the_lock_by_any_way(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused, operation("score", actor=system_actor(), now=OPENED) as op:
        score_reviews(op, [op.get(Review, made.cases[0])])
    assert refused.value.refusal.clause == "3.2-a2"


def test_a_score_on_other_figures_is_named_by_replay_and_stops_the_result_check(made: SimpleNamespace) -> None:
    key = rate(made, 0)
    freeze_due(actor=system_actor(), now=DUE)
    department.propose(key, "M1", "", actor=person(made.head, "head"), now=DUE)
    reviewing.determined([key], DUE, checked=False)
    assert strange(key) == set()
    correct(made.agents[0], 1.0)  # as only somebody at the database could
    assert strange(key) == {key}
    with pytest.raises(Refused) as refused:
        results.verify_result(key, actor=HR, now=DUE)
    assert refused.value.refusal.clause == "3.2-a2"
    assert case(key).stage == "determined"


def test_in_a_rehearsal_hr_may_lock_at_any_time(made: SimpleNamespace) -> None:
    tried = cycles.plan_cycle(CyclePlan(2026, "rehearsal"), actor=HR, now=OPENED).id
    cycles.open_cycle(tried, actor=HR, now=OPENED)
    assert freeze_figures(tried, actor=HR, now=OPENED) == 0
    correct(made.agents[0], 5.0)  # a rehearsal stops nobody's figures
