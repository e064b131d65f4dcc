"""One process of lives: its own portal, one seed after the other, each life that breaks a law told as short as it fails."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.founding import founded
from tests.simulation.ground import Ground
from tests.simulation.run import CENTRES, Told, live
from tests.simulation.shrink import shortest
from tests.simulation.story import story

YEARS = 2  # that one seed lives


@dataclass(frozen=True)
class Result:
    """What became of one seed."""

    seed: int
    steps: int
    done: int
    seconds: float
    story: str = ""


GROUNDS: dict[str, Ground] = {}


def begin(folder: str) -> None:
    gc.set_threshold(50_000, 20, 50)  # a life makes many short-lived objects, and nothing that has to go at once
    logging.getLogger("admin").propagate = False
    own = Path(folder) / f"process-{os.getpid()}"
    own.mkdir()
    (own / "empty.sqlite3").write_bytes((Path(folder) / "empty.sqlite3").read_bytes())
    shutil.copytree(Path(folder) / "keys", own / "keys")  # else the trail is another portal's
    GROUNDS["own"] = Ground(own)


def live_seed(task: tuple[int, float | None, float, int]) -> Result | None:
    seed, until, shrink, site = task
    if until is not None and time.time() > until:
        return None
    ground, began = GROUNDS["own"], time.monotonic()
    ground.real_site = seed % site == site - 1
    told = live(ground, seed)
    return Result(seed, len(told.steps), told.done, time.monotonic() - began, _told(ground, seed, told, shrink))


def _told(ground: Ground, seed: int, told: Told, seconds: float) -> str:
    if told.broken is None:
        return ""
    best = shortest(ground, seed, told, seconds, lambda _: None) if seconds else told
    return story(best, founded(ground, seed % CENTRES))
