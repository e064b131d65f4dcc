"""The command line: exit codes mean what they say, and messages name what is wrong."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import config
from admin.cli import dispatch as commands
from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.files.faults import FileFault
from config import BadSetting


@pytest.fixture
def run_raising(monkeypatch: pytest.MonkeyPatch):
    """Run a command whose work raises this exception; the answer is the exit code."""

    def run(error: BaseException | None) -> int:
        def work(args: argparse.Namespace) -> None:
            if error is not None:
                raise error

        parser = argparse.ArgumentParser()
        parser.set_defaults(run=work)
        monkeypatch.setattr(commands, "build_parser", lambda command: parser)
        return commands.main([])

    return run


REFUSED = Refused(Refusal("3.3-d", "Only %(count)s votes", {"count": 2}))


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (None, 0, ""),
        (REFUSED, 3, "refused by 3.3-d: Only 2 votes"),
        (Invalid({"weight": "should be a number"}), 2, "weight: should be a number"),
        (FileFault("row %(row)s is empty", row=7), 2, "row 7 is empty"),
        (BadSetting("PORTAL_TZ", "is no time zone"), 2, "PORTAL_TZ: is no time zone"),
        (NotFound("cycle 9"), 2, "cycle 9"),
        (NotFound(), 2, "not there"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), 2, "x.csv: No such file or directory"),
        (OSError(28, "No space left on device"), 1, "no room is left on the disk"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero"),
    ],
)
def test_the_exit_code_says_who_is_at_fault(run_raising, capsys, error, code: int, message: str) -> None:
    assert run_raising(error) == code
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


def test_a_traceback_is_shown_on_request(run_raising, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DEBUG", "1")
    run_raising(ZeroDivisionError("division by zero"))
    assert "Traceback" in capsys.readouterr().err


def test_an_unknown_command_is_bad_usage(capsys) -> None:
    pytest.importorskip("admin.app")
    with pytest.raises(SystemExit) as stopped:
        commands.main(["no-such-command"])
    assert stopped.value.code == 2


def test_a_port_in_use_is_said_before_anything_is_set_up(listening_socket: socket.socket) -> None:
    pytest.importorskip("admin.app")
    from admin.cli.serve import refuse_unusable_port

    with pytest.raises(Invalid, match="Address already in use"):
        refuse_unusable_port("127.0.0.1", listening_socket.getsockname()[1])


@pytest.fixture
def listening_socket() -> Iterator[socket.socket]:
    """A socket that listens on a port of this machine for as long as the test runs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("no such table: cycles", "run ./scripts/manage setup"),
        ('relation "cycles" does not exist\nLINE 1: SELECT', "run ./scripts/manage setup"),
        ("connection refused", "the database cannot be used: connection refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_the_statement(said: str, advice: str) -> None:
    code, message = commands.explained(OperationalError("SELECT secret FROM cycles", {}, Exception(said)))
    assert code == 2 and advice in message and "secret" not in message and "LINE 1" not in message


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "sqlite:////nowhere/below.sqlite3", "unable to open database file"),
        ("DATABASE_URL", "sqlite:///{file}", "file is not a database"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/x", "Connection refused"),
        ("VAR_DIR", "{file}", "Name a folder"),
        ("VAR_DIR", "/proc/nowhere", "Name a folder"),
    ],
)
def test_a_setting_that_leads_nowhere_is_said_in_one_sentence(
    name: str, value: str, said: str, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no database, and no folder")
    monkeypatch.setattr(config, "_in_use", config._in_use)
    given = {
        "PORTAL_ENV": "test",
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "s" * 40,
        name: value.format(file=tmp_path / "file"),
    }
    for each, text in given.items():
        monkeypatch.setenv(each, text)
    assert commands.main(["setup"]) == 2
    told = capsys.readouterr().err
    assert said in told and name in told and told.count("\n") == 1 and told.startswith("manage: ")


def test_each_command_is_found_without_importing_the_others() -> None:
    everything = commands.build_parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    for name in everything:
        assert len(commands.command_modules(name)) == 1, name
        assert name in commands.build_parser(name)._subparsers._group_actions[0].choices  # type: ignore[union-attr]
