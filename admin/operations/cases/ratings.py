"""What superiors and colleagues judge: drafts, signatures, declining, asking others, and when the ratings are over (3.2.3, 3.3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import choice
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from admin.access.actor import Actor
from admin.domain.codes import CaseStage, EmployeeStatus, RaterKind
from admin.domain.ratings import average, check_ratings
from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.domain.workflow import Facts, decide
from admin.domain.workflow.facts import effect
from admin.models import Cycle, Employee, Rating, Review
from admin.operations.acts import REASON, Field, act
from admin.operations.cases.figures_lock import lock_if_due
from admin.operations.cases.review_steps import limited, reasoned, signature, step_with_reason
from admin.operations.cases.scoring import score_reviews
from admin.operations.many import MOST_ROWS, Turn
from admin.operations.newer import NewerVersion, Pairs, answer_fields
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.cases.judging import at_fault
from admin.queries.cases.own_case import why_not_ones_own
from admin.queries.cases.raters import OPEN_RATING, another_colleague, ratings_over
from admin.queries.cases.review_facts import rating_facts_of, review_facts
from admin.queries.policy.cards import card_of
from admin.queries.policy.scorecards import rated_criteria
from admin.queries.system.chunks import chunks

VALUES = Field("values", N_("Ratings by criterion"), "objects")


@dataclass(frozen=True)
class RatingInput:
    """What a rater gives: values by criterion {"value": 1-5, "text": …} and, from the superior, an opinion.

    `version` is the one that the form was loaded with; None saves over whatever is there.
    """

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    opinion: str = ""
    version: int | None = None


def save_rating(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """Keep a rater's draft; sealed from everyone else. A signed evaluation is not written over (3.3.2).

    Raises `NewerVersion` (1.3.1) when another window saved another text meanwhile.
    """
    with operation("save_rating", actor=actor, now=now, clause="3.3.2") as op:
        review = op.find(Review, review_id)
        facts = review_facts(op.session, review, actor, now)
        kind = "superior" if "superior" in facts.relations else "peer"
        decide(facts, "submit_superior_evaluation" if kind == "superior" else "rate_as_peer")
        rating = _rating_of(op, review, kind)
        _refuse_old(rating, given)
        rating.values = _clean_values(review, kind, given.values, complete=False)
        rating.opinion, rating.state, rating.saved_at = limited("opinion", given.opinion), "draft", now
        op.session.flush()
    return rating


def _refuse_old(rating: Rating, given: RatingInput) -> None:
    """Two windows of one rater: what the other one has saved is not written over unseen."""
    if given.version in (None, rating.version) or rating.saved_at is None:
        return
    if _said(given.values, given.opinion) != _said(rating.values, rating.opinion):
        raise NewerVersion(rating.version, rating.saved_at, _fields(rating))


def _said(values: Mapping[str, Mapping[str, Any]], opinion: str) -> tuple[set[tuple[str, str]], str]:
    return {pair for pair in answer_fields(values) if pair[1]}, opinion


def _fields(rating: Rating) -> Pairs:
    opinion = [("opinion", rating.opinion)] if rating.kind == RaterKind.SUPERIOR else []
    return (*answer_fields(rating.values), *opinion)


def _rating_of(op: Operation, review: Review, kind: str) -> Rating:
    mine = (Rating.review_id == review.id, Rating.rater_id == op.actor.employee_id, Rating.kind == kind)
    # The draft is written over by every keystroke's saving: the lock orders two windows of one rater.
    row = op.locked(select(Rating).where(*mine)).first()
    return row or op.add(Rating(review_id=review.id, rater_id=op.actor.employee_id, kind=kind))


def _clean_values(
    review: Review, kind: str, values: Mapping[str, Mapping[str, Any]], *, complete: bool
) -> dict[str, Any]:
    codes = [row.code for row in rated_criteria(card_of(review.cycle), "peers" if kind == "peer" else "superior")]
    if unknown := set(values) - set(codes):
        raise Invalid({code: N_("The scorecard has no such criterion for you to rate.") for code in sorted(unknown)})
    given = {code: v.get("value") for code, v in values.items() if v.get("value") not in (None, "")}
    rated = check_ratings(given, codes, complete=complete)
    return {
        code: {"value": rated.get(code), "text": limited(code, str(v.get("text") or ""))}
        for code, v in values.items()
        # An empty answer is left out, so that "nothing said yet" and "said nothing" are one state.
        if code in rated or v.get("text")
    }


@act("review", "rate_as_peer", VALUES)
def rate_as_peer(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """A colleague's signed rating (3.2.3); raises `Refused` (3.3-d) after another judging act on the case."""
    return _sign(review_id, given, "peer", "rate_as_peer", actor=actor, now=now)


