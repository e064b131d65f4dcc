"""Whoever is given something to do is still here (1.2-g)."""

from __future__ import annotations

from admin.domain.codes import EmployeeStatus
from admin.domain.refusals import N_, Invalid
from admin.models import Employee
from admin.operations.transaction import Operation


def still_here(op: Operation, employee_id: int, field: str) -> Employee:
    """The employee whom a form's field names for an office or a task. Raises `Invalid` where they have left, `NotFound`."""
    person = op.get(Employee, employee_id)
    if person.status == EmployeeStatus.LEFT:
        facts = {"number": person.number, "name": person.name}
        raise Invalid({field: N_("%(number)s %(name)s has left: name somebody else.")}, facts)
    return person
