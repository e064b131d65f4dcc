"""Letters that nobody has acknowledged yet are reminded of: timed work that is due and not done (3.3.6, 4.3-a)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from admin.access.actor import Actor
from admin.domain.codes import EmployeeStatus
from admin.models import Acknowledgement, Employee, GradeChange, IssuedDocument, Notification
from admin.operations.transaction import operation

CLAUSE = "3.3.6"
AFTER = timedelta(days=7)  # from the document, and from one reminder to the next
MOST = 3  # reminders of one letter; after that HR has the list, and a signed copy on paper
LATEST = timedelta(days=60)  # what is older is history, also where the portal has been off for months
AT_ONCE = 500


def remind_unread(*, actor: Actor, now: datetime) -> int:
    """Remind those whom a document was served on and who have not said that they read it; returns how many letters.

    Nobody who has left, no letter that another document has taken back, and each letter at most three times.
    """
    with operation("remind_unread", actor=actor, now=now, clause=CLAUSE) as op:
        rows = op.session.execute(_unread(now).limit(AT_ONCE)).all()
        op.post(
            {
                "user_id": row.user_id, "process": "letter", "action": "remind", "record_id": row.document_id,
                "facts": {"document": row.number},
            }
            for row in rows
        )  # fmt: skip
        return len(rows)


def _unread(now: datetime) -> Select[Any, Any, Any]:
    change, later = GradeChange, aliased(GradeChange)
    sent = (
        Notification.process == "letter", Notification.action == "remind", Notification.record_id == change.document_id,
        Notification.user_id == Employee.user_id,
    )  # fmt: skip
    last = select(func.max(Notification.created_at)).where(*sent).correlate(change, Employee).scalar_subquery()
    count = select(func.count()).select_from(Notification).where(*sent).correlate(change, Employee).scalar_subquery()
    return (
        select(Employee.user_id, change.document_id, IssuedDocument.number)
        .select_from(change)
        .join(IssuedDocument, IssuedDocument.id == change.document_id)
        .join(Employee, Employee.id == change.employee_id)
        .where(
            IssuedDocument.issued_at <= now - AFTER,
            IssuedDocument.issued_at > now - LATEST,
            IssuedDocument.sha256.is_not(None),
            Employee.user_id.is_not(None),
            Employee.status != EmployeeStatus.LEFT,
            ~exists(select(1).where(Acknowledgement.grade_change_id == change.id)),
            ~exists(select(1).where(later.reverses_id == change.id)),
            or_(last.is_(None), last <= now - AFTER),
            count < MOST,
        )
        .order_by(change.id)
    )
