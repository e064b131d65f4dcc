"""The ground that a simulated life stands on: one portal in this process, a database put back for each life, a clock of its own."""

from __future__ import annotations

import contextvars
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

import config
from admin.access.actor import Actor, acting_as, system_actor
from admin.app import create_app
from admin.cli.setup import setup
from admin.jobs import sweep
from admin.models import db
from admin.operations.cycles import cycle_cases
from admin.operations.outcome.documents import RENDER_JOB
from admin.operations.outcome.notices import SITE_JOB, record_publication
from admin.operations.system.audit import seal
from admin.queries.outcome.public_snapshot import public_snapshot
from config import Settings, settings_from
from notice_site import validate
from notice_site.site import digest_of
from tests.databases import SqliteDatabase

PASSWORD = "simulated-Password-1"
BEGIN = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


ENDS = "SELECT ends_at FROM notices ORDER BY id"
# What the snapshot reads (`operations.printed.PRINTED`), without the long content of a version, which never changes.
PRINTS = [
    *(f"SELECT * FROM {name} ORDER BY id" for name in ("cycles", "issued_documents", "notice_rows", "notices")),
    "SELECT * FROM parameter_confirmations ORDER BY id",
    "SELECT id, stage, effective_from FROM policy_versions ORDER BY id",
    "SELECT count(*), sum(working), max(day) FROM calendar_days",
]


class Clock:
    """The moment that a simulated life has come to."""

    now = BEGIN


class Clocked(Settings):
    """The settings with the clock that the simulation turns."""

    def now(self) -> datetime:
        """The moment of the simulated life."""
        return Clock.now


class Faults(logging.Handler):
    """What the portal wrote into its log as a fault: timed work swallows what fails, the simulation does not."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record)[-3000:])

    def taken(self) -> list[str]:
        """The faults since the last time."""
        found, self.found = self.found, []
        return found


@event.listens_for(Engine, "connect")
def _not_kept_safe(connection: Any, _record: Any) -> None:
    """A simulated life may be lost with the machine."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


class Ground:
    """The portal with its clock, and rows read beside it by a connection that knows nothing of the portal."""

    def __init__(self, folder: Path, *, real_site: bool = False) -> None:
        self.database = SqliteDatabase(folder)
        given = settings_from(
            {
                "PORTAL_ENV": "test",
                "VAR_DIR": str(folder),
                "DATABASE_URL": self.database.url,
                "PORTAL_CALENDAR": "none",
            }
        )
        self.settings = Clocked(**{name: getattr(given, name) for name in Settings.__dataclass_fields__})
        self.app: Flask = create_app(self.settings)
        config.use(self.settings)
        cycle_cases.token_bytes = lambda size: b"drawn again in the same life"[:size]  # type: ignore[assignment]
        self.faults = Faults()
        logging.getLogger("admin").addHandler(self.faults)
        self.real_site = real_site
        self.tokens: dict[str, str] = {}
        self.sign_ins = 0
        self.rival = False  # whether somebody else acts at the same moment
        self._rows: sqlite3.Connection | None = None
        self._opened = 0
        self._prints: list[Any] = []
        self._printed: tuple[str, list[str]] = ("", [])
        if not (folder / "empty.sqlite3").exists():
            with self.app.app_context():
                setup(self.app)
            self.close()
            self.database.keep("empty")

    # -- time ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The moment of the simulated life."""
        return Clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        Clock.now = moment

    # -- the database ----------------------------------------------------------------------------------------------

    def restore(self, name: str) -> None:
        """Put a kept state back."""
        self.close()
        self.database.restore(name)
        self.tokens.clear()
        self._prints = []
        self.faults.taken()

    def keep(self, name: str) -> None:
        """Keep the present state under a name."""
        self.close()
        self.database.keep(name)

    def close(self) -> None:
        """Let go of every connection."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    @property
    def rows(self) -> sqlite3.Connection:
        """A reading connection of our own."""
        if self._rows is None:
            self._rows = sqlite3.connect(
                f"file:{self.database.file}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            self._rows.row_factory = sqlite3.Row
            self._opened += 1
        return self._rows

    def all(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Rows as they stand in the file."""
        return self.rows.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row, or None."""
        row = self.rows.execute(query, values).fetchone()
        return None if row is None else row[0]

    def mark(self) -> tuple[int, int]:
        """Another one once anybody else has changed a row: SQLite counts the commits that wrote, for each connection."""
        version = int(self.rows.execute("PRAGMA data_version").fetchone()[0])
        return self._opened, version

    # -- doing -----------------------------------------------------------------------------------------------------

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """An application context with its session."""
        with self.app.app_context():
            try:
                yield db.session
            finally:
                db.session.remove()

    @property
    def system(self) -> Actor:
        """Timed work and deploy steps."""
        return system_actor("worker")

    def tick(self) -> None:
        """Timed work and the jobs that follow from it, as the worker does it."""
        kept = dict(sweep.WORK)
        if not self.real_site:
            sweep.WORK[SITE_JOB] = self._publish
            sweep.WORK[RENDER_JOB] = _nothing
            sweep.WORK["render_minutes"] = _nothing
        try:
            with self.inside():
                sweep.tick(actor=self.system, clock=lambda: self.now)
        finally:
            sweep.WORK.update(kept)

    def _publish(self, payload: dict[str, Any], actor: Actor, clock: Callable[[], datetime]) -> None:
        """What publishing records, without building pages: the snapshot is made and held against its schema.

        Nothing is made anew where no row of a printed table is another one, as the site says "nothing changed".
        """
        at = clock()
        seal(actor=actor, now=at)
        prints = [at.date().replace(day=1), [str(row["ends_at"]) <= f"{at:%Y-%m-%d %H:%M}" for row in self.all(ENDS)]]
        prints += [[tuple(row) for row in self.all(query)] for query in PRINTS]
        if prints != self._prints:
            self._prints, self._printed = prints, self._snapshot(actor, at)
        digest, numbers = self._printed
        record_publication(digest[:16], digest, {}, numbers, actor=actor, printed_at=at, published_at=at)

    def _snapshot(self, actor: Actor, at: datetime) -> tuple[str, list[str]]:
        with acting_as(actor):
            snapshot = public_snapshot(db.session(), at)
            db.session().rollback()
        validate.check(snapshot)
        numbers = [notice["number"] for notice in snapshot["notices"] if notice["state"] == "current"]
        return digest_of(snapshot), numbers

    # -- the API ---------------------------------------------------------------------------------------------------

    def ask(self, username: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request to the API in somebody's name; the answer's status and JSON."""
        token = self._token(username)
        if token is None:
            return 401, None
        answer = self._send(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        # A token that has ended, or one too old for what asks for a fresh signature.
        if answer.status_code == 401 or (answer.get_json(silent=True) or {}).get("sign_again"):
            self.tokens.pop(username, None)
            token = self._token(username)
            answer = self._send(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.get_json(silent=True)

    def _token(self, username: str) -> str | None:
        if username not in self.tokens:
            self.sign_ins += 1
            body = {"username": username, "password": PASSWORD, "provider": "db"}
            answer = self._send("POST", "/api/v1/security/login", json=body)
            if answer.status_code != 200:
                return None
            self.tokens[username] = answer.get_json()["access_token"]
        return self.tokens[username]

    def _send(self, method: str, path: str, **given: Any) -> Any:
        client: FlaskClient = self.app.test_client()
        return contextvars.Context().run(client.open, path, method=method, **given)


def _nothing(payload: dict[str, Any], actor: Actor, clock: Callable[[], datetime]) -> None:
    """A file that nobody reads in a simulated life."""
