"""Who is waited for outside of a cycle's stages: ballots not cast, takeovers not approved, appeals not answered (6.1).

Whose time is over, who may not act or cannot sign in is neither listed nor reminded, as at the stages (`waited_for`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting_as, system_actor
from admin.access.scope import visible
from admin.domain.codes import AppealStage, ChangeKind, ChangeStage, MeetingStage
from admin.domain.refusals import NotFound
from admin.models import Appeal, Employee, GradeChange, Meeting, Notification, Review
from admin.models.accounts import User
from admin.queries.accounts.actors import actors_in
from admin.queries.cases.judging import barred_in_line
from admin.queries.committee.complete_ballots import still_to_vote_in
from admin.queries.cycles.waited_for import REMIND, gone
from admin.queries.system.calendar import company_day, morning

BALLOTS, TAKEOVERS, ANSWERS = "ballots", "takeovers", "answers"


@dataclass(frozen=True)
class Awaited:
    """Somebody who is waited for: with how many things, the first of them, and whether they were reminded today."""

    employee: Employee
    account: int
    count: int
    first: int
    reminded: bool


@dataclass(frozen=True)
class Waits:
    """One kind of waiting: the process that its message is about, and who is waited for with how much: (person, count, first)."""

    process: str
    found: Callable[[Session, Actor, datetime], Iterable[tuple[int, int, int]]]
    named: bool = True  # not where a name would say who has done their part already


def awaited(session: Session, kind: str, actor: Actor, now: datetime) -> Sequence[Awaited]:
    """Everyone in service who can sign in and is waited for, those with most first; a few statements however many things wait.

    Raises `NotFound` for a kind that there is not.
    """
    if kind not in KINDS:
        raise NotFound(kind)
    which = KINDS[kind]
    waiting = {person: (count, first) for person, count, first in which.found(session, actor, now) if count}
    told = select(Notification.user_id).where(
        Notification.process == which.process, Notification.action == REMIND, Notification.created_at >= morning(now)
    )
    query = (
        select(Employee, Employee.user_id.in_(told))
        .join(User, User.id == Employee.user_id)
        .options(joinedload(Employee.department))
        .where(Employee.id.in_(sorted(waiting)), User.active.is_(True), ~gone(now))
    )
    rows = session.execute(query.execution_options(unscoped=True)).all() if waiting else []
    found = [Awaited(who, who.user_id or 0, *waiting[who.id], bool(reminded)) for who, reminded in rows]
    return sorted(found, key=lambda each: (-each.count, each.employee.number))


def _ballots(session: Session, actor: Actor, now: datetime) -> Iterable[tuple[int, int, int]]:
    """Members present at an open meeting who sit on a case and have not voted on its open motion (3.3.4-b)."""
    open_ = select(Meeting).where(Meeting.stage == MeetingStage.OPEN, visible(actor, Meeting)).order_by(Meeting.id)
    counted, first = Counter[int](), dict[int, int]()
    with acting_as(system_actor(actor.via)):
        for meeting in session.scalars(open_):
            for person, count in still_to_vote_in(session, meeting, company_day(now)).items():
                counted[person] += count
                first.setdefault(person, meeting.id)
    return [(person, count, first[person]) for person, count in counted.items()]


def _takeovers(session: Session, _actor: Actor, now: datetime) -> Iterable[tuple[int, int, int]]:
    """Management, with the grades to take over that each of them may decide on: not their own, not proposed by them (1.2-c)."""
    waits = (GradeChange.kind == ChangeKind.TAKEOVER, GradeChange.stage == ChangeStage.PROPOSED)
    managers = [each for each in actors_in(session, "management", company_day(now)) if each.employee_id is not None]
    mine = [
        and_(GradeChange.employee_id != each.employee_id, GradeChange.proposed_by_id.is_distinct_from(each.user_id))
        for each in managers
    ]
    parts = [part for which in mine for part in (func.count().filter(which), func.min(GradeChange.id).filter(which))]
    query = select(*parts).select_from(GradeChange).where(*waits)
    row = list(session.execute(query.execution_options(unscoped=True)).one()) if parts else []
    pairs = zip(managers, row[::2], row[1::2], strict=True)
    return [(each.employee_id or 0, int(count), int(first or 0)) for each, count, first in pairs]


def _answers(session: Session, actor: Actor, now: datetime) -> Iterable[tuple[int, int, int]]:
    """Superiors who have still to answer an appeal and whose days for it run (3.3.5-b)."""
    query = (
        select(Review.superior_id, func.count(), func.min(Appeal.id))
        .select_from(Appeal)
        .join(Review, Review.id == Appeal.review_id)
        .where(
            Appeal.stage == AppealStage.WITH_SUPERIOR,
            or_(Appeal.superior_due.is_(None), Appeal.superior_due > now),
            Review.superior_id.is_not(None),
            Review.id.not_in(barred_in_line()),
            visible(actor, Appeal),
        )
        .group_by(Review.superior_id)
    )
    return [
        (person, int(count), int(first))
        for person, count, first in session.execute(query.execution_options(unscoped=True))
        if person is not None
    ]


KINDS: Mapping[str, Waits] = {
    BALLOTS: Waits("meeting", _ballots, named=False),
    TAKEOVERS: Waits("import", _takeovers),
    ANSWERS: Waits("appeal", _answers),
}
