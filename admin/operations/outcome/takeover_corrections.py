"""A takeover correction: the one way in which a grade taken over wrongly is mended (1.2-f).

HR proposes it with evidence, management approves, and with that it takes effect: the file says it from the beginning, an
open case follows, the person is served the document. Once another document stands on the grade, only a document helps.
"""

from __future__ import annotations

from datetime import date, datetime

from admin.access.actor import Actor
from admin.domain.codes import ChangeKind, ChangeStage
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.models import Employee, Grade, GradeChange
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.present_grade import follow_the_file, hold_ups
from admin.operations.outcome.adjustments import change_facts, check_no_live_change, withdraw_change
from admin.operations.outcome.documents import RENDER_JOB, new_document
from admin.operations.outcome.grade_entries import put_right
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.outcome.file_fit import correctable, held_up, running_cases
from admin.queries.outcome.grade_on import last_entries
from admin.queries.policy.rules import ByDay, grades_of, rules_on

PROCESS = "takeover_correction"
CLAUSE = "1.2-f"


def propose_correction(
    employee_id: int, grade_id: int, since: date, evidence: str, *, actor: Actor, now: datetime
) -> GradeChange:
    """HR proposes what the file shall say of a takeover: the grade, from which day, and by which evidence.

    Raises `Refused`: (1.2-f) nothing was taken over or a document stands on it, (4.3-b) another change is under way or a
    case has to end first, (3.3-d) one's own, (1.3.1) without evidence; `Invalid` for a day that cannot be, or where the
    file says so already; `NotFound`.
    """
    with operation("propose_correction", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        employee, grade = op.find(Employee, employee_id), _of_the_ladder(op, grade_id)
        if own := why_not_ones_own(employee.id, actor):
            raise Refused(own)
        # Once a document rests on the grade, going back behind it would contradict what was served.
        if refusal := correctable(op.session, employee):
            raise Refused(refusal)
        # There is exactly one entry: whatever came after would be a document, and that was refused above.
        held = last_entries(op.session, [employee.id])[employee.id]
        _check_said(op, employee, since, (held.grade.id, held.since) == (grade.id, since))
        check_no_live_change(op, [employee])
        for refusal in held_up(op.session, {employee.id: employee.number}).values():
            raise Refused(refusal)
        change = op.add(
            GradeChange(
                employee_id=employee.id, kind=ChangeKind.TAKEOVER_CORRECTION, stage=ChangeStage.DRAFT,
                from_grade_id=held.grade.id, to_grade_id=grade.id, clause=CLAUSE, reason=evidence.strip() or None,
                effective_on=since,
            )
        )  # fmt: skip
        op.step(change, correction_facts(op, change, attempt=True, reason=evidence), "propose", reason=evidence.strip())
        change.proposed_by_id, change.proposed_at = actor.user_id, now
    return change


def _of_the_ladder(op: Operation, grade_id: int) -> Grade:
    """A grade that can be held today; one that a version has abolished is held by nobody anew (2.1, 6.1-c)."""
    grade = op.get(Grade, grade_id)
    if grade not in grades_of(op.session, rules_on(op.session, op.today, ByDay.TAKEN_OVER)):
        raise Invalid({"grade": N_("There is no such grade on the ladder.")})
    return grade


def _check_said(op: Operation, employee: Employee, since: date, says_so: bool) -> None:
    if since < employee.hired_on:
        raise Invalid(
            {"since": N_("The grade begins before the employee was hired (%(hired)s)")},
            {"hired": employee.hired_on.isoformat()},
        )
    if since > op.today:
        raise Invalid({"since": N_("A grade held before the system must have a start date in the past.")})
    if says_so:
        raise Invalid({"grade": N_("This is what the grade file says already.")})


@act(PROCESS, "approve", action="approve")
@act(PROCESS, "reject", REASON, action="reject")
def decide_correction(change_id: int, action: str, reason: str = "", *, actor: Actor, now: datetime) -> GradeChange:
    """Management approves, which takes effect at once, or rejects; `action` is "approve" or "reject".

    Raises `Refused`: (1.2-f) the proposer decides, the file moved, a document stands on it; (3.3-d) one's own grade;
    (4.3-b) a case has to end first; (1.3.1) a rejection without a reason.
    """
    with operation(f"{action}_correction", actor=actor, now=now, clause=CLAUSE) as op:
        change = op.find(GradeChange, change_id)
        facts = correction_facts(op, change, attempt=True, reason=reason)
        op.step(change, facts, action, reason=reason.strip())
        # Before it takes effect: the document is made from the change and names who decided.
        change.decided_by_id, change.decided_at = actor.user_id, now
        if action == "approve":
            _take_effect(op, change)
    return change


def _take_effect(op: Operation, change: GradeChange) -> None:
    assert change.effective_on is not None
    document = new_document(op, ChangeKind.TAKEOVER_CORRECTION, change.effective_on, op.today)
    change.document_id = document.id
    op.session.flush()
    # The entry refers to the change, and the database asks for its document: that comes first.
    put_right(op, change)
    follow_the_file(op, [change.employee_id], document.number)
    op.job(RENDER_JOB, {"document_id": document.id})


@act(PROCESS, "withdraw", REASON)
def withdraw_correction(change_id: int, reason: str, *, actor: Actor, now: datetime) -> GradeChange:
    """HR takes a proposed correction back; raises `Refused` without a reason (1.3.1) or at another stage."""
    return withdraw_change(change_id, reason, actor=actor, now=now)


def correction_facts(op: Operation, change: GradeChange, *, attempt: bool = False, reason: str = "") -> Facts:
    """A correction as the workflow table sees it; raises `NotFound` for a change of another kind."""
    if change.kind != ChangeKind.TAKEOVER_CORRECTION:
        raise NotFound(f"takeover correction {change.id}")
    correction, entry = correctable(op.session, change.employee), None
    if correction is None:
        held = last_entries(op.session, [change.employee_id])[change.employee_id]
        moved = Refusal(
            CLAUSE, N_("The grade file has changed since this was proposed; withdraw it and propose it again.")
        )
        people = {change.employee_id: change.employee.number}
        hindered = hold_ups(op, running_cases(op.session, people).values()) | held_up(op.session, people)
        # Approved is what was read: another import in between is another question.
        entry = moved if held.grade.id != change.from_grade_id else hindered.get(change.employee_id)
    return change_facts(
        change, op.actor, attempt=attempt, reason=reason, correction_refusal=correction, entry_refusal=entry
    )


def _facts(op: Operation, change: GradeChange, reason: str | None) -> Facts:
    return correction_facts(op, change, attempt=reason is not None, reason=reason or "")


declare_process(
    PROCESS,
    GradeChange,
    _facts,
    state=lambda change: {"id": change.id, "stage": change.stage, "document_id": change.document_id},
    holds=lambda change: change.kind == ChangeKind.TAKEOVER_CORRECTION,
)
