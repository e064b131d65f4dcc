"""Appeals against what a document itself has served on somebody: its own proceedings, heard by the panel as any other (4.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.calendar import LONGEST_WAY, check_in_time
from admin.domain.codes import Body, CaseKind, CaseStage
from admin.domain.grades import Ladder
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import Appeal, Determination, GradeChange, IssuedDocument, Notice, NoticeRow, Review
from admin.queries.cases.review_facts import OPEN_APPEAL
from admin.queries.outcome.publishing import ends_at
from admin.queries.outcome.withdrawals import taken_by_change

CLAUSE = "4.3-a"
BY_NOTICE = N_("This result could be appealed during the notice period; the document itself cannot be appealed again.")
TAKEN_BACK = N_("Document %(document)s has taken this back; appeal against that one.")


def period_of(session: Session, document: IssuedDocument) -> datetime:
    """Until when somebody may appeal whom a document was served on; raises `Refused` in a year that nobody confirmed (3.3.5-c)."""
    return ends_at(session, document.issued_at, document.appeal_days or 0)


def row_of_change(session: Session, change: GradeChange) -> NoticeRow | None:
    """The row under which what a document served is appealed; None before anybody has asked for it."""
    query = (
        select(NoticeRow)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .join(Review, Review.id == NoticeRow.review_id)
        .where(Notice.document_id == change.document_id, Review.employee_id == change.employee_id)
        .options(joinedload(NoticeRow.notice))
    )
    return session.scalars(query.execution_options(unscoped=True)).first()


def appeals_against(session: Session, change: GradeChange) -> Sequence[Appeal]:
    """What somebody has filed against what a document served on them, the oldest first."""
    query = (
        select(Appeal)
        .join(NoticeRow, NoticeRow.id == Appeal.notice_row_id)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .where(Notice.document_id == change.document_id, Appeal.filer_id == change.employee_id)
        .order_by(Appeal.id)
    )
    return session.scalars(query.execution_options(unscoped=True)).all()


def is_against_served(session: Session, appeal: Appeal) -> bool:
    """Whether an appeal is about a document that was served, and not about a row of a public notice (4.3-a)."""
    kind = select(Review.kind).where(Review.id == appeal.review_id).execution_options(unscoped=True)
    return session.scalar(kind) == CaseKind.SERVED


def why_not_appealed(session: Session, change: GradeChange, now: datetime) -> Refusal | None:
    """Why nobody can appeal any more against what a document served; None while the period runs."""
    document = change.document
    if document is None or document.appeal_days is None:
        return Refusal(CLAUSE, BY_NOTICE)
    if later := taken_by_change(session, [change.id]).get(change.id):
        return Refusal("1.2-f", TAKEN_BACK, {"document": later.number})
    try:
        end = period_of(session, document)
    except Refused as refused:
        return refused.refusal
    return check_in_time(now, end, CLAUSE)


def contested(session: Session, review: Review) -> GradeChange | None:
    """What such a case is about; None of every other case."""
    if review.kind != CaseKind.SERVED:
        return None
    query = (
        select(GradeChange)
        .join(Notice, Notice.document_id == GradeChange.document_id)
        .join(NoticeRow, NoticeRow.notice_id == Notice.id)
        .where(NoticeRow.review_id == review.id, GradeChange.employee_id == review.employee_id)
    )
    return session.scalars(query.execution_options(unscoped=True)).first()


def stands_as_served() -> ColumnElement[bool]:
    """Of a case: the panel has changed nothing of what was served, so that there is nothing to issue."""
    fixed = exists(select(1).where(Determination.review_id == Review.id, Determination.body == Body.PANEL))
    return (Review.kind == CaseKind.SERVED) & ~fixed


def to_end(now: datetime) -> Select[Any]:
    """Proceedings whose period is over for certain, with nothing open and nothing changed: the document stands."""
    over = exists(
        select(1).where(
            NoticeRow.review_id == Review.id, NoticeRow.notice_id == Notice.id, Notice.ends_at <= now - LONGEST_WAY
        )
    )
    open_ = exists(select(1).where(Appeal.review_id == Review.id, Appeal.stage.in_(OPEN_APPEAL)))
    return select(Review).where(Review.stage == CaseStage.ON_NOTICE, stands_as_served(), over, ~open_)


def check_served_grade(ladder: Ladder, grade: str, on_notice: str) -> Refusal | None:
    """The panel may fix any grade of the ladder that is no worse for the appellant: an adjustment asks for no ground of 4.1 or 4.2."""
    ladder.index(grade)
    if not ladder.is_below(grade, on_notice):
        return None
    facts: Mapping[str, Any] = {"not_below": on_notice, "grade": grade}
    return Refusal("3.3.5-b", N_("An appeal never ends worse for the appellant than %(not_below)s."), facts)
