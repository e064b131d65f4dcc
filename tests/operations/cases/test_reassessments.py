"""After an established breach the cases named are assessed again: ordered, begun, judged by others, issued (6.3.2, 6.3-a)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import NotFound
from admin.models import (
    Evidence,
    GradeChange,
    GradeInterval,
    HistoryStep,
    IssuedDocument,
    Notice,
    NoticeRow,
    Notification,
    Recusal,
    Review,
    SelfAssessment,
    db,
)
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.cases import ratings, reviews
from admin.operations.cases.reassessments import reassess
from admin.operations.cycles import cycles
from admin.operations.outcome import documents, notices
from admin.operations.transaction import operation
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cases.judging import at_fault
from admin.queries.cases.reassessments import orders, orders_waiting
from admin.queries.cases.review_facts import as_of, proposal_facts
from admin.queries.outcome.documents import document_context
from admin.queries.policy.rules import rules_of
from tests import factories as make
from tests import reviewing
from tests.operations import breaching
from tests.operations.breaching import CLOSED, DAY, OVER, begun, carried, closed, found, issued, refusal, rows
from tests.reviewing import HR, case, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return issued(0)


# -- ordered ---------------------------------------------------------------------------------------------------------


def test_a_breach_orders_that_the_cases_named_are_assessed_again_and_tells_hr_the_case_alone(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    (order,) = breaching.orders()
    assert (order.review_id, order.ordered_at, order.case_id, order.to_management) == (
        made.keys[0],
        CLOSED,
        None,
        False,
    )
    assert order.due > CLOSED + 5 * DAY
    told = rows(Notification, Notification.action == "order_reassessment")
    assert sorted(row.user_id for row in told) == [9001, 9002]
    assert {(row.process, row.record_id, str(row.facts)) for row in told} == {("review", made.keys[0], "{}")}


def test_without_a_breach_or_before_it_closes_nothing_is_ordered(made) -> None:
    closed(made, [made.keys[0]], [made.superior], breach=False)
    found(made, [made.keys[0]], [made.superior])
    assert breaching.orders() == []
    assert refusal(reassess, made.keys[0], actor=HR, now=CLOSED) == "6.3.2"


def test_a_case_named_twice_is_ordered_once_and_begun_once(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    closed(made, [made.keys[0]], [made.head])
    assert len(breaching.orders()) == 1
    begun(made, made.keys[0], head_id=made.new_head.id)
    assert refusal(begun, made, made.keys[0], head_id=made.new_head.id) == "6.3.2"


def test_a_rehearsal_and_a_case_that_ended_without_a_result_are_passed_over(made) -> None:
    with operation("left", actor=system_actor(), now=OVER) as op:
        op.get(Review, made.cases[1]).stage = "left"
        op.get(Review, made.cases[2]).stage = "cancelled"
    closed(made, made.cases[1:3], [made.superior])
    assert breaching.orders() == []


def test_the_latest_case_that_counts_is_the_one_that_an_officer_names(made) -> None:
    from admin.operations.complaints.complaints import latest_cases

    plan = cycles.plan_cycle(cycles.CyclePlan(2026, "rehearsal"), actor=HR, now=OVER)
    cycles.open_cycle(plan.id, actor=HR, now=OVER)
    with operation("look", actor=system_actor(), now=OVER) as op:
        (named,) = latest_cases(op, [breaching.employee(made.agents[0])], "cases")
        assert named.id == made.keys[0]


def test_hr_who_is_at_fault_or_has_a_stake_finds_no_order_and_another_colleague_begins_it(made) -> None:
    with operation("hr_is_a_colleague", actor=system_actor(), now=OVER) as op:
        clerk = make.employee("人資同事", roles=("employee", "hr"))
        op.session.flush()
    closed(made, [made.keys[0]], [made.superior, clerk.id])
    accused = make.actor_of(clerk, CLOSED)
    assert clerk.user_id not in {row.user_id for row in rows(Notification, Notification.action == "order_reassessment")}
    assert refusal(reassess, made.keys[0], actor=accused, now=CLOSED) == "6.3.2"
    with acting_as(system_actor()):
        seen = [orders_waiting(db.session(), who, CLOSED.date())[0] for who in (accused, HR)]
        db.session.rollback()
    assert seen == [0, 1]
    assert begun(made, made.keys[0]).kind == "reassessment"


def test_management_has_no_part_in_an_order_that_hr_can_carry_out(made) -> None:
    boss = make.actor_of(make.employee("總經理", roles=("employee", "management")), CLOSED)
    closed(made, [made.keys[0]], [made.superior])
    with pytest.raises(NotFound):
        reassess(made.keys[0], actor=boss, now=CLOSED)


@pytest.mark.parametrize("who", ["subject", "superior", "head", "colleague", "chair", "officer", "auditor", "admin"])
def test_nobody_but_hr_begins_it(made, who: str) -> None:
    closed(made, [made.keys[0]], [made.superior])
    people = {"subject": person(made.agents[0]), "superior": person(made.superior, "superior"),
              "head": person(made.head, "head"), "colleague": person(made.agents[1]), "chair": breaching.act(made, "Chair"),
              "officer": breaching.act(made, "second"), "auditor": Actor("a", user_id=1, roles=frozenset({"auditor"})),
              "admin": Actor("b", user_id=1, roles=frozenset({"admin"}))}  # fmt: skip
    with pytest.raises(NotFound):
        reassess(made.keys[0], actor=people[who], now=CLOSED)
    assert breaching.orders()[0].case_id is None


# -- after the document: a new case ----------------------------------------------------------------------------------


def test_a_new_case_stands_under_the_rules_and_the_period_of_the_year_concerned(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    anew, before = begun(made, made.keys[0]), case(made.keys[0])
    assert (anew.kind, anew.stage, anew.reassesses_id) == ("reassessment", "self_assessment", made.keys[0])
    assert (anew.present_grade.code, anew.determined_grade, before.stage) == ("M1", None, "issued")
    frame, old = anew.cycle, before.cycle
    assert (frame.kind, frame.year, frame.subject_id) == ("single", 2026, made.agents[0])
    assert (frame.policy_version_id, frame.scorecard_id) == (old.policy_version_id, old.scorecard_id)
    assert (frame.period_from, frame.period_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert frame.metrics_frozen_at < old.self_assessment_due < frame.self_assessment_due
    assert [(step.clause, step.reason) for step in rows(HistoryStep, HistoryStep.process == "review",
            HistoryStep.record_id == anew.id)] == [("6.3-a", "")]  # fmt: skip
    (order,) = breaching.orders()
    assert (order.case_id, order.begun_at) == (anew.id, CLOSED)


def test_whoever_is_at_fault_judges_it_no_more_and_the_others_do(made) -> None:
    colleague = reviewing.peers_of(made.keys[0])[0]
    closed(made, [made.keys[0]], [made.superior, colleague, made.members["Hua"].id])
    anew = begun(made, made.keys[0])
    assert (anew.superior_id, anew.head_id) == (made.new_superior.id, made.head)
    assert colleague not in reviewing.peers_of(anew.id) and len(reviewing.peers_of(anew.id)) == 5
    assert [row.member_id for row in rows(Recusal, Recusal.review_id == anew.id)] == [made.seats["Hua"].id]
    with acting_as(system_actor()):
        out = at_fault(db.session(), [anew.id])[anew.id]
        db.session.rollback()
    assert out == {made.superior, colleague, made.members["Hua"].id}
    assert refusal(ratings.ask_colleague, anew.id, colleague, "補一位", actor=HR, now=CLOSED) == "3.3-e"
    assert refusal(reviews.reassign, anew.id, superior_id=made.superior, reason="x", actor=HR, now=CLOSED) == "3.3-e"


def test_in_the_place_of_a_superior_or_head_at_fault_somebody_must_be_named(made) -> None:
    closed(made, [made.keys[0]], [made.superior, made.head])
    key, new, head = made.keys[0], made.new_superior.id, made.new_head.id
    for line, clause in (
        ({}, "3.3-f"), ({"superior_id": new}, "3.3-f"), ({"superior_id": made.superior, "head_id": head}, "3.3-e"),
        ({"superior_id": new, "head_id": new}, "3.3-f"), ({"superior_id": new, "head_id": made.agents[0]}, "3.3-f"),
    ):  # fmt: skip
        assert refusal(reassess, key, actor=HR, now=CLOSED, **line) == clause
    with operation("gone", actor=system_actor(), now=OVER) as op:
        op.get(breaching.Employee, head).left_on = date(2027, 1, 1)
    assert refusal(reassess, key, superior_id=new, head_id=head, actor=HR, now=CLOSED) == "3.3-f"
    assert len(rows(Review, Review.kind == "reassessment")) == 0


def test_what_was_written_before_is_a_draft_to_hand_in_anew_and_the_files_come_along(made) -> None:
    with operation("files", actor=system_actor(), now=OVER) as op:
        for user, name in ((100 + made.agents[0], "mine.pdf"), (100 + made.superior, "theirs.pdf")):
            op.add(Evidence(review_id=made.keys[0], uploaded_by_id=user, uploaded_at=OVER, filename=name, size=1,
                            media_type="application/pdf", sha256="0" * 64))  # fmt: skip
    closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    old, new = (rows(SelfAssessment, SelfAssessment.review_id == key)[0] for key in (made.keys[0], anew.id))
    assert (new.answers, new.summary, new.submitted_at, new.signature) == (old.answers, old.summary, None, None)
    assert (anew.target_grade.code, anew.applied_ground) == ("M2", "1")
    assert [row.filename for row in rows(Evidence, Evidence.review_id == anew.id)] == ["mine.pdf"]
    told = rows(Notification, Notification.action == "reassess")
    assert [(row.user_id, row.record_id, row.facts) for row in told] == [
        (100 + made.agents[0], anew.id, {"year": 2026})
    ]


def test_an_application_that_was_withdrawn_is_not_taken_over(made) -> None:
    with operation("withdrawn", actor=system_actor(), now=OVER) as op:
        op.get(Review, made.keys[0]).application_withdrawn_at = OVER
    closed(made, [made.keys[0]], [made.superior])
    assert begun(made, made.keys[0]).target_grade is None


def test_the_file_is_read_as_it_was_before_the_disputed_result(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    with acting_as(system_actor()):
        review = db.session.get_one(Review, anew.id)
        day = as_of(review, date(2027, 3, 1))
        facts = eligibility_facts(db.session(), [made.agents[0]], year=2026, as_of=day)[made.agents[0]]
        said = proposal_facts(db.session(), review, rules_of(db.session(), review), date(2027, 3, 1))
        db.session.rollback()
    assert (facts.grade, facts.grade_since, said.present) == ("M1", date(2023, 1, 1), "M1")
    assert said.promotion.ground(1).met


def test_a_result_in_force_before_the_year_s_end_is_left_out_of_the_period_too(session: Any) -> None:
    made = breaching.centre(0)
    breaching.on_notice(made)
    documents.issue(made.cycle, actor=HR, now=OVER, effective_on=date(2026, 12, 20))
    closed(made, [made.keys[0]], [made.superior])
    assert begun(made, made.keys[0]).cycle.period_to == date(2026, 12, 19)


def test_another_open_case_comes_first_and_somebody_who_left_has_no_order_left(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    with operation("breach", actor=system_actor(), now=CLOSED) as op:
        other = op.get(Review, made.cases[1])
        other.employee_id, other.kind = made.agents[0], "demotion"
    assert refusal(begun, made, made.keys[0]) == "6.3-a"
    with operation("left", actor=system_actor(), now=CLOSED) as op:
        op.get(breaching.Employee, made.agents[0]).left_on = CLOSED.date()
        op.get(Review, made.cases[1]).stage = "cancelled"
    with acting_as(system_actor()):
        assert orders_waiting(db.session(), HR, CLOSED.date()) == (0, None)
        db.session.rollback()
    assert refusal(begun, made, made.keys[0]) == "1.2"


def test_an_order_falls_with_a_case_that_ends_without_a_result(made) -> None:
    """A cycle that is cancelled, and HR has nothing left that waits for it."""
    closed(made, [made.keys[0]], [made.superior])
    with operation("cancelled", actor=system_actor(), now=CLOSED) as op:
        op.get(Review, made.keys[0]).stage = "cancelled"
    with acting_as(system_actor()):
        assert orders_waiting(db.session(), HR, CLOSED.date()) == (0, None)
        assert list(orders(db.session(), HR, CLOSED.date(), 1).rows) == []
        db.session.rollback()
    assert refusal(begun, made, made.keys[0]) == "6.3.2"


# -- what it comes to ------------------------------------------------------------------------------------------------


def result(made: SimpleNamespace, grade: str, **form: Any) -> tuple[Review, IssuedDocument, list[Notice]]:
    closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    carried(made, anew.id, grade, CLOSED + DAY, **form)
    published = notices.publish_notice(anew.cycle_id, actor=HR, now=CLOSED + DAY)
    numbers = [notice.number for notice in published if notice.kind != "personal"]
    notices.record_publication("r2", "1" * 64, {}, numbers, actor=system_actor(), published_at=CLOSED + DAY)
    (row,) = rows(Notice, Notice.cycle_id == anew.cycle_id)
    document = documents.issue(
        anew.cycle_id, actor=HR, now=row.ends_at + timedelta(hours=1), effective_on=date(2027, 3, 1)
    )
    return case(anew.id), document, published


def held(made: SimpleNamespace) -> list[tuple[str, date, date | None]]:
    with acting_as(system_actor()):
        db.session.rollback()
        query = (
            select(GradeInterval).where(GradeInterval.employee_id == made.agents[0]).order_by(GradeInterval.valid_from)
        )
        return [(row.grade.code, row.valid_from, row.valid_to) for row in db.session.scalars(query)]


def change(made: SimpleNamespace, document: IssuedDocument) -> tuple[Any, ...]:
    with acting_as(system_actor()):
        db.session.rollback()
        row = db.session.scalars(select(GradeChange).where(GradeChange.document_id == document.id)).one()
        return row.kind, row.clause, row.from_grade.code if row.from_grade else None, row.to_grade.code


def test_it_may_end_worse_and_its_document_supersedes_the_interval_from_its_effective_date(made) -> None:
    anew, document, published = result(made, "M1")
    assert [notice.kind for notice in published] == ["personal"]  # what lowers a grade is served, not put up
    assert [(row.from_grade, row.to_grade) for row in rows(NoticeRow, NoticeRow.review_id == anew.id)] == [("M2", "M1")]
    assert (anew.stage, document.kind, document.supersedes_id) == ("issued", "reassessment", made.document)
    assert change(made, document) == ("reassessment", "6.3-a", "M2", "M1")
    assert held(made) == [
        ("M1", date(2023, 1, 1), date(2027, 1, 1)), ("M2", date(2027, 1, 1), date(2027, 3, 1)), ("M1", date(2027, 3, 1), None),
    ]  # fmt: skip
    assert case(made.keys[0]).determined_grade.code == "M2"  # nothing is unwritten
    with acting_as(system_actor()):
        printed = document_context(db.session(), db.session.get_one(IssuedDocument, document.id))
        first = db.session.get_one(IssuedDocument, made.document).number
        db.session.rollback()
    assert first in printed["introduction"] and printed["clauses"] == ["6.3.2", "6.3-a", "3.3.6"]
    assert cycles.close_cycle(anew.cycle_id, actor=HR, now=CLOSED + 60 * DAY).stage == "closed"


def test_it_may_confirm_the_result_and_the_interval_stays(made) -> None:
    _anew, document, published = result(made, "M2", target_grade="M2", ground="1")
    assert [notice.kind for notice in published] == ["regular"]
    assert change(made, document) == ("unchanged", "6.3-a", "M2", "M2")
    assert (document.supersedes_id, held(made)[-1]) == (made.document, ("M2", date(2027, 1, 1), None))


def test_it_may_end_better_where_a_promotion_was_wrongly_kept_back(session: Any) -> None:
    made = issued(0, grade="M1")
    _anew, document, _published = result(made, "M2", target_grade="M2", ground="1")
    assert change(made, document) == ("reassessment", "6.3-a", "M1", "M2")
    assert held(made) == [("M1", date(2023, 1, 1), date(2027, 3, 1)), ("M2", date(2027, 3, 1), None)]


def test_a_grade_that_is_given_back_counts_as_held_all_the_time(made) -> None:
    result(made, "M1")
    with acting_as(system_actor()):
        facts = eligibility_facts(db.session(), [made.agents[0]], year=2027, as_of=date(2027, 12, 31))
        db.session.rollback()
    assert (facts[made.agents[0]].grade, facts[made.agents[0]].grade_since) == ("M1", date(2023, 1, 1))


def test_its_result_can_be_appealed_and_can_be_assessed_again_once_more(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    carried(made, anew.id, "M1", CLOSED + DAY)
    notices.publish_notice(anew.cycle_id, actor=HR, now=CLOSED + DAY)
    (line,) = rows(NoticeRow, NoticeRow.review_id == anew.id)
    appeal = file_appeal(
        line.id, AppealInput("eligibility", "分數有誤。"), actor=person(made.agents[0]), now=CLOSED + 2 * DAY
    )
    assert (appeal.kind, case(anew.id).stage) == ("appeal", "appealed")


def test_who_was_at_fault_in_the_first_case_is_so_in_every_case_that_follows_it(made) -> None:
    anew, _document, _published = result(made, "M1")
    closed(made, [anew.id], [made.new_superior.id], now=CLOSED + 90 * DAY)
    third = case(reassess(anew.id, superior_id=made.new_head.id, actor=HR, now=CLOSED + 90 * DAY).id)
    with acting_as(system_actor()):
        assert at_fault(db.session(), [third.id])[third.id] == {made.superior, made.new_superior.id}
        db.session.rollback()
    assert (third.reassesses_id, third.present_grade.code) == (anew.id, "M1")
