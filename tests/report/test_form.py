"""The complaint form: no cookie, no address, no foreign sender; one receipt; one answer to every wrong code."""

from __future__ import annotations

import io
import logging
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from admin.access.actor import Actor
from admin.domain import work
from admin.models import AuditEvent, Complaint, ComplaintMessage, db
from admin.operations.complaints.complaint_work import stamp
from admin.operations.complaints.complaints import receipt_key
from admin.queries.complaints.complaints import content_for
from config import current
from tests.report.conftest import HERE, WORDS, paid_for, receipt_in

OFFICER = Actor(name="officer", roles=frozenset({"complaint_officer"}))
OWN_SCRIPT = ['<script src="/report/static/js/work.js" defer>']
TELL_TALE = "203.0.113.77-PLANTED"


def complaints() -> list[Complaint]:
    db.session.rollback()  # what the requests wrote, not what this session read before
    return list(db.session.scalars(select(Complaint).order_by(Complaint.id).execution_options(unscoped=True)))


def said(complaint: Complaint) -> dict[str, str]:
    return dict(content_for(complaint, OFFICER).written)


def every_cell() -> Iterator[str]:
    with db.engine.connect() as connection:
        for table in inspect(db.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield from map(str, row)


def test_the_pages_open_without_signing_in_and_set_no_cookie(channel):
    for path in ("/report/", "/report/follow-up"):
        answer = channel.get(path)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        # The form's own work alone: no script of anybody else, none within the page.
        assert (
            re.findall("<script[^>]*>", answer.text) == OWN_SCRIPT * (path == "/report/")
            and "style=" not in answer.text
        )


def test_a_complaint_is_filed_and_followed_up_by_its_receipt(send, session):
    answer = send("/report/", WORDS)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    code = receipt_in(answer.text)
    (complaint,) = complaints()
    assert said(complaint)["content"] == WORDS["content"]
    assert not complaint.named and complaint.sealed_identity is None
    page = send("/report/follow-up", {"receipt": code.lower().replace("-", " ").replace("0", "o")})
    assert page.status_code == 200 and complaint.number in page.text and WORDS["content"] not in page.text


def test_messages_go_in_by_the_receipt_and_a_repeated_one_is_not_taken_twice(send, session):
    code = receipt_in(send("/report/", WORDS).text)
    data = {"receipt": code, "text": "還有一位同事看到。"}
    assert send("/report/follow-up", data).status_code == 200
    assert send("/report/follow-up", data).status_code == 422
    assert len(list(db.session.scalars(select(ComplaintMessage).execution_options(unscoped=True)))) == 1


def test_a_form_sent_twice_is_one_complaint_with_one_receipt(channel, send, session):
    once = re.search(r'name="once" value="([^"]+)"', channel.get("/report/").text)[1]
    first, second = (receipt_in(send("/report/", {**WORDS, "once": once}).text) for _ in range(2))
    assert first == second and len(complaints()) == 1
    third = receipt_in(send("/report/", {**WORDS, "content": "另一件事", "once": once}).text)
    assert third != first and len(complaints()) == 2


def test_without_a_form_of_ours_two_alike_are_two(send, session):
    assert receipt_in(send("/report/", WORDS).text) != receipt_in(send("/report/", WORDS).text)
    assert receipt_in(send("/report/", {**WORDS, "once": "x"}).text) != receipt_in(
        send("/report/", {**WORDS, "once": "x"}).text
    )


def test_an_empty_form_comes_back_with_what_was_written(send, session):
    answer = send("/report/", {"subject": "", "content": "", "period": "2026 年度", "named": "yes"})
    assert answer.status_code == 422 and "2026 年度" in answer.text and answer.text.count('aria-invalid="true"') == 3
    assert complaints() == []


def test_a_name_is_kept_only_where_it_is_given(send, session):
    send("/report/", {**WORDS, "name": "林曉青", "contact": "0912"})
    send("/report/", {**WORDS, "named": "yes", "name": "林曉青", "contact": "0912"})
    assert {content_for(row, OFFICER).identity for row in complaints()} == {None, "林曉青\n0912"}


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "", "Referer": "https://evil.example/report/"},
    {"Origin": "http://localhost.evil.example"}, {"Origin": "http://localhost:81"},
])  # fmt: skip
@pytest.mark.parametrize("path", ["/report/", "/report/follow-up"])
def test_a_form_sent_from_elsewhere_is_refused(send, session, headers, path):
    assert send(path, WORDS, **headers).status_code == 403
    assert complaints() == []


