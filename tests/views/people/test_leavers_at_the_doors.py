"""Whoever has left has left at every door: nobody is put on leave, seated, or named superior after it (1.2-g, 6.1-b)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import CommitteeMember, Employee, Leave, db
from admin.operations.accounts.accounts import save_account
from admin.operations.imports import imports
from admin.operations.people import people
from tests.by_two import second_confirms
from tests.factories import NOW

ENGLISH = {"Accept-Language": "en"}
HEAD = "工號,姓名,部門,入職日期,狀態"
NEW = {"number": "N1", "name": "新人", "hired_on": "2026-01-05"}


def stands(key: int) -> tuple[str, date | None]:
    with acting_as(system_actor()):
        db.session.rollback()
        person = db.session.get_one(Employee, key)
        return person.status, person.left_on


@pytest.fixture
def left(centre, session) -> int:
    """Somebody who left three days ago."""
    people.mark_left(centre.emp2, date(2026, 11, 20), actor=system_actor(), now=NOW)
    return centre.emp2


def by_file(text: str, *ticked: str):
    mapping = {"options": {"decided": list(ticked)}} if ticked else None
    return imports.import_file("employees", "people.csv", text.encode(), mapping, actor=system_actor("cli"), now=NOW)


def test_no_leave_is_recorded_of_somebody_who_has_left(signed_in, left):
    given = {"employee": left, "kind": "leave", "starts_on": "2026-11-22"}
    answer = signed_in("hr").post("/people/leave", data=given, headers=ENGLISH)
    assert answer.status_code == 409 and "1.2-g" in answer.text and "2026-11-20" in answer.text
    assert stands(left) == ("left", date(2026, 11, 20))


def test_a_leave_that_begins_after_a_recorded_leaving_is_refused_and_one_before_is_not(signed_in, centre, session):
    people.mark_left(centre.emp2, date(2027, 1, 31), actor=system_actor(), now=NOW)
    given = {"employee": centre.emp2, "kind": "leave", "ends_on": ""}
    assert signed_in("hr").post("/people/leave", data=given | {"starts_on": "2027-02-01"}).status_code == 409
    assert signed_in("hr").post("/people/leave", data=given | {"starts_on": "2026-12-01"}).status_code == 303


def test_a_leaving_recorded_by_mistake_is_taken_back_by_recording_the_return(signed_in, centre, session):
    hr = signed_in("hr")
    hr.post("/people/left", data={"employee": centre.emp2, "left_on": "2027-01-31"})
    assert stands(centre.emp2) == ("in_service", date(2027, 1, 31))
    assert hr.post("/people/back", data={"employee": centre.emp2, "back_on": "2026-11-23"}).status_code == 303
    assert stands(centre.emp2) == ("in_service", None)
    assert people.follow_dates(actor=system_actor(), now=NOW) == 0


def test_who_left_is_back_from_a_day_after_it_and_not_before(signed_in, left):
    hr = signed_in("hr")
    for day in ("2026-11-19", "2026-11-30"):
        answer = hr.post("/people/back", data={"employee": left, "back_on": day}, headers=ENGLISH)
        assert answer.status_code == 422 and stands(left)[0] == "left"
    assert hr.post("/people/back", data={"employee": left, "back_on": "2026-11-23"}).status_code == 303
    assert stands(left) == ("in_service", None)


def test_a_leaving_is_not_moved_to_a_day_to_come_once_it_has_come(signed_in, left):
    assert signed_in("hr").post("/people/left", data={"employee": left, "left_on": "2027-11-20"}).status_code == 422
    assert stands(left) == ("left", date(2026, 11, 20))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"status": "left"}, None),
        ({"status": "left", "left_on": "2027-01-01"}, None),
        ({"left_on": "2026-02-01"}, ("left", date(2026, 2, 1))),
        ({"left_on": "2027-02-01"}, ("in_service", date(2027, 2, 1))),
        ({"status": "on_leave"}, ("on_leave", None)),
    ],
)
def test_the_status_of_a_new_entry_is_what_its_dates_say(app, bearer, centre, session, given, found):
    sent = NEW | {"department": centre.centre} | given
    answer = app.test_client().post("/api/v1/employees/", json=sent, headers=bearer("hr"))
    if found is None:
        assert answer.status_code == 422 and "left_on" in answer.json["fields"]
        return
    assert answer.status_code == 201 and stands(answer.json["id"]) == found
    with acting_as(system_actor()):
        leaves = db.session.query(Leave).filter_by(employee_id=answer.json["id"]).count()
    assert leaves == (found[0] == "on_leave")


def test_a_hiring_date_is_not_moved_into_the_future(app, bearer, centre):
    sent = {"hired_on": "2027-06-01"}
    answer = app.test_client().put(f"/api/v1/employees/{centre.emp2}", json=sent, headers=bearer("hr"))
    assert answer.status_code == 422 and "hired_on" in answer.json["fields"]


def test_a_seat_is_not_given_to_somebody_who_has_left_by_changing_it(app, bearer, centre, left):
    client, hr = app.test_client(), bearer("hr")
    seat = {"employee": centre.emp1, "constituency": "hr", "term_from": "2026-11-01"}
    assert client.post("/api/v1/committee_members/", json=seat, headers=hr).status_code == 202
    with app.app_context():
        assert second_confirms() == 1
        key = db.session.scalars(select(CommitteeMember.id).execution_options(unscoped=True)).one()
    answer = client.put(f"/api/v1/committee_members/{key}", json={"employee": left}, headers=hr)
    assert answer.status_code == 422 and "employee" in answer.json["fields"]


def test_a_file_names_nobody_as_superior_who_has_left(left):
    plan, row = by_file(f"{HEAD},直屬上級\nE3,emp1,客服中心,2020-01-06,在職,E4")
    assert row is None and [fault.text() for fault in plan.faults] == ["E4 emp2 has left: name someone else."]
    plan, row = by_file(f"{HEAD},直屬上級\nE2,sup1,客服中心,2020-01-06,離職,\nE9,新人,客服中心,2026-01-05,在職,E2")
    assert row is None and [fault.row for fault in plan.faults] == [3]


def test_a_leaver_may_have_had_a_superior_who_has_left_too(left):
    _, row = by_file(f"{HEAD},直屬上級\nE9,舊人,客服中心,2010-01-05,離職,E4")
    assert row is not None


def test_whom_a_file_brings_back_has_no_leaving_date(left):
    brings_back = f"{HEAD}\nE4,emp2,客服中心,2020-01-06,在職"
    by_file(brings_back)
    assert stands(left)[0] == "left", "a file alone re-hires no one"
    by_file(brings_back, "rehire:E4")
    assert stands(left) == ("in_service", None)
    assert people.follow_dates(actor=system_actor(), now=NOW) == 0


def test_the_account_of_a_leaver_is_opened_only_after_the_return(centre, left):
    with acting_as(system_actor()):
        person = db.session.get_one(Employee, left)
        user, name = person.user_id, "emp2"
    given = {"username": name, "role_ids": [], "actor": system_actor("cli"), "now": NOW}
    with pytest.raises(Refused, match="has left") as refused:
        save_account(user, **given)
    assert refused.value.refusal.clause == "1.2-g"
    assert save_account(user, active=False, **given).active is False
    people.come_back(left, NOW.date(), actor=system_actor(), now=NOW)
    assert save_account(user, **given).active is True


def test_nobody_moves_after_leaving_by_the_ordinary_edit_either(app, bearer, centre, left):
    for sent in ({"department": centre.other}, {"superior": centre.head1}, {"post": "Elsewhere"}):
        answer = app.test_client().put(f"/api/v1/employees/{left}", json=sent, headers=bearer("hr"))
        assert answer.status_code == 422, answer.text
    renamed = app.test_client().put(f"/api/v1/employees/{left}", json={"name": "陳大文"}, headers=bearer("hr"))
    assert renamed.status_code == 200
