"""What the processes of one test run make once and use together: the first one makes it, the others wait and read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def common_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that every process of this run sees."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """One process at a time; the kernel lets go of the lock when its holder ends, however it ends."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def used_together(folder: Path, name: str, make: Callable[[], Any], end: Callable[[Any], None]) -> Iterator[Any]:
    """What `make` returned in the first process (as JSON); `end` is called by the last one that leaves.

    A process that comes after the last has left finds nothing and makes it anew.
    """
    kept = folder / f"{name}.json"
    with alone(folder, name):
        state = json.loads(kept.read_text()) if kept.exists() else {"made": make(), "users": 0}
        state["users"] += 1
        kept.write_text(json.dumps(state))
    try:
        yield state["made"]
    finally:
        with alone(folder, name):
            state = json.loads(kept.read_text())
            state["users"] -= 1
            kept.write_text(json.dumps(state))
            if not state["users"]:
                kept.unlink()
                end(state["made"])


def made_once(folder: Path, name: str, make: Callable[[], Any]) -> Any:
    """What `make` returns, computed by whoever asks first and kept as JSON for the others."""
    kept = folder / f"{name}.json"
    with alone(folder, name):
        if not kept.exists():
            kept.write_text(json.dumps(make()))
    return json.loads(kept.read_text())
