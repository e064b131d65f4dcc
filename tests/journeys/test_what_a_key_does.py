"""Lists by the keyboard, in a real browser: j and k move, Enter opens, x ticks, and no key sends what nobody meant to send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from config import ROOT

pytestmark = pytest.mark.journey
SCRIPT = (ROOT / "admin/static/js/table.js").read_text("utf-8")
AGENDA = """<form action="#sent"><table data-keys><tbody>
<tr id="a"><td><input type="checkbox" name="review" value="1" data-pick></td></tr>
<tr id="b"><td><input type="checkbox" name="review" value="2" data-pick disabled></td></tr>
<tr id="c"><td><input type="checkbox" name="review" value="3" data-pick></td></tr></tbody></table><button>Send</button></form>"""
DEPARTMENT = """<table data-keys><tbody>
<tr id="a"><td><a href="#changed">Changed</a><select><option>1</option></select><a href="#first" data-opens>Open</a></td></tr>
<tr id="b"><td><select><option>1</option></select><a href="#second" data-opens>Open</a></td></tr></tbody></table>"""
TWO = """<table data-keys><tbody><tr id="a"><td><a href="#a">A</a></td></tr></tbody></table>
<table data-keys><tbody><tr id="b"><td><a href="#b">B</a></td></tr></tbody></table>"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def show(page: Page, body: str) -> None:
    page.set_content(
        f'<html lang="en"><body><h1>A list</h1>{body}<script type="module">{SCRIPT}</script></body></html>'
    )


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def here(page: Page) -> list[str]:
    """Which rows are marked as the one that a key acts on."""
    return page.eval_on_selector_all("tr.here", "rows => rows.map((row) => row.id)")


def opened(page: Page) -> str:
    return page.evaluate("location.hash")


def test_each_key_moves_on_also_past_rows_with_fields_and_enter_opens_the_case(page: Page) -> None:
    show(page, DEPARTMENT)
    press(page, "j", "j")
    assert here(page) == ["b"]
    press(page, "k", "Enter")
    assert (here(page), opened(page)) == (["a"], "#first")


def test_x_ticks_a_case_and_enter_on_a_tick_does_not_send_the_agenda(page: Page) -> None:
    show(page, AGENDA)
    press(page, "j", "x", "j", "x", "j", "x", "Enter")
    expect(page.locator(":checked")).to_have_count(2)
    assert (here(page), opened(page)) == (["c"], "")
    assert "review" not in page.url


def test_two_lists_on_a_page_are_one_to_the_keys_and_a_part_put_in_anew_answers_too(page: Page) -> None:
    show(page, TWO)
    press(page, "j")
    assert here(page) == ["a"]
    press(page, "j")
    assert here(page) == ["b"]
    page.evaluate("document.querySelectorAll('table')[1].outerHTML = document.querySelectorAll('table')[1].outerHTML")
    press(page, "k", "j", "Enter")
    assert (here(page), opened(page)) == (["b"], "#b")


def test_a_filter_stays_for_the_session_and_the_part_of_the_list_does_not(page: Page) -> None:
    body = f'<form data-keep></form><script type="module">{SCRIPT}</script>'
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=body))
    page.goto("http://127.0.0.1:1/list?kind=grades&page=3")
    page.goto("http://127.0.0.1:1/list")
    page.wait_for_url("http://127.0.0.1:1/list?kind=grades")
    page.goto("http://127.0.0.1:1/other?page=10000")
    page.goto("http://127.0.0.1:1/other")
    assert page.url == "http://127.0.0.1:1/other"


def test_ticks_are_kept_from_page_to_page_told_and_sent_along(page: Page) -> None:
    rows = {"1": (11, 12), "2": (21, 22)}
    sent: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
        part = "2" if "page=2" in route.request.url else "1"
        ticks = "".join(
            f'<input type="checkbox" name="review" value="{row}" id="r{row}" data-pick checked>' for row in rows[part]
        )
        body = f"""<form id="assign" method="post" action="/assign" data-rows data-keep-ticks>{ticks}
        <p data-elsewhere="{{}} elsewhere" hidden></p><button>Send</button></form><script type="module">{SCRIPT}</script>"""
        route.fulfill(content_type="text/html", body=body)

    page.route("**/*", answer)
    page.goto("http://127.0.0.1:1/assign")
    page.locator("#r12").uncheck()
    page.goto("http://127.0.0.1:1/assign?page=2")
    expect(page.locator("[data-elsewhere]")).to_have_text("1 elsewhere")
    page.goto("http://127.0.0.1:1/assign")
    expect(page.locator("#r12")).not_to_be_checked()
    page.goto("http://127.0.0.1:1/assign?page=2")
    page.get_by_role("button").click()
    page.wait_for_url("http://127.0.0.1:1/assign")
    assert sorted(sent[0].split("&")) == ["review=11", "review=21", "review=22"]
    expect(page.locator("#r12")).to_be_checked()  # what was sent is begun anew
