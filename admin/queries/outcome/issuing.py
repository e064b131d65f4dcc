"""Which cases a document can carry and who is left out of it, and whether there is anything to issue (3.3.6, 1.2-d, 4.3-b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session, joinedload

from admin.domain.refusals import Refusal
from admin.domain.service import check_leaver_issue
from admin.models import Review
from admin.queries.cases.reassessments import grades_before
from admin.queries.outcome.documents import issuable_cases, why_nothing_to_issue
from admin.queries.outcome.file_fit import Entering, unfit
from admin.queries.outcome.grade_on import last_entries
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import in_turn

DAY = timedelta(days=1)


def left_out(session: Session, cases: Sequence[Review], effective: Mapping[int, date]) -> dict[int, Refusal]:
    """By employee, why a document that takes effect on their day cannot carry the case: it stands in nobody's way (4.3-b)."""
    before = grades_before(session, cases)
    moves = [Entering(case.employee_id, getattr(before[case.id], "id", None), effective[case.id]) for case in cases]
    out = unfit(session, moves)
    for case in cases:
        if leaves := check_leaver_issue(case.employee.left_on, effective[case.id]):
            out[case.employee_id] = leaves
    return out


def why_not_issued(session: Session, cycle_id: int, now: datetime, effective: date | None = None) -> Refusal | None:
    """Why no result of a cycle can be issued with effect from a day, or where none is named from any day to come."""
    first: Refusal | None = None
    query = issuable_cases(cycle_id, now).with_only_columns(Review).options(joinedload(Review.employee))
    for cases in in_turn(session, query, Review.id):
        # Without a day the earliest possible one is tried: the offer asks whether any day would do.
        days = _earliest(session, cases, company_day(now))
        out = left_out(session, cases, dict.fromkeys(days, effective) if effective else days)
        # One that can be carried is enough: whoever does not fit is left out of the document, and named in it (4.3-b).
        if any(case.employee_id not in out for case in cases):
            return None
        first = first or next(iter(out.values()))
    return first or why_nothing_to_issue(session, cycle_id, now)


def _earliest(session: Session, cases: Sequence[Review], today: date) -> dict[int, date]:
    """By case, the first day from which the file could hold another grade: today, or the day after its last entry began."""
    last = last_entries(session, {case.employee_id for case in cases}, unscoped=True)
    since = {key: entry.since + DAY for key, entry in last.items()}
    return {case.id: max(today, since.get(case.employee_id, today)) for case in cases}
