"""The ground of a demotion as the person concerned, their line and HR read it on the case (4.2.1, 4.2-a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import RecordKind, RecordStage
from admin.domain.eligibility import Eligibility
from admin.models import EmployeeRecord, Hearing, HistoryStep, Review
from admin.queries.cases.review_facts import file_of, grounds_on
from admin.queries.policy.rules import rules_of


@dataclass(frozen=True)
class GroundPut:
    """The ground that was put to a case, as whoever it is put against reads it: what is on file, why, and until when to answer."""

    number: int
    grounds: Eligibility
    reason: str
    put_at: datetime | None
    evidence: Sequence[EmployeeRecord]
    until: date | None


# What on file a ground rests on; of (1) the yearly ratings, which its conditions name.
_EVIDENCE = {2: (RecordKind.BREACH,), 3: (RecordKind.TRAINING, RecordKind.POST_CHANGE, RecordKind.ASSESSMENT)}


def ground_put(session: Session, review: Review, today: date) -> GroundPut | None:
    """The ground of a case with its evidence; None where none is put, or there is no grade to be demoted from."""
    if review.demotion_ground is None or review.present_grade is None:
        return None
    # The file is read as the rule reads it: a head of the case may not see the person's file of today, and has to know the ground.
    with acting_as(system_actor()):
        return _read(session, review, int(review.demotion_ground), today)


def _read(session: Session, review: Review, number: int, today: date) -> GroundPut:
    _up, down = grounds_on(file_of(session, review, today), review, rules_of(session, review), today)
    step = session.execute(
        select(HistoryStep.reason, HistoryStep.happened_at)
        .where(
            HistoryStep.process == "review",
            HistoryStep.record_id == review.id,
            HistoryStep.action == "propose_demotion",
        )
        .order_by(HistoryStep.id.desc())
    ).first()
    records = select(EmployeeRecord).where(
        EmployeeRecord.employee_id == review.employee_id, EmployeeRecord.kind.in_(_EVIDENCE.get(number, ())),
        EmployeeRecord.stage == RecordStage.APPROVED,
    )  # fmt: skip
    evidence = session.scalars(records.order_by(EmployeeRecord.happened_on, EmployeeRecord.id)).all()
    offer = select(Hearing.until).where(Hearing.review_id == review.id).order_by(Hearing.id.desc())
    reason, put_at = (step.reason, step.happened_at) if step else ("", None)
    return GroundPut(number, down, reason, put_at, evidence, session.scalar(offer.limit(1)))
