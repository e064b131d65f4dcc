"""The JSON that a program sends: an object that can be stored, or 400."""

from __future__ import annotations

from typing import Any

from flask import abort, json, request


def json_object() -> dict[str, Any]:
    """The JSON object of the request; 400 where it is none, nested beyond reading, or holds half a character."""
    try:
        payload = request.get_json(silent=True)
        json.dumps(payload, ensure_ascii=False).encode()  # "\ud800" alone is read, but no database keeps it
    except (RecursionError, UnicodeEncodeError):
        abort(400)
    if not isinstance(payload, dict):
        abort(400)
    return payload
