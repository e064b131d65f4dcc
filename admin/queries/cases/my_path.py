"""My path: where somebody stands, what the next grade asks, what of it is met and by when (4.1.1, 5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.eligibility import Eligibility, promotion
from admin.domain.pay import Band
from admin.domain.refusals import NotFound
from admin.models import AnnualRating, Employee, EmployeeRecord, Grade, Review
from admin.queries.cases.eligibility import eligibility_facts, held_since
from admin.queries.cases.told import told
from admin.queries.development.training import NeedShown, answered, criterion_names, needs_for
from admin.queries.outcome.grade_on import Held, standing_of
from admin.queries.outcome.pay import band_of
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, rules_on
from admin.rulebook.content import Level

SHOWN_RECORDS = ("contribution", "certificate", "training", "exam", "project")


@dataclass(frozen=True)
class Path:
    """One person's own page. `band` is the pay of the present grade and of no other; `since` when that grade began.

    `to_come`: what the file holds already and begins on a later day.
    """

    employee: Employee
    year: int
    ladder: Sequence[Grade]
    present: Grade | None
    since: date | None
    to_come: Held | None
    next_grade: Grade | None
    next_level: Level | None
    threshold: Decimal | None
    promotion: Eligibility
    results: Sequence[Review]
    ratings: Sequence[AnnualRating]
    records: Sequence[EmployeeRecord]
    band: Band | None
    training: Sequence[NeedShown]
    criteria: Mapping[str, Any]

    @property
    def last_score(self) -> Decimal | None:
        """The score of the last case whose result is known to the person."""
        return next((review.score for review in self.results if review.score is not None), None)


def my_path(session: Session, employee_id: int, today: date, reader: Actor) -> Path:
    """The page of the person who asks, as for the review cycle of this year. Raises `NotFound`."""
    person = session.get(Employee, employee_id)
    if person is None:
        raise NotFound(f"employee {employee_id}")
    # No case, no pinned version: what is asked next year is not known, and this year's law is the best answer.
    rules, grades = rules_on(session, today, ByDay.NO_CASE), grades_by_code(session)
    ladder = rules.ladder
    year_end = date(today.year, 12, 31)  # everybody in one cycle is measured at the same day
    facts = eligibility_facts(session, [person.id], year=today.year, as_of=year_end)[person.id]
    standing = standing_of(session, person.id, today)
    held = standing.held
    code = held.grade.code if held else None
    above = ladder.next_above(code) if code else None
    return Path(
        employee=person,
        year=today.year,
        ladder=[grades[each] for each in ladder.codes],
        present=held.grade if held else None,
        since=held_since(session, [person.id], today).get(person.id),
        to_come=standing.to_come,
        next_grade=grades.get(above or ""),
        next_level=rules.book.level(ladder.level_of(above)) if above else None,
        # At the top of the ladder there is nothing above to ask for.
        threshold=rules.thresholds.get(above) if above else None,
        promotion=promotion(facts, rules.parameters, ladder),
        results=_results(session, person.id),
        ratings=_ratings(session, person.id),
        records=_records(session, person.id),
        band=band_of(session, reader, person.id, code, today),
        training=answered(session, person.id, needs_for(session, [person.id], today)[person.id], today),
        criteria=criterion_names(session, today),
    )


def _results(session: Session, employee_id: int) -> list[Review]:
    query = select(Review).where(*told([employee_id]))
    load = (joinedload(Review.cycle), joinedload(Review.determined_grade), joinedload(Review.present_grade))
    return list(session.scalars(query.order_by(Review.stage_since.desc(), Review.id.desc()).limit(5).options(*load)))


def _ratings(session: Session, employee_id: int) -> list[AnnualRating]:
    query = select(AnnualRating).where(AnnualRating.employee_id == employee_id)
    return list(session.scalars(query.order_by(AnnualRating.year.desc()).limit(5)))


def _records(session: Session, employee_id: int) -> list[EmployeeRecord]:
    query = select(EmployeeRecord).where(
        EmployeeRecord.employee_id == employee_id, EmployeeRecord.kind.in_(SHOWN_RECORDS)
    )
    return list(session.scalars(query.order_by(EmployeeRecord.happened_on.desc(), EmployeeRecord.id.desc()).limit(12)))
