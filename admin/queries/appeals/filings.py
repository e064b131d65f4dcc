"""What a case's filings and notices say of one another: by the case, whatever the notice (3.3.5-b, 3.3.5-e)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.calendar import check_in_time
from admin.domain.codes import AppealAddressee, AppealGround, CaseKind, NoticeStage
from admin.domain.filings import Filing, check_ground
from admin.domain.refusals import N_, Refusal
from admin.models import Appeal, HistoryStep, Notice, NoticeRow, Review

REMITS = ("remit_to_rating", "remit_to_department")


def latest_row(session: Session, review_id: int) -> NoticeRow | None:
    """The row under which a case stands now; None while the site does not have it yet."""
    query = select(NoticeRow).options(joinedload(NoticeRow.notice)).where(NoticeRow.review_id == review_id)
    row = session.scalars(query.order_by(NoticeRow.id.desc()).execution_options(unscoped=True)).first()
    return None if row is None or row.notice.stage == NoticeStage.PUBLISHING else row


def why_not_received(session: Session, row: NoticeRow, now: datetime) -> Refusal | None:
    """Why what arrives now is not received against a printed row: another is in its place (3.3.5-c), or its period is over."""
    return _why_not_standing(session, row) or check_in_time(now, row.notice.ends_at or now, "3.3.5")


def _why_not_standing(session: Session, row: NoticeRow) -> Refusal | None:
    last = latest_row(session, row.review_id)
    # By the case and not by the row: a result on a second notice must not be fought on the first (3.3.5-e).
    if row.superseded or (last is not None and last.id != row.id):
        reason = N_("This row was replaced; file against the row in its place (notice %(notice)s).")
        return Refusal("3.3.5-c", reason, {"notice": last.notice.number if last else row.notice.number})
    if row.notice.ends_at is None:
        return Refusal("3.3.5", N_("No result is on public notice yet."))
    return None


def why_not_filed(session: Session, row: NoticeRow, filer: int | None, now: datetime) -> Refusal | None:
    """Why somebody can file nothing against a printed row, on whatever ground; the form is shown by it."""
    if filer is None:
        return of_no_employee()
    if refusal := _why_not_standing(session, row):
        return refusal
    if why_not_received(session, row, now):
        return Refusal("3.3.5", N_("The notice period is over; appeals and objections are no longer accepted."))
    barred = [check_ground(filings_on(session, row), filer, ground) for ground in AppealGround.labels()]
    return None if None in barred else barred[0]


def of_no_employee() -> Refusal:
    """The refusal of an account that belongs to nobody: its holder has no result and no colleagues (3.3.5)."""
    return Refusal("3.3.5", N_("Appeals and objections are filed by employees; this account belongs to none."))


def grounds_open(session: Session, row: NoticeRow, filer: int) -> list[str]:
    """The grounds on which somebody may still file against a printed row (3.3.5-b, 3.3.5-e)."""
    filings = filings_on(session, row)
    return [ground for ground in AppealGround.labels() if check_ground(filings, filer, ground) is None]


def filings_on(session: Session, row: NoticeRow) -> list[Filing]:
    """Everything that was filed on the case of a row, oldest first."""
    begun = row.notice.published_at
    query = select(Appeal).where(Appeal.review_id == row.review_id).order_by(Appeal.id)
    return [
        Filing(
            one.number, one.filer_id, one.ground, one.stage, same_row=one.notice_row_id == row.id,
            # What was decided before this notice was about another result; its ground is free again (3.3.5-e).
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
    # In the same moment counts as later: the notice that follows a remit is the next one, never this.
    return sent_back is not None and (published is None or sent_back >= published)


def addressees_of(review: Review) -> tuple[str, ...]:
    """To whom one may appeal on a case: to the superior where there is one, who has a part in it; what a document serves, to the
    panel alone (4.3-a)."""
    answers = review.superior_id is not None and review.kind != CaseKind.SERVED
    return tuple(each for each in AppealAddressee.labels() if answers or each != AppealAddressee.SUPERIOR)
