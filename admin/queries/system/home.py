"""What waits for somebody, gathered from facts for the roles they hold; a fixed number of statements (interfaces: /).

Read past the scope where the question is "how many of mine": every statement names the person or the body itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor
from admin.access.permissions import READ, may
from admin.domain.codes import (
    CaseStage,
    CycleKind,
    CycleStage,
    NoticeKind,
    NoticeStage,
    RaterKind,
)
from admin.models import (
    Appeal,
    Cycle,
    Deputy,
    Notice,
    NoticeRow,
    Publication,
    Rating,
    Review,
)
from admin.models.base import UtcDateTime
from admin.queries.cases.judging import barred_in_line
from admin.queries.cases.raters import OPEN_RATING, colleagues_have_time
from admin.queries.cases.reassessments import orders_waiting, orders_without_anyone
from admin.queries.committee.bodies import FOR_THE_PANEL
from admin.queries.complaints.complaints import officers_gone, without_lead
from admin.queries.complaints.complaints import waiting as complaints_waiting
from admin.queries.cycles.boards import Board, BoardRow, board
from admin.queries.development.follow_ups import waiting_for
from admin.queries.outcome.grade_on import HeldGrades, standing_of
from admin.queries.outcome.letter_pages import unread_letters
from admin.queries.people.approvers import records_waiting
from admin.queries.people.deputies import acting_for
from admin.queries.policy.readings import to_read
from admin.queries.system.first_steps import FirstStep, first_steps
from admin.queries.system.home_bodies import (
    Task,
    agenda_tasks,
    appeal_tasks,
    meeting_tasks,
    panel_tasks,
    panels_short,
)
from admin.queries.system.home_counts import UNSCOPED, counts, how_many, to_promulgate
from admin.queries.system.home_decisions import consents_asked, decided_by_management, templates_to_use
from admin.queries.system.home_demotions import demotion_tasks, demotions_counted
from admin.queries.system.home_hr import hr_tasks
from admin.queries.system.home_messages import ToldOnce, subjects_of, unread_messages
from admin.queries.system.home_seconds import confirmation_tasks
from admin.queries.system.kept import kept
from admin.queries.system.long_work import long_work_tasks
from admin.queries.system.orders import greatest_first, least_first

HR_READERS = ("hr", "auditor")
BODY = ("committee_member", "chair", "secretary")
AMONG_FIRST_STEPS = ("calendar", "provisional", "bodies_incomplete")


@dataclass(frozen=True)
class Home:
    """Everything on the home page, for one actor."""

    reader: Actor
    first_steps: Sequence[FirstStep]
    tasks: Sequence[Task]
    cycle: Cycle | None
    board: Board | None
    own_cases: Sequence[tuple[Review, Notice | None]]
    standing: HeldGrades
    notices: Sequence[Notice]
    publication: datetime | None
    messages: Sequence[ToldOnce]
    unread: int
    subjects: dict[int, str]
    deputies: Sequence[Deputy]

    @property
    def sees_board(self) -> bool:
        """Whether the control room is open to the reader."""
        return may(self.reader.roles, READ, "CycleView")

    @property
    def slowest(self) -> tuple[BoardRow, ...]:
        """How far the departments' own reviews are: the slowest eight first, none once all have passed."""
        if self.board is None or all(row.share("department_review") == 100 for row in self.board.rows):
            return ()
        rows = sorted(self.board.rows, key=lambda row: (row.share("department_review"), row.department))
        return tuple(rows[:8])


def home(session: Session, actor: Actor, now: datetime, today: date) -> Home:
    """The page of the actor who asks."""
    cycle = _cycle(session)
    own_cases = _own_cases(session, actor)
    seen = board(session, cycle, now) if cycle is not None and actor.has(*HR_READERS) else None
    published, own = _published_and_asked(session, actor, today)
    tasks = [*_tasks(session, actor, now, today, cycle, own_cases), *long_work_tasks(session, actor, now)]
    tasks += own
    # The auditor sees the board too, but nothing on it waits for them.
    if seen is not None and cycle is not None and actor.has("hr"):
        tasks += _overdue(seen, cycle)
    messages, unread = unread_messages(session, actor)
    if steps := first_steps(session, actor, today):
        # Told once: the first steps name these with their explanation.
        tasks = [task for task in tasks if task.kind not in AMONG_FIRST_STEPS]
    return Home(
        reader=actor,
        first_steps=steps,
        tasks=sorted(tasks, key=lambda task: _urgency(task, today)),
        cycle=cycle,
        board=seen,
        own_cases=own_cases,
        standing=standing_of(session, actor.employee_id, today, unscoped=True),
        notices=_notices(session),
        publication=published,
        messages=messages,
        unread=unread,
        subjects=subjects_of(session, actor, messages),
        deputies=acting_for(session, actor.employee_id, today),
    )


