"""What holds at every moment, whatever was done: each function names what is wrong, and nothing where nothing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from admin.models import GradeChange, GradeInterval, Metric, QueueTotal

ORDER = {"takeover": 0, "takeover_correction": 1}
Entry = tuple[int, date, date | None, int]  # grade, from, until, the change that began it


def grade_file_is_the_fold_of_documents(session: Any) -> list[str]:
    """Everyone's grade file is what the issued documents say, one after the other: no gap, no overlap, no entry more (3.3.6)."""
    query = select(GradeInterval).order_by(GradeInterval.employee_id, GradeInterval.valid_from)
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in session.scalars(query.execution_options(unscoped=True, populate_existing=True)):
        found[row.employee_id].append((row.grade_id, row.valid_from, row.valid_to, row.started_by_id))
    ordered: dict[int, list[GradeChange]] = defaultdict(list)
    changes = select(GradeChange).execution_options(unscoped=True, populate_existing=True)
    for change in session.scalars(changes):
        if change.stage == "issued" or (change.kind == "takeover" and change.stage == "approved"):
            ordered[change.employee_id].append(change)
    faults = []
    for person in sorted({*found, *ordered}):
        folded, wrong = _fold(ordered[person])
        faults += [f"employee {person}: {each}" for each in wrong]
        if folded != found[person]:
            faults.append(f"employee {person}: the file holds {found[person]}, the documents say {folded}")
    return faults


def _fold(changes: Sequence[GradeChange]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    wrong = []
    for change in sorted(changes, key=lambda each: (ORDER.get(each.kind, 2), each.effective_on or date.min, each.id)):
        assert change.effective_on is not None
        held = entries[-1][0] if entries else None
        if change.from_grade_id != held:
            wrong.append(f"change {change.id} moves from grade {change.from_grade_id}, the file held {held}")
        if change.kind != "takeover" and change.document_id is None:
            wrong.append(f"change {change.id} took effect without a document")
        if change.kind == "unchanged" or (
            change.reverses_id is not None and change.from_grade_id == change.to_grade_id
        ):
            continue
        if change.kind == "takeover_correction":
            entries.clear()
        elif entries and change.reverses_id is not None and entries[-1][1] == change.effective_on:
            entries.pop()  # it never took effect
        elif entries:
            entries[-1] = (*entries[-1][:2], change.effective_on, entries[-1][3])
        entries.append((change.to_grade_id, change.effective_on, None, change.id))
    return entries, wrong


def queue_totals_are_the_sums_of_the_figures(session: Any) -> list[str]:
    """The sums that are kept of each month and queue are what the figures say (3.2-c)."""
    figures, totals = Metric.__table__.c, QueueTotal.__table__.c
    key = (figures.month, figures.queue, figures.code)
    summed = session.connection().execute(select(*key, func.sum(figures.value)).group_by(*key)).all()
    kept = session.connection().execute(select(totals.month, totals.queue, totals.code, totals.value)).all()
    return sorted(f"{each} is kept or summed, not both" for each in set(map(tuple, kept)) ^ set(map(tuple, summed)))
