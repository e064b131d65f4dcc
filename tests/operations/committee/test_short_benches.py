"""What the committee lacks before it can decide is named to whoever can give it, and offered there (3.3.4-a, 3.3-d)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from admin.access.actor import Actor, acting_as
from admin.domain.codes import Office
from admin.domain.refusals import Refused
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.ballots import cast_ballot
from admin.operations.committee.meetings import declare_conflict
from admin.operations.committee.seats import appoint_member, end_term
from admin.operations.people.people import mark_left
from admin.queries.committee.bodies import bodies_on
from admin.queries.committee.meetings import assignable
from admin.queries.system.home import home
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.appealing import adopts_a_finding
from tests.operations.bodies import Committee, case, committee, opened

TODAY = NOW.date()
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def body() -> Committee:
    return committee()


def tasks(who: Actor) -> dict[str, Any]:
    """What waits on somebody's first page, by kind."""
    with acting_as(who):
        return {task.kind: task for task in home(make.db.session(), who, NOW, TODAY).tasks}


def short_on_page(body: Committee) -> list[tuple[int, str, Office]]:
    with acting_as(body.actor("HR")):
        found = bodies_on(make.db.session(), body.actor("HR"), TODAY).short_cases.rows
    return [(each.review.id, each.constituency.value, each.office) for each in found]


def put_off(body: Committee, *names: str) -> Any:
    """A case that was deferred because these have declared a conflict."""
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    for name in names:
        declare_conflict(meeting.id, one.id, "declared", "related", actor=body.actor(name), now=NOW)
    return one


def test_a_case_without_enough_voters_is_named_to_hr_with_the_seat_that_it_lacks(body):
    one = put_off(body, "Related")
    assert tasks(body.actor("HR"))["cases_short"].count == 1 and "cases_short" not in tasks(body.actor("Secretary"))
    assert short_on_page(body) == [(one.id, "related_departments", Office.ALTERNATE)]
    with acting_as(body.chair):
        assert bodies_on(make.db.session(), body.chair, TODAY).short_cases.rows == ()  # whose case it is, is not told
    person = make.employee("Alternate")
    as_confirmed(
        appoint_member, person.id, "related_departments", "alternate", term_from=TODAY, actor=body.actor("HR"), now=NOW
    )
    assert short_on_page(body) == [] and "cases_short" not in tasks(body.actor("HR"))


def test_a_body_that_is_not_complete_any_more_is_named_to_hr_with_what_it_lacks_first(body):
    with make.fixture() as op:
        for number in range(3):
            make.seat(make.employee(f"Panel {number}"), ("hr", "centre_management")[number % 2], on_panel=True)
        op.get(type(body.cycle), body.cycle.id).opened_at = NOW
    lacking = tasks(body.actor("HR"))["bodies_incomplete"]
    assert (lacking.count, lacking.facts["first"].clause) == (1, "3.3.5-a")  # the panel has no chair
    as_confirmed(end_term, body.seats["Related"].id, TODAY, actor=body.actor("HR"), now=NOW)
    assert "bodies_incomplete" not in tasks(body.actor("Secretary"))


def test_what_waits_for_an_agenda_is_a_task_of_the_secretary_and_of_hr_and_ones_own_of_another(body):
    one = case(body)
    with make.fixture() as op:
        own = make.review(body.cycle, op.get(type(body.secretary), body.secretary.id))
    waiting = {who: tasks(body.actor(who))["for_an_agenda"].count for who in ("Secretary", "HR")}
    assert waiting == {"Secretary": 1, "HR": 2} and "for_an_agenda" not in tasks(body.chair)
    meeting = make.meeting(body.cycle)
    with acting_as(body.actor("Secretary")):
        rows = assignable(make.db.session(), body.cycle.id, body.actor("Secretary"), 1).rows
    assert {row.review.id: row.refusal and row.refusal.clause for row in rows} == {one.id: None, own.id: "3.3-d"}
    with pytest.raises(Refused) as refused:
        assign_to_meeting([own.id], meeting.id, actor=body.actor("Secretary"), now=NOW)
    assert refused.value.refusal.clause == "3.3-d"
    assign_to_meeting([one.id], meeting.id, actor=body.actor("Secretary"), now=NOW)
    assign_to_meeting([own.id], meeting.id, actor=body.actor("HR"), now=NOW)
    assert "for_an_agenda" not in tasks(body.actor("HR"))


def test_the_first_page_counts_the_votes_that_would_be_accepted(body):
    """Whoever has come to be out of a case, or sits on it only as an alternate, is not asked for a ballot on it."""
    person = make.employee("Alternate")
    make.seat(person, "related_departments", "alternate")
    one, other = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [one, other])
    votes = lambda who: tasks(who)["meeting_open"].facts["votes"]  # noqa: E731
    assert (votes(body.actor("Hua")), votes(make.actor_of(person))) == (2, 0)
    adopts_a_finding(one, body.actor("Hua"))
    with pytest.raises(Refused):
        cast_ballot(meeting.id, in_favour=True, review_id=one.id, actor=body.actor("Hua"), now=NOW)
    assert votes(body.actor("Hua")) == 1
    cast_ballot(meeting.id, in_favour=True, review_id=other.id, actor=body.actor("Hua"), now=NOW)
    assert votes(body.actor("Hua")) == 0


def test_a_chair_who_has_left_keeps_nobody_from_the_place(body):
    """Their seat ends with their leaving as soon as another is appointed, and no sooner (1.2-g, 6.1-b)."""
    hr, day = body.actor("HR"), TODAY + timedelta(days=3)
    new = make.employee("New chair")
    mark_left(body.people["Chair"].id, day, actor=hr, now=NOW)
    with pytest.raises(Refused, match="already has a chair"):
        as_confirmed(appoint_member, new.id, "hr", "chair", term_from=TODAY, actor=hr, now=NOW)
    gone = NOW + timedelta(days=3)
    assert as_confirmed(appoint_member, new.id, "hr", "chair", term_from=day, actor=hr, now=gone).office == "chair"
    make.db.session.expire_all()
    assert body.seats["Chair"].term_to == day - timedelta(days=1)
