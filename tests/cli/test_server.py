"""The job worker beside the server: started, watched, started again but not in a frenzy, stopped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.cli.forked import Forked
from admin.cli.server import REQUEST_TIMEOUT_SECONDS, RESTART_AFTER_SECONDS, STOP_WITHIN_SECONDS, JobWorker
from admin.domain.calendar import LONGEST_WAY


def sleeping() -> Forked:
    """A process that waits for a signal."""
    return Forked(signal.pause)


def ending_at_once() -> Forked:
    """A process that has nothing to do."""
    return Forked(lambda: 0)


@pytest.fixture
def worker() -> Iterator[JobWorker]:
    worker = JobWorker(sleeping)
    yield worker
    worker.stop()


def pid(worker: JobWorker) -> int:
    assert worker.process is not None
    return worker.process.pid


def test_a_running_worker_is_left_alone(worker: JobWorker) -> None:
    worker.keep_alive(now=100)
    first = pid(worker)
    worker.keep_alive(now=200)
    assert pid(worker) == first


def test_a_killed_worker_is_started_again(worker: JobWorker) -> None:
    worker.keep_alive(now=100)
    first = worker.process
    assert first is not None
    first.kill()
    first.wait()
    worker.keep_alive(now=100 + RESTART_AFTER_SECONDS)
    assert pid(worker) != first.pid


def test_a_worker_that_ends_at_once_is_not_started_in_a_frenzy() -> None:
    worker = JobWorker(ending_at_once)
    worker.keep_alive(now=100)
    first = worker.process
    assert first is not None
    first.wait()
    worker.keep_alive(now=100 + RESTART_AFTER_SECONDS / 2)
    assert worker.process is first


def test_stopping_ends_the_worker_and_stopping_again_does_no_harm(worker: JobWorker) -> None:
    worker.keep_alive(now=100)
    worker.stop()
    assert worker.process is not None
    assert worker.process.poll() is not None
    worker.stop()


def test_a_worker_whose_end_somebody_else_was_told_of_is_seen_to_have_ended() -> None:
    process = ending_at_once()
    os.waitpid(process.pid, 0)  # as gunicorn waits for all its children
    assert process.poll() == 0


def test_a_worker_that_does_not_end_by_itself_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin.cli.server.STOP_WITHIN_SECONDS", 0.1)
    worker = JobWorker(sleeping)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    worker.keep_alive(now=100)  # deaf from its beginning
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    worker.stop()
    assert worker.process is not None
    assert worker.process.poll() == -signal.SIGKILL


def test_the_worker_shares_what_the_server_has_loaded_and_listens_to_signals_of_its_own(tmp_path: Path) -> None:
    told, loaded = tmp_path / "told", object()
    signal.signal(signal.SIGUSR1, lambda *_: None)

    def look() -> int:
        told.write_text(f"{id(loaded)} {signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL}")
        return 7

    assert Forked(look).wait(20) == 7
    assert told.read_text() == f"{id(loaded)} True"


def test_a_fault_ends_the_worker_alone(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise ValueError("a fault")

    assert Forked(fails).wait(20) == 1
    assert "a fault" in capfd.readouterr().err


def test_whoever_issues_waits_longer_than_any_request_may_take():
    assert LONGEST_WAY.total_seconds() > REQUEST_TIMEOUT_SECONDS + STOP_WITHIN_SECONDS
