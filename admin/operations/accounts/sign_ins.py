"""When somebody is signed in: from here to when on the server, and that the trail names it from a moment on (6.3.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.access.framework import SIGN_IN_LASTS
from admin.domain.refusals import NotFound
from admin.models import AccountState, AuditEvent, SignIn
from admin.models.base import real_time
from admin.operations.accounts.roles import end_sessions_of
from admin.operations.transaction import Operation, operation
from admin.queries.system.audit_sign_ins import FROM_HERE_ON

SIGHT = "6.3-b"


def begin_sign_in(epoch: int, *, actor: Actor, now: datetime) -> int:
    """Somebody has just proved who they are, at this epoch of their account; returns the number of the sign-in.

    It is the actor's account, by the door that the actor comes by. Raises `NotFound` where the epoch was raised meanwhile.
    """
    with operation("begin_sign_in", actor=actor, now=now, clause=SIGHT) as op:
        state = op.session.scalars(select(AccountState).where(AccountState.user_id == actor.user_id)).first()
        if (state.epoch if state else 1) != epoch:
            raise NotFound("what was proved holds no more")
        begun = real_time()
        row = SignIn(user_id=actor.user_id, via=actor.via, epoch=epoch, begun_at=begun)
        row.ends_at = begun + SIGN_IN_LASTS[actor.via]
        return op.add(row).id


def end_all_sign_ins(op: Operation) -> None:
    """Nobody is signed in any more: of the state that came back, whoever sits there has seen another one."""
    running = select(SignIn.user_id).where(SignIn.ends_at > real_time()).distinct().order_by(SignIn.user_id)
    end_sessions_of(op, list(op.session.scalars(running)))


def name_sign_ins_from_here_on(*, actor: Actor, now: datetime) -> None:
    """Setting up: the trail says once from where on an event without its sign-in is none of this portal's."""
    with operation("name_sign_ins", actor=actor, now=now, clause="6.3.3") as op:
        said = (
            select(AuditEvent.id).where(AuditEvent.record_type == "sign_ins", AuditEvent.act == FROM_HERE_ON).limit(1)
        )
        if op.session.scalar(said) is None:
            op.note(FROM_HERE_ON, "sign_ins", None, {})
