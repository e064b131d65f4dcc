"""Meetings: agenda, recusals from data, quorum, deferral, minutes (3.3.4-a, 3.3.4-c, 3.3-e)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import literal, select

from admin.access.actor import acting_as
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import AgendaItem, HistoryStep, Premark, Recusal, db
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.ballots import cast_ballot
from admin.operations.committee.meetings import (
    adjourn,
    declare_conflict,
    open_meeting,
    override_recusal,
    plan_meeting,
    premark,
    sign_minutes,
)
from admin.queries.committee.meetings import disagreement
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import carried, case, committee, item_of, opened, planned, vote

pytestmark = pytest.mark.usefixtures("session")


def test_the_agenda_puts_the_most_disputed_case_first():
    marks = [disagreement(literal(agree), literal(question)) for agree, question in [(5, 0), (0, 5), (4, 1), (3, 2)]]
    assert list(db.session().execute(select(*marks)).one()) == [0, 1, 3, 5]


def test_meetings_are_numbered_within_their_year():
    body = committee()
    later = NOW + timedelta(days=3)
    first = plan_meeting(body.cycle.id, later, actor=body.actor("Secretary"), now=NOW)
    second = plan_meeting(body.cycle.id, later, actor=body.actor("HR"), now=NOW)
    assert (first.number, second.number) == ("M2026-01", "M2026-02")


def test_a_meeting_is_not_planned_for_the_past():
    body = committee()
    with pytest.raises(Invalid):
        plan_meeting(body.cycle.id, NOW - timedelta(hours=1), actor=body.actor("Secretary"), now=NOW)


def test_a_member_does_not_plan_meetings():
    body = committee()
    with pytest.raises(NotFound):
        plan_meeting(body.cycle.id, NOW + timedelta(days=1), actor=body.actor("Hua"), now=NOW)


def test_an_unchanged_unflagged_case_goes_by_consent_and_everything_else_individually():
    body = committee()
    unchanged, changed = case(body), case(body, proposed="J3")
    flagged, silent = case(body, individual_reasons=["thin_data"]), case(body, self_assessment_missing=True)
    first_grading = case(body, present=None, proposed="J1", kind="initial")
    meeting = planned(body, [unchanged, changed, flagged, silent, first_grading])
    consent = [item.review_id for item in meeting.items if item.consent]
    assert consent == [unchanged.id]


def test_a_demotion_without_a_hearing_reaches_no_agenda():
    body = committee()
    demoted = case(body, present="J3", proposed="J2", demotion_ground="1")
    with pytest.raises(Refused) as refused:
        planned(body, [demoted])
    assert refused.value.refusal.clause == "4.2-a"


def test_a_case_stands_on_one_agenda_at_a_time(session):
    body = committee()
    one = case(body)
    planned(body, [one])
    with pytest.raises(Refused, match="on the agenda of meeting"):
        planned(body, [one])


def test_of_many_that_were_ticked_the_one_that_cannot_go_there_is_named_with_its_stage():
    body = committee()
    free, early = case(body), case(body, stage="department_review")
    meeting, hr = planned(body, []), make.actor_of(make.employee("HR", roles=("employee", "hr")))
    with pytest.raises(Refused) as refused:
        assign_to_meeting([free.id, early.id], meeting.id, actor=hr, now=NOW)
    assert refused.value.refusal.about == str(early.employee)
    assert "department_review" in refused.value.refusal.text()
    elsewhere = make.review(make.open_cycle(year=2025), make.employee("Dora"), stage="committee")
    with pytest.raises(Refused, match="Dora"):
        assign_to_meeting([free.id, elsewhere.id], meeting.id, actor=hr, now=NOW)
    with pytest.raises(Refused) as alone:
        assign_to_meeting([early.id], meeting.id, actor=hr, now=NOW)
    assert alone.value.refusal.about == ""


def test_of_many_that_were_ticked_in_two_windows_it_is_said_which_stands_there_already():
    body = committee()
    there, free = case(body), case(body)
    meeting = planned(body, [there])
    with pytest.raises(Refused) as refused:
        assign_to_meeting([free.id, there.id], meeting.id, actor=body.actor("Secretary"), now=NOW)
    assert f"agenda of meeting {meeting.number}: 1 of the ticked cases, such as" in str(refused.value)
    assert there.employee.number in str(refused.value) and len(meeting.items) == 1


def test_an_open_meeting_takes_no_further_cases():
    body = committee()
    meeting = opened(body, [case(body)])
    with pytest.raises(Refused) as refused:
        assign_to_meeting([case(body).id], meeting.id, actor=body.actor("Secretary"), now=NOW)
    assert refused.value.refusal.clause == "3.3.4"


def test_recusals_are_proposed_from_the_line_and_from_earlier_acts(session):
    body = committee()
    with make.fixture():
        subject = make.employee(superior=body.people["Centre"])
        body.people["Hua"].superior_id = subject.id
        one = make.review(body.cycle, subject, head_id=body.people["Related"].id)
        make.proposal(one, body.people["Related"], "J2")
        own = make.review(body.cycle, body.people["Ops"])
    planned(body, [one, own])
    found = {
        (row.review_id, row.member.employee.name): row.ground
        for row in session.scalars(select(Recusal).execution_options(unscoped=True))
    }
    assert found == {
        (one.id, "Centre"): "superior",
        (one.id, "Hua"): "subordinate",
        (one.id, "Related"): "other_act",
        (own.id, "Ops"): "self",
    }


def test_declared_kin_are_recused_from_every_later_case_of_the_person(session):
    body = committee()
    one = case(body)
    meeting = planned(body, [one])
    declare_conflict(meeting.id, one.id, "kin", "my cousin", actor=body.actor("Hua"), now=NOW)
    with make.fixture():
        later = make.review(body.cycle, one.employee, kind="reassessment")
    planned(body, [later])
    row = session.scalars(select(Recusal).where(Recusal.review_id == later.id).execution_options(unscoped=True)).one()
    assert (row.member.employee.name, row.ground, row.declared) == ("Hua", "kin", False)


def test_a_recused_member_does_not_find_the_case_on_the_agenda(session):
    body = committee()
    one, other = case(body), case(body)
    meeting = planned(body, [one, other])
    declare_conflict(meeting.id, one.id, "declared", "we share a flat", actor=body.actor("Hua"), now=NOW)
    with acting_as(body.actor("Hua")):
        seen = session.scalars(select(AgendaItem.review_id)).all()
        items = [item.review_id for item in session.scalars(select(AgendaItem))]
    assert one.id not in items
    assert other.id in items and other.id in seen


def test_declaring_a_conflict_takes_a_reason():
    body = committee()
    one = case(body)
    meeting = planned(body, [one])
    with pytest.raises(Refused):
        declare_conflict(meeting.id, one.id, "kin", " ", actor=body.actor("Hua"), now=NOW)


def test_overriding_a_recusal_takes_a_reason_and_a_second_person():
    body = committee()
    one = case(body)
    meeting = planned(body, [one])
    row = declare_conflict(meeting.id, one.id, "declared", "same choir", actor=body.actor("Hua"), now=NOW)
    assert (
        override_recusal(
            meeting.id, row.id, "a choir is no stake", actor=body.actor("Secretary"), now=NOW
        ).overridden_at
        is None
    )
    with pytest.raises(Refused) as refused:
        override_recusal(meeting.id, row.id, "I still say so", actor=body.actor("Secretary"), now=NOW)
    assert refused.value.refusal.clause == "3.3-e"
    assert override_recusal(meeting.id, row.id, "agreed", actor=body.chair, now=NOW).overridden_at == NOW
    with pytest.raises(Refused, match="lifted already"):
        override_recusal(meeting.id, row.id, "once more", actor=body.chair, now=NOW)


def test_no_override_lets_anybody_judge_their_own_case(session):
    body = committee()
    with make.fixture():
        own = make.review(body.cycle, body.people["Ops"])
    meeting = planned(body, [own])
    row = session.scalars(select(Recusal).execution_options(unscoped=True)).one()
    with pytest.raises(Refused) as refused:
        override_recusal(meeting.id, row.id, "we are few", actor=body.chair, now=NOW)
    assert refused.value.refusal.clause == "3.3-d"


def test_premarks_are_blind_and_end_with_the_opening(session):
    body = committee()
    one = case(body)
    meeting = planned(body, [one])
    item = item_of(meeting, one)
    premark(meeting.id, item.id, False, "ask about May", actor=body.actor("Hua"), now=NOW)
    premark(meeting.id, item.id, True, actor=body.actor("Hua"), now=NOW)
    with acting_as(body.actor("Ops")):
        assert session.scalars(select(Premark)).all() == []
    with acting_as(body.actor("Hua")):
        assert [mark.agrees for mark in session.scalars(select(Premark))] == [True]
    open_meeting(meeting.id, [seat.id for seat in body.seats.values()], actor=body.chair, now=NOW)
    with pytest.raises(Refused):
        premark(meeting.id, item.id, False, actor=body.actor("Hua"), now=NOW)


def test_a_meeting_without_two_thirds_of_its_members_does_not_open():
    body = committee()
    meeting = planned(body, [case(body)])
    few = [body.seats[name].id for name in ("Chair", "Centre", "Related")]
    with pytest.raises(Refused) as refused:
        open_meeting(meeting.id, few, actor=body.chair, now=NOW)
    assert refused.value.refusal.clause == "3.3.4-a"
    assert refused.value.refusal.facts == {"present": 3, "appointed": 5, "needed": 4}


def test_opening_counts_the_quorum_and_keeps_it():
    body = committee()
    meeting = opened(body, [case(body)], absent=["Ops"])
    assert (meeting.stage, meeting.appointed, meeting.quorum, meeting.opened_at) == ("open", 5, 4, NOW)


def test_only_the_chair_opens():
    body = committee()
    meeting = planned(body, [case(body)])
    with pytest.raises(Refused):
        open_meeting(meeting.id, [seat.id for seat in body.seats.values()], actor=body.actor("Hua"), now=NOW)


def test_a_stranger_does_not_find_the_meeting():
    body = committee()
    meeting = planned(body, [case(body)])
    stranger = make.actor_of(make.employee())
    with pytest.raises(NotFound):
        open_meeting(meeting.id, [], actor=stranger, now=NOW)


def test_a_case_that_a_constituency_may_not_vote_on_is_deferred_at_the_opening():
    body = committee()
    with make.fixture():
        subject = make.employee(superior=body.people["Related"])
        one = make.review(body.cycle, subject)
    meeting = opened(body, [one])
    item = item_of(meeting, one)
    assert item.state == "deferred"
    assert item.deferral["clause"] == "3.3.4-a"
    assert one.stage == "committee"


def test_a_deferred_case_may_go_to_another_meeting():
    body = committee()
    one, other = case(body), case(body, proposed="J3")
    first = opened(body, [one, other])
    adjourn(first.id, actor=body.chair, now=NOW)
    second = planned(body, [one])
    assert item_of(first, one).state == "deferred"
    assert item_of(second, one).state == "pending"


def test_a_meeting_does_not_end_over_a_ballot_that_has_begun():
    body = committee()
    one = case(body, proposed="J3")
    meeting = opened(body, [one])
    vote(body, meeting, one, Hua=True)
    with pytest.raises(Refused, match="close its ballot first"):
        adjourn(meeting.id, actor=body.chair, now=NOW)


def test_minutes_are_signed_by_chair_and_secretary_once_each(session):
    body = committee()
    meeting = carried(body, case(body))
    adjourn(meeting.id, actor=body.chair, now=NOW)
    sign_minutes(meeting.id, actor=body.chair, now=NOW)
    with pytest.raises(Refused):
        sign_minutes(meeting.id, actor=body.chair, now=NOW)
    assert sign_minutes(meeting.id, actor=body.actor("Secretary"), now=NOW).stage == "signed"
    acts = session.scalars(
        select(HistoryStep.action).where(HistoryStep.process == "meeting", HistoryStep.record_id == meeting.id)
    ).all()
    assert acts.count("sign_minutes") == 2 and acts[-1] == "complete_minutes"


def test_members_do_not_sign_the_minutes():
    body = committee()
    meeting = carried(body, case(body))
    adjourn(meeting.id, actor=body.chair, now=NOW)
    with pytest.raises(Refused):
        sign_minutes(meeting.id, actor=body.actor("Hua"), now=NOW)


def test_a_consent_ballot_skips_a_case_whose_superior_the_member_has_become_since(session):
    body = committee()
    one, two = case(body), case(body)
    meeting = opened(body, [one, two])
    with make.fixture():
        one.employee.superior_id = body.people["Hua"].id
    assert cast_ballot(meeting.id, consent=True, in_favour=True, actor=body.actor("Hua"), now=NOW) == 1
