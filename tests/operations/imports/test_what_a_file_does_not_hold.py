"""A file says nothing about what it does not hold: each such thing is a decision of HR's, with a tick of its own."""

from __future__ import annotations

from typing import Any

import pytest

from admin.files.faults import FileFault
from admin.files.workbooks import template_workbook
from admin.models import Employee, Import, ImportProfile
from admin.operations.imports import imports_checking
from tests.operations.importing import HR, NOW, bring, csv_of, rows, taken_back

HEADS = "工號,姓名,部門,入職日期,狀態,離職日期,直屬上級,電子郵件"
ROSTER = f"""
    {HEADS}
    001,林曉青,客服中心,2019-03-04,在職,,,
    002,陳大文,客服中心,2022-07-01,離職,2026-10-31,001,b@example.org
    003,王小明,客服中心,2021-01-04,在職,2026-12-31,001,c@example.org
"""
STALE = ROSTER.replace("離職,2026-10-31,001", "在職,,001").replace("2026-12-31,001,c@example.org", ",,")


def people() -> dict[str, tuple[Any, ...]]:
    return {number: rest for number, *rest in rows(Employee, "number", "status", "left_on", "superior_id", "email")}


@pytest.fixture(autouse=True)
def _roster(session: Any) -> None:
    _, row = bring("employees", ROSTER)
    assert row is not None


def test_a_stale_roster_brings_nobody_back_and_a_blank_takes_nothing_away() -> None:
    before = people()
    plan, row = bring("employees", STALE)
    assert row is None and plan.changes_nothing and people() == before
    assert [each["key"] for each in plan.extra["decisions"]] == [
        "rehire:002",
        "left_on:003",
        "superior:003",
        "email:003",
    ]
    assert plan.counts["decisions"] == 4 and not any(each["taken"] for each in plan.extra["decisions"])


@pytest.mark.parametrize(
    ("ticks", "number", "place", "value"),
    [
        (["rehire:002"], "002", 0, "in_service"),
        (["rehire:*"], "002", 1, None),
        (["left_on:003"], "003", 1, None),
        (["superior:*"], "003", 2, None),
        (["email:003", "email:999"], "003", 3, None),
    ],
)
def test_what_is_ticked_is_done_and_nothing_else(ticks: list[str], number: str, place: int, value: Any) -> None:
    before = people()
    plan, row = bring("employees", STALE, {"options": {"decided": ticks}})
    after = people()
    assert row is not None and after[number][place] == value and plan.counts["changed"] == 1
    assert {key for key in after if after[key] != before[key]} == {number}
    assert plan.counts["decisions"] == 3
    taken_back(row.id)
    assert people() == before


def test_what_else_the_row_says_of_somebody_who_left_is_written(session: Any) -> None:
    bring("employees", STALE.replace("陳大文", "陳小文"))
    assert dict(rows(Employee, "number", "name"))["002"] == "陳小文" and people()["002"][0] == "left"


def test_a_row_with_a_fault_is_not_missing_from_the_file() -> None:
    plan, _ = bring("employees", ROSTER.replace("2021-01-04", "2021-13-04"))
    assert plan.counts["missing"] == 0
    plan, _ = bring("ratings", "工號,考核年度,績效等次\n001,2025,合格\n003,2025,極好")
    assert plan.counts["missing"] == 0


def test_decisions_are_not_kept_with_a_mapping_for_the_next_file() -> None:
    imports_checking.save_profile(
        "employees", "月報", {"number": "工號", "options": {"decided": ["rehire:002"]}}, actor=HR, now=NOW
    )
    assert [kept["options"] for (kept,) in rows(ImportProfile, "mapping")] == [{}]


def test_an_empty_form_sent_in_as_it_came_is_nobodys_and_beside_real_rows_is_left_out() -> None:
    for language in ("zh_hant", "zh_hans", "en"):
        with pytest.raises(FileFault, match="Only the form's example"):
            bring("employees", template_workbook("employees", language))
    mixed = "工號,姓名,部門,入職日期\n範例-000101,範例甲,客服中心,2019-03-04\n004,李四,客服中心,2026-01-05"
    plan, row = bring("employees", mixed)
    assert row is not None and plan.counts["rows"] == 1
    assert any("1 rows of the form's example" in note.text() for note in plan.notes)


def lines(row_id: int) -> list[list[Any]]:
    return next(kept for key, kept in rows(Import, "id", "difference") if key == row_id)


def test_the_difference_says_old_and_new_for_each_person_and_field_in_its_group() -> None:
    text = ROSTER.replace("客服中心,2022", "客服中心/夜班,2022").replace(
        "在職,2026-12-31,001,c@", "離職,2026-11-20,001,d@"
    )
    row = imports_checking.upload(
        "employees", "a.csv", csv_of(text + "\n004,新人,客服中心,2026-01-05,在職,,001,"), actor=HR, now=NOW
    )
    report = imports_checking.check(row.id, actor=HR, now=NOW)
    assert report["follows"] == [{"message": "Accounts that end: %(count)s", "facts": {"count": 1}}]
    assert lines(row.id) == [
        ["departments", "", "", "", "", "", "客服中心/夜班"],
        ["joined", "004", "新人", "joined", "", "", "客服中心 · 2026-01-05 · 001"],
        ["moved", "002", "陳大文", "department_id", "", "客服中心", "客服中心/夜班"],
        ["left", "003", "王小明", "left_on", "", "2026-12-31", "2026-11-20"],
        ["details", "003", "王小明", "email", "", "c@example.org", "d@example.org"],
        ["left", "003", "王小明", "status", "", "in_service", "left"],
    ]


def test_the_difference_of_figures_ratings_and_grades_says_whose_and_of_when() -> None:
    bring("metrics", "工號,月份,隊列,接聽量\n001,2026-03,phone,350")
    _, figures = bring("metrics", "工號,月份,隊列,接聽量,來電量\n001,2026-03,phone,351,400")
    assert sorted(lines(figures.id)) == [
        ["answered", "001", "林曉青", "answered", "2026-03 · phone", 350.0, 351.0],
        ["offered", "001", "林曉青", "offered", "2026-03 · phone", "", 400.0],
    ]
    _, ratings = bring("ratings", "工號,考核年度,績效等次\n001,2025,合格")
    assert lines(ratings.id) == [["ratings", "001", "林曉青", "ratings", "2025", "", "qualified"]]
    _, grades = bring("grades", "工號,職級,任職級日期\n001,M1,2025-01-01")
    assert lines(grades.id) == [["grades", "001", "林曉青", "grade", "2025-01-01", "", "M1"]]