@act("review", "submit_superior_evaluation", VALUES, Field("opinion", N_("Superior's opinion")))
def submit_superior_evaluation(review_id: int, given: RatingInput, *, actor: Actor, now: datetime) -> Rating:
    """The superior's signed evaluation with an opinion (3.3.2); raises `Invalid` without one, `Refused` a second time."""
    return _sign(review_id, given, "superior", "submit_superior_evaluation", actor=actor, now=now)


def _sign(review_id: int, given: RatingInput, kind: str, action: str, *, actor: Actor, now: datetime) -> Rating:
    with operation(action, actor=actor, now=now, clause="3.3.2" if kind == "superior" else "3.2.3") as op:
        review = op.find(Review, review_id)
        op.step(review, review_facts(op.session, review, actor, now), action)
        if kind == "superior" and not given.opinion.strip():
            raise Invalid({"opinion": N_("The superior signs an opinion: write at least a sentence.")})
        rating = _rating_of(op, review, kind)
        _refuse_old(rating, given)
        rating.values = _clean_values(review, kind, given.values, complete=True)
        # Kept with the rating: outlying raters are found in one statement, without opening anybody's answers.
        rating.mean = average([each["value"] for each in rating.values.values()])
        rating.opinion, rating.saved_at, rating.signed_at = limited("opinion", given.opinion), now, now
        rating.in_place_of_id = review.superior_for_id if kind == RaterKind.SUPERIOR else None
        rating.state, rating.signature = "submitted", signature(signed_rating(rating))
        op.session.flush()
        complete_if_over(op, review)
    return rating


def signed_rating(rating: Rating) -> dict[str, Any]:
    """What a rating's signature stands over."""
    assert rating.signed_at is not None
    return {
        "review": rating.review_id, "rater": rating.rater_id, "kind": rating.kind, "values": rating.values,
        "opinion": rating.opinion, "at": rating.signed_at.isoformat(),
        **({"in_place_of": rating.in_place_of_id} if rating.in_place_of_id is not None else {}),
    }  # fmt: skip


@act("review", "decline_rating", REASON)
def decline_rating(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """A colleague declines to rate, with a reason."""
    with operation("decline_rating", actor=actor, now=now, clause="3.2-b") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "decline_rating", reason)
        rating = _rating_of(op, review, "peer")
        rating.state, rating.reason = "declined", reason.strip()
        op.session.flush()
        complete_if_over(op, review)
    return rating


