"""A cycle as the workflow table sees it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import CycleKind
from admin.domain.workflow import Facts
from admin.domain.workflow.transitions import ENDS
from admin.models import Cycle, Determination, Notice, Review, SelfAssessment
from admin.queries.cases.process import deadline_day

REHEARSED = select(Cycle.__table__.c.id).where(Cycle.__table__.c.kind == CycleKind.REHEARSAL.value)  # count for nothing
FINAL_STAGES = tuple(sorted(ENDS["review"]))


def cycle_facts(session: Session, cycle: Cycle, actor: Actor, **known: Any) -> Facts:
    """Counts that the guards of a cycle's actions ask for; `known` adds what the attempt brings (reason)."""
    relations = frozenset({"system"}) if actor.is_system else actor.roles & {"hr"}
    return Facts("cycle", cycle.stage, frozenset(relations), _counts(session, cycle) | known)


def _counts(session: Session, cycle: Cycle) -> dict[str, Any]:
    stages = dict(
        session.execute(
            select(Review.stage, func.count()).where(Review.cycle_id == cycle.id).group_by(Review.stage)
        ).all()
    )
    submitted = session.scalar(
        select(func.count())
        .select_from(SelfAssessment)
        .join(Review)
        .where(Review.cycle_id == cycle.id, SelfAssessment.submitted_at.is_not(None))
    )
    determined = session.scalar(
        select(func.count(Determination.review_id.distinct())).join(Review).where(Review.cycle_id == cycle.id)
    )
    running = session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.cycle_id == cycle.id, Notice.stage.in_(("publishing", "published")))
    )
    last = session.scalar(select(func.max(Notice.last_day)).where(Notice.cycle_id == cycle.id))
    return {
        "cases_open": sum(count for stage, count in stages.items() if stage not in FINAL_STAGES),
        "unchecked": stages.get("determined", 0),
        "determined": stages.get("determined", 0),
        "checked": stages.get("checked", 0),
        "submitted": submitted or 0,
        "ever_determined": determined or 0,
        "notice_over": last is not None and not running,
        "notice_until": last.isoformat() if last else "–",
        "stages": stages,
        "rehearsal": cycle.kind == CycleKind.REHEARSAL,
        "figures_locked": cycle.metrics_frozen_at is not None,
        "figures_day": deadline_day(cycle.self_assessment_due).isoformat(),
        # in a rehearsal nobody's figures depend on it, so HR may lock them to go on
        "handing_in": 0 if cycle.kind == "rehearsal" else stages.get("self_assessment", 0),
    }
