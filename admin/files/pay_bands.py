"""Pay bands from a spreadsheet: one row a grade and day, every fault by row and column (5.1).

Not a kind of import: what an import keeps (its file, faults, difference) is the auditor's to read, and amounts are not (6.3-b).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from admin.domain.pay import check_band
from admin.domain.refusals import N_
from admin.files.cleaning import clean_number, clean_text
from admin.files.dates import clean_date
from admin.files.faults import Fault
from admin.files.field_specs import FieldSpec
from admin.files.headers import words
from admin.files.small_tables import grade_in, read_small
from admin.files.tables import Table
from admin.files.workbooks import LANGUAGES, write_workbook

FIELDS = (
    FieldSpec("grade", N_("Grade"), ("職級", "职级", "Grade"), words("職等|职等|等級|等级|職級代碼|职级代码|Grade code"), required=True),
    FieldSpec(
        "since", N_("Valid from"), ("生效日", "生效日", "Valid from"),
        words("起始日|起日|起算日|適用起日|适用起日|生效日期|施行日|Effective from|Effective date|From|Since"), required=True,
    ),
    FieldSpec(
        "until", N_("Valid until"), ("截止日", "截止日", "Valid until"),
        words("迄日|失效日|終止日|终止日|適用迄日|适用迄日|結束日|结束日|Until|To|Effective to|Valid to"),
    ),
    FieldSpec(
        "low", N_("Lowest amount a month"), ("每月下限", "每月下限", "Lowest a month"),
        words("下限|最低|最低薪資|最低薪资|薪酬下限|薪資下限|薪资下限|月薪下限|起薪|Minimum|Min|Lowest|Lower limit|Lowest amount a month"),
        required=True,
    ),
    FieldSpec(
        "high", N_("Highest amount a month"), ("每月上限", "每月上限", "Highest a month"),
        words("上限|最高|最高薪資|最高薪资|薪酬上限|薪資上限|薪资上限|月薪上限|Maximum|Max|Highest|Upper limit|Highest amount a month"),
        required=True,
    ),
    FieldSpec("currency", N_("Currency"), ("幣別", "币种", "Currency"), words("貨幣|货币|幣種|币别|Currency code"), required=True),
)  # fmt: skip
LABELS = {spec.name: spec.label for spec in FIELDS}
FORM, DAY = ("薪酬帶", "薪酬带", "Pay bands"), timedelta(days=1)
TIME_HOLE = N_("From %(from)s to %(to)s the grade would have no band: the next one begins in row %(row)s")
TIME_OVERLAP = N_("Until this day the grade has two bands: the next one begins on %(from)s in row %(row)s")
NO_END = N_("No band of this grade follows. Leave the last day blank: a band holds until the next one begins")


@dataclass(frozen=True, slots=True)
class BandRow:
    """One band as a row of the file says it; `grade` is a code of the ladder."""

    row: int
    grade: str
    since: date
    low: Decimal
    high: Decimal
    currency: str
    until: date | None = None


def read_pay_bands(table: Table, grades: Mapping[str, str]) -> tuple[list[BandRow], list[Fault]]:
    """The bands and every fault; `grades` is any name or code, as `grade_key` writes it, → code.

    Raises `FileFault` where a column that is needed is not there.
    """
    read = read_small(table, FIELDS, lambda name, cell: _value(name, cell, grades, table.dates_1904))
    columns, rows, faults = read.columns, [], list(read.faults)
    for number, found in read.rows:
        said = check_band(found["low"], found["high"], found["currency"])
        faults += [Fault(number, columns[name], str(found[name]), text) for name, text in said.items()]
        if not said:
            rows.append(BandRow(number, **found))
    faults += _in_time(rows, columns)
    return rows, sorted(faults, key=lambda fault: fault.row or 0)


def _value(name: str, cell: Any, grades: Mapping[str, str], dates_1904: bool) -> Any:
    if name in ("since", "until"):
        return clean_date(cell, dates_1904=dates_1904)
    if name in ("low", "high"):
        return clean_number(cell)
    return clean_text(cell).upper() or None if name == "currency" else grade_in(cell, grades)


def _in_time(rows: Iterable[BandRow], columns: Mapping[str, str]) -> list[Fault]:
    """Two bands of a grade from one day, and, where last days are given, the days that have no band or two."""
    by_grade: dict[str, list[BandRow]] = defaultdict(list)
    for row in rows:
        by_grade[row.grade].append(row)
    faults = []
    for bands in by_grade.values():
        bands.sort(key=lambda each: (each.since, each.row))
        for band, later in pairwise(bands):
            if band.since == later.since:
                text = N_("This grade's band of the same day is already in row %(row)s")
                faults.append(Fault(later.row, columns["since"], later.since.isoformat(), text, {"row": band.row}))
            elif band.until is not None and band.until != later.since - DAY:
                faults.append(_out_of_step(band, later, columns["until"]))
        last = bands[-1]
        if last.until is not None:
            faults.append(Fault(last.row, columns["until"], last.until.isoformat(), NO_END))
    return faults


def _out_of_step(band: BandRow, later: BandRow, column: str) -> Fault:
    assert band.until is not None
    if band.until < later.since:
        facts = {"from": (band.until + DAY).isoformat(), "to": (later.since - DAY).isoformat(), "row": later.row}
        return Fault(band.row, column, band.until.isoformat(), TIME_HOLE, facts)
    return Fault(
        band.row, column, band.until.isoformat(), TIME_OVERLAP, {"from": later.since.isoformat(), "row": later.row}
    )


def bands_form(rows: Sequence[Sequence[Any]], language: str) -> bytes:
    """The form to fill in, with what is in force today: grade, first day, blank last day, amounts, currency."""
    place = LANGUAGES.index(language)
    return write_workbook(FORM[place], [spec.headers[place] for spec in FIELDS], rows)
