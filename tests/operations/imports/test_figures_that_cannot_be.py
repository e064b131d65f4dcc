"""What a figure cannot be is refused at every door by one answer: the file, the form that corrects one, the API (3.2.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.domain.metrics import COUNTS, contradictions, why_impossible
from admin.domain.refusals import Invalid
from admin.models import Employee, Metric
from admin.operations.cases.figures import FigureCorrection, correct_figure
from admin.operations.imports import imports_checking
from tests import reviewing
from tests.by_two import as_confirmed
from tests.operations.importing import HR, PEOPLE, bring, csv_of, messages, rows

CLOSED = reviewing.later(16)
MARCH = date(2026, 3, 1)
HEADS = "工號,月份,隊列,來電量,接聽量,解決量,評價數,滿意數,滿意度總分,出勤天數,投訴數,績效分,總等待秒數,計入等待的通數"
GOOD = {
    "offered": 400, "answered": 350, "resolved": 300, "csat_n": 100, "csat_top2": 60, "csat_sum": 400, "days_worked": 20,
    "complaints": 1, "performance_score": 85, "wait_seconds_sum": 7000, "wait_n": 350,
}  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-2, 600),
    st.integers(0, 10**7),
    st.decimals(0, 100, places=2),
    st.sampled_from([0, 1, 30, 31, 32, "0.5"]),
).map(lambda value: Decimal(str(value)))


def line(number: str = "001", **changed: object) -> str:
    return ",".join(str(cell) for cell in (number, "2026-03", "phone", *(GOOD | changed).values()))


@pytest.fixture
def people(session: Any) -> Any:
    bring("employees", PEOPLE)
    return session


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"offered": -5}, "來電量"),
        ({"offered": "400.5"}, "來電量"),
        ({"answered": 500}, "接聽量"),
        ({"resolved": 360}, "解決量"),
        ({"csat_n": 500, "csat_sum": 1000}, "評價數"),
        ({"csat_top2": 120}, "滿意數"),
        ({"csat_sum": 800}, "滿意度總分"),
        ({"csat_sum": 90}, "滿意度總分"),
        ({"csat_sum": 200}, "滿意度總分"),  # sixty of them are 4 or 5
        ({"days_worked": 45}, "出勤天數"),
        ({"days_worked": "20.3"}, "出勤天數"),
        ({"complaints": "0.4"}, "投訴數"),
        ({"performance_score": 8500}, "績效分"),
        ({"performance_score": "0.85"}, "績效分"),
        ({"performance_score": "85%"}, "績效分"),
        ({"wait_seconds_sum": "0.08"}, "總等待秒數"),  # a part of a day
        ({"wait_n": 390}, "計入等待的通數"),  # with those that nobody answered
    ],
)
def test_each_is_a_fault_of_its_row_and_column(people: Any, changed: dict[str, Any], column: str) -> None:
    plan, row = bring("metrics", "\n".join([HEADS, line("002"), line(**changed)]))
    assert row is None and {(r, c) for r, c, _ in messages(plan)} == {(3, column)}, messages(plan)


def test_all_of_them_are_told_at_once(people: Any) -> None:
    plan, _ = bring(
        "metrics", "\n".join([HEADS, line(answered=500), line("002", days_worked=45), line("003", csat_sum=1)])
    )
    assert [(r, c) for r, c, _ in messages(plan)] == [(2, "接聽量"), (3, "出勤天數"), (4, "滿意度總分")]


def test_a_half_day_and_a_month_without_contacts_are_no_faults(people: Any) -> None:
    plan, row = bring("metrics", "\n".join([HEADS, line(days_worked="20.5"), line("002", **dict.fromkeys(GOOD, 0))]))
    assert messages(plan) == [] and row is not None


def test_a_row_per_metric_is_held_to_the_same(people: Any) -> None:
    long = "工號,月份,指標,指標值\n001,2026-03,offered,400\n001,2026-03,answered,500\n001,2026-03,days_worked,45"
    assert [(r, c) for r, c, _ in messages(bring("metrics", long)[0])] == [(3, "指標值"), (4, "指標值")]


def test_what_the_portal_knows_of_the_month_counts_beside_the_file(people: Any) -> None:
    bring("metrics", "工號,月份,接聽量\n001,2026-03,350")
    plan, row = bring("metrics", "工號,月份,解決量\n001,2026-03,360\n002,2026-03,360")
    assert row is None and [(r, c) for r, c, _ in messages(plan)] == [(2, "解決量")]


@pytest.fixture
def frozen(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    found.case = reviewing.to_department(found, 0)
    found.number = next(number for key, number in rows(Employee, "id", "number") if key == found.agents[0])
    return found


def test_whatever_one_door_refuses_the_other_refuses(frozen: SimpleNamespace) -> None:
    header = {code: code for code in COUNTS}

    @settings(max_examples=40)
    @given(st.dictionaries(st.sampled_from(sorted(COUNTS)), NUMBERS, min_size=1, max_size=3))
    def same(figures: dict[str, Decimal]) -> None:
        data = csv_of(
            "number,month,queue,"
            + ",".join(header[code] for code in figures)
            + "\n"
            + f"{frozen.number},2026-03,phone,"
            + ",".join(f"{value:f}" for value in figures.values())
        )
        fields = {"number": "number", "month": "month", "queue": "queue", "options": {"wide": {c: c for c in figures}}}
        _read, plan = imports_checking.preview("metrics", "m.csv", data, fields, actor=HR, now=CLOSED)
        by_file = {
            (fault.message, *sorted(fault.facts.items())) for fault in plan.faults if fault.facts.get("clause") is None
        }
        assert bool(by_file) == bool(_by_form(frozen, figures)), (figures, by_file)

    same()


def _by_form(frozen: SimpleNamespace, figures: dict[str, Decimal]) -> set[str]:
    pairs = list(figures.items())
    given_ = FigureCorrection(MARCH, "phone", *pairs[0])
    for name, (code, value) in zip(("second", "third"), pairs[1:], strict=False):
        given_ = FigureCorrection(**{**vars(given_), f"{name}_figure": code, f"{name}_value": value})
    try:
        as_confirmed(correct_figure, frozen.case, given_, "x", actor=reviewing.HR, now=CLOSED)
    except Invalid as wrong:
        return set(wrong.fields.values()) - {"The figure has this value already."}
    return set()


def test_a_sum_and_its_count_that_are_wrong_together_are_corrected_together(frozen: SimpleNamespace) -> None:
    alone = FigureCorrection(MARCH, "phone", "csat_n", Decimal(10))
    with pytest.raises(Invalid, match="does not fit 10 answers"):
        as_confirmed(correct_figure, frozen.case, alone, "x", actor=reviewing.HR, now=CLOSED)
    both = FigureCorrection(**{**vars(alone), "second_figure": "csat_sum", "second_value": Decimal(41)})
    as_confirmed(correct_figure, frozen.case, both, "x", actor=reviewing.HR, now=CLOSED)
    mine = [
        (code, value)
        for key, month, code, value in rows(Metric, "employee_id", "month", "code", "value")
        if key == frozen.agents[0] and month == MARCH and code.startswith("csat")
    ]
    assert sorted(mine) == [("csat_n", 10.0), ("csat_sum", 41.0)]


@pytest.mark.parametrize(
    "half",
    [
        {"second_figure": "csat_sum"},
        {"second_value": Decimal(1)},
        {"second_figure": "csat_n", "second_value": Decimal(1)},
    ],
)
def test_half_of_a_second_figure_is_asked_for(frozen: SimpleNamespace, half: dict[str, Any]) -> None:
    given_ = FigureCorrection(MARCH, "phone", "csat_n", Decimal(101), **half)
    with pytest.raises(Invalid) as wrong:
        as_confirmed(correct_figure, frozen.case, given_, "x", actor=reviewing.HR, now=CLOSED)
    assert set(wrong.value.fields) == {"second_figure"}


@given(st.dictionaries(st.sampled_from(sorted(COUNTS)), st.decimals(0, 600, places=0)))
def test_no_more_figures_are_no_reason_to_be_true(figures: dict[str, Decimal]) -> None:
    """What contradicts itself still does when more is known of the month, except that the nearest count is asked first."""
    for wrong in contradictions(figures):
        assert wrong.codes <= figures.keys() and wrong.code in wrong.codes
        assert contradictions({code: figures[code] for code in wrong.codes})
    assert all(why_impossible(code, Decimal(-1), MARCH) for code in COUNTS)
