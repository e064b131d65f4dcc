"""A cycle as the workflow table sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.codes import CaseStage, CycleKind, CycleStage, NoticeStage
from admin.domain.refusals import N_, Refusal
from admin.domain.workflow import Facts
from admin.domain.workflow.transitions import FINAL_STAGES
from admin.models import Cycle, Determination, LongWork, Notice, Review, SelfAssessment
from admin.queries.cases.own_case import own_case
from admin.queries.cases.process import deadline_day
from admin.queries.cases.scoring import figures_locked
from admin.queries.cycles.opening import opening_of
from admin.queries.outcome.issuing import why_not_issued
from admin.queries.outcome.publishing import waiting_for_notice, why_not_counted, why_not_published

CLOSED_AT = {CaseStage.SELF_ASSESSMENT.value: "self_assessment_due", CaseStage.RATING.value: "rating_due"}


def cycle_facts(session: Session, cycle: Cycle, actor: Actor, now: datetime, **known: Any) -> Facts:
    """Counts that the guards of a cycle's actions ask for; `known` adds what the attempt brings (reason, stage, day of effect)."""
    relations = frozenset({"system"}) if actor.is_system else actor.roles & {"hr"}
    found = _counts(session, cycle, now, known.get("stages")) | {"own_case": own_case(cycle, actor)}
    if cycle.stage == CycleStage.PLANNED and "opening_refusal" not in known:
        # The dearest of all facts: everybody in service is looked at, so a page that has done it hands it in.
        found["opening_refusal"] = opening_of(session, cycle, now).refusal
    if cycle.stage == CycleStage.OPEN:
        found |= _refusals(session, cycle, now, known, found["checked"])
    return Facts("cycle", cycle.stage, frozenset(relations), found | known)


def _refusals(
    session: Session, cycle: Cycle, now: datetime, known: Mapping[str, Any], checked: int
) -> dict[str, Refusal | None]:
    """Why a stage cannot be closed, nothing published and nothing issued; `known` names the stage and the day where one is."""
    tried = cycle.kind == CycleKind.REHEARSAL  # which publishes nothing, whether there is something or not
    return {
        "closing_refusal": why_not_closed(session, cycle, now, known.get("stage")),
        # With nothing to publish no case is looked at and no period counted: that alone is what stands in the way.
        "notice_refusal": why_not_published(session, cycle) if checked or tried else None,
        "calendar_refusal": why_not_counted(session, cycle, now) if checked else None,
        "issue_refusal": why_not_issued(session, cycle.id, now, known.get("effective_on")),
    }


def closable(session: Session, cycle: Cycle, now: datetime) -> list[str]:
    """The stages of a cycle that can be closed now (3.3-a)."""
    return [stage for stage in CLOSED_AT if _why_not_closed(session, cycle, now, stage) is None]


def why_not_closed(session: Session, cycle: Cycle, now: datetime, stage: str | None = None) -> Refusal | None:
    """Why a stage of the cycle cannot be closed now, or where none is named why none of them can (3.3-a)."""
    found = [_why_not_closed(session, cycle, now, each) for each in ([stage] if stage else CLOSED_AT)]
    # One that can be closed is enough to offer the act; which of them, whoever does it names.
    return None if None in found else found[0]


def _why_not_closed(session: Session, cycle: Cycle, now: datetime, stage: str) -> Refusal | None:
    due = getattr(cycle, CLOSED_AT[stage])
    if now < due:
        text = N_("The stage runs until %(due)s; it can be closed then.")
        return Refusal("3.3-a", text, {"due": due.isoformat(timespec="minutes")})
    waiting = select(Review.id).where(Review.cycle_id == cycle.id, Review.stage == stage)
    if stage == CaseStage.RATING:
        waiting = waiting.where(Review.peer_time_over_at.is_(None))
    if session.scalars(waiting.limit(1).execution_options(unscoped=True)).first() is not None:
        return None
    return Refusal("3.3-a", N_("No cases are waiting in this stage."))


def _counts(session: Session, cycle: Cycle, now: datetime, stages: Mapping[str, int] | None) -> dict[str, Any]:
    if stages is None:
        by_stage = select(Review.stage, func.count()).where(Review.cycle_id == cycle.id).group_by(Review.stage)
        stages = dict(session.execute(by_stage).all())
    of_cycle = Review.cycle_id == cycle.id
    handed_in = (
        select(func.count(SelfAssessment.id)).join(Review).where(of_cycle, SelfAssessment.submitted_at.is_not(None))
    )
    put = select(func.count(Review.id)).where(of_cycle, Review.demotion_ground.is_not(None))
    determined = select(func.count(Determination.review_id.distinct())).join(Review).where(of_cycle)
    running = select(func.count(Notice.id)).where(
        Notice.cycle_id == cycle.id, Notice.stage == NoticeStage.PUBLISHED, Notice.ends_at > now
    )
    checked = select(func.count()).select_from(waiting_for_notice(cycle.id).subquery())
    # While the opening is being carried out, what it has not come to yet is open and not handed in either.
    opening = select(func.coalesce(func.sum(LongWork.total - LongWork.done - LongWork.refused), 0)).where(
        LongWork.process == "cycle",
        LongWork.record_id == cycle.id,
        LongWork.action == "open",
        LongWork.ended_at.is_(None),
    )
    # Six numbers in one statement; past the scope, as whoever asks for the facts of a cycle reads it all.
    numbers = select(*(each.scalar_subquery() for each in (handed_in, put, determined, running, checked, opening)))
    submitted, demotions, ever, notices, waiting, coming = session.execute(
        numbers.execution_options(unscoped=True)
    ).one()
    return {
        "cases_open": sum(count for stage, count in stages.items() if stage not in FINAL_STAGES) + coming,
        "unchecked": stages.get("determined", 0),
        "determined": stages.get("determined", 0),
        "checked": waiting,
        "submitted": submitted,
        "demotions_put": demotions,
        "ever_determined": ever,
        "notices_running": notices,
        "stages": stages,
        "rehearsal": cycle.kind == CycleKind.REHEARSAL,
        "figures_locked": figures_locked(cycle, now) or cycle.kind == CycleKind.SINGLE,
        "figures_day": deadline_day(cycle.self_assessment_due).isoformat(),
        # in a rehearsal nobody's figures depend on it, so HR may lock them to go on
        "handing_in": 0 if cycle.kind == CycleKind.REHEARSAL else stages.get("self_assessment", 0) + coming,
    }


def cycle_facts_shown(session: Session, cycle: Cycle, actor: Actor, now: datetime, **known: Any) -> Facts:
    """The facts of a cycle that the actor has been shown: they count cases beyond the actor's own sight."""
    with acting_as(system_actor(actor.via)):
        return cycle_facts(session, cycle, actor, now, **known)
