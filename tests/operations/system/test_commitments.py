"""Personal texts stand in the trail as salted commitments: nobody can try them out once text and salt are gone (6.3-b)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import Text, cast, select, text, update

from admin.access.actor import system_actor
from admin.models import AuditEvent, AuditSalt, Complaint, ComplaintParty, Proposal, SelfAssessment, db
from admin.models.commitments import EARLIER, SALTED, commitment
from admin.operations.system.audit import record_baseline
from admin.queries.system.audit_chain import chained_events, verify
from admin.queries.system.audit_rows import departures
from tests import factories as make
from tests.factories import NOW
from tests.operations.system.test_audit_chain import edit, sealed


@pytest.fixture
def watch() -> None:
    """Here rows are changed behind the portal's back on purpose."""


def form(summary: str = "A good year.") -> SelfAssessment:
    with make.fixture() as op:
        case = make.review(make.open_cycle(), make.employee("Somebody"))
        return op.add(SelfAssessment(review_id=case.id, answers={"a": 3}, summary=summary, saved_at=op.now))


def told(column: str = "summary") -> list[Any]:
    """What the events say of the form's column."""
    found = db.session.execute(
        select(AuditEvent.__table__.c.changes)
        .where(AuditEvent.__table__.c.record_type == "self_assessments")
        .order_by(AuditEvent.__table__.c.id)
    )
    return [changes[column] for (changes,) in found if column in changes]


def write(row: SelfAssessment, answers: Any) -> None:
    with make.fixture():
        assert row.answers != answers  # read, so that the event says what was
        row.answers = answers


def salts() -> dict[str, str]:
    found = select(AuditSalt.column_name, AuditSalt.salt).where(AuditSalt.record_type == "self_assessments")
    return {row.column_name: row.salt for row in db.session.connection().execute(found)}


def test_the_same_text_has_another_commitment_each_time_and_its_salt_stands_apart(session: Any):
    row = form()
    ((_, first),) = told()
    assert first == commitment("A good year.", salts()["summary"]) and first.startswith(SALTED)
    assert commitment("A good year.") != commitment("A good year.")
    assert salts()["summary"] not in json.dumps(told()) and row.summary == "A good year."


def test_a_text_that_is_written_over_takes_its_salt_with_it(session: Any):
    row = form()
    before = salts()["summary"]
    with make.fixture() as op:
        op.get(SelfAssessment, row.id).summary = "Another year."
    assert before not in salts().values()
    assert told()[1] == [EARLIER, commitment("Another year.", salts()["summary"])]
    assert list(departures(session)) == []


def test_erasure_takes_text_and_salt_and_the_tree_stays_as_it_was(session: Any):
    row = form()
    sealed()
    root = verify(chained_events(session)).head
    with make.fixture() as op:
        op.session.delete(op.get(SelfAssessment, row.id))
    assert salts() == {}
    verdict = verify(chained_events(session))
    assert verdict.faults == [] and verdict.head == root and list(departures(session)) == []
    tried = {hashlib.sha256(json.dumps(word).encode()).hexdigest() for word in ("A good year.", "Another")}
    assert not any(word in json.dumps(told()) for word in tried)


def test_a_text_or_its_salt_that_was_edited_by_hand_is_named(session: Any):
    form()
    for statement in ("UPDATE audit_salts SET salt = 'x'", "DELETE FROM audit_salts"):
        edit(statement)
        assert {fault.what.split()[0] for fault in departures(session, {"self_assessments"})} == {"answers", "summary"}


def test_texts_of_before_are_held_against_their_unsalted_hash(session: Any):
    row = form()
    plain = "sha256:" + hashlib.sha256(b'"A good year."').hexdigest()
    with make.fixture() as op:
        op.note("update", "self_assessments", row.id, {"summary": [None, plain]})
    assert list(departures(session)) == []
    edit("UPDATE self_assessments SET summary = 'By hand'")
    assert [fault.what.split()[0] for fault in departures(session, {"self_assessments"})] == ["summary"]


def test_no_event_can_be_told_from_its_hash_although_all_but_one_word_is_known(session: Any):
    form()
    nonces = db.session.connection().scalars(text("SELECT nonce FROM audit_events WHERE operation = 'fixture'")).all()
    assert len(nonces) == len(set(nonces)) and all(len(nonce) == 32 for nonce in nonces)


