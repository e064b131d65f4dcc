"""Accounts: signing in, passwords, activation by one-time code, roles; what ends sessions raises the epoch.

Nobody learns from an answer whether an account exists: unknown, inactive and wrong password cost and read the same.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash

from admin.access.actor import ACCOUNT_ROLES, ROLES, Actor, system_actor
from admin.domain.power import CLAUSE, GRANTED, check_apart, check_names
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.sign_in_names import LONGEST_NAME, canonical
from admin.models import AccountState, ActivationCode, SecondFactor, db
from admin.models.accounts import Role, User
from admin.operations.accounts.passwords import LONGEST_PASSWORD, check_password, password_hash
from admin.operations.accounts.roles import end_sessions_of, require_admin, tell_watchers
from admin.operations.accounts.throttle import SECRET, Counter, Origin, at_a_secret, from_elsewhere, give_back, take
from admin.operations.system.reference import refuse_stale
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import owner_of
from admin.queries.accounts.offices import held_by, in_service, is_somebodys, person_of, with_office
from admin.queries.accounts.own_words import own_words

SIGHT = "6.3-b"  # who may see what begins with who somebody is
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16
CODE_VALID = timedelta(days=30)


class SignedIn(NamedTuple):
    """Whose password was right: the account, its epoch, its name, and whether a code of its app has to follow."""

    user_id: int
    epoch: int
    username: str
    second_factor: bool


@cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("nobody", method=method)


def sign_in(username: str, password: str, *, method: str, now: datetime, origin: Origin, via: str = "web") -> SignedIn:
    """Check a password; says whose it is, and whether that is all it takes.

    Raises `Locked` while tries are delayed, `NotFound` where name or password is wrong.
    """
    name = canonical(username)
    found = db.session.execute(
        select(User.id, User.username, User.active, User.password).where(User.sign_in_name == name)
    ).first()
    counters = at_a_secret("sign_in", name, found.id if found else None, origin)
    take(counters, now, via)
    usable = found is not None and bool(found.active) and bool(found.password)
    matches = check_password_hash(
        found.password if found and usable else _nobodys_hash(method), password[:LONGEST_PASSWORD]
    )
    if not (found and usable and matches and password.strip("\0")):
        raise NotFound("name or password is wrong")
    with operation("sign_in", actor=owner_of(db.session(), found.id, via), now=now, clause=SIGHT) as op:
        give_back(counters, now, via)
        account = op.get(User, found.id)
        account.last_login, account.login_count = now.replace(tzinfo=None), (account.login_count or 0) + 1
        factor = select(SecondFactor.id).where(
            SecondFactor.user_id == account.id, SecondFactor.confirmed_at.is_not(None)
        )
        return SignedIn(
            account.id, state_of(op, account.id).epoch, account.username, op.session.scalar(factor) is not None
        )


def state_of(op: Operation, user_id: int) -> AccountState:
    """What we keep beside FAB's row, made on first need."""
    state = op.session.scalars(select(AccountState).where(AccountState.user_id == user_id)).first()
    return state or op.add(AccountState(user_id=user_id, epoch=1))


def sign_out(user_id: int, *, actor: Actor, now: datetime) -> None:
    """End every session and token of an account: a copied cookie is worth nothing afterwards."""
    with operation("sign_out", actor=actor, now=now, clause=SIGHT) as op:
        end_sessions_of(op, [user_id])


def prove_password(password: str, *, method: str, actor: Actor, now: datetime, origin: Origin) -> None:
    """Look at the password of somebody who is signed in already. Raises `Locked`, `Invalid`."""
    mine = at_a_secret("prove_password", str(actor.user_id), actor.user_id, origin)
    take(mine, now, actor.via)
    kept = db.session.scalar(select(User.password).where(User.id == actor.user_id))
    if not check_password_hash(kept or _nobodys_hash(method), password[:LONGEST_PASSWORD]):
        raise Invalid({"password": N_("This is not your present password.")})
    give_back(mine, now, actor.via)


def change_password(
    present: str, password: str, repeated: str, *, method: str, actor: Actor, now: datetime, origin: Origin
) -> int:
    """Change one's own password and end all other sessions; returns the new epoch. Raises `Invalid`, `Locked`."""
    try:
        prove_password(present, method=method, actor=actor, now=now, origin=origin)
    except Invalid as wrong:
        raise Invalid({"present": wrong.fields["password"]}) from wrong
    user_id = actor.user_id or 0
    check_password(password, repeated, own_words(db.session(), user_id))
    hashed = password_hash(password, method)
    with operation("change_password", actor=actor, now=now, clause=SIGHT) as op:
        op.get(User, user_id).password = hashed
        end_sessions_of(op, [user_id])
        op.session.flush()
        return state_of(op, user_id).epoch


