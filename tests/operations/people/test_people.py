"""Superiors, the centre's departments, leave, leaving, logins; who records and approves what is on file."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import ContactLogin, Department, Employee, EmployeeChange, EmployeeRecord, Leave, db
from admin.operations.imports.imports_accounts import activation_slips, create_accounts
from admin.operations.people import moving, people, records
from admin.operations.people.departments import name_head
from admin.operations.system.reference import edit_record
from admin.queries.system.home import home
from tests.operations.importing import HR, NOW, bring, rows

STAFF = """
    工號,姓名,部門,崗位,入職日期,直屬上級
    001,主任,客服中心,主任,2015-03-04,
    002,組長,客服中心/一線,組長,2019-03-04,001
    003,甲,客服中心/一線,專員,2022-07-01,002
    004,乙,客服中心/一線,專員,2022-07-01,002
"""


@pytest.fixture
def staff(session: Any) -> SimpleNamespace:
    """Ids by name, and the actor of each: chief (head), lead (superior), anna, ben, hr."""
    bring("employees", STAFF)
    found = {number: (key, user) for key, number, user in rows(Employee, "id", "number", "user_id")}
    made = SimpleNamespace()
    for name, number, roles in (
        ("chief", "001", {"employee", "head"}),
        ("lead", "002", {"employee", "superior"}),
        ("anna", "003", {"employee"}),
        ("ben", "004", {"employee"}),
    ):
        key, user = found[number]
        setattr(made, name, key)
        setattr(made, f"as_{name}", Actor(name, user, key, frozenset(roles)))
    made.as_hr = Actor("HR", found["004"][1], None, frozenset({"hr"}))  # any account; HR has no case here
    centre = next(key for key, name in rows(Department, "id", "name") if name == "客服中心")
    name_head(centre, made.chief, actor=HR, now=NOW)
    made.centre = centre
    return made


def test_a_superior_who_is_ones_own_subordinate_is_refused(staff: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="own subordinate") as refused:
        moving.move(staff.chief, {"superior_id": staff.anna}, actor=HR, now=NOW)
    assert refused.value.refusal.clause == "1.2"
    with pytest.raises(Refused):
        moving.move(staff.lead, {"superior_id": staff.lead}, actor=HR, now=NOW)


def test_superiors_move_in_bulk_and_each_move_is_kept(staff: SimpleNamespace) -> None:
    assert moving.reassign_superiors(staff.lead, staff.chief, actor=HR, now=NOW) == 2
    assert [above for number, above in rows(Employee, "number", "superior_id")] == [None, *[staff.chief] * 3]
    assert rows(EmployeeChange, "field", "old", "new") == [("superior_id", str(staff.lead), str(staff.chief))] * 2


def test_marking_a_department_marks_those_below_it(staff: SimpleNamespace) -> None:
    assert people.mark_in_centre(staff.centre, True, actor=HR, now=NOW) == 2
    assert all(marked for (marked,) in rows(Department, "in_centre"))


def test_leave_is_recorded_once_and_ends(staff: SimpleNamespace) -> None:
    leave = people.record_leave(staff.anna, "parental", date(2026, 6, 1), actor=HR, now=NOW)
    with pytest.raises(Invalid, match="another leave"):
        people.record_leave(staff.anna, "sick", date(2026, 9, 1), actor=HR, now=NOW)
    assert dict(rows(Employee, "id", "status"))[staff.anna] == "on_leave"
    people.end_leave(leave.id, date(2026, 11, 1), actor=HR, now=NOW)
    assert dict(rows(Employee, "id", "status"))[staff.anna] == "in_service"
    assert rows(Leave, "ends_on") == [(date(2026, 11, 1),)]


def test_who_has_left_can_no_longer_sign_in_and_not_lead(staff: SimpleNamespace) -> None:
    people.mark_left(staff.lead, date(2026, 11, 20), actor=HR, now=NOW)
    account = dict(rows(Employee, "id", "user_id"))[staff.lead]
    assert dict(rows(User, "id", "active"))[account] is False
    with pytest.raises(Invalid, match="has left"):
        moving.move(staff.anna, {"superior_id": staff.lead}, actor=HR, now=NOW)


def test_a_login_has_one_owner_at_a_time(staff: SimpleNamespace) -> None:
    people.map_login("Becky", staff.anna, date(2025, 1, 1), actor=HR, now=NOW)
    people.map_login("Becky", staff.ben, date(2026, 1, 1), actor=HR, now=NOW)
    assert rows(ContactLogin, "employee_id", "valid_from", "valid_to") == [
        (staff.anna, date(2025, 1, 1), date(2025, 12, 31)),
        (staff.ben, date(2026, 1, 1), None),
    ]
    with pytest.raises(Invalid, match="belongs to someone"):
        people.map_login("Becky", staff.lead, date(2025, 6, 1), date(2025, 7, 1), actor=HR, now=NOW)


@pytest.mark.parametrize("name", ["as_anna", "as_lead", "as_chief"])
def test_nobody_but_hr_changes_the_files_of_people(staff: SimpleNamespace, name: str) -> None:
    with pytest.raises(NotFound):
        moving.move(staff.ben, {"superior_id": staff.chief}, actor=getattr(staff, name), now=NOW)


def test_accounts_are_made_once_and_codes_are_given_to_those_who_never_signed_in(staff: SimpleNamespace) -> None:
    assert create_accounts(actor=HR, now=NOW) == []
    slips = activation_slips([staff.anna, staff.ben], actor=HR, now=NOW)
    assert [(slip.number, slip.username) for slip in slips] == [("003", "003"), ("004", "004")]
    assert len({slip.code for slip in slips}) == 2


def first_page(who: Actor) -> dict[str, int]:
    """What waits on somebody's first page, by kind."""
    with acting_as(who):
        db.session.rollback()
        found = {task.kind: task.count for task in home(db.session(), who, NOW, NOW.date()).tasks}
        db.session.rollback()
        return found


