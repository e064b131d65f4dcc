"""HR's own acts on any open case: another superior or reviewer, a snapshot put right, a leaver (1.2-a, 1.2-d, 3.3-f).

What employee, raters and head do on a case is in self_assessment, ratings, department and demotions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CaseStage
from admin.domain.grade_file import check_named_grade
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.workflow import Facts
from admin.models import Department, Employee, Grade, Review
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.present_grade import take_file_grade
from admin.operations.cases.review_steps import reasoned, step_with_reason
from admin.operations.cases.scoring import suggest_anew
from admin.operations.cases.voiding import ask_superiors
from admin.operations.committee.off_agenda import end_on_agendas
from admin.operations.people.here import still_here
from admin.operations.seconding import by_two
from admin.operations.system.reference import Stale, fingerprint
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.cases.line import LineFacts, line_facts, line_refusal, newly_named_refusal
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
        review, text = op.find(Review, review_id), reasoned(reason)
        line = NewLine(superior_id, head_id)
        if refused := reassign_each(op, [review], line, text):
            raise Refused(refused[review.id])
        op.tell([person.user_id for person in _named(op, line)], "review", "reassign", review.id)
    return review


@dataclass(frozen=True)
class NewLine:
    """Who is newly named as superior, as head or reviewer; None: whoever it is stays."""

    superior_id: int | None = None
    head_id: int | None = None

    def of(self, review: Review) -> tuple[int | None, int | None]:
        """Superior and head of a case once these are named."""
        return self.superior_id or review.superior_id, self.head_id or review.head_id


def _named(op: Operation, line: NewLine) -> list[Employee]:
    asked = {"superior": line.superior_id, "head": line.head_id}
    return [still_here(op, key, field) for field, key in asked.items() if key]


def reassign_each(op: Operation, reviews: Sequence[Review], line: NewLine, reason: str) -> dict[int, Refusal]:
    """Name another superior or reviewer of those cases that may go to them; which may not, and why (3.3-d to 3.3-f).

    The one way by which a case's line is named anew, of one or of many: nobody is told here. Raises `Invalid` for somebody who
    has left, `Refused` (6.1-a) for an office that the new one may not meet with.
    """
    _named(op, line)
    # Who is above whom is asked of everybody in the line, for two who stay may be wrong for whoever comes.
    facts = line_facts(op.session, reviews, {key for review in reviews for key in line.of(review)})
    whys = {review.id: _why_not(op, review, line, facts) for review in reviews}
    refused = {key: why for key, why in whys.items() if why is not None}
    # Whoever is newly named stands in nobody's place (3.3-c).
    superior, head = (
        {"superior_id": line.superior_id, "superior_for_id": None},
        {"head_id": line.head_id, "head_for_id": None},
    )
    going = {
        review: (superior if line.superior_id not in (None, review.superior_id) else {})
        | (head if line.head_id not in (None, review.head_id) else {})
        for review in reviews
        if review.id not in refused
    }
    if line.head_id and any("head_id" in values for values in going.values()):
        refuse_apart(op, line.head_id, "head")
    ask_superiors(op, {review: line.superior_id for review, values in going.items() if "superior_id" in values})
    write_many(op, going)
    op.remember_each("review", going, "reassign", relation="hr", reason=reason)
    return refused


def _why_not(op: Operation, review: Review, line: NewLine, facts: LineFacts) -> Refusal | None:
    superior, head = line.of(review)
    return (
        why_not_corrected(review, op.actor, "3.3-f")
        or line_refusal(review, superior, head, facts)
        or newly_named_refusal(review, superior, head, facts)
    )


@by_two(BasisAct.CORRECT_SNAPSHOT, "review")
def correct_snapshot(review_id: int, changes: dict[str, Any], reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR corrects what was copied wrongly when the case was opened: `department`, `post`, `queue`, `present_grade` (1.2-a).

    The present grade is the grade file's and no other (1.2-f): naming it takes it over where the case has another, by a
    step of its own. What was signed stands. Raises `Invalid` for another column or without a reason; `Refused` once the
    committee has the case (1.2-a), for a grade that the file does not hold (1.2-f).
    """
    with operation("correct_snapshot", actor=actor, now=now, clause="1.2-a") as op:
        review = op.find(Review, review_id)
        if (refusal := why_not_corrected(review, op.actor)) is not None:
            raise Refused(refusal)
        text = reasoned(reason)
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
