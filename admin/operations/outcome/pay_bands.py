"""Bands from a spreadsheet, whole or not at all: what is new and changed is written, what would leave a hole is refused (5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.pay import Band, PayBands, flaws
from admin.files.faults import Fault
from admin.files.pay_bands import BandRow
from admin.models import PayBand
from admin.operations.people.people import require_hr
from admin.operations.transaction import operation
from admin.queries.outcome.pay import all_bands, ladder_rows


@dataclass(frozen=True)
class BandPlan:
    """What a file of bands would do: rows that are new, rows that change a band (with its number), how many are there already."""

    new: Sequence[BandRow]
    changed: Sequence[tuple[int, BandRow]]
    unchanged: int
    faults: Sequence[Fault]


def plan_pay_bands(session: Session, rows: Sequence[BandRow], today: date) -> BandPlan:
    """The difference to the bands there are; a fault for each hole, mixture or descent that the file would leave."""
    present = {(band.grade, band.valid_from): band for band in all_bands(session).every()}
    new, changed, unchanged = [], [], 0
    for row in rows:
        old = present.get((row.grade, row.since))
        if old is None:
            new.append(row)
        elif (old.low, old.high, old.currency) != (row.low, row.high, row.currency):
            changed.append((old.key, row))
        else:
            unchanged += 1
        present[row.grade, row.since] = Band(row.grade, row.since, row.low, row.high, row.currency)
    ladder = [grade.code for grade in ladder_rows(session, today)]
    first = min((row.since for row in rows), default=date.max)
    places = {(row.grade, row.since): row.row for row in rows}
    faults = [
        Fault(places.get((flaw.grade, flaw.day)), None, "", flaw.message, flaw.facts)
        for flaw in flaws(PayBands(present.values()), ladder, first)
        if flaw.refused and flaw.day >= first
    ]
    return BandPlan(new, changed, unchanged, faults)


def import_pay_bands(rows: Sequence[BandRow], *, actor: Actor, now: datetime) -> BandPlan:
    """Write them; with a fault nothing is written, and the plan says which. Earlier bands stay as they are."""
    with operation("import_pay_bands", actor=actor, now=now, clause="5.1") as op:
        require_hr(op)
        plan = plan_pay_bands(op.session, rows, op.today)
        if plan.faults:
            return plan
        grades = {grade.code: grade.id for grade in ladder_rows(op.session, op.today)}
        for row in plan.new:
            money = {"amount_min": row.low, "amount_max": row.high, "currency": row.currency}
            op.session.add(PayBand(grade_id=grades[row.grade], valid_from=row.since, **money))
        for key, row in plan.changed:
            band = op.find(PayBand, key)
            band.amount_min, band.amount_max, band.currency = row.low, row.high, row.currency
    return plan
