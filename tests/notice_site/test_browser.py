"""The site in Chromium: clean for axe in both schemes, whole at 10,000 rows, quiet under its strict policy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from admin.files.proof_codes import proof_address
from notice_site.site import Publication, publish
from tests.barriers import barriers
from tests.notice_site.conftest import with_rows
from tests.notice_site.served import served
from tests.notice_site.test_prove import a_proof

pytestmark = pytest.mark.journey
PAGES = (
    "",
    "notices/",
    "notices/2026-02/",
    "notices/2026-02/print/",
    "notices/2026-01/",
    "policy/",
    "policy/versions/",
)
PAGES += (
    "ladder/",
    "process/",
    "scorecard/",
    "appeals/",
    "documents/",
    "honours/",
    "archive/",
    "prove/",
    "no/such/page/",
)
FIND = "() => { const box = document.querySelector('#find'); box.value = '张'; box.dispatchEvent(new Event('input')) }"
SORT = "() => document.querySelector('th[data-column=name] button').click()"


@pytest.fixture(scope="module")
def base(live: Publication) -> Iterator[str]:
    with served(live.path) as address:
        yield address


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that fails the test when it complains or reaches outside."""
    context = browser.new_context(locale="zh-TW", viewport={"width": 1280, "height": 900})
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert [text for text in complaints if "404" not in text] == []


WIDTHS = (320, 390, 768, 1280)
GROUND = "getComputedStyle(document.body).backgroundColor"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_nothing_scrolls_sideways_and_nothing_leaves_the_machine(
    name: str, base: str, page: Any
) -> None:
    """In two languages; axe in the light and, where the reader turns it, in the dark, the width at each of four."""
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(base) else foreign.append(request.url))
    for folder in ("", "en/"):
        page.emulate_media(color_scheme="light", reduced_motion="reduce")  # colours turn at once
        page.goto(base + folder + name)
        page.wait_for_load_state("networkidle")
        assert (folder, "light", barriers(page)) == (folder, "light", [])
        ground = page.evaluate(GROUND)
        page.emulate_media(color_scheme="dark")
        assert (folder, "dark", barriers(page)) == (folder, "dark", [])
        assert page.evaluate(GROUND) != ground
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert (folder, width, page.evaluate(OVER)) == (folder, width, 0)
    assert foreign == []


@pytest.mark.parametrize("name", ["ladder", "process"])
def test_pictures_are_drawn_for_the_screen_at_hand(name: str, base: str, page: Any) -> None:
    shown = "() => document.querySelector('.figure img').currentSrc.split('/').pop()"
    seen = []
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{base}{name}/")
            seen.append(page.evaluate(shown))
    assert seen == [f"{name}{file}.svg" for file in ("", "-dark", "-tall", "-tall-dark")]


def test_a_list_on_paper_keeps_the_headings_of_its_columns(base: str, page: Any) -> None:
    """They hold the buttons by which a list is ordered on the screen."""
    page.goto(base + "notices/2026-02/")
    page.wait_for_selector("#look[data-ready]")
    page.emulate_media(media="print")
    heads = page.locator("table.rows thead th:not([data-column=act])")
    shown = [text.strip() for text in heads.all_inner_texts()]
    assert len(shown) >= 5 and all(shown) and not page.locator(".look").is_visible()


def test_the_look_up_finds_part_of_a_name_in_the_other_script(base: str, page: Any, snapshot: dict[str, Any]) -> None:
    page.goto(base + "notices/2026-02/")
    page.wait_for_selector("#look[data-ready]")
    wanted = [row for row in snapshot["notices"][0]["rows"] if "張" in row["name"]]
    page.fill("#find", "张")
    assert {cell.inner_text() for cell in page.query_selector_all("td.name")} == {row["name"] for row in wanted}
    page.fill("#find", f"{wanted[0]['number'].lower()}")
    assert page.locator("tbody tr").count() == 1
    assert page.locator("tbody a").first.get_attribute("href") == f"/appeal/?notice=2026-02&row={wanted[0]['id']}"
    page.fill("#find", "沒有這個人")
    assert page.locator(".found").inner_text() != ""
    page.click("#look button[type=reset]")
    page.wait_for_selector("tbody tr:nth-of-type(24)")  # wait_for_function would ask for eval, which the page forbids
    assert page.locator("tbody tr").count() == 24


