"""A number that differs from a known one only in how it is written is a fault that names the other; nobody is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from admin.models import Employee
from tests import factories as make
from tests.operations.importing import bring, count, messages, rows

HEADS = "工號,姓名,部門,入職日期"
REST = "客服中心,2015-03-02"
KNOWN = "\n".join([HEADS, f"00101,林一,{REST}", f"A001,周七,{REST}", f"100000,吳八,{REST}", f"E-07,鄭九,{REST}"])
WRITTEN = {
    "101": "00101", "0101": "00101", "a001": "A001", "A1": "A001", "1E5": "100000", "E7": "E-07", "e-7": "E-07",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _people(session: Any) -> None:
    bring("employees", KNOWN)


def test_of_an_employee_it_makes_no_second_person() -> None:
    for written, known in WRITTEN.items():
        plan, row = bring("employees", f"{HEADS}\n{written},林一,{REST}")
        ((_, column, text),) = messages(plan)
        assert row is None and column == "工號" and f"differs from {known} in the portal" in text
    assert count(Employee) == 4


@pytest.mark.parametrize(
    ("kind", "head", "cells"),
    [
        ("metrics", "月份,接聽量", "2026-03,5"),
        ("ratings", "考核年度,績效等次", "2025,合格"),
        ("grades", "職級,任職級日期", "M1,2025-01-01"),
    ],
)
def test_of_whom_a_figure_a_rating_or_a_grade_is_it_says_who_may_be_meant(kind: str, head: str, cells: str) -> None:
    plan, row = bring(kind, "\n".join([f"工號,{head}", *(f"{written},{cells}" for written in WRITTEN)]))
    told = [text for _, column, text in messages(plan) if column == "工號"]
    assert row is None and len(told) == len(WRITTEN)
    assert all(f"differs from {known} in" in text for text, known in zip(told, WRITTEN.values(), strict=True))


def test_within_one_file_the_second_names_the_row_of_the_first() -> None:
    plan, _ = bring(
        "employees", f"{HEADS}\nB001,甲,客服中心,2015-03-02\nb001,乙,客服中心,2015-03-02\nB1,丙,客服中心,2015-03-02"
    )
    assert [(row, text) for row, _, text in messages(plan)] == [
        (3, "This number differs from B001 in row 2 only by capital letters"),
        (4, "This number differs from B001 in row 2 only by leading zeros"),
    ]


def test_a_superior_who_is_written_in_another_way_is_named() -> None:
    plan, row = bring("employees", f"{HEADS},直屬上級\n201,甲,客服中心,2015-03-02,101")
    assert row is None and messages(plan) == [
        (2, "直屬上級", "This number differs from 00101 in the portal only by leading zeros")
    ]


@pytest.mark.parametrize("mark", ["'", "’", "＇", "`"])
def test_the_mark_that_a_text_follows_is_no_part_of_the_number(mark: str) -> None:
    plan, row = bring(
        "employees",
        f"{HEADS},直屬上級\n{mark}00101,林二,客服中心,2015-03-02,\n{mark}00201,甲,客服中心,2015-03-02,{mark}00101",
    )
    assert messages(plan) == [] and row is not None
    assert ("00101", "林二") in rows(Employee, "number", "name") and ("00201", "甲") in rows(Employee, "number", "name")


def test_two_known_people_whose_numbers_differ_by_a_zero_are_read_as_they_stand(session: Any) -> None:
    with make.fixture() as op:
        row = op.session.query(Employee).filter_by(number="00101").one()
        op.add(
            Employee(
                number="101", name="林三", department_id=row.department_id, hired_on=row.hired_on, status="in_service"
            )
        )
    plan, _ = bring("metrics", "工號,月份,接聽量\n00101,2026-03,5\n101,2026-03,6")
    assert messages(plan) == [] and plan.counts["new"] == 2
