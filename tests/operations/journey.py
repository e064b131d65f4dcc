"""A small centre's whole cycle, each act by its own operation: from planning to the document that is issued."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.models import CommitteeMember, Cycle, Department, Employee, Meeting, Notice, Rating, Review, db
from admin.operations.cases.department import propose
from admin.operations.cases.ratings import RatingInput, rate_as_peer, submit_superior_evaluation
from admin.operations.cases.self_assessment import SelfAssessmentInput, submit_self_assessment
from admin.operations.committee import assigning, ballots, meetings
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.cycles.freezing import freeze_figures
from admin.operations.outcome import documents, notices, results
from admin.queries.cycles import roll
from tests import factories as make
from tests.states import kept

START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AGENTS = 4


@dataclass
class Centre:
    """The people of the journey, and how far it has come."""

    hr: Employee
    head: Employee
    superior: Employee
    agents: list[Employee]
    members: list[Employee]
    secretary: Employee
    now: datetime = START
    cycle: Cycle | None = None
    meeting: Meeting | None = None
    done: list[str] = field(default_factory=list)

    def actor(self, person: Employee) -> Actor:
        """Who somebody is now."""
        with acting_as(system_actor()):
            return make.actor_of(person, self.now)


@kept
def small_centre(name: str = "Agent") -> Centre:
    """A team of four with superior and head, a committee of five from outside the centre, HR."""
    with make.fixture(START) as op:
        make.confirmed_calendar(2026, 2027)
        elsewhere = make.department("Elsewhere", in_centre=False)
        place = make.department("Service centre")
        head = make.employee("Head", of=elsewhere)
        place = op.get(Department, place.id)
        place.head_id = head.id
        superior = make.employee("Superior", of=elsewhere, superior=head)
        agents = [make.employee(f"{name} {n}", of=place, superior=superior, queue="Phone") for n in range(AGENTS)]
        for agent in agents:
            make.holds(agent, "J2", date(2020, 3, 1))
        members = [make.employee(f"Member {n}", of=elsewhere) for n in range(5)]
        seats = (
            ("hr", "chair"),
            ("hr", "member"),
            ("centre_management", "member"),
            ("centre_management", "member"),
            ("related_departments", "member"),
        )
        for member, (constituency, office) in zip(members, seats, strict=True):
            make.seat(member, constituency, office)
        secretary = make.employee("Secretary", of=elsewhere)
        make.seat(secretary, "hr", "secretary")
        hr = make.employee("HR", of=elsewhere, roles=("employee", "hr"))
    return Centre(hr, head, superior, agents, members, secretary)


def rows(query: Any) -> list[Any]:
    """Rows without scope."""
    return list(db.session.scalars(query.execution_options(unscoped=True)))


def cases(centre: Centre) -> list[Review]:
    """The cases of the journey's cycle."""
    assert centre.cycle is not None
    return rows(select(Review).where(Review.cycle_id == centre.cycle.id).order_by(Review.id))


def codes(centre: Centre, source: str) -> Sequence[str]:
    """The criteria that a source rates."""
    assert centre.cycle is not None
    with acting_as(system_actor()):
        return roll.criteria_of(db.session(), centre.cycle.id)[source]


def plan(centre: Centre) -> None:
    """HR plans the cycle."""
    centre.cycle = cycles.plan_cycle(CyclePlan(2026), actor=centre.actor(centre.hr), now=centre.now)


def open_cycle(centre: Centre) -> None:
    """HR opens it."""
    assert centre.cycle is not None
    cycles.open_cycle(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)


def self_assess(centre: Centre) -> None:
    """Everybody hands the form in, and HR locks the figures."""
    answers = {code: {"value": 4, "text": "As agreed."} for code in codes(centre, "self")}
    for case, agent in zip(cases(centre), centre.agents, strict=True):
        given = SelfAssessmentInput(answers, "A good year.")
        submit_self_assessment(case.id, given, actor=centre.actor(agent), now=centre.now)
    assert centre.cycle is not None
    freeze_figures(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)


def rate(centre: Centre) -> None:
    """Colleagues and superior rate."""
    peers = {code: {"value": 4} for code in codes(centre, "peers")}
    above = {code: {"value": 4} for code in codes(centre, "superior")}
    people = {agent.id: agent for agent in centre.agents}
    for case in cases(centre):
        for rater in rows(select(Rating.rater_id).where(Rating.review_id == case.id, Rating.kind == "peer")):
            rate_as_peer(case.id, RatingInput(peers), actor=centre.actor(people[rater]), now=centre.now)
        given = RatingInput(above, "Steady.")
        submit_superior_evaluation(case.id, given, actor=centre.actor(centre.superior), now=centre.now)


def head_proposes(centre: Centre) -> None:
    """The head proposes the present grade."""
    for case in cases(centre):
        propose(case.id, "J2", "Steady work.", actor=centre.actor(centre.head), now=centre.now)


def meet(centre: Centre) -> None:
    """The committee meets and carries every proposal."""
    assert centre.cycle is not None
    secretary, chair = centre.actor(centre.secretary), centre.actor(centre.members[0])
    meeting = meetings.plan_meeting(centre.cycle.id, centre.now, actor=secretary, now=centre.now)
    centre.meeting = meeting
    assigning.assign_to_meeting([case.id for case in cases(centre)], meeting.id, actor=secretary, now=centre.now)
    seats = rows(select(CommitteeMember.id).where(CommitteeMember.office != "secretary"))
    meetings.open_meeting(meeting.id, seats, actor=chair, now=centre.now)
    for case in cases(centre):
        for member in centre.members:
            voter = centre.actor(member)
            ballots.cast_ballot(meeting.id, review_id=case.id, in_favour=True, actor=voter, now=centre.now)
        ballots.close_ballot(meeting.id, review_id=case.id, actor=chair, now=centre.now)
    meetings.adjourn(meeting.id, actor=chair, now=centre.now)
    for signer in (chair, secretary):
        meetings.sign_minutes(meeting.id, actor=signer, now=centre.now)


def check(centre: Centre) -> None:
    """HR checks the results."""
    assert centre.cycle is not None
    results.verify_results(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)


def publish(centre: Centre) -> None:
    """HR publishes the notice."""
    assert centre.cycle is not None
    notices.publish_notice(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)


def go_live(centre: Centre) -> None:
    """The site has it."""
    numbers = rows(select(Notice.number))
    notices.record_publication(
        "r1", "0" * 64, {"index.html": "0" * 64}, numbers, actor=system_actor(), published_at=centre.now
    )


def issue(centre: Centre) -> None:
    """The notice is over; HR issues the document."""
    assert centre.cycle is not None
    centre.now += 14 * DAY
    notices.end_notices(actor=system_actor(), now=centre.now)
    document = documents.issue(centre.cycle.id, actor=centre.actor(centre.hr), now=centre.now)
    documents.record_rendering(document.id, "1" * 64, actor=system_actor(), now=centre.now)


CHAPTERS: tuple[Callable[[Centre], None], ...] = (
    plan,
    open_cycle,
    self_assess,
    rate,
    head_proposes,
    meet,
    check,
    publish,
    go_live,
    issue,
)


@kept
def told(centre: Centre, until: Callable[[Centre], None] = issue) -> Centre:
    """The journey up to and with a chapter, a day for each."""
    for chapter in chapters(until):
        chapter(centre)
        centre.done.append(chapter.__name__)
        centre.now += DAY
    return centre


def chapters(until: Callable[[Centre], None]) -> Iterator[Callable[[Centre], None]]:
    """The chapters up to and with one."""
    yield from CHAPTERS[: CHAPTERS.index(until) + 1]
