"""What the names of columns mean: each kind's fields by the words that HR's files have for them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from admin.files.field_specs import FieldSpec
from admin.files.headers import header_key, header_keys, two_languages
from admin.files.import_fields import FIELDS
from admin.files.metric_words import METRIC_LABELS, metric_named, metric_words
from admin.files.screen_words import said
from admin.files.value_words import VALUE_WORDS

_CLOSE = 0.6  # from where on two names are taken for meant alike


@cache
def header_words(kind: str) -> dict[str, str]:
    """Header key → field of one kind; a word that stands for two fields belongs to the first."""
    words: dict[str, str] = {}
    for of_field in (_names_proper, _on_screens, _synonyms):  # those of all fields before the next of any
        for spec in FIELDS[kind]:
            for word in of_field(spec):
                words.setdefault(header_key(word), spec.name)
    return words


def _names_proper(spec: FieldSpec) -> Iterable[str]:
    return spec.headers


def _on_screens(spec: FieldSpec) -> Iterable[str]:
    return (word for message in (spec.label, *spec.lists) for word in said(message))


def _synonyms(spec: FieldSpec) -> Iterable[str]:
    return (*spec.synonyms, spec.name)


@cache
def all_header_keys() -> frozenset[str]:
    """Every header known to any kind: what tells a header row from a title."""
    return frozenset(key for kind in FIELDS for key in header_words(kind)) | frozenset(metric_words())


@cache
def all_value_keys() -> frozenset[str]:
    """Every word known as a value, as headers are compared."""
    return frozenset(
        header_key(word) for meanings in VALUE_WORDS.values() for synonyms in meanings.values() for word in synonyms
    )


def is_known_header(text: str) -> bool:
    """Whether any kind knows a column of this name."""
    return any(key in all_header_keys() for key in header_keys(text)) or bool(_said_twice(text))


@cache
def fields_named(text: str) -> frozenset[tuple[str, str]]:
    """Every (kind, field) whose column may be called so."""
    return _fields_named(text) or frozenset(each for each in _said_twice(text) if isinstance(each, tuple))


def _fields_named(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (kind, words[key])
        for kind in FIELDS
        for words in [header_words(kind)]
        for key in header_keys(text)
        if key in words
    )


@cache
def _said_twice(text: str) -> frozenset[Any]:
    """The fields, or the metric, that both halves of a name in two languages stand for."""
    if (halves := two_languages(text)) is None:
        return frozenset()
    fields = _fields_named(halves[0]) & _fields_named(halves[1])
    return fields or frozenset({code} if (code := metric_named(text)) else ())


def spec_of(kind: str, field: str) -> FieldSpec:
    """The field's specification; KeyError when the kind has no such field."""
    for spec in FIELDS[kind]:
        if spec.name == field:
            return spec
    raise KeyError(field)


@cache
def guessed(kind: str, header: str) -> str:
    """The label of what a column may be meant as that no word of ours names; "" where nothing is near."""
    known = {key: spec_of(kind, name).label for key, name in header_words(kind).items()}
    if kind == "metrics":
        known |= {key: METRIC_LABELS[code] for key, code in metric_words().items()}
    for key in header_keys(header):
        if key in known:
            return known[key]
        inside = [word for word in known if len(word) > 1 and (word in key or (len(key) > 1 and key in word))]
        if near := get_close_matches(key, known, n=1, cutoff=_CLOSE) or sorted(inside, key=len)[-1:]:
            return known[near[0]]
    return ""
