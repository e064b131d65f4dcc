"""What each test sends to its database, so that the second database is sent everything once instead of again and again.

The run on SQLite notes, for each test, the statements that it sent (their values aside) and which of them the database
refused. The run on PostgreSQL that follows needs as many tests as send each of them, and those whose values,
moments or processes themselves can meet something else there.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

FOLDER = Path(os.environ["TEST_SENT"]) if "TEST_SENT" in os.environ else None
LISTS = re.compile(r"\(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*")  # however many values, or rows of them
SENT: dict[str, list[int]] = {}
NOW: set[int] = set()


@cache
def shape(statement: str, refused: bool = False) -> int:
    """A number for a statement without its values."""
    return zlib.crc32(f"{refused} {LISTS.sub('(?)', statement)}".encode())


def listen() -> None:
    """Note what is sent from now on."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _sent(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        NOW.add(shape(statement))

    @event.listens_for(Engine, "handle_error")
    def _refused(context: Any) -> None:
        NOW.add(shape(context.statement or "", refused=True))


def note(test: str) -> None:
    """What was sent since the last test belongs to this one."""
    SENT[test] = sorted(NOW)
    NOW.clear()


def keep(folder: Path) -> None:
    """Keep what this process noted."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    (folder / f"{name}.json").write_text(json.dumps(SENT))


def enough(noted: dict[str, list[int]], always: Callable[[str], bool]) -> set[str]:
    """The tests that are needed: those that always are, then each time the one that sends most of what is missing."""
    needed = {test for test in noted if always(test)}
    missing = {each for sent in noted.values() for each in sent} - {each for test in needed for each in noted[test]}
    waiting = [(-len(sent), test) for test, sent in noted.items() if test not in needed]
    heapify(waiting)
    while missing:
        _before, test = heappop(waiting)
        found = missing.intersection(noted[test])
        if waiting and (-len(found), test) > waiting[0]:
            heappush(waiting, (-len(found), test))  # others that were chosen since send some of it
            continue
        needed.add(test)
        missing -= found
    return needed


def noted_in(folder: Path) -> dict[str, list[int]]:
    """What the processes of the run before noted; nothing where there was none."""
    return {test: sent for file in sorted(folder.glob("*.json")) for test, sent in json.loads(file.read_text()).items()}


def still_needed(items: Iterable[pytest.Item], always: Callable[[str], bool]) -> set[str]:
    """Of these tests those that are run: all of them where nobody noted anything, and each that nobody knows."""
    names = {item.nodeid for item in items}
    noted = noted_in(FOLDER) if FOLDER else {}
    return (names - set(noted)) | enough({test: sent for test, sent in noted.items() if test in names}, always)
