"""HEAD is answered as GET is, without the body: no view ever takes it for a form that was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class HeadAsGet:
    """Flask sends HEAD to a GET route under its own name, and no token guards it: a view that takes "not GET" for a
    form would write. Here it is a GET whose body is dropped."""

    def __init__(self, answer: WSGIApplication) -> None:
        self.answer = answer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return self.answer(environ, start_response)
        body = self.answer({**environ, "REQUEST_METHOD": "GET"}, start_response)
        if close := getattr(body, "close", None):
            close()
        return ()


def register(app: Flask) -> None:
    """Answer HEAD as GET for every route of the app."""
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]
