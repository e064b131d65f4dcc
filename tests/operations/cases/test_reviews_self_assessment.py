"""The application form: drafts, handing in, proxy, going on without, withdrawing (3.3.1, 3.3-a, 3.3-b)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.upload_checks import check_upload
from admin.models import AuditEvent, Evidence, HistoryStep, Notification, SelfAssessment, db
from admin.operations import acts
from admin.operations.cases import self_assessment
from admin.operations.cases.evidence import attach_evidence, remove_evidence, stored_at
from admin.operations.cases.self_assessment import SelfAssessmentInput
from tests import reviewing
from tests.by_two import as_confirmed
from tests.reviewing import HR, OPENED, case, later, person
from tests.web.counting import statements

CLERK = Actor("clerk", user_id=9002, roles=frozenset({"hr"}))


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def draft_of(review_id: int) -> SelfAssessment | None:
    with acting_as(system_actor()):
        db.session.rollback()
        return db.session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review_id)).first()


def seen_by(actor: Actor, table: Any) -> int:
    with acting_as(actor):
        db.session.rollback()
        return len(list(db.session.scalars(select(table))))


def test_a_draft_is_seen_by_nobody_but_its_author(made: SimpleNamespace) -> None:
    me = person(made.agents[0])
    self_assessment.save_self_assessment(made.cases[0], SelfAssessmentInput(summary="草稿"), actor=me, now=OPENED)
    assert seen_by(me, SelfAssessment) == 1
    for reader in (person(made.superior, "superior"), person(made.head, "head"), HR, person(made.agents[1])):
        assert seen_by(reader, SelfAssessment) == 0


def test_a_submitted_form_is_seen_by_the_line_and_not_by_colleagues(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    for reader in (person(made.superior, "superior"), person(made.head, "head"), HR):
        assert seen_by(reader, SelfAssessment) == 1
    assert seen_by(person(made.agents[1]), SelfAssessment) == 0


def test_a_form_from_an_older_window_is_refused_and_names_the_newer_version(made: SimpleNamespace) -> None:
    me, key = person(made.agents[0]), made.cases[0]
    first = self_assessment.save_self_assessment(
        key, SelfAssessmentInput(summary="一", version=0), actor=me, now=OPENED
    )
    with pytest.raises(self_assessment.NewerVersion) as refused:
        self_assessment.save_self_assessment(key, SelfAssessmentInput(summary="二", version=0), actor=me, now=OPENED)
    assert refused.value.version == first.version
    kept = draft_of(key)
    assert kept is not None and kept.summary == "一"


def test_a_second_window_saves_over_once_it_holds_the_present_version(made: SimpleNamespace) -> None:
    me, key = person(made.agents[0]), made.cases[0]
    first = self_assessment.save_self_assessment(key, SelfAssessmentInput(summary="一"), actor=me, now=OPENED)
    self_assessment.save_self_assessment(
        key, SelfAssessmentInput(summary="二", version=first.version), actor=me, now=OPENED
    )
    kept = draft_of(key)
    assert kept is not None and kept.summary == "二"


@pytest.mark.parametrize("value", [0, 6, "x", "2.5", 3.0, True])
def test_a_rating_out_of_the_scale_is_wrong_input_and_saves_nothing(made: SimpleNamespace, value: Any) -> None:
    given = SelfAssessmentInput({"knowledge": {"value": value}})
    with pytest.raises(Invalid) as wrong:
        self_assessment.save_self_assessment(made.cases[0], given, actor=person(made.agents[0]), now=OPENED)
    assert "knowledge" in wrong.value.fields
    assert draft_of(made.cases[0]) is None


def test_a_criterion_that_the_scorecard_has_not_is_wrong_input(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        self_assessment.save_self_assessment(
            made.cases[0], SelfAssessmentInput({"charm": {"value": 5}}), actor=person(made.agents[0]), now=OPENED
        )


def test_ten_megabytes_of_text_are_refused(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as wrong:
        self_assessment.save_self_assessment(
            made.cases[0], SelfAssessmentInput(summary="字" * 10_000_000), actor=person(made.agents[0]), now=OPENED
        )
    assert "summary" in wrong.value.fields


def test_an_incomplete_form_is_not_handed_in(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        self_assessment.submit_self_assessment(made.cases[0], actor=person(made.agents[0]), now=OPENED)
    assert refused.value.refusal.clause == "3.3.1"
    assert refused.value.refusal.facts["missing"] == len(reviewing.codes(made.cases[0], "self"))


def test_handing_in_signs_moves_on_and_tells_superior_and_colleagues(made: SimpleNamespace) -> None:
    key = made.cases[0]
    reviewing.hand_in(key, made.agents[0])
    draft = draft_of(key)
    assert case(key).stage == "rating" and draft is not None
    assert draft.submitted_at == OPENED and len(draft.signature or "") == 64 and not draft.entered_by_proxy
    with acting_as(system_actor()):
        step = db.session.scalars(
            select(HistoryStep).where(HistoryStep.record_id == key, HistoryStep.action == "submit_self_assessment")
        ).one()
        assert (step.from_stage, step.to_stage, step.relation, step.clause) == (
            "self_assessment",
            "rating",
            "subject",
            "3.3.1",
        )


def test_handing_in_writes_the_form_once_and_reads_the_case_once(app: Flask, made: SimpleNamespace) -> None:
    given, me = reviewing.answers(made.cases[1]), person(made.agents[1])
    reviewing.hand_in(made.cases[0], made.agents[0])  # what is made once a process is made
    with statements(app) as sent:
        self_assessment.submit_self_assessment(made.cases[1], given, actor=me, now=OPENED)
    begins = [each.split("(")[0].split("SET")[0].strip() for each in sent if not each.startswith("SELECT")]
    assert begins.count("INSERT INTO self_assessments") == 1
    assert begins.count("UPDATE self_assessments") == 0
    assert sum(each.startswith("SELECT reviews.cycle_id") for each in sent) == 1
    assert len(sent) <= 24, "\n\n".join(sent)


def test_saving_a_draft_again_reads_the_case_once_and_writes_three_rows(app: Flask, made: SimpleNamespace) -> None:
    me, key = person(made.agents[1]), made.cases[1]
    for words in ("一", "二"):  # what is made once a process is made
        acts.perform("review", key, "save_self_assessment", {"summary": words}, actor=me, now=OPENED)
    with statements(app) as sent:
        acts.perform("review", key, "save_self_assessment", {"summary": "三"}, actor=me, now=OPENED)
    sent = [each for each in sent if "seen" not in each]  # how the tests hold rows against events
    begins = [each.split("(")[0].split("SET")[0].strip() for each in sent if not each.startswith("SELECT")]
    assert begins == ["UPDATE self_assessments", "INSERT INTO audit_events", "INSERT INTO audit_salts"]
    assert len(sent) == 6, "\n\n".join(sent)


def test_a_double_click_hands_in_once(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    with pytest.raises(Refused):
        reviewing.hand_in(made.cases[0], made.agents[0])


def test_a_strangers_case_is_not_found_and_a_colleagues_is_refused(made: SimpleNamespace) -> None:
    outsider = Actor("x", user_id=77, employee_id=9999, roles=frozenset({"employee"}))
    with pytest.raises(NotFound):
        self_assessment.save_self_assessment(made.cases[0], SelfAssessmentInput(), actor=outsider, now=OPENED)
    rater = person(reviewing.peers_of(made.cases[0])[0])
    with pytest.raises(Refused):
        self_assessment.save_self_assessment(made.cases[0], SelfAssessmentInput(), actor=rater, now=OPENED)


@pytest.mark.parametrize(("target", "clause"), [("M3", "4.1.1"), ("J3", "4.1.2")])
def test_a_target_that_cannot_be_applied_for_is_refused_when_handing_in(
    made: SimpleNamespace, target: str, clause: str
) -> None:
    with pytest.raises(Refused) as refused:
        reviewing.hand_in(made.cases[0], made.agents[0], target_grade=target)
    assert refused.value.refusal.clause == clause
    assert case(made.cases[0]).stage == "self_assessment"


def test_asking_for_the_present_grade_is_no_application(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0], target_grade="M1", ground="1")
    row = case(made.cases[0])
    assert row.target_grade_id is None and row.applied_ground is None


@pytest.mark.parametrize("given", [{"target_grade": "Z9"}, {"target_grade": "M2", "ground": "one hundred"}])
def test_a_grade_or_ground_that_there_is_not_is_wrong_input(made: SimpleNamespace, given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        self_assessment.save_self_assessment(
            made.cases[0], SelfAssessmentInput(**given), actor=person(made.agents[0]), now=OPENED
        )


def test_hr_enters_a_paper_form_with_its_scan_and_it_is_marked(made: SimpleNamespace) -> None:
    key = made.cases[0]
    scan = check_upload("scan.txt", "紙本".encode())
    as_confirmed(self_assessment.submit_by_proxy, key, reviewing.answers(key), scan, actor=CLERK, now=OPENED)
    draft = draft_of(key)
    assert draft is not None and draft.entered_by_proxy and case(key).stage == "rating"
    assert seen_by(person(made.superior, "superior"), Evidence) == 1


def test_hr_hands_nothing_in_for_others_without_a_scan(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        self_assessment.submit_self_assessment(made.cases[0], reviewing.answers(made.cases[0]), actor=CLERK, now=OPENED)
    assert "scan" in refused.value.refusal.reason


def test_a_faulty_paper_form_leaves_no_scan_behind(made: SimpleNamespace) -> None:
    scan = check_upload("scan.txt", b"paper")
    with pytest.raises(Refused):
        self_assessment.submit_by_proxy(made.cases[0], SelfAssessmentInput(), scan, actor=CLERK, now=OPENED)
    assert seen_by(system_actor(), Evidence) == 0


def test_without_a_self_assessment_the_case_goes_on_marked(made: SimpleNamespace) -> None:
    row = self_assessment.close_self_assessment(made.cases[0], "逾期", actor=HR, now=later(15))
    assert (row.stage, row.self_assessment_missing) == ("rating", True)
    assert "missing_self_assessment" in row.individual_reasons


def test_a_single_case_too_goes_on_without_only_from_the_deadline(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        self_assessment.close_self_assessment(made.cases[0], "出差", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-a" and case(made.cases[0]).stage == "self_assessment"


def test_going_on_without_needs_a_reason(made: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        self_assessment.close_self_assessment(made.cases[0], "  ", actor=HR, now=later(15))


def test_a_withdrawn_application_may_be_made_again_before_handing_in(made: SimpleNamespace) -> None:
    key, me = made.cases[0], person(made.agents[0])
    self_assessment.save_self_assessment(key, SelfAssessmentInput(target_grade="M2", ground="1"), actor=me, now=OPENED)
    self_assessment.withdraw_application(key, actor=me, now=OPENED)
    assert case(key).target_grade_id is None
    reviewing.hand_in(key, made.agents[0], target_grade="M2", ground="1")
    row = case(key)
    assert row.target_grade.code == "M2" and row.application_withdrawn_at is None


def test_withdrawing_in_the_departments_review_makes_the_suggestion_anew(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 0, target_grade="M2", ground="1")
    assert case(key).suggested_grade.code == "M2"
    self_assessment.withdraw_application(key, actor=person(made.agents[0]), now=OPENED)
    assert case(key).suggested_grade.code == "M1"


def test_there_is_nothing_to_withdraw_without_an_application(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        self_assessment.withdraw_application(made.cases[0], actor=person(made.agents[0]), now=OPENED)
    assert refused.value.refusal.clause == "3.3-b"


def test_evidence_is_kept_by_its_hash_and_hidden_until_handed_in(made: SimpleNamespace) -> None:
    me, key = person(made.agents[0]), made.cases[0]
    row = attach_evidence(key, check_upload("感謝函.txt", "謝謝".encode()), actor=me, now=OPENED)
    again = attach_evidence(key, check_upload("感謝函.txt", "謝謝".encode()), actor=me, now=OPENED)
    assert row.id == again.id and stored_at(row).read_bytes() == "謝謝".encode()
    assert seen_by(HR, Evidence) == seen_by(person(made.superior, "superior"), Evidence) == 0
    reviewing.hand_in(key, made.agents[0])
    assert seen_by(person(made.superior, "superior"), Evidence) == 1
    assert seen_by(person(made.agents[1]), Evidence) == 0


def test_nobody_removes_anothers_file_or_ones_own_after_handing_in(made: SimpleNamespace) -> None:
    me, key = person(made.agents[0]), made.cases[0]
    row = attach_evidence(key, check_upload("a.txt", b"abc"), actor=me, now=OPENED)
    with pytest.raises(NotFound):
        remove_evidence(key, row.id, actor=HR, now=OPENED)
    reviewing.hand_in(key, made.agents[0])
    with pytest.raises(Refused):
        remove_evidence(key, row.id, actor=me, now=OPENED)


def test_drafts_leave_no_text_in_the_audit_trail(made: SimpleNamespace) -> None:
    self_assessment.save_self_assessment(
        made.cases[0], SelfAssessmentInput(summary="我的秘密"), actor=person(made.agents[0]), now=OPENED
    )
    with acting_as(system_actor()):
        events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.record_type == "self_assessments")))
    assert events and "我的秘密" not in str([event.changes for event in events])


def test_opening_tells_everyone_with_an_account_once(made: SimpleNamespace) -> None:
    with acting_as(system_actor()):
        told = list(db.session.scalars(select(Notification.user_id).where(Notification.action == "open")))
    assert sorted(told) == [100 + key for key in made.agents]
