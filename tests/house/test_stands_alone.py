"""The repository stands alone: what it refers to is in it."""

from __future__ import annotations

import re
from pathlib import Path

import admin.rulebook
from admin.rulebook.loader import load
from tests.house.test_layout import our_files, relative

HERE = {path.name for path in our_files("*.md")}
RULE = re.compile(r"\b\d(?:\.\d){1,2}-[a-z]\d?\b")


def texts() -> dict[str, str]:
    """Every source and page of ours, by its place."""
    return {relative(path): path.read_text(encoding="utf-8") for path in our_files("*.py", "*.md", "*.html", "*.yaml")}


def test_every_document_that_is_named_is_here() -> None:
    named = {(place, name) for place, text in texts().items() for name in re.findall(r"\b[\w-]+\.md\b", text)}
    assert {(place, name) for place, name in named if name not in HERE and "notice_site" not in place} == set()


def test_every_rule_that_is_cited_stands_in_the_rulebook() -> None:
    known = {clause.id for clause in load(Path(admin.rulebook.__file__).parent / "policy-1").clauses}
    cited = {
        (place, rule)
        for place, text in texts().items()
        if place != "tests/house/test_stands_alone.py"
        for rule in RULE.findall(text)
    }
    assert {(place, rule) for place, rule in cited if rule not in known and place.startswith("admin/")} == set()


def test_nothing_names_a_place_of_one_machine() -> None:
    found = {place for place, text in texts().items() if re.search(r"(?<![\w.])/(?:root|work|home)/\w", text)}
    assert found - {"tests/house/test_stands_alone.py"} == set()
