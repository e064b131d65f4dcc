"""`worker` carries jobs and timed work out until it is stopped; `tick` does once all that is due."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement

from admin.access.actor import Actor, system_actor
from admin.cli import logs
from admin.jobs import sweep
from admin.jobs.queue import make_queue, with_tasks
from admin.models import db
from admin.models.base import made_before
from admin.models.outages import DATABASE, spare
from admin.operations.system import jobs, workers
from admin.operations.system.heartbeats import beat

log = logging.getLogger(__name__)
SEAL_EVERY_SECONDS = 3.0
LOOK_EVERY_SECONDS = 10.0  # for long work that no wake-up announced, and for what a killed worker has left
WAIT_SECONDS = 5.0  # between two looks for a database that is away
_long_work = threading.Lock()  # held by whoever carries it out, or ends the process


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two commands: the process beside the server, and the same work once."""
    working = commands.add_parser("worker", help="carry out jobs and timed work until stopped")
    working.set_defaults(run=run_worker)
    ticking = commands.add_parser("tick", help="do all timed work that is due and not done, and the jobs that wait")
    ticking.set_defaults(run=run_tick)


def run_tick(args: argparse.Namespace) -> int:
    """Do what is due and say what was done; 1 where some of it failed."""
    made_before()
    done = _inside(_app(), beating_tick)
    for name, count in done.items():
        print(f"tick: {name}: {count}")
    for name, fault in done.failed.items():
        print(f"tick: {name} FAILED: {fault}", file=sys.stderr)
    return 1 if done.failed else 0


def beating_tick(*, actor: Actor, clock: sweep.Clock, which: ColumnElement[bool] = jobs.ANY) -> sweep.Done:
    """A tick that came to its end is a sign of life, whatever failed in it; what is taken up in it is this process' own."""
    done = sweep.tick(actor=actor, clock=clock, begin=workers.hold, which=which)
    if "database" not in done.failed:
        beat(actor=actor, now=clock())
    return done


def run_worker(args: argparse.Namespace) -> None:
    """The worker as a command of its own, on this machine or another one."""
    spare()
    made_before()
    app = _app()
    logs.begin(app.config["PORTAL"])
    work(app)


def work(app: Flask, too_much: Callable[[], bool] = lambda: False) -> None:
    """Consume wake-ups with one thread, and tick every minute; SIGTERM stops it, leased work is taken up again later.

    `too_much`: asked each minute; where it says so the process ends between two pieces of work, and whoever watches it
    makes another one.
    """
    queue, woken = _queue_of(app), threading.Event()
    with_tasks(queue, partial(_woken, app, woken), partial(_minute, app, too_much))
    threading.Thread(target=_seal_for_ever, args=(app,), daemon=True, name="sealer").start()
    threading.Thread(target=_carry_for_ever, args=(app, woken), daemon=True, name="long work").start()
    queue.create_consumer(workers=1, max_delay=2.0).run()


def _queue_of(app: Flask) -> Any:
    """The queue, after a first tick; without a database, or where it went away again since, both are waited for."""
    while True:
        # No sign of life yet: a worker that dies at each start must not look alive.
        if "database" not in _inside(app, partial(sweep.tick, begin=workers.hold, which=sweep.SHORT)).failed:
            try:
                return make_queue(app.config["PORTAL"])
            except Exception as fault:  # each driver has kinds of its own
                log.error("database unavailable: %s", type(fault).__name__, extra=DATABASE)
        time.sleep(WAIT_SECONDS)


def _woken(app: Flask, woken: threading.Event) -> None:
    woken.set()
    _inside(app, partial(_held_sweep, which=sweep.SHORT))


def _held_sweep(**given: Any) -> int:
    """What this process takes is seen to be its own, also where a server that was started again has forgotten its lock."""
    workers.hold()
    return sweep.sweep(**given)


def _minute(app: Flask, too_much: Callable[[], bool]) -> None:
    _inside(app, partial(beating_tick, which=sweep.SHORT))
    # Long work is not torn from its batch; held from here on, none begins before the end.
    if too_much() and _long_work.acquire(blocking=False):
        os.kill(os.getpid(), signal.SIGTERM)


def _seal_for_ever(app: Flask) -> None:
    """A minute's tick would be too late: the audit trail is sealed a few seconds after it was written."""
    while True:
        time.sleep(SEAL_EVERY_SECONDS)
        _turn(app, sweep.sealed)


def _carry_for_ever(app: Flask, woken: threading.Event) -> None:
    """Long work goes on beside everything else; a minute's tick finds what no wake-up announced."""
    while True:
        with _long_work:
            _turn(app, partial(_held_sweep, which=sweep.LONG, by_turns=True))
        woken.wait(LOOK_EVERY_SECONDS)
        woken.clear()


def _turn(app: Flask, work: Any) -> None:
    """One turn of a thread that goes on whatever ends it: without the thread the process would look alive and do half its work."""
    try:
        _inside(app, work)
    except sweep.UNREACHABLE as fault:
        log.error("database unavailable: %s", type(fault).__name__, extra=DATABASE)
    except Exception:  # whatever it is, the next turn may do better, and the log says what it was
        log.exception("a turn of the worker ended by a fault")


def _inside(app: Flask, work: Any) -> Any:
    """Do the work as the system, by the portal's clock, in an application context of its own."""
    with app.app_context():
        try:
            return work(actor=system_actor("worker"), clock=app.config["PORTAL"].now)
        finally:
            db.session.remove()


def _app() -> Flask:
    from admin.app import create_app

    app = create_app()
    # It stays as long as the process: the collector would go through it again and again for what a batch leaves.
    gc.freeze()
    return app
