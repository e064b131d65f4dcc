"""Imports of HR's files: uploaded, mapped, checked, applied whole or not at all, reported, taken back.

The bytes stand under VAR_DIR/uploads by their hash; the row says what became of them. Reading happens outside the
transaction; inside, what the reading relied on is looked at again, so that nothing is applied to another portal than
the one that was checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.basis import CLAUSE
from admin.domain.codes import BasisAct, ImportState
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused, refuse
from admin.domain.workflow import Facts
from admin.files.apart import read_apart
from admin.files.faults import FileFault
from admin.files.mapping import Mapping as FileMapping
from admin.files.mapping import propose
from admin.files.recognising import recognised
from admin.files.uploads import display_name
from admin.models import Import, ImportProfile, db
from admin.models.audit import change, recorded
from admin.operations.acts import act, declare_process
from admin.operations.imports.import_kinds import KINDS, kind_named
from admin.operations.imports.imports_meeting import hold_others_off, last_event
from admin.operations.imports.imports_plan import Plan, Progress, collector_paused, no_progress
from admin.operations.imports.imports_reading import FileRead, context_of, plan_of, read_file, store, stored
from admin.operations.people.people import require_hr
from admin.operations.seconding import Begun, by_nobody, by_two, carries_out, tried_first
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.seconds import waiting_about
from admin.queries.imports.undoing import why_not_undone
from admin.queries.system.calendar import company_day

OPEN_STATES = ("uploaded", "checked", "faulty")


def preview(
    kind: str, filename: str, data: bytes, mapping: Mapping[str, Any] | None = None, *, actor: Actor, now: datetime,
    progress: Progress = no_progress,
) -> tuple[FileRead, Plan]:  # fmt: skip
    """What an import would do; nothing is kept. Raises `FileFault`, `Invalid`, `NotFound` (HR only)."""
    require_hr(Operation("preview_import", actor, now, db.session()))
    today = company_day(now)
    with acting_as(system_actor(actor.via)):
        file_read = read_file(db.session(), kind, filename, data, mapping, today, progress)
        file_read.plan = plan_of(db.session(), file_read, now, today)
        return file_read, file_read.plan


def upload(kind: str | None, filename: str, data: bytes, *, actor: Actor, now: datetime) -> Import:
    """Keep a file for import, of the kind that it is recognised as where none is named. The same file waiting is that import again.

    Raises `FileFault` for what is no table at all (empty, in disguise, damaged), `Invalid` for an unknown kind.
    """
    if kind is not None:
        kind_named(kind)
    name = display_name(filename)
    table = read_apart(name, data)
    kind = kind or recognised(table, name)
    sha256, clause = store(data), kind_named(kind).clause
    with operation("upload_import", actor=actor, now=now, clause=clause) as op:
        require_hr(op)
        waiting = select(Import).where(Import.kind == kind, Import.sha256 == sha256, Import.state.in_(OPEN_STATES))
        row = op.session.scalars(waiting.order_by(Import.id.desc())).first()
        if row is not None:
            return row
        mapping = propose(table, kind).to_json() | (
            {"sheet": table.sheet} if table.sheet and len(table.sheets) > 1 else {}
        )
        return op.add(
            Import(
                kind=kind, filename=name, sha256=sha256, size=len(data), mapping=mapping,
                uploaded_by_id=actor.user_id, uploaded_at=now,
            )
        )  # fmt: skip


def choose_kind(import_id: int, kind: str, *, actor: Actor, now: datetime) -> Import:
    """Say that a file that waits is of another kind than it was taken for; its columns are proposed anew.

    Raises `Invalid` for an unknown kind, `Refused` for an import that is finished or waits for a second person, `NotFound`.
    """
    clause, row = kind_named(kind).clause, _seen(import_id, actor)
    table = read_apart(row.filename, stored(row.sha256), sheet=row.mapping.get("sheet"))
    with operation("choose_import_kind", actor=actor, now=now, clause=clause) as op:
        require_hr(op)
        _refuse_finished(row := op.find(Import, import_id))
        _refuse_waiting(op, row)
        sheet = {"sheet": row.mapping["sheet"]} if row.mapping.get("sheet") else {}
        row.kind, row.mapping = kind, propose(table, kind).to_json() | sheet
        row.state, row.report = ImportState.UPLOADED, {}
    return row


@collector_paused()
def check(
    import_id: int,
    mapping: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Check an uploaded file under a mapping (kept with it); returns the report. Nothing is applied.

    Raises `FileFault`, `NotFound`, `Refused` for an import that is applied already.
    """
    row = _seen(import_id, actor)
    _refuse_finished(row)
    chosen = dict(mapping) if mapping is not None else dict(row.mapping)
    file_read, plan = preview(
        row.kind, row.filename, stored(row.sha256), chosen, actor=actor, now=now, progress=progress
    )
    with operation("check_import", actor=actor, now=now, clause=KINDS[row.kind].clause) as op:
        require_hr(op)
        # Asked again under the lock: another window may have applied it while this one read the file.
        _refuse_finished(row := op.find(Import, import_id))
        if dict(row.mapping) != _kept(file_read, chosen):
            _refuse_waiting(op, row)
        _keep_report(op, import_id, "faulty" if plan.faults else "checked", plan, _kept(file_read, chosen))
    return plan.report()


