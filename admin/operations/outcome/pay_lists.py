"""Pay-change lists: HR makes the list of a document once, and corrects it by a list of the differences (5.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from admin.access.actor import Actor
from admin.domain.pay import PayLine, PayListOut
from admin.domain.refusals import Refusal, Refused
from admin.domain.workflow import Facts
from admin.files.pay_lists import as_csv, as_workbook
from admin.models import IssuedDocument, PayList, PayListRow
from admin.operations.acts import act, declare_process
from admin.operations.numbering import NUMBER_LOCK, next_after
from admin.operations.people.people import require_hr
from admin.operations.system.served import ALTERED
from admin.operations.transaction import Operation, operation
from admin.queries.outcome.document_words import language_of
from admin.queries.outcome.pay_lists import correction_of, drawn_up, lists_of, pay_list_out

CLAUSE = "5.1"


def make_pay_list(document_id: int, *, actor: Actor, now: datetime) -> PayList:
    """The first list of a document: made once, and whoever asks again gets the same.

    Raises `NotFound`; `Refused` (3.3.6) while the document is being issued, (5.1) where it changes nobody's grade, a grade has no
    band on the effective date, or the bands are in several currencies.
    """
    with operation("make_pay_list", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        document = op.find(IssuedDocument, document_id, lock=False)
        op.alone(NUMBER_LOCK)  # of two at once the second finds the first one's list
        made = lists_of(op.session, document.id)
        if made:
            return made[0]
        found = drawn_up(op.session, document)
        if found.refusal is not None:
            raise Refused(found.refusal)
        return _write(op, document, found.lines, None)


@act("pay_list", "correct_pay_list")
def correct_pay_list(list_id: int, *, actor: Actor, now: datetime) -> PayList:
    """A second list with the differences alone; of a list that is corrected already, that correction.

    Raises `NotFound`, `Refused` as `make_pay_list`, and (5.1) where nothing differs.
    """
    with operation("correct_pay_list", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        row = op.find(PayList, list_id, lock=False)
        op.alone(NUMBER_LOCK)
        later = next((each for each in lists_of(op.session, row.document_id) if each.corrects_id == row.id), None)
        if later is not None:
            return later
        found = correction_of(op.session, row)
        if found.refusal is not None:
            raise Refused(found.refusal)
        return _write(op, row.document, found.lines, row)


def _write(op: Operation, document: IssuedDocument, lines: Sequence[PayLine], corrects: PayList | None) -> PayList:
    serial = next_after(op, select(func.max(PayList.serial)).where(PayList.year == op.today.year))
    number, language = f"{op.today.year}-{serial:03}", language_of(document.title)
    shown = PayListOut(number, document.number, lines, language, corrects.number if corrects else "")
    row = op.add(
        PayList(
            number=number,
            year=op.today.year,
            serial=serial,
            document_id=document.id,
            corrects_id=corrects.id if corrects else None,
            made_by_id=op.actor.user_id or 0,
            made_at=op.now,
            people=len(lines),
            language=language,
            sha256=hashlib.sha256(as_csv(shown)).hexdigest(),
        )
    )
    op.session.execute(insert(PayListRow), [{"list_id": row.id, **row_of(line)} for line in lines])
    op.note_inserted(PayListRow, PayListRow.__table__.c.list_id == row.id)
    return row


def row_of(line: PayLine) -> dict[str, Any]:
    """A line as its table holds it, but for the list."""
    return {
        "grade_change_id": line.change,
        "employee_id": line.employee_id,
        "state": line.state,
        "number": line.number,
        "name": line.name,
        "kind": line.kind,
        "from_grade": line.from_grade,
        "to_grade": line.to_grade,
        "effective_on": line.effective_on,
        "old_low": line.old.low if line.old else None,
        "old_high": line.old.high if line.old else None,
        "new_low": line.new.low,
        "new_high": line.new.high,
        "currency": line.new.currency,
    }


def take_pay_list(list_id: int, form: str, *, actor: Actor, now: datetime) -> tuple[PayList, bytes]:
    """A list's file, "csv" or "xlsx"; that it was taken is an event. Raises `NotFound`, `Refused` (6.3.3) where the lines are
    others by now than those that payroll was told."""
    with operation("take_pay_list", actor=actor, now=now, clause=CLAUSE) as op:
        row = op.find(PayList, list_id, lock=False)
        shown = pay_list_out(op.session, row)
        data = as_csv(shown)
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Refused(Refusal("6.3.3", ALTERED))
        op.note("export", PayList.__tablename__, row.id, {"format": [None, form]})
        return row, data if form == "csv" else as_workbook(shown, row.sha256)


def _facts(op: Operation, row: PayList, reason: str | None) -> Facts:
    # Where it is only offered the refusal stands beside the button; who asks is told by the verb.
    found = correction_of(op.session, row) if reason is None and not _is_corrected(op, row) else None
    refusal = found.refusal if found is not None else None
    return Facts("pay_list", "", frozenset({"hr"}) & op.actor.roles, {"list_refusal": refusal})


def _is_corrected(op: Operation, row: PayList) -> bool:
    return op.session.scalar(select(PayList.id).where(PayList.corrects_id == row.id)) is not None


def _state(row: PayList) -> dict[str, Any]:
    return {"id": row.id, "number": row.number, "document_id": row.document_id, "corrects_id": row.corrects_id}


declare_process("pay_list", PayList, _facts, state=_state)
