"""Which rows an actor may see: one question per table, asked of every ORM statement (3.3-g, 6.3-b).

The session hook fails closed: without an actor the scoped tables are empty. Criteria are built on Core tables, which the
hook leaves alone, so that they do not recurse. Relationship loads are exempt: serialisers whitelist fields.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from admin import models as m
from admin.access.actor import Actor
from admin.access.out_of_case import recused, recused_from_another, tied
from admin.domain.codes import (
    AppealAddressee,
    AppealStage,
    CaseStage,
    CycleKind,
    RaterKind,
    RatingState,
)

Question = Callable[[Actor], ColumnElement[bool]]
SCOPES: dict[type[Any], Question] = {}
NARROWED: dict[type[Any], Question] = {}  # more narrowly still while HR looks at the portal as somebody sees it
READERS = ("hr", "auditor")


def scoped(*tables: type[Any]) -> Callable[[Question], Question]:
    """Register the question for these tables."""

    def register(question: Question) -> Question:
        for table in tables:
            SCOPES[table] = question
        return question

    return register


def visible(actor: Actor | None, table: type[Any]) -> ColumnElement[bool]:
    """The criterion for the rows of a table that an actor may see; unscoped tables are reference data."""
    if table not in SCOPES:
        return true()
    if actor is None:
        return false()
    if actor.is_system:
        return true()
    return _question(actor, table)  # type: ignore[arg-type]


@lru_cache(maxsize=512)
def _question(actor: Actor, table: type[Any]) -> ColumnElement[bool]:
    """Made once for an actor: the question names nothing but the actor, and each statement of a page asks it anew."""
    asked = SCOPES[table](actor)
    return and_(asked, NARROWED[table](actor)) if actor.viewed_by is not None and table in NARROWED else asked


def table_of(table: type[Any]) -> Any:
    """The Core table of a model: criteria built on it do not recurse."""
    return table.__table__


def _rates(actor: Actor) -> ColumnElement[bool]:
    ratings, reviews = table_of(m.Rating), table_of(m.Review)
    return exists(
        select(1)
        .where(
            ratings.c.review_id == reviews.c.id,
            ratings.c.rater_id == actor.employee_id,
            ratings.c.state.in_((RatingState.ASKED, RatingState.DRAFT, RatingState.SUBMITTED)),
        )
        .correlate(reviews)
    )


@lru_cache(maxsize=256)
def _sits(actor: Actor) -> ColumnElement[bool]:
    """The case is before the body the actor sits on, and the actor is out of neither it nor another of the same person.

    Before it is on an agenda, chair and secretary find it, who put it there, unless they are tied to it; members do not.
    """
    reviews, items, appeals = table_of(m.Review), table_of(m.AgendaItem), table_of(m.Appeal)
    parts: list[ColumnElement[bool]] = []
    if actor.has("committee_member", "chair", "secretary"):
        parts.append(exists(select(1).where(items.c.review_id == reviews.c.id).correlate(reviews)))
    if actor.has("chair", "secretary"):
        parts.append(and_(reviews.c.stage == CaseStage.COMMITTEE, ~tied(actor)))
    if actor.has("panel_member", "panel_chair"):
        parts.append(
            exists(
                select(1)
                .where(
                    appeals.c.review_id == reviews.c.id,
                    appeals.c.stage.in_((AppealStage.WITH_PANEL, AppealStage.DECIDED)),
                )
                .correlate(reviews)
            )
        )
    return and_(or_(*parts), ~recused(actor), ~recused_from_another(actor)) if parts else false()


def whole_case_seen(actor: Actor) -> ColumnElement[bool]:
    """Own case, one's people's, those one heads, those before one's body unless recused; HR and auditors all.

    A colleague who rates sees the rating form only.
    """
    if actor.has(*READERS):
        return true()
    reviews, me = table_of(m.Review), actor.employee_id or 0
    return or_(reviews.c.employee_id == me, reviews.c.superior_id == me, reviews.c.head_id == me, _sits(actor))


@scoped(m.Review)
def reviews_seen(actor: Actor) -> ColumnElement[bool]:
    """Those whose page one sees, and those one rates."""
    return whole_case_seen(actor) if actor.employee_id is None else or_(whole_case_seen(actor), _rates(actor))


@scoped(m.Cycle)
def cycles_seen(actor: Actor) -> ColumnElement[bool]:
    """A cycle is everybody's; the proceedings of a single case are there for those who see the case (1.2-a)."""
    if actor.has(*READERS):
        return true()
    rows, reviews = table_of(m.Cycle), table_of(m.Review)
    return or_(
        rows.c.kind != CycleKind.SINGLE,
        rows.c.id.in_(select(reviews.c.cycle_id).where(reviews_seen(actor)).correlate(None)),
    )


