"""Contact logs, metrics, ratings and grades to take over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from admin.access.actor import Actor
from admin.domain.refusals import NotFound, Refused
from admin.models import (
    AnnualRating,
    AuditEvent,
    ContactLogin,
    GradeChange,
    GradeInterval,
    HistoryStep,
    Import,
    Metric,
    QueueTotal,
    db,
)  # fmt: skip
from admin.operations.imports.imports_grades import approve_takeover, batch_of, reject_takeover
from admin.operations.people.people import map_login
from tests.invariants import queue_totals_are_the_sums_of_the_figures
from tests.operations.importing import HR, NOW, PEOPLE, bring, count, messages, rows, taken_back

MANAGEMENT = Actor("經理", 901, roles=frozenset({"management"}))
LOG = """
    坐席,日期,通話編號,是否接聽,是否解決,應答秒數,通話時長,滿意度評分
    Becky,2026-03-02,C1,是,是,20,180,5
    Becky,2026-03-09,C2,否,否,,,
    Dan,2026-03-02,C3,是,否,30,200,3
"""
AGENTS = {  # data/README.md: offered, answered, resolved, CSAT mean, CSAT top-2, ASA s, talk s
    "Becky": (631, 517, 462, "3.3714", "0.5048", "65.33", "220.01"),
    "Dan": (633, 523, 471, "3.4474", "0.4990", "67.28", "231.19"),
    "Diane": (633, 501, 452, "3.4052", "0.4910", "66.27", "218.95"),
    "Greg": (624, 502, 455, "3.4044", "0.4801", "68.44", "226.80"),
    "Jim": (666, 536, 485, "3.3937", "0.5000", "66.34", "228.11"),
    "Joe": (593, 484, 436, "3.3306", "0.4752", "70.99", "224.10"),
    "Martha": (638, 514, 461, "3.4708", "0.5272", "69.49", "223.73"),
    "Stewart": (582, 477, 424, "3.4004", "0.5136", "66.18", "226.21"),
}


@pytest.fixture
def people(session: Any) -> Any:
    bring("employees", PEOPLE)
    return session


def test_the_real_log_gives_the_table_per_agent_and_lists_who_is_not_mapped(session: Any, shared_data: Path) -> None:
    plan, row = bring("contacts", (shared_data / "call_log_phonenow_pwc.xlsx").read_bytes())
    assert row is None and plan.extra["unmapped"] == sorted(AGENTS)
    found = {
        each["login"]: (
            each["offered"], each["answered"], each["resolved"], f"{each['csat_mean']:.4f}", f"{each['csat_top2']:.4f}",
            f"{each['asa']:.2f}", f"{each['talk']:.2f}",
        )
        for each in plan.extra["agents"]
    }  # fmt: skip
    assert found == AGENTS


def test_names_mapped_by_hr_become_monthly_counts_and_a_second_run_changes_nothing(
    people: Any, shared_data: Path
) -> None:
    data = (shared_data / "call_log_phonenow_pwc.xlsx").read_bytes()
    others = sorted(set(AGENTS) - {"Becky"})
    mapping = {"options": {"logins": {"Becky": "002"}, "leave_out": others}}
    plan, row = bring("contacts", data, mapping)
    assert messages(plan) == [] and row is not None
    assert rows(ContactLogin, "login", "valid_from") == [("Becky", date(2021, 1, 1))]  # began with the hiring before
    offered = [value for code, value in rows(Metric, "code", "value") if code == "offered"]
    assert (len(offered), sum(offered)) == (3, 631)
    assert "complaints" not in {code for (code,) in rows(Metric, "code")}  # what a log lacks is absent, never 0
    again, nothing = bring("contacts", data, mapping)
    assert nothing is None and again.changes_nothing


def test_an_unmapped_name_holds_the_log_back_and_is_never_guessed(people: Any) -> None:
    plan, row = bring("contacts", LOG)
    assert row is None and plan.extra["unmapped"] == ["Dan"] and count(Metric) == 0
    map_login("Dan", _id("003"), date(2026, 1, 1), actor=HR, now=NOW)
    plan, row = bring("contacts", LOG)
    assert row is not None
    assert dict(rows(Metric, "code", "value"))["offered"] == 1


@pytest.mark.parametrize("day", ["9999-12-31", "2099-02-01"])
def test_a_contact_that_lies_in_the_future_is_a_fault_of_its_row(people: Any, day: str) -> None:
    map_login("Dan", _id("003"), date(2026, 1, 1), actor=HR, now=NOW)
    plan, row = bring("contacts", LOG.replace("2026-03-02", day))
    assert row is None and {text for _row, _column, text in messages(plan)} == {
        ("The date is in the future. Enter today or an earlier date.")
    }


def test_of_a_login_that_passed_on_within_the_month_each_has_the_contacts_of_their_own_days(people: Any) -> None:
    map_login("Dan", _id("003"), date(2026, 1, 1), actor=HR, now=NOW)
    map_login("Dan", _id("001"), date(2026, 3, 15), actor=HR, now=NOW)
    assert rows(ContactLogin, "login", "valid_to")[1] == ("Dan", date(2026, 3, 14))
    heads = LOG.strip().splitlines()[0].strip()
    lines = [f"Dan,2026-03-{day:02},C{day},是,否,30,200,3" for day in (2, 14, 15, 16, 31)]
    plan, row = bring("contacts", "\n".join([heads, *lines]))
    assert row is not None, messages(plan)
    offered = {key: value for key, code, value in rows(Metric, "employee_id", "code", "value") if code == "offered"}
    assert offered == {_id("003"): 2, _id("001"): 3}


def test_a_corrected_log_replaces_its_months_and_undoing_brings_the_old_counts_back(people: Any) -> None:
    mapping = {"options": {"logins": {"Dan": "003"}}}
    bring("contacts", LOG, mapping)
    before = sorted(rows(Metric, "employee_id", "code", "value"))
    plan, second = bring("contacts", LOG.replace("Dan,2026-03-02,C3,是,否,30,200,3", "Dan,2026-03-02,C3,是,是,40,200,"))
    assert (plan.counts["new"], plan.counts["changed"]) == (0, 4)
    assert sorted(rows(Metric, "employee_id", "code", "value")) != before
    assert queue_totals_are_the_sums_of_the_figures(db.session) == []
    taken_back(second.id)
    assert sorted(rows(Metric, "employee_id", "code", "value")) == before
    assert queue_totals_are_the_sums_of_the_figures(db.session) == []


def test_metrics_and_ratings_are_replaced_by_key_and_taken_back(people: Any) -> None:
    _, first = bring("metrics", "工號,月份,接聽量,出勤天數\n002,2026-03,400,21\n003,2026-03,380,20")
    plan, second = bring("metrics", "工號,月份,接聽量,出勤天數\n002,2026-03,410,21\n003,2026-04,300,")
    assert (plan.counts["new"], plan.counts["changed"], plan.counts["unchanged"]) == (1, 1, 1)
    assert len(rows(QueueTotal, "value")) == 3  # answered in two months, days worked in one
    assert queue_totals_are_the_sums_of_the_figures(db.session) == []
    assert {410.0, 380.0, 300.0} == {value for code, value in rows(Metric, "code", "value") if code == "answered"}
    with pytest.raises(Refused, match="changed after this import"):
        taken_back(first.id)
    taken_back(second.id)
    assert queue_totals_are_the_sums_of_the_figures(db.session) == []
    assert {400.0, 380.0} == {value for code, value in rows(Metric, "code", "value") if code == "answered"}
    scale = {"options": {"rating": {"A": "excellent", "D": "unqualified"}}}
    _, ratings = bring("ratings", "工號,年度,考核結果\n002,2025,A\n003,2025,D", scale)
    assert [rating for (rating,) in rows(AnnualRating, "rating")] == ["excellent", "unqualified"]
    assert ratings.mapping["options"]["rating"] == {"A": "excellent", "D": "unqualified"}


def test_a_figure_that_a_later_file_corrects_says_in_the_trail_from_which_file_it_comes(people: Any) -> None:
    """The trail is held against the rows after each test here, and so after a correction that nobody takes back."""
    for value in (400, 410):
        _, last = bring("metrics", f"工號,月份,接聽量,出勤天數\n002,2026-03,{value},21")
    for rating in ("優秀", "合格"):
        _, rated = bring("ratings", f"工號,年度,考核結果\n002,2025,{rating}")
    corrected = {
        kind: changes for act, kind, changes in rows(AuditEvent, "act", "record_type", "changes") if act == "update"
    }
    assert corrected["metrics"]["import_id"][1] == last.id
    assert corrected["annual_ratings"]["import_id"][1] == rated.id


def test_a_foreign_rating_scale_is_never_applied_unasked(people: Any) -> None:
    plan, row = bring("ratings", "工號,年度,考核結果\n002,2025,A")
    assert row is None and messages(plan) == [(2, "考核結果", "The mapping does not say what A means")]


def test_figures_need_their_people_first(session: Any) -> None:
    with pytest.raises(Exception, match="import the employees first"):
        bring("ratings", "工號,年度,考核結果\n002,2025,優秀")


GRADES = "工號,職級,生效日期,文號\n002,初級二級,2024-01-01,人字第1號\n003,中級一級,2025-01-01,"


def test_taken_over_grades_wait_for_management_and_then_are_on_file_once(people: Any) -> None:
    plan, row = bring("grades", GRADES)
    assert not plan.faults and plan.counts["new"] == 2
    assert (count(GradeInterval), [stage for (stage,) in rows(GradeChange, "stage")]) == (0, ["proposed"] * 2)
    assert bring("grades", GRADES)[0].changes_nothing
    assert approve_takeover(batch_of(row.id), actor=MANAGEMENT, now=NOW) == 2
    assert [(day, end) for day, end in rows(GradeInterval, "valid_from", "valid_to")] == [
        (date(2024, 1, 1), None),
        (date(2025, 1, 1), None),
    ]
    assert count(HistoryStep) == 2
    assert bring("grades", GRADES)[0].changes_nothing
    plan, nothing = bring("grades", GRADES.replace("初級二級", "高級一級"))
    assert nothing is None and plan.faults[0].facts["clause"] == "1.2-c"
    with pytest.raises(Refused, match="approved these grades"):
        taken_back(row.id)


def test_nobody_but_management_approves_grades_and_never_ones_own_import(people: Any) -> None:
    _, row = bring("grades", GRADES, actor=Actor("HR", 902, roles=frozenset({"hr"})))
    with pytest.raises(NotFound):
        approve_takeover(batch_of(row.id), actor=Actor("somebody", 903, roles=frozenset({"employee"})), now=NOW)
    with pytest.raises(Refused):
        approve_takeover(batch_of(row.id), actor=Actor("HR", 904, roles=frozenset({"hr"})), now=NOW)
    both = Actor("HR", 902, roles=frozenset({"hr", "management"}))
    with pytest.raises(Refused, match="proposed"):
        approve_takeover(batch_of(row.id), actor=both, now=NOW)
    assert count(GradeInterval) == 0


def test_rejected_grades_may_come_again(people: Any) -> None:
    _, row = bring("grades", GRADES)
    assert reject_takeover(batch_of(row.id), "文號不對", actor=MANAGEMENT, now=NOW) == 2
    plan, again = bring("grades", GRADES)
    assert again is not None and plan.counts["new"] == 2


def test_a_grade_from_before_the_hiring_is_a_fault(people: Any) -> None:
    plan, _ = bring("grades", "工號,職級,生效日期\n002,初級二級,2020-01-01")
    assert messages(plan) == [(2, "生效日期", "The grade begins before the employee was hired (2022-07-01)")]


def _id(number: str) -> int:
    from admin.models import Employee

    return {found: key for key, found in rows(Employee, "id", "number")}[number]


def test_every_import_says_where_its_file_came_from(people: Any) -> None:
    assert rows(Import, "kind", "state", "filename")[0] == ("employees", "applied", "employees.csv")
