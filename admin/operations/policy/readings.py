"""Who has read which version of the policy: said by everyone themself, asked for by HR, reminded (6.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select

from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.models import Employee, Notification, PolicyReading, PolicyVersion, ReadingRequest
from admin.operations.people.people import require_hr
from admin.operations.transaction import operation
from admin.queries.policy.readings import has_read, requested
from admin.queries.policy.rules import ByDay, rules_on

CLAUSE, PROCESS = "6.2", "policy_reading"
AGAIN = timedelta(days=7)  # from one message to the next
MOST = 4  # messages about one version: the first, and three reminders; after that HR has the list
AT_ONCE = 500


def read_policy(number: int, *, actor: Actor, now: datetime) -> PolicyReading:
    """The actor has read the version in force; saying it again changes nothing.

    Raises `NotFound` for an account without an employee, `Refused` where another version is in force by now.
    """
    with operation("read_policy", actor=actor, now=now, clause=CLAUSE) as op:
        if actor.employee_id is None:
            raise NotFound("an employee is needed to read the policy")
        version = rules_on(op.session, op.today, ByDay.PRINTED).version
        if version.number != number:
            reason = N_("Version %(number)s of the policy is in force by now. Read it before you say so.")
            raise Refused(Refusal(CLAUSE, reason, {"number": version.number}))
        # Locked, so that of two clicks at once the second finds the first one's.
        op.locked(select(Employee).where(Employee.id == actor.employee_id)).one()
        query = select(PolicyReading).where(
            PolicyReading.version_id == version.id, PolicyReading.employee_id == actor.employee_id
        )
        known = op.session.scalars(query.execution_options(unscoped=True)).first()
        return known or op.add(PolicyReading(version_id=version.id, employee_id=actor.employee_id, read_at=now))


def ask_for_reading(number: int, *, actor: Actor, now: datetime) -> ReadingRequest:
    """HR asks everyone to read the version in force; whoever has not is told, and reminded. Asking again changes nothing."""
    with operation("ask_for_reading", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        in_force = rules_on(op.session, op.today, ByDay.PRINTED).version
        if in_force.number != number:
            raise Refused(Refusal(CLAUSE, N_("Only the version in force is read and acknowledged.")))
        version = op.locked(select(PolicyVersion).where(PolicyVersion.id == in_force.id)).one()
        known = op.session.scalars(select(ReadingRequest).where(ReadingRequest.version_id == version.id)).first()
        return known or op.add(ReadingRequest(version_id=version.id, asked_by_id=actor.user_id or 0, asked_at=now))


def remind_readings(*, actor: Actor, now: datetime) -> int:
    """Tell those who have not read the version that HR asked them to read: once, and then each week, four times in all."""
    with operation("remind_readings", actor=actor, now=now, clause=CLAUSE) as op:
        version = op.session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(requested(op.today)))).first()
        if version is None:
            return 0
        rows = op.session.execute(_unread(version.id, now).limit(AT_ONCE)).all()
        op.post(
            {
                "user_id": user, "process": PROCESS, "action": "remind" if told else "ask", "record_id": version.id,
                "facts": {"number": version.number},
            }
            for user, told in rows
        )  # fmt: skip
        return len(rows)


def _unread(version_id: int, now: datetime) -> Select[int, int | None]:
    told = (
        select(Notification.user_id, func.count().label("count"), func.max(Notification.created_at).label("last"))
        .where(Notification.process == PROCESS, Notification.record_id == version_id)
        .group_by(Notification.user_id)
        .subquery()
    )
    return (
        select(Employee.user_id, told.c.count)
        .outerjoin(told, told.c.user_id == Employee.user_id)
        .where(
            Employee.user_id.is_not(None),
            Employee.status != EmployeeStatus.LEFT,
            ~has_read(version_id),
            or_(told.c.count.is_(None), (told.c.count < MOST) & (told.c.last <= now - AGAIN)),
        )
        .order_by(Employee.id)
    )