def _published_and_asked(session: Session, actor: Actor, today: date) -> tuple[datetime | None, list[Task]]:
    """When the site was published last; the letters that the reader has not acknowledged, and the honours they may consent to, and
    whether they are asked to read the policy."""
    published = select(func.max(Publication.published_at)).scalar_subquery()
    letters, honours = unread_letters(actor.employee_id).subquery(), consents_asked(actor.employee_id).subquery()
    policy = to_read(actor.employee_id, today).scalar_subquery()
    asked = select(published, letters.c.count, letters.c.newest, honours.c.count, honours.c.first, policy)
    asked = asked.select_from(letters.join(honours, true())).execution_options(**UNSCOPED)
    at, unread, newest, awarded, first, to_say = session.execute(asked).one()
    found = Task("letters", unread, key=newest), Task("consents", awarded, key=first), Task("policy_reading", to_say)
    return at, [task for task in found if task.count]


def _urgency(task: Task, today: date) -> tuple[bool, bool, date]:
    """Real work before a rehearsal's (1.2-e), the most urgent first; what has no day comes last."""
    day = task.due.date() if isinstance(task.due, datetime) else task.due
    return bool(task.facts.get("rehearsal")), day is None, day or today


def _cycle(session: Session) -> Cycle | None:
    """The cycle that runs or is planned; a real one before a rehearsal."""
    query = select(Cycle).where(Cycle.kind != CycleKind.SINGLE, Cycle.stage.in_((CycleStage.OPEN, CycleStage.PLANNED)))
    # False before true: an open regular cycle comes first, whatever its year.
    order = (Cycle.stage != CycleStage.OPEN, Cycle.kind != CycleKind.REGULAR, Cycle.year.desc(), Cycle.id.desc())
    return session.scalars(query.order_by(*order)).first()


def _own_cases(session: Session, actor: Actor) -> list[tuple[Review, Notice | None]]:
    """One's own open cases, each with the notice on which its result stands; those of a rehearsal last."""
    if actor.employee_id is None:
        return []
    # A case may stand on two lists; read backwards, the newest is what is kept.
    rows = session.execute(_cases_of_one(), {"me": actor.employee_id}).all()
    found = {review.id: (review, notice) for review, notice in reversed(rows)}
    return sorted(found.values(), key=lambda pair: (_rehearsed(pair[0].cycle), -pair[0].id))


@cache
def _cases_of_one() -> Select[Any, Any]:
    """The open cases of one person (`me`), the newest first; made once, as the ratings are."""
    return (
        select(Review, Notice)
        .outerjoin(NoticeRow, and_(NoticeRow.review_id == Review.id, NoticeRow.superseded.is_(False)))
        .outerjoin(Notice, and_(Notice.id == NoticeRow.notice_id, Notice.stage == NoticeStage.PUBLISHED))
        .where(
            Review.employee_id == bindparam("me"),
            Review.stage.not_in(
                (CaseStage.ISSUED, CaseStage.UNCHANGED, CaseStage.OUTSIDE, CaseStage.LEFT, CaseStage.CANCELLED)
            ),
        )
        .order_by(Review.id.desc(), greatest_first(Notice.id))
        .options(joinedload(Review.cycle))
        .execution_options(**UNSCOPED)
    )


def _rehearsed(cycle: Cycle) -> bool:
    return cycle.kind == CycleKind.REHEARSAL


def _mark(rehearsal: bool) -> dict[str, Any]:
    """The fact by which a task of a rehearsal is told from a real one."""
    return {"rehearsal": True} if rehearsal else {}


def _tasks(
    session: Session,
    actor: Actor,
    now: datetime,
    today: date,
    cycle: Cycle | None,
    own_cases: Sequence[tuple[Review, Notice | None]],
) -> Iterator[Task]:
    for own, notice in own_cases:
        if own.stage == CaseStage.SELF_ASSESSMENT:
            again = {"again": own.cycle.year} if own.reassesses_id is not None else {}
            facts = _mark(_rehearsed(own.cycle)) | again
            yield Task("self_assessment", due=own.cycle.self_assessment_due, key=own.id, facts=facts)
        # What is past is nobody's task: a list whose period is over may still wait to be taken down.
        if notice is not None and _runs(notice, now) and own.stage in (CaseStage.ON_NOTICE, CaseStage.APPEALED):
            served = {"served": True} if notice.kind == NoticeKind.PERSONAL else {}
            yield Task("own_notice", due=notice.ends_at, key=own.id, facts=served)
    if actor.employee_id is not None:
        yield from _ratings(session, actor.employee_id, now)
    if actor.has(*BODY):
        yield from meeting_tasks(session, actor, now, today)
    if actor.has("secretary") and not actor.has("hr"):
        yield from agenda_tasks(session, actor)
    if actor.has("hr"):
        yield from hr_tasks(session, actor, now, today, cycle)
    # What the clock does not move is found once, until something is written.
    yield from kept(session, ("tasks", actor, today), lambda: list(_settled(session, actor, today)))


