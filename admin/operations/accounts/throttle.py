"""Limits of tries, kept in a table so that they hold across workers, machines and restarts.

A try is taken before it is looked at, under the lock of its counters: of many at once no more get through than one after
another. Whoever was right gets it back. Keys are kept as hashes under the portal's secret, because a name or an address
could be found out of a plain hash by trying.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select

import config
from admin.access.actor import Actor, system_actor
from admin.models import Throttle, db
from admin.operations.once import INSERTS
from admin.operations.transaction import Operation, operation

SIGHT = "6.3-b"


class Locked(Exception):
    """Too many wrong tries: the next is looked at from a moment on."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many tries")
        self.until = until


@dataclass(frozen=True)
class Delay:
    """So many wrong tries are free; then one waits, twice as long each time. A right one forgets them, so does time."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta

    def until(self, count: int, ends: datetime) -> datetime | None:
        """Until when tries are refused after so many wrong ones; None where the next is looked at."""
        # The last failure is `forgotten` before the window's end: one column serves both.
        return ends - self.forgotten + self.after(count) if count >= self.free else None

    def after(self, count: int) -> timedelta:
        """How long one waits after so many wrong tries."""
        if count < self.free:
            return timedelta()
        # The exponent is bounded too: a robot's millionth try would otherwise overflow the span.
        return min(self.first * 2 ** min(count - self.free, 10), self.longest)

    def ends(self, now: datetime, _running: datetime) -> datetime:
        """When a count with a try at this moment is forgotten."""
        return now + self.forgotten

    def latest(self, now: datetime) -> datetime:
        """When a count is forgotten at the latest, whatever a clock said that ran ahead."""
        return now + self.forgotten

    def after_success(self, _count: int) -> int:
        """The count once somebody was right."""
        return 0


@dataclass(frozen=True)
class Window:
    """So many wrong tries within a span of fixed length; a right one takes back itself alone, not those of others."""

    free: int
    length: timedelta

    def until(self, count: int, ends: datetime) -> datetime | None:
        """Until when tries are refused; None where the next is looked at."""
        return ends if count >= self.free else None

    def ends(self, now: datetime, running: datetime) -> datetime:
        """When the span ends that a try at this moment falls into; a sliding one could be kept shut for ever."""
        return running if running > now else now + self.length

    def latest(self, now: datetime) -> datetime:
        """When the span ends at the latest, whatever a clock said that ran ahead."""
        return now + self.length

    def after_success(self, count: int) -> int:
        """The count once somebody was right."""
        return max(0, count - 1)


@dataclass(frozen=True)
class Once:
    """One time, until a moment after which it could not be used anyway."""

    over: datetime

    def until(self, count: int, _ends: datetime) -> datetime | None:
        """Until when it is refused; None where it was not used."""
        return self.over if count else None

    def ends(self, _now: datetime, _running: datetime) -> datetime:
        """When it is forgotten: of itself, not of its use, which would tell when that was."""
        return self.over

    def latest(self, _now: datetime) -> datetime:
        """A moment of itself, whatever the clock says now."""
        return self.over

    def after_success(self, count: int) -> int:
        """Used is used."""
        return count


SECRET = Delay(5, timedelta(seconds=30), timedelta(hours=1), timedelta(hours=24))  # one account's, or one device's
SOURCE = Window(30, timedelta(minutes=15))  # an office has one address for all of its people
EVERYBODY = Window(500, timedelta(minutes=10))  # a password tried on account after account, from many addresses


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: the address, and for each account the device it was let in from before."""

    source: str = ""
    devices: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Counter:
    """One thing that tries are counted by: its kind, whose it is, and how many are let through."""

    kind: str
    whose: str
    limit: Delay | Window | Once

    @property
    def key(self) -> str:
        """The key of its row."""
        secret = config.current().secret_key.encode()
        return hmac.new(secret, f"throttle\0{self.kind}\0{self.whose}".encode(), hashlib.sha256).hexdigest()


