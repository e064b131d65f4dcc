"""Cases outside the yearly cycle: a demotion at any time of the year, a newcomer's first grading (1.2-a, 4.2.2, 4.2-a)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import (
    Cycle,
    Employee,
    EmployeeRecord,
    GradeInterval,
    Hearing,
    HistoryStep,
    Notice,
    Review,
    db,
)
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.cases import demotions, department
from admin.operations.cases.single_cases import open_demotion, open_initial
from admin.operations.committee import assigning, meetings
from admin.operations.cycles import cycles
from admin.operations.imports import imports
from admin.operations.outcome import documents, notices
from admin.operations.system import calendar
from admin.operations.transaction import operation
from admin.queries.outcome.document_words import title_in
from admin.queries.outcome.documents import document_context
from tests import factories as make
from tests import reviewing
from tests.invariants import grade_file_is_the_fold_of_documents
from tests.reviewing import HR, case, person

SPRING = datetime(2026, 4, 14, 2, 0, tzinfo=UTC)  # a Tuesday, long before the yearly cycle
DAY = timedelta(days=1)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.seed_people(SPRING)
    reviewing.give_accounts(found, SPRING)
    reviewing.confirm_calendar(SPRING)
    breach(found.agents[0])
    return found


def breach(employee_id: int) -> None:
    with operation("breach", actor=system_actor(), now=SPRING) as op:
        op.add(
            EmployeeRecord(
                employee_id=employee_id, kind="breach", stage="approved", title="洩漏客戶資料", happened_on=date(2026, 4, 1),
                recorded_by_id=9001, recorded_at=SPRING, approved_by_id=9002,
            )
        )  # fmt: skip


def superior(made: SimpleNamespace) -> Actor:
    return person(made.superior, "superior")


def rows(table: Any, *where: Any) -> list[Any]:
    with acting_as(system_actor()):
        db.session.rollback()
        return list(db.session.scalars(select(table).where(*where)))


def test_a_superior_proposes_a_demotion_at_any_time_of_the_year(made: SimpleNamespace) -> None:
    review = case(open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id)
    assert (review.kind, review.stage, review.demotion_ground) == ("demotion", "department_review", "2")
    assert (review.superior_id, review.head_id, review.present_grade.code) == (made.superior, made.head, "M1")
    frame = review.cycle
    assert (frame.kind, frame.stage, frame.year, frame.subject_id) == ("single", "open", 2026, made.agents[0])
    assert frame.policy_version_id and frame.scorecard_id
    assert [row.offered_at for row in rows(Hearing)] == [SPRING]
    steps = [(row.process, row.action, row.relation, row.clause) for row in rows(HistoryStep)]
    assert sorted(steps) == [
        ("cycle", "open", "superior", "1.2-a"),
        ("review", "open", "superior", "4.2.2"),
        ("review", "propose_demotion", "superior", "4.2.2"),
    ]


def test_a_demotion_in_spring_goes_from_the_proposal_to_the_file(made: SimpleNamespace) -> None:
    key = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id
    frame, head = case(key).cycle_id, person(made.head, "head")
    with pytest.raises(Refused) as refused:
        department.propose(key, "J3", "重大違規", actor=head, now=SPRING)
    assert refused.value.refusal.clause == "4.2-a"
    demotions.record_hearing(key, "statement", "我承認", actor=superior(made), now=SPRING + DAY)
    assert department.propose(key, "J3", "重大違規", actor=head, now=SPRING + 2 * DAY).stage == "committee"
    reviewing.determined([key], SPRING + 10 * DAY)
    (notice,) = notices.publish_notice(frame, actor=HR, now=SPRING + 10 * DAY)
    assert (notice.kind, notice.stage) == ("personal", "published")  # served, and the period runs from service
    over = rows(Notice)[0].ends_at + timedelta(hours=1)
    document = documents.issue(frame, actor=HR, now=over, effective_on=date(2026, 6, 1))
    assert (document.kind, case(key).stage) == ("demotion", "issued")
    with acting_as(system_actor()):
        printed = document_context(db.session(), document)
        assert grade_file_is_the_fold_of_documents(db.session) == []
    assert (printed["title"], printed["clauses"][:3]) == ("客服職級降級決定", ["4.2.1", "4.2.2", "4.2-a"])
    assert printed["grounds"] == [
        "E0：第 4.2.1 條第（2）款，嚴重違反公司規定，致重大損失或惡劣影響；2026-04-15 已提出書面陳述（第 4.2-a 條）。"
    ]
    assert title_in(printed["title"], "en") == "Demotion"
    held = [(row.valid_from, row.valid_to) for row in rows(GradeInterval, GradeInterval.employee_id == made.agents[0])]
    assert held == [(date(2023, 1, 1), date(2026, 6, 1)), (date(2026, 6, 1), None)]
    assert cycles.close_cycle(frame, actor=HR, now=over).stage == "closed"


def test_who_is_demoted_may_appeal_within_the_days_from_service(made: SimpleNamespace) -> None:
    key = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id
    demotions.record_hearing(key, "statement", "我承認", actor=superior(made), now=SPRING)
    department.propose(key, "J3", "重大違規", actor=person(made.head, "head"), now=SPRING)
    reviewing.determined([key], SPRING)
    notices.publish_notice(case(key).cycle_id, actor=HR, now=SPRING)
    with acting_as(system_actor()):
        served = db.session.scalars(select(Notice)).one()
        row, ends = served.rows[0].id, served.ends_at
        db.session.rollback()
    given = AppealInput("eligibility", "當時並未違規。")
    with pytest.raises(Refused):
        file_appeal(row, given, actor=person(made.agents[0]), now=ends)
    appeal = file_appeal(row, given, actor=person(made.agents[0]), now=ends - timedelta(seconds=1))
    assert (appeal.kind, case(key).stage) == ("appeal", "appealed")


def test_a_ground_that_is_not_met_opens_nothing(made: SimpleNamespace) -> None:
    for ground, who in ((1, made.agents[0]), (2, made.agents[1]), (3, made.agents[0])):
        with pytest.raises(Refused) as refused:
            open_demotion(who, ground, "x", actor=superior(made), now=SPRING)
        assert refused.value.refusal.clause == "4.2.1"
    with pytest.raises(Invalid):
        open_demotion(made.agents[0], 2, " ", actor=superior(made), now=SPRING)
    assert rows(Cycle) == [] and rows(Review) == []


def test_hr_proposes_in_the_superior_s_absence_and_nobody_else_does(made: SimpleNamespace) -> None:
    for actor, told in (
        (person(made.agents[0]), Refused),
        (person(made.head, "head"), Refused),
        (person(made.agents[1]), NotFound),
    ):
        with pytest.raises(told):
            open_demotion(made.agents[0], 2, "x", actor=actor, now=SPRING)
    assert case(open_demotion(made.agents[0], 2, "主管留職停薪", actor=HR, now=SPRING).id).demotion_ground == "2"


def test_a_second_case_is_not_opened_beside_one_that_runs(made: SimpleNamespace) -> None:
    open_demotion(made.agents[0], 2, "x", actor=superior(made), now=SPRING)
    with pytest.raises(Refused) as refused:
        open_demotion(made.agents[0], 2, "x", actor=HR, now=SPRING)
    assert refused.value.refusal.clause == "4.2-a" and len(rows(Review)) == 1


def test_the_ground_joins_an_open_case_of_the_cycle(session: Any) -> None:
    made = reviewing.open_cycle()
    breach(made.agents[0])
    review = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=reviewing.OPENED)
    assert (review.id, review.demotion_ground) == (made.cases[0], "2")
    assert [row.kind for row in rows(Cycle)] == ["regular"]


def test_a_head_who_is_the_superior_too_has_a_reviewer_appointed_by_hr(made: SimpleNamespace) -> None:
    with operation("moved", actor=system_actor(), now=SPRING) as op:
        op.get(Employee, made.agents[0]).superior_id = made.head
    with pytest.raises(Refused) as refused:
        open_demotion(made.agents[0], 2, "x", actor=HR, now=SPRING)
    assert refused.value.refusal.clause == "3.3-f"
    found = open_demotion(made.agents[0], 2, "x", reviewer_id=made.superior, actor=HR, now=SPRING)
    assert case(found.id).head_id == made.superior


def test_a_demotion_that_went_back_to_the_ratings_holds_its_figures_as_every_scored_case(made: SimpleNamespace) -> None:
    key = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id
    file = "工號,月份,接聽量,出勤天數\nE0,2026-03,400,20".encode()
    plan, _row = imports.import_file("metrics", "metrics.csv", file, actor=HR, now=SPRING)
    assert not plan.faults  # nothing is scored yet
    # Its head does not send it there; the panel does, where the ratings are at fault (3.3.5-a).
    with pytest.raises(Refused, match=r"4\.2\.2"):
        department.return_for_correction(key, "請評價", actor=person(made.head, "head"), now=SPRING)
    with operation("remitted", actor=system_actor(), now=SPRING) as op:
        op.get(Review, key).stage = "rating"
        department.void_what_was_signed(op, op.get(Review, key))
    reviewing.evaluate(key, made.superior, now=SPRING)
    assert case(key).stage == "department_review" and case(key).score is not None
    later = file.replace(b"400", b"300")
    plan, _row = imports.import_file("metrics", "metrics.csv", later, actor=HR, now=SPRING + DAY)
    assert ["3.2-a" in fault.text() for fault in plan.faults] == [True]


def test_the_single_case_stands_before_any_meeting_of_the_committee(made: SimpleNamespace) -> None:
    key = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id
    demotions.record_hearing(key, "statement", "我承認", actor=superior(made), now=SPRING)
    department.propose(key, "J3", "重大違規", actor=person(made.head, "head"), now=SPRING)
    meeting = meetings.plan_meeting(case(key).cycle_id, SPRING + 5 * DAY, actor=HR, now=SPRING)
    assert [row.review_id for row in assigning.assign_to_meeting([key], meeting.id, actor=HR, now=SPRING)] == [key]


def test_the_proceedings_are_found_by_those_who_see_the_case_alone(made: SimpleNamespace) -> None:
    open_demotion(made.agents[0], 2, "x", actor=superior(made), now=SPRING)
    found = {}
    for name, actor in (("hr", HR), ("superior", superior(made)), ("subject", person(made.agents[0])),
                        ("colleague", person(made.agents[1]))):  # fmt: skip
        with acting_as(actor):
            db.session.rollback()
            found[name] = len(list(db.session.scalars(select(Cycle))))
            db.session.rollback()
    assert found == {"hr": 1, "superior": 1, "subject": 1, "colleague": 0}


def test_a_single_cycle_has_a_subject_and_no_other_has_one(made: SimpleNamespace) -> None:
    open_demotion(made.agents[0], 2, "x", actor=superior(made), now=SPRING)
    with pytest.raises(Refused), operation("wrong", actor=system_actor(), now=SPRING) as op:
        op.session.scalars(select(Cycle)).one().subject_id = None
    with pytest.raises(Invalid):
        cycles.plan_cycle(cycles.CyclePlan(2026, "single"), actor=HR, now=SPRING)


def newcomer(made: SimpleNamespace) -> int:
    with operation("hired", actor=system_actor(), now=SPRING) as op:
        row = Employee(
            number="N1", name="新人", department_id=made.team, queue="phone", post="客服專員", superior_id=made.superior,
            hired_on=date(2026, 3, 2),
        )  # fmt: skip
        return op.add(row).id


def test_a_newcomer_is_graded_outside_the_cycle_by_the_whole_process(made: SimpleNamespace) -> None:
    key = open_initial(newcomer(made), "試用期滿", actor=HR, now=SPRING).id
    review = case(key)
    assert (review.kind, review.stage, review.present_grade, review.cycle.kind) == (
        "initial", "self_assessment", None, "single",
    )  # fmt: skip
    assert len(reviewing.peers_of(key)) == 5
    assert [row.reason for row in rows(HistoryStep, HistoryStep.process == "review")] == ["試用期滿"]
    reviewing.hand_in(key, review.employee_id, SPRING)
    reviewing.rate_all(key, now=SPRING)
    reviewing.evaluate(key, made.superior, now=SPRING)
    assert case(key).stage == "department_review"
    department.propose(key, "J1", "新進", actor=person(made.head, "head"), now=SPRING)
    reviewing.determined([key], SPRING)
    (notice,) = notices.publish_notice(review.cycle_id, actor=HR, now=SPRING)
    assert (notice.kind, notice.stage) == ("regular", "publishing")


def test_whoever_holds_a_grade_is_no_newcomer_and_only_hr_opens(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        open_initial(made.agents[0], "x", actor=HR, now=SPRING)
    assert refused.value.refusal.clause == "1.2-a"
    with pytest.raises(NotFound):
        open_initial(newcomer(made), "x", actor=superior(made), now=SPRING)
    assert rows(Review) == []


def test_the_yearly_cycle_gives_whoever_has_an_open_case_no_second_one(made: SimpleNamespace) -> None:
    """Both would move from the same grade, and the later one could never be issued (1.2-f)."""
    now = reviewing.OPENED
    own = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=now - DAY)
    plan = cycles.plan_cycle(cycles.CyclePlan(2026), actor=HR, now=now)
    cycles.open_cycle(plan.id, actor=HR, now=now)
    found = {row.employee_id: row for row in rows(Review, Review.cycle_id == plan.id)}
    mine, other = found[made.agents[0]], found[made.agents[1]]
    assert (mine.stage, mine.outcome_reason, other.stage) == ("unchanged", "other_case", "self_assessment")
    assert case(own.id).stage == "department_review"


def test_nor_whoever_has_a_case_of_an_earlier_year_that_came_back(made: SimpleNamespace) -> None:
    now, later = reviewing.OPENED, reviewing.OPENED.replace(year=2027)
    first = cycles.plan_cycle(cycles.CyclePlan(2026), actor=HR, now=now)
    cycles.open_cycle(first.id, actor=HR, now=now)
    old = next(row for row in rows(Review, Review.cycle_id == first.id) if row.employee_id == made.agents[0])
    with make.fixture() as op:
        for row in op.session.scalars(select(Review).where(Review.cycle_id == first.id, Review.id != old.id)):
            row.stage = "unchanged"
    for year in (2027, 2028):
        calendar.seed_year(year, "none", actor=HR, now=later)
        calendar.confirm_year(year, actor=HR, now=later)
    plan = cycles.plan_cycle(cycles.CyclePlan(2027), actor=HR, now=later)
    cycles.open_cycle(plan.id, actor=HR, now=later)
    found = {row.employee_id: row for row in rows(Review, Review.cycle_id == plan.id)}
    mine, other = found[made.agents[0]], found[made.agents[1]]
    assert (mine.stage, mine.outcome_reason, other.stage) == ("unchanged", "other_case", "self_assessment")
    assert case(old.id).stage == "self_assessment"


def test_the_head_returns_a_demotion_to_its_proposer_and_the_employee_states_their_view_themself(
    made: SimpleNamespace,
) -> None:
    key = open_demotion(made.agents[0], 2, "重大違規", actor=superior(made), now=SPRING).id
    demotions.return_to_proposer(key, "事證不足", actor=person(made.head, "head"), now=SPRING)
    assert (case(key).stage, case(key).demotion_ground) == ("department_review", None)
    with pytest.raises(Refused, match=r"4\.2-a"):
        demotions.state_oneself(key, "我沒有", actor=person(made.agents[0]), now=SPRING)
    demotions.propose_demotion(key, 2, "補上事證", actor=superior(made), now=SPRING)
    with pytest.raises(Invalid):
        demotions.state_oneself(key, " ", actor=person(made.agents[0]), now=SPRING)
    row = demotions.state_oneself(key, "我沒有", actor=person(made.agents[0]), now=SPRING)
    assert (row.form, row.text, row.recorded_at) == ("statement", "我沒有", SPRING)
    with pytest.raises(Refused, match="written down already"):
        demotions.state_oneself(key, "還有", actor=person(made.agents[0]), now=SPRING)
    demotions.add_to_hearing(key, "還有", actor=person(made.agents[0]), now=SPRING)
    assert department.propose(key, "J3", "重大違規", actor=person(made.head, "head"), now=SPRING).stage == "committee"
