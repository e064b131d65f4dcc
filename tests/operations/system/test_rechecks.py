"""Files that were taken in earlier are checked again when the check has learnt something."""

# ruff: noqa: F811  fixtures, asked for by their names

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from admin.access.actor import Actor, system_actor
from admin.domain.refusals import Refused
from admin.files.apart import BUSY, Busy
from admin.files.faults import FileFault
from admin.models import Complaint, ComplaintFile, Evidence, FileVerdict, Notification, db
from admin.operations.system import rechecks
from admin.queries.complaints.complaints import file_bytes
from tests.files.test_uploads import PDF
from tests.report.conftest import WORDS, channel, report, send  # noqa: F401  fixtures
from tests.views.opened import as_person, opened  # noqa: F401  fixtures

pytestmark = pytest.mark.usefixtures("no_tokens", "session")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LOOKED_AT: list[str] = []


def round_(monkeypatch: pytest.MonkeyPatch, *, refused: bool = False) -> int:
    """One round of a check that accepts everything, or nothing."""

    def checked(name: str, _data: bytes) -> None:
        LOOKED_AT.append(name)
        if refused:
            raise FileFault("found today")

    monkeypatch.setattr(rechecks, "checked_upload", checked)
    return rechecks.recheck_files(actor=system_actor("worker"), now=NOW)


def count(table: Any, *where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(table.id)).where(*where).execution_options(unscoped=True)) or 0


def newer_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("admin.operations.system.rechecks.CHECK", "admin.operations.cases.evidence.CHECK"):
        monkeypatch.setattr(place, 99)


@pytest.fixture
def attached(app: Flask, as_person: Any, opened: SimpleNamespace) -> Any:
    """The page of a file that an employee attached."""
    client, address = as_person("emp0"), f"/reviews/{opened.cases[0]}/evidence"
    assert client.post(address, data={"file": (io.BytesIO(PDF), "a.pdf")}).status_code == 303
    with app.app_context():
        key = db.session.scalars(select(Evidence.id).execution_options(unscoped=True)).one()
    return lambda: client.get(f"{address}/{key}", headers={"Accept-Language": "en"})


def test_what_todays_check_has_seen_is_not_looked_into_again(app: Flask, attached: Any, monkeypatch: Any) -> None:
    with app.app_context():
        assert round_(monkeypatch) == 0
        newer_check(monkeypatch)
        assert (round_(monkeypatch), round_(monkeypatch)) == (1, 0) and attached().status_code == 200


def test_a_file_that_a_newer_check_refuses_is_withheld_in_words_and_hr_is_told(
    app: Flask, attached: Any, monkeypatch: Any
) -> None:
    with app.app_context():
        newer_check(monkeypatch)
        assert round_(monkeypatch, refused=True) == 1
        answer = attached()
        assert (
            answer.status_code == 409
            and "This file is withheld" in answer.text
            and "printed to a new PDF" in answer.text
        )
        assert count(Notification, Notification.action == "withhold_file") >= 1
        assert round_(monkeypatch, refused=True) == 0, "it is said once"


def test_a_file_of_an_older_release_has_no_verdict_and_is_looked_into(
    app: Flask, attached: Any, monkeypatch: Any
) -> None:
    with app.app_context():
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(delete(FileVerdict.__table__))
        assert round_(monkeypatch) == 1 and attached().status_code == 200


def test_a_round_that_finds_no_place_for_its_check_goes_on_with_the_rest_the_next_time(
    app: Flask, attached: Any, monkeypatch: Any
) -> None:
    def busy(*_given: Any) -> None:
        raise Busy(BUSY)

    with app.app_context():
        newer_check(monkeypatch)
        monkeypatch.setattr(rechecks, "checked_upload", busy)
        assert rechecks.recheck_files(actor=system_actor("worker"), now=NOW) == 0
        assert round_(monkeypatch) == 1


def test_a_complaints_file_is_looked_into_too_and_only_who_opens_it_learns_that_it_is_withheld(
    send: Any, monkeypatch: Any
) -> None:
    assert send("/report/", {**WORDS, "files": [(io.BytesIO(PDF), "a.pdf")]}).status_code == 200
    told = count(Notification)
    assert round_(monkeypatch, refused=True) == 1 and count(Notification) == told
    file = db.session.scalars(select(ComplaintFile).execution_options(unscoped=True)).one()
    complaint = db.session.scalars(select(Complaint).execution_options(unscoped=True)).one()
    with pytest.raises(Refused, match="withheld"):
        file_bytes(db.session(), complaint, file.id, Actor(name="officer", roles=frozenset({"complaint_officer"})))
