"""The application form: drafts that are never lost, handing in, by proxy, going on without, withdrawing (3.3.1, 3.3-a, b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CaseStage
from admin.domain.ratings import check_ratings
from admin.domain.refusals import N_, Invalid, Refusal
from admin.domain.self_assessment import SelfAssessmentInput
from admin.domain.workflow import Facts, decide
from admin.domain.workflow.facts import SYSTEM
from admin.files.uploads import Upload
from admin.models import Evidence, Grade, Review, SelfAssessment, db
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.evidence import attach_evidence
from admin.operations.cases.review_steps import limited, signature, step_with_reason
from admin.operations.cases.scoring import suggest_anew
from admin.operations.fields import scan_field
from admin.operations.newer import NewerVersion, Pairs, answer_fields
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.cases.review_facts import review_facts, self_ratings_missing, stage_until
from admin.queries.policy.cards import card_of
from admin.queries.policy.scorecards import self_assessed_criteria

GROUNDS = ("1", "2", "3")
FORM = (
    Field("answers", N_("Answers by criterion"), "objects", required=False),
    Field("summary", N_("Summary of the year"), required=False),
    Field("target_grade", N_("Grade applied for"), required=False),
    Field("ground", N_("Ground for promotion"), required=False),
    Field("version", N_("Version that the form was loaded with"), "integer", required=False),
)


@act("review", "save_self_assessment", *FORM)
def save_self_assessment(review_id: int, given: SelfAssessmentInput, *, actor: Actor, now: datetime) -> SelfAssessment:
    """Keep a draft; seen by nobody but the employee until it is handed in (3.3.1).

    Raises `Invalid` for a rating out of range or for no criterion, `NewerVersion` (1.3.1) when another window saved
    meanwhile, `Refused` (3.3.1) at another stage or by another person.
    """
    with operation("save_self_assessment", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        draft = draft_of(op, review)
        known = {"self_ratings_missing": self_ratings_missing(review, draft)}
        decide(review_facts(op.session, review, actor, now, **known), "save_self_assessment")
        draft = _write_draft(op, review, draft, given)
        op.session.flush()
        return draft


def draft_of(op: Operation, review: Review) -> SelfAssessment | None:
    """The case's self-assessment, whoever asks."""
    return op.session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review.id)).first()


def _write_draft(
    op: Operation, review: Review, draft: SelfAssessment | None, given: SelfAssessmentInput
) -> SelfAssessment:
    if draft is not None and given.version is not None and draft.version != given.version:
        raise NewerVersion(draft.version, draft.saved_at, _fields(review, draft))
    answers = _clean_answers(review, given.answers)
    summary = limited("summary", given.summary)
    _write_application(op, review, given)
    if draft is None:
        draft = SelfAssessment(review_id=review.id, saved_at=op.now)
        op.session.add(draft)
    draft.answers, draft.summary, draft.saved_at = answers, summary, op.now
    return draft


def _fields(review: Review, draft: SelfAssessment) -> Pairs:
    target = review.target_grade.code if review.target_grade else ""
    rest = (("summary", draft.summary), ("target_grade", target), ("ground", review.applied_ground or ""))
    return (*answer_fields(draft.answers), *rest)


