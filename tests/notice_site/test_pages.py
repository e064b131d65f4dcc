"""Every page is there in every language, leads on, and shows each clause at its own address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from lxml import html as parser

from notice_site.edition import slug
from notice_site.headers import HEADERS
from notice_site.pages import FIXED
from notice_site.rows import PAGE_ROWS
from notice_site.site import Publication, publish
from notice_site.texts import LANGUAGES, strings

Html = Callable[[str], str]
FOLDERS = {"zh_hant": "", "zh_hans": "zh-hans/", "en": "en/"}
NUMBER = "2026-02"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_has_its_anchor(language: str, html: Html, snapshot: dict[str, Any]) -> None:
    page = parser.fromstring(html(f"{FOLDERS[language]}policy/index.html"))
    for clause in snapshot["policy"]["clauses"]:
        (heading,) = page.xpath(f'//*[@id="c-{clause["id"]}"]')
        assert clause["title"][language] in heading.text_content()


@pytest.mark.parametrize("language", LANGUAGES)
def test_provisional_values_are_marked(language: str, html: Html, snapshot: dict[str, Any]) -> None:
    page = parser.fromstring(html(f"{FOLDERS[language]}policy/index.html"))
    mark = strings(language)["policy.provisional"]
    for parameter in snapshot["parameters"]:
        (row,) = [row for row in page.xpath("//tbody/tr") if parameter["name"][language] in row.text_content()]
        assert (mark in row.text_content()) == parameter["provisional"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_their_language_and_title(language: str, html: Html) -> None:
    titles = set()
    for source, _, _ in FIXED:
        name = source.removesuffix("index.md") + "index.html" if "index" in source else source[:-3] + "/index.html"
        page = parser.fromstring(html(FOLDERS[language] + name))
        assert page.get("lang") == LANGUAGES[language].tag
        assert len(page.xpath("//h1")) == 1
        titles.add(page.findtext(".//title"))
    assert len(titles) == len(FIXED)


def test_every_link_inside_the_site_leads_somewhere(live: Publication) -> None:
    names = {*live.files, "head.json", "heads.js", "heads.jsonl"}
    broken = []
    for name in names:
        if not name.endswith(".html") or name.endswith("404.html"):
            continue
        page = parser.fromstring((live.path / name).read_bytes())
        for address in page.xpath("//@href | //@src | //@srcset | //@data-rows"):
            where = urlsplit(urljoin(f"http://x/notice/{name.removesuffix('index.html')}", address))
            if not where.path.startswith("/notice/"):
                continue  # the portal's own pages
            target = where.path.removeprefix("/notice/")
            target += "index.html" if target.endswith("/") or not target else ""
            if target not in names or (
                where.fragment and f'id="{where.fragment}"' not in (live.path / target).read_text()
            ):
                broken.append((name, address))
    assert broken == []


def test_the_portal_lives_outside_and_forms_are_prefilled(html: Html, snapshot: dict[str, Any]) -> None:
    page = parser.fromstring(html(f"notices/{NUMBER}/index.html"))
    for row in snapshot["notices"][0]["rows"]:
        (line,) = page.xpath(f'//tr[@id="r-{row["id"]}"]')
        appeal, objection = line.xpath(".//a/@href")
        assert parse_qs(urlsplit(appeal).query) == {"notice": [NUMBER], "row": [str(row["id"])]}
        assert urlsplit(objection).path == urlsplit(snapshot["links"]["objection"]).path
        assert row["name"] in line.text_content()


def test_a_404_page_finds_its_style_from_any_address(html: Html) -> None:
    for folder in FOLDERS.values():
        page = parser.fromstring(html(f"{folder}404.html"))
        for address in page.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
            assert address.startswith(f"/notice/{folder}assets/")


def test_nothing_needs_more_than_the_strict_policy_allows(live: Publication) -> None:
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'self'")
    for name in live.files:
        if name.endswith(".html"):
            page = parser.fromstring((live.path / name).read_bytes())
            assert page.xpath("//style | //@style | //script[not(@src) and not(@type='application/json')]") == []
            assert [key for key in page.xpath("//@*") if re.match("on", str(key.attrname or ""))] == []
            assert not [a for a in page.xpath("//link/@href | //script/@src | //img/@src") if re.match("https?:|//", a)]


def test_unlisted_pages_are_in_no_sitemap_and_no_index(snapshot: dict[str, Any], tmp_path: Any) -> None:
    snapshot["links"]["site"] = "https://hr.example.com/notice/"
    live = publish(snapshot, tmp_path)
    sitemap = (live.path / "sitemap.xml").read_text()
    assert "https://hr.example.com/notice/policy/</loc>" in sitemap
    assert NUMBER not in sitemap
    for folder in FOLDERS.values():
        index = (live.path / folder / "search" / "search_index.json").read_text()
        assert f"notices/{NUMBER}" not in index


def test_the_policy_is_in_the_search_index(html: Html) -> None:
    assert "policy/#c-3.3.5" in html("search/search_index.json")


def test_languages_have_the_same_strings() -> None:
    keys = {key: set(strings(key)) for key in LANGUAGES}
    assert keys["zh_hant"] == keys["zh_hans"] == keys["en"]
    for name in keys["en"]:
        holes = {frozenset(re.findall(r"\{(\w+)\}", strings(key)[name])) for key in LANGUAGES}
        assert len(holes) == 1, name


@pytest.mark.parametrize("people", [0, 1, PAGE_ROWS, PAGE_ROWS + 1])
def test_long_lists_are_paged_without_losing_anybody(people: int, snapshot: dict[str, Any], tmp_path: Any) -> None:
    notice, row = snapshot["notices"][0], snapshot["notices"][0]["rows"][0]
    notice["rows"] = [{**row, "id": n, "number": f"N{n:05}"} for n in range(people)]
    live = publish(snapshot, tmp_path)
    folder = live.path / "en" / "notices" / NUMBER
    files = [folder / "index.html", *sorted(folder.glob("p*.html"))]
    found = [n for file in files for n in re.findall(r"N\d{5}</bdi>", file.read_text())]
    assert len(found) == len(set(found)) == people
    assert len(re.findall(r"N\d{5}</bdi>", (folder / "print" / "index.html").read_text())) == people
    assert len(files) == max(1, -(-people // PAGE_ROWS))


def test_one_language_alone_stands_at_the_root(snapshot: dict[str, Any], tmp_path: Any) -> None:
    snapshot["languages"] = ["en"]
    live = publish(snapshot, tmp_path)
    assert parser.parse(str(live.path / "index.html")).getroot().get("lang") == "en"
    assert not [name for name in live.files if PurePosixPath(name).parts[0] in {"en", "zh-hant", "zh-hans"}]


def test_unlike_numbers_never_share_a_folder() -> None:
    numbers = ["2026-1", "2026 1", "2026/1", "2026-A", "2026-a", "公示1", "公告1", "../../x", "", "."]
    assert len({slug(number) for number in numbers}) == len(numbers)
    assert all(re.fullmatch("[a-z0-9-]+", slug(number)) for number in numbers)


def test_a_corrected_list_and_its_correction_point_to_each_other(snapshot: dict[str, Any], tmp_path: Any) -> None:
    first = snapshot["notices"][0]
    snapshot["notices"].append({**first, "number": "2026-03", "kind": "correction", "corrects": NUMBER})
    live = publish(snapshot, tmp_path)
    assert "2026-03" in (live.path / "notices" / NUMBER / "index.html").read_text()
    assert f"更正 {NUMBER}" in (live.path / "notices" / "2026-03" / "index.html").read_text()
