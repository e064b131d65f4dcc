"""Appeals and objections as people see them: the form's notice row, one's own, what waits for the panel (3.3.5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import AppealKind, AppealStage, CaseStage, NoticeKind, NoticeStage
from admin.domain.filings import COUNTS_FOR_NOTHING
from admin.models import Appeal, CommitteeMember, Notice, NoticeRow, PanelBallot, Recusal, Review
from admin.queries.cases.review_facts import OPEN_APPEAL
from admin.queries.system.kept import kept
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, paged

SHOWN = (joinedload(Appeal.notice_row), joinedload(Appeal.review), joinedload(Appeal.filer))
KNOWS_FILER = ("hr", "auditor", "panel_member", "panel_chair")


def row_on_notice(session: Session, number: str, row_id: int) -> NoticeRow | None:
    """The printed row that the site's link names; None unless it stands in the notice of that number."""
    query = (
        select(NoticeRow)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .options(joinedload(NoticeRow.notice))
        .where(NoticeRow.id == row_id, Notice.number == number, Notice.stage != NoticeStage.PUBLISHING)
    )
    return session.scalars(query).first()


def own_rows(session: Session, actor: Actor) -> list[NoticeRow]:
    """The actor's own results that are on notice: what an appeal without a link may be against."""
    query = (
        select(NoticeRow)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .join(Review, Review.id == NoticeRow.review_id)
        .options(joinedload(NoticeRow.notice))
        .where(
            Review.employee_id == (actor.employee_id or 0),
            Notice.stage == NoticeStage.PUBLISHED,
            NoticeRow.superseded.is_(False),
        )
        .order_by(NoticeRow.id.desc())
    )
    return list(session.scalars(query))


def rows_to_object(session: Session, actor: Actor, words: str, now: datetime) -> list[NoticeRow]:
    """The printed rows of others on which an objection can be filed now and which these words name; at most twenty."""
    query = (
        select(NoticeRow)
        .join(Notice, Notice.id == NoticeRow.notice_id)
        .join(Review, Review.id == NoticeRow.review_id)
        .options(joinedload(NoticeRow.notice))
        .where(Notice.kind != NoticeKind.PERSONAL, Notice.stage == NoticeStage.PUBLISHED, Notice.ends_at > now)
        # Against one's own result there is the appeal; an objection is a colleague's (3.3.5-b).
        .where(NoticeRow.superseded.is_(False), Review.employee_id != (actor.employee_id or 0))
        .where(or_(NoticeRow.printed_number == words, NoticeRow.printed_name.contains(words, autoescape=True)))
    )
    # Past the scope: what is printed is everybody's to read, though the case is not theirs; a few rows name whom they mean.
    return list(session.scalars(query.order_by(NoticeRow.id).limit(20).execution_options(unscoped=True)))


def panel_recusals(session: Session, appeal: Appeal, reader: Actor) -> list[Recusal]:
    """The recusals of panel members from an appeal's case, for whoever may lift one; a recused member finds no appeal."""
    if not reader.has("hr", "auditor", "panel_member", "panel_chair"):
        return []
    # Recusals belong to the case and the person: those of the committee's ballot are no concern of the panel's.
    panel = select(CommitteeMember.employee_id).where(CommitteeMember.on_panel)
    query = select(Recusal).where(Recusal.review_id == appeal.review_id, Recusal.employee_id.in_(panel))
    query = query.options(joinedload(Recusal.member).joinedload(CommitteeMember.employee)).order_by(Recusal.id)
    return list(session.scalars(query.execution_options(unscoped=True)))


def mine(session: Session, actor: Actor, wanted: int) -> Paged[Appeal]:
    """A part of what the actor has filed, and of what was filed about the actor's own result."""
    me = actor.employee_id or 0
    query = (
        select(Appeal)
        .join(Review, Review.id == Appeal.review_id)
        .where(or_(Appeal.filer_id == me, Review.employee_id == me))
        .order_by(Appeal.received_at.desc(), Appeal.id.desc())
        .options(*SHOWN)
    )
    return paged(session, query, wanted)


