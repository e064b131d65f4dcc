"""Roles and permissions as an administrator may give them (6.3-b)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.models.accounts import PermissionView, Role


def roles_listed(session: Session) -> Sequence[Role]:
    """Every role by name."""
    return session.scalars(select(Role).order_by(Role.name)).all()


def permissions_listed(session: Session) -> Sequence[PermissionView]:
    """Every permission with its screen."""
    both = joinedload(PermissionView.permission), joinedload(PermissionView.view_menu)
    return session.scalars(select(PermissionView).options(*both)).all()
