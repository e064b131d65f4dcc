"""Carrying acts on many rows on, batch by batch; stopping one, and doing again what was refused (6.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from admin.access.actor import FACT_ROLES, ROLES, Actor, acting_as, system_actor
from admin.domain.codes import JobState
from admin.domain.refusals import N_, NotFound, Refusal, Refused
from admin.domain.workflow import Facts
from admin.models import Job, LongWork, db
from admin.models.accounts import User
from admin.models.base import is_writing
from admin.operations import acts
from admin.operations.acts import act, declare_process
from admin.operations.many import Many, carried, keep_refusals, next_keys, refusal_of, refused_in, told_of_work
from admin.operations.progress import Progress, watched, watching
from admin.operations.seconding import Proposed
from admin.operations.signing import require_signature_for
from admin.operations.system.jobs import LEASE
from admin.operations.transaction import Operation, operation
from admin.queries.accounts.actors import actor_for
from admin.queries.system.calendar import company_day
from admin.queries.system.long_work import WRITING, why_not_repeated, why_not_stopped

OUT_OF_OFFICE = Refusal("6.1-a", N_("The person who requested this no longer holds the office that may do it."))
Memory = dict[str, Any]


def carry_on(work_id: int, memory: Memory, *, now: datetime) -> bool:
    """Carry the next batch of a work out, in a transaction of its own; whether more is left.

    In the name of whoever asked for it, with what that person may do now. `memory` is handed from batch to batch of one
    process. Raises what is no refusal (a full disk, a fault): then nothing of the batch is done, and it is tried again.
    """
    work = _work(work_id)
    if work.ended_at is not None:
        return False
    declared = acts.act_of(work.process, work.action)
    which = _many(declared)
    actor, record_id, asked_at = _asker(work, now), work.record_id, work.asked_at
    if actor is None or not _may_do(actor, work):
        _end_before_time(work_id, OUT_OF_OFFICE, now)
        return False
    try:
        _prepare(which, work, memory, now)
        with watching(_followed(work_id, now)), acts.made_ready(declared, record_id, actor, now):
            if which.too_long is not None:
                watched()(WRITING, 0, 0)  # the last moment at which it may be stopped
            with operation(which.operation, actor=actor, now=now, clause=which.clause) as op:
                op.since = asked_at
                return _batch(op, which, work_id, memory)
    except NobodyWaits:
        return False
    except Proposed as waits:
        _end_as_proposed(work_id, waits, now)
        return False
    except (Refused, NotFound) as error:
        # The act itself has become impossible: its record is gone, or what it began was ended by somebody else.
        _end_before_time(work_id, refusal_of(error), now)
        return False


def _may_do(actor: Actor, work: LongWork) -> bool:
    """Whether the actor holds an office of the act; where it is nobody's by office, its own step asks."""
    offices = acts.doers_of(work.process, work.action) & {*ROLES, *FACT_ROLES}
    return actor.is_system or not offices or actor.has(*offices)


class NobodyWaits(Exception):
    """The work was stopped while its file was read: nothing of it is done."""


def _followed(work_id: int, now: datetime) -> Progress:
    """Keeps with a work how far it is, for whoever follows it, as long as its own transaction has not begun."""

    def follow(stage: str, done: int, total: int) -> None:
        if is_writing():
            return  # nobody sees it before the commit, and then all of it is done
        with operation("follow_long_work", actor=system_actor(), now=now) as op:
            work = op.locked(select(LongWork).where(LongWork.id == work_id)).one()
            if work.ended_at is not None:
                raise NobodyWaits
            work.kept, work.moved_at = {**work.kept, "stage": stage, "of": total}, now

    return follow


def _end_as_proposed(work_id: int, waits: Proposed, now: datetime) -> None:
    """It was only tried: a second person is shown what it would do, and it is done when they confirm it (6.1-a)."""
    with operation("end_long_work", actor=system_actor(), now=now) as op:
        work = op.get(LongWork, work_id)
        work.kept, work.done, work.ended_at = {**work.kept, "proposed": waits.confirmation_id}, work.total, now
        _note_end(op, work)
        _tell(op, work, "propose")


def _prepare(which: Many, work: LongWork, memory: Memory, now: datetime) -> None:
    """Find out what all batches need, once a process and while nobody waits for the database."""
    if "prepared" in memory:
        return
    system = system_actor(work.via)
    with acting_as(system):
        which.prepare(acts.turn_of(Operation("prepare", system, now, db.session()), work, memory))
        db.session.rollback()
    memory["prepared"] = True


def _batch(op: Operation, which: Many, work_id: int, memory: Memory) -> bool:
    # Locked: of two workers the second waits here, and finds the cursor behind what the first has done.
    work = op.locked(select(LongWork).where(LongWork.id == work_id)).one()
    if work.ended_at is not None:
        return False
    turn = acts.turn_of(op, work, memory)
    only = refused_in(work.repeats_id) if work.repeats_id is not None else None
    keys = next_keys(which, turn, work.cursor, work.last_key, only)
    refused = carried(which, turn, keys) if keys else {}
    keep_refusals(which, op, work.id, refused)
    more = len(keys) == which.batch
    if not more:
        which.end(turn)
    work.cursor = keys[-1] if keys else work.cursor
    if not which.discreet(turn.values):
        work.done += len(keys) - len(refused)
    work.refused += len(refused)
    work.kept, work.moved_at, work.ended_at = turn.kept, op.now, None if more else op.now
    _live_on(op, work)
    if not more:
        _note_end(op, work)
        _tell(op, work, "end")
    return more


