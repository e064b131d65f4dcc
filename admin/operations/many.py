"""Acts on many rows: declared on their verb like every act, carried out at once where they are few, else by the worker.

Such an act says which rows are due and not done, and how some of them are carried out. A few are done in the request that
asks, in its transaction. More become a `LongWork`: the request takes the act's own step and leaves the rows to the worker,
which goes through them in batches, each a transaction of its own, so that nobody else waits for the database meanwhile. A
refused row stops no other and is named. What was killed goes on where it stood: what is done is due no longer, and what was
refused lies behind the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid, NotFound, Refusal, Refused
from admin.models import LongWork, LongWorkRefusal
from admin.operations.transaction import Operation, operation

LONG_WORK_JOB = "long_work"
# Up to so many rows are done while the one who asked waits: a small centre sees the result in the same breath, and the
# database is held no longer than by a form. Above it nobody could say how long the answer takes.
AT_ONCE = 50
MOST_ROWS = 200  # of a batch: SQLite's one writer is then held for some tenths of a second at most
CHANGED_MEANWHILE = Refusal("1.3.1", N_("Someone else has changed it meanwhile."))
GONE = Refusal("1.3.1", N_("It is no longer there."))


@dataclass
class Turn:
    """One turn of an act on many: its transaction, the record acted on, what was given, and since when rows are looked at.

    `kept` is what the beginning leaves for the batches, as JSON holds it; `memory` is the same process' alone and may be lost.
    `found` is what a caller in the same transaction is answered with, row by row.
    """

    op: Operation
    record: Any
    values: Mapping[str, Any]
    since: datetime
    kept: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    found: list[Any] = field(default_factory=list)
    done: int = 0
    refused: dict[int, Refusal] = field(default_factory=dict)


def nothing(turn: Turn) -> None:
    """Neither beginning nor end."""


def never(values: Mapping[str, Any]) -> bool:
    """Nothing speaks against telling how many rows there are."""
    return False


@dataclass(frozen=True)
class Many:
    """How an act is carried out on many rows.

    `due`: the keys of the rows that are due and not done, one column. `carry`: carries some of them out and answers which were
    refused with what; it may raise for one of them, and is then asked for fewer. `begin` is the act's own step, taken when it
    is asked for; `again` stands in its place where refused rows are done again (what is open is not opened twice), and without
    it the step is asked once more. `prepare` finds out once, before the batches and outside of their transactions, what all of
    them need (into `memory`); `end` is what is left when the last row was looked at. `named`: what people know the rows by.
    `told`: what will happen to how many, in words. `stoppable`: whether what is begun may end half way. `discreet`: where the
    number of rows is told to nobody, because it would say what they hold (6.3-d); by the values that the act is asked with.
    `too_long`: of an act that is one piece, done whole or not at all by its verb; whether it takes longer on this record than
    whoever asks should wait. The worker then does it as a work of one row, with the act's `before` around its transaction.
    """

    operation: str
    clause: str
    due: Callable[[Turn], Select[Any]]
    carry: Callable[[Turn, Sequence[int]], Mapping[int, Refusal]]
    named: Callable[[Session, Sequence[int]], Mapping[int, str]]
    told: str
    too_long: Callable[[Any], bool] | None = None
    begin: Callable[[Turn], None] = nothing
    again: Callable[[Turn], None] | None = None
    prepare: Callable[[Turn], None] = nothing
    end: Callable[[Turn], None] = nothing
    rows: int = MOST_ROWS
    stoppable: bool = True
    discreet: Callable[[Mapping[str, Any]], bool] = never

    @property
    def batch(self) -> int:
        """How many rows one transaction takes."""
        return min(self.rows, MOST_ROWS)


def whole(which: Many, key: int, table: type[Any], values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Turn:
    """The whole act in one transaction, as operations call it."""
    with operation(which.operation, actor=actor, now=now, clause=which.clause) as op:
        turn = Turn(op, op.find(table, key), values, now)
        which.begin(turn)
        at_once(which, turn)
    return turn


def at_once(which: Many, turn: Turn) -> None:
    """Carry out what is due in the running transaction; the turn says how many were done and which were refused."""
    which.prepare(turn)
    cursor = 0
    while keys := next_keys(which, turn, cursor, None):
        refused = carried(which, turn, keys)
        turn.done, turn.refused, cursor = turn.done + len(keys) - len(refused), turn.refused | refused, keys[-1]
    which.end(turn)


def count_due(which: Many, turn: Turn) -> tuple[int, int]:
    """How many rows are due, and the largest of their keys."""
    due = which.due(turn).order_by(None).subquery()
    key = next(iter(due.c))
    count, last = turn.op.session.execute(select(func.count(key.distinct()), func.coalesce(func.max(key), 0))).one()
    return int(count), int(last)


def next_keys(which: Many, turn: Turn, cursor: int, last: int | None, only: Select[Any] | None = None) -> list[int]:
    """The keys of the next batch: due, behind the cursor and not beyond the last one."""
    due = which.due(turn).order_by(None).subquery()
    key = next(iter(due.c))
    query = select(key).distinct().where(key > cursor).order_by(key).limit(which.batch)
    if last is not None:
        query = query.where(key <= last)
    if only is not None:
        query = query.where(key.in_(only))
    return list(turn.op.session.scalars(query))


def carried(which: Many, turn: Turn, keys: Sequence[int]) -> dict[int, Refusal]:
    """Carry some rows out; which of them were refused with what. One that is refused does not keep the others from it."""
    found, kept = len(turn.found), deepcopy(turn.kept)
    try:
        with turn.op.attempt():
            return dict(which.carry(turn, keys))
    except (Refused, Invalid, NotFound, StaleDataError, IntegrityError) as error:
        del turn.found[found:]
        turn.kept = kept
        if len(keys) == 1:
            return {keys[0]: refusal_of(error)}
    # Halved until the one at fault stands alone: of two hundred rows that takes eight turns and not two hundred.
    half = len(keys) // 2
    return carried(which, turn, keys[:half]) | carried(which, turn, keys[half:])


def refusal_of(error: Exception) -> Refusal:
    """A refusal that says the same."""
    match error:
        case Refused():
            return error.refusal
        case Invalid():
            return Refusal("1.3.1", next(iter(error.fields.values())), error.facts)
        case NotFound():
            return GONE
    return CHANGED_MEANWHILE


def keep_refusals(which: Many, op: Operation, work_id: int, refused: Mapping[int, Refusal]) -> None:
    """Write down which rows were refused, by what people know them by."""
    if not refused:
        return
    named = which.named(op.session, list(refused))
    rows = [
        {
            "work_id": work_id, "key": key, "named": named.get(key, str(key))[:200], "clause": why.clause,
            "reason": why.reason[:500], "facts": dict(why.facts),
        }
        for key, why in refused.items()
    ]  # fmt: skip
    op.session.execute(insert(LongWorkRefusal), rows)


@dataclass(frozen=True)
class AskedOnMany:
    """What an act on many was asked as: of which process and action, with which data, and which work it repeats.

    `effect`: what follows from another act, and is the system's (3.3).
    """

    process: str
    action: str
    given: Mapping[str, Any]
    repeats: LongWork | None = None
    effect: bool = False


def refused_in(work_id: int) -> Select[Any]:
    """The rows that a work was refused: what is done where it is done again."""
    return select(LongWorkRefusal.key).where(LongWorkRefusal.work_id == work_id)


def taken_up(which: Many, turn: Turn, asked: AskedOnMany) -> dict[str, Any]:
    """Carry a few rows out at once, or leave many to the worker; what a program is told of it, as `told_of_work` says it.

    The same act on the same record that is still being carried out is that one: asked for twice it is done once.
    Raises `Refused` (1.3.1) where it is being carried out with other values.
    """
    op = turn.op
    # The lock of the record orders two who ask at once.
    turn.record = op.find(type(turn.record), turn.record.id)
    running = None if asked.effect else running_on(op.session, asked.process, turn.record.id, asked.action)
    if running is not None:
        if running.given != dict(asked.given):
            raise Refused(
                Refusal(
                    "1.3.1", N_("This act is being carried out already, with other values: wait until it has ended.")
                )
            )
        return told_of_work(running)
    beginning = which.again if asked.repeats is not None and which.again is not None else which.begin
    beginning(turn)
    total, last = count_due(which, turn)
    if total <= AT_ONCE and asked.repeats is None and which.too_long is None:
        at_once(which, turn)
        return told_of_turn(which, turn)
    return told_of_work(_left_to_the_worker(turn, asked, 0 if which.discreet(turn.values) else total, last))


def _left_to_the_worker(turn: Turn, asked: AskedOnMany, total: int, last: int) -> LongWork:
    op, repeats = turn.op, asked.repeats
    job = op.job(LONG_WORK_JOB, {})
    work = op.add(
        LongWork(
            process=asked.process, action=asked.action, record_id=turn.record.id, given=dict(asked.given),
            kept=turn.kept, recorded_by_id=None if asked.effect else op.actor.user_id, via=op.actor.via,
            sign_in=None if asked.effect else op.actor.sign_in, asked_at=op.now, moved_at=op.now,
            total=repeats.refused if repeats is not None else total, last_key=last,
            repeats_id=repeats.id if repeats is not None else None, job_id=job.id,
        )
    )  # fmt: skip
    job.payload = {"work_id": work.id}
    op.note("insert", "long_works", work.id, {"action": [None, asked.action], "rows": [None, work.total]})
    return work


def running_on(session: Session, process: str, record_id: int, action: str) -> LongWork | None:
    """The work of this act on this record that has not ended yet."""
    query = select(LongWork).where(
        LongWork.process == process,
        LongWork.record_id == record_id,
        LongWork.action == action,
        LongWork.ended_at.is_(None),
    )
    return session.scalars(query.execution_options(unscoped=True)).first()


def told_of_work(work: LongWork) -> dict[str, Any]:
    """What a program is told of rows that the worker carries out."""
    return {
        "id": work.id, "ended": work.ended_at is not None, "total": work.total, "done": work.done, "refused": work.refused,
        "no_longer_due": work.no_longer_due if work.ended_at is not None else 0,
    }  # fmt: skip


def told_of_turn(which: Many, turn: Turn) -> dict[str, Any]:
    """The same of rows that were carried out at once, each refused one with its reason."""
    named = which.named(turn.op.session, list(turn.refused)) if turn.refused else {}
    rows = [
        {
            "key": key,
            "name": named.get(key, str(key)),
            "clause": why.clause,
            "reason": why.reason,
            "facts": dict(why.facts),
        }
        for key, why in turn.refused.items()
    ]
    return {
        "id": None, "ended": True, "total": turn.done + len(turn.refused), "done": turn.done, "refused": len(turn.refused),
        "no_longer_due": 0, "refusals": rows, "kept": turn.kept,
    }  # fmt: skip
