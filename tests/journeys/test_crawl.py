"""Every page that a person can reach by links, as each of the demo's sign-ins: sound, translated, accessible, quiet."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from lxml import html as parser

from tests.barriers import barriers
from tests.journeys.conftest import NARROW, WIDE, LivePortal, sign_in
from tests.sharing import common_folder, made_once

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PEOPLE = (
    "admin", "hr", "emp1", "sup1", "head1", "member1", "chair", "secretary", "panel1", "management", "auditor", "officer1",
)  # fmt: skip
ELSEWHERE = (
    "/static/",
    "/notice/",
    "/report/",
    "/lang/",
    "/logout/",
    "/api/",
    "/back",
)  # the site and the form have tests of their own
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Figures that stand on two lines: 63.3 above 2 is read as another figure. What letters touch is a number or a hash.
BROKEN = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), broken = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    for (const found of text.data.matchAll(/(?<![0-9a-z])[0-9]+(?:[.,:][0-9]+)*(?![0-9a-z])/gi)) {
      const range = document.createRange();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(found[0]);
    }
  return broken;
}"""
MAIN = "//*[contains(@class, 'btn') and contains(concat(' ', @class, ' '), ' main ')][not(ancestor::dialog)]"
READ = (
    "//text()[not(ancestor::script or ancestor::style or ancestor::code or ancestor::template or ancestor::noscript)"
    " and not(ancestor::*[@lang][1][not(self::html)]/@lang = 'en')]"  # what says of itself that it is English
)


@dataclass
class Visit:
    """One page as one person got it."""

    who: str
    address: str
    rule: str
    status: int
    text: str
    came_from: str

    def __str__(self) -> str:
        return f"{self.who} {self.address} (from {self.came_from})"


@dataclass
class Crawl:
    """What all of them saw."""

    visits: list[Visit] = field(default_factory=list)

    def pages(self, who: str) -> list[Visit]:
        """The web pages that one of them got."""
        return [visit for visit in self.visits if visit.who == who and visit.text]


def rule_of(address: str) -> str:
    """The address without what tells records apart: pages of one rule share a template."""
    return re.sub(r"(?<=/)[^/]*\d[^/]*", "#", urlsplit(address).path)


def links(visit: Visit, base: str) -> Iterator[str]:
    """The addresses of this portal to which a page links."""
    for target in parser.fromstring(visit.text).xpath("//a/@href"):
        address = urljoin(base + visit.address, target).split("#")[0]
        path = address.removeprefix(base)
        if address.startswith(base + "/") and not path.startswith(ELSEWHERE):
            yield path


def crawl(context: Any, base: str, who: str) -> list[Visit]:
    """Follow every link from the home page, one address per rule."""
    seen, found, waiting = {"/"}, [], deque([("/", "")])
    while waiting:
        address, came_from = waiting.popleft()
        answer = context.request.get(base + address)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        visit = Visit(who, address, rule_of(address), answer.status, answer.text() if is_page else "", came_from)
        found.append(visit)
        for target in links(visit, base) if is_page else ():
            if rule_of(target) not in seen:
                seen.add(rule_of(target))
                waiting.append((target, address))
    return found


def signed_in(browser: Any, demo: LivePortal, who: str) -> Any:
    context = browser.new_context(locale="zh-TW", viewport=WIDE)
    sign_in(context, demo, who, demo.settings.demo_password)
    return context


def crawled_by_all(browser: Any, demo: LivePortal) -> list[dict[str, Any]]:
    found = []
    for who in PEOPLE:
        context = signed_in(browser, demo, who)
        found += [asdict(visit) for visit in crawl(context, demo.url, who)]
        context.close()
    return found


