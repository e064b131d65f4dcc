"""A file whose check takes longer than a breath: being checked, opened by nobody, and no text lost, at every door."""

# ruff: noqa: F811  fixtures of the form, asked for by their names

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from admin.access.actor import system_actor
from admin.cli.wsgi import Composition
from admin.files import apart
from admin.jobs import sweep
from admin.models import Appeal, ComplaintFile, Evidence, HeldFile, SelfAssessment, db
from admin.operations.system import held_files
from tests.attacks.test_files_by_door import paper
from tests.by_two import second_confirms
from tests.files.test_uploads import PDF
from tests.files.tricks_pdf import annotated, chain, go_to, made_pdf, script
from tests.operations.appealing import TEXT, Case, on_notice
from tests.report.conftest import WORDS, channel, receipt_in, report, send  # noqa: F401  fixtures
from tests.views.cases.test_reviews import form_of
from tests.views.clients import client_of, headers_of
from tests.views.opened import as_person, opened  # noqa: F401  fixtures

ENGLISH = {"Accept-Language": "en"}
SAYS = "is being checked. Nothing was submitted yet"
pytestmark = pytest.mark.usefixtures("no_tokens", "session")


@pytest.fixture(autouse=True)
def breathless(app: Flask, report: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers has no time at all for a check; the worker has."""
    monkeypatch.setattr(apart, "BREATH", 0.0)
    for each in (app, report):
        monkeypatch.setattr(each, "wsgi_app", Composition(each.wsgi_app, {}))


def worker_comes_round() -> int:
    """What the worker does with held files."""
    return held_files.check_held(actor=system_actor("worker"), now=datetime.now(UTC))


def rows(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(table.id)).execution_options(unscoped=True)) or 0


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(HeldFile.state).order_by(HeldFile.id).execution_options(unscoped=True)))


def pdf(name: str = "form.pdf", data: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def running() -> bytes:
    return made_pdf(annotated("Link", A=chain(go_to(), go_to(), script())))


def plain(page: str) -> str:
    """Its words without its marks."""
    return re.sub(r"<[^>]+>", "", page)


def held_in(page: str) -> dict[str, str]:
    """What the form that came back carries unseen for its files."""
    assert SAYS in page, page
    found = re.search(r'name="held_files" value="([^"]+)"', page)
    assert found, page
    return {"held_files": found[1]}


def refused(answer: Any, word: str) -> bool:
    return answer.status_code == 422 and word in answer.text and SAYS not in answer.text


def test_evidence_is_taken_when_it_has_passed_and_need_not_be_chosen_again(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("emp0"), f"/reviews/{opened.cases[0]}/evidence"
    page = f"/self_assessment/{opened.cases[0]}"
    post: Callable[..., Any] = lambda **data: client.post(address, data={"stands_on": page, **data}, headers=ENGLISH)  # noqa: E731
    with app.app_context():
        first = post(file=pdf())
        again = post(**held_in(first.text))
        assert (first.status_code, again.status_code) == (422, 422) and held_in(again.text) == held_in(first.text)
        assert "form.pdf: Being checked" in plain(first.text) and rows(Evidence) == 0 and states() == ["checking"]
        assert client.get(page).text.count('name="held_files"') == 0, "another visit knows nothing of it"
        assert worker_comes_round() == 1 and states() == ["passed"] and rows(Evidence) == 0
        taken = post(**held_in(first.text))
        assert taken.status_code == 303 and rows(Evidence) == 1 and states() == [], "and it is held no more"


def test_what_the_worker_refuses_is_said_beside_the_field_and_kept_nowhere(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("hr"), f"/self_assessment/{opened.cases[0]}/proxy"
    given = form_of(app, opened.cases[0], summary="What was typed")
    with app.app_context():
        first = client.post(address, data={**given, "scan": pdf(data=running())}, headers=ENGLISH)
        assert "What was typed" in first.text and rows(SelfAssessment) == 0
        worker_comes_round()
        answer = client.post(address, data={**given, **held_in(first.text)}, headers=ENGLISH)
        assert refused(answer, "active content") and "What was typed" in answer.text
        assert (rows(Evidence), rows(SelfAssessment)) == (0, 0)


def test_an_appeal_on_paper_keeps_its_text_and_its_scan_until_that_has_passed(app: Flask) -> None:
    case: Case = on_notice()
    client, data = client_of(app, case.hr.user_id), paper(case, notice_row=case.row)
    with app.app_context():
        first = client.post("/appeals/add", data=data | {"scan": pdf()}, headers=ENGLISH)
        assert first.status_code == 422 and TEXT in first.text and rows(Appeal) == 0
        assert 'id="scan"' in first.text and 'required id="scan"' not in first.text
        worker_comes_round()
        # Something else is wrong with the form: it comes back with its file all the same.
        wrong = client.post("/appeals/add", data=data | held_in(first.text) | {"ground": ""}, headers=ENGLISH)
        assert rows(Appeal) == 0 and "form.pdf" not in states()
        answer = client.post("/appeals/add", data=data | held_in(first.text), headers=ENGLISH)
        assert wrong.status_code in (200, 422) and answer.status_code in (302, 303)
        assert second_confirms() == 1 and rows(Appeal) == 1


def test_a_program_is_told_to_send_the_same_again_and_is_known_by_it(app: Flask) -> None:
    case: Case = on_notice()
    scan = {"name": "form.pdf", "content": base64.b64encode(PDF).decode()}
    body, program = paper(case, notice_row=case.row, scan=scan), headers_of(app, case.hr.user_id) | ENGLISH
    program |= {"Idempotency-Key": "the same request, however often it is sent"}
    with app.app_context():
        post: Callable[[], Any] = lambda: app.test_client().post("/api/v1/appeals/", json=body, headers=program)  # noqa: E731
        first, again = post(), post()
        assert [(each.status_code, each.headers["Retry-After"]) for each in (first, again)] == [(503, "5")] * 2
        assert SAYS in first.json["fields"]["scan"] and rows(Appeal) == 0 and states() == ["checking"]
        worker_comes_round()
        assert post().status_code == 202 and states() == []
        assert second_confirms() == 1 and rows(Appeal) == 1


def asked(client: Any, page: str) -> tuple[Any, Any]:
    """How the files of a form stand, as its own page asks and as whoever has no script looks."""
    address = html.unescape(re.search(r'data-held="([^"]+)"', page)[1])  # type: ignore[index]
    assert f'href="{html.escape(address)}" target="_blank"' in page, "without a script there is a link"
    return client.get(address, headers={"Accept": "application/json"} | ENGLISH), client.get(address, headers=ENGLISH)


def stands(client: Any, page: str, words: str, *, going: bool) -> None:
    told, shown = asked(client, page)
    assert set(told.json["states"].values()) == {words} and told.json["checking"] is going
    assert bool(told.json["told"]) is not going and told.headers["Cache-Control"] == "no-store"
    assert words in shown.text and 'role="status"' in shown.text
    assert ('http-equiv="refresh"' in shown.text) is going, (
        "the page looks again by itself as long as there is something to see"
    )


def test_the_page_says_by_itself_when_a_file_was_checked_and_so_does_a_link_without_a_script(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("emp0"), f"/reviews/{opened.cases[0]}/evidence"
    with app.app_context():
        stood = {"stands_on": f"/self_assessment/{opened.cases[0]}"}
        page = client.post(address, data={"file": pdf(), **stood}, headers=ENGLISH).text
        stands(client, page, "Being checked", going=True)
        assert client.post(address, data={"held_files": f"file:{mark_in(page)}"}).status_code == 422, (
            "a mark takes no file"
        )
        worker_comes_round()
        stands(client, page, "Passed", going=False)
        assert client.post(address, data=held_in(page)).status_code == 303
        stands(client, page, "No longer kept: choose it again", going=False)


def mark_in(page: str) -> str:
    return re.search(r'data-file="(\w+)"', page)[1]  # type: ignore[index]


def test_the_complaint_form_says_by_itself_when_a_file_was_checked(channel: Any, send: Any) -> None:
    page = send("/report/", {**WORDS, "files": [(io.BytesIO(PDF), "a.pdf")]}, **ENGLISH).text
    assert re.findall(r'<script src="[^"]*/(\w+\.js)"', page) == ["work.js", "held.js"]
    stands(channel, page, "Being checked", going=True)
    worker_comes_round()
    stands(channel, page, "Passed", going=False)


def test_a_complaint_keeps_its_words_and_files_and_nothing_tells_who_sent_them(send: Any) -> None:
    planted = b"PLANTED words of a complainant"
    files = [(io.BytesIO(planted), "a.txt"), (io.BytesIO(PDF), "PLANTED name.pdf")]
    first = send("/report/", {**WORDS, "files": files}, **ENGLISH)
    assert first.status_code == 422 and WORDS["content"] in first.text and rows(ComplaintFile) == 0
    held = db.session.execute(select(HeldFile.__table__)).mappings().all()
    assert [(row["user_id"], row["mark"]) for row in held] == [(None, ""), (None, "")]
    assert not any(b"PLANTED" in row["sealed"] for row in held)
    again = send("/report/", {**WORDS, **held_in(first.text)}, **ENGLISH)
    assert held_in(again.text) == held_in(first.text)
    assert worker_comes_round() == 2
    sent = send("/report/", {**WORDS, **held_in(first.text)}, **ENGLISH)
    assert sent.status_code == 200 and receipt_in(sent.text) and rows(ComplaintFile) == 2 and states() == []


def test_a_further_message_of_a_complaint_waits_for_its_files_too(send: Any) -> None:
    receipt = receipt_in(send("/report/", WORDS).text)
    data = {"receipt": receipt, "text": "Another thing."}
    first = send("/report/follow-up", {**data, "files": [(io.BytesIO(running()), "a.pdf")]}, **ENGLISH)
    assert data["text"] in first.text and rows(ComplaintFile) == 0
    worker_comes_round()
    assert refused(send("/report/follow-up", {**data, **held_in(first.text)}, **ENGLISH), "active content")
    taken = send("/report/follow-up", {**data, "files": [(io.BytesIO(PDF), "a.pdf")]}, **ENGLISH)
    worker_comes_round()
    taken = send("/report/follow-up", {**data, **held_in(taken.text)}, **ENGLISH)
    assert taken.status_code == 200 and rows(ComplaintFile) == 1
    assert 'name="held_files"' not in taken.text, "the next message does not begin with them"


def test_a_file_that_passed_in_a_breath_waits_for_the_others_of_its_form(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {"b.pdf"}

    def checked(name: str, data: bytes) -> Any:
        if name in slow:
            raise apart.NotYet
        return apart.checked_upload(name, data)

    monkeypatch.setattr(apart, "BREATH", 60.0)
    monkeypatch.setattr("admin.forms.uploads.checked_upload", checked)
    first = send("/report/", {**WORDS, "files": [pdf("a.pdf"), pdf("b.pdf")]}, **ENGLISH)
    assert (
        states() == ["passed", "checking"]
        and "a.pdf: Passed" in plain(first.text)
        and "b.pdf: Being checked" in plain(first.text)
    )
    assert worker_comes_round() == 1
    assert send("/report/", {**WORDS, **held_in(first.text)}).status_code == 200 and rows(ComplaintFile) == 2


def test_a_worker_that_is_killed_leaves_the_file_being_checked_and_the_next_one_checks_it(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("/report/", {**WORDS, "files": [pdf()]})

    class Killed(BaseException):
        pass

    def killed(*_given: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(held_files, "checked_upload", killed)
        with pytest.raises(Killed):
            worker_comes_round()
    assert states() == ["checking"] and worker_comes_round() == 1 and states() == ["passed"]


def test_a_disk_that_is_full_while_a_verdict_is_written_is_named_and_the_file_checked_later(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("/report/", {**WORDS, "files": [pdf()]})

    def full(*_given: Any, **_more: Any) -> Any:
        raise OSError(28, "No space left on device")

    done = sweep.Done()
    with monkeypatch.context() as patch:
        patch.setattr(held_files, "seal_unsent", full)
        sweep.sweep(actor=system_actor("worker"), clock=lambda: datetime.now(UTC), done=done)
    assert "No space left" in done.failed["check_held"] and states() == ["checking"]
    sweep.sweep(actor=system_actor("worker"), clock=lambda: datetime.now(UTC))
    assert states() == ["passed"]


def test_a_disk_that_is_full_when_a_file_is_to_be_held_is_said_and_what_was_typed_comes_back(
    app: Flask, as_person: Any, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any, **_more: Any) -> Any:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(held_files, "seal_unsent", full)
    address = f"/self_assessment/{opened.cases[0]}/proxy"
    given = form_of(app, opened.cases[0], summary="What was typed")
    answer = as_person("hr").post(address, data={**given, "scan": pdf()}, headers=ENGLISH)
    assert answer.status_code == 503 and "What was typed" in answer.text
    with app.app_context():
        assert rows(HeldFile) == 0


def test_so_many_held_files_that_they_fill_the_disk_are_refused_and_those_of_others_are_not(
    app: Flask, send: Any, as_person: Any, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_files, "MOST_BYTES", len(PDF) + 10)
    assert SAYS in send("/report/", {**WORDS, "files": [pdf()]}, **ENGLISH).text
    assert refused(send("/report/", {**WORDS, "files": [pdf()]}, **ENGLISH), "Other files are being checked")
    client, address = as_person("emp0"), f"/reviews/{opened.cases[0]}/evidence"
    assert SAYS in client.post(address, data={"file": pdf()}, headers=ENGLISH).text


def test_what_no_form_has_taken_within_a_day_goes(send: Any) -> None:
    first = send("/report/", {**WORDS, "files": [pdf()]}, **ENGLISH)
    held_at = db.session.scalars(select(HeldFile.held_at).execution_options(unscoped=True)).one()
    for after, gone in ((held_files.KEPT_FOR, 0), (held_files.KEPT_FOR + timedelta(seconds=1), 1)):
        assert held_files.forget_held(actor=system_actor(), now=held_at + after) == gone
    assert refused(send("/report/", {**WORDS, **held_in(first.text)}, **ENGLISH), "no longer kept")
