"""An import's file: kept by its hash, read apart from whoever answers, and held against the portal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import config
from admin.domain.codes import ImportKind
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_
from admin.files.apart import read_apart
from admin.files.choices import HowRead
from admin.files.examples import without_examples
from admin.files.faults import FileFault, FileNote
from admin.files.grades import grade_lookup
from admin.files.mapping import Mapping as FileMapping
from admin.files.mapping import distinct_values, reading_of
from admin.files.outline import Outline, kept_outline, outline_of
from admin.files.proposing import propose
from admin.files.reading import Context, Parsed
from admin.files.shapes import shaped
from admin.files.tables import Table
from admin.files.vocabulary import spec_of
from admin.files.whole import write_whole
from admin.models import Import
from admin.operations.imports.import_kinds import KINDS, kind_named
from admin.operations.imports.imports_kept import begun_mapping, file_mapping
from admin.operations.imports.imports_meeting import quiet_mark
from admin.operations.imports.imports_plan import Basis, Plan
from admin.operations.progress import Progress, no_progress
from admin.queries.imports.imports import days_passed_on, employees_known, figures_by_number, ladder_names
from admin.queries.system.altered import is_the_one
from admin.queries.system.calendar import company_time

AS_BEFORE = N_("Columns, words and formats were taken over from the last file with the same columns")
FEW_ROWS, FEW_BYTES = 500, 128 * 1024  # what is read, checked and applied while the one who asked waits


@dataclass
class Opened:
    """A file as a table, its columns as chosen, and the audit event that was the last before it was read.

    Every change is an event: as long as none has come, what the reading relied on still holds.
    """

    table: Table
    mapping: FileMapping
    proposed: FileMapping
    mark: int

    @property
    def outline(self) -> Outline:
        """What is kept of the table."""
        return outline_of(self.table, self.proposed)


@dataclass
class FileRead(Opened):
    """A file read under a mapping."""

    parsed: Parsed[Any]
    plan: Plan | None = None


def large(size: int) -> bool:
    """Whether a file of so many bytes is read by the worker."""
    return size > FEW_BYTES


def too_long(row: Import) -> bool:
    """Whether an import takes longer than whoever asks for it should wait."""
    outline = kept_outline(row.report)
    return large(row.size) if outline is None else outline.rows > FEW_ROWS


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


def table_of(kind: str, filename: str, data: bytes, reading: HowRead) -> Table:
    """The file as the table that its columns are chosen from: read as HR chose, months and years as rows.

    Raises `FileFault`; `Untold` where HR has to say how it is read.
    """
    chosen = {name: value for name, value in reading.to_json().items() if name != "across"}
    return shaped(read_apart(filename, data, kind, **chosen), kind, reading.across)


def open_file(
    session: Session, kind: str, filename: str, data: bytes, mapping: Mapping[str, Any] | None,
    progress: Progress = no_progress,
) -> Opened:  # fmt: skip
    """Read a file as a table. Raises `FileFault` where it is none, or the mapping is no mapping."""
    kind_named(kind)
    # Before anything is read: what changes from here on shows as a later event.
    mark = quiet_mark(session)
    progress("read", 0, 1)
    table = without_examples(table_of(kind, filename, data, reading_of(mapping or {})))
    proposed = propose(table, kind)
    if set(mapping or {}) <= {"reading"}:  # nothing was chosen: at every door it begins as the last one of its columns
        chosen = begun_mapping(session, table, kind, proposed)
        if chosen.to_json() != proposed.to_json():
            table.notes.append(FileNote(AS_BEFORE))
        chosen.reading = reading_of(mapping or {})
    else:
        chosen = file_mapping(kind, mapping, proposed, partial(distinct_values, table))
    table.notes += _told(chosen, mapping)
    return Opened(table, chosen, proposed, mark)


def _told(chosen: FileMapping, mapping: Mapping[str, Any] | None) -> list[FileNote]:
    """What holds for all rows and nobody chose: it stands in a title, or in the name of the sheet or the file."""
    said = {**((mapping or {}).get("options") or {}).get("constants", {})}
    message = N_("Taken from a title or from the name of the sheet or the file, for all rows: %(field)s = %(value)s")
    return [
        FileNote(message, {"field": spec_of(chosen.kind, name).label, "value": value})
        for name, value in chosen.options.get("constants", {}).items()
        if name not in said
    ]


def parse(session: Session, opened: Opened, today: date, progress: Progress = no_progress) -> FileRead:
    """Check the rows of a table under its mapping. Raises `FileFault` where the mapping does not fit the table."""
    table, mapping = opened.table, opened.mapping
    progress("check", 0, len(table.rows))
    parsed = KINDS[mapping.kind].read(table, mapping, context_of(session, mapping.kind, today))
    progress("check", len(table.rows), len(table.rows))
    return FileRead(table, mapping, opened.proposed, opened.mark, parsed)


def read_file(
    session: Session, kind: str, filename: str, data: bytes, mapping: Mapping[str, Any] | None, today: date,
    progress: Progress = no_progress,
) -> FileRead:  # fmt: skip
    """Read and check a file. Raises `FileFault` where the file or the mapping as a whole cannot be used."""
    return parse(session, open_file(session, kind, filename, data, mapping, progress), today, progress)


def context_of(session: Session, kind: str, today: date) -> Context:
    """What the portal knows already, as the reader of this kind asks for it."""
    if kind == ImportKind.CONTACTS:
        return Context(today, metrics=frozenset(COUNTS), passed_on=days_passed_on(session), local=company_time)
    known = employees_known(session)
    people = {number: row.name for number, row in known.items()}
    if kind == ImportKind.EMPLOYEES:
        numbers = {row.id: row.number for row in known.values()}
        superiors = {row.number: numbers.get(row.superior_id) for row in known.values()}
        return Context(today, people, superiors, local=company_time)
    if KINDS[kind].rests_on_people and not people:
        raise FileFault(N_("There are no employees in the portal yet; import the employees first"))
    return Context(
        today, people, grades=grade_lookup(ladder_names(session, today)), metrics=frozenset(COUNTS), local=company_time,
        on_file=lambda months, codes: figures_by_number(session, months, codes),
    )  # fmt: skip


def plan_of(session: Session, file_read: FileRead, now: datetime, today: date) -> Plan:
    """The difference that applying would make now; a file with faults is compared as far as it can be read."""
    plan = KINDS[file_read.mapping.kind].plan(session, Basis(file_read.parsed, file_read.mapping, today), now)
    plan.extra["file"] = file_read.outline.to_json()
    return plan
