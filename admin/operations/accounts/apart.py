"""Asked at every door through which somebody comes to an office: may it meet with what they hold (6.1-a)?"""

from __future__ import annotations

from admin.domain.power import check_apart
from admin.domain.refusals import Refused
from admin.models import Employee
from admin.operations.transaction import Operation
from admin.queries.accounts.offices import held_by


def refuse_apart(op: Operation, employee_id: int | None, added: str) -> None:
    """Raise `Refused` (6.1-a) where the person holds an office that this one may not meet with."""
    with op.session.no_autoflush:
        person = op.get(Employee, employee_id)
        refusal = check_apart(held_by(op.session, person, op.today), added)
    if refusal:
        raise Refused(refusal)
