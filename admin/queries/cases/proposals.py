"""What many proposals are checked against, in a fixed number of statements: for the department's table (3.3.3-a, b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.eligibility import Eligibility
from admin.domain.suggestion import DemotionBasis, ProposalFacts, Staffing
from admin.models import Cycle, Review
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cases.hearings import heard_in
from admin.queries.cases.review_facts import as_of, duty_open_on, grounds_on
from admin.queries.cases.staffing import levels_by_grade, limits_of, standing, stands_at
from admin.queries.policy.rules import Rules


def proposal_facts_of(
    session: Session, cycle: Cycle, reviews: Sequence[Review], rules: Rules, today: date
) -> dict[int, ProposalFacts]:
    """The facts of `review_facts.proposal_facts` for many cases of one cycle, by case."""
    people = [review.employee_id for review in reviews]
    missing = [review.employee_id for review in reviews if review.self_assessment_missing]
    files = eligibility_facts(
        # Cases of one cycle share its period, so the first one's day is everybody's.
        session, people, year=cycle.year, as_of=as_of(reviews[0], today), not_self_assessed=missing,
        with_what_is_to_come=reviews[0].reassesses_id is None,
    )  # fmt: skip
    grounds = {review: grounds_on(files[review.employee_id], review, rules, today) for review in reviews}
    owed = duty_open_on(session, {review: down for review, (_, down) in grounds.items()})
    heard = heard_in(session, [review.id for review in reviews if review.demotion_ground])
    beside = _staffing(session, cycle.id, reviews, rules)
    return {
        review.id: _facts(
            review, up, down, rules, review.id in heard, beside.get(review.id, {}),
            leave_years=files[review.employee_id].leave_years, duty_open=review.id in owed,
        )
        for review, (up, down) in grounds.items()
    }  # fmt: skip


def _facts(
    review: Review,
    up: Eligibility,
    down: Eligibility,
    rules: Rules,
    heard: bool,
    staffing: dict[str, Staffing],
    **beside: Any,
) -> ProposalFacts:
    applied = review.target_grade if review.application_withdrawn_at is None else None
    basis = None
    if review.demotion_ground is not None:
        ground = down.ground(int(review.demotion_ground))
        # A ground on the case was proposed: nothing else puts it there.
        basis = DemotionBasis(ground.number, ground.met, True, heard, ground.rests_on_years)
    return ProposalFacts(
        present=review.present_grade.code if review.present_grade else None,
        score=review.score,
        promotion=up,
        applied_for=applied.code if applied else None,
        demotion=basis,
        thresholds=rules.thresholds,
        staffing=staffing,
        **beside,
    )


def _staffing(
    session: Session, cycle_id: int, reviews: Sequence[Review], rules: Rules
) -> dict[int, dict[str, Staffing]]:
    departments = sorted({review.department_id for review in reviews})
    limits = limits_of(session, departments)
    if not limits:
        return {}
    levels = levels_by_grade(session, rules)
    counts: Counter[tuple[int, str | None]] = Counter()
    for row in standing(session, cycle_id, departments):
        counts[row.department, levels.get(row.stands or 0)] += row.people
    at = stands_at(session, cycle_id, departments, [review.id for review in reviews])
    own = {each.id: (each.department_id, levels.get(at[each.id] or 0)) for each in reviews if each.id in at}
    return {
        review.id: {
            # Counted once for the department, less the case itself where it already stands there.
            level: Staffing(limit, counts[department, level] - (own.get(review.id) == (department, level)))
            for (department, level), limit in limits.items()
            if department == review.department_id
        }
        for review in reviews
    }
