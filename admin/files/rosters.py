"""Lists that name people by number in a spreadsheet: a roster to be checked, and who came to a course (5.2.1, 6.2)."""

from __future__ import annotations

from typing import Any

from admin.domain.centre import RosterLine
from admin.domain.refusals import N_
from admin.domain.training import CameLine
from admin.files.cleaning import clean_number_key, clean_text
from admin.files.dates import clean_date
from admin.files.faults import Fault, Unclean
from admin.files.field_specs import NUMBER, FieldSpec
from admin.files.headers import words
from admin.files.small_tables import read_small
from admin.files.tables import Table
from admin.files.value_words import FLAG_WORDS
from admin.files.workbooks import LANGUAGES

FIELDS = (
    NUMBER,
    FieldSpec(
        "task", N_("Kind of work"), ("工作", "工作", "Work"),
        words(
            "工作代碼|工作代码|工作項目|工作项目|任務|任务|任務代碼|任务代码|班別|班别|Task|"
            "Task code|Kind of work|Work code|Duty"
        ),
        required=True,
    ),
    FieldSpec("day", N_("Day"), ("日期", "日期", "Day"), words("班表日期|值班日期|排班日期|日子|Date|On|Shift date")),
)  # fmt: skip


def read_roster(table: Table) -> tuple[list[RosterLine], list[Fault]]:
    """The lines and every fault. Raises `FileFault` where a column that is needed is not there."""
    read = read_small(table, FIELDS, lambda name, cell: _value(name, cell, table.dates_1904))
    return [RosterLine(row, **found) for row, found in read.rows], list(read.faults)


def _value(name: str, cell: Any, dates_1904: bool) -> Any:
    if name == "day":
        return clean_date(cell, dates_1904=dates_1904)
    return (clean_number_key(cell) if name == "number" else clean_text(cell)) or None


def _plain(word: str) -> str:
    return clean_text(word).casefold()


ATTENDANCE = (
    FieldSpec(
        "code", N_("Date code"), ("場次代碼", "场次代码", "Date code"),
        words("課程場次|课程场次|場次|场次|Course date|Session|Session code"),
    ),
    NUMBER,
    FieldSpec(
        "came", N_("Attended"), ("出席", "出席", "Attended"),
        words("是否出席|出席情形|出席情况|到課|到课|簽到|签到|Came|Present|Attendance"), required=True,
    ),
)  # fmt: skip
CAME_WORDS = {
    True: (*FLAG_WORDS["yes"], *words("出席|到|已到|已出席|V|✓|✔|Attended|Present|Came")),
    False: (*FLAG_WORDS["no"], *words("缺席|未到|未出席|X|✗|✘|Absent|Did not attend|Did not come|Missed")),
}
CAME = {_plain(word): came for came, known in CAME_WORDS.items() for word in known}


def attendance_headers(language: str) -> list[str]:
    """The columns of a list of attendance in a language."""
    return [spec.headers[LANGUAGES.index(language)] for spec in ATTENDANCE]


def read_attendance(table: Table, code: str) -> tuple[list[CameLine], list[Fault]]:
    """Who came to the date of this code, and every fault: other dates, people named twice, what says neither yes nor no.

    Raises `FileFault` where a column that is needed is not there.
    """
    read = read_small(table, ATTENDANCE, lambda name, cell: _said(name, cell, code))
    lines, faults, first = list[CameLine](), list(read.faults), dict[str, int]()
    for row, found in read.rows:
        number = found["number"]
        if first.setdefault(number, row) != row:
            twice = N_("This employee number is already in row %(row)s")
            faults.append(Fault(row, read.columns["number"], number, twice, {"row": first[number]}))
        else:
            lines.append(CameLine(row, number, found["came"]))
    return lines, sorted(faults, key=lambda fault: fault.row or 0)


def _said(name: str, cell: Any, code: str) -> Any:
    if name == "number":
        return clean_number_key(cell) or None
    text = clean_text(cell)
    if name == "code" and text and text != code:
        raise Unclean(N_("This row is about another date; this page is about %(code)s"), code=code)
    if name != "came" or not text:
        return text or None
    if (key := _plain(text)) not in CAME:
        raise Unclean(N_("Say yes or no: whether they came"))
    return CAME[key]
