"""What an import's transaction needs of its file, read before it begins: no transaction waits for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import NotFound, Refusal, Refused
from admin.files.faults import FileFault
from admin.models import Import, db
from admin.operations.imports.imports_meeting import hold_others_off, last_event
from admin.operations.imports.imports_plan import Plan, collector_paused
from admin.operations.imports.imports_reading import FileRead, Opened, open_file, parse, plan_of, read_file, stored
from admin.operations.progress import Progress, watched
from admin.operations.seconding import Begun
from admin.operations.transaction import Operation
from admin.queries.system.calendar import company_day

OPEN_STATES = ("uploaded", "checked", "faulty")


def seen(import_id: int, actor: Actor) -> Import:
    """The import in the actor's sight. Raises `NotFound`."""
    with acting_as(actor):
        row = db.session().scalars(select(Import).where(Import.id == import_id)).first()
    if row is None:
        raise NotFound(f"import {import_id}")
    return row


def unusable(fault: FileFault) -> Refusal:
    """A file that cannot be used, as a refusal that says the same."""
    return Refusal("1.3.1", fault.message, fault.facts)


@dataclass
class Ahead:
    """A file read under a mapping before the transaction that applies it; `holds`: nothing has changed since it was read."""

    file_read: FileRead
    chosen: dict[str, Any]
    import_id: int | None = None  # none is there yet where a file is checked and applied in one go
    holds: bool = False
    asked: bool = False

    def begun(self, op: Operation) -> None:
        """In the transaction, before anything is written in it; a second time it asks nothing more."""
        if not self.asked:
            hold_others_off(op)
            self.holds, self.asked = last_event(op.session) == self.file_read.mark, True


_ahead: ContextVar[Ahead | None] = ContextVar("an import read ahead", default=None)


def read_now(row: Import, actor: Actor, now: datetime, progress: Progress) -> Ahead:
    """Read an import's file under the mapping that it has. Raises `FileFault`."""
    kind, filename, today, chosen = row.kind, row.filename, company_day(now), dict(row.mapping)
    key, sha256 = row.id, row.sha256
    with acting_as(system_actor(actor.via)):
        return Ahead(read_file(db.session(), kind, filename, stored(sha256), chosen, today, progress), chosen, key)


def read_already(import_id: int) -> Ahead | None:
    """What `read_ahead` has read of this import."""
    ahead = _ahead.get()
    return ahead if ahead is not None and ahead.import_id == import_id else None


@contextmanager
def read_ahead(import_id: int, *, actor: Actor, now: datetime) -> Iterator[Begun]:
    """Around the transaction in which an import is applied. Raises `Refused` where its file cannot be used."""
    row = seen(import_id, system_actor(actor.via))
    if row.state not in OPEN_STATES:
        yield lambda _op: None  # refused by what stands there
        return
    try:
        with collector_paused():
            ahead = read_now(row, actor, now, watched())
    except FileFault as fault:
        raise Refused(unusable(fault)) from fault
    token = _ahead.set(ahead)
    try:
        yield ahead.begun
    finally:
        _ahead.reset(token)


@contextmanager
def read_as_hr(import_id: int, *, actor: Actor, now: datetime) -> Iterator[None]:
    """The same where somebody of HR applies it; for nobody else is the file read, or anything said of it."""
    if not actor.has("hr"):
        yield
        return
    with read_ahead(import_id, actor=actor, now=now):
        yield


@dataclass
class Looked:
    """A file as it was looked at under a mapping: the difference that it makes, or what keeps it from being compared."""

    opened: Opened
    chosen: dict[str, Any]
    import_id: int
    plan: Plan | None = None
    fault: FileFault | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The mapping as the import keeps it."""
        return kept_mapping(self.opened)


def kept_mapping(opened: Opened) -> dict[str, Any]:
    """A mapping as the import keeps it, with how the file is read."""
    return opened.mapping.to_json()


_looked: ContextVar[Looked | None] = ContextVar("an import looked at ahead", default=None)


def look(row: Import, chosen: Mapping[str, Any], *, actor: Actor, now: datetime, progress: Progress) -> Looked:
    """Read an import's file and hold it against the portal. Raises `FileFault` where it is no table."""
    kind, filename, key, today = row.kind, row.filename, row.id, company_day(now)
    with collector_paused(), acting_as(system_actor(actor.via)):
        session = db.session()
        opened = open_file(session, kind, filename, stored(row.sha256), chosen, progress)
        looked = Looked(opened, dict(chosen), key)
        try:
            read = parse(session, opened, today, progress)
            progress("compare", 0, len(opened.table.rows))
            looked.plan = plan_of(session, read, now, today)
        except FileFault as fault:
            looked.fault = fault
    return looked


def looked_already(import_id: int) -> Looked | None:
    """What `look_ahead` has found in this import."""
    looked = _looked.get()
    return looked if looked is not None and looked.import_id == import_id else None


@contextmanager
def look_ahead(import_id: int, *, actor: Actor, now: datetime) -> Iterator[None]:
    """Around the transaction in which an import is checked. Raises `Refused` where its file is no table."""
    row = seen(import_id, system_actor(actor.via))
    if row.state not in OPEN_STATES or not actor.has("hr"):
        yield
        return
    try:
        looked = look(row, dict(row.mapping), actor=actor, now=now, progress=watched())
    except FileFault as fault:
        raise Refused(unusable(fault)) from fault
    token = _looked.set(looked)
    try:
        yield
    finally:
        _looked.reset(token)
