"""What was written at any earlier migration is brought up to date: rows, complaints, seats; then everything holds.

One database is walked through all migrations and given rows at each: those of each are taken by every later one. How a
start goes on from where it finds a database is tried from some.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table, insert

import config
from admin.access.actor import Actor, acting_as, system_actor
from admin.cli.setup import MIGRATIONS, revision, setup
from admin.models import CommitteeMember, Complaint, PolicyVersion, db
from admin.models.audit import ChangeContext, event_row
from admin.models.event_form import content_hash
from admin.models.grade_guards import drop_guards, guards_stand
from admin.models.keys import states
from admin.operations.system.audit import seal
from admin.queries.complaints.complaints import content_for
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.audit_rows import departures
from config import settings_from
from tests.databases import Database, PostgresqlDatabase
from tests.killing import FORKS, begun
from tests.web.counting import statements

ONE_SEAT = "0010"  # from here on nobody has two seats at a time
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CODED: dict[str, Any] = {
    "constituency": "hr", "office": "member", "stage": "received", "subject": "pressure", "status": "in_service",
    "receipt_hash": "a" * 64, "number": "E1", "content": "一件事", "on_panel": False, "panel_chair": False, "named": False,
}  # fmt: skip
OFFICER = Actor(name="officer", roles=frozenset({"complaint_officer"}))
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
EARLIER = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))][:-1]
SOME = sorted({*EARLIER[::12], *EARLIER[-2:]})


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory, database: Database) -> Iterator[Flask]:
    """An application on a file, or on PostgreSQL a database, of its own, which each test makes anew."""
    from admin.app import create_app

    before = config._in_use
    given = {"PORTAL_ENV": "test", "VAR_DIR": str(tmp_path_factory.mktemp("old")), "PORTAL_NOW": NOW.isoformat()}
    if isinstance(database, PostgresqlDatabase):
        given["DATABASE_URL"] = database.url.replace("/work?", "/old?")
    app = create_app(settings_from(given))
    app.extensions["old_database"] = database
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    config._in_use = before


def empty(app: Flask) -> None:
    """No database any more; on PostgreSQL an empty one."""
    db.session.remove()
    db.engine.dispose()
    database = app.extensions["old_database"]
    if isinstance(database, PostgresqlDatabase):
        database._execute("DROP DATABASE IF EXISTS old WITH (FORCE)", "CREATE DATABASE old")
    for path in app.config["PORTAL"].var_dir.glob("portal.sqlite3*"):
        Path(path).unlink()


def row(connection: Connection, name: str, /, **given: Any) -> int:
    """A row of a table as it is at this migration: what is needed and not given is filled in."""
    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    needed = {column.name: _value(column) for column in table.c if not column.nullable and column.name != "id"}
    values = {key: value for key, value in (needed | given).items() if key in table.c}
    (key,) = connection.execute(insert(table).values(values)).inserted_primary_key or (0,)
    return int(key)


def _value(column: Any) -> Any:
    if column.name in CODED:
        return CODED[column.name]
    kinds = {Boolean: False, Integer: 1, DateTime: NOW.replace(tzinfo=None), Date: NOW.date(), LargeBinary: b"x"}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "x")


def fill(connection: Connection, at: str) -> list[str]:
    """A person, two seats of theirs, and a complaint where it is not sealed yet; returns what it says.

    Of one seat an event tells, of the rest none does.
    """
    mark = at[:4]
    department = row(connection, "departments", code=f"d{mark}", name=f"一部{mark}")
    person = row(connection, "employees", department_id=department, number=f"E{mark}")
    seat = row(connection, "committee_members", employee_id=person)
    row(connection, "committee_members", employee_id=person, **({} if at < ONE_SEAT else {"term_to": NOW.date()}))
    context = ChangeContext("appoint_member", None, "old", "web", NOW)
    told = {
        name: [None, value] for name, value in (("employee_id", person), ("constituency", "hr"), ("office", "member"))
    }
    # As a program of that time wrote it: without a nonce.
    event = event_row(context, "insert", "committee_members", seat, told) | {"nonce": None, "tag": None}
    row(connection, "audit_events", **event | {"content_hash": content_hash(event, told)})
    if "content" not in Table("complaints", MetaData(), autoload_with=connection, resolve_fks=False).c:
        return []
    row(connection, "complaints", number=f"K2026-{mark}", receipt_hash=mark * 16)
    return [CODED["content"]]


def complaints() -> list[Complaint]:
    return list(db.session.query(Complaint))


def holds(written: list[str], at: list[str]) -> None:
    """All that was written at these migrations is there, and the trail knows it."""
    assert revision() == SCRIPTS.get_current_head()
    seal(actor=system_actor("cli"), now=NOW)
    with acting_as(system_actor("cli")):
        verdict = verify(chained_events(db.session()))
        assert verdict.faults == [] and verdict.sealed == verdict.events > 3
        assert list(departures(db.session())) == []
        seats = sorted(seat.term_to is None for seat in db.session.query(CommitteeMember))
        assert seats == [False] * len(at) + [True] * len(at)
        assert [dict(content_for(each, OFFICER).written)["content"] for each in complaints()] == written


def test_rows_of_every_earlier_migration_are_brought_up_to_date_and_everything_holds(upgraded: Flask) -> None:
    written = []
    with upgraded.app_context():
        empty(upgraded)
        for at in EARLIER:
            upgrade(revision=at)
            with db.engine.begin() as connection:
                written += fill(connection, at)
        setup(upgraded)
        holds(written, EARLIER)


@pytest.mark.parametrize("at", SOME)
def test_a_start_brings_a_database_of_an_earlier_migration_up_to_date_and_says_so_once(
    upgraded: Flask, at: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with upgraded.app_context():
        empty(upgraded)
        upgrade(revision=at)
        with db.engine.begin() as connection:
            written = fill(connection, at)
        setup(upgraded)
        assert f"upgraded from {at}" in capsys.readouterr().out
        holds(written, [at])
        setup(upgraded)
        assert capsys.readouterr().out == ""


def test_a_second_setup_changes_no_table_and_so_waits_for_nobody(app: Flask) -> None:
    with app.app_context(), statements(app) as sent:
        setup(app)
    assert [text for text in sent if text.lstrip().upper().startswith(("DROP", "CREATE", "ALTER", "LOCK"))] == []


def test_a_setup_puts_a_guard_back_that_is_gone(app: Flask) -> None:
    with app.app_context():
        with db.engine.begin() as connection:
            drop_guards(connection)
        with db.engine.connect() as connection:
            assert not guards_stand(connection)
        setup(app)
        with db.engine.connect() as connection:
            assert guards_stand(connection)


@pytest.mark.filterwarnings(FORKS)
def test_two_machines_that_start_at_once_on_an_empty_database_set_it_up_once(upgraded: Flask) -> None:
    with upgraded.app_context():
        empty(upgraded)
    both = [begun(lambda: _set_up(upgraded)) for _ in range(2)]
    assert [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in both] == [0, 0]
    with upgraded.app_context():
        assert revision() == SCRIPTS.get_current_head()
        assert len(list(db.session.query(PolicyVersion))) == 1
        assert set(states(db.session()).values()) == {"ok"}


def _set_up(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        setup(app)
