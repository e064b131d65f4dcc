"""What issuing the results of a cycle would do, before it is done: to whom, with which letter, file entry and pay (3.3.6, 5.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import Session, aliased, joinedload

from admin.access.actor import Actor
from admin.domain.codes import DocumentKind
from admin.domain.pay import PayEffect
from admin.domain.refusals import NotFound, Refusal
from admin.models import Cycle, DocumentTemplate, Grade, GradeChange, IssuedDocument, Review
from admin.queries.cases.reassessments import grades_before
from admin.queries.cycles.cycle_pages import find_cycle
from admin.queries.outcome.document_words import language_of, title_of
from admin.queries.outcome.documents import grade_names, issuable_cases, movements_to_issue
from admin.queries.outcome.issuing import left_out, why_not_issued
from admin.queries.outcome.letters import letter_of, reasons_of_cases
from admin.queries.outcome.pay import all_bands, sees_amounts
from admin.queries.outcome.templates import template_in_use
from admin.queries.policy.rules import rules_of
from admin.queries.system.paging import Paged, paged
from config import current


@dataclass(frozen=True)
class ToIssue:
    """One person of the document to be: which way the grade moves, and why the document could not carry it, if so."""

    review: Review
    before: Grade | None
    after: Grade
    way: str
    refusal: Refusal | None


@dataclass(frozen=True)
class Sample:
    """What one person would get: the letter as it will read, and for whom amounts are what it brings of pay."""

    row: ToIssue
    letter: Mapping[str, Any]
    pay: PayEffect | None


@dataclass(frozen=True)
class IssuingPage:
    """The document to be: from when, how many which way, the people (of one way where it is chosen), a sample of each way.

    `refusal`: why nothing can be issued from that day; `template`: HR's template that it would take.
    """

    cycle: Cycle
    effective_on: date
    ways: Mapping[str, int]
    way: str
    people: Paged[ToIssue]
    samples: Sequence[Sample]
    refusal: Refusal | None
    template: DocumentTemplate | None
    reader: Actor

    @property
    def count(self) -> int:
        """How many results are ready."""
        return sum(self.ways.values())


def issuing_page(
    session: Session, cycle_id: int, effective_on: date, way: str, wanted: int, reader: Actor, now: datetime
) -> IssuingPage:
    """The preview of issuing. Raises `NotFound` for a cycle that the reader has not or a way that there is not."""
    cycle = find_cycle(session, cycle_id)
    ways = movements_to_issue(session, cycle, now)
    if way and way not in ways:
        raise NotFound(way)
    shown = paged(session, _cases(session, cycle, now, way), wanted)
    return IssuingPage(
        cycle,
        effective_on,
        ways,
        way,
        Paged(_rows(session, cycle, shown.rows, effective_on), shown.part),
        _samples(session, cycle, ways, effective_on, reader, now),
        why_not_issued(session, cycle_id, now, effective_on),
        template_in_use(session),
        reader,
    )


def _cases(session: Session, cycle: Cycle, now: datetime, way: str = "") -> Select[Any]:
    before, after = aliased(Grade), aliased(Grade)
    query = (
        issuable_cases(cycle.id, now)
        .with_only_columns(Review)
        .outerjoin(before, before.id == Review.present_grade_id)
        .join(after, after.id == Review.determined_grade_id)
        .options(joinedload(Review.employee), joinedload(Review.department))
        .options(joinedload(Review.present_grade), joinedload(Review.determined_grade))
        .order_by(Review.id)
    )
    if not way:
        return query
    ladder, pairs = rules_of(session, cycle).ladder, set[tuple[str | None, str]]()
    codes = [grade.id for grade in rules_of(session, cycle).book.grades]
    for old in (None, *codes):
        pairs |= {(old, new) for new in codes if ladder.movement(old, new) == way}
    return query.where(or_(*(and_(before.code.is_not_distinct_from(old), after.code == new) for old, new in pairs)))


def _rows(session: Session, cycle: Cycle, cases: Sequence[Review], day: date) -> list[ToIssue]:
    out = left_out(session, cases, {case.id: day for case in cases})
    before, ladder, found = grades_before(session, cases), rules_of(session, cycle).ladder, list[ToIssue]()
    for case in cases:
        old, new = before[case.id], case.determined_grade
        assert new is not None
        way = ladder.movement(old.code if old else None, new.code)
        found.append(ToIssue(case, old, new, way, out.get(case.employee_id)))
    return found


def _samples(
    session: Session, cycle: Cycle, ways: Counter[str], day: date, reader: Actor, now: datetime
) -> list[Sample]:
    cases = [session.scalars(_cases(session, cycle, now, way).limit(1)).one() for way in ways]
    reasons = reasons_of_cases(session, [case.id for case in cases])
    language = current().portal_language
    document = IssuedDocument(
        kind=DocumentKind.ANNUAL, title=title_of(DocumentKind.ANNUAL, cycle.year, language), number="—", issued_at=now,
        effective_on=day, cycle_id=cycle.id,
    )  # fmt: skip
    names = grade_names(session, document, language_of(document.title))
    bands = all_bands(session) if sees_amounts(reader) else None
    return [
        Sample(
            row,
            letter_of(document, _printed(row, names, day), _change(row), reasons.get(row.review.id, ""), language),
            PayEffect(bands.on(row.before.code, day) if row.before else None, bands.on(row.after.code, day), day)
            if bands is not None
            else None,
        )
        for row in _rows(session, cycle, cases, day)
    ]


def _printed(row: ToIssue, names: Mapping[str, str], day: date) -> dict[str, str]:
    person = row.review.employee
    return {
        "number": person.number,
        "name": person.name,
        "department": row.review.department.name,
        "from_grade": names[row.before.code] if row.before else "—",
        "to_grade": names[row.after.code],
        "effective_on": day.isoformat(),
    }


def _change(row: ToIssue) -> GradeChange:
    before = row.before.id if row.before else None
    return GradeChange(kind=row.way, clause="3.3.6", from_grade_id=before, to_grade_id=row.after.id)
