"""Grades held before the system, taken over once (1.2-c): the import proposes, management approves.

An approval writes the interval of the grade file and the history; after that nobody sets a grade by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ChangeKind, ChangeStage, EmployeeStatus
from admin.domain.refusals import N_, P_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts, actions_at
from admin.files.faults import Fault, FileNote
from admin.files.grades import GradeRow
from admin.models import GradeChange, Import
from admin.models.audit import plain
from admin.operations.cases.present_grade import follow_the_file
from admin.operations.imports.difference import GRADES, ChangeLine, FileDifference
from admin.operations.imports.imports_employees_writing import insert_returning
from admin.operations.imports.imports_plan import Basis, Plan, by_rows
from admin.operations.outcome.grade_entries import enter
from admin.operations.progress import Progress
from admin.operations.transaction import Operation, operation
from admin.queries.imports.imports import employee_ids, employees_known, takeovers_of, takeovers_waiting
from admin.queries.outcome.file_fit import first_held_up, people_on_file
from admin.queries.outcome.grade_on import entries_until
from admin.queries.policy.policy import grades_by_code
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import users_told

CLAUSE = "1.2-c"
APPROVED = N_("Grades that wait for management's approval and are on file from then on: %(count)s")
CHANGES = GradeChange.__table__
MOST_TICKED = 1_000  # of a page; a whole batch is decided without ticks
Conditions = Sequence[ColumnElement[bool]]


def plan_grades(session: Session, basis: Basis) -> Plan:
    """Who is proposed for a takeover; an employee with a grade on file, or one before being hired, is a fault."""
    rows: list[GradeRow] = basis.parsed.rows
    known = employees_known(session)
    ids = employee_ids(session, {row.number for row in rows})
    grades = {code: grade.id for code, grade in grades_by_code(session).items()}
    on_file, waiting = entries_until(session, ids.values(), date.max), takeovers_waiting(session, ids.values())
    new: list[tuple[GradeRow, int, int]] = []
    faults: list[Fault] = []
    unchanged = 0
    for row in rows:
        key, grade = ids[row.number], grades[row.grade]
        if _is_same(row, grade, on_file.get(key, ()), waiting.get(key)):
            unchanged += 1
        elif fault := _fault(basis, row, known[row.number], bool(on_file.get(key)), waiting.get(key)):
            faults.append(fault)
        else:
            new.append((row, key, grade))
    counts = {
        "rows": len(rows),
        "new": len(new),
        "changed": 0,
        "unchanged": unchanged,
        "missing": _without(known, {row.number for row in rows} | basis.parsed.faulty),
    }
    plan = Plan(
        counts=counts, faults=by_rows([*basis.parsed.faults, *faults]), notes=list(basis.parsed.notes), work=new
    )
    plan.difference = FileDifference(
        lambda: (
            ChangeLine(GRADES, row.number, known[row.number].name, "grade", row.since.isoformat(), "", row.grade)
            for row, *_ in new
        )
    )
    plan.follows = [FileNote(APPROVED, {"count": len(new)})] if new else []
    return plan


def _without(known: Mapping[str, Any], there: Collection[str]) -> int:
    return sum(1 for number, person in known.items() if person.status != EmployeeStatus.LEFT and number not in there)


def _is_same(row: GradeRow, grade: int, intervals: Sequence[Any], waiting: Any) -> bool:
    taken = any(i.kind == ChangeKind.TAKEOVER and i.grade.id == grade and i.since == row.since for i in intervals)
    return taken or (waiting is not None and waiting.to_grade_id == grade and waiting.effective_on == row.since)


def _fault(basis: Basis, row: GradeRow, person: Any, graded: bool, waiting: Any) -> Fault | None:
    if graded:
        message = N_(
            "This employee has a grade on file already: grades are taken over once and then move by review (1.2-c)"
        )
        return basis.fault(row.row, "grade", row.grade, message, clause=CLAUSE)
    if waiting is not None:
        message = N_(
            "Another grade of this employee waits for management's approval; take that import back first (1.2-c)"
        )
        return basis.fault(row.row, "grade", row.grade, message, clause=CLAUSE)
    if row.since < person.hired_on:
        message = N_("The grade begins before the employee was hired (%(hired)s)")
        return basis.fault(row.row, "since", row.since, message, hired=person.hired_on.isoformat())
    return None


def batch_of(import_id: int) -> str:
    """The name under which an import's takeovers are approved together."""
    return f"import-{import_id}"


def write_grades(op: Operation, plan: Plan, row: Import, progress: Progress) -> dict[str, Any]:
    """Propose the takeovers to management."""
    rows = [
        {
            "employee_id": key,
            "kind": "takeover",
            "stage": "proposed",
            "from_grade_id": None,
            "to_grade_id": grade,
            "clause": CLAUSE,
            "reason": entry.document,
            "effective_on": entry.since,
            "batch": batch_of(row.id),
            "proposed_by_id": op.actor.user_id,
            "proposed_at": op.now,
        }
        for entry, key, grade in plan.work
    ]
    keys = insert_returning(op, GradeChange, rows)
    op.note_many(
        (
            "insert",
            "grade_changes",
            key,
            {name: [None, plain(value)] for name, value in values.items() if value is not None},
        )
        for key, values in zip(keys, rows, strict=True)
    )
    told = users_told(op.session, ("management",), today=op.today)
    op.tell(told, "import", "propose", row.id, count=len(keys), kind="takeover")
    progress("write", len(keys), len(keys))
    return {"new": keys}


