"""The headers of every answer, and what an error says and does not say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, noarchive",
    "Cache-Control": "no-store",
}
POLICY = (
    "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/login/", "/", "/no-such-page", "/health", "/api/v1/grades/", "/api/v1/none"])
def test_every_answer_carries_exactly_these_headers(client, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    nonce = re.search(r"nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
    assert answer.headers["Content-Security-Policy"] == POLICY.format(nonce=nonce)
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def test_production_demands_https(settings):
    from admin.app import create_app

    app = create_app(replace(settings, portal_env="production", portal_now=None))
    assert app.test_client().get("/login/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_every_script_carries_the_nonce_and_nothing_is_inline(client):
    answer = client.get("/login/")
    nonce = re.search(r"nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert scripts and all(f'nonce="{nonce}"' in script and "src=" in script for script in scripts)
    assert not re.search(r'\sstyle="|\son\w+="', answer.text)


def test_a_nonce_is_used_once(client):
    assert (
        client.get("/login/").headers["Content-Security-Policy"]
        != client.get("/login/").headers["Content-Security-Policy"]
    )


def test_a_page_that_is_not_there_is_404_signed_in_or_not(signed_in, client):
    assert client.get("/no-such-page").status_code == 404
    assert signed_in("hr").get("/no-such-page").status_code == 404


def test_a_page_outside_ones_role_looks_like_one_that_is_not_there(signed_in):
    client = signed_in("emp1")
    outside, nowhere = client.get("/pay_bands/list/"), client.get("/nowhere/list/")
    assert outside.status_code == nowhere.status_code == 404
    strip = re.compile(r'nonce="[^"]*"|content="[^"]*"|value="[^"]*"')
    assert strip.sub("", outside.text) == strip.sub("", nowhere.text)


def test_a_fault_shows_a_number_and_no_trace(signed_in, monkeypatch, caplog):
    client = signed_in("hr")
    monkeypatch.setattr("admin.web.model_view.PortalModelView._list", lambda self: 1 / 0)
    answer = client.get("/departments/list/")
    assert answer.status_code == 500 and "ZeroDivisionError" not in answer.text and "Traceback" not in answer.text
    incident = re.search(r"incident (\w{8})", caplog.text)[1]
    assert incident in answer.text


def test_a_fault_of_the_api_is_json_without_a_trace(client, bearer, monkeypatch):
    headers = bearer("hr")
    monkeypatch.setattr("admin.web.records.Records.query", lambda *_args, **_more: 1 / 0)
    answer = client.get("/api/v1/departments/", headers=headers)
    assert answer.status_code == 500 and set(answer.json) == {"message", "incident"}


@pytest.mark.parametrize(("language", "words"), [("en", "Not found"), ("zh_Hant_TW", "</h1>")])
def test_errors_speak_the_readers_language(client, language, words):
    assert words in client.get(f"/no-such-page?_l_={language}").text


def test_a_wrong_method_keeps_its_code(client, signed_in):
    answer = signed_in("hr").get("/logout/")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]


def test_ten_megabytes_of_text_are_refused(signed_in):
    answer = signed_in("hr").post("/departments/add", data={"code": "QA", "name": "x" * 10_000_000})
    assert answer.status_code in (413, 422)


def test_health_is_json_and_names_no_library(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    parts = {"version", "database", "migrations", "worker", "last_publication", "site", "mail", "keys"}
    parts |= {"disk", "heads", "files"}
    assert set(answer.json) == parts
    assert answer.json["database"] == "ok"


def test_health_is_503_without_its_tables(settings, tmp_path):
    from admin.app import create_app

    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'none.sqlite3'}"))
    answer = app.test_client().get("/health")
    assert answer.status_code == 503
