"""HTTP headers: those that every answer of the product has, and those of the site, whichever server sends them."""

from __future__ import annotations

import re

# The same on portal, notice site and complaint form, so that none tells by them which part or which server answers.
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would send the complaint form's own origin as "null"
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, noarchive",
}
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}  # where users come by https

# No inline script and nothing from elsewhere: names on the page can then not be made to run or to leave.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    **COMMON,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # A list that has come down must not live on in a cache.
    "Cache-Control": "no-cache",
}
HASHED_ASSET = re.compile(r"/assets/.*\.[0-9a-f]{8}\.[^/]+$")
FOR_EVER = "public, max-age=31536000, immutable"  # another content has another name
LISTED = re.compile(r"/(notices|data)/[^/]+")


def headers_of(path: str) -> dict[str, str]:
    """The site's headers for the file at this path."""
    return HEADERS | ({"Cache-Control": FOR_EVER} if HASHED_ASSET.search(path) else {})


def missing_status(path: str) -> str:
    """What is not there: a list that is not there was taken down, or never was; nobody is told which."""
    return "410 Gone" if LISTED.search(path) else "404 Not Found"
