"""A filled SQLite portal goes on with PostgreSQL: every row, the same root over the trail, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

import config
from admin.cli.dispatch import main
from admin.cli.setup import setup
from admin.files import moving
from admin.files.faults import FileFault
from admin.models import Complaint, Employee, db
from admin.operations.complaints.complaints import ComplaintInput, file_complaint
from admin.queries.complaints.complaints import content_for
from config import settings_from
from tests import factories as make
from tests.conftest import NOW
from tests.databases import Database, PostgresqlDatabase
from tests.operations.complaints.test_complaint_sealing import OFFICER


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A portal on SQLite in a folder of its own, as its commands see it."""
    before = config._in_use
    for name, value in (("PORTAL_ENV", "test"), ("VAR_DIR", str(tmp_path)), ("PORTAL_NOW", NOW.isoformat())):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield tmp_path
    config._in_use = before


@pytest.fixture
def filled(environment: Path) -> Path:
    """People and a complaint in it."""
    from admin.app import create_app

    app = create_app(settings_from())
    with app.app_context():
        setup(app)
        for name in ("王小美", "陳大文"):
            make.employee(name)
        file_complaint(ComplaintInput("pressure", "主管要求改分。"), now=NOW)
        db.session.remove()
        db.engine.dispose()
    return environment


def target(database: Database) -> str:
    if not isinstance(database, PostgresqlDatabase):
        pytest.skip("this is about PostgreSQL")
    database._execute("DROP DATABASE IF EXISTS moved WITH (FORCE)", "CREATE DATABASE moved")
    return database.url.replace("/work?", "/moved?")


def count(url: str, table: str) -> Any:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))


def test_all_of_it_goes_over_or_nothing_and_the_trail_goes_on_there(filled, database, capsys, monkeypatch):
    from admin.app import create_app

    url, real = target(database), moving._copy

    def lossy(source: Any, there: Any, table: Any) -> int:
        return 0 if table.name == "employees" else real(source, there, table)

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_copy", lossy)
        assert main(["move", "--to", url]) == 2
    assert "employees" in capsys.readouterr().err and (filled / "portal.sqlite3").exists()
    assert count(url, "audit_events") == 0, "a copy that is not the same is no copy"

    assert main(["move", "--to", url]) == 0
    assert "the same on both sides" in capsys.readouterr().out and not (filled / "portal.sqlite3").exists()

    monkeypatch.setenv("DATABASE_URL", url)
    app = create_app(settings_from())
    with app.app_context():
        setup(app)
        make.employee("後來的人")  # the counters go on after the highest number
        complaint = db.session.query(Complaint).execution_options(unscoped=True).one()
        assert dict(content_for(complaint, OFFICER).written)["content"] == "主管要求改分。"
        assert db.session.query(Employee).execution_options(unscoped=True).count() == 3
        monkeypatch.setattr("admin.app.create_app", lambda: app)
        assert main(["audit", "verify"]) == 0, capsys.readouterr()
        db.session.remove()
        db.engine.dispose()
    with pytest.raises(FileFault, match="not empty"):
        moving.refuse_unless_empty(url, None)


def test_what_is_no_address_of_postgresql_is_said(environment, capsys):
    assert main(["move", "--to", "mysql://somewhere"]) == 2
    assert main(["move", "--to", "postgresql+psycopg://h/d"]) == 2
    assert "no SQLite database here" in capsys.readouterr().err
