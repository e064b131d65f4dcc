"""Numbers in addresses: one that no table can hold names nothing, and is 404 before anybody asks the database."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from admin.web.records import LARGEST_ID


class RowNumber(IntegerConverter):
    """`<int:...>` in a route: plain digits, at most what a key column holds."""

    def __init__(self, url_map: Map, *given: Any, **options: Any) -> None:
        super().__init__(url_map, *given, **{"max": LARGEST_ID} | options)


def register(app: Flask) -> None:
    """From now on routes that ask for a number take only one that a table can hold; call it before routes are made."""
    app.url_map.converters["int"] = RowNumber
