"""Which seats go together, and what a seat that has acted keeps (6.1-b)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from admin.domain.codes import Body
from admin.domain.refusals import N_, Refusal
from admin.domain.voting import Person


@dataclass(frozen=True)
class Seat:
    """A seat of a person on one body for a term; without `until` its end is open."""

    person: Person
    body: Body
    since: date
    until: date | None = None
    chair: bool = False

    def meets(self, other: Seat) -> bool:
        """Whether there is a day on which both are held."""
        # The last day belongs to the term: two seats that share one day are held at once.
        begins = self.until is None or other.since <= self.until
        return begins and (other.until is None or self.since <= other.until)


def check_seat(seat: Seat, others: Iterable[Seat]) -> Refusal | None:
    """Refuse a second seat of a person at one time, on either body, and a second chair of a body."""
    there = [other for other in others if other.meets(seat)]
    mine = [other for other in there if other.person == seat.person]
    # The two bodies first: who sits on both would judge their own determination on appeal.
    if any(other.body != seat.body for other in mine):
        text = N_("No one may sit on the committee and its appeal panel at the same time; end one seat first.")
        return Refusal("6.1-b", text)
    if mine:
        return Refusal("6.1-b", N_("This person already has a seat in that time."))
    if seat.chair and any(other.chair and other.body == seat.body for other in there):
        chaired = {
            Body.COMMITTEE: N_("The committee already has a chair in that time."),
            Body.PANEL: N_("The appeal panel already has a chair in that time."),
        }
        return Refusal("6.1-b", chaired[seat.body])
    return None


def check_hands(*, acted: bool, changed: bool) -> Refusal | None:
    """Refuse to give a seat that has acted to another person, or another beginning: it ends, and another begins."""
    # Its ballots are named by person and seat: with another person in it they would tell of somebody else.
    if acted and changed:
        text = N_("This seat has acted, so it keeps its person and its beginning: end it, appoint another.")
        return Refusal("6.1-b", text)
    return None


def check_end(last_day: date | None, last_act: date | None) -> Refusal | None:
    """Refuse to end a term before the seat's last act."""
    if last_day is None or last_act is None or last_day >= last_act:
        return None
    reason = N_("This seat acted on %(day)s; its term ends on that day or later.")
    return Refusal("6.1-b", reason, {"day": last_act.isoformat()})
