"""Colleagues and superior: signatures that stand, declining, asking others, when the ratings are over (3.2-b, 3.3-a, 3.3.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import JudgingAct
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import Rating, ReviewScore, db
from admin.operations.cases import department, predecessors, ratings, reviews
from admin.operations.cases.ratings import RatingInput
from admin.queries.cases.judging import acts_on
from tests import reviewing
from tests.by_two import as_confirmed
from tests.reviewing import HR, OPENED, case, later, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    reviewing.lock_figures(found.cycle)
    reviewing.hand_in(found.cases[0], found.agents[0], target_grade="M2", ground="1")
    return found


def rows(review_id: int, kind: str = "peer") -> list[Rating]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(
            db.session.scalars(
                select(Rating).where(Rating.review_id == review_id, Rating.kind == kind).order_by(Rating.id)
            )
        )


def superior(made: SimpleNamespace) -> Actor:
    return person(made.superior, "superior")


def filled(review_id: int, who: str, value: int = 4) -> dict[str, dict[str, Any]]:
    return {code: {"value": value} for code in reviewing.codes(review_id, who)}


def test_five_colleagues_of_the_queue_are_asked_and_neither_superior_nor_head(made: SimpleNamespace) -> None:
    asked = reviewing.peers_of(made.cases[0])
    assert len(asked) == 5 and made.agents[0] not in asked and not {made.superior, made.head} & set(asked)


def test_the_ratings_are_over_when_superior_and_colleagues_are_done_whichever_is_last(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.evaluate(key, made.superior)
    assert case(key).stage == "rating"
    reviewing.rate_all(key)
    row = case(key)
    assert row.stage == "department_review" and row.score == Decimal("88.79") and row.suggested_grade.code == "M2"


def test_the_colleagues_average_is_made_once_from_signed_ratings(made: SimpleNamespace) -> None:
    key = made.cases[0]
    for rater, value in zip(reviewing.peers_of(key), (1, 2, 3, 4, 5), strict=True):
        ratings.rate_as_peer(key, RatingInput(filled(key, "peers", value)), actor=person(rater), now=OPENED)
    reviewing.evaluate(key, made.superior)
    with acting_as(system_actor()):
        db.session.rollback()
        found = (
            db.session.scalars(select(ReviewScore).where(ReviewScore.review_id == key)).one().explanation["criteria"]
        )
    peers = next(each for each in found if each["code"] == "responsibility.peers")
    assert (Decimal(peers["value"]), peers["n"]) == (Decimal(3), 5)


def test_a_rating_lacks_nothing_when_it_is_signed(made: SimpleNamespace) -> None:
    rater = person(reviewing.peers_of(made.cases[0])[0])
    with pytest.raises(Invalid) as wrong:
        ratings.rate_as_peer(made.cases[0], RatingInput({}), actor=rater, now=OPENED)
    assert set(wrong.value.fields) == set(reviewing.codes(made.cases[0], "peers"))
    assert rows(made.cases[0])[0].state == "asked"


def test_a_signed_rating_of_a_colleague_is_not_given_again(made: SimpleNamespace) -> None:
    rater, given = person(reviewing.peers_of(made.cases[0])[0]), RatingInput(filled(made.cases[0], "peers"))
    ratings.rate_as_peer(made.cases[0], given, actor=rater, now=OPENED)
    with pytest.raises(Refused):
        ratings.rate_as_peer(made.cases[0], given, actor=rater, now=OPENED)


def test_a_signed_evaluation_stands_neither_a_draft_nor_a_second_one_writes_over_it(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.evaluate(key, made.superior)
    before = rows(key, "superior")[0].signature
    for act in (ratings.save_rating, ratings.submit_superior_evaluation):
        with pytest.raises(Refused) as refused:
            act(key, RatingInput(filled(key, "superior", 1), "改"), actor=superior(made), now=OPENED)
        assert refused.value.refusal.clause == "3.3.2"
    row = rows(key, "superior")[0]
    assert (row.state, row.signature) == ("submitted", before)


def test_an_evaluation_without_an_opinion_is_wrong_input(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as wrong:
        ratings.submit_superior_evaluation(
            made.cases[0], RatingInput(filled(made.cases[0], "superior"), " "), actor=superior(made), now=OPENED
        )
    assert "opinion" in wrong.value.fields and rows(made.cases[0], "superior")[0].state == "asked"


def test_a_draft_keeps_a_note_before_its_value_is_chosen(made: SimpleNamespace) -> None:
    given = RatingInput({"knowledge": {"value": None, "text": "先記"}})
    row = ratings.save_rating(made.cases[0], given, actor=superior(made), now=OPENED)
    assert row.values["knowledge"] == {"value": None, "text": "先記"}


def test_a_stranger_does_not_find_the_case_and_the_employee_does_not_judge(made: SimpleNamespace) -> None:
    given = RatingInput(filled(made.cases[0], "peers"))
    outside = next(key for key in made.agents[1:] if key not in reviewing.peers_of(made.cases[0]))
    with pytest.raises(NotFound):
        ratings.rate_as_peer(made.cases[0], given, actor=person(outside), now=OPENED)
    with pytest.raises(Refused):
        ratings.rate_as_peer(made.cases[0], given, actor=person(made.agents[0]), now=OPENED)


def test_declining_takes_a_reason_and_ends_the_question(made: SimpleNamespace) -> None:
    rater = person(reviewing.peers_of(made.cases[0])[0])
    with pytest.raises(Refused):
        ratings.decline_rating(made.cases[0], "", actor=rater, now=OPENED)
    row = ratings.decline_rating(made.cases[0], "未共事", actor=rater, now=OPENED)
    assert (row.state, row.reason) == ("declined", "未共事")
    with pytest.raises((Refused, NotFound)):
        ratings.rate_as_peer(made.cases[0], RatingInput(filled(made.cases[0], "peers")), actor=rater, now=OPENED)


def test_hr_asks_another_colleague_and_releases_one(made: SimpleNamespace) -> None:
    key, other = made.cases[0], next(each for each in made.agents[1:] if each not in reviewing.peers_of(made.cases[0]))
    ratings.ask_colleague(key, other, "有人婉拒", actor=HR, now=OPENED)
    assert other in reviewing.peers_of(key)
    first = rows(key)[0]
    assert ratings.release_colleague(key, first.id, "長假", actor=HR, now=OPENED).state == "expired"


@pytest.mark.parametrize("who", ["superior", "head"])
def test_neither_superior_nor_head_is_asked_as_a_colleague(made: SimpleNamespace, who: str) -> None:
    with pytest.raises(Refused) as refused:
        ratings.ask_colleague(made.cases[0], getattr(made, who), "x", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.2-b"


def test_a_colleague_is_not_asked_twice_and_only_by_hr(made: SimpleNamespace) -> None:
    asked = reviewing.peers_of(made.cases[0])[0]
    with pytest.raises(Refused):
        ratings.ask_colleague(made.cases[0], asked, "x", actor=HR, now=OPENED)
    with pytest.raises((Refused, NotFound)):
        ratings.ask_colleague(made.cases[0], asked, "x", actor=superior(made), now=OPENED)


def test_the_last_missing_colleague_released_lets_the_case_go_on(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.evaluate(key, made.superior)
    for rater in reviewing.peers_of(key)[:4]:
        ratings.rate_as_peer(key, RatingInput(filled(key, "peers")), actor=person(rater), now=OPENED)
    ratings.release_colleague(key, rows(key)[4].id, "離職", actor=HR, now=OPENED)
    assert case(key).stage == "department_review"


def test_too_few_colleagues_spread_the_weight_and_flag_the_case(made: SimpleNamespace) -> None:
    key = made.cases[0]
    for rater in reviewing.peers_of(key)[:2]:
        ratings.rate_as_peer(key, RatingInput(filled(key, "peers")), actor=person(rater), now=OPENED)
    reviewing.evaluate(key, made.superior)
    with pytest.raises(Refused) as refused:
        ratings.close_peer_rating(key, "到期", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-a"
    ratings.close_peer_rating(key, "到期", actor=HR, now=later(31))
    row = case(key)
    assert row.stage == "department_review" and "short_peers" in row.individual_reasons and row.score is not None


def test_a_colleague_who_comes_after_the_time_is_refused(made: SimpleNamespace) -> None:
    key, given = made.cases[0], RatingInput(filled(made.cases[0], "peers"))
    first, last, *_ = (person(rater) for rater in reviewing.peers_of(key))
    due = case(key).cycle.rating_due
    ratings.rate_as_peer(key, given, actor=first, now=due - timedelta(seconds=1))
    with pytest.raises(Refused) as refused:
        ratings.rate_as_peer(key, given, actor=last, now=due)
    assert refused.value.refusal.clause == "3.3-a"


def test_colleagues_are_not_asked_again_when_a_case_comes_back(made: SimpleNamespace) -> None:
    """Their average was made once, when the ratings closed (3.2-b)."""
    key = made.cases[0]
    reviewing.rate_all(key)
    reviewing.evaluate(key, made.superior)
    department.return_for_correction(key, "請補說明", actor=person(made.head, "head"), now=OPENED)
    other = next(each for each in made.agents[1:] if each not in reviewing.peers_of(key))
    with pytest.raises(Refused) as refused:
        ratings.ask_colleague(key, other, "再問一位", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.2-b"


def test_an_evaluation_that_was_returned_was_still_an_act_of_judging(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.rate_all(key)
    reviewing.evaluate(key, made.superior)
    department.return_for_correction(key, "請補說明", actor=person(made.head, "head"), now=OPENED)
    with acting_as(system_actor()):
        assert acts_on(db.session(), key)[made.superior] == {JudgingAct.SUPERIOR_EVALUATION}


def test_a_case_that_comes_back_waits_for_whoever_is_its_superior_then(made: SimpleNamespace) -> None:
    """And for nobody else: an evaluation that only its former superior could take up would never be given (3.3-f)."""
    key = made.cases[0]
    other = reviewing.free_of(made, key)
    reviewing.rate_all(key)
    reviewing.evaluate(key, made.superior)
    as_confirmed(reviews.reassign, key, superior_id=other, reason="主管調職", actor=HR, now=OPENED)
    department.return_for_correction(key, "請補說明", actor=person(made.head, "head"), now=OPENED)
    assert {row.rater_id: row.state for row in rows(key, "superior")} == {made.superior: "void", other: "asked"}
    with acting_as(system_actor()):
        assert acts_on(db.session(), key)[made.superior] == {JudgingAct.SUPERIOR_EVALUATION}
    as_confirmed(predecessors.attach_predecessor_statement, key, "statement", "表現穩定。", actor=HR, now=OPENED)
    reviewing.evaluate(key, other)
    assert case(key).stage == "department_review"


def test_time_alone_completes_what_the_superior_has_signed_and_nothing_else(made: SimpleNamespace) -> None:
    reviewing.evaluate(made.cases[0], made.superior)
    reviewing.hand_in(made.cases[1], made.agents[1])
    assert ratings.complete_overdue(actor=system_actor(), now=OPENED) == 0
    assert ratings.complete_overdue(actor=system_actor(), now=later(60)) == 1
    assert (case(made.cases[0]).stage, case(made.cases[1]).stage) == ("department_review", "rating")
    assert ratings.complete_overdue(actor=system_actor(), now=later(60)) == 0


def test_the_superior_returns_the_case_only_before_signing(made: SimpleNamespace) -> None:
    key = made.cases[0]
    department.return_for_correction(key, "請補第三季", actor=superior(made), now=OPENED)
    assert case(key).stage == "self_assessment"
    reviewing.hand_in(key, made.agents[0])
    reviewing.evaluate(key, made.superior)
    with pytest.raises(Refused) as refused:
        department.return_for_correction(key, "再補", actor=superior(made), now=OPENED)
    assert refused.value.refusal.clause == "3.3.2"


def test_the_employee_reads_the_superiors_evaluation_once_it_is_signed_and_no_colleagues(made: SimpleNamespace) -> None:
    key, me = made.cases[0], person(made.agents[0])
    reviewing.rate_all(key)
    with acting_as(me):
        assert list(db.session.scalars(select(Rating).where(Rating.review_id == key))) == []
    db.session.rollback()
    reviewing.evaluate(key, made.superior)
    with acting_as(me):
        assert [row.kind for row in db.session.scalars(select(Rating).where(Rating.review_id == key))] == ["superior"]
