"""Which language a page speaks: the one chosen in this session, else the browser's, else Traditional Chinese."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, g, request, session
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    format_date,
    format_datetime,
    get_domain,
    get_locale,
    get_translations,
    refresh,
)
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

LANGUAGE_TAGS = {
    "zh_Hant_TW": ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh"),
    "zh_Hans_CN": ("zh-hans", "zh-cn", "zh-sg"),
    "en": ("en",),
}


MOST_PRINTED = 20_000  # texts that a catalogue keeps as a page prints them; it has fewer


class CatalogueOfRequest(Domain):
    """The catalogue that a request speaks from, looked up once and not for each of its hundreds of strings."""

    def get_translations(self) -> Any:
        """The catalogue of the language as it stands; another one after `remember` and within `force_locale`."""
        # Flask-Babel finds its place by several proxies at each string; they are a quarter of what a long page takes.
        held = g._get_current_object().__dict__ if g else {}
        kept = held.get("catalogue_of_request")
        if kept is not None and kept[0] is getattr(kept[1], "babel_locale", None):
            return kept[2]
        locale = get_locale()
        if locale is None:  # nobody asks: a command, or timed work
            return super().get_translations()
        g.catalogue_of_request = (locale, g._flask_babel, super().get_translations())
        return g.catalogue_of_request[2]

    def printed(self, message: str) -> Markup:
        """A text of a page that takes no values, as it is printed: signs of per cent are written twice in all texts."""
        catalogue = self.get_translations()
        kept: dict[str, Markup] = catalogue.__dict__.setdefault("printed", {})
        found = kept.get(message)
        if found is None:
            found = Markup(catalogue.ugettext(message)) % {}
            if len(kept) < MOST_PRINTED:
                kept[message] = found
        return found


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
        babel.domain_instance = catalogue = CatalogueOfRequest(domain=babel.domain)
    speak(app, catalogue)
    app.before_request(_forms_speak_our_language)


def speak(app: Flask, catalogue: CatalogueOfRequest) -> None:
    """Have templates ask this catalogue: Jinja's own way goes through three calls with a context for each string."""

    @pass_eval_context
    def said(how: EvalContext, message: str, /, **values: Any) -> str:
        if not how.autoescape:
            return str(catalogue.get_translations().ugettext(message)) % values
        if not values:
            return catalogue.printed(message)
        return Markup(catalogue.get_translations().ugettext(message)) % values

    app.jinja_env.globals |= {"_": said, "gettext": said}


def learn(app: Any) -> None:
    """Read the catalogue and the dates of every language now, in the process that the serving ones are made from."""
    noon = datetime(2000, 1, 1, 12)
    with app.app_context():
        for code in app.config["LANGUAGES"]:
            with force_locale(code):
                get_translations()
                get_domain().get_translations()
                for spelt in (format_date, format_datetime):
                    spelt(noon)


def _forms_speak_our_language() -> None:
    """Flask-WTF would take WTForms' own catalogue, which answers a reader of Traditional Chinese in Simplified."""
    request.wtforms_translations = get_translations()  # type: ignore[attr-defined]


def remember(code: str) -> None:
    """Keep the chosen language for this session."""
    session["locale"] = code
    refresh()
