"""`manage check`: every fault of a configuration by name, with its remedy; silent about nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin.cli.check import findings
from admin.cli.dispatch import main
from tests import factories as make
from tests.factories import NOW


@pytest.fixture
def unfit(app: Flask, session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function: what is not fit under these settings."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)

    def ask(**changes: Any) -> set[str]:
        settings = replace(app.config["PORTAL"], var_dir=tmp_path, **changes)
        monkeypatch.setitem(app.config, "PORTAL", settings)
        return {each.what for each in findings(app) if not each.fit}

    return ask


READY = {"portal_env": "production", "portal_url": "https://grades.example.com", "portal_now": None}
REST = "postgresql+psycopg://somewhere/else"


def test_a_demo_on_one_s_own_machine_is_told_all_that_keeps_it_from_production(unfit, tmp_path):
    (tmp_path / "demo").write_text("loaded")
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "secret_key").write_text("x")
    (keys / "secret_key").chmod(0o644)
    found = unfit(portal_now=timedelta(days=3))
    assert {"PORTAL_ENV", "PORTAL_URL", "PORTAL_NOW", "demo data", "keys", "working calendar"} <= found
    assert "an account with the role hr" in found and "migrations" not in found


def test_what_is_set_up_for_production_has_no_fault(unfit):
    for role in ("admin", "hr", "management", "complaint_officer"):
        make.employee(roles=("employee", role))
    today = NOW.date()
    make.confirmed_calendar(*range(today.year - 1, today.year + 3))
    ready = READY | {"database_url": REST, "portal_now": NOW}
    assert unfit(**ready) == {"PORTAL_NOW"}


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
