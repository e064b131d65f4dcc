"""How a form follows its files' check, in a real browser: it says so by itself and leaves alone what was typed."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Route, expect

from config import ROOT

pytestmark = pytest.mark.journey
PAUSE_MS = 2100  # longer than the script waits between two looks
ADDRESS = "http://127.0.0.1:1/"  # nothing listens there: every answer is one of the test's
SCRIPT = (ROOT / "admin/static/js/held.js").read_text("utf-8")
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>A form</title></head><body><form method="post" action="/sent">
<textarea name="reason"></textarea><div><div role="status" data-held="/held-files/?of=one"><ul>
<li>a.pdf: <span data-file="one">Being checked</span></li></ul><p data-told></p></div>
<p><a href="/held-files/?of=one" target="_blank" data-look>Look again</a></p></div></form>
<script>{SCRIPT}</script></body></html>"""
PASSED = {"states": {"one": "Passed"}, "checking": False, "told": "Send the form again."}


def test_the_state_is_said_where_it_stands_and_what_was_typed_stays(browser: Browser) -> None:
    page = browser.new_page()
    page.clock.install()
    asked: list[int] = []

    def answer(route: Route) -> None:
        if "held-files" not in route.request.url:
            return route.fulfill(content_type="text/html; charset=utf-8", body=PAGE)
        asked.append(1)
        if len(asked) == 1:
            return route.abort("connectionrefused")
        going = {**PASSED, "states": {"one": "Being checked"}, "checking": True, "told": ""}
        return route.fulfill(content_type="application/json", body=json.dumps(going if len(asked) < 4 else PASSED))

    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.fill("textarea", "typed meanwhile")
    for looks in (1, 2):
        with page.expect_event("requestfinished" if looks > 1 else "requestfailed"):
            page.clock.run_for(PAUSE_MS)
        expect(page.get_by_role("status")).to_contain_text("a.pdf: Being checked")
    with page.expect_event("requestfinished"):
        page.click("text=Look again")
    assert len(page.context.pages) == 1 and len(asked) == 3, "asked by hand no page opens"
    with page.expect_event("requestfinished"):
        page.clock.run_for(PAUSE_MS)
    expect(page.get_by_role("status")).to_contain_text("a.pdf: Passed")
    expect(page.get_by_role("status")).to_contain_text("Send the form again.")
    page.clock.run_for(5 * PAUSE_MS)
    assert len(asked) == 4, "what is known is not asked again"
    assert page.input_value("textarea") == "typed meanwhile"
    page.close()
