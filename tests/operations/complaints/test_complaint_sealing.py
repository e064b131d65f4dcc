"""Complaints at rest: nothing to be read in any table or file, and nothing left when their time is over (6.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update

from admin.access.actor import Actor, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.upload_checks import check_upload
from admin.models import Complaint, ComplaintFile, HistoryStep, db, sealing
from admin.operations.complaints import complaints
from admin.operations.complaints.complaint_findings import assign, cast_ballot, close, find
from admin.operations.complaints.complaint_receipts import follow_up
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.complaints.complaints import (
    ComplaintInput,
    file_complaint,
    name_accused,
    reply,
    reply_as_complainant,
)
from admin.queries.complaints.complaints import content_for, file_bytes
from admin.queries.system.audit_rows import departures
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import committee

OFFICER = Actor(name="officer", roles=frozenset({"complaint_officer"}))
WORDS = ComplaintInput(
    "pressure", "PLANTED-content 被要求改分", accused="PLANTED-accused", period="PLANTED-period", happened="PLANTED-when",
    evidence="PLANTED-evidence", named=True, name="PLANTED-name", contact="PLANTED-contact",
)  # fmt: skip
SECRETS = [
    "content",
    "accused",
    "period",
    "when",
    "evidence",
    "name",
    "contact",
    "file",
    "bytes",
    "message",
    "answer",
    "finding",
]
LETTER = check_upload("PLANTED-file.txt", "PLANTED-bytes 紀錄".encode())


def every_byte(var_dir: Path) -> Iterator[bytes]:
    """All that the database holds, cell by cell, and all files under VAR_DIR but those of the keys."""
    with db.engine.connect() as connection:
        for table in inspect(db.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield from (bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)
    for path in var_dir.rglob("*"):
        if path.is_file() and path.parent.name != "keys":
            yield path.read_bytes()


def row(key: int) -> Complaint:
    db.session.rollback()
    return db.session.scalars(select(Complaint).where(Complaint.id == key).execution_options(unscoped=True)).one()


@pytest.fixture
def closed(session: Any) -> tuple[int, str]:
    """A complaint with everything in it, closed now, and its receipt."""
    make.confirmed_calendar(2026)
    body, officer = committee(), make.employee("周承辦", roles=("employee", "complaint_officer"))
    agent, subject = make.employee("吳承辦", roles=("employee", "complaint_officer")), make.employee("孫專員")
    filed, receipt = file_complaint(WORDS, [LETTER], now=NOW)
    key = filed.id
    reply_as_complainant(key, "PLANTED-message", [LETTER], now=NOW)
    reply(key, "PLANTED-answer", actor=make.actor_of(officer), now=NOW)
    name_accused(key, [subject.id], actor=make.actor_of(officer), now=NOW)
    assign(key, agent.id, "PLANTED-reason", actor=body.chair, now=NOW)
    find(key, "PLANTED-finding", True, actor=make.actor_of(agent), now=NOW)
    for name in ("Hua", "Centre", "Related"):
        cast_ballot(key, True, actor=body.actor(name), now=NOW)
    close(key, actor=body.chair, now=NOW)
    return key, receipt


def test_what_was_written_named_attached_answered_and_found_stands_nowhere_in_the_clear(closed, var_dir):
    planted = [f"PLANTED-{word}".encode() for word in SECRETS]
    assert [(each, word) for each in every_byte(Path(var_dir)) for word in planted if word in each] == []


def test_its_officer_reads_it_all_again(session):
    filed, _receipt = file_complaint(WORDS, [LETTER], now=NOW)
    read = content_for(row(filed.id), OFFICER)
    assert dict(read.written)["content"] == WORDS.content and read.identity == "PLANTED-name\nPLANTED-contact"
    (sent,) = read.files
    assert (sent.name, file_bytes(db.session(), row(filed.id), sent.id, OFFICER)) == (
        "PLANTED-file.txt", ("PLANTED-file.txt", LETTER.data),
    )  # fmt: skip


def test_whoever_does_not_read_the_content_gets_no_file(session):
    filed, _receipt = file_complaint(WORDS, [LETTER], now=NOW)
    complaint = row(filed.id)
    chair = Actor(name="chair", roles=frozenset({"chair", "committee_member"}))
    assert file_bytes(db.session(), complaint, complaint.files[0].id, chair) is None
    assert content_for(complaint, chair).files == ()


def test_a_file_is_not_to_be_had_under_another_complaint(session):
    first, _receipt = file_complaint(WORDS, [LETTER], now=NOW)
    other, _receipt = file_complaint(WORDS, now=NOW)
    assert file_bytes(db.session(), row(other.id), row(first.id).files[0].id, OFFICER) is None


@pytest.mark.parametrize("column", ["sealed_words", "sealed_identity", "sealed_key"])
def test_what_is_sealed_opens_in_its_own_complaint_and_place_alone(session, column):
    first, _receipt = file_complaint(WORDS, now=NOW)
    other, _receipt = file_complaint(WORDS, now=NOW)
    taken, own = (getattr(row(each.id), column) for each in (first, other))

    def put(value):
        db.session.rollback()
        with db.engine.begin() as connection:
            table = Complaint.__table__
            connection.execute(update(table).where(table.c.id == other.id).values({column: value}))

    put(taken)
    with pytest.raises(Refused) as refused:
        content_for(row(other.id), OFFICER)
    assert refused.value.refusal.clause == "6.3.1"
    assert [fault.what.split()[0] for fault in departures(db.session(), {"complaints"})] == [column]
    put(own)


def test_the_identity_has_a_key_of_its_own(session, monkeypatch):
    filed, _receipt = file_complaint(WORDS, now=NOW)
    complaint = row(filed.id)
    real = sealing._kept
    monkeypatch.setattr(sealing, "_kept", lambda name: real(name) if name == sealing.COMPLAINTS else bytes(32))
    assert sealing.unseal(complaint.sealed_words, complaint.sealed_key, complaint.bound_to, "words")
    with pytest.raises(Refused):
        content_for(complaint, OFFICER)


def test_two_complaints_alike_are_sealed_differently(session):
    first, second = (row(file_complaint(WORDS, now=NOW)[0].id) for _ in range(2))
    assert first.sealed_words != second.sealed_words and first.sealed_key != second.sealed_key


def test_too_many_files_are_refused_and_nothing_is_kept(session):
    with pytest.raises(Invalid):
        file_complaint(WORDS, [LETTER] * 6, now=NOW)
    assert db.session.scalars(select(ComplaintFile).execution_options(unscoped=True)).all() == []


def test_a_flood_of_files_is_stopped_for_the_day_and_words_still_pass(session, monkeypatch):
    monkeypatch.setattr(complaints, "LARGEST_DAY", 2 * LETTER.size)
    for _ in range(2):
        file_complaint(WORDS, [LETTER], now=NOW)
    with pytest.raises(Invalid) as refused:
        file_complaint(WORDS, [LETTER], now=NOW)
    assert set(refused.value.fields) == {"files"}
    assert file_complaint(WORDS, now=NOW)[0].id
    assert file_complaint(WORDS, [LETTER], now=NOW + timedelta(days=1))[0].id


def test_a_form_sent_twice_with_its_file_is_one_complaint_and_with_another_file_two(session):
    other = check_upload("other.txt", b"other")
    keys = [file_complaint(WORDS, files, once="x" * 24, now=NOW)[0].id for files in ([LETTER], [LETTER], [other])]
    assert keys[0] == keys[1] != keys[2] and len(row(keys[0]).files) == 1


def test_when_its_time_is_over_a_complaint_is_erased_and_the_outcome_stays(closed, var_dir):
    key, receipt = closed
    hashed, later = row(key).receipt_hash, NOW.replace(year=2029)
    assert erase_expired(actor=system_actor(), now=later - timedelta(days=1)) == 0
    assert follow_up(receipt, now=NOW).id == key
    assert erase_expired(actor=system_actor(), now=later) == 1
    left = row(key)
    assert (left.sealed_key, left.sealed_words, left.sealed_identity, left.sealed_finding) == (None,) * 4
    assert (left.messages, left.files, left.parties, left.cases, left.named) == ([], [], [], [], False)
    assert left.number and left.breach is True and left.closed_at <= NOW and len(left.ballots) == 3
    steps = select(HistoryStep.reason).where(HistoryStep.process == "complaint")
    assert set(db.session.scalars(steps.execution_options(unscoped=True))) == {""}
    assert not [each for each in every_byte(Path(var_dir)) if hashed.encode() in each or b"PLANTED" in each]
    assert content_for(left, OFFICER).written == () and content_for(left, OFFICER).identity is None
    assert erase_expired(actor=system_actor(), now=later) == 0


def test_the_receipt_of_an_erased_complaint_is_one_that_never_was(closed):
    _key, receipt = closed
    erase_expired(actor=system_actor(), now=NOW.replace(year=2029))
    with pytest.raises(NotFound) as gone:
        follow_up(receipt, now=NOW.replace(year=2029))
    with pytest.raises(NotFound) as never:
        follow_up("nonsense", now=NOW.replace(year=2029))
    assert str(gone.value) == str(never.value)


def test_a_complaint_that_nobody_closed_ends_too_counted_from_the_day_on_which_its_answer_was_due(session):
    make.confirmed_calendar(2026)
    filed, receipt = file_complaint(WORDS, now=NOW)
    assert filed.answer_due.date().isoformat() == "2026-12-23"
    assert erase_expired(actor=system_actor(), now=NOW.replace(year=2029, month=12, day=22)) == 0
    assert dict(content_for(row(filed.id), OFFICER).written)["content"] == WORDS.content
    assert erase_expired(actor=system_actor(), now=NOW.replace(year=2029, month=12, day=26)) == 1
    assert (row(filed.id).sealed_words, row(filed.id).closed_at, row(filed.id).bound_to) == (None, None, "")
    with pytest.raises(NotFound):
        follow_up(receipt, now=NOW)


def test_a_later_message_keeps_a_complaint_that_nobody_closed(session):
    make.confirmed_calendar(2026)
    key, later = file_complaint(WORDS, now=NOW)[0].id, NOW.replace(year=2028)
    reply_as_complainant(key, "還沒有答覆。", now=later)
    assert erase_expired(actor=system_actor(), now=NOW.replace(year=2030)) == 0
    assert erase_expired(actor=system_actor(), now=NOW.replace(year=2032)) == 1


def test_one_complaint_takes_so_many_words_and_files_and_no_more(session, monkeypatch):
    monkeypatch.setattr(complaints, "LONGEST_CASE", 30)
    monkeypatch.setattr(complaints, "LARGEST_OF_CASE", LETTER.size * 2)
    key = file_complaint(WORDS, [LETTER], now=NOW)[0].id
    reply_as_complainant(key, "x" * 20, [LETTER], now=NOW)
    with pytest.raises(Invalid):
        reply_as_complainant(key, "y" * 11, now=NOW)
    with pytest.raises(Invalid) as refused:
        reply_as_complainant(key, "z", [LETTER], now=NOW)
    assert set(refused.value.fields) == {"files"} and len(row(key).files) == 2
