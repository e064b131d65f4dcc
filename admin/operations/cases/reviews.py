"""HR's own acts on any open case: another superior or reviewer, a snapshot put right, a leaver (1.2-a, 1.2-d, 3.3-f).

What employee, raters and head do on a case is in self_assessment, ratings, department and demotions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CaseStage, JudgingAct, RaterKind, RatingState
from admin.domain.grade_file import check_named_grade
from admin.domain.refusals import N_, Invalid, Refused
from admin.domain.workflow import Facts
from admin.models import Department, Grade, Rating, Review
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.present_grade import take_file_grade
from admin.operations.cases.review_steps import reasoned, step_with_reason
from admin.operations.cases.scoring import suggest_anew
from admin.operations.cases.voiding import ask_superior
from admin.operations.committee.off_agenda import end_on_agendas
from admin.operations.people.here import still_here
from admin.operations.seconding import by_two
from admin.operations.system.reference import Stale, fingerprint
from admin.operations.transaction import Operation, operation
from admin.queries.cases.line import line_facts, line_refusal, unjudged_refusal
from admin.queries.cases.review_facts import duty_refusal, review_facts, why_not_corrected
from admin.queries.outcome.grade_on import last_entries
from admin.queries.policy.rules import rules_of

SNAPSHOT = ("department", "post", "queue", "present_grade")


def _facts(op: Operation, review: Review, reason: str | None) -> Facts:
    known: dict[str, Any] = {} if reason is None else {"attempt": True, "reason": reason}
    if reason is None and review.stage == CaseStage.DEPARTMENT_REVIEW and review.head_id == op.actor.employee_id:
        # What no grade mends is said where the act is offered, not when one has been chosen.
        known["proposal_refusal"] = duty_refusal(op.session, review, rules_of(op.session, review), op.today)
    return review_facts(op.session, review, op.actor, op.now, **known)


declare_process(
    "review",
    Review,
    _facts,
    state=lambda review: {"id": review.id, "stage": review.stage, "version": review.version},
)


@by_two(BasisAct.CHANGE_CASE, "review")
def change_case(review_id: int, data: dict[str, Any], reason: str, *, seen: str, actor: Actor, now: datetime) -> Review:
    """What HR's form does: reassign where superior or head differ, correct the snapshot where it differs (3.3-f, 1.2-a).

    `data` holds `superior_id`, `head_id`, `department_id`, `post`, `queue`, `present_grade_id`; `seen` is the fingerprint
    of the case that the form was filled in from. Raises `Stale` where somebody else changed it meanwhile, else as
    `reassign` and `correct_snapshot` do.
    """
    with operation("change_case", actor=actor, now=now) as op:
        review = op.find(Review, review_id)
        if seen and fingerprint(review) != seen:
            raise Stale()
        # A form posts "" for what is empty; held against None it would look like a change.
        changed = {name: value for name, value in data.items() if (value or None) != (getattr(review, name) or None)}
        if line := {name: changed[name] for name in ("superior_id", "head_id") if changed.get(name)}:
            reassign(review_id, reason=reason, actor=actor, now=now, **line)
        wrong = {
            name.removesuffix("_id"): value for name, value in changed.items() if name.removesuffix("_id") in SNAPSHOT
        }
        if wrong:
            correct_snapshot(review_id, wrong, reason, actor=actor, now=now)
    return review


def _by_hr(op: Operation, review_id: int, clause: str) -> Review:
    review = op.find(Review, review_id)
    if (refusal := why_not_corrected(review, op.actor, clause)) is not None:
        raise Refused(refusal)
    return review


@by_two(BasisAct.REASSIGN, "review")
def reassign(
    review_id: int,
    *,
    superior_id: int | None = None,
    head_id: int | None = None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Review:
    """HR moves an open case to another superior or reviewer; signed acts stand, open tasks move (3.3-f).

    Raises `Refused` where the two would be the same person, the employee or the employee's subordinate, or the case has
    gone to the committee; `Invalid` without a reason or for somebody who has left.
    """
    with operation("reassign_review", actor=actor, now=now, clause="3.3-f") as op:
        review, text = _by_hr(op, review_id, "3.3-f"), reasoned(reason)
        asked = {"superior": superior_id, "head": head_id}
        named = [still_here(op, key, field) for field, key in asked.items() if key]
        new_superior, new_head = superior_id or review.superior_id, head_id or review.head_id
        check_line(op, review, new_superior, new_head)
        check_unjudged(op, review, new_superior, new_head)
        if new_head != review.head_id:
            refuse_apart(op, new_head, "head")
        if new_superior != review.superior_id:
            move_evaluation(op, review, new_superior)
        review.superior_id, review.head_id = new_superior, new_head
        op.remember("review", review, "reassign", relation="hr", reason=text)
        op.tell([person.user_id for person in named], "review", "reassign", review.id)
    return review


def check_line(op: Operation, review: Review, superior: int | None, head: int | None) -> None:
    """Raise `Refused` where these two may not judge the case: 3.3-f three different people, 3.3-e at fault in it before."""
    facts = line_facts(op.session, [review], {superior, head})
    if refusal := line_refusal(review, superior, head, facts):
        raise Refused(refusal)


def check_unjudged(op: Operation, review: Review, superior: int | None, head: int | None) -> None:
    """Raise `Refused` (3.3-d) where somebody newly named has judged the case in another way: it would wait for good."""
    asked = (
        (superior, review.superior_id, JudgingAct.SUPERIOR_EVALUATION),
        (head, review.head_id, JudgingAct.DEPARTMENT_REVIEW),
    )
    # Whoever stays is not looked at: two who are both in the wrong place are replaced one after the other.
    named = [(person, kind) for person, before, kind in asked if person != before]
    if refusal := unjudged_refusal(review, named, line_facts(op.session, [review], ())):
        raise Refused(refusal)


def move_evaluation(op: Operation, review: Review, superior_id: int | None) -> None:
    """The open evaluation goes to the new superior; a signed one stands, and nothing is asked of the new one."""
    signed = (Rating.kind == RaterKind.SUPERIOR, Rating.state == RatingState.SUBMITTED)
    # What is signed stands: a new superior does not judge a second time what was judged (3.3-d).
    if op.session.scalar(select(Rating.id).where(Rating.review_id == review.id, *signed)) is None:
        ask_superior(op, review, superior_id)


@by_two(BasisAct.CORRECT_SNAPSHOT, "review")
def correct_snapshot(review_id: int, changes: dict[str, Any], reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR corrects what was copied wrongly when the case was opened: `department`, `post`, `queue`, `present_grade` (1.2-a).

    The present grade is the grade file's and no other (1.2-f): naming it takes it over where the case has another, by a
    step of its own. What was signed stands. Raises `Invalid` for another column or without a reason; `Refused` once the
    committee has the case (1.2-a), for a grade that the file does not hold (1.2-f).
    """
    with operation("correct_snapshot", actor=actor, now=now, clause="1.2-a") as op:
        review, text = _by_hr(op, review_id, "1.2-a"), reasoned(reason)
        if unknown := set(changes) - set(SNAPSHOT):
            raise Invalid({name: N_("This is not part of the snapshot.") for name in sorted(unknown)})
        if "present_grade" in changes:
            _name_present_grade(op, review, changes["present_grade"], text)
        _write_snapshot(op, review, changes)
        op.remember("review", review, "correct_snapshot", relation="hr", reason=text)
        op.session.flush()
        if review.stage == CaseStage.DEPARTMENT_REVIEW:
            op.session.refresh(review)
            suggest_anew(op, review)
    return review


def _name_present_grade(op: Operation, review: Review, key: int | None, reason: str) -> None:
    named = op.get(Grade, key).code if key is not None else None
    held = last_entries(op.session, [review.employee_id]).get(review.employee_id)
    # Against the file before the case: a form may not set what no document orders, not even to "correct" it.
    if refusal := check_named_grade(named, held.grade.code if held else None):
        raise Refused(refusal)
    if review.present_grade_id != key:
        take_file_grade(review.id, reason, actor=op.actor, now=op.now)


def _write_snapshot(op: Operation, review: Review, changes: dict[str, Any]) -> None:
    if "department" in changes:
        review.department_id = op.get(Department, changes["department"]).id
    for name in ("post", "queue"):
        if name in changes:
            setattr(review, name, str(changes[name] or "")[:60] or (None if name == "queue" else ""))


@act("review", "close_as_left", REASON)
def close_as_left(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """Close a leaver's case (1.2-d)."""
    with operation("close_as_left", actor=actor, now=now, clause="1.2-d") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "close_as_left", reason)
        review.outcome_clause, review.outcome_reason = "1.2-d", reason.strip()
        end_on_agendas(op, [review], reason)
    return review
