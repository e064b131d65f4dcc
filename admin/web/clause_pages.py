"""The pages that carry clauses: which are there, which the reader may open, which clauses the page asked for carries."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from admin.access.permissions import READ
from admin.queries.policy.clauses import PAGES, ClausePage, clauses_carried_at


def clauses_here() -> list[str]:
    """The clauses that the page of this request carries, for its foot."""
    view = (request.endpoint or "").partition(".")[0]
    return clauses_carried_at(request.path) if may_read(view) else []  # a page outside one's role is a page not there


def way_on(slug: object) -> ClausePage | None:
    """The page that a refusal names, if there is one and the reader may open it."""
    carrier = PAGES.get(str(slug))
    return carrier if carrier is not None and may_open(carrier) else None


def is_there(carrier: ClausePage) -> bool:
    """Whether this portal has the page at all: the views that are registered say so, no list does."""
    return _view_at(carrier) is not None


def may_open(carrier: ClausePage) -> bool:
    """Whether the page is there and the reader's role reads it."""
    view = _view_at(carrier)
    return view is not None and (not view or may_read(view))


def _view_at(carrier: ClausePage) -> str | None:
    """The view at a page's address, empty where the address only leads on; None where nothing is there."""
    try:
        endpoint, _arguments = current_app.url_map.bind("localhost").match(carrier.address)
    except RequestRedirect:
        return ""
    except HTTPException:
        return None
    return endpoint.partition(".")[0]


def may_read(view: str) -> bool:
    """Whether the reader's role reads that view."""
    return bool(current_app.appbuilder.sm.has_access(READ, view))  # type: ignore[attr-defined]
