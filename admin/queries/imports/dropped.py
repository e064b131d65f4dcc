"""The files of a set-up, in the order in which they are applied: what each is, how far it is, what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from admin.domain.codes import ChangeKind, ChangeStage, ImportKind, ImportState
from admin.domain.import_order import IN_ORDER
from admin.models import Confirmation, Employee, GradeChange, Import
from admin.queries.accounts.seconds import waiting_about
from admin.queries.system.long_work import LastWork, last_work
from admin.queries.system.paging import Paged, paged

OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAULTY)


@dataclass(frozen=True)
class DroppedPage:
    """The files that wait or were applied, the next one to be applied, and what of it waits for a second person."""

    files: Paged[Import]
    following: Import | None
    waits: Confirmation | None
    takeovers: bool  # grades wait for management's word
    last: LastWork | None  # what the worker does with the next one, or did last


def dropped_page(session: Session, wanted: int) -> DroppedPage:
    """What was dropped, the files that wait first, each kind in its turn."""
    turn = case({kind.value: place for place, kind in enumerate(IN_ORDER)}, value=Import.kind, else_=len(IN_ORDER))
    waits = case((Import.state.in_(OPEN), 0), else_=1)
    shown = select(Import).where(or_(Import.state.in_(OPEN), Import.state == ImportState.APPLIED))
    following = next_file(session)
    proposed = select(GradeChange.id).where(
        GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == ChangeStage.PROPOSED
    )
    return DroppedPage(
        paged(session, shown.order_by(waits, turn, Import.id), wanted),
        following,
        waiting_about(session, "import", following.id) if following else None,
        session.scalar(proposed.limit(1)) is not None,
        last_work(session, "import", following.id) if following else None,
    )


def next_file(session: Session) -> Import | None:
    """The file whose turn it is: the first that waits; where nobody is on file only a roster can be next."""
    turn = case({kind.value: place for place, kind in enumerate(IN_ORDER)}, value=Import.kind, else_=len(IN_ORDER))
    query = select(Import).where(Import.state.in_(OPEN)).order_by(turn, Import.id).limit(1)
    found = session.scalars(query).first()
    alone = found is not None and found.kind != ImportKind.EMPLOYEES
    return None if alone and session.scalar(select(Employee.id).limit(1)) is None else found
