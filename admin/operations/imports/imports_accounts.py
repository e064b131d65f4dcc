"""Accounts for imported employees: made together, without passwords; one-time codes bring the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

import config
from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import N_, Invalid, refuse
from admin.domain.sign_in_names import canonical
from admin.models import ActivationCode, Department, Employee
from admin.models.accounts import Role, User, assoc_user_role
from admin.operations.accounts.accounts import issue_activation_codes, made_up_email
from admin.operations.accounts.codes import MAIL_JOB
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.offices import with_office
from admin.queries.accounts.reached import codes_until
from admin.queries.system.chunks import chunks

USERS, PEOPLE, CODES = User.__table__, Employee.__table__, ActivationCode.__table__


@dataclass(frozen=True)
class Slip:
    """What an employee is handed to sign in for the first time, by the superior ("" where there is none)."""

    number: str
    name: str
    department: str
    superior: str
    username: str
    code: str
    valid_until: datetime


def create_accounts(employee_ids: Sequence[int] | None = None, *, actor: Actor, now: datetime) -> list[int]:
    """Give accounts with the role of an employee to those in service who have none; returns the accounts' ids.

    None means everybody in service. The user name is the employee number; no password until activation (hashing
    one takes a tenth of a second, and nobody should know it). Safe to run twice.
    """
    with operation("create_accounts", actor=actor, now=now, clause="3.3.1") as op:
        require_hr(op)
        people = _without_account(op, employee_ids)
        if not people:
            return []
        taken = set(op.session.scalars(select(USERS.c.sign_in_name)))
        rows = [_account(row, taken, now) for row in people]
        op.session.execute(insert(USERS), rows)
        ids = _ids(op, [row["username"] for row in rows])
        keys = [ids[row["username"]] for row in rows]
        role = op.session.scalars(select(Role).where(Role.name == "employee")).first() or op.add(Role(name="employee"))
        op.session.execute(insert(assoc_user_role), [{"user_id": key, "role_id": role.id} for key in keys])
        links = [{"person": person.id, "account": key} for person, key in zip(people, keys, strict=True)]
        statement = update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(user_id=bindparam("account"))
        op.session.connection().execute(statement, links)
        op.session.expire_all()
        for some in chunks(keys):
            op.note_inserted(User, USERS.c.id.in_(some), roles=[[], ["employee"]])
        op.note_many(("update", "employees", link["person"], {"user_id": [None, link["account"]]}) for link in links)
    return keys


def _without_account(op: Operation, employee_ids: Sequence[int] | None) -> list[Any]:
    query = select(PEOPLE.c.id, PEOPLE.c.number, PEOPLE.c.name).where(
        PEOPLE.c.user_id.is_(None), PEOPLE.c.status != EmployeeStatus.LEFT
    )
    if employee_ids is None:
        return list(op.session.execute(query.order_by(PEOPLE.c.id)))
    return [row for some in chunks(employee_ids) for row in op.session.execute(query.where(PEOPLE.c.id.in_(some)))]


def _account(row: Any, taken: set[str], now: datetime) -> dict[str, Any]:
    username = row.number
    while not (name := canonical(username)) or name in taken:
        # An employee may be numbered like an account that is there; whose it is must not be guessed.
        username = f"e{username}"
    taken.add(name)
    # Flask-AppBuilder's own columns hold moments without a zone.
    moment = now.replace(tzinfo=None)
    return {
        "username": username,
        "sign_in_name": name,
        "first_name": row.name[:64],
        "last_name": "",
        "password": None,
        "active": True,
        "email": made_up_email(username),
        "created_on": moment,
        "changed_on": moment,
        "created_by_fk": None,
        "changed_by_fk": None,
    }


def _ids(op: Operation, usernames: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(usernames):
        found.update(op.session.execute(select(USERS.c.username, USERS.c.id).where(USERS.c.username.in_(some))).all())
    return found


def activation_slips(
    employee_ids: Sequence[int] | None, *, again: bool = True, actor: Actor, now: datetime
) -> list[Slip]:
    """New one-time codes for those of these employees who have an account and never signed in (shown only now).

    None means everyone in service. They come sorted by superior, and hold until the cycle has ended. Not `again`: only for
    whoever has no code yet, so that no slip that was handed out becomes void. Raises `Invalid` where none of them needs one.
    """
    with operation("issue_activation_slips", actor=actor, now=now, clause="6.3-b") as op:
        require_hr(op)
        wanted = [None] if employee_ids is None else list(chunks(employee_ids))
        people = [row for some in wanted for row in op.session.execute(_never_signed_in(some, now, again))]
        if not people:
            raise Invalid(
                {"employees": N_("No one here is waiting for a code: they have no account or have already signed in.")}
            )
        until = codes_until(op.session, now)
        codes = issue_activation_codes([row.user_id for row in people], until=until, actor=actor, now=now)
    # Sorted here: the list was cut, and two databases sort two scripts in two ways.
    people.sort(key=lambda row: (row.superior is None, row.superior_number or "", row.number))
    return [
        Slip(row.number, row.name, row.department, _above(row), row.username, codes[row.user_id], until)
        for row in people
    ]


def _above(row: Any) -> str:
    return f"{row.superior_number} {row.superior}" if row.superior else ""


def invite(*, actor: Actor, now: datetime) -> int:
    """Mail a code to everyone in service who has an address, never signed in and has no code yet; returns to how many.

    Each code is made when its mail goes out. Raises `Refused` where the portal sends no mail.
    """
    with operation("invite_by_mail", actor=actor, now=now, clause="6.3-b") as op:
        require_hr(op)
        if not config.current().smtp_url:
            refuse("6.3-b", N_("The portal sends no mail: print slips, or ask the administrator for a mail server."))
        people = op.session.execute(_never_signed_in(None, now, again=False)).all()
        addressed = [row.user_id for row in people if row.email]
        for user_id in addressed:
            op.job(MAIL_JOB, {"user_id": user_id})
    return len(addressed)


def _never_signed_in(some: Sequence[int] | None, now: datetime, again: bool) -> Any:
    above = PEOPLE.alias()
    held = select(CODES.c.user_id).where(CODES.c.expires_at > now)
    asked = [PEOPLE.c.id.in_(list(some))] if some is not None else []
    departments = Department.__table__
    return (
        select(
            PEOPLE.c.number,
            PEOPLE.c.name,
            PEOPLE.c.email,
            departments.c.name.label("department"),
            above.c.number.label("superior_number"),
            above.c.name.label("superior"),
            USERS.c.username,
            USERS.c.id.label("user_id"),
        )
        .join(USERS, USERS.c.id == PEOPLE.c.user_id)
        .join(departments, departments.c.id == PEOPLE.c.department_id)
        .outerjoin(above, above.c.id == PEOPLE.c.superior_id)
        .where(
            *asked,
            *([] if again else [USERS.c.id.not_in(held)]),
            USERS.c.password.is_(None),
            USERS.c.active.is_(True),
            PEOPLE.c.status != EmployeeStatus.LEFT,
            # Whose account has an office gets its code by mail or from a third person (6.1-a).
            USERS.c.id.not_in(with_office()),
        )
        .order_by(departments.c.name, PEOPLE.c.number)
    )
