"""What people do on a case before the committee: self-assessment, ratings, proposal, hearing (policy.md 3.3.1-3.3.3).

Every act goes through the workflow table; scores are made when the ratings close.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

import config
from admin.access.actor import Actor
from admin.domain.calendar import local_day
from admin.domain.eligibility import check_application
from admin.domain.ratings import check_ratings
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.suggestion import check_proposal
from admin.domain.workflow import Transition, decide
from admin.models import Employee, Grade, Hearing, Proposal, Rating, Review, SelfAssessment
from admin.operations.panel import resume
from admin.operations.scoring import score_reviews
from admin.operations.transaction import Operation, operation
from admin.queries.eligibility import eligibility_facts
from admin.queries.recipients import users_told
from admin.queries.review_facts import proposal_facts, review_facts, rules_of
from admin.queries.scorecards import rated_criteria, self_assessed_criteria

TEXT_LIMIT = 5_000
HEARING_FORMS = ("statement", "interview", "not_taken_up")


@dataclass(frozen=True)
class SelfAssessmentInput:
    """What the application form holds: answers by criterion {"value": 1-5 or None, "text": …}, summary, target grade.

    `version` is the one that the form was loaded with; None saves over whatever is there.
    """

    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    summary: str = ""
    target_grade: str | None = None
    ground: str | None = None
    version: int | None = None


def save_self_assessment(review_id: int, given: SelfAssessmentInput, *, actor: Actor, now: datetime) -> SelfAssessment:
    """Keep a draft; seen by nobody but the employee until it is handed in (3.3.1).

    Raises `Invalid` for a rating out of range or for no criterion, `Refused` (1.3.1) when a newer version was saved in
    another window, or (3.3.1) at another stage or by another person.
    """
    with operation("save_self_assessment", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        decide(review_facts(op.session, review, actor, now), "save_self_assessment")
        return _write_draft(op, review, given)


def _write_draft(op: Operation, review: Review, given: SelfAssessmentInput) -> SelfAssessment:
    draft = op.session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review.id)).first()
    if draft is not None and given.version is not None and draft.version != given.version:
        raise Refused(
            Refusal(
                "1.3.1",
                N_("A newer version was saved in another window at %(at)s."),
                {"at": draft.saved_at.isoformat(), "version": draft.version},
            )
        )
    answers = _clean_answers(review, given.answers)
    if draft is None:
        draft = SelfAssessment(review_id=review.id, saved_at=op.now)
        op.session.add(draft)
    draft.answers, draft.summary, draft.saved_at = answers, _limited("summary", given.summary), op.now
    _write_application(op, review, given)
    op.session.flush()
    return draft


def _clean_answers(review: Review, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    assert review.cycle is not None
    criteria = [criterion.code for criterion in self_assessed_criteria(review.cycle.scorecard)]
    values = check_ratings(
        {code: a.get("value") for code, a in answers.items() if a.get("value") not in (None, "")},
        criteria,
        complete=False,
    )
    if unknown := set(answers) - set(criteria):
        raise Invalid({code: N_("The scorecard has no such criterion for you to rate.") for code in sorted(unknown)})
    return {
        code: {"value": values.get(code), "text": _limited(code, str(a.get("text") or ""))}
        for code, a in answers.items()
    }


def _limited(name: str, text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise Invalid({name: N_("At most %(limit)s characters.")}, {"limit": TEXT_LIMIT})
    return text.replace("\x00", "")


def _write_application(op: Operation, review: Review, given: SelfAssessmentInput) -> None:
    target = None
    if given.target_grade:
        target = op.session.scalars(select(Grade).where(Grade.code == given.target_grade)).first()
        if target is None:
            raise Invalid(
                {"target_grade": N_("There is no grade %(grade)s on the ladder.")}, {"grade": given.target_grade}
            )
    if target is not None and review.present_grade is not None and target.id == review.present_grade_id:
        target = None
    review.target_grade_id = target.id if target else None
    review.applied_ground = given.ground if target else None


def submit_self_assessment(
    review_id: int, given: SelfAssessmentInput | None = None, *, actor: Actor, now: datetime
) -> Review:
    """Hand the self-assessment in to the superior (3.3.1), with a last draft or as it was saved.

    Raises `Refused` (3.3.1) while a criterion has no self rating, (4.1.2) for an unlawful target grade.
    """
    with operation("submit_self_assessment", actor=actor, now=now, clause="3.3.1") as op:
        review = op.find(Review, review_id)
        if given is not None:
            _write_draft(op, review, given)
        refusal = _application_refusal(op, review)
        facts = review_facts(op.session, review, actor, now, application_refusal=refusal)
        transition = op.step(review, facts, "submit_self_assessment")
        draft = op.session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review.id)).one()
        draft.submitted_at = now
        draft.entered_by_proxy = actor.employee_id != review.employee_id
        draft.signature = signature(
            {"review": review.id, "answers": draft.answers, "summary": draft.summary, "target": review.target_grade_id}
        )
        _tell(op, review, transition)
    return review


def _application_refusal(op: Operation, review: Review) -> Refusal | None:
    """Whether the target that was asked for is one that may be applied for at all (4.1.2)."""
    op.session.flush()
    op.session.refresh(review)
    if review.target_grade is None or review.cycle is None:
        return None
    today = local_day(op.now, config.current().portal_tz)
    rules = rules_of(op.session, review, today)
    facts = eligibility_facts(
        op.session, [review.employee_id], year=review.cycle.year, as_of=max(today, review.cycle.period_to)
    )
    return check_application(facts[review.employee_id], review.target_grade.code, rules.parameters, rules.ladder)


def close_self_assessment(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR lets a case go on without a self-assessment: marked, no promotion, individual agenda (3.3-a)."""
    with operation("close_self_assessment", actor=actor, now=now, clause="3.3-a") as op:
        review = op.find(Review, review_id)
        transition = op.step(
            review,
            review_facts(op.session, review, actor, now, attempt=True, reason=reason),
            "close_self_assessment",
            reason=reason,
        )
        review.self_assessment_missing = True
        review.target_grade_id = None
        review.individual_reasons = sorted({*review.individual_reasons, "missing_self_assessment"})
        _tell(op, review, transition)
    return review


