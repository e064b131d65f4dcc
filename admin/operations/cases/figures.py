"""Figures that are frozen: one is corrected, or a score made again; what was signed on it is void and asked for again (3.2-a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_, Invalid
from admin.models import Cycle, Metric, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.department import void_what_was_signed
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.cases.review_steps import step_with_reason
from admin.operations.cases.scoring import check_figures
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation

LARGEST = Decimal(1_000_000)


@dataclass(frozen=True)
class FigureCorrection:
    """Which monthly figure of the case's employee is wrong, and what it should be; any day of the month names it."""

    month: date
    queue: str
    figure: str
    value: Decimal


@act(
    "review",
    "correct_figure",
    Field("month", N_("Month (any day of it)"), "date"),
    Field("queue", N_("Queue"), required=False),
    Field("figure", N_("Figure"), "choice", choices=tuple(COUNTS.items())),
    Field("value", N_("Correct value"), "number"),
    REASON,
)
@by_two(BasisAct.CORRECT_FIGURE, "review")
def correct_figure(review_id: int, given: FigureCorrection, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR corrects a figure after the self-assessment deadline (3.2-a).

    The superior's signature and the department's proposal fall and are asked for again; the score is made anew with the
    signature. The colleagues' average stands, and so do the scores of others in the queue. Raises `Refused`: not frozen
    yet, on a meeting's agenda (3.2-a), one's own case (3.3-d); `Invalid` for an impossible figure or without a reason.
    """
    with operation("correct_figure", actor=actor, now=now, clause="3.2-a") as op:
        review = op.find(Review, review_id)
        # Kept, because the step moves the case: what is void depends on how far it had come.
        stage = review.stage
        step_with_reason(op, review, "correct_figure", reason)
        _write(op, review, review.cycle, given)
        if stage != "self_assessment":
            # Signatures stand over figures that are shown with them; other figures are another content.
            void_what_was_signed(op, review)
        op.session.flush()
        check_figures(op, review)
    return review


@act("review", "score_again", REASON)
def score_again(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR sends a result back whose score is at fault: no ballot mends a score (3.2-a2).

    As with a corrected figure the superior signs anew, over the figures that are locked, and the score is made with the
    signature. Raises `Refused` for a score that comes out the same (3.2-a2), one's own case (3.3-d).
    """
    with operation("score_again", actor=actor, now=now, clause="3.2-a2") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "score_again", reason)
        review.determined_grade_id = None
        void_what_was_signed(op, review)
        return review


def _write(op: Operation, review: Review, cycle: Cycle, given: FigureCorrection) -> None:
    month = given.month.replace(day=1)
    if given.figure not in COUNTS:
        raise Invalid({"figure": N_("There is no such figure.")})
    if not cycle.period_from <= month <= cycle.period_to:
        raise Invalid({"month": N_("This month does not belong to the cycle's period.")})
    if not given.value.is_finite() or not 0 <= given.value <= LARGEST:
        raise Invalid({"value": N_("A figure must be between 0 and a million.")})
    queue = given.queue.strip()
    mine = select(Metric).where(Metric.employee_id == review.employee_id)
    known = set(op.session.scalars(mine.with_only_columns(Metric.queue).distinct())) | {review.queue or ""}
    if queue not in known:
        raise Invalid({"queue": N_("The employee has no figures in this queue.")})
    row = op.session.scalars(
        mine.where(Metric.month == month, Metric.queue == queue, Metric.code == given.figure)
    ).first()
    if row is None:
        row = Metric(employee_id=review.employee_id, month=month, queue=queue, code=given.figure, value=0.0)
        op.session.add(row)
    elif row.value == float(given.value):
        raise Invalid({"value": N_("The figure has this value already.")})
    # It no longer comes from a file: the trail names the person, not an import that said something else.
    row.value, row.import_id = float(given.value), None
    follow_figures(op, [month])
