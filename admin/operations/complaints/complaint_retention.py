"""Complaints are kept for a time and then erased: words, names, files, receipt (6.3.1)."""

from __future__ import annotations

import secrets
from contextlib import closing
from datetime import datetime

from sqlalchemy import select, text, update

from admin.access.actor import Actor
from admin.domain.codes import ComplaintStage
from admin.domain.service import months_between
from admin.models import Complaint, HistoryStep, db
from admin.models.history import ERASED, steps_of
from admin.operations.complaints.complaint_parties import tell
from admin.operations.complaints.complaints import day_of
from admin.operations.transaction import Operation, operation
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.calendar import company_day

HISTORY = HistoryStep.__table__


def erase_expired(*, actor: Actor, now: datetime) -> int:
    """Timed: erase every complaint closed longer ago than `complaint_retention_months`; returns how many.

    One that nobody closed is counted from the day on which its answer was due, or from the last message after it.
    The number, the days and the outcome are left, and who voted on the finding. That it is not known who is meant keeps
    nothing longer: the period protects whoever complained and whoever may be meant alike. What ends undecided is told
    to those who could have led it on and to the auditors. Under a policy version that was promulgated without that
    parameter nothing is erased.
    """
    with operation("erase_expired", actor=actor, now=now, clause="6.3.1") as op:
        months = rules_on(op.session, op.today, ByDay.COMPLAINT).parameters.get("complaint_retention_months")
        due = _due(op, int(months)) if months is not None else []
        if due and op.session.connection().dialect.name == "sqlite":
            op.session.execute(text("PRAGMA secure_delete = ON"))  # else freed pages would keep the bytes
            op.after_commit.append(_empty_the_log)
        for complaint in due:
            if complaint.stage != ComplaintStage.CLOSED:
                tell(op, complaint, ("complaint_officer", "chair", "secretary", "auditor"), "erase_expired")
            _erase(op, complaint)
        return len(due)


def _due(op: Operation, months: int) -> list[Complaint]:
    query = select(Complaint).where(Complaint.erased_at.is_(None), Complaint.answer_due < op.now)
    rows = op.locked(query)
    # In Python: whole months are counted by one function, and the databases count them in two ways.
    return [row for row in rows if months_between(company_day(_ended(row)), op.today) >= months]


def _ended(complaint: Complaint) -> datetime:
    return complaint.closed_at or max([complaint.answer_due, *(message.sent_at for message in complaint.messages)])


def _erase(op: Operation, complaint: Complaint) -> None:
    for row in (*complaint.messages, *complaint.files, *complaint.parties, *complaint.cases):
        op.session.delete(row)
    # Reasons are people's words about people; that a step was taken is left.
    steps = update(HISTORY).where(HISTORY.c.process == "complaint", HISTORY.c.record_id == complaint.id)
    op.session.connection().execute(steps.values(reason="", reason_salt=None))
    op.note(ERASED, steps_of("complaint"), complaint.id, {})
    complaint.sealed_key = complaint.sealed_words = complaint.sealed_identity = complaint.sealed_finding = None
    # A hash by chance: the column is unique, and an old receipt must look like a wrong one.
    complaint.named, complaint.receipt_hash, complaint.erased_at = False, secrets.token_hex(32), day_of(op)
    complaint.bound_to = ""


def _empty_the_log() -> None:
    """SQLite's write-ahead log would keep the pages as they were until it comes round to them."""
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
