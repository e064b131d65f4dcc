"""What people and programs send: fields and JSON that can be read and stored, or a plain answer why not."""

from __future__ import annotations

from typing import Any

from flask import Flask, json, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from admin.domain.refusals import N_, Invalid, NotFound

SHOWN = 40  # so much of a text that is refused is quoted


class Unreadable(BadRequest):
    """A request that cannot be read; the description says in the reader's language what it should have been."""


def json_object() -> dict[str, Any]:
    """The JSON object of the request.

    Raises `Unreadable` where it is none, nested beyond reading or holds half a character ("\\ud800" alone is read as
    one), and `Invalid` by name where it holds NUL: no database keeps either.
    """
    try:
        payload = request.get_json(silent=True)
        text = json.dumps(payload, ensure_ascii=False)
        text.encode()
    except (RecursionError, UnicodeEncodeError):
        raise Unreadable(_("The JSON is nested too deep, or holds half a character.")) from None
    if not isinstance(payload, dict):
        raise Unreadable(_("Send one JSON object, with the header Content-Type: application/json."))
    if spoilt := [name for name, value in payload.items() if "\\u0000" in text and _holds_nul([name, value])]:
        raise Invalid(
            {name.replace("\0", ""): N_("This text holds characters that cannot be stored.") for name in spoilt}
        )
    return payload


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(each) for key, each in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def refuse_nul() -> None:
    """NUL, which PostgreSQL neither keeps nor looks for, and no keyboard types.

    Raises `NotFound` where the address holds it, `Invalid` for an argument or a field of a form.
    """
    if "\0" in request.path:
        raise NotFound(request.path)
    for name, values in request.values.lists():
        for text in (name, *values):
            if "\0" in text:
                shown = text.replace("\0", "\N{SYMBOL FOR NULL}")[:SHOWN]
                reason = N_("This text holds characters that cannot be stored: %(text)s")
                raise Invalid({name.replace("\0", ""): reason}, {"text": shown})


def register(app: Flask) -> None:
    """Look into every request before a view does; call it after what finds out who asks."""
    app.before_request(refuse_nul)
