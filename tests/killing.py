"""Work that is killed (SIGKILL) in the middle, in a process of its own.

The moment is measured in the child's own computing time, by the kernel: a busy or a slow machine moves nothing.
"""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator

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
