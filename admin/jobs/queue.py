"""The task queue: Huey carries nothing but a wake-up; what is to do stands in rows of the database.

Huey's stores lose a task whose worker is killed, so a task may be lost or doubled and nothing comes of it: the sweep
takes what is due from the rows, and a tick every minute sweeps whatever no wake-up announced.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from admin.operations.transaction import WAKERS
from config import Settings

log = logging.getLogger(__name__)
NAME = "portal"


def make_queue(settings: Settings) -> Any:
    """The queue beside the database: a file of its own for SQLite, tables of its own in PostgreSQL."""
    from huey import Huey, SqliteHuey
    from huey.storage import PostgresStorage

    if settings.sqlite:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        # A file of its own: the queue's writing must not wait for, nor hold, the portal's one writer.
        return SqliteHuey(NAME, filename=str(settings.var_dir / "queue.sqlite3"), results=False)
    return Huey(
        NAME, storage_class=PostgresStorage, results=False, dsn=settings.database_url.replace("+psycopg", "", 1)
    )


def with_tasks(queue: Any, sweep: Callable[[], Any], tick: Callable[[], Any]) -> Any:
    """Give the queue its two tasks: `wake` sweeps, and every minute a tick; returns `wake`."""
    from huey import crontab

    @queue.task(name="wake")
    def wake() -> None:
        sweep()

    @queue.periodic_task(crontab(minute="*"), name="tick")
    def every_minute() -> None:
        tick()

    return wake


def wake_after_commits(settings: Settings) -> None:
    """From now on wake the worker after each commit that left work; in tests nobody is woken."""
    WAKERS.clear()
    # Tests carry work out themselves, at a moment that they choose.
    if settings.portal_env == "test":
        return
    wakes: list[Any] = []

    def called() -> bool:
        try:
            if not wakes:
                wakes.append(with_tasks(make_queue(settings), lambda: None, lambda: None))
            wakes[0]()
        except Exception:  # the row is committed and the next tick finds it: a mute queue must not fail the request
            return False
        return True

    def wake() -> None:
        # A connection that was lost while nobody used it is told of by its first use; the second goes by another one.
        if not (called() or called()):
            log.warning("the worker could not be woken; its next tick does the work", extra={"outage": "queue"})

    WAKERS.append(wake)
