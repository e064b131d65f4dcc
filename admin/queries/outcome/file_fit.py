"""Whether what is about to be entered fits the grade file, and which cases no longer do (1.2-f, 4.3-b, 6.3-a)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import CaseKind, ChangeKind, CycleKind
from admin.domain.grade_file import Entry, check_correctable, check_entry, check_open_case, check_present_grade
from admin.domain.refusals import Refusal
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Employee, Grade, GradeChange, Review
from admin.queries.outcome.grade_on import Held, entries_until, last_entries, last_grade_id


@dataclass(frozen=True)
class Entering:
    """What is about to be entered for one employee: from which grade (its id, None for none), from which day on."""

    employee_id: int
    from_grade_id: int | None
    effective_on: date


def unfit(session: Session, moves: Sequence[Entering]) -> dict[int, Refusal]:
    """By employee, why what would be entered does not fit the last entry of the file; a second move of one never does."""
    people = {move.employee_id for move in moves}
    last, numbers, codes = last_entries(session, people, unscoped=True), _numbers(session, people), _codes(session)
    found: dict[int, Refusal] = {}
    entered: set[int] = set()
    for move in moves:
        key = move.employee_id
        # The file does not know the first of two moves yet; a grade that nobody has makes the second one fail.
        entry = Entry("", move.effective_on) if key in entered else _entry(last.get(key))
        refusal = check_entry(numbers[key], codes.get(move.from_grade_id or 0), entry, move.effective_on)
        entered.add(key)
        if refusal is not None:
            found.setdefault(key, refusal)
    return found


def _entry(held: Held | None) -> Entry | None:
    return Entry(held.grade.code, held.since, held.kind) if held else None


def _numbers(session: Session, people: Collection[int]) -> dict[int, str]:
    query = select(Employee.id, Employee.number).where(Employee.id.in_(people)).execution_options(unscoped=True)
    return dict(session.execute(query).all())


def _codes(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Grade.id, Grade.code)).all())


def off_the_file(
    session: Session, reviews: Iterable[Review], last: Mapping[int, Held] | None = None
) -> dict[int, Refusal]:
    """By case, why its present grade is not the grade file's; what is assessed again is measured by the file anyway (6.3-a).

    `last` are the last entries of the files, where they have been read already.
    """
    cases = [case for case in reviews if counts(case)]
    if last is None:
        last = last_entries(session, {case.employee_id for case in cases}, unscoped=True) if cases else {}
    # Of the last entry, begun or not: the result will move from it, not from what is held today (4.3-b).
    held = {key: entry.grade for key, entry in last.items()}
    off = [case for case in cases if case.present_grade_id != getattr(held.get(case.employee_id), "id", None)]
    # Hardly ever: on every page of a case this is asked, and nearly always all fit.
    codes = _codes(session) if off else {}
    found = {}
    for case in off:
        grade = held.get(case.employee_id)
        refusal = check_present_grade(codes.get(case.present_grade_id or 0), grade.code if grade else None)
        if refusal is not None:
            found[case.id] = refusal
    return found


def all_off_the_file(session: Session, cycle_id: int | None = None) -> list[tuple[Review, Refusal]]:
    """Every case (of a cycle) that still runs and whose present grade is not the grade file's, with why.

    HR takes the file's grade over (1.2-f).
    """
    of_it = () if cycle_id is None else (Review.cycle_id == cycle_id,)
    query = select(Review).where(*_off_the_file(), *of_it).order_by(Review.id).options(joinedload(Review.employee))
    cases = list(session.scalars(query))
    why = off_the_file(session, cases)
    return [(case, why[case.id]) for case in cases if case.id in why]


def count_off_the_file() -> Any:
    """How many there are, as a part of a statement."""
    return select(func.count(Review.id)).where(*_off_the_file()).scalar_subquery()


def _off_the_file() -> tuple[Any, ...]:
    rehearsed = select(Cycle.id).where(Cycle.kind == CycleKind.REHEARSAL)
    return (
        Review.stage.not_in(FINAL_STAGES), Review.reassesses_id.is_(None), Review.kind != CaseKind.SERVED,
        Review.cycle_id.not_in(rehearsed),
        # "Distinct from", because a first grading has no present grade, and an empty file none either.
        Review.present_grade_id.is_distinct_from(last_grade_id(Review.employee_id)),
    )  # fmt: skip


def counts(case: Review) -> bool:
    """Whether a case's present grade has to be the file's: none of a rehearsal, which counts for nothing (1.2-d), nor of what
    begins with a grade that is in the file already: a re-assessment, an appeal against a served document (4.3-a, 6.3-a).
    """
    return case.reassesses_id is None and case.kind != CaseKind.SERVED and case.cycle.kind != CycleKind.REHEARSAL


def running_cases(session: Session, employees: Collection[int]) -> dict[int, Review]:
    """The open case of each of these employees; one of a rehearsal counts for nothing (1.2-d)."""
    query = (
        select(Review)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Review.employee_id.in_(employees), Cycle.kind != CycleKind.REHEARSAL, Review.stage.not_in(FINAL_STAGES))
    )
    rows = session.scalars(query.order_by(Review.id).execution_options(unscoped=True))
    # The newest wins: an older one can only be open by a fault, and the newer is what goes on.
    return {case.employee_id: case for case in rows}


def held_up(session: Session, people: Mapping[int, str]) -> dict[int, Refusal]:
    """By employee (id to number), why no change outside a case takes effect before the person's case has ended (4.3-b)."""
    found = {}
    for key, case in running_cases(session, people).items():
        refusal = check_open_case(people[key], case.stage, again=case.reassesses_id is not None)
        if refusal is not None:
            found[key] = refusal
    return found


def people_on_file(session: Session, people: Select[Any]) -> int:
    """How many of these people have a grade on file."""
    on_file = select(func.count(Employee.id)).where(Employee.id.in_(people), last_grade_id(Employee.id).is_not(None))
    return session.scalar(on_file.execution_options(unscoped=True)) or 0


def first_held_up(session: Session, people: Select[Any]) -> Refusal | None:
    """The first of `held_up` among these people; asked of the stages that their open cases have, not of each of them."""
    running = (
        select(func.max(Review.id))
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Review.employee_id.in_(people), Cycle.kind != CycleKind.REHEARSAL, Review.stage.not_in(FINAL_STAGES))
        .group_by(Review.employee_id)
    )
    first = select(func.min(Review.id)).where(Review.id.in_(running))
    first = first.group_by(Review.stage, Review.reassesses_id.is_not(None))
    query = select(Employee.number, Review.stage, Review.reassesses_id).join(
        Employee, Employee.id == Review.employee_id
    )
    query = query.where(Review.id.in_(first)).order_by(Review.id)
    for number, stage, reassesses in session.execute(query.execution_options(unscoped=True)):
        if refusal := check_open_case(number, stage, again=reassesses is not None):
            return refusal
    return None


def correctable(session: Session, employee: Employee) -> Refusal | None:
    """Why the takeover of a person cannot be put right by a correction; None where it can (1.2-f)."""
    # What begins later counts as well: a takeover that another document follows is no longer only a takeover.
    kinds = [entry.kind for entry in entries_until(session, [employee.id], date.max)[employee.id]]
    stands = select(GradeChange.id).where(
        GradeChange.employee_id == employee.id,
        GradeChange.document_id.is_not(None),
        GradeChange.kind != ChangeKind.TAKEOVER_CORRECTION,
    )
    # Past the scope: the file decides, whoever asks.
    confirmed = session.scalars(stands.limit(1).execution_options(unscoped=True)).first() is not None
    return check_correctable(employee.number, kinds, confirmed)
