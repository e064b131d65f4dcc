"""Everything that the portal answers, as one WSGI application: portal and API, notice site, complaint form.

A production server may use the same composition: `gunicorn -k admin.cli.buffering.BufferingWorker
'admin.cli.wsgi:application()'`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from admin.app import create_app
from admin.cli.site import NoticeSite
from admin.files.apart import within_a_breath
from admin.report.app import report_app
from config import Settings, settings_from
from notice_site.release import Place

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def application(settings: Settings | None = None) -> Composition:
    """The whole product for these settings, or for those of the environment."""
    settings = settings or settings_from()
    portal = create_app(settings)
    return Composition(
        portal,
        {
            "/notice": NoticeSite(Place.of(settings.var_dir).public, production=settings.production),
            "/report": report_app(settings),
        },
    )


class Composition:
    """Passes a request on by the first part of its path; the parts share nothing, not even a cookie parser."""

    def __init__(self, portal: WSGIApplication, parts: Mapping[str, WSGIApplication]) -> None:
        self.portal = portal
        self.parts = dict(parts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        first = "/" + environ.get("PATH_INFO", "").lstrip("/").partition("/")[0]
        with within_a_breath():  # whoever sends a file keeps a serving process no longer waiting for its check
            return self.parts.get(first, self.portal)(environ, start_response)
