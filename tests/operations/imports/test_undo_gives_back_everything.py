"""After an import was taken back every row of every table is as it was, whatever kind it was of and whatever it brought."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admin.models import db
from tests.operations.importing import PEOPLE, bring, taken_back

# What tells that it happened stays, sessions that ended with an account stay ended; what is counted anew has other numbers.
OF_THE_TRAIL = {
    "account_states",
    "audit_events",
    "audit_seals",
    "audit_salts",
    "imports",
    "jobs",
    "notifications",
    "outbox",
    "long_works",
}
COUNTED_ANEW = {"queue_totals"}
NUMBERS = ("001", "002", "003", "004", "005")
HEADS = "工號,姓名,部門,入職日期,直屬上級,狀態,離職日期,話務帳號"
ROW = st.tuples(
    st.sampled_from(["甲", "乙"]), st.sampled_from(["客服中心/一線", "客服中心/三線"]), st.sampled_from(["2019-03-04", "2020-05-06"]),
    st.sampled_from(["", "001"]), st.sampled_from(["在職,", "離職,2026-10-31", "留職停薪,", ","]), st.booleans(),
)  # fmt: skip
EMPLOYEES = st.dictionaries(st.sampled_from(NUMBERS[1:]), ROW, min_size=1)
FIGURES = st.dictionaries(
    st.tuples(st.sampled_from(NUMBERS[:3]), st.sampled_from(["2026-03", "2026-04"])), st.integers(0, 400), min_size=1
)
CALLS = st.tuples(  # of a month that has figures, which a part of it never replaces, or of one that has none
    st.sampled_from(["03", "05"]),
    st.lists(st.tuples(st.sampled_from(["Becky", "Dan"]), st.integers(1, 28)), min_size=1, max_size=6),
)
RATINGS = st.dictionaries(
    st.tuples(st.sampled_from(NUMBERS[:3]), st.sampled_from(["2024", "2025"])),
    st.sampled_from(["合格", "良好"]),
    min_size=1,
)
GRADES = st.dictionaries(st.sampled_from(NUMBERS[:3]), st.sampled_from(["M1", "J3"]), min_size=1)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    db.session.rollback()
    found = {}
    for name, table in db.metadata.tables.items():
        if name not in OF_THE_TRAIL:
            columns = [column for column in table.c if name not in COUNTED_ANEW or column.name != "id"]
            found[name] = sorted(map(tuple, db.session.connection().execute(select(*columns))), key=repr)
    return found


@pytest.fixture
def before(session: Any) -> Any:
    bring("employees", PEOPLE)
    bring("metrics", "工號,月份,接聽量\n001,2026-03,50\n002,2026-03,60")
    bring("contacts", "坐席,日期,是否接聽\nBecky,2026-02-02,是")
    bring("ratings", "工號,考核年度,績效等次\n001,2025,合格")
    return session


def file_of(kind: str, drawn: Any) -> str:
    if kind == "employees":
        return "\n".join(
            [HEADS, *(",".join([key, *cells, f"Z{key}" if login else ""]) for key, (*cells, login) in drawn.items())]
        )
    if kind == "contacts":
        month, calls = drawn
        return "\n".join(["坐席,日期,是否接聽", *(f"{login},2026-{month}-{day:02},是" for login, day in calls)])
    if kind == "grades":
        return "\n".join(["工號,職級,任職級日期", *(f"{number},{grade},2025-01-01" for number, grade in drawn.items())])
    head = {"metrics": "工號,月份,接聽量", "ratings": "工號,考核年度,績效等次"}[kind]
    return "\n".join([head, *(f"{number},{when},{value}" for (number, when), value in drawn.items())])


@pytest.mark.parametrize(
    ("kind", "files"),
    [("employees", EMPLOYEES), ("metrics", FIGURES), ("contacts", CALLS), ("ratings", RATINGS), ("grades", GRADES)],
)
def test_it_is_as_it_was(before: Any, kind: str, files: Any) -> None:
    applied = []

    @settings(max_examples=8)
    @given(files)
    def gone_without_a_trace(drawn: Any) -> None:
        stood = everything()
        ticks = {"decided": ["rehire:*", "return:*", "left_on:*", "superior:*"]} if kind == "employees" else {}
        mapping = {"options": {"logins": {"Dan": "003"}} if kind == "contacts" else ticks}
        _plan, row = bring(kind, file_of(kind, drawn), mapping)
        applied.append(row is not None)
        if row is not None:
            taken_back(row.id)
        now = everything()
        assert {name: (stood[name], now[name]) for name in stood if stood[name] != now[name]} == {}

    gone_without_a_trace()
    assert any(applied)
