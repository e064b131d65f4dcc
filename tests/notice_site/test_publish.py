"""Publishing is atomic, repeatable, idle where nothing changed, and takes names down bytes and all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from notice_site import build
from notice_site.release import PlaceTaken, hashes
from notice_site.site import Publication, current_release, publish
from tests.notice_site.conftest import SAMPLE, names_in, take_down


def test_the_same_snapshot_gives_the_same_bytes(
    live: Publication, snapshot: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "America/New_York")
    again = publish(snapshot, tmp_path)
    assert again.files == live.files
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"


def test_files_are_the_hashes_of_what_is_served(live: Publication) -> None:
    served = hashes(live.path)
    for beside in ("head.json", "heads.js"):
        served.pop(beside)
    assert served == live.files


def test_where_nothing_changed_nothing_is_done(
    snapshot: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(snapshot, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*.html")}
    snapshot["as_of"] = "2027-01-01T00:00:00Z"
    monkeypatch.delattr(build, "build")
    second = publish(snapshot, tmp_path)
    assert (first.changed, second.changed, first.digest) == (True, False, second.digest)
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*.html")} == before


def test_the_audit_head_moves_while_the_site_stays(snapshot: dict[str, Any], tmp_path: Path) -> None:
    first = publish(snapshot, tmp_path)
    snapshot["head"]["sequence"] += 1
    second = publish(snapshot, tmp_path)
    assert not second.changed
    assert second.files == first.files
    assert json.loads((second.path / "head.json").read_text())["sequence"] == snapshot["head"]["sequence"]


def test_names_stand_on_the_notices_pages_and_in_its_data_file_only(
    live: Publication, snapshot: dict[str, Any]
) -> None:
    number = snapshot["notices"][0]["number"]
    for name in names_in(live.path, snapshot):
        assert name.startswith("data/") or f"notices/{number}/" in name


def test_after_the_take_down_no_name_is_left_on_disk(snapshot: dict[str, Any], tmp_path: Path) -> None:
    publish(snapshot, tmp_path)
    assert names_in(tmp_path, snapshot)
    down = publish(take_down(snapshot), tmp_path)
    assert down.changed
    assert names_in(tmp_path, snapshot) == set()
    assert len(list((tmp_path / "notice_site" / "releases").iterdir())) == 1
    assert "archive/index.html" in down.files


def test_the_last_snapshot_lies_beside_the_site_and_is_not_served(snapshot: dict[str, Any], tmp_path: Path) -> None:
    live = publish(snapshot, tmp_path)
    assert json.loads((live.path.parent / "snapshot.json").read_text(encoding="utf-8")) == snapshot
    assert not any("snapshot" in name for name in live.files)


def test_what_a_killed_run_left_is_swept_even_when_nothing_changed(snapshot: dict[str, Any], tmp_path: Path) -> None:
    live = publish(take_down(snapshot), tmp_path)
    home = tmp_path / "notice_site"
    for stale in (home / "building-dead" / "site", home / "releases" / "0123456789abcdef" / "site"):
        stale.mkdir(parents=True)
        (stale / "index.html").write_text(json.dumps(snapshot, ensure_ascii=False), encoding="utf-8")
    (home / ".live.next-1").symlink_to("releases/0123456789abcdef/site")
    assert not publish(take_down(snapshot), tmp_path).changed
    assert names_in(tmp_path, snapshot) == set()
    assert sorted(path.name for path in home.iterdir()) == ["live", "lock", "releases"]
    assert current_release(tmp_path) == live.__class__(False, live.release, live.digest, live.files, live.path)


def test_before_the_first_publication_there_is_no_release(tmp_path: Path) -> None:
    assert current_release(tmp_path) is None


def test_a_folder_of_ones_own_becomes_the_site(snapshot: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "www"
    out.mkdir()
    live = publish(snapshot, tmp_path / "var", out=out)
    assert (out / "en" / "index.html").is_file()
    assert [path.name for path in (tmp_path / "var/notice_site").glob("*.json")] == ["elsewhere.json"]
    assert publish(snapshot, tmp_path / "var", out=out).release == live.release
    assert current_release(tmp_path / "var", out=out) is not None


def test_somebody_elses_folder_is_left_alone(snapshot: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("precious")
    with pytest.raises(PlaceTaken):
        publish(snapshot, tmp_path / "var", out=tmp_path)
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(PlaceTaken):
        publish(snapshot, tmp_path / "var", out=link)
    assert (tmp_path / "theirs").read_text() == "precious"


def test_a_moved_var_dir_still_serves(snapshot: dict[str, Any], tmp_path: Path) -> None:
    publish(snapshot, tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert not publish(snapshot, tmp_path / "new").changed


def test_a_web_server_under_another_account_can_read_it_though_the_portal_s_own_files_are_private(
    snapshot: dict[str, Any], tmp_path: Path
) -> None:
    before = os.umask(0o077)
    try:
        live = publish(snapshot, tmp_path)
    finally:
        os.umask(before)
    assert all(path.stat().st_mode & 0o004 for path in [live.path.parent, *live.path.rglob("*")])


def test_the_sample_is_small_and_invented() -> None:
    assert SAMPLE.stat().st_size < 100_000
