"""The audit trail is one chain: what was edited, deleted or added by hand is found and named (6.3.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from admin.access.actor import system_actor
from admin.domain.refusals import Refused, refuse
from admin.models import AuditEvent, AuditSeal, db
from admin.models.audit import ChangeContext, event_rows
from admin.operations.system import audit
from admin.operations.system.audit import seal
from admin.operations.transaction import operation
from admin.queries.system import audit_chain
from admin.queries.system.audit_chain import ChainFault, Head, chain_head, chained_events, exported, unsealed, verify
from admin.queries.system.audit_rows import departures
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import Centre, check, small_centre, told
from tests.web.counting import statements

SYSTEM = system_actor("worker")


def sealed() -> int:
    return seal(actor=SYSTEM, now=NOW)


def faults(*heads: Head) -> list[str]:
    return [str(fault) for fault in verify(chained_events(db.session()), heads).faults]


def edit(statement: str, **values: Any) -> None:
    """What somebody with the database's password does."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.fixture
def watch() -> None:
    """Here rows are changed behind the portal's back on purpose."""


@pytest.fixture
def chain(session: Any) -> Head:
    """A few sealed events, and the head that was published."""
    for name in ("One", "Two", "Three", "Four"):
        make.department(name)
    sealed()
    head = chain_head(session)
    assert head is not None
    return head


def test_events_are_sealed_in_dense_order_once_each(session: Any):
    make.department("One")
    first = sealed()
    assert first > 0 and sealed() == 0
    make.department("Two")
    assert sealed() > 0
    rows = list(chained_events(session))
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert faults() == []


def test_an_operation_that_fails_leaves_no_link(session: Any):
    sealed()
    before = chain_head(session)
    with pytest.raises(Refused), operation("try", actor=SYSTEM, now=NOW):
        make.department("Never")
        refuse("9.9", "No.")
    assert sealed() == 0 and chain_head(session) == before


def test_an_event_committed_late_under_a_lower_number_is_sealed_after_the_others(session: Any, chain: Head):
    lowest = db.session.connection().scalar(text("SELECT min(event_id) FROM audit_seals WHERE id > 1"))
    edit("DELETE FROM audit_seals")
    with db.engine.begin() as connection:
        link = {"id": 1, "event_id": lowest, "sealed_at": NOW, "nodes": bytes(32)}
        connection.execute(insert(AuditSeal.__table__), link)
    assert lowest - 1 in dict(unsealed(session, 100))


def test_sealing_looks_at_no_event_twice(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "BATCH", 20)
    with make.fixture() as op:
        op.note_many(("read", "departments", 1, {}) for _ in range(100))
    with statements(app) as sent:
        assert sealed() >= 100
    looked = [each for each in sent if "NOT (EXISTS" in each]
    # The first look and the first batch go by the day; every later one goes on behind the batch before.
    assert len(looked) > 10 and all("audit_events.id > " in each for each in looked[2:])
    assert faults() == []


@pytest.mark.parametrize("column", ["actor_name", "clause", "operation", "act"])
def test_an_edited_event_is_named(session: Any, chain: Head, column: str):
    edit(f"UPDATE audit_events SET {column} = 'x' WHERE id = (SELECT event_id FROM audit_seals WHERE id = 2)")
    (found,) = faults(chain)
    assert "what it says was changed afterwards" in found and "event " in found


def test_so_is_one_whose_hash_was_edited_with_it(session: Any, chain: Head):
    edit(
        "UPDATE audit_events SET content_hash = :no WHERE id = (SELECT event_id FROM audit_seals WHERE id = 2)",
        no="0" * 64,
    )
    assert len(faults(chain)) == 1


def test_changes_that_are_no_json_any_more_are_a_fault_and_no_crash(session: Any, chain: Head):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps such a value out by itself")
    edit("UPDATE audit_events SET changes = '{' WHERE id = (SELECT event_id FROM audit_seals WHERE id = 2)")
    assert len(faults(chain)) == 1


def test_an_event_deleted_in_the_middle_is_named(session: Any, chain: Head):
    gone = db.session.connection().scalar(text("SELECT event_id FROM audit_seals WHERE id = 2"))
    db.session.rollback()
    edit("DELETE FROM audit_seals WHERE id = 2")
    edit("DELETE FROM audit_events WHERE id = :id", id=gone)
    found = faults(chain)
    assert found[0] == "links 2 to 2: missing" and "does not follow" in found[1]


