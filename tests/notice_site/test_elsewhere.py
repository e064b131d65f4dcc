"""Names outside VAR_DIR come down as well, wherever a command has written them; half a release never stays (3.3.5-d)."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from mkdocs.config import load_config

from notice_site import build, elsewhere, hooks, release, site
from notice_site.__main__ import main
from tests.notice_site.conftest import SAMPLE


def names_below(folder: Path, snapshot: dict[str, Any]) -> list[str]:
    name = snapshot["notices"][0]["rows"][0]["name"].encode()
    return [str(path) for path in folder.rglob("*") if path.is_file() and name in path.read_bytes()]


def test_a_list_published_into_another_folder_comes_down_there_and_no_snapshot_lies_beside(snapshot, tmp_path):
    root, var = tmp_path / "www", tmp_path / "var"
    root.mkdir()
    site.publish(snapshot, var, out=root / "notice")
    assert names_below(root, snapshot) and not list(root.rglob("snapshot.json"))
    assert site.lists_on(var) == {"2026-02"}
    assert site.take_down([], var) == ["2026-02"]
    assert names_below(tmp_path, snapshot) == [] and site.lists_on(var) == set()


def test_a_list_that_runs_stays_there(snapshot, tmp_path):
    site.publish(snapshot, tmp_path / "var", out=tmp_path / "out")
    assert site.take_down(["2026-02"], tmp_path / "var") == []
    assert names_below(tmp_path / "out", snapshot)


def test_what_a_killed_publication_left_elsewhere_goes_with_the_list(snapshot, tmp_path):
    site.publish(snapshot, tmp_path / "var", out=tmp_path / "out")
    half = tmp_path / ".out.releases" / "building-dead"
    half.mkdir()
    (half / "page").write_text(snapshot["notices"][0]["rows"][0]["name"])
    site.take_down([], tmp_path / "var")
    assert not half.exists()


def test_what_mkdocs_built_comes_down_too(snapshot, tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    site.publish(snapshot, tmp_path / "var")
    config = load_config(config_file=str(build.CONFIG), site_dir=str(tmp_path / "built"))
    hooks.on_config(config)
    (tmp_path / "built/en/notices/2026-02/print").mkdir(parents=True)
    (tmp_path / "built/en/notices/2026-02/print/index.html").write_text(snapshot["notices"][0]["rows"][0]["name"])
    site.take_down([], tmp_path / "var")
    assert names_below(tmp_path / "built", snapshot) == []


def test_a_snapshots_file_goes_with_its_list_and_another_file_of_that_name_stays(snapshot, tmp_path):
    for name in ("mine.json", "other.json"):
        elsewhere.note(tmp_path / "var", elsewhere.FILE, tmp_path / name)
    (tmp_path / "mine.json").write_text(json.dumps(snapshot))
    (tmp_path / "other.json").write_text('{"notices": "of somebody else"}')
    assert site.take_down([], tmp_path / "var") == ["2026-02"]
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["other.json"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fills_while_the_site_is_built_leaves_the_old_site_nothing_half_and_is_said_in_words(
    snapshot, tmp_path, monkeypatch, capsys, code
):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    first = site.publish(snapshot, tmp_path)

    def fill(content: Any, folder: Path, progress: Any) -> None:
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("half")
        raise OSError(code, "refused", str(folder / "page.html"))

    monkeypatch.setattr(build, "build", fill)
    (tmp_path / "s.json").write_text(
        SAMPLE.read_text(encoding="utf-8").replace("2026 年度", "另一年度"), encoding="utf-8"
    )
    assert main(["--snapshot", str(tmp_path / "s.json")]) == 1
    said = capsys.readouterr().err
    assert "page.html" in said and ("no room is left" in said) == (code == errno.ENOSPC) and "Traceback" not in said
    assert site.current_release(tmp_path).digest == first.digest
    assert not list((tmp_path / "notice_site").glob("building-*"))


def test_an_edition_that_was_altered_is_made_again_beside_it(snapshot, tmp_path):
    first = site.publish(snapshot, tmp_path)
    (first.path.parent / release.WHOLE).unlink()
    again = site.publish(snapshot, tmp_path)
    assert again.changed and again.files == first.files