def recorded(staff: SimpleNamespace, kind: str, by: Actor) -> EmployeeRecord:
    return records.record(staff.anna, kind, "在重大申訴中", date(2026, 5, 1), points=70, actor=by, now=NOW)


def test_a_contribution_is_recorded_by_the_superior_and_approved_by_the_head(staff: SimpleNamespace) -> None:
    row = recorded(staff, "contribution", staff.as_lead)
    with pytest.raises(Refused, match="proposed or recorded"):
        records.approve(row.id, actor=staff.as_lead, now=NOW)
    with pytest.raises(Refused, match="approved by others"):
        records.approve(row.id, actor=staff.as_hr, now=NOW)
    assert records.approve(row.id, actor=staff.as_chief, now=NOW).stage == "approved"
    with pytest.raises(Refused, match="decided already"):
        records.reject(row.id, "no", actor=staff.as_chief, now=NOW)


def test_what_the_head_recorded_as_superior_is_approved_by_the_head_above_and_at_the_top_by_hr(
    staff: SimpleNamespace,
) -> None:
    """Or a record that the nearest head has made would wait for good (4.1-a)."""
    team = next(key for key, name in rows(Department, "id", "name") if name == "一線")
    name_head(team, staff.lead, actor=HR, now=NOW)
    row = recorded(staff, "contribution", staff.as_lead)
    with pytest.raises(Refused, match="proposed or recorded"):
        records.approve(row.id, actor=staff.as_lead, now=NOW)
    assert records.approve(row.id, actor=staff.as_chief, now=NOW).stage == "approved"
    day = date(2026, 5, 1)
    top = records.record(staff.lead, "contribution", "帶新人", day, actor=staff.as_chief, now=NOW)
    assert records.approve(top.id, actor=staff.as_hr, now=NOW).stage == "approved"


