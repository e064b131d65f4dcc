"""Naming who heads a department (3.3.3)."""

from __future__ import annotations

from datetime import datetime

from admin.access.actor import Actor
from admin.domain.refusals import NotFound
from admin.models import Department
from admin.operations.people.here import still_here
from admin.operations.transaction import operation


def name_head(department_id: int, employee_id: int, *, actor: Actor, now: datetime) -> Department:
    """Name the head of a department; open cases keep their snapshot (3.3-f).

    Raises `NotFound` for anyone but HR and administrators, `Invalid` for somebody who has left.
    """
    with operation("name_head", actor=actor, now=now, clause="3.3.3") as op:
        if not actor.has("hr", "admin") and not actor.is_system:
            raise NotFound("Department")
        department = op.find(Department, department_id)
        department.head_id = still_here(op, employee_id, "head").id
    return department
