"""Whoever has the database against what was published: edits with a chain rebuilt, older states, cut tails, planted rows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text, update

import config
from admin.access.actor import acting_as, system_actor
from admin.cli.dispatch import main
from admin.domain.merkle import Frontier, leaf_hash
from admin.domain.refusals import Refused
from admin.domain.witness import faults_of, standing
from admin.files import heads
from admin.files.seal_mark import mark_file
from admin.models import AuditEvent, AuditSeal, Notification, PublishedHead, db
from admin.models.audit import ChangeContext, event_rows
from admin.models.event_form import content_hash, leaf_data
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head, rotate_key
from admin.queries.system.audit_chain import split
from notice_site import verify
from tests import factories as make
from tests.factories import NOW

SYSTEM = system_actor()
EVENTS, SEALS = AuditEvent.__table__, AuditSeal.__table__


@pytest.fixture(autouse=True)
def place(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of its own, and commands that open the tests' portal."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    monkeypatch.setattr("admin.core.create_core", lambda *_settings: app)
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    return tmp_path


def published(*names: str) -> list[str]:
    """Departments are made, and the head after each is published."""
    for day, name in enumerate(names):
        make.department(name)
        seal(actor=SYSTEM, now=NOW)
        publish_head(actor=SYSTEM, now=NOW + timedelta(days=day))
    return heads.read(config.current().var_dir)


def by_hand(*statements: Any) -> None:
    """What somebody with the database's password does."""
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)
    db.session.rollback()


def chained_anew() -> None:
    """Every seal made again over the events as they stand: what the cleverest would do after an edit."""
    with db.engine.begin() as connection:
        events = connection.execute(EVENTS.select().order_by(EVENTS.c.id)).mappings().all()
        tree, rows = Frontier(), []
        for event in events:
            content = content_hash(event, event["changes"])
            connection.execute(update(EVENTS).where(EVENTS.c.id == event["id"]).values(content_hash=content))
            nodes = b"".join(tree.add(leaf_hash(leaf_data(event["id"], content))))
            rows.append({"id": tree.size, "event_id": event["id"], "sealed_at": NOW, "nodes": nodes})
        connection.execute(SEALS.delete())
        connection.execute(insert(SEALS), rows)


def edited_and_chained_anew() -> None:
    """A department's name and the event that tells of it."""
    key = db.session.connection().scalar(
        text("SELECT min(id) FROM audit_events WHERE record_type = 'departments' AND act = 'insert'")
    )
    changes = dict(
        db.session.connection().execute(EVENTS.select().where(EVENTS.c.id == key)).mappings().one()["changes"]
    )
    changes["name"] = [None, "Rewritten"]
    by_hand(
        update(EVENTS).where(EVENTS.c.id == key).values(changes=changes), "UPDATE departments SET name = 'Rewritten'"
    )
    chained_anew()


def cut_to(size: int) -> None:
    """An older state: what came after this size is gone."""
    by_hand(
        f"DELETE FROM audit_seals WHERE id > {size}",
        "DELETE FROM audit_events WHERE id NOT IN (SELECT event_id FROM audit_seals)",
        "DELETE FROM published_heads",
    )


def health(app: Flask) -> Any:
    return app.test_client().get("/health").get_json()


def test_each_published_head_extends_the_one_before_and_is_signed(place: Path) -> None:
    lines = published("One", "Two", "Three")
    assert [json.loads(line)["kind"] for line in lines] == ["key", "head", "head", "head"]
    assert list(faults_of(lines, heads.signed)) == []
    publish_head(actor=SYSTEM, now=NOW)
    assert heads.read(place) == lines  # nothing happened: nothing is added


def test_a_trail_made_anew_after_an_edit_is_not_published_and_is_named(app: Flask, place: Path, capsys: Any) -> None:
    lines = published("One", "Two")
    edited_and_chained_anew()
    with pytest.raises(Refused, match="rebuilt"):
        publish_head(actor=SYSTEM, now=NOW)
    assert main(["publish"]) == 3 and "refused by 6.3.3" in capsys.readouterr().err
    assert heads.read(place) == lines and not (place / "notice_site" / "live").exists()
    assert health(app)["heads"] == "not extended"
    assert main(["audit", "verify", "--events-only"]) == 3
    assert "rebuilt after it was published" in capsys.readouterr().out


