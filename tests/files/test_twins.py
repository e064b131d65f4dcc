"""One table as XLSX, XLS and ODS, and as text where it says the same: each reader answers alike, and all of a row at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from admin.files.contacts import read_contacts
from admin.files.employees import read_employees
from admin.files.grades import grade_lookup, read_grades
from admin.files.metrics import read_metrics
from admin.files.proposing import propose
from admin.files.ratings import read_ratings
from admin.files.reading import Context, Parsed
from admin.files.shapes import shaped
from admin.files.table_reading import read_table
from tests.files.making import delimited
from tests.files.twins import WRITERS, Formula, Percent, Rows

TAIPEI = ZoneInfo("Asia/Taipei")
PEOPLE = Context(
    date(2026, 11, 23), {f"0010{n}": f"人{n}" for n in range(1, 7)},
    grades=grade_lookup([("J2", ["J2"]), ("M1", ["M1"])]), local=lambda moment: moment.astimezone(TAIPEI).replace(tzinfo=None),
)  # fmt: skip
READERS = {
    "employees": read_employees, "metrics": read_metrics, "ratings": read_ratings, "contacts": read_contacts, "grades": read_grades,
}  # fmt: skip
LOG = ["坐席", "時間", "接聽時間", "通話時長", "技能組"]
ROSTER = ["工號", "姓名", "部門", "職務", "到職日期", "直屬上級"]
DAY = date(2026, 10, 5)


def read(kind: str, name: str, data: bytes, **options: Any) -> Parsed[Any]:
    table = shaped(read_table(name, data, kind=kind), kind)
    mapping = propose(table, kind)
    mapping.options |= options
    parsed: Parsed[Any] = READERS[kind](table, mapping, PEOPLE)
    return parsed


@dataclass(frozen=True)
class File:
    """A table, the rows that are read of it as chosen columns of theirs, and each of its faults: (row, column, part of its words)."""

    kind: str
    rows: Rows
    columns: Sequence[str] = ()
    found: Sequence[tuple[Any, ...]] = ()
    faults: Sequence[tuple[int, str, str]] = ()
    text_too: bool = False  # the same as CSV


FILES = {
    "a log with times, one at midnight": File(
        "contacts",
        [LOG, ["a", datetime(2026, 10, 5, 23, 59, 50), datetime(2026, 10, 6), timedelta(minutes=2, seconds=5), "電話"],
         ["a", datetime(2026, 10, 6), datetime(2026, 10, 6, 0, 0, 20), timedelta(hours=1), "電話"]],
        ("login", "month", "wait_seconds_sum", "talk_seconds_sum"), [("a", date(2026, 10, 1), Decimal(30), Decimal(3725))],
    ),
    "a log in UTC, the last call of a month by then": File(
        "contacts",
        [LOG, ["a", "2026-09-30T16:30:00Z", "2026-09-30T16:30:10Z", "60", "電話"],
         ["a", "2026-10-31 23:30:00+08:00", "2026-11-01 00:00:05 +0900", "60", "電話"]],
        ("month", "offered", "wait_seconds_sum"), [(date(2026, 10, 1), 2, Decimal("10"))],
        faults=[(3, "接聽時間", "before it came in")], text_too=True,
    ),
    "months as moments": File(
        "metrics",
        [["工號", "月份", "進線量"], ["00101", "2026-09-30T16:00:00Z", "5"], ["00102", "2026-10-01T00:00:00+08:00", "6"]],
        ("number", "month", "value"), [("00101", date(2026, 10, 1), 5), ("00102", date(2026, 10, 1), 6)], text_too=True,
    ),
    "days as moments": File(
        "employees",
        [ROSTER, ["00201", "甲", "客服中心", "專員", "2020-02-03T16:00:00.000Z", ""],
         ["00202", "乙", "客服中心", "專員", "2020-02-30T00:00:00Z", ""]],
        ("number", "hired"), [("00201", date(2020, 2, 4))], faults=[(3, "到職日期", "no such date")], text_too=True,
    ),
    "a share in percent with its count": File(
        "metrics",
        [["工號", "月份", "一次解決率", "接聽量"], ["00101", "2026-10", Percent(0.75), 40], ["00102", "2026-10", Formula("#DIV/0!"), 0]],
        ("number", "metric", "value"), [("00101", "answered", 40), ("00101", "resolved", 30)],
        faults=[(3, "一次解決率", "error value")],
    ),
    "durations beyond a day": File(
        "metrics",
        [["工號", "月份", "通話總秒數"], ["00101", "2026-10", timedelta(hours=49, seconds=7)], ["00102", "2026-10", timedelta(seconds=45)]],
        ("number", "value"), [("00101", 176_407), ("00102", 45)],
    ),
    "a formula, and three more things wrong in its row": File(
        "employees",
        [ROSTER, [Formula(201.0), "甲", "", "專員", date(2027, 1, 1), "誰"], ["00202", "乙", "客服中心", "專員", date(2020, 2, 3), None]],
        ("number", "name"), [("00202", "乙")],
        faults=[(2, "工號", "holds a formula"), (2, "部門", "must not be blank"), (2, "到職日期", "in the future"),
                (2, "直屬上級", "Neither the file nor the portal")],
    ),
    "a formula beside figures that contradict each other": File(
        "metrics",
        [["工號", "月份", "進線量", "接聽量", "一次解決率"], ["00101", "2026-10", Formula(30.0), 40, Percent(1.5)],
         ["00102", "2026-10", 50, 40, Percent(0.5)]],
        ("number", "metric", "value"), [("00102", "offered", 50), ("00102", "answered", 40), ("00102", "resolved", 20)],
        faults=[(2, "進線量", "holds a formula"), (2, "一次解決率", "between 0 and 100"), (2, "接聽量", "More contacts answered")],
    ),
    "grades with their days": File(
        "grades",
        [["工號", "職級", "生效日期", "文號"], ["00101", "J2", DAY, "H-1"], ["00102", "Z9", date(2027, 5, 1), Formula("#REF!")]],
        ("number", "grade", "since"), [("00101", "J2", DAY)],
        faults=[(3, "職級", "no grade"), (3, "生效日期", "in the future"), (3, "文號", "error value")],
    ),
    "ratings with years as columns": File(
        "ratings",
        [["工號", "姓名", "2024年", "2025年"], ["00101", "人1", "優秀", "良好"], ["00102", "人2", None, Formula("#N/A")]],
        ("number", "year", "rating"), [("00101", 2024, "excellent"), ("00101", 2025, "good")],
        faults=[(3, "2025年", "error value")],
    ),
}  # fmt: skip


def answer(parsed: Parsed[Any], columns: Sequence[str]) -> tuple[Any, Any]:
    found = sorted((tuple(getattr(row, name) for name in columns) for row in parsed.rows), key=str)
    return found, [(fault.row, fault.column, fault.text()) for fault in parsed.faults]


@pytest.mark.parametrize("name", FILES)
def test_every_way_to_save_a_table_is_answered_alike_and_rightly(name: str) -> None:
    file = FILES[name]
    answers = {
        f"{kind}{' of 1904' if old else ''}": answer(
            read(file.kind, f"檔案.{kind}", write(file.rows, old)), file.columns
        )
        for kind, write in WRITERS.items()
        for old in (False, True)
    }
    if file.text_too:
        answers["csv"] = answer(read(file.kind, "檔案.csv", delimited([list(row) for row in file.rows])), file.columns)
    first, faults = answers["xlsx"]
    assert {way: each for way, each in answers.items() if each != (first, faults)} == {}
    told = [(row, column) for row, column, _text in faults]
    assert told == [(row, column) for row, column, _words in file.faults], faults
    assert all(words in text for (_, _, words), (_, _, text) in zip(file.faults, faults, strict=True)), faults
    if not (file.kind == "contacts" and file.faults):
        assert first == sorted(map(tuple, file.found), key=str)


def test_a_moment_without_an_offset_is_as_it_stands() -> None:
    rows = [LOG, ["a", "2026-10-05 09:30:00", "2026-10-05T09:30:12", "60", "電話"]]
    (row,) = read("contacts", "log.csv", delimited(rows)).rows
    assert (row.day, row.wait_seconds_sum) == (DAY, 12)
    assert replace(PEOPLE, today=DAY).local is PEOPLE.local
