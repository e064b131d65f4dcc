"""python -m tests.benchmarks: measure, print the table, keep it as JSON where asked."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import acting, commands, form, keeping, menu, peer, reading, running, site, writing
from tests.benchmarks.figures import Figure, by_the_wall, table
from tests.benchmarks.world import WALKED, World
from tests.databases import PostgresqlDatabase
from tests.postgresql import postgresql_server

MEASURES: dict[str, Callable[[World], Iterator[Figure]]] = {
    "import": writing.importing,
    "opening": writing.opening,
    "scoring": writing.scoring,
    "ballot": writing.ballot,
    "issuing": writing.issuing,
    "acts": acting.acts,
    "beside": acting.beside,
    "pages": reading.pages,
    "peer": peer.peer,
    "home": reading.home,
    "menu": menu.menu,
    "long-pages": menu.long_pages,
    "memory": menu.memory,
    "board": reading.board,
    "workspace": form.workspace,
    "site": site.site,
    "browser": site.browser,
    "audit": keeping.audit,
    "commands": commands.commands,
    "backup": keeping.backup,
    "start": running.start,
    "deadline-day": running.deadline_day,
}
ON_SERVERS = {"import", "opening", "scoring", "ballot", "issuing", "acts", "beside", "pages", "home", "menu", "long-pages",
              "memory", "board", "workspace", "audit", "commands", "deadline-day"}  # fmt: skip
ALWAYS_WALKED = {
    "import",
    "menu",
    "long-pages",
    "memory",
    "site",
    "browser",
}  # no state of the year, or one of their own
SMALLEST, USUAL = 80, 2_000
COLLECT_EVERY = 50_000  # objects, as the portal's commands do (`admin/cli/__main__`)
DONE, BAD_USAGE = 0, 2


def main(arguments: list[str]) -> int:
    """Measure what was named, or everything; 0 done, 2 a name or size that cannot be."""
    chosen = _parser().parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in MEASURES]:
        print(f"bench: no figure is called {', '.join(unknown)}; choose from {', '.join(MEASURES)}", file=sys.stderr)
        return BAD_USAGE
    if chosen.size < SMALLEST:
        print(f"bench: --size is at least {SMALLEST}", file=sys.stderr)
        return BAD_USAGE
    names = chosen.names or list(MEASURES)
    gc.set_threshold(COLLECT_EVERY)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(World(Path(folder), chosen.size, _said), names)
    if chosen.postgresql:
        figures = _beside(figures, _on_postgresql(chosen.size, [name for name in names if name in ON_SERVERS]))
    print(f"{chosen.size} people\n{table(figures)}")
    if chosen.json:
        chosen.json.write_text(json.dumps([figure.to_json() for figure in figures], indent=1) + "\n")
    return DONE


def _on_postgresql(size: int, names: list[str]) -> list[Figure]:
    """The same figures on a server of our own, as it comes: what it writes is on the disk when it says so."""
    with tempfile.TemporaryDirectory() as folder, postgresql_server(options=()) as server, by_the_wall():
        database = PostgresqlDatabase(server)
        try:
            return measure(World(Path(folder), size, _said, database), names)
        finally:
            database.server.dispose()


def _beside(figures: list[Figure], others: list[Figure]) -> list[Figure]:
    """Each figure with what the other database took, and the floor took there."""
    known = {figure.name: figure for figure in others}
    return [
        replace(figure, postgresql=there.ours, its_floor=there.floor, note=_both(figure.note, there.note))
        if (there := known.get(figure.name))
        else figure
        for figure in figures
    ]


def _copied(note: str) -> str:
    return f"{note}; state copied from {WALKED:,} people" if note else f"state copied from {WALKED:,} people"


def _both(here: str, there: str) -> str:
    return here if there in ("", here) else f"{here} | PostgreSQL: {there}"


def measure(world: World, names: list[str]) -> list[Figure]:
    """The figures of these names, in order."""
    found: list[Figure] = []
    for name in names:
        world.say(f"measuring: {name}")
        for figure in MEASURES[name](world):
            figure = (
                replace(figure, note=_copied(figure.note)) if world.copied and name not in ALWAYS_WALKED else figure
            )
            world.say(table([figure]).splitlines()[1])
            found.append(figure)
    return found


def _said(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench",
        description="Measures the portal, each figure beside its floor of the same run: the same rows and bytes without "
        "our code. Seconds are of computing, where no server answers (PostgreSQL's are a clock's); ratios of one run count.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"what to measure (default all): {', '.join(MEASURES)}"
    )
    parser.add_argument(
        "--size", type=int, default=USUAL, metavar="N", help="people in the centre (default %(default)s)"
    )
    parser.add_argument(
        "--postgresql", action="store_true", help="measure PostgreSQL beside SQLite, on a server of its own"
    )
    parser.add_argument("--json", type=Path, metavar="F", help="also write the figures here")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
