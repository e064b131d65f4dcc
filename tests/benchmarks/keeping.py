"""What keeps the record: the audit trail beside the same writes without it, backup and restore beside a file copy."""

from __future__ import annotations

import gc
import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

import config
from admin.files import backup as backups
from admin.models import audit as trail
from admin.models import db
from admin.operations import transaction
from admin.operations.system.audit import seal
from admin.operations.transaction import Operation
from admin.queries.system.audit_chain import chained_events, verify
from tests.benchmarks.figures import Figure, seconds, timed
from tests.benchmarks.form import draft_saver
from tests.benchmarks.world import World
from tests.benchmarks.year import import_employees
from tests.factories import NOW

EVENTS = 100_000
DRAFTS, IMPORTS = 41, 3  # times that each is done with the trail and without, in turns
MOST_OF_A_WRITE = 1.12
SEALED, VERIFIED, A_MILLION = 5, 10, 1_000_000  # seconds for so many events sealed, for a million verified
LARGE = 2_000  # people from which so many events are sealed, though the opening wrote fewer
BACKUP = 8


def audit(world: World) -> Iterator[Figure]:
    """Writes with their trail beside the same writes without any; sealing, verifying."""
    yield _beside_without("an import with its trail", *_imports(world))
    yield _beside_without("a draft saved with its trail", *_drafts(world))
    world.at("open")
    with world.inside():
        found = _filled_up(world, EVENTS if world.size >= LARGE else 0)
        most = A_MILLION if world.copied else EVENTS
        sealed = timed(lambda: seal(actor=world.system, now=NOW))
        verified = timed(lambda: verify(islice(chained_events(db.session()), most)))
    looked = min(found, most)
    yield Figure("sealing what waits", sealed, most=SEALED * max(1, found / EVENTS), note=f"{found} events")
    yield Figure(
        "verifying the chain",
        verified,
        most=VERIFIED,
        note=f"{looked} events, read from the database inside",
    )


def _filled_up(world: World, least: int) -> int:
    """How many events wait for their seal, at least so many: the same ones again are as long to read and to hash."""
    events = trail.AuditEvent.__table__
    columns = [column for column in events.c if column.name != "id"]
    with db.engine.begin() as connection:
        found = connection.scalar(select(func.count()).select_from(events)) or 0
        while found < least:
            again = select(*columns).order_by(events.c.id).limit(least - found)
            found += connection.execute(insert(events).from_select([each.name for each in columns], again)).rowcount
    return found


def _beside_without(name: str, with_trail: Sequence[float], without: Sequence[float]) -> Figure:
    took, bare = statistics.median(with_trail), statistics.median(without)
    return Figure(name, took, bare, times=MOST_OF_A_WRITE, note="without: no capture, events, salts or marks")


def _imports(world: World) -> tuple[list[float], list[float]]:
    def once() -> float:
        world.at("empty")
        with world.inside():
            return timed(lambda: import_employees(world))

    once()
    return _in_turns(once, IMPORTS)


def _drafts(world: World) -> tuple[list[float], list[float]]:
    world.at("open")
    save = draft_saver(world)
    for _ in range(2):
        save()
    gc.collect()
    return _in_turns(lambda: seconds(save), DRAFTS)


def _in_turns(once: Callable[[], float], turns: int) -> tuple[list[float], list[float]]:
    """Seconds with the trail and without, one after the other, so that both meet the same machine."""
    with_trail, without = [], []
    for _ in range(turns):
        with_trail.append(once())
        with _without_a_trail():
            without.append(once())
    return with_trail, without


@contextmanager
def _without_a_trail() -> Iterator[None]:
    """Inside, writes leave nothing of the trail: nothing is looked at, hashed, salted, marked or written for it.

    What the portal learns from it beside (which tables a transaction has changed) is noted as it would be without one.
    """
    event.remove(Session, "after_flush", trail._record)
    event.listen(Session, "after_flush", _note_tables)
    try:
        with ExitStack() as patches:
            for name in ("note", "note_many", "note_inserted"):
                patches.enter_context(patch.object(Operation, name, _nothing))
            for module in (trail, transaction):
                patches.enter_context(patch.object(module, "write_events", _nothing))
            patches.enter_context(patch.object(transaction, "bundled", _unbundled))
            patches.enter_context(patch.object(transaction, "_changes", _nothing))
            yield
    finally:
        event.remove(Session, "after_flush", _note_tables)
        event.listen(Session, "after_flush", trail._record)


def _note_tables(session: Session, _flushed: Any) -> None:
    changed = session.info.setdefault(trail.CHANGED, set())
    changed.update(each.__tablename__ for each in (*session.new, *session.dirty, *session.deleted))


def _unbundled(steps: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], tuple[()]]:
    unmarked = {"bundle": None, "reason_mark": None, "reason_salt": None}
    return [step | unmarked for step in steps], ()


def _nothing(*_: object, **__: object) -> None:
    """In the place of what belongs to the trail."""


def backup(world: World) -> Iterator[Figure]:
    """Backup and restore of the open cycle, beside copying the file."""
    world.at("open")
    world.close()
    made, copy, file = world.folder / "made.backup", world.folder / "copy", world.file
    assert file is not None  # a server's database is backed up by its own tools
    floor = timed(lambda: shutil.copyfile(file, copy))
    size = file.stat().st_size // 2**20
    own = world.folder / "alone"  # beside the database stand the other states, which are no part of a portal
    own.mkdir(exist_ok=True)
    settings = config.replace(world.settings, var_dir=own)
    taken = timed(lambda: backups.write(made, settings, keys=False))
    yield Figure("backup", taken, floor, times=BACKUP, note=f"{size} MiB")
    found = backups.read(made)
    back = timed(lambda: backups.restore(made, found, settings, fresh=False))
    yield Figure("restore", back, floor, times=BACKUP, note=f"{size} MiB")
