"""A figure: what was measured, its floor in the same run, and the bar it is held to."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

_by_the_wall: ContextVar[bool] = ContextVar("by_the_wall", default=False)


@dataclass(frozen=True)
class Figure:
    """One line of the table; seconds unless the unit says otherwise. `times` and `most` are bars: of the floor, and flat.

    `ours` is on SQLite, `postgresql` the same there, where it was measured.
    """

    name: str
    ours: float
    floor: float | None = None
    times: float | None = None
    most: float | None = None
    unit: str = "s"
    note: str = ""
    postgresql: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def within(self) -> bool | None:
        """Whether every bar is kept; None without any."""
        kept = []
        if self.times is not None and self.ratio is not None:
            kept.append(self.ratio <= self.times)
        if self.most is not None:
            kept.append(self.ours <= self.most)
        return all(kept) if kept else None

    def to_json(self) -> dict[str, Any]:
        """The figure as one object of --json."""
        return asdict(self) | {"ratio": self.ratio, "within": self.within}


@contextmanager
def by_the_wall() -> Iterator[None]:
    """Inside, seconds are those of a clock: a server that computes for us is another process, and its share counts too."""
    token = _by_the_wall.set(True)
    try:
        yield
    finally:
        _by_the_wall.reset(token)


def timed(work: Callable[[], object]) -> float:
    """Seconds of computing that a piece of work takes, without anybody else's garbage in it."""
    gc.collect()
    return _seconds(work)


def _seconds(work: Callable[[], object]) -> float:
    began = _computed()
    work()
    return _computed() - began


def _computed() -> float:
    """Seconds of computing of this process, and of those that it waited for: what others do on the machine is not in it."""
    if _by_the_wall.get():
        return time.perf_counter()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def median(work: Callable[[], object], rounds: int) -> float:
    """The median of so many runs, after one that warms the caches; the garbage is taken out once, before them all."""
    work()
    gc.collect()
    return statistics.median(_seconds(work) for _ in range(rounds))


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of text, in columns."""
    heads = ("figure", "ours", "PostgreSQL", "floor", "ratio", "bar", "kept", "note")
    rows = [heads, *(_row(figure) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    bars = []
    if figure.times is not None:
        bars.append(f"{figure.times:g} x")
    if figure.most is not None:
        bars.append(f"{figure.most:g} {figure.unit}")
    kept = {True: "yes", False: "NO", None: ""}[figure.within]
    floor = "" if figure.floor is None else f"{figure.floor:.4g}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.1f} x"
    there = "" if figure.postgresql is None else f"{figure.postgresql:.4g}"
    return figure.name, f"{figure.ours:.4g} {figure.unit}", there, floor, ratio, ", ".join(bars), kept, figure.note