def _settled(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    """The tasks that rest on the trail and the day alone."""
    if actor.employee_id is not None:
        yield from _as_head(session, actor)
        yield from appeal_tasks(session, actor.employee_id)
    if actor.has("panel_member", "panel_chair"):
        yield from panel_tasks(session, actor, today)
    yield from confirmation_tasks(session, actor, today)
    if actor.has("management"):
        yield from _management(session, actor, today)
    if actor.has("superior") and not actor.has("hr"):
        yield from demotion_tasks(session, actor, today, counts(session, **demotions_counted(actor)))
    if actor.has("superior"):
        notes, since, first = session.execute(waiting_for(actor.employee_id).execution_options(**UNSCOPED)).one()
        yield from [Task("follow_ups", notes, since, first)] if notes else []
    if actor.has("head") and not actor.has("hr") and (records := records_waiting(session, actor, today)):
        yield Task("records", records)
    if actor.has("hr", "management"):
        count, due = orders_waiting(session, actor, today)
        yield from [Task("reassessments", count, due)] if count else []
    if actor.has("complaint_officer", "officer", "management", *BODY) and (count := complaints_waiting(session, actor)):
        yield Task("complaints", count)
    if gone := officers_gone(session, actor):
        yield Task("officers_gone", gone)
    if orphaned := without_lead(session, actor, today):
        yield Task("without_lead", orphaned)
    if unbegun := orders_without_anyone(session, actor, today):
        yield Task("orders_without_anyone", unbegun)


def _runs(notice: Notice, now: datetime) -> bool:
    return notice.ends_at is None or notice.ends_at > now


@cache
def _asked_to_rate() -> Select[Any, Any, Any, Any, Any]:
    """What is asked of one who rates (`me`, `now`), by kind; made once, for every home page asks it."""
    # Grouped by it, so that a rehearsal's work is never added to the real one's count.
    rehearsed = func.coalesce(Cycle.kind == CycleKind.REHEARSAL, false())
    return (
        select(Rating.kind, func.count(), func.min(Cycle.rating_due), func.min(Review.id), rehearsed)
        .join(Review, Review.id == Rating.review_id)
        .outerjoin(Cycle, Cycle.id == Review.cycle_id)
        .where(Rating.rater_id == bindparam("me"), Rating.state.in_(OPEN_RATING), Review.stage == CaseStage.RATING)
        .where(or_(Rating.kind == RaterKind.SUPERIOR, colleagues_have_time(bindparam("now", type_=UtcDateTime()))))
        # Whoever may not judge the case is asked for nothing: HR is told that somebody else is to be named.
        .where(or_(Rating.kind != RaterKind.SUPERIOR, Review.id.not_in(barred_in_line())))
        .group_by(Rating.kind, rehearsed)
        .execution_options(**UNSCOPED)
    )


def _ratings(session: Session, me: int, now: datetime) -> Iterator[Task]:
    """Colleagues to rate and people to evaluate, in one statement."""
    for kind, count, due, key, tried in session.execute(_asked_to_rate(), {"me": me, "now": now}):
        yield Task("peer_ratings" if kind == "peer" else "evaluations", count, due, key, _mark(tried))


def _as_head(session: Session, actor: Actor) -> Iterator[Task]:
    if not actor.has("head"):
        return
    query = (
        select(Cycle.id, Cycle.kind, func.count(Review.id), func.min(Cycle.department_due))
        .outerjoin(Cycle, Cycle.id == Review.cycle_id)
        .where(Review.head_id == actor.employee_id, Review.stage == CaseStage.DEPARTMENT_REVIEW)
        .where(Review.id.not_in(barred_in_line()))
        .group_by(Cycle.id, Cycle.kind)
    )
    for cycle_id, kind, count, due in session.execute(query.execution_options(**UNSCOPED)):
        yield Task("department_reviews", count, due, cycle_id, _mark(kind == "rehearsal"))


def _management(session: Session, actor: Actor, today: date) -> Iterator[Task]:
    found = counts(
        session,
        **decided_by_management(actor),
        template=templates_to_use(actor),
        versions=to_promulgate(actor),
        before_panel=how_many(Appeal, FOR_THE_PANEL),
    )
    # Who sits is looked at only where something is before the panel.
    if found.pop("before_panel"):
        yield from panels_short(session, today)
    yield from (
        Task(kind, count)
        for kind, count in found.items()
        if count and not (kind in ("versions", "template") and actor.has("hr"))
    )


def _overdue(found: Board, cycle: Cycle) -> list[Task]:
    """Stages in which cases are past their deadline."""
    stops = {
        "self_assessment": cycle.self_assessment_due,
        "rating": cycle.rating_due,
        "department_review": cycle.department_due,
    }
    late = {stop: sum(row.overdue[stop] for row in found.rows) for stop in stops}
    mark = _mark(_rehearsed(cycle))
    return [
        Task("overdue", count, stops[stop], cycle.id, {"stage": stop} | mark) for stop, count in late.items() if count
    ]


def _notices(session: Session) -> Sequence[Notice]:
    """Notices that run or are being published, the personal ones left out."""
    query = select(Notice).where(
        Notice.stage.in_((NoticeStage.PUBLISHING, NoticeStage.PUBLISHED)), Notice.kind != NoticeKind.PERSONAL
    )
    return session.scalars(query.order_by(least_first(Notice.ends_at), Notice.id)).all()
