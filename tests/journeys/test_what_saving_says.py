"""What a long form says to each answer that its saving may get, in a real browser: "signed out" only where nobody is signed in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from config import ROOT

pytestmark = pytest.mark.journey
PAUSE_MS = 2000  # longer than the script waits after a key
ADDRESS = "http://127.0.0.1:1/"  # nothing listens there: every answer is one of the test's
SCRIPT = (ROOT / "admin/static/js/autosave.js").read_text("utf-8")
SAYS = (
    "saving",
    "saved",
    "offline",
    "unavailable",
    "wrong",
    "refused",
    "signed-out",
    "another",
    "newer",
    "field",
    "here",
    "there",
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>A form</title></head><body><form method="post" action="/sent">
<input type="hidden" name="written_by" value="mark"><input type="hidden" name="unsent" value="">
<input type="hidden" name="once" value="one">
<textarea name="reason"></textarea><p><button>Send</button></p></form>
<template id="autosave-words" data-writer="1" data-url="/unsent/" {" ".join(f'data-text-{name}="{name}"' for name in SAYS)}></template>
<script>{SCRIPT}</script></body></html>"""
Answer = Callable[[Route], None]


def with_status(status: int, **said: object) -> Answer:
    return lambda route: route.fulfill(status=status, content_type="application/json", body=json.dumps(said))


ANSWERS: dict[str, tuple[Answer, str]] = {
    "kept": (with_status(200, version=1, saved_at="10:00"), "saved 10:00"),
    "nobody is signed in": (with_status(401, message="Please sign in."), "signed-out"),
    "somebody else is": (with_status(403, another=True), "another"),
    "one may not": (with_status(403, message="Not yours."), "refused Not yours."),
    "the form is gone": (with_status(404, message="No such page."), "refused No such page."),
    "a field is wrong": (with_status(422, fields={"reason": "Too long."}), "wrong Too long."),
    "too much at once": (with_status(429), "unavailable"),
    "a fault": (with_status(500), "unavailable"),
    "the server in front": (
        lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>502</h1>"),
        "unavailable",
    ),
    "the database is away": (with_status(503, message="Away."), "unavailable"),
    "no line": (lambda route: route.abort("connectionrefused"), "offline"),
    "a line that broke": (lambda route: route.abort("connectionreset"), "offline"),
    "sent elsewhere": (lambda route: route.fulfill(status=302, headers={"Location": f"{ADDRESS}login/"}), "refused"),
    "another's page": (
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>"),
        "refused",
    ),
}


def test_signed_out_is_said_only_where_nobody_is_signed_in_and_the_text_stays_whatever_is_answered(
    browser: Browser,
) -> None:
    wrong = []
    for name, (answer, said) in ANSWERS.items():
        page = browser.new_page()
        page.clock.install()
        page.route("**/*", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=PAGE))
        page.route("**/unsent/", answer)
        page.goto(ADDRESS)
        page.fill("[name=reason]", "Written with care.")
        with page.expect_request("**/unsent/"):
            page.clock.run_for(PAUSE_MS)
        state = page.locator("[role=status]").first
        expect(state).not_to_have_text("saving")
        told = (state.text_content() or "").strip()
        kept = "Written with care." in page.evaluate("Object.values(localStorage).join()")
        wrong += [] if (told, kept) == (said, name != "kept") else [(name, told, kept)]
        page.close()
    assert wrong == []
