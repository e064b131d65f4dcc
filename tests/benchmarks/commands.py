"""Whole commands, from the shell's line to their end: what a person or cron waits for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from config import ROOT
from tests.benchmarks.figures import Figure, seconds
from tests.benchmarks.world import World

UNCHANGED, VERIFIED = 0.7, 10


def commands(world: World) -> Iterator[Figure]:
    """Publishing once more with nothing changed; verifying the trail whole, and from where everything held last."""
    world.at("noticed")
    rows = world.scalar("SELECT count(*) FROM notice_rows")
    cold = _taken(world, "publish")
    yield Figure("publish, as a whole command", cold, note=f"{rows} rows, cold")
    yield Figure("publish, nothing changed", _taken(world, "publish"), most=UNCHANGED, note=f"{rows} rows")
    world.at("open_in_the_trail")
    events = world.scalar("SELECT count(*) FROM audit_events")
    _taken(world, "tick")  # it is sealed
    whole = _taken(world, "audit", "verify")
    yield Figure(
        "audit verify, as a whole command", whole, most=VERIFIED, note=f"{events} events, their rows and documents"
    )
    again = _taken(world, "audit", "verify", "--since-last")
    yield Figure("audit verify --since-last", again, most=VERIFIED, note=f"{events} events were verified before")


def _taken(world: World, *words: str) -> float:
    """Seconds of a command; raises where it fails."""
    world.close()
    command = [sys.executable, "-P", "-m", "admin.cli", *words]
    return seconds(
        lambda: subprocess.run(command, env=world.environment(), check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    )
