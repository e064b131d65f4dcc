"""Whose it is to approve what was put on somebody's file: the nearest head, or HR where there is none (4.1-a)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from admin.access.actor import Actor
from admin.domain.codes import RecordStage
from admin.domain.on_file import DUTIES
from admin.models import Department, Employee, EmployeeRecord

UNDECIDED: ColumnElement[bool] = EmployeeRecord.stage == RecordStage.RECORDED


@dataclass(frozen=True)
class Headed:
    """A department: the one above it, and its head who is in service."""

    above: int | None
    head: int | None


def heads(session: Session, today: date) -> dict[int, Headed]:
    """Every department with its head; whoever has left heads nothing, whether or not HR has named another (1.2-g)."""
    here = Employee.left_on.is_(None) | (Employee.left_on > today)
    query = select(Department.id, Department.parent_id, Employee.id).outerjoin(
        Employee, and_(Employee.id == Department.head_id, here)
    )
    rows = session.execute(query.execution_options(unscoped=True))
    return {key: Headed(above, head) for key, above, head in rows}


def head_above(line: Mapping[int, Headed], department: int | None, but: Collection[int | None] = ()) -> int | None:
    """The nearest head from a department upwards who is none of these people."""
    while department is not None:
        place = line[department]
        if place.head is not None and place.head not in but:
            return place.head
        department = place.above
    return None


def records_waiting(session: Session, actor: Actor, today: date) -> int:
    """How many records the actor may approve: nobody's own, and none that they recorded themselves."""
    recorder = aliased(Employee)
    # Counted by what the answer rests on: which person it is matters only where they head something themselves.
    heading = select(Department.head_id).where(Department.head_id.is_not(None))
    person, by = (case((each.id.in_(heading), each.id)) for each in (Employee, recorder))
    alike = EmployeeRecord.kind, Employee.department_id, person, by
    query = (
        select(*alike, func.count(EmployeeRecord.id.distinct()))
        .join(Employee, Employee.id == EmployeeRecord.employee_id)
        .outerjoin(recorder, recorder.user_id == EmployeeRecord.recorded_by_id)
        .where(
            UNDECIDED, EmployeeRecord.recorded_by_id != (actor.user_id or 0), Employee.id != (actor.employee_id or 0)
        )
        .group_by(*alike)
    )
    rows = session.execute(query.execution_options(unscoped=True)).all()
    line = heads(session, today) if rows else {}
    return sum(count * _approves(actor, kind, head_above(line, place, {*who})) for kind, place, *who, count in rows)


def _approves(actor: Actor, kind: str, head: int | None) -> bool:
    approvers = DUTIES[kind].approvers if head is not None else {"hr"}
    return (actor.has("hr") and "hr" in approvers) or ("head" in approvers and head == actor.employee_id)
