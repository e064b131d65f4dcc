"""What the tests of imports share: who imports, files as bytes, counting rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor, system_actor
from admin.domain.refusals import Refused
from admin.domain.workflow import Decision
from admin.models import Import, db
from admin.operations import acts
from admin.operations.imports import imports
from admin.operations.imports.imports_plan import Plan

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HR = system_actor("cli")
OFFICER = Actor(name="人資", roles=frozenset({"hr"}), via="api")


def csv_of(text: str, encoding: str = "utf-8") -> bytes:
    """Lines of comma-separated values as a file; the indentation of the test is not part of it."""
    return "\n".join(line.strip() for line in text.strip().splitlines()).encode(encoding)


PEOPLE = """
    工號,姓名,部門,崗位,入職日期,狀態,直屬上級,話務帳號
    001,林曉青,客服中心/一線,組長,2019-03-04,在職,,
    002,陳大文,客服中心/一線,客服專員,2022-07-01,在職,001,Becky
    003,王小明,客服中心/二線,客服專員,2021-01-04,在職,001,
"""


def bring(kind: str, text: str | bytes, mapping: dict[str, Any] | None = None, actor: Actor = HR) -> tuple[Plan, Any]:
    """Import a file in one go."""
    data = text if isinstance(text, bytes) else csv_of(text)
    return imports.import_file(kind, f"{kind}.csv", data, mapping, actor=actor, now=NOW)


def offer_of(action: str, import_id: int, now: datetime = NOW) -> Decision:
    """What HR is offered of an act on an import."""
    return next(each for each in acts.offered("import", import_id, OFFICER, now) if each.action == action)


def taken_back(import_id: int, now: datetime = NOW) -> Import:
    """Take an import back at the door, where the offer has said beforehand what then happens, and why."""
    offered = offer_of("undo_import", import_id, now)
    try:
        row = imports.undo(import_id, actor=OFFICER, now=now)
    except Refused as refused:
        assert offered.refusals == (refused.refusal,)
        raise
    assert offered.allowed
    return row


def count(table: type[Any]) -> int:
    """Rows of a table as they are now, whoever may see them."""
    db.session.rollback()  # what was read before is another moment
    return db.session.connection().execute(select(func.count()).select_from(table.__table__)).scalar_one()


def rows(table: type[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Columns of a table as they are now, in the order of its rows, whoever may see them."""
    db.session.rollback()
    place = table.__table__
    return [
        tuple(row)
        for row in db.session.connection().execute(select(*(place.c[name] for name in columns)).order_by(place.c.id))
    ]


def messages(plan: Plan) -> list[tuple[int | None, str | None, str]]:
    """Faults by row, column and words."""
    return [(fault.row, fault.column, fault.text()) for fault in plan.faults]
