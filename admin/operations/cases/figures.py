"""Figures that are frozen: one is corrected, or a score made again; what was signed on it is void and asked for again (3.2-a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct
from admin.domain.metrics import COUNTS, contradictions, why_impossible
from admin.domain.refusals import N_, Invalid
from admin.models import Cycle, Metric, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.department import void_what_was_signed
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.cases.review_steps import step_with_reason
from admin.operations.cases.scoring import check_figures
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation

FIGURES = tuple(COUNTS.items())


@dataclass(frozen=True)
class FigureCorrection:
    """Which monthly figure of the case's employee is wrong, and what it should be; any day of the month names it.

    A sum and what it is counted over are often wrong together: up to two more figures of that month and queue go with it.
    """

    month: date
    queue: str
    figure: str
    value: Decimal
    second_figure: str = ""
    second_value: Decimal | None = None
    third_figure: str = ""
    third_value: Decimal | None = None

    def figures(self) -> dict[str, tuple[str, Decimal]]:
        """What each figure should be, with the field that says so. Raises `Invalid` for a half of a pair, or a figure twice."""
        found = {self.figure: ("value", self.value)}
        for name in ("second", "third"):
            code, value = getattr(self, f"{name}_figure"), getattr(self, f"{name}_value")
            if (code or None) is None and value is None:
                continue
            if not code or value is None or code in found:
                raise Invalid({f"{name}_figure": N_("Say another figure and its correct value, or leave both blank.")})
            found[code] = (f"{name}_value", value)
        return found


@act(
    "review",
    "correct_figure",
    Field("month", N_("Month (any day of it)"), "date"),
    Field("queue", N_("Queue"), required=False),
    Field("figure", N_("Figure"), "choice", choices=FIGURES),
    Field("value", N_("Correct value"), "number"),
    Field("second_figure", N_("Second figure that changes with it"), "choice", required=False, choices=FIGURES),
    Field("second_value", N_("Its correct value"), "number", required=False),
    Field("third_figure", N_("Third figure that changes with it"), "choice", required=False, choices=FIGURES),
    Field("third_value", N_("Its correct value"), "number", required=False),
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
    if not cycle.period_from <= month <= cycle.period_to:
        raise Invalid({"month": N_("This month does not belong to the cycle's period.")})
    queue, figures = given.queue.strip(), given.figures()
    if unknown := [field for code, (field, _value) in figures.items() if code not in COUNTS]:
        raise Invalid({unknown[0].replace("value", "figure"): N_("There is no such figure.")})
    mine = select(Metric).where(Metric.employee_id == review.employee_id)
    known = set(op.session.scalars(mine.with_only_columns(Metric.queue).distinct())) | {review.queue or ""}
    if queue not in known:
        raise Invalid({"queue": N_("The employee has no figures in this queue.")})
    there = {row.code: row for row in op.session.scalars(mine.where(Metric.month == month, Metric.queue == queue))}
    _refuse_impossible(figures, month, there)
    if all(code in there and there[code].value == float(value) for code, (_field, value) in figures.items()):
        raise Invalid({"value": N_("The figure has this value already.")})
    for code, (_field, value) in figures.items():
        row = there.get(code)
        if row is None:
            row = Metric(employee_id=review.employee_id, month=month, queue=queue, code=code, value=0.0)
            op.session.add(row)
        # It no longer comes from a file: the trail names the person, not an import that said something else.
        row.value, row.import_id = float(value), None
    follow_figures(op, [month])


def _refuse_impossible(figures: Mapping[str, tuple[str, Decimal]], month: date, there: Mapping[str, Metric]) -> None:
    """Raise `Invalid` for what cannot be true, alone or beside the month's other figures, as a file of them would be (3.2.1)."""
    for code, (field, value) in figures.items():
        if wrong := why_impossible(code, value, month):
            raise Invalid({field: wrong.message}, wrong.facts)
    together = {code: Decimal(str(row.value)) for code, row in there.items()}
    together |= {code: value for code, (_field, value) in figures.items()}
    for wrong in contradictions(together):
        if mine := [figures[code][0] for code in (wrong.code, *sorted(wrong.codes)) if code in figures]:
            raise Invalid({mine[0]: wrong.message}, wrong.facts)
