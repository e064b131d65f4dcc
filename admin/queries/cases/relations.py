"""What an actor is to cases, and whether having judged one before keeps them from judging it again (3.3-d, 3.3-e)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import JudgingAct, RaterKind
from admin.domain.refusals import N_, Refusal
from admin.domain.separation import CaseTies, may_judge
from admin.models import Rating, Review
from admin.queries.cases.judging import acts_on_many, at_fault
from admin.queries.cases.raters import OPEN_RATING
from admin.queries.system.chunks import chunks

JUDGING_AT = {
    ("rating", "superior"): JudgingAct.SUPERIOR_EVALUATION,
    ("rating", "peer"): JudgingAct.PEER_RATING,
    ("department_review", "head"): JudgingAct.DEPARTMENT_REVIEW,
}
AS = {act: relation for (_stage, relation), act in JUDGING_AT.items()}
OFFICES = frozenset(
    {"hr", "chair", "secretary", "committee_member", "panel_member", "panel_chair", "management"}
)  # fmt: skip


def relations_of(session: Session, review: Review, actor: Actor) -> frozenset[str]:
    """What the actor is to the case: by the snapshot, by rating rows, by office."""
    return relations_of_many(session, [review], actor)[review.id]


def relations_of_many(session: Session, reviews: Sequence[Review], actor: Actor) -> dict[int, frozenset[str]]:
    """The same of each of many cases; one statement, and none where the lines say it already."""
    if actor.is_system:
        return dict.fromkeys((review.id for review in reviews), frozenset({"system"}))
    offices = actor.roles & OFFICES
    if actor.employee_id is None:
        return dict.fromkeys((review.id for review in reviews), frozenset(offices))
    lines = {review.id: _lines(review, actor.employee_id) for review in reviews}
    # A colleague who rates is none of these.
    asked = _asked_to_rate(session, [key for key, line in lines.items() if not line], actor.employee_id)
    return {key: offices | line | ({"peer"} if key in asked else set()) for key, line in lines.items()}


def _lines(review: Review, person: int) -> frozenset[str]:
    line = {"subject": review.employee_id, "superior": review.superior_id, "head": review.head_id}
    return frozenset(name for name, key in line.items() if key == person)


def _asked_to_rate(session: Session, keys: Sequence[int], person: int) -> set[int]:
    found: set[int] = set()
    for some in chunks(keys):
        asked = select(Rating.review_id).where(
            Rating.review_id.in_(some),
            Rating.rater_id == person,
            Rating.kind == RaterKind.PEER,
            Rating.state.in_(OPEN_RATING),
        )
        # A rating that is asked for is a right of its own, before the scope has let its holder see anything of the case.
        found |= set(session.scalars(asked.execution_options(unscoped=True)))
    return found


def separations_of(
    session: Session, reviews: Sequence[Review], actor: Actor, relations: Mapping[int, frozenset[str]]
) -> dict[int, Refusal | None]:
    """By case, why the actor may not judge it at the stage where it stands; a few statements for any number."""
    due = {review.id: act for review in reviews if (act := _act_due(review, relations[review.id]))}
    found: dict[int, Refusal | None] = dict.fromkeys(review.id for review in reviews)
    person = actor.employee_id
    if person is None or not due:
        return found
    out, done = at_fault(session, list(due)), acts_on_many(session, list(due))
    for review in reviews:
        if review.id not in due:
            continue
        act = due[review.id]
        absent = {"superior": review.superior_for_id, "head": review.head_for_id}.get(AS[act])
        # Before everything else: who was found at fault takes no part, whatever they have judged or not (3.3-e).
        if {person, absent} & out[review.id]:
            found[review.id] = Refusal("3.3-e", N_("You take no part in this case; HR names someone else."))
            continue
        acts = frozenset((judge, kind) for judge, kinds in done[review.id].items() for kind in kinds)
        ties = CaseTies(subject=review.employee_id, acts=acts)
        found[review.id] = may_judge(act, person, ties, deputy_for=absent)
    return found


def _act_due(review: Review, relations: frozenset[str]) -> JudgingAct | None:
    # Only at the stage at which the act is due: having judged before bars a second judgement, not the reading of the case.
    acts = (act for (stage, relation), act in JUDGING_AT.items() if stage == review.stage and relation in relations)
    return next(acts, None)
