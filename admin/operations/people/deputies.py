"""Deputies: appointed by HR for a person, a role and a period; open cases go to them and come back by themselves (3.3-c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from admin.access.actor import Actor
from admin.domain.codes import BasisAct, CaseStage, DeputyRole
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import Deputy, Employee, Review
from admin.operations.accounts.apart import refuse_apart
from admin.operations.acts import REASON, act
from admin.operations.cases.review_steps import reasoned
from admin.operations.cases.voiding import ask_superiors
from admin.operations.fields import Field, anyone_of, record_of
from admin.operations.people.here import require_hr, still_here
from admin.operations.seconding import by_two
from admin.operations.transaction import Operation, operation
from admin.operations.writing import write_many
from admin.queries.cycles.rehearsed import REHEARSED
from admin.queries.people.deputies import PLACES, cannot_go, holds_role, overlapping, running, to_give_back, waiting_for

CLAUSE = "3.3-c"
LONGEST_DAYS = 366
BATCH = 200  # cases a transaction: everybody else waits for it no longer than a moment


@act(
    "employee",
    "appoint_deputy",
    anyone_of("deputy", N_("Deputy"), Employee),
    Field("role", N_("In which role"), "choice", choices=tuple(DeputyRole.labels().items())),
    Field("first_day", N_("First day"), "date"),
    Field("last_day", N_("Last day"), "date"),
    REASON,
)
@by_two(BasisAct.APPOINT_DEPUTY, "employee", own=False)
def appoint_deputy(
    employee_id: int,
    deputy_id: int,
    role: str,
    first_day: date,
    last_day: date,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Deputy:
    """HR appoints somebody to stand in for a superior or head, both days included; their cases follow within a minute.

    Raises `Invalid` for a day in the past, a period that ends before it begins or lasts over a year, somebody who has left or
    leaves before its end, and where there is nothing to stand in for; `Refused` for oneself, an office that the role may not
    meet with (6.1-a), a second deputy at one time, a deputy of a deputy, and where none of the open cases could go (3.3-c).
    """
    with operation("appoint_deputy", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        person, text = op.find(Employee, employee_id), reasoned(reason)
        deputy = still_here(op, deputy_id, "deputy")
        still_here(op, person.id, "employee")
        if person.id == deputy.id:
            raise Refused(Refusal(CLAUSE, N_("No one may be their own deputy.")))
        _check_days(op, deputy, first_day, last_day)
        refuse_apart(op, deputy.id, role)
        if not holds_role(op.session, person.id, role):
            raise Invalid({"role": N_("This person leads no one in this role, and no case waits for them in it.")})
        row = Deputy(
            person_id=person.id, deputy_id=deputy.id, role=role, first_day=first_day, last_day=last_day, reason=text
        )
        _check_alone(op, row)
        _check_cases(op, row)
        row.appointed_by_id, row.appointed_at = actor.user_id or 0, now
        op.add(row)
        _tell_both(op, row, "appoint")
    return row


def _check_days(op: Operation, deputy: Employee, first_day: date, last_day: date) -> None:
    if first_day < op.today:
        raise Invalid({"first_day": N_("A deputy is appointed from today on, not for days that are past.")})
    if last_day < first_day:
        raise Invalid({"last_day": N_("The last day is before the first one.")})
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise Invalid(
            {"last_day": N_("A deputy is appointed for a year at most: give the case or the team away instead.")}
        )
    if deputy.left_on is not None and deputy.left_on <= last_day:
        raise Invalid({"last_day": N_("The deputy leaves before that day.")})


def _check_alone(op: Operation, row: Deputy) -> None:
    """One deputy at a time, and none of whoever is one."""
    near = (Deputy.role == row.role, overlapping(row.first_day, row.last_day))
    both = (row.person_id, row.deputy_id)
    query = select(Deputy).where(*near, or_(Deputy.person_id.in_(both), Deputy.deputy_id == row.person_id))
    for other in op.locked(query.options(joinedload(Deputy.deputy), joinedload(Deputy.person))):
        facts = {
            "deputy": other.deputy.name, "person": other.person.name,
            "first": other.first_day.isoformat(), "last": other.last_day.isoformat(),
        }  # fmt: skip
        if other.person_id == row.person_id:
            text = N_("%(deputy)s acts for %(person)s from %(first)s to %(last)s already: end that first.")
        else:
            text = N_("A deputy has no deputy: %(deputy)s acts for %(person)s from %(first)s to %(last)s in this role.")
        raise Refused(Refusal(CLAUSE, text, facts))


def _check_cases(op: Operation, row: Deputy) -> None:
    """Raise `Refused` where none of the cases that are open now could go to them."""
    cases = op.session.scalars(waiting_for(row)).all()
    refused = cannot_go(op.session, row, cases)
    if cases and len(refused) == len(cases):
        first = next(iter(refused.values()))
        facts = {**first.facts, "count": len(cases)}
        text = N_("None of the %(count)s open cases may go to this deputy, by the rule named here: name another.")
        raise Refused(Refusal(first.clause, text, facts))


@act("employee", "end_deputy", record_of("appointment", N_("Appointment as deputy"), Deputy, "person_id"), REASON)
@by_two(BasisAct.END_DEPUTY, "employee")
def end_deputy(employee_id: int, appointment_id: int, reason: str, *, actor: Actor, now: datetime) -> Deputy:
    """HR ends an appointment before its last day: what is not done goes back within a minute, what was signed stands.

    Raises `NotFound`, `Invalid` without a reason, `Refused` (3.3-c) where it is over.
    """
    with operation("end_deputy", actor=actor, now=now, clause=CLAUSE) as op:
        require_hr(op)
        person, row = op.find(Employee, employee_id), op.find(Deputy, appointment_id)
        if row.person_id != person.id:
            raise NotFound("Deputy")
        text = reasoned(reason)
        if row.ended_on is not None or row.last_day < op.today:
            raise Refused(Refusal(CLAUSE, N_("This appointment is over already.")))
        row.ended_on, row.end_reason = op.today, text
        _tell_both(op, row, "end")
    return row


def _tell_both(op: Operation, row: Deputy, what: str) -> None:
    people = [op.get(Employee, row.person_id), op.get(Employee, row.deputy_id)]
    facts = {"person": people[0].name, "deputy": people[1].name, "first": row.first_day, "last": row.last_day}
    told = {name: str(value) for name, value in facts.items()}
    op.tell([person.user_id for person in people], "deputy", f"{what}_{row.role}", row.id, **told)


def follow_deputies(*, actor: Actor, now: datetime) -> int:
    """Timed: cases whose deputy's time is over go back, and what is due of whoever is stood in for goes to the deputy.

    Due and not done, in batches; a case that may not go stays, and stands on the page of deputies with its clause.
    """
    count = sum(_give_back(role, actor=actor, now=now) for role in PLACES)
    with operation("follow_deputies", actor=actor, now=now, clause=CLAUSE) as op:
        keys = list(op.session.scalars(select(Deputy.id).where(running(op.today)).order_by(Deputy.id)))
    return count + sum(_give(key, actor=actor, now=now) for key in keys)


def _give_back(role: str, *, actor: Actor, now: datetime) -> int:
    count = 0
    while True:
        with operation("follow_deputies", actor=actor, now=now, clause=CLAUSE) as op:
            cases = _batch(op, to_give_back(role, op.today))
            before = {review.id: getattr(review, f"{role}_for") for review in cases}
            _put(op, role, {review: (before[review.id].id, None) for review in cases})
            op.remember_each("review", cases, "give_back", relation="system")
            for person in {each.id: each for each in before.values()}.values():
                mine = [review for review in cases if before[review.id].id == person.id]
                _tell_of(op, person, mine, "give_back")
        count += len(cases)
        if len(cases) < BATCH:
            return count


def _give(key: int, *, actor: Actor, now: datetime) -> int:
    count, cursor = 0, 0
    while True:
        with operation("follow_deputies", actor=actor, now=now, clause=CLAUSE) as op:
            row = op.locked(select(Deputy).where(Deputy.id == key, running(op.today))).first()
            cases = _batch(op, waiting_for(row).where(Review.id > cursor)) if row is not None else []
            if row is not None and cases:
                refused = cannot_go(op.session, row, cases)
                going = [review for review in cases if review.id not in refused]
                _put(op, row.role, dict.fromkeys(going, (row.deputy_id, row.person_id)))
                op.remember_each("review", going, "stand_in", relation="system")
                facts = {"person": row.person.name, "last": row.last_day.isoformat()}
                _tell_of(op, row.deputy, going, "stand_in", **facts)
                count += len(going)
        if len(cases) < BATCH:
            return count
        cursor = cases[-1].id


def _batch(op: Operation, query: Select[Review]) -> list[Review]:
    return list(op.locked(query.options(joinedload(Review.cycle)).limit(BATCH)))


def _put(op: Operation, role: str, cases: dict[Review, tuple[int, int | None]]) -> None:
    """Each case with who stands in its line from now on, and in whose place."""
    if role == DeputyRole.HEAD:
        write_many(op, {review: {"head_id": who, "head_for_id": place} for review, (who, place) in cases.items()})
        return
    write_many(op, {review: {"superior_id": who, "superior_for_id": place} for review, (who, place) in cases.items()})
    rated = (CaseStage.SELF_ASSESSMENT, CaseStage.RATING)
    ask_superiors(op, {review: who for review, (who, _place) in cases.items() if review.stage in rated})


def _tell_of(op: Operation, whom: Employee, cases: Sequence[Review], what: str, **facts: str) -> None:
    """One message for all of them; of a rehearsal's cases nobody is told in words that do not say so (1.2-e)."""
    tried = set(op.session.scalars(REHEARSED)) if cases else set()
    count = sum(review.cycle_id not in tried for review in cases)
    if count:
        op.tell([whom.user_id], "deputy", what, whom.id, count=count, **facts)
