"""All complete ballots of a meeting closed at once: how many is said before, what lacks votes stays and is named (3.3.4-b)."""

from __future__ import annotations

import pytest
from flask import Flask

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import AgendaItem, Meeting, Review, db
from admin.operations import acts
from admin.operations.committee.ballots import cast_ballot
from admin.operations.committee.closing_complete import close_complete_ballots
from admin.queries.committee.complete_ballots import BegunBallots, begun_ballots
from tests.factories import NOW
from tests.operations.bodies import SEATS, Committee, case, committee, opened, vote
from tests.web.counting import statements

pytestmark = pytest.mark.usefixtures("session")
ALL = dict.fromkeys(SEATS, True)


def begun(body: Committee, meeting: int) -> BegunBallots:
    with acting_as(body.chair):
        return begun_ballots(db.session(), db.session.get_one(Meeting, meeting), body.chair, NOW.date())


def states(*cases: int) -> list[str]:
    db.session.expire_all()
    with acting_as(system_actor()):
        return [db.session.query(AgendaItem).filter_by(review_id=each).one().state for each in cases]


def test_what_all_have_voted_on_is_closed_and_the_rest_is_named_and_stays() -> None:
    body = committee()
    carried, lost, short, untouched = (case(body, proposed="J3", target_grade_id=None).id for _ in range(4))
    meeting = opened(body, [*_cases(carried, lost, short, untouched)])
    for review in _cases(carried, lost):
        vote(body, meeting, review, **(ALL if review.id == carried else dict.fromkeys(SEATS, False)))
    vote(body, meeting, next(iter(_cases(short))), Chair=True, Hua=True, Centre=True)
    assert begun(body, meeting.id) == BegunBallots(2, 1)
    rows = acts.perform("meeting", meeting.id, "close_complete_ballots", {}, actor=body.chair, now=NOW)["rows"]
    assert (rows["done"], rows["refused"]) == (2, 1)
    assert [(each["clause"], each["facts"]) for each in rows["refusals"]] == [("3.3.4-b", {"count": 2, "bench": 5})]
    assert states(carried, lost, short, untouched) == ["determined", "pending", "pending", "pending"]
    # What was not carried waits for another motion, and is closed by this act no second time.
    with pytest.raises(Refused, match="No ballot is complete"):
        close_complete_ballots(meeting.id, actor=body.chair, now=NOW)


def _cases(*keys: int) -> list[Review]:
    with acting_as(system_actor()):
        return [db.session.get_one(Review, key) for key in keys]


def test_only_the_chair_closes_them(app: Flask) -> None:
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, **ALL)
    for name in ("Hua", "HR", "Secretary"):
        with pytest.raises(Refused):
            close_complete_ballots(meeting.id, actor=body.actor(name), now=NOW)


def test_the_statements_do_not_grow_with_the_ballots(app: Flask) -> None:
    body, counted = committee(), []
    for many in (2, 8):
        cases = [case(body, proposed="J3") for _ in range(many)]
        meeting = opened(body, cases)
        for review in cases:
            for name in SEATS:
                cast_ballot(meeting.id, review_id=review.id, in_favour=True, actor=body.actor(name), now=NOW)
        with statements(app) as sent:
            assert close_complete_ballots(meeting.id, actor=body.chair, now=NOW) == many
        counted.append(len(sent))
    assert counted[1] <= counted[0] + 1, counted
