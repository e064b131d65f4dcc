"""What every page is given: menu, person, language, where to sign out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from werkzeug.routing import BuildError

from admin.access.permissions import READ, may
from admin.domain import codes
from admin.queries.system.calendar import company_day
from admin.web.acting import current_actor
from admin.web.clause_pages import clauses_here
from admin.web.clock import settings
from admin.web.list_rows import placed
from admin.web.paging import at_page
from admin.web.texts import (
    acting,
    coming_text,
    day,
    label_of,
    moment,
    name_of,
    refusal_text,
    stage_label,
    translated,
    whole_dates,
)
from admin.web.trail import event_of
from admin.web.viewing import acting_banner

BADGES: dict[str, tuple[Callable[[], int], tuple[str, ...]]] = {}


class MenuEntry(Protocol):
    """A line of the list of views."""

    @property
    def section(self) -> str:
        """The section of the menu, empty for none."""

    @property
    def label(self) -> object:
        """What the menu calls it."""

    @property
    def name(self) -> str:
        """The view's name."""

    @property
    def under(self) -> str:
        """The view whose entry is marked while this one shows; empty for its own."""


def badge(view: str, count: Callable[[], int], *roles: str) -> None:
    """Have the menu show how much waits behind an entry for its reader; only those who hold one of `roles` can do it."""
    BADGES[view] = count, roles


def stand_under(view: str) -> None:
    """Have the menu mark this view's entry for the page that is being answered."""
    g.menu_entry = view


def menu_label(view: str) -> str:
    """What the menu calls a view."""
    return str(next(entry.label for entry in current_app.extensions["portal_entries"] if entry.name == view))


def menu(entries: Iterable[MenuEntry], sections: dict[str, Any]) -> list[dict[str, Any]]:
    """The menu of the one who asks: sections with the entries they may read."""
    views = {type(view).__name__: view for view in current_app.appbuilder.baseviews}  # type: ignore[attr-defined]
    allowed = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
    here = _here(entries)
    actor = current_actor()
    nobody = actor is None or actor.employee_id is None
    shown: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        view = views.get(entry.name)
        hidden = nobody and entry.section == "mine"  # an account without an employee has nothing of its own
        if entry.section and not hidden and view is not None and allowed(READ, entry.name):
            shown.setdefault(entry.section, []).append(_item(view, entry, here))
    return [{"title": str(title), "items": shown[key]} for key, title in sections.items() if key in shown]


def _here(entries: Iterable[MenuEntry]) -> str:
    """The name of the view whose entry is marked."""
    under = {entry.name: entry.under for entry in entries}
    name = g.get("menu_entry") or request.blueprint or ""
    return under.get(name) or name


def _item(view: Any, entry: MenuEntry, here: str) -> dict[str, Any]:
    url = url_for(f"{view.endpoint}.{view.default_view}")
    count = _waiting(entry.name)
    return {
        "label": str(entry.label),
        "url": url,
        "current": here == view.endpoint,
        "badge": count or None,
        "badge_tone": "warn",
    }


def _waiting(view: str) -> int:
    if view not in BADGES:
        return 0
    count, roles = BADGES[view]
    actor = current_actor()
    # Every page has the menu: whom it cannot concern is not counted for.
    concerned = not roles or (actor is not None and actor.has(*roles))
    return count() if concerned else 0


def register(app: Flask, entries: Iterable[MenuEntry], sections: dict[str, Any]) -> None:
    """Give every template the portal's own variables."""
    app.extensions["portal_entries"] = entries
    app.add_template_filter(whole_dates)

    app.jinja_env.filters |= {"company_day": company_day, "event_of": event_of, "placed": placed}
    app.jinja_env.globals["code_label"] = _code_label
    app.jinja_env.globals |= {
        each.__name__: each
        for each in (
            acting,
            at_page,
            coming_text,
            day,
            format_date,
            label_of,
            moment,
            name_of,
            refusal_text,
            stage_label,
            translated,
        )
    }

    @app.context_processor
    def _given() -> dict[str, Any]:
        actor = current_actor()
        given: dict[str, Any] = {
            "appbuilder": app.appbuilder,  # type: ignore[attr-defined]
            "base_template": app.appbuilder.base_template,  # type: ignore[attr-defined]
            "portal_lang": str(get_locale() or app.config["BABEL_DEFAULT_LOCALE"]),
            "portal_activation_url": _url("ActivationView.activate"),
            "portal_notice_site": settings().notice_site_url,
            "portal_menu": [],
        }
        if actor is not None:
            given |= {
                "portal_menu": menu(entries, sections),
                "portal_person": actor.name,
                "portal_writer": actor.user_id,
                "portal_search_url": _url("SearchView.index") if may(actor.roles, READ, "SearchView") else None,
                "portal_sign_out": _url("SignInView.logout"),
                "portal_clauses": clauses_here(),
                "portal_acting": _acting(),
                "portal_account": [{"label": _("My account"), "url": _url("MyAccountView.userinfo")}],
            }
        return given


def _acting() -> dict[str, Any] | None:
    text = acting_banner()
    return None if text is None else {"text": text, "url": _url("ViewAsView.end")}


def _code_label(of: str, code: str | None) -> str:
    """A code in words, for templates: the enumeration's name and the value."""
    return label_of(getattr(codes, of).labels(), code)


def _url(endpoint: str) -> str | None:
    try:
        return url_for(endpoint)
    except BuildError:
        return None
