"""One rule of text: what people enter can be printed, and the snapshot's schema, the forms, acts and imports agree."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from admin.domain.refusals import Invalid
from admin.domain.texts import is_printable, printable, refuse_unprintable
from admin.files import cleaning
from admin.files.faults import Unclean
from admin.operations.fields import Field, cleaned
from notice_site.validate import SCHEMA

HALVES = range(0xD800, 0xE000)  # no JSON text can hold one: `validate` refuses it before it looks at the schema
PLANE = [chr(code) for code in range(0x10000) if code not in HALVES] + ["\U0001f600", "\U00020bb7", "\U0010ffff"]


def patterns(node: Any) -> set[str]:
    """Every pattern of the schema that says which characters a text may hold."""
    if isinstance(node, dict):
        own = {node["pattern"]} if str(node.get("pattern", "")).startswith("^[^\\u0000") else set()
        return own.union(*map(patterns, node.values()))
    return set().union(*map(patterns, node)) if isinstance(node, list) else set()


def test_the_snapshots_schema_refuses_the_same_characters_as_the_rule() -> None:
    (pattern,) = patterns(json.loads(SCHEMA.read_text(encoding="utf-8")))
    fits = jsonschema_rs.validator_for({"pattern": pattern}).is_valid
    assert [f"{ord(each):04x}" for each in PLANE if fits(f"a{each}b") != is_printable(f"a{each}b")] == []


def test_every_text_of_the_schema_that_is_no_code_is_held_to_the_rule() -> None:
    def free(node: Any, place: str = "") -> list[str]:
        if isinstance(node, dict):
            loose = node.get("type") == "string" and not {"pattern", "format"} & set(node)
            inner = [each for key, value in node.items() for each in free(value, f"{place}.{key}")]
            return [place, *inner] if loose else inner
        return [each for value in node for each in free(value, place)] if isinstance(node, list) else []

    found = {place.rpartition(".properties.")[2] for place in free(json.loads(SCHEMA.read_text(encoding="utf-8")))}
    assert found == {"tz", "corrects.anyOf"}  # a time zone's name, and the number of another notice: both are looked up


@pytest.mark.parametrize("spoilt", ["a\x0bb", "a\x7fb", "a\x85b", "a\x00", "\ud842", "a\uffff"])
def test_a_text_that_cannot_be_printed_is_refused_at_every_door(spoilt: str) -> None:
    assert not is_printable({"rows": [{"name": spoilt}]}) and not is_printable({spoilt: 1})
    with pytest.raises(Invalid) as refused:
        refuse_unprintable(name=spoilt, other="kept")
    assert list(refused.value.fields) == ["name"]
    for kind in ("text", "reason", "json"):
        with pytest.raises(Invalid, match="cannot be stored"):
            cleaned((Field("x", kind=kind),), {"x": [spoilt] if kind == "json" else spoilt})
    with pytest.raises(Unclean):
        cleaning.clean_text(f"王{spoilt}明" if spoilt not in ("a\x0bb", "a\x85b") else "王\x01明")


@pytest.mark.parametrize(
    "unseen", ["\u200b", " \u2060\ufeff ", "\u202e\u202c", "\u3164", "\u115f\u1160", "\u00ad", "\u0301"]
)
def test_a_text_that_leaves_no_mark_is_refused_and_beside_others_it_is_kept(unseen: str) -> None:
    assert not is_printable(unseen) and not is_printable({"rows": [{"name": unseen}]})
    assert is_printable(f"王{unseen}明") and is_printable("  ") and is_printable("👩\u200d💻")


def test_line_ends_and_tabs_are_text() -> None:
    assert is_printable("one\n\ttwo\r\nthree 𠮷野家")


def test_what_was_stored_before_the_rule_is_shown_with_a_mark() -> None:
    assert printable("a\x0bb") == "a\N{REPLACEMENT CHARACTER}b"
    assert printable("a\x0bb", "") == "ab"
