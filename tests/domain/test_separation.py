"""Who may judge whom (3.3-c, 3.3-d, 3.3-e)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.codes import Conflict, JudgingAct
from admin.domain.separation import CaseTies, check_override, check_unconflicted, conflicts, may_judge

CASE = CaseTies(
    subject="lin",
    acts=frozenset({("wang", JudgingAct.SUPERIOR_EVALUATION), ("chen", JudgingAct.DEPARTMENT_REVIEW)}),
    superiors=frozenset({"wang"}),
    subordinates=frozenset({"ho"}),
    kin=frozenset({"aunt"}),
    complaint_parties=frozenset({"accused"}),
    declared=frozenset({"friend"}),
)
ACTS = st.sampled_from(JudgingAct)


def test_there_are_seven_kinds_of_judging_act() -> None:
    assert [act.value for act in JudgingAct] == [
        "peer_rating",
        "superior_evaluation",
        "department_review",
        "committee_ballot",
        "panel_ballot",
        "finding_adoption",
        "adjustment_approval",
    ]


def test_the_grounds_of_conflict_have_the_names_under_which_they_are_stored() -> None:
    stored = "self superior subordinate other_act kin complaint_party declared"
    assert [ground.value for ground in Conflict] == stored.split()


@given(ACTS)
def test_nobody_judges_their_own_case(act: JudgingAct) -> None:
    refusal = may_judge(act, "lin", CASE)
    assert refusal is not None
    assert (refusal.clause, refusal.reason) == ("3.3-d", "No one may judge their own case.")
    assert refusal.facts == {"act": act}


@given(ACTS, ACTS)
def test_nobody_does_two_kinds_of_act_on_one_case(done: JudgingAct, act: JudgingAct) -> None:
    case = CaseTies("lin", frozenset({("wang", done)}))
    refusal = may_judge(act, "wang", case)
    assert (refusal is None) == (done is act)
    if refusal:
        assert refusal.clause == "3.3-d"
        assert refusal.facts == {"act": act, "done": done}


def test_whoever_has_not_acted_may_judge() -> None:
    assert may_judge(JudgingAct.PANEL_BALLOT, "yeh", CASE) is None


def test_a_deputy_has_the_limits_of_both_persons() -> None:
    ballot = JudgingAct.COMMITTEE_BALLOT
    assert may_judge(ballot, "deputy", CASE, deputy_for="yeh") is None
    assert may_judge(ballot, "deputy", CASE, deputy_for="wang") is not None
    assert may_judge(ballot, "wang", CASE, deputy_for="yeh") is not None
    assert may_judge(ballot, "deputy", CASE, deputy_for="lin") is not None


@pytest.mark.parametrize(
    ("member", "grounds"),
    [
        ("lin", (Conflict.SELF,)),
        ("wang", (Conflict.SUPERIOR, Conflict.OTHER_ACT)),
        ("ho", (Conflict.SUBORDINATE,)),
        ("chen", (Conflict.OTHER_ACT,)),
        ("aunt", (Conflict.KIN,)),
        ("accused", (Conflict.COMPLAINT_PARTY,)),
        ("friend", (Conflict.DECLARED,)),
        ("yeh", ()),
    ],
)
def test_every_ground_of_conflict_is_named(member: str, grounds: tuple[Conflict, ...]) -> None:
    assert conflicts(member, CASE) == grounds
    refusal = check_unconflicted(member, CASE)
    assert (refusal is None) == (not grounds)
    if refusal:
        assert (refusal.clause, refusal.facts) == ("3.3-e", {"ground": grounds[0]})
        expected = f"A conflicted member takes no part in the case (ground: {grounds[0].value})."
        assert refusal.text() == expected


def test_a_ballot_already_cast_in_the_same_body_is_no_conflict() -> None:
    case = CaseTies("lin", frozenset({("yeh", JudgingAct.COMMITTEE_BALLOT)}))
    assert conflicts("yeh", case) == ()
    assert check_unconflicted("yeh", case) is None
    assert conflicts("yeh", case, JudgingAct.PANEL_BALLOT) == (Conflict.OTHER_ACT,)
    assert check_unconflicted("yeh", case, JudgingAct.PANEL_BALLOT) is not None


@pytest.mark.parametrize(
    ("proposed_by", "confirmed_by", "reason", "message"),
    [
        ("hr", "chair", " ", "Lifting a recusal needs a reason."),
        ("hr", None, "no kin after all", "Lifting a recusal needs a second person."),
        ("hr", "hr", "no kin after all", "Lifting a recusal needs a second person."),
        ("hr", "yeh", "no kin after all", "No one may lift their own recusal."),
        ("yeh", "hr", "no kin after all", "No one may lift their own recusal."),
    ],
)
def test_overriding_a_recusal_takes_a_reason_and_two_others(
    proposed_by: str, confirmed_by: str | None, reason: str, message: str
) -> None:
    refusal = check_override("yeh", proposed_by, confirmed_by, reason)
    assert refusal is not None
    assert (refusal.clause, refusal.reason) == ("3.3-e", message)
    assert check_override("yeh", "hr", "chair", "no kin after all") is None
