"""A backup that somebody has edited and sealed anew is no way to write what nobody decided (6.3.3)."""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from admin.access.actor import system_actor
from admin.cli import backup as command
from admin.cli import setup as setting_up
from admin.files import backup
from admin.files.faults import FileFault
from admin.models import AuditEvent, GradeInterval, db
from admin.operations.system.audit import seal
from admin.queries.system.audit_rows import departures
from config import Settings
from tests import factories as make
from tests.factories import NOW
from tests.operations.importing import rows

pytestmark = pytest.mark.sqlite_enough


@pytest.fixture
def place(app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A portal with one grade on file, and a folder of its own."""
    with app.app_context():
        make.holds(make.employee("Anna"), "J2")
        seal(actor=system_actor(), now=NOW)
        close()
    found = replace(settings, var_dir=tmp_path / "var")
    found.var_dir.mkdir()
    monkeypatch.setattr(command, "settings_from", lambda: found)
    return found


def close() -> None:
    db.session.remove()
    db.engine.dispose()


def grade_on_file(app: Flask) -> str:
    with app.app_context():
        ((grade,),) = rows(GradeInterval, "grade_id")
        close()
    return str(grade)


def edited(file: Path, *statements: str) -> Path:
    """The same backup with its database changed, and a new hash at its end, as whoever reads this program can make it."""
    whole = bytearray(file.read_bytes())
    lead = backup.read(file).lead
    copy = file.with_suffix(".sqlite3")
    copy.write_bytes(whole[:lead])
    with closing(sqlite3.connect(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    whole[:lead] = copy.read_bytes()
    whole[-backup.SEAL :] = hashlib.sha256(whole[: -backup.SEAL]).hexdigest().encode()
    other = file.with_suffix(".edited")
    other.write_bytes(whole)
    return other


NOBODY_DECIDED = "UPDATE grade_intervals SET grade_id = (SELECT id FROM grades WHERE code = 'M3')"


def attack(file: Path) -> Path:
    """A grade written that nobody decided; whoever edits a file drops the guards that the database has against it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(file.read_bytes()[: backup.read(file).lead])
        guards = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    # Made anew afterwards the attack would be the same; that they are missing is the lesser trace.
    return edited(file, *(f'DROP TRIGGER "{name}"' for name in guards), NOBODY_DECIDED)


def restore(file: Path, *, unvouched: bool = False) -> None:
    command.run_restore(argparse.Namespace(file=file, unvouched=unvouched, reason=""))


def test_it_is_refused_and_nothing_is_changed(app: Flask, place: Settings, tmp_path: Path):
    backup.write(tmp_path / "b", place, keys=False)
    wrong, before = attack(tmp_path / "b"), grade_on_file(app)
    assert backup.read(wrong).lead  # whole to its last byte, as far as its own hash says
    with pytest.raises(FileFault, match="was not sealed with this portal's key"):
        restore(wrong)
    assert grade_on_file(app) == before


def test_one_that_is_as_it_was_written_is_restored_without_a_word_more(
    place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    backup.write(tmp_path / "b", place, keys=False)
    restore(tmp_path / "b")
    assert "NOBODY VOUCHES" not in capsys.readouterr().out


@pytest.mark.parametrize("how", ["asked for", "on a machine without the key"])
def test_restored_all_the_same_it_is_said_and_verifying_names_the_row(
    app: Flask, place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
):
    backup.write(tmp_path / "b", place, keys=False)
    wrong, before = attack(tmp_path / "b"), grade_on_file(app)
    if how == "on a machine without the key":
        (place.var_dir / "keys" / backup.KEY).unlink()
    restore(wrong, unvouched=how == "asked for")
    assert "NOBODY VOUCHES" in capsys.readouterr().out
    assert grade_on_file(app) != before
    with app.app_context():
        (fault,) = departures(db.session())
        close()
    assert "grade_intervals" in str(fault) and "grade_id" in str(fault)


def test_what_was_restored_stands_in_the_trail_that_came_back_once(
    app: Flask, place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    backup.write(tmp_path / "b", place, keys=False)
    restore(attack(tmp_path / "b"), unvouched=True)
    with app.app_context():
        monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], var_dir=place.var_dir))
        for _ in range(2):
            setting_up.setup(app)
        told = [row for row in rows(AuditEvent, "operation", "changes") if row[0] == "restore_backup"]
        close()
    ((_name, changes),) = told
    assert changes["file"] == [None, "b.edited"] and changes["vouched"] == [None, False]


def test_a_backup_from_before_there_was_a_key_is_restored_where_none_is(
    place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    backup.write(tmp_path / "b", place, keys=False)
    whole = (tmp_path / "b").read_bytes()
    untagged = bytearray(whole[: -backup.SEAL - backup.TAG] + b"0" * backup.SEAL)
    at = untagged.rindex(b"PK\x05\x06") + 20  # how long the archive's comment is
    untagged[at : at + 2] = backup.SEAL.to_bytes(2, "little")
    untagged[-backup.SEAL :] = hashlib.sha256(untagged[: -backup.SEAL]).hexdigest().encode()
    (tmp_path / "old").write_bytes(untagged)
    with pytest.raises(FileFault, match="unvouched"):
        restore(tmp_path / "old")
    (place.var_dir / "keys" / backup.KEY).unlink()
    restore(tmp_path / "old")
    assert "NOBODY VOUCHES" in capsys.readouterr().out