def test_nor_is_it_when_the_attacker_calls_it_a_restored_state(capsys: Any) -> None:
    published("One", "Two", "Three")
    edited_and_chained_anew()
    assert main(["audit", "new-line", "--reason", "restored"]) == 3
    cut_to(standing(heads.read(config.current().var_dir)).heads[1].sequence)
    assert main(["audit", "new-line", "--reason", "restored"]) == 3
    assert "This state never was" in capsys.readouterr().err


def test_an_older_state_is_not_published_until_somebody_says_why_for_all_to_read(app: Flask, place: Path) -> None:
    published("One", "Two", "Three")
    before = standing(heads.read(place))
    cut_to(before.heads[1].sequence)
    with pytest.raises(Refused, match="its tail was deleted"):
        publish_head(actor=SYSTEM, now=NOW)
    assert health(app)["heads"] == "not extended"
    assert main(["audit", "new-line", "--reason", "The disk failed on Monday."]) == 0
    published("Four")
    lines = heads.read(place)
    told = [json.loads(line) for line in lines if json.loads(line)["kind"] == "line"]
    assert [(each["reason"], each["lost"]["sequence"]) for each in told] == [
        ("The disk failed on Monday.", before.heads[2].sequence)
    ]
    assert told[0]["from"]["sequence"] == before.heads[1].sequence
    assert list(faults_of(lines, heads.signed)) == [] and standing(lines).line == 2
    assert health(app)["heads"] == "ok"


def test_a_state_that_is_as_long_as_what_was_published_opens_no_new_line(capsys: Any) -> None:
    published("One")
    assert main(["audit", "new-line", "--reason", "Because."]) == 3
    assert "no state from before was restored" in capsys.readouterr().err


def test_a_line_of_the_list_that_was_edited_or_removed_stops_publication_and_is_named(place: Path, capsys: Any) -> None:
    lines = published("One", "Two")
    file = heads.heads_file(place)
    for shown in ([lines[0], lines[1].replace('"line":1', '"line":2'), lines[2]], [lines[0], lines[2]]):
        file.write_text("".join(f"{line}\n" for line in shown))
        make.department()
        seal(actor=SYSTEM, now=NOW)
        with pytest.raises(Refused, match="not the same from line 2 on"):
            publish_head(actor=SYSTEM, now=NOW)
        assert main(["audit", "verify", "--events-only"]) == 3
        assert "heads.jsonl, line 2" in capsys.readouterr().out


def test_a_list_made_anew_in_both_places_is_told_by_its_signatures(place: Path) -> None:
    lines = published("One")
    forged = lines[1].replace('"sequence":', '"sequence":1')
    assert [what for _n, what in faults_of([lines[0], forged], heads.signed)] == ["was not signed by the key in force"]


def test_a_list_that_is_gone_comes_back_from_the_database(place: Path) -> None:
    lines = published("One", "Two")
    heads.heads_file(place).unlink()
    assert published("Three")[:3] == lines


def test_a_line_that_was_cut_off_by_a_kill_is_written_again(place: Path) -> None:
    lines = published("One", "Two")
    heads.heads_file(place).write_text("\n".join(lines)[:-40])
    assert published("Three")[:3] == lines


def test_without_its_key_nothing_is_signed_and_no_other_key_is_made(app: Flask, place: Path) -> None:
    published("One")
    key = place / "keys" / "head_key"
    kept = key.read_text()
    key.unlink()
    make.department()
    seal(actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="key that signs the heads"):
        publish_head(actor=SYSTEM, now=NOW)
    assert not key.exists() and health(app)["heads"] == "key gone"
    with pytest.raises(Refused):
        rotate_key("Every year", lost=False, actor=SYSTEM, now=NOW)
    key.write_text(kept)
    assert published("Two") and health(app)["heads"] == "ok"


@pytest.mark.parametrize("lost", [False, True])
def test_a_new_key_is_vouched_for_by_the_old_one_or_the_list_says_that_it_was_lost(place: Path, lost: bool) -> None:
    published("One")
    if lost:
        (place / "keys" / "head_key").unlink()
    words = ["audit", "rotate-key", "--reason", "The machine was replaced."]
    assert main([*words, "--lost"] if lost else words) == 0
    lines = published("Two")
    told = json.loads(lines[2])
    assert (told["kind"], told["lost"], told["reason"]) == ("key", lost, "The machine was replaced.")
    assert list(faults_of(lines, heads.signed)) == []


