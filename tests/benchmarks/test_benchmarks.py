"""The benchmarks run: every figure is measured at the smallest size. How fast it is, is no test's business."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from admin.domain.refusals import Refusal
from admin.jobs.sweep import sweep
from admin.operations import many
from admin.operations.system import long_work
from tests.benchmarks import acting, form, keeping, reading
from tests.benchmarks.__main__ import MEASURES, SMALLEST, main
from tests.benchmarks.acting import Worked
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.floors import listened
from tests.benchmarks.world import World

BATCH = 36  # rows of a batch here: of each act's batches the last is smaller
QUICK = (
    "acts", "import", "opening", "scoring", "ballot", "issuing", "home", "board", "workspace", "pages", "audit", "backup",
)  # fmt: skip


def worked_off_here(world: World, now: datetime) -> Worked:
    """What waits is carried out in this process: a start for each act would say nothing more."""
    with world.inside():
        began = time.process_time()
        sweep(actor=world.system, clock=lambda: now)
        return Worked(time.process_time() - began, 1)


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """By act on many and the stage that it closes, of each of its batches how many rows it had and how many statements it took."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    real = many.carried

    def counted(which: many.Many, turn: many.Turn, keys: Sequence[int]) -> dict[int, Refusal]:
        with listened() as heard:
            refused = real(which, turn, keys)
        found[which.operation, turn.values.get("stage", "")].append((len(keys), len(heard.asked)))
        return refused

    monkeypatch.setattr(many, "MOST_ROWS", BATCH)
    for module in (many, long_work):
        monkeypatch.setattr(module, "carried", counted)
    return found


@pytest.mark.slow
def test_every_figure_of_rows_and_pages_is_measured_beside_its_floor(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    batches: dict[tuple[str, str], list[tuple[int, int]]],
) -> None:
    monkeypatch.setattr(acting, "worked_off", worked_off_here)
    for place, rounds in ((reading, "ROUNDS"), (form, "ROUNDS"), (keeping, "DRAFTS"), (keeping, "IMPORTS")):
        monkeypatch.setattr(place, rounds, 1)
    kept = tmp_path / "figures.json"
    assert main(["--size", str(SMALLEST), "--json", str(kept), *QUICK]) == 0
    found = json.loads(kept.read_text())
    assert {re.split("[,:]", figure["name"])[0] for figure in found} >= {
        *(step.name for step in acting.STEPS),
        "import of employees",
        "opening a cycle",
        "scoring a cycle",
        "closing a consent ballot",
        "issuing the grades",
        "home of HR",
        "board per department and stage",
        "a draft",
        "employees",
        "cases",
        "verifying the chain",
        "backup",
        "restore",
    }
    assert all(figure["ours"] > 0 for figure in found)
    assert all(figure["floor"] > 0 for figure in found if figure["times"])
    assert "opening a cycle" in capsys.readouterr().out
    assert len(batches) >= len(acting.STEPS) and all(len(each) > 1 for each in batches.values())
    # Nothing is asked or written row by row: a batch takes the statements of a much smaller one, but for what is done once.
    by_size = {act: (min(each), max(each)) for act, each in batches.items()}
    assert {act: two for act, two in by_size.items() if 2 * (two[1][1] - two[0][1]) > two[1][0] - two[0][0]} == {}


@pytest.mark.parametrize("arguments", [["speed"], ["--size", "5", "import"]])
def test_a_name_or_size_that_cannot_be_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("bench: ")


def test_what_takes_servers_and_browsers_has_a_name_too() -> None:
    assert set(MEASURES) - set(QUICK) == {
        "site",
        "browser",
        "start",
        "deadline-day",
        "commands",
        "menu",
        "long-pages",
        "memory",
        "beside",
        "peer",
    }


def test_a_bar_is_kept_only_where_both_kinds_are() -> None:
    assert Figure("a", 2.0, 1.0, times=3).within
    assert not Figure("a", 4.0, 1.0, times=3).within
    assert not Figure("a", 2.0, 1.0, times=3, most=1).within
    assert Figure("a", 2.0, 1.0).within is None
    assert "NO" in table([Figure("a", 4.0, 1.0, times=3)])
