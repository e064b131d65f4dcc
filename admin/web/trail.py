"""What was done to a record, in words: the steps of its procedure and the changes of its columns, redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from admin.access.actor import Actor
from admin.domain.refusals import N_
from admin.models import db
from admin.queries.audit import TrailEntry, changes_of, history_of
from admin.web.texts import EMPTY, action_label, label_of, moment, stage_label

ACTS = {
    "insert": N_("Added"),
    "update": N_("Changed"),
    "delete": N_("Deleted"),
    "read": N_("Read"),
    "export": N_("Exported"),
    "issue": N_("Issued"),
}
HASHED = "sha256:"


def timeline(process: str, record_id: int, reader: Actor) -> list[dict[str, Any]]:
    """The steps of a record's procedure as page.timeline shows them, redacted for the reader."""
    return [event_of(each) for each in history_of(db.session(), process, record_id, reader)]


def changes(table: str, record_id: int, reader: Actor, labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The audited changes of a row as page.timeline shows them; `labels` name its columns."""
    return [_change(each, labels) for each in changes_of(db.session(), table, record_id, reader)]


def event_of(entry: TrailEntry) -> dict[str, Any]:
    """One step of a procedure in words."""
    stage = stage_label(entry.to_stage) if entry.to_stage else ""
    return {
        "when": moment(entry.happened_at),
        "title": action_label(entry.action),
        "text": _joined(_(entry.actor_name), stage, entry.reason),
    }


def _change(entry: TrailEntry, labels: Mapping[str, Any]) -> dict[str, Any]:
    columns = [_column(name, pair, labels) for name, pair in sorted(entry.changes.items())]
    words = "; ".join(column for column in columns if column)
    return {
        "when": moment(entry.happened_at),
        "title": label_of(ACTS, entry.action),
        "text": _joined(entry.actor_name, words),
    }


def _column(name: str, pair: Any, labels: Mapping[str, Any]) -> str:
    """One column's change; references and personal texts are named without their value."""
    label = labels.get(name) or labels.get(name.removesuffix("_id"))
    if label is None:
        return ""
    plain = (
        name in labels
        and isinstance(pair, list)
        and len(pair) == 2
        and not any(str(value).startswith(HASHED) for value in pair)
    )
    return f"{label}: {_value(pair[0])} → {_value(pair[1])}" if plain else str(label)


def _value(value: Any) -> str:
    return EMPTY if value in (None, "", []) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
