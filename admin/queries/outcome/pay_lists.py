"""Pay-change lists of documents: what one would hold now, what those that were made hold, and their page (5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin.access.actor import Actor
from admin.access.amounts import sees_amounts
from admin.domain.codes import ChangeStage, PayLineState
from admin.domain.pay import (
    Band,
    PayEffect,
    PayLine,
    PayListOut,
    PayTotals,
    check_currency,
    check_line,
    differing,
    list_totals,
)
from admin.domain.refusals import N_, NotFound, Refusal
from admin.models import Employee, Grade, GradeChange, IssuedDocument, PayList, PayListRow
from admin.queries.outcome.pay import all_bands
from admin.queries.policy.policy_versions import account_names
from admin.queries.system.chunks import chunks

NOT_ISSUED = N_("The document %(number)s is still being issued. Make its pay list when its file is there.")
NO_CHANGE = N_("The document %(number)s changes no grade, so there is no pay to change.")
NOTHING_DIFFERS = N_("Nothing differs from list %(number)s: there is nothing to correct.")
BANDS_MISSING = N_("No pay band on %(day)s for: %(grades)s. Add the bands under Pay bands first.")


@dataclass(frozen=True)
class DrawnUp:
    """What the list of a document would hold now; `refusal` says why it cannot be made."""

    lines: Sequence[PayLine]
    refusal: Refusal | None


def drawn_up(session: Session, document: IssuedDocument) -> DrawnUp:
    """The lines of a document's changes of grade, with the bands of the day on which each takes effect.

    A document whose place another takes keeps its own: its grades are held, and paid, until the other's day (6.3-a).
    """
    number = {"number": document.number}
    if document.sha256 is None:
        return DrawnUp([], Refusal("3.3.6", NOT_ISSUED, number))
    changes = _changes(session, document.id)
    if not changes:
        return DrawnUp([], Refusal("5.1", NO_CHANGE, number))
    bands, lines, missing = all_bands(session), [], []
    for row in changes:
        old, new = bands.on(row.from_code, row.effective_on), bands.on(row.to_code, row.effective_on)
        if refusal := check_line(row.to_code, PayEffect(old, new, row.effective_on)):
            missing.append(refusal)
        elif new is not None:
            lines.append(
                PayLine(
                    row.id, row.employee_id, row.number, row.name, row.kind, row.from_code, row.to_code, old, new, row.effective_on
                )
            )  # fmt: skip
    return DrawnUp(lines, _all_missing(missing) or check_currency(lines))


def _all_missing(missing: Sequence[Refusal]) -> Refusal | None:
    """Every grade without a band at once: told one by one, HR would come back for each."""
    grades = sorted({str(each.facts["grade"]) for each in missing})
    if len(grades) < 2:
        return missing[0] if missing else None
    return Refusal("5.1", BANDS_MISSING, {"day": missing[0].facts["day"], "grades": ", ".join(grades)})


@dataclass(frozen=True)
class _Paid:
    """A change as payroll has to be told it: from the grade that was held, or that would have been, to the one that holds."""

    id: int
    employee_id: int
    number: str
    name: str
    kind: str
    from_code: str | None
    to_code: str
    effective_on: date


def _changes(session: Session, document_id: int) -> list[_Paid]:
    """What a document changes of whose pay.

    What another document took back from its own day on was never held: it is in no list of the first, and the other's moves
    from the grade before both (1.2-f).
    """
    before, after, later = aliased(Grade), aliased(Grade), aliased(GradeChange)
    never = exists(select(1).where(later.reverses_id == GradeChange.id, later.effective_on <= GradeChange.effective_on))
    query = (
        select(
            GradeChange.id, GradeChange.employee_id, Employee.number, Employee.name, GradeChange.kind,
            before.code.label("from_code"), after.code.label("to_code"), GradeChange.effective_on, GradeChange.reverses_id,
        )
        .join(Employee, Employee.id == GradeChange.employee_id)
        .outerjoin(before, before.id == GradeChange.from_grade_id)
        .join(after, after.id == GradeChange.to_grade_id)
        .where(GradeChange.document_id == document_id, GradeChange.stage == ChangeStage.ISSUED, ~never)
        .order_by(Employee.number)
    )  # fmt: skip
    rows: Sequence[Any] = session.execute(query.execution_options(unscoped=True)).all()
    origins = _origins(session, {row.reverses_id: row.effective_on for row in rows if row.reverses_id is not None})
    found = [
        _Paid(
            row.id, row.employee_id, row.number, row.name, row.kind, origins.get(row.reverses_id, row.from_code), row.to_code,
            row.effective_on,
        )
        for row in rows
    ]  # fmt: skip
    return [each for each in found if each.from_code != each.to_code]


def _origins(session: Session, reversed_: Mapping[int, date]) -> dict[int, str | None]:
    """By change that was taken back from its own day on: the grade from which it, or the first of a chain of them, moved."""
    found: dict[int, str | None] = {}
    waiting = {
        key: (key, day) for key, day in reversed_.items()
    }  # by the change that is looked at: for whom, and the day
    while waiting:
        steps: dict[int, tuple[int, date]] = {}
        for some in chunks(list(waiting)):
            query = (
                select(GradeChange.id, GradeChange.effective_on, GradeChange.reverses_id, Grade.code)
                .outerjoin(Grade, Grade.id == GradeChange.from_grade_id)
                .where(GradeChange.id.in_(some))
            )
            for row in session.execute(query.execution_options(unscoped=True)):
                asked, day = waiting[row.id]
                if day > row.effective_on:
                    continue  # it was held for a while: what is paid until then is its own list's
                found[asked] = row.code
                if row.reverses_id is not None:
                    steps[row.reverses_id] = (asked, row.effective_on)
        waiting = steps
    return found


def lists_of(session: Session, document_id: int) -> list[PayList]:
    """The first list of a document and its corrections, the oldest first."""
    query = select(PayList).where(PayList.document_id == document_id).order_by(PayList.id)
    return list(session.scalars(query.options(joinedload(PayList.document), joinedload(PayList.corrects))))


def lines_of(session: Session, lists: Sequence[int]) -> list[PayLine]:
    """The lines of these lists, in the order of the lists and of their employee numbers."""
    query = select(PayListRow).where(PayListRow.list_id.in_(lists)).order_by(PayListRow.list_id, PayListRow.id)
    return [_line(row) for row in session.scalars(query)]


def _line(row: PayListRow) -> PayLine:
    def band(grade: str | None, low: Any, high: Any) -> Band | None:
        return Band(grade or "", row.effective_on, low, high, row.currency) if low is not None else None

    new = band(row.to_grade, row.new_low, row.new_high)
    assert new is not None
    return PayLine(
        row.grade_change_id, row.employee_id, row.number, row.name, row.kind, row.from_grade, row.to_grade,
        band(row.from_grade, row.old_low, row.old_high), new, row.effective_on, PayLineState(row.state),
    )  # fmt: skip


def correction_of(session: Session, latest: PayList) -> DrawnUp:
    """What a correction of a document's latest list would hold: the differences alone."""
    now = drawn_up(session, latest.document)
    keys = [each.id for each in lists_of(session, latest.document_id)]
    if now.refusal is not None and now.refusal.reason != NO_CHANGE:
        return now
    lines = differing(lines_of(session, keys), now.lines)
    return DrawnUp(lines, None if lines else Refusal("5.1", NOTHING_DIFFERS, {"number": latest.number}))


