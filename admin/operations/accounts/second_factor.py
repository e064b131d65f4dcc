"""The second factor: set up with a first code, asked for at each sign-in, and taken off only by two other people (6.3-b)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from admin.access.actor import Actor
from admin.access.second_factor import is_required
from admin.domain.one_time_codes import SECRET_BYTES, matching_step
from admin.domain.power import CLAUSE, SECOND
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.sign_in_names import canonical
from admin.models import RecoveryCode, SecondFactor, SecondFactorReset
from admin.models.accounts import User
from admin.models.factor_sealing import seal_factor, unseal_factor
from admin.operations.accounts.accounts import SIGHT, new_code, state_of
from admin.operations.accounts.roles import end_sessions_of, tell_watchers
from admin.operations.accounts.throttle import Counter, Origin, at_a_secret, give_back, take
from admin.operations.signing import require_signature
from admin.operations.transaction import Operation, operation
from admin.queries.system.recipients import users_told

RECOVERY_CODES = 10
ASKED_FOR = timedelta(days=7)  # a reset that nobody decides on by then has lapsed
MAY_ASK = ("admin", *SECOND)
WRONG_CODE = N_(
    "This code is wrong, too old or was used already. Type the one that your app shows now, or one of your recovery codes."
)


def begin_second_factor(*, actor: Actor, now: datetime) -> None:
    """Make a secret for one's app; it counts once its first code is confirmed. Raises `SignAgain`."""
    require_signature(actor, now)
    with operation("begin_second_factor", actor=actor, now=now, clause=SIGHT) as op:
        user_id = _account_of(actor)
        row = _factor(op, user_id) or op.add(SecondFactor(user_id=user_id))
        row.sealed_pending = seal_factor(secrets.token_bytes(SECRET_BYTES), user_id)


def confirm_second_factor(code: str, *, actor: Actor, now: datetime, origin: Origin) -> tuple[int, list[str]]:
    """The first code of one's app: from now on it is asked for. Ends other sessions; returns the epoch and recovery codes.

    The codes are shown this once. Raises `Locked`, `Invalid` for a wrong code, `Refused` where no secret was made.
    """
    user_id = _account_of(actor)
    mine = _tries(user_id, origin)
    take(mine, now)
    with operation("confirm_second_factor", actor=actor, now=now, clause=SIGHT) as op:
        give_back(mine, now)
        row = _factor(op, user_id)
        if row is None or row.sealed_pending is None:
            raise Refused(Refusal(SIGHT, N_("Begin the set-up first: it shows the picture that your app reads.")))
        step = matching_step(unseal_factor(row.sealed_pending, user_id), _plain(code), now, after=0)
        if step is None:
            raise Invalid({"code": WRONG_CODE})
        row.sealed_secret, row.sealed_pending = row.sealed_pending, None
        row.confirmed_at, row.last_step = now, step
        codes = _new_recovery_codes(op, user_id)
        return _changed(op, user_id, "set_up"), codes


def renew_recovery_codes(*, actor: Actor, now: datetime) -> list[str]:
    """New recovery codes in place of the old ones, shown this once. Raises `SignAgain`, `Refused` without a second factor."""
    require_signature(actor, now)
    with operation("renew_recovery_codes", actor=actor, now=now, clause=SIGHT) as op:
        user_id = _account_of(actor)
        if not is_set_up(_factor(op, user_id)):
            raise Refused(Refusal(SIGHT, N_("Set up your second factor first.")))
        return _new_recovery_codes(op, user_id)


def give_up_second_factor(*, actor: Actor, now: datetime) -> int:
    """Take one's own second factor off; returns the new epoch. Raises `SignAgain`, `Refused` where one's office asks for it."""
    require_signature(actor, now)
    with operation("give_up_second_factor", actor=actor, now=now, clause=SIGHT) as op:
        if is_required(actor):
            raise Refused(Refusal(SIGHT, N_("Your office requires a second factor: set up another app instead.")))
        user_id = _account_of(actor)
        _take_off(op, user_id)
        return _changed(op, user_id, "taken_off")


