"""The committee's pages: who sees what, ballots from the page, the secretary's assignment, the result check."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.models import AgendaItem
from admin.operations.committee.ballots import close_ballot, move_grade
from admin.operations.committee.meetings import declare_conflict, open_meeting, premark
from admin.queries.system.paging import PER_PAGE
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import carried, case, committee, item_of, opened, planned, vote
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def body(session):
    return committee()


def as_(app, body, name):
    return client_of(app, body.actor(name).user_id)


def test_a_member_sees_the_agenda_with_its_clauses(app, body):
    one, two = case(body, proposed="J3"), case(body)
    meeting = opened(body, [one, two])
    page = as_(app, body, "Hua").get(f"/meetings/{meeting.id}")
    assert page.status_code == 200
    assert one.employee.name in page.text
    for clause in ("3.3.4-a", "3.3.4-c"):
        assert f"c-{clause}" in page.text


def test_a_stranger_gets_404(app, body):
    meeting = opened(body, [case(body)])
    client = client_of(app, make.employee().user_id)
    for address in (f"/meetings/{meeting.id}", "/meetings/list/", "/results/", f"/meetings/{meeting.id}/assign"):
        assert client.get(address).status_code == 404, address


def test_a_recused_member_does_not_find_the_packet_and_their_vote_is_409(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "we share a flat", actor=body.actor("Hua"), now=NOW)
    client, item = as_(app, body, "Hua"), item_of(meeting, one)
    assert client.get(f"/meetings/{meeting.id}/cases/{item.id}").status_code == 404
    assert one.employee.name not in client.get(f"/meetings/{meeting.id}").text
    refused = client.post(f"/meetings/{meeting.id}/cases/{item.id}/cast_ballot", data={"in_favour": "true"})
    assert refused.status_code == 409
    assert "3.3-e" in refused.text


def test_a_recused_member_who_also_works_in_hr_does_not_find_the_case_in_the_meeting(app, body):
    one, other = case(body, proposed="J3"), case(body, proposed="J3")
    with make.fixture():
        member = make.employee("雙職委員", roles=("employee", "hr"))
        seat = make.seat(member, "hr", "member")
    meeting = planned(body, [one, other])
    client = client_of(app, member.user_id)
    item = item_of(meeting, one)
    assert client.get(f"/meetings/{meeting.id}/cases/{item.id}").status_code == 200
    declare_conflict(meeting.id, one.id, "declared", "same flat", actor=make.actor_of(member), now=NOW)
    assert client.get(f"/meetings/{meeting.id}/cases/{item.id}").status_code == 404
    page = client.get(f"/meetings/{meeting.id}").text
    assert one.employee.name not in page and other.employee.name in page and seat.id


def test_the_meeting_s_trail_gives_no_reason_that_speaks_of_a_case(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "REASON-own", actor=body.actor("Hua"), now=NOW)
    declare_conflict(meeting.id, one.id, "declared", "REASON-other", actor=body.actor("Ops"), now=NOW)
    vote(body, meeting, one, Chair=False, Centre=False, Related=False)
    close_ballot(meeting.id, review_id=one.id, actor=body.chair, now=NOW)
    move_grade(meeting.id, item_of(meeting, one).id, "J2", "REASON-moved", actor=body.actor("Centre"), now=NOW)
    vote(body, meeting, one, Chair=False, Centre=False, Related=False)
    close_ballot(meeting.id, review_id=one.id, actor=body.chair, now=NOW)
    close_ballot(meeting.id, review_id=one.id, reason="REASON-kept", actor=body.chair, now=NOW)
    assert "REASON" not in as_(app, body, "Hua").get(f"/meetings/{meeting.id}").text
    packet = as_(app, body, "Related").get(f"/meetings/{meeting.id}/cases/{item_of(meeting, one).id}").text
    assert "REASON-moved" in packet


def test_a_recused_chair_learns_nothing_of_the_case_from_another_member_s_recusal(app, body):
    one = case(body, proposed="J3")
    meeting = planned(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "same flat", actor=body.actor("Hua"), now=NOW)
    assert one.employee.name in as_(app, body, "Chair").get(f"/meetings/{meeting.id}").text
    declare_conflict(meeting.id, one.id, "declared", "neighbours", actor=body.chair, now=NOW)
    assert one.employee.name not in as_(app, body, "Chair").get(f"/meetings/{meeting.id}").text
    assert one.employee.name in as_(app, body, "Secretary").get(f"/meetings/{meeting.id}").text


def test_the_order_of_the_agenda_tells_nothing_of_the_marks_before_the_opening(app, body):
    first, second = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = planned(body, [first, second])

    def comes_first():
        page = as_(app, body, "Related").get(f"/meetings/{meeting.id}").text
        return min((first, second), key=lambda each: page.index(each.employee.name)).id

    premark(meeting.id, item_of(meeting, second).id, False, actor=body.actor("Hua"), now=NOW)
    premark(meeting.id, item_of(meeting, second).id, True, actor=body.actor("Ops"), now=NOW)
    assert comes_first() == first.id
    open_meeting(meeting.id, [seat.id for seat in body.seats.values()], actor=body.chair, now=NOW)
    assert comes_first() == second.id


def test_a_recused_member_s_vote_by_the_api_is_409_with_the_clause(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "we share a flat", actor=body.actor("Hua"), now=NOW)
    headers = headers_of(app, body.actor("Hua").user_id)
    address = f"/api/v1/meetings/{meeting.id}/actions/cast_ballot"
    answer = app.test_client().post(address, json={"review": one.id, "in_favour": True}, headers=headers)
    assert (answer.status_code, answer.json["clause"], answer.json["refused"]) == (409, "3.3-e", True)


def test_a_ballot_by_the_api_says_yes_or_no(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    headers = headers_of(app, body.actor("Ops").user_id)
    address = f"/api/v1/meetings/{meeting.id}/actions/cast_ballot"
    client = app.test_client()
    assert client.post(address, json={"review": one.id}, headers=headers).status_code == 422
    assert client.post(address, json={"in_favour": True}, headers=headers).status_code == 422
    assert client.post(address, json={"review": one.id, "in_favour": False}, headers=headers).status_code == 200


def test_a_whole_meeting_by_the_api(app, body):
    one, two = case(body, proposed="J3"), case(body)
    meeting = planned(body, [one, two])
    tokens = {
        name: headers_of(app, body.actor(name).user_id) for name in ("Chair", "Hua", "Centre", "Related", "Secretary")
    }
    client = app.test_client()

    def act(name, action, **data):
        answer = client.post(f"/api/v1/meetings/{meeting.id}/actions/{action}", json=data, headers=tokens[name])
        assert answer.status_code == 200, (action, answer.json)
        return answer.json

    act("Hua", "premark", review=one.id, agrees=False, note="why?")
    act("Chair", "open", present=[seat.id for seat in body.seats.values()])
    for name in ("Chair", "Hua", "Centre", "Related"):
        act(name, "cast_ballot", review=one.id, in_favour=True)
        act(name, "cast_ballot", consent=True, in_favour=True)
    act("Chair", "close_ballot", review=one.id)
    act("Chair", "close_ballot", consent=True)
    act("Chair", "adjourn")
    act("Chair", "sign_minutes")
    act("Secretary", "sign_minutes")
    with make.fixture() as op:
        op.session.refresh(one)
        op.session.refresh(two)
        op.session.refresh(meeting)
        assert (one.determined_grade.code, two.determined_grade.code, meeting.stage) == ("J3", "J2", "signed")


def test_the_count_is_hidden_until_all_have_voted_or_the_chair_closes(app, body):
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    item = item_of(meeting, one)
    vote(body, meeting, one, Chair=True, Hua=True, Centre=False)
    client = as_(app, body, "Ops")
    client.get("/lang/en")
    assert "for, " not in client.get(f"/meetings/{meeting.id}/cases/{item.id}").text
    vote(body, meeting, one, Ops=True, Related=True)
    assert "4 for, 1 against" in client.get(f"/meetings/{meeting.id}/cases/{item.id}").text


def test_a_member_votes_from_the_packet(app, body):
    one, two = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [one, two])
    client, item = as_(app, body, "Hua"), item_of(meeting, one)
    page = client.get(f"/meetings/{meeting.id}/cases/{item.id}")
    assert 'rel="next"' in page.text and "packet.js" in page.text
    address = f"/meetings/{meeting.id}/cases/{item.id}/cast_ballot"
    assert client.post(address, data={"in_favour": "true"}).status_code == 302
    assert client.post(address, data={"in_favour": "false"}).status_code == 409


def test_the_secretary_puts_cases_on_the_agenda(app, body):
    one = case(body)
    meeting = make.meeting(body.cycle)
    client = as_(app, body, "Secretary")
    page = client.get(f"/meetings/{meeting.id}/assign")
    assert one.employee.name in page.text
    assert client.post(f"/meetings/{meeting.id}/assign", data={"review": [one.id]}).status_code == 302
    assert one.employee.name in client.get(f"/meetings/{meeting.id}?show=consent").text


def test_all_cases_go_on_the_agenda_at_once_also_those_on_another_page_but_ones_own(app, body):
    with make.fixture() as op:
        make.review(body.cycle, op.get(type(body.secretary), body.secretary.id))
        others = [make.review(body.cycle, make.employee(f"Person {n}"), stage="committee").id for n in range(PER_PAGE)]
    meeting, client = make.meeting(body.cycle), as_(app, body, "Secretary")
    page = client.get(f"/meetings/{meeting.id}/assign?page=2", headers={"Accept-Language": "en"}).text
    assert f"All of them, also on the other pages ({PER_PAGE + 1})" in page and page.count('name="review"') == 1
    said = client.post(f"/meetings/{meeting.id}/assign", data={"all": "yes"}, follow_redirects=True)
    assert said.status_code == 200 and body.secretary.number in said.text  # named as the one that was left out
    with acting_as(system_actor()):
        make.db.session.rollback()
        assert set(make.db.session.scalars(select(AgendaItem.review_id))) == set(others)


def test_ones_own_case_stands_among_them_greyed_with_the_reason(app, body):
    with make.fixture() as op:
        own = make.review(body.cycle, op.get(type(body.secretary), body.secretary.id))
    page = as_(app, body, "Secretary").get(
        f"/meetings/{make.meeting(body.cycle).id}/assign", headers={"Accept-Language": "en"}
    )
    assert re.search(rf'value="{own.id}"\s+disabled', page.text) and "on their own case" in page.text


def test_a_member_has_no_way_to_the_assignment(app, body):
    meeting = make.meeting(body.cycle)
    assert as_(app, body, "Hua").get(f"/meetings/{meeting.id}/assign").status_code == 404


def test_the_chair_opens_marks_attendance_and_closes(app, body):
    one = case(body)
    meeting = planned(body, [one])
    client = as_(app, body, "Chair")
    present = [seat.id for seat in body.seats.values()]
    assert client.post(f"/meetings/{meeting.id}/open", data={"present": present[:2]}).status_code == 409
    assert client.post(f"/meetings/{meeting.id}/open", data={"present": present}).status_code == 302
    assert client.post(f"/meetings/{meeting.id}/consent/close_ballot").status_code == 409
    for name in ("Chair", "Hua", "Centre"):
        voter = as_(app, body, name)
        assert voter.post(f"/meetings/{meeting.id}/consent/cast_ballot", data={"in_favour": "true"}).status_code == 302
    assert client.post(f"/meetings/{meeting.id}/consent/close_ballot").status_code == 302


def test_meetings_are_listed_searched_and_planned(app, body):
    meeting = make.meeting(body.cycle)
    client = as_(app, body, "Secretary")
    assert meeting.number in client.get("/meetings/list/").text
    assert client.get("/meetings/add").status_code == 200
    answer = client.post("/meetings/add", data={"cycle": body.cycle.id, "scheduled_at": "2026-12-01T09:30"})
    assert answer.status_code == 302, answer.text
    assert "M2026-" in client.get("/meetings/list/").text
    assert client.get(f"/meetings/show/{meeting.id}").status_code == 302


def test_a_conflict_is_declared_from_the_packet(app, body):
    one = case(body)
    meeting = opened(body, [one])
    item, client = item_of(meeting, one), as_(app, body, "Hua")
    address = f"/meetings/{meeting.id}/cases/{item.id}/declare_conflict"
    assert client.post(address, data={"ground": "kin", "reason": "my cousin"}).status_code == 302
    assert client.get(f"/meetings/{meeting.id}/cases/{item.id}").status_code == 404
    page = as_(app, body, "Secretary").get(f"/meetings/{meeting.id}")
    assert "my cousin" in page.text


def test_hr_checks_results_and_confirms_those_in_order(app, body):
    one = case(body, proposed="J2")
    carried(body, one)
    client = as_(app, body, "HR")
    assert "/results/" in client.get("/results/").text
    page = client.get(f"/results/{body.cycle.id}")
    in_english = client.get(f"/results/{body.cycle.id}", headers={"Accept-Language": "en"}).text
    assert f"Result check {body.cycle.name_en}" in in_english and body.cycle.name_zh_hant not in in_english
    assert one.employee.name in page.text
    assert client.post(f"/results/{body.cycle.id}/verify").status_code == 303
    with make.fixture() as op:
        op.session.refresh(one)
        assert one.stage == "checked"


def test_hr_sends_a_result_back_with_a_reason(app, body):
    one = case(body)
    carried(body, one)
    client = as_(app, body, "HR")
    address = f"/results/{body.cycle.id}/reject/{one.id}"
    assert client.post(address, data={"reason": ""}).status_code == 409
    assert client.post(address, data={"reason": "quorum to be counted again"}).status_code == 302
    with make.fixture() as op:
        op.session.refresh(one)
        assert (one.stage, one.determined_grade_id) == ("committee", None)


def test_a_score_at_fault_is_sent_to_be_made_again_from_the_result_check(app, body):
    one = case(body)
    carried(body, one)
    client, address = as_(app, body, "HR"), f"/act/review/{one.id}/score_again"
    assert address not in client.get(f"/results/{body.cycle.id}").text
    with make.fixture():
        one.score = Decimal("99.99")
    assert address in client.get(f"/results/{body.cycle.id}").text
    assert client.post(address, data={"reason": "the figures that are locked"}).status_code == 302
    with make.fixture() as op:
        op.session.refresh(one)
        assert (one.stage, one.score, one.determined_grade_id) == ("rating", None, None)


def test_a_chair_who_closes_a_ballot_goes_on_with_the_next_case_and_stays_where_nothing_was_carried(app, body):
    one, two, three = (case(body, proposed="J3") for _each in range(3))
    meeting = opened(body, [one, two, three])
    items = [item_of(meeting, each).id for each in (one, two, three)]
    client = as_(app, body, "Chair")

    def closed(which, **votes):
        vote(body, meeting, which, **votes)
        item = item_of(meeting, which)
        page = client.get(f"/meetings/{meeting.id}/cases/{item.id}").text
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        data = {"seen": seen[1] if seen else ""}
        return client.post(f"/meetings/{meeting.id}/cases/{item.id}/close_ballot", data=data).location

    all_in = {"Chair": True, "Hua": True, "Centre": True, "Related": True}
    assert closed(two, **all_in) == f"/meetings/{meeting.id}/cases/{items[2]}"
    assert closed(three, **dict.fromkeys(all_in, False)) == f"/meetings/{meeting.id}/cases/{items[2]}"
    assert closed(one, **all_in) == f"/meetings/{meeting.id}/cases/{items[2]}"
