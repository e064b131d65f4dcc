"""Acts on many rows that the worker carries out: how far, what was refused, what may be done about them (6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.domain.codes import JobState
from admin.domain.refusals import N_, NotFound, Refusal
from admin.models import (
    AgendaItem,
    Confirmation,
    Cycle,
    Employee,
    Import,
    LongWork,
    LongWorkRefusal,
    Meeting,
    Notice,
    Review,
)
from admin.queries.policy.policy_versions import account_names
from admin.queries.system.home_bodies import Task
from admin.queries.system.paging import Part, part_of

PAGE = 25
LOADED = (joinedload(LongWork.job), joinedload(LongWork.recorded_by))
About = Cycle | Meeting | Notice | Import | Confirmation
ABOUT: dict[str, type[About]] = {
    "cycle": Cycle, "meeting": Meeting, "notice": Notice, "import": Import, "confirmation": Confirmation,
}  # fmt: skip
WRITING = "write"  # the stage of a work that is one piece from which on it goes to its end
SHOWN_AFTER_ITS_END = timedelta(days=1)


def why_not_stopped(work: LongWork, stoppable: bool) -> Refusal | None:
    """Why a work cannot be stopped: it has ended, or what it has begun may not stand half done."""
    if work.ended_at is not None:
        return Refusal("6.1", N_("It has ended already."))
    written = work.kept.get("stage") == WRITING and work.job.state == JobState.RUNNING
    if written or (not stoppable and work.looked_at):
        return Refusal("6.1", N_("What this act has begun is not left half done: it goes on to its end."))
    return None


def why_not_repeated(work: LongWork) -> Refusal | None:
    """Why a work is not done again: it still runs, or nothing of it was refused."""
    if work.ended_at is None:
        return Refusal("6.1", N_("It is still being carried out."))
    if work.recorded_by_id is None:
        return Refusal(
            "6.1", N_("It followed automatically: fix the causes named, and it follows again with the next act.")
        )
    if not work.refused:
        return Refusal("6.1", N_("Nothing of it was refused: there is nothing to do again."))
    return None


def cases_named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Cases by their employees' number and name."""
    query = select(Review.id, Employee.number, Employee.name).join(Employee, Employee.id == Review.employee_id)
    rows = session.execute(query.where(Review.id.in_(keys)).execution_options(unscoped=True))
    return {key: f"{number} {name}" for key, number, name in rows}


def items_named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Cases on an agenda, by their items, by their employees' number and name."""
    query = select(AgendaItem.id, Employee.number, Employee.name).select_from(AgendaItem)
    query = query.join(Review, Review.id == AgendaItem.review_id).join(Employee, Employee.id == Review.employee_id)
    rows = session.execute(query.where(AgendaItem.id.in_(keys)).execution_options(unscoped=True))
    return {key: f"{number} {name}" for key, number, name in rows}


def employees_named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Employees by number and name."""
    query = select(Employee.id, Employee.number, Employee.name).where(Employee.id.in_(keys))
    rows = session.execute(query.execution_options(unscoped=True))
    return {key: f"{number} {name}" for key, number, name in rows}


def accounts_named(session: Session, keys: Sequence[int]) -> dict[int, str]:
    """Accounts by their employees' number and name."""
    query = select(Employee.user_id, Employee.number, Employee.name).where(Employee.user_id.in_(keys))
    rows = session.execute(query.execution_options(unscoped=True))
    return {key: f"{number} {name}" for key, number, name in rows if key is not None}


def record_of_work(session: Session, work: LongWork) -> About | None:
    """What a work acts on."""
    return session.get(ABOUT[work.process], work.record_id) if work.process in ABOUT else None


@dataclass(frozen=True)
class LastWork:
    """The latest work on a record as its own page tells of it, with the first of what was refused."""

    shown: Shown
    refusal: LongWorkRefusal | None


