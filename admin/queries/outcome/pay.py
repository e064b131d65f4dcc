"""Pay as its reader may know it: bands, and what a change of grade brings; nothing for whom amounts are not (5.1, 6.3-b)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from admin.access.actor import Actor
from admin.access.amounts import sees_amounts
from admin.domain.pay import Band, Flaw, PayBands, PayEffect, PayTotals, flaws, totals
from admin.models import Cycle, Grade, GradeChange, PayBand, Review
from admin.queries.outcome.documents import issuable_cases
from admin.queries.policy.rules import ByDay, grades_of, rules_on


def all_bands(session: Session) -> PayBands:
    """Every band there is, past the scope: whoever asks says next to whom of it what is told."""
    query = select(
        Grade.code, PayBand.valid_from, PayBand.amount_min, PayBand.amount_max, PayBand.currency, PayBand.id
    ).join(Grade, Grade.id == PayBand.grade_id)
    return PayBands(Band(*row) for row in session.execute(query.execution_options(unscoped=True)))


def band_of(session: Session, reader: Actor, employee_id: int, grade: str | None, day: date) -> Band | None:
    """The band of somebody's grade on a day; None where the reader may not know it, and where there is none."""
    return all_bands(session).on(grade, day) if grade and sees_amounts(reader, employee_id) else None


def effect_of(
    session: Session, reader: Actor, employee_id: int, move: tuple[str | None, str], day: date
) -> PayEffect | None:
    """What a change of somebody's grade, from a code to a code, brings them; None where the reader may not know it."""
    if not sees_amounts(reader, employee_id):
        return None
    bands, (before, after) = all_bands(session), move
    return PayEffect(bands.on(before, day), bands.on(after, day), day)


def effects_of(session: Session, reader: Actor, changes: Iterable[GradeChange], today: date) -> dict[int, PayEffect]:
    """By change what each brings, for HR; nothing for anybody else. A change without a day is shown as from today."""
    if not sees_amounts(reader):
        return {}
    bands = all_bands(session)
    return {
        row.id: PayEffect(
            bands.on(row.from_grade.code if row.from_grade else None, row.effective_on or today),
            bands.on(row.to_grade.code, row.effective_on or today),
            row.effective_on or today,
        )
        for row in changes
    }


class EffectsBetween:
    """What moves between two grades would bring, for whoever reads amounts; the bands are read once."""

    def __init__(self, session: Session, reader: Actor) -> None:
        self._bands = all_bands(session) if sees_amounts(reader) else None

    def between(self, before: str, after: str, day: date) -> PayEffect | None:
        """From the code of one grade to another's; None where the reader may not know it."""
        return PayEffect(self._bands.on(before, day), self._bands.on(after, day), day) if self._bands else None


def pay_to_issue(session: Session, reader: Actor, cycle: Cycle, now: datetime, day: date) -> PayTotals | None:
    """What issuing the cases of a cycle that are ready would change of pay, if it took effect on a day: for HR alone.

    In two statements however many cases there are; a grade that stays the same changes nothing of anybody's.
    """
    if not sees_amounts(reader):
        return None
    before, after = aliased(Grade), aliased(Grade)
    counts = (
        select(before.code, after.code, func.count())
        .select_from(Review)
        .outerjoin(before, before.id == Review.present_grade_id)
        .join(after, after.id == Review.determined_grade_id)
        .where(Review.id.in_(issuable_cases(cycle.id, now)), before.id.is_distinct_from(after.id))
        .group_by(before.code, after.code)
    )
    bands = all_bands(session)
    return totals(
        PayEffect(bands.on(old, day), bands.on(new, day), day)
        for old, new, count in session.execute(counts.execution_options(unscoped=True))
        for _one in range(count)
    )


@dataclass(frozen=True)
class Scale:
    """The bands that are in force together from a day on, the lowest grade first, each with its grade."""

    since: date
    rows: Sequence[tuple[Grade, Band]]

    @property
    def currency(self) -> str:
        """The currency of the amounts; "" where there are several."""
        found = {band.currency for _grade, band in self.rows}
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class PayPage:
    """What is in force, what comes on which day, what was before (latest first), and what is wrong with the bands."""

    present: Scale | None
    coming: Sequence[Scale]
    past: Sequence[date]
    flaws: Sequence[Flaw]
    ladder: Sequence[Grade]


def pay_page(session: Session, today: date) -> PayPage:
    """The bands as HR looks at them, over the ladder in force."""
    bands, grades = all_bands(session), ladder_rows(session, today)
    days = bands.days()
    over, ahead = [day for day in days if day <= today], [day for day in days if day > today]

    def scale(day: date) -> Scale:
        return Scale(day, [(grade, band) for grade in grades if (band := bands.on(grade.code, day)) is not None])

    # What was wrong before and is put right by now is history: HR is asked for nothing.
    wrong = flaws(bands, [grade.code for grade in grades], today)
    return PayPage(scale(over[-1]) if over else None, [scale(day) for day in ahead], over[-2::-1], wrong, grades)


def ladder_rows(session: Session, today: date) -> list[Grade]:
    """The grades that bands are for: those of the version in force, the lowest first."""
    return grades_of(session, rules_on(session, today, ByDay.NO_CASE))
