"""What the page of a notice shows: its rows by page, its proofs of publication, its corrections (3.3.5-c, d)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.models import Notice, NoticeRow, Publication

ROWS_A_PAGE = 100
MOST_PROOFS = 400


@dataclass(frozen=True)
class RowsPage:
    """The rows of one page, and how many there are in all."""

    rows: Sequence[NoticeRow]
    count: int
    page: int
    pages: int


def notice_rows(session: Session, notice: Notice, text: str, page: int) -> RowsPage:
    """The rows whose printed number or name holds the text; a page beyond the last is the last."""
    query = select(NoticeRow).where(NoticeRow.notice_id == notice.id).order_by(NoticeRow.position)
    if text:
        query = query.where(
            NoticeRow.printed_number.icontains(text, autoescape=True)
            | NoticeRow.printed_name.icontains(text, autoescape=True)
        )
    # Without the order, which a count would sort for nothing.
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-count // ROWS_A_PAGE))
    page = min(max(page, 1), pages)
    rows = session.scalars(query.limit(ROWS_A_PAGE).offset((page - 1) * ROWS_A_PAGE)).all()
    return RowsPage(rows, count, page, pages)


def corrections_of(session: Session, notice: Notice) -> list[Notice]:
    """The lists that correct this one."""
    return list(session.scalars(select(Notice).where(Notice.corrects_id == notice.id).order_by(Notice.id)))


def last_publications(session: Session) -> Sequence[Publication]:
    """What the site had, the latest first."""
    return session.scalars(select(Publication).order_by(Publication.id.desc()).limit(MOST_PROOFS)).all()
