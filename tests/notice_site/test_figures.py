"""Every figure on the site comes from the snapshot: none is typed into its words, and every total is one count."""

from __future__ import annotations

import re
from typing import Any

import pytest

from notice_site import pages, validate
from notice_site.edition import Edition
from notice_site.texts import LANGUAGES, figures_named, strings

# What is no figure of the policy: the singular of a plural, the scale of all scores (the schema's), the name of a hash.
NO_FIGURES = {"left.one", "scorecard.lead", "scorecard.of", "policy.hash"}
SPELT = re.compile(r"(?<!最[後后])[一二三四五六七八九十兩两]+\s*[個个]?\s*(工作日|日曆天|自然日|天|月|年|等級|等级)")
WORDS = re.compile(r"\b(two|three|four|five|ten|fifteen|thirty)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_typed_into_the_sites_words(language: str) -> None:
    typed = {
        name
        for name, text in strings(language).items()
        if re.search(r"\d", text) or SPELT.search(text) or (language == "en" and WORDS.search(text))
    }
    assert typed <= NO_FIGURES


def page(name: str, snapshot: dict[str, Any], language: str) -> str:
    """One page below the theme's frame."""
    edition = Edition(snapshot, language)
    (found,) = [each for each in pages.all_pages(edition) if each.source == name]
    return pages.render(found, edition)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_answer_day_is_printed_wherever_it_stands(language: str, snapshot: dict[str, Any]) -> None:
    for place, parameter in enumerate(p for p in snapshot["parameters"] if p["id"] in figures_named()):
        parameter["value_text"] = dict.fromkeys(LANGUAGES, str(81 + place))
    told = page("appeals.md", snapshot, language)
    assert len(figures_named()) == 4 and [str(n) for n in (81, 82, 83, 84) if str(n) not in told] == []


def test_a_snapshot_without_a_figure_that_the_site_prints_is_refused(snapshot: dict[str, Any]) -> None:
    snapshot["parameters"] = [each for each in snapshot["parameters"] if each["id"] != "appeal_answer_days"]
    with pytest.raises(validate.UnfitSnapshot, match="appeal_answer_days is not there"):
        validate.check(snapshot)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh_hant", "送達本人，不列入名單"), ("zh_hans", "送达本人，不列入名单"), ("en", "served personally, not listed")],
)
def test_demotions_that_are_served_are_called_so_and_never_counted_as_none(
    language: str, words: str, snapshot: dict[str, Any]
) -> None:
    past = next(notice for notice in snapshot["notices"] if notice["state"] == "past")
    past["totals"]["demotion"] = None
    validate.check(snapshot)
    assert words in page("archive.md", snapshot, language)


def test_a_row_that_is_printed_anew_leads_to_where_it_stands_now(snapshot: dict[str, Any]) -> None:
    old, new = snapshot["notices"][:2]
    old["moved"] = [{"id": 7001, "number": "A1", "notice": new["number"], "row": 9}]
    validate.check(snapshot)
    html = page(f"notices/{old['number']}/index.md", snapshot, "en")
    assert f'<li id="r-7001"><a href="../../notices/{new["number"]}/#r-9">' in html
    old["moved"][0]["notice"] = "1999-01"
    with pytest.raises(validate.UnfitSnapshot, match="1999-01"):
        validate.check(snapshot)
