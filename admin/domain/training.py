"""Who needs which training, and who gets a place on a course (5.2.1).

A need has its reason: a criterion of the last result that is weak, the points that the next grade asks for and that were
lost, or the certificate by which ground (3) of 4.1.1 is met. Which course helps follows from the need alone, here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from admin.domain.codes import CourseBrings, Dimension, EnrolmentStage, NeedKind
from admin.domain.refusals import N_, Refusal

CLAUSE = "5.2.1"
LIVE = (EnrolmentStage.ENROLLED, EnrolmentStage.WAITING, EnrolmentStage.ATTENDED, EnrolmentStage.ABSENT)
SEATED = (EnrolmentStage.ENROLLED, EnrolmentStage.ATTENDED, EnrolmentStage.ABSENT)  # whoever takes a place
MOST_TO_CLOSE = 3  # criteria named for missing points: a plan of everything is none


@dataclass(frozen=True)
class Scored:
    """What a criterion brought in the last result: points of those that it could bring."""

    code: str
    dimension: str
    points: Decimal
    weight: Decimal

    @property
    def lost(self) -> Decimal:
        """The points that it did not bring."""
        return self.weight - self.points

    @property
    def share(self) -> Decimal:
        """The part of its points that it brought, in percent."""
        return 100 * self.points / self.weight


@dataclass(frozen=True)
class TrainingStanding:
    """Where somebody stands: the last result that was told, and what the next grade asks."""

    scored: tuple[Scored, ...] = ()
    score: Decimal | None = None
    next_grade: str | None = None
    threshold: Decimal | None = None
    certified: bool = False

    @property
    def missing(self) -> Decimal:
        """The points that the next grade asks for beyond the last score."""
        if self.score is None or self.threshold is None:
            return Decimal(0)
        return max(Decimal(0), self.threshold - self.score)


@dataclass(frozen=True)
class Need:
    """One need with the facts of its reason; a criterion's need names it and its dimension."""

    kind: NeedKind
    facts: Mapping[str, Any] = field(default_factory=dict)
    criterion: str = ""
    dimension: str = ""


@dataclass(frozen=True)
class Offer:
    """A course as the rule sees it: what it is about, what it brings, from and to which rung of the ladder."""

    key: int
    criterion: str = ""
    dimension: str = ""
    brings: str = CourseBrings.TRAINING
    lowest: int | None = None
    highest: int | None = None

    def is_for(self, rung: int | None) -> bool:
        """Whether it is meant for somebody on this rung; without a grade only what is meant for everybody."""
        if rung is None:
            return self.lowest is None and self.highest is None
        return (self.lowest is None or self.lowest <= rung) and (self.highest is None or rung <= self.highest)


def needs_of(standing: TrainingStanding, weak_below: Decimal) -> tuple[Need, ...]:
    """What somebody needs training for, the weakest criterion first; a criterion is named once, by its strongest reason.

    Years of service are no matter of training.
    """
    trainable = [each for each in standing.scored if each.weight > 0 and each.dimension != Dimension.SENIORITY]
    weak = sorted((each for each in trainable if each.share < weak_below), key=lambda each: (each.share, each.code))
    found = [_of_criterion(NeedKind.WEAK, each, share=round(each.share), limit=round(weak_below)) for each in weak]
    if standing.missing:
        rest = [each for each in trainable if each not in weak and each.lost > 0]
        for each in sorted(rest, key=lambda one: (-one.lost, one.code))[: max(0, MOST_TO_CLOSE - len(weak))]:
            known = {"missing": standing.missing, "grade": standing.next_grade, "threshold": standing.threshold}
            found.append(_of_criterion(NeedKind.MISSING_POINTS, each, **known))
    if standing.next_grade is not None and not standing.certified:
        found.append(Need(NeedKind.CERTIFICATE, {"grade": standing.next_grade}))
    return tuple(found)


