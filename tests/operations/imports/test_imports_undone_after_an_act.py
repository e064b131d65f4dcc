"""An import is taken back only where what an act has done since would still hold: no range over another, nothing into frozen time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from admin.domain.refusals import Refused
from admin.models import ContactLogin, Employee, Import, Leave, Metric
from admin.operations.imports import imports
from admin.operations.people import people
from admin.operations.people.people import map_login
from tests import factories as make
from tests.operations.importing import HR, NOW, PEOPLE, bring, rows

HEADS = "坐席,日期,通話編號,是否接聽,是否解決,應答秒數,通話時長,滿意度評分"


def key_of(number: str) -> int:
    return next(key for key, found in rows(Employee, "id", "number") if found == number)


def test_a_login_that_has_passed_on_since_is_not_given_back_to_two_people(session: Any) -> None:
    bring("employees", PEOPLE)
    map_login("Dan", key_of("001"), date(2026, 1, 1), actor=HR, now=NOW)
    log = f"{HEADS}\nDan,2026-06-02,C1,是,否,30,200,3"
    _plan, row = bring("contacts", log, {"options": {"logins": {"Dan": "003"}}})
    map_login("Dan", key_of("002"), date(2026, 9, 1), actor=HR, now=NOW)
    before = rows(ContactLogin, "employee_id", "login", "valid_from", "valid_to")
    with pytest.raises(Refused, match="passed on since") as refused:
        imports.undo(row.id, actor=HR, now=NOW)
    assert refused.value.refusal.clause == "1.3.1"
    assert rows(ContactLogin, "employee_id", "login", "valid_from", "valid_to") == before


def test_a_leave_that_the_import_ended_is_not_opened_over_one_recorded_since(session: Any) -> None:
    bring("employees", PEOPLE)
    away = "工號,姓名,部門,入職日期,狀態\n003,王小明,客服中心/二線,2021-01-04,留職停薪"
    bring("employees", away)
    _plan, row = bring("employees", away.replace("留職停薪", "在職"), {"options": {"decided": ["return:*"]}})
    people.record_leave(key_of("003"), "sick", date(2026, 12, 24), actor=HR, now=NOW)
    before = rows(Leave, "starts_on", "ends_on")
    with pytest.raises(Refused, match="Another leave") as refused:
        imports.undo(row.id, actor=HR, now=NOW)
    assert refused.value.refusal.clause == "1.3.1" and rows(Leave, "starts_on", "ends_on") == before


def test_a_figure_that_an_import_of_before_took_away_does_not_come_back_into_frozen_time(session: Any) -> None:
    """No import takes figures away any more; what earlier ones took is given back by the same rules."""
    bring("employees", PEOPLE)
    person, month = key_of("003"), "2026-03-01"
    _plan, row = bring("metrics", "工號,月份,接聽量\n003,2025-12,1")
    gone = {"employee_id": person, "month": month, "queue": "", "code": "resolved", "value": 2.0, "import_id": None}
    with make.fixture() as op:
        kept = op.get(Import, row.id)
        kept.undo = {**kept.undo, "removed": [gone]}
    before = sorted(rows(Metric, "employee_id", "code", "value"))
    cycle = make.open_cycle()
    with make.fixture() as op:
        make.review(cycle, op.get(Employee, person), stage="rating", present=None, proposed=None)
    with pytest.raises(Refused, match="locked") as refused:
        imports.undo(row.id, actor=HR, now=cycle.self_assessment_due + timedelta(days=1))
    assert refused.value.refusal.clause == "3.2-a"
    assert sorted(rows(Metric, "employee_id", "code", "value")) == before
    imports.undo(row.id, actor=HR, now=NOW)
    assert rows(Metric, "employee_id", "month", "code", "value") == [(person, date(2026, 3, 1), "resolved", 2.0)]
