"""Every saved proposal of a head sent at once, as the page knew them: an act on many of whoever heads (3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import selectinload

from admin.access.actor import Actor
from admin.access.scope import visible
from admin.domain.refusals import N_, P_, Invalid, NotFound, Refusal
from admin.models import Cycle, Employee, Review
from admin.operations.acts import Field, act, record_of
from admin.operations.cases.department import Proposing, latest_of_many, propose_each, row_said
from admin.operations.many import CHANGED_MEANWHILE, GONE, Many, Turn, refusal_of, whole
from admin.operations.newer import NewerVersion
from admin.operations.transaction import operation
from admin.queries.cases.department_table import saved_cases
from admin.queries.cases.staffing import last_saved, latest_drafts, saved_version
from admin.queries.policy.policy import grades_by_code
from admin.queries.system.long_work import cases_named


def _headed_by(head: Employee) -> ColumnElement[bool]:
    return Cycle.id.in_(select(Review.cycle_id).where(Review.head_id == head.id))


def _begin(turn: Turn) -> None:
    op, head, seen = turn.op, turn.record, turn.values.get("version")
    if head.id != op.actor.employee_id and not op.actor.is_system:
        raise NotFound(f"Employee {head.id}")
    row = last_saved(op.session, turn.values["cycle_id"], head.id)
    if seen and seen != saved_version(row):
        raise NewerVersion(saved_version(row), row.saved_at if row else op.now, row_said(row), ())
    turn.kept["last"] = row.id if row is not None else 0
    if op.session.scalars(_saved(turn).limit(1)).first() is None:
        raise Invalid({"row": N_("No saved proposal is in this list.")})


def _saved(turn: Turn) -> Select[Any]:
    values = turn.values
    query = saved_cases(values["cycle_id"], turn.record.id, values.get("text") or "", bool(values.get("flagged")))
    return query.with_only_columns(Review.id, maintain_column_froms=True)


def _send(turn: Turn, keys: Sequence[int]) -> Mapping[int, Refusal]:
    op = turn.op
    # Held first of all: whoever saves one of these rows meanwhile waits, and is told.
    held = select(Review).where(Review.id.in_(keys), visible(op.actor, Review)).order_by(Review.id)
    beside = (Review.cycle, Review.employee, Review.present_grade, Review.target_grade)
    cases = op.locked(held.options(*map(selectinload, beside))).all()
    grades = {grade.id: code for code, grade in grades_by_code(op.session).items()}
    drafts, last = latest_of_many(op, keys), latest_drafts(op.session, keys)
    refused = dict.fromkeys(set(keys) - {case.id for case in cases}, GONE)
    together, alone = list[Proposing](), list[Proposing]()
    for case in cases:
        draft = drafts.get(case.id)
        # What was saved after the click was in no list that the head has sent.
        if draft is None or draft.id > turn.kept["last"]:
            refused[case.id] = CHANGED_MEANWHILE
            continue
        # Where another head has saved a row since, this one's changes how the department stands, which the others are held against.
        stands = last[case.id].id == draft.id
        (together if stands else alone).append(Proposing(case, grades[draft.grade_id], draft.reason))
    for some in filter(None, [*([each] for each in alone), together]):
        with operation("propose", actor=op.actor, now=op.now, clause="3.3.3") as proposing:
            wrong = propose_each(proposing, some)
        refused |= {key: refusal_of(error) for key, error in wrong.items()}
    return refused


SEND_ALL = Many(
    "send_proposals",
    "3.3.3",
    _saved,
    _send,
    cases_named,
    P_(
        "%(count)s saved proposal is signed and goes to the review committee; if it is refused it stays in the table.",
        "%(count)s saved proposals are signed and go to the review committee; what is refused stays in the table.",
    ),
    begin=_begin,
)


@act(
    "employee",
    "send_proposals",
    record_of("cycle", N_("Review cycle"), Cycle, _headed_by),
    Field("version", N_("The row saved last, as the page showed it"), required=False),
    Field("text", N_("Only names and numbers with this in them"), required=False),
    Field("flagged", N_("Only flagged cases"), "boolean", required=False),
    many=SEND_ALL,
)
def send_all(
    head_id: int,
    cycle_id: int,
    version: str = "",
    text: str = "",
    flagged: bool = False,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Send every saved row of a head in a cycle, of one list where one is named; returns how many were sent.

    `version` is the row that the page knew as the last one saved (`saved_version`). Raises `NewerVersion` (1.3.1) where another
    window has saved one since, `Invalid` where none is saved, `NotFound` for another head's.
    """
    given = {"cycle_id": cycle_id, "version": version, "text": text, "flagged": flagged}
    return whole(SEND_ALL, head_id, Employee, given, actor=actor, now=now).done