def test_an_old_browser_says_by_the_referrer_where_the_form_is_from(send, session):
    assert send("/report/", WORDS, Origin="", Referer=f"{HERE}/report/?lang=en").status_code == 200


def test_wrong_malformed_and_empty_receipts_get_the_same_answer(send, session):
    send("/report/", WORDS)
    codes = [
        "",
        "x",
        "0000-0000-0000-0000-0000-0000-0000",
        "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ",
        "U" * 28,
        "💥" * 199,
        "a' OR 1=1 --",
    ]
    answers = [send("/report/follow-up", {"receipt": code}) for code in codes]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


def test_an_expired_receipt_looks_like_one_that_never_was(send, session, now):
    from tests.factories import fixture

    code = receipt_in(send("/report/", WORDS).text)
    with fixture() as op:
        op.session.delete(complaints()[0])
    assert send("/report/follow-up", {"receipt": code}).text == send("/report/follow-up", {"receipt": "nonsense"}).text


def test_guessing_is_slowed_down_without_hurting_who_holds_a_receipt(send, session):
    from admin.domain.receipts import new_receipt

    code = receipt_in(send("/report/", WORDS).text)
    statuses = [send("/report/follow-up", {"receipt": new_receipt()}).status_code for _ in range(100)]
    assert statuses.count(404) == 60 and set(statuses[60:]) == {429}
    assert "Retry-After" in send("/report/follow-up", {"receipt": new_receipt()}).headers
    assert send("/report/follow-up", {"receipt": code}).status_code == 200
    assert send("/report/", WORDS).status_code == 200


def test_trying_out_codes_that_begin_alike_is_stopped_soon(send, session):
    codes = [f"ABCD{number:024d}" for number in range(20)]
    statuses = [send("/report/follow-up", {"receipt": code}).status_code for code in codes]
    assert statuses.count(404) == 10 and statuses[-1] == 429


def test_no_address_browser_or_cookie_is_kept_anywhere(channel, send, session, var_dir, caplog):
    caplog.set_level(logging.DEBUG)
    told = dict.fromkeys(("User-Agent", "X-Forwarded-For", "X-Real-IP", "Via", "From"), TELL_TALE)
    told |= {"Cookie": f"portal={TELL_TALE}", "Forwarded": f"for={TELL_TALE}", "Authorization": f"Bearer {TELL_TALE}"}
    answer = channel.post(
        "/report/", data=paid_for(WORDS), headers={"Origin": HERE, **told}, environ_base={"REMOTE_ADDR": TELL_TALE}
    )
    code = receipt_in(answer.text)
    page = send("/report/follow-up", {"receipt": code, "text": "更多"}, **told)
    assert answer.status_code == page.status_code == 200
    send("/report/follow-up", {"receipt": "wrong"}, **told)
    assert not [cell for cell in every_cell() if TELL_TALE in cell]
    assert TELL_TALE not in caplog.text + answer.text + page.text
    assert not [cell for cell in every_cell() if code in cell or code.replace("-", "") in cell]
    for path in Path(var_dir).rglob("*"):
        if path.is_file() and path.suffix not in (".sqlite3", ".sqlite3-wal", ".sqlite3-shm"):
            assert TELL_TALE.encode() not in path.read_bytes(), path


def test_the_server_itself_no_longer_sees_who_asked(report, channel):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/report/", "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    environ |= {"wsgi.url_scheme": "http", "REMOTE_ADDR": TELL_TALE}
    environ |= {"HTTP_COOKIE": "a=b", "HTTP_USER_AGENT": "x", "HTTP_SEC_CH_UA": "y"}
    b"".join(report.wsgi_app(environ, lambda status, headers, exc_info=None: None))
    assert environ["REMOTE_ADDR"] == "0.0.0.0" and not {"HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_SEC_CH_UA"} & set(
        environ
    )


