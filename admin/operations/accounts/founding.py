"""The beginning: where nobody of HR or management is, nobody can confirm anything; the machine names the first two (6.1-a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.power import CLAUSE, check_apart, check_names
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import Department, Employee
from admin.models.accounts import Role, User
from admin.operations.accounts.accounts import issue_activation_codes
from admin.operations.accounts.confirmations import give_or_take
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.people.here import still_here
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.offices import account_roles, held_by, somebody_confirms


@dataclass(frozen=True)
class First:
    """One of the first two: the role, the employee number and, where nobody has that number yet, the name."""

    role: str
    number: str
    name: str = ""


@dataclass(frozen=True)
class FirstAccount:
    """What they sign in with; `code` is empty where the account has a password already."""

    role: str
    username: str
    code: str


def found(first: Sequence[First], *, department: str = "", actor: Actor, now: datetime) -> list[FirstAccount]:
    """Name the first of HR and of management; whoever is in no list yet is put down with number and name.

    Only the machine's own command line does it. Raises `Refused` (6.1-a) where anybody of HR or management is in service:
    from then on one proposes and another confirms; `Invalid` for one person twice, or somebody unknown without a name.
    """
    with operation("found", actor=actor, now=now, clause=CLAUSE) as op:
        if not actor.is_system:
            raise NotFound("the machine's own command line only")
        if somebody_confirms(op.session, op.today):
            reason = N_("HR or management already has members: propose the role, and a second person confirms it.")
            raise Refused(Refusal(CLAUSE, reason))
        if len({each.number for each in first}) != len(first):
            raise Invalid({"number": N_("HR and management begin with two persons.")})
        return [_named(op, each, department) for each in first]


def _named(op: Operation, each: First, department: str) -> FirstAccount:
    person = op.session.scalars(select(Employee).where(Employee.number == each.number)).first()
    person = person or _put_down(op, each, department)
    still_here(op, person.id, "number")
    if refusal := check_apart(held_by(op.session, person, op.today), each.role):
        raise Refused(refusal)
    user = _account_of(op, person)
    if each.role not in account_roles(op.session, user.id):
        role = op.session.scalars(select(Role).where(Role.name == each.role)).one()
        give_or_take(op, user, role, give=True)
    codes = {} if user.password else issue_activation_codes([user.id], actor=op.actor, now=op.now)
    return FirstAccount(each.role, user.username, codes.get(user.id, ""))


def _put_down(op: Operation, each: First, department: str) -> Employee:
    """Somebody whom no import has brought yet; the first import of the employees puts the rest right."""
    if not each.name.strip() or not department.strip():
        reason = N_("No one has this employee number yet: give the name and the department.")
        raise Invalid({"number": reason})
    if faults := check_names({"name": each.name, "number": each.number}):
        raise Invalid(faults)
    place = op.session.scalars(select(Department).where(Department.name == department.strip())).first()
    place = place or op.add(Department(code=department.strip()[:40], name=department.strip()[:100]))
    return op.add(
        Employee(number=each.number.strip(), name=each.name.strip()[:100], department_id=place.id, hired_on=op.today)
    )


def _account_of(op: Operation, person: Employee) -> User:
    if person.user_id is None:
        create_accounts([person.id], actor=op.actor, now=op.now)
        op.session.refresh(person)
    return op.get(User, person.user_id)