def ask_colleague(review_id: int, employee_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """HR asks one more colleague to rate, where somebody declined or the proposal does not fit (3.2-b).

    Raises `Refused` for the employee, the superior, the head, a subordinate of the employee, or somebody asked before.
    """
    with operation("ask_colleague", actor=actor, now=now, clause="3.2-b") as op:
        review, text = _for_colleagues(op, review_id), reasoned(reason)
        person = op.find(Employee, employee_id)
        if (
            person.id
            in (review.employee_id, review.superior_id, review.head_id, review.superior_for_id, review.head_for_id)
            or person.superior_id == review.employee_id
        ):
            raise Refused(
                Refusal("3.2-b", N_("A colleague who rates is neither superior, head nor subordinate of the employee."))
            )
        if person.left_on is not None and person.left_on <= op.today:
            raise Refused(Refusal("3.2-b", N_("This person is no longer in service.")))
        if person.id in at_fault(op.session, [review.id])[review.id]:
            raise Refused(Refusal("3.3-e", N_("This person takes no part in this case: name another.")))
        known = select(Rating.id).where(
            Rating.review_id == review.id, Rating.rater_id == person.id, Rating.kind == RaterKind.PEER
        )
        if op.session.scalar(known) is not None:
            raise Refused(Refusal("3.2-b", N_("This colleague was asked already.")))
        row = op.add(Rating(review_id=review.id, rater_id=person.id, kind="peer", state="asked"))
        op.remember("review", review, "ask_colleague", relation="hr", reason=text)
        if review.stage == CaseStage.RATING:
            op.tell([person.user_id], "review", "ask_colleague", review.id)
    return row


def release_colleague(review_id: int, rating_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """HR no longer asks a colleague who has not rated yet (3.2-b); raises `Refused` once the rating is signed."""
    with operation("release_colleague", actor=actor, now=now, clause="3.2-b") as op:
        review, text = _for_colleagues(op, review_id), reasoned(reason)
        row = op.get(Rating, rating_id)  # past the scope: HR sees no colleague's rating
        if row.review_id != review.id or row.kind != RaterKind.PEER or row.state not in OPEN_RATING:
            raise Refused(Refusal("3.2-b", N_("Only a colleague who has not rated yet can be released.")))
        row.state, row.reason = "expired", text
        op.remember("review", review, "release_colleague", relation="hr", reason=text)
        op.session.flush()
        complete_if_over(op, review)
    return row


def draw_colleague(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """One more colleague is drawn from the cycle's secret and asked to rate; HR does not choose, nor learns who (3.2-b, 6.3-d).

    Raises `Refused` (3.2-b) where nobody is left, and as `ask_colleague` does.
    """
    with operation("draw_colleague", actor=actor, now=now, clause="3.2-b") as op:
        review, _reason = _for_colleagues(op, review_id), reasoned(reason)
        person = another_colleague(op.session, review)
        if person is None:
            raise Refused(Refusal("3.2-b", N_("No colleague is left who could be drawn.")))
        return ask_colleague(review_id, person, reason, actor=actor, now=now)


def release_missing(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Rating:
    """One who has still to rate is released: whoever is not in service first, then by chance; HR learns not who (6.3-d)."""
    with operation("release_missing", actor=actor, now=now, clause="3.2-b") as op:
        _for_colleagues(op, review_id)
        waiting = select(Rating.id, Employee.status).join(Employee, Employee.id == Rating.rater_id)
        mine = (Rating.review_id == review_id, Rating.kind == RaterKind.PEER, Rating.state.in_(OPEN_RATING))
        rows = op.session.execute(waiting.where(*mine).order_by(Rating.id)).all()
        if not rows:
            raise Refused(Refusal("3.2-b", N_("Only a colleague who has not rated yet can be released.")))
        gone = [key for key, status in rows if status != EmployeeStatus.IN_SERVICE]
        return release_colleague(
            review_id, choice(gone or [key for key, _status in rows]), reason, actor=actor, now=now
        )


def _for_colleagues(op: Operation, review_id: int) -> Review:
    review = op.find(Review, review_id)
    if refusal := why_not_steered(review, op.actor):
        raise Refused(refusal)
    return review


def why_not_steered(review: Review, actor: Actor) -> Refusal | None:
    """Why the actor may not ask or release a colleague now; the case page shows the forms by it (3.2-b)."""
    if not (actor.has("hr") or actor.is_system):
        return Refusal("3.2-b", N_("Only HR adjusts which colleagues rate."))
    if review.stage not in (CaseStage.SELF_ASSESSMENT, CaseStage.RATING) or review.peer_time_over_at is not None:
        return Refusal("3.2-b", N_("The colleagues' time to rate is over."))
    return why_not_ones_own(review.employee_id, actor)


@act("review", "close_peer_rating", REASON)
def close_peer_rating(review_id: int, reason: str, *, actor: Actor, now: datetime) -> Review:
    """HR ends the colleagues' time on one case, with a reason (3.3-a)."""
    with operation("close_peer_rating", actor=actor, now=now, clause="3.3-a") as op:
        review = op.find(Review, review_id)
        step_with_reason(op, review, "close_peer_rating", reason)
        review.peer_time_over_at = now
        complete_if_over(op, review)
    return review


def complete_if_over(op: Operation, review: Review) -> bool:
    """Go on to the department when the superior has signed and the colleagues are done or out of time (3.3-a).

    Not before the cycle's figures are locked: until then the case waits (3.2-a2).
    """
    return complete_ratings(op, [review]) == 1


def complete_ratings(op: Operation, reviews: Sequence[Review]) -> int:
    """Carry those of the cases on whose ratings are over and whose cycle's figures are locked; returns how many.

    The averages and the score are made here, once (3.2-b): a case that comes back later is not rated by colleagues again.
    """
    # Facts before the late ratings expire: afterwards the colleagues would look complete of themselves.
    over = _over(op, [review for review in reviews if review.stage == CaseStage.RATING])
    if not over:
        return 0
    cases = [review for review, _facts in over]
    late = [
        rating
        for keys in chunks([review.id for review in cases])
        for rating in op.session.scalars(
            select(Rating).where(
                Rating.review_id.in_(keys), Rating.kind == RaterKind.PEER, Rating.state.in_(OPEN_RATING)
            )
        )
    ]
    write_many(op, {rating: {"state": "expired"} for rating in late})
    op.step_many(over, "complete_rating", as_system=True)
    # The first end stands: a case that comes back is not rated by colleagues once more (3.2-b).
    write_many(op, {review: {"peer_time_over_at": op.now} for review in cases if review.peer_time_over_at is None})
    for cycle_id in dict.fromkeys(review.cycle_id for review in cases):
        score_reviews(op, [review for review in cases if review.cycle_id == cycle_id])
    return len(cases)


def _over(op: Operation, reviews: Sequence[Review]) -> list[tuple[Review, Facts]]:
    """Those that can go on, with their facts; not those for which somebody's rating or the figures are waited for."""
    facts = rating_facts_of(op.session, reviews, op.now)
    over = [
        review
        for review in reviews
        if facts[review.id]["superior_signed"]
        and (not facts[review.id]["peers_open"] or facts[review.id]["peer_time_over"])
    ]
    for cycle in {review.cycle_id: review.cycle for review in over}.values():
        # Asked here as well as by timed work: the first case to be scored locks for everybody (3.2-a2).
        lock_if_due(op, cycle)
    return [
        (review, effect("review", review.stage, **facts[review.id] | {"figures_locked": True}))
        for review in over
        if review.cycle.metrics_frozen_at is not None
    ]


def waiting_for_completion(turn: Turn) -> Select[Any]:
    """The cases of a cycle whose ratings are over."""
    return ratings_over(turn.op.now).where(Cycle.id == turn.record.id).with_only_columns(Review.id)


def carry_waiting(turn: Turn, keys: Sequence[int]) -> dict[int, Refusal]:
    """What waited for the figures of a cycle goes on, scored together."""
    complete_ratings(turn.op, reviews_by_key(turn.op, keys))
    return {}


def reviews_by_key(op: Operation, keys: Sequence[int]) -> list[Review]:
    """Cases by their numbers, locked, in their order."""
    grades = (Review.present_grade, Review.target_grade, Review.determined_grade)
    beside = map(selectinload, (Review.employee, Review.department, *grades))
    return list(op.locked(select(Review).where(Review.id.in_(keys)).options(joinedload(Review.cycle), *beside)))


def complete_overdue(*, actor: Actor, now: datetime) -> int:
    """Timed: every case whose ratings are over and that has not gone on yet (due and not done); returns how many.

    In batches, each a transaction of its own: a deadline is everybody's on one day.
    """
    count, cursor = 0, 0
    while True:
        with operation("complete_overdue_ratings", actor=actor, now=now, clause="3.3-a") as op:
            locked = or_(Cycle.metrics_frozen_at.is_not(None), Cycle.self_assessment_due <= now)
            due = ratings_over(now).where(locked, Review.id > cursor).with_only_columns(Review.id)
            keys = op.session.scalars(due.limit(MOST_ROWS)).all()
            count += complete_ratings(op, reviews_by_key(op, keys)) if keys else 0
        if not keys:
            return count
        cursor = keys[-1]
