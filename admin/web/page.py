"""Hand-made pages: the base class, and one decorator for a route with its permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask_appbuilder.baseviews import BaseView, expose
from flask_appbuilder.security.decorators import has_access, permission_name

Method = Callable[..., Any]


def route(path: str, *, access: str = "read", post: bool = False, get: bool = True) -> Callable[[Method], Method]:
    """A route of a `Page`; `access` is "read", "write" or an act's name in the access list.

    A GET changes nothing: what changes something takes `post=True` (and `get=False` where there is no form to show).
    """
    methods = [name for name, wanted in (("GET", get), ("POST", post)) if wanted]

    def mark(method: Method) -> Method:
        return expose(path, methods=methods)(has_access(permission_name(access)(method)))

    return mark


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
