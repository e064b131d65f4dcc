"""`manage score` scores what waits, and never makes a score anew that stands already (3.2-b)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from admin.access.actor import system_actor
from admin.cli.dispatch import main
from admin.models import EmployeeRecord, ReviewScore
from admin.operations.transaction import operation
from tests import reviewing
from tests.reviewing import OPENED, case


@pytest.fixture
def scored(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """A case that came to its department with a score."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    return reviewing.to_department(reviewing.open_cycle())


def put(key: int, *rows: Any) -> None:
    with operation("test", actor=system_actor(), now=OPENED) as op:
        op.session.add_all(rows)


def test_a_record_that_is_approved_later_changes_no_score_by_the_command(scored: int, capsys: Any) -> None:
    before = case(scored).score
    exam = {"kind": "exam", "title": "Test", "points": 3.0, "happened_on": date(2026, 5, 12), "stage": "approved"}
    put(scored, EmployeeRecord(employee_id=case(scored).employee_id, **exam, recorded_at=OPENED, recorded_by_id=9001))
    assert main(["score"]) == 0 and "score: 0 cases" in capsys.readouterr().out
    assert before is not None and case(scored).score == before


def test_what_has_no_score_is_scored(scored: int, capsys: Any) -> None:
    before = case(scored).score
    with operation("test", actor=system_actor(), now=OPENED) as op:
        op.session.execute(delete(ReviewScore))
    assert main(["score"]) == 0 and "score: 1 cases" in capsys.readouterr().out
    assert case(scored).score == before
