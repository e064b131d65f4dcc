"""`manage import` and `manage eligibility`: what they print, and the exit codes that scripts rely on."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from admin.cli import eligibility, imports
from admin.domain.refusals import Invalid
from admin.files.faults import FileFault
from admin.operations.imports.imports_checking import save_profile
from tests.operations.importing import HR, NOW, PEOPLE, csv_of

LOG = "坐席,日期,是否接聽\nBecky,2026-03-02,是\nDan,2026-03-02,否\n"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Carry a command out on files named by their content; the exit code."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)

    def command(*words: str, **files: str) -> int:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers(dest="command")
        imports.add_parser(commands)
        eligibility.add_parser(commands)
        for name, content in files.items():
            (tmp_path / name).write_bytes(csv_of(content))
        args = parser.parse_args([str(tmp_path / word) if word in files else word for word in words])
        return args.run(args) or 0

    return command


def test_an_import_says_what_it_did_and_again_that_nothing_changes(run: Callable[..., int], capsys) -> None:
    assert run("import", "employees", "people", people=PEOPLE) == 0
    assert "3 rows, 3 new" in capsys.readouterr().out
    assert run("import", "employees", "people", people=PEOPLE) == 0
    assert "nothing changes" in capsys.readouterr().out


def test_a_dry_run_changes_nothing(run: Callable[..., int], capsys) -> None:
    assert run("import", "employees", "people", "--dry-run", people=PEOPLE) == 0
    assert "nothing was applied" in capsys.readouterr().out
    assert run("import", "employees", "people", "--dry-run", people=PEOPLE) == 0
    assert "3 new" in capsys.readouterr().out


def test_faults_are_named_by_row_and_column_and_end_with_2(run: Callable[..., int], capsys) -> None:
    assert run("import", "employees", "people", people=PEOPLE.replace("2021-01-04", "2031-01-04")) == 2
    assert (
        "people: row 4, column 入職日期 (2031-01-04): The date is in the future. Enter today or an earlier date."
        in capsys.readouterr().err
    )


def test_a_rule_that_refuses_ends_with_3(run: Callable[..., int], capsys) -> None:
    run("import", "employees", "people", people=PEOPLE)
    assert run("import", "grades", "taken", taken="工號,職級,生效日期\n002,初級二級,2024-01-01") == 0
    assert run("import", "grades", "other", other="工號,職級,生效日期\n002,初級三級,2024-01-01") == 3
    assert "1.2-c" in capsys.readouterr().err


def test_log_names_come_by_the_mapping_file_and_the_rest_is_listed(run: Callable[..., int], capsys) -> None:
    run("import", "employees", "people", people=PEOPLE)
    assert run("import", "contacts", "log", log=LOG) == 2
    assert "Dan, NOT MAPPED, 1, 0, -" in capsys.readouterr().out
    mapping = json.dumps({"options": {"logins": {"Dan": "003"}}})
    assert run("import", "contacts", "log", "--mapping", "mapping", log=LOG, mapping=mapping) == 0
    assert "Dan, 003, 1, 0, -" in capsys.readouterr().out


def test_eligibility_tells_each_condition(run: Callable[..., int], capsys) -> None:
    run("import", "employees", "people", people=PEOPLE)
    assert run("eligibility", "--employee", "002") == 0
    assert "promotion 4.1.1 (1): not met" in capsys.readouterr().out
    assert run("eligibility") == 0
    assert "0 of 0 employees of the centre meet a ground" in capsys.readouterr().out


def test_how_a_file_is_read_is_said_and_chosen_on_the_command_line(run: Callable[..., int], capsys) -> None:
    run("import", "employees", "people", people=PEOPLE)
    assert "found: utf-8, separator comma, column names in row 1, 3 rows" in capsys.readouterr().out
    file = "工號^備註^評等\n001^x^甲\n002^y^優"
    with pytest.raises(FileFault, match="Rating year"):
        run("import", "ratings", "rated", "--dry-run", rated=file)
    words = ("--separator", "^", "--set", "year=2025", "--mapping", "words", "--dry-run")
    assert (
        run(
            "import",
            "ratings",
            "rated",
            *words,
            rated=file,
            words='{"options": {"rating": {"甲": "good", "優": "excellent"}}}',
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "separator ^" in out and "note: Columns that are not used: 備註" in out and "2 new" in out


def test_a_kept_mapping_is_used_by_its_name(run: Callable[..., int], app: Flask) -> None:
    run("import", "employees", "people", people=PEOPLE)
    with pytest.raises(Invalid, match="kept under this name"):
        run("import", "ratings", "rated", "--profile", "考績", rated="工號,年度,考績\n001,2024,甲")
    mapping = {"options": {"rating": {"甲": "good"}}}
    with app.app_context():
        save_profile("ratings", "考績", mapping, actor=HR, now=NOW)
    assert run("import", "ratings", "rated", "--profile", "考績", rated="工號,年度,考績\n001,2024,甲") == 0
