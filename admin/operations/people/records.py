"""What is on file about a person beside figures: contributions, certificates, breaches, trainings and the like.

4.1-a: who records and who approves depends on the kind; a record counts only once approved, and by somebody
other than its recorder and its subject.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import RecordKind
from admin.domain.on_file import DUTIES, Duty
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.domain.workflow.engine import takes
from admin.models import Employee, EmployeeRecord
from admin.operations.acts import REASON, act, declare_process
from admin.operations.transaction import Operation, operation
from admin.queries.people.approvers import head_above, heads
from admin.queries.system.recipients import users_told

LONGEST_DETAIL = 20_000
PROCESS = "employee_record"
DECIDED = {"approve": "record_approved", "reject": "record_rejected"}  # as the audit trail has called it from the first
LABELS = RecordKind.labels()


def record(
    employee_id: int,
    kind: str,
    title: str,
    happened_on: date,
    *,
    detail: str = "",
    points: Decimal | float | None = None,
    actor: Actor,
    now: datetime,
) -> EmployeeRecord:
    """Put something on file; whoever may approve it is told.

    Raises `Invalid` for wrong fields, `Refused` (4.1-a) for somebody who may not record this kind.
    """
    with operation("record_on_file", actor=actor, now=now, clause="4.1-a") as op:
        employee = op.find(Employee, employee_id)
        _check_fields(op, kind, title, detail, happened_on, points)
        duty = DUTIES[kind]
        if not relations(op, employee) & duty.recorders:
            raise Refused(
                Refusal("4.1-a", N_("Records of this kind are made by others."), {"who": sorted(duty.recorders)})
            )
        row = op.add(
            EmployeeRecord(
                employee_id=employee.id,
                kind=kind,
                title=title.strip(),
                detail=detail.strip(),
                happened_on=happened_on,
                points=None if points is None else float(points),
                recorded_by_id=actor.user_id,
                recorded_at=now,
            )
        )
        _tell_approvers(op, employee, row, duty)
    return row


def _check_fields(op: Operation, kind: str, title: str, detail: str, happened_on: date, points: object) -> None:
    if op.actor.user_id is None:
        raise NotFound("an account is needed to record")
    if kind not in DUTIES:
        raise Invalid({"kind": N_("There is no record of this kind.")})
    if not title.strip() or len(title.strip()) > 200:
        raise Invalid({"title": N_("Describe it in at most 200 characters.")})
    if len(detail) > LONGEST_DETAIL:
        raise Invalid({"detail": N_("At most %(limit)s characters.")}, {"limit": LONGEST_DETAIL})
    if happened_on > op.today:
        raise Invalid({"happened_on": N_("The day is in the future. Enter today or an earlier day.")})
    if points is not None and not 0 <= float(str(points)) <= 100:
        raise Invalid({"points": N_("Points are a number from 0 to 100.")})
    if points is None and DUTIES[kind].scored and kind != "project":
        raise Invalid({"points": N_("This kind of record needs its points, from 0 to 100.")})


def relations(op: Operation, employee: Employee, recorder: int | None = None) -> frozenset[str]:
    """What the actor is to an employee: self, superior, head (`head_of`, who is not the `recorder`), hr."""
    found = {"hr"} if op.actor.has("hr") else set()
    me = op.actor.employee_id
    if me is None:
        return frozenset(found)
    if me == employee.id:
        found = {"self"}  # one's own file is nobody's office
    if employee.superior_id == me:
        found.add("superior")
    if head_of(op, employee, recorder) == me:
        found.add("head")
    return frozenset(found)


def head_of(op: Operation, employee: Employee, recorder: int | None = None) -> int | None:
    """The head of the employee's department, or of the nearest one above that has another person as its head.

    A `recorder` does not approve what they recorded: the next head above does in their place.
    """
    return head_above(heads(op.session, op.today), employee.department_id, {employee.id, recorder})


def _tell_approvers(op: Operation, employee: Employee, row: EmployeeRecord, duty: Duty) -> None:
    offices: Collection[str] = duty.approvers & {"hr"}
    head = head_of(op, employee, _recorder(op, row)) if "head" in duty.approvers else None
    if not head:
        offices = {"hr"}
    users = users_told(op.session, offices, today=op.today, people=[head] if head else [])
    op.tell(users, "employee_record", "record", row.id, kind=row.kind, name=employee.name)


def _facts(op: Operation, row: EmployeeRecord, reason: str | None) -> Facts:
    decides = {name for name in ("approver", "recorder") if _is(op, row, name)}
    return Facts(PROCESS, row.stage, frozenset(decides), {"attempt": reason is not None, "reason": reason or ""})


def _is(op: Operation, row: EmployeeRecord, relation: str) -> bool:
    if relation == "recorder":
        return row.recorded_by_id == op.actor.user_id
    return _why_not_approver(op, row) is None


declare_process(PROCESS, EmployeeRecord, _facts)


@act(PROCESS, "approve")
def approve(record_id: int, *, actor: Actor, now: datetime) -> EmployeeRecord:
    """Approve a record, which then counts. Raises `Refused` (4.1-a): recorder, subject, not one's to approve."""
    return _decide(record_id, "approve", None, actor, now)