def prove_second_factor(code: str, *, actor: Actor, now: datetime, origin: Origin) -> None:
    """Look at a code of somebody whose password was right; each is good once. Raises `Locked`, `Invalid`."""
    user_id = _account_of(actor)
    mine = _tries(user_id, origin)
    take(mine, now, actor.via)
    with operation("prove_second_factor", actor=actor, now=now, clause=SIGHT) as op:
        give_back(mine, now, actor.via)
        row = _factor(op, user_id)
        if row is None or row.sealed_secret is None:
            raise Invalid({"code": WRONG_CODE})
        plain = _plain(code)
        if not plain.isdecimal():
            _use_recovery_code(op, user_id, plain)
            return
        step = matching_step(unseal_factor(row.sealed_secret, user_id), plain, now, after=row.last_step)
        if step is None:
            raise Invalid({"code": WRONG_CODE})
        row.last_step = step


def ask_for_reset(username: str, reason: str, *, actor: Actor, now: datetime) -> int:
    """Ask that another's second factor be taken off; its owner is told. Returns the request's number.

    Raises `SignAgain`, `Invalid` without a reason or for a name without a second factor, `Refused` for oneself.
    """
    require_signature(actor, now)
    with operation("ask_for_reset", actor=actor, now=now, clause=SIGHT) as op:
        _require_office(op)
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: it is recorded with the action.")})
        user = op.session.scalars(select(User).where(User.sign_in_name == canonical(username))).first()
        if user is None or not is_set_up(_factor(op, user.id)):
            raise Invalid({"username": N_("There is no account of that name with a second factor.")})
        _refuse_own(op, user.id)
        op.locked(select(User).where(User.id == user.id)).one()  # of two who ask at once the second finds the first
        if any(now - each.asked_at <= ASKED_FOR for each in _open_resets(op, user.id)):
            raise Refused(Refusal(SIGHT, N_("A reset for this account waits for its second person already.")))
        row = op.add(SecondFactorReset(user_id=user.id, asked_by_id=actor.user_id, asked_at=now, reason=reason.strip()))
        _tell_owner(op, user.id, "reset_asked", row.id)
        others = users_told(op.session, SECOND, today=op.today) - {user.id}
        op.tell(others, "second_factor_reset", "ask", row.id)
        return row.id


def decide_reset(reset_id: int, approve: bool, *, actor: Actor, now: datetime) -> None:
    """Approve or refuse what another has asked for; approved, the second factor and the account's sessions end.

    Raises `SignAgain`, `Refused` for an administrator (6.1-a), for one's own account, for what one has asked for oneself, and
    for what is over.
    """
    require_signature(actor, now)
    with operation("decide_reset", actor=actor, now=now, clause=SIGHT) as op:
        _require_office(op)
        row = op.find(SecondFactorReset, reset_id)
        _refuse_own(op, row.user_id)
        if not actor.has(*SECOND):
            # Whoever keeps accounts makes a second one for themselves: two administrators may be one person.
            raise Refused(Refusal(CLAUSE, N_("An administrator requests a reset; HR or management decides on it.")))
        if row.asked_by_id == actor.user_id:
            raise Refused(Refusal(SIGHT, N_("A second person decides: you requested this reset yourself.")))
        if row.decided_at is not None or now - row.asked_at > ASKED_FOR:
            raise Refused(Refusal(SIGHT, N_("This request is decided or has lapsed; ask again.")))
        row.decided_by_id, row.decided_at, row.approved = actor.user_id, now, approve
        if approve:
            _take_off(op, row.user_id)
            end_sessions_of(op, [row.user_id])
        _tell_owner(op, row.user_id, "reset_approved" if approve else "reset_refused", row.id)


