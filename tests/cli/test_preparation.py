"""Before serving: everything once, then nothing until code or database change; the demo only into an empty centre."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from admin.cli import preparation, serve
from admin.cli.preparation import LOADED, LOADING, demo_state, prepare
from config import Settings, settings_from


@dataclass
class Commands:
    """Stands for the command line: notes what was called and does the least that the real commands would."""

    settings: Settings
    fails: str = ""
    called: list[str] = field(default_factory=list)

    def __call__(self, argv: list[str]) -> int:
        self.called.append(" ".join(argv))
        if argv[0] == self.fails:
            return 1
        with sqlite3.connect(self.settings.sqlite_file) as connection:
            if argv[0] == "setup":
                connection.execute("CREATE TABLE IF NOT EXISTS employees (id)")
                connection.execute("CREATE TABLE IF NOT EXISTS alembic_version AS SELECT 'first' AS version_num")
            if argv[0] == "demo":
                connection.execute("INSERT INTO employees VALUES (1)")
        connection.close()
        return 0


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(settings_from({"VAR_DIR": str(tmp_path)}))


def start(commands: Commands, employees: int = 200) -> list[str]:
    """Prepare as a start does; the commands that it called."""
    commands.called.clear()
    prepare(commands.settings, employees=employees, command=commands)
    return list(commands.called)


def test_a_first_start_sets_up_loads_the_demo_and_publishes(commands: Commands) -> None:
    assert start(commands) == ["setup", "demo --employees 200", "publish"]
    assert demo_state(commands.settings) == LOADED


def test_a_second_start_only_publishes(commands: Commands) -> None:
    start(commands)
    assert start(commands) == ["publish"]


def test_an_empty_centre_stays_empty(commands: Commands) -> None:
    assert start(commands, employees=0) == ["setup", "publish"]


def test_changed_code_is_set_up_again_but_the_demo_is_not_loaded_twice(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(commands)
    monkeypatch.setattr(preparation, "CODE", ("config.py",))
    assert start(commands) == ["setup", "publish"]


def test_a_database_that_is_gone_is_made_again(commands: Commands) -> None:
    start(commands)
    commands.settings.sqlite_file.unlink()
    assert start(commands) == ["setup", "demo --employees 200", "publish"]


def test_a_demo_is_never_loaded_among_real_employees(commands: Commands) -> None:
    commands(["setup"])
    commands(["demo"])  # stands for HR's own import
    assert start(commands) == ["setup", "publish"]
    assert demo_state(commands.settings) == ""


def test_an_interrupted_demo_is_gone_on_with(commands: Commands) -> None:
    commands.fails = "demo"
    assert start(commands) == ["setup", "demo --employees 200"]
    assert demo_state(commands.settings) == LOADING
    commands.fails = ""
    assert start(commands) == ["setup", "demo --employees 200", "publish"]


@pytest.mark.parametrize("fails", ["setup", "demo", "publish"])
def test_what_failed_is_tried_again_at_the_next_start(commands: Commands, fails: str) -> None:
    commands.fails = fails
    assert prepare(commands.settings, employees=200, command=commands) == 1
    assert start(commands)[0] == ("publish" if fails == "publish" else "setup")


def test_what_preparing_loads_does_not_stay_with_whoever_serves(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def carried_out(words: list[str]) -> int:
        (tmp_path / "process").write_text(str(os.getpid()))
        return 3

    monkeypatch.setattr(serve, "main", carried_out)
    monkeypatch.setattr(serve, "settings_from", lambda: commands.settings)
    assert serve.beside(["publish"]) == 3
    assert (tmp_path / "process").read_text() != str(os.getpid())
    monkeypatch.setattr(serve, "unchanged", lambda *_: "the live edition")
    assert serve.beside(["publish"]) == 3
    assert (tmp_path / "process").read_text() == str(os.getpid())  # nothing is loaded for it, so none is made
