"""A backup holds everything, comes back identical, and whatever happens in between leaves the state before or after."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from flask import Flask

from admin.cli.backup import published_since
from admin.domain.refusals import Refused
from admin.files import backup, databases, heads
from admin.files.faults import FileFault
from admin.models import Department, db
from admin.queries.system.audit_chain import chain_head
from config import Settings
from tests import factories as make
from tests.databases import Database
from tests.killing import FORKS, finished, killed, moments

TIMES = 20


@pytest.fixture
def place(app: Flask, settings: Settings, tmp_path: Path) -> Settings:
    """The test's database with a folder of its own, a file and a key in it."""
    for name, text in (("evidence/ab12.pdf", "evidence"), ("keys/receipt_key", "secret")):
        path = tmp_path / "var" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return replace(settings, var_dir=tmp_path / "var")


def add_people(app: Flask, *names: str) -> None:
    with app.app_context():
        for name in names:
            make.employee(name)
        db.session.remove()
        db.engine.dispose()


def rows(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted, at one moment: a server may still carry out a commit of a client that is dead."""
    if settings.sqlite:
        with closing(sqlite3.connect(settings.sqlite_file)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
    with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        names = [name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {name: sorted(map(repr, server.execute(f'SELECT * FROM "{name}"'))) for name in names}


def put_back(file: Path, settings: Settings, *, fresh: bool = False) -> None:
    backup.restore(file, backup.read(file), settings, fresh=fresh)


def test_what_came_after_the_backup_is_gone_and_all_else_identical(app: Flask, place: Settings, tmp_path: Path) -> None:
    add_people(app, "Before")
    then, file = rows(place), tmp_path / "b"
    backup.write(file, place, keys=False)
    add_people(app, "After")
    (place.var_dir / "evidence" / "ab12.pdf").write_text("other")
    (place.var_dir / "evidence" / "later.pdf").write_text("later")
    assert rows(place) != then
    put_back(file, place)
    assert rows(place) == then
    assert {path.name: path.read_text() for path in (place.var_dir / "evidence").iterdir()} == {"ab12.pdf": "evidence"}


def test_after_restoring_new_rows_take_the_next_number(app: Flask, place: Settings, tmp_path: Path) -> None:
    add_people(app, "First")
    backup.write(tmp_path / "b", place, keys=False)
    add_people(app, "Second")
    put_back(tmp_path / "b", place)
    add_people(app, "Third")
    names = " ".join(rows(place)["employees"])
    assert "First" in names and "Third" in names and "Second" not in names


def test_rows_that_refer_to_each_other_come_back_with_their_references(
    app: Flask, place: Settings, tmp_path: Path
) -> None:
    with app.app_context():
        head = make.employee("Head")
        make.department("Headed", head=head)
        db.session.remove()
        db.engine.dispose()
    then, file = rows(place), tmp_path / "b"
    backup.write(file, place, keys=False)
    add_people(app, "After")
    put_back(file, place)
    assert rows(place) == then
    with app.app_context(), pytest.raises(Refused), make.fixture() as op:
        op.add(Department(code="X", name="X", head_id=10**6))


def test_keys_are_apart_unless_they_are_asked_for(database: Database, place: Settings, tmp_path: Path) -> None:
    backup.write(tmp_path / "apart", place, keys=False)
    backup.write(tmp_path / "inside", place, keys=True)
    held = [any("keys/" in name for name in ZipFile(tmp_path / name).namelist()) for name in ("apart", "inside")]
    assert held == [False, True]


def test_another_key_is_refused_and_nothing_is_changed(app: Flask, place: Settings, tmp_path: Path) -> None:
    backup.write(tmp_path / "b", place, keys=True)
    add_people(app, "Kept")
    (place.var_dir / "keys" / "receipt_key").write_text("another")
    before = rows(place)
    with pytest.raises(FileFault, match="receipt_key differs"):
        put_back(tmp_path / "b", place)
    assert rows(place) == before


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_damaged_backup_is_refused(at: float, database: Database, place: Settings, tmp_path: Path) -> None:
    file = tmp_path / "b"
    backup.write(file, place, keys=False)
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(FileFault, match="not a whole backup"):
        backup.read(file)


def test_half_a_backup_and_another_file_are_refused(database: Database, place: Settings, tmp_path: Path) -> None:
    backup.write(tmp_path / "b", place, keys=False)
    whole = (tmp_path / "b").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"something else"):
        (tmp_path / "b").write_bytes(content)
        with pytest.raises(FileFault, match="not a whole backup"):
            backup.read(tmp_path / "b")


def test_a_backup_of_another_kind_of_database_is_refused(place: Settings, tmp_path: Path, database: Database) -> None:
    made = backup.write(tmp_path / "b", place, keys=False)
    with pytest.raises(FileFault, match="set DATABASE_URL"):
        backup.refuse_unfit(replace(made, database="other"), place)


def test_a_state_older_than_the_published_head_is_named(app: Flask, place: Settings, tmp_path: Path) -> None:
    made = backup.write(tmp_path / "b", place, keys=False)
    with app.app_context():
        head = chain_head(db.session())
    last = head.sequence if head else 0
    heads.heads_file(place.var_dir).unlink(missing_ok=True)
    head = {"kind": "head", "sha256": "0" * 64, "at": "2026-11-23T00:00:00+00:00"}
    heads.add(place.var_dir, [json.dumps(head | {"sequence": last})], 0)
    assert published_since(made, place) is None
    heads.add(place.var_dir, [json.dumps(head | {"sequence": last + 1})], 1)
    found = published_since(made, place)
    assert found is not None and found.sequence == last + 1
    heads.heads_file(place.var_dir).unlink()


def killed_at_twenty_moments(work: Any, check: Any) -> None:
    """Kill the work at twenty moments and check after each."""
    cut = 0
    for moment in moments(finished(work), TIMES, seed=20261127):
        cut += killed(work, moment)
        check()
    assert cut  # else no run was killed in time and the test says nothing


@pytest.mark.slow
@pytest.mark.filterwarnings(FORKS)
def test_killed_while_restoring_the_state_is_before_or_after(app: Flask, place: Settings, tmp_path: Path) -> None:
    early, late = tmp_path / "early", tmp_path / "late"
    add_people(app, *(f"Early{n}" for n in range(20)))
    backup.write(early, place, keys=False)
    before = rows(place)
    add_people(app, *(f"Late{n}" for n in range(20)))
    backup.write(late, place, keys=False)
    after = rows(place)

    def check() -> None:
        assert rows(place) in (before, after)
        put_back(late, place)  # a second run completes it
        assert rows(place) == after

    killed_at_twenty_moments(lambda: put_back(early, place), check)


@pytest.mark.slow
@pytest.mark.filterwarnings(FORKS)
def test_killed_while_backing_up_the_file_is_the_old_one_or_the_new(
    database: Database, app: Flask, place: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "b"
    old = backup.write(file, place, keys=False).contents
    add_people(app, "Later")

    def check() -> None:
        assert backup.read(file).contents.rows["employees"] in (old.rows["employees"], old.rows["employees"] + 1)

    killed_at_twenty_moments(lambda: backup.write(file, place, keys=False), check)
    backup.write(file, place, keys=False)
    assert [path.name for path in tmp_path.glob(".b.*")] == []


def test_a_missing_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="no database yet"):
        databases.copy_sqlite(tmp_path / "none.sqlite3", tmp_path / "copy")


def as_the_first_format(file: Path, old: Path) -> None:
    """The same backup as it was written before the seal came."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    facts = json.loads(members[backup.MANIFEST])
    lead = file.read_bytes()[: facts["lead"]]
    facts |= {"format": 1, "lead_sha256": hashlib.sha256(lead).hexdigest()}
    old.write_bytes(lead)
    with ZipFile(old, "a") as archive:
        for name, data in (members | {backup.MANIFEST: json.dumps(facts).encode()}).items():
            archive.writestr(name, data)


def test_a_backup_made_before_the_seal_came_is_read_and_restored(app: Flask, place: Settings, tmp_path: Path) -> None:
    add_people(app, "甲")
    before = rows(place)
    backup.write(tmp_path / "b", place, keys=True)
    as_the_first_format(tmp_path / "b", tmp_path / "old")
    add_people(app, "乙")
    put_back(tmp_path / "old", place)
    assert rows(place) == before


def test_a_damaged_backup_of_the_first_format_is_refused(app: Flask, place: Settings, tmp_path: Path) -> None:
    backup.write(tmp_path / "b", place, keys=False)
    as_the_first_format(tmp_path / "b", tmp_path / "old")
    whole = (tmp_path / "old").read_bytes()
    for at in (len(whole) // 3, whole.index(b"made_at")):
        (tmp_path / "old").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with pytest.raises(FileFault):
            backup.read(tmp_path / "old")