def recover_second_factor(username: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Take a second factor off at the machine, where nobody is left who could ask and decide (6.3-b).

    Only the machine's own command line does it: who has the machine has the database anyway. The trail says so with the
    reason, and the owner, HR and the auditors are told. Raises `Invalid` without a reason or for a name without one.
    """
    with operation("recover_second_factor", actor=actor, now=now, clause=SIGHT) as op:
        if not actor.is_system:
            raise NotFound("the machine's own command line only")
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: it is recorded with the action.")})
        user = op.session.scalars(select(User).where(User.sign_in_name == canonical(username))).first()
        if user is None or not is_set_up(_factor(op, user.id)):
            raise Invalid({"username": N_("There is no account of that name with a second factor.")})
        op.note("recover", "second_factors", user.id, {"reason": [None, reason.strip()]})
        _take_off(op, user.id)
        end_sessions_of(op, [user.id])
        _tell_owner(op, user.id, "recovered", user.id)
        tell_watchers(op, user, "recover")


def is_set_up(row: SecondFactor | None) -> bool:
    """Whether this second factor is asked for."""
    return row is not None and row.confirmed_at is not None


def _account_of(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotFound("an account is needed")
    return actor.user_id


def _require_office(op: Operation) -> None:
    if not op.actor.has(*MAY_ASK):
        raise NotFound("administrators, HR and management only")


def _refuse_own(op: Operation, user_id: int) -> None:
    if op.actor.user_id == user_id:
        raise Refused(Refusal(SIGHT, N_("No one may reset their own second factor; two other people do.")))


def _tries(user_id: int, origin: Origin) -> list[Counter]:
    return at_a_secret("second_factor", str(user_id), user_id, origin)


def _factor(op: Operation, user_id: int) -> SecondFactor | None:
    query = select(SecondFactor).where(SecondFactor.user_id == user_id)
    # Locked: of two who send one code at the same moment the second has to see that it was used.
    return op.locked(query).first()


def _open_resets(op: Operation, user_id: int) -> Iterable[SecondFactorReset]:
    mine = select(SecondFactorReset).where(SecondFactorReset.user_id == user_id)
    return op.locked(mine.where(SecondFactorReset.decided_at.is_(None)))


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())


def _hash(user_id: int, plain: str) -> str:
    return hashlib.sha256(f"recovery\0{user_id}\0{plain}".encode()).hexdigest()


def _new_recovery_codes(op: Operation, user_id: int) -> list[str]:
    """As long as activation codes: a hash of one cannot be tried out."""
    _drop_recovery_codes(op, user_id)
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    op.session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, _plain(code))) for code in codes)
    return codes


def _use_recovery_code(op: Operation, user_id: int, plain: str) -> None:
    mine = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(user_id, plain))
    row = op.locked(mine).first()
    if row is None:
        raise Invalid({"code": WRONG_CODE})
    op.session.delete(row)
    _tell_owner(op, user_id, "recovery_code_used", user_id)


def _take_off(op: Operation, user_id: int) -> None:
    _drop_recovery_codes(op, user_id)
    if row := _factor(op, user_id):
        op.session.delete(row)


def _drop_recovery_codes(op: Operation, user_id: int) -> None:
    for row in op.session.scalars(select(RecoveryCode).where(RecoveryCode.user_id == user_id)):
        op.session.delete(row)


def _changed(op: Operation, user_id: int, action: str) -> int:
    """Other sessions end, and the owner is told, in case it was somebody else; the new epoch."""
    end_sessions_of(op, [user_id])
    op.session.flush()
    _tell_owner(op, user_id, action, user_id)
    return state_of(op, user_id).epoch


def _tell_owner(op: Operation, user_id: int, action: str, record_id: int) -> None:
    # Not `tell`, which leaves out whoever acts: here it is the owner who has to learn of it.
    op.post([{"user_id": user_id, "process": "second_factor", "action": action, "record_id": record_id, "facts": {}}])
