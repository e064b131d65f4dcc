"""Roles, codes of accounts that have rights, and what results rest on: one proposes, a second person confirms (6.1-a).

What is proposed is carried out by confirming it; no other act gives or takes such a role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import ConfirmationKind, ConfirmationStage
from admin.domain.power import CLAUSE, GRANTED, SECOND, check_apart
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts, decide
from admin.models import ActivationCode, Confirmation, db
from admin.models.accounts import Role, User
from admin.operations import acts
from admin.operations.accounts.roles import end_sessions_of
from admin.operations.acts import REASON, act, declare_process
from admin.operations.many import Many, Turn
from admin.operations.seconding import PROCESS, carry_out, hold_to_what_was_read, read_ahead, why_not_done
from admin.operations.signing import require_signature_for
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.offices import account_roles, held_by, in_service, person_of
from admin.queries.accounts.seconds import is_second
from admin.queries.cases.own_case import with_own_case
from admin.queries.system.recipients import users_told

PROPOSERS = ("admin", *SECOND)
LONGEST_REASON = 4000


def propose_role(user_id: int, role: str, *, give: bool, reason: str, actor: Actor, now: datetime) -> Confirmation:
    """Propose that an account is given a role of the workflow, or loses it; those who may confirm are told.

    Raises `NotFound` for whoever proposes nothing, `Invalid` for another role or no reason, `Refused` (6.1-a): nobody in
    service behind the account, what may not meet in one person, one's own account, the same waiting already.
    """
    with operation("propose_role", actor=actor, now=now, clause=CLAUSE) as op:
        if not actor.has(*PROPOSERS):
            raise NotFound("proposals are made by administrators, HR and management")
        if role not in GRANTED:
            raise Invalid({"role": N_("Choose one of the roles that a second person grants.")})
        kind = ConfirmationKind.GIVE_ROLE if give else ConfirmationKind.TAKE_ROLE
        return propose(op, op.find(User, user_id), kind, reason, role)


def check_reason(reason: str) -> None:
    """Raise `Invalid` where nobody could read why."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": N_("Say why, in at most 4,000 characters.")})


def propose(op: Operation, user: User, kind: ConfirmationKind, reason: str, role: str = "") -> Confirmation:
    """Put a proposal down and tell whoever may confirm it. Raises as `propose_role`."""
    check_reason(reason)
    person = person_of(op.session, user.id)
    if user.id == op.actor.user_id and kind != ConfirmationKind.TAKE_ROLE:
        raise Refused(Refusal(CLAUSE, N_("No one may propose or confirm what concerns themselves.")))
    row = Confirmation(
        kind=kind, user_id=user.id, employee_id=person.id if person else None, role=role, reason=reason.strip(),
        recorded_by_id=op.actor.user_id, recorded_at=op.now,
    )  # fmt: skip
    if refusal := _waits_already(op, row) or why_not(op, row):
        raise Refused(refusal)
    op.add(row)
    told = users_told(op.session, SECOND, today=op.today) - {user.id}
    op.tell(told, PROCESS, "propose", row.id, name=person.name if person else user.username)
    op.remember_opened(PROCESS, [(row.id, row.stage, CLAUSE, row.reason)], relation="recorder", action="propose")
    return row


def _waits_already(op: Operation, row: Confirmation) -> Refusal | None:
    same = (Confirmation.user_id == row.user_id, Confirmation.kind == row.kind, Confirmation.role == row.role)
    query = select(Confirmation.id).where(*same, Confirmation.stage == ConfirmationStage.PROPOSED)
    waits = op.session.scalar(query.execution_options(unscoped=True))
    return Refusal(CLAUSE, N_("The same is proposed already and waits for a second person.")) if waits else None


def why_not(op: Operation, row: Confirmation) -> Refusal | None:
    """Why what is proposed may not be done now, or None."""
    if row.kind == ConfirmationKind.BASIS:
        return why_not_done(op, row)
    user, person = op.get(User, row.user_id), person_of(op.session, row.user_id)
    if row.kind == ConfirmationKind.TAKE_ROLE:
        held = row.role in account_roles(op.session, user.id)
        return None if held else Refusal(CLAUSE, N_("The account does not hold this role."))
    if not user.active:
        return Refusal(CLAUSE, N_("The account is switched off."))
    if row.kind == ConfirmationKind.NEW_CODE:
        return None
    if person is None or not in_service(person):
        nobodys = N_(
            "An office can only be held by an employee in service with an account; this account belongs to no employee in service."
        )
        return Refusal(CLAUSE, nobodys)
    if row.role in account_roles(op.session, user.id):
        return Refusal(CLAUSE, N_("The account holds this role already."))
    return check_apart(held_by(op.session, person, op.today), row.role)


def _facts(op: Operation, row: Confirmation, reason: str | None) -> Facts:
    second = is_second(op.session, row, op.actor, op.today)
    is_ = {"recorder": row.recorded_by_id == op.actor.user_id, "second": second}
    known = {"attempt": reason is not None, "reason": reason or "", "confirmation_refusal": why_not(op, row)}
    return Facts(PROCESS, row.stage, frozenset(name for name, holds in is_.items() if holds), known)


declare_process(PROCESS, Confirmation, _facts)


