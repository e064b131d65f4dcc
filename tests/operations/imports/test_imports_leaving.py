"""Leaving and leave by an employee import are the same acts as by hand, and are taken back whole or not at all (1.2-g)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from admin.access.actor import system_actor
from admin.domain.refusals import Refused
from admin.models import Employee, EmployeeChange, Leave, Review
from admin.models.accounts import User
from admin.operations.imports import imports
from admin.operations.people import people
from admin.operations.seconding import done_by_two
from tests import factories as make
from tests.operations.importing import HR, NOW, PEOPLE, bring, count, rows, taken_back

LEFT = "工號,姓名,部門,入職日期,狀態\n003,王小明,客服中心/二線,2021-01-04,離職"
RETURNING = {"options": {"decided": ["return:*"]}}
AWAY = LEFT.replace("離職", "留職停薪")
BACK = LEFT.replace("離職", "在職")


def status() -> str:
    return dict(rows(Employee, "number", "status"))["003"]


def test_a_leaver_of_a_file_without_a_day_has_left_today(session: Any) -> None:
    bring("employees", PEOPLE)
    bring("employees", LEFT)
    assert dict(rows(Employee, "number", "left_on"))["003"] == date(2026, 11, 23)


def test_undoing_gives_the_account_of_a_leaver_back(session: Any) -> None:
    bring("employees", PEOPLE)
    before = rows(Employee, "number", "status", "left_on"), rows(User, "username", "active")
    _, row = bring("employees", LEFT)
    assert dict(rows(User, "username", "active"))["003"] is False
    taken_back(row.id)
    assert (rows(Employee, "number", "status", "left_on"), rows(User, "username", "active")) == before


def test_an_import_that_closed_a_leavers_case_is_not_undone_and_says_why(session: Any) -> None:
    bring("employees", PEOPLE)
    with make.fixture() as op:
        person = next(each for each in op.session.query(Employee) if each.number == "003")
        make.review(make.open_cycle(), person, stage="rating", proposed=None)
    with done_by_two():
        plan, row = bring("employees", LEFT)
    said = " ".join(note.text() for note in plan.follows)
    assert (
        "their people have left: 1. Once applied, the import cannot be taken back" in said
        and "Accounts that end: 1" in said
    )
    assert rows(Review, "stage") == [("left",)]
    with pytest.raises(Refused, match="1 case of a person who left") as refused:
        taken_back(row.id)
    assert refused.value.refusal.clause == "1.2-g" and status() == "left"


def test_who_is_on_leave_by_a_file_has_a_leave_and_is_back_by_a_file(session: Any) -> None:
    bring("employees", PEOPLE)
    bring("employees", AWAY)
    assert status() == "on_leave" and rows(Leave, "starts_on", "ends_on") == [(date(2026, 11, 23), None)]
    assert people.follow_dates(actor=system_actor(), now=NOW + timedelta(days=3)) == 0
    later = NOW + timedelta(days=3)
    imports.import_file("employees", "back.csv", BACK.encode(), RETURNING, actor=HR, now=later)
    assert status() == "in_service" and rows(Leave, "ends_on") == [(date(2026, 11, 25),)]
    assert people.follow_dates(actor=system_actor(), now=later) == 0 and status() == "in_service"


def test_a_roster_of_last_month_ends_no_leave_without_its_tick(session: Any) -> None:
    bring("employees", PEOPLE)
    bring("employees", AWAY)
    plan, row = bring("employees", BACK)
    assert row is None and [each["key"] for each in plan.extra["decisions"]] == ["return:003"]
    assert status() == "on_leave" and rows(Leave, "ends_on") == [(None,)]


def test_a_leave_recorded_by_hand_is_not_doubled_by_a_file(session: Any) -> None:
    bring("employees", PEOPLE)
    key = {number: each for each, number in rows(Employee, "id", "number")}["003"]
    people.record_leave(key, "parental", date(2026, 11, 25), actor=HR, now=NOW)
    imports.import_file("employees", "away.csv", AWAY.encode(), None, actor=HR, now=NOW + timedelta(days=3))
    assert status() == "on_leave"
    assert rows(Leave, "kind") == [("parental",)]


def test_undoing_takes_the_leave_of_a_file_away_and_opens_again_what_it_ended(session: Any) -> None:
    bring("employees", PEOPLE)
    _, away = bring("employees", AWAY)
    later = NOW + timedelta(days=3)
    _, back = imports.import_file("employees", "back.csv", BACK.encode(), RETURNING, actor=HR, now=later)
    taken_back(back.id, later)
    assert status() == "on_leave" and rows(Leave, "ends_on") == [(None,)]
    taken_back(away.id, later)
    assert status() == "in_service" and count(Leave) == 0 and count(EmployeeChange) == 0