@scoped(m.SelfAssessment)
def self_assessments_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own always; once submitted also to superior, head, body, HR and auditors; never to a colleague."""
    rows, reviews = table_of(m.SelfAssessment), table_of(m.Review)
    own = rows.c.review_id.in_(
        select(reviews.c.id).where(reviews.c.employee_id == (actor.employee_id or 0)).correlate(None)
    )
    handed_in = rows.c.submitted_at.is_not(None)
    if actor.has(*READERS):
        return or_(own, handed_in)
    line = (
        select(reviews.c.id)
        .where(
            or_(
                reviews.c.superior_id == (actor.employee_id or 0),
                reviews.c.head_id == (actor.employee_id or 0),
                _sits(actor),
            )
        )
        .correlate(None)
    )
    return or_(own, and_(handed_in, rows.c.review_id.in_(line)))


@scoped(m.Rating)
def ratings_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own; the superior's, once signed, to subject, head and body, and to HR; colleagues' to the auditor (3.2-b).

    Nobody reads the raters of their own case, an auditor neither (6.3-d).
    """
    rows, reviews = table_of(m.Rating), table_of(m.Review)
    me = actor.employee_id or 0
    own, of_superior = rows.c.rater_id == me, rows.c.kind == RaterKind.SUPERIOR
    if actor.has("auditor"):
        return or_(own, of_superior, rows.c.review_id.not_in(cases_about(actor)))
    if actor.has("hr"):
        return or_(own, of_superior)
    signed = and_(of_superior, rows.c.state == RatingState.SUBMITTED)
    mine = or_(reviews.c.employee_id == me, reviews.c.head_id == me, _sits(actor))
    return or_(own, and_(signed, rows.c.review_id.in_(select(reviews.c.id).where(mine).correlate(None))))


def cases_about(actor: Actor) -> Select[Any]:
    """The cases whose subject the actor is."""
    reviews = table_of(m.Review)
    return select(reviews.c.id).where(reviews.c.employee_id == (actor.employee_id or 0)).correlate(None)


def _part_question(table: type[Any]) -> Question:
    def question(actor: Actor) -> ColumnElement[bool]:
        """Seen by those who see the case, other than a colleague who only rates."""
        if actor.has(*READERS):
            return true()
        reviews = table_of(m.Review)
        return table_of(table).c.review_id.in_(select(reviews.c.id).where(whole_case_seen(actor)).correlate(None))

    return question


for _table in (m.ReviewScore, m.Hearing, m.DemotionWaiver):
    SCOPES[_table] = _part_question(_table)


@scoped(m.PredecessorStatement)
def statements_seen(actor: Actor) -> ColumnElement[bool]:
    """Seen by those who see the case, and what was written down in somebody's name by them (3.3-f)."""
    own = table_of(m.PredecessorStatement).c.author_id == (actor.employee_id or 0)
    return or_(own, _part_question(m.PredecessorStatement)(actor))


@scoped(m.Evidence)
def evidence_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own case's files; everybody else who sees the case finds them once the self-assessment was handed in."""
    rows, reviews = table_of(m.Evidence), table_of(m.Review)
    own = rows.c.review_id.in_(
        select(reviews.c.id).where(reviews.c.employee_id == (actor.employee_id or 0)).correlate(None)
    )
    handed_in = rows.c.review_id.in_(
        select(reviews.c.id).where(reviews.c.stage != CaseStage.SELF_ASSESSMENT).correlate(None)
    )
    uploaded = rows.c.uploaded_by_id == (actor.user_id or 0)
    return or_(own, uploaded, and_(handed_in, _part_question(m.Evidence)(actor)))


