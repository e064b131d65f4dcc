"""My path: where somebody stands, what the next grade asks, what of it is met and by when (4.1.1, 5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.eligibility import Eligibility, EligibilityFacts, Record, promotion
from admin.domain.pay import Band
from admin.domain.refusals import NotFound
from admin.models import AnnualRating, Criterion, Employee, EmployeeRecord, Grade, Review, ReviewScore
from admin.queries.cases.eligibility import eligibility_facts, held_since
from admin.queries.cases.told import told
from admin.queries.development.training import NeedShown, answered, criterion_names, needs_for
from admin.queries.outcome.grade_on import Held, standing_of
from admin.queries.outcome.pay import band_of
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import ByDay, Rules, rules_on
from admin.queries.policy.scorecards import points_between
from admin.rulebook.content import Level

MOST_SCORES = 8
SHOWN_RECORDS = ("contribution", "certificate", "training", "exam", "project")


@dataclass(frozen=True)
class ScoreTold:
    """A score that its owner knows, with how far it could lie from what was measured: the intervals of its rates together."""

    review: Review
    score: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Path:
    """One person's own page. `band` is the pay of the present grade and of no other; `since` when that grade began.

    `to_come`: what the file holds already and begins on a later day.
    """

    employee: Employee
    year: int
    next_review: str  # year and month
    counted_to: date
    ladder: Sequence[Grade]
    present: Grade | None
    since: date | None
    to_come: Held | None
    next_grade: Grade | None
    next_level: Level | None
    threshold: Decimal | None
    promotion: Eligibility
    with_certificate: Eligibility | None  # the same rule, with one certificate more; None where there is one already
    scores: Sequence[ScoreTold]
    results: Sequence[Review]
    ratings: Sequence[AnnualRating]
    records: Sequence[EmployeeRecord]
    band: Band | None
    training: Sequence[NeedShown]
    criteria: Mapping[str, Any]

    @property
    def last_score(self) -> Decimal | None:
        """The score of the last case whose result is known to the person."""
        return next((review.score for review in self.results if review.score is not None), None)


def my_path(session: Session, employee_id: int, today: date, reader: Actor) -> Path:
    """The page of the person who asks, as for the review cycle of this year. Raises `NotFound`."""
    person = session.get(Employee, employee_id)
    if person is None:
        raise NotFound(f"employee {employee_id}")
    # No case, no pinned version: what is asked next year is not known, and this year's law is the best answer.
    rules, grades = rules_on(session, today, ByDay.NO_CASE), grades_by_code(session)
    ladder = rules.ladder
    year_end = date(today.year, 12, 31)  # everybody in one cycle is measured at the same day
    facts = eligibility_facts(session, [person.id], year=today.year, as_of=year_end)[person.id]
    standing = standing_of(session, person.id, today)
    held = standing.held
    code = held.grade.code if held else None
    above = ladder.next_above(code) if code else None
    up = promotion(facts, rules.parameters, ladder)
    return Path(
        employee=person,
        year=today.year,
        next_review=_next_review(today, int(rules.parameters["assessment_month"])),
        counted_to=year_end,
        ladder=[grades[each] for each in ladder.codes],
        present=held.grade if held else None,
        since=held_since(session, [person.id], today).get(person.id),
        to_come=standing.to_come,
        next_grade=grades.get(above or ""),
        next_level=rules.book.level(ladder.level_of(above)) if above else None,
        # At the top of the ladder there is nothing above to ask for.
        threshold=rules.thresholds.get(above) if above else None,
        promotion=up,
        with_certificate=_with_certificate(facts, rules, today) if above and not up.ground(3).met else None,
        scores=_scores(session, person.id),
        results=_results(session, person.id),
        ratings=_ratings(session, person.id),
        records=_records(session, person.id),
        band=band_of(session, reader, person.id, code, today),
        training=answered(session, person.id, needs_for(session, [person.id], today)[person.id], today),
        criteria=criterion_names(session, today),
    )


def _next_review(today: date, month: int) -> str:
    """The month of the next yearly review (3.1)."""
    return f"{today.year + (today.month > month)}-{month:02}"


def _with_certificate(facts: EligibilityFacts, rules: Rules, today: date) -> Eligibility:
    more = replace(facts, certificates=(*facts.certificates, Record(today, approved=True)))
    return promotion(more, rules.parameters, rules.ladder)


def _scores(session: Session, employee_id: int) -> list[ScoreTold]:
    """Of the last told results those with a score, the oldest first."""
    query = select(Review, ReviewScore.explanation).join(ReviewScore, ReviewScore.review_id == Review.id)
    query = query.where(*told([employee_id]), Review.score.is_not(None)).options(joinedload(Review.cycle))
    rows = session.execute(query.order_by(Review.stage_since.desc(), Review.id.desc()).limit(MOST_SCORES)).all()
    cards = {review.cycle.scorecard_id for review, _explained in rows}
    criteria = select(Criterion).where(Criterion.scorecard_id.in_(cards))
    known = {(row.scorecard_id, row.code): row for row in session.scalars(criteria)} if cards else {}
    return [_score_told(review, explained, known) for review, explained in reversed(rows)]


def _score_told(
    review: Review, explained: Mapping[str, Any], criteria: Mapping[tuple[int, str], Criterion]
) -> ScoreTold:
    assert review.score is not None
    below = above = Decimal(0)
    for each in explained["criteria"]:
        row = criteria.get((review.cycle.scorecard_id, each["code"]))
        if row is None or each["points"] is None or not each.get("interval"):
            continue
        low, high = points_between(row, (Decimal(each["interval"][0]), Decimal(each["interval"][1])))
        points, weight = Decimal(str(each["points"])), Decimal(str(each["effective_weight"])) / 100
        # Points stand at the shrunk rate, which may lie beyond an end of the raw interval.
        below, above = below + max(points - low, Decimal(0)) * weight, above + max(high - points, Decimal(0)) * weight
    return ScoreTold(
        review, review.score, max(review.score - below, Decimal(0)), min(review.score + above, Decimal(100))
    )


def _results(session: Session, employee_id: int) -> list[Review]:
    query = select(Review).where(*told([employee_id]))
    load = (joinedload(Review.cycle), joinedload(Review.determined_grade), joinedload(Review.present_grade))
    return list(session.scalars(query.order_by(Review.stage_since.desc(), Review.id.desc()).limit(5).options(*load)))


def _ratings(session: Session, employee_id: int) -> list[AnnualRating]:
    query = select(AnnualRating).where(AnnualRating.employee_id == employee_id)
    return list(session.scalars(query.order_by(AnnualRating.year.desc()).limit(5)))


def _records(session: Session, employee_id: int) -> list[EmployeeRecord]:
    query = select(EmployeeRecord).where(
        EmployeeRecord.employee_id == employee_id, EmployeeRecord.kind.in_(SHOWN_RECORDS)
    )
    return list(session.scalars(query.order_by(EmployeeRecord.happened_on.desc(), EmployeeRecord.id.desc()).limit(12)))
