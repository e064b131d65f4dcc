"""A takeover that was wrong is put right by an act of its own, as long as no document stands on it (1.2-f, 1.2-c)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import GradeChange, GradeInterval, HistoryStep, IssuedDocument, Notification, Review
from admin.operations import acts
from admin.operations.outcome.adjustments import AdjustmentRow, propose_adjustments, withdraw_change
from admin.operations.outcome.takeover_corrections import decide_correction, propose_correction
from admin.queries.outcome.documents import document_context
from tests import factories as make
from tests.factories import NOW
from tests.invariants import grade_file_is_the_fold_of_documents

SINCE = date(2022, 1, 1)


@pytest.fixture
def hr(session):
    return make.actor_of(make.employee("HR", roles=("employee", "hr")))


@pytest.fixture
def boss(session):
    return make.actor_of(make.employee("Boss", roles=("employee", "management")))


@pytest.fixture
def ann(session):
    with make.fixture():
        person = make.employee("Ann", superior=make.employee("Superior"))
        make.holds(person, "E2")
    return person


def correct(hr, person, code="M2", since=SINCE, evidence="The contract of 2022, folder 7"):
    return propose_correction(person.id, make.grade(code).id, since, evidence, actor=hr, now=NOW)


def held(session, person):
    query = select(GradeInterval).where(GradeInterval.employee_id == person.id).execution_options(unscoped=True)
    return [(row.grade.code, row.valid_from, row.valid_to) for row in session.scalars(query)]


def test_hr_proposes_management_approves_and_the_file_says_it_from_the_beginning(session, hr, boss, ann):
    change = correct(hr, ann, since=date(2021, 7, 1))
    assert (change.stage, held(session, ann)) == ("proposed", [("E2", SINCE, None)])
    decide_correction(change.id, "approve", actor=boss, now=NOW)
    assert (change.stage, held(session, ann)) == ("issued", [("M2", date(2021, 7, 1), None)])
    assert grade_file_is_the_fold_of_documents(session) == []
    document = session.get(IssuedDocument, change.document_id)
    assert (document.kind, document.title, document.appeal_days) == ("takeover_correction", "既有職級承接更正", 5)
    steps = session.execute(
        select(HistoryStep.action, HistoryStep.clause).where(HistoryStep.process == "takeover_correction")
    ).all()
    assert [tuple(step) for step in steps] == [("propose", "1.2-f"), ("approve", "1.2-f")]
    told = session.execute(
        select(Notification.action, Notification.user_id)
        .where(Notification.process == "takeover_correction")
        .execution_options(unscoped=True)
    ).all()
    assert sorted(told) == sorted(
        [("propose", boss.user_id), ("approve", hr.user_id), ("approve", ann.user_id)], key=lambda row: (row[0], row[1])
    )


def test_the_document_says_what_it_is_and_how_to_appeal(session, hr, boss, ann):
    change = correct(hr, ann)
    decide_correction(change.id, "approve", actor=boss, now=NOW)
    context = document_context(session, session.get(IssuedDocument, change.document_id))
    assert context["clauses"] == ["1.2-c", "1.2-f"]
    assert "5 個工作日" in context["appeal"]
    assert [(row["from_grade"], row["to_grade"]) for row in context["rows"]] == [("專家級客服二級", "中級客服二級")]


def test_an_open_case_takes_the_corrected_grade_over(session, hr, boss, ann):
    with make.fixture():
        case = make.review(make.open_cycle(), ann, stage="committee", present="E2", proposed="E1", head_id=None)
    change = correct(hr, ann)
    decide_correction(change.id, "approve", actor=boss, now=NOW)
    row = session.get(Review, case.id)
    assert (row.present_grade.code, row.stage, row.proposed_grade_id) == ("M2", "department_review", None)


@pytest.mark.parametrize("stage", ["determined", "checked", "on_notice", "appealed"])
def test_from_the_determination_on_the_case_has_to_end_first(session, hr, ann, stage):
    with make.fixture():
        make.review(make.open_cycle(), ann, stage=stage, present="E2", determined_grade_id=make.grade("E2").id)
    with pytest.raises(Refused, match=r"4\.3-b"):
        correct(hr, ann)


def test_once_a_document_stands_on_the_grade_only_a_document_helps(session, hr, boss, ann):
    waiting = correct(hr, ann)
    with make.fixture():
        make.moved(ann, "E1", date(2026, 12, 1))
    with pytest.raises(Refused, match=r"1\.2-f.*A document rests"):
        decide_correction(waiting.id, "approve", actor=boss, now=NOW)
    assert withdraw_change(waiting.id, "overtaken", actor=hr, now=NOW).stage == "withdrawn"
    with pytest.raises(Refused, match=r"1\.2-f.*A document rests"):
        correct(hr, ann)
    assert held(session, ann)[0] == ("E2", SINCE, date(2026, 12, 1))


def test_a_document_that_confirmed_the_grade_stands_on_it_too(session, hr, ann):
    with make.fixture() as op:
        document = make.new_document(op, "annual", date(2026, 12, 1), op.today)
        grade = make.grade("E2").id
        op.add(
            GradeChange(
                employee_id=ann.id, kind="unchanged", stage="issued", from_grade_id=grade, to_grade_id=grade,
                clause="3.3.6", effective_on=date(2026, 12, 1), document_id=document.id,
            )
        )  # fmt: skip
    with pytest.raises(Refused, match=r"1\.2-f.*A document rests"):
        correct(hr, ann)


def test_a_correction_can_itself_be_corrected(session, hr, boss, ann):
    for code in ("M2", "M3"):
        decide_correction(correct(hr, ann, code).id, "approve", actor=boss, now=NOW)
    assert held(session, ann) == [("M3", SINCE, None)]
    assert grade_file_is_the_fold_of_documents(session) == []


def test_who_proposed_does_not_approve_nobody_their_own_and_a_rejection_has_a_reason(session, hr, boss, ann):
    both = make.actor_of(make.employee("Both", roles=("employee", "hr", "management")))
    change = correct(both, ann)
    with pytest.raises(Refused, match=r"1\.2-f"):
        decide_correction(change.id, "approve", actor=both, now=NOW)
    with pytest.raises(Refused, match=r"1\.2-f"):
        decide_correction(change.id, "approve", actor=hr, now=NOW)
    with pytest.raises(Refused, match=r"1\.3\.1"):
        decide_correction(change.id, "reject", " ", actor=boss, now=NOW)
    assert decide_correction(change.id, "reject", "No such contract", actor=boss, now=NOW).stage == "rejected"
    assert held(session, ann) == [("E2", SINCE, None)]
    with make.fixture():
        make.holds(manager := make.employee("Manager", roles=("employee", "management")), "E1")
    own = correct(hr, manager)
    with pytest.raises(Refused, match=r"3\.3-d"):
        decide_correction(own.id, "approve", actor=make.actor_of(manager), now=NOW)


def test_what_cannot_be_is_refused_at_once(session, hr, ann):
    with make.fixture():
        ungraded, mine = make.employee(), make.employee(roles=("employee", "hr"))
        make.holds(mine, "M1")
    with pytest.raises(Refused, match=r"1\.2-f.*Nothing was taken over"):
        correct(hr, ungraded)
    with pytest.raises(Refused, match=r"3\.3-d"):
        correct(make.actor_of(mine), mine)
    with pytest.raises(Refused, match=r"1\.3\.1"):
        correct(hr, ann, evidence=" ")
    for wrong in ({"code": "E2"}, {"since": date(2019, 1, 1)}, {"since": date(2027, 1, 1)}):
        with pytest.raises(Invalid):
            correct(hr, ann, **wrong)


def test_a_correction_and_an_adjustment_of_one_person_do_not_run_at_once(session, hr, ann):
    correct(hr, ann)
    with pytest.raises(Refused, match=r"4\.3-b.*under way"):
        propose_adjustments([AdjustmentRow(ann.number, "M3")], "merged", date(2027, 1, 1), actor=hr, now=NOW)


def test_a_correction_is_not_decided_as_an_adjustment(session, hr, boss, ann):
    change = correct(hr, ann)
    assert acts.offered("grade_change", change.id, boss, NOW) == []
    for action in ("approve", "reject"):
        with pytest.raises(NotFound):
            acts.perform("grade_change", change.id, action, {"reason": "x"}, actor=boss, now=NOW)
    assert change.stage == "proposed"


def test_the_registry_offers_what_the_operation_accepts(session, hr, boss, ann):
    change = correct(hr, ann)
    assert {each.action for each in acts.offered("takeover_correction", change.id, boss, NOW) if each.allowed} == {
        "approve", "reject",
    }  # fmt: skip
    acts.perform("takeover_correction", change.id, "approve", {}, actor=boss, now=NOW)
    assert acts.state_of("takeover_correction", change.id, hr)["stage"] == "issued"
    with pytest.raises(Refused, match="present stage"):
        acts.perform("takeover_correction", change.id, "approve", {}, actor=boss, now=NOW)


@pytest.mark.parametrize("action", ["withdraw", "reject", "approve"])
def test_an_adjustment_is_no_correction_and_is_not_there_for_its_acts(session, hr, boss, ann, action):
    (change,) = propose_adjustments([AdjustmentRow(ann.number, "M2")], "merged", date(2027, 1, 1), actor=hr, now=NOW)
    who = hr if action == "withdraw" else boss
    with pytest.raises(NotFound):
        acts.perform("takeover_correction", change.id, action, {"reason": "by the other door"}, actor=who, now=NOW)
    with pytest.raises(NotFound):
        acts.offered("takeover_correction", change.id, who, NOW)
    assert change.stage == "proposed"