def _was_on_notice(table: type[Any], moment: str) -> ColumnElement[bool]:
    """The case's result became public after this was decided: it is on notice now, or was."""
    rows, reviews, notices, lines = table_of(table), table_of(m.Review), table_of(m.Notice), table_of(m.NoticeRow)
    public = rows.c.review_id.in_(
        select(reviews.c.id)
        .where(reviews.c.stage.in_((CaseStage.ON_NOTICE, CaseStage.APPEALED, CaseStage.ISSUED)))
        .correlate(None)
    )
    later = exists(
        select(1).where(
            lines.c.review_id == rows.c.review_id,
            lines.c.notice_id == notices.c.id,
            notices.c.published_at >= rows.c[moment],
        )
    )
    return or_(public, later)


def _decision_question(table: type[Any], moment: str) -> Question:
    def question(actor: Actor) -> ColumnElement[bool]:
        """The body and the head at once; employee and superior when the result is on notice."""
        if actor.has(*READERS):
            return true()
        rows, reviews, me = table_of(table), table_of(m.Review), actor.employee_id or 0
        judges = or_(reviews.c.head_id == me, _sits(actor)) if table is m.Proposal else _sits(actor)
        line = or_(reviews.c.employee_id == me, reviews.c.superior_id == me, reviews.c.head_id == me)
        return or_(
            rows.c.review_id.in_(select(reviews.c.id).where(judges).correlate(None)),
            and_(rows.c.review_id.in_(select(reviews.c.id).where(line).correlate(None)), _was_on_notice(table, moment)),
        )

    return question


SCOPES[m.Proposal] = _decision_question(m.Proposal, "proposed_at")
SCOPES[m.Determination] = _decision_question(m.Determination, "determined_at")


@scoped(m.Confirmation)
def confirmations_seen(actor: Actor) -> ColumnElement[bool]:
    """Whoever may confirm, and auditors; about accounts administrators too. Nobody reads what is proposed on their own case:
    who objected to it is not theirs to know (6.1-a, 3.3.5-b)."""
    rows = table_of(m.Confirmation)
    about_accounts, mine = rows.c.act.is_(None), rows.c.employee_id == (actor.employee_id or 0)
    if actor.has(*READERS, "management"):
        return or_(about_accounts, rows.c.employee_id.is_(None), ~mine)
    return about_accounts if actor.has("admin") else false()


@scoped(m.ProposalDraft)
def proposal_drafts_seen(actor: Actor) -> ColumnElement[bool]:
    """The head's own: sealed until sent."""
    return table_of(m.ProposalDraft).c.head_id == (actor.employee_id or 0)


@scoped(m.AgendaItem)
def agenda_seen(actor: Actor) -> ColumnElement[bool]:
    """Items of cases that one sees as a member; a recused member does not find them, whatever else they are (3.3-e)."""
    items, reviews = table_of(m.AgendaItem), table_of(m.Review)
    if actor.has(*READERS):
        out = select(reviews.c.id).where(recused(actor)).correlate(None)
        return items.c.review_id.not_in(out) if actor.member_ids else true()
    return items.c.review_id.in_(select(reviews.c.id).where(_sits(actor)).correlate(None))


@scoped(m.Meeting)
def meetings_seen(actor: Actor) -> ColumnElement[bool]:
    """The committee's members, chair and secretary, HR and auditors."""
    return true() if actor.has(*READERS, "committee_member", "chair", "secretary") else false()


def _ballot_question(table: type[Any]) -> Question:
    def question(actor: Actor) -> ColumnElement[bool]:
        """One's own; everybody's only to the auditor."""
        return true() if actor.has("auditor") else table_of(table).c.employee_id == (actor.employee_id or 0)

    return question


for _table in (m.Ballot, m.Premark, m.PanelBallot):
    SCOPES[_table] = _ballot_question(_table)


