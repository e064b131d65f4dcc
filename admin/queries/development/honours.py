"""Who is a candidate for a management post and why, and what is published of honours (5.2.2, 5.2.3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import HonourStage, RecordKind, RecordStage
from admin.domain.honours import Candidacy, CandidateFacts, candidacy_of, higher_levels
from admin.models import AnnualRating, Employee, EmployeeRecord, Grade, Honour, Nomination
from admin.queries.cycles.cycles import in_service_on
from admin.queries.outcome.grade_on import Held, entries_until, grade_id_on, standing_of, standings_of
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.queries.system.paging import Paged, paged
from admin.rulebook.loader import shipped

MOST = "honours_a_year"
RATED_YEARS = 3


def most_honours(rules: Rules) -> int:
    """How many honours are awarded in a year at the most; of a version from before this rule the shipped value."""
    value = rules.parameters.get(MOST)
    return int(shipped().value(MOST, rules.day) if value is None else value)


def held_by(session: Session, employee_id: int, today: date) -> Held | None:
    """The grade that somebody holds today, whoever asks."""
    return standing_of(session, employee_id, today, unscoped=True).held


def candidacies(session: Session, people: Sequence[Employee], today: date) -> dict[int, Candidacy]:
    """Which of these people are candidates, in a fixed number of statements."""
    keys = [each.id for each in people]
    levels = rules_on(session, today, ByDay.NO_CASE).ladder.levels
    entries = entries_until(session, keys, today)
    ratings: dict[int, dict[int, str]] = defaultdict(dict)
    rated = select(AnnualRating.employee_id, AnnualRating.year, AnnualRating.rating).where(
        AnnualRating.employee_id.in_(keys), AnnualRating.year >= today.year - RATED_YEARS
    )
    for key, year, rating in session.execute(rated):
        ratings[key][year] = rating
    approved = (
        select(EmployeeRecord.employee_id, func.count())
        .where(
            EmployeeRecord.employee_id.in_(keys),
            EmployeeRecord.kind == RecordKind.CERTIFICATE,
            EmployeeRecord.stage == RecordStage.APPROVED,
        )
        .group_by(EmployeeRecord.employee_id)
    )
    certificates = Counter({row[0]: row[1] for row in session.execute(approved)})
    found = {}
    for person in people:
        level, since = _upper_since(entries.get(person.id, ()), higher_levels(levels), today)
        facts = CandidateFacts(
            today, level, since, person.left_on is None or person.left_on > today, person.is_management,
            ratings[person.id], certificates[person.id],
        )  # fmt: skip
        if (candidacy := candidacy_of(facts, levels)) is not None:
            found[person.id] = candidacy
    return found


def _upper_since(entries: Sequence[Held], upper: Sequence[str], today: date) -> tuple[str | None, date | None]:
    """The level held today, and since when the grades held were of the upper levels without a break."""
    since: date | None = None
    for each in entries:
        in_it = each.grade.level in upper
        since = (since or each.since) if in_it else None
    last = next((each for each in reversed(entries) if each.since <= today), None)
    return (last.grade.level if last else None), since


@dataclass(frozen=True)
class CandidateRow:
    """A candidate by grade with the grade held."""

    person: Employee
    grade: Grade
    candidacy: Candidacy | None


@dataclass(frozen=True)
class CandidatesPage:
    """Those who are candidates by grade, and what was nominated and decided."""

    rows: Paged[CandidateRow]
    nominated: Paged[Nomination]
    looked_for: str
    nominates: bool


def candidates_page(
    session: Session, reader: Actor, today: date, wanted: Mapping[str, int], looked_for: str
) -> CandidatesPage:
    """The page, of those whom the reader may see."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    upper = higher_levels(rules.ladder.levels)
    of_upper = select(Grade.id).where(Grade.level.in_(upper))
    query: Any = (
        select(Employee)
        .where(grade_id_on(Employee.id, today).in_(of_upper), *in_service_on(Employee, today))
        .where(Employee.is_management.is_(False))
        .options(joinedload(Employee.department))
        .order_by(Employee.number)
    )
    if looked_for:
        named = (each.icontains(looked_for, autoescape=True) for each in (Employee.number, Employee.name))
        query = query.where(or_(*named))
    part = paged(session, query, wanted["page"])
    known = candidacies(session, part.rows, today)
    stand = standings_of(session, [person.id for person in part.rows], today)
    rows = [
        CandidateRow(person, held.grade, known.get(person.id))
        for person in part.rows
        if (held := stand[person.id].held) is not None
    ]
    nominated = select(Nomination).options(joinedload(Nomination.employee), joinedload(Nomination.grade))
    nominated = nominated.order_by(Nomination.id.desc())
    return CandidatesPage(
        Paged(rows, part.part), paged(session, nominated, wanted["nominated"]), looked_for, reader.has("hr", "head")
    )


def published_honours(session: Session) -> list[dict[str, Any]]:
    """What the notice site shows: honours whose person consents at this very moment, name and title as they are."""
    query = select(Honour.year, Honour.title, Honour.printed_name).where(Honour.stage == HonourStage.CONSENTED)
    rows = session.execute(query.order_by(Honour.year.desc(), Honour.id).execution_options(unscoped=True))
    return [
        {"name": name, "honour": dict.fromkeys(("zh_hant", "zh_hans", "en"), title), "year": year}
        for year, title, name in rows
    ]
