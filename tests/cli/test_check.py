"""`manage check`: every fault of a configuration by name, with its remedy; silent about nothing."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin.cli import check_server
from admin.cli.check import findings
from admin.cli.dispatch import main
from admin.files import backup
from admin.files.backup_note import BackupNote, last_backup
from admin.files.private import make_private
from admin.models.accounts import SecondFactor
from tests import factories as make
from tests.factories import NOW


@pytest.fixture
def unfit(app: Flask, session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function: what is not fit under these settings."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)

    def ask(**changes: Any) -> set[str]:
        own = {"var_dir": tmp_path, "database_url": f"sqlite:///{tmp_path / 'portal.sqlite3'}"}
        settings = replace(app.config["PORTAL"], **(own | changes))
        monkeypatch.setitem(app.config, "PORTAL", settings)
        return {each.what for each in findings(app) if not each.fit}

    return ask


READY = {
    "portal_env": "production",
    "portal_url": "https://grades.example.com",
    "portal_now": None,
    "secret_key": "0b5d7f0e2f6c4d1a9e8b7c6d5e4f3a2b",
}
REST = "postgresql+psycopg://somewhere/else"


def test_a_demo_on_one_s_own_machine_is_told_all_that_keeps_it_from_production(unfit, tmp_path):
    (tmp_path / "demo").write_text("loaded")
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "secret_key").write_text("x")
    (keys / "secret_key").chmod(0o644)
    found = unfit(portal_now=timedelta(days=3), secret_key="demo-secret", portal_url="http://127.0.0.1:8000")
    assert {
        "PORTAL_ENV",
        "PORTAL_URL",
        "PORTAL_NOW",
        "demo data",
        "permissions of VAR_DIR",
        "working calendar",
    } <= found
    assert {"SECRET_KEY", "front server", "mail", "backup"} <= found and "TLS" not in found
    assert "an account with the role hr" in found and "migrations" not in found


def test_what_is_set_up_for_production_has_no_fault(unfit, tmp_path, monkeypatch, mail_server):
    make_ready(tmp_path, monkeypatch)
    people = [make.employee(roles=("employee", role)) for role in ("admin", "hr", "management", "complaint_officer")]
    assert "second factors" in unfit()
    with make.fixture() as op:
        for person in people:
            op.add(SecondFactor(user_id=person.user_id, confirmed_at=NOW))
    today = NOW.date()
    make.confirmed_calendar(*range(today.year - 1, today.year + 3))
    ready = READY | {"database_url": REST, "portal_now": NOW, "smtp_url": mail_server}
    assert unfit(**ready) == {"PORTAL_NOW"}


def make_ready(var_dir: Path, monkeypatch: pytest.MonkeyPatch, *, certificate_days: int = 60) -> None:
    """Files as a server in order has them; its certificate and mail server answer."""
    var_dir.chmod(0o700)
    (var_dir / "listening").write_text('{"host": "127.0.0.1", "port": 8000}')
    (var_dir / "last_backup").write_text(json.dumps({"made_at": NOW.isoformat(), "keys": False}))
    lapses = datetime.now(UTC) + timedelta(days=certificate_days)
    monkeypatch.setattr(check_server, "certificate_ends", lambda url: lapses)


@pytest.fixture
def mail_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("secret", "guessed"),
    [("", True), ("s" * 64, True), ("abcd" * 16, True), ("please-change-me-before-production-1", True),
     ("a9f3k2m5" * 4, True), ("0b5d7f0e2f6c4d1a9e8b7c6d5e4f3a2b", False), ("Xk3!pQ9zRt7vBn2wLm5cYd8fHs4gJ6aE", False)],
)  # fmt: skip
def test_a_secret_that_is_short_repeated_or_made_of_words_is_weak(secret, guessed):
    assert check_server.weak(secret) is guessed


@pytest.mark.parametrize("open_", [".", "portal.sqlite3", "keys", "keys/secret_key"])
def test_whatever_others_can_open_is_named_and_closed_by_setup(unfit, app, tmp_path, open_):
    (tmp_path / "keys").mkdir(mode=0o700)
    for name in ("portal.sqlite3", "keys/secret_key"):
        (tmp_path / name).touch(mode=0o600)
    tmp_path.chmod(0o700)
    assert "permissions of VAR_DIR" not in unfit()
    (tmp_path / open_).chmod((tmp_path / open_).stat().st_mode | 0o044)
    assert "permissions of VAR_DIR" in unfit()
    make_private(app.config["PORTAL"])
    assert "permissions of VAR_DIR" not in unfit()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        ({"listening": '{"host": "0.0.0.0", "port": 80}'}, "front server"),
        ({"listening": "damaged"}, "front server"),
        ({"last_backup": json.dumps({"made_at": (NOW - timedelta(days=3)).isoformat(), "keys": False})}, "backup"),
        ({"last_backup": json.dumps({"made_at": NOW.isoformat(), "keys": True})}, "keys apart from backups"),
        ({"last_backup": "damaged"}, "backup"),
    ],
)
def test_what_is_not_in_order_around_the_portal_is_named(unfit, tmp_path, monkeypatch, mail_server, spoil, named):
    make_ready(tmp_path, monkeypatch)
    ready = READY | {"portal_now": NOW, "smtp_url": mail_server}
    before = unfit(**ready)
    for name, text in spoil.items():
        (tmp_path / name).write_text(text)
    assert unfit(**ready) - before == {named}


def test_a_certificate_that_lapses_or_is_not_trusted_is_named(unfit, tmp_path, monkeypatch):
    make_ready(tmp_path, monkeypatch, certificate_days=13)
    assert "TLS" in unfit(**READY)

    def untrusted(url):
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(check_server, "certificate_ends", untrusted)
    assert "TLS" in unfit(**READY)


def test_mail_that_is_not_set_or_does_not_answer_is_named(unfit, mail_server):
    assert "mail" in unfit(smtp_url="") and "mail" not in unfit(smtp_url=mail_server)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert "mail" in unfit(smtp_url=f"smtp://127.0.0.1:{port}")


def test_a_backup_is_remembered_but_comes_back_with_none(app, tmp_path):
    settings = replace(app.config["PORTAL"], var_dir=tmp_path)
    backup.write(tmp_path / "b", settings, keys=False)
    assert last_backup(settings) == BackupNote(settings.now(), keys=False)
    assert not [name for name in backup._files(tmp_path) if name == backup.LAST]


def test_the_command_prints_each_finding_and_its_remedy_and_says_2(unfit, capsys):
    unfit()
    assert main(["check"]) == 2
    said = capsys.readouterr().out
    assert "!!  PORTAL_ENV: set it to production" in said and "ok  migrations" in said
    assert "are not fit for production" in said


def test_a_database_that_is_not_up_to_date_is_sent_to_setup_and_asked_nothing_else(unfit, monkeypatch):
    monkeypatch.setattr("admin.web.health.migrations", lambda: "pending")
    found = unfit()
    assert "migrations" in found and "working calendar" not in found