def _note_end(op: Operation, work: LongWork) -> None:
    """From here on nothing is done any more in the sign-in in which it was asked for."""
    op.note("update", "long_works", work.id, {"ended_at": [None, op.now.isoformat()]})


def _tell(op: Operation, work: LongWork, action: str) -> None:
    """Whoever asked for it finds a message, for they may have gone home meanwhile."""
    if work.recorded_by_id is not None and work.recorded_by_id != work.stopped_by_id:
        facts = {"done": work.done, "refused": work.refused}
        if action == "end" and not work.total:
            action = "end_discreetly"
        kind = {"process": "long_work", "action": action, "record_id": work.id}
        # Of two works that end at about the same time each is told: what the rows tell is joined, and not this.
        since, op.since = op.since, None
        op.post([{"user_id": work.recorded_by_id, "facts": facts} | kind])
        op.since = since


def _live_on(op: Operation, work: LongWork) -> None:
    """The piece of work is the worker's for a while longer; what fails after a batch that went is a new fault."""
    running = (Job.id == work.job_id, Job.state == JobState.RUNNING)
    op.session.execute(update(Job).where(*running).values(lease_until=op.now + LEASE, tries=1, fault=None))


def carry_to_the_end(work_id: int, *, clock: Callable[[], datetime], pause: Callable[[], None] | None = None) -> None:
    """All batches that are left, one after the other; between two of them others come to the database."""
    memory: Memory = {}
    while carry_on(work_id, memory, now=clock()):
        if pause is not None:
            pause()


def _many(declared: acts.Act) -> Many:
    assert declared.many is not None
    return declared.many


def _work(work_id: int) -> LongWork:
    with_it = select(LongWork).where(LongWork.id == work_id).execution_options(unscoped=True, populate_existing=True)
    work = db.session().scalars(with_it).first()
    if work is None:
        raise NotFound(f"LongWork {work_id}")
    return work


def _asker(work: LongWork, now: datetime) -> Actor | None:
    """Who asked for it, as the actor that the account is now; None for one that is closed."""
    if work.recorded_by_id is None:
        return system_actor(work.via)
    session = db.session()
    user = session.get(User, work.recorded_by_id)
    if user is None or not user.active:
        return None
    return replace(actor_for(session, user, today=company_day(now), via=work.via), sign_in=work.sign_in)


def _end_before_time(work_id: int, why: Refusal, now: datetime) -> None:
    with operation("end_long_work", actor=system_actor(), now=now) as op:
        work = op.get(LongWork, work_id)
        work.stopped = {"clause": why.clause, "reason": why.reason, "facts": dict(why.facts)}
        work.ended_at = now
        _note_end(op, work)
        _tell(op, work, "stop")


def _facts(op: Operation, work: LongWork, _reason: str | None) -> Facts:
    mine = op.actor.user_id is not None and op.actor.user_id == work.recorded_by_id
    relations = ({"recorder"} if mine else set()) | ({"hr"} if op.actor.has("hr") else set())
    many = _many(acts.act_of(work.process, work.action))
    known = {"stop_refusal": why_not_stopped(work, many.stoppable), "repeat_refusal": why_not_repeated(work)}
    return Facts("long_work", "", frozenset(relations), known)


declare_process("long_work", LongWork, _facts, state=told_of_work)


@act("long_work", "stop_work")
def stop_work(work_id: int, *, actor: Actor, now: datetime) -> LongWork:
    """No further row is carried out; what is done stays done. Raises `Refused` (6.1) where it has ended or may not end half way."""
    with operation("stop_work", actor=actor, now=now, clause="6.1") as op:
        work = op.find(LongWork, work_id)
        if refusal := why_not_stopped(work, _many(acts.act_of(work.process, work.action)).stoppable):
            raise Refused(refusal)
        work.ended_at, work.stopped_by_id = now, actor.user_id
        _tell(op, work, "stop")
        op.note("update", "long_works", work.id, {"ended_at": [None, now.isoformat()], "done": [None, work.done]})
    return work


@act("long_work", "repeat_work")
def repeat_work(work_id: int, *, actor: Actor, now: datetime) -> LongWork:
    """The same act again on the rows that were refused, once what stood against them is mended.

    Raises `Refused` (6.1) while it runs or where nothing was refused, and as the act itself does.
    """
    with operation("repeat_work", actor=actor, now=now, clause="6.1") as op:
        work = op.find(LongWork, work_id)
        if refusal := why_not_repeated(work):
            raise Refused(refusal)
        declared = acts.act_of(work.process, work.action)
        if not _may_do(actor, work):
            raise NotFound(f"{work.process} {work.action}")
        require_signature_for({(work.process, work.action)}, actor, now)
        record = op.find(acts.process_named(work.process).record, work.record_id)
        told = acts.on_many(declared, op, record, work.given, work)
        return op.get(LongWork, told["id"])
