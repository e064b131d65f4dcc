"""Cells become values, and what is unclear is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from admin.files import cleaning, dates
from admin.files.faults import Unclean


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("\u3000王小明\u3000", "王小明"),
        ("\ufeff王", "王"),
        ("Ｃ１", "C1"),
        ("客服\n一部", "客服 一部"),
        ("Butler,  Webster  L", "Butler, Webster L"),
        ("王\u200b明", "王明"),
        ("𠮷野家", "𠮷野家"),
        ("神\ufa19", "神\ufa19"),  # a compatibility ideograph that NFKC would turn into another character
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("{{7*7}}", "{{7*7}}"),
        ("<img onerror=x>", "<img onerror=x>"),
        (1.0, "1"),
        (True, "True"),
        (None, ""),
    ],
)
def test_text_is_trimmed_and_stays_what_it_is(cell: Any, text: str) -> None:
    assert cleaning.clean_text(cell) == text


@pytest.mark.parametrize("cell", ["a\x00b", "a\x07b", "王\u202e明", "\u2066x", "x" * 256, "\ud800"])
def test_text_that_hides_something_is_refused(cell: str) -> None:
    with pytest.raises(Unclean):
        cleaning.clean_text(cell)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        (1.0, "1"),
        (7, "7"),
        ("000123", "000123"),
        ("１２３", "123"),
        (' ="00123"', "00123"),
        ("12.0", "12"),
        ("A-1", "A-1"),
        ("1E5", "1E5"),
    ],
)
def test_an_identifier_is_text_and_keeps_its_zeros(cell: Any, key: str) -> None:
    assert cleaning.clean_number_key(cell) == key


@pytest.mark.parametrize(
    "cell", [1.5, 1e15, "1.23E+11", datetime(2020, 1, 1), time(1, 2), "C1- 4", "x" * 65, "1\u202e2"]
)
def test_an_identifier_that_a_program_has_changed_is_refused(cell: Any) -> None:
    with pytest.raises(Unclean):
        cleaning.clean_number_key(cell)


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2021, 1, 15, 9),
        date(2021, 1, 15),
        "2021-01-15",
        "2021/1/15",
        "2021.1.15",
        "2021年1月15日",
        "20210115",
        "2021-01-15 00:00:00",
        "2021-01-15T08:00:00",
        44211,
        44211.75,
        "44211",
        "110/01/15",
        "110.1.15",
        "民國110年1月15日",
        "２０２１－０１－１５",
    ],
)
def test_a_date_is_read_in_every_usual_form(cell: Any) -> None:
    assert dates.clean_date(cell) == date(2021, 1, 15)


def test_day_and_month_before_the_year_need_their_order() -> None:
    assert dates.clean_date("7/5/2011", "mdy") == date(2011, 7, 5)
    assert dates.clean_date("7/5/2011", "dmy") == date(2011, 5, 7)
    assert dates.clean_date("5/5/2011") == date(2011, 5, 5)
    with pytest.raises(Unclean, match="two dates"):
        dates.clean_date("7/5/2011")


def test_republican_years_of_two_digits_need_to_be_declared() -> None:
    assert dates.clean_date("99/01/15", "roc") == date(2010, 1, 15)
    assert dates.clean_date("民國99年1月15日") == date(2010, 1, 15)
    with pytest.raises(Unclean, match="two digits"):
        dates.clean_date("99/01/15")


@pytest.mark.parametrize(
    "cell", ["2021-02-29", "2021-13-01", "31/02/2021", "tomorrow", "07/10/83", 5, 99999999, "0000-00-00", "2021-1"]
)
def test_an_impossible_date_is_refused(cell: Any) -> None:
    with pytest.raises(Unclean):
        dates.clean_date(cell, "dmy")


@pytest.mark.parametrize(
    "cell", ["2026-03", "2026/3", "2026年3月", "202603", 202603.0, "2026-03-31", date(2026, 3, 9), "115/03", "115年3月"]
)
def test_a_month_is_its_first_day(cell: Any) -> None:
    assert dates.clean_month(cell) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１２．５", "12.5"),
        ("1,234.5", "1234.5"),
        ("85%", "0.85"),
        ("８５％", "0.85"),
        (0.1 + 0.2, "0.3"),
        (0, "0"),
        ("-3", "-3"),
        ("1e3", "1000"),
        ("", None),
    ],
)
def test_numbers_are_exact(cell: Any, number: str | None) -> None:
    assert cleaning.clean_number(cell) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("cell", ["abc", "1,23", "1.2.3", "--1", "1e999", "NaN", "inf", "9" * 40, time(1), "12 34"])
def test_what_is_no_number_is_refused(cell: Any) -> None:
    with pytest.raises(Unclean):
        cleaning.clean_number(cell)


def test_durations_come_as_times_text_or_seconds() -> None:
    for cell in (time(0, 2, 23), timedelta(seconds=143), "0:02:23", "143", 143.0):
        assert cleaning.clean_seconds(cell) == 143
    for cell in ("2:23", "-5", "a while"):
        with pytest.raises(Unclean):
            cleaning.clean_seconds(cell)


@pytest.mark.parametrize("cell", ["2025", 2025.0, "2025年度", "114", "民國114年", date(2025, 12, 31)])
def test_a_year_is_read(cell: Any) -> None:
    assert dates.clean_year(cell) == 2025


def test_addresses_that_cannot_be_are_refused() -> None:
    assert cleaning.clean_email(" a@example.org ") == "a@example.org"
    for cell in ("a@b", "a b@example.org", "example.org", "a@@example.org"):
        with pytest.raises(Unclean):
            cleaning.clean_email(cell)
