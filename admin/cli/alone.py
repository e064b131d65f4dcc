"""Two machines or processes that start at once: what sets the database up is done by one of them, and the other waits."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import NullPool, create_engine, text

from config import Settings

SETTING_UP, STARTING = 20260106, 20260107  # `start` holds its own lock while the commands that it calls take theirs


@contextmanager
def alone(settings: Settings, lock: int) -> Iterator[None]:
    """Hold the lock of that number: of the database server, or of the folder where the database is a file."""
    if settings.sqlite:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        with open(settings.var_dir / f".lock-{lock}", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    engine = create_engine(
        settings.database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": lock})
        yield
