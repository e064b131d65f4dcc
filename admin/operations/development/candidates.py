"""Nominations for management posts: by the centre, decided by management and recorded (5.2.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import CandidateStage, ManagementPost
from admin.domain.honours import CANDIDATES, why_not_nominated
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.models import Employee, Nomination
from admin.operations.acts import REASON, act, declare_process
from admin.operations.development.honours import check_words
from admin.operations.people.records import relations
from admin.operations.transaction import Operation, operation
from admin.queries.development.honours import candidacies, held_by
from admin.queries.system.recipients import users_told

PROCESS = "candidate"


def nominate_candidate(employee_id: int, post: str, reason: str, *, actor: Actor, now: datetime) -> Nomination:
    """The department head, or HR, nominates somebody who is a candidate by grade. Raises `NotFound`, `Refused`, `Invalid`."""
    with operation("nominate_candidate", actor=actor, now=now, clause=CANDIDATES) as op:
        person = op.find(Employee, employee_id)
        found = relations(op, person)
        if "self" in found:
            raise Refused(Refusal(CANDIDATES, N_("You cannot nominate yourself.")))
        if not found & {"head", "hr"}:
            raise NotFound(f"Employee {employee_id}")
        check_words(reason)
        if post not in ManagementPost.labels():
            raise Invalid({"post": N_("Choose one of the posts.")})
        waiting = select(Nomination.post).where(
            Nomination.employee_id == person.id, Nomination.stage == CandidateStage.NOMINATED
        )
        open_posts = set(op.session.scalars(waiting.execution_options(unscoped=True)))
        candidacy = candidacies(op.session, [person], op.today).get(person.id)
        if refusal := why_not_nominated(candidacy, post, open_posts):
            raise Refused(refusal)
        held = held_by(op.session, person.id, op.today)
        row = op.add(
            Nomination(
                employee_id=person.id, post=post, reason=reason.strip(), grade_id=held.grade.id if held else 0,
                recorded_by_id=actor.user_id or 0, recorded_at=now,
            )
        )  # fmt: skip
        op.remember_opened(PROCESS, [(row.id, row.stage, CANDIDATES, "")], relation="recorder")
        op.tell(users_told(op.session, ("management",), today=op.today), PROCESS, "nominate", row.id, name=person.name)
    return row


def _facts(op: Operation, row: Nomination, reason: str | None) -> Facts:
    found = set(op.actor.roles & {"management"})
    if row.recorded_by_id == op.actor.user_id:
        found.add("recorder")
    known = {
        "is_proposer": row.recorded_by_id == op.actor.user_id,
        "another_person_clause": CANDIDATES,
        "attempt": reason is not None,
        "reason": reason or "",
    }
    return Facts(PROCESS, row.stage, frozenset(found), known)


declare_process(PROCESS, Nomination, _facts)


@act(PROCESS, "choose", REASON)
def choose(candidate_id: int, reason: str, *, actor: Actor, now: datetime) -> Nomination:
    """Management decides for the candidate; HR then records the new post as every move (1.2-g)."""
    return _decided("choose", candidate_id, reason, actor, now)


@act(PROCESS, "not_choose", REASON)
def not_choose(candidate_id: int, reason: str, *, actor: Actor, now: datetime) -> Nomination:
    """Management decides for somebody else this time."""
    return _decided("not_choose", candidate_id, reason, actor, now)


def _decided(action: str, candidate_id: int, reason: str, actor: Actor, now: datetime) -> Nomination:
    with operation(action, actor=actor, now=now, clause=CANDIDATES) as op:
        row = op.find(Nomination, candidate_id)
        op.step(row, _facts(op, row, reason), action, reason=reason, message={"name": row.employee.name})
        row.decided_by_id, row.decided_at = op.actor.user_id, op.now
        op.session.flush()
    return row
