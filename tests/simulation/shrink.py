"""The shortest story that still fails: steps are left out, half of them, a quarter, one by one, and the rest is lived again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tests.simulation.doors import Step
from tests.simulation.ground import Ground
from tests.simulation.run import Told, live


def shortest(ground: Ground, seed: int, told: Told, seconds: float, say: Callable[[str], None]) -> Told:
    """The told life with as few steps as break the same law, found in so many seconds at most."""
    assert told.broken is not None
    until, law = time.monotonic() + seconds, told.broken.law

    def fails(steps: Sequence[Step]) -> Told | None:
        again = live(ground, seed, steps=steps)
        return again if again.broken is not None and again.broken.law == law else None

    best = told
    for useless in (_without_refused, _without_wrong):
        best = _taken(fails(useless(best)), best)
    size = max(1, len(best.steps) // 2)
    while time.monotonic() < until:
        best, smaller = _pass(best, size, until, fails)
        say(f"shrinking: {len(best.steps)} steps are left")
        if not smaller and size == 1:
            break
        size = size if smaller and size < len(best.steps) else max(1, size // 2)
    return best


def _taken(found: Told | None, best: Told) -> Told:
    return found if found is not None and len(found.steps) <= len(best.steps) else best


def _without_refused(told: Told) -> list[Step]:
    return [step for step, outcome in told.steps if outcome.end in ("done", "broke")]


def _without_wrong(told: Told) -> list[Step]:
    last = told.steps[-1][0]
    return [step for step, _ in told.steps if not step.wrong or step is last]


def _pass(best: Told, size: int, until: float, fails: Callable[[Sequence[Step]], Told | None]) -> tuple[Told, bool]:
    """Leave out each run of so many steps once; the last step stays, for it breaks the law."""
    start, smaller = 0, False
    while start < len(best.steps) - 1 and time.monotonic() < until:
        steps = [step for step, _ in best.steps]
        found = fails([*steps[:start], *steps[min(start + size, len(steps) - 1) :]])
        if found is not None and len(found.steps) < len(best.steps):
            best, smaller = found, True
        else:
            start += size
    return best, smaller
