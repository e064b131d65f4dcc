"""Attendance of a course date from a list: all of it or nothing, each fault by its row (5.2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import EnrolmentStage
from admin.domain.refusals import N_
from admin.domain.training import CLAUSE, SEATED, CameLine
from admin.files.faults import Fault
from admin.models import CourseSession, Employee, Enrolment
from admin.operations.development.enrolments import record_attendance
from admin.operations.transaction import operation
from admin.queries.system.chunks import chunks

UNKNOWN = N_("No employee has this number.")
NOT_ON_IT = N_("%(name)s is not enrolled for this date. Enrol them first, or take the row out.")
NO_PLACE = N_("%(name)s is on the waiting list and has no place.")
OWN = N_("You do not record your own attendance: another HR colleague does.")


@dataclass(frozen=True)
class AttendanceTaken:
    """What a list did: how many enrolments changed, how many with a place it does not name; with a fault nothing changed."""

    changed: int
    unnamed: int
    faults: Sequence[Fault]


def attendance_from(
    session_id: int, lines: Sequence[CameLine], faults: Sequence[Fault] = (), *, actor: Actor, now: datetime
) -> AttendanceTaken:
    """Record what a list says of a date, as the page records it; `faults` are those that reading it has found.

    Raises `NotFound`, `Refused` (5.2.1) for a date whose attendance cannot be recorded now.
    """
    with operation("attendance_from", actor=actor, now=now, clause=CLAUSE) as op:
        date = op.find(CourseSession, session_id)
        named: dict[str, tuple[int, str]] = {}
        for some in chunks(sorted({line.number for line in lines})):
            query = select(Employee.number, Employee.id, Employee.name).where(Employee.number.in_(some))
            named |= {number: (key, name) for number, key, name in op.session.execute(query)}
        enrolled = select(Enrolment).where(
            Enrolment.session_id == date.id, Enrolment.stage.in_((*SEATED, EnrolmentStage.WAITING))
        )
        there = {row.employee_id: row for row in op.locked(enrolled)}
        came, wrong = dict[int, bool](), list(faults)
        for line in lines:
            key, name = named.get(line.number, (0, ""))
            row = there.get(key)
            if row is None:
                reason = NOT_ON_IT if name else UNKNOWN
            elif row.stage == EnrolmentStage.WAITING:
                reason = NO_PLACE
            elif key == actor.employee_id:
                reason = OWN
            else:
                came[row.id] = line.came
                continue
            wrong.append(Fault(line.row, None, line.number, reason, {"name": name}))
        if wrong:
            return AttendanceTaken(0, 0, sorted(wrong, key=lambda fault: fault.row or 0))
        unnamed = sum(row.stage != EnrolmentStage.WAITING and row.id not in came for row in there.values())
        return AttendanceTaken(record_attendance(date.id, came, actor=actor, now=now), unnamed, ())
