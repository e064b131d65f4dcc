"""HTTP headers to send with every file of the site, whichever server sends it."""

from __future__ import annotations

# No inline script and nothing from elsewhere: names on the page can then not be made to run or to leave.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex, noarchive",
    # A list that has come down must not live on in a cache.
    "Cache-Control": "no-cache",
}
