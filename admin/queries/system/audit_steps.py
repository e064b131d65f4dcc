"""The steps of histories held against the events that tell of them, bundle by bundle (6.3.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from admin.models import AuditEvent, HistoryStep
from admin.models.commitments import commitment
from admin.models.history import ERASED, STEP, STEPS, begun, ended, line_of, steps_of
from admin.queries.system.audit_chain import ChainFault

EVENTS, ROWS = AuditEvent.__table__, HistoryStep.__table__


@dataclass
class _Bundle:
    """What was met of a bundle so far: its hash, its first and last row, and of which record it tells."""

    total: Any
    first: int
    last: int
    about: str

    def place(self) -> str:
        rows = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"history {rows} ({self.about})"


def step_faults(session: Session) -> Iterator[ChainFault]:
    """Every bundle of steps that stands otherwise than its event says, was put there without one, or is gone."""
    said, erased = _said(session)
    met: dict[str, _Bundle] = {}
    for row in session.connection().execute(select(ROWS).order_by(ROWS.c.id)).mappings():
        about = f"{row['process']} {row['record_id']}"
        if row["bundle"] is None:
            yield ChainFault(f"history {row['id']} ({about})", "stands there, and no event tells of it")
            continue
        if fault := _reason_fault(row, erased):
            yield ChainFault(f"history {row['id']} ({about})", fault)
        bundle = met.setdefault(row["bundle"], _Bundle(begun(row["bundle"]), row["id"], row["id"], about))
        bundle.total.update(line_of(dict(row)))
        bundle.last = row["id"]
        bundle.about = about if about == bundle.about else f"{row['process']}, several"
    for bundle in met.values():
        if said.pop(ended(bundle.total), None) is None:
            yield ChainFault(
                bundle.place(), "the steps are not those that an event tells of: edited, added or taken out"
            )
    for event, about in said.values():
        yield ChainFault(f"event {event} ({about})", "tells of steps that do not stand so in the history any more")


def _said(session: Session) -> tuple[dict[str, tuple[int, str]], set[tuple[str, int | None]]]:
    """The bundles that events tell of, by their hashes, and the records whose reasons were erased."""
    query = select(EVENTS.c.id, EVENTS.c.act, EVENTS.c.record_type, EVENTS.c.record_id, cast(EVENTS.c.changes, Text))
    found = query.where(EVENTS.c.act.in_((STEP, ERASED))).order_by(EVENTS.c.id)
    said: dict[str, tuple[int, str]] = {}
    erased: set[tuple[str, int | None]] = set()
    for event, act, kind, key, changes in session.connection().execute(found):
        if act == ERASED:
            erased.add((kind, key))
        else:
            process = kind.removesuffix(STEPS)
            said[json.loads(changes)["steps"][1]] = (
                event,
                f"{process}, several" if key is None else f"{process} {key}",
            )
    return said, erased


def _reason_fault(row: Mapping[Any, Any], erased: set[tuple[str, int | None]]) -> str:
    """Why a step's reason is not the one that was given, or ""."""
    if row["reason"]:
        fits = row["reason_salt"] and commitment(row["reason"], row["reason_salt"]) == row["reason_mark"]
        return "" if fits else "its reason is not the one that was given"
    if row["reason_mark"] and (steps_of(row["process"]), row["record_id"]) not in erased:
        return "its reason was taken out, and no event says so"
    return ""
