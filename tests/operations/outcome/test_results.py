"""HR's result check: quorum, recusals, reasons, replay (6.1.2-a)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from admin.domain.refusals import Refused
from admin.models import Attendance, Ballot, Determination, Recusal
from admin.operations.committee.ballots import close_ballot
from admin.operations.committee.meetings import declare_conflict, open_meeting
from admin.operations.outcome.results import reject_result, verify_result, verify_results
from tests import factories as make
from tests.factories import NOW
from tests.offers import clause_against
from tests.operations.bodies import carried, case, committee, opened, planned, vote

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def body():
    return committee()


def verified(body, one):
    return verify_result(one.id, actor=body.actor("HR"), now=NOW)


def refused(body, one) -> str:
    greyed = clause_against("review", one.id, "verify_result", body.actor("HR"), NOW)
    with pytest.raises(Refused) as refusal:
        verified(body, one)
    assert (one.stage, greyed) == ("determined", refusal.value.refusal.clause)
    return refusal.value.refusal.clause


def test_a_result_in_order_is_confirmed_with_name_and_time(session, body):
    one = case(body)
    carried(body, one)
    assert clause_against("review", one.id, "verify_result", body.actor("HR"), NOW) is None
    assert verified(body, one).stage == "checked"
    row = session.scalars(select(Determination).execution_options(unscoped=True)).one()
    assert (row.checked_by_id, row.checked_at) == (body.actor("HR").user_id, NOW)


def test_a_result_of_a_meeting_without_quorum_is_not_confirmed(body):
    one = case(body)
    carried(body, one)
    with make.fixture() as op:
        for row in op.session.scalars(select(Attendance)).all()[:3]:
            row.present = False
    assert refused(body, one) == "3.3.4-a"


def not_carried(body, one):
    """A case on which no motion was carried: it keeps its grade, with a reason."""
    meeting = opened(body, [one])
    vote(body, meeting, one, Chair=False, Hua=False, Centre=False, Ops=True, Related=True)
    for reason in ("", "尚須歷練"):
        close_ballot(meeting.id, review_id=one.id, reason=reason, actor=body.chair, now=NOW)
    assert one.stage == "determined"


def test_a_grade_that_stays_because_nothing_was_carried_is_checked_for_its_quorum_too(body):
    one = case(body, proposed="J3")
    not_carried(body, one)
    with make.fixture() as op:
        for row in op.session.scalars(select(Attendance)).all()[:3]:
            row.present = False
    assert refused(body, one) == "3.3.4-a"


def test_a_grade_that_stays_because_nothing_was_carried_is_checked_for_its_voters_too(body):
    one = case(body, proposed="J3")
    not_carried(body, one)
    with make.fixture() as op:
        hua = body.seats["Hua"]
        out = {"member_id": hua.id, "employee_id": hua.employee_id}
        op.add(Recusal(review_id=one.id, **out, ground="kin", declared=True, recorded_at=NOW))
    assert refused(body, one) == "3.3-e"


def test_a_vote_of_an_earlier_meeting_does_not_speak_against_the_result_of_a_later_one(body):
    one = case(body)
    carried(body, one)
    reject_result(one.id, "重新審議", actor=body.actor("HR"), now=NOW)
    meeting = planned(body, [one])
    declare_conflict(meeting.id, one.id, "declared", "新近同住", actor=body.actor("Hua"), now=NOW)
    open_meeting(meeting.id, [seat.id for seat in body.seats.values()], actor=body.chair, now=NOW)
    vote(body, meeting, one, Chair=True, Centre=True, Related=True)
    close_ballot(meeting.id, review_id=one.id, actor=body.chair, now=NOW)
    assert verified(body, one).stage == "checked"


def test_a_recused_member_s_counted_ballot_is_found(body):
    one = case(body)
    carried(body, one)
    with make.fixture() as op:
        hua = body.seats["Hua"]
        out = {"member_id": hua.id, "employee_id": hua.employee_id}
        op.add(Recusal(review_id=one.id, **out, ground="kin", declared=True, recorded_at=NOW))
    assert refused(body, one) == "3.3-e"


def test_a_ballot_of_somebody_who_judged_before_is_found(body):
    one = case(body)
    carried(body, one)
    make.signed_rating(one, body.people["Ops"], "peer")
    assert refused(body, one) == "3.3-e"


def test_a_departure_without_a_reason_is_found(body):
    one = case(body)
    carried(body, one)
    with make.fixture():
        one.proposed_grade_id = make.grade("J3").id
    assert refused(body, one) == "3.3.4-b"


def test_a_score_that_does_not_come_out_the_same_is_found(body):
    one = case(body)
    carried(body, one)
    with make.fixture():
        one.score = Decimal("99.99")
    assert refused(body, one) == "1.3.1"


def test_a_grade_that_no_ballot_fixed_is_found(body):
    one = case(body)
    carried(body, one)
    with make.fixture():
        one.determined_grade_id = make.grade("E2").id
    assert refused(body, one) == "6.1.2-a"


def test_the_check_of_a_cycle_confirms_what_is_in_order_and_leaves_the_rest(body):
    good, bad = case(body), case(body)
    carried(body, good)
    carried(body, bad)
    with make.fixture():
        bad.score = Decimal("1.00")
    checks = verify_results(body.cycle.id, actor=body.actor("HR"), now=NOW)
    assert {check.review.id: check.passed for check in checks} == {good.id: True, bad.id: False}
    assert (good.stage, bad.stage) == ("checked", "determined")


def test_a_ballot_edited_in_the_database_shows(session, body):
    one = case(body)
    carried(body, one)
    with make.fixture() as op:
        for row in op.session.scalars(select(Ballot)):
            row.in_favour = False
    assert refused(body, one) == "3.3.4-b"


def test_a_rejected_result_is_voted_on_in_another_meeting(body):
    one = case(body)
    carried(body, one)
    with pytest.raises(Refused):
        reject_result(one.id, "  ", actor=body.actor("HR"), now=NOW)
    reject_result(one.id, "count the quorum again", actor=body.actor("HR"), now=NOW)
    assert planned(body, [one]).items[0].state == "pending"


def test_only_hr_checks_results(body):
    one = case(body)
    carried(body, one)
    with pytest.raises(Refused):
        verify_result(one.id, actor=body.chair, now=NOW)
