"""The determination: only ever the effect of closing a ballot (3.3.4-b)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, tuple_

from admin.domain.workflow import Facts
from admin.domain.workflow.facts import effect
from admin.models import AgendaItem, Appeal, Determination, Meeting, Review
from admin.operations.committee.meetings import defer
from admin.operations.transaction import Operation
from admin.operations.writing import write_many
from admin.queries.outcome.file_fit import off_the_file
from admin.queries.system.chunks import chunks


@dataclass(frozen=True)
class Fixed:
    """A grade that a closed ballot has fixed for a case."""

    item: AgendaItem
    grade_id: int
    reason: str
    motion_id: int | None
    clause: str = "3.3.4"


def determine(op: Operation, meeting: Meeting, fixed: Sequence[Fixed]) -> None:
    """Write the determinations of the committee, move the cases on and settle their agenda items; few statements.

    A case whose present grade is no longer the grade file's is deferred instead, with what is to be done (1.2-f).
    """
    # Ballots were cast on another present grade: the result could never be issued, so it is not made.
    off = off_the_file(op.session, [one.item.review for one in fixed])
    for one in fixed:
        if one.item.review_id in off:
            defer(one.item, off[one.item.review_id])
    fixed = [one for one in fixed if one.item.review_id not in off]
    _write_down(op, fixed)
    for one in fixed:
        one.item.state = "determined"
    write_many(op, {one.item.review: {"determined_grade_id": one.grade_id} for one in fixed})
    steps = [
        (one.item.review, effect("review", one.item.review.stage, file_refusal=off.get(one.item.review_id)))
        for one in fixed
    ]
    # Nobody determines: it is the effect of the closed ballot, and the table has no person in its row.
    op.step_many(steps, "determine", as_system=True, message={"meeting": meeting.number})


def _write_down(op: Operation, fixed: Sequence[Fixed]) -> None:
    """The determinations themselves, in one statement."""
    if not fixed:
        return
    seqs, table = _last_seq(op, [one.item.review_id for one in fixed]), Determination.__table__
    rows = [
        {
            "review_id": one.item.review_id, "seq": seqs.get(one.item.review_id, 0) + 1, "body": "committee",
            "grade_id": one.grade_id, "motion_id": one.motion_id, "clause": one.clause, "reason": one.reason,
            "determined_at": op.now,
        }
        for one in fixed
    ]  # fmt: skip
    op.session.flush()
    op.session.connection().execute(insert(Determination.__table__), rows)
    for some in chunks(rows):
        made = tuple_(table.c.review_id, table.c.seq).in_([(row["review_id"], row["seq"]) for row in some])
        op.note_inserted(Determination, made)


def determine_by_panel(op: Operation, appeal: Appeal, grade_id: int, reason: str) -> Determination:
    """Write the panel's determination of a case."""
    review = appeal.review
    review.determined_grade_id = grade_id
    seq = _last_seq(op, [review.id]).get(review.id, 0) + 1
    return op.add(
        Determination(
            review_id=review.id,
            seq=seq,
            body="panel",
            grade_id=grade_id,
            appeal_id=appeal.id,
            clause="3.3.5-a",
            reason=reason,
            determined_at=op.now,
        )
    )


def review_facts(review: Review) -> Facts:
    """A case as the system acts on it by the effect of another act."""
    return effect("review", review.stage)


def _last_seq(op: Operation, review_ids: Collection[int]) -> dict[int, int]:
    query = select(Determination.review_id, func.max(Determination.seq)).group_by(Determination.review_id)
    parts = (query.where(Determination.review_id.in_(some)) for some in chunks(review_ids))
    return {key: seq for part in parts for key, seq in op.session.execute(part)}
