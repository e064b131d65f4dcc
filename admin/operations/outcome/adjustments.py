"""Other adjustments of grades: HR proposes, management approves row by row, HR issues (4.3, 4.3-a).

They move on `grade_changes` alone, without a case and without a public notice; the person is served the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from admin.access.actor import Actor
from admin.domain.codes import ChangeKind, ChangeStage, JudgingAct
from admin.domain.grade_file import check_day_of_effect, check_not_overtaken
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused, refuse
from admin.domain.separation import CaseTies, may_judge
from admin.domain.service import check_leaver_issue
from admin.domain.workflow import Facts, decide
from admin.models import Employee, Grade, GradeChange, IssuedDocument
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.present_grade import follow_the_file, hold_ups
from admin.operations.numbering import next_after
from admin.operations.outcome.documents import RENDER_JOB, named, new_document
from admin.operations.outcome.grade_entries import enter
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import own_case
from admin.queries.outcome.adjustments_ahead import (
    TWICE,
    UNDER_WAY,
    AdjustmentRow,
    entry_faults,
    live_changes,
    numbers_twice,
)
from admin.queries.outcome.file_fit import Entering, held_up, running_cases, unfit
from admin.queries.outcome.grade_on import last_entries
from admin.queries.policy.policy import grades_by_code

CLAUSE = "4.3"
MOST_ROWS = 500


def propose_adjustments(
    rows: Sequence[AdjustmentRow], reason: str, effective_on: date, *, actor: Actor, now: datetime
) -> list[GradeChange]:
    """HR proposes one adjustment or a batch with one reason; each row waits for management on its own.

    Raises `Invalid` with every faulty row by its place ("row 3"), for a day in the past and without a row;
    `Refused` (4.3) without a reason.
    """
    with operation("propose_adjustments", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        drafts = _drafts(op, rows, reason.strip(), effective_on)
        for draft in drafts:
            op.add(draft)
        _propose(op, {draft: draft.reason or "" for draft in drafts})
    return drafts


def draft_adjustment(
    employee_id: int, grade_id: int, effective_on: date, *, actor: Actor, now: datetime
) -> GradeChange:
    """A single adjustment that HR has not proposed yet. Raises `Invalid` as `propose_adjustments` does, `NotFound`."""
    with operation("draft_adjustment", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        # Through the same checks as a batch: one row is a batch of one.
        row = AdjustmentRow(op.find(Employee, employee_id, lock=False).number, op.get(Grade, grade_id).code)
        draft = op.add(_drafts(op, [row], "", effective_on)[0])
    return draft


@act("grade_change", "propose", REASON)
def propose_adjustment(change_id: int, reason: str, *, actor: Actor, now: datetime) -> GradeChange:
    """Propose a draft to management. Raises `Refused` (4.3) without a reason or at another stage."""
    with operation("propose_adjustment", actor=actor, now=now, clause=CLAUSE) as op:
        change = _adjustment(op, change_id)
        _propose(op, {change: reason.strip()})
    return change


def _propose(op: Operation, changes: Mapping[GradeChange, str]) -> None:
    steps = [(change, change_facts(change, op.actor, attempt=True, reason=why)) for change, why in changes.items()]
    op.step_many(steps, "propose", reason={change.id: why for change, why in changes.items()})
    for change, why in changes.items():
        change.reason, change.proposed_by_id, change.proposed_at = why, op.actor.user_id, op.now


@act("grade_change", "approve", action="approve")
@act("grade_change", "reject", REASON, action="reject")
def decide_adjustment(change_id: int, action: str, reason: str = "", *, actor: Actor, now: datetime) -> GradeChange:
    """Management approves or rejects one row; `action` is "approve" or "reject".

    Raises `Refused`: (4.3) the proposer approves, or no reason for a rejection; (3.3-d) one's own case; (1.2-c) grades
    that are taken over, which are approved by import.
    """
    with operation(f"{action}_adjustment", actor=actor, now=now, clause=CLAUSE) as op:
        change = _adjustment(op, change_id)
        op.step(change, change_facts(change, actor, attempt=True, reason=reason), action, reason=reason.strip())
        change.decided_by_id, change.decided_at = actor.user_id, now
    return change


def decide_adjustments(decisions: Mapping[int, tuple[str, str]], *, actor: Actor, now: datetime) -> list[GradeChange]:
    """Several rows decided at once, each by its own (action, reason), all or none. Raises as `decide_adjustment`."""
    with operation("decide_adjustments", actor=actor, now=now, clause=CLAUSE):
        return [
            decide_adjustment(key, action, reason, actor=actor, now=now) for key, (action, reason) in decisions.items()
        ]


@act("grade_change", "withdraw", REASON)
def withdraw_change(change_id: int, reason: str, *, actor: Actor, now: datetime) -> GradeChange:
    """HR takes back a draft, a proposal or what was approved and not issued; the person's next is free (4.3-b).

    Raises `Refused` without a reason (1.3.1) or at another stage.
    """
    with operation("withdraw_change", actor=actor, now=now, clause="4.3-b") as op:
        change = op.find(GradeChange, change_id)
        facts = change_facts(change, actor, attempt=True, reason=reason)
        op.step(change, facts, "withdraw", reason=reason.strip())
    return change


@act("grade_change", "issue")
def issue_adjustments(change_ids: Sequence[int], *, actor: Actor, now: datetime) -> list[IssuedDocument]:
    """HR issues approved adjustments: a document for each effective date, entries in the files, each person served.

    What cannot be issued is left out and named in the document (`left_out`), and stays approved: somebody who leaves before
    the day (1.2-d), a file that moved meanwhile (1.2-f, 6.3-a), a case that has to end first (4.3-b). An open case that is
    not determined takes the new grade over. Raises `Refused`: (4.3) what is not approved, or, with its own clause, where
    nothing at all can be issued; `Invalid` without a row.
    """
    with operation("issue_adjustments", actor=actor, now=now, clause="4.3-a") as op:
        require_hr(op)
        changes = [_adjustment(op, key) for key in sorted(set(change_ids))]
        if not changes:
            raise Invalid({"rows": N_("Choose at least one approved adjustment.")})
        for change in changes:
            decide(
                change_facts(change, actor, attempt=True), "issue"
            )  # whose turn it is, before what stands against it
        out = why_not(op, changes)
        able = [change for change in changes if change.employee_id not in out]
        # With nothing to issue the first reason is the answer; beside others it is named in the document.
        if not able:
            raise Refused(out[changes[0].employee_id])
        # A document has one effective date, so each day takes a number of its own.
        days = sorted({change.effective_on or op.today for change in able})
        documents = [_issue(op, [c for c in able if (c.effective_on or op.today) == day], day) for day in days]
        # Once is enough, and the first document always exists.
        documents[0].left_out = named(op, out)
    return documents


def why_not(op: Operation, changes: Sequence[GradeChange]) -> dict[int, Refusal]:
    """By employee, why an approved adjustment cannot be entered now (1.2-d, 1.2-f, 4.3, 4.3-b, 6.3-a)."""
    people = {change.employee_id: change.employee.number for change in changes}
    moves = [Entering(c.employee_id, c.from_grade_id, c.effective_on or op.today) for c in changes]
    running = running_cases(op.session, people)
    # The later wins: what has to happen first is told before what does not fit.
    out = unfit(op.session, moves) | hold_ups(op, running.values()) | held_up(op.session, people)
    for change in changes:
        day, person = change.effective_on or op.today, change.employee
        if refusal := check_leaver_issue(person.left_on, day) or check_not_overtaken(person.number, day, op.today):
            out[change.employee_id] = refusal
    return out


def _issue(op: Operation, changes: Sequence[GradeChange], effective: date) -> IssuedDocument:
    document = new_document(op, "adjustment", effective, op.today)
    message = {"document": document.number, "effective_on": effective.isoformat()}
    steps = [(change, change_facts(change, op.actor, attempt=True)) for change in changes]
    op.step_many(steps, "issue", reason=document.number, message=message)
    for change in changes:
        change.document_id, change.effective_on = document.id, effective
    # The file before the open cases: they take over what it holds by then.
    enter(op, GradeChange.document_id == document.id)
    follow_the_file(op, [change.employee_id for change in changes], document.number)
    op.job(RENDER_JOB, {"document_id": document.id})
    return document


def _drafts(op: Operation, rows: Sequence[AdjustmentRow], reason: str, effective_on: date) -> list[GradeChange]:
    if not rows:
        raise Invalid({"rows": N_("Name at least one employee and a grade.")})
    if len(rows) > MOST_ROWS:
        raise Invalid({"rows": N_("At most %(most)s employees in one batch.")}, {"most": MOST_ROWS})
    if wrong_day := check_day_of_effect(effective_on, op.today):
        raise Invalid({"effective_on": wrong_day})
    # Locked, so that of two who propose for one person at once the second finds the first one's row.
    named = select(Employee).where(Employee.number.in_([row.number for row in rows]))
    people = {person.number: person for person in op.locked(named)}
    wrong = {
        f"row {each.place}": each for each in entry_faults(op.session, op.actor, rows, people, effective_on, op.today)
    }
    if wrong:
        raise Invalid({key: each.message for key, each in wrong.items()})
    _check_nothing_live(op, rows, people)
    grades = grades_by_code(op.session)
    held = last_entries(op.session, [person.id for person in people.values()])
    # A name for what was proposed together; a single row is found without one.
    batch = _batch_name(op) if len(rows) > 1 else None
    return [
        GradeChange(
            employee_id=people[row.number].id,
            kind="adjustment",
            stage="draft",
            from_grade_id=held[people[row.number].id].grade.id,
            to_grade_id=grades[row.grade].id,
            clause=CLAUSE,
            reason=row.reason or reason or None,
            effective_on=row.effective_on or effective_on,
            batch=batch,
        )
        for row in rows
    ]


def _check_nothing_live(op: Operation, rows: Sequence[AdjustmentRow], people: Mapping[str, Employee]) -> None:
    """One change outside a case at a time, and none while a case of the person has to end first (4.3-b)."""
    if twice := numbers_twice(rows):
        refuse("4.3-b", TWICE, numbers=", ".join(twice))
    check_no_live_change(op, people.values())
    for refusal in held_up(op.session, {person.id: person.number for person in people.values()}).values():
        raise Refused(refusal)


def check_no_live_change(op: Operation, people: Iterable[Employee]) -> None:
    """Raise `Refused` (4.3-b) where an adjustment or a takeover correction of one of these people is under way."""
    numbers = {person.id: person.number for person in people}
    live = sorted(numbers[key] for key in live_changes(op.session, numbers))
    if live:
        refuse("4.3-b", UNDER_WAY, numbers=", ".join(live))


def _batch_name(op: Operation) -> str:
    day = op.today.isoformat()
    query = select(func.count(GradeChange.batch.distinct())).where(GradeChange.batch.like(f"adjustment-{day}-%"))
    return f"adjustment-{day}-{next_after(op, query)}"


PROCESS_OF = {ChangeKind.ADJUSTMENT: "grade_change", ChangeKind.TAKEOVER_CORRECTION: "takeover_correction"}


def change_facts(change: GradeChange, actor: Actor, *, attempt: bool = False, reason: str = "", **known: Any) -> Facts:
    """An adjustment, or a takeover correction, as the workflow table sees it, each in its own process.

    Raises `Refused` (1.2-c) on an attempt at another kind: takeovers are approved by import, the rest follows from cases.
    """
    process = PROCESS_OF.get(ChangeKind(change.kind))
    if attempt and process is None:
        raise Refused(
            Refusal("1.2-c", N_("Grades that are taken over are approved together, on the page of their import."))
        )
    corrects = process == "takeover_correction"
    known |= {
        "attempt": attempt,
        "reason": reason,
        "own_case": own_case(change, actor),
        "is_proposer": change.proposed_by_id is not None and change.proposed_by_id == actor.user_id,
        "another_person_clause": "1.2-f" if corrects else CLAUSE,
    }
    # Only there somebody judges; HR drafting or issuing for a colleague of theirs decides nothing.
    if actor.employee_id is not None and change.stage == ChangeStage.PROPOSED:
        ties = CaseTies(subject=change.employee_id)
        known["separation"] = may_judge(JudgingAct.ADJUSTMENT_APPROVAL, actor.employee_id, ties)
    offered = actor.roles & {"hr", "management"} if process else frozenset()
    return Facts(process or "grade_change", change.stage, frozenset(offered), known)


def _adjustment(op: Operation, change_id: int) -> GradeChange:
    """An adjustment that the actor names; raises `NotFound` for a correction, which has acts of its own."""
    change = op.find(GradeChange, change_id)
    if change.kind == ChangeKind.TAKEOVER_CORRECTION:
        # The two processes share a table: through the door of one the rows of the other are not there.
        raise NotFound(f"adjustment {change_id}")
    return change


def _facts(op: Operation, change: GradeChange, reason: str | None) -> Facts:
    """What the buttons are offered by: the same that the operation asks."""
    if change.kind == ChangeKind.TAKEOVER_CORRECTION:
        return Facts("grade_change", change.stage, frozenset())
    out = why_not(op, [change]) if change.stage == ChangeStage.APPROVED and change.kind == ChangeKind.ADJUSTMENT else {}
    attempt, known = reason is not None, {"entry_refusal": out.get(change.employee_id)}
    return change_facts(change, op.actor, attempt=attempt, reason=reason or "", **known)


def _state(change: GradeChange) -> dict[str, Any]:
    return {"id": change.id, "stage": change.stage, "kind": change.kind, "document_id": change.document_id}


declare_process("grade_change", GradeChange, _facts, state=_state)
