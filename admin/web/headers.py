"""The security headers of every answer, exactly."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request

from config import Settings
from notice_site.headers import COMMON, STRICT_TRANSPORT

STATIC_SECONDS = 3600
NONCE = "portal.nonce"  # of the request in whose answer this page is shown


def csp_nonce() -> str:
    """The nonce of this request's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = request.environ.get(NONCE) or secrets.token_urlsafe(16)
    return g.csp_nonce


def policy(nonce: str) -> str:
    """What a page may load: our own files only, scripts only with this request's nonce."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def lead_to_ourselves(response: Response, settings: Settings) -> None:
    """An answer that leads on leads to a path of ours: an absolute address would name whatever host the request named.

    What stands in such an answer to be read is left out, because it says the same address once more.
    """
    location = response.headers.get("Location")
    if location is None or location.startswith((f"{settings.portal_url}/", settings.notice_site_url)):
        return
    parts = urlsplit(location)
    path = parts.path if not parts.netloc and not parts.path.startswith(("/", "\\")) else "/" + parts.path.lstrip("/\\")
    ours = urlunsplit(("", "", path, parts.query, parts.fragment))
    if ours != location:
        response.headers["Location"] = ours
        response.set_data(b"")


def register(app: Flask) -> None:
    """Set them on every answer of the app."""
    production = app.config["PORTAL"].production

    @app.after_request
    def _secure(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = policy(csp_nonce())
        headers.update(COMMON)
        if production:
            headers.update(STRICT_TRANSPORT)
        if request.endpoint is None or not request.endpoint.endswith("static"):
            headers["Cache-Control"] = "no-store"
        lead_to_ourselves(response, app.config["PORTAL"])
        headers.pop("Server", None)
        headers.pop("X-Powered-By", None)
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
