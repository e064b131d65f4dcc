"""Conflicts that are declared while a ballot runs: who presides then, and what does not hold a meeting (3.3.4-a, 3.3-e)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin.domain.refusals import Refused
from admin.models import AgendaItem, Motion, Recusal
from admin.operations.committee.ballots import cast_ballot, close_ballot
from admin.operations.committee.meetings import adjourn, declare_conflict, sign_minutes
from admin.operations.committee.seats import appoint_member, end_term
from admin.operations.people.people import mark_left
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.bodies import SEATS, Committee, case, committee, opened, vote

pytestmark = pytest.mark.usefixtures("session")


def out_of_it(body: Committee, meeting, one, *names: str) -> None:
    for name in names:
        declare_conflict(meeting.id, one.id, "declared", "related", actor=body.actor(name), now=NOW)


def test_where_alternates_alone_sit_on_a_case_the_first_of_them_closes(session):
    """Or the ballot would stay open for good, and the meeting with it (3.3.4-a)."""
    body = committee()
    for number, constituency in enumerate(("hr", "centre_management", "related_departments"), 1):
        person = make.employee(f"Alternate {number}")
        body.seats[f"Alternate {number}"] = make.seat(person, constituency, "alternate")
        body.actors[f"Alternate {number}"] = make.actor_of(person)
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    out_of_it(body, meeting, one, *SEATS)
    for number in (1, 2, 3):
        cast_ballot(meeting.id, in_favour=True, review_id=one.id, actor=body.actor(f"Alternate {number}"), now=NOW)
    with pytest.raises(Refused):
        close_ballot(meeting.id, review_id=one.id, actor=body.actor("Alternate 2"), now=NOW)
    close_ballot(meeting.id, review_id=one.id, actor=body.actor("Alternate 1"), now=NOW)
    assert one.stage == "determined"


@pytest.mark.parametrize("out", [("Hua", "Centre", "Related"), ("Chair", "Hua", "Centre")])
def test_a_ballot_that_conflicts_have_left_without_enough_voters_does_not_hold_the_meeting(session, out):
    """Its case is deferred with the meeting, whether the chair still finds it or not (3.3.4-a)."""
    body = committee()
    one, other = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [one, other])
    vote(body, meeting, one, Chair=True, Hua=True)
    with pytest.raises(Refused, match="being voted on"):
        adjourn(meeting.id, actor=body.chair, now=NOW)
    out_of_it(body, meeting, one, *out)
    adjourn(meeting.id, actor=body.chair, now=NOW)
    session.expire_all()
    states = session.execute(select(AgendaItem.state).execution_options(unscoped=True)).scalars()
    assert set(states) == {"deferred"} and one.stage == "committee"


def test_whoever_comes_to_be_bound_while_the_meeting_sits_presides_no_more_and_their_ballot_does_not_count(session):
    """By what the data say, without anybody's declaring it: an evaluation signed since, a new line (3.3-d, 3.3-e)."""
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=True, Centre=True, Related=True)
    make.signed_rating(one, body.people["Chair"], "peer")
    close = lambda who: close_ballot(meeting.id, review_id=one.id, actor=body.actor(who), now=NOW)  # noqa: E731
    for who in ("Chair", "Hua"):
        with pytest.raises(Refused):
            close(who)
    vote(body, meeting, one, Hua=True)
    close("Hua")
    motion = session.scalars(select(Motion).execution_options(unscoped=True)).one()
    assert (one.stage, motion.votes_for) == ("determined", 3)
    found = session.scalars(select(Recusal).execution_options(unscoped=True)).all()
    assert [(row.employee_id, row.ground) for row in found] == [(body.people["Chair"].id, "other_act")]


def test_a_ballot_does_not_wait_for_whoever_has_left_meanwhile(session):
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one], absent=["Hua"])
    out_of_it(body, meeting, one, "Ops")
    vote(body, meeting, one, Chair=True, Centre=True)
    with pytest.raises(Refused, match="being voted on"):
        adjourn(meeting.id, actor=body.chair, now=NOW)
    mark_left(body.people["Related"].id, NOW.date(), actor=body.actor("HR"), now=NOW)
    adjourn(meeting.id, actor=body.chair, now=NOW)
    assert (meeting.stage, one.stage) == ("closed", "committee")


def test_where_the_chair_leaves_over_an_open_meeting_the_next_chair_ends_it_and_signs(session):
    """Or it would stay open for good: nobody else adjourns it (3.3.4-a)."""
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    mark_left(body.people["Chair"].id, NOW.date(), actor=body.actor("HR"), now=NOW)
    as_confirmed(end_term, body.seats["Chair"].id, NOW.date(), actor=body.actor("HR"), now=NOW)
    later, person = NOW + timedelta(days=1), make.employee("Next")
    as_confirmed(appoint_member, person.id, "hr", office="chair", term_from=later.date(), actor=body.actor("HR"), now=later
    )  # fmt: skip
    chair = make.actor_of(person, now=later)
    adjourn(meeting.id, actor=chair, now=later)
    sign_minutes(meeting.id, actor=chair, now=later)
    sign_minutes(meeting.id, actor=body.actor("Secretary"), now=later)
    assert meeting.stage == "signed"
