"""HR's result check between determination and notice (6.1.2-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import P_, Refusal
from admin.domain.workflow import Facts
from admin.models import Cycle, Review
from admin.operations.acts import REASON, act
from admin.operations.cases.ratings import reviews_by_key
from admin.operations.many import Many, Turn, whole
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.outcome.results import Check, checked_results
from admin.queries.system.long_work import cases_named


@act("review", "verify_result")
def verify_result(review_id: int, *, actor: Actor, now: datetime) -> Review:
    """Confirm one result. Raises `Refused` with the first fault: no quorum, a recused voter, no reason, no replay."""
    with operation("verify_result", actor=actor, now=now, clause="6.1.2-a") as op:
        review = op.find(Review, review_id)
        # At another stage the table says no; a replay of what is not determined would only fail first, without its
        # clause.
        checks = checked_results(op.session, [review], now) if review.stage == CaseStage.DETERMINED else []
        _confirm(op, checks, [review])
        return review


def _begin_verifying(turn: Turn) -> None:
    op, cycle = turn.op, turn.record
    op.step(cycle, cycle_facts(op.session, cycle, op.actor, op.now), "verify_results")


def _determined(turn: Turn) -> Select[Any]:
    here = (Review.cycle_id == turn.record.id, Review.stage == CaseStage.DETERMINED, Review.stage_since <= turn.since)
    return select(Review.id).where(*here)


def _verify(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    found = checked_results(turn.op.session, reviews_by_key(turn.op, keys), turn.op.now)
    checks = [_not_ones_own(turn.op, each) for each in found]
    turn.found += checks
    passed = [check for check in checks if check.passed]
    _confirm(turn.op, passed, [check.review for check in passed])
    return {check.review.id: check.faults[0] for check in checks if not check.passed}


VERIFY = Many(
    "verify_results",
    "6.1.2-a",
    _determined,
    _verify,
    cases_named,
    P_(
        "%(count)s result is checked: quorum, recusals, reasons, the score calculated again; if it passes it is confirmed.",
        "%(count)s results are checked: quorum, recusals, reasons, the score made again; those that pass are confirmed.",
    ),
    begin=_begin_verifying,
)


@act("cycle", "verify_results", many=VERIFY)
def verify_results(cycle_id: int, *, actor: Actor, now: datetime) -> list[Check]:
    """Confirm every result of a cycle that passes; returns all checks, those that failed stay where they are."""
    return whole(VERIFY, cycle_id, Cycle, {}, actor=actor, now=now).found


def _not_ones_own(op: Operation, check: Check) -> Check:
    """One's own result is left to a colleague, and named among those that stay where they are (3.3-d)."""
    own = why_not_ones_own(check.review.employee_id, op.actor)
    return replace(check, faults=(own, *check.faults)) if own else check


def _confirm(op: Operation, checks: Sequence[Check], reviews: Sequence[Review]) -> None:
    checked = {"checked_by_id": op.actor.user_id, "checked_at": op.now}
    write_many(op, {check.determination: checked for check in checks if check.determination is not None})
    off, faults = off_the_file(op.session, reviews), {check.review.id: check.fault for check in checks}
    steps = [
        (each, _facts(op, each, file_refusal=off.get(each.id), check_refusal=faults.get(each.id))) for each in reviews
    ]
    op.step_many(steps, "verify_result")


def _facts(op: Operation, review: Review, reason: str | None = None, **known: Any) -> Facts:
    relations = frozenset({"hr"}) if op.actor.is_system or op.actor.has("hr") else frozenset()
    return Facts("review", review.stage, relations, {"attempt": reason is not None, "reason": reason or ""} | known)


@act("review", "reject_result", REASON)
def reject_result(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """Send a result back to the committee with the reason; it is voted on anew in another meeting."""
    with operation("reject_result", actor=actor, now=now, clause="6.1.2-a") as op:
        review = op.find(Review, review_id)
        message = {"reason": reason}
        op.step(review, _facts(op, review, reason), "reject_result", reason=reason, message=message)
        # Sent back means undecided: head, meeting and search must not show a grade that stands no more.
        review.determined_grade_id = None
        return review
