"""Taking a formal document back, or correcting it, by another document: HR proposes, management approves (1.2-f, 3.3.6, 6.3-a).

Nothing is unwritten: the earlier document, its file and its letters stay; the new one names it, has a number of its own, is
entered in the files, served, and followed by pay lists. Approving it issues it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from admin.access.actor import Actor
from admin.domain.codes import ChangeStage, DocumentKind, TakesBack
from admin.domain.grade_file import check_day_of_effect
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.workflow import Facts
from admin.domain.workflow.own_case import OWN_CASE
from admin.models import DocumentWithdrawal, Grade, GradeChange, IssuedDocument, db
from admin.operations.acts import REASON, act, declare_process
from admin.operations.cases.present_grade import follow_the_file, hold_ups
from admin.operations.outcome.documents import RENDER_JOB, named, new_document
from admin.operations.outcome.grade_entries import take_back
from admin.operations.people.people import require_hr
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import acting_in
from admin.queries.outcome.file_fit import running_cases
from admin.queries.outcome.withdrawals import (
    Hanging,
    TakenBack,
    WithdrawalAsked,
    changes_of,
    employees_of,
    hanging,
    taken_back,
)
from admin.queries.policy.rules import ByDay, grades_of, rules_on
from admin.queries.system.chunks import chunks
from admin.queries.system.recipients import accounts_of, users_told

PROCESS = "document_withdrawal"
CLAUSE = "1.2-f"
LONGEST_REASON = 4000
NOT_READY = N_("The document %(number)s is still being issued. Take it back when its file is there.")
UNDER_WAY = N_("A proposal to take the document %(number)s back waits for management already.")
TAKEOVER = N_("Grades that were taken over are corrected as a takeover, not by a document that takes another back.")


@dataclass(frozen=True)
class WithdrawalInput:
    """What HR proposes: how the document is taken back, of whom (employee numbers; none: of everybody), from when, why.

    `grade` is the code of the grade that holds instead, where a document is corrected to another.
    """

    kind: str
    effective_on: date
    reason: str
    numbers: Sequence[str] = ()
    grade: str = ""


def foretold(document_id: int, given: WithdrawalInput, *, actor: Actor, now: datetime) -> WithdrawalAsked:
    """What would be proposed, checked as the proposal is; raises as it does, and changes nothing."""
    return _asked(Operation("foretell", actor, now, db.session()), document_id, given, lock=False)


def _asked(op: Operation, document_id: int, given: WithdrawalInput, *, lock: bool = True) -> WithdrawalAsked:
    """What is asked, checked: raises `Invalid` for its fields, `Refused` for a document that is not ready (3.3.6)."""
    document = op.find(IssuedDocument, document_id, lock=lock)
    if document.kind == DocumentKind.TAKEOVER:
        raise Refused(Refusal(CLAUSE, TAKEOVER))
    if document.sha256 is None:
        raise Refused(Refusal("3.3.6", NOT_READY, {"number": document.number}))
    faults: dict[str, str] = {}
    if given.kind not in TakesBack.labels():
        faults["kind"] = N_("Choose whether it is withdrawn or corrected.")
    if wrong_day := check_day_of_effect(given.effective_on, op.today):
        faults["effective_on"] = wrong_day
    changes = changes_of(op.session, document.id, given.numbers)
    if unknown := sorted(set(given.numbers) - set(changes)):
        faults["numbers"] = N_("The document does not name: %(unknown)s.")
    grade = None
    if given.grade and given.kind == TakesBack.CORRECTION:
        ladder = grades_of(op.session, rules_on(op.session, given.effective_on, ByDay.DATED_ACT))
        grade = next((row for row in ladder if row.code == given.grade), None)
        if grade is None:
            faults["grade"] = N_("There is no such grade on the ladder.")
    if faults:
        raise Invalid(faults, {"unknown": ", ".join(unknown)})
    return WithdrawalAsked(document, given.kind, sorted(changes.values()), given.effective_on, grade)


def propose_withdrawal(document_id: int, given: WithdrawalInput, *, actor: Actor, now: datetime) -> DocumentWithdrawal:
    """HR proposes to take a document back, or to correct it; nothing changes before management has approved it.

    Raises `Invalid` naming each field; `Refused`: (3.3-d) one's own grade, (1.2-f) one waits already, (1.3.1) no reason, and
    with its own clause where it can be done of nobody.
    """
    with operation("propose_withdrawal", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        asked, reason = _asked(op, document_id, given), given.reason.strip()
        if not reason or len(reason) > LONGEST_REASON:
            text = N_("At most %(most)s characters.") if reason else N_("This is needed.")
            raise Invalid({"reason": text}, {"most": LONGEST_REASON})
        if actor.employee_id in employees_of(op.session, asked.changes):
            raise Refused(OWN_CASE)
        _check_none_waits(op, asked.document)
        if refusal := nobody_can(taken_back(op.session, asked)):
            raise Refused(refusal)
        row = op.add(
            DocumentWithdrawal(
                document_id=asked.document.id, kind=asked.kind, stage=ChangeStage.PROPOSED, reason=reason,
                effective_on=asked.effective_on, grade_id=asked.grade.id if asked.grade else None, changes=list(asked.changes),
                proposed_by_id=actor.user_id or 0, proposed_at=now,
            )
        )  # fmt: skip
        op.remember_opened(PROCESS, [(row.id, row.stage, CLAUSE, reason)], relation="hr", action="propose")
        told = acting_in(op.session, "management", op.today)
        op.tell(told, PROCESS, "propose", row.id, number=asked.document.number)
    return row


def _check_none_waits(op: Operation, document: IssuedDocument) -> None:
    waits = (DocumentWithdrawal.document_id == document.id, DocumentWithdrawal.stage == ChangeStage.PROPOSED)
    if op.session.scalar(select(DocumentWithdrawal.id).where(*waits)) is not None:
        raise Refused(Refusal(CLAUSE, UNDER_WAY, {"number": document.number}))


def nobody_can(rows: Sequence[TakenBack]) -> Refusal | None:
    """Why it can be done of nobody: the first reason; None where it can of some, the others are left out and named."""
    return None if any(row.refusal is None for row in rows) else next((row.refusal for row in rows), None)


def asked_by(op: Operation, row: DocumentWithdrawal) -> WithdrawalAsked:
    """What a proposal asks for, by now: a day that has passed meanwhile is today."""
    grade = op.session.get(Grade, row.grade_id) if row.grade_id is not None else None
    return WithdrawalAsked(row.document, row.kind, row.changes, max(row.effective_on, op.today), grade)


@act(PROCESS, "approve", action="approve")
@act(PROCESS, "reject", REASON, action="reject")
def decide_withdrawal(
    withdrawal_id: int, action: str, reason: str = "", *, actor: Actor, now: datetime
) -> DocumentWithdrawal:
    """Management approves, which issues the document that takes the other back, or rejects; `action` says which.

    Raises `Refused`: (1.2-f) the proposer decides, or a later grade stands on it by now; (3.3-d) one's own grade is among
    them; (4.3-b) a case has to end first; (1.3.1) a rejection without a reason.
    """
    with operation(f"{action}_withdrawal", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(DocumentWithdrawal, withdrawal_id)
        rows = _rows(op, row) if action == "approve" else []
        op.step(row, _facts_of(op, row, rows, reason=reason, attempt=True), action, reason=reason.strip())
        row.decided_by_id, row.decided_at = actor.user_id, now
        if action == "approve":
            _issue(op, row, rows)
    return row


@act(PROCESS, "withdraw", REASON)
def withdraw_withdrawal(withdrawal_id: int, reason: str, *, actor: Actor, now: datetime) -> DocumentWithdrawal:
    """HR takes the proposal back; raises `Refused` without a reason (1.3.1) or at another stage."""
    with operation("withdraw_withdrawal", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(DocumentWithdrawal, withdrawal_id)
        op.step(row, _facts_of(op, row, [], reason=reason, attempt=True), "withdraw", reason=reason.strip())
    return row


def _rows(op: Operation, row: DocumentWithdrawal) -> list[TakenBack]:
    return taken_back(op.session, asked_by(op, row))


def _issue(op: Operation, row: DocumentWithdrawal, rows: Sequence[TakenBack]) -> None:
    people = [each.employee_id for each in rows if each.refusal is None and each.moves]
    waits = hold_ups(op, running_cases(op.session, people).values())
    out = {each.employee_id: why for each in rows if (why := each.refusal or waits.get(each.employee_id))}
    able = [each for each in rows if each.employee_id not in out]
    if not able:
        raise Refused(next(iter(out.values())))
    hung = hanging(op.session, asked_by(op, row), able)
    document = new_document(op, row.kind, min(each.since for each in able), op.today)
    document.supersedes_id, document.left_out = row.document_id, named(op, out)
    row.issued_id = document.id
    _write_changes(op, row, document, able)
    take_back(op, document.id)
    # The file before the open cases: they take over what it holds by then.
    follow_the_file(op, [each.employee_id for each in able if each.moves], document.number)
    op.job(RENDER_JOB, {"document_id": document.id})
    _tell(op, row, document, able, hung)


def _write_changes(op: Operation, row: DocumentWithdrawal, document: IssuedDocument, able: Sequence[TakenBack]) -> None:
    op.session.flush()
    for some in chunks(able):
        op.session.execute(
            insert(GradeChange),
            [
                {
                    "employee_id": each.employee_id, "kind": row.kind, "stage": ChangeStage.ISSUED, "clause": CLAUSE,
                    "from_grade_id": each.before.id, "to_grade_id": each.after.id if each.after else None,
                    "reason": row.reason, "effective_on": each.since, "document_id": document.id, "reverses_id": each.change,
                    "proposed_by_id": row.proposed_by_id, "proposed_at": row.proposed_at, "decided_by_id": row.decided_by_id,
                    "decided_at": op.now,
                }
                for each in some
            ],
        )  # fmt: skip
    op.note_inserted(GradeChange, GradeChange.__table__.c.document_id == document.id)


def _tell(
    op: Operation, row: DocumentWithdrawal, document: IssuedDocument, able: Sequence[TakenBack], hung: Hanging
) -> None:
    """Everybody whom it names, and whoever works on what hangs on it (3.3.5-b, 5.1, 6.3.2)."""
    served = accounts_of(op.session, [each.employee_id for each in able]).values()
    facts = {"document": document.number, "number": row.document.number}
    op.tell(served, "letter", row.kind, document.id, **facts)
    for appeal in hung.appeals:
        told = users_told(op.session, ("hr", "panel_member"), review=appeal.review, today=op.today)
        told |= {appeal.filer.user_id} if appeal.filer.user_id else set()
        op.tell(told, "appeal", "document_taken_back", appeal.id, **facts | {"appeal": appeal.number})
    hr = acting_in(op.session, "hr", op.today)
    if hung.orders or hung.changes:
        op.tell(hr, PROCESS, "hangs_on_it", row.id, **facts)
    if hung.lists:
        op.tell(hr, PROCESS, "pay_list_differs", row.id, **facts | {"list": hung.lists[-1].number})


def _facts_of(
    op: Operation, row: DocumentWithdrawal, rows: Sequence[TakenBack], *, reason: str = "", attempt: bool = False
) -> Facts:
    own = op.actor.employee_id is not None and op.actor.employee_id in employees_of(op.session, row.changes)
    known = {
        "attempt": attempt,
        "reason": reason,
        "own_case": own,
        "is_proposer": row.proposed_by_id == op.actor.user_id,
        "another_person_clause": CLAUSE,
        "withdrawal_refusal": nobody_can(rows),
    }
    return Facts(PROCESS, row.stage, frozenset(op.actor.roles & {"hr", "management"}), known)


def _facts(op: Operation, row: DocumentWithdrawal, reason: str | None) -> Facts:
    rows = _rows(op, row) if row.stage == ChangeStage.PROPOSED else []
    return _facts_of(op, row, rows, reason=reason or "", attempt=reason is not None)


declare_process(
    PROCESS,
    DocumentWithdrawal,
    _facts,
    state=lambda row: {"id": row.id, "stage": row.stage, "document_id": row.document_id, "issued_id": row.issued_id},
)
