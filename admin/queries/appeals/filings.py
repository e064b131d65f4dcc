"""What a case's filings and notices say of one another: by the case, whatever the notice (3.3.5-b, 3.3.5-e)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import NoticeStage
from admin.domain.filings import Filing
from admin.models import Appeal, HistoryStep, Notice, NoticeRow, Review

REMITS = ("remit_to_rating", "remit_to_department")


def latest_row(session: Session, review_id: int) -> NoticeRow | None:
    """The row under which a case stands now; None while the site does not have it yet."""
    query = select(NoticeRow).options(joinedload(NoticeRow.notice)).where(NoticeRow.review_id == review_id)
    row = session.scalars(query.order_by(NoticeRow.id.desc()).execution_options(unscoped=True)).first()
    return None if row is None or row.notice.stage == NoticeStage.PUBLISHING else row


def filings_on(session: Session, row: NoticeRow) -> list[Filing]:
    """Everything that was filed on the case of a row, oldest first."""
    begun = row.notice.published_at
    query = select(Appeal).where(Appeal.review_id == row.review_id).order_by(Appeal.id)
    return [
        Filing(
            one.number, one.filer_id, one.ground, one.stage, same_row=one.notice_row_id == row.id,
            earlier=one.decided_at is not None and begun is not None and one.decided_at <= begun,
        )
        for one in session.scalars(query.execution_options(unscoped=True))
    ]  # fmt: skip


def remitted_since_notice(session: Session, review: Review) -> bool:
    """Whether the panel has sent a case back since it was last put on notice: it then needs one of its own (3.3.5-e)."""
    shown = select(func.max(Notice.published_at)).join(NoticeRow, NoticeRow.notice_id == Notice.id)
    published = session.scalar(shown.where(NoticeRow.review_id == review.id).execution_options(unscoped=True))
    step = (HistoryStep.process == "review", HistoryStep.record_id == review.id, HistoryStep.action.in_(REMITS))
    sent_back = session.scalar(select(func.max(HistoryStep.happened_at)).where(*step).execution_options(unscoped=True))
    return sent_back is not None and (published is None or sent_back >= published)
