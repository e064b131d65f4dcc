"""What opening a cycle writes: a case with its snapshot for everyone, raters asked, employees told (1.2, 3.2-b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from admin.domain.codes import CaseStage, CycleStage, RaterKind
from admin.domain.refusals import N_, Refusal, Refused
from admin.domain.service import Standing
from admin.models import Cycle, Employee, Rating, Review
from admin.operations.cases.present_grade import follow_the_file
from admin.operations.many import Turn
from admin.operations.transaction import Operation
from admin.queries.cases.scoring import figures_locked
from admin.queries.cycles.cycles import NOBODY, Prospect, centre_departments, peers_for
from admin.queries.outcome.grade_on import grades_to_come
from admin.queries.system.chunks import chunks

STANDING_STAGES = {Standing.GRADED: "self_assessment", Standing.UNCHANGED: "unchanged", Standing.OUTSIDE: "outside"}


def create_cases(
    op: Operation,
    cycle: Cycle,
    found: Sequence[Prospect],
    *,
    relation: str = "hr",
    clause: str = "1.2",
    reason: str = "",
    **given: Any,
) -> None:
    """Write every case with its snapshot, history and audit events; `given` overrides columns of the cases."""
    rows = [_case(cycle, p, op.now) | given for p in found]
    # Set-based: 100,000 cases as objects would take minutes and gigabytes; what the listener misses is noted below.
    op.session.connection().execute(insert(Review.__table__), rows)
    people = [p.employee_id for p in found]
    mine = (Review.cycle_id == cycle.id, Review.employee_id.in_(people))
    ids = dict(op.session.execute(select(Review.employee_id, Review.id).where(*mine)).all())
    op.note_inserted(Review, Review.__table__.c.cycle_id == cycle.id, Review.__table__.c.employee_id.in_(people))
    opened = (
        (ids[row["employee_id"]], row["stage"], row["outcome_clause"] or clause, row["outcome_reason"] or reason)
        for row in rows
    )
    op.remember_opened("review", opened, relation=relation)
    _follow_what_is_to_come(op, people)


def _follow_what_is_to_come(op: Operation, employees: Sequence[int]) -> None:
    """Who holds another grade from a later day on, by a document issued already, is assessed from that one (4.3-b)."""
    if coming := grades_to_come(op.session, employees, op.today):
        follow_the_file(op, list(coming), N_("The grade file holds a grade from a later day on already."))


def _case(cycle: Cycle, p: Prospect, now: datetime) -> dict[str, Any]:
    graded = p.place.standing is Standing.GRADED
    # An outcome fixed beforehand is reviewed by nobody, and the table refuses a case whose head is its superior.
    head = p.head_id if graded or p.head_id != p.superior_id else None
    return {
        "cycle_id": cycle.id,
        "employee_id": p.employee_id,
        "kind": p.place.kind.value,
        "stage": STANDING_STAGES[p.place.standing],
        "outcome_clause": None if graded else p.place.clause,
        "outcome_reason": p.place.why.value if p.place.why else None,
        "department_id": p.department_id,
        "superior_id": p.superior_id,
        "head_id": head,
        "post": p.post,
        "queue": p.queue,
        "present_grade_id": p.grade_id,
        "individual_reasons": [],
        "stage_since": now,
        "version": 1,
        "self_assessment_missing": False,
        "remitted": False,
    }


def ask_raters(
    op: Operation, cycle: Cycle, found: Sequence[Prospect], parameters: Mapping[str, Any], *, only: int | None = None
) -> None:
    """Ask the superior and the colleagues drawn to rate; of those found, everyone graded who has a case in the cycle.

    `only`: those of this one case, which has joined the others later.
    """
    ids = cases_of(op, cycle, [p.employee_id for p in found])
    if only is not None:
        ids = {person: key for person, key in ids.items() if key == only}
    with_secret(cycle)
    asked = select(Rating.rater_id, func.count()).join(Review, Review.id == Rating.review_id).group_by(Rating.rater_id)
    asked = asked.where(Review.cycle_id == cycle.id, Rating.kind == RaterKind.PEER)
    peers = draw_peers(op.session, cycle, found, parameters, dict(op.session.execute(asked).all()))
    write_raters(op, ids, found, peers)


def with_secret(cycle: Cycle) -> None:
    """The cycle has a secret from which its colleagues are drawn."""
    cycle.draw_secret = cycle.draw_secret or token_bytes(32)


def draw_peers(
    session: Session,
    cycle: Cycle,
    found: Sequence[Prospect],
    parameters: Mapping[str, Any],
    asked: Mapping[int, int] = NOBODY,
) -> dict[int, list[int]]:
    """The colleagues of each of those found, from the cycle's secret; `asked`: how often each was asked before."""
    assert cycle.draw_secret is not None
    count, least = int(parameters["peers_proposed"]), int(parameters["peer_minimum"])
    return peers_for(found, centre_departments(session), count, least, secret=cycle.draw_secret, asked=asked)


def write_raters(
    op: Operation, ids: Mapping[int, int], found: Sequence[Prospect], peers: Mapping[int, Sequence[int]]
) -> None:
    """Ask whoever rates: `ids` are the cases by employee, `peers` the colleagues drawn."""
    asked = {"state": "asked", "values": {}, "opinion": ""}
    rows: list[dict[str, Any]] = [
        {"review_id": ids[p.employee_id], "rater_id": p.superior_id, "kind": "superior"} | asked
        for p in found
        if p.place.standing is Standing.GRADED and p.employee_id in ids
    ]
    rows += [
        {"review_id": key, "rater_id": peer, "kind": "peer"} | asked
        for subject, key in ids.items()
        for peer in peers.get(subject, ())
    ]
    if rows:
        op.session.connection().execute(insert(Rating.__table__), rows)
        op.note_inserted(Rating, Rating.__table__.c.review_id.in_({row["review_id"] for row in rows}))


def cases_of(op: Operation, cycle: Cycle, people: Sequence[int]) -> dict[int, int]:
    """The cases of these people in a cycle, by employee."""
    found: dict[int, int] = {}
    for some in chunks(people):
        query = select(Review.employee_id, Review.id).where(Review.cycle_id == cycle.id, Review.employee_id.in_(some))
        found |= dict(op.session.execute(query).all())
    return found


def tell_employees(op: Operation, cycle: Cycle, *which: Any) -> None:
    """Tell everyone whose self-assessment is due; `which` narrows it to some of the cycle's cases."""
    rows = op.session.execute(
        select(Review.id, Employee.user_id)
        .join(Employee, Employee.id == Review.employee_id)
        .where(Review.cycle_id == cycle.id, Review.stage == CaseStage.SELF_ASSESSMENT, Employee.user_id.is_not(None))
        .where(*which)
    ).all()
    facts = {"year": cycle.year, "due": cycle.self_assessment_due.isoformat()}
    told = [
        {"user_id": user, "process": "review", "action": "open", "record_id": key, "facts": facts} for key, user in rows
    ]
    op.post(told)


def let_in_late(turn: Turn) -> None:
    """Whoever was left out at the opening comes in while the figures are not locked.

    Raises `Refused` (3.1, 3.2-a2) later on: then it is done in proceedings of their own.
    """
    cycle = turn.record
    if cycle.stage != CycleStage.OPEN:
        raise Refused(Refusal("3.1", N_("The cycle is not open: no case can be added to it.")))
    if figures_locked(cycle, turn.op.now):
        text = N_("The figures of the cycle are locked; people left out are graded in a separate case.")
        raise Refused(Refusal("3.2-a2", text))
