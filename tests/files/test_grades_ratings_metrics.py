"""Grades, annual ratings and monthly metrics from files."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from admin.domain.metrics import COUNTS
from admin.files.faults import FileFault
from admin.files.grades import grade_key, grade_lookup, read_grades
from admin.files.mapping import distinct_values
from admin.files.metric_words import METRIC_HEADERS
from admin.files.metrics import read_metrics
from admin.files.proposing import propose
from admin.files.ratings import read_ratings
from admin.files.reading import Context
from admin.files.table_reading import read_table
from tests.files.making import NOBODY, TODAY, parse, places, sample, table_of

LADDER = grade_lookup(
    [
        ("J1", ["初級一級", "初级一级", "Junior 1"]),
        ("J2", ["初級二級", "初级二级", "Junior 2"]),
        ("J3", ["初級三級", "初级三级", "Junior 3"]),
        ("M1", ["中級一級", "中级一级", "Intermediate 1"]),
        ("M2", ["中級二級", "中级二级", "Intermediate 2"]),
        ("E1", ["專家級一級", "专家级一级", "Expert 1"]),
    ]
)
GRADED = Context(TODAY, grades=LADDER)
GRADES = ["工號", "職級", "職級生效日期", "文號"]


@pytest.mark.parametrize(
    "written",
    [
        "M2",
        "m-2",
        "中級二級",
        "中级二级",
        "中級客服二級",
        "中級 2 級",
        "Intermediate 2",
        "Intermediate grade 2",
        "中级客服２级",
    ],
)
def test_a_grade_is_known_by_code_and_by_name_in_three_languages(written: str) -> None:
    assert LADDER[grade_key(written)] == "M2"
    assert LADDER[grade_key("專家級一級")] == LADDER[grade_key("专家一级")] == "E1"


def test_a_name_of_two_grades_is_no_name() -> None:
    assert grade_key("初級") not in grade_lookup([("J1", ["初級"]), ("J2", ["初級"])])


def test_grades_are_read_with_date_and_document() -> None:
    parsed = parse(read_grades, "grades", [GRADES, ["001", "中級客服二級", "110/01/15", "人字第3號"]], GRADED)
    row = parsed.rows[0]
    assert (row.number, row.grade, row.since, row.document) == ("001", "M2", date(2021, 1, 15), "人字第3號")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("工號", ""),
        ("工號", "1"),
        ("職級", ""),
        ("職級", "中級九級"),
        ("職級", "C1- 4"),
        ("職級", "-"),
        ("職級生效日期", ""),
        ("職級生效日期", "2030-01-01"),
    ],
)
def test_each_fault_of_a_grade_is_found(column: str, value: str) -> None:
    faulty = {**dict(zip(GRADES, ["2", "J1", "2024-01-01", ""], strict=True)), column: value}
    rows: list[list[Any]] = [
        GRADES,
        ["1", "J1", "2024-01-01", ""],
        list(faulty.values()),
        ["3", "J2", "2024-01-01", ""],
    ]
    assert places(parse(read_grades, "grades", rows, GRADED)) == [(3, column)]


def test_strangers_are_refused_once_the_portal_knows_people() -> None:
    context = Context(TODAY, people={"1": "王"}, grades=LADDER)
    rows = [GRADES, ["1", "J1", "2024-01-01", ""], ["2", "J1", "2024-01-01", ""]]
    assert places(parse(read_grades, "grades", rows, context)) == [(3, "工號")]


def test_a_scale_of_job_levels_becomes_grades_by_an_explicit_map() -> None:
    table = read_table("ibm.csv", sample("ibm_hr_attrition.csv"))
    levels = dict(zip("12345", ["J1", "J2", "J3", "M1", "M2"], strict=True))
    parsed = parse(read_grades, "grades", table, GRADED, constants={"since": "2026-01-01"}, grade=levels)
    assert parsed.faults == []
    assert Counter(row.grade for row in parsed.rows) == {"J1": 543, "J2": 534, "J3": 218, "M1": 106, "M2": 69}
    unmapped = parse(read_grades, "grades", table, GRADED, constants={"since": "2026-01-01"})
    assert (len(unmapped.faults), unmapped.rows) == (1470, [])


RATINGS = ["工號", "考核年度", "績效等次"]


def test_the_usual_words_are_mapped_and_other_scales_are_asked_for() -> None:
    plain = parse(
        read_ratings, "ratings", [RATINGS, ["1", "2025", "優秀"], ["2", "114", "不合格"], ["3", "2025年度", "良好"]]
    )
    assert [(row.year, row.rating) for row in plain.rows] == [
        (2025, "excellent"),
        (2025, "unqualified"),
        (2025, "good"),
    ]
    letters = table_of([RATINGS, ["1", "2025", "S"], ["2", "2025", "A"]])
    mapping = propose(letters, "ratings")
    assert mapping.open_values(partial(distinct_values, letters)) == {"rating": ["S", "A"]}
    assert places(read_ratings(letters, mapping, NOBODY)) == [(2, "績效等次"), (3, "績效等次")]
    mapping.options["rating"] = {"S": "excellent", "A": "good"}
    assert [row.rating for row in read_ratings(letters, mapping, NOBODY).rows] == ["excellent", "good"]


def test_a_blank_rating_is_none_a_zero_and_a_dash_are_asked_for() -> None:
    parsed = parse(
        read_ratings,
        "ratings",
        [RATINGS, ["1", "2025", ""], ["2", "2025", "0"], ["3", "2025", "-"], ["4", "2025", "合格"]],
    )
    assert places(parsed) == [(3, "績效等次"), (4, "績效等次")]
    assert [row.number for row in parsed.rows] == ["4"]
    assert any("1 row has no rating" in note.text() for note in parsed.notes)


def test_one_rating_a_year_and_none_in_the_future() -> None:
    rows = [
        RATINGS,
        ["1", "2025", "合格"],
        ["1", "2024", "合格"],
        ["1", "2025", "良好"],
        ["2", "2031", "良好"],
        ["3", "", "良好"],
    ]
    assert places(parse(read_ratings, "ratings", rows)) == [(4, "工號"), (5, "考核年度"), (6, "考核年度")]


def test_the_rating_sample_needs_a_year_and_a_scale_and_then_imports() -> None:
    table = read_table("ibm.csv", sample("ibm_hr_attrition.csv"))
    with pytest.raises(FileFault, match="year"):
        parse(read_ratings, "ratings", table)
    parsed = parse(read_ratings, "ratings", table, constants={"year": "2025"}, rating={"3": "good", "4": "excellent"})
    assert (Counter(row.rating for row in parsed.rows), parsed.faults) == ({"good": 1244, "excellent": 226}, [])


WIDE = ["工號", "月份", "隊列", "滿意度總分", "績效得分", "處理量"]
LONG = ["工號", "月份", "指標", "指標值", "樣本數"]


def test_a_column_per_metric_gives_a_row_per_value_and_blank_is_absent() -> None:
    parsed = parse(
        read_metrics,
        "metrics",
        [WIDE, ["1", "2026-03", "一線", "46", "85.5", "0"], ["2", "2026/4", "", "", "", "１２"]],
    )
    assert parsed.faults == []
    assert [(row.number, row.month, row.metric, row.value, row.queue) for row in parsed.rows] == [
        ("1", date(2026, 3, 1), "csat_sum", Decimal(46), "一線"),
        ("1", date(2026, 3, 1), "performance_score", Decimal("85.5"), "一線"),
        ("1", date(2026, 3, 1), "answered", Decimal(0), "一線"),
        ("2", date(2026, 4, 1), "answered", Decimal(12), None),
    ]


def test_a_row_per_metric_keeps_its_sample() -> None:
    parsed = parse(
        read_metrics,
        "metrics",
        [LONG, ["1", "202603", "performance_score", "84.6", "210"], ["1", "202603", "answered", "80", ""]],
    )
    assert [(row.metric, row.value, row.sample) for row in parsed.rows] == [
        ("performance_score", Decimal("84.6"), 210),
        ("answered", Decimal(80), None),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("工號", ""),
        ("月份", ""),
        ("月份", "2026-13"),
        ("月份", "2027-01"),
        ("滿意度總分", "-"),
        ("滿意度總分", "高"),
        ("滿意度總分", "9999999999999"),
        ("處理量", "1,23"),
        ("處理量", "1.5"),
        ("處理量", "-1"),
        ("績效得分", "0.8"),
        ("績效得分", "85%"),
        ("績效得分", "8500"),
    ],
)
def test_each_fault_of_a_metric_is_found(column: str, value: str) -> None:
    faulty = {**dict(zip(WIDE, ["2", "2026-03", "一線", "4", "80", "3"], strict=True)), column: value}
    assert places(
        parse(read_metrics, "metrics", [WIDE, ["1", "2026-03", "一線", "4", "80", "3"], list(faulty.values())])
    ) == [(3, column)]


def test_the_usual_metrics_are_those_that_the_scores_are_made_of() -> None:
    assert set(METRIC_HEADERS) == set(COUNTS)


def test_a_rate_without_counts_is_told_and_left_out() -> None:
    parsed = parse(read_metrics, "metrics", [["工號", "月份", "滿意度", "處理量"], ["1", "2026-03", "4.6", "80"]])
    assert [row.metric for row in parsed.rows] == ["answered"]
    assert any("滿意度" in note.text() for note in parsed.notes)


def test_a_month_twice_is_a_fault_but_another_queue_is_not() -> None:
    row = ["1", "2026-03", "一線", "4", "80", "3"]
    assert places(parse(read_metrics, "metrics", [WIDE, row, row, ["1", "2026-03", "二線", "4", "80", "3"]])) == [
        (3, "工號")
    ]
    twice = [
        LONG,
        ["1", "202603", "csat_n", "4", ""],
        ["1", "202603", "csat_n", "5", ""],
        ["1", "202603", "answered", "-1.5", "1.5"],
    ]
    assert places(parse(read_metrics, "metrics", twice)) == [(3, "指標"), (4, "樣本數"), (4, "指標值")]


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    assert places(parse(read_metrics, "metrics", [LONG, ["1", "202603", "心情", "4", ""]])) == [(2, "指標")]
    with pytest.raises(FileFault, match="no metric mood"):
        parse(read_metrics, "metrics", [WIDE, ["1", "202603", "", "4", "", ""]], wide={"mood": "滿意度總分"})
    with pytest.raises(FileFault, match="No column is mapped to a metric"):
        parse(read_metrics, "metrics", [["工號", "月份", "心情"], ["1", "202603", "4"]])


def test_the_damaged_sample_is_refused_as_ratings_with_its_rows() -> None:
    table = read_table("hr.csv", sample("hr_dataset_v14_damaged.csv"))
    scale = {"Exceeds": "excellent", "Fully Meets": "good", "Needs Improvement": "qualified", "PIP": "unqualified"}
    parsed = parse(read_ratings, "ratings", table, constants={"year": "2019"}, rating=scale)
    assert {(row, column) for row, column in places(parsed)} == {
        *((row, "EmpID") for row in (2, 3, 4, 5, 6, 24)),
        (10, None),
        (10, "PerformanceScore"),
    }
    assert len(parsed.rows) == 311 - 7
