"""What changes what a result rests on, from what to what: told in words that need no row that was only tried (6.1-a)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admin.domain.basis import BASIS, ON_FILE, PEOPLE
from admin.domain.codes import BasisAct, ConfirmationStage
from admin.models import (
    Appeal,
    CommitteeMember,
    Confirmation,
    Department,
    Deputy,
    Employee,
    Grade,
    Metric,
    NoticeRow,
    PredecessorStatement,
    Review,
    ReviewerAppointment,
)
from admin.queries.accounts.on_file import touched_on_file
from admin.queries.policy.policy_versions import account_names
from admin.queries.system.chunks import chunks
from admin.queries.system.orders import least_first

Event = Mapping[str, Any]
UNSCOPED = {"unscoped": True}
TABLES: Mapping[str, type[Any]] = {
    "reviews": Review, "metrics": Metric, "committee_members": CommitteeMember, "notice_rows": NoticeRow, "appeals": Appeal,
    "reviewer_appointments": ReviewerAppointment, "predecessor_statements": PredecessorStatement,
    "deputies": Deputy,
}  # fmt: skip
SEATS = (
    BasisAct.APPOINT_MEMBER,
    BasisAct.APPOINT_MEMBERS,
    BasisAct.APPOINT_TO_PANEL,
    BasisAct.CHANGE_SEAT,
    BasisAct.END_TERM,
    BasisAct.REMOVE_SEAT,
    BasisAct.FORM_PANEL,
)
# Who objected is the panel's and HR's to know (3.3.5-b): what was entered on paper is not told beside the case.
NOT_BESIDE_THE_CASE = (BasisAct.FILE_APPEAL, BasisAct.CORRECT_ENTRY)


@dataclass(frozen=True)
class Touched:
    """What an act that was tried would change: lines of (what, column, from, to), the cases and the people concerned.

    `subject` is whose one case it is, or the one person concerned; None where it is about several. `on_file`: a case with
    locked figures rests on what it changes of somebody's file.
    """

    lines: list[dict[str, Any]]
    cases: list[int]
    people: list[int]
    subject: int | None
    on_file: bool = False


def touched(session: Session, events: Sequence[Event], now: datetime) -> Touched:
    """From the events of what was tried, while its rows are still there."""
    lines, cases, people = [], set[int](), set[int]()
    for event in events:
        table, changes = event["record_type"], event["changes"]
        if table not in BASIS or table in ON_FILE:
            continue
        case = event["record_id"] if table == "reviews" else _now(changes.get("review_id"))
        cases |= {case} if case else set()
        row = session.get(TABLES[table], event["record_id"]) if table in TABLES else None
        if table in ("notice_rows", "appeals", "predecessor_statements") and row is not None:
            cases.add(row.review_id)
        if table in ("committee_members", "reviewer_appointments") and row is not None:
            people.add(row.employee_id)
        if table == "deputies" and row is not None:
            people |= {row.person_id, row.deputy_id}
        if table == "notice_rows" and event["act"] == "insert":
            changes = _printed_before(session, row, changes)
        for column in BASIS[table]:
            before, after = changes.get(column) or (None, None)
            people |= {key for key in (before, after) if key and column in PEOPLE}
            if before != after and not _hidden(before, after):
                lines.append(
                    {
                        "table": table, "column": column, "what": _what(session, table, row, changes),
                        "from": said(session, column, before), "to": said(session, column, after),
                    }
                )  # fmt: skip
    filed = touched_on_file(session, events, now)
    subjects = filed.people | {
        key
        for some in chunks(sorted(cases))
        for key in session.scalars(select(Review.employee_id).where(Review.id.in_(some)).execution_options(**UNSCOPED))
    }
    subject = next(iter(subjects or people)) if len(subjects or people) == 1 else None
    lines += filed.lines + ([{"table": "", "column": "", "what": "", "more": filed.more}] if filed.more else [])
    return Touched(lines, sorted(cases | filed.cases), sorted(people | subjects), subject, bool(filed.lines))


def _now(pair: Any) -> Any:
    return pair[1] if pair else None


def _hidden(before: Any, after: Any) -> bool:
    """A personal text is shown as it was typed, not as the trail holds it."""
    return any(isinstance(each, str) and each.startswith(("salted:", "earlier text")) for each in (before, after))


def _printed_before(session: Session, row: Any, changes: Event) -> Event:
    """A row that is printed anew says something other than the one in whose place it stands."""
    query = select(NoticeRow).where(NoticeRow.review_id == row.review_id, NoticeRow.id < row.id)
    old = session.scalars(query.order_by(NoticeRow.id.desc()).limit(1)).first()
    return {name: (getattr(old, name, None), getattr(row, name)) for name in BASIS["notice_rows"]}


def _what(session: Session, table: str, row: Any, changes: Event) -> str:
    if table == "metrics" and row is not None:
        return f"{row.month:%Y-%m} · {row.queue} · {row.code}"
    if table == "notice_rows" and row is not None:
        return str(row.printed_number)
    if table in ("committee_members", "reviewer_appointments"):
        key = row.employee_id if row is not None else (changes.get("employee_id") or [None])[0]
        return said(session, "employee_id", key) or ""
    if table == "deputies" and row is not None:
        return f"{said(session, 'person_id', row.person_id)} ← {said(session, 'deputy_id', row.deputy_id)}"
    if table == "reviews" and row is not None:
        return said(session, "employee_id", row.employee_id) or ""
    return ""


def said(session: Session, column: str, value: Any) -> str | None:
    """A value as the difference names it: people, grades and departments by name, which needs no row that was only tried."""
    if value is None:
        return None
    if column in PEOPLE:
        person = session.get(Employee, value, execution_options=UNSCOPED)
        return f"{person.number} {person.name}" if person else None
    if column.endswith("grade_id"):
        return getattr(session.get(Grade, value), "code", None)
    if column == "department_id":
        return getattr(session.get(Department, value), "name", None)
    return str(value)


@dataclass(frozen=True)
class Difference:
    """What two people changed: the act, its lines, who proposed and who confirmed it, when, and why."""

    row: Confirmation
    proposed_by: str
    confirmed_by: str
    confirmed_at: datetime


def differences_of(
    session: Session, reviews: Iterable[Review], *, with_filings: bool = False
) -> dict[int, list[Difference]]:
    """By case, what two people changed of what it rests on since it was opened, the seats of its judges among it.

    For whoever judges next or checks the result; `with_filings` also what was entered on paper, for HR and the panel.
    """
    cases = {review.id: review for review in reviews}
    done = select(Confirmation).where(Confirmation.stage == ConfirmationStage.CONFIRMED, Confirmation.act.is_not(None))
    if not with_filings:
        done = done.where(Confirmation.act.not_in(NOT_BESIDE_THE_CASE))
    found: dict[int, list[Difference]] = {key: [] for key in cases}
    began = {key: review.cycle.opened_at for key, review in cases.items()}
    since = [moment for moment in began.values() if moment is not None]
    if not since:
        return found
    done = done.where(or_(Confirmation.act.not_in(SEATS), Confirmation.decided_at >= min(since)))
    rows = session.scalars(
        done.order_by(least_first(Confirmation.decided_at), Confirmation.id).execution_options(**UNSCOPED)
    ).all()
    names = account_names(session, {row.recorded_by_id for row in rows} | {row.decided_by_id for row in rows})
    for row in rows:
        assert row.decided_by_id is not None and row.decided_at is not None
        told = Difference(row, names[row.recorded_by_id], names[row.decided_by_id], row.decided_at)
        on_seats = row.act in SEATS
        for key, opened in began.items():
            if (on_seats and opened is not None and row.decided_at >= opened) or key in row.cases:
                found[key].append(told)
    return found
