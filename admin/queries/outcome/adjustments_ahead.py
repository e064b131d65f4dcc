"""What a proposal of adjustments would do, before anybody makes it: every fault by row and field, and everyone concerned (4.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.grade_file import check_day_of_effect
from admin.domain.pay import PayEffect, PayTotals, totals
from admin.domain.refusals import N_, Refusal
from admin.models import Employee, Grade, GradeChange
from admin.models.grades import LIVE_CHANGE
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.outcome.file_fit import held_up, running_cases
from admin.queries.outcome.grade_on import Held, last_entries
from admin.queries.outcome.pay import EffectsBetween
from admin.queries.policy.rules import ByDay, grades_of, rules_on

UNDER_WAY = N_("A change of grade of %(numbers)s is under way already; withdraw it first.")
TWICE = N_("One adjustment per employee: %(numbers)s appears twice in the list.")


@dataclass(frozen=True)
class AdjustmentRow:
    """Who shall move to which grade: employee number and grade code, as HR writes them; the day and the reason where the row
    has its own."""

    number: str
    grade: str
    effective_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class RowFault:
    """What stands against a row, counted from one: in which column; under which clause, where a rule refuses it."""

    place: int
    column: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    clause: str = ""

    @property
    def refusal(self) -> Refusal | None:
        """The same as a refusal; None where the input itself is wrong."""
        return Refusal(self.clause, self.message, self.facts) if self.clause else None


@dataclass(frozen=True)
class AheadRow:
    """One row that could be proposed; the effect on pay for whom amounts are, the stage of a case that takes the grade over."""

    place: int
    person: Employee
    before: Grade
    after: Grade
    effective_on: date
    reason: str
    effect: PayEffect | None
    case_stage: CaseStage | None


@dataclass(frozen=True)
class ProposalAhead:
    """A proposal as it would be made, and every fault of it."""

    rows: Sequence[AheadRow]
    faults: Sequence[RowFault]

    @property
    def pay(self) -> PayTotals | None:
        """What all rows together would change of pay; None for whom amounts are not."""
        found = [row.effect for row in self.rows if row.effect is not None]
        return totals(found) if found else None


def adjustments_ahead(
    session: Session, actor: Actor, rows: Sequence[AdjustmentRow], reason: str, day: date, today: date
) -> ProposalAhead:
    """What proposing these rows would do; each row has the day and the reason of all where it has none of its own."""
    people = people_named(session, rows)
    faults = list(_faults(session, actor, rows, people, day, today))
    wrong = {fault.place for fault in faults}
    fine = [(place, row) for place, row in enumerate(rows, 1) if place not in wrong]
    running = running_cases(session, [people[row.number].id for _place, row in fine])
    held = last_entries(session, [people[row.number].id for _place, row in fine])
    grades, effects = _ladders(session, rows, day, today), EffectsBetween(session, actor)
    found = []
    for place, row in fine:
        person, own_day = people[row.number], row.effective_on or day
        before, after = held[person.id].grade, grades[own_day, row.grade]
        effect = effects.between(before.code, after.code, own_day)
        case = running.get(person.id)
        stage = CaseStage(case.stage) if case is not None else None
        found.append(AheadRow(place, person, before, after, own_day, row.reason or reason, effect, stage))
    return ProposalAhead(found, faults)


def people_named(session: Session, rows: Sequence[AdjustmentRow]) -> dict[str, Employee]:
    """The employees of these rows by their number."""
    query = select(Employee).where(Employee.number.in_([row.number for row in rows]))
    return {person.number: person for person in session.scalars(query.options(joinedload(Employee.department)))}


def entry_faults(
    session: Session,
    actor: Actor,
    rows: Sequence[AdjustmentRow],
    people: Mapping[str, Employee],
    day: date,
    today: date,
) -> Iterator[RowFault]:
    """What is wrong with the rows themselves, the first fault of each."""
    grades = _ladders(session, rows, day, today)
    held = last_entries(session, [person.id for person in people.values()])
    for place, row in enumerate(rows, 1):
        own_day = row.effective_on or day
        person = people.get(row.number)
        fault = _person_fault(person, actor, own_day)
        if person is None or fault:
            yield RowFault(place, "number", fault or "")
        elif row.effective_on is not None and (wrong_day := check_day_of_effect(own_day, today)):
            yield RowFault(place, "effective_on", wrong_day)
        elif (own_day, row.grade) not in grades:
            yield RowFault(place, "grade", N_("There is no such grade on the ladder."))
        elif (wrong := _file_fault(held.get(person.id), grades[own_day, row.grade], own_day)) is not None:
            yield RowFault(place, *wrong)


def live_changes(session: Session, people: Collection[int]) -> set[int]:
    """Of whom an adjustment or a takeover correction is under way (4.3-b)."""
    query = select(GradeChange.employee_id).where(GradeChange.employee_id.in_(people), LIVE_CHANGE)
    return set(session.scalars(query))


def numbers_twice(rows: Sequence[AdjustmentRow]) -> list[str]:
    """The numbers that are named more than once."""
    return sorted(number for number, count in Counter(row.number for row in rows).items() if count > 1)


def _faults(
    session: Session,
    actor: Actor,
    rows: Sequence[AdjustmentRow],
    people: Mapping[str, Employee],
    day: date,
    today: date,
) -> Iterator[RowFault]:
    own = {fault.place: fault for fault in entry_faults(session, actor, rows, people, day, today)}
    twice, numbers = set(numbers_twice(rows)), {person.id: person.number for person in people.values()}
    live, held = live_changes(session, numbers), held_up(session, numbers)
    for place, row in enumerate(rows, 1):
        person = people.get(row.number)
        if place in own:
            yield own[place]
        elif row.number in twice:
            yield RowFault(place, "number", TWICE, {"numbers": row.number}, "4.3-b")
        elif person is not None and person.id in live:
            yield RowFault(place, "number", UNDER_WAY, {"numbers": row.number}, "4.3-b")
        elif person is not None and (refusal := held.get(person.id)):
            yield RowFault(place, "number", refusal.reason, refusal.facts, refusal.clause)


def _ladders(session: Session, rows: Sequence[AdjustmentRow], day: date, today: date) -> dict[tuple[date, str], Grade]:
    own = (row.effective_on for row in rows if row.effective_on is not None)
    # Of a day on which nothing can take effect no ladder is asked: there may have been none.
    days = {day, *(each for each in own if check_day_of_effect(each, today) is None)}
    return {
        (each, grade.code): grade
        for each in days
        for grade in grades_of(session, rules_on(session, each, ByDay.DATED_ACT))
    }


def _person_fault(person: Employee | None, actor: Actor, day: date) -> str | None:
    if person is None:
        return N_("There is no employee with this number.")
    if own := why_not_ones_own(person.id, actor):
        return own.reason
    if person.left_on is not None and person.left_on <= day:
        return N_("This employee has left by that day.")
    return N_("Management posts are outside the ladder.") if person.is_management else None


def _file_fault(held: Held | None, grade: Grade, day: date) -> tuple[str, str] | None:
    if held is None:
        return "number", N_("This employee holds no grade yet; the first one is fixed by a case.")
    if held.grade.id == grade.id:
        return "grade", N_("This is the grade that the employee holds already.")
    if held.since >= day:
        return "effective_on", N_("The present grade begins on that day or later; choose a later day.")
    return None