@pytest.fixture(scope="module")
def crawled(browser: Any, demo: LivePortal, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """Everybody's pages, followed once for all processes of the run."""
    visits = made_once(common_folder(tmp_path_factory), "crawled", lambda: crawled_by_all(browser, demo))
    return Crawl([Visit(**visit) for visit in visits])


@pytest.mark.parametrize("who", PEOPLE)
def test_every_link_leads_somewhere(who: str, crawled: Crawl) -> None:
    assert [f"{visit.status} {visit}" for visit in crawled.visits if visit.who == who and visit.status != 200] == []
    assert len(crawled.pages(who)) > 5


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_has_one_heading_and_at_most_one_main_act(who: str, crawled: Crawl) -> None:
    faults = []
    for visit in crawled.pages(who):
        tree = parser.fromstring(visit.text)
        headings, main = tree.xpath("//h1"), tree.xpath(MAIN)
        if len(headings) != 1 or len(main) > 1:
            faults.append((len(headings), len(main), str(visit)))
    assert faults == []


# What may stand in Latin letters on a Chinese page: names of formats, numbers and codes of data, names that are data.
LATIN = re.compile(
    r"XLSX?|CSV|TSV|DOCX|PDF|JSON|API( \w+)?|SHA-256|Enter|kB|MB|HR|English"  # formats, programs, keys
    r"|\d(\.\d+)*-[a-z]\b"  # clauses
    r"|[A-Z]{1,2}-?\d[\w-]*|[0-9a-f]{12,}|standard-1|\S+\.(xlsx|docx|csv)"  # employee numbers, grades, hashes, files
    r"|(Junior|Intermediate|Senior|Expert) agent \d|Standard scorecard|Customer satisfaction"  # English names, as data
    r"|\b[a-z]\d?\b"  # keys, and the letters of a printed formula
    r"|\{\{7\*7\}\}|</?b>|[A-Z]"  # people whose names are markup
)
CODES = (
    "指標代碼",
    "作業",
    "資料種類",
    "登入名稱",
)  # a criterion's code; the trail's own names of operations and tables


def codes_on(tree: Any) -> set[str]:
    """What stands on a page in the places for codes."""
    places = " | ".join(
        f"//*[@data-label='{label}'] | //th[normalize-space()='{label}']/following-sibling::td[1]"
        f" | //dt[normalize-space()='{label}']/following-sibling::dd[1]"
        for label in CODES
    )
    cells = tree.xpath(places)
    return {" ".join(cell.text_content().split()) for cell in cells}


def latin(visit: Visit, names: set[str]) -> Iterator[str]:
    """Texts of a page that still have Latin words when everything that may stand there is taken out."""
    tree = parser.fromstring(visit.text)
    known = sorted((re.escape(each) for each in names | codes_on(tree) if each), key=len, reverse=True)
    taken_out = re.compile(rf"(?<![A-Za-z_])({'|'.join(known)})(?![A-Za-z_])|{LATIN.pattern}", re.ASCII)
    for text in tree.xpath(READ):
        if re.search(r"[A-Za-z]", taken_out.sub(" ", text)):
            yield " ".join(text.split())[:150]


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_shows_a_code_or_an_untranslated_word(who: str, crawled: Crawl) -> None:
    faults = {(visit.rule, text) for visit in crawled.pages(who) for text in latin(visit, {who})}
    assert not faults, "\n".join(f"{rule}: {text}" for rule, text in sorted(faults))


def largest(crawled: Crawl) -> list[Visit]:
    """One page of each rule, the longest that anybody got; and everybody's home page."""
    chosen: dict[str, Visit] = {}
    for visit in (each for each in crawled.visits if each.text):
        key = visit.who if visit.rule == "/" else visit.rule
        if key not in chosen or len(visit.text) > len(chosen[key].text):
            chosen[key] = visit
    return list(chosen.values())


RECORDS = re.compile(r"/\w+/(list|show|add|edit)(/#?)?")


def template_of(visit: Visit) -> str:
    """What a page is drawn from: the pages that list, show and change records have one template for all kinds."""
    found = RECORDS.fullmatch(visit.rule)
    return found[1] if found else visit.rule


def largest_of_each_template(visits: list[Visit]) -> set[str]:
    """The addresses of those on which most can go wrong where there is little room."""
    longest: dict[str, Visit] = {}
    for visit in visits:
        longest[template_of(visit)] = max(
            visit, longest.get(template_of(visit), visit), key=lambda each: len(each.text)
        )
    return {str(visit) for visit in longest.values()}


PARTS = 16  # so that the processes of a run share them


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_and_quiet(part: int, crawled: Crawl, browser: Any, demo: LivePortal) -> None:
    """Axe finds nothing on a wide screen, nor on a narrow one for the largest page of each template, nor in the dark for
    every third page; nothing scrolls sideways or calls out, and no figure stands on two lines."""
    faults: list[str] = []
    once_narrow = largest_of_each_template(largest(crawled))
    pages = sorted(enumerate(largest(crawled)), key=lambda each: each[1].who)
    chosen = pages[len(pages) * part // PARTS : len(pages) * (part + 1) // PARTS]
    for who, visits in groupby(chosen, key=lambda each: each[1].who):
        context = signed_in(browser, demo, who)
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()
        for index, visit in visits:
            faults += looked_at(visit, page, demo, narrow=str(visit) in once_narrow, dark=index % 3 == 0)
        context.close()
    assert not faults, "\n".join(faults)


def looked_at(visit: Visit, page: Any, demo: LivePortal, narrow: bool, dark: bool) -> list[str]:
    """What is wrong with a page in the browser."""
    faults: list[str] = []
    heard = {
        "console": lambda message: faults.append(message.text) if message.type == "error" else None,
        "pageerror": lambda error: faults.append(str(error)),
        "request": lambda asked: None if asked.url.startswith((demo.url, "data:")) else faults.append(asked.url),
    }
    for event, listener in heard.items():
        page.on(event, listener)
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    page.set_viewport_size(WIDE)
    page.goto(demo.url + visit.address)
    faults += [f"wide: {fault}" for fault in barriers(page)]
    faults += [f"wide: {figure} stands on two lines" for figure in page.evaluate(BROKEN)]
    page.set_viewport_size(NARROW)
    faults += [f"narrow: {figure} stands on two lines" for figure in page.evaluate(BROKEN)]
    if narrow:
        faults += [f"narrow: {fault}" for fault in barriers(page)]
    if page.evaluate(SIDEWAYS) > 0:
        faults.append(f"scrolls sideways by {page.evaluate(SIDEWAYS)} px")
    if dark:
        page.emulate_media(color_scheme="dark")
        faults += [f"dark: {fault}" for fault in barriers(page)]
    for event, listener in heard.items():
        page.remove_listener(event, listener)
    return [f"{visit}: {fault}" for fault in faults]
