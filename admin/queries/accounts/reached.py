"""Whom the portal can reach: people in service with an account that has a password, or a code to set one."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, or_, select

from admin.domain.codes import EmployeeStatus
from admin.models import ActivationCode, Employee
from admin.models.accounts import User
from config import current


def unreached(today: date) -> ColumnElement[bool]:
    """Whether somebody in service can neither sign in nor has a code in hand with which they could on this day."""
    begins = datetime.combine(today, time.min, current().portal_tz)
    coded = select(ActivationCode.user_id).where(ActivationCode.expires_at > begins)
    able = select(User.id).where(User.active.is_(True), or_(User.password.is_not(None), User.id.in_(coded)))
    nobody = or_(Employee.user_id.is_(None), Employee.user_id.not_in(able))
    return and_(Employee.status != EmployeeStatus.LEFT, nobody)