def _clean_answers(review: Review, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    criteria = [criterion.code for criterion in self_assessed_criteria(card_of(review.cycle))]
    if unknown := set(answers) - set(criteria):
        raise Invalid({code: N_("The scorecard has no such criterion for you to rate.") for code in sorted(unknown)})
    given = {code: a.get("value") for code, a in answers.items() if a.get("value") not in (None, "")}
    values = check_ratings(given, criteria, complete=False)
    return {
        code: {"value": values.get(code), "text": limited(code, str(a.get("text") or ""))}
        for code, a in answers.items()
    }


def _write_application(op: Operation, review: Review, given: SelfAssessmentInput) -> None:
    target = _grade(op, given.target_grade) if given.target_grade else None
    if target is not None and target.id == review.present_grade_id:
        target = None
    if target is not None and given.ground and given.ground not in GROUNDS:
        raise Invalid({"ground": N_("The grounds of 4.1.1 are 1, 2 and 3.")})
    review.target_grade = target
    review.target_grade_id = target.id if target else None
    review.applied_ground = (given.ground or None) if target else None
    if target is not None:
        review.application_withdrawn_at = None


def _grade(op: Operation, code: str) -> Grade:
    row = op.session.scalars(select(Grade).where(Grade.code == code)).first()
    if row is None:
        raise Invalid({"target_grade": N_("There is no grade %(grade)s on the ladder.")}, {"grade": code})
    return row


def _for_another(given: Mapping[str, Any], actor: Actor) -> bool:
    """What HR enters from paper for somebody; what employees hand in themselves is theirs alone."""
    whose = select(Review.employee_id).where(Review.id == given["review_id"]).execution_options(unscoped=True)
    return actor.has("hr") and db.session.scalar(whose) not in (None, actor.employee_id)


@act("review", "submit_self_assessment", *FORM, scan_field())
@by_two(BasisAct.ENTER_FORM, "review", when=_for_another)
def submit_self_assessment(
    review_id: int,
    given: SelfAssessmentInput | None = None,
    scan: Upload | None = None,
    *,
    received_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Review:
    """Hand the self-assessment in to the superior (3.3.1), with a last draft or as it was saved.

    HR may do it for the employee who handed in paper: with the scan, or after attaching it, and the form is marked; a second
    of HR confirms it, and `received_at` is then when it was entered.
    Raises `Refused` (3.3.1) while a criterion has no self rating, (4.1.2) for an unlawful target grade.
    """
    with operation("submit_self_assessment", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        by_proxy = actor.employee_id != review.employee_id
        if scan is not None:
            attach_evidence(review_id, scan, actor=actor, now=now)
        draft = draft_of(op, review)
        if given is not None:
            draft = _write_draft(op, review, draft, given)
        # Signed before the step is decided, so that one row is written and told of; refused, nothing of it stands.
        if draft is not None:
            draft.submitted_at, draft.entered_by_proxy = received_at or now, by_proxy
            draft.signature = signature(signed_form(review, draft))
        known = {
            "scan_refusal": _scan_refusal(op, review) if by_proxy else None,
            "self_ratings_missing": self_ratings_missing(review, draft),
        }
        op.step(review, review_facts(op.session, review, actor, now, **known), "submit_self_assessment")
    return review


def _scan_refusal(op: Operation, review: Review) -> Refusal | None:
    """Why a paper form is not entered yet: its scan comes with it, or was attached before (3.3.1)."""
    mine = (Evidence.review_id == review.id, Evidence.uploaded_by_id == (op.actor.user_id or 0))
    if op.session.scalars(select(Evidence.id).where(*mine).limit(1)).first() is not None:
        return None
    return Refusal("3.3.1", N_("Attach the scan of the signed paper form first."))


def signed_form(review: Review, draft: SelfAssessment) -> dict[str, Any]:
    """What a self-assessment's signature stands over."""
    return {"review": review.id, "answers": draft.answers, "summary": draft.summary, "target": review.target_grade_id}


def submit_by_proxy(
    review_id: int, given: SelfAssessmentInput, scan: Upload | None, *, actor: Actor, now: datetime
) -> Review:
    """HR enters a paper form, marked as entered by proxy: its scan comes with it, or was attached before."""
    with operation("submit_by_proxy", actor=actor, now=now, clause="3.3.1"):
        return submit_self_assessment(review_id, given, scan, actor=actor, now=now)


@act("review", "close_self_assessment", REASON)
def close_self_assessment(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR lets a case go on without a self-assessment: marked, no promotion, individual agenda (3.3-a)."""
    with operation("close_self_assessment", actor=actor, now=now, clause="3.3-a") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "close_self_assessment", reason)
        _mark_missing(op, [review])
    return review


def close_self_assessments(op: Operation, reviews: Sequence[Review], reason: str) -> None:
    """The same of many cases at the deadline: the stage is closed for the whole cycle, HR's own case is one of many (3.3-d)."""
    relations = SYSTEM if op.actor.is_system else op.actor.roles & {"hr"}
    given = {"attempt": True, "reason": reason, "own_case": False}
    known = {each.id: given | {"stage_until": stage_until(each.cycle.self_assessment_due, op.now)} for each in reviews}
    steps = [(each, Facts("review", each.stage, relations, known[each.id])) for each in reviews]
    op.step_many(steps, "close_self_assessment", reason=reason.strip())
    _mark_missing(op, reviews)


def _mark_missing(op: Operation, reviews: Sequence[Review]) -> None:
    rows = {}
    for each in reviews:
        flags = sorted({*each.individual_reasons, "missing_self_assessment"})
        gone = {"target_grade_id": None, "applied_ground": None}
        rows[each] = {"self_assessment_missing": True, "individual_reasons": flags} | gone
    write_many(op, rows)


@act("review", "withdraw_application")
def withdraw_application(review_id: int, *, actor: Actor, now: datetime) -> Review:
    """Withdraw the application for promotion until the department review ends; the review goes on (3.3-b).

    While the form is not handed in, the target grade is taken out of it: another may be asked for later.
    """
    with operation("withdraw_application", actor=actor, now=now, clause="3.3-b") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), "withdraw_application")
        review.application_withdrawn_at = now
        if review.stage == CaseStage.SELF_ASSESSMENT:
            review.target_grade_id = review.applied_ground = None
        op.session.flush()
        if review.stage == CaseStage.DEPARTMENT_REVIEW:
            suggest_anew(op, review)
    return review
