"""The chain over the audit events: its head, what has no link yet, and whether every link holds (6.3.3).

A row here is an event's columns with the `sequence` and `chain_hash` of its link, from the database or from a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Integer, Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session

from admin.models import AuditEvent, AuditSeal
from admin.models.audit import CHAIN_START, chain_hash, content_hash, plain

EVENTS, SEALS = AuditEvent.__table__, AuditSeal.__table__
LONGEST_TRANSACTION = timedelta(days=1)  # an event can be committed this long after it was written
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """The last link: its place in the chain, its hash, and when it was made."""

    sequence: int
    sha256: str
    at: datetime


@dataclass(frozen=True)
class ChainFault:
    """What does not hold, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class ChainVerdict:
    """What a verification saw: numbers of events and links, the last link's hash, the faults."""

    events: int = 0
    sealed: int = 0
    head: str = CHAIN_START
    faults: list[ChainFault] = field(default_factory=list)


def chain_head(session: Session) -> Head | None:
    """The last link; None before the first."""
    row = session.connection().execute(select(SEALS).order_by(SEALS.c.id.desc()).limit(1)).first()
    return None if row is None else Head(row.id, row.chain_hash, row.sealed_at)


def unsealed(session: Session, most: int) -> list[tuple[int, str]]:
    """(number, content hash) of events that have no link, oldest first."""
    # Without it each sealing would look through a million linked events for the few that are new.
    since = _newest_sealed(session)
    query, given = (UNSEALED, {}) if since is None else (UNSEALED_SINCE, {"since": since - LONGEST_TRANSACTION})
    return [(row.id, row.content_hash) for row in session.connection().execute(query, {"most": most, **given})]


def _newest_sealed(session: Session) -> datetime | None:
    moment: datetime | None = session.connection().scalar(NEWEST_SEALED)
    return moment


def _unsealed(*where: Any) -> Select[Any]:
    linked = select(SEALS.c.event_id).where(SEALS.c.event_id == EVENTS.c.id).exists()
    query = select(EVENTS.c.id, EVENTS.c.content_hash).where(~linked, *where)
    return query.order_by(EVENTS.c.id).limit(bindparam("most", type_=Integer))


# Made once: asked every few seconds for as long as the portal runs.
UNSEALED = _unsealed()
UNSEALED_SINCE = _unsealed(EVENTS.c.recorded_at >= bindparam("since"))
NEWEST_SEALED = (
    select(EVENTS.c.recorded_at)
    .join(SEALS, SEALS.c.event_id == EVENTS.c.id)
    .where(SEALS.c.id == select(func.max(SEALS.c.id)).scalar_subquery())
)


def chained_events(session: Session) -> Iterator[Row]:
    """Every event with its link, in the order of the chain, then those without a link. `changes` is the stored text."""
    # As stored: read into objects and written again, an edit that keeps the meaning would pass unseen.
    columns = [cast(column, Text).label("changes") if column.name == "changes" else column for column in EVENTS.c]
    link = [SEALS.c.id.label("sequence"), SEALS.c.event_id.label("sealed_event"), SEALS.c.chain_hash]
    joined = SEALS.outerjoin(EVENTS, EVENTS.c.id == SEALS.c.event_id)
    connection = session.connection()
    yield from _rows(connection.execute(select(*link, *columns).select_from(joined).order_by(SEALS.c.id)))
    without = EVENTS.outerjoin(SEALS, EVENTS.c.id == SEALS.c.event_id)
    rest = select(*link, *columns).select_from(without).where(SEALS.c.id.is_(None)).order_by(EVENTS.c.id)
    yield from _rows(connection.execute(rest))


def _rows(found: CursorResult[Any]) -> Iterator[Row]:
    names = tuple(found.keys())
    for values in found:
        yield dict(zip(names, values, strict=True))


def exported(row: Row) -> str:
    """A row as one line of the export, which `verify` reads again."""
    values = {name: plain(value) for name, value in row.items()} | {"changes": json.loads(row["changes"])}
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def verify(rows: Iterable[Row], published: Iterable[Head] = ()) -> ChainVerdict:
    """Recompute every content hash and every link, and hold the chain against the heads that were published."""
    verdict, heads = ChainVerdict(), {head.sequence: head for head in published}
    newest: Any = None
    for row in rows:
        if row["sequence"] is None:
            _check_unlinked(row, newest, verdict)
        else:
            # A deleted event has left its link alone, which says nothing about time.
            newest = row["recorded_at"] or newest
            _check_link(row, verdict)
            _check_head(heads.pop(row["sequence"], None), row, verdict)
    # What was published and is not in the chain any more: only this shows a tail that was cut off.
    for head in heads.values():
        verdict.faults.append(
            ChainFault(
                f"published head {head.sequence}",
                f"the chain has {verdict.sealed} links and no link {head.sequence}: "
                "its tail was deleted, or this is an older backup",
            )
        )
    return verdict


def _check_link(row: Row, verdict: ChainVerdict) -> None:
    sequence = row["sequence"]
    if sequence != verdict.sealed + 1:
        verdict.faults.append(ChainFault(f"links {verdict.sealed + 1} to {sequence - 1}", "missing"))
    verdict.sealed = sequence
    if row["id"] is None:
        verdict.faults.append(ChainFault(f"event {row['sealed_event']}", f"deleted; link {sequence} is left of it"))
    else:
        verdict.events += 1
        intact = _check_content(row, verdict)
        expected = chain_hash(verdict.head, row["sealed_event"], row["content_hash"])
        if intact and row["chain_hash"] != expected:
            verdict.faults.append(ChainFault(_place(row), f"link {sequence} does not follow from the one before it"))
    # Go on from what is stored, not from what it should be: one fault must not make every later link one.
    verdict.head = row["chain_hash"]


def _check_content(row: Row, verdict: ChainVerdict) -> bool:
    changes = row["changes"]
    try:
        read = json.loads(changes) if isinstance(changes, str) else changes
        intact = content_hash(row, read) == row["content_hash"]
    except ValueError:
        intact = False
    if not intact:
        verdict.faults.append(ChainFault(_place(row), "what it says was changed afterwards"))
    return intact


def _check_unlinked(row: Row, newest: Any, verdict: ChainVerdict) -> None:
    verdict.events += 1
    _check_content(row, verdict)
    if newest is not None and _moment(row["recorded_at"]) < _moment(newest) - LONGEST_TRANSACTION:
        verdict.faults.append(
            ChainFault(_place(row), "has no link although later events have theirs: added afterwards")
        )


def _check_head(head: Head | None, row: Row, verdict: ChainVerdict) -> None:
    if head is not None and head.sha256 != row["chain_hash"]:
        verdict.faults.append(
            ChainFault(f"published head {head.sequence}", "the chain up to here was made anew after it was published")
        )


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _place(row: Row) -> str:
    record = f"{row['record_type']} {row['record_id'] or ''}".rstrip()
    return f"event {row['id']} ({row['act']} of {record}, {plain(row['recorded_at'])})"