def filed_before(session: Session, actor: Actor, row: NoticeRow) -> list[Appeal]:
    """What the actor has filed on a case, oldest first: a second one takes another ground (3.3.5-b, 3.3.5-e)."""
    query = select(Appeal).where(Appeal.review_id == row.review_id, Appeal.filer_id == (actor.employee_id or 0))
    # What was withdrawn or disowned uses no ground up: the same one may be relied on anew (3.3.5-e).
    query = query.where(Appeal.stage.not_in(COUNTS_FOR_NOTHING))
    return list(session.scalars(query.order_by(Appeal.id)))


def to_answer(session: Session, actor: Actor, wanted: int) -> Paged[Appeal]:
    """A part of what waits for the actor as superior, most urgent first."""
    query = select(Appeal).join(Review, Review.id == Appeal.review_id).where(*_waits_for(actor)).options(*SHOWN)
    return paged(session, query.order_by(least_first(Appeal.superior_due), Appeal.id), wanted)


def count_to_answer(session: Session, actor: Actor) -> int:
    """How much waits for the actor as superior."""
    query = select(func.count(Appeal.id)).join(Review, Review.id == Appeal.review_id)
    return kept(session, ("to_answer", actor), lambda: session.scalar(query.where(*_waits_for(actor))) or 0)


def _waits_for(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Review.superior_id == (actor.employee_id or 0), Appeal.stage == AppealStage.WITH_SUPERIOR


def before_panel(session: Session, wanted: int) -> Paged[Appeal]:
    """A part of what is before the panel and the reader may see, most urgent first."""
    query = select(Appeal).where(Appeal.stage == AppealStage.WITH_PANEL).options(*SHOWN)
    return paged(session, query.order_by(Appeal.answer_due, Appeal.id), wanted)


def count_to_vote(session: Session, reader: Actor) -> int:
    """How many appeals before the panel wait for the reader: for their ballot, and for the chair also to be closed."""
    query = select(func.count(Appeal.id)).where(Appeal.stage == AppealStage.WITH_PANEL)
    if not reader.has("panel_chair"):
        query = query.where(~voted_by(reader.employee_id or 0))
    return kept(session, ("to_vote", reader), lambda: session.scalar(query) or 0)


def voted_by(employee_id: int) -> ColumnElement[bool]:
    """Whether somebody has cast their ballot on the appeal of the row, in its present round."""
    this_round = (PanelBallot.appeal_id == Appeal.id, PanelBallot.round == Appeal.round)
    return exists(select(1).where(*this_round, PanelBallot.employee_id == employee_id))


def answer_due(session: Session, review: Review) -> datetime | None:
    """When the open appeal or objection that a case waits for is to be answered, the last one of several (3.3.5-a)."""
    if review.stage != CaseStage.APPEALED:
        return None
    # Past the scope: a colleague's objection, which its subject may not read, holds the case up all the same.
    last = select(func.max(Appeal.answer_due)).where(Appeal.review_id == review.id, Appeal.stage.in_(OPEN_APPEAL))
    return session.scalar(last.execution_options(unscoped=True))


def knows_filer(actor: Actor, appeal: Appeal) -> bool:
    """Whether the reader may know who filed: of an objection only panel, HR, auditor and the filer (3.3.5-b).

    Whose result it is, and their superior, are told by no seat or office of theirs.
    """
    if appeal.kind == AppealKind.APPEAL or appeal.filer_id == actor.employee_id:
        return True
    # Above every office: a member of the panel whose own result it is must not learn who objected.
    concerned = (appeal.review.employee_id, appeal.review.superior_id, appeal.review.superior_for_id)
    return actor.has(*KNOWS_FILER) and (actor.employee_id or 0) not in concerned


def filer_known(actor: Actor) -> ColumnElement[bool]:
    """The same question of many appeals at once, for one of the offices that know."""
    rows, reviews, me = Appeal.__table__, Review.__table__, actor.employee_id or 0
    line = (reviews.c.employee_id, reviews.c.superior_id, reviews.c.superior_for_id)
    concerned = select(reviews.c.id).where(or_(*(each == me for each in line)))
    return or_(
        rows.c.kind == AppealKind.APPEAL, rows.c.filer_id == me, rows.c.review_id.not_in(concerned.correlate(None))
    )


def ballots_seen(session: Session, appeal: Appeal) -> list[PanelBallot]:
    """The ballots that the reader may see: one's own; of a decided appeal the auditor sees all."""
    query = select(PanelBallot).where(PanelBallot.appeal_id == appeal.id).order_by(PanelBallot.round, PanelBallot.id)
    return list(session.scalars(query))
