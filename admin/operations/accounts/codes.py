"""New codes for accounts that have rights: by mail to the owner, or on a slip that a third person prints (6.1-a).

Nobody who asks for one sees it, and everybody who could notice a wrong one is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.domain.power import CLAUSE
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.models import Confirmation
from admin.models.accounts import User
from admin.operations.accounts.accounts import issue_activation_codes
from admin.operations.accounts.confirmations import check_reason, propose
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.offices import has_rights, person_of
from admin.queries.accounts.reached import codes_until
from admin.queries.system.recipients import users_told
from config import current

MAIL_JOB = "mail_code"
WATCHING = ("hr", "auditor")
PRINTED_WITHIN = timedelta(days=7)  # whoever confirms prints; what is not printed by then is asked for anew


@dataclass(frozen=True)
class OwnersCode:
    """What is mailed to, or printed and sealed for, the owner of an account."""

    username: str
    code: str


def ask_for_code(user_id: int, *, reason: str, actor: Actor, now: datetime) -> Confirmation | None:
    """Ask for a new code for an account that has rights; the old password holds until the new code is used.

    It goes by mail where the owner has an address; else it waits for somebody of HR or management who prints it, and that
    proposal is returned. HR asks for it too where the account holds no office: who forgot a password goes to HR. Raises
    `NotFound` for anyone else, `Invalid` without a reason, `Refused` (6.1-a).
    """
    with operation("ask_for_code", actor=actor, now=now, clause=CLAUSE) as op:
        user = op.find(User, user_id)
        if not may_ask(op.session, user, actor, op.today):
            raise NotFound("asked for by administrators, and of an account without an office by HR")
        if address_of(op.session, user.id) is None:
            return propose(op, user, ConfirmationKind.NEW_CODE, reason)
        check_reason(reason)
        if not user.active:
            raise Refused(Refusal(CLAUSE, N_("The account is switched off.")))
        # There is no proposal that would keep it: the trail says why a code was asked for.
        op.note("issue", "ab_user", user.id, {"reason": [None, reason.strip()]})
        op.job(MAIL_JOB, {"user_id": user.id})
    return None


def may_ask(session: Session, user: User, actor: Actor, today: date) -> bool:
    """Whether somebody may ask for a code for this account: an administrator, and HR where it holds no office."""
    return actor.is_system or actor.has("admin") or (actor.has("hr") and not has_rights(session, user, today))


def address_of(session: Session, user_id: int) -> str | None:
    """Where the owner of an account reads mail; None where there is no mail server or no address on file."""
    person = person_of(session, user_id)
    return (person.email or None) if person is not None and current().smtp_url else None


def code_for_mail(user_id: int, *, actor: Actor, now: datetime) -> OwnersCode:
    """The code that is mailed; made only when it is sent, so that it stands in no row and no queue."""
    with operation("mail_code", actor=actor, now=now, clause=CLAUSE) as op:
        user = op.get(User, user_id)
        if has_rights(op.session, user, op.today):
            return OwnersCode(user.username, _issued(op, user))
        # Whoever was invited with everyone else: it opens nothing but their own form, and hundreds would be told of at once.
        until = codes_until(op.session, now)
        return OwnersCode(
            user.username, issue_activation_codes([user.id], until=until, actor=op.actor, now=now)[user.id]
        )


def print_code(confirmation_id: int, *, actor: Actor, now: datetime) -> OwnersCode:
    """The slip for whoever has confirmed that it is printed, once and within `PRINTED_WITHIN`.

    Raises `NotFound` for anybody else and afterwards.
    """
    with operation("print_code", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(Confirmation, confirmation_id)
        if not may_print(row, actor, now):
            raise NotFound("printed by whoever confirmed it, once and within some days")
        row.printed_at = now
        user = op.get(User, row.user_id)
        return OwnersCode(user.username, _issued(op, user))


def may_print(row: Confirmation, actor: Actor, now: datetime) -> bool:
    """Whether the actor prints this code now: they confirmed it lately, and nobody has printed it yet."""
    mine = row.decided_by_id == actor.user_id and actor.has("hr", "management")
    return mine and waits_to_be_printed(row) and not printing_over(row, now)


def waits_to_be_printed(row: Confirmation) -> bool:
    """Whether it was confirmed that a code is printed, and nobody has printed it."""
    confirmed = row.kind == ConfirmationKind.NEW_CODE and row.stage == ConfirmationStage.CONFIRMED
    return confirmed and row.printed_at is None


def printing_over(row: Confirmation, now: datetime) -> bool:
    """Whether nobody printed it within `PRINTED_WITHIN`: then nobody does, and it is asked for anew."""
    # By the time that has passed, and no work of the worker: at no door is it open for a moment longer.
    return waits_to_be_printed(row) and row.decided_at is not None and now >= row.decided_at + PRINTED_WITHIN


def _issued(op: Operation, user: User) -> str:
    """A new code, of which the owner, HR and the auditor are told."""
    person = person_of(op.session, user.id)
    told = users_told(op.session, WATCHING, today=op.today) | {user.id}
    op.tell(told, "account", "issue_code", user.id, name=person.name if person else user.username)
    return issue_activation_codes([user.id], actor=op.actor, now=op.now)[user.id]
