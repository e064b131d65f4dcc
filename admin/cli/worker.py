"""`worker` carries jobs and timed work out until it is stopped; `tick` does once all that is due."""

from __future__ import annotations

import argparse
import threading
import time
from typing import Any

from flask import Flask

from admin.access.actor import system_actor
from admin.jobs import sweep
from admin.jobs.queue import make_queue, with_tasks
from admin.models import db

SEAL_EVERY_SECONDS = 3.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two commands: the process beside the server, and the same work once."""
    working = commands.add_parser("worker", help="carry out jobs and timed work until stopped")
    working.set_defaults(run=run_worker)
    ticking = commands.add_parser("tick", help="do all timed work that is due and not done, and the jobs that wait")
    ticking.set_defaults(run=run_tick)


def run_tick(args: argparse.Namespace) -> None:
    """Do what is due and say what was done."""
    for name, count in _inside(_app(), sweep.tick).items():
        print(f"tick: {name}: {count}")


def run_worker(args: argparse.Namespace) -> None:
    """Consume wake-ups with one thread, and tick every minute; SIGTERM stops it, leased work is taken up again later."""
    app = _app()
    queue = make_queue(app.config["PORTAL"])
    with_tasks(queue, lambda: _inside(app, sweep.sweep), lambda: _inside(app, sweep.tick))
    _inside(app, sweep.tick)
    threading.Thread(target=_seal_for_ever, args=(app,), daemon=True, name="sealer").start()
    queue.create_consumer(workers=1, max_delay=2.0).run()


def _seal_for_ever(app: Flask) -> None:
    """A minute's tick would be too late: the audit trail is sealed a few seconds after it was written."""
    while True:
        time.sleep(SEAL_EVERY_SECONDS)
        _inside(app, sweep.sealed)


def _inside(app: Flask, work: Any) -> Any:
    """Do the work as the system, by the portal's clock, in an application context of its own."""
    with app.app_context():
        try:
            return work(actor=system_actor("worker"), clock=app.config["PORTAL"].now)
        finally:
            db.session.remove()


def _app() -> Flask:
    from admin.app import create_app

    return create_app()
