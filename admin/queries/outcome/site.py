"""The notice site from the portal's side: which lists stand on it, the one count of each list, and what it is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from admin.domain.codes import JobState, NoticeKind, NoticeStage
from admin.domain.grades import Ladder
from admin.models import Cycle, Job, LongWork, Notice, NoticeRow, Publication
from admin.queries.policy.rules import rules_of

MOVEMENTS = ("promotion", "demotion", "initial", "unchanged")
PATIENCE = timedelta(minutes=10)  # a publication takes seconds; a full disk or a fault takes longer than this
UNSCOPED = {"unscoped": True}


def on_the_site(now: datetime) -> ColumnElement[bool]:
    """The lists that the site shows now: those being published and those whose period runs (3.3.5-c)."""
    runs = and_(Notice.stage == NoticeStage.PUBLISHED, Notice.ends_at > now)
    return and_(Notice.kind != NoticeKind.PERSONAL, or_(Notice.stage == NoticeStage.PUBLISHING, runs), ~drawn_up())


def drawn_up() -> ColumnElement[bool]:
    """Lists that are still being drawn up: the worker has not come to their last row, and no half list is published."""
    works, notices = LongWork.__table__, Notice.__table__
    asked = (works.c.process == "cycle", works.c.action == "publish_notice", works.c.record_id == notices.c.cycle_id)
    runs = (works.c.ended_at.is_(None), works.c.asked_at <= notices.c.created_at)
    return and_(notices.c.stage == NoticeStage.PUBLISHING, exists().where(*asked, *runs))


def running_numbers(session: Session, now: datetime) -> list[str]:
    """The numbers of the lists that the site shows now."""
    return list(session.scalars(select(Notice.number).where(on_the_site(now)).order_by(Notice.id)))


def live_release(session: Session) -> str | None:
    """The release of the site that was published last; None before the first."""
    return session.scalar(
        select(Publication.release).order_by(Publication.id.desc()).limit(1).execution_options(**UNSCOPED)
    )


def are_served(parameters: Mapping[str, Any]) -> bool:
    """Whether demotions are served personally and stand on no public list (4.2-a)."""
    return bool(parameters["notice_demotions"] != "published")


def printed_anew(session: Session, now: datetime) -> dict[int, list[dict[str, Any]]]:
    """By notice: each of its rows that another list prints anew, and where it stands now (3.3.5-c)."""
    old, new = aliased(NoticeRow), aliased(NoticeRow)
    query = (
        select(old.notice_id, old.id, old.printed_number, Notice.number, new.id.label("row"))
        # The later row of the same case that still stands: in between it may have been corrected twice.
        .join(new, (new.review_id == old.review_id) & (new.id > old.id) & new.superseded.is_(False))
        .join(Notice, Notice.id == new.notice_id)
        .where(old.superseded, on_the_site(now))
        .order_by(old.notice_id, old.position)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for key, row, printed, number, anew in session.execute(query):
        found.setdefault(key, []).append({"id": row, "number": printed, "notice": number, "row": anew})
    return found


def totals_of(session: Session, notice_id: int | None = None) -> dict[int, dict[str, int]]:
    """By notice: how many people it prints and what became of them; of one notice, or of all.

    A row that was printed anew counts where it was printed last, so that nobody is counted twice. Everything that
    prints or shows such a number asks here. Which way a grade leads, the ladder of the cycle's own version says (6.1-c).
    """
    keys = (NoticeRow.notice_id, Notice.cycle_id, NoticeRow.from_grade, NoticeRow.to_grade)
    counted = select(*keys, func.count()).join(Notice, Notice.id == NoticeRow.notice_id)
    query = counted.where(NoticeRow.superseded.is_(False)).group_by(*keys)
    if notice_id is not None:
        query = query.where(NoticeRow.notice_id == notice_id)
    found: dict[int, dict[str, int]] = {}
    ladders: dict[int, Ladder] = {}
    for key, cycle_id, before, after, count in session.execute(query).all():
        # Once a cycle: a ladder is made from the version's content, which takes longer than the count.
        if cycle_id not in ladders:
            ladders[cycle_id] = rules_of(session, session.get_one(Cycle, cycle_id)).ladder
        totals = found.setdefault(key, nobody())
        totals["people"] += count
        totals[ladders[cycle_id].movement(before, after)] += count
    return found


def nobody() -> dict[str, int]:
    """The count of an empty list."""
    return dict.fromkeys(("people", *MOVEMENTS), 0)


@dataclass(frozen=True)
class Owed:
    """What the site should have had by now: `what` is "take_down" or "publication", `cause` the last fault, or ""."""

    what: str
    since: datetime
    cause: str


def owed(session: Session, now: datetime) -> Owed | None:
    """The gravest thing that is overdue for longer than `PATIENCE`, or None: names that should be gone come first."""
    late = select(func.min(Notice.ends_at)).where(
        Notice.kind != NoticeKind.PERSONAL, Notice.stage == NoticeStage.PUBLISHED, Notice.ends_at < now - PATIENCE
    )
    waiting = select(Job.created_at, Job.fault).where(
        Job.kind == "publish_site", Job.state != JobState.DONE, Job.created_at < now - PATIENCE,
        or_(Job.tries > 0, Job.due_at < now - PATIENCE),
    )  # fmt: skip
    job = session.execute(waiting.order_by(Job.id).limit(1).execution_options(**UNSCOPED)).first()
    cause = (job.fault or "") if job is not None else ""
    # Names that should be gone come before a list that should be there: they harm somebody (3.3.5-d).
    if since := session.scalar(late.execution_options(**UNSCOPED)):
        return Owed("take_down", since, cause)
    return Owed("publication", job.created_at, cause) if job is not None else None
