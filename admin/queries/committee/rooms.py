"""The meeting's page and a case's packet, each as one page for one reader (3.3.4-a to c, 3.3-e)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import Office
from admin.domain.refusals import NotFound, Refusal
from admin.domain.workflow import actions_at
from admin.models import (
    AgendaItem,
    CommitteeMember,
    Criterion,
    Grade,
    Hearing,
    Meeting,
    Proposal,
    Rating,
    Recusal,
    Review,
    ReviewScore,
    SelfAssessment,
)
from admin.queries.accounts.differences import Difference, differences_of
from admin.queries.committee.agenda_facts import consent_acts
from admin.queries.committee.committee import own_seat, seats
from admin.queries.committee.complete_ballots import BegunBallots, begun_ballots
from admin.queries.committee.meeting_facts import Sitting, item_facts, sitting_of, why_not_overridden
from admin.queries.committee.meetings import (
    ConsentSummary,
    Line,
    agenda_counts,
    agenda_part,
    attendance_of,
    consent_summary,
    hearing_of,
    lines,
    neighbours,
    opinion_of,
    proposal_of,
    recusals_of,
    self_assessment_of,
)
from admin.queries.policy.rules import grades_of, rules_of
from admin.queries.system.paging import Paged, Part, nothing, part_of


@dataclass(frozen=True)
class MeetingRoles:
    """What the reader is to a meeting."""

    member: bool
    chair: bool
    secretary: bool
    office: bool
    oversees: bool


@dataclass(frozen=True)
class Attendee:
    """A member of the committee; `present` is None until the meeting is opened."""

    row: CommitteeMember
    present: bool | None


@dataclass(frozen=True)
class Room:
    """A meeting: one part of its agenda, attendance, quorum, conflicts, the consent agenda."""

    meeting: Meeting
    lines: Sequence[Line]
    which: str
    counts: Mapping[str, int]
    part: Part
    consent: ConsentSummary
    sitting: Sitting
    seats: tuple[Attendee, ...]
    recusals: Paged[Recusal]
    roles: MeetingRoles
    reader: Actor
    by_consent: Collection[str]
    begun: BegunBallots

    def why_kept(self, recusal: Recusal) -> Refusal | None:
        """Why the reader does not lift a recusal: it stands whatever anybody says, or it takes somebody else (3.3-d, 3.3-e)."""
        return why_not_overridden(recusal, self.reader.employee_id or 0, recusal.override_reason or "")


@dataclass(frozen=True)
class Packet:
    """One case before the committee, and what the reader may do with it: action -> why not (empty: allowed)."""

    meeting: Meeting
    line: Line
    review: Review
    place: int
    count: int
    previous: int | None
    next: int | None
    proposal: Proposal | None
    opinion: Rating | None
    hearing: Hearing | None
    self_assessment: SelfAssessment | None
    explanation: Mapping[str, Any] | None
    criteria: Sequence[Criterion]
    allowed: Mapping[str, tuple[Refusal, ...]]
    grades: Sequence[Grade]
    differences: Sequence[Difference]

    @property
    def grounds_shown(self) -> Sequence[Mapping[str, Any]]:
        """The grounds for promotion as they were found with the score, where one is applied for."""
        applied = self.review.target_grade_id is not None and self.review.application_withdrawn_at is None
        return self.explanation.get("promotion", ()) if applied and self.explanation else ()


def room(session: Session, meeting: Meeting, reader: Actor, today: date, *, which: str, page: int, out: int) -> Room:
    """A meeting with one page of the cases that go one by one ("individual") or by consent, and one (`out`) of its recusals."""
    # Counted in what the reader sees: a total over hidden cases would tell a recused member of theirs.
    counts, consent = agenda_counts(session, meeting), which == "consent"
    part = part_of(counts[consent], page)
    shown = agenda_part(session, meeting, part, consent=consent)
    roles = meeting_roles(session, reader)
    return Room(
        meeting=meeting, which=which, part=part, roles=roles,
        lines=lines(session, meeting, shown, reader, today),
        counts={"individual": counts[False], "consent": counts[True]},
        consent=consent_summary(session, meeting, reader), sitting=sitting_of(session, meeting, today),
        seats=_seats(session, meeting, today),
        # Who is out of which case concerns those who answer for the bench; a member learns their own (3.3-e).
        recusals=recusals_of(session, meeting, reader, out) if roles.oversees else nothing(),
        reader=reader, by_consent=consent_acts(session, meeting, reader, today),
        begun=begun_ballots(session, meeting, reader, today) if roles.chair else BegunBallots(),
    )  # fmt: skip


def packet(session: Session, meeting: Meeting, item_id: int, reader: Actor, today: date) -> Packet:
    """One case of a meeting, between its neighbours in the reader's own order; raises `NotFound` for one not in it."""
    beside = neighbours(session, meeting, item_id)
    # As if it were not there, also where it is and the reader is out of the case (3.3-e).
    if beside is None:
        raise NotFound("AgendaItem")
    line = lines(session, meeting, [item_id], reader, today)[0]
    review = line.item.review
    score = session.scalars(select(ReviewScore).where(ReviewScore.review_id == review.id)).first()
    card = select(Criterion).where(Criterion.scorecard_id == review.cycle.scorecard_id)
    facts = item_facts(session, meeting, line.item, reader, today)
    return Packet(
        meeting=meeting, line=line, review=review, place=beside.place, count=beside.count,
        previous=beside.previous, next=beside.next,
        proposal=proposal_of(session, review), opinion=opinion_of(session, review),
        hearing=hearing_of(session, review), self_assessment=self_assessment_of(session, review),
        explanation=score.explanation if score else None,
        # Without a score there is nothing to explain: a case on a ground begins after the ratings.
        criteria=session.scalars(card).all() if score else (),
        allowed={each.action: each.refusals for each in actions_at(facts)},
        grades=grades_of(session, rules_of(session, review)), differences=differences_of(session, [review])[review.id],
    )  # fmt: skip


def item_of(session: Session, meeting_id: int, item_id: int) -> AgendaItem:
    """A case on the agenda, also for a recused member: the guard tells them why not (3.3-e); raises `NotFound`."""
    # The meeting is looked for in the reader's scope, the case in it past it: a recused member is told why not.
    seen = session.scalar(select(Meeting.id).where(Meeting.id == meeting_id))
    query = select(AgendaItem).where(AgendaItem.id == item_id, AgendaItem.meeting_id == meeting_id)
    item = session.scalars(query.execution_options(unscoped=True)).first()
    if item is None or seen is None:
        raise NotFound("AgendaItem")
    return item


def meeting_roles(session: Session, reader: Actor) -> MeetingRoles:
    """What the reader is to the committee's meetings."""
    seat = own_seat(session, reader)
    return MeetingRoles(
        member=seat is not None,
        chair=seat is not None and seat.office == Office.CHAIR,
        secretary=reader.has("secretary"),
        office=reader.has("secretary", "hr"),
        # By role, since an auditor oversees without a seat.
        oversees=reader.has("secretary", "hr", "chair", "auditor"),
    )


def _seats(session: Session, meeting: Meeting, today: date) -> tuple[Attendee, ...]:
    """The committee's members with their presence: until the opening all who sit today."""
    if meeting.opened_at is None:
        # Nobody is present or absent yet: it is asked at the opening and frozen there.
        return tuple(Attendee(row, None) for row in seats(session, today))
    present = attendance_of(session, meeting)
    query = select(CommitteeMember).where(CommitteeMember.id.in_(present)).order_by(CommitteeMember.id)
    return tuple(Attendee(row, present[row.id]) for row in session.scalars(query))