@act(PROCESS, "reject", REASON)
def reject(record_id: int, reason: str, *, actor: Actor, now: datetime) -> EmployeeRecord:
    """Reject a record with a reason, which is kept with it; whoever recorded it takes it back so. Raises as `approve`."""
    return _decide(record_id, "reject", reason.strip(), actor, now)


def _decide(record_id: int, action: str, reason: str | None, actor: Actor, now: datetime) -> EmployeeRecord:
    with operation(DECIDED[action], actor=actor, now=now, clause="4.1-a") as op:
        row = op.find(EmployeeRecord, record_id)
        if refusal := decision_refusal(op, row, action):
            raise Refused(refusal)
        about = {"kind": row.kind, "name": row.employee.name}
        op.step(row, _facts(op, row, reason), action, reason=reason or "", message=about)
        another = actor.user_id != row.recorded_by_id  # what is taken back was decided by nobody
        row.approved_by_id, row.approved_at = actor.user_id if another else None, now
        if reason:
            row.detail = f"{row.detail}\n— {reason}".strip()
        op.session.flush()
    return row


def decision_refusal(op: Operation, row: EmployeeRecord, action: str = "approve") -> Refusal | None:
    """Why the actor may not approve a record, or reject it, or None.

    A record that nobody else may decide on is not left waiting: whoever made it takes it back.
    """
    if not takes(PROCESS, row.stage, action):
        return Refusal("4.1-a", N_("This record is decided already."), {"stage": row.stage})
    if action == "reject" and _is(op, row, "recorder"):
        return None
    return _why_not_approver(op, row)


def _why_not_approver(op: Operation, row: EmployeeRecord) -> Refusal | None:
    if row.recorded_by_id == op.actor.user_id:
        return Refusal("4.1-a", N_("The person who proposed or recorded this cannot approve it."))
    if row.employee_id == op.actor.employee_id:
        return Refusal("3.3-d", N_("No one may decide on their own file."))
    recorder, approvers = _recorder(op, row), DUTIES[row.kind].approvers
    if head_of(op, row.employee, recorder) is None:
        approvers = frozenset({"hr"})  # nobody is head who is neither its subject nor its recorder
    if not relations(op, row.employee, recorder) & approvers:
        return Refusal("4.1-a", N_("Records of this kind are approved by others."), {"who": sorted(approvers)})
    return None


def _recorder(op: Operation, row: EmployeeRecord) -> int | None:
    """The employee who recorded it; None for an account without one."""
    query = select(Employee.id).where(Employee.user_id == row.recorded_by_id, Employee.user_id.is_not(None))
    return op.session.scalar(query.execution_options(unscoped=True))