def last_work(session: Session, process: str, record_id: int) -> LastWork | None:
    """The latest work on a record in the reader's sight; None where there is none."""
    about = (LongWork.process == process, LongWork.record_id == record_id)
    query = select(LongWork).where(*about).order_by(LongWork.id.desc()).limit(1).options(*LOADED)
    work = session.scalars(query).first()
    if work is None:
        return None
    refused = select(LongWorkRefusal).where(LongWorkRefusal.work_id == work.id).order_by(LongWorkRefusal.id).limit(1)
    by = account_names(session, {work.stopped_by_id})[work.stopped_by_id] if work.stopped_by_id else ""
    return LastWork(Shown(work, None, by), session.scalars(refused).first() if work.refused else None)


def refusals_of(
    session: Session, work_id: int, wanted: int, size: int = PAGE
) -> tuple[Part, Sequence[LongWorkRefusal]]:
    """A part of the rows that a work was refused, in their order."""
    mine = LongWorkRefusal.work_id == work_id
    part = part_of(session.scalar(select(func.count(LongWorkRefusal.id)).where(mine)) or 0, wanted, size)
    query = select(LongWorkRefusal).where(mine).order_by(LongWorkRefusal.id).offset(part.start).limit(size)
    return part, session.scalars(query).all()


@dataclass(frozen=True)
class Shown:
    """A work with what it acts on, and who stopped it where somebody did."""

    work: LongWork
    about: About | None
    stopped_by: str = ""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.work.ended_at is None

    @property
    def failing(self) -> bool:
        """Whether its last try has failed: it is tried again by itself."""
        return self.running and self.work.job.fault is not None and self.work.job.state != JobState.RUNNING


@dataclass(frozen=True)
class LongWorks:
    """The list: what runs first, then the latest."""

    rows: Sequence[Shown]
    part: Part


@dataclass(frozen=True)
class LongWorkPage:
    """One work as it is followed: how far, and what was refused."""

    shown: Shown
    refusals: Sequence[LongWorkRefusal]
    part: Part
    repeats: int | None


def long_works(session: Session, wanted: int) -> LongWorks:
    """Every work in the reader's sight."""
    part = part_of(session.scalar(select(func.count(LongWork.id))) or 0, wanted, PAGE)
    order = (LongWork.ended_at.is_not(None), LongWork.id.desc())
    rows = session.scalars(select(LongWork).order_by(*order).offset(part.start).limit(PAGE).options(*LOADED)).all()
    return LongWorks([Shown(row, record_of_work(session, row)) for row in rows], part)


def long_work_page(session: Session, work_id: int, wanted: int) -> LongWorkPage:
    """One work in the reader's sight; raises `NotFound`."""
    work = session.scalars(select(LongWork).where(LongWork.id == work_id).options(*LOADED)).first()
    if work is None:
        raise NotFound(f"LongWork {work_id}")
    part, rows = refusals_of(session, work.id, wanted)
    by = account_names(session, {work.stopped_by_id})[work.stopped_by_id] if work.stopped_by_id else ""
    return LongWorkPage(Shown(work, record_of_work(session, work), by), rows, part, work.repeats_id)


def long_work_tasks(session: Session, reader: Actor, now: datetime) -> Iterator[Task]:
    """What the reader has asked for and still runs, or ended within a day with rows refused or before its last one."""
    lately = LongWork.ended_at >= now - SHOWN_AFTER_ITS_END
    unwell: ColumnElement[bool] = or_(LongWork.refused > 0, LongWork.stopped.is_not(None))
    query = select(LongWork).where(
        LongWork.recorded_by_id == (reader.user_id or 0), or_(LongWork.ended_at.is_(None), lately & unwell)
    )
    for work in session.scalars(query.order_by(LongWork.id.desc()).execution_options(unscoped=True)):
        known = {"action": work.action, "done": work.looked_at, "total": work.total, "refused": work.refused}
        yield Task(
            "long_work_ended" if work.ended_at is not None else "long_work", work.total, key=work.id, facts=known
        )
