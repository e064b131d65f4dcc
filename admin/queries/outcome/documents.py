"""What can be issued, and what a formal document contains (policy.md 3.3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from admin.domain.calendar import LONGEST_WAY, certain_from
from admin.models import (
    Appeal,
    Department,
    Employee,
    Grade,
    GradeChange,
    IssuedDocument,
    Notice,
    NoticeRow,
    Reassessment,
    Review,
)
from admin.queries.system.calendar import company_day
from config import current

OPEN_APPEAL = ("with_superior", "answered", "with_panel")
HEADINGS = {
    "number": "工號",
    "name": "姓名",
    "department": "部門",
    "from_grade": "原職級",
    "to_grade": "確認職級",
    "effective_on": "生效日",
}


def issuable(session: Session, cycle_id: int | None, now: datetime, *, keys: Sequence[int] | None = None) -> list[int]:
    """Cases on notice whose own last notice is over for certain, with no appeal or objection open and no order to assess again."""
    last = (
        select(func.max(Notice.ends_at))
        .join(NoticeRow)
        .where(NoticeRow.review_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    pending = exists(
        select(1).where(
            NoticeRow.review_id == Review.id, NoticeRow.notice_id == Notice.id, Notice.stage == "publishing"
        )
    )
    open_ = exists(select(1).where(Appeal.review_id == Review.id, Appeal.stage.in_(OPEN_APPEAL)))
    again = exists(select(1).where(Reassessment.review_id == Review.id, Reassessment.case_id.is_(None)))
    query = select(Review.id).where(Review.stage == "on_notice", last <= now - LONGEST_WAY, ~pending, ~open_, ~again)
    if cycle_id is not None:
        query = query.where(Review.cycle_id == cycle_id)
    if keys is not None:
        query = query.where(Review.id.in_(keys))
    return list(session.scalars(query.order_by(Review.id).execution_options(unscoped=True)))


def issuable_from(session: Session, cycle_id: int, now: datetime) -> datetime | None:
    """From when a notice that has just ended is over for certain (3.3.5-c); None where none has just ended."""
    just = (Notice.ends_at <= now) & (Notice.ends_at > now - LONGEST_WAY)
    ended = session.scalar(select(func.max(Notice.ends_at)).where(Notice.cycle_id == cycle_id, just))
    return certain_from(ended) if ended is not None else None


def document_rows(session: Session, document: IssuedDocument) -> list[dict[str, str]]:
    """One row a person: number, name, department, grades, effective date, as the document prints them."""
    from_grade, to_grade = Grade.__table__.alias("from_grade"), Grade.__table__.alias("to_grade")
    rows = session.execute(
        select(
            Employee.number,
            Employee.name,
            Department.name.label("department"),
            from_grade.c.name_zh_hant.label("from_grade"),
            to_grade.c.name_zh_hant.label("to_grade"),
            GradeChange.effective_on,
        )
        .select_from(GradeChange)
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(Review, Review.id == GradeChange.review_id)
        .join(Department, Department.id == func.coalesce(Review.department_id, Employee.department_id))
        .outerjoin(from_grade, from_grade.c.id == GradeChange.from_grade_id)
        .join(to_grade, to_grade.c.id == GradeChange.to_grade_id)
        .where(GradeChange.document_id == document.id)
        .order_by(Department.name, Employee.number)
        .execution_options(unscoped=True)
    )
    return [
        {
            "number": row.number,
            "name": row.name,
            "department": row.department,
            "from_grade": row.from_grade or "—",
            "to_grade": row.to_grade,
            "effective_on": row.effective_on.isoformat(),
        }
        for row in rows
    ]


# By kind of document: legal basis, clauses, introduction.
WORDING = {
    "adjustment": (
        "依《客服中心職級管理辦法》第 4.3 條發布。",
        ["4.3", "4.3-a"],
        "下列人員之職級，經人力資源部提出、管理層核准，予以調整。",
    ),
    "reassessment": (
        "依《客服中心職級管理辦法》第 6.3.2 條、第 3.3.6 條發布。",
        ["6.3.2", "6.3-a", "3.3.6"],
        "下列人員之職級，經重新評定、評審委員會審定、公示期滿，現予確認，自生效日起取代{before}所載之職級。",
    ),
}
CONFIRMED = (
    "依《客服中心職級管理辦法》第 3.3.6 條發布。",
    ["3.3.4", "3.3.5", "3.3.6"],
    "下列人員之職級，經評審委員會審定、公示期滿，現予確認。",
)


def _superseded(session: Session, document: IssuedDocument) -> str:
    """The number of the document that this one takes the place of."""
    before = session.get(IssuedDocument, document.supersedes_id) if document.supersedes_id is not None else None
    return before.number if before else "原文件"


def document_context(session: Session, document: IssuedDocument) -> dict[str, Any]:
    """Everything that the document's template asks for; the same record gives the same context."""
    basis, clauses, introduction = WORDING.get(document.kind, CONFIRMED)
    return {
        "company": current().portal_company[0],
        "document_number": document.number,
        "title": document.title,
        "issued_on": company_day(document.issued_at).isoformat(),
        "effective_on": document.effective_on.isoformat(),
        "legal_basis": basis,
        "clauses": clauses,
        "introduction": introduction.format(before=_superseded(session, document)),
        "headings": HEADINGS,
        "rows": document_rows(session, document),
        "closing": "本文件之內容已記入各員職級檔案。",
        "signatory": "人力資源部",
    }
