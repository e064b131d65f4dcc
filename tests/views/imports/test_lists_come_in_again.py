"""A list that the portal gives out as XLSX is a file that it takes, in each language, and nothing in it is a change."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from admin.operations.imports import imports_checking
from tests.operations.importing import HR, NOW, bring
from tests.web.conftest import centre, no_tokens, signed_in  # noqa: F401  fixtures

MORE = """
    工號,姓名,部門,職務,技能組,到職日期,進入中心日期,離職日期,在職狀態,直屬上級,電子郵件,管理職
    X1,周甲,客服中心/夜班/一組,主任,夜間,2019-03-04,2019-04-01,,在職,,x1@example.org,是
    X2,吳乙,客服中心/日班/一組,專員,,2021-01-04,,,留停,X1,,否
"""
LATIN = """
    工號,姓名,部門,到職日期,離職日期,在職狀態,直屬上級
    X3,李丙,Contact centre/Night,2020-02-03,2024-05-06,離職,X1
"""


@pytest.mark.parametrize("language", ["zh-TW", "zh-CN", "en"])
def test_the_employees_list_comes_in_again_without_a_change(app: Flask, signed_in: Any, language: str) -> None:  # noqa: F811
    with app.app_context():
        bring("employees", MORE)
        # A path that no sign of the whole list tells apart: it is found in one piece.
        bring("employees", LATIN, {"options": {"department_separator": "/"}})
    data = signed_in("hr").post("/employees/export?find=X", headers={"Accept-Language": language}).data
    with app.app_context():
        read, plan = imports_checking.preview("employees", "list.xlsx", data, actor=HR, now=NOW)
        assert [fault.text() for fault in plan.faults] == []
        assert {
            name: count for name, count in plan.counts.items() if count and name not in ("rows", "unchanged", "missing")
        } == {}
        assert {row.number for row in read.parsed.rows} == {"X1", "X2", "X3"}
        assert {"superior", "management", "email", "queue", "joined_centre", "left"} <= read.parsed.fields
        _read, grades = imports_checking.preview("grades", "list.xlsx", data, actor=HR, now=NOW)
        assert not any("No column is mapped" in fault.text() for fault in grades.faults)
