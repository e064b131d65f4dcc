"""Hand-made pages: the base class, and one decorator for a route with its permission."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import current_app, render_template, url_for
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name

Method = Callable[..., Any]


def route(
    path: str, *, access: str = "read", post: bool = False, get: bool = True, asks: str = ""
) -> Callable[[Method], Method]:
    """A route of a `Page`; `access` is "read", "write" or an act's name in the access list.

    A GET changes nothing: what changes something takes `post=True` (and `get=False` where there is no form to show).
    `asks` names the acts, each as "process.action", whose input this page asks for, because a generic form could not.
    """
    methods = [name for name, wanted in (("GET", get), ("POST", post)) if wanted]

    def mark(method: Method) -> Method:
        method._asks = asks  # type: ignore[attr-defined]
        return expose(path, methods=methods)(has_access(permission_name(access)(method)))

    return mark


def page_asking(process: str, action: str) -> str | None:
    """The endpoint of the page that asks for an act's input; None where the generic form does."""
    known: dict[str, str] = current_app.extensions.setdefault("pages_asking", {})
    if not known:
        known |= dict(_pages_asking(current_app.appbuilder.baseviews))  # type: ignore[attr-defined]
    return known.get(f"{process}.{action}")


def _pages_asking(views: Iterable[BaseView]) -> Iterator[tuple[str, str]]:
    for view in views:
        for name, method in inspect.getmembers(type(view), inspect.isfunction):
            for asks in getattr(method, "_asks", "").split():
                yield asks, f"{view.endpoint}.{name}"


def address_asking(process: str, action: str, record_id: int) -> str | None:
    """The address of that page for a record: its one number is the record's; where it takes none it is a page for all."""
    endpoint = page_asking(process, action)
    if endpoint is None:
        return None
    (rule,) = (each for each in current_app.url_map.iter_rules(endpoint) if "GET" in (each.methods or ()))
    given: dict[str, Any] = dict.fromkeys(rule.arguments, record_id)
    return url_for(endpoint, **given)


class Page(BaseView):
    """Base of hand-made pages; `route_base` is their address, `default_view` the method that the menu leads to."""

    default_view = "index"

    def show_page(self, template: str, page: Any = None, /, **beside: Any) -> str:
        """Render a template from a typed page, whose attributes are the template's variables; `beside` it stands little."""
        given = (
            {name: getattr(page, name) for name in dir(page) if not name.startswith("_")} if page is not None else {}
        )
        return render_template(
            template,
            base_template=self.appbuilder.base_template,
            appbuilder=self.appbuilder,
            **given,
            **beside,
        )
