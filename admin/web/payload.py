"""What people and programs send: fields and JSON that can be read and stored, or a plain answer why not."""

from __future__ import annotations

from typing import Any

from flask import Flask, json, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.texts import UNPRINTABLE_TEXT, is_printable, printable

SHOWN = 40  # so much of a text that is refused is quoted


class Unreadable(BadRequest):
    """A request that cannot be read; the description says in the reader's language what it should have been."""


def json_object() -> dict[str, Any]:
    """The JSON object of the request.

    Raises `Unreadable` where it is none, nested beyond reading or holds half a character ("\\ud800" alone is read as
    one), and `Invalid` by name where it holds a character that cannot be printed.
    """
    try:
        payload = request.get_json(silent=True)
        json.dumps(payload, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        raise Unreadable(_("The JSON is nested too deep, or holds half a character.")) from None
    if not isinstance(payload, dict):
        raise Unreadable(_("Send one JSON object, with the header Content-Type: application/json."))
    if spoilt := [name for name, value in payload.items() if not is_printable([name, value])]:
        raise Invalid({printable(name): UNPRINTABLE_TEXT for name in spoilt})
    return payload


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