def test_a_tail_that_was_deleted_is_missed_by_the_published_head(session: Any, chain: Head):
    _cut(chain.sequence - 2)
    assert faults() == []
    (found,) = faults(chain)
    assert f"no link {chain.sequence}" in found and "tail was deleted, or this is an older backup" in found


def test_a_tail_that_was_deleted_and_made_anew_differs_from_the_published_head(session: Any, chain: Head):
    _cut(chain.sequence - 2)
    for name in ("Other", "Another", "A third"):
        make.department(name)
    sealed()
    (found,) = faults(chain)
    assert found == f"published head {chain.sequence}: the chain up to here was rebuilt after it was published"


def _cut(last: int) -> None:
    """Remove everything after a link, and the rows that speak of it."""
    keys = [row["id"] for row in chained_events(db.session()) if row["sequence"] is None or row["sequence"] > last]
    db.session.rollback()
    edit(f"DELETE FROM audit_seals WHERE id > {last}")
    edit(f"DELETE FROM audit_events WHERE id IN ({', '.join(map(str, keys))})")


def test_an_event_slipped_in_later_under_an_old_date_is_named(session: Any, chain: Head):
    context = ChangeContext("vote", 1, "Nobody", "web", NOW)
    (row,) = event_rows(context, [("insert", "ballots", 1, {})])
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEvent.__table__), {**row, "recorded_at": datetime.now(UTC) - timedelta(days=9)})
    assert sealed() == 0
    assert any("added afterwards" in found for found in faults(chain))


@pytest.mark.slow
def test_a_vote_edited_in_the_database_is_found_and_named(session: Any):
    told(small_centre(), until=check)
    assert list(departures(session)) == []
    edit("UPDATE ballots SET in_favour = NOT in_favour WHERE id = (SELECT min(id) FROM ballots)")
    (found,) = departures(session)
    assert found.where.startswith("ballots ") and "in_favour is" in found.what and "by event" in found.what


@pytest.mark.slow
def test_every_row_of_a_whole_cycle_is_what_its_events_say(session: Any):
    centre: Centre = told(small_centre())
    assert centre and list(departures(session)) == []


def test_a_row_made_or_removed_by_hand_is_named(session: Any):
    place = make.department("One")
    edit("INSERT INTO departments (code, name, in_centre) VALUES ('BY', 'By hand', false)")
    edit(f"DELETE FROM departments WHERE id = {place.id}")
    assert {fault.what for fault in departures(session)} == {
        "stands in the table, and no event says that it was made",
        "is gone, and no event says so",
    }


def test_an_exported_trail_is_verified_without_a_database(session: Any, chain: Head):
    lines = [exported(row) for row in chained_events(session)]
    assert verify(map(json.loads, lines), [chain]).faults == []
    row = json.loads(lines[1])
    row["actor_name"] = "Somebody else"
    lines[1] = json.dumps(row)
    (found,) = verify(map(json.loads, lines), [chain]).faults
    assert isinstance(found, ChainFault) and "was changed afterwards" in found.what


@pytest.mark.slow
def test_the_trail_is_verified_in_two_statements_and_two_hashes_an_event_however_long_it_is(
    session: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    add_events(1_000)
    short = cost_of_verifying(app, monkeypatch)
    add_events(1_000)
    long = cost_of_verifying(app, monkeypatch)
    assert (short.statements, long.statements) == (2, 2)
    assert short.hashes == 2 * short.events and long.hashes == 2 * long.events and long.events == short.events + 1_000


def add_events(number: int) -> None:
    context = ChangeContext("load", 1, "Loader", "cli", NOW, "1.2")
    events = (("insert", "employees", 1_000_000 + n, {"name": [None, f"Agent {n}"]}) for n in range(number))
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(insert(AuditEvent.__table__), event_rows(context, events))
    assert sealed() >= number


@dataclass(frozen=True)
class Cost:
    """What one verification of the whole chain took."""

    events: int
    statements: int
    hashes: int


def cost_of_verifying(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cost:
    made: list[str] = []

    def counted(name: str) -> Any:
        real = getattr(audit_chain, name)
        return lambda *given: (made.append(name), real(*given))[1]

    with monkeypatch.context() as patch, statements(app) as sent:
        for name in ("content_hash_of_text", "content_hash", "leaf_hash"):
            patch.setattr(audit_chain, name, counted(name))
        verdict = verify(chained_events(db.session()))
    assert verdict.faults == []
    return Cost(verdict.events, len(sent), len(made))
