"""Imports of HR's files, once they are checked: applied whole or not at all, taken back.

Reading happens outside the transaction; inside, what the reading relied on is looked at again, so that nothing is applied
to another portal than the one that was checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from admin.access.actor import Actor, system_actor
from admin.domain.codes import BasisAct, ImportState
from admin.domain.refusals import N_, P_, Refusal, Refused, refuse
from admin.domain.workflow import Facts
from admin.files.uploads import display_name
from admin.models import Import
from admin.models.audit import change
from admin.operations.acts import act, declare_process
from admin.operations.imports.import_kinds import KINDS
from admin.operations.imports.imports_ahead import (
    OPEN_STATES,
    Ahead,
    kept_mapping,
    read_ahead,
    read_already,
    read_as_hr,
    read_now,
    seen,
)
from admin.operations.imports.imports_checking import (
    CHOSEN_ANEW,
    FINISHED,
    keep_plan,
    may_go_on,
    preview,
    refuse_finished,
    unfinished,
)
from admin.operations.imports.imports_meeting import hold_others_off
from admin.operations.imports.imports_plan import Plan, collector_paused
from admin.operations.imports.imports_reading import context_of, plan_of, store, too_long
from admin.operations.many import Many, Turn
from admin.operations.people.people import require_hr
from admin.operations.progress import Progress, no_progress, watched
from admin.operations.seconding import by_nobody, by_two, carries_out, tried_first
from admin.operations.transaction import Operation, operation
from admin.queries.imports.imports import imports_named
from admin.queries.imports.undoing import NOT_APPLIED, why_not_undone


def _carry_apply(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    ahead = read_already(keys[0])
    assert ahead is not None  # read before this transaction
    with collector_paused():
        why = _why_nothing(_applied(keys[0], ahead, turn.op.actor, turn.op.now, watched()))
    return {keys[0]: why} if why is not None else {}


APPLY = Many(
    "apply_import",
    "1.3.1",
    unfinished,
    _carry_apply,
    imports_named,
    N_("The whole file is applied at once, or nothing of it."),
    begin=may_go_on,
    too_long=too_long,
)


@act("import", "apply_import", many=APPLY, before=read_as_hr)
@carries_out(BasisAct.APPLY_IMPORT, "import", ahead=read_ahead)
@collector_paused()
def apply(import_id: int, *, actor: Actor, now: datetime, progress: Progress = no_progress) -> Import:
    """Apply an import whole or not at all; what it changed is in its report.

    Raises `Refused` (1.3.1) where a fault stands (the report then names them) or nothing would change, `FileFault`; `Proposed`
    where a case with locked figures rests on what it changes (6.1-a): then the whole file waits for a second person.
    """
    row = seen(import_id, actor)
    if row.state not in OPEN_STATES:
        # Within the operation, so that whoever sent it twice is told that it was done; the file is not read again for it.
        with operation("apply_import", actor=actor, now=now, clause=KINDS[row.kind].clause) as op:
            require_hr(op)
            refuse_finished(op.find(Import, import_id))
    ahead = read_already(import_id) or read_now(row, actor, now, progress)
    # Raised after the commit: the report with its faults is to stay, and a refusal would roll it back.
    if (why := _why_nothing(_applied(import_id, ahead, actor, now, progress))) is not None:
        raise Refused(why)
    return seen(import_id, actor)


def _applied(import_id: int, ahead: Ahead, actor: Actor, now: datetime, progress: Progress) -> Plan:
    clause = KINDS[ahead.file_read.mapping.kind].clause
    with operation("apply_import", actor=actor, now=now, clause=clause) as op:
        ahead.begun(op)
        return _apply(op, import_id, ahead, progress)


def _why_nothing(plan: Plan) -> Refusal | None:
    """Why nothing was applied, where nothing was."""
    if plan.faults:
        count = {"count": len(plan.faults)}
        return Refusal(
            "1.3.1",
            P_(
                "The file has %(count)s fault; nothing was applied.",
                "The file has %(count)s faults; nothing was applied.",
            ),
            count,
        )
    if plan.changes_nothing:
        return Refusal("1.3.1", N_("Nothing changes: everything in this file is in the portal already."))
    return None


def _apply(op: Operation, import_id: int, ahead: Ahead, progress: Progress) -> Plan:
    require_hr(op)
    row, file_read, chosen = op.find(Import, import_id), ahead.file_read, ahead.chosen
    refuse_finished(row)
    if ahead.import_id is not None and dict(row.mapping) != chosen:
        refuse("1.3.1", CHOSEN_ANEW)
    today = op.today
    if not ahead.holds:  # somebody changed the portal while the file was read
        # Read again inside the transaction only where it is needed: on 100,000 rows it takes most of the time.
        context = context_of(op.session, row.kind, today)
        file_read.parsed, file_read.plan = KINDS[row.kind].read(file_read.table, file_read.mapping, context), None
    plan = file_read.plan or plan_of(op.session, file_read, op.now, today)
    if plan.faults or plan.changes_nothing:
        keep_plan(op, row.id, "faulty" if plan.faults else "refused", plan, kept_mapping(file_read))
        return plan
    # The difference is all that is written from; of a long file the cells are as much again.
    file_read.table.rows, file_read.table.row_numbers = [], []
    with by_nobody(op), tried_first(op, BasisAct.APPLY_IMPORT, {"import_id": row.id}, on_file=True):
        undo = KINDS[row.kind].write(op, plan, row, progress)
    keep_plan(op, row.id, "applied", plan, kept_mapping(file_read), applied_at=op.now, undo=undo)
    return plan


@collector_paused()
def import_file(
    kind: str, filename: str, data: bytes, mapping: Mapping[str, Any] | None = None, *, actor: Actor, now: datetime,
    progress: Progress = no_progress,
) -> tuple[Plan, Import | None]:  # fmt: skip
    """Check and apply in one go: the plan, and the import's row where something was applied.

    With faults, or where nothing changes, no row is left behind. Raises `FileFault`, `Invalid`, `NotFound`.
    """
    file_read, plan = preview(kind, filename, data, mapping, actor=actor, now=now, progress=progress)
    if plan.faults or plan.changes_nothing:
        return plan, None
    row = Import(
        kind=kind, filename=display_name(filename), sha256=store(data), size=len(data),
        mapping=file_read.mapping.to_json(), uploaded_by_id=actor.user_id, uploaded_at=now,
    )  # fmt: skip
    key = None if actor.is_system else _put_down(row, kind, actor, now)
    ahead = Ahead(file_read, dict(mapping or {}))
    with operation("apply_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        ahead.begun(op)
        key = key or op.add(row).id
        plan = _apply(op, key, ahead, progress)
    return plan, seen(key, system_actor(actor.via))


def _put_down(row: Import, kind: str, actor: Actor, now: datetime) -> int:
    """A person's import is there before it is tried: it may have to wait for a second person (6.1-a)."""
    with operation("upload_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        return op.add(row).id


def _facts(op: Operation, row: Import, _reason: str | None) -> Facts:
    relations = frozenset({"hr"} if op.actor.has("hr") else ())
    # Whoever is offered nothing is not looked for either: it takes a statement for each table that refers to people.
    # Of a long one it takes a second and more: the worker asks, as the act itself does.
    why_not = why_not_undone(op.session, row, op.now) if relations and not too_long(row) else None
    finished = None if row.state in OPEN_STATES else FINISHED
    return Facts("import", row.state, relations, {"undo_refusal": why_not, "finished_refusal": finished})


def _state(row: Import) -> dict[str, Any]:
    return {"id": row.id, "kind": row.kind, "state": row.state}


declare_process("import", Import, _facts, state=_state)


def _is_applied(turn: Turn) -> None:
    require_hr(turn.op)
    if turn.record.state != ImportState.APPLIED:
        raise Refused(NOT_APPLIED)


def _applied_one(turn: Turn) -> Select[Any]:
    return select(Import.id).where(Import.id == turn.record.id, Import.state == ImportState.APPLIED)


def _carry_undo(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    with collector_paused():
        undo(keys[0], actor=turn.op.actor, now=turn.op.now)
    return {}


UNDO = Many(
    "undo_import",
    "1.3.1",
    _applied_one,
    _carry_undo,
    imports_named,
    N_("All that the file brought is taken back at once, or nothing of it."),
    begin=_is_applied,
    too_long=too_long,
)


@act("import", "undo_import", many=UNDO)
@by_two(BasisAct.UNDO_IMPORT, "import", on_file=True)
def undo(import_id: int, *, actor: Actor, now: datetime) -> Import:
    """Take an applied import back: old values return, new rows go.

    Raises `Refused` where it was not applied, or something has changed or come to rest on it since.
    """
    kind = seen(import_id, actor).kind
    with operation("undo_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        hold_others_off(op)
        row = op.find(Import, import_id)
        # Asked under the lock, by the query that the offer asks too: after it nothing refuses half way.
        if refusal := why_not_undone(op.session, row, op.now):
            raise Refused(refusal)
        KINDS[row.kind].undo(op, row.undo or {}, row)
        table = Import.__table__
        taken = change("imports", "undo", row.undo, None)
        op.session.execute(update(table).where(table.c.id == import_id).values(state="undone", undo=None))
        op.session.expire_all()
        op.note("update", "imports", import_id, {"state": ["applied", "undone"], "undo": taken})
    return seen(import_id, system_actor(actor.via))
