"""Each wall around whoever looks into a file holds by itself: what it forbids is tried with that wall alone, and without it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from admin.files import checker, sandbox

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="walls of the Linux kernel")
LIBC = ctypes.CDLL(None, use_errno=True)


def opens() -> None:
    os.close(os.open("/etc/hostname" if Path("/etc/hostname").exists() else "/", os.O_RDONLY))


def makes_a_socket() -> None:
    socket.socket().close()


def sends() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.sendto(b"", ("127.0.0.1", 9))


def forks() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def writes() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.write(FILE, b"x")


def starts() -> None:
    os.execv("/bin/true", ["true"])


def dumps_core() -> None:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise OSError


def is_read() -> None:
    if LIBC.prctl(3, 0, 0, 0, 0) != 1:  # PR_GET_DUMPABLE
        raise OSError


def gains_rights() -> None:
    if "NoNewPrivs:\t1" in Path("/proc/self/status").read_text():
        raise OSError


def is_root() -> None:
    if os.geteuid() != 65534:
        os.kill(os.getppid(), 0)
        return
    raise OSError


FILE = -1
SINGLY: list[tuple[str, Callable[[], None]]] = [
    ("descriptors", opens),
    ("descriptors", makes_a_socket),
    ("landlock", opens),
    ("landlock", starts),
    ("network", sends),
    ("processes", forks),
    ("file size", writes),
    ("core", dumps_core),
    ("being read", is_read),
    ("new rights", gains_rights),
    ("nobody", is_root),
]


def comes_through(attempt: Callable[[], None], *walls: str) -> bool:
    """Whether it can be done by a process that has put these walls up and no others."""
    if (child := os.fork()) == 0:
        try:
            for wall in walls:
                sandbox.WALLS[wall]()
            attempt()
        except OSError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 1), f"{walls} {attempt.__name__}: {code}"
    return code == 0


@LINUX
@pytest.mark.parametrize(("wall", "attempt"), SINGLY, ids=[f"{wall}-{attempt.__name__}" for wall, attempt in SINGLY])
def test_each_wall_holds_alone_and_without_it_the_same_is_done(
    wall: str, attempt: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "file").open("wb") as file:
        monkeypatch.setattr(sys.modules[__name__], "FILE", file.fileno())
        # Root is above the limit of processes, which is why it becomes nobody before.
        beside = ("nobody",) if wall == "processes" else ()
        if os.geteuid() != 0 and wall == "nobody":
            pytest.skip("whoever runs this is not root, and there is nothing to leave")
        if wall == "core" and resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
            pytest.skip("whoever runs this leaves no core in any case")
        assert comes_through(attempt, *beside), "without it nothing is proved"
        assert not comes_through(attempt, *beside, wall)


def test_every_wall_is_tried_singly() -> None:
    assert {wall for wall, _attempt in SINGLY} == set(sandbox.WALLS)


def ended_by(work: Callable[[], None], memory: int, seconds: int, wall: float) -> int:
    """How a process ends that does this within limits: its exit code, or the negative number of the signal."""
    if (child := os.fork()) == 0:
        checker._limit(memory, seconds, wall)
        try:
            work()
        except MemoryError:
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fills() -> None:
    len(bytearray(64 * 1024 * 1024))


def computes() -> None:
    while True:
        pass


def test_memory_time_of_computing_and_time_at_all_are_each_limited_alone() -> None:
    much, long = 512 * 1024 * 1024, 60
    assert ended_by(fills, much, long, long) == 0
    assert ended_by(fills, 16 * 1024 * 1024, long, long) == 3
    assert ended_by(computes, much, 1, long) == -signal.SIGKILL
    assert ended_by(signal.pause, much, long, 0.05) == -signal.SIGALRM


@LINUX
def test_what_spins_without_memory_is_ended_before_its_time() -> None:
    """As Python does that has none left for what it needs to handle that it has none."""
    if (child := os.fork()) == 0:
        checker._limit(16 * 1024 * 1024, 60, 60)
        held = []
        try:
            while True:
                held.append(bytearray(64 * 1024))
        except MemoryError:
            LIBC.pause()
        os._exit(0)
    running = {child: 0}
    while running:
        checker.end_what_is_full(running)
        os.sched_yield()
    with pytest.raises(ChildProcessError):
        os.waitpid(child, 0)