def party() -> int:
    """Somebody is accused in a complaint; the number of the row."""
    with make.fixture() as op:
        complaint = op.add(
            Complaint(
                number="N-1", stage="received", subject="pressure", **make.sealed("…"), received_at=op.now,
                acknowledge_due=op.now, answer_due=op.now,
            )
        )  # fmt: skip
        accused = ComplaintParty(complaint_id=complaint.id, employee_id=make.employee("Somebody").id, role="accused")
        return op.add(accused).id


def test_who_is_meant_by_a_complaint_is_held_by_the_trail_that_does_not_say_it_and_forgotten_with_the_row(session: Any):
    key = party()
    told = session.connection().scalars(
        text("SELECT changes FROM audit_events WHERE record_type = 'complaint_parties'")
    )
    assert "accused" not in str(told.all())
    edit("UPDATE complaint_parties SET role = 'barred'")
    assert [fault.what.split()[0] for fault in departures(session, {"complaint_parties"})] == ["role"]
    edit("UPDATE complaint_parties SET role = 'accused'")
    with make.fixture() as op:
        op.session.delete(op.get(ComplaintParty, key))
    assert not session.scalars(select(AuditSalt).where(AuditSalt.record_type == "complaint_parties")).all()


def test_what_earlier_events_only_said_to_be_withheld_is_held_from_the_baseline_on(session: Any):
    party()
    key = session.scalar(select(Complaint.id).execution_options(unscoped=True))
    session.rollback()
    said = {name: [None, "withheld"] for name in ("employee_id", "role")}
    told = AuditEvent.__table__.c
    with db.engine.begin() as connection:
        of_party = update(AuditEvent.__table__).where(told.record_type == "complaint_parties")
        connection.execute(of_party.values(changes={"complaint_id": [None, key], **said}))
    assert record_baseline(actor=system_actor(), now=NOW) >= 1
    assert list(departures(session, {"complaint_parties"})) == []
    edit("UPDATE complaint_parties SET role = 'barred'")
    assert [fault.what.split()[0] for fault in departures(session, {"complaint_parties"})] == ["role"]


@pytest.mark.parametrize("erased", [False, True])
def test_a_reason_stands_in_the_trail_as_a_commitment_and_can_be_erased_with_its_salt(session: Any, erased: bool):
    with make.fixture() as op:
        case = make.review(make.open_cycle(), make.employee("Somebody"))
        key = make.proposal(case, make.employee("Head"), "J2", reason="Knows it all.").id
    sealed()
    (changes,) = session.execute(
        select(AuditEvent.__table__.c.changes).where(AuditEvent.__table__.c.record_type == "proposals")
    ).scalars()
    assert changes["reason"][1].startswith(SALTED) and "Knows" not in json.dumps(changes)
    if erased:
        with make.fixture() as op:
            op.get(Proposal, key).reason = ""
        assert not session.scalars(select(AuditSalt).where(AuditSalt.record_type == "proposals")).all()
        assert list(departures(session)) == [] and verify(chained_events(session)).faults == []
    else:
        edit("UPDATE proposals SET reason = 'Knows little.'")
        assert [fault.what.split()[0] for fault in departures(session, {"proposals"})] == ["reason"]


def test_what_is_empty_needs_no_salt_and_is_held_like_any_value(session: Any):
    row = form("")
    write(row, {})
    assert told("summary") == [[None, ""]] and told("answers")[-1] == [EARLIER, {}]
    assert salts() == {}
    write(row, {"a": 5})
    assert told("answers")[-1] == [{}, commitment({"a": 5}, salts()["answers"])]
    assert list(departures(session)) == []
    edit("UPDATE self_assessments SET answers = '{}'")
    assert [fault.where for fault in departures(session)] == [f"self_assessments {row.id}"]


def test_what_was_empty_when_everything_had_a_salt_still_holds(session: Any):
    row = form()
    was = commitment({})
    write(row, {})
    with make.fixture() as op:
        op.note("update", "self_assessments", row.id, {"answers": [EARLIER, was]})
    assert list(departures(session)) == []
    edit("UPDATE self_assessments SET answers = '[]'")
    assert len(list(departures(session))) == 1


def test_the_trail_stores_what_it_hashes_letter_by_letter(session: Any):
    with make.fixture() as op:
        op.note("update", "departments", 1, {"乙": [None, "帳務組"], "甲": [{"b": 1, "a": "é"}, 2.5]})
    stored = db.session.connection().scalar(select(cast(AuditEvent.changes, Text)).order_by(AuditEvent.id.desc()))
    assert stored == '{"乙": [null, "帳務組"], "甲": [{"a": "é", "b": 1}, 2.5]}'
