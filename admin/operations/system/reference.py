"""Adding, changing and deleting reference data: one generic operation each, and the rules that a table brings.

A rule is registered for its table with `@rule`; it may raise `Invalid` or `Refused`, and add rows of its own.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, UniqueConstraint, func, inspect, select

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models.audit import FOLLOWED_RELATIONS, UNAUDITED_COLUMNS, plain
from admin.models.base import db
from admin.operations import BRINGING_RULES
from admin.operations.transaction import Operation, operation
from admin.queries.system.references import still_referred_to

Rule = Callable[[Operation, Any, Mapping[str, Any]], None]
RULES: dict[type[Any], list[Rule]] = {}
# The tables that are written as they stand, each with its clause; every other one has operations of its own.
CLAUSES = {
    "departments": "1.2",
    "employees": "1.2",
    "grades": "2.1",
    "grade_thresholds": "3.2.5",
    "scorecards": "3.2.5",
    "criteria": "3.2.5",
    "contact_logins": "3.2.1",
    "staffing_limits": "3.3.3-b",
    "calendar_days": "3.3.5-c",
    "calendar_years": "3.3.5-c",
    "pay_bands": "5.1",
    "courses": "5.2.1",
    "course_sessions": "5.2.1",
    "work_tasks": "6.2",
}


def rule(*tables: type[Any]) -> Callable[[Rule], Rule]:
    """Register a rule for what is added to or changed in these tables: rule(op, row, old values)."""

    def register(function: Rule) -> Rule:
        for table in tables:
            RULES.setdefault(table, []).append(function)
        return function

    return register


def column_values(row: Any) -> dict[str, Any]:
    """The row's own columns, by attribute."""
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}


def fingerprint(row: Any) -> str:
    """What a form was opened on: changes whenever a column or a followed relation does, counters of sign-ins apart."""
    values = {key: plain(value) for key, value in column_values(row).items() if key not in UNAUDITED_COLUMNS}
    for name in FOLLOWED_RELATIONS.get(row.__tablename__, ()):
        values[name] = sorted(each.id for each in getattr(row, name))
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:32]


class Stale(Refused):
    """Somebody else saved the record after the form was opened; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            Refusal("1.3.1", N_("Someone else saved this record first. Load it again and repeat your change."))
        )


def refuse_stale(row: Any, seen: str | None) -> None:
    """Raise `Stale` where the row is no longer what the form was opened on; None asks nothing."""
    if seen is not None and seen != fingerprint(row):
        raise Stale()


def _changing(act: str, table: type[Any], actor: Actor, now: datetime) -> AbstractContextManager[Operation]:
    name = table.__table__.name
    if name not in CLAUSES:
        raise Refused(Refusal("1.3.1", N_("These records are changed by acts of their own, not typed in.")))
    return operation(f"{act}_{name}", actor=actor, now=now, clause=CLAUSES[name])


def add_record(table: type[Any], data: Mapping[str, Any], *, actor: Actor, now: datetime) -> Any:
    """Add a row of reference data. Raises `Invalid`, `Refused`."""
    with _changing("add", table, actor, now) as op:
        row = table(**data)
        _check_unique(op, row)
        _apply_rules(op, row, {})
        op.add(row)
    return row


def edit_record(
    table: type[Any], key: int, data: Mapping[str, Any], *, seen: str | None = None, actor: Actor, now: datetime
) -> Any:
    """Change a row of reference data. `seen` is the fingerprint the form was opened on.

    Raises `NotFound`, `Invalid`, `Refused`, `Stale` where somebody else saved meanwhile.
    """
    with _changing("edit", table, actor, now) as op:
        row = op.find(table, key)
        refuse_stale(row, seen)
        old = column_values(row)
        with op.session.no_autoflush:
            for name, value in data.items():
                setattr(row, name, value)
            _check_unique(op, row)
            _apply_rules(op, row, old)
        op.session.flush()
    return row


def delete_record(table: type[Any], key: int, *, actor: Actor, now: datetime) -> None:
    """Delete a row that nothing refers to. Raises `NotFound`; `Refused` names what still refers to it."""
    with _changing("delete", table, actor, now) as op:
        row = op.find(table, key)
        _apply_rules(op, row, column_values(row))
        if (refusal := still_referred_to(op.session, table.__table__, key)) is not None:
            raise Refused(refusal)
        op.session.delete(row)


@cache
def _load_rules() -> None:
    """Import every module that brings a rule, once: one that nothing has asked for yet would let everything through."""
    for name in BRINGING_RULES:
        importlib.import_module(f"admin.operations.{name}")


def _apply_rules(op: Operation, row: Any, old: Mapping[str, Any]) -> None:
    _load_rules()
    for each in RULES.get(type(row), ()):
        each(op, row, old)


def _unique_columns(table: Table) -> list[list[str]]:
    sets = [[column.name] for column in table.columns if column.unique]
    return sets + [
        [column.name for column in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)
    ]


def _check_unique(op: Operation, row: Any) -> None:
    table = type(row).__table__
    attributes = {each.columns[0].name: each.key for each in inspect(type(row)).column_attrs}
    for names in _unique_columns(table):
        values = [getattr(row, attributes[name]) for name in names]
        if any(value is None for value in values):
            continue
        same = [table.c[name] == value for name, value in zip(names, values, strict=True)]
        if op.session.scalar(select(func.count()).select_from(table).where(*same, table.c.id != (row.id or 0))):
            raise Invalid({attributes[names[0]]: N_("Another record has this value already.")})


def look_up(table: type[Any], key: int | None) -> Any:
    """A row in the reader's scope; raises `NotFound`."""
    row = db.session.scalars(select(table).where(table.__table__.c.id == key)).first()
    if row is None:
        raise NotFound(f"{table.__name__} {key}")
    return row
