"""What the page of a notice shows: its rows by page, its proofs of publication, its corrections (3.3.5-c, d)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.models import Notice, NoticeRow, Publication
from admin.queries.system.paging import Paged, paged

MOST_PROOFS = 400


def notice_rows(session: Session, notice: Notice, text: str, page: int) -> Paged[NoticeRow]:
    """The rows whose printed number or name holds the text; a page beyond the last is the last."""
    query = select(NoticeRow).where(NoticeRow.notice_id == notice.id).order_by(NoticeRow.position)
    if text:
        query = query.where(
            NoticeRow.printed_number.icontains(text, autoescape=True)
            # The name as it was printed, also where the person is called otherwise by now.
            | NoticeRow.printed_name.icontains(text, autoescape=True)
        )
    return paged(session, query, page)


def corrections_of(session: Session, notice: Notice) -> list[Notice]:
    """The lists that correct this one."""
    return list(session.scalars(select(Notice).where(Notice.corrects_id == notice.id).order_by(Notice.id)))


def last_publications(session: Session) -> Sequence[Publication]:
    """What the site had, the latest first."""
    return session.scalars(select(Publication).order_by(Publication.id.desc()).limit(MOST_PROOFS)).all()
