"""The job worker beside the server: started, watched, started again but not in a frenzy, stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from admin.cli.server import REQUEST_TIMEOUT_SECONDS, RESTART_AFTER_SECONDS, STOP_WITHIN_SECONDS, JobWorker
from admin.domain.calendar import LONGEST_WAY

SLEEPS = (sys.executable, "-c", "import time; time.sleep(3600)")
ENDS_AT_ONCE = (sys.executable, "-c", "")


@pytest.fixture
def worker() -> Iterator[JobWorker]:
    worker = JobWorker(SLEEPS)
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
    worker = JobWorker(ENDS_AT_ONCE)
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


def test_whoever_issues_waits_longer_than_any_request_may_take():
    assert LONGEST_WAY.total_seconds() > REQUEST_TIMEOUT_SECONDS + STOP_WITHIN_SECONDS
