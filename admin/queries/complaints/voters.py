"""Who has a stake in a complaint, and the one answer to who votes on its finding (6.3.2, 6.3-c)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import Body, EmployeeStatus, JudgingAct, PartyRole
from admin.domain.refusals import Refusal
from admin.domain.separation import CaseTies, check_unconflicted, conflicts
from admin.domain.voting import check_finding
from admin.models import Complaint, Determination, Employee, Review
from admin.queries.cases.judging import ties_of_many, ties_of_people
from admin.queries.committee.committee import seats
from admin.queries.policy.rules import ByDay, rules_on

ADOPTION = JudgingAct.FINDING_ADOPTION
OUT = (PartyRole.ACCUSED, PartyRole.BARRED, PartyRole.OFFICER)


@dataclass(frozen=True)
class Voters:
    """Who votes on a finding: from `body`, or where both bodies are short whom management appointed (body None)."""

    body: Body | None
    people: tuple[int, ...]
    minimum: int

    @property
    def short(self) -> bool:
        """Whether management has to name people: neither body has enough without a part in it, nor are there others."""
        return len(self.people) < self.minimum

    def refusal(self, cast: int) -> Refusal | None:
        """Why the ballot cannot be closed yet."""
        return check_finding(len(self.people), cast, minimum=self.minimum)


def finding_voters(session: Session, complaint: Complaint, today: date) -> Voters:
    """Who votes on a finding: members of the committee, or of its panel where the committee has determined a case.

    Where these are short of people without a stake, those whom management appointed for this finding.
    """
    out = set(party_ids(complaint, *OUT)) | set(with_a_stake(stakes(session, complaint)))
    minimum = votes_minimum(session, today)
    # Members who determined the case have judged it: whether it was judged fairly is not theirs to say.
    bodies = [Body.PANEL] if _determined(session, complaint) else [Body.COMMITTEE, Body.PANEL]
    for body in bodies:
        rows = seats(session, today, panel=body is Body.PANEL)
        free = tuple(row.employee_id for row in rows if row.employee_id not in out)
        if len(free) >= minimum:
            return Voters(body, free, minimum)
    appointed = party_ids(complaint, PartyRole.APPOINTED)
    here = _in_service(session, appointed)
    # Appointed people are checked each time: one of them may have become bound since.
    return Voters(None, tuple(person for person in appointed if person in here and person not in out), minimum)


def _in_service(session: Session, people: Sequence[int]) -> set[int]:
    """Those of these employees who have not left: nobody waits for the ballot of whoever has (1.2-g)."""
    query = select(Employee.id).where(Employee.id.in_(people), Employee.status != EmployeeStatus.LEFT)
    return set(session.scalars(query.execution_options(unscoped=True)))


def votes_minimum(session: Session, today: date) -> int:
    """How many ballots adopt a finding at least."""
    return int(rules_on(session, today, ByDay.COMPLAINT).parameters["votes_minimum"])


def _determined(session: Session, complaint: Complaint) -> bool:
    cases = [row.review_id for row in complaint.cases]
    by_committee = (Determination.review_id.in_(cases), Determination.body == Body.COMMITTEE)
    query = select(Determination.id).where(*by_committee).execution_options(unscoped=True)
    return session.scalars(query).first() is not None


def committee_able(session: Session, complaint: Complaint, today: date) -> list[int]:
    """The seats of the committee whose people have no stake in a complaint."""
    out = set(party_ids(complaint, *OUT)) | set(with_a_stake(stakes(session, complaint)))
    return [seat.id for seat in seats(session, today) if seat.employee_id not in out]


def party_ids(complaint: Complaint, *roles: str) -> list[int]:
    """The employees who are parties in these roles."""
    return [party.employee_id for party in complaint.parties if party.role in roles]


def officer_id(complaint: Complaint) -> int | None:
    """The officer appointed, or None while there is none."""
    return next(iter(party_ids(complaint, "officer")), None)


def stakes_of(session: Session, accused: Collection[int], reviews: Sequence[Review]) -> list[CaseTies]:
    """What binds people to the accused and to the cases concerned: the grounds of having a stake (3.3-e)."""
    return [*ties_of_people(session, accused), *ties_of_many(session, reviews).values()]


def stakes(session: Session, complaint: Complaint, more: Sequence[Review] = ()) -> list[CaseTies]:
    """The same for a complaint as it stands, and for further cases that are being named."""
    reviews = {row.review_id: row.review for row in complaint.cases} | {row.id: row for row in more}
    return stakes_of(session, party_ids(complaint, "accused"), list(reviews.values()))


def with_a_stake(ties: Sequence[CaseTies]) -> dict[int, str]:
    """Everybody who has a stake, with the first ground."""
    found: dict[int, str] = {}
    for case in ties:
        people: frozenset[Any] = case.bound
        for person in people:
            if grounds := conflicts(person, case, ADOPTION):
                # One ground is enough to be out, and the first is the gravest.
                found.setdefault(person, grounds[0].value)
    return found


def stake_refusal(person: int | None, ties: Sequence[CaseTies]) -> Refusal | None:
    """Why somebody with a stake takes no part; None for whoever has none."""
    return next((found for case in ties if (found := check_unconflicted(person, case, ADOPTION))), None)
