"""Roles: those that ship follow the typed list and are read-only; others combine reference data (6.3-b)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from admin.access.actor import ROLES, Actor
from admin.access.permissions import combinable, pairs, pairs_of
from admin.domain.refusals import N_, P_, Invalid, NotFound, Refusal, Refused
from admin.models import AccountState
from admin.models.accounts import Permission, PermissionView, Role, User, ViewMenu
from admin.operations.system.reference import refuse_stale
from admin.operations.transaction import Operation, operation

WATCHERS = ("hr", "auditor")
Pair = tuple[str, str]


def ensure_permissions(wanted: set[Pair], *, actor: Actor, now: datetime) -> dict[Pair, PermissionView]:
    """Have FAB's rows for these (permission, view) pairs; safe to run twice."""
    with operation("ensure_permissions", actor=actor, now=now) as op:
        rows = list(op.session.scalars(select(PermissionView)))
        known = {(row.permission.name, row.view_menu.name): row for row in rows}
        names = {row.name: row for row in op.session.scalars(select(Permission))}
        views = {row.name: row for row in op.session.scalars(select(ViewMenu))}
        for name, view in sorted(wanted - set(known)):
            permission = names.setdefault(name, Permission(name=name))
            menu = views.setdefault(view, ViewMenu(name=view))
            known[name, view] = PermissionView(permission=permission, view_menu=menu)
            op.session.add(known[name, view])
        op.session.flush()
    return {pair: known[pair] for pair in wanted}


def ship_roles(*, actor: Actor, now: datetime) -> None:
    """Have the shipped roles with what the typed list gives them; safe to run twice."""
    with operation("ship_roles", actor=actor, now=now, clause="6.3-b") as op:
        rows = ensure_permissions(pairs(), actor=actor, now=now)
        known = {role.name: role for role in op.session.scalars(select(Role))}
        for name in ROLES:
            role = known.get(name) or op.add(Role(name=name))
            wanted = [rows[pair] for pair in sorted(pairs_of(name))]
            # Setup runs at every deployment: without a difference there is nothing for the trail to say.
            if {row.id for row in role.permissions} != {row.id for row in wanted}:
                role.permissions = wanted


def shipped_refusal(role: Role) -> Refusal | None:
    """Why a role that ships cannot be changed or deleted (6.3-b)."""
    if role.name not in ROLES:
        return None
    return Refusal("6.3-b", N_("Built-in roles are read-only; create a role of your own instead."), {"role": role.name})


def refuse_shipped(role: Role) -> None:
    """Raise `Refused` for a role that ships (6.3-b)."""
    if (refusal := shipped_refusal(role)) is not None:
        raise Refused(refusal)


def require_admin(op: Operation) -> None:
    """Raise `NotFound` for anyone but an administrator and the system, through whatever door they come (3.3-g)."""
    if not (op.actor.is_system or op.actor.has("admin")):
        raise NotFound("administrators only")


def save_role(
    role_id: int | None,
    name: str,
    permission_ids: Iterable[int],
    *,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> Role:
    """Make or change a role of one's own. Raises `Refused` (6.3-b) for shipped roles and rights beyond its reach."""
    with operation("save_role", actor=actor, now=now, clause="6.3-b") as op:
        require_admin(op)
        role = op.find(Role, role_id) if role_id else Role()
        if role_id:
            refuse_shipped(role)
            refuse_stale(role, seen)
        _check_name(op, name, role_id)
        rows = list(op.session.scalars(select(PermissionView).where(PermissionView.id.in_(list(permission_ids)))))
        if any(not combinable(row.permission.name, row.view_menu.name) for row in rows):
            raise Refused(Refusal("6.3-b", N_("Further roles combine permissions on reference data only.")))
        role.name, role.permissions = name, rows
        op.add(role)
        # Another role is other rights for each of its holders, and these end sessions wherever they change.
        end_sessions_of(op, [user.id for user in role.user])
    return role


def _check_name(op: Operation, name: str, role_id: int | None) -> None:
    taken = op.session.scalar(select(Role.id).where(Role.name == name, Role.id != (role_id or 0)))
    if taken or name in ROLES or name in ("signed_in", "system", "Public"):
        raise Invalid({"name": N_("This name is taken by another role.")})


def delete_role(role_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a role of one's own that nobody holds. Raises `Refused` otherwise."""
    with operation("delete_role", actor=actor, now=now, clause="6.3-b") as op:
        require_admin(op)
        role = op.find(Role, role_id)
        refuse_shipped(role)
        holders = op.session.scalars(select(User).where(User.roles.any(Role.id == role_id))).all()
        if holders:
            raise Refused(
                Refusal(
                    "6.3-b",
                    P_("%(count)s account still holds this role.", "%(count)s accounts still hold this role."),
                    {"count": len(holders)},
                )
            )
        op.session.delete(role)


def tell_watchers(op: Operation, user: User, action: str) -> None:
    """Tell HR and the auditors, past whoever it concerns, what was done to an account at the machine."""
    others = select(User.id).where(User.active.is_(True), User.roles.any(Role.name.in_(WATCHERS)), User.id != user.id)
    told = op.session.scalars(others.execution_options(unscoped=True))
    op.tell(told, "account", action, user.id, username=user.username)


def end_sessions_of(op: Operation, user_ids: Iterable[int]) -> None:
    """Raise the epoch of accounts, which ends their sessions and tokens."""
    for user_id in user_ids:
        state = op.locked(select(AccountState).where(AccountState.user_id == user_id)).first()
        if state is None:
            # Without a row the epoch counts as one, and sessions made under it are to end.
            op.session.add(AccountState(user_id=user_id, epoch=2))
        else:
            state.epoch += 1
