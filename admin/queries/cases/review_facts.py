"""A case as the workflow table sees it: what the actor is to it, and the facts its guards ask for (3.3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import CaseKind, CaseStage, CycleKind, EmployeeStatus, ItemState, MeetingStage
from admin.domain.eligibility import Eligibility, EligibilityFacts, check_application, demotion, promotion
from admin.domain.refusals import N_, Refusal
from admin.domain.suggestion import DUTY_FIRST, DemotionBasis, ProposalFacts
from admin.domain.workflow import Facts
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import (
    AgendaItem,
    Appeal,
    DemotionWaiver,
    Meeting,
    Notice,
    NoticeRow,
    Rating,
    Review,
    SelfAssessment,
)
from admin.queries.cases.eligibility import PersonsFile, eligibility_facts
from admin.queries.cases.hearings import heard_in, hearing_facts
from admin.queries.cases.own_case import own_case, why_not_ones_own
from admin.queries.cases.predecessors import predecessor_facts
from admin.queries.cases.process import deadline_day
from admin.queries.cases.raters import OPEN_RATING, colleagues_time_over
from admin.queries.cases.relations import relations_of_many, separations_of
from admin.queries.cases.scoring import figures_locked
from admin.queries.cases.staffing import staffing_beside
from admin.queries.committee.agendas import why_not_assigned
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.outcome.grade_on import last_entries
from admin.queries.outcome.results import checked_results
from admin.queries.policy.cards import card_of
from admin.queries.policy.rules import Rules, rules_of
from admin.queries.policy.scorecards import self_assessed_criteria
from admin.queries.system.calendar import company_day
from admin.queries.system.chunks import chunks

BEFORE_COMMITTEE = ("self_assessment", "rating", "department_review")
OPEN_APPEAL = ("with_superior", "answered", "with_panel")


def review_facts(session: Session, review: Review, actor: Actor, now: datetime, **known: Any) -> Facts:
    """The facts of a case for this actor; `known` adds what an attempt brings, or what the page has found already.

    (Reason, attempt, refusals computed.) What is known is not found out a second time.
    """
    return reviews_facts(session, [review], actor, now, **known)[review.id]


def reviews_facts(
    session: Session, reviews: Sequence[Review], actor: Actor, now: datetime, **known: Any
) -> dict[int, Facts]:
    """The same of many cases, by case; before the department's review a few statements for any number."""
    relations = relations_of_many(session, reviews, actor)
    separations = separations_of(session, reviews, actor, relations)
    last = (
        {reviews[0].employee_id: known["last_entry"]}
        if "last_entry" in known
        else last_entries(session, {review.employee_id for review in reviews}, unscoped=True)
    )
    off = off_the_file(session, [review for review in reviews if review.stage not in FINAL_STAGES], last)
    weighed = [review for review in reviews if review.stage in (CaseStage.DEPARTMENT_REVIEW, CaseStage.COMMITTEE)]
    demotions = demotion_facts_of(session, weighed, company_day(now)) if weighed else {}
    found = {}
    for review in reviews:
        facts: dict[str, Any] = {
            "applied": review.target_grade_id is not None and review.application_withdrawn_at is None,
            "separation": separations[review.id],
            "has_left": has_left(review, company_day(now)),
            "own_case": own_case(review, actor),
            "last_entry": last.get(review.employee_id),
            "demotion_case": review.kind == CaseKind.DEMOTION,
            "ground_put": review.demotion_ground is not None,
        }
        facts |= _stage_facts(session, review, relations[review.id], now, known) | demotions.get(review.id, {})
        if review.stage not in FINAL_STAGES:
            facts["file_refusal"] = off.get(review.id)
        found[review.id] = Facts("review", review.stage, relations[review.id], facts | known)
    return found