@dataclass(frozen=True)
class PayListPage:
    """One list: its lines and their totals, who made it, what corrects it, and what a further correction would hold."""

    row: PayList
    lines: Sequence[PayLine]
    sums: PayTotals
    made_by: str
    corrected_by: PayList | None
    correction: DrawnUp | None
    grades: Mapping[str, Grade]


def pay_list_out(session: Session, row: PayList) -> PayListOut:
    """A list as its files say it."""
    corrects = row.corrects.number if row.corrects else ""
    return PayListOut(row.number, row.document.number, lines_of(session, [row.id]), row.language, corrects)


def pay_list_page(session: Session, key: int) -> PayListPage:
    """The page of a list; raises `NotFound` beyond the reader's scope."""
    row = session.scalars(select(PayList).where(PayList.id == key)).first()
    if row is None:
        raise NotFound(f"PayList {key}")
    lines = lines_of(session, [key])
    later = session.scalars(select(PayList).where(PayList.corrects_id == key)).first()
    return PayListPage(
        row,
        lines,
        list_totals(lines),
        account_names(session, {row.made_by_id}).get(row.made_by_id, "—"),
        later,
        correction_of(session, row) if later is None else None,
        {grade.code: grade for grade in session.scalars(select(Grade))},
    )


@dataclass(frozen=True)
class DocumentPay:
    """Pay on the page of a document, for HR: the lists that were made, and what the first would hold where there is none."""

    lists: Sequence[PayList]
    preview: DrawnUp | None
    sums: PayTotals | None


def document_pay(session: Session, reader: Actor, document: IssuedDocument) -> DocumentPay | None:
    """The same; None for whom amounts are not."""
    if not sees_amounts(reader):
        return None
    made = lists_of(session, document.id)
    preview = drawn_up(session, document) if not made else None
    return DocumentPay(made, preview, list_totals(preview.lines) if preview and preview.lines else None)
