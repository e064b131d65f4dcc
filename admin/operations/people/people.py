"""People's files kept current: departments of the centre, leave, leaving, return, contact-system logins.

Who may do what to which employee is asked by scope (`op.find`) and, beyond that, of HR's role here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, EmployeeStatus, LeaveKind
from admin.domain.power import GRANTED
from admin.domain.refusals import N_, Invalid, Refused
from admin.domain.service import check_employed
from admin.domain.workflow import Facts
from admin.domain.workflow.facts import effect
from admin.models import ContactLogin, Department, Employee, Leave, Review
from admin.models.accounts import User
from admin.operations.accounts.roles import end_sessions_of
from admin.operations.acts import OPTIONAL_REASON, act
from admin.operations.committee.off_agenda import end_on_agendas
from admin.operations.development.enrolments import give_places_back
from admin.operations.fields import Field
from admin.operations.people.here import keep_change, require_hr
from admin.operations.seconding import by_two
from admin.operations.system.reference_rules import one_person_a_login
from admin.operations.transaction import Operation, operation
from admin.queries.cases.review_facts import has_left
from admin.queries.imports.follows import UNDETERMINED

LEFT = N_("The employee has left.")
ANOTHER_LEAVE = N_("This employee has another leave in that time.")
LEAVE_KINDS = LeaveKind.labels()


def mark_in_centre(
    department_id: int, in_centre: bool, *, with_children: bool = True, actor: Actor, now: datetime
) -> int:
    """Say that a department (and those below it) belongs to the customer service centre, or not; returns how many.

    Clause 1.2: everyone in service there is in the next cycle.
    """
    with operation("mark_in_centre", actor=actor, now=now, clause="1.2") as op:
        require_hr(op)
        rows = [op.find(Department, department_id)]
        for row in rows:
            if with_children:
                rows.extend(op.session.scalars(select(Department).where(Department.parent_id == row.id)))
        changed = [row for row in rows if row.in_centre != in_centre]
        for row in changed:
            row.in_centre = in_centre
    return len(changed)


@act(
    "employee",
    "record_leave",
    Field("kind", N_("Kind of leave"), "choice", choices=tuple(LEAVE_KINDS.items())),
    Field("starts_on", N_("First day"), "date"),
    Field("ends_on", N_("Last day"), "date", required=False),
)
@by_two(BasisAct.RECORD_LEAVE, "employee", on_file=True)
def record_leave(
    employee_id: int, kind: str, starts_on: date, ends_on: date | None = None, *, actor: Actor, now: datetime
) -> Leave:
    """Record a time away (1.2-b, 3.2-d). Raises `Invalid`: unknown kind, wrong order, before being hired, over another leave;
    `Refused` (1.2-g) from the leaving date on."""
    with operation("record_leave", actor=actor, now=now, clause="1.2-b") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        if refusal := check_employed(employee.number, employee.left_on, starts_on):
            raise Refused(refusal)
        if kind not in LEAVE_KINDS:
            raise Invalid({"kind": N_("There is no leave of this kind.")})
        if starts_on < employee.hired_on:
            raise Invalid({"starts_on": N_("The day is before the hiring date.")})
        if ends_on is not None and ends_on < starts_on:
            raise Invalid({"ends_on": N_("The last day is before the first.")})
        if _other_leave(op, Leave(employee_id=employee_id, starts_on=starts_on, ends_on=ends_on)):
            raise Invalid({"starts_on": ANOTHER_LEAVE})
        leave = op.add(Leave(employee_id=employee_id, kind=kind, starts_on=starts_on, ends_on=ends_on))
        today = op.today
        if starts_on <= today and (ends_on is None or ends_on >= today):
            set_status(op, employee, EmployeeStatus.ON_LEAVE, starts_on)
    return leave


def _whose(leave: Leave) -> Select[Employee]:
    return select(Employee).where(Employee.id == leave.employee_id)


def _other_leave(op: Operation, leave: Leave) -> bool:
    """Whether another leave of the same person lies in the time of this one."""
    other = select(Leave.id).where(Leave.employee_id == leave.employee_id)
    other = other.where(or_(Leave.ends_on.is_(None), Leave.ends_on >= leave.starts_on))
    if leave.ends_on is not None:
        other = other.where(Leave.starts_on <= leave.ends_on)
    if leave.id is not None:
        other = other.where(Leave.id != leave.id)
    with op.session.no_autoflush:
        return op.session.scalar(other) is not None


@by_two(BasisAct.END_LEAVE, "leave", on_file=True)
def end_leave(leave_id: int, ends_on: date, *, actor: Actor, now: datetime) -> Leave:
    """Say on which day a leave ends or ended; the status is what the leaves then say of today.

    Raises `Invalid`: before its first day, over another leave; `Refused` (1.2-g) from the leaving date on.
    """
    with operation("end_leave", actor=actor, now=now, clause="1.2-b") as op:
        require_hr(op)
        # The person first, as whoever records a return or a leaving does: two orders would wait for each other.
        employee = op.locked(_whose(op.find(Leave, leave_id, lock=False))).one()
        leave = op.find(Leave, leave_id)
        if ends_on < leave.starts_on:
            raise Invalid({"ends_on": N_("The last day is before the first.")})
        if refusal := check_employed(employee.number, employee.left_on, ends_on):
            raise Refused(refusal)
        leave.ends_on = ends_on
        if _other_leave(op, leave):
            raise Invalid({"ends_on": ANOTHER_LEAVE})
        op.session.flush()
        if employee.status == EmployeeStatus.ON_LEAVE and not away(op, employee.id):
            set_status(op, employee, EmployeeStatus.IN_SERVICE, ends_on + timedelta(days=1))
        elif employee.status == EmployeeStatus.IN_SERVICE and away(op, employee.id):
            set_status(op, employee, EmployeeStatus.ON_LEAVE, leave.starts_on)
    return leave


@act("employee", "come_back", Field("back_on", N_("First day back"), "date"))
def come_back(employee_id: int, back_on: date, *, actor: Actor, now: datetime) -> Employee:
    """Say from which day on somebody is back: the leave that runs then ends the day before (1.2-g).

    A day to come is kept, and timed work carries it out then. Of somebody who has left, or whose leaving is recorded, it
    takes the leaving back; closed cases stay closed, and the account is opened by whoever keeps accounts. Raises `Invalid`
    where there is no leave to end.
    """
    with operation("come_back", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        if employee.left_on is not None or employee.status == EmployeeStatus.LEFT:
            return take_back_leaving(employee_id, back_on, actor=actor, now=now)
        runs = or_(Leave.ends_on.is_(None), Leave.ends_on >= back_on)
        leave = op.session.scalars(
            select(Leave).where(Leave.employee_id == employee_id, Leave.starts_on < back_on, runs)
        ).first()
        if leave is not None:
            end_leave(leave.id, back_on - timedelta(days=1), actor=actor, now=now)
        elif employee.status == EmployeeStatus.ON_LEAVE and back_on <= op.today and not away(op, employee_id):
            set_status(op, employee, EmployeeStatus.IN_SERVICE, back_on)
        else:
            raise Invalid({"back_on": N_("No leave of this employee runs until that day.")})
    return employee


@by_two(BasisAct.TAKE_BACK_LEAVING, "employee", on_file=True)
def take_back_leaving(employee_id: int, back_on: date, *, actor: Actor, now: datetime) -> Employee:
    """In service again from a day between the leaving and today; a leaving to come does not take place (1.2-g).

    Raises `Invalid` for a day to come, or one before the leaving.
    """
    with operation("come_back", actor=actor, now=now, clause="1.2-g") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        if back_on > op.today:
            raise Invalid({"back_on": N_("The day is in the future. Enter today or an earlier day.")})
        if employee.status == EmployeeStatus.LEFT and employee.left_on is not None and back_on < employee.left_on:
            facts = {"left_on": employee.left_on.isoformat()}
            raise Invalid(
                {"back_on": N_("The employee left on %(left_on)s; the return cannot be before that day.")}, facts
            )
        employee.left_on = None
        if employee.status == EmployeeStatus.LEFT:
            set_status(op, employee, EmployeeStatus.IN_SERVICE, back_on)
        op.session.flush()
        _follow_leaves(op)
    return employee


def away(op: Operation, employee_id: int) -> bool:
    """Whether a leave runs today."""
    begun = or_(Leave.ends_on.is_(None), Leave.ends_on >= op.today)
    query = select(Leave.id).where(Leave.employee_id == employee_id, Leave.starts_on <= op.today, begun)
    return op.session.scalar(query) is not None


def set_status(op: Operation, employee: Employee, status: str, since: date, reason: str = "") -> None:
    """Give somebody another status from a day on, kept with it."""
    if employee.status != status:
        keep_change(op, employee, "status", employee.status, status, since, reason)
        employee.status = status


@act("employee", "mark_left", Field("left_on", N_("Last day of employment"), "date"), OPTIONAL_REASON)
@by_two(BasisAct.MARK_LEFT, "employee", on_file=True)
def mark_left(employee_id: int, left_on: date, reason: str = "", *, actor: Actor, now: datetime) -> Employee:
    """Record that somebody leaves (1.2-g): on the day undetermined cases close as left and the account ends (1.2-d).

    A determination already made stays on file; an appeal in time is still heard (HR enters it by proxy).
    A day to come is kept, and timed work carries it out then. Raises `Invalid` for a day before being hired.
    """
    with operation("mark_left", actor=actor, now=now, clause="1.2-d") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        if left_on < employee.hired_on:
            raise Invalid({"left_on": N_("The leaving date is before the hiring date.")})
        if employee.status == EmployeeStatus.LEFT and left_on > op.today:
            raise Invalid({"left_on": N_("The employee has left already: record the return first.")})
        employee.left_on = left_on
        if left_on <= op.today:
            set_status(op, employee, EmployeeStatus.LEFT, left_on, reason)
            op.session.flush()
            take_leave_of(op, [employee.id])
    return employee


def follow_dates(*, actor: Actor, now: datetime) -> int:
    """Timed: status follows the dates that are due and not carried out; returns of how many people (1.2-g)."""
    with operation("follow_dates", actor=actor, now=now, clause="1.2-g") as op:
        here = Employee.status != EmployeeStatus.LEFT
        gone = op.locked(select(Employee).where(Employee.left_on <= op.today, here)).all()
        for employee in gone:
            assert employee.left_on is not None
            set_status(op, employee, EmployeeStatus.LEFT, employee.left_on)
        op.session.flush()
        # All at once: after a holiday dozens may have left, and each case would else be read by itself.
        take_leave_of(op, [employee.id for employee in gone])
        return len(gone) + _follow_leaves(op)


def _follow_leaves(op: Operation) -> int:
    """Who is away today is on leave; who was, and whose leaves are all over, is back since the day after the last."""
    runs = (Leave.starts_on <= op.today, or_(Leave.ends_on.is_(None), Leave.ends_on >= op.today))
    away = select(Employee, Leave.starts_on).join(Leave, Leave.employee_id == Employee.id)
    away = away.where(*runs, Employee.status == EmployeeStatus.IN_SERVICE)
    last = select(Leave.employee_id, func.max(Leave.ends_on).label("day")).group_by(Leave.employee_id).subquery()
    back = select(Employee, last.c.day).join(last, last.c.employee_id == Employee.id)
    back = back.where(Employee.status == EmployeeStatus.ON_LEAVE, last.c.day < op.today)
    back = back.where(Employee.id.not_in(select(Leave.employee_id).where(*runs)))
    concerned = [row.id for row, _day in (*op.session.execute(away), *op.session.execute(back))]
    # Asked again under their locks: somebody may have recorded a return or a leaving meanwhile.
    still = {row.id for row in op.locked(select(Employee).where(Employee.id.in_(concerned)))} if concerned else set()
    changed = [(row, EmployeeStatus.ON_LEAVE, since) for row, since in op.session.execute(away)]
    changed += [
        (row, EmployeeStatus.IN_SERVICE, day + timedelta(days=1)) for row, day in op.session.execute(back).all()
    ]
    changed = [each for each in changed if each[0].id in still]
    for employee, status, since in changed:
        set_status(op, employee, status, since)
    return len(changed)


def take_leave_of(op: Operation, employee_ids: Sequence[int]) -> int:
    """What follows from having left (1.2-d): undetermined cases close as left, accounts end; returns closed cases."""
    users: list[User] = []
    closed = 0
    for start in range(0, len(employee_ids), 500):
        some = employee_ids[start : start + 500]
        query = select(Review).where(Review.employee_id.in_(some), Review.stage.in_(UNDETERMINED))
        cases = list(op.session.scalars(query))
        op.step_many(((case, _leaving(op, case)) for case in cases), "close_as_left", reason=LEFT, as_system=True)
        for case in cases:
            case.outcome_clause = "1.2-d"
        end_on_agendas(op, cases, LEFT)
        give_places_back(op, some)
        closed += len(cases)
        known = select(User).join(Employee, Employee.user_id == User.id).where(Employee.id.in_(some))
        # Locked, as whoever confirms an office locks it: nobody leaves and is given one at once. Those that were switched off
        # before too: opened again after a return, they would bring their offices along.
        users.extend(op.locked(known.options(selectinload(User.roles))))
    for user in users:
        # The account is switched off, not deleted: history and ballots name it.
        user.active = False
        # An office is a person's in service: whoever comes back is given it anew, by two persons (6.1-a).
        user.roles = [role for role in user.roles if role.name not in GRANTED]
    end_sessions_of(op, [user.id for user in users])
    op.session.flush()
    return closed


def _leaving(op: Operation, review: Review) -> Facts:
    """The case of somebody whose leaving was recorded: its closing is an effect of that, and not a decision on the case."""
    return effect("review", review.stage, has_left=has_left(review, op.today), attempt=True, reason=LEFT)


def map_login(
    login: str, employee_id: int, valid_from: date, valid_to: date | None = None, *, actor: Actor, now: datetime
) -> ContactLogin:
    """Say whose a name in the contact logs is, from a day on; an open earlier owner's time ends the day before.

    Where it is the employee's own already, from a later day on, that entry begins earlier.

    Raises `Invalid` where the login belongs to somebody else in that time.
    """
    with operation("map_login", actor=actor, now=now, clause="3.2.1") as op:
        require_hr(op)
        employee = op.find(Employee, employee_id)
        name = login.strip()
        if not name or len(name) > 100:
            raise Invalid({"login": N_("Give the name exactly as in the contact log, at most 100 characters.")})
        earlier = _open_owner(op, name, valid_from)
        if earlier is not None and earlier.employee_id == employee.id and valid_to is None:
            return earlier
        if earlier is not None:
            # A name in the contact logs is one person's on each day; the log itself does not say whose.
            earlier.valid_to = valid_from - timedelta(days=1)
            op.session.flush()
        own = select(ContactLogin).where(ContactLogin.login == name, ContactLogin.employee_id == employee.id)
        row = op.session.scalars(
            own.where(ContactLogin.valid_from > valid_from).order_by(ContactLogin.valid_from)
        ).first()
        if row is None or valid_to is not None:
            row = ContactLogin(login=name, employee_id=employee.id, valid_to=valid_to)
        row.valid_from = valid_from
        one_person_a_login(op, row, {})
        op.add(row)
    return row


def _open_owner(op: Operation, login: str, valid_from: date) -> ContactLogin | None:
    query = select(ContactLogin).where(ContactLogin.login == login, ContactLogin.valid_to.is_(None))
    return op.session.scalars(query.where(ContactLogin.valid_from < valid_from)).first()