def test_the_audit_trail_holds_nothing_of_what_was_written(send, session):
    words = {
        **WORDS,
        "named": "yes",
        "name": "NAMEX",
        "contact": "CONTACTX",
        "content": "CONTENTX",
        "accused": "ACCUSEDX",
        "evidence": "PROOFX",
    }
    code = receipt_in(send("/report/", words).text)
    send("/report/follow-up", {"receipt": code, "text": "MESSAGEX"})
    events = list(db.session.scalars(select(AuditEvent).execution_options(unscoped=True)))
    told = " ".join(f"{row.changes}{row.actor_name}{row.via}" for row in events)
    assert {row.record_type for row in events} >= {"complaints", "complaint_messages"} and "report" in {
        row.via for row in events
    }
    assert not re.search("NAMEX|CONTACTX|CONTENTX|ACCUSEDX|PROOFX|MESSAGEX|unfair_conduct", told)
    ours = [str(row.changes) for row in events if row.record_type.startswith("complaint")]
    assert "salted:" in told and not [changes for changes in ours if "sha256" in changes]


def test_markup_is_inert_and_control_characters_are_dropped(send, session):
    hostile = "<script>alert(1)</script>\x00\x07{{ 7*7 }}"
    answer = send("/report/", {**WORDS, "content": "", "accused": hostile})
    assert (
        answer.status_code == 422
        and "<script>" not in answer.text
        and "&lt;script&gt;" in answer.text
        and "{{ 7*7 }}" in answer.text
    )
    code = receipt_in(send("/report/", {**WORDS, "content": hostile}).text)
    assert said(complaints()[0])["content"] == "<script>alert(1)</script>{{ 7*7 }}"
    page = send("/report/follow-up", {"receipt": code, "text": hostile})
    assert "<script" not in page.text and "&lt;script&gt;" in page.text


def test_every_answer_is_strict_and_never_stored(channel, send):
    for answer in (
        channel.get("/report/"),
        channel.get("/report/nothing"),
        channel.post("/report/", data=WORDS),
        send("/report/follow-up", {}),
    ):
        headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in headers


def test_too_much_text_is_refused_and_not_a_fault(send, session):
    assert send("/report/", {**WORDS, "content": "長" * 20_001}).status_code == 422
    assert send("/report/", {**WORDS, "content": "x" * 700_000}).status_code == 422
    assert send("/report/", {**WORDS, "content": "x" * 22_000_000}).status_code == 413
    assert complaints() == []


def test_files_come_with_the_form_and_with_a_message(send, session):
    code = receipt_in(send("/report/", {**WORDS, "files": (io.BytesIO("紀錄".encode()), "紀錄.txt")}).text)
    more = {"receipt": code, "text": "另附一份。", "files": (io.BytesIO(b"more"), "more.txt")}
    assert "more.txt" in send("/report/follow-up", more).text
    assert [each.name for each in content_for(complaints()[0], OFFICER).files] == ["紀錄.txt", "more.txt"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"<html><script>1</script>"), ("a.svg", b"<svg onload='x'/>"), ("a.png", b"\x89PNG")]
)
def test_a_file_that_is_not_what_it_says_comes_back_as_a_fault_of_the_form(send, session, name, data):
    answer = send("/report/", {**WORDS, "files": (io.BytesIO(data), name)})
    assert answer.status_code == 422 and WORDS["content"] in answer.text and 'href="#f-files"' in answer.text
    assert complaints() == []


def test_a_large_file_is_never_written_down_on_its_way(channel, send, session, monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refused)
    paid = paid_for({"subject": "pressure", "content": "x"})
    parts = {**paid, 'files"; filename="large.txt': "PLANTED " * 200_000}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts.items()
    )
    sent = channel.post(
        "/report/",
        data=f"{body}--x--\r\n".encode(),
        content_type="multipart/form-data; boundary=x",
        headers={"Origin": HERE},
    )
    assert sent.status_code == 200
    assert len(content_for(complaints()[0], OFFICER).files) == 1


