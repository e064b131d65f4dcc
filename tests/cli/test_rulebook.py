"""`manage rulebook`: check, export, compare and load (house: one YAML file per policy version)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from admin.cli.dispatch import main
from admin.rulebook.loader import dump, load, shipped

NEXT = replace(shipped(), effective_from=date(2027, 1, 1))


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The shipped rulebook with another heading."""
    file = tmp_path / "next.yaml"
    file.write_text(dump(NEXT).replace("Once a year", "Every year"), encoding="utf-8")
    return file


@pytest.fixture
def in_portal(app, monkeypatch):
    """Commands that open the portal get the tests' one."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    return app


def test_the_shipped_rulebook_has_no_fault(capsys):
    assert main(["rulebook", "check"]) == 0
    assert "0 fail" in capsys.readouterr().out


def test_a_malformed_file_is_bad_input_and_names_the_place(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text("version: one\n", encoding="utf-8")
    assert main(["rulebook", "check", str(tmp_path / "bad.yaml")]) == 2
    assert "bad.yaml:1" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_bad_input(capsys):
    assert main(["rulebook", "check", "/no/such/file"]) == 2
    assert "/no/such/file" in capsys.readouterr().err


def test_a_worked_case_that_comes_out_otherwise_is_said(tmp_path, capsys):
    file = tmp_path / "wrong.yaml"
    file.write_text(dump(shipped()).replace('last_day: "2026-11-30"', 'last_day: "2026-11-27"', 1), encoding="utf-8")
    assert main(["rulebook", "check", str(file)]) == 2
    assert "1 fail" in capsys.readouterr().out


def test_what_is_exported_reads_back_the_same(in_portal, tmp_path):
    out = tmp_path / "out.yaml"
    assert main(["rulebook", "export", "--out", str(out)]) == 0
    assert load(out).sha256 == shipped().sha256


def test_the_difference_is_told_in_words(in_portal, changed, capsys):
    assert main(["rulebook", "diff", str(changed)]) == 0
    assert "Every year" in capsys.readouterr().out


def test_a_loaded_file_is_a_draft_and_the_same_file_without_a_change_is_refused(in_portal, changed, tmp_path, capsys):
    assert main(["rulebook", "load", str(changed), "--note", "heading"]) == 0
    assert "version 2" in capsys.readouterr().out
    same = tmp_path / "same.yaml"
    same.write_text(dump(NEXT), encoding="utf-8")
    assert main(["rulebook", "load", str(same)]) == 3


def test_simulate_says_in_totals_what_a_file_would_change_for_the_staff_of_today(in_portal, changed, capsys):
    assert main(["rulebook", "simulate", str(changed)]) == 0
    told = capsys.readouterr().out
    assert "eligible: " in told and "promotion_years_in_grade: 1: " in told and " 0 of them move" in told
