"""Committee and panel: composition, ballots, counting (3.3.4-a to 3.3.5-a)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import Constituency
from admin.domain.refusals import Refusal
from admin.domain.voting import (
    DISMISSED,
    Member,
    Outcome,
    PanelDecision,
    PanelOutcome,
    Result,
    Settlement,
    Vacancy,
    bench,
    check_ballot,
    check_bench,
    check_close,
    check_committee,
    check_consent,
    check_panel,
    check_panel_bench,
    check_quorum,
    consent_ballots,
    panel_bench,
    panel_decision,
    panel_tally,
    presiding,
    quorum,
    settle,
    tally,
    tally_visible,
    vacancy,
)

HR, CENTRE, DEPARTMENTS = Constituency
COMMITTEE = (
    Member("h1", HR),
    Member("h2", HR),
    Member("c1", CENTRE),
    Member("c2", CENTRE),
    Member("d1", DEPARTMENTS),
    Member("d9", DEPARTMENTS, alternate=True),
)
REGULAR = ("h1", "h2", "c1", "c2", "d1")
EVERYONE = (*REGULAR, "d9")


def said(refusal: Refusal | None) -> str:
    assert refusal is not None
    return f"{refusal.clause} {refusal.text()}"


@pytest.mark.parametrize(("appointed", "needed"), [(3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6)])
def test_the_quorum_is_two_thirds_rounded_up(appointed: int, needed: int) -> None:
    assert quorum(appointed) == needed


def test_a_meeting_opens_with_four_of_five_and_not_with_three() -> None:
    assert check_quorum(COMMITTEE, REGULAR[1:]) is None
    refusal = check_quorum(COMMITTEE, ("h1", "h2", "c1"))
    assert said(refusal) == "3.3.4-a No quorum: 3 of 5 members are present, 4 are needed."


def test_an_alternate_fills_only_an_empty_seat_of_its_own_constituency() -> None:
    assert check_quorum(COMMITTEE, ("h1", "h2", "c1", "d9")) is None
    assert check_quorum(COMMITTEE, ("h1", "h2", "d1", "d9")) is not None


def test_a_committee_without_members_has_no_quorum() -> None:
    assert said(check_quorum((), ())) == "3.3.4-a No quorum: 0 of 0 members are present, 0 are needed."


def test_a_committee_has_all_three_constituencies_and_a_chair_of_its_own() -> None:
    assert check_committee(COMMITTEE, "c1") is None
    assert said(check_committee(COMMITTEE, "d9")) == "3.3.4-a The chair is one of the committee's members."
    only_an_alternate = COMMITTEE[:4] + COMMITTEE[5:]
    expected = "3.3.4-a The committee has no member of the constituency related_departments."
    assert said(check_committee(only_an_alternate, "c1")) == expected


def test_all_present_and_unconflicted_members_vote_and_the_alternate_does_not() -> None:
    assert bench(COMMITTEE, EVERYONE, ()) == REGULAR
    assert bench(COMMITTEE, EVERYONE, ("h1",)) == ("h2", "c1", "c2", "d1")
    assert bench(COMMITTEE, ("h1", "c1", "d1"), ()) == ("h1", "c1", "d1")


def test_the_alternate_votes_where_the_regular_member_is_recused() -> None:
    assert bench(COMMITTEE, EVERYONE, ("d1",)) == ("h1", "h2", "c1", "c2", "d9")
    assert check_bench(COMMITTEE, EVERYONE, ("d1",), minimum=3) is None


def test_regular_members_come_before_alternates_whatever_the_order_of_the_list() -> None:
    assert bench(COMMITTEE[::-1], EVERYONE, ()) == ("h2", "h1", "c2", "c1", "d1")


def test_a_constituency_that_is_missing_after_recusals_defers_the_case() -> None:
    refusal = check_bench(COMMITTEE, REGULAR, ("d1",), minimum=3)
    expected = "No member of the constituency related_departments may vote on this case; an alternate is needed."
    assert said(refusal) == f"3.3.4-a {expected}"


def test_where_a_constituency_has_no_regular_seat_an_alternate_is_of_no_help_and_a_member_is_asked_for() -> None:
    only_an_alternate = COMMITTEE[:4] + COMMITTEE[5:]
    expected = "3.3.4-a The committee has no member of the constituency related_departments."
    assert said(check_bench(only_an_alternate, EVERYONE, (), minimum=3)) == expected
    assert vacancy(only_an_alternate, EVERYONE, (), minimum=3) == Vacancy(DEPARTMENTS, False)


def test_the_seat_that_a_case_lacks_is_named() -> None:
    assert vacancy(COMMITTEE, EVERYONE, (), minimum=3) is None
    assert vacancy(COMMITTEE, REGULAR, ("d1",), minimum=3) == Vacancy(DEPARTMENTS, True)
    assert vacancy(COMMITTEE, REGULAR, ("c1",), minimum=5) == Vacancy(CENTRE, True)
    assert vacancy(COMMITTEE, REGULAR, (), minimum=6) == Vacancy(HR, False)  # every seat is filled


def test_three_voters_are_enough_and_two_are_not() -> None:
    assert check_bench(COMMITTEE, EVERYONE, ("h1", "c1"), minimum=3) is None
    refusal = check_bench(COMMITTEE, ("h1", "c1", "d1"), (), minimum=4)
    assert said(refusal) == "3.3.4-a Only 3 unconflicted members may vote; 4 are needed."


def test_a_member_casts_one_ballot_of_their_own_while_it_is_open() -> None:
    assert check_ballot("h1", "h1", voters=REGULAR, cast=("h2",), open_=True) is None


@pytest.mark.parametrize(
    ("voter", "actor", "cast", "open_", "expected"),
    [
        ("h1", "secretary", (), True, "3.3.4-b Everyone casts their own ballot."),
        ("d9", "d9", (), True, "3.3.4-a Only a member who sits on the case votes on it."),
        ("h1", "h1", (), False, "3.3.4-b The ballot is not open."),
        ("h1", "h1", ("h1",), True, "3.3.4-b You have voted on this motion; a ballot is never changed."),
    ],
)
def test_any_other_ballot_is_refused(voter: str, actor: str, cast: tuple[str, ...], open_: bool, expected: str) -> None:
    assert said(check_ballot(voter, actor, voters=REGULAR, cast=cast, open_=open_)) == expected


@pytest.mark.parametrize(
    ("for_", "against", "outcome"),
    [
        (2, 0, Outcome.TOO_FEW),
        (0, 0, Outcome.TOO_FEW),
        (3, 0, Outcome.CARRIED),
        (2, 1, Outcome.CARRIED),
        (2, 2, Outcome.REJECTED),
        (1, 2, Outcome.REJECTED),
        (0, 3, Outcome.REJECTED),
    ],
)
def test_three_cast_and_more_for_than_against_carries(for_: int, against: int, outcome: Outcome) -> None:
    result = tally([True] * for_ + [False] * against, minimum=3)
    assert result == Result(outcome, for_, against)
    assert result.cast == for_ + against


@pytest.mark.parametrize(
    ("for_", "against", "outcome"),
    [(2, 1, PanelOutcome.ALLOWED), (2, 2, PanelOutcome.DISMISSED), (2, 0, PanelOutcome.TOO_FEW)],
)
def test_a_tie_in_the_panel_dismisses(for_: int, against: int, outcome: PanelOutcome) -> None:
    assert panel_tally([True] * for_ + [False] * against, minimum=3) is outcome


FIXED, OTHER = PanelDecision("fixed", "junior-3"), PanelDecision("fixed", "senior-1")
REMITTED = PanelDecision("remitted")


@pytest.mark.parametrize(
    ("ballots", "decision"),
    [
        ((FIXED, FIXED, FIXED), FIXED),
        ((FIXED, FIXED, REMITTED), FIXED),
        ((FIXED, FIXED, DISMISSED), FIXED),
        ((FIXED, OTHER, DISMISSED), None),
        ((FIXED, FIXED, REMITTED, REMITTED), None),
        ((FIXED, DISMISSED, DISMISSED), DISMISSED),
        ((FIXED, FIXED, DISMISSED, DISMISSED), DISMISSED),
        ((FIXED, FIXED), None),
    ],
)
def test_the_panel_decides_what_most_of_those_who_allow_want(
    ballots: tuple[PanelDecision, ...], decision: PanelDecision | None
) -> None:
    assert panel_decision(ballots, minimum=3) == decision


def test_while_the_chair_is_recused_the_first_sitting_regular_member_presides() -> None:
    assert presiding("c1", COMMITTEE, EVERYONE) == "c1"
    assert presiding("c1", COMMITTEE, ("d9", "c2", "h2")) == "h2"
    assert presiding("c1", COMMITTEE, ("d9",)) == "d9"  # alternates alone sit
    assert presiding("c1", COMMITTEE, ()) is None


votes = st.lists(st.booleans(), min_size=3, max_size=30)


@given(votes)
def test_one_more_vote_for_never_loses_a_motion(ballots: list[bool]) -> None:
    before = tally(ballots, minimum=3).outcome
    assert before is not Outcome.CARRIED or tally([*ballots, True], minimum=3).outcome is Outcome.CARRIED


@given(votes)
def test_one_more_vote_against_never_wins_a_motion(ballots: list[bool]) -> None:
    before = tally(ballots, minimum=3).outcome
    assert before is not Outcome.REJECTED or tally([*ballots, False], minimum=3).outcome is Outcome.REJECTED


@given(votes, st.randoms())
def test_the_order_of_the_ballots_is_nothing(ballots: list[bool], random: object) -> None:
    shuffled = list(ballots)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tally(ballots, minimum=3) == tally(shuffled, minimum=3)


def test_the_tally_is_hidden_until_all_have_voted_or_the_ballot_is_closed() -> None:
    assert not tally_visible(REGULAR, REGULAR[:4], closed=False)
    assert tally_visible(REGULAR, REGULAR[::-1], closed=False)
    assert tally_visible(REGULAR, (), closed=True)


def test_only_the_chair_closes_and_only_with_enough_ballots() -> None:
    assert check_close("c1", "c1", 3, minimum=3) is None
    assert said(check_close("h1", "c1", 3, minimum=3)) == "3.3.4-b The chair closes the ballot."
    assert said(check_close("c1", "c1", 2, minimum=3)) == "3.3.4-b Only 2 ballots are cast; 3 are needed."


LOST, WON = Result(Outcome.REJECTED, 1, 2), Result(Outcome.CARRIED, 2, 1)


def test_the_carried_motion_gives_the_grade() -> None:
    assert settle("junior-1", [("junior-2", LOST), ("junior-1", WON)]) == Settlement("junior-1")
    assert settle("junior-1", [("junior-2", WON)]) == Settlement("junior-2")
    assert settle(None, [("junior-2", WON)]) == Settlement("junior-2", deferred=False)


def test_with_nothing_carried_the_grade_stays_and_a_first_grading_is_deferred() -> None:
    assert settle("junior-1", [("junior-2", LOST)]) == Settlement("junior-1", deferred=False)
    assert settle("junior-1", [("junior-2", Result(Outcome.TOO_FEW, 2, 0))]) == Settlement("junior-1")
    assert settle(None, [("junior-2", LOST)]) == Settlement(None, deferred=True)


def test_only_an_unflagged_case_that_keeps_its_grade_goes_by_consent() -> None:
    change = "3.3.4-c Only a case that keeps its grade may go by consent."
    assert check_consent("junior-1", "junior-1", ()) is None
    assert said(check_consent("junior-1", "junior-2", ())) == change
    assert said(check_consent("junior-1", None, ())) == change
    assert said(check_consent(None, None, ())) == change
    flagged = check_consent("junior-1", "junior-1", ("thin_data", "short_peers"))
    assert said(flagged) == "3.3.4-c This case is flagged (short_peers, thin_data) and is voted on individually."


def test_a_consent_ballot_is_one_row_per_member_and_case_without_the_recused() -> None:
    rows = consent_ballots(("h1", "c1"), (1, 2, 3), {2: ("h1",)}, pulled=(3,))
    assert rows == [("h1", 1), ("c1", 1), ("c1", 2)]
    assert consent_ballots(("h1",), (1,), {}) == [("h1", 1)]


PANEL = {"p1": HR, "p2": CENTRE, "p3": CENTRE}


def test_a_panel_has_three_members_from_two_constituencies_one_of_them_its_chair() -> None:
    assert check_panel(PANEL, "p1", REGULAR, minimum=3) is None
    two = {"p1": HR, "p2": CENTRE}
    assert said(check_panel(two, "p1", REGULAR, minimum=3)) == "3.3.5-a The panel has at least 3 members."
    alike = dict.fromkeys(PANEL, CENTRE)
    narrow = "3.3.5-a The panel's members come from two constituencies or more."
    assert said(check_panel(alike, "p1", REGULAR, minimum=3)) == narrow
    assert said(check_panel(PANEL, "h1", (), minimum=3)) == "3.3.5-a The panel's chair is one of its members."


def test_a_member_of_the_panel_does_not_vote_in_the_first_instance() -> None:
    refusal = check_panel(PANEL, "p1", ("h1", "p3"), minimum=3)
    assert said(refusal) == "3.3.5-a A member of the panel does not vote in the first instance."


def test_all_unconflicted_members_of_the_panel_sit_and_a_shortage_goes_to_management() -> None:
    four = ("p1", "p2", "p3", "p4")
    assert panel_bench(four, ("p2",)) == ("p1", "p3", "p4")
    assert check_panel_bench(four, ("p2",), minimum=3) is None
    expected = "3.3.5-a Only 2 unconflicted members of the panel are left; management appoints more."
    assert said(check_panel_bench(four, ("p2", "p4"), minimum=3)) == expected