def _of_criterion(kind: NeedKind, each: Scored, **facts: Any) -> Need:
    told = {"points": each.points, "weight": each.weight, "lost": each.lost, **facts}
    return Need(kind, told, each.code, each.dimension)


def helps(offer: Offer, need: Need) -> bool:
    """Whether a course is an answer to a need: about its criterion, or about its whole dimension, or with a certificate."""
    if need.kind is NeedKind.CERTIFICATE:
        return offer.brings == CourseBrings.CERTIFICATE
    if offer.criterion:
        return offer.criterion == need.criterion
    return bool(offer.dimension) and offer.dimension == need.dimension


def answers(offers: Sequence[Offer], need: Need, rung: int | None) -> list[int]:
    """The courses that answer a need of somebody on this rung: those about the very criterion before those about more."""
    found = [each for each in offers if each.is_for(rung) and helps(each, need)]
    return [each.key for each in sorted(found, key=lambda each: (not each.criterion, each.key))]


@dataclass(frozen=True)
class PlaceAsked:
    """Somebody who is to be put on a course date, and by whom."""

    today: date
    begins_on: date
    enrol_until: date | None
    announced: bool
    in_service: bool
    enrolled_already: bool
    meant_for: bool
    by: frozenset[str]


def why_not_enrolled(asked: PlaceAsked) -> Refusal | None:
    """Why somebody cannot be put on a course date now, or None. Whoever leads them, or HR, may look past the grades."""
    if not asked.announced:
        return Refusal(CLAUSE, N_("This date has been held or cancelled. Choose another one."))
    last = asked.enrol_until or asked.begins_on
    if asked.today > last:
        return Refusal(CLAUSE, N_("Enrolment ended on %(last)s. Choose another date."), {"last": last.isoformat()})
    if not asked.in_service:
        return Refusal(CLAUSE, N_("Only employees in service can be enrolled for a course."))
    if asked.enrolled_already:
        return Refusal(CLAUSE, N_("This employee is enrolled for this date already."))
    if not asked.meant_for and not asked.by & {"superior", "head", "hr"}:
        reason = N_("This course is meant for other grades. The superior, the department head or HR may enrol you.")
        return Refusal(CLAUSE, reason)
    return None


@dataclass(frozen=True)
class CameLine:
    """A line of a list of attendance: whom by number, and whether they came."""

    row: int
    number: str
    came: bool


def place_for(taken: int, places: int) -> EnrolmentStage:
    """A place while there is one, else the waiting list."""
    return EnrolmentStage.ENROLLED if taken < places else EnrolmentStage.WAITING


def why_not_withdrawn(today: date, begins_on: date, announced: bool) -> Refusal | None:
    """An enrolment is withdrawn before the course begins; afterwards attendance says how it was."""
    if not announced or today >= begins_on:
        return Refusal(CLAUSE, N_("The course has begun; attendance is recorded now."))
    return None


def why_no_attendance(today: date, begins_on: date, announced: bool) -> Refusal | None:
    """Attendance is recorded from the first day of the course until it is completed."""
    if not announced:
        return Refusal(CLAUSE, N_("This date is completed or cancelled; attendance can no longer be changed."))
    if today < begins_on:
        return Refusal(
            CLAUSE, N_("The course has not begun yet: it begins on %(day)s."), {"day": begins_on.isoformat()}
        )
    return None


def why_not_completed(today: date, last_day: date, unmarked: int, own: bool) -> Refusal | None:
    """A date is completed after its last day, when it is known of everybody who had a place whether they came."""
    if today < last_day:
        return Refusal(CLAUSE, N_("The course runs until %(day)s."), {"day": last_day.isoformat()})
    if unmarked:
        reason = N_("Attendance is missing for %(count)s of those enrolled. Record it first.")
        return Refusal(CLAUSE, reason, {"count": unmarked})
    if own:
        return Refusal("3.3-d", N_("You attended yourself: another HR colleague completes this date."))
    return None
