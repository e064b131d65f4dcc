"""Ballots, motions, the consent agenda and closing, as worked cases (3.3.4-b, 3.3.4-c, 3.3-d, 3.3-e)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.domain.voting import Outcome, tally
from admin.models import AuditEvent, Ballot, Determination, HistoryStep, Review
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.ballots import cast_ballot, close_ballot, move_grade, pull_from_consent
from admin.operations.committee.meetings import adjourn, declare_conflict, open_meeting
from tests import factories as make
from tests.factories import NOW
from tests.operations import bodies
from tests.operations.bodies import Committee, carried, case, committee, item_of, opened, planned, vote
from tests.web.counting import statements

pytestmark = pytest.mark.usefixtures("session")
FOUR = {"Chair": True, "Hua": True, "Centre": False, "Related": False}


def close(body: Committee, meeting, one, **columns):
    return close_ballot(meeting.id, review_id=one.id, actor=body.chair, now=NOW, **columns)


def determinations(session, one) -> list[Determination]:
    query = select(Determination).where(Determination.review_id == one.id).order_by(Determination.seq)
    return list(session.scalars(query.execution_options(unscoped=True)))


def applied(body: Committee, target: str = "J3", proposed: str = "J3") -> Review:
    """A case with an approved certificate and an application for promotion."""
    one = case(body, proposed=proposed, target_grade_id=make.grade(target).id, individual_reasons=["grade_change"])
    with make.fixture() as op:
        make.certificate(one.employee, body.hr)
        op.session.flush()
    return one


def test_a_carried_proposal_is_determined_by_closing_the_ballot(session):
    body = committee()
    one = case(body, proposed="J3")
    carried(body, one)
    fixed = determinations(session, one)[0]
    assert (one.stage, one.determined_grade.code) == ("determined", "J3")
    assert (fixed.body, fixed.grade.code, fixed.clause) == ("committee", "J3", "3.3.4")


def test_a_determination_has_history_and_audit_in_the_same_transaction(session):
    body = committee()
    one = case(body, proposed="J3")
    carried(body, one)
    step = session.scalars(
        select(HistoryStep).where(HistoryStep.process == "review", HistoryStep.action == "determine")
    ).one()
    assert (step.record_id, step.from_stage, step.to_stage, step.clause) == (one.id, "committee", "determined", "3.3.4")
    events = session.scalars(
        select(AuditEvent.record_type).where(AuditEvent.operation == "close_ballot").execution_options(unscoped=True)
    ).all()
    assert {"determinations", "reviews", "motions", "agenda_items"} <= set(events)


def test_a_second_vote_is_refused():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Hua=True)
    with pytest.raises(Refused) as refused:
        vote(body, meeting, one, Hua=False)
    assert refused.value.refusal.clause == "3.3.4-b"


def test_a_vote_after_the_ballot_is_closed_is_refused():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one], absent=[])
    vote(body, meeting, one, Chair=True, Hua=True, Centre=True)
    close(body, meeting, one)
    with pytest.raises(Refused) as refused:
        vote(body, meeting, one, Related=True)
    assert refused.value.refusal.clause == "3.3.4-b"


def test_a_vote_before_the_meeting_is_open_is_refused():
    body = committee()
    one = case(body, proposed="J3")
    meeting = planned(body, [one])
    with pytest.raises(Refused):
        vote(body, meeting, one, Hua=True)


def test_a_recused_member_s_vote_is_refused_by_name_of_the_rule():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "we share a flat", actor=body.actor("Hua"), now=NOW)
    with pytest.raises(Refused) as refused:
        vote(body, meeting, one, Hua=True)
    assert refused.value.refusal.clause == "3.3-e"


def test_a_member_recused_after_voting_leaves_the_count():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=True, Hua=True, Centre=True)
    declare_conflict(meeting.id, one.id, "declared", "I had forgotten", actor=body.actor("Hua"), now=NOW)
    with pytest.raises(Refused, match="Only 2 ballots"):
        close(body, meeting, one)


def test_a_member_who_rated_the_case_does_not_vote_on_it():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    make.signed_rating(one, body.people["Hua"], "peer")
    with pytest.raises(Refused) as refused:
        vote(body, meeting, one, Hua=True)
    assert refused.value.refusal.clause == "3.3-d"


def test_an_absent_member_does_not_vote():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one], absent=["Ops"])
    with pytest.raises(Refused) as refused:
        vote(body, meeting, one, Ops=True)
    assert refused.value.refusal.clause == "3.3.4-a"


def test_a_panel_member_does_not_vote_in_the_first_instance():
    body = committee()
    with make.fixture():
        person = make.employee("Panel")
        make.seat(person, on_panel=True)
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    with pytest.raises(NotFound):
        cast_ballot(meeting.id, review_id=one.id, in_favour=True, actor=make.actor_of(person), now=NOW)


def test_hr_and_the_secretary_have_no_vote():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    for name in ("HR", "Secretary"):
        with pytest.raises(Refused):
            vote(body, meeting, one, **{name: True})


def test_a_ballot_with_fewer_than_three_votes_is_not_closed():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=True, Hua=True)
    with pytest.raises(Refused) as refused:
        close(body, meeting, one)
    assert refused.value.refusal.facts == {"cast": 2, "needed": 3}


def test_only_the_chair_closes_the_ballot():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=True, Hua=True, Centre=True)
    with pytest.raises(Refused):
        close_ballot(meeting.id, review_id=one.id, actor=body.actor("Hua"), now=NOW)


def test_while_the_chair_is_recused_the_first_sitting_member_closes(session):
    body = committee()
    with make.fixture():
        one = make.review(body.cycle, make.employee(superior=body.people["Chair"]), proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Hua=True, Centre=True, Related=True)
    with pytest.raises(Refused):
        close(body, meeting, one)
    close_ballot(meeting.id, review_id=one.id, actor=body.actor("Hua"), now=NOW)
    assert one.stage == "determined"


def test_a_tie_does_not_carry():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, **FOUR)
    assert close(body, meeting, one) == []
    assert item_of(meeting, one).motions[0].state == "rejected"
    assert one.stage == "committee"


def test_none_carried_keeps_the_present_grade_and_takes_a_reason(session):
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, **FOUR)
    close(body, meeting, one)
    with pytest.raises(Refused, match="needs a reason"):
        close(body, meeting, one)
    close(body, meeting, one, reason="The certificate is not related to the work.")
    fixed = determinations(session, one)[0]
    assert (fixed.grade.code, fixed.reason, fixed.clause) == (
        "J2",
        "The certificate is not related to the work.",
        "3.3.4-b",
    )


def test_a_first_grading_without_a_carried_motion_is_deferred():
    body = committee()
    one = case(body, present=None, proposed="J1", kind="initial")
    meeting = opened(body, [one])
    vote(body, meeting, one, **FOUR)
    close(body, meeting, one)
    close(body, meeting, one)
    assert (item_of(meeting, one).state, one.stage) == ("deferred", "committee")


def test_a_member_may_move_another_lawful_grade_after_a_lost_motion(session):
    body = committee()
    one = applied(body, target="M1", proposed="J2")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=False, Hua=False, Centre=False)
    close(body, meeting, one)
    move_grade(meeting.id, item_of(meeting, one).id, "J3", "The certificate counts.", actor=body.actor("Hua"), now=NOW)
    vote(body, meeting, one, Chair=True, Hua=True, Centre=True)
    close(body, meeting, one)
    fixed = determinations(session, one)[0]
    assert (fixed.grade.code, fixed.reason, fixed.clause) == ("J3", "The certificate counts.", "3.3.4-b")


def test_an_unlawful_grade_cannot_be_moved():
    body = committee()
    one = case(body, proposed="J2", individual_reasons=["thin_data"])
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=False, Hua=False, Centre=False)
    close(body, meeting, one)
    with pytest.raises(Refused) as refused:
        move_grade(meeting.id, item_of(meeting, one).id, "J3", "She is good.", actor=body.actor("Hua"), now=NOW)
    assert refused.value.refusal.clause == "3.3.3-a"


def test_a_grade_is_moved_with_a_reason_and_never_while_a_motion_is_open():
    body = committee()
    one = applied(body, proposed="J2")
    meeting = opened(body, [one])
    item = item_of(meeting, one)
    with pytest.raises(Refused, match="after the motion"):
        move_grade(meeting.id, item.id, "J3", "because", actor=body.actor("Hua"), now=NOW)
    vote(body, meeting, one, Chair=False, Hua=False, Centre=False)
    close(body, meeting, one)
    with pytest.raises(Refused):
        move_grade(meeting.id, item.id, "J3", "  ", actor=body.actor("Hua"), now=NOW)
    with pytest.raises(Invalid):
        move_grade(meeting.id, item.id, "Z9", "because", actor=body.actor("Hua"), now=NOW)


def test_a_grade_that_was_voted_down_is_not_moved_again():
    body = committee()
    one = applied(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=False, Hua=False, Centre=False)
    close(body, meeting, one)
    with pytest.raises(Refused, match="has voted on J3"):
        move_grade(meeting.id, item_of(meeting, one).id, "J3", "again", actor=body.actor("Hua"), now=NOW)


def test_one_consent_ballot_is_stored_as_one_row_for_each_case_and_skips_recused_ones(session):
    body = committee()
    cases = [case(body) for _ in range(3)]
    with make.fixture():
        cases.append(make.review(body.cycle, make.employee(superior=body.people["Hua"])))
    meeting = opened(body, cases)
    assert cast_ballot(meeting.id, consent=True, in_favour=True, actor=body.actor("Hua"), now=NOW) == 3
    assert cast_ballot(meeting.id, consent=True, in_favour=True, actor=body.actor("Ops"), now=NOW) == 4
    assert session.scalar(select(func.count()).select_from(Ballot).execution_options(unscoped=True)) == 7


def test_a_second_consent_ballot_is_refused():
    body = committee()
    meeting = opened(body, [case(body), case(body)])
    bodies.vote_by_consent(body, meeting, "Hua")
    with pytest.raises(Refused) as refused:
        bodies.vote_by_consent(body, meeting, "Hua")
    assert refused.value.refusal.clause == "3.3.4-b"


def test_closing_the_consent_ballot_determines_every_case_at_its_present_grade(session):
    body = committee()
    cases = [case(body) for _ in range(3)]
    meeting = opened(body, cases)
    bodies.vote_by_consent(body, meeting, *body.seats)
    settled = close_ballot(meeting.id, consent=True, actor=body.chair, now=NOW)
    assert {item.review_id for item in settled} == {one.id for one in cases}
    assert all((one.stage, one.determined_grade.code) == ("determined", "J2") for one in cases)


def test_a_case_pulled_from_consent_is_voted_on_by_itself():
    body = committee()
    pulled, kept = case(body), case(body)
    meeting = opened(body, [pulled, kept])
    bodies.vote_by_consent(body, meeting, "Centre")
    pull_from_consent(meeting.id, item_of(meeting, pulled).id, actor=body.actor("Hua"), now=NOW)
    bodies.vote_by_consent(body, meeting, "Chair", "Hua", "Related")
    close_ballot(meeting.id, consent=True, actor=body.chair, now=NOW)
    assert (pulled.stage, kept.stage) == ("committee", "determined")
    vote(body, meeting, pulled, Chair=True, Centre=True, Hua=True)
    close(body, meeting, pulled)
    assert pulled.stage == "determined"


def test_what_is_not_on_the_consent_agenda_cannot_be_pulled():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    with pytest.raises(NotFound):
        pull_from_consent(meeting.id, item_of(meeting, one).id, actor=body.actor("Hua"), now=NOW)


def test_consent_that_is_not_carried_makes_the_cases_individual():
    body = committee()
    one = case(body)
    meeting = opened(body, [one])
    bodies.vote_by_consent(body, meeting, "Chair", "Hua", in_favour=True)
    bodies.vote_by_consent(body, meeting, "Centre", "Related", in_favour=False)
    assert close_ballot(meeting.id, consent=True, actor=body.chair, now=NOW) == []
    assert (item_of(meeting, one).consent, one.stage) == (False, "committee")


def test_after_the_meeting_nothing_can_be_voted_on():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    adjourn(meeting.id, actor=body.chair, now=NOW)
    with pytest.raises(Refused):
        vote(body, meeting, one, Hua=True)


def test_a_case_of_another_meeting_is_not_found():
    body = committee()
    one, other = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [one])
    planned(body, [other])
    with pytest.raises(NotFound):
        vote(body, meeting, other, Hua=True)


@given(st.lists(st.booleans(), max_size=12))
def test_carried_means_three_cast_and_more_for_than_against(ballots):
    result = tally(ballots, minimum=3)
    assert (result.outcome is Outcome.CARRIED) == (len(ballots) >= 3 and 2 * sum(ballots) > len(ballots))


def test_a_consent_ballot_takes_three_statements_a_case_and_no_more(session, app):
    body = committee()
    with make.fixture() as op:
        place = make.department()
        people = [make.employee(of=place, account=False) for _ in range(200)]
        grade = make.grade("J2").id
        op.session.add_all(
            Review(
                cycle_id=body.cycle.id,
                employee_id=one.id,
                department_id=place.id,
                stage="committee",
                present_grade_id=grade,
                proposed_grade_id=grade,
                stage_since=NOW,
            )
            for one in people
        )
        op.session.flush()
        ids = list(op.session.scalars(select(Review.id)))
    meeting = make.meeting(body.cycle)
    assign_to_meeting(ids, meeting.id, actor=body.actor("HR"), now=NOW)
    open_meeting(meeting.id, [seat.id for seat in body.seats.values()], actor=body.chair, now=NOW)
    bodies.vote_by_consent(body, meeting, *body.seats)
    with statements(app) as sent:
        settled = close_ballot(meeting.id, consent=True, actor=body.chair, now=NOW)
    assert len(settled) == 200 and len(sent) <= 3 * 200 + 50
