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

    `ours` and `floor` are on SQLite, `postgresql` and `its_floor` the same there, where it was measured.
    """

    name: str
    ours: float
    floor: float | None = None
    times: float | None = None
    most: float | None = None
    unit: str = "s"
    note: str = ""
    postgresql: float | None = None
    its_floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def its_ratio(self) -> float | None:
        """The same on PostgreSQL."""
        return self.postgresql / self.its_floor if self.postgresql is not None and self.its_floor else None

    @property
    def within(self) -> bool | None:
        """Whether every bar is kept, on each database that was measured; None without any."""
        kept = []
        if self.times is not None:
            kept += [ratio <= self.times for ratio in (self.ratio, self.its_ratio) if ratio is not None]
        if self.most is not None:
            kept += [taken <= self.most for taken in (self.ours, self.postgresql) if taken is not None]
        return all(kept) if kept else None

    def to_json(self) -> dict[str, Any]:
        """The figure as one object of --json."""
        return asdict(self) | {"ratio": self.ratio, "its_ratio": self.its_ratio, "within": self.within}


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
    return seconds(work)


def seconds(work: Callable[[], object]) -> float:
    """The same of a short piece, without going through the garbage first."""
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
    return statistics.median(seconds(work) for _ in range(rounds))


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of text, in columns."""
    heads = ("figure", "ours", "floor", "ratio", "PostgreSQL", "floor", "ratio", "bar", "kept", "note")
    rows = [heads, *(_row(figure) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    bars = []
    if figure.times is not None:
        bars.append(f"{figure.times:.3g} x")
    if figure.most is not None:
        bars.append(f"{figure.most:g} {figure.unit}")
    kept = {True: "yes", False: "NO", None: ""}[figure.within]
    here = (f"{figure.ours:.4g} {figure.unit}", _number(figure.floor), _times(figure.ratio))
    there = (_number(figure.postgresql), _number(figure.its_floor), _times(figure.its_ratio))
    return figure.name, *here, *there, ", ".join(bars), kept, figure.note


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f} x" if ratio < 2 else f"{ratio:.1f} x"