def _takes_long(row: Confirmation) -> bool:
    """Whether what it does takes longer than whoever confirms should wait."""
    about = acts.declared_act(row.process, str(row.act)) if row.act is not None else None
    if about is None or about.many is None or about.many.too_long is None:
        return False
    table = acts.process_named(row.process).record
    record = (
        db.session().scalars(select(table).where(table.id == row.record_id).execution_options(unscoped=True)).first()
    )
    return record is not None and about.many.too_long(record)


def _waiting(turn: Turn) -> Select[Any]:
    return select(Confirmation.id).where(
        Confirmation.id == turn.record.id, Confirmation.stage == ConfirmationStage.PROPOSED
    )


def _may_be_confirmed(turn: Turn) -> None:
    """Refused at the click is what would be refused then; the step itself is taken where it is done."""
    facts = _facts(turn.op, turn.record, "")
    decide(with_own_case(facts, turn.record, turn.op.actor), "confirm")
    require_signature_for({(PROCESS, "confirm")}, turn.op.actor, turn.op.now)


def _carry_confirm(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    confirm(keys[0], actor=turn.op.actor, now=turn.op.now)
    return {}


def _named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    return {key: str(key) for key in keys}


CONFIRM = Many(
    "confirm",
    CLAUSE,
    _waiting,
    _carry_confirm,
    _named,
    N_("What was proposed is done as a whole, or nothing of it."),
    begin=_may_be_confirmed,
    too_long=_takes_long,
)


@act(PROCESS, "confirm", many=CONFIRM, before=read_ahead)
def confirm(confirmation_id: int, *, actor: Actor, now: datetime) -> Confirmation:
    """Confirm a proposal, which carries it out: the role is given or taken, the code may be printed by whoever confirms,
    what a result rests on is changed.

    Raises `Refused` (6.1-a): not a second person, or what is proposed may not be done any more, with the clause of that.
    """
    with (
        read_ahead(confirmation_id, actor=actor, now=now),
        operation("confirm", actor=actor, now=now, clause=CLAUSE) as op,
    ):
        hold_to_what_was_read(op)
        row = _decided(op, confirmation_id, "confirm")
        if row.kind == ConfirmationKind.BASIS:
            carry_out(op, row)
            row.asked = {}  # what was typed stands where it belongs now
            return row
        person = row.employee
        if person is not None and person.user_id is not None:
            op.tell([person.user_id], PROCESS, "confirm", row.id, name=_whose(row))
        if row.kind != ConfirmationKind.NEW_CODE:
            _carry_out(op, row)
    return row


@act(PROCESS, "reject", REASON)
def reject(confirmation_id: int, reason: str, *, actor: Actor, now: datetime) -> Confirmation:
    """Reject a proposal with a reason. Raises as `confirm`."""
    with operation("reject", actor=actor, now=now, clause=CLAUSE) as op:
        return _dropped(op, confirmation_id, "reject", reason)


@act(PROCESS, "withdraw", REASON)
def withdraw(confirmation_id: int, reason: str, *, actor: Actor, now: datetime) -> Confirmation:
    """Take one's own proposal back, with a reason."""
    with operation("withdraw", actor=actor, now=now, clause=CLAUSE) as op:
        return _dropped(op, confirmation_id, "withdraw", reason)


def _dropped(op: Operation, confirmation_id: int, action: str, reason: str) -> Confirmation:
    row = _decided(op, confirmation_id, action, reason)
    if row.asked:
        row.asked = {}  # somebody's words that nobody needs any more (6.3-b)
    return row


def _decided(op: Operation, confirmation_id: int, action: str, reason: str | None = None) -> Confirmation:
    row = op.find(Confirmation, confirmation_id)
    # Two proposals about one account that are confirmed at once must not both find it without the other's office.
    if row.user_id is not None:
        op.locked(select(User).where(User.id == row.user_id)).one()
    op.step(row, _facts(op, row, reason or ""), action, reason=(reason or "").strip(), message={"name": _whose(row)})
    row.decided_by_id, row.decided_at = op.actor.user_id, op.now
    op.session.flush()
    return row


def _whose(row: Confirmation) -> str:
    """The name that the message says; of an act the message says none, for it may not be for everybody who is told (3.3.5-b)."""
    if row.kind == ConfirmationKind.BASIS:
        return ""
    return row.employee.name if row.employee else str(row.user and row.user.username)


def _carry_out(op: Operation, row: Confirmation) -> None:
    user, role = op.get(User, row.user_id), op.session.scalars(select(Role).where(Role.name == row.role)).one()
    give_or_take(op, user, role, give=row.kind == ConfirmationKind.GIVE_ROLE)


def give_or_take(op: Operation, user: User, role: Role, *, give: bool) -> None:
    """Change what an account holds, which ends its sessions and whatever code for it is about."""
    user.roles = [*user.roles, role] if give else [each for each in user.roles if each is not role]
    # A code that was handed out while the account had no rights may be in anybody's drawer.
    for code in op.session.scalars(select(ActivationCode).where(ActivationCode.user_id == user.id)):
        op.session.delete(code)  # one by one: what goes in bulk leaves no event
    end_sessions_of(op, [user.id])