def test_whoever_has_left_approves_nothing_and_the_record_goes_to_the_next_head_or_to_hr(
    staff: SimpleNamespace,
) -> None:
    """Though nobody else is named yet, it waits for nobody who is gone (1.2-g, 4.1-a)."""
    team = next(key for key, name in rows(Department, "id", "name") if name == "一線")
    name_head(team, staff.ben, actor=HR, now=NOW)
    row = recorded(staff, "contribution", staff.as_lead)
    as_ben = Actor("ben", staff.as_ben.user_id, staff.ben, frozenset({"employee", "head"}))
    hr = Actor("HR", staff.as_chief.user_id, None, frozenset({"hr"}))
    waiting = lambda who: first_page(who).get("records", 0)  # noqa: E731
    assert (waiting(as_ben), waiting(staff.as_chief), waiting(hr)) == (1, 0, 0)
    people.mark_left(staff.ben, NOW.date(), actor=HR, now=NOW)
    assert (waiting(staff.as_chief), waiting(hr)) == (1, 0)
    people.mark_left(staff.chief, NOW.date(), actor=HR, now=NOW)
    assert waiting(hr) == 1
    assert records.approve(row.id, actor=hr, now=NOW).stage == "approved"
    assert waiting(hr) == 0


def test_a_record_is_a_task_of_whoever_may_approve_it_and_of_nobody_else(staff: SimpleNamespace) -> None:
    recorded(staff, "certificate", staff.as_anna)
    assert first_page(staff.as_hr)["records"] == 1
    assert "records" not in first_page(staff.as_chief)
    hr_herself = Actor("anna", staff.as_anna.user_id, staff.anna, frozenset({"hr", "employee"}))
    assert "records" not in first_page(hr_herself)


def test_whoever_recorded_something_takes_it_back_with_a_reason(staff: SimpleNamespace) -> None:
    """Where nobody else may decide, a record does not wait for good (4.1-a)."""
    row = recorded(staff, "breach", staff.as_hr)
    with pytest.raises(Refused, match="proposed or recorded"):
        records.approve(row.id, actor=staff.as_hr, now=NOW)
    assert records.reject(row.id, "登記錯人", actor=staff.as_hr, now=NOW).stage == "rejected"


def test_nobody_decides_on_their_own_file(staff: SimpleNamespace) -> None:
    row = recorded(staff, "certificate", staff.as_lead)
    hr_herself = Actor("anna", staff.as_anna.user_id, staff.anna, frozenset({"hr", "employee"}))
    with pytest.raises(Refused, match="own file"):
        records.approve(row.id, actor=hr_herself, now=NOW)


def test_a_record_made_by_the_wrong_person_is_refused_and_by_a_stranger_not_found(staff: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="made by others"):
        recorded(staff, "contribution", staff.as_chief)
    with pytest.raises(NotFound):
        recorded(staff, "contribution", staff.as_ben)
    with pytest.raises(Invalid):
        records.record(staff.anna, "breach", " ", date(2026, 5, 1), actor=staff.as_lead, now=NOW)
    with pytest.raises(Invalid):
        records.record(staff.anna, "breach", "遲", date(2027, 5, 1), actor=staff.as_lead, now=NOW)
    assert db.session.connection().execute(EmployeeRecord.__table__.select()).first() is None


def statuses() -> dict[int, str]:
    return dict(rows(Employee, "id", "status"))


def test_a_leaving_date_to_come_is_carried_out_on_its_day_by_timed_work(staff: SimpleNamespace) -> None:
    people.mark_left(staff.ben, date(2026, 12, 1), "另有高就", actor=HR, now=NOW)
    assert statuses()[staff.ben] == "in_service"
    assert people.follow_dates(actor=system_actor(), now=NOW) == 0
    then = NOW + timedelta(days=9)
    assert people.follow_dates(actor=system_actor(), now=then) == 1
    assert statuses()[staff.ben] == "left"
    assert dict(rows(User, "id", "active"))[staff.as_ben.user_id] is False
    assert people.follow_dates(actor=system_actor(), now=then) == 0