@scoped(m.Appeal)
def appeals_seen(actor: Actor) -> ColumnElement[bool]:
    """The filer's own, the subject's, the superior asked, the panel's unless recused, HR and auditors (3.3.5-b)."""
    rows, reviews, me = table_of(m.Appeal), table_of(m.Review), actor.employee_id or 0
    if actor.has(*READERS):
        return true()
    subject = rows.c.review_id.in_(select(reviews.c.id).where(reviews.c.employee_id == me).correlate(None))
    asked = and_(
        rows.c.addressee == AppealAddressee.SUPERIOR,
        rows.c.review_id.in_(select(reviews.c.id).where(reviews.c.superior_id == me).correlate(None)),
    )
    parts = [rows.c.filer_id == me, subject, asked]
    if actor.has("panel_member", "panel_chair"):
        seen = select(reviews.c.id).where(~recused(actor)).correlate(None)
        parts.append(and_(rows.c.stage.in_((AppealStage.WITH_PANEL, AppealStage.DECIDED)), rows.c.review_id.in_(seen)))
    return or_(*parts)


@scoped(m.Employee)
def employees_seen(actor: Actor) -> ColumnElement[bool]:
    """HR, auditors and administrators see everyone; others themselves and their people."""
    return true() if actor.has(*READERS, "admin") else _own_people(actor)


def _own_people(actor: Actor) -> ColumnElement[bool]:
    """Oneself, those one leads, and those of the departments that one heads."""
    rows, me = table_of(m.Employee), actor.employee_id or 0
    return or_(rows.c.id == me, rows.c.superior_id == me, rows.c.department_id.in_(_headed(me)))


def _headed(me: int) -> Any:
    """The departments that somebody heads, and all below them."""
    departments = table_of(m.Department)
    tree = select(departments.c.id).where(departments.c.head_id == me).cte(recursive=True)
    tree = tree.union(select(departments.c.id).where(departments.c.parent_id == tree.c.id))
    return select(tree.c.id)


def person_question(table: type[Any]) -> Question:
    def question(actor: Actor) -> ColumnElement[bool]:
        """Seen by the person, their superior and department head, HR and auditors; an administrator as such sees none."""
        if actor.has(*READERS):
            return true()
        return table_of(table).c.employee_id.in_(select(table_of(m.Employee).c.id).where(_own_people(actor)))

    return question


for _table in (
    m.Metric, m.AnnualRating, m.EmployeeRecord, m.Leave, m.EmployeeChange, m.ComingMove, m.GradeInterval, m.GradeChange,
    m.ContactLogin,
):  # fmt: skip
    SCOPES[_table] = person_question(_table)


@scoped(m.GradeChange)
def grade_changes_seen(actor: Actor) -> ColumnElement[bool]:
    """As the person's file; management sees what waits for its approval (4.3)."""
    rows = table_of(m.GradeChange)
    own = person_question(m.GradeChange)(actor)
    decided = rows.c.kind.in_(("adjustment", "takeover", "takeover_correction"))
    return or_(own, decided) if actor.has("management") else own


def _own_alone(table: type[Any]) -> Question:
    """Seen by the person, HR and auditors: what somebody says to a letter is between them and HR."""
    return lambda who: true() if who.has(*READERS) else table_of(table).c.employee_id == (who.employee_id or 0)


SCOPES[m.DocumentTemplate] = lambda who: true() if who.has(*READERS, "management") else false()
SCOPES |= {
    table: _own_alone(table) for table in (m.Acknowledgement, m.PolicyQuestion, m.PolicyReading, m.ServiceQuestion)
}
# Proposed by HR, decided by management, read by auditors (1.2-f).
SCOPES[m.DocumentWithdrawal] = lambda who: true() if who.has(*READERS, "management") else false()


@scoped(m.Notification)
def notifications_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own."""
    return table_of(m.Notification).c.user_id == (actor.user_id or 0)


@scoped(m.DoneOnce, m.AuditSalt, m.ResultStatement, m.QueueTotal)
def keys_seen(actor: Actor) -> ColumnElement[bool]:
    """Nobody's: operations ask for them."""
    return false()


@scoped(m.AuditSeal, m.PublishedHead)
def seals_seen(actor: Actor) -> ColumnElement[bool]:
    """The tree and its published heads are the auditor's."""
    return true() if actor.has("auditor") else false()


@scoped(m.Import, m.Job, m.ImportProfile, m.DocumentPrint)
def office_rows_seen(actor: Actor) -> ColumnElement[bool]:
    """HR's own work; auditors read it."""
    return true() if actor.has(*READERS) else false()
