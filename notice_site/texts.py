"""The site's own words, and how a date reads in each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

STRINGS = Path(__file__).with_name("strings")
Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Language:
    """One language of the site: its key in the snapshot, its HTML tag, its folder, its name for itself."""

    key: str
    tag: str
    folder: str
    name: str
    short: str
    locale: str


LANGUAGES = {
    language.key: language
    for language in (
        Language("zh_hant", "zh-Hant", "zh-hant", "繁體中文", "繁", "zh_Hant"),
        Language("zh_hans", "zh-Hans", "zh-hans", "简体中文", "简", "zh_Hans"),
        Language("en", "en", "en", "English", "EN", "en_GB"),
    )
}


@cache
def strings(key: str) -> dict[str, str]:
    """All strings of one language, by dotted name."""
    tree = yaml.load((STRINGS / f"{key}.yaml").read_bytes(), Parser)
    return dict(_flat(tree, ""))


@cache
def figures_named() -> frozenset[str]:
    """The parameters of the policy whose figures stand in the site's own words."""
    texts = " ".join(text for key in LANGUAGES for text in strings(key).values())
    return frozenset(re.findall(r"\{(\w+_\w+)\}", texts))


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, str(value))]
    return found


def long_date(day: str, language: Language) -> str:
    """An ISO date as people write it: 2026年12月1日, 1 December 2026."""
    return format_date(date.fromisoformat(day), "long", locale=language.locale)


def short_date(day: str, language: Language) -> str:
    """Month and day only, for pictures whose year stands beside them."""
    pattern = "d MMM" if language.key == "en" else "M月d日"
    return format_date(date.fromisoformat(day), pattern, locale=language.locale)
