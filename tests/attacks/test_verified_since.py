"""A long trail is verified from where everything held last: what that sees, and what it leaves to a whole look."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from admin.cli import audit
from admin.cli.dispatch import main
from admin.files.seal_mark import VERIFIED, mark_file
from admin.models import db
from admin.operations.system.audit import seal
from admin.queries.system.audit_chain import frontier
from admin.queries.system.witness import size_of
from config import Settings
from tests.attacks.test_witness import NOW, SYSTEM, by_hand, edited_and_chained_anew, place, published
from tests.factories import department

__all__ = ["place"]


@pytest.fixture(autouse=True)
def keys(place: Path, settings: Settings) -> None:
    """Those of the portal that wrote what stands there."""
    shutil.copytree(settings.var_dir / "keys", place / "keys", dirs_exist_ok=True)


def said(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    db.session.rollback()
    capsys.readouterr()
    main(["audit", "verify", *options])
    return capsys.readouterr().out


def sealed(*names: str) -> int:
    """Departments are made and what tells of them is sealed; how long the trail is then."""
    for name in names:
        department(name)
    seal(actor=SYSTEM, now=NOW)
    return size_of(db.session())


@pytest.fixture
def whole(place: Path, capsys: pytest.CaptureFixture[str]) -> int:
    """Everything was verified and held; how many links that were."""
    published("One", "Two")
    size = size_of(db.session())
    assert "everything holds" in said(capsys)
    return size


def test_later_events_alone_are_looked_at_and_the_next_time_begins_behind_them(whole: int, capsys: Any) -> None:
    longer = sealed("Three")
    first = said(capsys, "--since-last")
    assert f"up to link {whole} all was verified" in first and "everything holds" in first
    assert f"audit: {longer - whole} events, {longer} sealed" in first
    assert f"up to link {longer} all was verified" in said(capsys, "--since-last")


def test_without_an_earlier_verification_everything_is_looked_at(capsys: Any) -> None:
    published("One")
    found = said(capsys, "--since-last")
    assert "nothing was verified before: everything is looked at" in found and "everything holds" in found


def test_an_edit_behind_it_is_named_and_the_mark_stays_where_it_was(whole: int, place: Path, capsys: Any) -> None:
    before = mark_file(place, VERIFIED).read_text()
    sealed("Three")
    by_hand("UPDATE audit_events SET actor_name = 'nobody' WHERE id = (SELECT max(event_id) FROM audit_seals)")
    assert "what it says was changed afterwards" in said(capsys, "--since-last")
    assert mark_file(place, VERIFIED).read_text() == before


def test_an_edit_before_it_is_left_to_a_whole_look_which_names_it(whole: int, capsys: Any) -> None:
    by_hand("UPDATE audit_events SET actor_name = 'nobody' WHERE id = 1")
    assert "are looked at without --since-last" in said(capsys, "--since-last")
    assert "event 1 " in said(capsys)


def test_a_trail_made_anew_before_it_is_named(whole: int, capsys: Any) -> None:
    edited_and_chained_anew()
    assert f"verified.json: the trail up to {whole} was rebuilt after it was verified" in said(capsys, "--since-last")


@pytest.mark.parametrize("given", [{"sequence": 1}, {"sha256": "0" * 64}, {"tag": ""}])
def test_a_mark_by_another_hand_shortens_nothing(whole: int, place: Path, capsys: Any, given: dict[str, Any]) -> None:
    file = mark_file(place, VERIFIED)
    file.write_text(json.dumps(json.loads(file.read_text()) | given))
    assert "something else than the portal has written verified.json" in said(capsys, "--since-last")


def test_the_mark_of_a_seal_is_none_of_a_verification(whole: int, place: Path, capsys: Any) -> None:
    mark_file(place, VERIFIED).write_text(mark_file(place).read_text())
    assert "something else than the portal has written verified.json" in said(capsys, "--since-last")


def test_what_left_something_out_or_failed_is_no_mark(place: Path, capsys: Any) -> None:
    published("One")
    said(capsys, "--events-only")
    by_hand("UPDATE departments SET name = 'Rewritten'")
    said(capsys)
    assert not mark_file(place, VERIFIED).exists()


def test_an_exported_trail_is_verified_whole(place: Path, capsys: Any) -> None:
    assert main(["audit", "verify", "--since-last", "--file", str(place / "trail")]) == 2
    assert "leave one of the two out" in capsys.readouterr().err


def test_what_is_sealed_while_a_long_look_goes_on_is_not_told_as_a_tail_that_was_cut(
    whole: int, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = [audit.frontier(db.session())]  # the trail as it was when the look began
    sealed("Three")
    monkeypatch.setattr(audit, "frontier", lambda session: earlier.pop() if earlier else frontier(session))
    assert "everything holds" in said(capsys) and not earlier
