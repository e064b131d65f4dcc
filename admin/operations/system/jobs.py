"""Taking, finishing and giving up pieces of work: a lease and a count of tries on each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true

from admin.access.actor import Actor
from admin.domain.codes import JobState
from admin.domain.texts import printable
from admin.models import Job
from admin.operations.once import forget
from admin.operations.system.workers import lives, mine
from admin.operations.transaction import Operation, operation

LEASE = timedelta(minutes=10)
MOST_TRIES = 5
ONCE_MORE_AFTER = timedelta(hours=1)
LONGEST_WAIT = timedelta(seconds=10 * 2**MOST_TRIES)
ANY = true()
_unsaid: set[int] = set()  # what this process had taken and could not give back, because the database was away


def take(which: ColumnElement[bool] = ANY, *, actor: Actor, now: datetime) -> Job | None:
    """Lease the next piece of work that is due, or whose worker is dead or its lease over; None where there is none.

    `which`: of these alone, for a thread that carries out one kind.
    """
    with operation("take_job", actor=actor, now=now) as op:
        left = (Job.lease_until < now) | Job.id.in_(_unsaid)
        free = or_(Job.state == JobState.DUE, (Job.state == JobState.RUNNING) & left)
        job = op.locked(_next(free & which, now), skip_locked=True).first() or _orphan(op, which, now)
        if job is None:
            return None
        job.state, job.lease_until, job.tries, job.worker = "running", now + LEASE, job.tries + 1, mine()
    _unsaid.discard(job.id)
    return job


def _next(free: ColumnElement[bool], now: datetime) -> Select[Job]:
    # What no try again can have put off so far was asked for by a clock that has been put back since: it is due.
    ready = or_(Job.due_at <= now, Job.due_at > now + LONGEST_WAIT)
    return select(Job).where(free, ready).order_by(Job.id).limit(1)


def _orphan(op: Operation, which: ColumnElement[bool], now: datetime) -> Job | None:
    """A piece of work whose worker was killed, found before its lease is over."""
    running = select(Job.worker).where(Job.state == JobState.RUNNING, Job.worker.is_not(None), which).distinct()
    for worker in op.session.scalars(running).all():
        if worker is not None and not lives(op, worker):
            orphaned = (Job.state == JobState.RUNNING) & (Job.worker == worker) & which
            return op.locked(_next(orphaned, now), skip_locked=True).first()
    return None


@contextmanager
def said(job_id: int) -> Iterator[None]:
    """What became of a piece of work is said in here; where the database is away it is taken up again as soon as it is back."""
    try:
        yield
    except Exception:
        _unsaid.add(job_id)
        raise


def finish(job_id: int, *, actor: Actor, now: datetime) -> None:
    """The work is done."""
    with operation("finish_job", actor=actor, now=now) as op:
        job = op.get(Job, job_id)
        job.state, job.done_at, job.lease_until, job.fault = "done", now, None, None


def give_back(job_id: int, fault: str, *, actor: Actor, now: datetime) -> None:
    """The work failed: due again a little later, or failed for good after five tries, with the fault's name."""
    with operation("give_back_job", actor=actor, now=now) as op:
        job = op.get(Job, job_id)
        job.fault, job.lease_until = printable(fault)[:500], None
        job.state = "failed" if job.tries >= MOST_TRIES else "due"
        job.due_at = now + timedelta(seconds=10 * 2**job.tries)


def try_failed_again(*, actor: Actor, now: datetime) -> int:
    """Timed: what failed for good an hour ago is tried once more, so that a full disk or a year that nobody had
    confirmed delays work and never loses it; returns how many."""
    with operation("give_back_job", actor=actor, now=now) as op:
        failed = select(Job).where(Job.state == JobState.FAILED, Job.due_at <= now - ONCE_MORE_AFTER)
        rows = list(op.locked(failed, skip_locked=True))
        for job in rows:
            job.state, job.due_at, job.tries = "due", now, MOST_TRIES - 1
    return len(rows)


def forget_keys(*, actor: Actor, now: datetime) -> int:
    """Timed: the keys of requests older than some weeks go; nobody sends those again. Returns how many."""
    with operation("forget_keys", actor=actor, now=now) as op:
        return forget(op.session, now)