def test_a_fault_tells_the_log_its_kind_alone(send, session, caplog, monkeypatch):
    def broken(*_args, **_kwargs):
        raise sqlite3.OperationalError("SECRET WORDS")

    monkeypatch.setattr("admin.report.pages.file_complaint", broken)
    answer = send("/report/", WORDS)
    assert answer.status_code == 500 and "SECRET" not in answer.text + caplog.text and "OperationalError" in caplog.text


@pytest.mark.parametrize(
    ("lang", "tag"), [("zh_Hant_TW", "zh-Hant"), ("zh_Hans_CN", "zh-Hans"), ("en", "en"), ("xx", "zh-Hant")]
)
def test_the_address_names_the_language(channel, lang, tag):
    assert f'<html lang="{tag}"' in channel.get(f"/report/?lang={lang}").text


def test_the_browser_names_the_language_where_the_address_does_not(channel):
    assert '<html lang="en"' in channel.get("/report/", headers={"Accept-Language": "en-GB,zh;q=0.5"}).text


def test_styles_are_served_under_the_form_itself(channel):
    sheets = re.findall(r'href="(/report/static/css/[^"]+)"', channel.get("/report/").text)
    assert len(sheets) >= 5
    for sheet in sheets:
        with channel.get(sheet) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("text", [None, "the key of another machine"])
def test_without_the_right_key_the_form_is_closed_with_words_and_gives_back_what_was_written(
    send, channel, session, var_dir, text
):
    key = var_dir / "keys" / "complaint_key"
    kept = key.read_text()
    key.unlink() if text is None else key.write_text(text)
    try:
        shown, sent, asked = (
            channel.get("/report/?lang=en"),
            send("/report/?lang=en", WORDS),
            channel.get("/report/follow-up"),
        )
    finally:
        left = key.exists()
        key.write_text(kept)
    assert (shown.status_code, sent.status_code, asked.status_code) == (503,) * 3
    assert "the server lacks the key" in shown.text and WORDS["content"] in sent.text and left == (text is not None)
    assert complaints() == []


def test_without_work_and_without_waiting_nothing_is_taken_and_nothing_is_lost(channel, send, session):
    page = channel.get("/report/").text
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)[1]
    for given in ({"stamp": stamp}, {"stamp": stamp, "proof": "x"}, {"stamp": "1.a.b"}, {"stamp": ""}):
        answer = send("/report/", {**WORDS, **given})
        assert answer.status_code == 422 and WORDS["content"] in answer.text and 'id="f-work"' in answer.text
    assert complaints() == []


def test_work_done_for_other_words_pays_for_nothing(channel, send, session, monkeypatch):
    monkeypatch.setattr(work, "BITS", 12)
    paid = paid_for(WORDS)
    assert send("/report/", {**paid, "content": "另一件事"}).status_code == 422
    assert send("/report/", paid).status_code == 200


def test_without_a_script_a_form_is_taken_after_a_minute_once(channel, send, session, monkeypatch):
    monkeypatch.setattr(work, "BITS", 200)
    early = {**WORDS, "stamp": stamp(current().now() - timedelta(seconds=50))}
    assert "11" in send("/report/", early).text
    late = {**WORDS, "stamp": stamp(current().now() - timedelta(seconds=61))}
    assert send("/report/", late).status_code == 200
    assert send("/report/", {**late, "content": "再一件"}).status_code == 422
    assert send("/report/", {**WORDS, "stamp": stamp(current().now() - timedelta(hours=13))}).status_code == 422
    assert len(complaints()) == 1


def test_many_who_wait_at_once_wait_longer_and_never_for_ever():
    assert [work.wait_needed(count).total_seconds() for count in (0, 19, 20, 40, 10**6)] == [60, 60, 120, 180, 1800]


def test_a_stamp_that_nobody_signed_or_that_was_altered_is_none(session):
    given, now = stamp(current().now()), current().now()
    assert work.opened_at(given, receipt_key(), now) is not None
    altered = [given[1:], "1" + given, given.replace(".", "", 1), f"{given}x", "", "..", "a.b.c", "9" * 30 + ".a.b"]
    assert not [each for each in altered if work.opened_at(each, receipt_key(), now)]
