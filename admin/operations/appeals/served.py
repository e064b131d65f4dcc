"""What a document serves on somebody is appealed as a result on notice is: by proceedings of its own before the panel (4.3-a).

They are opened when somebody asks to appeal: a case that holds what was served, and a personal notice whose period runs from
service. Everything after that is the panel's one procedure.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

import config
from admin.access.actor import Actor
from admin.domain.calendar import last_day
from admin.domain.codes import CaseKind, CaseStage, NoticeKind, NoticeStage
from admin.domain.refusals import NotFound, Refused
from admin.domain.workflow.facts import effect
from admin.models import Employee, GradeChange, IssuedDocument, Notice, NoticeRow, Review
from admin.operations.cases.single_cases import proceedings
from admin.operations.outcome.notices import next_number
from admin.operations.transaction import Operation, operation
from admin.queries.appeals.served import CLAUSE, period_of, row_of_change, to_end, why_not_appealed
from admin.queries.outcome.letters import change_for
from admin.queries.system.calendar import company_day


def open_served(document_id: int, *, change_id: int | None = None, actor: Actor, now: datetime) -> NoticeRow:
    """The row against which the person appeals what a document served on them; opened once, and the same one afterwards.

    `change_id`: HR opens it for whoever hands in paper. Raises `NotFound` for a document that does not name them; `Refused`:
    (4.3-a) the period is over, or a notice gave the time; (1.2-f) it was taken back; (3.3.5-c) an unconfirmed calendar year.
    """
    with operation("open_served", actor=actor, now=now, clause=CLAUSE) as op:
        change = _change(op, document_id, change_id)
        # Locked, so that of two who ask at once the second finds the first one's proceedings.
        op.locked(select(GradeChange).where(GradeChange.id == change.id)).one()
        if (row := row_of_change(op.session, change)) is not None:
            return row
        if refusal := why_not_appealed(op.session, change, now):
            raise Refused(refusal)
        document = op.get(IssuedDocument, document_id)
        return _open(op, change, document)


def _change(op: Operation, document_id: int, change_id: int | None) -> GradeChange:
    if change_id is None or not op.actor.has("hr"):
        return change_for(op.session, document_id, op.actor.employee_id)
    change = op.find(GradeChange, change_id)
    if change.document_id != document_id:
        raise NotFound(f"GradeChange {change_id}")
    return change


def _open(op: Operation, change: GradeChange, document: IssuedDocument) -> NoticeRow:
    employee = op.get(Employee, change.employee_id)
    cycle = proceedings(op, employee, {})
    case = op.add(
        Review(
            cycle_id=cycle.id, employee_id=employee.id, kind=CaseKind.SERVED, stage=CaseStage.ON_NOTICE,
            department_id=employee.department_id, superior_id=employee.superior_id, post=employee.post,
            present_grade_id=change.from_grade_id, determined_grade_id=change.to_grade_id, individual_reasons=[],
            stage_since=op.now,
        )
    )  # fmt: skip
    relation = "hr" if op.actor.employee_id != employee.id else "subject"
    op.remember_opened("review", [(case.id, case.stage, CLAUSE, document.number)], relation=relation)
    ends = period_of(op.session, document)
    notice = op.add(
        Notice(
            number=next_number(op, op.today.year), cycle_id=cycle.id, kind=NoticeKind.PERSONAL, stage=NoticeStage.PUBLISHED,
            document_id=document.id, days=document.appeal_days or 0, created_at=op.now, published_at=document.issued_at,
            first_day=company_day(document.issued_at), last_day=last_day(ends, config.current().portal_tz), ends_at=ends,
        )
    )  # fmt: skip
    return op.add(
        NoticeRow(
            notice_id=notice.id, review_id=case.id, position=1, department=employee.department.name,
            printed_number=employee.number, printed_name=employee.name,
            from_grade=change.from_grade.code if change.from_grade else None, to_grade=change.to_grade.code,
        )
    )  # fmt: skip


def end_served(*, actor: Actor, now: datetime) -> int:
    """Timed: what was served stands where the period is over and the panel has changed nothing; returns how many (due and not done)."""
    with operation("end_served", actor=actor, now=now, clause=CLAUSE) as op:
        cases = list(op.locked(to_end(now).order_by(Review.id)))
        for case in cases:
            op.step(case, effect("review", case.stage), "stand", as_system=True)
            op.step(case.cycle, effect("cycle", case.cycle.stage), "conclude", as_system=True)
            case.cycle.closed_at = now
    return len(cases)
