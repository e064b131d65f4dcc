"""Questions about the policy: those that are published, one's own, and for HR all of them (6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.refusals import NotFound
from admin.models import PolicyQuestion
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.home_counts import UNSCOPED
from admin.queries.system.paging import Paged, paged


@dataclass(frozen=True)
class QuestionsPage:
    """What is published, what the reader asked, or, for HR and auditors, what anyone asked; and the clauses to ask about."""

    published: Paged[Any]
    asked: Paged[PolicyQuestion]
    looked_for: str
    clauses: list[tuple[str, str]]
    may_ask: bool
    of_all: bool


@dataclass(frozen=True)
class QuestionPage:
    """One question; `answers`: the reader is HR, and it is not their own."""

    row: PolicyQuestion
    answers: bool
    reads_names: bool


@dataclass(frozen=True)
class PublishedAnswer:
    """A question with its answer as everyone reads them: nothing in it says who asked."""

    clause: str
    question: str
    answer: str
    published_at: datetime


def _published(looked_for: str) -> Any:
    # These columns alone, past the scope: whoever asked is nobody's to know but HR's.
    query = select(
        PolicyQuestion.clause,
        PolicyQuestion.published_question,
        PolicyQuestion.published_answer,
        PolicyQuestion.published_at,
    ).where(PolicyQuestion.published_at.is_not(None))
    if looked_for:
        columns = (PolicyQuestion.published_question, PolicyQuestion.published_answer, PolicyQuestion.clause)
        query = query.where(or_(*(each.icontains(looked_for, autoescape=True) for each in columns)))
    return query.order_by(PolicyQuestion.clause, PolicyQuestion.published_at.desc()).execution_options(**UNSCOPED)


def questions_page(
    session: Session, reader: Actor, lang: str, today: date, looked_for: str, wanted: dict[str, int]
) -> QuestionsPage:
    """The page of whoever asks."""
    of_all = reader.has("hr", "auditor")
    query = select(PolicyQuestion)
    if not of_all:
        query = query.where(PolicyQuestion.employee_id == (reader.employee_id or 0))
    query = query.options(joinedload(PolicyQuestion.employee)).order_by(
        PolicyQuestion.answered_at.is_not(None), PolicyQuestion.id.desc()
    )
    shown = paged(session, _published(looked_for), wanted["page"])
    published = Paged([PublishedAnswer(*each) for each in shown.rows], shown.part)
    clauses = [
        (each.id, f"{each.id} {each.title.get(lang)}") for each in rules_on(session, today, ByDay.PRINTED).book.clauses
    ]
    asked = paged(session, query, wanted["asked"])
    return QuestionsPage(published, asked, looked_for, clauses, reader.employee_id is not None, of_all)


def question_page(session: Session, key: int, reader: Actor) -> QuestionPage:
    """The page of one. Raises `NotFound`."""
    query = select(PolicyQuestion).where(PolicyQuestion.id == key).options(joinedload(PolicyQuestion.employee))
    row = session.scalars(query).first()
    if row is None:
        raise NotFound(f"policy question {key}")
    own = row.employee_id == reader.employee_id
    return QuestionPage(row, reader.has("hr") and not own, reader.has("hr", "auditor") and not own)


def questions_open() -> dict[str, Any]:
    """How many wait for an answer, and the first: for HR's home page."""
    waits = PolicyQuestion.answered_at.is_(None)
    return {
        "policy_questions": select(func.count(PolicyQuestion.id)).where(waits).scalar_subquery(),
        "first_policy_question": select(func.min(PolicyQuestion.id)).where(waits).scalar_subquery(),
    }
