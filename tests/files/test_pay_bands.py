"""Pay bands from a spreadsheet: what is read, and every fault by row and column (5.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from admin.files.faults import FileFault
from admin.files.grades import grade_lookup
from admin.files.pay_bands import BandRow, bands_form, read_pay_bands
from admin.files.table_reading import read_table
from admin.files.workbooks import write_workbook

GRADES = grade_lookup(
    [("J1", ["初級客服一級", "初级客服一级", "Junior 1"]), ("J2", ["初級客服二級", "初级客服二级", "Junior 2"])]
)
HEADS = ["職級", "生效日", "截止日", "每月下限", "每月上限", "幣別"]
DAY = date(2027, 1, 1)


def read(*rows: list[Any], heads: list[str] = HEADS) -> tuple[list[BandRow], list[str]]:
    bands, faults = read_pay_bands(read_table("b.xlsx", write_workbook("b", heads, rows)), GRADES)
    return bands, [f"{fault.row} {fault.column}: {fault.text()}" for fault in faults]


def test_bands_are_read_by_the_names_of_grades_in_any_language() -> None:
    bands, faults = read(
        ["初級一級", DAY, None, 31000, 39500.5, "twd"], ["Junior 2", DAY, None, "３８，０００", 45000, "TWD"]
    )
    assert faults == [] and bands == [
        BandRow(2, "J1", DAY, Decimal(31000), Decimal("39500.5"), "TWD"),
        BandRow(3, "J2", DAY, Decimal(38000), Decimal(45000), "TWD"),
    ]


def test_what_the_form_gives_out_is_read_again() -> None:
    form = bands_form([["Junior 1", DAY, None, Decimal(31000), Decimal(39000), "TWD"]], "en")
    ((band,), faults) = read_pay_bands(read_table("f.xlsx", form), GRADES)
    assert faults == [] and (band.grade, band.low) == ("J1", 31000)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["J9", DAY, None, 1, 2, "TWD"], "2 職級: There is no grade"),
        (["J1", "someday", None, 1, 2, "TWD"], "2 生效日:"),
        (["J1", DAY, None, -1, 2, "TWD"], "2 每月下限: An amount cannot be below zero."),
        (["J1", DAY, None, 5, 2, "TWD"], "2 每月上限: The highest amount is below the lowest."),
        (["J1", DAY, None, "much", 2, "TWD"], "2 每月下限: This is not a number"),
        (["J1", DAY, None, 1, 10**11, "TWD"], "2 每月上限: This amount is too large."),
        (["J1", DAY, None, 1, 2, "dollars"], "2 幣別: A currency is three capital letters"),
        (["J1", DAY, None, 1, None, "TWD"], "2 每月上限: This must not be blank"),
        (["J1", DAY, date(2027, 6, 30), 1, 2, "TWD"], "2 截止日: No band of this grade follows"),
    ],
)
def test_a_fault_is_named_by_row_and_column(row: list[Any], said: str) -> None:
    bands, faults = read(row, ["J2", DAY, None, 3, 4, "TWD"])
    assert len(faults) == 1 and faults[0].startswith(said), faults
    assert "J2" in {band.grade for band in bands}


def test_days_without_a_band_and_days_with_two_are_named() -> None:
    first = ["J1", DAY, date(2027, 5, 31), 1, 2, "TWD"]
    _bands, faults = read(first, ["J1", date(2027, 7, 1), None, 2, 3, "TWD"])
    assert faults == [
        "2 截止日: From 2027-06-01 to 2027-06-30 the grade would have no band: the next one begins in row 3"
    ]
    _bands, faults = read(first, ["J1", date(2027, 5, 1), None, 2, 3, "TWD"])
    assert faults == ["2 截止日: Until this day the grade has two bands: the next one begins on 2027-05-01 in row 3"]
    _bands, faults = read(first, ["J1", date(2027, 6, 1), None, 2, 3, "TWD"])
    assert faults == []


def test_the_same_grade_and_day_twice_is_a_fault() -> None:
    _bands, faults = read(["J1", DAY, None, 1, 2, "TWD"], ["J1", DAY, None, 1, 3, "TWD"])
    assert faults == ["3 生效日: This grade's band of the same day is already in row 2"]


def test_a_file_without_a_column_that_is_needed_says_which() -> None:
    with pytest.raises(FileFault, match="Highest amount a month, Currency"):
        read(["J1", DAY, 1], heads=["職級", "生效日", "下限"])
