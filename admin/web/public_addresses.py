"""Which addresses answer without a sign-in; every other one leads to the sign-in page (3.3-g)."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from admin.web.acting import current_actor, is_api
from admin.web.sent_back import came_by, typed

PUBLIC = frozenset(
    {
        "SignInView.code",
        "SignInView.login",
        "SignInView.logout",
        "ActivationView.activate",
        "LocaleView.index",
        "health",
        "metrics",
        "static",
        "appbuilder.static",
    }
)


def register(app: Flask) -> None:
    """Send who is not signed in to the sign-in page, and back afterwards; the API answers 401 by itself.

    A form that was filled in is not sent away: its words would be lost, so that the answer (401) gives them back.
    """

    @app.before_request
    def _door() -> Response | None:
        if request.endpoint is None or request.endpoint in PUBLIC or is_api() or current_actor() is not None:
            return None
        if typed():
            raise Unauthorized
        back = request.full_path.rstrip("?") if request.method == "GET" else came_by() or None
        return redirect(url_for("SignInView.login", next=None if back == "/" else back))
