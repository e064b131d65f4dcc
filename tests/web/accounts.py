"""Roles and accounts by name."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy import select

from admin.models import db
from admin.models.accounts import User


def role_ids(names: list[str]) -> list[int]:
    """The numbers of these roles."""
    return list(db.session.scalars(select(Role.id).where(Role.name.in_(names))))


def account_of(app: Flask, username: str) -> int:
    """The number of an account."""
    with app.app_context():
        return db.session.scalars(select(User.id).where(User.username == username)).one()
