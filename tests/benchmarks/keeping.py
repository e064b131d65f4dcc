"""What keeps the record: the audit trail beside the operation that writes it, backup and restore beside a file copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from unittest.mock import patch

from admin.files import backup as backups
from admin.models import audit as trail
from admin.models import db
from admin.operations import transaction
from admin.operations.system.audit import seal
from admin.queries.system.audit_chain import chained_events, verify
from tests.benchmarks.figures import Figure, timed
from tests.benchmarks.world import World, import_employees
from tests.factories import NOW

EVENTS = 100_000


def audit(world: World) -> Iterator[Figure]:
    """Appending inside a transaction (beside the same operation without), sealing, verifying."""
    with_trail, _, written = world.against_the_rows("empty", lambda: import_employees(world))
    with patch.object(trail, "write_events", _nothing), patch.object(transaction, "write_events", _nothing):
        world.at("empty")
        with world.inside():
            without = timed(lambda: import_employees(world))
    yield Figure("an import with its audit events", with_trail, without, times=1.1, note=f"{written.rows} rows")
    world.at("open")
    with world.inside():
        sealed = timed(lambda: seal(actor=world.system, now=NOW))
        events = list(islice(chained_events(db.session()), EVENTS))
        verified = timed(lambda: verify(events))
    yield Figure("sealing what a cycle's opening wrote", sealed, most=5, note=f"{len(events)} events")
    yield Figure("verifying the chain", verified, most=2, note=f"{len(events)} events")


def _nothing(*_: object) -> None:
    """In the place of what appends events."""


def backup(world: World) -> Iterator[Figure]:
    """Backup and restore of the open cycle, beside copying the file."""
    world.at("open")
    world.close()
    made, copy, file = world.folder / "made.backup", world.folder / "copy", world.file
    assert file is not None  # a server's database is backed up by its own tools
    floor = timed(lambda: shutil.copyfile(file, copy))
    size = file.stat().st_size // 2**20
    taken = timed(lambda: backups.write(made, world.settings, keys=False))
    yield Figure("backup", taken, floor, times=3, note=f"{size} MiB")
    found = backups.read(made)
    back = timed(lambda: backups.restore(made, found, world.settings, fresh=False))
    yield Figure("restore", back, floor, times=3, note=f"{size} MiB")
