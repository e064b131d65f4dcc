"""Roles by name."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from admin.models import db


def role_ids(names: list[str]) -> list[int]:
    """The numbers of these roles."""
    return list(db.session.scalars(select(Role.id).where(Role.name.in_(names))))
