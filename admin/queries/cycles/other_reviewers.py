"""Another reviewer for each case whose head may not review it, proposed by rule before the cycle opens (3.3-f)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import ChangeStage
from admin.domain.other_reviewers import order_of_heads, other_reviewer
from admin.models import Cycle, Department, Employee, GradeChange
from admin.queries.committee.committee import in_term
from admin.queries.committee.forming import proposed_for_seats
from admin.queries.cycles.copying import reviewers_last_time
from admin.queries.cycles.cycles import Prospect, centre_departments, is_above, line_of
from admin.queries.cycles.opening import Opening, blocked_part
from admin.queries.imports.imports import department_paths

# Where a refusal of the preview is put right: by naming another reviewer, also where there is no head at all (3.3-a).
REVIEWERS, SUPERIORS = ("reviewers", "departments"), "employees"


def wants_another(row: Prospect) -> bool:
    """Whether what blocks somebody's case is mended by another reviewer."""
    return row.block is not None and row.block.facts.get("page") in REVIEWERS


def wants_superior(row: Prospect) -> bool:
    """Whether what blocks somebody's case is put right by giving them a superior."""
    return row.block is not None and row.block.facts.get("page") == SUPERIORS


def is_off_ladder(row: Prospect) -> bool:
    """Whether what blocks somebody's case is a grade that is on the ladder no more (2.1, 4.3)."""
    return row.block is not None and "grade" in row.block.facts


def changes_under_way(session: Session, people: Sequence[int]) -> set[int]:
    """Of these people those with a change of grade that is proposed or approved and not issued."""
    under_way = (ChangeStage.DRAFT, ChangeStage.PROPOSED, ChangeStage.APPROVED)
    query = select(GradeChange.employee_id).where(GradeChange.employee_id.in_(people), GradeChange.stage.in_(under_way))
    return set(session.scalars(query)) if people else set()


def proposed_superiors(session: Session, people: Sequence[Prospect]) -> dict[int, Employee]:
    """The head of the department for each of these who has no superior in service, unless they head it themselves."""
    heads = {row.employee_id: row.head_id for row in people if wants_superior(row) and row.head_id is not None}
    query = select(Employee).where(Employee.id.in_(set(heads.values())))
    known = {row.id: row for row in session.scalars(query)} if heads else {}
    return {key: known[head] for key, head in heads.items() if head in known and head != key}


def proposed_reviewers(session: Session, people: Sequence[Prospect], today: date) -> dict[int, Employee]:
    """Whom the rule proposes for each of these who needs another reviewer; nobody for whom it finds none."""
    wanted = [row for row in people if wants_another(row)]
    if not wanted:
        return {}
    rows = {row.id: row for row in session.scalars(select(Department))}
    paths = department_paths(session)
    centre = sorted(centre_departments(session), key=lambda key: paths[key])
    parents, heads = {key: row.parent_id for key, row in rows.items()}, {key: row.head_id for key, row in rows.items()}
    line = line_of(session, {*heads.values()} - {None}, today)
    serving = {key: head if head in line else None for key, head in heads.items()}
    # Whoever is proposed for a seat has it when the cycle opens.
    seated = {seat.employee_id for seat in in_term(session, today)} | proposed_for_seats(session)
    orders = {key: order_of_heads(key, parents, serving, centre) for key in {row.department_id for row in wanted}}
    # Who reviewed last time goes first, as far as they still may: a cycle is not begun anew each year.
    before = reviewers_last_time(session, [row.employee_id for row in wanted])
    line |= line_of(session, set(before.values()), today)
    chosen = {
        row.employee_id: other_reviewer(
            row.employee_id,
            row.superior_id,
            [*([before[row.employee_id]] if before.get(row.employee_id) in line else []), *orders[row.department_id]],
            seated=seated,
            is_below=lambda head, subject: is_above(subject, head, line),
        )
        for row in wanted
    }
    named = {key for key in chosen.values() if key is not None}
    known = {row.id: row for row in session.scalars(select(Employee).where(Employee.id.in_(named)))} if named else {}
    return {key: known[reviewer] for key, reviewer in chosen.items() if reviewer in known}


def all_proposed(session: Session, cycle: Cycle, opening: Opening, today: date) -> Mapping[int, int]:
    """Whom the rule proposes for everybody who needs another reviewer, on whatever part of the list they stand."""
    found: dict[int, int] = {}
    number, pages = 1, 1
    while number <= pages:
        part = blocked_part(session, cycle, opening, today, number)
        found |= {key: row.id for key, row in proposed_reviewers(session, part.rows, today).items()}
        number, pages = number + 1, part.part.pages
    return found
