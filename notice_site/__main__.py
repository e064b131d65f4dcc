"""python -m notice_site: publish a snapshot file without any database."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import config
from notice_site import disk, release, site, validate

DONE, FAULT, BAD_INPUT = 0, 1, 2


class _Bar:
    """A progress bar on the terminal, from the third second on."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.began, self.shown = steps, 0, time.monotonic(), False

    def __call__(self, what: str) -> None:
        """One more step has begun."""
        self.done = min(self.steps, self.done + 1)
        if time.monotonic() - self.began > 2:
            full = 30 * self.done // self.steps
            print(f"\r[{'#' * full}{'.' * (30 - full)}] {what[:40]:<40}", end="", file=sys.stderr, flush=True)
            self.shown = True

    def end(self) -> None:
        """Leave the line."""
        if self.shown:
            print(file=sys.stderr)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="publish", description="Publish the notice site atomically. Nothing changed: says so and does nothing."
    )
    parser.add_argument(
        "--snapshot", type=Path, required=True, metavar="F", help="public snapshot (JSON); needs no database"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="publish as this folder (default: VAR_DIR/notice_site/live)"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Publish; 0 done (or nothing to do), 2 the snapshot or the folder is not fit."""
    chosen = _arguments(arguments)
    var_dir = config.folder("VAR_DIR", os.environ.get("VAR_DIR", "var"))
    try:
        snapshot = validate.read(chosen.snapshot)
        bar = _Bar(len(snapshot["languages"]) * (1 + len([n for n in snapshot["notices"] if n["state"] == "current"])))
        publication = site.publish(snapshot, var_dir, out=chosen.out, progress=bar)
    except validate.UnfitSnapshot as unfit:
        print(f"{chosen.snapshot}: not published, the snapshot is not fit", *unfit.faults, sep="\n  ", file=sys.stderr)
        return BAD_INPUT
    except release.PlaceTaken as taken:
        print(f"not published: {taken}", file=sys.stderr)
        return BAD_INPUT
    except OSError as fault:
        if (words := disk.in_words(fault)) is None:
            raise
        print(f"not published: {words}", file=sys.stderr)
        return FAULT
    bar.end()
    done = f"published: {len(publication.files)} files" if publication.changed else "nothing changed, nothing done"
    print(f"{done}, release {publication.release}, {publication.path}")
    if chosen.out is not None and (names := [n["number"] for n in snapshot["notices"] if n["state"] == "current"]):
        print(
            f"  with names ({', '.join(names)}): the portal of {var_dir} takes them down there; without one, remove it in time"
        )
    return DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
