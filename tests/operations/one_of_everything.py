"""Two rows in each table of the trail that a centre has left empty, told of by events as an operation tells of them.

What they say makes no sense together; that a tampering with them is found does not depend on it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask_appbuilder.security.sqla.models import Group
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    String,
    Table,
    insert,
    select,
)

from admin.models import Model, PolicyVersion, db
from admin.models.accounts import Role, User
from admin.operations.transaction import Operation
from admin.queries.system.audit_rows import audited_tables
from tests import factories as make
from tests.factories import NOW

# What the database asks of a row beyond the kind of each column.
GIVEN: dict[str, dict[str, Any]] = {
    "annual_ratings": {"year": 2020},
    "complaints": {"erased_at": NOW},
    "confirmations": {"kind": "give_role"},
}
ANOTHER = {"deputy_id", "reviewer_id", "asked_by_id"}  # somebody else than the row is about
ALSO = {("confirmations", "user_id")}  # needed though the column may be empty
LISTED = re.compile(r"(\w+) IN \('([^']*)'")


def fill_the_rest() -> list[str]:
    """Fill what is empty, in the order in which rows refer to each other; the names of the tables."""
    with make.fixture() as op:
        users, roles = (op.session.scalars(select(each).limit(2)).all() for each in (User, Role))
        for name, user, role in zip(("one", "two"), users, roles, strict=True):
            user.groups = [op.add(Group(name=name, roles=[role]))]
        _second_version(op)  # a version has one request to read it, and there are two of everything
        mappers = {str(mapper.local_table): mapper.class_ for mapper in audited_tables()}
        empty = [table for table in Model.metadata.sorted_tables if table.name in mappers and not _keys(op, table)]
        for table in empty:
            for turn in (0, 1):
                op.session.execute(insert(table).values(_values(op, table, turn)))
            op.note_inserted(mappers[table.name], True)
    db.session.rollback()
    return [table.name for table in empty]


def _second_version(op: Operation) -> None:
    first = op.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number)).first()
    assert first is not None
    said = {"content": first.content, "sha256": first.sha256, "effective_from": first.effective_from}
    op.add(PolicyVersion(number=first.number + 1, stage="draft", **said))


def _keys(op: Operation, table: Table) -> list[int]:
    return list(op.session.connection().scalars(select(table.c.id).order_by(table.c.id).limit(2)))


def _values(op: Operation, table: Table, turn: int) -> dict[str, Any]:
    codes = dict(
        LISTED.findall(" ".join(str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint)))
    )
    given = {"id": turn + 1} if table.c.id.default is not None else {}
    for column in table.c:
        if column.name == "id" or (column.nullable and (table.name, column.name) not in ALSO):
            continue
        if column.foreign_keys:
            # Of a pair of columns that point together, both point to the same row.
            there = max(column.foreign_keys, key=lambda key: len(key.constraint.elements)).column
            values = list(op.session.connection().scalars(select(there).order_by(there.table.c.id).limit(2)))
            given[column.name] = values[(turn + (column.name in ANOTHER)) % len(values)]
        else:
            given[column.name] = codes.get(column.name) or _plain(column.type, turn)
    if table.name == "pay_lists" and turn:  # a document has one list, and a list one correction
        given["corrects_id"] = op.session.connection().scalar(select(table.c.id).order_by(table.c.id))
    return given | GIVEN.get(table.name, {})


def _plain(kind: Any, turn: int) -> Any:
    match kind:
        case Boolean():
            return False
        case JSON():
            return {"turn": turn}
        case LargeBinary():
            return b"x%d" % turn
        case Date():
            return date(2026, 1 + turn, 1)
        case String():
            return f"x{turn}"
        case Numeric():
            return turn + 1
        case DateTime():
            return NOW + timedelta(days=turn)
    return NOW + timedelta(days=turn) if kind.__class__.__name__ == "UtcDateTime" else turn + 1