def _stage_facts(
    session: Session, review: Review, relations: frozenset[str], now: datetime, known: Mapping[str, Any]
) -> dict[str, Any]:
    """What a case's stage makes worth knowing."""
    facts = _figure_facts(session, review, now)
    if review.stage in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING) and relations & {"hr", "superior"}:
        facts |= predecessor_facts(session, review, now)
    if review.stage == CaseStage.SELF_ASSESSMENT:
        facts |= _handing_in_facts(session, review, relations, now, known)
    if review.stage == CaseStage.RATING:
        facts |= rating_facts_of(session, [review], now)[review.id]
    if review.stage == CaseStage.COMMITTEE and relations & {"hr", "secretary"}:
        facts["agenda_refusal"] = why_not_assigned(session, review)
    if review.stage in (CaseStage.ON_NOTICE, CaseStage.APPEALED):
        facts |= notice_facts_of(session, [review.id], now)[review.id]
    if review.stage == CaseStage.DETERMINED and "hr" in relations:
        check = checked_results(session, [review], now)[0]
        facts |= {"check_refusal": check.fault, "score_unsound": check.score_unsound}
    return facts


def facts_shown(session: Session, review: Review, actor: Actor, now: datetime, **known: Any) -> Facts:
    """The facts of a case that the actor has been shown: they rest on rows beyond the actor's own sight."""
    with acting_as(system_actor(actor.via)):
        return review_facts(session, review, actor, now, **known)


def why_not_corrected(review: Review, actor: Actor, clause: str = "1.2-a") -> Refusal | None:
    """Why the actor may not reassign or correct a case now; screens grey the button by it."""
    if not actor.has("hr") and not actor.is_system:
        return Refusal(clause, N_("Only HR reassigns or corrects a case."))
    if review.stage not in BEFORE_COMMITTEE:
        return Refusal(clause, N_("The case has gone to the committee; what was signed for it remains valid."))
    return why_not_ones_own(review.employee_id, actor)


def has_left(review: Review, today: date) -> bool:
    """Whether the employee has left by now; whose leaving is to come is in service until its day (1.2-d, 1.2-g)."""
    left_on = review.employee.left_on
    return review.employee.status == EmployeeStatus.LEFT or (left_on is not None and left_on <= today)


def self_ratings_missing(review: Review, mine: SelfAssessment | None) -> int:
    """How many criteria have no self rating yet (3.3.1)."""
    answers = mine.answers if mine else {}
    return sum(
        1
        for criterion in self_assessed_criteria(card_of(review.cycle))
        if not answers.get(criterion.code, {}).get("value")
    )


def _handing_in_facts(
    session: Session, review: Review, relations: frozenset[str], now: datetime, known: Mapping[str, Any]
) -> dict[str, Any]:
    """Whether the form can be handed in: complete, and with a lawful application (3.3.1, 4.1.2)."""
    found: dict[str, Any] = {"stage_until": stage_until(review.cycle.self_assessment_due, now)}
    if "self_ratings_missing" not in known:
        found["self_ratings_missing"] = self_ratings_missing(review, _self_assessment(session, review))
    # Asked for those alone who can hand the form in: reading a file takes a statement for each kind of record.
    applied = review.target_grade_id is not None and relations & {"subject", "hr"}
    if applied and "application_refusal" not in known:
        file = file_of(session, review, company_day(now))
        found["application_refusal"] = application_refusal(review, file, rules_of(session, review))
    return found


def _self_assessment(session: Session, review: Review) -> SelfAssessment | None:
    query = select(SelfAssessment).where(SelfAssessment.review_id == review.id).execution_options(unscoped=True)
    found: SelfAssessment | None = session.scalars(query).first()
    return found


def application_refusal(review: Review, file: EligibilityFacts, rules: Rules) -> Refusal | None:
    """Why the target that the draft asks for may not be applied for at all (4.1.2)."""
    if review.target_grade is None:
        return None
    return check_application(file, review.target_grade.code, rules.parameters, rules.ladder)


def _figure_facts(session: Session, review: Review, now: datetime) -> dict[str, Any]:
    """Whether the case's figures are frozen, and whether a meeting is about to decide on them (3.2-a)."""
    cycle = review.cycle
    frozen = cycle.kind != CycleKind.REHEARSAL and figures_locked(cycle, now)  # a rehearsal stops nobody's figures
    # Elsewhere no agenda can hold it: the question would cost every page of a case a statement.
    if review.stage != CaseStage.COMMITTEE:
        return {"figures_frozen": frozen}
    pending = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.review_id == review.id,
            AgendaItem.state == ItemState.PENDING,
            Meeting.stage.in_((MeetingStage.PLANNED, MeetingStage.OPEN)),
        )
    )
    waits = session.scalar(pending.execution_options(unscoped=True)) is not None
    return {"figures_frozen": frozen, "on_the_agenda": waits}


