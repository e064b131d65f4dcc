"""A life is lived: each step through its door, the laws held after it; and lived again from its steps, when a story is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from admin.domain.refusals import NotFound
from tests.killing import killed
from tests.simulation import (
    errands_bodies,  # noqa: F401  its errands keep themselves under their names
    rights,
)
from tests.simulation.doors import Broken, Outcome, Step, World, act, ended, garbage, unchanged
from tests.simulation.errands import ERRANDS
from tests.simulation.founding import founded
from tests.simulation.ground import BEGIN, Ground
from tests.simulation.inputs import input_for
from tests.simulation.laws import Watch
from tests.simulation.life import Life
from tests.simulation.references import referred

CENTRES = 6
TWO_YEARS = 730


@dataclass
class Told:
    """What was done in a life, in order, and the law that it broke, if it broke one."""

    steps: list[tuple[Step, Outcome]] = field(default_factory=list)
    broken: Broken | None = None

    @property
    def done(self) -> int:
        """How many steps had an effect."""
        return sum(1 for _, outcome in self.steps if outcome.end == "done")


def live(
    ground: Ground, seed: int, *, begin: datetime = BEGIN, days: int = TWO_YEARS, steps: Iterable[Step] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Told:  # fmt: skip
    """The life of a seed, or these steps of it; ends at the first law that does not hold."""
    world = World(ground, founded(ground, seed % CENTRES))
    ground.now = begin
    watch, told = Watch(world), Told()
    life = Life(world, seed, begin, days)
    whole = steps is None
    try:
        for step in life if steps is None else steps:
            outcome = take(world, step)
            told.steps.append((step, outcome))
            life.outcome = outcome
            watch.after(step, outcome)
            say(f"{step} {outcome}")
        watch.at_the_end(everything_ended=whole, life=life)
    except Broken as broken:
        if not told.steps or told.steps[-1][0] is not step:
            told.steps.append((step, Outcome("broke")))
        told.broken = broken
    return told


def take(world: World, step: Step) -> Outcome:
    """Carry a step out. Raises `Broken`."""
    ground = world.ground
    ground.now = max(step.at, ground.now)
    if step.how == "killed":
        ground.close()  # a child must not share an open connection
        killed(lambda: _take(world, step), Random(step.dice).uniform(0.0, 0.03))
    if step.how == "at once":
        return _at_once(world, step)
    return _take(world, step)


def _take(world: World, step: Step) -> Outcome:
    if step.verb == "tick":
        world.ground.tick()
        outcome = Outcome("done")
    else:
        with world.ground.inside():
            outcome = _act(world, step) if "." in step.verb else _errand(world, step)
    _nothing_failed(world.ground)
    return outcome


def _at_once(world: World, step: Step) -> Outcome:
    """Two windows, one moment: the same step is taken twice, and what the first did must not be done again unlawfully."""
    world.ground.rival = True
    try:
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(_take, world, step) for _ in range(2)]
            ends = [each.result() for each in both]
    finally:
        world.ground.rival = False
    return next((each for each in ends if each.end == "done"), ends[0])


def _act(world: World, step: Step) -> Outcome:
    process = step.verb.split(".")[0]
    key = referred(world, process, step.target)
    if key is None:
        return Outcome("gone")
    dice = Random(step.dice)
    data, sure = input_for(world, step.verb, key, dice)
    if step.wrong:
        data, sure = garbage(data, dice), False
    return act(world, step, key, data, sure)


def _errand(world: World, step: Step) -> Outcome:
    try:
        actor = world.actor(step.who)
    except NotFound:
        return Outcome("hidden")
    what = f"{step.verb} {step.target} by {step.who or 'nobody in particular'}"
    call = lambda: ERRANDS[step.verb](world, actor, step.target, Random(step.dice))  # noqa: E731
    outcome = unchanged(world.ground, lambda: ended(call, what), what)
    rights.hold(step, actor, outcome)
    return outcome


def _nothing_failed(ground: Ground) -> None:
    if failed := ground.faults.taken():
        raise Broken("no answer is a fault", "in the portal's log:\n" + failed[0])
