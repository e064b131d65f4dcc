"""The keys under VAR_DIR/keys: none is made or used beside rows that another one sealed, and everything says so (6.3.1)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.cli.backup import wrong_keys
from admin.cli.check import findings
from admin.cli.dispatch import main
from admin.cli.setup import setup
from admin.domain.refusals import Invalid, Refused
from admin.models import AuditEvent, Complaint, KeyMark, db
from admin.models.event_form import EVENT_KEY
from admin.models.keys import BOUND, COMPLAINTS, IDENTITIES, RECEIPTS, SEALING, states
from admin.operations.complaints.complaints import ComplaintInput, file_complaint
from admin.operations.system.keys import give_up_key, mark_keys
from config import ROOT
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import rows

WORDS = ComplaintInput("pressure", "主管要求改分。", named=True, name="王")
SYSTEM = {"actor": system_actor("cli"), "now": NOW}
MAKERS = {
    "config.py",
    "admin/models/event_form.py",
    "admin/models/keys.py",
    "admin/models/sealing.py",  # the key of texts that nobody has sent: no record hangs on it
    "admin/operations/system/keys.py",
    "admin/files/backup.py",
}


@pytest.fixture
def keys(app: Any, session: Any, var_dir: Path) -> Iterator[Path]:
    """The folder of keys with one complaint sealed; afterwards it is as it was."""
    folder = var_dir / "keys"
    kept = {name: (folder / name).read_text() for name in BOUND}
    file_complaint(WORDS, now=NOW)
    yield folder
    for name, text in kept.items():
        (folder / name).write_text(text)


def unmark() -> None:
    """As in a portal from before there were marks."""
    with make.fixture() as op:
        for mark in op.session.scalars(select(KeyMark)):
            op.session.delete(mark)


def test_setup_makes_and_marks_every_key_once(app, session):
    marks = {row.name: row.fingerprint for row in rows(select(KeyMark))}
    setup(app)
    assert set(marks) == set(BOUND) and {row.name: row.fingerprint for row in rows(select(KeyMark))} == marks
    assert set(states(db.session()).values()) == {"ok"}


@pytest.mark.parametrize("name", SEALING)
@pytest.mark.parametrize(("state", "text"), [("missing", None), ("another", "another key")])
def test_beside_sealed_rows_no_key_is_made_and_no_other_one_used(app, keys, name, state, text):
    (keys / name).unlink() if text is None else (keys / name).write_text(text)
    before = sorted(path.name for path in keys.iterdir())
    with pytest.raises(Refused) as refused:
        file_complaint(replace(WORDS, content="Another one."), now=NOW)
    assert refused.value.refusal.clause == "6.3.1" and name in refused.value.refusal.text()
    assert mark_keys(**SYSTEM)[name] == state
    assert sorted(path.name for path in keys.iterdir()) == before and len(rows(select(Complaint))) == 1


@pytest.mark.parametrize("name", [COMPLAINTS, IDENTITIES])
def test_a_portal_from_before_the_marks_marks_the_key_that_opens_what_is_there(app, keys, name):
    unmark()
    right = (keys / name).read_text()
    (keys / name).write_text("not the one that sealed it")
    assert mark_keys(**SYSTEM)[name] == "unmarked"
    (keys / name).write_text(right)
    assert set(mark_keys(**SYSTEM).values()) == {"ok"}


def test_a_portal_from_before_the_marks_makes_no_key_beside_its_complaints(app, keys):
    unmark()
    for name in SEALING:
        (keys / name).unlink()
    found = mark_keys(**SYSTEM)
    assert {found[name] for name in SEALING} == {"missing"} and not (keys / COMPLAINTS).exists()


def test_another_key_of_events_is_named_and_stops_no_act(app, client, keys):
    (keys / EVENT_KEY).write_text("made on another machine")
    assert client.get("/health").json["keys"] == "event_key another"
    file_complaint(replace(WORDS, content="Another one."), now=NOW)
    unmark()
    assert mark_keys(**SYSTEM)[EVENT_KEY] == "unmarked"


def test_a_server_with_its_own_folder_says_so_everywhere(app, client, keys, capsys):
    (keys / COMPLAINTS).write_text("made on another machine")
    answer = client.get("/health")
    assert (answer.status_code, answer.json["keys"]) == (503, "complaint_key another")
    found = [each for each in findings(app) if each.what == "keys of what is sealed"]
    assert [each.fit for each in found] == [False] and "VAR_DIR/keys" in found[0].advice
    assert [line.split(":")[0] for line in wrong_keys(app.config["PORTAL"])] == ["KEY complaint_key another"]
    setup(app)
    assert "KEY complaint_key is another" in capsys.readouterr().err


def test_a_key_that_is_lost_for_good_is_given_up_with_a_reason_and_the_trail_says_so(app, keys):
    (keys / COMPLAINTS).unlink()
    with pytest.raises(Invalid):
        give_up_key(COMPLAINTS, " ", **SYSTEM)
    give_up_key(COMPLAINTS, "The disk burnt.", **SYSTEM)
    assert states(db.session())[COMPLAINTS] == "ok"
    file_complaint(replace(WORDS, content="Another one."), now=NOW)
    told = rows(select(AuditEvent).where(AuditEvent.operation == "give_up_key"))
    assert "The disk burnt." in str([each.changes for each in told])


def test_a_key_that_is_here_cannot_be_given_up(app, keys):
    with pytest.raises(Refused):
        give_up_key(RECEIPTS, "To be rid of old receipts.", **SYSTEM)


def test_the_command_names_each_key(app, keys, capsys, monkeypatch):
    monkeypatch.setattr("admin.cli.keys.create_core", lambda: app)
    assert main(["keys"]) == 0
    (keys / RECEIPTS).unlink()
    assert main(["keys"]) == 2
    assert "receipt_key: missing" in capsys.readouterr().out


def test_secrets_are_made_in_the_places_that_hold_them_against_rows_alone():
    """Whoever needs a key asks admin.models.keys, where rows hang on it."""
    users = {
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "config.py", *(ROOT / "admin").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "kept_secret"
    }
    assert users <= MAKERS
