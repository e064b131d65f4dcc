"""Seats at every door: one chair, one seat a person, and a seat that has acted never changes hands (6.1-b)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from admin.domain.refusals import Refused
from admin.models import Ballot, CommitteeMember, db
from admin.operations.committee.ballots import cast_ballot
from admin.operations.committee.meetings import declare_conflict
from admin.operations.committee.seats import change_seat, form_panel
from admin.queries.committee.committee import recused
from admin.queries.committee.meeting_facts import open_motion
from tests import factories as make
from tests.by_two import as_confirmed, second_confirms
from tests.factories import NOW
from tests.operations.bodies import case, committee, item_of, opened, vote
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def body(session):
    return committee()


def form_of(person, constituency="centre_management", office="member", **more):
    return {"employee": person.id, "constituency": constituency, "office": office, "term_from": "2026-11-01", **more}


def seats_of(person):
    db.session.rollback()
    return list(db.session.scalars(select(CommitteeMember).where(CommitteeMember.employee_id == person.id)))


def api(app, body, method, path="", **data):
    client = app.test_client()
    return client.open(
        f"/api/v1/committee_members/{path}", method=method, json=data, headers=headers_of(app, body.hr.user_id)
    )


def voted(body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Hua=True)
    return meeting, one


@pytest.mark.parametrize(
    ("who", "given"),
    [
        ("new", {"office": "chair"}),
        ("Hua", {"constituency": "related_departments"}),
        ("Hua", {"on_panel": "y"}),
    ],
)
def test_the_generated_form_refuses_a_second_chair_a_second_seat_and_both_bodies_at_once(app, body, who, given):
    person = make.employee("New") if who == "new" else body.people[who]
    answer = client_of(app, body.hr.user_id).post("/committee_members/add", data={**form_of(person), **given})
    assert answer.status_code == 409 and "6.1-b" in answer.text
    assert len(seats_of(person)) == (0 if who == "new" else 1)
    sent = {**form_of(person), **given, "on_panel": "on_panel" in given}
    refused = api(app, body, "POST", **sent)
    assert refused.status_code == 409 and refused.json["clause"] == "6.1-b"


def test_the_form_and_the_api_give_a_seat_that_is_free(app, body):
    one, two = make.employee("One"), make.employee("Two")
    assert client_of(app, body.hr.user_id).post("/committee_members/add", data=form_of(one)).status_code == 303
    assert api(app, body, "POST", employee=two.id, constituency="hr", term_from="2026-11-01").status_code == 202
    assert second_confirms() == 2
    assert [len(seats_of(each)) for each in (one, two)] == [1, 1]


def test_a_seat_with_a_ballot_does_not_change_hands_at_any_door(app, body):
    voted(body)
    seat, other = body.seats["Hua"], make.employee("Other")
    client, address = client_of(app, body.hr.user_id), f"/committee_members/edit/{seat.id}"
    seen = client.get(address).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    answer = client.post(address, data={**form_of(other, "hr", term_from="2026-01-01"), "seen": seen})
    assert answer.status_code == 409 and "6.1-b" in answer.text
    assert api(app, body, "PUT", str(seat.id), employee=other.id).json["clause"] == "6.1-b"
    assert api(app, body, "DELETE", str(seat.id)).json["clause"] == "6.1-b"
    assert client.post(f"/committee_members/delete/{seat.id}").status_code == 409
    assert [row.employee_id for row in seats_of(body.people["Hua"])] == [body.people["Hua"].id]


def test_the_database_itself_keeps_a_seat_that_has_acted_from_changing_hands(body):
    voted(body)
    other = make.employee("Other")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            update(CommitteeMember).where(CommitteeMember.id == body.seats["Hua"].id).values(employee_id=other.id)
        )
    db.session.rollback()


def test_a_seat_that_did_nothing_may_be_put_right_and_taken_back(app, body):
    other = make.employee("Other")
    seat = body.seats["Ops"]
    assert api(app, body, "PUT", str(seat.id), employee=other.id).status_code == 202
    assert second_confirms() == 1
    assert seats_of(other)[0].id == seat.id and seats_of(body.people["Ops"]) == []
    assert api(app, body, "DELETE", str(seat.id)).status_code == 202
    assert second_confirms() == 1 and seats_of(other) == []


def test_another_constituency_of_a_seat_that_has_acted_is_another_seat_from_tomorrow(app, body):
    meeting, _one = voted(body)
    seat = body.seats["Hua"]
    assert api(app, body, "PUT", str(seat.id), constituency="related_departments").status_code == 202
    assert second_confirms() == 1
    old, new = seats_of(body.people["Hua"])
    assert (old.constituency, old.term_to, new.constituency, new.term_from) == (
        "hr", TODAY, "related_departments", TOMORROW,
    )  # fmt: skip
    assert meeting.id


def test_nobody_votes_twice_through_two_seats(body):
    meeting, one = voted(body)
    as_confirmed(
        change_seat, body.seats["Hua"].id, {"constituency": "related_departments"}, actor=body.actor("HR"), now=NOW
    )
    later = NOW + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        cast_ballot(
            meeting.id, review_id=one.id, in_favour=False, actor=make.actor_of(body.people["Hua"], later), now=later
        )
    assert refused.value.refusal.clause in ("3.3.4-a", "3.3.4-b")
    motion, new = open_motion(item_of(meeting, one)), seats_of(body.people["Hua"])[1]
    with pytest.raises(Refused, match=r"1\.3\.1"), make.fixture() as op:
        op.add(
            Ballot(motion_id=motion.id, member_id=new.id, employee_id=new.employee_id, in_favour=False, cast_at=later)
        )


def test_a_recusal_holds_for_the_person_whatever_seat_they_take_next(body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "we share a flat", actor=body.actor("Hua"), now=NOW)
    new = as_confirmed(
        change_seat, body.seats["Hua"].id, {"constituency": "related_departments"}, actor=body.actor("HR"), now=NOW
    )
    assert new.id != body.seats["Hua"].id
    assert recused(db.session, [one.id])[one.id] == {body.seats["Hua"].id, new.id}


def test_a_term_does_not_end_before_the_seat_acted_last(app, body):
    voted(body)
    seat = body.seats["Hua"]
    answer = api(app, body, "PUT", str(seat.id), term_to="2026-11-01")
    assert answer.status_code == 409 and answer.json["clause"] == "6.1-b"
    assert api(app, body, "PUT", str(seat.id), term_to=TODAY.isoformat()).status_code == 202
    assert second_confirms() == 1
    assert seats_of(body.people["Hua"])[0].term_to == TODAY


def test_a_panel_is_named_out_of_the_committee_and_seats_that_acted_begin_there_tomorrow(body):
    voted(body)
    fresh = make.employee("Fresh")
    seats = [body.seats["Hua"], body.seats["Related"], make.seat(fresh, "centre_management")]
    named = as_confirmed(form_panel, [row.id for row in seats], seats[2].id, actor=body.actor("Secretary"), now=NOW)
    assert {row.employee_id for row in named} == {row.employee_id for row in seats}
    assert all(row.on_panel and row.panel_chair == (row.employee_id == fresh.id) for row in named)
    assert [row.on_panel for row in seats_of(body.people["Hua"])] == [False, True]  # Hua has voted
    assert [row.on_panel for row in seats_of(fresh)] == [True]


def test_management_gives_no_seats_but_by_the_act_on_an_appeal_whose_panel_is_short(app, body):
    boss, new = make.employee("Boss", roles=("employee", "management")), make.employee("New")
    given = {"employee": new.id, "constituency": "hr", "term_from": TODAY.isoformat(), "on_panel": True}
    answer = app.test_client().post("/api/v1/committee_members/", json=given, headers=headers_of(app, boss.user_id))
    assert answer.status_code == 404 and seats_of(new) == []


def test_the_panel_is_named_by_api_with_its_chair(app, body):
    given = [
        make.seat(make.employee(), constituency=name).id for name in ("hr", "centre_management", "related_departments")
    ]
    *members, chair = given
    address = f"/api/v1/committee_members/{chair}/actions/form_panel"
    client = app.test_client()
    hr = headers_of(app, body.hr.user_id)
    assert client.post(address, json={"members": [*members, 4711]}, headers=hr).status_code == 422
    assert client.post(address, json={"members": members[:1]}, headers=hr).status_code == 409
    assert (
        client.post(address, json={"members": members}, headers=headers_of(app, body.people["Hua"].user_id)).status_code
        == 404
    )
    answer = client.post(address, json={"members": members}, headers=hr)
    assert answer.status_code == 202 and answer.json["proposed"], answer.text
    db.session.rollback()
    assert second_confirms() == 1
    assert db.session.get(CommitteeMember, chair).panel_chair
    assert all(db.session.get(CommitteeMember, key).on_panel for key in given)


def test_hr_gives_the_seat_that_a_case_lacks_where_the_case_is_named(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "related", actor=body.actor("Related"), now=NOW)
    client = client_of(app, body.hr.user_id)
    page = client.get("/bodies/").text
    assert one.employee.name in page and f'name="term_from" value="{TODAY}"' in page
    given = {"employee": make.employee("New").number, "constituency": "related_departments", "office": "alternate"}
    assert client.post("/bodies/appoint", data=given | {"term_from": str(TODAY)}).status_code == 303
    assert second_confirms() == 1
    assert one.employee.name not in client.get("/bodies/").text
