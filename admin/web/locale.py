"""Which language a page speaks: the one chosen in this session, else the browser's, else Traditional Chinese."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale, get_translations, refresh

LANGUAGE_TAGS = {
    "zh_Hant_TW": ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh"),
    "zh_Hans_CN": ("zh-hans", "zh-cn", "zh-sg"),
    "en": ("en",),
}


class CatalogueOfRequest(Domain):
    """The catalogue that a request speaks from, looked up once and not for each of its hundreds of strings."""

    def get_translations(self) -> Any:
        """The catalogue of the language as it stands; another one after `remember`."""
        locale = get_locale()
        if locale is None:  # nobody asks: a command, or timed work
            return super().get_translations()
        kept = g.get("catalogue_of_request")
        if kept is None or kept[0] is not locale:
            kept = g.catalogue_of_request = (locale, super().get_translations())
        return kept[1]


def accepted(header: str, languages: dict[str, object], default: str) -> str:
    """The best of our languages for an Accept-Language header."""
    for tag in _by_quality(header):
        for code in languages:
            if any(
                tag == known or tag.startswith(known + "-")
                for known in LANGUAGE_TAGS.get(code, ())
                if known != "zh" or tag == "zh"
            ):
                return code
    return default


def _by_quality(header: str) -> list[str]:
    found = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.strip().lower().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            found.append((-weight, position, tag))
    return [tag for _, _, tag in sorted(found)]


def register(app: Flask, babel: Babel) -> None:
    """Put our choice in the place of FAB's, which takes any stale value from the session and fails on it."""
    languages, default = app.config["LANGUAGES"], app.config["BABEL_DEFAULT_LOCALE"]

    def choose() -> str | None:
        if not request:
            return None
        for chosen in (request.args.get("_l_"), session.get("locale")):
            if chosen in languages:
                return chosen
        return accepted(request.headers.get("Accept-Language", ""), languages, default)

    app.extensions["babel"].locale_selector = choose
    with app.app_context():
        babel.domain_instance = CatalogueOfRequest(domain=babel.domain)
    app.before_request(_forms_speak_our_language)


def _forms_speak_our_language() -> None:
    """Flask-WTF would take WTForms' own catalogue, which answers a reader of Traditional Chinese in Simplified."""
    request.wtforms_translations = get_translations()  # type: ignore[attr-defined]


def remember(code: str) -> None:
    """Keep the chosen language for this session."""
    session["locale"] = code
    refresh()
