"""Nobody judges twice in different roles, nor on their own case, whatever offices they hold (3.3-d, 3.3-e)."""

from __future__ import annotations

from typing import Any

import pytest

from admin.access.actor import Actor
from admin.domain.refusals import NotFound, Refused
from admin.models import Review
from admin.operations import acts
from admin.operations.cases.department import propose
from admin.operations.cases.ratings import RatingInput, rate_as_peer, submit_superior_evaluation
from admin.operations.committee.ballots import cast_ballot
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, case, committee, opened
from tests.operations.journey import Centre, cases, codes, rate, self_assess, small_centre, told


@pytest.fixture
def body(session: Any) -> Committee:
    return committee()


def votes(body: Committee, review: Review, name: str = "Hua") -> Any:
    """Cast a ballot, once the meeting is open."""
    meeting = opened(body, [review])
    return cast_ballot(meeting.id, review_id=review.id, in_favour=True, actor=body.actor(name), now=NOW)


@pytest.mark.parametrize("kind", ["peer", "superior"])
def test_a_member_who_rated_does_not_vote_on_the_case(body: Committee, kind: str):
    review = case(body)
    make.signed_rating(review, body.people["Hua"], kind)
    with pytest.raises(Refused) as caught:
        votes(body, review)
    assert caught.value.refusal.clause in ("3.3-d", "3.3-e")


def test_a_member_who_proposed_does_not_vote_on_the_case(body: Committee):
    review = case(body)
    make.proposal(review, body.people["Hua"], "J2")
    with pytest.raises(Refused) as caught:
        votes(body, review)
    assert caught.value.refusal.clause in ("3.3-d", "3.3-e")


def test_a_member_does_not_vote_on_their_own_case(body: Committee):
    review = make.review(body.cycle, body.people["Hua"])
    with pytest.raises((Refused, NotFound)):
        votes(body, review)


def test_a_member_who_had_no_part_in_it_votes(body: Committee):
    assert votes(body, case(body))


@pytest.fixture
def rating(session: Any) -> Centre:
    """A centre whose self-assessments are handed in."""
    return told(small_centre(), self_assess)


def clause_of(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.refusal.clause


def test_a_superior_who_rated_as_a_colleague_does_not_evaluate(rating: Centre):
    review = cases(rating)[0]
    make.signed_rating(review, rating.superior, "peer")
    given = RatingInput({code: {"value": 4} for code in codes(rating, "superior")}, "Steady.")
    actor = rating.actor(rating.superior)
    assert clause_of(lambda: submit_superior_evaluation(review.id, given, actor=actor, now=rating.now)) == "3.3-d"


def test_a_head_who_rated_as_a_colleague_does_not_propose(rating: Centre):
    rate(rating)
    review = cases(rating)[0]
    make.signed_rating(review, rating.head, "peer")
    actor = rating.actor(rating.head)
    assert clause_of(lambda: propose(review.id, "J2", "Steady.", actor=actor, now=rating.now)) == "3.3-d"


def test_nobody_rates_their_own_case(rating: Centre):
    review = cases(rating)[0]
    given = RatingInput({code: {"value": 5} for code in codes(rating, "peers")})
    actor = rating.actor(rating.agents[0])
    assert clause_of(lambda: rate_as_peer(review.id, given, actor=actor, now=rating.now)) == "3.2.3"


def test_a_greyed_button_says_that_one_has_judged_already(rating: Centre):
    review = cases(rating)[0]
    make.signed_rating(review, rating.superior, "peer")
    found = {each.action: each for each in acts.offered("review", review.id, rating.actor(rating.superior), rating.now)}
    assert [refusal.clause for refusal in found["submit_superior_evaluation"].refusals] == ["3.3-d"]


def test_an_administrator_has_no_way_round(rating: Centre):
    admin = Actor("admin", user_id=9001, roles=frozenset({"admin"}))
    review = cases(rating)[0]
    for action in ("submit_superior_evaluation", "rate_as_peer", "close_peer_rating", "close_as_left"):
        data = {"values": {}, "opinion": "…", "reason": "because"}
        with pytest.raises((Refused, NotFound)):
            acts.perform("review", review.id, action, data, actor=admin, now=rating.now)
