"""Figures of a whole period stand with its last month: beside those of its single months they would count twice (3.2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from admin.domain.refusals import N_
from admin.files.dates import period_of
from admin.files.faults import Fault
from admin.operations.imports.imports_plan import Basis
from admin.queries.imports.imports import metrics_imports, metrics_of

Key = tuple[Any, ...]  # employee, month, queue, code
Span = tuple[date, date]


def twice_counted(session: Session, basis: Basis, places: Mapping[Key, int]) -> list[Fault]:
    """A fault for each row whose figures, of a period or of a month of it, are in the portal already in the other way."""
    codes = {key[3] for key in places}
    found: dict[int, Fault] = {}
    for span in basis.parsed.spans:
        months = _months(span)[:-1]
        present = {(key[0], key[2], key[3]): key[1] for key in metrics_of(session, months, codes)}
        message = N_(
            "The portal has figures of %(month)s; those of the whole period (%(first)s to %(last)s) would count them twice"
        )
        for key, row in places.items():
            if key[1] == span[1] and (month := present.get((key[0], key[2], key[3]))):
                found.setdefault(row, _fault(basis, row, message, span, month=f"{month:%Y-%m}"))
    for source, span in _spans_before(session).items():
        inside = {key: row for key, row in places.items() if span[0] <= key[1] < span[1]}
        if not inside:
            continue
        kept = metrics_of(session, {span[1]}, codes)
        of_period = {(key[0], key[2], key[3]) for key, row in kept.items() if row.import_id == source}
        message = N_(
            "The portal has the figures of the whole period (%(first)s to %(last)s), which hold those of this month already"
        )
        for key, row in inside.items():
            if (key[0], key[2], key[3]) in of_period:
                found.setdefault(row, _fault(basis, row, message, span))
    return list(found.values())


def _fault(basis: Basis, row: int, message: str, span: Span, **facts: str) -> Fault:
    first, last = (f"{month:%Y-%m}" for month in span)
    return basis.fault(row, "month", f"{first}/{last}", message, first=first, last=last, **facts)


def _months(span: Span) -> list[date]:
    first, last = span
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(count)
    ]


def _spans_before(session: Session) -> dict[int, Span]:
    """By applied import the whole period that its figures are of."""
    found = {}
    for key, mapping in metrics_imports(session):
        constants = (mapping.get("options") or {}).get("constants", {})
        if span := period_of(constants.get("month")):
            found[key] = span
    return found
