"""What a second person decides, and what somebody is asked to consent to, as the home page counts it (1.2-f, 3.3.6, 4.3, 5.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select

from admin.access.actor import Actor
from admin.domain.codes import CandidateStage, ChangeKind, ChangeStage, HonourStage
from admin.models import (
    DocumentTemplate,
    DocumentWithdrawal,
    GradeChange,
    HistoryStep,
    Honour,
    Nomination,
)
from admin.queries.system.home_counts import how_many


def decided_by_management(actor: Actor) -> dict[str, Any]:
    """What was proposed to management, by kind; what the reader proposed is another's to decide."""
    # "Distinct from", because a draft of the system has no proposer, and NULL is unequal to nobody.
    changes = (
        GradeChange.stage == ChangeStage.PROPOSED,
        GradeChange.proposed_by_id.is_distinct_from(actor.user_id),
    )
    return {
        "adjustments": how_many(GradeChange, GradeChange.kind == ChangeKind.ADJUSTMENT, *changes),
        "corrections": how_many(GradeChange, GradeChange.kind == ChangeKind.TAKEOVER_CORRECTION, *changes),
        "takeovers": how_many(
            GradeChange,
            GradeChange.kind == ChangeKind.TAKEOVER,
            GradeChange.stage == ChangeStage.PROPOSED,
            what=GradeChange.batch.distinct(),
        ),
        "withdrawals": how_many(
            DocumentWithdrawal,
            DocumentWithdrawal.stage == ChangeStage.PROPOSED,
            DocumentWithdrawal.proposed_by_id != (actor.user_id or 0),
        ),
        "honours": how_many(
            Honour, Honour.stage == HonourStage.NOMINATED, Honour.recorded_by_id != (actor.user_id or 0)
        ),
        "candidates": how_many(
            Nomination,
            Nomination.stage == CandidateStage.NOMINATED,
            Nomination.recorded_by_id != (actor.user_id or 0),
        ),
    }


def templates_to_use(actor: Actor) -> Any:
    """Whether the newest template of documents was never put into use and waits for somebody else than the reader."""
    newest = select(func.max(DocumentTemplate.version)).scalar_subquery()
    return how_many(
        DocumentTemplate,
        DocumentTemplate.version == newest,
        DocumentTemplate.used_at.is_(None),
        DocumentTemplate.brought_by_id != (actor.user_id or 0),
    )


def consents_asked(employee_id: int | None) -> Any:
    """The first honour that was awarded to somebody who has neither consented nor taken a consent back, and how many there are."""
    taken_back = exists().where(
        HistoryStep.process == "honour",
        HistoryStep.record_id == Honour.id,
        HistoryStep.action == "withdraw_consent",
    )
    waiting = Honour.employee_id == (employee_id or 0), Honour.stage == HonourStage.AWARDED, ~taken_back
    return select(func.count(Honour.id).label("count"), func.min(Honour.id).label("first")).where(*waiting)
