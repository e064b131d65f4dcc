"""A file system that is really full, under publishing, rendering, uploading, backing up and the database itself.

It is said in words, nothing half is left, what stood before stands; and with room again the same work is done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.cli.dispatch import main
from admin.files.uploads import Upload
from admin.jobs import sweep
from admin.jobs.publishing import publish_site
from admin.models import Evidence, Notice
from admin.operations.cases.evidence import attach_evidence
from admin.operations.outcome import documents
from notice_site.disk import in_words
from notice_site.release import hashes
from tests import reviewing
from tests.conftest import close_connections
from tests.databases import SqliteDatabase
from tests.operations import journey

pytestmark = [
    pytest.mark.sqlite_enough,
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root can mount a small disk"),
]
SYSTEM = system_actor()
SIZE, PIECE = 32 << 20, bytes(1 << 16)


class Disk:
    """A disk of its own, small enough to be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.filler = folder, folder / "filler"

    def fill(self, room: int = 0) -> None:
        """Fill it up to so many bytes."""
        with self.filler.open("wb", buffering=0) as file:
            try:
                while file.write(PIECE):
                    pass
            except OSError:
                file.truncate(max(0, file.tell() - room))

    def make_room(self) -> None:
        self.filler.unlink()

    def files(self) -> list[str]:
        """What lies on it, drafts too."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.name != "filler")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder], check=True, capture_output=True)
    except subprocess.CalledProcessError:
        pytest.skip("nothing may be mounted here")
    yield Disk(folder)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def var(app: Flask, session: Any, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The portal's folder on that disk."""
    var = disk.folder / "var"
    shutil.copytree(config.current().var_dir / "keys", var / "keys")
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=var))
    return var


def refused_by_the_disk(work: Callable[[], object]) -> None:
    with pytest.raises(OSError) as full:
        work()
    assert "no room is left on the disk" in str(in_words(full.value))


def test_publishing_leaves_the_old_site_and_no_half_release(disk: Disk, var: Path) -> None:
    centre = journey.told(journey.small_centre(), journey.check)
    publish_site(actor=SYSTEM, clock=lambda: centre.now)
    journey.publish(centre)
    later = centre.now + timedelta(days=1)
    before, served = disk.files(), hashes(var / "notice_site" / "live")
    for room in (0, 1_000_000):
        disk.fill(room)
        refused_by_the_disk(lambda: publish_site(actor=SYSTEM, clock=lambda: later))
        disk.make_room()
        assert (disk.files(), hashes(var / "notice_site" / "live")) == (before, served)
        assert journey.rows(select(Notice.stage)) == ["publishing"]
    publish_site(actor=SYSTEM, clock=lambda: later)
    assert journey.rows(select(Notice.stage)) == ["published"] and hashes(var / "notice_site" / "live") != served


def test_a_document_is_rendered_when_there_is_room_again(disk: Disk, var: Path) -> None:
    centre = journey.told(journey.small_centre(), journey.go_live)
    later = centre.now + timedelta(days=14)
    documents.issue(centre.cycle.id, actor=centre.actor(centre.hr), now=later)
    disk.fill()
    done = sweep.Done()
    sweep.sweep(actor=SYSTEM, clock=lambda: later, done=done)
    assert "No space left" in done.failed["job render_document"]
    assert [name for name in disk.files() if name.startswith("var/documents")] == []
    disk.make_room()
    sweep.sweep(actor=SYSTEM, clock=lambda: later + timedelta(minutes=5))
    made = [name.rpartition(".")[2] for name in disk.files() if name.startswith("var/documents")]
    assert sorted(made) == ["docx", "pdf"]


def test_an_upload_is_kept_whole_with_its_row_or_not_at_all(disk: Disk, var: Path) -> None:
    made = reviewing.open_cycle()
    upload = Upload("txt", "text/plain; charset=utf-8", f"{'5c' * 32}.txt", "a.txt", b"words" * 5000, "5c" * 32)

    def attach() -> None:
        attach_evidence(made.cases[0], upload, actor=reviewing.person(made.agents[0]), now=reviewing.OPENED)

    before = disk.files()
    disk.fill(room=8192)
    refused_by_the_disk(attach)
    assert disk.files() == before and journey.rows(select(Evidence)) == []
    disk.make_room()
    attach()
    assert len(disk.files()) == len(before) + 1 and len(journey.rows(select(Evidence))) == 1


def test_a_backup_that_finds_no_room_leaves_the_last_one(
    app: Flask,
    disk: Disk,
    settings: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A folder of its own: what other tests of this process have left would not fit on the disk.
    shutil.copytree(settings.var_dir / "keys", tmp_path / "var" / "keys")
    monkeypatch.setattr("admin.cli.backup.settings_from", lambda: config.replace(settings, var_dir=tmp_path / "var"))
    file = disk.folder / "backup"
    file.write_bytes(b"the last one")
    disk.fill(room=100_000)
    assert main(["backup", str(file)]) == 1
    said = capsys.readouterr().err
    assert "no room is left on the disk" in said and said.count("\n") == 1
    assert disk.files() == ["backup"] and file.read_bytes() == b"the last one"
    disk.make_room()
    done = main(["backup", str(file)])
    assert (done, disk.files()) == (0, ["backup"]), capsys.readouterr().err


@pytest.fixture
def database_there(app: Flask, disk: Disk, database: SqliteDatabase) -> Iterator[None]:
    """The database's file lies on that disk."""
    close_connections(app)
    there = disk.folder / database.file.name
    shutil.move(database.file, there)
    database.file.symlink_to(there)
    yield
    close_connections(app)
    database.file.unlink()
    shutil.move(there, database.file)


def test_a_database_on_a_full_disk_refuses_with_words_is_read_on_and_goes_on_by_itself(
    app: Flask, disk: Disk, signed_in: Any, database_there: None
) -> None:
    client = signed_in("hr")
    given = {"code": "X", "name": "Written with care", "stands_on": "/departments/add"}
    disk.fill()
    full = client.post("/departments/add", data=given)
    assert full.status_code == 503 and "Written with care" in full.text
    assert client.get("/departments/list/").status_code == 200
    health = app.test_client().get("/health")
    assert (health.status_code, health.json["disk"]) == (503, "full but for 0 MB")
    disk.make_room()
    assert client.post("/departments/add", data=given).status_code == 302