def code_hash(code: str) -> str:
    """The hash an activation code is kept as; case, blanks and dashes do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(("activation\0" + plain).encode()).hexdigest()


def issue_activation_codes(
    user_ids: Iterable[int], *, until: datetime | None = None, actor: Actor, now: datetime
) -> dict[int, str]:
    """New one-time codes for accounts (they replace older ones): account id -> code, shown only now.

    They hold `until` a moment, else for `CODE_VALID`.
    """
    codes = {user_id: new_code() for user_id in user_ids}
    with operation("issue_activation_codes", actor=actor, now=now, clause=SIGHT) as op:
        known = (
            {row.user_id: row for row in op.session.scalars(select(ActivationCode))}
            # Many at once: reading the whole table is less than naming thousands of accounts in a statement.
            if len(codes) > 50
            else _codes(op, codes)
        )
        offices = set(op.session.scalars(with_office()))
        for user_id, code in codes.items():
            row = known.get(user_id) or ActivationCode(user_id=user_id)
            row.code_hash, row.expires_at = code_hash(code), until or now + CODE_VALID
            row.for_office = user_id in offices
            op.session.add(row)
        op.note("issue", "activation_codes", None, {"count": [None, len(codes)]})
    return codes


def _codes(op: Operation, codes: Iterable[int]) -> dict[int, ActivationCode]:
    return {
        row.user_id: row
        for row in op.session.scalars(select(ActivationCode).where(ActivationCode.user_id.in_(list(codes))))
    }


def new_code() -> str:
    """A code that nobody guesses, in groups of four letters."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def renew(user_id: int, *, actor: Actor, now: datetime) -> str:
    """A new activation code for an account of nobody and without rights, whose password and sessions end with it.

    Raises `Refused` (6.1-a) for any other: its code goes to its owner (`codes.ask_for_code`).
    """
    with operation("renew_account", actor=actor, now=now, clause=SIGHT) as op:
        require_admin(op)
        user = op.find(User, user_id)
        if is_somebodys(op.session, user, op.today):
            raise Refused(Refusal(CLAUSE, N_("An account's code is shown to its owner only.")))
        user.password = None
        end_sessions_of(op, [user.id])
        return issue_activation_codes([user.id], actor=actor, now=now)[user.id]


def activate(
    username: str, code: str, password: str, repeated: str, *, method: str, now: datetime, origin: Origin
) -> int:
    """Set the first password with a one-time code; returns the account's id.

    Raises `Locked`, `Invalid` (also for a wrong, used or expired code, all alike; and for one that was made before the account
    was given an office).
    """
    name, elsewhere = canonical(username), from_elsewhere(origin.source)
    take(elsewhere, now)
    found = db.session.execute(
        select(
            User.id,
            User.username,
            ActivationCode.id.label("code_id"),
            ActivationCode.for_office,
            User.id.in_(with_office()).label("office"),
        )
        .join(ActivationCode, ActivationCode.user_id == User.id)
        .where(User.sign_in_name == name, User.active.is_(True))
        .where(ActivationCode.code_hash == code_hash(code), ActivationCode.expires_at > now)
    ).first()
    if found is None:
        # Only wrong codes meet the count of the name, known or not: a right one of sixteen characters is nobody's
        # guess, and must not be locked out by those of strangers.
        take([Counter("activate", name, SECRET)], now)
        raise Invalid(
            {"code": N_("Sign-in name (employee number) and code do not match, or the code was used or has expired.")}
        )
    give_back(elsewhere, now)
    if found.office and not found.for_office:
        # Whoever made it, or printed it on a slip, would come to the office by it, however the account came to that.
        raise Invalid(
            {
                "code": N_(
                    "This code was made before the account was given an office and is no longer valid: ask for a new one."
                )
            }
        )
    check_password(password, repeated, own_words(db.session(), found.id))
    hashed = password_hash(password, method)
    with operation("activate_account", actor=owner_of(db.session(), found.id), now=now, clause=SIGHT) as op:
        # Failed tries from before the first password say nothing about whoever has just proved the code.
        give_back([Counter("sign_in", name, SECRET)], now)
        op.session.delete(op.get(ActivationCode, found.code_id))
        op.get(User, found.id).password = hashed
        end_sessions_of(op, [found.id])
    return found.id


def made_up_email(username: str) -> str:
    """FAB wants a unique e-mail address for each account; the real one stands with the employee."""
    return f"{hashlib.sha256(username.encode()).hexdigest()[:24]}@accounts.invalid"


