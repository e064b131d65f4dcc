"""What is given away one by one, each by the verb that gives it anywhere else: departments, moves, seats, appointments (1.2-g)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from admin.access.actor import Actor
from admin.domain.refusals import Refused
from admin.models import ComingMove, CommitteeMember, Deputy, Employee, ReviewerAppointment
from admin.operations.cases.ratings import draw_colleague, release_colleague
from admin.operations.committee.seats import appoint_member, end_term
from admin.operations.cycles.reviewers import appoint_reviewer
from admin.operations.people.departments import name_head
from admin.operations.people.deputies import appoint_deputy, end_deputy
from admin.operations.people.moving import Destination, move, withdraw_move
from admin.operations.transaction import Operation, operation
from admin.queries.people.open_work import Item


@dataclass(frozen=True)
class Passing:
    """Whose work goes, why, and who is asked to take it, in their order."""

    op: Operation
    person: Employee
    reason: str
    takers: Sequence[Employee]

    @property
    def by(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"actor": self.op.actor, "now": self.op.now}


def _department(passing: Passing, item: Item, taker: Employee) -> None:
    name_head(item.key, taker.id, **passing.by)


def _coming_move(passing: Passing, item: Item, taker: Employee) -> None:
    row = passing.op.get(ComingMove, item.own)
    place = {name: getattr(row, name) for name in ("department_id", "post", "queue")}
    changes = Destination(superior_id=taker.id, **place).changes()
    day, reason = row.moves_on, row.reason or passing.reason
    withdraw_move(row.employee_id, row.id, **passing.by)
    passing.op.session.flush()
    move(row.employee_id, changes, moved_on=day, reason=reason, **passing.by)


def _appointment(passing: Passing, item: Item, taker: Employee) -> None:
    row = passing.op.get(ReviewerAppointment, item.own)
    appoint_reviewer(row.cycle_id, [row.employee_id], taker.id, passing.reason, **passing.by)


def _seat(passing: Passing, item: Item, taker: Employee | None) -> None:
    """The seat ends on the last day that its person is here, and the successor's begins on the next (6.1-b)."""
    seat, today, gone = passing.op.get(CommitteeMember, item.own), passing.op.today, passing.person.left_on
    last = max(today, gone - timedelta(days=1)) if gone is not None else today
    last = min(max(last, seat.term_from), seat.term_to or last)
    place = {name: getattr(seat, name) for name in ("constituency", "office", "on_panel", "panel_chair")}
    ends = seat.term_to
    end_term(seat.id, last, **passing.by)
    if taker is not None:
        begins = last + timedelta(days=1)
        appoint_member(taker.id, **place, term_from=begins, term_to=ends, **passing.by)


def _deputy(passing: Passing, item: Item, taker: Employee | None) -> None:
    """The appointment ends, and another deputy stands in for what is left of it (3.3-c)."""
    row = passing.op.get(Deputy, item.own)
    first = max(row.first_day, passing.op.today)
    end_deputy(row.person_id, row.id, passing.reason, **passing.by)
    passing.op.session.flush()
    if taker is not None:
        days = (row.role, first, row.last_day)
        appoint_deputy(row.person_id, taker.id, *days, passing.reason, **passing.by)


GIVE_ONE: Mapping[str, Callable[[Passing, Item, Any], None]] = {
    "departments": _department,
    "moves": _coming_move,
    "appointments": _appointment,
    "seats": _seat,
    "deputies": _deputy,
}


def replace_rater(review_id: int, rating_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Another colleague is drawn first, then the one who does not rate is released; where nobody is left, only that (3.2-b)."""
    with operation("replace_rater", actor=actor, now=now, clause="3.2-b") as op:
        try:
            # Drawn before anybody is released, or the case would go on as complete.
            with op.attempt():
                draw_colleague(review_id, reason, actor=actor, now=now)
        except Refused:
            pass
        release_colleague(review_id, rating_id, reason, actor=actor, now=now)