def test_a_key_that_the_old_one_does_not_vouch_for_is_named(place: Path) -> None:
    lines = published("One")
    (place / "keys" / "head_key").unlink()
    rotate_key("Mine", lost=True, actor=SYSTEM, now=NOW)
    claimed = heads.read(place)[2].replace('"lost":true', '"lost":false')
    assert list(faults_of([*lines, claimed], heads.signed)) == [(3, "was not signed by the key in force")]


def test_an_event_that_was_planted_with_its_row_and_its_hash_is_named_although_it_was_sealed(capsys: Any) -> None:
    published("One")
    context = ChangeContext("save_department", 1, "admin", "web", NOW, "1.3.1")
    told = {"code": [None, "PL"], "name": [None, "Planted"], "in_centre": [None, False]}
    (event,) = event_rows(context, [("insert", "departments", 9_001, told)])
    by_hand("INSERT INTO departments (id, code, name, in_centre) VALUES (9001, 'PL', 'Planted', false)")
    for forged in ({"tag": "0" * 40}, {"tag": None}, {"tag": event["tag"][:8] + "0" * 32}):
        by_hand(insert(EVENTS).values(event | forged))
    seal(actor=SYSTEM, now=NOW)
    db.session.rollback()
    assert main(["audit", "verify", "--events-only"]) == 3
    said = capsys.readouterr().out
    assert said.count("was not written by this portal: planted by hand") == 2
    assert "key of events 00000000: 1 events were written under it" in said


def cut_after_the_head() -> None:
    """Events that were sealed after the last head go, with their seals and the row that they tell of."""
    make.department("Unwanted")
    seal(actor=SYSTEM, now=NOW)
    last = standing(heads.read(config.current().var_dir)).heads[-1].sequence
    by_hand(
        "DELETE FROM departments WHERE name = 'Unwanted'",
        f"DELETE FROM audit_seals WHERE id > {last}",
        "DELETE FROM audit_events WHERE id NOT IN (SELECT event_id FROM audit_seals)",
    )


def test_a_tail_that_was_cut_after_the_last_head_with_its_rows_is_named_and_stays_named(capsys: Any) -> None:
    published("One")
    assert "sealed.json" not in verified(capsys)
    cut_after_the_head()
    assert "sealed.json: the trail was sealed up to" in verified(capsys)
    for name in ("Two", "Three", "Four", "Five"):  # the trail grows past where it was cut, and is sealed and published
        published(name)
    assert "was rebuilt after it was sealed" in verified(capsys)
    assert main(["audit", "new-line", "--reason", "An older backup was put back on Monday."]) == 0
    seal(actor=SYSTEM, now=NOW)
    assert "sealed.json" not in verified(capsys)


def verified(capsys: Any) -> str:
    """What `audit verify` says of the events and what witnesses them."""
    db.session.rollback()
    capsys.readouterr()
    main(["audit", "verify", "--events-only"])
    return str(capsys.readouterr().out)


def test_a_mark_that_the_portal_did_not_write_is_named(place: Path, capsys: Any) -> None:
    published("One")
    cut_after_the_head()
    file = mark_file(place)
    given = json.loads(file.read_text())
    file.write_text(json.dumps(given | {"sequence": 1}))
    assert "sealed.json: something else than the portal has written it" in verified(capsys)


