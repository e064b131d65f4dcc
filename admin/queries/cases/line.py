"""Who may stand in the line of a case as superior or head: asked of one case and of many at once (3.3-d, 3.3-e, 3.3-f)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.domain.codes import JudgingAct
from admin.domain.refusals import N_, Refusal
from admin.models import Employee, Review
from admin.models.base import again
from admin.queries.cases.judging import Acts, Pairs, acts_on_many, at_fault

NO_PART = N_("This person takes no part in this case: name another.")


@dataclass(frozen=True)
class LineFacts:
    """What is known of some cases and of those who may come into their line: faults, acts, and who stands above each."""

    at_fault: Pairs
    acts: Acts
    above: Mapping[int, Set[int]]


def line_facts(session: Session, reviews: Collection[Review], people: Collection[int | None]) -> LineFacts:
    """In a few statements, however many cases there are."""
    keys, named = [review.id for review in reviews], {key for key in people if key is not None}
    return LineFacts(at_fault(session, keys), acts_on_many(session, keys), everyone_above(session, named))


def everyone_above(session: Session, people: Set[int]) -> dict[int, Set[int]]:
    """Everybody above each of these people: the whole line, because power over the judge does not end at one step."""
    table, higher = Employee.__table__, again(Employee, "higher", "id", "superior_id")
    first = select(table.c.id, table.c.superior_id).where(table.c.id.in_(sorted(people)))
    line = first.cte("line", recursive=True)
    # UNION and not UNION ALL: a circle in the reporting line must not hang whoever asks.
    line = line.union(select(higher.c.id, higher.c.superior_id).join(line, line.c.superior_id == higher.c.id))
    over: dict[int, int | None] = dict(session.execute(select(line.c.id, line.c.superior_id)).all()) if people else {}
    found: dict[int, Set[int]] = {}
    for person in people:
        met: set[int] = set()
        key = over.get(person)
        while key is not None and key not in met:
            met.add(key)
            key = over.get(key)
        found[person] = met
    return found


def line_refusal(review: Review, superior: int | None, head: int | None, facts: LineFacts) -> Refusal | None:
    """Why these two may not judge the case: three different people (3.3-f), nobody at fault in it before (3.3-e)."""
    named = {superior, head, review.superior_for_id if superior == review.superior_id else None,
             review.head_for_id if head == review.head_id else None} - {None}  # fmt: skip
    # Nobody twice and nobody oneself: three pairs of eyes are what the procedure rests on.
    if review.employee_id in named or _twice(review, superior, head):
        return Refusal("3.3-f", N_("Employee, superior and reviewer are three different people."))
    if any(review.employee_id in facts.above.get(key, ()) for key in (superior, head) if key is not None):
        return Refusal("3.3-f", N_("No one may be judged by their own subordinate."))
    if {superior, head} & facts.at_fault[review.id]:
        return Refusal("3.3-e", NO_PART)
    return None


def _twice(review: Review, superior: int | None, head: int | None) -> bool:
    """Whether one person would be both, now or when a deputy's time is over (3.3-c)."""
    one = {superior} | ({review.superior_for_id} if superior == review.superior_id else set())
    other = {head} | ({review.head_for_id} if head == review.head_id else set())
    return bool(one & other - {None})


def newly_named_refusal(review: Review, superior: int | None, head: int | None, facts: LineFacts) -> Refusal | None:
    """Why somebody newly named may not judge the case (3.3-d): it would wait for good."""
    asked = (
        (superior, review.superior_id, JudgingAct.SUPERIOR_EVALUATION),
        (head, review.head_id, JudgingAct.DEPARTMENT_REVIEW),
    )
    # Whoever stays is not looked at: two who are both in the wrong place are replaced one after the other.
    return unjudged_refusal(review, [(person, kind) for person, old, kind in asked if person != old], facts)


def unjudged_refusal(
    review: Review, named: Sequence[tuple[int | None, JudgingAct]], facts: LineFacts
) -> Refusal | None:
    """Why somebody newly named may not give this judgement: they have judged the case in another way (3.3-d)."""
    for person, kind in named:
        if person is not None and facts.acts[review.id].get(person, set()) - {kind}:
            # In these words alone: what else they did in it may be a ballot on a finding, which is nobody's business.
            return Refusal("3.3-d", NO_PART)
    return None
