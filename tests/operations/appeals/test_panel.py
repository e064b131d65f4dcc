"""The appeal panel: ballots, ties, relief, and what a decision does to the case (3.3.5-a and b)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from admin.domain.codes import JudgingAct
from admin.domain.refusals import Invalid, Refused
from admin.domain.voting import DISMISSED, PanelDecision, panel_decision
from admin.models import Determination, Employee, HistoryStep, Rating, Review
from admin.operations.appeals import panel
from admin.operations.appeals.appeals import withdraw
from admin.operations.cases import department
from admin.queries.cases.judging import acts_on
from tests import factories as make
from tests.factories import NOW
from tests.operations.appealing import ENDS, filed, on_notice, promotable, vote

pytestmark = pytest.mark.usefixtures("session")


def test_a_dismissed_appeal_puts_the_case_back_on_notice():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed", "dismissed")
    panel.close_ballot(appeal.id, "The week is in the import.", actor=case.panel[0], now=NOW)
    assert (appeal.stage, appeal.result, case.review.stage) == ("decided", "dismissed", "on_notice")


def test_an_allowed_appeal_fixes_the_grade_by_a_determination_of_the_panel(session):
    case = promotable()
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), ("grade_fixed", "J3"), "dismissed")
    panel.close_ballot(appeal.id, "The certificate counts.", actor=case.panel[0], now=NOW)
    fixed = session.scalars(select(Determination).execution_options(unscoped=True)).one()
    assert (fixed.body, fixed.grade.code, fixed.appeal_id, fixed.reason) == (
        "panel",
        "J3",
        appeal.id,
        "The certificate counts.",
    )
    assert (case.review.stage, case.review.determined_grade.code) == ("checked", "J3")


def test_a_tie_dismisses():
    case = promotable(panel_size=4)
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), ("grade_fixed", "J3"), "dismissed", "dismissed")
    panel.close_ballot(appeal.id, "Two against two.", actor=case.panel[0], now=NOW)
    assert appeal.result == "dismissed"


def test_a_panel_that_allows_but_not_how_votes_again():
    case = promotable()
    appeal = filed(case)
    vote(case, appeal, ("grade_fixed", "J3"), "remit_to_rating", "dismissed")
    panel.close_ballot(appeal.id, "no majority", actor=case.panel[0], now=NOW)
    assert (appeal.stage, appeal.round, appeal.result) == ("with_panel", 2, None)
    vote(case, appeal, "remit_to_rating", "remit_to_rating", "dismissed")
    panel.close_ballot(appeal.id, "Rate anew.", actor=case.panel[0], now=NOW)
    assert appeal.result == "remit_to_rating"


def test_fewer_than_three_ballots_decide_nothing():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed")
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, "two are enough", actor=case.panel[0], now=NOW)


def test_only_the_panel_s_chair_closes_and_gives_a_reason():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed", "dismissed", "dismissed")
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, "reason", actor=case.panel[1], now=NOW)
    with pytest.raises(Refused):
        panel.close_ballot(appeal.id, " ", actor=case.panel[0], now=NOW)


def test_a_panel_member_votes_once():
    case = on_notice()
    appeal = filed(case)
    vote(case, appeal, "dismissed")
    with pytest.raises(Refused) as refused:
        vote(case, appeal, "dismissed")
    assert refused.value.refusal.clause == "3.3.4-b"


def test_a_panel_member_who_judged_before_is_refused():
    case = on_notice(panel_size=4)
    with make.fixture():
        make.signed_rating(case.review, case.review.employee, "peer").rater_id = case.panel[1].employee_id
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=case.panel[1], now=NOW)
    assert refused.value.refusal.clause == "3.3-e"


def test_the_filer_of_an_objection_does_not_decide_it():
    case = on_notice(panel_size=4)
    appeal = filed(case, by=case.panel[1])
    with pytest.raises(Refused) as refused:
        panel.cast_ballot(appeal.id, "dismissed", "reason", actor=case.panel[1], now=NOW)
    assert refused.value.refusal.clause == "3.3-e"


def test_a_panel_left_with_two_members_waits_for_management():
    case = on_notice()
    with make.fixture():
        case.review.employee.superior_id = case.panel[1].employee_id
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        vote(case, appeal, "dismissed")
    assert refused.value.refusal.clause == "3.3.5-a"


def test_an_appeal_never_ends_worse_for_the_appellant():
    case = on_notice(present="J3", determined="J3", demotion_ground="1")
    appeal = filed(case)
    with pytest.raises(Refused) as refused:
        vote(case, appeal, ("grade_fixed", "J2"))
    assert refused.value.refusal.clause == "3.3.5-b"


def test_an_objection_may_end_worse_for_the_subject():
    case = on_notice(present="J2", determined="J3", target_grade_id=make.grade("J3").id)
    appeal = filed(case, by=case.colleague)
    vote(case, appeal, *[("grade_fixed", "J2")] * 3)
    panel.close_ballot(appeal.id, "There was no certificate.", actor=case.panel[0], now=NOW)
    assert case.review.determined_grade.code == "J2"


def test_while_the_subject_s_own_appeal_is_open_an_objection_does_not_end_worse_either():
    case = on_notice(present="J2", determined="J3", target_grade_id=make.grade("J3").id)
    filed(case)
    appeal = filed(case, by=case.colleague)
    with pytest.raises(Refused):
        vote(case, appeal, ("grade_fixed", "J2"))


def test_the_panel_fixes_only_a_lawful_grade_other_than_the_one_on_notice():
    case = on_notice()
    appeal = filed(case)
    for grade, clause in (("J3", "3.3.3-a"), ("J2", "3.3.5-a")):
        with pytest.raises(Refused) as refused:
            vote(case, appeal, ("grade_fixed", grade))
        assert refused.value.refusal.clause == clause


def test_a_ballot_names_a_grade_exactly_when_it_fixes_one():
    case = on_notice()
    appeal = filed(case)
    for wanted in ("grade_fixed", ("dismissed", "J3"), "ignore"):
        with pytest.raises(Invalid):
            vote(case, appeal, wanted)


def test_what_else_is_open_on_the_case_is_decided_together_with_an_allowed_appeal():
    case = promotable()
    first, second = filed(case), filed(case, ground="procedure")
    vote(case, first, *[("grade_fixed", "J3")] * 3)
    panel.close_ballot(first.id, "The certificate counts.", actor=case.panel[0], now=NOW)
    assert (second.stage, second.result, second.result_grade.code) == ("decided", "grade_fixed", "J3")


def test_a_dismissal_leaves_the_other_appeals_open():
    case = on_notice()
    first, second = filed(case), filed(case, ground="procedure")
    vote(case, first, *["dismissed"] * 3)
    panel.close_ballot(first.id, "no", actor=case.panel[0], now=NOW)
    assert (second.stage, case.review.stage) == ("with_panel", "appealed")


def test_a_remitted_case_goes_back_to_the_stage_at_fault_and_returns_to_the_panel(session):
    case = promotable()
    with make.fixture():
        rating = make.signed_rating(case.review, case.review.superior, "superior")
    appeal = filed(case)
    vote(case, appeal, *["remit_to_rating"] * 3)
    panel.close_ballot(appeal.id, "Rate May anew.", actor=case.panel[0], now=NOW)
    assert (case.review.stage, case.review.remitted, rating.state) == ("rating", True, "draft")
    with make.fixture() as op:
        case.review.stage = "committee"
        op.session.flush()
        panel.resume(op, case.review)
    assert (appeal.stage, appeal.result, appeal.round, case.review.stage) == ("with_panel", None, 2, "appealed")
    vote(case, appeal, *[("grade_fixed", "J3")] * 3)
    panel.close_ballot(appeal.id, "Now it is right.", actor=case.panel[0], now=NOW)
    assert case.review.determined_grade.code == "J3"
    steps = session.scalars(
        select(HistoryStep.action).where(HistoryStep.process == "appeal").order_by(HistoryStep.id)
    ).all()
    assert steps.count("close_ballot") == 2 and "resume" in steps


def test_a_superior_whose_evaluation_falls_by_a_remit_has_judged_the_case_still(session):
    """Or they would decide it in another office, once somebody else evaluates in their place (3.3-d)."""
    case = promotable()
    with make.fixture():
        make.signed_rating(case.review, case.review.superior, "superior")
    appeal = filed(case)
    vote(case, appeal, *["remit_to_rating"] * 3)
    panel.close_ballot(appeal.id, "Rate May anew.", actor=case.panel[0], now=NOW)
    assert JudgingAct.SUPERIOR_EVALUATION in acts_on(session, case.review.id)[case.review.superior_id]


def test_a_case_that_nobody_has_rated_is_rated_once_the_panel_sends_it_there(session):
    """A demotion is opened at the department: sent back to the ratings it waits for the superior, who is asked."""
    case = promotable()
    appeal = filed(case)
    vote(case, appeal, *["remit_to_rating"] * 3)
    panel.close_ballot(appeal.id, "Rate May.", actor=case.panel[0], now=NOW)
    found = session.scalars(select(Rating).where(Rating.review_id == case.review.id).execution_options(unscoped=True))
    assert [(row.rater_id, row.kind, row.state) for row in found] == [(case.review.superior_id, "superior", "asked")]


def sent_back(case):
    """An appeal on which the panel sent the case back, and the case before the panel again."""
    appeal = filed(case)
    vote(case, appeal, *["remit_to_department"] * 3)
    panel.close_ballot(appeal.id, "Look again.", actor=case.panel[0], now=NOW)
    with make.fixture() as op:
        case.review.stage = "committee"
        op.session.flush()
        panel.resume(op, case.review)
    return appeal


def test_after_a_remit_a_dismissal_leads_to_a_notice_of_its_own():
    case = on_notice()
    appeal = sent_back(case)
    vote(case, appeal, *["dismissed"] * 3)
    panel.close_ballot(appeal.id, "It stands.", actor=case.panel[0], now=NOW)
    assert (appeal.result, case.review.stage) == ("dismissed", "checked")


@pytest.mark.parametrize("fallen", [False, True])
def test_a_remitted_case_whose_determination_has_fallen_since_is_the_committee_s_and_not_the_panel_s(fallen):
    """As by an order to assess again or by another grade in the file: a dismissal would leave nothing that stands (6.3.2, 1.2-f)."""
    case = on_notice()
    head = make.employee("Head")
    with make.fixture() as op:
        op.get(Review, case.review.id).head_id = head.id
        make.holds(op.get(Employee, case.review.employee_id), "J2")
    appeal = filed(case)
    vote(case, appeal, *["remit_to_department"] * 3)
    panel.close_ballot(appeal.id, "Look again.", actor=case.panel[0], now=NOW)
    with make.fixture() as op:
        if fallen:
            op.get(Review, case.review.id).determined_grade_id = None
    department.propose(case.review.id, "J2", "as before", actor=make.actor_of(head), now=NOW)
    assert case.review.stage == ("committee" if fallen else "appealed")
    assert appeal.stage == ("decided" if fallen else "with_panel")


def test_after_a_remit_a_withdrawal_leads_to_a_notice_of_its_own():
    case = on_notice()
    withdraw(sent_back(case).id, actor=case.subject, now=NOW)
    assert case.review.stage == "checked"


def test_what_the_panel_decided_before_the_new_notice_is_not_brought_up_again_by_anybody():
    case = on_notice()
    appeal = sent_back(case)
    vote(case, appeal, *["dismissed"] * 3)
    panel.close_ballot(appeal.id, "It stands.", actor=case.panel[0], now=NOW)
    with make.fixture():
        case.review.stage = "on_notice"
    case.notice = make.notice(case.review.cycle, [case.review], ends_at=ENDS)
    for who in (case.subject, case.colleague):
        with pytest.raises(Refused) as refused:
            filed(case, by=who)
        assert refused.value.refusal.clause == "3.3.5-e"
    assert filed(case, ground="procedure").stage == "with_panel"


def test_an_appeal_of_a_case_that_was_closed_as_left_is_heard_and_decided():
    case = promotable()
    appeal, other = filed(case), filed(case, ground="procedure")
    with make.fixture():
        case.review.stage = "left"
    with pytest.raises(Refused) as refused:
        vote(case, appeal, "remit_to_rating")
    assert refused.value.refusal.clause == "1.2-d"
    vote(case, appeal, *[("grade_fixed", "J3")] * 3)
    panel.close_ballot(appeal.id, "The certificate counts.", actor=case.panel[0], now=NOW)
    assert (appeal.stage, case.review.stage, case.review.determined_grade.code) == ("decided", "left", "J3")
    assert other.stage == "with_panel"
    withdraw(other.id, actor=case.subject, now=NOW)
    assert (other.stage, case.review.stage) == ("withdrawn", "left")


relief = st.sampled_from([DISMISSED, PanelDecision("remit_to_rating"), PanelDecision("grade_fixed", "J3")])


@given(st.lists(relief, min_size=3, max_size=9))
def test_no_relief_is_granted_against_half_of_the_panel(ballots):
    decision = panel_decision(ballots, minimum=3)
    dismissing = ballots.count(DISMISSED)
    if decision not in (None, DISMISSED):
        assert 2 * dismissing < len(ballots)
        assert ballots.count(decision) > len(ballots) - dismissing - ballots.count(decision)
    if 2 * dismissing >= len(ballots):
        assert decision == DISMISSED
