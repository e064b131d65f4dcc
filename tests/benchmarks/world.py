"""The centre that is measured: so many people, a cycle, and its database kept at each point of the year."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.app import create_app
from admin.cli.setup import setup
from admin.demo.files import employees_file
from admin.demo.people import Centre, make_centre
from admin.files.heads import heads_file
from admin.models import AccountState, db
from admin.operations.accounts.sign_ins import begin_sign_in
from admin.queries.accounts.actors import actor_named
from admin.web.acting import SIGN_IN
from config import ROOT, settings_from
from tests.benchmarks.crowd import grow
from tests.benchmarks.figures import timed
from tests.benchmarks.floors import Written, marked, written_since
from tests.benchmarks.year import PASSWORD, STATES, YEAR
from tests.databases import Database, SqliteDatabase
from tests.factories import NOW

# Up to so many people states are walked to by the operations; in a larger centre they are copied from one of this size.
WALKED = 10_000
BY_A_FILE = ("empty",)


class World:
    """A portal of its own in a folder, with `size` people; states are made once, on first use, and kept as copies."""

    def __init__(
        self, folder: Path, size: int, say: Callable[[str], None] = print, database: Database | None = None
    ) -> None:
        self.folder, self.size, self.say = folder, size, say
        self.database = database or SqliteDatabase(folder)
        self.settings = settings_from(
            {
                "PORTAL_ENV": "test",
                "VAR_DIR": str(folder),
                "DATABASE_URL": self.database.url,
                "PORTAL_NOW": NOW.isoformat(),
            }
        )
        self.kept: set[str] = set()
        self.matrix: Any = None  # the world of the access matrix, where it was built here

    @cached_property
    def app(self) -> Flask:
        """The portal, set up."""
        return self.set_up()

    def set_up(self) -> Flask:
        """A portal on the database as it stands, migrated and with its roles and rulebook."""
        app = create_app(self.settings)
        with app.app_context():
            setup(app)
        return app

    @cached_property
    def centre(self) -> Centre:
        """The people who are imported before a state that is walked to."""
        return make_centre(min(self.size, WALKED), date(YEAR, 10, 1))

    @cached_property
    def employees_xlsx(self) -> bytes:
        """Their file, as HR would upload it."""
        return employees_file(self.centre)

    @cached_property
    def all_xlsx(self) -> bytes:
        """The file of everybody, however many."""
        return employees_file(make_centre(self.size, date(YEAR, 10, 1))) if self.copied else self.employees_xlsx

    @property
    def copied(self) -> bool:
        """Whether states are copied from a smaller centre."""
        return self.size > WALKED

    @property
    def file(self) -> Path | None:
        """The database's file, beside which floors are measured; None where a server keeps it."""
        return self.database.file if isinstance(self.database, SqliteDatabase) else None

    def at(self, name: str) -> None:
        """Put the database into a state, making it where it was never made."""
        if self.copied and name not in BY_A_FILE:
            self._grown(name)
        else:
            self._walked(name)

    def _walked(self, name: str) -> None:
        if name not in self.kept:
            before, make = STATES[name]
            if before:
                self._walked(before)
            self.say(f"making ready: {name}")
            with self.inside():
                make(self)
            self._keep(name)
        self.restore(name)

    def _grown(self, name: str) -> None:
        """The state in a centre of the size that is walked to, made as large as this one in the database."""
        large = f"{name}_grown"
        if large not in self.kept:
            self._walked(name)
            self.say(f"making ready: {name}, for {self.size} people")
            with self.app.app_context(), db.engine.begin() as connection:
                grow(connection, max(1, round(self.size / WALKED) - 1))
                connection.exec_driver_sql("ANALYZE")
            self.close()
            self._keep(large)
        self.restore(large)

    def _keep(self, name: str) -> None:
        self.database.keep(name)
        self.kept.add(name)

    def restore(self, name: str) -> None:
        """Put a kept state back. Heads, marks and a site that were made of a later one are no part of it."""
        self.close()
        self.database.restore(name)
        shutil.rmtree(heads_file(self.folder).parent, ignore_errors=True)

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """An application context with its session, closed afterwards so that the file is whole."""
        with self.app.app_context(), acting_as(self.system):
            yield db.session()
            db.session.remove()
        self.close()

    def environment(self, now: datetime = NOW) -> dict[str, str]:
        """What a process of its own reads to work on this portal at that moment."""
        return {
            **os.environ, "PYTHONPATH": str(ROOT), "PORTAL_ENV": "test", "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database.url, "PORTAL_NOW": now.isoformat(),
        }  # fmt: skip

    def close(self) -> None:
        """Let go of the database file."""
        with self.app.app_context():
            db.engine.dispose()

    def against_the_rows(self, state: str, work: Callable[[], object]) -> tuple[float, float, Written]:
        """Seconds that a piece of work takes from a state on, and that the driver alone takes to write the same rows."""
        self.at(state)
        before = marked(self.database)
        with self.inside():
            ours = timed(work)
        written = written_since(self.database, before)
        self.restore(state)
        return ours, timed(lambda: written.write(self.database.url)), written

    @property
    def system(self) -> Actor:
        return system_actor("cli")

    def actor(self, username: str) -> Actor:
        """The actor that an account is, signed in."""
        found = actor_named(db.session(), username, today=NOW.date(), via="web")
        assert found.user_id is not None
        return dataclasses.replace(found, sign_in=self._sign_in(found.user_id, username, "web"))

    def signed_in(self, username: str) -> FlaskClient:
        """A client with that account's session."""
        client = self.app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
        assert token is not None
        given = {"username": username, "password": PASSWORD, "csrf_token": token.group(1)}
        assert client.post("/login/", data=given).status_code == 302
        return client

    def token(self, user_id: int, username: str) -> str:
        """A program's token of that account, signed in; inside a context."""
        number = self._sign_in(user_id, username, "api")
        return create_access_token(identity=str(user_id), additional_claims={SIGN_IN: number})

    def _sign_in(self, user_id: int, username: str, via: str) -> int:
        epoch = db.session.scalar(select(AccountState.epoch).where(AccountState.user_id == user_id)) or 1
        return begin_sign_in(epoch, actor=Actor(username, user_id, via=via), now=NOW)

    def sql(self, statement: str, *parameters: Any) -> None:
        """Change rows past the operations, to be at a point of the year without walking there."""
        with self.app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(self._spelt(statement), parameters)
        self.close()

    def scalar(self, statement: str, *parameters: Any) -> Any:
        """One value of the database as it stands."""
        with self.app.app_context(), db.engine.connect() as connection:
            return connection.exec_driver_sql(self._spelt(statement), parameters).scalar()

    def _spelt(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.file is None else statement
