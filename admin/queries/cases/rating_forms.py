"""The forms on which colleagues and the superior rate, each as one page (3.2.3, 3.2-b, 3.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.access.scope import whole_case_seen
from admin.domain.codes import CaseStage, RaterKind, RatingState
from admin.domain.refusals import NotFound
from admin.domain.workflow import Decision, actions_at
from admin.models import PredecessorStatement, Review, SelfAssessment
from admin.queries.cases.application_form import Question
from admin.queries.cases.case_files import CaseFile, case_files
from admin.queries.cases.figures import Figure, figures_beside
from admin.queries.cases.process import deadline_day
from admin.queries.cases.rated_cases import asked_rating, evaluation_waits
from admin.queries.cases.raters import colleagues_time_over
from admin.queries.cases.review_facts import facts_shown
from admin.queries.cases.workspace import find_review, workspace
from admin.queries.policy.cards import card_of
from admin.queries.policy.rules import rules_of
from admin.queries.policy.scorecards import rated_criteria

Answers = Mapping[str, Mapping[str, Any]]
TO_RATE = (RatingState.ASKED, RatingState.DRAFT, RatingState.SUBMITTED)


@dataclass(frozen=True, kw_only=True)
class RatingForm:
    """What everybody who rates a case is shown: the case, the scales, by when."""

    reader: Actor
    review: Review
    questions: tuple[Question, ...]
    due: date
    version: int


@dataclass(frozen=True, kw_only=True)
class PeerForm(RatingForm):
    """What a colleague sees of a case: the person's name and the scales, nothing that anybody else wrote (3.2-b)."""

    state: str
    over: bool  # whether the colleagues' time is over (3.3-a)

    @property
    def open(self) -> bool:
        """Whether the rating can be given now."""
        return self.state != RatingState.SUBMITTED and self.review.stage == CaseStage.RATING and not self.over


@dataclass(frozen=True, kw_only=True)
class EvaluationForm(RatingForm):
    """The superior's form: scales, and beside them the self-assessment once it is handed in, figures and files."""

    opinion: str
    figures: tuple[Figure, ...]
    handed_in: SelfAssessment | None
    predecessor: PredecessorStatement | None
    files: tuple[CaseFile, ...]
    decisions: Mapping[str, Decision]
    waits: bool

    @property
    def own_ratings(self) -> Answers:
        """What the employee answered, by criterion."""
        return self.handed_in.answers if self.handed_in else {}


def peer_form(
    session: Session, review_id: int, reader: Actor, now: datetime, *, given: Answers | None = None
) -> PeerForm:
    """A colleague's form, with `given` in its fields, else the draft; raises `NotFound` for everybody who was not asked."""
    review = find_review(session, review_id)
    # By the row that asks for it: the form is found by those who rate, and the case by none of them (3.2-b).
    mine = asked_rating(session, reader.employee_id, review_id)
    if mine is None or mine.state not in TO_RATE:
        raise NotFound(f"Rating of {review_id}")
    # An empty form that comes back is what was typed: falling back to the draft would bring deleted answers again.
    answers = mine.values if given is None else given
    return PeerForm(
        reader=reader, review=review, questions=_questions(review, RaterKind.PEER, answers), state=mine.state,
        due=deadline_day(review.cycle.rating_due), version=mine.version, over=colleagues_time_over(review, now),
    )  # fmt: skip


def evaluation_form(
    session: Session,
    review_id: int,
    reader: Actor,
    now: datetime,
    *,
    given: Answers | None = None,
    opinion: str | None = None,
) -> EvaluationForm:
    """The superior's form, with `given` in its fields, else the draft; raises `NotFound` for everybody else."""
    found = workspace(session, review_id, reader, now)
    if found.relation != "superior":
        raise NotFound(f"Review {review_id}")
    review, mine, draft = found.review, found.mine, found.self_assessment
    answers = given if given is not None else mine.values if mine else {}
    return EvaluationForm(
        reader=reader, review=review, questions=_questions(review, RaterKind.SUPERIOR, answers),
        opinion=opinion if opinion is not None else mine.opinion if mine else "",
        figures=tuple(figures_beside(session, review, rules_of(session, review)).values()),
        # A draft is the employee's alone, until it is handed in (3.3.1).
        handed_in=draft if draft is not None and draft.submitted_at else None, predecessor=found.predecessor,
        files=case_files(review, found.evidence, reader), due=deadline_day(review.cycle.rating_due),
        decisions={each.action: each for each in actions_at(facts_shown(session, review, reader, now))},
        waits=evaluation_waits(review, mine), version=mine.version if mine else 0,
    )  # fmt: skip


def asked_of(session: Session, review_id: int, reader: Actor) -> list[str]:
    """The codes of the criteria that the superior is asked about; raises `NotFound` for everybody else."""
    review = find_review(session, review_id, whole_case_seen(reader))
    # Nobody evaluates themselves, whatever the line says (3.3-d).
    if review.superior_id != reader.employee_id or review.employee_id == reader.employee_id:
        raise NotFound(f"Review {review_id}")
    return [row.code for row in rated_criteria(card_of(review.cycle), "superior")]


def _questions(review: Review, by: RaterKind, answers: Answers) -> tuple[Question, ...]:
    source = "peers" if by is RaterKind.PEER else "superior"
    return tuple(
        Question(row, Decimal(row.weight), answers.get(row.code) or {"value": None, "text": ""}, None)
        for row in rated_criteria(card_of(review.cycle), source)
    )
