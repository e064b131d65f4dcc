"""`manage audit`: what holds, what does not, and the exit codes that scripts rely on (6.3.3)."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

import config
from admin.cli.dispatch import main
from admin.models import IssuedDocument, db
from admin.models.event_form import EVENT_KEY
from admin.queries.system.audit_chain import chain_head
from tests import factories as make


@pytest.fixture(autouse=True)
def portal(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands that open the portal get the tests' one, with a folder of its own."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    (tmp_path / "keys").mkdir()
    shutil.copy(app.config["PORTAL"].var_dir / "keys" / EVENT_KEY, tmp_path / "keys")
    make.department("Somewhere")


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """An exported trail."""
    out = tmp_path / "trail.jsonl"
    assert main(["audit", "export", "--out", str(out)]) == 0
    return out


def edit(statement: str) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_was_only_changed_by_operations_holds(capsys):
    assert main(["audit", "verify"]) == 0
    assert "everything holds" in capsys.readouterr().out


def test_a_row_edited_in_the_database_is_named_and_refused(capsys):
    edit("UPDATE departments SET name = 'Elsewhere'")
    assert main(["audit", "verify"]) == 3
    said = capsys.readouterr()
    assert "name is 'Elsewhere', and 'Somewhere' by event" in said.out
    assert "refused by 6.3.3" in said.err
    assert main(["audit", "verify", "--events-only"]) == 0


def test_an_export_is_an_event_and_is_verified_without_the_database(trail: Path, capsys, monkeypatch):
    last = db.session.execute(text("SELECT act, record_type, operation FROM audit_events ORDER BY id DESC")).first()
    assert tuple(last or ()) == ("export", "audit_events", "export_audit")
    db.session.rollback()
    monkeypatch.delattr("admin.app.create_app")
    assert main(["audit", "verify", "--file", str(trail)]) == 0
    trail.write_text(trail.read_text().replace("Somewhere", "Elsewhere"))
    assert main(["audit", "verify", "--file", str(trail)]) == 3
    assert "departments" in capsys.readouterr().out


def test_an_export_without_its_tail_is_missed_by_a_head_that_was_published(trail: Path, tmp_path: Path, capsys):
    lines = trail.read_text().splitlines()
    last = chain_head(db.session())
    assert last is not None and last.sequence == json.loads(lines[-1])["sequence"]
    head = tmp_path / "head.json"
    head.write_text(
        json.dumps({"sequence": last.sequence, "sha256": last.sha256, "at": "2026-11-27T00:00:00Z", "kind": "head"})
    )
    assert main(["audit", "verify", "--file", str(trail), "--head", str(head)]) == 0
    trail.write_text("\n".join(lines[:-1]))
    assert main(["audit", "verify", "--file", str(trail), "--head", str(head)]) == 3
    assert "its tail was deleted, or this is an older backup" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{}", "[]", "no JSON", "1"])
def test_a_file_that_is_no_export_is_bad_input_and_names_the_line(tmp_path: Path, capsys, content: str):
    (tmp_path / "other").write_text(content)
    assert main(["audit", "verify", "--file", str(tmp_path / "other")]) == 2
    assert "line 1" in capsys.readouterr().err
    assert main(["audit", "verify", "--head", str(tmp_path / "other")]) == 2


def test_the_file_of_an_issued_document_that_was_altered_is_named(tmp_path: Path, capsys):
    with make.fixture() as op:
        op.add(
            IssuedDocument(
                number="N-1", year=2026, serial=1, kind="annual", title="Results", issued_by_id=1, issued_at=op.now,
                effective_on=date(2026, 1, 1), sha256="0" * 64,
            )
        )  # fmt: skip
    assert main(["audit", "verify"]) == 3
    assert "document N-1: its file 1.docx is gone" in capsys.readouterr().out
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "1.docx").write_bytes(b"altered")
    assert main(["audit", "verify"]) == 3
    assert "document N-1: its file 1.docx was altered" in capsys.readouterr().out
