"""What every test stands on: a clock that stands still, no network but this machine, a database put back each time."""

from __future__ import annotations

import contextvars
import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache

from admin.access.framework import flask_config
from admin.files.heads import heads_file
from admin.models import base
from admin.operations.cycles import cycle_cases
from admin.operations.system import workers
from config import ROOT, Settings, settings_from, use
from tests import orders, sent, states
from tests.databases import Database, chosen_database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, ten in the morning in Taipei
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A commit's tests end the same way each time; `--hypothesis-profile=search` looks for new examples instead.
# A slow moment of the machine is no fault of the code: neither an example nor its making is timed.
UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("gate", derandomize=True, **UNTIMED)
hypothesis_settings.register_profile("search", print_blob=True, **UNTIMED)
hypothesis_settings.load_profile("gate")
STATEMENTS = 5_000
TEMPLATES_NEWEST = "newest event of the template"
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"


# What is the same on both databases was run on SQLite and would say the same again: the skin, the framework's traps,
# the doors themselves. What reads and writes, who gets at which row, hostile input and every page with data can differ.
SAME_ON_BOTH = tuple(
    f"tests/{name}"
    for name in (
        "demo/", "house/", "report/", "rulebook/", "workflow/", "web/test_skin", "web/test_traps_", "web/test_screens",
        "web/test_headers", "web/test_workflow_screens",
    )
)  # fmt: skip
# Here the values, the moments or the other processes make the difference, not the statements alone: races and what was
# killed, upgrades and backups, imports, timed work, what is typed by the hostile, order and search, days. (Who sees which row is
# a condition of the statements themselves.)
BY_MORE_THAN_STATEMENTS = tuple(
    f"tests/{name}"
    for name in (
        "cli/", "files/", "jobs/test_mailing", "jobs/test_sweep", "operations/imports/", "operations/outcome/",
        "operations/system/", "operations/policy/test_versions_by_date", "views/system/test_bad_input", "views/system/test_search",
        "web/test_hostile_", "web/test_faults_below",
    )
)  # fmt: skip


def differs_on_postgresql(item: pytest.Item) -> bool:
    """Whether a test is run on the second database too: it touches it, and what it shows can differ there."""
    if "database" not in item.fixturenames:  # type: ignore[attr-defined]
        return False
    enough = any(item.get_closest_marker(name) for name in ("journey", "sqlite_enough"))
    return not enough and not item.nodeid.startswith(SAME_ON_BOTH)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what can differ there, and after a run on SQLite no more tests than send all that it sent.

    The browser comes first: its tests are the longest, and one process of the run is left with all of them and the demo.
    """
    if not ON_POSTGRESQL:
        items.sort(key=lambda item: item.get_closest_marker("journey") is None)
        return
    differing = [item for item in items if differs_on_postgresql(item)]
    needed = sent.still_needed(differing, lambda test: test.startswith(BY_MORE_THAN_STATEMENTS))
    chosen = [item for item in differing if item.nodeid in needed]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


if NOTING := sent.FOLDER is not None and not ON_POSTGRESQL:
    sent.listen()


if not ON_POSTGRESQL:  # what is sent is the same, but for SQLAlchemy's own questions there
    orders.listen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    done = yield
    if NOTING:
        sent.note(item.nodeid)
    return done


def pytest_sessionfinish() -> None:
    if NOTING and sent.SENT:
        assert sent.FOLDER is not None
        sent.keep(sent.FOLDER)


def keep_out_of_collection() -> None:
    """What is loaded by now stays to the end: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    keep_out_of_collection()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen, unless they say otherwise."""
    return NOW


@pytest.fixture
def shared_data() -> Path:
    """The folder of real-world files, which is not part of the project."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real-world files of ../shared/data are not here")
    return folder


