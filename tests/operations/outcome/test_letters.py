"""A document's letters: what each says, that they print, who acknowledges and asks (3.3.6, 4.3-a)."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import current_app
from sqlalchemy import select

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.codes import PrintKind, ServiceWay
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.faults import FileFault
from admin.files.printing import print_pdf
from admin.files.uploads import Upload
from admin.jobs import rendering
from admin.jobs.rendering import altered_documents, print_document, print_letters, print_path, render_document
from admin.jobs.sweep import WORK
from admin.models import Acknowledgement, DocumentPrint, Employee, GradeChange, IssuedDocument, Job, Notification, db
from admin.operations.outcome import letters
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from admin.operations.outcome.documents import RENDER_JOB
from admin.operations.outcome.letter_reminders import remind_unread
from admin.queries.outcome import letters as letters_read
from admin.queries.outcome.documents import printed_heads
from admin.queries.outcome.letter_pages import letter_page, served_page
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import rows
from tests.operations.outcome.test_adjustments import boss, hr, people, propose
from tests.views.clients import client_of

__all__ = ["boss", "hr", "people"]
SYSTEM = system_actor()
ENGLISH = {"Accept-Language": "en"}
SIGNED = b"%PDF-1.4 signed"
SHA256 = hashlib.sha256(SIGNED).hexdigest()
SCAN = Upload("pdf", "application/pdf", f"{SHA256}.pdf", "Ann.pdf", SIGNED, SHA256)


@pytest.fixture(autouse=True)
def place(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for papers, keys and the list of heads."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    return tmp_path


@pytest.fixture
def document(session: Any, hr: Any, boss: Any, people: Any) -> int:
    """The number of a document that names Ann, Bo and Cy."""
    changes = propose(hr, *((person.number, "M2") for person in people), reason="The hotline is merged")
    for change in changes:
        decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
    return int(document.id)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has; raises where it is none."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def of(person: Any, document: int) -> Any:
    (change,) = rows(
        select(GradeChange).where(GradeChange.document_id == document, GradeChange.employee_id == person.id)
    )
    return change


def read(document: int, person: Any) -> dict[str, Any]:
    with acting_as(SYSTEM):
        db.session.rollback()
        row = db.session.get_one(IssuedDocument, document)
        ((_, letter),) = letters_read.letters_of(db.session(), row, [of(person, document).id], None)
        return letter


def test_a_letter_says_to_whom_what_why_from_when_and_how_to_appeal(document: int, people: Any) -> None:
    letter = read(document, people[0])
    assert letter["title"] == "職級調整通知書"
    assert letter["statement"] == (
        "經人力資源部門提出、管理層核准，台端之職級由「中級客服一級」調整為「中級客服二級」，自 2027-01-01 起生效。"
    )
    assert ("理由", "The hotline is merged") in letter["facts"]
    assert "第 4.3 條" in letter["legal_basis"] and "5 個工作日" in letter["appeal"]


@pytest.mark.parametrize("kind", sorted(letters_read.letter_words.WORDING))
@pytest.mark.parametrize("language", ["zh_hant", "zh_hans", "en"])
def test_each_kind_of_change_has_its_own_words_in_three_languages(kind: str, language: str) -> None:
    said, wording = letters_read.said, letters_read.letter_words.WORDING[kind]
    given = {"by": "B", "before": "K1", "after": "K2", "day": "2027-01-01", "document": "D"}
    statement = said(wording.statement, language).format(**given)
    assert statement.startswith("B") and "K2" in statement and "2027-01-01" in statement
    titles = [said(each.title, language) for each in letters_read.letter_words.WORDING.values()]
    assert len(set(titles)) == len(titles)


def test_the_document_prints_as_pdf_the_same_bytes_each_time_and_a_change_in_the_file_is_named(
    document: int, place: Path
) -> None:
    render_document(document, actor=SYSTEM, now=NOW)
    path = print_document(document, actor=SYSTEM, now=NOW)
    first = path.read_bytes()
    path.unlink()
    assert print_document(document, actor=SYSTEM, now=NOW + timedelta(days=3)).read_bytes() == first
    path.write_bytes(first + b"!")
    with acting_as(SYSTEM):
        db.session.rollback()
        faults = [str(fault) for fault in altered_documents(db.session())]
    assert len(faults) == 1 and path.name in faults[0] and "altered" in faults[0]


def test_letters_are_printed_by_department_once_and_go_on_after_a_kill(
    document: int, people: Any, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    monkeypatch.setattr(letters_read, "MOST_IN_A_PRINT", 1)
    made: list[bytes] = []

    def killed(*given: Any, **more: Any) -> bytes:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(print_pdf(*given, **more))
        return made[-1]

    monkeypatch.setattr(rendering, "print_pdf", killed)
    with pytest.raises(KeyboardInterrupt):
        print_letters(document, actor=SYSTEM, now=NOW)
    db.session.rollback()
    monkeypatch.setattr(rendering, "print_pdf", print_pdf)
    print_letters(document, actor=SYSTEM, now=NOW)
    prints = rows(select(DocumentPrint).where(DocumentPrint.kind == PrintKind.LETTERS).order_by(DocumentPrint.part))
    assert [len(row.changes) for row in prints] == [1, 1, 1]
    assert [print_path(document, PrintKind.LETTERS, n).read_bytes() for n in range(2)] == made
    heads = {(row.proof_sequence, row.proof_sha256) for row in prints}
    assert len(heads) == 1 and None not in heads.pop()
    with acting_as(SYSTEM):
        db.session.rollback()
        assert prints[0].proof_sequence in {head.sequence for head in printed_heads(db.session())}
        assert list(altered_documents(db.session())) == []


def test_a_letter_with_a_sign_that_no_font_has_is_named_and_the_others_are_printed(document: int, people: Any) -> None:
    with make.fixture() as op:
        op.get(Employee, people[1].id).name = "Bo \U000f0000"
        for person in people:  # one department, one file
            op.get(Employee, person.id).department_id = people[0].department_id
    print_letters(document, actor=SYSTEM, now=NOW)
    (kept,) = rows(select(DocumentPrint).where(DocumentPrint.kind == PrintKind.LETTERS))
    (named,) = kept.unprintable
    assert people[1].number in named["addressee"]
    assert pages_of(print_path(document, PrintKind.LETTERS, 0).read_bytes()) == 2


@pytest.mark.usefixtures("no_tokens")
def test_a_sign_without_a_glyph_is_told_to_whoever_asks_for_the_file_and_stops_no_other_work(
    document: int, people: Any, hr: Any
) -> None:
    with make.fixture() as op:
        op.get(Employee, people[0].id).name = "Ann \U000f0000"
    WORK[RENDER_JOB]({"document_id": document}, SYSTEM, lambda: NOW)  # the DOCX is there, the PDF cannot be
    app, user = current_app._get_current_object(), people[0].user_id  # type: ignore[attr-defined]
    db.session.rollback()
    for answer in (client_of(app, user).get(f"/documents/{document}/letter", headers=ENGLISH),
                   client_of(app, hr.user_id).post(f"/documents/{document}/pdf", headers=ENGLISH)):  # fmt: skip
        assert answer.status_code == 422 and "the font has no sign for it" in answer.text
    assert client_of(app, hr.user_id).get(f"/documents/{document}/docx").status_code == 200


def test_rare_names_print_and_what_looks_like_a_program_stays_text() -> None:
    letter = {
        "company": "𠮷田", "title": "#panic()", "document_number": "$x$", "addressee": "*𠮷*", "statement": '#read("/etc/passwd")',
        "facts": [["<a>", "\\"]], "grounds": ["= x"], "legal_basis": "// x", "appeal": "@x", "closing": "~", "signatory": "_x_",
        "issued_on": "2026-12-01", "proof": "", "proof_code": "",
    }  # fmt: skip
    pdf = print_pdf("letter.typ", {"title": "x", "letters": [letter]}, language="zh_hant", made_at=NOW)
    assert pages_of(pdf) == 1
    with pytest.raises(FileFault) as fault:
        print_pdf(
            "letter.typ", {"title": "x", "letters": [letter | {"closing": "\U000f0000"}]}, language="en", made_at=NOW
        )
    assert fault.value.facts["text"]


def test_the_letters_are_asked_for_by_hr_alone_and_once(document: int, hr: Any, people: Any) -> None:
    with pytest.raises(NotFound):
        letters.prepare_letters(document, actor=make.actor_of(people[0]), now=NOW)
    assert letters.prepare_letters(document, actor=hr, now=NOW) == 3
    (job,) = rows(select(Job).where(Job.kind == letters.LETTERS_JOB))
    WORK[job.kind](job.payload, SYSTEM, lambda: NOW)
    assert letters.prepare_letters(document, actor=hr, now=NOW) == 0


def test_the_person_acknowledges_once_and_nobody_for_another(document: int, hr: Any, people: Any) -> None:
    ann = make.actor_of(people[0])
    first = letters.acknowledge(document, actor=ann, now=NOW)
    assert letters.acknowledge(document, actor=ann, now=NOW + timedelta(days=1)).id == first.id
    with pytest.raises(NotFound):
        letters.acknowledge(document, actor=hr, now=NOW)
    (row,) = rows(select(Acknowledgement))
    assert (row.way, row.employee_id, row.read_on) == (ServiceWay.PORTAL, people[0].id, NOW.date())


def test_hr_records_what_came_back_signed_on_paper_and_never_its_own(document: int, hr: Any, people: Any) -> None:
    change, today = of(people[1], document), NOW.date()
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(Invalid):
            letters.acknowledge_on_paper(letters.PaperInput(change.id, day, SCAN), actor=hr, now=NOW)
    row = letters.acknowledge_on_paper(letters.PaperInput(change.id, today, SCAN), actor=hr, now=NOW)
    assert (row.way, row.scan_sha256) == (ServiceWay.PAPER, SCAN.sha256)
    with pytest.raises(Refused):
        letters.acknowledge_on_paper(letters.PaperInput(change.id, today, SCAN), actor=hr, now=NOW)
    with make.fixture():
        of_hr = make.employee("Di", roles=("employee", "hr"))
    own = of(people[2], document)
    with make.fixture() as op:
        op.get(GradeChange, own.id).employee_id = of_hr.id
    with pytest.raises(Refused):
        letters.acknowledge_on_paper(letters.PaperInput(own.id, today, SCAN), actor=make.actor_of(of_hr), now=NOW)


def test_a_question_reaches_hr_and_the_answer_the_one_who_asked(document: int, hr: Any, people: Any) -> None:
    ann = make.actor_of(people[0])
    with pytest.raises(Invalid):
        letters.ask_about(document, " ", actor=ann, now=NOW)
    question = letters.ask_about(document, "Why M2?", actor=ann, now=NOW)
    with pytest.raises(NotFound):
        letters.answer_question(question.id, "So.", actor=ann, now=NOW)
    letters.answer_question(question.id, "The hotline is merged.", actor=hr, now=NOW)
    with pytest.raises(Refused):
        letters.answer_question(question.id, "Again.", actor=hr, now=NOW)
    told = rows(select(Notification).where(Notification.process == "letter").order_by(Notification.id))
    assert [(row.user_id, row.action) for row in told] == [(hr.user_id, "ask"), (ann.user_id, "answer")]


def test_the_page_counts_who_has_read_and_who_asks(document: int, people: Any, hr: Any) -> None:
    letters.acknowledge(document, actor=make.actor_of(people[0]), now=NOW)
    letters.ask_about(document, "Why?", actor=make.actor_of(people[1]), now=NOW)
    with acting_as(hr):
        db.session.rollback()
        row = db.session.get_one(IssuedDocument, document)
        page = served_page(db.session(), row, NOW.date(), "unread", {"page": 1, "questions": 1}, "")
        assert dict(page.counts) == {"all": 3, "unread": 2, "asked": 1}
        assert [person.id for _change, _read, person in page.served.rows] == [people[1].id, people[2].id]
        found = served_page(db.session(), row, NOW.date(), "all", {"page": 1, "questions": 1}, people[2].number)
        assert [person.id for _change, _read, person in found.served.rows] == [people[2].id]


def test_the_letter_counts_the_days_to_appeal_from_service(document: int, people: Any) -> None:
    with make.fixture():
        make.confirmed_calendar(2026)
    with acting_as(SYSTEM):
        db.session.rollback()
        page = letter_page(db.session(), document, people[0].id, NOW)
    assert (
        page.appeal_until is not None and (page.appeal_until - NOW.date()).days == 7
    )  # five working days and a weekend


@pytest.mark.usefixtures("no_tokens")
def test_at_the_door_one_reads_acknowledges_asks_and_downloads(document: int, people: Any, hr: Any) -> None:
    render_document(document, actor=SYSTEM, now=NOW)
    print_letters(document, actor=SYSTEM, now=NOW)
    app, users = current_app._get_current_object(), [person.user_id for person in people]  # type: ignore[attr-defined]
    db.session.rollback()
    ann = client_of(app, users[0])
    assert ann.get("/letters/", headers={"Accept-Language": "en"}).text.count("to be read") == 1
    page = ann.get(f"/letters/{document}", headers={"Accept-Language": "en"}).text
    assert "I have read it" in page and "職級調整通知書" in page
    assert ann.post(f"/letters/{document}/acknowledge").status_code == 303
    assert ann.post(f"/letters/{document}/ask", data={"text": "Why?"}).status_code == 303
    with ann.get(f"/documents/{document}/letter") as file:
        assert file.mimetype == "application/pdf" and pages_of(file.data) == 1
    assert ann.get(f"/documents/{document}/letters").status_code == 404
    office = client_of(app, hr.user_id)
    page = office.get(f"/served/{document}", headers={"Accept-Language": "en"}).text
    assert "Why?" in page and "Signed on paper" in page
    with office.get(f"/documents/{document}/letters") as file, zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert [pages_of(archive.read(name)) for name in archive.namelist()] == [1, 1, 1]
    assert office.get(f"/documents/{document}/pdf").status_code == 404
    assert office.post(f"/documents/{document}/pdf").status_code == 303
    with office.get(f"/documents/{document}/pdf") as file:
        assert file.mimetype == "application/pdf"
    home = ann.get("/", headers={"Accept-Language": "en"}).text
    assert "letter to read" not in home
    assert "1 letter to read" in client_of(app, users[1]).get("/", headers={"Accept-Language": "en"}).text


def test_whoever_has_not_acknowledged_is_reminded_each_week_at_most_three_times(
    session: Any, document: int, people: Any
) -> None:
    render_document(document, actor=SYSTEM, now=NOW)
    letters.acknowledge(document, actor=make.actor_of(people[0]), now=NOW)

    def told(days: int) -> int:
        return remind_unread(actor=SYSTEM, now=NOW + timedelta(days=days))

    assert [told(day) for day in (6, 7, 8, 14)] == [0, 2, 0, 2]
    letters.acknowledge(document, actor=make.actor_of(people[1]), now=NOW + timedelta(days=15))
    assert [told(day) for day in (21, 28, 35, 70)] == [1, 0, 0, 0]
    sent = rows(select(Notification).where(Notification.action == "remind"))
    assert {row.user_id for row in sent} == {people[1].user_id, people[2].user_id} and len(sent) == 5
