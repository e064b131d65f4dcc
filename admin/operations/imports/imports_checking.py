"""Imports of HR's files before they are applied: uploaded, their columns chosen, checked, put aside.

The bytes stand under VAR_DIR/uploads by their hash; the row says what became of them. Reading happens outside the
transaction; a long file is read by the worker (`too_long`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.basis import CLAUSE
from admin.domain.codes import ImportState
from admin.domain.refusals import N_, Invalid, Refusal, Refused, refuse
from admin.files.apart import read_apart
from admin.files.choices import HowRead
from admin.files.faults import Untold
from admin.files.mapping import Mapping as FileMapping
from admin.files.mapping import reading_of, require_columns
from admin.files.outline import kept_outline, outline_of
from admin.files.proposing import propose
from admin.files.recognising import recognised
from admin.files.uploads import display_name
from admin.models import Import, ImportProfile, db
from admin.models.audit import recorded
from admin.operations.acts import act
from admin.operations.imports.import_kinds import KINDS, kind_named
from admin.operations.imports.imports_ahead import OPEN_STATES, Looked, look, look_ahead, looked_already, seen, unusable
from admin.operations.imports.imports_kept import begun_mapping, lasting
from admin.operations.imports.imports_plan import Plan, collector_paused
from admin.operations.imports.imports_reading import (
    FileRead,
    large,
    plan_of,
    read_file,
    store,
    stored,
    table_of,
    too_long,
)
from admin.operations.many import Many, Turn, running_on
from admin.operations.people.people import require_hr
from admin.operations.progress import Progress, no_progress
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.seconds import waiting_about
from admin.queries.imports.imports import imports_named
from admin.queries.system.calendar import company_day

FINISHED = Refusal("1.3.1", N_("This import is finished; upload the file again to import it again."))
CHOSEN_ANEW = N_("Its columns were changed in another window meanwhile: check it again, then apply it.")


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

    A long one of a named kind is read when it is checked. Its mapping begins as the last one of a file with the same
    columns, with what the file itself says; where HR has to say how it is read, without one. Raises `FileFault` for what is no
    table at all (empty, in disguise, damaged), `Invalid` for an unknown kind.
    """
    if kind is not None:
        kind_named(kind)
    name = display_name(filename)
    mapping: dict[str, Any] = {}
    report: dict[str, Any] = {}
    if kind is None or not large(len(data)):
        try:
            kind = kind or recognised(read_apart(name, data), name)
            table = table_of(kind, name, data, HowRead())
        except Untold as asked:
            if kind is None or not asked.of_a_table:
                raise
        else:  # what cannot be read yet HR says on the next page
            proposed = propose(table, kind)
            report = {"file": outline_of(table, proposed).to_json()}
            mapping = begun_mapping(db.session(), table, kind, proposed).to_json()
    sha256, clause = store(data), kind_named(kind).clause
    with operation("upload_import", actor=actor, now=now, clause=clause) as op:
        require_hr(op)
        waiting = select(Import).where(Import.kind == kind, Import.sha256 == sha256, Import.state.in_(OPEN_STATES))
        row = op.session.scalars(waiting.order_by(Import.id.desc())).first()
        if row is not None:
            return row
        return op.add(
            Import(
                kind=kind, filename=name, sha256=sha256, size=len(data), mapping=mapping, report=report,
                uploaded_by_id=actor.user_id, uploaded_at=now,
            )
        )  # fmt: skip


def choose_kind(import_id: int, kind: str, *, actor: Actor, now: datetime) -> Import:
    """Say that a file that waits is of another kind than it was taken for; its columns are proposed anew.

    Raises `Invalid` for an unknown kind, `Refused` for an import that is finished or waits for a second person, `NotFound`.
    """
    row = seen(import_id, actor)
    clause = kind_named(kind).clause
    reading = reading_of(row.mapping)
    table = table_of(kind, row.filename, stored(row.sha256), reading)
    proposed = propose(table, kind)
    with operation("choose_import_kind", actor=actor, now=now, clause=clause) as op:
        require_hr(op)
        refuse_finished(row := op.find(Import, import_id))
        _refuse_waiting(op, row)
        row.kind, row.mapping = kind, replace(proposed, reading=reading).to_json()
        row.difference = None
        row.state, row.report = ImportState.UPLOADED, {"file": outline_of(table, proposed).to_json()}
    return row