def test_everything_on_a_notice_works_by_keyboard(base: str, page: Any) -> None:
    page.goto(base + "notices/2026-02/")
    page.wait_for_selector("#look[data-ready]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.focus("th button")
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").count() == 1


def _search(page: Any, words: str) -> None:
    page.fill(".md-search__input", words)
    page.press(".md-search__input", "End")  # Material listens to keys, as a typing reader presses them


def test_the_sites_search_works_under_the_strict_policy(base: str, page: Any) -> None:
    page.goto(base)
    _search(page, "申訴")
    page.wait_for_selector(".md-search-result__link")
    assert page.locator(".md-search-result__link[href*='policy/#c-3.3.5']").count() == 1
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(base + "en/")
    page.click(".search-open")
    _search(page, "appeal")
    page.wait_for_selector(".md-search-result__link")


def test_without_javascript_the_list_is_read_page_by_page(base: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + "notices/2026-02/")
    assert page.locator("tbody tr").count() == 24
    assert not page.locator("#look").is_visible()
    assert page.locator("tbody a").first.is_visible()
    context.close()


def test_ten_thousand_rows_are_found_and_sorted_with_no_more_than_250_of_them_on_the_page(
    page: Any, snapshot: dict[str, Any], tmp_path: Path
) -> None:
    live = publish(with_rows(snapshot, 10_000), tmp_path)
    with served(live.path) as base:
        page.goto(base + "notices/2026-02/")
        page.wait_for_selector("#look[data-ready]")
        shown = [page.locator("tbody tr").count()]
        for act in (FIND, SORT):
            page.evaluate(f"({act})()")
            shown.append(page.locator("tbody tr").count())
    assert all(0 < count <= 250 for count in shown), shown


def test_a_proof_is_checked_without_any_network_in_a_page_that_was_opened_from_a_file(
    live: Publication, page: Any
) -> None:
    page.context.set_offline(True)
    page.goto((live.path / "prove" / "index.html").as_uri())
    page.wait_for_selector("#prove[data-ready]")
    # Longer than one block of SHA-256, with what is written differently in JSON.
    proof = a_proof('客服職級〔2027〕1 號 · "E12" · J2 → J3 · \\ ' + "長" * 60)
    page.evaluate("heads => { window.HEADS = heads; }", [[2, proof["root"]]])
    assert answered(page, json.dumps(proof)) == "good" and proof["text"] in page.inner_text(".answer")
    for name, other in (("text", "J4"), ("header", "1" * 64), ("place", 1), ("event", 8), ("root", "0" * 64)):
        assert answered(page, json.dumps(proof | {name: other})) == "warn"
        assert "不符" in page.inner_text(".answer")
    assert answered(page, "{") == "warn"
    page.evaluate("() => { window.HEADS = []; }")
    assert answered(page, json.dumps(proof)) == "warn" and proof["text"] in page.inner_text(".answer")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", ("核對相符", "核對不符", "不在本網站的清單上", "這不是證明")),
        ("zh-hans/", ("核对相符", "核对不符", "不在本网站的清单上", "这不是证明")),
        ("en/", ("Valid:", "Not valid", "not on this site's list", "not a proof")),
    ],
)
def test_a_scanned_code_opens_the_page_with_its_proof_and_is_judged_without_any_network(
    live: Publication, page: Any, language: str, said: tuple[str, ...]
) -> None:
    proof = a_proof("客服職級〔2027〕1 號 · E12 · J2 → J3 · 2027-04-01")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto((live.path / language / "prove" / "index.html").as_uri())
    page.wait_for_selector("#prove[data-ready]")
    page.evaluate("heads => { window.HEADS = heads; }", [[2, proof["root"]]])
    holds, broken, unpublished, unreadable = said
    other_head = a_proof("another line")
    for given, expected in (
        (json.dumps(proof), holds),
        (json.dumps(proof | {"text": proof["text"].replace("J3", "J4")}), broken),
        (json.dumps(proof | {"root": other_head["root"]}), broken),
        (json.dumps(other_head), unpublished),
        ("half a proof", unreadable),
    ):
        page.evaluate("() => document.querySelector('.answer').replaceChildren()")
        page.evaluate("mark => { location.hash = mark; }", proof_address("", given).partition("#")[2])
        page.wait_for_selector(".answer p")
        assert expected in page.inner_text(".answer"), page.inner_text(".answer")
    # What stands behind the "#" goes nowhere, and nothing is asked of any machine.
    assert asked and all(address.startswith("file:") and proof["salt"] not in address for address in asked[1:])


def answered(page: Any, proof: str) -> str:
    """How the page judges a proof."""
    page.fill("#prove textarea", proof)
    page.click("#prove [type=submit]")
    return str(page.get_attribute(".answer", "class")).split()[-1]
