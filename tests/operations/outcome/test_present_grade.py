"""A case's present grade is the grade file's: what sets it, what compares it, what follows the file (1.2-f, 4.3-b)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import Employee, Grade, HistoryStep, Notification, Review, db
from admin.operations import acts
from admin.operations.cases import department, reviews
from admin.operations.cases.present_grade import take_file_grade
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    issue_adjustments,
    propose_adjustments,
)
from admin.operations.outcome.results import verify_result
from admin.queries.outcome.file_fit import all_off_the_file, count_off_the_file
from tests import factories as make
from tests import reviewing
from tests.by_two import as_confirmed
from tests.invariants import grade_file_is_the_fold_of_documents
from tests.reviewing import HR, OPENED, case, person

BOSS = Actor("boss", user_id=9002, roles=frozenset({"management"}))
FROM = date(2027, 1, 1)


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def grade_id(code: str) -> int:
    with acting_as(system_actor()):
        return db.session.scalars(select(Grade.id).where(Grade.code == code)).one()


def spoil(review_id: int, code: str) -> None:
    """Put a grade into the case that the file does not hold, as no door does any more."""
    key = grade_id(code)
    with make.fixture(OPENED) as op:
        op.get(Review, review_id).present_grade_id = key


def approved(*rows: tuple[str, str]) -> list[int]:
    made = propose_adjustments([AdjustmentRow(*row) for row in rows], "併組", FROM, actor=HR, now=OPENED)
    for change in made:
        decide_adjustment(change.id, "approve", actor=BOSS, now=OPENED)
    return [change.id for change in made]


def told(action: str) -> set[int]:
    with acting_as(system_actor()):
        return set(db.session.scalars(select(Notification.user_id).where(Notification.action == action)))


def head(made: SimpleNamespace) -> Actor:
    return person(made.head, "head")


# -- nothing else sets it --------------------------------------------------------------------------------------------


def test_hr_cannot_name_a_present_grade_that_the_file_does_not_have(made: SimpleNamespace) -> None:
    wrong = {"present_grade": grade_id("E2"), "post": "x"}
    with pytest.raises(Refused, match=r"1\.2-f.*says M1"):
        as_confirmed(reviews.correct_snapshot, made.cases[0], wrong, "匯入錯誤", actor=HR, now=OPENED)
    assert (case(made.cases[0]).present_grade.code, case(made.cases[0]).post) == ("M1", "客服專員")


def test_naming_the_files_grade_takes_it_over_into_a_case_that_has_another(made: SimpleNamespace) -> None:
    spoil(made.cases[0], "E2")
    as_confirmed(
        reviews.correct_snapshot, made.cases[0], {"present_grade": grade_id("M1")}, "匯入錯誤", actor=HR, now=OPENED
    )
    assert case(made.cases[0]).present_grade.code == "M1"
    with acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "take_file_grade")).one()
    assert (step.clause, step.relation, step.reason) == ("1.2-f", "hr", "匯入錯誤")


# -- everything compares it again ------------------------------------------------------------------------------------


def test_a_head_does_not_propose_on_a_grade_that_the_file_does_not_hold(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made)
    spoil(key, "E2")
    with pytest.raises(Refused, match=r"1\.2-f.*takes the file's grade over"):
        department.propose(key, "E1", "降級", actor=head(made), now=OPENED)
    as_confirmed(take_file_grade, key, "快照有誤", actor=HR, now=OPENED)
    assert department.propose(key, "M1", "", actor=head(made), now=OPENED).stage == "committee"


def test_the_result_check_refuses_a_grade_that_the_file_does_not_hold(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    reviewing.determined([key], checked=False)
    spoil(key, "J3")
    with pytest.raises(Refused, match=r"1\.2-f"):
        verify_result(key, actor=HR, now=OPENED)
    assert case(key).stage == "determined"


def test_taking_the_files_grade_over_needs_a_difference_a_reason_and_hr(made: SimpleNamespace) -> None:
    key = made.cases[0]
    with pytest.raises(Refused, match=r"1\.2-f.*already"):
        as_confirmed(take_file_grade, key, "x", actor=HR, now=OPENED)
    spoil(key, "E2")
    with pytest.raises(Refused, match=r"1\.3\.1"):
        as_confirmed(take_file_grade, key, " ", actor=HR, now=OPENED)
    with pytest.raises(Refused, match=r"1\.2-f"):
        as_confirmed(take_file_grade, key, "x", actor=head(made), now=OPENED)
    as_confirmed(acts.perform, "review", key, "take_file_grade", {"reason": "快照有誤"}, actor=HR, now=OPENED)
    assert case(key).present_grade.code == "M1"


@pytest.mark.parametrize("stage", ["determined", "checked", "on_notice"])
def test_a_case_that_is_past_its_determination_is_mended_by_the_same_act_and_decided_anew(
    made: SimpleNamespace, stage: str
) -> None:
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    reviewing.determined([key], checked=stage != "determined")
    with make.fixture(OPENED) as op:
        op.get(Review, key).stage = stage
    spoil(key, "J3")
    as_confirmed(take_file_grade, key, "檔案已更正", actor=HR, now=OPENED)
    row = case(key)
    assert (row.stage, row.present_grade.code, row.determined_grade, row.proposed_grade) == (
        "department_review", "M1", None, None,
    )  # fmt: skip


def test_hr_is_told_which_cases_the_file_keeps_back_and_by_which_clause(made: SimpleNamespace) -> None:
    with acting_as(HR):
        assert all_off_the_file(db.session()) == []
    spoil(made.cases[0], "E2")
    with acting_as(HR):
        ((found, why),) = all_off_the_file(db.session())
        assert db.session.scalar(select(count_off_the_file())) == 1
        assert all_off_the_file(db.session(), cycle_id=4711) == []
        (off,) = acts.state_of("cycle", found.cycle_id, HR)["off_the_file"]
    assert (found.id, why.clause) == (made.cases[0], "1.2-f")
    assert (off["number"], off["clause"]) == ("E0", "1.2-f")


# -- an adjustment and an open case see each other -------------------------------------------------------------------


def test_an_adjustment_takes_the_open_case_along_and_the_proposal_falls(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    (document,) = issue_adjustments(approved(("E0", "M2")), actor=HR, now=OPENED)
    row = case(key)
    assert (row.stage, row.present_grade.code, row.proposed_grade) == ("department_review", "M2", None)
    with acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "take_file_grade")).one()
        assert grade_file_is_the_fold_of_documents(db.session) == []
    assert (step.from_stage, step.to_stage, step.clause, step.reason) == (
        "committee", "department_review", "1.2-f", document.number,
    )  # fmt: skip
    assert told("take_file_grade") == {100 + made.agents[0], 100 + made.superior, 100 + made.head}


def test_a_promotion_on_top_of_an_adjustment_is_measured_from_the_adjusted_grade(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    issue_adjustments(approved(("E0", "M2")), actor=HR, now=OPENED)
    for grade in ("M3", "S1"):
        with pytest.raises(Refused):
            department.propose(key, grade, "x", actor=head(made), now=OPENED)
    assert department.propose(key, "M2", "", actor=head(made), now=OPENED).proposed_grade.code == "M2"


@pytest.mark.parametrize("checked", [False, True])
def test_from_the_determination_on_no_adjustment_is_proposed(made: SimpleNamespace, checked: bool) -> None:
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    reviewing.determined([key], checked=checked)
    with pytest.raises(Refused, match=r"4\.3-b.*E0"):
        propose_adjustments([AdjustmentRow("E0", "M3")], "併組", FROM, actor=HR, now=OPENED)


def test_one_that_was_approved_before_waits_for_the_end_of_the_case_and_is_left_out(made: SimpleNamespace) -> None:
    waiting = approved(("E0", "M2"), ("E1", "M2"))
    key = reviewing.to_department(made, target_grade="M2", ground="1")
    department.propose(key, "M2", "", actor=head(made), now=OPENED)
    reviewing.determined([key])
    (document,) = issue_adjustments(waiting, actor=HR, now=OPENED)
    assert [(row["number"], row["clause"]) for row in document.left_out] == [("E0", "4.3-b")]
    assert (case(key).present_grade.code, case(made.cases[1]).present_grade.code) == ("M1", "M2")
    with pytest.raises(Refused, match=r"4\.3-b"):
        issue_adjustments(waiting[:1], actor=HR, now=OPENED)


def test_a_case_that_is_opened_after_the_document_is_assessed_from_the_grade_to_come(session: Any) -> None:
    made = reviewing.seed_people(OPENED)
    reviewing.give_accounts(made, OPENED)
    reviewing.confirm_calendar(OPENED)
    with make.fixture(OPENED) as op:
        make.moved(op.get(Employee, made.agents[0]), "M2", FROM)
    cycle = cycles.plan_cycle(CyclePlan(2026), actor=HR, now=OPENED).id
    cycles.open_cycle(cycle, actor=HR, now=OPENED)
    with acting_as(system_actor()):
        graded = db.session.scalars(select(Review).where(Review.present_grade_id.is_not(None)))
        rows = {row.employee_id: row.present_grade.code for row in graded}
        (step,) = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "take_file_grade"))
    assert (rows[made.agents[0]], rows[made.agents[1]]) == ("M2", "M1")
    assert step.relation == "system"