def is_this_machine(address: Any) -> bool:
    """Whether a socket address (a path, or host and port) stays on this machine."""
    if not isinstance(address, tuple) or address[0] in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def no_foreign_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails, with the address it wanted."""
    for name in ("connect", "connect_ex", "sendto"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any, real: Any = real) -> Any:
            if not is_this_machine(args[-1]):
                raise AssertionError(f"a test must not reach {args[-1]!r}")
            return real(self, *args)

        monkeypatch.setattr(socket.socket, name, guarded)


@pytest.fixture(autouse=True)
def no_mark_of_a_process_is_left() -> Iterator[None]:
    """What serving sets for its whole process ends with the test: how it asks the database, the mask of new files, a lock."""
    mask = os.umask(0o022)
    manners = dict(base.manners)
    yield
    unsaid = orders.UNSAID.pop() if orders.UNSAID else ""
    assert unsaid == "", "where does what is empty go? admin/queries/system/orders.py"
    base.manners.update(manners)
    os.umask(mask)
    workers.let_go()


@pytest.fixture(autouse=True, scope="session")
def the_same_draw() -> Iterator[None]:
    """Colleagues are drawn alike on every run: who rates whom is chance, and a test must not depend on it unseen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cycle_cases, "token_bytes", lambda size: b"the secret of every cycle of a test"[:size])
        yield


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def database(var_dir: Path) -> Iterator[Database]:
    with chosen_database(var_dir) as chosen:
        yield chosen


@pytest.fixture(scope="session")
def settings(var_dir: Path, database: Database) -> Settings:
    return settings_from(
        {"PORTAL_ENV": "test", "VAR_DIR": str(var_dir), "DATABASE_URL": database.url, "PORTAL_NOW": NOW.isoformat()}
    )


class FreshContextClient(FlaskClient):
    """Sends each request from an empty context, as a server would.

    Otherwise a test that is inside an application context lends it to the request, signed-in user and all.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def portal(settings: Settings, database: Database) -> Flask:
    """The application, set up once: migrations, permissions, roles, rulebook. Tests take `app` instead."""
    try:
        from admin.app import create_app
        from admin.cli.setup import setup
    except ModuleNotFoundError:
        app = tables_alone(settings)
    else:
        app = create_app(settings)
        with app.app_context():
            setup(app)
    app.test_client_class = FreshContextClient
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()  # of all processes and both databases: compiled once
    with app.app_context():
        # All that the tests ask, not what one centre asks in an hour: compiling anew took a sixth of a run's time.
        base.db.engine._compiled_cache.capacity = STATEMENTS
        app.config[TEMPLATES_NEWEST] = states.newest_event()
    close_connections(app)
    database.keep()
    keep_out_of_collection()
    return app


def tables_alone(settings: Settings) -> Flask:
    """Until admin.app and admin.cli.setup are there: the tables, empty."""
    import flask_appbuilder.security.sqla.models  # noqa: F401

    import admin.models

    app = Flask("admin")
    app.config.update(flask_config(settings))
    admin.models.db.init_app(app)
    with app.app_context():
        admin.models.Model.metadata.create_all(admin.models.db.engine)
    return app


def close_connections(app: Flask) -> None:
    from admin.models.base import db

    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(portal: Flask, database: Database, settings: Settings) -> Iterator[Flask]:
    """The application with a database as `manage setup` leaves it."""
    database.restore()
    heads_file(portal.config["PORTAL"].var_dir).unlink(missing_ok=True)  # it would know of a later state
    states.begin(database, portal.config[TEMPLATES_NEWEST])
    yield portal
    close_connections(portal)
    use(settings)  # a command that a test has called goes by settings of its own


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session, inside an application context, for tests that call operations and queries."""
    from admin.models.base import db

    with app.app_context():
        yield db.session
        db.session.remove()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium to give to Playwright; journeys are skipped, loudly, where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("NO CHROMIUM: install it to run the browser journeys")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """One browser for all tests of a process: Playwright's synchronous interface cannot be entered twice."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        yield started
        started.close()