def rating_facts_of(session: Session, reviews: Sequence[Review], now: datetime) -> dict[int, dict[str, Any]]:
    """Of each case at the ratings who has signed and who is waited for; a statement for any number."""
    counts: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for some in chunks([review.id for review in reviews]):
        query = select(Rating.review_id, Rating.kind, Rating.state, func.count()).where(Rating.review_id.in_(some))
        query = query.group_by(Rating.review_id, Rating.kind, Rating.state)
        for key, kind, state, count in session.execute(query.execution_options(unscoped=True)):
            counts[key][kind, state] = count
    return {review.id: _rating_known(review, counts[review.id], now) for review in reviews}


def _rating_known(review: Review, rated: Mapping[tuple[str, str], int], now: datetime) -> dict[str, Any]:
    due = review.cycle.rating_due
    return {
        "superior_signed": rated["superior", "submitted"] > 0,
        "peers_open": sum(rated["peer", state] for state in OPEN_RATING),
        # Declined and released ratings are neither open nor done: they hold nothing up and count for nothing.
        "peers_done": rated["peer", "submitted"],
        "peer_time_over": colleagues_time_over(review, now),
        "stage_until": stage_until(due, now),
        "figures_locked": review.cycle.metrics_frozen_at is not None,
        "figures_day": deadline_day(review.cycle.self_assessment_due).isoformat(),
    }


def stage_until(due: datetime | None, now: datetime) -> str | None:
    """The deadline of a stage while it runs."""
    # As text: facts go out with a refusal as JSON, and each door words the moment in its own way.
    return due.isoformat(timespec="minutes") if due is not None and now < due else None


def demotion_facts_of(session: Session, reviews: Sequence[Review], today: date) -> dict[int, dict[str, Any]]:
    """Of each case whether it is about a demotion, whether the employee was heard, and what of the hearing is open (4.2-a)."""
    hearings = hearing_facts(session, [review.id for review in reviews], today)
    return {each.id: {"is_demotion": demotes(session, each)} | hearings[each.id] for each in reviews}


def demotes(session: Session, review: Review) -> bool:
    """Whether a ground was put to a case, or what was proposed or fixed in it lies below the present grade (4.2)."""
    grades = (review.present_grade, review.proposed_grade, review.determined_grade)
    present, proposed, fixed = (grade.code if grade is not None else None for grade in grades)
    return rules_of(session, review).ladder.is_demotion(present, proposed, fixed, ground=review.demotion_ground)