def test_leave_begins_and_ends_by_its_dates(staff: SimpleNamespace) -> None:
    people.record_leave(staff.anna, "leave", date(2026, 12, 1), date(2026, 12, 10), actor=HR, now=NOW)
    assert statuses()[staff.anna] == "in_service"
    assert people.follow_dates(actor=system_actor(), now=NOW + timedelta(days=10)) == 1
    assert statuses()[staff.anna] == "on_leave"
    assert people.follow_dates(actor=system_actor(), now=NOW + timedelta(days=20)) == 1
    assert statuses()[staff.anna] == "in_service"
    changes = rows(EmployeeChange, "employee_id", "field", "new", "effective_on")
    assert (staff.anna, "status", "in_service", date(2026, 12, 11)) in changes


def test_nobody_is_away_before_being_hired(staff: SimpleNamespace) -> None:
    with pytest.raises(Invalid, match="hiring date") as wrong:
        people.record_leave(staff.anna, "leave", date(1926, 12, 1), date(1926, 12, 1), actor=HR, now=NOW)
    assert set(wrong.value.fields) == {"starts_on"} and rows(Leave, "id") == []
    people.record_leave(staff.anna, "leave", date(2022, 7, 1), date(2022, 7, 1), actor=HR, now=NOW)


def test_a_leave_is_not_ended_within_the_next_one(staff: SimpleNamespace) -> None:
    first = people.record_leave(staff.anna, "leave", date(2026, 12, 1), date(2026, 12, 10), actor=HR, now=NOW)
    people.record_leave(staff.anna, "sick", date(2026, 12, 20), date(2026, 12, 24), actor=HR, now=NOW)
    with pytest.raises(Invalid, match="another leave") as wrong:
        people.end_leave(first.id, date(2026, 12, 20), actor=HR, now=NOW)
    assert set(wrong.value.fields) == {"ends_on"}
    people.end_leave(first.id, date(2026, 12, 19), actor=HR, now=NOW)
    assert rows(Leave, "ends_on") == [(date(2026, 12, 19),), (date(2026, 12, 24),)]


def test_a_leave_is_not_open_again_beyond_the_leaving_date(staff: SimpleNamespace) -> None:
    leave = people.record_leave(staff.anna, "leave", date(2026, 10, 1), date(2026, 10, 10), actor=HR, now=NOW)
    people.mark_left(staff.anna, date(2026, 11, 30), actor=HR, now=NOW)
    with pytest.raises(Refused, match="Record the return first"):
        people.end_leave(leave.id, date(2026, 11, 30), actor=HR, now=NOW)


def test_the_status_follows_whichever_leave_runs_when_another_is_ended_anew(staff: SimpleNamespace) -> None:
    over = people.record_leave(staff.anna, "leave", date(2026, 3, 1), date(2026, 3, 10), actor=HR, now=NOW)
    runs = people.record_leave(staff.anna, "sick", NOW.date() - timedelta(days=5), actor=HR, now=NOW)
    people.end_leave(over.id, date(2026, 3, 8), actor=HR, now=NOW)
    assert statuses()[staff.anna] == "on_leave"
    people.end_leave(runs.id, NOW.date() - timedelta(days=2), actor=HR, now=NOW)
    assert statuses()[staff.anna] == "in_service"
    people.end_leave(runs.id, NOW.date() + timedelta(days=9), actor=HR, now=NOW)
    assert statuses()[staff.anna] == "on_leave"


def test_no_ordinary_edit_takes_the_place_of_leaving_moving_or_leave(staff: SimpleNamespace) -> None:
    for given in ({"status": "left"}, {"status": "on_leave"}, {"left_on": date(2026, 11, 1)}, {"post": "組長"}):
        with pytest.raises(Refused) as refused:
            edit_record(Employee, staff.anna, given, actor=HR, now=NOW)
        assert refused.value.refusal.clause == "1.2-g"
    assert statuses()[staff.anna] == "in_service"
    edit_record(Employee, staff.anna, {"name": "甲乙", "status": "in_service"}, actor=HR, now=NOW)
