"""A committee, a panel and a meeting as tests of voting need them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from admin.access.actor import Actor, system_actor
from admin.models import AgendaItem, CommitteeMember, Cycle, Employee, Meeting, Review
from admin.operations.committee.assigning import assign_to_meeting
from admin.operations.committee.ballots import cast_ballot, close_ballot
from admin.operations.committee.meetings import open_meeting
from tests import factories as make
from tests.factories import NOW
from tests.states import kept

SEATS = {
    "Chair": ("hr", "chair"),
    "Hua": ("hr", "member"),
    "Centre": ("centre_management", "member"),
    "Ops": ("centre_management", "member"),
    "Related": ("related_departments", "member"),
}


@dataclass
class Committee:
    """Five members of three constituencies, a secretary and HR, with the actors that they are."""

    cycle: Cycle
    hr: Employee
    secretary: Employee
    people: dict[str, Employee]
    seats: dict[str, CommitteeMember]
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor of a member by name."""
        return self.actors[name]

    @property
    def chair(self) -> Actor:
        return self.actors["Chair"]


@kept
def committee(names: Iterable[str] = tuple(SEATS)) -> Committee:
    """A committee in its term, and an open cycle."""
    with make.fixture():
        hr = make.employee("HR", roles=("employee", "hr"))
        secretary = make.employee("Secretary")
        people = {name: make.employee(name) for name in names}
        seats = {name: make.seat(people[name], *SEATS[name]) for name in names}
        make.seat(secretary, "hr", "secretary")
        found = Committee(make.open_cycle(), hr, secretary, people, seats)
    found.actors = {name: make.actor_of(person) for name, person in people.items()}
    found.actors |= {"HR": make.actor_of(hr), "Secretary": make.actor_of(secretary)}
    return found


def planned(body: Committee, cases: list[Review]) -> Meeting:
    """A planned meeting with these cases on its agenda."""
    meeting = make.meeting(body.cycle)
    assign_to_meeting([case.id for case in cases], meeting.id, actor=body.actor("Secretary"), now=NOW)
    return meeting


def opened(body: Committee, cases: list[Review], absent: Iterable[str] = ()) -> Meeting:
    """An open meeting, everybody present but those named."""
    meeting = planned(body, cases)
    here = [seat.id for name, seat in body.seats.items() if name not in set(absent)]
    return open_meeting(meeting.id, here, actor=body.chair, now=NOW)


def item_of(meeting: Meeting, case: Review) -> AgendaItem:
    """A case's item on the agenda."""
    return next(item for item in meeting.items if item.review_id == case.id)


def vote(body: Committee, meeting: Meeting, case: Review, now: datetime = NOW, **ballots: bool) -> None:
    """Each named member casts their ballot on a case."""
    for name, in_favour in ballots.items():
        cast_ballot(meeting.id, review_id=case.id, in_favour=in_favour, actor=body.actor(name), now=now)


def vote_by_consent(body: Committee, meeting: Meeting, *names: str, in_favour: bool = True) -> None:
    """Each named member casts one ballot for the whole consent agenda."""
    for name in names:
        cast_ballot(meeting.id, consent=True, in_favour=in_favour, actor=body.actor(name), now=NOW)


def carried(body: Committee, case: Review) -> Meeting:
    """A meeting in which the proposal of one case was carried by all."""
    meeting = opened(body, [case])
    vote(body, meeting, case, **dict.fromkeys(body.seats, True))
    close_ballot(meeting.id, review_id=case.id, actor=body.chair, now=NOW)
    return meeting


CaseMaker = Callable[..., Review]


def case(body: Committee, present: str | None = "J2", proposed: str | None = "J2", **columns: object) -> Review:
    """A case before the committee; without flags it may go by consent."""
    return make.review(body.cycle, make.employee(), present=present, proposed=proposed, **columns)


def system() -> Actor:
    """The system as an actor."""
    return system_actor()
