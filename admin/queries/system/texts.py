"""Names of records in the three languages, as data for those who render them."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("zh_hant", "zh_hans", "en")


def names_of(row: Any) -> dict[str, str]:
    """The name columns of a row by language."""
    return {lang: getattr(row, f"name_{lang}") for lang in LANGUAGES}


def same(text: str) -> dict[str, str]:
    """One text that is the same in every language (a person's name, a number)."""
    return dict.fromkeys(LANGUAGES, text)


def each(zh_hant: str, zh_hans: str, en: str) -> dict[str, str]:
    """The same thing said in each language."""
    return {"zh_hant": zh_hant, "zh_hans": zh_hans, "en": en}
