"""Forms are taken only from these pages themselves: without a cookie there is nothing a token could hang on."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

from admin.report.pages import settings

SAFE = ("GET", "HEAD", "OPTIONS")


def refuse_foreign_origin() -> None:
    """Refuse (403) what is sent from another site, or does not say from where; old browsers say it by Referer alone."""
    if request.method in SAFE:
        return
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(said).netloc not in (request.host, urlsplit(settings().portal_url).netloc) or not urlsplit(said).netloc:
        abort(403)
