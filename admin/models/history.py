"""History is rows: every step of every procedure, written in the transaction that made it.

Steps that are written together are a bundle, and one event tells of it by a hash over its rows: the trail then holds every
step, and nobody reads in it what the steps of somebody else's complaint or rating were (6.3-d). The reason is a person's
words and enters by a salted commitment of its own, so that it can be erased and the bundle still holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from admin.models.base import Entity, UtcDateTime
from admin.models.commitments import SALTED, commitment
from admin.models.event_form import plain

STEP, ERASED = "step", "erase"  # acts of events
STEPS = "_steps"
BUNDLE = 100  # steps at the most: one that was edited is named among no more
TOLD = (
    "process", "record_id", "action", "from_stage", "to_stage", "actor_id", "actor_name", "relation", "clause",
    "reason_mark", "happened_at",
)  # fmt: skip
_values = itemgetter(*TOLD)
_LINE = json.JSONEncoder(ensure_ascii=False, default=plain).encode


class HistoryStep(Entity):
    """One step of a record's procedure: which action led from which stage to which, by whom and in whose place, when and why.

    `bundle` names by chance the steps that were written together, `reason_mark` is the reason's commitment, which stays
    when the reason and its salt are erased.
    """

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_record", "process", "record_id"),)

    process: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(40))
    from_stage: Mapped[str] = mapped_column(String(20))
    to_stage: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    in_place_of: Mapped[str | None] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(30), default="")
    clause: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    bundle: Mapped[str | None] = mapped_column(String(32))
    reason_mark: Mapped[str | None] = mapped_column(String(80))
    reason_salt: Mapped[str | None] = mapped_column(String(32))


Event = tuple[str, str, int | None, dict[str, Any]]


def steps_of(process: str) -> str:
    """The kind of record under which events tell of a procedure's steps; that of complaints is scoped as theirs."""
    return process + STEPS


def bundled(steps: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[Event]]:
    """The steps as rows for the table, in bundles, and the events that tell of these."""
    rows, events = [], []
    for process, some in groupby(steps, key=itemgetter("process")):
        while bundle := [_marked(each) for each in islice(some, BUNDLE)]:
            name, keys = secrets.token_hex(16), {row["record_id"] for row in bundle}
            rows += [{**row, "bundle": name} for row in bundle]
            # Of one record it is scoped with the record; a bundle of many is written by HR or the system alone.
            key = keys.pop() if len(keys) == 1 else None
            events.append((STEP, steps_of(process), key, {"steps": [None, bundle_hash(name, bundle)]}))
    return rows, events


def bundle_hash(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """What an event says of a bundle: a hash over its rows in their order, salted by its name, which the trail does not know."""
    total = begun(name)
    for row in rows:
        total.update(line_of(row))
    return ended(total)


def begun(name: str) -> Any:
    """The hash of a bundle before its first row."""
    return hashlib.sha256(name.encode())


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as it goes into its bundle's hash."""
    # Only where there is one: a step of before there were deputies reads as it did when its bundle was hashed.
    beside = (row["in_place_of"],) if row.get("in_place_of") else ()
    return f"\n{_LINE((*_values(row), *beside))}".encode()


def ended(total: Any) -> str:
    """The hash after a bundle's last row."""
    return f"{SALTED}{total.hexdigest()}"


def _marked(step: Mapping[str, Any]) -> dict[str, Any]:
    if not step["reason"]:
        return {**step, "reason_mark": None, "reason_salt": None}
    made = commitment(step["reason"])
    return {**step, "reason_mark": str(made), "reason_salt": made.salt}
