"""Contact logs become monthly counts, equal to figures that were worked out elsewhere."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from admin.files.contacts import ContactCounts, add_up, read_contacts
from admin.files.table_reading import read_table
from tests.files.making import parse, places, sample

HEADER = ["流水號", "日期", "時間", "接聽時間", "坐席", "隊列", "是否接聽", "是否解決", "通話時長", "滿意度"]
README = {  # offered, answered, resolved, satisfaction mean, top two, speed of answer, talk
    "Becky": (631, 517, 462, "3.3714", "0.5048", "65.33", "220.01"),
    "Dan": (633, 523, 471, "3.4474", "0.4990", "67.28", "231.19"),
    "Diane": (633, 501, 452, "3.4052", "0.4910", "66.27", "218.95"),
    "Greg": (624, 502, 455, "3.4044", "0.4801", "68.44", "226.80"),
    "Jim": (666, 536, 485, "3.3937", "0.5000", "66.34", "228.11"),
    "Joe": (593, 484, 436, "3.3306", "0.4752", "70.99", "224.10"),
    "Martha": (638, 514, 461, "3.4708", "0.5272", "69.49", "223.73"),
    "Stewart": (582, 477, 424, "3.4004", "0.5136", "66.18", "226.21"),
}


def by_login(rows: list[ContactCounts]) -> dict[str, ContactCounts]:
    """All months of each log name added up."""
    months = defaultdict(list)
    for row in rows:
        months[row.login].append(row)
    return {login: add_up(counts, login=login, month=counts[0].month) for login, counts in months.items()}


def contact(number: str, **changes: str) -> list[str]:
    row = dict(
        zip(
            HEADER,
            [number, "2026-03-02", "09:00:00", "09:00:20", "a1", "一線", "是", "是", "0:03:00", "5"],
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def test_the_phone_sample_gives_its_worked_out_table_to_the_last_digit() -> None:
    parsed = parse(read_contacts, "contacts", read_table("log.xlsx", sample("call_log_phonenow_pwc.xlsx")))
    assert parsed.faults == []
    assert {row.month for row in parsed.rows} == {date(2021, month, 1) for month in (1, 2, 3)}
    found = {
        login: (
            c.offered,
            c.answered,
            c.resolved,
            f"{c.csat_mean:.4f}",
            f"{c.csat_top_share:.4f}",
            f"{c.average_speed_of_answer:.2f}",
            f"{c.average_talk_seconds:.2f}",
        )
        for login, c in by_login(parsed.rows).items()
    }
    assert found == README


def test_the_two_denominators_of_the_resolution_rate_differ() -> None:
    parsed = parse(read_contacts, "contacts", read_table("log.xlsx", sample("call_log_phonenow_pwc.xlsx")))
    whole = add_up(parsed.rows, login="all", month=date(2021, 1, 1))
    assert (f"{whole.resolved_of_offered:.3f}", f"{whole.resolved_of_answered:.3f}") == ("0.729", "0.899")


def test_the_booking_sample_gives_its_figures_and_no_others() -> None:
    parsed = parse(read_contacts, "contacts", read_table("log.csv", sample("call_log_booking_20agents.csv")))
    assert parsed.faults == []
    agents = by_login(parsed.rows)
    assert set(agents) == {str(number) for number in range(5, 25)}
    nine, thirteen = agents["9"], agents["13"]
    assert (nine.offered, nine.answered, nine.resolved, f"{nine.average_speed_of_answer:.2f}") == (
        1330,
        1313,
        1223,
        "23.00",
    )
    assert (thirteen.offered, thirteen.answered, thirteen.resolved, f"{thirteen.average_speed_of_answer:.2f}") == (
        1200,
        1186,
        1100,
        "23.30",
    )
    assert sum(agent.offered for agent in agents.values()) == 25_100
    assert sum(agent.offered - (agent.answered or 0) for agent in agents.values()) == 369
    assert {(agent.csat_mean, agent.talk_seconds_sum, agent.complaints) for agent in agents.values()} == {
        (None, None, None)
    }


def test_months_and_queues_are_counted_apart() -> None:
    rows = [HEADER, contact("1"), contact("2", 隊列="二線"), contact("3", 日期="2026-04-01"), contact("4")]
    counts = parse(read_contacts, "contacts", rows).rows
    assert [(c.month.month, c.queue, c.offered) for c in counts] == [(3, "一線", 2), (3, "二線", 1), (4, "一線", 1)]


def test_a_wait_past_midnight_is_short() -> None:
    rows = [HEADER, contact("1", 時間="23:59:50", 接聽時間="00:00:10")]
    assert parse(read_contacts, "contacts", rows).rows[0].wait_seconds_sum == Decimal(20)


def test_no_answer_has_no_wait_and_no_score() -> None:
    rows = [HEADER, contact("1"), contact("2", 接聽時間="", 是否接聽="否", 是否解決="否", 通話時長="", 滿意度="")]
    count = parse(read_contacts, "contacts", rows).rows[0]
    assert (count.offered, count.answered, count.wait_n, count.csat_n, count.talk_n) == (2, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("流水號", "1"),
        ("日期", ""),
        ("日期", "2026-02-30"),
        ("日期", "2027-01-01"),
        ("時間", "25:00:00"),
        ("坐席", "-"),
        ("是否接聽", "或許"),
        ("是否接聽", ""),
        ("是否接聽", "否"),
        ("通話時長", "-3"),
        ("通話時長", "90000"),
        ("滿意度", "6"),
        ("滿意度", "0"),
        ("滿意度", "4.5"),
        ("滿意度", "-"),
    ],
)
def test_each_seeded_fault_is_found_in_its_row(column: str, value: str) -> None:
    rows = [HEADER, contact("1"), contact("2", **{column: value}), contact("3")]
    parsed = parse(read_contacts, "contacts", rows, answered={"是": "yes", "否": "no"})
    assert {row for row, _ in places(parsed)} == {3}
    assert column in {place for _, place in places(parsed)} or value == "否"


def test_a_larger_scale_is_said_in_the_mapping() -> None:
    parsed = parse(
        read_contacts, "contacts", [HEADER, contact("1", 滿意度="9")], satisfaction_max=10, satisfaction_top=9
    )
    assert (parsed.faults, parsed.rows[0].csat_top2) == ([], 1)
