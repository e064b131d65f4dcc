"""The same file sent from several windows at one moment is kept once, whole, and fails for nobody."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin.cli.dispatch import main
from admin.files.whole import write_whole
from admin.jobs import rendering


def test_the_same_file_from_eight_windows_at_once_is_kept_whole(tmp_path: Path) -> None:
    path, data = tmp_path / "kept", b"x" * 2_000_000
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write_whole(path, data), range(64)))
    assert path.read_bytes() == data and [each.name for each in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("write", [write_whole, rendering._write])
def test_a_disk_that_fills_leaves_what_was_there_and_nothing_half(write, tmp_path, monkeypatch):
    path = tmp_path / "documents" / "1.docx"
    path.parent.mkdir()
    path.write_bytes(b"before")

    def fill(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill)  # the first to tell on a disk that is full
        with pytest.raises(OSError, match="No space left"):
            write(path, b"after")
    assert [each.name for each in path.parent.iterdir()] == ["1.docx"] and path.read_bytes() == b"before"
    write(path, b"after")
    assert path.read_bytes() == b"after"


@pytest.mark.sqlite_enough
def test_a_disk_that_fills_while_a_backup_is_written_leaves_the_last_one(app, settings, tmp_path, monkeypatch, capsys):
    file = tmp_path / "backup"
    file.write_bytes(b"the last one")

    def fill(*_given: object) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr("admin.cli.backup.settings_from", lambda: settings)
    monkeypatch.setattr("admin.files.backup.databases.copy_sqlite", fill)
    assert main(["backup", str(file)]) == 1
    assert "no room is left on the disk" in capsys.readouterr().err
    assert [
        each.name for each in tmp_path.iterdir() if "part" in each.name
    ] == [] and file.read_bytes() == b"the last one"
