"""Other adjustments as HR, management and auditors see them (4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from admin.domain.codes import ChangeKind, ChangeStage
from admin.domain.refusals import NotFound
from admin.models import Employee, GradeChange, HistoryStep
from admin.queries.system.orders import least_first
from admin.queries.system.paging import Paged, paged

LATEST = 25
LOADED = (
    joinedload(GradeChange.employee).joinedload(Employee.department),
    joinedload(GradeChange.from_grade),
    joinedload(GradeChange.to_grade),
    joinedload(GradeChange.document),
)


def open_adjustments(session: Session, wanted: int) -> Paged[GradeChange]:
    """A part of the drafts, what waits for management, and what waits to be issued; batches together."""
    # In the order in which somebody is waited for: management, then HR, then nobody yet.
    order = case({"proposed": 0, "approved": 1, "draft": 2}, value=GradeChange.stage)
    query = select(GradeChange).where(
        GradeChange.kind == ChangeKind.ADJUSTMENT,
        GradeChange.stage.in_((ChangeStage.DRAFT, ChangeStage.PROPOSED, ChangeStage.APPROVED)),
    )
    return paged(
        session, query.order_by(order, least_first(GradeChange.batch), GradeChange.id).options(*LOADED), wanted
    )


def adjustments_by_stage(session: Session) -> dict[str, int]:
    """How many adjustments there are at each stage, in the reader's scope."""
    query = select(GradeChange.stage, func.count()).where(GradeChange.kind == ChangeKind.ADJUSTMENT)
    return dict(session.execute(query.group_by(GradeChange.stage)).all())


def approved_adjustments(session: Session) -> list[int]:
    """The numbers of all adjustments that are approved and not issued."""
    query = select(GradeChange.id).where(
        GradeChange.kind == ChangeKind.ADJUSTMENT, GradeChange.stage == ChangeStage.APPROVED
    )
    return list(session.scalars(query.order_by(least_first(GradeChange.batch), GradeChange.id)))


def settled_adjustments(session: Session) -> Sequence[GradeChange]:
    """What was issued, rejected or withdrawn, latest first."""
    query = select(GradeChange).where(
        GradeChange.kind == ChangeKind.ADJUSTMENT,
        GradeChange.stage.in_((ChangeStage.ISSUED, ChangeStage.REJECTED, ChangeStage.WITHDRAWN)),
    )
    return session.scalars(query.order_by(GradeChange.id.desc()).limit(LATEST).options(*LOADED)).all()


def rejections(session: Session, rows: Iterable[GradeChange]) -> dict[int, str]:
    """By change that was rejected, management's reason."""
    keys = [row.id for row in rows if row.stage == ChangeStage.REJECTED]
    query = select(HistoryStep.record_id, HistoryStep.reason).where(
        HistoryStep.process == "grade_change", HistoryStep.action == "reject", HistoryStep.record_id.in_(keys)
    )
    return dict(session.execute(query).all()) if keys else {}


def batch_rows(session: Session, name: str, wanted: int) -> tuple[Paged[GradeChange], dict[str, int]]:
    """A part of a batch, and how many of all of it are at each stage."""
    of_it = (GradeChange.batch == name, GradeChange.kind == ChangeKind.ADJUSTMENT)
    counts = select(GradeChange.stage, func.count()).where(*of_it).group_by(GradeChange.stage)
    query = select(GradeChange).where(*of_it).order_by(GradeChange.id).options(*LOADED)
    return paged(session, query, wanted), dict(session.execute(counts).all())


def rejected_of_batch(session: Session, name: str) -> list[tuple[GradeChange, str]]:
    """What management rejected of a batch, each with its reason."""
    query = select(GradeChange).where(GradeChange.batch == name, GradeChange.stage == ChangeStage.REJECTED)
    rows = session.scalars(query.order_by(GradeChange.id).options(*LOADED)).all()
    why = rejections(session, rows)
    return [(row, why.get(row.id, "")) for row in rows]


def corrections(session: Session, wanted: int) -> Paged[GradeChange]:
    """A part of the corrections of takeovers: those that wait first, then those decided, latest first (1.2-f)."""
    waits = case({"proposed": 0, "draft": 1}, value=GradeChange.stage, else_=2)
    query = select(GradeChange).where(GradeChange.kind == ChangeKind.TAKEOVER_CORRECTION)
    return paged(session, query.order_by(waits, GradeChange.id.desc()).options(*LOADED), wanted)


def change_of_kind(session: Session, key: int, kind: ChangeKind) -> GradeChange:
    """One change of this kind in the reader's scope; raises `NotFound`."""
    query = select(GradeChange).where(GradeChange.id == key, GradeChange.kind == kind)
    found = session.scalars(query.options(*LOADED)).first()
    if found is None:
        raise NotFound(f"{kind} {key}")
    return found
