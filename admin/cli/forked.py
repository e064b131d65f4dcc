"""A process made from this one: it begins with what is loaded here, and shares the memory of it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator

FORGOTTEN = (
    signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH,
    signal.SIGTTIN, signal.SIGTTOU,
)  # fmt: skip
LOOK_EVERY_SECONDS = 0.02
FAULT = 1


class Forked:
    """Carries out `work` in a process of its own; asked and ended like a `subprocess.Popen`.

    `work` may return an exit code. To be made where no other thread runs.
    """

    def __init__(self, work: Callable[[], int | None]) -> None:
        self.returncode: int | None = None
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or both would write what waits
        with _held_back():
            self.pid = os.fork()
            if not self.pid:
                _forget_signals()
        if not self.pid:
            code = _code_of(work)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # what the first process does when it ends is its own

    def poll(self) -> int | None:
        """Its exit code, the negative signal that ended it, or None while it lives."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # whoever waits for all children was told instead: all that is known is its end
                self.returncode = 0
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises `TimeoutError` after so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() >= end:
                raise TimeoutError
            time.sleep(LOOK_EVERY_SECONDS)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Inside no signal is delivered: one that comes between the fork and the new process' own manners would be lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*FORGOTTEN, signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _forget_signals() -> None:
    """What this process was made from listened to signals in a way of its own."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in FORGOTTEN:
        signal.signal(each, signal.SIG_DFL)


def _code_of(work: Callable[[], int | None]) -> int:
    """How the work ended; whatever it raises must not go on as if it were the first process."""
    try:
        return work() or 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return FAULT