def _kept(file_read: FileRead, chosen: Mapping[str, Any]) -> dict[str, Any]:
    return file_read.mapping.to_json() | ({"sheet": chosen["sheet"]} if chosen.get("sheet") else {})


def _seen(import_id: int, actor: Actor) -> Import:
    with acting_as(actor):
        row = db.session().scalars(select(Import).where(Import.id == import_id)).first()
    if row is None:
        raise NotFound(f"import {import_id}")
    return row


def _refuse_finished(row: Import) -> None:
    if row.state not in OPEN_STATES:
        refuse("1.3.1", N_("This import is finished; upload the file again to import it again."))


def _refuse_waiting(op: Operation, row: Import) -> None:
    """Raise `Refused` where a second person is shown what it would do under the columns that it has (6.1-a)."""
    if waiting_about(op.session, "import", row.id):
        refuse(
            CLAUSE, N_("It waits for a second person as it is; take the proposal back before you choose other columns.")
        )


def _keep_report(op: Operation, key: int, state: str, plan: Plan, mapping: Mapping[str, Any], **more: Any) -> None:
    """State and report in one statement; the audit trail gets the counts, and of the report a hash."""
    table = Import.__table__
    values = {"state": state, "report": plan.report(), "mapping": dict(mapping), **more}
    op.session.execute(update(table).where(table.c.id == key).values(values))
    op.session.expire_all()
    noted = {name: [None, recorded("imports", name, value)] for name, value in values.items()}
    op.note("update", "imports", key, noted | {"counts": [None, plan.report()["counts"]]})


@dataclass
class _Ahead:
    """A file read under a mapping before the transaction that applies it; `holds`: nothing has changed since it was read."""

    file_read: FileRead
    chosen: dict[str, Any]
    import_id: int | None = None  # none is there yet where a file is checked and applied in one go
    holds: bool = False

    def begun(self, op: Operation) -> None:
        """In the transaction, before anything is written in it."""
        hold_others_off(op)
        self.holds = last_event(op.session) == self.file_read.mark


_ahead: ContextVar[_Ahead | None] = ContextVar("an import read ahead", default=None)


def _read(row: Import, actor: Actor, now: datetime, progress: Progress) -> _Ahead:
    today, chosen = company_day(now), dict(row.mapping)
    with acting_as(system_actor(actor.via)):
        data = stored(row.sha256)
        return _Ahead(read_file(db.session(), row.kind, row.filename, data, chosen, today, progress), chosen, row.id)


@contextmanager
def _read_ahead(import_id: int, *, actor: Actor, now: datetime) -> Iterator[Begun]:
    """Around the transaction in which a second person confirms an import. Raises `Refused` where its file cannot be used."""
    row = _seen(import_id, system_actor(actor.via))
    if row.state not in OPEN_STATES:
        yield lambda _op: None  # refused by what stands there
        return
    try:
        with collector_paused():
            ahead = _read(row, actor, now, no_progress)
    except FileFault as fault:
        raise Refused(Refusal("1.3.1", fault.message, fault.facts)) from fault
    token = _ahead.set(ahead)
    try:
        yield ahead.begun
    finally:
        _ahead.reset(token)


@carries_out(BasisAct.APPLY_IMPORT, "import", ahead=_read_ahead)
@collector_paused()
def apply(import_id: int, *, actor: Actor, now: datetime, progress: Progress = no_progress) -> Import:
    """Apply an import whole or not at all; what it changed is in its report.

    Raises `Refused` (1.3.1) where a fault stands (the report then names them) or nothing would change, `FileFault`; `Proposed`
    where a case with locked figures rests on what it changes (6.1-a): then the whole file waits for a second person.
    """
    row = _seen(import_id, actor)
    if row.state not in OPEN_STATES:
        # Within the operation, so that whoever sent it twice is told that it was done; the file is not read again for it.
        with operation("apply_import", actor=actor, now=now, clause=KINDS[row.kind].clause) as op:
            require_hr(op)
            _refuse_finished(op.find(Import, import_id))
    confirmed = _ahead.get()
    ahead = confirmed if confirmed and confirmed.import_id == import_id else _read(row, actor, now, progress)
    with operation("apply_import", actor=actor, now=now, clause=KINDS[row.kind].clause) as op:
        if ahead is not confirmed:
            ahead.begun(op)
        plan = _apply(op, import_id, ahead, progress)
    # Raised after the commit: the report with its faults is to stay, and a refusal would roll it back.
    if plan.faults:
        raise Refused(
            Refusal("1.3.1", N_("The file has %(count)s faults; nothing was applied."), {"count": len(plan.faults)})
        )
    if plan.changes_nothing:
        raise Refused(Refusal("1.3.1", N_("Nothing changes: everything in this file is in the portal already.")))
    return _seen(import_id, actor)


