"""Adjustments of grades from a spreadsheet: one row an employee, every fault by row and column (4.3).

Not a kind of import: what a file proposes is decided row by row by management, and each row is a record of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import clean_number_key, clean_text
from admin.files.dates import clean_date
from admin.files.examples import MARKS, without_examples
from admin.files.faults import Fault
from admin.files.field_specs import NUMBER, FieldSpec
from admin.files.headers import words
from admin.files.small_tables import SmallTable, grade_in, read_small
from admin.files.tables import Table
from admin.files.workbooks import LANGUAGES, write_workbook

LONGEST_REASON = 1000
FIELDS = (
    NUMBER,
    FieldSpec(
        "grade", N_("New grade"), ("新職級", "新职级", "New grade"),
        words("職級|职级|調整後職級|调整后职级|擬調職級|拟调职级|Grade|To grade|Grade after"), required=True,
    ),
    FieldSpec(
        "effective_on", N_("Holds from"), ("生效日", "生效日", "Holds from"),
        words("生效日期|生效起日|Effective from|Effective on|Effective date|From|Since|Valid from"),
    ),
    FieldSpec(
        "reason", N_("Why it is proposed"), ("調整原因", "调整原因", "Reason"),
        words("原因|理由|事由|說明|说明|Why it is proposed|Why"),
    ),
)  # fmt: skip
TITLE = ("職級調整", "职级调整", "Adjustments")
REJECTED_BECAUSE = ("駁回理由", "驳回理由", "Why it was rejected")
_EXAMPLES = {"zh_hant": "熱線併入一組", "zh_hans": "热线并入一组", "en": "The hotlines are merged"}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One adjustment as a row of the file says it; `grade` is a code of the ladder."""

    row: int
    number: str
    grade: str
    effective_on: date | None = None
    reason: str = ""


def read_adjustments(table: Table, grades: Mapping[str, str]) -> tuple[list[FileRow], list[Fault], Mapping[str, str]]:
    """The rows, every fault, and the file's header of each field; `grades` is any name or code, as `grade_key` writes it, → code.

    Raises `FileFault` where a column that is needed is not there.
    """
    table = without_examples(table)
    read = read_small(table, FIELDS, lambda name, cell: _value(name, cell, grades, table.dates_1904))
    rows = [FileRow(number, **found) for number, found in read.rows]
    return rows, [*read.faults, *_twice(read)], read.columns


def _value(name: str, cell: Any, grades: Mapping[str, str], dates_1904: bool) -> Any:
    if name == "grade":
        return grade_in(cell, grades)
    if name == "effective_on":
        return clean_date(cell, dates_1904=dates_1904)
    return clean_number_key(cell) or None if name == "number" else clean_text(cell, LONGEST_REASON)


def _twice(read: SmallTable) -> list[Fault]:
    first: dict[str, int] = {}
    text = N_("This employee number is already in row %(row)s")
    return [
        Fault(row, read.columns["number"], found["number"], text, {"row": first[found["number"]]})
        for row, found in read.rows
        if first.setdefault(found["number"], row) != row
    ]


def adjustments_form(grade: str, day: date, language: str) -> bytes:
    """The form to fill in, with one example, which is left out of every file."""
    place = LANGUAGES.index(language)
    example = [f"{MARKS[place]}E10001", grade, day, _EXAMPLES[language]]
    return write_workbook(TITLE[place], [spec.headers[place] for spec in FIELDS], [example])


def rejected_rows(rows: Sequence[Sequence[Any]], language: str) -> bytes:
    """What was rejected, in the form's columns with the reason beside: put right, the file can be proposed anew."""
    place = LANGUAGES.index(language)
    return write_workbook(TITLE[place], [*(spec.headers[place] for spec in FIELDS), REJECTED_BECAUSE[place]], rows)
