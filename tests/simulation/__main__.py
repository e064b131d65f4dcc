"""python -m tests.simulation: centres live through simulated years; a life that breaks a law is told, as short as it fails."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.ground import Ground
from tests.simulation.lives import YEARS, Result, begin, live_seed

HELD, BROKE, BAD_USAGE = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Live the seeds; 0 every year held, 1 one did not, 2 usage."""
    chosen = _parser().parse_args(arguments)
    if chosen.seeds < 1 or chosen.processes < 1 or (chosen.minutes is not None and chosen.minutes <= 0):
        print("simulate: --seeds, --processes and --minutes are above 0", file=sys.stderr)
        return BAD_USAGE
    began, broken, lived, steps = time.monotonic(), 0, 0, 0
    for result in _results(chosen):
        lived, steps, broken = lived + 1, steps + result.steps, broken + bool(result.story)
        minutes = (time.monotonic() - began) / 60
        print(
            f"{lived * YEARS} years lived in {minutes:.1f} min; seed {result.seed}: {result.steps} steps, {result.seconds:.0f} s",
            flush=True,
        )
        if result.story:
            print(f"\nseed {result.seed} does not hold:\n{result.story}\n", flush=True)
    minutes = (time.monotonic() - began) / 60
    print(
        f"{lived * YEARS} years, {steps} steps, {minutes:.1f} minutes: "
        + (f"{broken} lives break a law" if broken else "every year held")
    )
    return BROKE if broken or not lived else HELD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, default=10, help="how many centres live two years each (default %(default)s)"
    )
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed (default %(default)s)")
    parser.add_argument("--minutes", type=float, help="begin no new life after so many minutes")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, help="how many live at once (default: one for each core)"
    )
    parser.add_argument(
        "--shrink", type=float, default=5.0, help="minutes spent on shortening a story that fails (default %(default)s)"
    )
    parser.add_argument(
        "--site",
        type=int,
        default=10,
        help="one of so many seeds builds the real site and documents (default %(default)s)",
    )
    return parser


def _results(chosen: argparse.Namespace) -> Iterator[Result]:
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    until = time.time() + chosen.minutes * 60 if chosen.minutes else None
    tasks = [(seed, until, chosen.shrink * 60, chosen.site) for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder))
        context = multiprocessing.get_context("spawn")
        with context.Pool(min(chosen.processes, len(tasks)), begin, (folder,)) as pool:
            for result in pool.imap_unordered(live_seed, tasks):
                if result is not None:
                    yield result


def _prepare(folder: Path) -> None:
    """The empty portal, made once; each process begins with a copy."""
    print("simulate: making the portal", flush=True)
    Ground(folder).close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
