"""An outage is one line in the log: what goes on failing alike is said once, and after an hour with how often it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

QUIET_SECONDS = 3600.0
DATABASE = {"outage": "database"}  # `extra` of a line about a database that cannot be used, wherever it is met
OURS = ("admin.web", "admin.report", "admin.jobs.sweep", "admin.jobs.queue", "admin.jobs.mailing")
QUEUE_LOGGERS = ("huey", "huey.consumer", "huey.consumer.Worker", "huey.consumer.Scheduler")


class Sparing(logging.Filter):
    """Lets a line about an outage through once in `QUIET_SECONDS`.

    Which lines are about one outage says the record's `outage`; of the queue's own, whose every poll fails while the
    database is away, its text. All other lines pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.said: dict[str, float] = {}
        self.kept_back: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written; it then says how many like it were not."""
        outage = getattr(record, "outage", None) or (record.msg if record.name in QUEUE_LOGGERS else None)
        if outage is None:
            return True
        if self.clock() < self.said.get(outage, -QUIET_SECONDS) + QUIET_SECONDS:
            self.kept_back[outage] = self.kept_back.get(outage, 0) + 1
            return False
        self.said[outage] = self.clock()
        if before := self.kept_back.pop(outage, 0):
            record.msg, record.args = f"{record.getMessage()} (and {before} times more in the hour before)", ()
        return True


SPARING = Sparing()


def spare() -> None:
    """From now on this process says an outage once; asked twice it changes nothing."""
    for name in (*OURS, *QUEUE_LOGGERS):
        logging.getLogger(name).addFilter(SPARING)
