"""Files of the kind that people have (../shared/cases/import): what cannot be true is a fault of its row and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from admin.models import Employee, Metric
from admin.operations.people.people import map_login
from tests.operations.importing import HR, NOW, bring, count, messages, rows, taken_back

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "import"
FAULTS: dict[tuple[str, str], set[tuple[int | None, str]]] = {
    ("employees", "01-zeros-eaten.csv"): {(2, "員工編號"), (3, "員工編號"), (4, "員工編號")},
    ("employees", "16-case-differs.csv"): {(3, "員工編號"), (5, "員工編號")},
    ("employees", "67-superior-has-left.csv"): {(3, "直屬上級")},
    ("employees", "88-department-fault-told-once.csv"): {(2, "部門"), (3, "部門")},
    ("metrics", "30-metrics-impossible.csv"): {
        (2, "接聽量"), (3, "解決量"), (4, "來電量"), (5, "滿意數"), (5, "出勤天數"), (6, "滿意度總分"), (6, "績效分"),
        (7, "來電量"), (7, "評價數"), (7, "出勤天數"), (7, "投訴數"), (7, "績效分"),
    },
    ("metrics", "31-metrics-number-forms.csv"): {
        (2, "績效分"), (3, "來電量"), (3, "績效分"), (4, "來電量"), (4, "接聽量"), (4, "績效分"), (5, "來電量"), (5, "績效分"),
        (6, "來電量"), (6, "績效分"),
    },
    ("contacts", "74-contacts-midnight.csv"): {(4, "接聽時間")},
}  # fmt: skip


def case(name: str) -> bytes:
    if not CASES.is_dir():
        pytest.skip("the files of ../shared/cases are not here")
    return (CASES / name).read_bytes()


@pytest.fixture(autouse=True)
def _base(session: Any) -> None:
    bring("employees", case("00-base.csv"))
    for key, number in rows(Employee, "id", "number"):
        map_login(number, key, date(2025, 1, 1), actor=HR, now=NOW)


def figures(number: str = "00101") -> dict[str, float]:
    mine = next(key for key, found in rows(Employee, "id", "number") if found == number)
    return {code: value for key, code, value in rows(Metric, "employee_id", "code", "value") if key == mine}


@pytest.mark.parametrize(("kind", "name"), FAULTS)
def test_each_fault_is_found_in_its_place_and_nothing_is_applied(kind: str, name: str) -> None:
    before = count(Employee), count(Metric)
    plan, row = bring(kind, case(name))
    found = {(at, column) for at, column, _ in messages(plan)}
    assert row is None and FAULTS[kind, name] <= found, messages(plan)
    if name[:2] in ("30", "74"):
        assert FAULTS[kind, name] == found, messages(plan)
    assert (count(Employee), count(Metric)) == before


def test_a_number_behind_an_apostrophe_is_the_one_that_it_marks() -> None:
    plan, row = bring("employees", case("02-apostrophe.csv"))
    assert row is not None and (plan.counts["new"], plan.counts["changed"]) == (0, 1)


def test_what_nobody_answered_is_no_speed_of_answer_and_is_told() -> None:
    plan, _ = bring("contacts", case("82-wait-of-abandoned.csv"))
    mine = figures()
    assert mine["wait_seconds_sum"] / mine["wait_n"] == 10.0
    assert "1 unanswered contacts waited 300.0 seconds on average" in " ".join(n.text() for n in plan.notes)


def test_the_second_log_of_a_month_adds_to_the_first_and_goes_without_it() -> None:
    first, _ = bring("contacts", case("76-log-week1.csv"))
    assert any("days 1–3 of 2025-10; 4–31 are missing" in note.text() for note in first.notes)
    before = figures()
    plan, second = bring("contacts", case("77-log-week2.csv"))
    assert (figures()["offered"], figures()["answered"], figures()["wait_seconds_sum"]) == (5, 4, 50)
    assert (plan.counts["new"], plan.counts["changed"]) == (0, 4)
    taken_back(second.id)
    assert figures() == before
    bring("contacts", case("77-log-week2.csv"))
    for name in ("76-log-week1.csv", "77-log-week2.csv"):
        again, nothing = bring("contacts", case(name))
        assert nothing is None and "cannot be added" in messages(again)[0][2] and figures()["offered"] == 5


def test_a_log_of_more_days_takes_the_place_of_those_that_it_holds() -> None:
    bring("contacts", case("76-log-week1.csv"))
    bring("contacts", case("77-log-week2.csv"))
    head, *first = case("76-log-week1.csv").decode("utf-8").strip().splitlines()
    both = "\n".join(
        [head, *first, *case("77-log-week2.csv").decode("utf-8").strip().splitlines()[1:], "00101,9,2025-10-31,Y,10"]
    )
    plan, row = bring("contacts", both)
    assert row is not None, messages(plan)
    assert figures()["offered"] == 6


def test_a_log_without_satisfaction_leaves_satisfaction_alone() -> None:
    bring("metrics", case("86-csat-of-october.csv"))
    bring("contacts", case("76-log-week1.csv"))
    mine = figures()
    assert (mine["csat_n"], mine["csat_sum"], mine["csat_top2"], mine["complaints"], mine["offered"]) == (
        40,
        180,
        36,
        2,
        3,
    )


def test_a_part_of_a_month_does_not_take_the_place_of_a_months_figures() -> None:
    bring("metrics", "員工編號,月份,來電量,接聽量\n00101,2025-10,400,380")
    plan, row = bring("contacts", case("76-log-week1.csv"))
    assert row is None and [column for _, column, _ in messages(plan)] == ["日期"]
    assert "1–3 of 2025-10, and 4–31 are missing" in messages(plan)[0][2] and figures()["offered"] == 400


def test_a_column_of_a_log_that_is_blank_throughout_says_as_much_as_none() -> None:
    bring("metrics", case("86-csat-of-october.csv"))
    heads = "坐席,通話編號,日期,是否接聽,是否解決,滿意度評分,投訴,應答秒數"
    days = [f"00101,{day}-{time},2025-10-{day:02},Y,,,," for day in range(1, 32) for time in range(2)]
    plan, row = bring("contacts", "\n".join([heads, *days[::2]]))
    assert row is None and plan.faults[0].value == "00101 2025-10"
    assert messages(plan) == [(None, None, "More satisfaction answers (40) than contacts (31)")]
    plan, row = bring("contacts", "\n".join([heads, *days]))
    assert row is not None, messages(plan)
    mine = figures()
    assert (mine["csat_n"], mine["complaints"], mine["offered"]) == (40, 2, 62) and "resolved" not in mine


@pytest.mark.parametrize(
    ("column", "value"),
    [("應答秒數", "0.00126"), ("通話時長", "0.00166"), ("應答秒數", "-5"), ("通話時長", "90000")],
)
def test_a_part_of_a_day_is_no_number_of_seconds(column: str, value: str) -> None:
    cells = {"應答秒數": "", "通話時長": ""} | {column: value}
    heads = "坐席,通話編號,日期,是否接聽,應答秒數,通話時長"
    plan, row = bring("contacts", f"{heads}\n00101,1,2025-10-01,Y,{cells['應答秒數']},{cells['通話時長']}")
    assert row is None and [(r, c) for r, c, _ in messages(plan)] == [(2, column)]


@pytest.mark.parametrize(
    ("came", "answered", "waited"),
    [
        ("23:59:50", "00:00:20", 30),
        ("2025-10-01 23:59:50", "2025-10-02 00:00:20", 30),
        ("09:00:00", "2025-10-01 09:00:05", 5),
        ("00:10:00", "00:09:50", None),
        ("2025-10-02 10:00:00", "2025-10-01 10:00:20", None),
        ("2025-10-01 10:00:00", "2025-10-03 10:00:20", None),
    ],
)
def test_nothing_is_answered_before_it_comes_in(came: str, answered: str, waited: int | None) -> None:
    plan, row = bring("contacts", f"坐席,通話編號,日期,時間,接聽時間\n00101,1,2025-10-01,{came},{answered}")
    if waited is None:
        assert row is None and [(r, c) for r, c, _ in messages(plan)] == [(2, "接聽時間")]
    else:
        assert figures()["wait_seconds_sum"] == waited
