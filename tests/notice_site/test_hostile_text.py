"""Whatever stands in a snapshot stays text: inert in every page, and intact."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html as parser

from notice_site.site import Publication, publish

HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "</title></script><script>alert(1)</script>",
    "{{7*7}}{% raw %}{# x #}",
    "[click](javascript:alert(1)) **bold** `code`",
    "# heading\n- item",
    "\u202egpj.exe\u202c evil \u202e",
    "a\u200bb\u200dc 𠮷野家",
    "\"' onmouseover=alert(1) x='&amp;",
    "<!-- rows of this notice --><rows data file>",
)
LANGUAGES = ("zh_hant", "zh_hans", "en")


def _poisoned(value: Any, poison: str) -> Any:
    """The same tree with the poison in every text that a person wrote."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return dict.fromkeys(LANGUAGES, poison)
        written = {"department", "name", "remark"} if "to_grade" in value else {"title", "name"}
        return {
            key: poison if key in written and isinstance(item, str) else _poisoned(item, poison)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_poisoned(item, poison) for item in value]
    return value


@pytest.fixture(scope="module", params=range(len(HOSTILE)))
def poisoned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Publication]:
    """A site published from a snapshot in which every text is the same hostile one."""
    from tests.notice_site.conftest import load_sample

    poison = HOSTILE[request.param]
    snapshot = _poisoned(load_sample(), poison)
    notice = snapshot["notices"][0]
    notice["number"] = poison
    snapshot["notices"][1]["corrects"] = poison
    snapshot["documents"][0]["number"] = poison
    snapshot["policy"]["version"] = poison
    for row in notice["rows"]:
        row["number"] = poison
    return poison, publish(snapshot, tmp_path_factory.mktemp("poisoned"))


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_no_text_becomes_an_element_or_a_script(poisoned: tuple[str, Publication], live: Publication) -> None:
    poison, site = poisoned
    for name in site.files:
        if name.endswith(".html"):
            page = parser.fromstring((site.path / name).read_bytes())
            assert page.xpath("//img[not(starts-with(@src, '../pictures/'))] | //article//code[text()='code']") == []
            assert all(
                script.get("src") or script.get("type") == "application/json" for script in page.xpath("//script")
            )
            assert not [a for a in page.xpath("//@*") if (a.attrname or "").startswith("on")]
            assert not [a for a in page.xpath("//@href") if a.startswith("javascript")]
            assert "49" not in (page.findtext(".//title") or "") or "49" in poison
            assert len(page.xpath("//h1")) == 1


def test_every_text_arrives_as_it_was_written(poisoned: tuple[str, Publication]) -> None:
    poison, site = poisoned
    wanted = " ".join(poison.split())
    folder = next((site.path / "notices").glob("*/print")).parent
    page = parser.parse(str(folder / "index.html")).getroot()
    assert _text(page.xpath("//h1")[0]) == wanted
    assert {_text(cell) for cell in page.xpath("//td[@class='name']")} == {wanted}
    assert {_text(cell) for cell in page.xpath("//td[@class='department']")} == {wanted}
    policy = parser.parse(str(site.path / "policy" / "index.html")).getroot()
    assert wanted in _text(policy.xpath("//section[@class='clause']")[0])
    data = json.loads(next((site.path / "data").iterdir()).read_text(encoding="utf-8"))
    assert all(row[3] == poison for row in data["rows"])


def test_writing_direction_ends_with_the_cell(poisoned: tuple[str, Publication]) -> None:
    _, site = poisoned
    folder = next((site.path / "notices").glob("*/print")).parent
    page = parser.parse(str(folder / "index.html")).getroot()
    assert all(cell[0].tag == "bdi" for cell in page.xpath("//td[@class='name' or @class='department']"))


def test_the_pictures_hold_the_text_and_no_element_of_it(poisoned: tuple[str, Publication]) -> None:
    from lxml import etree

    _, site = poisoned
    for picture in (site.path / "pictures").glob("*.svg"):
        tags = {etree.QName(element).localname for element in etree.parse(str(picture)).iter()}
        assert tags <= {"svg", "title", "rect", "text", "circle", "path"}