def from_elsewhere(source: str) -> list[Counter]:
    """What a try from a device that nobody knows is counted by beside its account: where it comes from, and all together."""
    return [Counter("source", source, SOURCE), Counter("everybody", "", EVERYBODY)]


def at_a_secret(kind: str, whose: str, user_id: int | None, origin: Origin) -> list[Counter]:
    """What a try at an account's secret is counted by: its password, a code, whatever only its owner knows.

    A device that has signed in before counts by itself, so that nobody else's wrong tries lock its owner out. All others count
    together: by the account (`whose`, also where there is none), by where they come from, and over all accounts.
    """
    device = origin.devices.get(user_id) if user_id is not None else None
    if device is not None:
        return [Counter(f"{kind} device", f"{user_id} {device}", SECRET)]
    return [Counter(kind, whose, SECRET), *from_elsewhere(origin.source)]


def take(counters: Sequence[Counter], now: datetime, via: str = "web") -> dict[Counter, int]:
    """Take one try of each counter; returns how many each has counted with it, exact while its lock is held.

    Raises `Locked` where one has none left; then none is taken.
    """
    with operation("take_try", actor=system_actor(via), now=now, clause=SIGHT) as op:
        rows = [(each, held(op, each.key)) for each in _in_order(counters)]
        for each, row in rows:
            # Kept where the try is refused too: put right at each look alone, the end would move along with the clock.
            row.window_ends_at = min(row.window_ends_at, each.limit.latest(now))
        # All are asked before one is raised, so that the longest wait is told.
        waits = [until for each, row in rows if (until := _until(each, row, now))]
        for each, row in rows if not waits else []:
            row.count = 1 if row.window_ends_at <= now else row.count + 1
            row.window_ends_at = each.limit.ends(now, row.window_ends_at)
        taken = {each: row.count for each, row in rows}
    if waits:
        raise Locked(max(waits))
    return taken


def counted(counter: Counter, now: datetime) -> int:
    """How many a counter has counted by now, without a lock: to say something beforehand, never to decide."""
    query = select(Throttle.count).where(Throttle.key == counter.key, Throttle.window_ends_at > now)
    return db.session.scalar(query) or 0


def give_back(counters: Sequence[Counter], now: datetime, via: str = "web") -> None:
    """The try was right: it counts nowhere, and what was wrong before it is forgotten where it was one's own."""
    with operation("give_try_back", actor=system_actor(via), now=now, clause=SIGHT) as op:
        for each in _in_order(counters):
            row = held(op, each.key)
            row.count = each.limit.after_success(row.count)
            if not row.count:
                # Nothing is left to count; a row would only tell that somebody was here.
                op.session.delete(row)


def forget_tries(*, actor: Actor, now: datetime) -> int:
    """Delete the counters whose time is over; returns how many."""
    with operation("forget_tries", actor=actor, now=now, clause=SIGHT) as op:
        gone = op.session.execute(delete(Throttle).where(Throttle.window_ends_at <= now))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _in_order(counters: Sequence[Counter]) -> list[Counter]:
    """In one order for everybody, so that nobody holds what another waits for while waiting for what they hold."""
    return sorted(counters, key=lambda each: each.key)


def held(op: Operation, key: str) -> Throttle:
    """The counter's row, locked to the end of the transaction; made where it is not there."""
    insert = INSERTS[op.session.get_bind().dialect.name](Throttle).values(key=key, count=0, window_ends_at=op.now)
    # Writing the key onto itself waits for whoever holds the row: a look and a lock could be torn apart.
    taken = insert.on_conflict_do_update(index_elements=["key"], set_={"key": key}).returning(Throttle)
    return op.session.scalars(taken, execution_options={"populate_existing": True}).one()


def _until(counter: Counter, row: Throttle, now: datetime) -> datetime | None:
    until = counter.limit.until(row.count, row.window_ends_at)
    return until if until is not None and until > now else None
