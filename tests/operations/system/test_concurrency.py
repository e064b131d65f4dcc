"""Two at once: one wins, the other is told; nothing is lost, doubled or a fault ("Faults that lose nothing")."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.domain.calendar import LONGEST_WAY
from admin.models import (
    AgendaItem,
    Appeal,
    Attendance,
    Ballot,
    Cycle,
    Determination,
    GradeChange,
    GradeInterval,
    IssuedDocument,
    Job,
    Meeting,
    Notice,
    NoticeRow,
    Rating,
    SelfAssessment,
    db,
)
from admin.operations.appeals import appeals
from admin.operations.cases.department import propose
from admin.operations.cases.ratings import RatingInput, rate_as_peer, submit_superior_evaluation
from admin.operations.cases.self_assessment import SelfAssessmentInput, save_self_assessment, submit_self_assessment
from admin.operations.committee import assigning, ballots, meetings
from admin.operations.cycles import cycles
from admin.operations.outcome import documents, notices
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    issue_adjustments,
    propose_adjustments,
)
from admin.operations.system import jobs
from admin.queries.outcome.public_snapshot import public_snapshot
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations import journey
from tests.operations.bodies import case, committee, opened
from tests.operations.racing import race

pytestmark = pytest.mark.usefixtures("session")
ONE_OF_TWO = [["done", "Refused"], ["Refused", "done"]]


def all_of(table):
    return journey.rows(select(table))


def test_two_ballots_of_one_member_at_once_are_one_ballot(app):
    body = committee()
    meeting = opened(body, [one := case(body, proposed="J3", individual_reasons=["grade_change"])])
    cast = partial(ballots.cast_ballot, meeting.id, review_id=one.id, actor=body.actor("Hua"), now=NOW)
    assert race(app, partial(cast, in_favour=True), partial(cast, in_favour=False)) in ONE_OF_TWO
    assert len(all_of(Ballot)) == 1


def test_two_consent_ballots_of_one_member_at_once_are_one_for_each_case(app):
    body = committee()
    meeting = opened(body, [case(body) for _ in range(5)])
    cast = partial(ballots.cast_ballot, meeting.id, consent=True, in_favour=True, actor=body.actor("Hua"), now=NOW)
    assert race(app, cast, cast) in ONE_OF_TWO
    assert len(all_of(Ballot)) == 5


def test_members_who_vote_at_the_same_moment_all_count(app):
    body = committee()
    meeting = opened(body, [case(body) for _ in range(5)])
    calls = [
        partial(ballots.cast_ballot, meeting.id, consent=True, in_favour=True, actor=body.actor(name), now=NOW)
        for name in body.seats
    ]
    assert race(app, *calls) == ["done"] * 5
    assert len(all_of(Ballot)) == 25


def test_a_ballot_that_arrives_while_the_chair_closes_is_counted_or_refused(app):
    body = committee()
    meeting = opened(body, [one := case(body)])
    for name in ("Chair", "Hua", "Centre", "Ops"):
        ballots.cast_ballot(meeting.id, review_id=one.id, in_favour=True, actor=body.actor(name), now=NOW)
    race(
        app,
        partial(ballots.cast_ballot, meeting.id, review_id=one.id, in_favour=False, actor=body.actor("Related"), now=NOW),
        partial(ballots.close_ballot, meeting.id, review_id=one.id, actor=body.chair, now=NOW),
    )  # fmt: skip
    item = journey.rows(select(Meeting))[0].items[0]
    motion = item.motions[0]
    assert motion.votes_for + motion.votes_against == len(all_of(Ballot))


def test_a_ballot_closed_twice_at_once_determines_once(app):
    body = committee()
    meeting = opened(body, [one := case(body)])
    for name in body.seats:
        ballots.cast_ballot(meeting.id, review_id=one.id, in_favour=True, actor=body.actor(name), now=NOW)
    close = partial(ballots.close_ballot, meeting.id, review_id=one.id, actor=body.chair, now=NOW)
    assert race(app, close, close) in ONE_OF_TWO
    assert len(all_of(Determination)) == 1


def test_meetings_planned_at_once_have_numbers_of_their_own_or_are_refused(app):
    body = committee()
    plan = partial(meetings.plan_meeting, body.cycle.id, NOW, actor=body.actor("Secretary"), now=NOW)
    done = race(app, *[plan] * 4).count("done")
    numbers = {row.number for row in all_of(Meeting)}
    assert done >= 1 and len(numbers) == done


def test_a_self_assessment_sent_twice_by_a_double_click_is_handed_in_once(app):
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    one, agent = journey.cases(centre)[0], centre.agents[0]
    given = SelfAssessmentInput({code: {"value": 4, "text": "x"} for code in journey.codes(centre, "self")}, "y")
    send = partial(submit_self_assessment, one.id, given, actor=centre.actor(agent), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(SelfAssessment)) == 1


def test_two_first_drafts_at_once_are_one_draft(app):
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    one, agent = journey.cases(centre)[0], centre.agents[0]
    save = partial(save_self_assessment, one.id, actor=centre.actor(agent), now=centre.now)
    race(app, *[partial(save, SelfAssessmentInput({}, words)) for words in "abc"])
    assert len(all_of(SelfAssessment)) == 1


def test_everybody_hands_in_at_the_same_moment(app):
    centre = journey.told(journey.small_centre(), journey.open_cycle)
    given = SelfAssessmentInput({code: {"value": 4, "text": "x"} for code in journey.codes(centre, "self")}, "y")
    calls = [
        partial(submit_self_assessment, one.id, given, actor=centre.actor(agent), now=centre.now)
        for one, agent in zip(journey.cases(centre), centre.agents, strict=True)
    ]
    assert race(app, *calls) == ["done"] * len(calls)
    assert {row.stage for row in journey.cases(centre)} == {"rating"}


def test_a_case_proposed_twice_at_once_is_proposed_once(app):
    centre = journey.told(journey.small_centre(), journey.rate)
    one = journey.cases(centre)[0]
    send = partial(propose, one.id, "J2", "Steady.", actor=centre.actor(centre.head), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO


def test_a_notice_published_twice_at_once_is_one_notice(app):
    centre = journey.told(journey.small_centre(), journey.check)
    send = partial(notices.publish_notice, centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(Notice)) == 1


def test_two_publications_recorded_at_once_start_the_notice_once(app):
    centre = journey.told(journey.small_centre(), journey.publish)
    numbers = [row.number for row in all_of(Notice)]
    record = partial(
        notices.record_publication, "r1", "0" * 64, {}, numbers, actor=system_actor(), published_at=centre.now
    )
    race(app, record, record)
    steps = [row for row in journey.cases(centre) if row.stage == "on_notice"]
    assert len(steps) == len(centre.agents)
    from admin.models import HistoryStep, Publication

    assert len(journey.rows(select(HistoryStep).where(HistoryStep.action == "put_on_notice"))) == len(centre.agents)
    assert len(all_of(Publication)) == 1


def test_a_result_issued_twice_at_once_has_one_document(app):
    centre = journey.told(journey.small_centre(), journey.go_live)
    later = centre.now + timedelta(days=14)
    send = partial(documents.issue, centre.cycle.id, actor=centre.actor(centre.hr), now=later)
    assert race(app, send, send) in ONE_OF_TWO
    assert [row.serial for row in all_of(IssuedDocument)] == [1]
    assert len(journey.rows(select(GradeChange).where(GradeChange.kind == "unchanged"))) == len(centre.agents)


@pytest.mark.parametrize("after", [timedelta(0), LONGEST_WAY - timedelta(seconds=1)])
def test_an_appeal_received_in_time_has_the_case_however_long_it_waited_behind_issuing(app, after):
    centre = journey.told(journey.small_centre(), journey.go_live)
    notice = all_of(Notice)[0]
    row, subject, ends = notice.rows[0].id, centre.agents[0], notice.ends_at
    given = appeals.AppealInput("figures", "The figures are another's.")
    race(
        app,
        partial(appeals.file_appeal, row, given, actor=centre.actor(subject), now=ends - timedelta(seconds=1)),
        partial(documents.issue, centre.cycle.id, actor=centre.actor(centre.hr), now=ends + after),
    )
    stage = next(one.stage for one in journey.cases(centre) if one.employee_id == subject.id)
    issued = journey.rows(
        select(GradeChange).where(GradeChange.employee_id == subject.id, GradeChange.kind == "unchanged")
    )
    assert (stage, len(all_of(Appeal)), len(issued)) == ("appealed", 1, 0)


def test_appeals_that_arrive_together_have_numbers_of_their_own(app):
    centre = journey.told(journey.small_centre(), journey.go_live)
    notice = all_of(Notice)[0]
    row, when = notice.rows[0].id, centre.now
    given = appeals.AppealInput("figures", "The figures are another's.")
    calls = [partial(appeals.file_appeal, row, given, actor=centre.actor(agent), now=when) for agent in centre.agents]
    assert race(app, *calls) == ["done"] * len(calls)
    assert len({each.number for each in all_of(Appeal)}) == len(calls)


def test_an_appeal_sent_twice_by_a_double_click_is_filed_once(app):
    centre = journey.told(journey.small_centre(), journey.go_live)
    row, agent = all_of(Notice)[0].rows[0].id, centre.agents[0]
    given = appeals.AppealInput("figures", "The figures are another's.")
    send = partial(appeals.file_appeal, row, given, actor=centre.actor(agent), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(Appeal)) == 1


def approved_adjustments(hr, boss, count):
    found = []
    for _ in range(count):
        person = make.employee()
        make.holds(person, "M1")
        found += propose_adjustments(
            [AdjustmentRow(person.number, "M2")], "Merged", date(2027, 1, 1), actor=hr, now=NOW
        )
    for row in found:
        decide_adjustment(row.id, "approve", actor=boss, now=NOW)
    return [row.id for row in found]


def test_documents_issued_at_once_are_numbered_without_a_gap(app):
    hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    keys = approved_adjustments(hr, boss, 5)
    assert race(app, *[partial(issue_adjustments, [key], actor=hr, now=NOW) for key in keys]) == ["done"] * 5
    assert sorted(row.serial for row in all_of(IssuedDocument)) == [1, 2, 3, 4, 5]


def test_one_adjustment_issued_twice_at_once_has_one_document(app):
    hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    (key,) = approved_adjustments(hr, boss, 1)
    send = partial(issue_adjustments, [key], actor=hr, now=NOW)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(IssuedDocument)) == 1
    (person,) = journey.rows(select(GradeChange.employee_id).where(GradeChange.id == key))
    intervals = journey.rows(select(GradeInterval).where(GradeInterval.employee_id == person))
    assert len([row for row in intervals if row.valid_to is None]) == 1


def test_an_adjustment_decided_twice_at_once_is_decided_once(app):
    hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
    boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
    person = make.employee()
    make.holds(person, "M1")
    (row,) = propose_adjustments([AdjustmentRow(person.number, "M2")], "Merged", date(2027, 1, 1), actor=hr, now=NOW)
    key = row.id
    answers = race(
        app,
        partial(decide_adjustment, key, "approve", actor=boss, now=NOW),
        partial(decide_adjustment, key, "reject", "no", actor=boss, now=NOW),
    )
    assert answers in ONE_OF_TWO


def test_one_person_adjusted_twice_at_once_waits_for_one_decision(app):
    hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
    person = make.employee()
    make.holds(person, "M1")
    send = partial(
        propose_adjustments, [AdjustmentRow(person.number, "M2")], "Merged", date(2027, 1, 1), actor=hr, now=NOW
    )
    race(app, send, send)
    assert len(journey.rows(select(GradeChange).where(GradeChange.stage == "proposed"))) == 1


def test_workers_at_once_take_each_piece_of_work_once(app):
    from admin.operations.transaction import operation

    with operation("ask", actor=system_actor(), now=NOW) as op:
        for _ in range(6):
            op.job("publish_site", {})
    taken = []

    def take():
        job = jobs.take(actor=system_actor(), now=NOW)
        taken.append(job.id)

    assert race(app, *[take] * 6) == ["done"] * 6
    assert len(set(taken)) == 6 == len(all_of(Job))


def test_a_snapshot_is_read_while_others_write(app):
    centre = journey.told(journey.small_centre(), journey.publish)

    def read():
        from admin.access.actor import acting_as

        with acting_as(system_actor()):
            public_snapshot(db.session(), centre.now)

    numbers = [row.number for row in all_of(Notice)]
    record = partial(
        notices.record_publication, "r1", "0" * 64, {}, numbers, actor=system_actor(), published_at=centre.now
    )
    assert race(app, read, read, record, read) == ["done"] * 4


def test_two_regular_cycles_planned_at_once_are_one(app):
    centre = journey.small_centre()
    send = partial(cycles.plan_cycle, cycles.CyclePlan(2026), actor=centre.actor(centre.hr), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(Cycle)) == 1


def test_a_cycle_opened_twice_at_once_makes_each_case_once(app):
    centre = journey.told(journey.small_centre(), journey.plan)
    send = partial(cycles.open_cycle, centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)
    assert race(app, send, send) in ONE_OF_TWO
    assert len(journey.cases(centre)) == len({one.employee_id for one in journey.cases(centre)}) >= len(centre.agents)


def test_colleagues_and_superior_who_rate_at_the_same_moment_all_count(app):
    centre = journey.told(journey.small_centre(), journey.self_assess)
    one, people = journey.cases(centre)[0], {agent.id: agent for agent in centre.agents}
    peers = RatingInput({code: {"value": 4} for code in journey.codes(centre, "peers")})
    above = RatingInput({code: {"value": 4} for code in journey.codes(centre, "superior")}, "Steady.")
    raters = journey.rows(select(Rating.rater_id).where(Rating.review_id == one.id, Rating.kind == "peer"))
    calls = [partial(rate_as_peer, one.id, peers, actor=centre.actor(people[key]), now=centre.now) for key in raters]
    boss = centre.actor(centre.superior)
    calls.append(partial(submit_superior_evaluation, one.id, above, actor=boss, now=centre.now))
    assert race(app, *calls) == ["done"] * len(calls)
    assert journey.cases(centre)[0].stage == "department_review"


def test_a_correction_and_an_appeal_against_the_row_meet_and_the_appeal_is_never_on_the_old_row(app):
    centre = journey.told(journey.small_centre(), journey.go_live)
    notice = all_of(Notice)[0]
    key, row, agent = notice.id, notice.rows[0].id, centre.agents[0]
    given = appeals.AppealInput("figures", "The figures are another's.")
    hr, correct = centre.actor(centre.hr), partial(notices.correct_notice, key, {row: {"department": "Elsewhere"}})
    answers = race(
        app,
        partial(as_confirmed, correct, "Misprint", actor=hr, now=centre.now),
        partial(appeals.file_appeal, row, given, actor=centre.actor(agent), now=centre.now),
    )
    superseded = journey.rows(select(NoticeRow.superseded).where(NoticeRow.id == row))[0]
    # either the appeal came first, or it was told of the correction
    assert answers in (["done", "done"], ["Refused", "done"]) and (superseded or len(all_of(Appeal)) == 1)


def test_cases_put_on_two_agendas_at_once_stand_on_one(app):
    body = committee()
    one, first, second = case(body), make.meeting(body.cycle), make.meeting(body.cycle)
    put = partial(assigning.assign_to_meeting, [one.id], actor=body.actor("Secretary"), now=NOW)
    assert race(app, partial(put, first.id), partial(put, second.id)) in ONE_OF_TWO
    assert len(all_of(AgendaItem)) == 1


def test_a_meeting_opened_twice_at_once_counts_its_members_once(app):
    body = committee()
    meeting = make.meeting(body.cycle)
    send = partial(
        meetings.open_meeting, meeting.id, [seat.id for seat in body.seats.values()], actor=body.chair, now=NOW
    )
    assert race(app, send, send) in ONE_OF_TWO
    assert len(all_of(Attendance)) == 5


def test_minutes_signed_by_both_at_once_are_complete(app):
    body = committee()
    meeting = opened(body, [case(body)])
    meetings.adjourn(meeting.id, actor=body.chair, now=NOW)
    signers = (body.chair, body.actor("Secretary"))
    calls = [partial(meetings.sign_minutes, meeting.id, actor=signer, now=NOW) for signer in signers]
    assert race(app, *calls) == ["done", "done"]
    assert all_of(Meeting)[0].stage == "signed"
