"""A page's form and an API's request carry a key of their own, so that one sent twice is carried out once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Flask, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin.operations.once import Asked, Repeated, set_asked
from admin.web.acting import is_api
from admin.web.errors import came_from, wants_json
from admin.web.texts import moment

FIELD, HEADER = "once", "Idempotency-Key"
LONGEST_KEY = 200
BESIDE = (FIELD, "csrf_token", "password_again", "code_again")  # not what is asked for; a password is kept nowhere
READING = ("GET", "HEAD", "OPTIONS")  # change nothing, and so are never the second time of anything


def register(app: Flask) -> None:
    """Read the key of each request, and answer what was done already."""
    app.jinja_env.globals["once_key"] = lambda: secrets.token_urlsafe(12)
    app.register_error_handler(Repeated, repeated)

    @app.before_request
    def _begin() -> None:
        if request.method not in READING:
            set_asked(asked())

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if request.method not in READING:
            set_asked(None)


def asked() -> Asked | None:
    """This request with its key, or None where it carries none.

    A page's key stands for the form as it was sent, with the bytes of its files: filled in otherwise, after the way back, it
    is another request.
    """
    address = f"{request.method} {request.path}"
    if is_api():
        key, what = request.headers.get(HEADER, "")[:LONGEST_KEY], f"{address} {request.get_data(as_text=True)}"
        return Asked(key, what) if key else None
    if not request.form.get(FIELD):
        return None
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in BESIDE]
    what = f"{address} {sent!r} {_files()}"
    return Asked(f"{request.form[FIELD]} {what}", what)


def _files() -> list[tuple[str, str | None, str]]:
    """The files of a form by their names and the hash of their bytes, each left as it was for whoever reads it."""
    told = []
    for name, file in request.files.items(multi=True):
        told.append((name, file.filename, hashlib.file_digest(file.stream, "sha256").hexdigest()))  # type: ignore[arg-type]
        file.stream.seek(0)
    return told


def repeated(error: Repeated) -> ResponseReturnValue:
    """It was done already: the first result, or when it was done; a page goes back to where it came from."""
    text = _("This was done already at %(at)s; it was not done a second time.", at=moment(error.done_at))
    if not wants_json():
        flash(text, "info")
        return redirect(came_from())
    facts: dict[str, Any] = {"at": error.done_at.isoformat()}
    if error.result is not None:
        return jsonify(error.result), 200
    return jsonify({"refused": True, "clause": "1.3.1", "reason": text, "facts": facts}), 409