def approve_takeover(batch: str, only: Collection[int] = (), *, actor: Actor, now: datetime) -> int:
    """Management approves a batch of takeovers, or of it those in `only`: grades enter the files; returns how many.

    Raises `NotFound` where nothing waits under that name, `Refused` (4.3, 1.2-c): not management, the proposer,
    or somebody graded in the meantime.
    """
    with operation("approve_takeover", actor=actor, now=now, clause=CLAUSE) as op:
        changes = _waiting(op, batch, only)
        earlier = op.session.scalars(select(GradeChange.id).where(*takeovers_of(batch, ChangeStage.APPROVED))).all()
        _decide(op, changes, "approve", "", only)
        op.session.flush()
        # Only what was approved just now: rejected rows of the same batch stay out of the files, and earlier ones are in them.
        approved = (*takeovers_of(batch, ChangeStage.APPROVED), GradeChange.id.not_in(earlier))
        if refusal := why_not_entered(op.session, approved):
            raise Refused(refusal)
        enter(op, *approved)
        # A case that was opened before the takeover has no present grade; it takes the one that is now on file.
        follow_the_file(op, [change.employee_id for change in changes], batch)
    return len(changes)


def why_not_entered(session: Session, takeovers: Conditions) -> Refusal | None:
    """Why these grades cannot be put on file: somebody has one by now (1.2-c), or a determined case that has not ended (4.3-b)."""
    people = select(GradeChange.employee_id).where(*takeovers)
    if graded := people_on_file(session, people):
        text = P_(
            "%(count)s of these employees now has a grade on file; take the import back.",
            "%(count)s of these employees now have a grade on file; take the import back.",
        )
        return Refusal(CLAUSE, text, {"count": graded})
    return first_held_up(session, people)


def decisions_on(session: Session, batch: str, actor: Actor) -> dict[str, Refusal | None]:
    """What the actor may decide on a batch, "approve" and "reject", each with why not; nothing for whom it does not concern."""
    waiting = takeovers_of(batch, ChangeStage.PROPOSED)
    offered = actions_at(_seen(session, waiting, ChangeStage.PROPOSED, actor))
    own = _own_among(session, waiting, actor)
    found = {each.action: next(iter(each.refusals), own) for each in offered}
    against = why_not_entered(session, waiting) if "approve" in found else None
    return {
        name: found[name] or (against if name == "approve" else None) for name in ("approve", "reject") if name in found
    }


def _own_among(session: Session, takeovers: Conditions, actor: Actor) -> Refusal | None:
    if actor.employee_id is None or not _among(session, takeovers, GradeChange.employee_id == actor.employee_id):
        return None
    text = N_("Your own grade is among them: another member of management approves this batch.")
    return Refusal("3.3-d", text)


def _seen(session: Session, takeovers: Conditions, stage: str, actor: Actor, **known: Any) -> Facts:
    """A batch as the workflow table sees it: its rows differ in nothing that the guards ask for."""
    proposer = _among(session, takeovers, GradeChange.proposed_by_id.is_not_distinct_from(actor.user_id))
    known |= {"is_proposer": proposer, "another_person_clause": CLAUSE}
    return Facts("grade_change", stage, frozenset(actor.roles & {"management", "hr"}), known)


def _among(session: Session, takeovers: Conditions, condition: ColumnElement[bool]) -> bool:
    found = select(GradeChange.id).where(*takeovers, condition).limit(1)
    return session.scalar(found.execution_options(unscoped=True)) is not None


def reject_takeover(batch: str, reason: str, only: Collection[int] = (), *, actor: Actor, now: datetime) -> int:
    """Management rejects a batch, or of it those in `only`, with a reason; HR may import again. Returns how many.

    Raises as `approve_takeover`.
    """
    with operation("reject_takeover", actor=actor, now=now, clause=CLAUSE) as op:
        changes = _waiting(op, batch, only)
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: it is recorded with the action.")})
        _decide(op, changes, "reject", reason, only)
    return len(changes)


def _waiting(op: Operation, batch: str, only: Collection[int]) -> list[GradeChange]:
    if not (op.actor.is_system or op.actor.has("management", "hr", "auditor")):
        raise NotFound("takeover")  # a route outside one's role does not exist (3.3-g)
    rows = list(op.locked(select(GradeChange).where(*takeovers_of(batch, ChangeStage.PROPOSED))))
    if not rows:
        raise NotFound(f"takeover {batch}")
    if not only:
        return rows
    if len(only) > MOST_TICKED or not set(only) <= {row.id for row in rows}:
        raise Invalid({"change": N_("Some of these are decided already: look at the list again. Nothing was done.")})
    return [row for row in rows if row.id in set(only)]


def _decide(op: Operation, changes: Sequence[GradeChange], action: str, reason: str, only: Collection[int]) -> None:
    """One decision on all rows alike."""
    these = takeovers_of(changes[0].batch or "", ChangeStage.PROPOSED)
    if only:
        these = (*these, GradeChange.id.in_(sorted(only)))
    facts = _seen(op.session, these, changes[0].stage, op.actor, attempt=True, reason=reason)
    own = _own_among(op.session, these, op.actor)
    op.step_many([(change, facts) for change in changes], action, reason=reason, message={"kind": "takeover"})
    if own:
        raise Refused(own)
    for change in changes:
        change.decided_by_id, change.decided_at = op.actor.user_id, op.now


def undo_grades(op: Operation, undo: Mapping[str, Any]) -> None:
    """Withdraw takeovers that wait or were rejected."""
    for some in chunks(undo["new"]):
        op.session.execute(delete(CHANGES).where(CHANGES.c.id.in_(some)))
    op.note_many(("delete", "grade_changes", key, {}) for key in undo["new"])