def choose_columns(import_id: int, mapping: Mapping[str, Any], *, actor: Actor, now: datetime) -> Import:
    """Keep which column is which, for a check that follows; what was found under the columns before goes.

    Raises `FileFault` where they cannot be used, `Refused` (1.3.1) for an import that is finished or being worked at, (6.1-a)
    for one that waits for a second person.
    """
    kind = seen(import_id, actor).kind
    plain = FileMapping.from_json(kind, mapping)
    with operation("choose_columns", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        row = op.find(Import, import_id)
        refuse_finished(row)
        _refuse_waiting(op, row)
        if running_on(op.session, "import", row.id, "check_import") or running_on(
            op.session, "import", row.id, "apply_import"
        ):
            refuse("1.3.1", N_("The portal is working at this import: wait until it has ended, or stop it."))
        outline = kept_outline(row.report) if plain.reading == reading_of(row.mapping) else None
        if outline is not None:
            require_columns(plain, outline.headers)
        row.mapping = plain.to_json()
        row.report, row.difference = {"file": outline.to_json()} if outline is not None else {}, None
        row.state = ImportState.UPLOADED
    return row


def unfinished(turn: Turn) -> Select[Any]:
    """The import itself, as long as nothing became of it."""
    return select(Import.id).where(Import.id == turn.record.id, Import.state.in_(OPEN_STATES))


def may_go_on(turn: Turn) -> None:
    require_hr(turn.op)
    refuse_finished(turn.record)


def _carry_check(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    looked = looked_already(keys[0])
    assert looked is not None  # read before this transaction
    _keep_look(keys[0], looked, None, turn.op.actor, turn.op.now)
    return {keys[0]: unusable(looked.fault)} if looked.fault is not None else {}


CHECK = Many(
    "check_import",
    "1.3.1",
    unfinished,
    _carry_check,
    imports_named,
    N_("The file is read and compared with the data in the portal. Nothing is changed by it."),
    begin=may_go_on,
    too_long=too_long,
)


@act("import", "check_import", many=CHECK, before=look_ahead)
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
    row = seen(import_id, actor)
    refuse_finished(row)
    looked = ready = looked_already(import_id) if mapping is None else None
    if looked is None:
        require_hr(Operation("check_import", actor, now, db.session()))
        chosen = dict(mapping) if mapping is not None else dict(row.mapping)
        looked = look(row, chosen, actor=actor, now=now, progress=progress)
    if looked.fault is not None:
        raise looked.fault if ready is None else Refused(unusable(looked.fault))
    _keep_look(import_id, looked, mapping, actor, now)
    assert looked.plan is not None
    return looked.plan.report()


def _keep_look(import_id: int, looked: Looked, mapping: Mapping[str, Any] | None, actor: Actor, now: datetime) -> None:
    kind = looked.opened.mapping.kind
    with operation("check_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        # Asked again under the lock: another window may have applied it while this one read the file.
        refuse_finished(row := op.find(Import, import_id))
        if mapping is None and dict(row.mapping) != looked.chosen:
            refuse("1.3.1", CHOSEN_ANEW)
        if dict(row.mapping) != looked.kept:
            _refuse_waiting(op, row)
        if looked.plan is not None:
            state = ImportState.FAULTY if looked.plan.faults else ImportState.CHECKED
            keep_plan(op, import_id, state, looked.plan, looked.kept)
        else:  # what the file looks like is kept, so that its columns can be chosen
            keep_report(
                op,
                import_id,
                ImportState.UPLOADED,
                {"file": looked.opened.outline.to_json()},
                looked.kept,
                difference=None,
            )


def refuse_finished(row: Import) -> None:
    if row.state not in OPEN_STATES:
        raise Refused(FINISHED)


def _refuse_waiting(op: Operation, row: Import) -> None:
    """Raise `Refused` where a second person is shown what it would do under the columns that it has (6.1-a)."""
    if waiting_about(op.session, "import", row.id):
        refuse(
            CLAUSE, N_("It waits for a second person as it is; take the proposal back before you choose other columns.")
        )


def keep_plan(op: Operation, key: int, state: str, plan: Plan, mapping: Mapping[str, Any], **more: Any) -> None:
    """What a plan found, and line by line what it changes."""
    lines = plan.difference.kept()
    report = plan.report() | {"groups": dict(plan.difference.groups)}
    keep_report(op, key, state, report, mapping, difference=lines, **more)


def keep_report(
    op: Operation, key: int, state: str, report: Mapping[str, Any], mapping: Mapping[str, Any], **more: Any
) -> None:
    """State and report in one statement; the audit trail gets the counts, and of the report a hash."""
    table = Import.__table__
    values = {"state": state, "report": dict(report), "mapping": dict(mapping), **more}
    op.session.execute(update(table).where(table.c.id == key).values(values))
    op.session.expire_all()
    noted = {name: [None, recorded("imports", name, value)] for name, value in values.items()}
    op.note("update", "imports", key, noted | {"counts": [None, report.get("counts", {})]})


def discard(import_id: int, *, actor: Actor, now: datetime) -> Import:
    """Put an import aside that was never applied: it changed nothing, and waits for nobody any more.

    Raises `Refused` (1.3.1) for one that is finished, `NotFound`.
    """
    kind = seen(import_id, actor).kind
    with operation("discard_import", actor=actor, now=now, clause=KINDS[kind].clause) as op:
        require_hr(op)
        row = op.find(Import, import_id)
        refuse_finished(row)
        row.state = ImportState.UNDONE
    return row


def save_profile(kind: str, name: str, mapping: Mapping[str, Any], *, actor: Actor, now: datetime) -> ImportProfile:
    """Keep a mapping for the next file of this kind; the same name replaces it. Raises `Invalid`, `FileFault`."""
    with operation("save_import_profile", actor=actor, now=now, clause=kind_named(kind).clause) as op:
        require_hr(op)
        title = name.strip()
        if not title or len(title) > 100:
            raise Invalid({"name": N_("A saved mapping needs a name of at most 100 characters.")})
        plain = FileMapping.from_json(kind, lasting(mapping)).to_json()
        row = op.session.scalars(select(ImportProfile).where(ImportProfile.name == title)).first()
        if row is not None and row.kind != kind:
            raise Invalid({"name": N_("A mapping of another kind has this name.")})
        row = row or ImportProfile(kind=kind, name=title)
        row.mapping = plain
        return op.add(row)
