"""What a serving process holds of its own: given back where it can be, and gone with the process where it cannot."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

ROLLUP = Path("/proc/self/smaps_rollup")
MIB = 1024 * 1024
LOOK_EVERY = 50  # answers: a look takes a millisecond
SLACK = 8 * MIB  # what answers leave behind is worth giving back from here on
MOST = 88 * MIB  # beside what is shared with the process that it was forked from
LEAST_ANSWERS = 1_000  # a new process makes its statements and templates anew, which must stay rare


def own() -> int:
    """Bytes that this process has written and shares with nobody; 0 where the system does not say."""
    try:
        lines = ROLLUP.read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty:"))


def give_back() -> None:
    """Let the system have what was freed: after a large answer the allocator keeps its pages."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


def holds_much() -> bool:
    """Whether this process still holds too much of its own once it has given back what it can."""
    if own() <= MOST:
        return False
    give_back()
    return own() > MOST


class Gathered:
    """How much a process has gathered since it began, looked at once in a while."""

    def __init__(self) -> None:
        self.answers = 0
        self.before = 0

    def too_much(self) -> bool:
        """To be asked after each answer: whether another process should take its place."""
        self.answers += 1
        if self.answers % LOOK_EVERY:
            return False
        if own() > self.before + SLACK:
            give_back()
            self.before = own()
        return self.answers >= LEAST_ANSWERS and own() > MOST
