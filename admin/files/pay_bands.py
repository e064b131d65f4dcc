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
from admin.files.cleaning import clean_number, clean_text, describe
from admin.files.dates import clean_date
from admin.files.faults import Fault, FileFault, Unclean
from admin.files.field_specs import FieldSpec
from admin.files.grades import grade_key
from admin.files.headers import header_key, header_keys, words
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
    columns = _columns(table)
    places = {name: table.index(header) for name, header in columns.items()}
    rows, faults = [], list(table.faults)
    broken = {(row, place) for row, place in table.formulas if place in places.values()}
    for index, cells in enumerate(table.rows):
        number, found, wrong = table.row_numbers[index], dict[str, Any](), list[Fault]()
        for name, place in places.items():
            try:
                if (index, place) in broken:
                    raise Unclean(N_("This is a formula; paste its value in its place"))
                found[name] = _value(name, cells[place], grades, table.dates_1904)
                if found[name] is None and name != "until":
                    raise Unclean(N_("This must not be blank"))
            except Unclean as fault:
                wrong.append(Fault(number, columns[name], describe(cells[place]), fault.message, fault.facts))
        if not wrong:
            said = check_band(found["low"], found["high"], found["currency"])
            wrong = [Fault(number, columns[name], str(found[name]), text) for name, text in said.items()]
        if not wrong:
            rows.append(BandRow(number, **found))
        faults += wrong
    faults += _in_time(rows, columns)
    return rows, sorted(faults, key=lambda fault: fault.row or 0)


def _columns(table: Table) -> dict[str, str]:
    known = {header_key(word): spec.name for spec in FIELDS for word in (*spec.headers, *spec.synonyms)}
    found: dict[str, str] = {}
    for header in table.headers:
        name = next((known[key] for key in header_keys(header) if key in known), None)
        if name is not None:
            found.setdefault(name, header)
    missing = [spec.label for spec in FIELDS if spec.required and spec.name not in found]
    if missing:
        raise FileFault(N_("These columns are missing: %(fields)s"), fields=missing)
    return found


def _value(name: str, cell: Any, grades: Mapping[str, str], dates_1904: bool) -> Any:
    if name in ("since", "until"):
        return clean_date(cell, dates_1904=dates_1904)
    if name in ("low", "high"):
        return clean_number(cell)
    text = clean_text(cell)
    if name == "currency" or not text:
        return text.upper() or None
    if (code := grades.get(grade_key(text))) is None:
        known = ", ".join(dict.fromkeys(grades.values()))
        raise Unclean(
            N_("There is no grade %(grade)s on the ladder; the grades are %(known)s"), grade=describe(text), known=known
        )
    return code


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