def save_account(
    user_id: int | None,
    *,
    username: str,
    role_ids: Iterable[int],
    active: bool = True,
    name: str = "",
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> User:
    """Make or change an account. Changing roles or deactivating ends its sessions.

    Roles that a second person grants stay as they are: `confirmations` gives and takes them. `seen` is the fingerprint the
    form was opened on. Raises `Invalid` for a name that is taken or reads like the system's, `Refused` (6.3-b) for roles
    that follow from facts and for oneself, (6.1-a) for those of a second person, (1.2-g) for an active account of somebody
    who has left, `Stale` where somebody else saved meanwhile.
    """
    with operation("save_account", actor=actor, now=now, clause="6.3-b") as op:
        require_admin(op)
        user = op.find(User, user_id) if user_id else User(first_name="", last_name="")
        if user_id:
            refuse_stale(user, seen)
        roles = _given_roles(op, user, role_ids)
        _check_names(username, name)
        _check_account(op, user, username, roles, active)
        changed = bool(user_id) and (
            {role.id for role in user.roles} != {role.id for role in roles} or bool(user.active) != active
        )
        user.username, user.first_name, user.active, user.roles = (
            username.strip(),
            name or user.first_name or username,
            active,
            roles,
        )
        # Flask-AppBuilder asks for one, and unique; a real address here would be a second truth beside the employee's.
        user.email = user.email or made_up_email(username)
        op.add(user)
        state_of(op, user.id)
        if changed:
            end_sessions_of(op, [user.id])
        _check_in_service(op, user)
    return user


def _given_roles(op: Operation, user: User, role_ids: Iterable[int]) -> list[Role]:
    """The roles asked for, and those that a second person has granted."""
    roles = list(op.session.scalars(select(Role).where(Role.id.in_(list(role_ids)))))
    granted = [role for role in user.roles if role.name in GRANTED]
    if alone := [role.name for role in roles if role.name in GRANTED and role not in granted]:
        reason = N_("This role needs a second person: propose it, and HR or management confirms it.")
        raise Refused(Refusal("6.1-a", reason, {"roles": alone}))
    facts = [role.name for role in roles if role.name in ROLES and role.name not in ACCOUNT_ROLES]
    if facts:
        raise Refused(
            Refusal(
                "6.3-b",
                N_("Rights in the workflow come from facts (whose superior, which body), not from a role given here."),
                {"roles": facts},
            )
        )
    roles += [role for role in granted if role not in roles]
    _check_apart(op, user, roles)
    return roles


def _check_apart(op: Operation, user: User, roles: list[Role]) -> None:
    """An administrator holds no office beside it, whatever came first (6.1-a)."""
    person = person_of(op.session, user.id)
    held = {role.name for role in roles} | (held_by(op.session, person, op.today) if person else frozenset())
    added = {role.name for role in roles} - {role.name for role in user.roles}
    for name in sorted(added):
        if refusal := check_apart(held, name):
            raise Refused(refusal)


def _check_names(username: str, name: str) -> None:
    if faults := check_names({"username": username, "first_name": name}):
        raise Invalid(faults)


def _check_account(op: Operation, user: User, username: str, roles: list[Role], active: bool) -> None:
    name = canonical(username)
    too_long = max(len(name), len(username.strip())) > LONGEST_NAME
    if not name or too_long or any(ord(letter) < 32 for letter in username.strip()):
        raise Invalid({"username": N_("An account needs a name of at most 64 characters.")})
    taken = op.session.scalar(select(User.id).where(User.sign_in_name == name, User.id != (user.id or 0)))
    if taken:
        raise Invalid({"username": N_("This name is taken by another account.")})
    # An administrator who locks the only administrator out has nobody to ask.
    oneself = user.id is not None and user.id == op.actor.user_id
    if oneself and (not active or {role.name for role in roles} != {role.name for role in user.roles}):
        raise Refused(Refusal("6.3-b", N_("No one may change their own roles or deactivate their own account.")))


def _check_in_service(op: Operation, user: User) -> None:
    """Whose leaving has ended the account does not get it back by an edit: the return comes first (1.2-g)."""
    op.session.flush()
    person = person_of(op.session, user.id)
    if user.active and person is not None and not in_service(person):
        reason = N_("%(number)s has left: record the return, then open the account.")
        raise Refused(Refusal("1.2-g", reason, {"number": person.number}))


def set_password(
    user_id: int, password: str, *, method: str, now: datetime, actor: Actor | None = None, printed: bool = False
) -> None:
    """Set a password without asking for the old one: the command line and the demo only; ends the account's sessions.

    Raises `Invalid` for one that is easy to guess, unless it is `printed` anyway, as the demo's is.
    """
    if not printed:
        check_password(password, password, own_words(db.session(), user_id))
    hashed = password_hash(password, method)
    with operation("set_password", actor=actor or system_actor("cli"), now=now, clause=SIGHT) as op:
        account = op.get(User, user_id)
        # A first password is nobody's loss; one in the place of another is for HR and the auditors to know.
        if account.password and op.actor.is_system and not printed:
            tell_watchers(op, account, "password_set")
        account.password = hashed
        end_sessions_of(op, [user_id])