def torn(line: str) -> list[str]:
    """What a disk or a hand makes of a line, so that it is none any more."""
    record = json.loads(line)
    return [
        "",
        line[: len(line) // 2],
        "[1, 2]",
        "[" * 5_000,
        json.dumps(record | {"sequence": "many"}),
        json.dumps(record | {"sha256": 7}),
        json.dumps(record | {"at": "yesterday"}),
        json.dumps({"kind": "head"}),
    ]


def test_a_line_that_is_none_is_named_at_every_door_and_nothing_falls(app: Flask, place: Path, capsys: Any) -> None:
    lines = published("One", "Two")
    file = heads.heads_file(place)
    for damaged in torn(lines[2]):
        file.write_text("".join(f"{line}\n" for line in [*lines[:2], damaged]))
        assert "heads.jsonl, line 3: is no line of a list of heads" in verified(capsys), damaged
        assert health(app)["heads"] == "line 3 is damaged"
        with pytest.raises(Refused, match="from line 3 on"):
            publish_head(actor=SYSTEM, now=NOW)
        assert main(["publish", "--out", str(place / "elsewhere")]) == 3
        by_hand(update(PublishedHead.__table__).where(PublishedHead.__table__.c.id == 3).values(content=damaged))
        with pytest.raises(Refused, match="Line 3 of the list of published heads is invalid"):
            publish_head(actor=SYSTEM, now=NOW)
        assert main(["audit", "new-line", "--reason", "Because."]) == 3
        by_hand(update(PublishedHead.__table__).where(PublishedHead.__table__.c.id == 3).values(content=lines[2]))
    file.write_bytes("".join(f"{line}\n" for line in lines).encode().replace(b'"line":1', b'"line":\xff', 1))
    assert "heads.jsonl, line 1" in verified(capsys)


def test_the_one_file_names_a_line_that_is_none_and_a_proof_that_is_none(place: Path, capsys: Any) -> None:
    lines = published("One", "Two")
    for damaged in torn(lines[2]):
        assert "line 3" in "".join(verify.list_faults([*lines[:2], damaged])), damaged
    proof = place / "proof.txt"
    for nothing in ("", "[]", "{}", "\N{SNOWMAN}", '{"size": 1, "root": "", "text": ""}'):
        proof.write_text(nothing)
        assert verify.main([str(proof), str(heads.heads_file(place))]) == 1
        assert "this is no proof of a result" in capsys.readouterr().out


def test_a_reason_with_any_character_is_one_line_of_the_list(place: Path, capsys: Any) -> None:
    published("One")
    words = "Every year\u2028and after\u0085each\x0b loss\r\nof a key"
    rotate_key(words, lost=False, actor=SYSTEM, now=NOW)
    lines = published("Two")
    assert json.loads(lines[2])["reason"] == words and len(lines) == 4
    assert list(faults_of(lines, heads.signed)) == [] == list(verify.list_faults(lines))
    assert "heads.jsonl" not in verified(capsys)


@pytest.mark.parametrize("torn_mark", ["", "[]", "{", '{"sequence": 1e999}', "[" * 5_000, '{"sequence": 1}', "\xff"])
def test_a_mark_that_is_damaged_is_named_and_nothing_falls(place: Path, capsys: Any, torn_mark: str) -> None:
    published("One")
    mark_file(place).write_text(torn_mark, encoding="latin-1")
    assert "sealed.json: something else than the portal has written it" in verified(capsys)
    published("Two")


def test_a_folder_in_the_place_of_the_mark_is_named(place: Path, capsys: Any) -> None:
    published("One")
    mark_file(place).unlink()
    mark_file(place).mkdir()
    assert "sealed.json: something else than the portal has written it" in verified(capsys)


def test_a_seal_that_was_killed_before_its_mark_was_written_is_no_fault(place: Path, capsys: Any) -> None:
    published("One")
    before = mark_file(place).read_bytes()
    published("Two")
    mark_file(place).write_bytes(before)
    assert "sealed.json" not in verified(capsys)


def test_auditors_are_told_the_head_once_a_day_in_words_that_hold_all_of_it() -> None:
    with acting_as(SYSTEM):
        auditor = make.employee("Auditor", roles=("employee", "auditor"))
        user = auditor.user_id
    published("One", "Two")
    seal(actor=SYSTEM, now=NOW)
    make.department()
    seal(actor=SYSTEM, now=NOW)
    publish_head(actor=SYSTEM, now=NOW + timedelta(days=1, minutes=5))
    with acting_as(SYSTEM):
        told = db.session.query(Notification).filter_by(process="audit").order_by(Notification.id).all()
    here = standing(heads.read(config.current().var_dir))
    assert [row.user_id for row in told] == [user, user]
    assert [row.facts["sha256"] for row in told] == [here.heads[0].sha256, here.heads[1].sha256]


def test_what_the_tree_keeps_is_thirty_two_bytes_a_node(session: Any) -> None:
    published("One")
    kept = session.execute(SEALS.select().order_by(SEALS.c.id)).all()
    assert all(len(split(row.nodes)) == (row.id & -row.id).bit_length() for row in kept)