def notice_facts_of(session: Session, keys: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    """Of each case whether its last notice is over, and how many appeals are open; a few statements for any number."""
    last: dict[int, tuple[datetime | None, date | None]] = {}
    appeals: dict[int, int] = {}
    for some in chunks(keys):
        printed = (
            select(NoticeRow.review_id, Notice.ends_at, Notice.last_day)
            .join(Notice, Notice.id == NoticeRow.notice_id)
            .where(NoticeRow.review_id.in_(some))
            .order_by(NoticeRow.id)
        )
        for key, ends_at, last_day in session.execute(printed.execution_options(unscoped=True)):
            # In the order of the rows: a case printed anew keeps the period of the later list (3.3.5-c).
            last[key] = (ends_at, last_day)
        open_ = (
            select(Appeal.review_id, func.count())
            .where(Appeal.review_id.in_(some), Appeal.stage.in_(OPEN_APPEAL))
            .group_by(Appeal.review_id)
        )
        appeals |= dict(session.execute(open_.execution_options(unscoped=True)).all())
    return {key: _notice_known(*last.get(key, (None, None)), appeals.get(key, 0), now) for key in keys}


def _notice_known(ends: datetime | None, until: date | None, appeals: int, now: datetime) -> dict[str, Any]:
    return {
        "notice_over": ends is not None and now >= ends,
        "notice_until": until.isoformat() if until is not None else "–",
        "open_appeals": appeals,
    }


def file_of(session: Session, review: Review, today: date, read: PersonsFile | None = None) -> EligibilityFacts:
    """What is on the employee's file for the case: ratings, records, leave, time in grade (4.1.1, 4.2.1).

    `read` is what a page has read of it already.
    """
    # Not handing the form in is itself a fact of the file by which a demotion is judged.
    missing = [review.employee_id] if review.self_assessment_missing else []
    facts = eligibility_facts(
        session, [review.employee_id], year=review.cycle.year, as_of=as_of(review, today), not_self_assessed=missing,
        with_what_is_to_come=review.reassesses_id is None, read={review.employee_id: read} if read is not None else None,
    )  # fmt: skip
    return facts[review.employee_id]


def grounds_on(file: EligibilityFacts, review: Review, rules: Rules, today: date) -> tuple[Eligibility, Eligibility]:
    """Grounds for promotion as at one day for everyone in the cycle (4.1-a), for demotion as of now: any time of the year."""
    return promotion_grounds_on(file, review, rules), demotion(file, rules.parameters, rules.ladder)


def promotion_grounds_on(file: EligibilityFacts, review: Review, rules: Rules) -> Eligibility:
    """The grounds for promotion alone, as the application form shows them."""
    # Measured at the end of the cycle's period for everybody, or whoever is reviewed late would have longer (4.1-a).
    until = review.cycle.period_to
    return promotion(file if file.as_of == until else replace(file, as_of=until), rules.parameters, rules.ladder)


def as_of(review: Review, today: date) -> date:
    """Up to which day a file is read: the end of the cycle's period, or today where that is over.

    What is assessed again is read as it was before the result that it takes the place of (6.3-a).
    """
    return review.cycle.period_to if review.reassesses_id is not None else max(today, review.cycle.period_to)


def proposal_facts(
    session: Session, review: Review, rules: Rules, today: date, *, not_below: str | None = None
) -> ProposalFacts:
    """What a proposal, a motion or a panel's grade is checked against (3.3.3-a)."""
    file = file_of(session, review, today)
    up, down = grounds_on(file, review, rules, today)
    # What was withdrawn stays on the case as a fact, and asks for nothing any more (3.3-b).
    applied = review.target_grade if review.application_withdrawn_at is None else None
    return ProposalFacts(
        present=review.present_grade.code if review.present_grade else None,
        score=review.score,
        promotion=up,
        applied_for=applied.code if applied else None,
        demotion=_demotion_basis(session, review, down),
        thresholds=rules.thresholds,
        staffing=staffing_beside(session, review),
        leave_years=file.leave_years,
        not_below=not_below,
        duty_open=bool(duty_open_on(session, {review: down})),
    )


def duty_refusal(session: Session, review: Review, rules: Rules, today: date) -> Refusal | None:
    """Why no grade at all can be proposed for a case yet: the superior's duty of 4.2.1 is open."""
    _up, down = grounds_on(file_of(session, review, today), review, rules, today)
    return DUTY_FIRST if duty_open_on(session, {review: down}) else None


def duty_open_on(session: Session, found: Mapping[Review, Eligibility]) -> set[int]:
    """The cases whose employee meets ground (1) of 4.2.1, with neither a proposal nor a recorded reason why not."""
    owed = {case.id for case, down in found.items() if case.demotion_ground is None and down.must_be_demoted}
    if not owed:
        return owed
    # A reason why not, once recorded, settles the duty for the case, whoever reads it (4.2.2).
    query = select(DemotionWaiver.review_id).where(DemotionWaiver.review_id.in_(owed))
    return owed - set(session.scalars(query.execution_options(unscoped=True)))


def _demotion_basis(session: Session, review: Review, down: Eligibility) -> DemotionBasis | None:
    if review.demotion_ground is None:
        return None
    ground = down.ground(int(review.demotion_ground))
    return DemotionBasis(
        ground.number, ground.met, True, review.id in heard_in(session, [review.id]), ground.rests_on_years
    )
