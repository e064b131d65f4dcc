"""What a reorganisation changes of people, as a second person is shown it: where each moves, and which grade is proposed (4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.service import MOVED
from admin.models import ComingMove, Employee, GradeChange
from admin.queries.accounts.differences import UNSCOPED, said

Event = Mapping[str, Any]


def moves_told(session: Session, events: Sequence[Event]) -> tuple[list[dict[str, Any]], set[int]]:
    """Lines of (what, column, from, to) and the numbers of the people, from the events of what was tried."""
    lines, people = [], set[int]()
    for event in events:
        for person, column, before, after in _changes(session, event):
            people.add(person.id)
            told = {"what": f"{person.number} {person.name}", "from": said(session, column, before)}
            lines.append({"table": event["record_type"], "column": column, **told, "to": said(session, column, after)})
    return lines, people


def _changes(session: Session, event: Event) -> Iterator[tuple[Employee, str, Any, Any]]:
    table, key, changes = event["record_type"], event["record_id"], event["changes"]
    if table == "employees" and event["act"] == "update":
        person = _person(session, key)
        yield from ((person, name, *changes[name]) for name in MOVED if name in changes)
    elif table == "coming_moves" and event["act"] == "insert":
        row = session.get_one(ComingMove, key, execution_options=UNSCOPED)
        person = _person(session, row.employee_id)
        values = ((name, getattr(row, name)) for name in MOVED)
        yield from ((person, name, getattr(person, name), new) for name, new in values if new is not None)
    elif table == "grade_changes" and event["act"] == "insert":
        change = session.get_one(GradeChange, key, execution_options=UNSCOPED)
        yield _person(session, change.employee_id), "to_grade_id", change.from_grade_id, change.to_grade_id


def _person(session: Session, key: int) -> Employee:
    return session.get_one(Employee, key, execution_options=UNSCOPED)
