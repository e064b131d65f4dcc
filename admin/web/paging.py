"""Which part of a long list is asked for, and where its other parts are: an argument of the page's own address."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from admin.web.records import number_of

PAGE = "page"


def wanted_part(name: str = PAGE) -> int:
    """The number of the part that the address asks for; the first where it names none."""
    return number_of(request.args.get(name)) or 1


def at_page(number: int, name: str = PAGE) -> str:
    """The address of this page with another part of a list, and all else as it stands."""
    given: dict[str, Any] = request.args.to_dict(flat=False) | (request.view_args or {}) | {name: number}
    return url_for(request.endpoint or "", **given)
