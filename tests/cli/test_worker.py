"""The worker's threads go on: a fault that nobody foresaw ends a turn, not the thread that would be missed by nobody."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

import pytest
from flask import Flask

from admin.cli import worker


class Enough(BaseException):
    """The test has seen what it came for."""


@pytest.mark.parametrize("thread", ["long work", "sealing"])
def test_a_fault_ends_one_turn_and_is_said_and_the_next_turn_comes(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, thread: str
) -> None:
    turns = []

    def inside(_app: Flask, _work: Any) -> None:
        turns.append(1)
        if len(turns) == 3:
            raise Enough
        raise RuntimeError("a connection that answers nothing but faults")

    monkeypatch.setattr(worker, "_inside", inside)
    monkeypatch.setattr(worker, "SEAL_EVERY_SECONDS", 0)
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 0)
    loop = {
        "long work": lambda: worker._carry_for_ever(app, threading.Event()),
        "sealing": lambda: worker._seal_for_ever(app),
    }
    with caplog.at_level(logging.ERROR), pytest.raises(Enough):
        loop[thread]()
    assert [record.getMessage() for record in caplog.records] == ["a turn of the worker ended by a fault"] * 2


@pytest.mark.parametrize(("much", "busy", "ends"), [(True, False, True), (True, True, False), (False, False, False)])
def test_a_worker_that_holds_too_much_ends_between_two_pieces_of_work(
    app: Flask, monkeypatch: pytest.MonkeyPatch, much: bool, busy: bool, ends: bool
) -> None:
    sent: list[tuple[int, int]] = []
    lock = threading.Lock()
    monkeypatch.setattr(worker, "_inside", lambda *_: None)
    monkeypatch.setattr(worker, "_long_work", lock)
    monkeypatch.setattr(worker.os, "kill", lambda *given: sent.append(given))
    if busy:
        lock.acquire()
    worker._minute(app, lambda: much)
    assert sent == ([(os.getpid(), signal.SIGTERM)] if ends else [])
    assert lock.locked() is (busy or ends)  # no long work begins before the end
