"""The present grade of a case follows the grade file by a recorded act, and by nothing else (1.2-f, 4.3-b)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from admin.access.actor import Actor, system_actor
from admin.domain.codes import BasisAct, CaseStage
from admin.domain.refusals import Refusal, Refused
from admin.domain.workflow import decide
from admin.models import Review
from admin.operations.acts import REASON, act
from admin.operations.cases.department import drop_proposal
from admin.operations.cases.scoring import suggest_anew
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.queries.cases.review_facts import review_facts
from admin.queries.outcome.file_fit import counts, off_the_file, running_cases
from admin.queries.outcome.grade_on import last_entries

ACTION = "take_file_grade"


@act("review", ACTION, REASON)
@by_two(BasisAct.TAKE_FILE_GRADE, "review")
def take_file_grade(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR takes the grade file's grade over into a case whose present grade is another; the proposal falls (1.2-f).

    What the committee determined of another grade falls too: the case goes back to the department, and is on notice anew
    afterwards. Raises `Refused`: (1.2-f) the case has the file's grade; (3.2-a) a meeting is about to
    decide on it; (1.3.1) without a reason.
    """
    with operation(ACTION, actor=actor, now=now, clause="1.2-f") as op:
        review = op.find(Review, review_id)
        _take(op, review, reason.strip(), as_system=False)
    return review


def follow_the_file(op: Operation, employees: Collection[int], reason: str) -> None:
    """The open cases of these people take the grade that the file holds by now; subject, superior and head are told (4.3-b)."""
    # A rehearsal's case counts for nothing, and its snapshot stays as it was tried out.
    cases = [case for case in running_cases(op.session, employees).values() if counts(case)]
    off = off_the_file(op.session, cases)
    for case in cases:
        if case.id in off:
            _take(op, case, reason, as_system=True)


def hold_ups(op: Operation, cases: Iterable[Review]) -> dict[int, Refusal]:
    """By employee, why an open case could not follow the file now: a meeting is about to decide on it (4.3-b)."""
    found = {}
    for case in cases:
        facts = review_facts(op.session, case, system_actor(), op.now)
        # Asked before the file moves: the guard wants a difference, so one is supposed.
        moved = replace(facts, known={**facts.known, "file_refusal": Refusal("1.2-f", "")})
        try:
            decide(replace(moved, relations=frozenset({"system"})), ACTION)
        except Refused as refused:
            found[case.employee_id] = refused.refusal
    return found


def _take(op: Operation, review: Review, reason: str, *, as_system: bool) -> None:
    facts = review_facts(op.session, review, op.actor, op.now, attempt=True, reason=reason)
    op.step(review, facts, ACTION, reason=reason, as_system=as_system)
    held = last_entries(op.session, [review.employee_id], unscoped=True).get(review.employee_id)
    # Read unscoped from the file itself, not from what anybody named: the file is the truth.
    review.present_grade_id = held.grade.id if held else None
    drop_proposal(op, review)
    review.determined_grade_id = None
    op.session.flush()
    # The grade was set by its key; the suggestion reads the relation, which still shows the old one.
    op.session.refresh(review)
    if review.stage == CaseStage.DEPARTMENT_REVIEW:
        suggest_anew(op, review)
