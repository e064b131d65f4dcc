"""Whose ballot on a case would be refused: the one answer for ballots, benches, counts and lists (3.3-d, 3.3-e).

A recusal on record and what the data say now are asked together. A bench read from the record alone counts whoever has
become bound since as sitting, and waits for a ballot that can never be cast.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import FIXED_GROUNDS, JudgingAct
from admin.domain.refusals import N_, Refusal
from admin.domain.separation import CaseTies, check_unconflicted, conflicts, may_judge
from admin.models import CommitteeMember, Recusal, Review
from admin.queries.cases.judging import ties_of_many
from admin.queries.system.chunks import chunks


@dataclass(frozen=True)
class Bars:
    """What stands against ballots of one kind on some cases."""

    kind: JudgingAct
    recusals: Mapping[int, Mapping[int, Recusal]]  # by case and person
    ties: Mapping[int, CaseTies]

    def of(self, review_id: int, person: int) -> dict[str, Refusal | None]:
        """Conflict and separation of one person on one case, as the guards of the ballot ask for them."""
        ties = self.ties[review_id]
        return {
            "conflict_refusal": self._conflict(self.recusals[review_id].get(person), person, ties),
            "separation": may_judge(self.kind, person, ties),
        }

    def _conflict(self, row: Recusal | None, person: int, ties: CaseTies) -> Refusal | None:
        if row is not None:
            # What is on record is the answer: it names the ground that was written down, not one found today. An overridden row
            # means that two people have looked at exactly this.
            return on_record(row) if row.overridden_at is None else None
        # The fixed grounds are told by separation, with their own clause.
        live = [ground for ground in conflicts(person, ties, self.kind) if ground not in FIXED_GROUNDS]
        return check_unconflicted(person, ties, self.kind) if live else None

    def out(self, review_id: int, holders: Mapping[int, int]) -> set[int]:
        """Those of these seats, each with its holder, that are out of a case."""
        # Whoever nothing binds is not looked at: a meeting has thousands of cases, and few with a bound member.
        bound = self.ties[review_id].bound | set(self.recusals[review_id])
        return {
            seat for seat, person in holders.items() if person in bound and any(self.of(review_id, person).values())
        }


def bars_on(
    session: Session, reviews: Sequence[Review], kind: JudgingAct, among: Collection[int] | None = None
) -> Bars:
    """What stands against ballots of one kind on these cases; a few statements for all. `among`: those who are asked about."""
    recusals: dict[int, dict[int, Recusal]] = {review.id: {} for review in reviews}
    for some in chunks(recusals):
        query = select(Recusal).where(Recusal.review_id.in_(some))
        if among is not None:
            query = query.where(Recusal.employee_id.in_(among))
        for row in session.scalars(query.execution_options(unscoped=True)):
            recusals[row.review_id][row.employee_id] = row
    return Bars(kind, recusals, ties_of_many(session, reviews, among))


def holders_of(seats: Iterable[CommitteeMember]) -> dict[int, int]:
    """Whose seats these are, by seat."""
    return {seat.id: seat.employee_id for seat in seats}


def on_record(row: Recusal) -> Refusal:
    """The refusal that a recusal on record means for its member."""
    reason = N_("A conflicted member takes no part in the case (ground: %(ground)s).")
    return Refusal("3.3-e", reason, {"ground": row.ground})