@dataclass(frozen=True)
class RatingInput:
    """What a rater gives: values by criterion {"value": 1-5, "text": …} and, from the superior, an opinion."""

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    opinion: str = ""


def save_rating(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """Keep a rater's draft; sealed from everyone else (product E)."""
    with operation("save_rating", actor=actor, now=now, clause="3.3.2") as op:
        review = op.find(Review, review_id)
        rating = _open_rating(op, review, actor, now)
        rating.values = _clean_values(review, rating.kind, given.values, complete=False)
        rating.opinion, rating.state, rating.saved_at = _limited("opinion", given.opinion), "draft", now
    return rating


def _open_rating(op: Operation, review: Review, actor: Actor, now: datetime) -> Rating:
    facts = review_facts(op.session, review, actor, now)
    kind = "superior" if "superior" in facts.relations else "peer"
    decide(facts, "submit_superior_evaluation" if kind == "superior" else "rate_as_peer")
    return _rating_of(op, review, actor, kind)


def _rating_of(op: Operation, review: Review, actor: Actor, kind: str) -> Rating:
    query = select(Rating).where(
        Rating.review_id == review.id, Rating.rater_id == actor.employee_id, Rating.kind == kind
    )
    row = op.session.scalars(query.with_for_update()).first()
    if row is None:
        row = op.add(Rating(review_id=review.id, rater_id=actor.employee_id, kind=kind))
    return row


def _clean_values(
    review: Review, kind: str, values: Mapping[str, Mapping[str, Any]], *, complete: bool
) -> dict[str, Any]:
    assert review.cycle is not None
    codes = [
        criterion.code
        for criterion in rated_criteria(review.cycle.scorecard, "peers" if kind == "peer" else "superior")
    ]
    if unknown := set(values) - set(codes):
        raise Invalid({code: N_("The scorecard has no such criterion for you to rate.") for code in sorted(unknown)})
    rated = check_ratings(
        {code: v.get("value") for code, v in values.items() if v.get("value") not in (None, "")},
        codes,
        complete=complete,
    )
    return {
        code: {"value": value, "text": _limited(code, str(values[code].get("text") or ""))}
        for code, value in rated.items()
    }


def rate_as_peer(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """A colleague's signed rating (3.2.3); raises `Refused` (3.3-d) after another judging act on the case."""
    return _sign(review_id, given, "peer", "rate_as_peer", actor=actor, now=now)


def submit_superior_evaluation(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """The superior's signed evaluation with an opinion (3.3.2); raises `Invalid` without one."""
    if not given.opinion.strip():
        raise Invalid({"opinion": N_("The superior signs an opinion: write at least a sentence.")})
    return _sign(review_id, given, "superior", "submit_superior_evaluation", actor=actor, now=now)


def _sign(review_id: int, given: RatingInput, kind: str, action: str, *, actor: Actor, now: datetime) -> Rating:
    with operation(action, actor=actor, now=now, clause="3.3.2" if kind == "superior" else "3.2.3") as op:
        review = op.find(Review, review_id)
        transition = op.step(review, review_facts(op.session, review, actor, now), action)
        rating = _rating_of(op, review, actor, kind)
        rating.values = _clean_values(review, kind, given.values, complete=True)
        rating.opinion, rating.saved_at, rating.signed_at = _limited("opinion", given.opinion), now, now
        rating.signature = signature(
            {
                "review": review.id,
                "rater": rating.rater_id,
                "kind": kind,
                "values": rating.values,
                "opinion": rating.opinion,
                "at": now.isoformat(),
            }
        )
        rating.state = "submitted"
        op.session.flush()
        _tell(op, review, transition)
        complete_if_over(op, review)
    return rating


def signature(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of what was signed (3.3.2)."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def decline_rating(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """A colleague declines to rate, with a reason (product E)."""
    with operation("decline_rating", actor=actor, now=now, clause="3.2-b") as op:
        review = op.find(Review, review_id)
        transition = op.step(
            review,
            review_facts(op.session, review, actor, now, attempt=True, reason=reason),
            "decline_rating",
            reason=reason,
        )
        rating = _rating_of(op, review, actor, "peer")
        rating.state, rating.reason = "declined", reason
        op.session.flush()
        _tell(op, review, transition)
        complete_if_over(op, review)
    return rating


def close_peer_rating(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR ends the colleagues' time on one case, with a reason (3.3-a)."""
    with operation("close_peer_rating", actor=actor, now=now, clause="3.3-a") as op:
        review = op.find(Review, review_id)
        op.step(
            review,
            review_facts(op.session, review, actor, now, attempt=True, reason=reason),
            "close_peer_rating",
            reason=reason,
        )
        review.peer_time_over_at = now
        complete_if_over(op, review)
    return review


def complete_if_over(op: Operation, review: Review) -> bool:
    """Go on to the department when the superior has signed and the colleagues are done or out of time (3.3-a).

    The averages and the score are made here, once (3.2-b).
    """
    facts = review_facts(op.session, review, op.actor, op.now)
    if review.stage != "rating" or not facts.get("superior_signed"):
        return False
    if facts.get("peers_open") and not facts.get("peer_time_over"):
        return False
    late = select(Rating).where(
        Rating.review_id == review.id, Rating.kind == "peer", Rating.state.in_(("asked", "draft"))
    )
    for rating in op.session.scalars(late):
        rating.state = "expired"
    op.session.flush()
    transition = op.step(review, facts, "complete_rating", as_system=True)
    score_reviews(op, [review])
    _tell(op, review, transition)
    return True


def complete_overdue(*, actor: Actor, now: datetime) -> int:
    """Timed: every case whose ratings are over and that has not gone on yet (due and not done); returns how many."""
    with operation("complete_overdue_ratings", actor=actor, now=now, clause="3.3-a") as op:
        cases = list(op.session.scalars(select(Review).where(Review.stage == "rating")))
        return sum(complete_if_over(op, review) for review in cases)


def return_for_correction(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """The superior returns the case to the employee, the head to the superior; signatures concerned are void (product E)."""
    with operation("return_for_correction", actor=actor, now=now, clause="3.3.3") as op:
        review = op.find(Review, review_id)
        transition = op.step(
            review,
            review_facts(op.session, review, actor, now, attempt=True, reason=reason),
            "return_for_correction",
            reason=reason,
        )
        if review.stage == "self_assessment":
            draft = op.session.scalars(select(SelfAssessment).where(SelfAssessment.review_id == review.id)).first()
            if draft is not None:
                draft.submitted_at = draft.signature = None
        else:
            _void_superior(op, review)
        _tell(op, review, transition)
    return review


def _void_superior(op: Operation, review: Review) -> None:
    query = select(Rating).where(Rating.review_id == review.id, Rating.kind == "superior", Rating.state == "submitted")
    for rating in op.session.scalars(query):
        rating.state, rating.signature, rating.signed_at = "draft", None, None
    review.score, review.suggested_grade_id = None, None


def withdraw_application(review_id: int, *, actor: Actor, now: datetime) -> Review:
    """Withdraw the application for promotion until the department review ends; the review goes on (3.3-b)."""
    with operation("withdraw_application", actor=actor, now=now, clause="3.3-b") as op:
        review = op.find(Review, review_id)
        transition = op.step(review, review_facts(op.session, review, actor, now), "withdraw_application")
        review.application_withdrawn_at = now
        op.session.flush()
        if review.stage == "department_review":
            score_reviews(op, [review])
        _tell(op, review, transition)
    return review


def propose(review_id: int, grade: str, reason: str = "", *, actor: Actor, now: datetime) -> Review:
    """The department head's proposed grade (3.3.3); raises `Refused` for an unlawful one or a missing reason."""
    with operation("propose", actor=actor, now=now, clause="3.3.3") as op:
        review = op.find(Review, review_id)
        today = local_day(now, config.current().portal_tz)
        rules = rules_of(op.session, review, today)
        refusal = check_proposal(
            proposal_facts(op.session, review, rules, today),
            grade,
            reason=reason,
            ladder=rules.ladder,
            parameters=rules.parameters,
        )
        facts = review_facts(op.session, review, actor, now, proposal_refusal=refusal)
        op.step(review, facts, "propose", reason=reason)
        row = op.session.scalars(select(Grade).where(Grade.code == grade)).one()
        _write_proposal(op, review, row, reason)
        if review.remitted:
            op.session.flush()
            resume(op, review)
    return review


def _write_proposal(op: Operation, review: Review, grade: Grade, reason: str) -> None:
    assert review.head_id is not None
    seq = (op.session.scalar(select(func.max(Proposal.seq)).where(Proposal.review_id == review.id)) or 0) + 1
    content = {"review": review.id, "grade": grade.code, "reason": reason, "at": op.now.isoformat()}
    op.session.add(
        Proposal(review_id=review.id, seq=seq, head_id=op.actor.employee_id or review.head_id, grade_id=grade.id, reason=reason,
                 proposed_at=op.now, signature=signature(content))
    )  # fmt: skip
    review.proposed_grade_id = grade.id
    changed = grade.id != review.present_grade_id
    review.individual_reasons = sorted(
        {*review.individual_reasons, "grade_change"} if changed else {*review.individual_reasons} - {"grade_change"}
    )


def propose_demotion(review_id: int, ground: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """The superior (or HR where the superior is absent) puts a ground of 4.2.1 to an open case (4.2.2, 4.2-a).

    Offers the employee a hearing. Raises `Refused` where the ground is not met or the case has gone on.
    """
    with operation("propose_demotion", actor=actor, now=now, clause="4.2.2") as op:
        review = op.find(Review, review_id)
        if review.stage not in ("self_assessment", "rating", "department_review"):
            raise Refused(Refusal("4.2-a", N_("A ground joins the case only before the department's proposal.")))
        if actor.employee_id != review.superior_id and not actor.has("hr"):
            raise Refused(Refusal("4.2.2", N_("The superior proposes a demotion, or HR where the superior is absent.")))
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: this act is recorded with one.")})
        _check_ground(op, review, ground)
        review.demotion_ground = str(ground)
        op.session.add(Hearing(review_id=review.id, form="", offered_at=now))
        op.tell(
            users_told(op.session, ("subject", "head"), review=review, today=now.date()),
            "review",
            "propose_demotion",
            review.id,
            ground=ground,
        )
    return review


def _check_ground(op: Operation, review: Review, ground: int) -> None:
    from admin.queries.review_facts import eligibility_of

    today = local_day(op.now, config.current().portal_tz)
    rules = rules_of(op.session, review, today)
    _, down, _ = eligibility_of(op.session, review, rules, today)
    if ground not in (1, 2, 3):
        raise Invalid({"ground": N_("The grounds of 4.2.1 are 1, 2 and 3.")})
    if not down.ground(ground).met:
        raise Refused(
            Refusal("4.2.1", N_("Ground %(ground)s of clause 4.2.1 is not met by what is on file."), {"ground": ground})
        )


def record_hearing(review_id: int, form: str, text: str, *, actor: Actor, now: datetime) -> Hearing:
    """Record the employee's statement or interview, or that the offer was not taken up (4.2-a)."""
    with operation("record_hearing", actor=actor, now=now, clause="4.2-a") as op:
        review = op.find(Review, review_id)
        if form not in HEARING_FORMS:
            raise Invalid({"form": N_("A hearing is a statement, an interview, or an offer not taken up.")})
        if form != "not_taken_up" and not text.strip():
            raise Invalid({"text": N_("Write down what the employee said.")})
        transition = op.step(review, review_facts(op.session, review, actor, now), "record_hearing", reason=form)
        row = op.session.scalars(
            select(Hearing).where(Hearing.review_id == review.id).order_by(Hearing.id.desc())
        ).first()
        if row is None:
            row = op.add(Hearing(review_id=review.id, form=form, offered_at=now))
        row.form, row.text, row.recorded_at, row.recorded_by_id = form, _limited("text", text), now, actor.user_id
        _tell(op, review, transition)
    return row


def reassign(
    review_id: int,
    *,
    superior_id: int | None = None,
    head_id: int | None = None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Review:
    """HR moves an open case to another superior or reviewer; signed acts stand, open tasks move (3.3-f).

    Raises `Refused` where the two would be the same person or the employee, `Invalid` without a reason.
    """
    with operation("reassign_review", actor=actor, now=now, clause="3.3-f") as op:
        review = op.find(Review, review_id)
        if not actor.has("hr") and not actor.is_system:
            raise Refused(Refusal("3.3-f", N_("Only HR reassigns a case.")))
        if not reason.strip():
            raise Invalid({"reason": N_("Give a reason: this act is recorded with one.")})
        new_superior, new_head = superior_id or review.superior_id, head_id or review.head_id
        if review.employee_id in (new_superior, new_head) or new_superior == new_head:
            raise Refused(Refusal("3.3-f", N_("Employee, superior and reviewer are three different people.")))
        for key in (new_superior, new_head):
            op.get(Employee, key)
        if new_superior != review.superior_id:
            _move_evaluation(op, review, new_superior)
        review.superior_id, review.head_id = new_superior, new_head
    return review


def _move_evaluation(op: Operation, review: Review, superior_id: int | None) -> None:
    query = select(Rating).where(
        Rating.review_id == review.id, Rating.kind == "superior", Rating.state.in_(("asked", "draft"))
    )
    for rating in op.session.scalars(query):
        rating.state = "void"
    op.session.add(Rating(review_id=review.id, rater_id=superior_id, kind="superior", state="asked"))


def close_as_left(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """Close a leaver's case (1.2-d)."""
    with operation("close_as_left", actor=actor, now=now, clause="1.2-d") as op:
        review = op.find(Review, review_id)
        op.step(
            review,
            review_facts(op.session, review, actor, now, attempt=True, reason=reason),
            "close_as_left",
            reason=reason,
        )
        review.outcome_clause, review.outcome_reason = "1.2-d", reason
    return review


def _tell(op: Operation, review: Review, transition: Transition) -> None:
    users = users_told(op.session, transition.tells, review=review, today=op.now.date())
    op.tell(users, "review", transition.action, review.id, stage=review.stage)
