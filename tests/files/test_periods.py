"""Months, quarters, halves and years as files write them, and the scores that ratings are given as."""

from __future__ import annotations

from datetime import date

import pytest

from admin.files.faults import FileFault
from admin.files.mapping import Mapping
from admin.files.metrics import read_metrics
from admin.files.periods import period_in
from admin.files.ratings import read_ratings
from admin.files.shapes import shaped
from admin.files.table_reading import read_table
from tests.files.making import delimited, parse

Q1 = "2025-01/2025-03"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(
            (text, (Q1, ""))
            for text in (
                "2025Q1",
                "2025-Q1",
                "Q1 2025",
                "2025年第一季",
                "2025年1季度",
                "114年Q1",
                "1Q 2025",
                "２０２５Ｑ１",
            )
        ),
        ("2025年第一季來電量", (Q1, "來電量")),
        ("來電量 Q1", ("Q1", "來電量")),
        ("第二季", ("Q2", "")),
        ("2nd quarter", ("Q2", "")),
        ("上半年", ("H1", "")),
        ("2025下半年", ("2025-07/2025-12", "")),
        ("H2 2025 Offered", ("2025-07/2025-12", "Offered")),
        ("一月", ("01", "")),
        ("2025年十二月", ("2025-12", "")),
        ("FAQ1", None),
        ("Q5", None),
    ],
)
def test_a_period_is_read_at_the_beginning_or_the_end_of_a_text(text: str, found: object) -> None:
    assert period_in(text) == found


@pytest.mark.parametrize(
    ("name", "heads", "rest"),
    [
        ("來電量2025.csv", ["工號", "Q1", "Q2"], ["1", 5, 7]),
        ("2025年來電量.csv", ["工號", "第一季", "第二季"], ["1", 5, 7]),
        ("x.csv", ["Employee number", "2025Q1 Offered", "2025Q2 Offered"], ["1", 5, 7]),
    ],
)
def test_quarters_as_columns_are_figures_of_three_months(name: str, heads: list[str], rest: list[object]) -> None:
    table = shaped(read_table(name, delimited([heads, rest])), "metrics")
    parsed = parse(read_metrics, "metrics", table)
    assert [(row.month, row.metric, row.value) for row in parsed.rows] == [
        (date(2025, 3, 1), "offered", 5),
        (date(2025, 6, 1), "offered", 7),
    ]
    assert parsed.faults == [] and (date(2025, 1, 1), date(2025, 3, 1)) in parsed.spans


def test_a_column_of_quarters_is_read_and_one_without_its_year_is_asked_for_it() -> None:
    rows = [["工號", "季度", "來電量"], ["1", "2025Q1", 5], ["2", "第2季", 7]]
    parsed = parse(read_metrics, "metrics", rows)
    assert [row.month for row in parsed.rows] == [date(2025, 3, 1)]
    assert [fault.text() for fault in parsed.faults] == ["The month has no year; say the year of the figures"]
    parsed = parse(read_metrics, "metrics", rows, constants={"year": "2025"})
    assert [row.month for row in parsed.rows] == [date(2025, 3, 1), date(2025, 6, 1)]


def test_figures_of_no_metric_say_what_is_missing() -> None:
    table = shaped(read_table("x.csv", delimited([["工號", "2025Q1", "2025Q2"], ["1", 5, 7]])), "metrics")
    with pytest.raises(FileFault, match="which metric they are of"):
        parse(read_metrics, "metrics", table)


SCORES = [
    ["工號", "年度", "考績分數"],
    *([str(n), 2025, score] for n, score in enumerate([92, 90, "89.5", 60, 59, 0, "缺考"])),
]


def test_scores_become_ratings_by_the_scores_from_which_each_begins() -> None:
    bands = {"excellent": 90, "good": 80, "qualified": 60}
    parsed = parse(read_ratings, "ratings", SCORES, bands=bands)
    assert [row.rating for row in parsed.rows] == [
        "excellent",
        "excellent",
        "good",
        "qualified",
        "unqualified",
        "unqualified",
    ]
    assert [fault.text() for fault in parsed.faults] == ["The mapping does not say what 缺考 means"]
    assert "92 is a score" in parse(read_ratings, "ratings", SCORES).faults[0].text()


@pytest.mark.parametrize(
    "bands",
    [
        {"excellent": 90, "good": 80},
        {"excellent": 60, "good": 80, "qualified": 60},
        {"excellent": "a", "good": 2, "qualified": 1},
        [90, 80, 60],
    ],
)
def test_what_is_no_scale_of_scores_is_refused(bands: object) -> None:
    with pytest.raises(FileFault):
        Mapping.from_json("ratings", {"options": {"bands": bands}})
