"""The one writer of the grade file: documents of every kind, takeovers and their corrections (3.3.6, 1.2-c, 1.2-f, 6.3-a).

The entry that runs must be the one that a change moves from; the database refuses a gap, an overlap and a grade that no
change ordered (`models/grade_guards`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from admin.domain.codes import ChangeKind
from admin.domain.refusals import Refused
from admin.models import GradeChange, GradeInterval, ResultStatement
from admin.operations.transaction import Operation
from admin.queries.outcome.file_fit import Entering, unfit
from admin.queries.outcome.statements import STATEMENTS, statements_of
from admin.queries.system.chunks import chunks

ENTRIES = GradeInterval.__table__
COLUMNS = (
    GradeChange.id,
    GradeChange.employee_id,
    GradeChange.kind,
    GradeChange.from_grade_id,
    GradeChange.to_grade_id,
    GradeChange.effective_on,
)


def enter(op: Operation, *which: Any) -> None:
    """Enter what these grade changes order: the running entry ends on the effective day, the next begins (3.3.6).

    `which` are conditions on `GradeChange`. Raises `Refused`: (1.2-f) a change moves from a grade that the file does not
    hold, (6.3-a) the file holds something from that day on or later. One that confirms a grade must find it in the file.
    """
    op.session.flush()
    changes = op.session.execute(select(*COLUMNS).where(*which).order_by(GradeChange.id)).all()
    refused = unfit(op.session, [Entering(c.employee_id, c.from_grade_id, c.effective_on) for c in changes])
    for refusal in refused.values():
        raise Refused(refusal)
    moved = [change for change in changes if change.kind != ChangeKind.UNCHANGED]
    _end(op, {change.employee_id: change for change in moved})
    for some in chunks(moved):
        op.session.execute(insert(GradeInterval), [_begun(change) for change in some])
        op.note_inserted(GradeInterval, ENTRIES.c.started_by_id.in_([change.id for change in some]))
    _state(op, [change.id for change in changes])


def _state(op: Operation, changes: Sequence[int]) -> None:
    """Write down what each result says in one line, so that whoever it concerns can prove it (6.3.3)."""
    for some in chunks(changes):
        lines = [{"grade_change_id": key, "text": text} for key, text in statements_of(op.session, some)]
        if lines:
            op.session.execute(insert(ResultStatement), lines)
            op.note_inserted(ResultStatement, STATEMENTS.c.grade_change_id.in_(some))


def _begun(change: Any) -> dict[str, Any]:
    return {
        "employee_id": change.employee_id,
        "grade_id": change.to_grade_id,
        "valid_from": change.effective_on,
        "valid_to": None,
        "started_by_id": change.id,
        "ended_by_id": None,
    }


def _end(op: Operation, changes: Mapping[int, Any]) -> None:
    """The running entries of these employees end, each on its change's day and by it."""
    for some in chunks(sorted(changes)):
        running = op.session.execute(
            select(GradeInterval.id, GradeInterval.employee_id)
            .where(GradeInterval.employee_id.in_(some), GradeInterval.valid_to.is_(None))
            .order_by(GradeInterval.id)
        ).all()
        ends = [
            {"id": row.id, "valid_to": by.effective_on, "ended_by_id": by.id}
            for row in running
            for by in (changes[row.employee_id],)
        ]
        if ends:
            op.session.execute(update(GradeInterval), ends)
        op.note_many(("update", ENTRIES.name, end["id"], _ended(end)) for end in ends)


def _ended(end: dict[str, Any]) -> dict[str, Any]:
    return {"valid_to": [None, end["valid_to"].isoformat()], "ended_by_id": [None, end["ended_by_id"]]}


def take_back(op: Operation, document_id: int) -> None:
    """Enter what a document orders that takes another back: grades that were held end on its day, those that were still to
    come are put right from their own day on, so that nobody ever holds them (1.2-f).

    Who asks has made sure that no later grade stands on them.
    """
    op.session.flush()
    query = select(*COLUMNS).where(GradeChange.document_id == document_id).order_by(GradeChange.id)
    changes = op.session.execute(query).all()
    moved = {change.employee_id: change for change in changes if change.from_grade_id != change.to_grade_id}
    starts: dict[int, Any] = {}
    for some in chunks(sorted(moved)):
        running = select(GradeInterval).where(GradeInterval.employee_id.in_(some), GradeInterval.valid_to.is_(None))
        starts |= {entry.employee_id: entry for entry in op.session.scalars(running)}
    anew = {key: change for key, change in moved.items() if starts[key].valid_from < change.effective_on}
    for key, change in moved.items():
        if key not in anew:
            starts[key].grade_id, starts[key].started_by_id = change.to_grade_id, change.id
    op.session.flush()
    _end(op, anew)
    for some in chunks(list(anew.values())):
        op.session.execute(insert(GradeInterval), [_begun(change) for change in some])
        op.note_inserted(GradeInterval, ENTRIES.c.started_by_id.in_([change.id for change in some]))
    _state(op, [change.id for change in changes])


def put_right(op: Operation, change: GradeChange) -> None:
    """The one entry of a file says from its beginning what a takeover correction orders (1.2-f).

    Who asks has made sure that no document stands on it; both changes stay on record.
    """
    entry = op.session.scalars(select(GradeInterval).where(GradeInterval.employee_id == change.employee_id)).one()
    assert change.effective_on is not None
    entry.grade_id, entry.valid_from, entry.started_by_id = change.to_grade_id, change.effective_on, change.id
    op.session.flush()
