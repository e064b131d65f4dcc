"""HR's result check: what must hold of a determination before it may be published (6.1.2-a)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from admin.access.actor import Actor, acting
from admin.domain.codes import CaseStage, JudgingAct
from admin.domain.refusals import N_, NotFound, Refusal
from admin.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Cycle,
    Determination,
    Employee,
    Meeting,
    Motion,
    Recusal,
    Review,
)
from admin.queries.accounts.differences import Difference, differences_of
from admin.queries.cases.judging import acts_on_many
from admin.queries.cases.replay import on_other_figures, replays
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.system.calendar import company_day
from admin.queries.system.kept import kept
from admin.queries.system.paging import Part, paged

CLAUSE = "6.1.2-a"
NO_REPLAY = N_("The score does not come out the same when it is computed again.")
OTHER_FIGURES = N_("The score was made on other figures than those that are locked for the whole cycle.")


@dataclass(frozen=True)
class Check:
    """One case before the notice: its determination and everything that is wrong with it."""

    review: Review
    determination: Determination | None
    faults: tuple[Refusal, ...]

    @property
    def passed(self) -> bool:
        """Whether HR may confirm the result."""
        return not self.faults

    @property
    def fault(self) -> Refusal | None:
        """The first thing that stands against confirming it."""
        return next(iter(self.faults), None)

    @property
    def score_unsound(self) -> bool:
        """Whether the score itself is at fault: no ballot mends it, it has to be made again."""
        return any(fault.reason in (NO_REPLAY, OTHER_FIGURES) for fault in self.faults)


def determined_cases(cycle_id: int) -> Select[Review]:
    """The query of the cases of a cycle that wait for the result check."""
    query = select(Review).where(Review.cycle_id == cycle_id, Review.stage == CaseStage.DETERMINED).order_by(Review.id)
    return query.options(joinedload(Review.employee))


def checked_results(session: Session, reviews: Sequence[Review], now: datetime) -> list[Check]:
    """Check quorum, recusals, reasons and the replay of the score, for cases of one cycle."""
    replayed = replays(session, reviews, company_day(now))
    return check_results(session, reviews, replayed, on_other_figures(session, reviews))


def check_results(
    session: Session, reviews: Sequence[Review], replayed: dict[int, bool], other_figures: Collection[int] = ()
) -> list[Check]:
    """Check quorum, recusals, reasons and scores of cases.

    `replayed` says whose score came out the same again, `other_figures` whose was not made on the locked figures.
    """
    last = _determinations(session, reviews)
    quorate = _quorate(session, [row for row in last.values() if row.motion_id])
    decisive = [row.motion_id for row in last.values() if row.motion_id]
    wrong = _wrong_voters(session, reviews, decisive)
    recount = _miscounted(session, decisive)
    # Grades may have moved since the ballot: what no longer fits the file could be published and never issued (1.2-f).
    off = off_the_file(session, reviews)
    checks = []
    for review in reviews:
        row = last.get(review.id)
        faults = [*_faults(review, row, quorate, wrong, recount, replayed), *filter(None, [off.get(review.id)])]
        if review.id in other_figures:
            faults.append(Refusal("3.2-a2", OTHER_FIGURES))
        checks.append(Check(review, row, tuple(faults)))
    return checks


def _faults(
    review: Review,
    row: Determination | None,
    quorate: dict[int, bool],
    wrong: dict[int, list[str]],
    recount: set[int],
    replayed: dict[int, bool],
) -> Iterator[Refusal]:
    if row is None or row.grade_id != review.determined_grade_id:
        # Alone: without a determination nothing else can be looked into.
        yield Refusal(CLAUSE, N_("The determined grade is not the one that a ballot fixed."))
        return
    if row.motion_id is not None and not quorate.get(row.motion_id, False):
        yield Refusal("3.3.4-a", N_("The meeting that determined this had no quorum."))
    if row.motion_id in recount:
        yield Refusal("3.3.4-b", N_("The ballots on file do not carry the motion as it was counted."))
    if names := wrong.get(review.id):
        yield Refusal("3.3-e", N_("A recused member's ballot was counted: %(names)s."), {"names": ", ".join(names)})
    if row.grade_id != review.proposed_grade_id and not row.reason.strip():
        yield Refusal("3.3.4-b", N_("The grade differs from the proposal and has no reason."))
    if not replayed.get(review.id, True):
        yield Refusal("1.3.1", NO_REPLAY)


def _determinations(session: Session, reviews: Sequence[Review]) -> dict[int, Determination]:
    query = select(Determination).where(Determination.review_id.in_([review.id for review in reviews]))
    rows = session.scalars(query.order_by(Determination.seq).execution_options(unscoped=True))
    # In the order of their numbers, so that the last one of each case is kept.
    return {row.review_id: row for row in rows}


def _quorate(session: Session, rows: Sequence[Determination]) -> dict[int, bool]:
    """Whether the meeting of each motion opened with the quorum it had counted."""
    present = (
        select(Attendance.meeting_id, func.count().label("present"))
        .where(Attendance.present)
        .group_by(Attendance.meeting_id)
        .subquery()
    )
    query = (
        select(Motion.id, Meeting.quorum, present.c.present)
        .join(AgendaItem, AgendaItem.id == Motion.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(present, present.c.meeting_id == Meeting.id)
        .where(Motion.id.in_([row.motion_id for row in rows]))
    )
    found = session.execute(query.execution_options(unscoped=True))
    # Against the quorum counted at the opening: seats may have ended since.
    return {motion: quorum is not None and (here or 0) >= quorum for motion, quorum, here in found}


def _wrong_voters(session: Session, reviews: Sequence[Review], motion_ids: Sequence[int]) -> dict[int, list[str]]:
    """Whose ballot stands on the motion that settled a case they were recused from, or judged before in another role."""
    ids = [review.id for review in reviews]
    acts = acts_on_many(session, ids)
    recusals = {
        (review_id, person)
        for review_id, person in session.execute(
            select(Recusal.review_id, Recusal.employee_id)
            .where(Recusal.review_id.in_(ids), Recusal.overridden_at.is_(None))
            .execution_options(unscoped=True)
        )
    }
    query = (
        select(AgendaItem.review_id, Employee, Motion)
        .join(Motion, Motion.item_id == AgendaItem.id)
        .join(Ballot, Ballot.motion_id == Motion.id)
        .join(Employee, Employee.id == Ballot.employee_id)
        .where(AgendaItem.review_id.in_(ids), Motion.id.in_(motion_ids))
    )
    found: dict[int, list[str]] = {}
    for review_id, person, motion in session.execute(query.execution_options(unscoped=True)):
        # Recusals bar from the ballot on; having judged before bars it even where nobody recorded a recusal (3.3-d).
        others = acts[review_id].get(person.id, set()) - {JudgingAct.COMMITTEE_BALLOT}
        if others or ((review_id, person.id) in recusals and _was_counted(session, motion)):
            found.setdefault(review_id, []).append(person.name)
    return found


def _miscounted(session: Session, motion_ids: Sequence[int]) -> set[int]:
    """Carried motions whose ballots for and against are fewer than, or not, those that were counted."""
    cast = (
        select(Ballot.motion_id, Ballot.in_favour, func.count())
        .where(Ballot.motion_id.in_(motion_ids))
        .group_by(Ballot.motion_id, Ballot.in_favour)
    )
    found = {
        (motion, favour): count for motion, favour, count in session.execute(cast.execution_options(unscoped=True))
    }
    query = select(Motion.id, Motion.votes_for, Motion.votes_against).where(Motion.id.in_(motion_ids))
    counted = session.execute(query.execution_options(unscoped=True))
    return {
        key
        for key, yes, no in counted
        if found.get((key, True), 0) < (yes or 0) or found.get((key, False), 0) < (no or 0)
    }


def _was_counted(session: Session, motion: Motion) -> bool:
    """A ballot cast before the recusal stays on file and does not count: the counts on the motion tell."""
    cast = session.scalar(
        select(func.count()).select_from(Ballot).where(Ballot.motion_id == motion.id).execution_options(unscoped=True)
    )
    return (motion.votes_for or 0) + (motion.votes_against or 0) == cast


def count_waiting(session: Session) -> int:
    """How many results wait for the check."""
    waiting = select(func.count(Review.id)).where(
        Review.stage == CaseStage.DETERMINED, Review.cycle_id.not_in(REHEARSED)
    )
    return kept(session, ("results", acting()), lambda: session.scalar(waiting) or 0)


def waiting_by_cycle(session: Session) -> list[tuple[Cycle, int]]:
    """Cycles with results that wait for the check, and how many."""
    query = (
        select(Cycle, func.count())
        .join(Review, Review.cycle_id == Cycle.id)
        .where(Review.stage == CaseStage.DETERMINED)
        .group_by(Cycle.id)
        .order_by(Cycle.year.desc(), Cycle.id)
    )
    return [(cycle, count) for cycle, count in session.execute(query)]


@dataclass(frozen=True)
class ResultsPage:
    """A part of the results of one cycle that wait for the check, with what is wrong with each."""

    cycle: Cycle
    checks: Sequence[Check]
    part: Part
    may_settle: bool
    differences: Mapping[int, Sequence[Difference]]  # by case: what two people changed of what it rests on (6.1-a)


def results_page(session: Session, cycle_id: int, number: int, reader: Actor, now: datetime) -> ResultsPage:
    """One page of a cycle's results, the nearest there is; raises `NotFound` where the reader does not see the cycle."""
    cycle = session.scalars(select(Cycle).where(Cycle.id == cycle_id)).first()
    if cycle is None:
        raise NotFound(f"Cycle {cycle_id}")
    # Only what is shown is checked: replaying a score costs more than finding the case.
    found = paged(session, determined_cases(cycle.id), number)
    changed = differences_of(session, found.rows, with_filings=True)
    return ResultsPage(cycle, checked_results(session, found.rows, now), found.part, reader.has("hr"), changed)
