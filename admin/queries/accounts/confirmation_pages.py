"""What waits for a second person, one such proposal, and the forms on which somebody proposes (6.1-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationStage
from admin.domain.power import GRANTED
from admin.domain.refusals import NotFound
from admin.domain.sign_in_names import canonical
from admin.models import Confirmation, Employee, Import, Review
from admin.models.accounts import User
from admin.queries.accounts.asked import files_in, texts_in
from admin.queries.accounts.codes_of_offices import to_ask_for, to_print
from admin.queries.policy.policy_versions import account_names
from admin.queries.system.long_work import LastWork, last_work
from admin.queries.system.paging import Part, paged

PROCESS = "confirmation"
CASES_SHOWN = 50  # of the cases that a proposal touches
LOADED = (joinedload(Confirmation.user), joinedload(Confirmation.employee).joinedload(Employee.department))


@dataclass(frozen=True)
class ConfirmationsPage:
    """A part of what waits and what was decided; `proposes` says whether the reader may propose."""

    rows: Sequence[Confirmation]
    part: Part
    names: Mapping[int, str]  # of those who proposed or decided, by account
    proposes: bool
    to_print: Sequence[Confirmation]  # new codes that the reader confirms and prints, those confirmed already too
    to_ask_for: Sequence[Any]  # of those with an office who can neither sign in nor has a code been asked for


@dataclass(frozen=True)
class Printing:
    """Of a new code: whether the reader prints it now, whether nobody does any more, and for how many days one can."""

    now: bool
    over: bool
    days: int


@dataclass(frozen=True)
class ConfirmationPage:
    """One proposal, with the names of who proposed and decided it, and whether the reader prints the slip.

    Of an act also what was typed, the files that came with it, and the cases and the import that it touches, in the reader's
    scope.
    """

    row: Confirmation
    names: Mapping[int, str]
    printing: Printing
    texts: Sequence[str]
    files: Sequence[Mapping[str, str]]
    cases: Sequence[Review]
    more: int  # cases that are not shown
    imported: Import | None
    last: LastWork | None  # the worker's confirming of what takes long


@dataclass(frozen=True)
class RoleForm:
    """The form on which a role is proposed: what was typed, and the roles that a second person grants."""

    typed: Mapping[str, str]
    roles: Sequence[str] = GRANTED


@dataclass(frozen=True)
class CodeForm:
    """The form on which a new code is asked for: whose account it is, and what was typed."""

    username: str
    typed: Mapping[str, str]


def confirmations_page(
    session: Session, reader: Actor, wanted: int, now: datetime, printed_since: datetime
) -> ConfirmationsPage:
    """The list: what waits first, then the latest; and the codes that the reader prints, or asks for, together."""
    waits = case({ConfirmationStage.PROPOSED.value: 0}, value=Confirmation.stage, else_=1)
    found = paged(session, select(Confirmation).order_by(waits, Confirmation.id.desc()).options(*LOADED), wanted)
    keys = {row.recorded_by_id for row in found.rows} | {row.decided_by_id for row in found.rows}
    return ConfirmationsPage(
        found.rows, found.part, account_names(session, keys), reader.has("hr", "management", "admin"),
        to_print(session, reader, now, printed_since),
        session.execute(to_ask_for(now, printed_since)).all() if reader.has("admin") else (),
    )  # fmt: skip


def confirmation_page(session: Session, key: int, printing: Printing) -> ConfirmationPage:
    """One proposal in the reader's scope; raises `NotFound`."""
    row = confirmation(session, key)
    names = account_names(session, {row.recorded_by_id, row.decided_by_id})
    shown = (joinedload(Review.employee), joinedload(Review.cycle))
    touched = select(Review).where(Review.id.in_(row.cases[:CASES_SHOWN])).options(*shown).order_by(Review.id)
    about = select(Import).where(Import.id == row.record_id) if row.process == "import" else None
    return ConfirmationPage(
        row, names, printing, list(texts_in(row.asked)), list(files_in(row.asked)), session.scalars(touched).all(),
        max(0, len(row.cases) - CASES_SHOWN), session.scalars(about).first() if about is not None else None,
        last_work(session, PROCESS, row.id) if about is not None else None,
    )  # fmt: skip


def confirmation(session: Session, key: int) -> Confirmation:
    """One proposal in the reader's scope; raises `NotFound`."""
    row = session.scalars(select(Confirmation).where(Confirmation.id == key).options(*LOADED)).first()
    if row is None:
        raise NotFound(f"confirmation {key}")
    return row


def asked_file(session: Session, key: int, sha256: str) -> Mapping[str, str]:
    """A file that came with a proposal in the reader's scope; raises `NotFound`."""
    for file in files_in(confirmation(session, key).asked):
        if file["sha256"] == sha256:
            return file
    raise NotFound(f"file of confirmation {key}")


def account_of(session: Session, text: str) -> int | None:
    """The account that a sign-in name or an employee number means; None where there is none."""
    typed = text.strip()
    by_name = select(User.id).where(User.sign_in_name == canonical(typed))
    by_number = select(Employee.user_id).where(Employee.number == typed, Employee.user_id.is_not(None))
    return session.scalar(by_name) or session.scalar(by_number.execution_options(unscoped=True))


def account_named(session: Session, user_id: int) -> User:
    """An account by its number; raises `NotFound`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"account {user_id}")
    return user
