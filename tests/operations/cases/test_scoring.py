"""Scores of whole cycles: one pass, equal to the scalar version, and made once (1.3.1, 3.2-a, 3.2-b)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, select

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import Measure, Source
from admin.domain.scorecard import Criterion, Curve, Scorecard
from admin.domain.scoring import Reading
from admin.models import Metric, Review, ReviewScore, db
from admin.operations.cases import self_assessment
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.cases.scoring import score_reviews
from admin.operations.transaction import operation
from admin.queries.cases.replay import replays
from admin.queries.cases.scoring import readings_for
from tests import reviewing
from tests.factories import fixture
from tests.reviewing import OPENED, case, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def score(keys: list[int]) -> int:
    """Score these cases together, the figures being locked; returns how many statements it took."""
    reviewing.lock_figures(case(keys[0]).cycle_id)
    with operation("score", actor=system_actor(), now=OPENED, clause="3.2.5") as op:
        cases = list(op.session.scalars(select(Review).where(Review.id.in_(keys))))
        with statements() as found:
            score_reviews(op, cases)
    return len(found)


def stored(review_id: int) -> ReviewScore:
    with acting_as(system_actor()):
        db.session.rollback()
        return db.session.scalars(select(ReviewScore).where(ReviewScore.review_id == review_id)).one()


def metric(employee_id: int, month: int, code: str, value: float, queue: str = "phone") -> Metric:
    return Metric(employee_id=employee_id, month=date(2026, month, 1), queue=queue, code=code, value=value)


def readings(made: SimpleNamespace, index: int, criterion: Criterion) -> list[Reading]:
    with fixture() as op:
        follow_figures(op, [date(2026, month, 1) for month in range(1, 13)])
    with acting_as(system_actor()):
        db.session.rollback()
        review = db.session.get(Review, made.cases[index])
        assert review is not None and review.cycle is not None
        found = readings_for(db.session(), review.cycle, Scorecard((), (criterion,)), [review])
        return found[review.id].get(criterion.code, [])


def test_a_whole_cycle_is_scored_in_statements_that_do_not_grow_with_it(made: SimpleNamespace) -> None:
    score(made.cases[:1])  # the cycle's rules are read once
    assert score(made.cases[1:3]) == score(made.cases[3:])


def test_what_is_scored_together_comes_out_by_the_scalar_version_too(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 0, target_grade="M2", ground="1")
    alone = stored(key).explanation
    score(made.cases)
    assert stored(key).explanation == alone
    with acting_as(system_actor()):
        rows = list(db.session.scalars(select(Review).where(Review.id.in_(made.cases))))
        assert set(replays(db.session(), rows, date(2026, 12, 1)).values()) == {True}


def test_scoring_again_writes_nothing_on_a_case_that_stays_as_it_is(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 0)
    before = case(key).version
    score([key])
    assert case(key).version == before


def test_a_withdrawn_application_leaves_the_score_as_it_was_made(made: SimpleNamespace) -> None:
    """Figures of somebody else in the queue that come later move its mean, and no score that stands."""
    key = reviewing.to_department(made, 0, target_grade="M2", ground="1")
    before = stored(key)
    with operation("later_figures", actor=system_actor(), now=OPENED) as op:
        for figure in op.session.scalars(select(Metric).where(Metric.employee_id == made.agents[1])):
            figure.value = 1
    self_assessment.withdraw_application(key, actor=person(made.agents[0]), now=OPENED)
    after, row = stored(key), case(key)
    assert (after.total, after.explanation["readings"]) == (before.total, before.explanation["readings"])
    assert row.suggested_grade.code == "M1" and after.explanation["suggestion"]["grade"] == "M1"


READY_MADE = Criterion(
    "performance_score", "performance", Decimal(50), Source.IMPORTED, Curve(((Decimal(0), Decimal(0)),))
)


def test_a_ready_made_score_that_comes_every_month_counts_as_the_mean_of_its_months(made: SimpleNamespace) -> None:
    with operation("figures", actor=system_actor(), now=OPENED) as op:
        for month, value in ((1, 80.0), (2, 90.0), (3, 85.0)):
            op.add(metric(made.agents[0], month, "performance_score", value))
    assert [reading.value for reading in readings(made, 0, READY_MADE)] == [Decimal(85)]


def test_queues_without_days_worked_weigh_by_the_months_spent_in_them(made: SimpleNamespace) -> None:
    rate = replace(READY_MADE, code="resolution", measure=Measure.RATE)
    with operation("figures", actor=system_actor(), now=OPENED) as op:
        for queue, months in (("chat", (1, 2, 3)), ("mail", (4,))):
            for month in months:
                op.add(metric(made.agents[0], month, "answered", 10, queue))
                op.add(metric(made.agents[0], month, "resolved", 5, queue))
    days = [reading.days for reading in readings(made, 0, rate)]
    assert days == [Decimal(63), Decimal(21), Decimal(231)]  # chat, mail, and the phone queue's own days
