"""A meeting that has not begun is moved or cancelled, a case taken off its agenda, at every door (3.3.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin.models import Meeting, db
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.ballots import close_ballot
from admin.operations.committee.meetings import adjourn
from admin.queries.committee.meetings import unassigned
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import case, committee, item_of, opened, planned, vote
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def body(session):
    return committee()


def as_(app, body, name):
    return client_of(app, body.actor(name).user_id)


def test_a_meeting_is_moved_by_page_and_api_with_a_reason(app, body):
    meeting = planned(body, [case(body)])
    later = (NOW + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    client, address = as_(app, body, "Secretary"), f"/act/meeting/{meeting.id}/reschedule"
    assert 'type="datetime-local"' in client.get(address).text
    assert client.post(address, data={"scheduled_at": "2026-01-01T10:00", "reason": "sooner"}).status_code == 422
    assert client.post(address, data={"scheduled_at": later}).status_code == 409, "without a reason"
    assert client.post(address, data={"scheduled_at": later, "reason": "The room is taken."}).status_code == 302
    db.session.rollback()
    assert meeting.scheduled_at == NOW + timedelta(days=9) - timedelta(hours=8)  # typed in company time
    headers = headers_of(app, body.actor("Hua").user_id)
    act = f"/api/v1/meetings/{meeting.id}/actions/reschedule"
    given = {"scheduled_at": later, "reason": "no"}
    assert app.test_client().post(act, json=given, headers=headers).status_code == 409, "a member is not the secretary"


def test_the_cases_of_a_cancelled_meeting_wait_for_another(app, body):
    one = case(body)
    meeting = planned(body, [one])
    headers = headers_of(app, body.actor("Secretary").user_id)
    act = f"/api/v1/meetings/{meeting.id}/actions/cancel"
    assert app.test_client().post(act, json={}, headers=headers).status_code == 409
    done = app.test_client().post(act, json={"reason": "Nobody is there."}, headers=headers)
    assert (done.status_code, done.json["stage"]) == (200, "cancelled")
    db.session.rollback()
    with make.fixture():
        assert [row.id for row in db.session.scalars(unassigned(db.session(), body.cycle.id))] == [one.id]
    assert planned(body, [one]).id != meeting.id


def test_a_case_is_taken_off_before_the_opening_and_may_come_back(app, body):
    one, two = case(body), case(body, proposed="J3")
    meeting = planned(body, [one, two])
    client, item = as_(app, body, "HR"), item_of(meeting, two)
    answer = client.post(f"/meetings/{meeting.id}/cases/{item.id}/take_off_agenda", data={"reason": "Not ready."})
    assert answer.status_code == 302
    db.session.rollback()
    assert item.state == "taken_off" and [motion.state for motion in item.motions] == ["withdrawn"]
    again = client.post(f"/meetings/{meeting.id}/cases/{item.id}/take_off_agenda", data={"reason": "Again."})
    assert again.status_code == 409
    assign_to_meeting([two.id], meeting.id, actor=body.actor("Secretary"), now=NOW)
    assert (item.state, [motion.state for motion in item.motions]) == ("pending", ["withdrawn", "open"])


def test_on_a_case_that_was_taken_off_nobody_marks_or_declares_and_nothing_is_offered(app, body):
    one = case(body, proposed="J3")
    meeting = planned(body, [one])
    item = item_of(meeting, one)
    address = f"/meetings/{meeting.id}/cases/{item.id}"
    as_(app, body, "HR").post(f"{address}/take_off_agenda", data={"reason": "Not ready."})
    client = as_(app, body, "Hua")
    marked = client.post(f"{address}/premark", data={"agrees": "1"})
    declared = client.post(f"{address}/declare_conflict", data={"ground": "kin", "reason": "A cousin."})
    assert (marked.status_code, declared.status_code) == (409, 409)
    assert "3.3.4" in declared.text
    headers = headers_of(app, body.actor("Hua").user_id)
    offered = app.test_client().get(f"/api/v1/meetings/{meeting.id}/actions", headers=headers).json["actions"]
    assert {"premark", "declare_conflict"}.isdisjoint(each["name"] for each in offered if each["allowed"])


def test_nothing_is_taken_off_once_the_meeting_has_begun(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    item = item_of(meeting, one)
    answer = as_(app, body, "Secretary").post(
        f"/meetings/{meeting.id}/cases/{item.id}/take_off_agenda", data={"reason": "Late."}
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("stage", ["closed", "cancelled"])
def test_a_meeting_of_a_cycle_that_is_over_or_of_none_is_a_field_error_and_the_form_is_kept(app, body, stage):
    client, when = as_(app, body, "HR"), (NOW + timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S")
    empty = client.post("/meetings/add", data={"cycle": "", "scheduled_at": when})
    assert empty.status_code == 422 and when[:10] in empty.text
    with make.fixture():
        body.cycle.stage = stage
    over = client.post("/meetings/add", data={"cycle": body.cycle.id, "scheduled_at": when})
    assert over.status_code == 422 and when[:10] in over.text
    assert db.session.query(Meeting).execution_options(unscoped=True).count() == 0


def test_a_case_that_left_during_its_ballot_does_not_hold_the_meeting_up(body):
    one, two = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [one, two])
    vote(body, meeting, one, Hua=True)
    vote(body, meeting, two, Hua=True, Centre=True, Related=True)
    with make.fixture():
        one.stage = "left"
    close_ballot(meeting.id, review_id=two.id, actor=body.chair, now=NOW)
    assert adjourn(meeting.id, actor=body.chair, now=NOW).stage == "closed"
