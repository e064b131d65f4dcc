"""The security headers of every answer, exactly."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

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
        headers.pop("Server", None)
        headers.pop("X-Powered-By", None)
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
