"""Moving a deadline of an open cycle, earlier or later, and telling those whose time it is (3.3-a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select, union

from admin.access.actor import Actor
from admin.domain.codes import CaseStage, Deadline, RaterKind
from admin.domain.deadlines import COMMITTEE, check_unmoved, moved_deadlines
from admin.domain.refusals import N_, P_, Refusal
from admin.models import Cycle, Employee, Notification, Rating, Review
from admin.models.base import again
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.figures_lock import lock_if_due
from admin.operations.fields import day_end
from admin.operations.many import Many, Turn, nothing, whole
from admin.queries.cases.process import deadline_day
from admin.queries.cases.raters import OPEN_RATING
from admin.queries.cycles.cycle_facts import cycle_facts
from admin.queries.cycles.waited_for import gone
from admin.queries.system.calendar import working_calendar
from admin.queries.system.long_work import accounts_named

STAGES = {
    Deadline.SELF_ASSESSMENT: (CaseStage.SELF_ASSESSMENT,),
    Deadline.RATING: (CaseStage.SELF_ASSESSMENT, CaseStage.RATING),
    Deadline.DEPARTMENT: (CaseStage.SELF_ASSESSMENT, CaseStage.RATING, CaseStage.DEPARTMENT_REVIEW),
}


def present_days(cycle: Cycle) -> dict[str, date]:
    """The last days of a cycle's deadlines, and the day that its meeting is planned for."""
    return {name: deadline_day(getattr(cycle, name)) for name in Deadline} | {COMMITTEE: cycle.committee_on}


def days_ahead(turn: Turn) -> dict[str, date]:
    """The days that a move asked for with these values would change; raises as the act does."""
    values, op = turn.values, turn.op
    return moved_deadlines(
        present_days(turn.record), values["which"], values["until"], along=bool(values.get("along")),
        today=op.today, calendar=working_calendar(op.session),
    )  # fmt: skip


def _begin(turn: Turn) -> None:
    op, cycle, reason = turn.op, turn.record, turn.values["reason"]
    lock_if_due(op, cycle)  # a deadline that has passed has locked the figures, whatever becomes of it
    op.step(
        cycle, cycle_facts(op.session, cycle, op.actor, op.now, attempt=True, reason=reason), "extend", reason=reason
    )
    before = present_days(cycle)
    if turn.values["which"] in before:
        check_unmoved(turn.values.get("seen") or "", before[turn.values["which"]])
    found = days_ahead(turn)
    for name, day in found.items():
        setattr(cycle, name, day if name == COMMITTEE else day_end(day))
    turn.kept["moved"] = {name: [before[name].isoformat(), day.isoformat()] for name, day in found.items()}
    op.session.flush()


def _concerned(turn: Turn) -> Select[Any]:
    """The accounts of those whose time it is and who have still to do their part, as far as they were not told of this move."""
    moved = set(turn.kept["moved"] if "moved" in turn.kept else days_ahead(turn))
    parts = [_people(turn, name) for name in Deadline if name in moved]
    told = again(Notification, "told", "user_id", "process", "action", "record_id", "created_at")
    knows = exists().where(
        told.c.user_id == Employee.user_id, told.c.process == "cycle", told.c.action == "extend",
        told.c.record_id == turn.record.id, told.c.created_at >= turn.since,
    )  # fmt: skip
    people = union(*parts).subquery() if parts else select(Employee.id).where(Employee.id.is_(None)).subquery()
    query = select(Employee.user_id).where(Employee.id.in_(select(next(iter(people.c)))), Employee.user_id.is_not(None))
    return query.where(~knows, ~gone(turn.op.now)).execution_options(unscoped=True)


def _people(turn: Turn, name: Deadline) -> Select[Any]:
    here = (Review.cycle_id == turn.record.id, Review.stage.in_(STAGES[name]))
    if name == Deadline.SELF_ASSESSMENT:
        return select(Review.employee_id).where(*here)
    if name == Deadline.DEPARTMENT:
        return select(Review.head_id).where(*here, Review.head_id.is_not(None))
    able = or_(Rating.kind == RaterKind.SUPERIOR, Review.peer_time_over_at.is_(None))
    return (
        select(Rating.rater_id)
        .join(Review, Review.id == Rating.review_id)
        .where(*here, Rating.state.in_(OPEN_RATING), able)
    )


def _tell(turn: Turn, users: Sequence[int]) -> Mapping[int, Refusal]:
    # The deadlines alone: the meeting is planned and called by a message of its own.
    moved = {name: days for name, days in turn.kept["moved"].items() if name != COMMITTEE}
    facts = {"moved": moved, "words": turn.values["reason"]}
    row = {"process": "cycle", "action": "extend", "record_id": turn.record.id, "facts": facts}
    turn.op.post(row | {"user_id": user} for user in users)
    return {}


def _tells_who_rates(values: Mapping[str, Any]) -> bool:
    """Whether colleagues who have still to rate are among those told: how many would tell that somebody has rated (6.3-d)."""
    which = values.get("which") or values.get("deadline")  # as the verb calls it, or as it was asked
    return bool(which == Deadline.RATING or (values.get("along") and which != Deadline.DEPARTMENT))


MOVE = Many(
    "extend_deadline",
    "3.3-a",
    _concerned,
    _tell,
    accounts_named,
    P_(
        "%(count)s person whose time it is gets a message with the new day and your reason.",
        "%(count)s people concerned get a message with the new day and your reason.",
    ),
    begin=_begin,
    again=nothing,  # it is moved; whoever could not be told is told now
    discreet=_tells_who_rates,
)


@act(
    "cycle",
    "extend",
    Field("deadline", N_("Which deadline"), "choice", choices=tuple(Deadline.labels().items()), into="which"),
    Field("until", N_("New last day, or working days as +3 or -2")),
    Field("along", N_("Move the later deadlines and the meeting by as many working days"), "boolean"),
    Field("seen", N_("The last day as you saw it"), required=False),
    REASON,
    many=MOVE,
)
def move_deadline(
    cycle_id: int,
    which: str,
    until: str,
    reason: str,
    along: bool = False,
    seen: str | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Cycle:
    """Move a deadline of an open cycle, earlier or later, with a reason, and tell those whose time it is (3.3-a).

    `until` is a day ("2027-01-29") or working days from the present one ("+3", "-2"); `along` moves the later deadlines and
    the meeting by as many; `seen` is the day that whoever asks had before them. Raises `Invalid` for a day that cannot be,
    `Refused` where another has moved it meanwhile (1.3.1) or a year is not confirmed (3.3.5-c).
    """
    given = {"which": which, "until": until, "reason": reason, "along": along, "seen": seen}
    cycle: Cycle = whole(MOVE, cycle_id, Cycle, given, actor=actor, now=now).record
    return cycle
