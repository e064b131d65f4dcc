"""What the portal's own screens call a thing, in each of its languages: files that come from there are read again."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "translations"


@cache
def _catalogues() -> tuple[GNUTranslations, ...]:
    found = []
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.mo")):
        with path.open("rb") as file:
            found.append(GNUTranslations(file))
    return tuple(found)


@cache
def said(message: str) -> tuple[str, ...]:
    """A message as the screens say it: in English, as it stands in the code, and in every language that has a catalogue."""
    return tuple(dict.fromkeys((message, *(each.gettext(message) for each in _catalogues()))))
