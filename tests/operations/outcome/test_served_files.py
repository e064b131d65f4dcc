"""A stored file is hashed again before anybody gets it: one that was altered is refused, told and named (6.3.3)."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

import config
from admin.domain.refusals import NotFound, Refused
from admin.files.faults import FileFault
from admin.jobs.rendering import document_path, minutes_path
from admin.models import IssuedDocument, Meeting, Notification, db
from admin.operations.imports import imports_reading
from admin.operations.system.served import kept_file
from admin.queries.system.altered import still_altered
from tests import factories as make
from tests.operations.journey import Centre, rows, small_centre, told
from tests.views.clients import client_of

ADMIN = Path(config.__file__).with_name("admin")


@pytest.fixture
def place(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    return tmp_path


@pytest.fixture
def centre(place: Path, session: Any) -> Centre:
    """A whole cycle whose document and minutes stand in files."""
    centre = told(small_centre())
    assert centre.meeting is not None
    with make.fixture() as op:
        (document,) = op.session.scalars(select(IssuedDocument))
        meeting = op.get(Meeting, centre.meeting.id)
        document.sha256 = meeting.minutes_sha256 = hashlib.sha256(b"as it was").hexdigest()
        for path in (document_path(document.id), minutes_path(meeting.id)):
            path.parent.mkdir()
            path.write_bytes(b"as it was")
    return centre


@pytest.mark.slow
@pytest.mark.usefixtures("no_tokens")
@pytest.mark.parametrize("kind", ["documents", "minutes"])
def test_an_altered_file_is_served_to_nobody_told_once_and_served_again_when_it_is_put_back(
    centre: Centre, place: Path, kind: str
) -> None:
    with make.fixture():
        auditor = make.employee("Auditor", roles=("employee", "auditor")).user_id
    (document,) = [row.id for row in rows(select(IssuedDocument))]
    assert centre.meeting is not None
    meeting, hr = centre.meeting.id, centre.hr.user_id
    address, path = {
        "documents": (f"/documents/{document}/docx", document_path(document)),
        "minutes": (f"/meetings/{meeting}/minutes", minutes_path(meeting)),
    }[kind]
    db.session.rollback()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    client = client_of(app, hr)
    asked = client.get if kind == "documents" else client.post
    kept = path.read_bytes()
    assert asked(address).data == kept
    path.write_bytes(kept + b"!")
    for _twice in range(2):
        answer = asked(address, headers={"Accept-Language": "en"}, follow_redirects=True)
        assert answer.data != path.read_bytes() and "altered on the server" in answer.text
    messages = rows(select(Notification).where(Notification.action == "find_altered_file"))
    assert [row.user_id for row in messages] == [auditor]
    assert still_altered(db.session(), place) == [path.relative_to(place).as_posix()]
    db.session.rollback()
    assert app.test_client().get("/health").get_json()["files"] == "1 altered"
    path.write_bytes(kept)
    assert asked(address).data == kept
    assert app.test_client().get("/health").get_json()["files"] == "ok"


def test_a_file_that_is_gone_is_not_there_and_a_short_one_is_altered(place: Path, session: Any) -> None:
    now = make.NOW
    with pytest.raises(NotFound):
        kept_file(place / "evidence" / "gone.pdf", "0" * 64, 1, now=now)
    (place / "evidence").mkdir()
    (place / "evidence" / "short.pdf").write_bytes(b"")
    with pytest.raises(Refused, match="altered on the server"):
        kept_file(place / "evidence" / "short.pdf", "0" * 64, 1, now=now)


def test_an_import_is_not_read_from_an_upload_that_was_altered(place: Path, session: Any) -> None:
    sha256 = imports_reading.store(b"rows")
    assert imports_reading.stored(sha256) == b"rows"
    (imports_reading.uploads_folder() / sha256).write_bytes(b"other rows")
    with pytest.raises(FileFault, match="altered"):
        imports_reading.stored(sha256)


def opened(tree: ast.AST) -> Iterator[int]:
    """The lines that open a file by themselves, or send one by its path."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        sent = ast.unparse(node.args[0]) if node.args else ""
        if name in ("read_bytes", "send_from_directory") or (
            name == "send_file" and not sent.startswith(("io.BytesIO(", "stream"))
        ):
            yield node.lineno


def test_no_door_opens_a_stored_file_by_itself() -> None:
    doors = [path for floor in ("views", "web", "api", "report") for path in sorted((ADMIN / floor).rglob("*.py"))]
    found = {path.relative_to(ADMIN).as_posix(): list(opened(ast.parse(path.read_text()))) for path in doors}
    assert {place: lines for place, lines in found.items() if lines} == {}
    assert list(opened(ast.parse("send_file(path)\npath.read_bytes()\nsend_file(io.BytesIO(x))"))) == [1, 2]
