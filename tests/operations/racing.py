"""Several people act at the same moment, each in a thread of their own as the server's processes would."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import db

SAID = (Refused, Invalid, NotFound)
PATIENCE_SECONDS = 300  # on a busy machine; nobody waits so long unless something hangs


def race(app: Flask, *calls: Callable[[], Any]) -> list[str]:
    """Let go of all calls at once; answers for each "done", or what it was told. Anything else is a fault."""
    start, answers = Barrier(len(calls)), [""] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                start.wait(PATIENCE_SECONDS)
                call()
                answers[place] = "done"
            except SAID as told:
                answers[place] = type(told).__name__
            except Exception as fault:  # a thread that dies mute would look like one that was refused
                answers[place] = f"fault: {type(fault).__name__}: {fault}"
            finally:
                db.session.remove()

    db.session.rollback()  # what the test itself reads must hold no one up
    runners = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(PATIENCE_SECONDS)
    db.session.rollback()
    assert not [answer for answer in answers if answer.startswith("fault") or not answer], answers
    return sorted(answers)
