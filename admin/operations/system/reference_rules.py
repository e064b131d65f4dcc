"""What the reference tables refuse: circles of superiors, impossible dates, overlapping terms (1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from admin.domain.codes import EmployeeStatus, LeaveKind
from admin.domain.pay import check_band
from admin.domain.power import check_names
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.service import FOLLOWS_DATES, MOVED, check_plain_edit
from admin.files.cleaning import Unclean, clean_email
from admin.models import (
    CalendarDay,
    CalendarYear,
    ContactLogin,
    Criterion,
    Department,
    Employee,
    Grade,
    GradeThreshold,
    Leave,
    PayBand,
    Scorecard,
    StaffingLimit,
)
from admin.operations.accounts.apart import refuse_apart
from admin.operations.people.here import still_here
from admin.operations.system.reference import rule
from admin.operations.transaction import Operation
from admin.queries.outcome.pay import all_bands
from admin.queries.policy.policy_versions import level_names


@rule(Employee)
def nobody_is_named_like_the_system(_op: Operation, row: Employee, _old: Mapping[str, Any]) -> None:
    """In the trail a person's name stands where the system's would; the number becomes the sign-in name (6.1-a)."""
    if faults := check_names({"name": row.name, "number": row.number}):
        raise Invalid(faults)


@rule(Employee)
def no_auditor_leads(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """Whoever leads people judges them, and an auditor looks on (6.1-a)."""
    if row.superior_id is not None and row.superior_id != old.get("superior_id"):
        refuse_apart(op, row.superior_id, "superior")


@rule(Employee)
def dates_in_order(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """Nobody leaves, or joins the centre, before being hired."""
    if row.hired_on and row.left_on and row.left_on < row.hired_on:
        raise Invalid({"left_on": N_("The leaving date is before the hiring date.")})
    if row.hired_on and row.joined_centre_on and row.joined_centre_on < row.hired_on:
        raise Invalid({"joined_centre_on": N_("The centre was joined before the hiring date.")})
    if row.hired_on and row.hired_on != old.get("hired_on") and row.hired_on > op.today:
        raise Invalid({"hired_on": N_("The hiring date is in the future. Enter today or an earlier date.")})


@rule(Employee)
def one_address(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """An e-mail address is one address, as an import asks it too: a mail to two would be read by another (6.1-a)."""
    if row.email == old.get("email"):
        return
    try:
        row.email = clean_email(row.email) or None
    except Unclean as fault:
        raise Invalid({"email": fault.message}, fault.facts) from fault


@rule(Employee)
def no_circle_of_superiors(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """The reporting line has no cycle: nobody is, over others, their own superior."""
    if row.superior_id is not None and not old:
        still_here(op, row.superior_id, "superior")
    seen, above = {row.id}, row.superior_id
    while above is not None:
        if above in seen:
            raise Refused(Refusal("1.2", N_("This would make them each other's superior. Choose another superior.")))
        seen.add(above)
        above = op.session.scalar(select(Employee.superior_id).where(Employee.id == above))


@rule(Employee)
def status_follows_dates(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """Nobody leaves, moves, goes on leave or comes back by an ordinary edit, whatever the door (1.2-g)."""
    changed = [name for name in (*FOLLOWS_DATES, *MOVED) if old and old[name] != getattr(row, name)]
    if refusal := check_plain_edit(changed):
        raise Refused(refusal)


@rule(Employee)
def new_entries_follow_dates(op: Operation, row: Employee, old: Mapping[str, Any]) -> None:
    """A new entry's status is what its dates say: who has left has a day, who is on leave has a leave (1.2-g)."""
    if old:
        return
    has_left = row.left_on is not None and row.left_on <= op.today
    if row.status == EmployeeStatus.LEFT and not has_left:
        raise Invalid({"left_on": N_("A person who has left needs a leaving date, today or earlier.")})
    if has_left:
        row.status = EmployeeStatus.LEFT
    elif row.status == EmployeeStatus.ON_LEAVE:
        op.session.add(Leave(employee=row, kind=LeaveKind.LEAVE, starts_on=op.today))


@rule(Department)
def head_named_by_an_act(op: Operation, row: Department, old: Mapping[str, Any]) -> None:
    """Nobody heads a department by an ordinary edit: `name_head` asks who names and whether they are still here (3.3.3)."""
    if row.head_id != old.get("head_id"):
        text = N_("The head of a department is named under Maintain employee records. Nothing was changed.")
        raise Refused(Refusal("3.3.3", text, {"address": "/people/"}))


@rule(Department)
def no_circle_of_departments(op: Operation, row: Department, old: Mapping[str, Any]) -> None:
    """Departments are a tree."""
    seen, above = {row.id}, row.parent_id
    while above is not None:
        if above in seen:
            raise Invalid({"parent": N_("A department cannot be its own parent.")})
        seen.add(above)
        above = op.session.scalar(select(Department.parent_id).where(Department.id == above))


@rule(PayBand)
def amounts_in_order(op: Operation, row: PayBand, old: Mapping[str, Any]) -> None:
    """The highest amount is not below the lowest, and one day has one currency."""
    columns = {"low": "amount_min", "high": "amount_max", "currency": "currency"}
    if wrong := check_band(row.amount_min, row.amount_max, row.currency):
        raise Invalid({columns[name]: text for name, text in wrong.items()})
    others = {band.currency for band in all_bands(op.session).on_day(row.valid_from) if band.key != row.id}
    if row.currency and others - {row.currency}:
        known = ", ".join(sorted(others))
        text = N_("The bands of that day are in %(known)s. To change the currency of all, import them together.")
        raise Invalid({"currency": text}, {"known": known})


@rule(ContactLogin)
def one_person_a_login(op: Operation, row: ContactLogin, old: Mapping[str, Any]) -> None:
    """On one day a login belongs to one person."""
    if row.valid_to and row.valid_to < row.valid_from:
        raise Invalid({"valid_to": N_("The last day is before the first.")})
    until_then = or_(ContactLogin.valid_to.is_(None), ContactLogin.valid_to >= row.valid_from)
    query = select(ContactLogin.id).where(ContactLogin.login == row.login, ContactLogin.id != (row.id or 0), until_then)
    if row.valid_to:
        query = query.where(ContactLogin.valid_from <= row.valid_to)
    if op.session.scalar(query):
        raise Invalid({"login": N_("In this period the login already belongs to someone.")})


@rule(Criterion, GradeThreshold, Scorecard, Grade)
def a_new_version_only(op: Operation, row: Any, old: Mapping[str, Any]) -> None:
    """Ladder and scorecard are a promulgated version's, and pinned by cycles: they change with a new version (6.1-c)."""
    reason = N_("Ladder, scorecard and thresholds belong to their policy version; make a new version to change them.")
    raise Refused(Refusal("6.1-c", reason))


@rule(StaffingLimit)
def a_level_of_a_version(op: Operation, row: StaffingLimit, old: Mapping[str, Any]) -> None:
    """A limit is for a level of the ladder in force, or of one that is promulgated and comes (3.3.3-b, 6.1-c)."""
    if row.level not in level_names(op.session, op.today):
        raise Invalid({"level": N_("Choose a level of the ladder.")})


@rule(CalendarDay)
def confirmation_taken_back(op: Operation, row: CalendarDay, old: Mapping[str, Any]) -> None:
    """A day that changes takes the confirmation of its year back (3.3.5-c)."""
    years = {day.year for day in (row.day, old.get("day")) if day}
    for year in op.session.scalars(select(CalendarYear).where(CalendarYear.year.in_(years))):
        year.confirmed_at, year.confirmed_by_id = None, None