def _apply(op: Operation, import_id: int, ahead: _Ahead, progress: Progress) -> Plan:
    require_hr(op)
    row, file_read, chosen = op.find(Import, import_id), ahead.file_read, ahead.chosen
    _refuse_finished(row)
    if ahead.import_id is not None and dict(row.mapping) != chosen:
        refuse("1.3.1", N_("Its columns were changed in another window meanwhile: check it again, then apply it."))
    today = op.today
    if not ahead.holds:  # somebody changed the portal while the file was read
        # Read again inside the transaction only where it is needed: on 100,000 rows it takes most of the time.
        context = context_of(op.session, row.kind, today)
        file_read.parsed, file_read.plan = KINDS[row.kind].read(file_read.table, file_read.mapping, context), None
    plan = file_read.plan or plan_of(op.session, file_read, op.now, today)
    if plan.faults or plan.changes_nothing:
        _keep_report(op, row.id, "faulty" if plan.faults else "refused", plan, _kept(file_read, chosen))
        return plan
    with by_nobody(op), tried_first(op, BasisAct.APPLY_IMPORT, {"import_id": row.id}, on_file=True):
        undo = KINDS[row.kind].write(op, plan, row, progress)
    _keep_report(op, row.id, "applied", plan, _kept(file_read, chosen), applied_at=op.now, undo=undo)
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
    ahead = _Ahead(file_read, dict(mapping or {}))
    with operation("apply_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        ahead.begun(op)
        key = key or op.add(row).id
        plan = _apply(op, key, ahead, progress)
    return plan, _seen(key, system_actor(actor.via))


def _put_down(row: Import, kind: str, actor: Actor, now: datetime) -> int:
    """A person's import is there before it is tried: it may have to wait for a second person (6.1-a)."""
    with operation("upload_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        return op.add(row).id


def _facts(op: Operation, row: Import, _reason: str | None) -> Facts:
    relations = frozenset({"hr"} if op.actor.has("hr") else ())
    # Whoever is offered nothing is not looked for either: it takes a statement for each table that refers to people.
    why_not = why_not_undone(op.session, row, op.now) if relations else None
    return Facts("import", row.state, relations, {"undo_refusal": why_not})


def _state(row: Import) -> dict[str, Any]:
    return {"id": row.id, "kind": row.kind, "state": row.state}


declare_process("import", Import, _facts, state=_state)


@act("import", "undo_import")
@by_two(BasisAct.UNDO_IMPORT, "import", on_file=True)
def undo(import_id: int, *, actor: Actor, now: datetime) -> Import:
    """Take an applied import back: old values return, new rows go.

    Raises `Refused` where it was not applied, or something has changed or come to rest on it since.
    """
    kind = _seen(import_id, actor).kind
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
    return _seen(import_id, system_actor(actor.via))


def discard(import_id: int, *, actor: Actor, now: datetime) -> Import:
    """Put an import aside that was never applied: it changed nothing, and waits for nobody any more.

    Raises `Refused` (1.3.1) for one that is finished, `NotFound`.
    """
    kind = _seen(import_id, actor).kind
    with operation("discard_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        row = op.find(Import, import_id)
        _refuse_finished(row)
        row.state = ImportState.UNDONE
    return row


def save_profile(kind: str, name: str, mapping: Mapping[str, Any], *, actor: Actor, now: datetime) -> ImportProfile:
    """Keep a mapping for the next file of this kind; the same name replaces it. Raises `Invalid`, `FileFault`."""
    with operation("save_import_profile", actor=actor, now=now, clause=kind_named(kind).clause) as op:
        require_hr(op)
        title = name.strip()
        if not title or len(title) > 100:
            raise Invalid({"name": N_("A kept mapping needs a name of at most 100 characters.")})
        plain = FileMapping.from_json(kind, {key: value for key, value in mapping.items() if key != "sheet"}).to_json()
        row = op.session.scalars(select(ImportProfile).where(ImportProfile.name == title)).first()
        if row is not None and row.kind != kind:
            raise Invalid({"name": N_("A mapping of another kind has this name.")})
        row = row or ImportProfile(kind=kind, name=title)
        row.mapping = plain
        return op.add(row)
