"""python -m notice_site: exit codes and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from notice_site.__main__ import main
from tests.notice_site.conftest import SAMPLE


@pytest.fixture(autouse=True)
def own_var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))


def test_publishing_twice_says_that_nothing_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["--snapshot", str(SAMPLE), "--out", str(tmp_path / "site")]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("published: ")
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("nothing changed")


def test_an_unfit_snapshot_is_2_and_named(
    snapshot: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot["notices"][0]["rows"][3]["to_grade"] = 5
    file = tmp_path / "s.json"
    file.write_text(json.dumps(snapshot), encoding="utf-8")
    assert main(["--snapshot", str(file)]) == 2
    assert "notices.0.rows.3.to_grade" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()


def test_a_missing_file_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--snapshot", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_a_folder_that_is_not_ours_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").write_text("x")
    assert main(["--snapshot", str(SAMPLE), "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
