"""Work that is killed (SIGKILL) in the middle, in a process of its own.

The moment is measured in the child's own computing time, by the kernel: a busy or a slow machine moves nothing.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

Work = Callable[[], object]
POLL_SECONDS = 0.0002
FORKS = "ignore:This process:DeprecationWarning"  # Python 3.12 warns of threads, which the child does not touch


def finished(work: Work) -> float:
    """Carry the work out in a child, which must come to its own end; how many seconds it computed."""
    _, status, used = os.wait4(begun(work), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_utime + used.ru_stime


def killed(work: Work, after: float) -> bool:
    """Carry the work out in a child that is killed when it has computed for so many seconds; False where it was done before."""
    child = begun(work)
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.clock_gettime(_computing_clock(child)) >= after:
            os.kill(child, signal.SIGKILL)
            ended = os.waitpid(child, 0)
            break
        time.sleep(POLL_SECONDS)
    status = os.waitstatus_to_exitcode(ended[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def _computing_clock(process: int) -> int:
    """The clock that counts what a process has computed: the C library's `clock_getcpuclockid`, which Python leaves out."""
    return (~process << 3) | 2


def moments(whole: float, times: int, seed: int) -> Iterator[float]:
    """Moments of a work that computes for `whole` seconds; every second one lies round its end, where files move and rows are committed."""
    chance = random.Random(seed)
    for number in range(times):
        yield whole * chance.uniform(*((0.05, 0.8), (0.8, 1.1))[number % 2])


WRITING = ("os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.truncate")
CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Writes:
    """Kills its own process at the n-th moment at which it is about to change a file, or has just committed or is about to."""

    def __init__(self, at: int, told: int) -> None:
        self.at, self.told, self.count = at, told, 0

    def __enter__(self) -> None:
        sys.addaudithook(self._hear)
        event.listen(Engine, "commit", self._one)
        event.listen(Session, "after_commit", self._one)

    def __exit__(self, *_error: object) -> None:
        os.write(self.told, str(self.count).encode())

    def _hear(self, what: str, given: tuple[Any, ...]) -> None:
        if what in WRITING or (what == "open" and isinstance(given[2], int) and given[2] & CHANGES):
            self._one()

    def _one(self, *_given: object) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def writes(work: Work) -> int:
    """How many moments a work has at which something is written; it is carried out."""
    out, into = os.pipe()
    finished(lambda: _watched(work, 0, into))
    os.close(into)
    with os.fdopen(out) as told:
        return int(told.read())


def killed_at(work: Work, moment: int) -> None:
    """Carry the work out in a child that is killed at one of its moments of writing."""
    out, into = os.pipe()
    _, status = os.waitpid(begun(lambda: _watched(work, moment, into)), 0)
    os.close(out)
    os.close(into)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _watched(work: Work, at: int, told: int) -> None:
    with Writes(at, told):
        work()


def spread(count: int, most: int = 20) -> list[int]:
    """The moments from the first to the last, at most so many of them."""
    step = max(1.0, count / most)
    return sorted({min(count, round(1 + place * step)) for place in range(min(count, most))} | {count})


def begun(work: Work) -> int:
    """Begin the work in a child; its process number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
