"""Some lives in the test run: a cycle from its opening to its documents, whatever people try; and that a broken law is found and told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

import config
from admin.domain.refusals import NotFound
from admin.operations.people import departments
from tests.killing import FORKS
from tests.simulation.doors import Step
from tests.simulation.founding import founded
from tests.simulation.ground import Ground
from tests.simulation.run import Told, live
from tests.simulation.shrink import shortest
from tests.simulation.story import story

pytestmark = pytest.mark.filterwarnings(FORKS)
NOVEMBER = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    before = config._in_use
    made = Ground(tmp_path_factory.mktemp("simulated"))
    yield made
    made.close()
    config._in_use = before


@pytest.mark.parametrize("seed", [1])
def test_a_cycle_lived_by_a_seed_breaks_no_law_and_every_case_ends(ground: Ground, seed: int) -> None:
    told = live(ground, seed, begin=NOVEMBER, days=20)

    assert told.broken is None, story(told, founded(ground, seed % 6))
    assert {step.verb for step, outcome in told.steps if outcome.end == "done"} >= {"cycle.open", "cycle.issue"}


def test_a_refusal_that_changed_a_row_is_found_and_told_by_the_shortest_story(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault put into the portal: naming a head is refused when its row is written already."""

    def faulty(*given: object, **named: object) -> None:
        with closing(sqlite3.connect(ground.database.file)) as written, written:
            written.execute("UPDATE departments SET name = 'another' WHERE id = 1")
        raise NotFound("Department")

    hr = founded(ground, 1).offices["hr"]
    monkeypatch.setattr(departments, "name_head", faulty)
    head = Step(NOVEMBER, hr, "name_head", (1, "E1001"))
    others = [Step(NOVEMBER, "", "tick"), Step(NOVEMBER, "E1004", "mark_left", ("E1020",)), Step(NOVEMBER, "", "tick")]

    told = live(ground, 1, begin=NOVEMBER, steps=[*others, head, *others])
    best = shortest(ground, 1, told, 30, lambda _: None)

    assert isinstance(told, Told) and told.broken is not None
    assert told.broken.law == "what is refused changes nothing"
    assert [step.verb for step, _ in best.steps] == ["name_head"]
    assert "Somebody becomes head of a department (1, E1001)" in story(best, founded(ground, 1))
