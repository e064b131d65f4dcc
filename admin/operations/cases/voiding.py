"""What falls when the ratings are taken up again, whoever sends the case back: head, HR or panel (3.3.3, 3.3.5-a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from admin.domain.codes import RaterKind, RatingState
from admin.models import Rating, Review
from admin.operations.transaction import Operation
from admin.operations.writing import insert_many, write_many
from admin.queries.system.chunks import chunks

COUNT_NO_MORE = (RatingState.VOID, RatingState.EXPIRED)
AS_SUPERIOR = {"kind": RaterKind.SUPERIOR.value, "state": RatingState.ASKED.value}


def void_superior(op: Operation, review: Review) -> None:
    """The superior's signature, the score and the suggestion fall; what was written stays as a draft.

    The case's superior of today is asked, who need not be the one who signed, nor has anybody signed in every case.
    """
    for rating in _evaluations(op, review):
        if rating.state == RatingState.SUBMITTED:
            # When it was signed stays: it was an act of judging (3.3-d).
            rating.state, rating.signature = RatingState.DRAFT, None
    review.score, review.suggested_grade_id = None, None
    if review.superior_id is not None:
        ask_superior(op, review, review.superior_id)


def ask_superior(op: Operation, review: Review, superior_id: int | None) -> None:
    """The evaluation is asked of one person; what others began or signed counts no more."""
    _ask(op, {review: superior_id}, {review.id: _evaluations(op, review)})


def ask_superiors(op: Operation, asked: Mapping[Review, int | None]) -> None:
    """The evaluation of each case is asked of the person beside it; where one is signed it stands, and nobody is asked (3.3-d)."""
    found: dict[int, list[Rating]] = defaultdict(list)
    for some in chunks([review.id for review in asked]):
        query = select(Rating).where(Rating.review_id.in_(some), Rating.kind == RaterKind.SUPERIOR)
        for row in op.session.scalars(query.order_by(Rating.id)):
            found[row.review_id].append(row)
    unsigned = {
        review: superior_id
        for review, superior_id in asked.items()
        if all(row.state != RatingState.SUBMITTED for row in found[review.id])
    }
    _ask(op, unsigned, found)


def _ask(op: Operation, asked: Mapping[Review, int | None], found: Mapping[int, Sequence[Rating]]) -> None:
    """The evaluations are asked anew in few statements, of one case as of a thousand."""
    changed: dict[Rating, dict[str, str]] = {}
    new: list[dict[str, Any]] = []
    for review, superior_id in asked.items():
        rows = found.get(review.id, ())
        changed |= {row: {"state": _aside(row)} for row in rows if row.rater_id != superior_id}
        mine = next((row for row in rows if row.rater_id == superior_id), None)
        if mine is None and superior_id is not None:
            new.append({"review_id": review.id, "rater_id": superior_id, **AS_SUPERIOR})
        elif mine is not None and mine.state in COUNT_NO_MORE:
            changed[mine] = {"state": RatingState.ASKED.value}
    write_many(op, changed)
    insert_many(op, Rating, new)


def set_aside(rating: Rating) -> None:
    """A rating that counts no more: void where it was signed, else no longer asked."""
    rating.state = _aside(rating)


def _aside(rating: Rating) -> str:
    return (RatingState.VOID if rating.signed_at is not None else RatingState.EXPIRED).value


def _evaluations(op: Operation, review: Review) -> list[Rating]:
    query = select(Rating).where(Rating.review_id == review.id, Rating.kind == RaterKind.SUPERIOR)
    return list(op.session.scalars(query.order_by(Rating.id)))
