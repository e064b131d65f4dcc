"""An import's file: kept by its hash, read apart from whoever answers, and held against the portal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import config
from admin.domain.codes import ImportKind
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_
from admin.files.apart import read_apart
from admin.files.faults import FileFault
from admin.files.grades import grade_lookup
from admin.files.mapping import Mapping as FileMapping
from admin.files.mapping import propose
from admin.files.reading import Context, Parsed
from admin.files.tables import Table
from admin.files.whole import write_whole
from admin.operations.imports.import_kinds import KINDS, kind_named
from admin.operations.imports.imports_meeting import quiet_mark
from admin.operations.imports.imports_plan import Basis, Plan, Progress, no_progress
from admin.queries.imports.imports import days_passed_on, employees_known, ladder_names
from admin.queries.system.altered import is_the_one


@dataclass
class FileRead:
    """A file read under a mapping, and the audit event that was the last when it was read.

    Every change is an event: as long as none has come, what the reading relied on still holds.
    """

    table: Table
    mapping: FileMapping
    parsed: Parsed[Any]
    mark: int
    plan: Plan | None = None


def uploads_folder() -> Path:
    """Where uploaded files stand, by their hash."""
    return config.current().var_dir / "uploads"


def store(data: bytes) -> str:
    """Keep bytes under their SHA-256, whole or not at all; returns the hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    folder = uploads_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / sha256).exists():
        write_whole(folder / sha256, data)
    return sha256


def stored(sha256: str) -> bytes:
    """The bytes of an upload. Raises `FileFault` where they were cleared away, or are others by now."""
    try:
        data = (uploads_folder() / sha256).read_bytes()
    except FileNotFoundError:
        raise FileFault(N_("The uploaded file is no longer kept; upload it again")) from None
    if not is_the_one(data, sha256):
        raise FileFault(N_("The uploaded file was altered on the server; upload it again, and tell the auditors"))
    return data


def file_mapping(table: Table, kind: str, mapping: Mapping[str, Any] | None) -> FileMapping:
    """The mapping as given; what it does not say comes from the headers and values of the file."""
    proposed = propose(table, kind)
    if not mapping:
        return proposed
    given = FileMapping.from_json(kind, {name: value for name, value in mapping.items() if name != "sheet"})
    given.options = {**proposed.options, **given.options}
    # Options alone (a date order, say) are an answer to the file's own proposal, not a mapping without columns.
    if not given.fields:
        given.fields = proposed.fields
    return given


def read_file(
    session: Session, kind: str, filename: str, data: bytes, mapping: Mapping[str, Any] | None, today: date,
    progress: Progress = no_progress,
) -> FileRead:  # fmt: skip
    """Read and check a file. Raises `FileFault` where the file or the mapping as a whole cannot be used."""
    reader = kind_named(kind).read
    # Before anything is read: what changes from here on shows as a later event.
    mark = quiet_mark(session)
    progress("read", 0, 1)
    table = read_apart(filename, data, sheet=(mapping or {}).get("sheet") or None)
    chosen = file_mapping(table, kind, mapping)
    progress("check", 0, len(table.rows))
    context = context_of(session, kind, today)
    parsed = reader(table, chosen, context)
    progress("check", len(table.rows), len(table.rows))
    return FileRead(table, chosen, parsed, mark)


def context_of(session: Session, kind: str, today: date) -> Context:
    """What the portal knows already, as the reader of this kind asks for it."""
    if kind == ImportKind.CONTACTS:
        return Context(today, metrics=frozenset(COUNTS), passed_on=days_passed_on(session))
    known = employees_known(session)
    people = {number: row.name for number, row in known.items()}
    if kind == ImportKind.EMPLOYEES:
        numbers = {row.id: row.number for row in known.values()}
        return Context(today, people, {row.number: numbers.get(row.superior_id) for row in known.values()})
    if KINDS[kind].rests_on_people and not people:
        raise FileFault(N_("There are no employees in the portal yet; import the employees first"))
    return Context(today, people, grades=grade_lookup(ladder_names(session, today)), metrics=frozenset(COUNTS))


def plan_of(session: Session, file_read: FileRead, now: datetime, today: date) -> Plan:
    """The difference that applying would make now; a file with faults is compared as far as it can be read."""
    plan = KINDS[file_read.mapping.kind].plan(session, Basis(file_read.parsed, file_read.mapping, today), now)
    table = file_read.table
    plan.extra["file"] = {
        "sheet": table.sheet, "sheets": table.sheets, "encoding": table.encoding, "separator": table.separator,
        "header_row": table.header_row, "columns": len(table.headers),
    }  # fmt: skip
    return plan
