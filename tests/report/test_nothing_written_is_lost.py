"""The complaint form loses nothing that was written and keeps nothing of it: the page alone holds the text, whatever answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from config import ROOT
from tests.report.conftest import WORDS

WRITTEN = "An hour of writing, <word> by word."
HELD = "An hour of writing, &lt;word&gt; by word.</textarea>"
FIELDS = {**WORDS, "content": WRITTEN, "evidence": "Two mails."}


def raises(error: Exception) -> Any:
    def fails(*_given: Any, **_more: Any) -> Any:
        raise error

    return fails


WAYS = {
    "a field is missing": (422, {"subject": ""}, None),
    "the names are looked up": (200, {"look_up": "1", "accused": "nobody"}, None),
    "a fault of ours": (500, {}, RuntimeError("ours")),
    "the database is gone": (503, {}, OperationalError("insert", {}, Exception("gone"))),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_was_written_stands_in_the_answer(send: Any, session: Any, monkeypatch: Any, way: str) -> None:
    status, more, error = WAYS[way]
    if error is not None:
        monkeypatch.setattr("admin.report.pages.file_complaint", raises(error))
    answer = send("/report/", {**FIELDS, **more})
    assert answer.status_code == status and HELD in answer.text, answer.text[:500]
    assert "Two mails." in answer.text and "Set-Cookie" not in answer.headers


def test_the_key_is_missing_and_what_was_written_is_given_back(send: Any, session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("admin.report.app.faults", lambda *_given: ["complaint_key missing"])
    answer = send("/report/", FIELDS)
    assert answer.status_code == 503 and HELD in answer.text


def test_nothing_of_it_is_kept_in_the_browser(channel: Any, report: Flask) -> None:
    page = channel.get("/report/")
    assert re.findall("<script[^>]*>", page.text) == ['<script src="/report/static/js/work.js" defer>']
    told = page.text + (ROOT / "admin" / "static" / "js" / "work.js").read_text("utf-8")
    for word in ("autosave", "Storage", "indexedDB", "cookie =", "fetch(", "written_by", "unsent"):
        assert word not in told
    assert page.headers["Cache-Control"] == "no-store" and 'autocomplete="off"' in page.text
    templates = (ROOT / "admin" / "templates" / "report").glob("*.html")
    assert not [path.name for path in templates if "forms.csrf" in path.read_text("utf-8")]
