"""What was done to a record, in words: the steps of its procedure and the changes of its columns, redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Table
from sqlalchemy.orm import Mapper

from admin.access.actor import Actor
from admin.domain.codes import CaseOutcome
from admin.domain.refusals import N_
from admin.models import Model, db
from admin.models.audit import WITHHELD
from admin.models.commitments import EARLIER, SALTED, UNSALTED
from admin.queries.system.audit import TrailEntry, changes_of, history_of
from admin.web.audit_words import COLUMNS
from admin.web.texts import (
    EMPTY,
    acting_name,
    action_label,
    as_text,
    label_of,
    moment,
    moment_in,
    name_of,
    stage_label,
    translated,
)

ACTS = {
    "insert": N_("Added"),
    "update": N_("Changed"),
    "delete": N_("Deleted"),
    "read": N_("Read"),
    "export": N_("Exported"),
    "issue": N_("Issued"),
    "step": N_("Step taken"),
    "erase": N_("Erased"),
}
HASHED = (SALTED, UNSALTED, EARLIER)
NAMED = frozenset({"departments", "grades", "cycles", "scorecards", "policy_versions"})  # what nobody is hidden behind
READABLE = 12  # a longer list is named without its values
NOBODY = {"system": N_("The system"), "anyone": N_("Someone not signed in")}
Words = Mapping[str, Mapping[str, str]]


def who(name: str) -> str:
    """An actor's name; those who are no persons in the reader's language."""
    return label_of(NOBODY, name) if name in NOBODY else _(name)


def timeline(process: str, record_id: int, reader: Actor) -> list[dict[str, Any]]:
    """The steps of a record's procedure as page.timeline shows them, redacted for the reader."""
    return [event_of(each) for each in history_of(db.session(), process, record_id, reader)]


def changes(
    table: str, record_id: int, reader: Actor, labels: Mapping[str, Any], words: Words | None = None
) -> list[dict[str, Any]]:
    """The audited changes of a row as page.timeline shows them; `labels` name its columns, `words` their codes."""
    place = Model.metadata.tables[table]
    return [_change(place, each, labels, words or {}) for each in changes_of(db.session(), table, record_id, reader)]


def event_of(entry: TrailEntry) -> dict[str, Any]:
    """One step of a procedure in words."""
    stage = stage_label(entry.to_stage) if entry.to_stage else ""
    return {
        "when": as_text(entry.happened_at),
        "title": action_label(entry.action, entry.process),
        "text": _joined(acting_name(who(entry.actor_name), entry.in_place_of), stage, _reason(entry.reason)),
    }


def _reason(reason: str) -> str:
    """Why a step was taken: a code by its label, what the system gave as its reason in the reader's language, words as they are."""
    labels = CaseOutcome.labels()
    return label_of(labels, reason) if reason in labels else translated(reason) if reason else ""


def _change(table: Table, entry: TrailEntry, labels: Mapping[str, Any], words: Words) -> dict[str, Any]:
    columns = [_column(table, name, pair, labels, words.get(name, {})) for name, pair in sorted(entry.changes.items())]
    text = _("; ").join(column for column in columns if column)
    return {
        "when": as_text(entry.happened_at),
        "title": label_of(ACTS, entry.action),
        "text": _joined(who(entry.actor_name), text),
    }


def changes_in_words(
    table: Table, changes: Mapping[str, Any], labels: Mapping[str, Any], words: Words
) -> dict[str, str]:
    """Each column by its name with its old and new value, records by what they are called, for who may read them."""
    return {
        str(labels.get(name) or label_of(COLUMNS, name)): _values(table, name, pair, words.get(name, {}))
        for name, pair in changes.items()
    }


def _values(table: Table, name: str, pair: Any, words: Mapping[str, str]) -> str:
    if not isinstance(pair, list) or len(pair) != 2:
        return _("not shown here")
    old, new = (_one(table, name, value, words) for value in pair)
    return f"{old} → {new}"


def _one(table: Table, name: str, value: Any, words: Mapping[str, str]) -> str:
    """A value in words: what was kept as a hash is told to be there, a record is named."""
    if str(value).startswith(HASHED):
        return _("kept as a hash")
    if value == WITHHELD:
        return _("not shown here")
    named = _record(table, name, value) if isinstance(value, int) and not isinstance(value, bool) else None
    return named or _value(value, words)


def _record(table: Table, name: str, key: int) -> str | None:
    """What the record that a column refers to is called; None where it refers to none, or has no name."""
    mapper = _referred(table, name)
    row = db.session.get(mapper.class_, key) if mapper else None
    return name_of(row) if row is not None and type(row).__str__ is not object.__str__ else None


def _referred(table: Table, name: str) -> Mapper[Any] | None:
    """What a column refers to; None where it holds a value of its own."""
    column = table.c.get(name)
    places = {reference.column.table for reference in column.foreign_keys} if column is not None else set()
    return next((each for each in Model.registry.mappers if each.local_table in places), None)


def _may_name(table: Table, name: str) -> bool:
    mapper = _referred(table, name)
    return mapper is not None and mapper.class_.__tablename__ in NAMED


def _column(table: Table, name: str, pair: Any, labels: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """One column's change; references to people and personal texts are named without their value."""
    label = labels.get(name) or labels.get(name.removesuffix("_id"))
    if label is None:
        return ""
    plain = (
        name in labels
        and isinstance(pair, list)
        and len(pair) == 2
        and not any(isinstance(value, list) and len(value) > READABLE for value in pair)
        and not any(str(value).startswith(HASHED) for value in pair)
    )
    if not plain and isinstance(pair, list) and len(pair) == 2 and _may_name(table, name):
        pair = [_record(table, name, key) if isinstance(key, int) else None for key in pair]
    elif not plain:
        return str(label)
    before = "" if pair[0] in (None, "") else f"{_value(pair[0], words)} → "
    return f"{label}{_(': ')}{before}{_value(pair[1], words)}"


def _value(value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return _(", ").join(_value(each, words) for each in value) or EMPTY
    if isinstance(value, str) and (when := moment_in(value)):
        return moment(when)
    return label_of(words, value) if value in words else as_text(value)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
