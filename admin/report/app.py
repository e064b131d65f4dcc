"""The complaint form: a WSGI application of its own, without sign-in, cookie or address (6.3.1).

Everything that could tell who asks is dropped before anything reads it; that a form was sent from here is known by its
origin instead of a token.
"""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, render_template, request, url_for
from flask.sessions import SecureCookieSession, SessionInterface
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

import config
from admin import access  # noqa: F401  the session's hook registers itself
from admin.access.framework import flask_config
from admin.domain.refusals import Refused
from admin.forms import uploads
from admin.models import db
from admin.models.keys import SEALING, faults
from admin.models.outages import DATABASE
from admin.operations.complaints.complaints import LARGEST_FILES, LIMITS
from admin.operations.sending import set_sending
from admin.report import pages
from admin.report.origin import refuse_foreign_origin
from admin.web.headers import lead_to_ourselves
from admin.web.locale import accepted
from admin.web.texts import refusal_text, whole_dates
from config import Settings
from notice_site.headers import COMMON, STRICT_TRANSPORT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HERE = Path(__file__).parents[1]
LARGEST_TEXT = 512 * 1024
LARGEST_REQUEST = LARGEST_FILES + LARGEST_TEXT
CONTENT_POLICY = "; ".join(
    ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
     "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
)  # fmt: skip
TELL_TALE = (
    "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP",
    "HTTP_VIA", "HTTP_FROM", "REMOTE_ADDR", "REMOTE_PORT", "REMOTE_HOST", "REMOTE_USER",
)  # fmt: skip
NOWHERE = "0.0.0.0"  # some servers' logs fail without an address
log = logging.getLogger("admin.report")


def report_app(settings: Settings) -> Forgetting:
    """The application under /report for these settings."""
    return Forgetting(flask_app(settings))


class Forgetting:
    """Drops what tells who asks, in place, so that the server's own log of the request does not have it either."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in [name for name in environ if name in TELL_TALE or name.startswith("HTTP_SEC_CH_")]:
            del environ[name]
        environ["REMOTE_ADDR"] = NOWHERE
        return self.inner(environ, start_response)


class InMemory(Request):
    """Keeps what is sent in memory: a large file is written to no temporary one, where it would stand in the clear."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> io.BytesIO:
        return io.BytesIO()


class NoSessions(SessionInterface):
    """There is no session, so there is no cookie."""

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        """None: whoever would write into a session fails."""
        return None


def flask_app(settings: Settings) -> Flask:
    """The pages, before what they must not see is dropped."""
    config.use(settings)
    app = Flask(
        "admin.report", root_path=str(HERE), template_folder="templates", static_folder="static",
        static_url_path="/report/static",
    )  # fmt: skip
    app.session_interface = NoSessions()
    app.request_class = InMemory
    app.config.update(_config(settings))
    db.init_app(app)
    Babel(app, locale_selector=_language)
    app.before_request(refuse_foreign_origin)
    app.before_request(lambda: set_sending(()))
    app.before_request(_refuse_without_keys)
    app.after_request(_secure)
    app.context_processor(_given)
    app.add_template_filter(whole_dates)
    app.register_error_handler(Exception, _error)
    uploads.register(app)
    app.register_blueprint(pages.blueprint)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    ours = flask_config(settings)
    return {
        **{name: value for name, value in ours.items() if name.startswith(("SQLALCHEMY_", "BABEL_", "LANGUAGES"))},
        "PORTAL": settings, "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_TEXT, "MAX_FORM_PARTS": 40, "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "BABEL_TRANSLATION_DIRECTORIES": str(HERE / "translations"),
    }  # fmt: skip


def _language() -> str:
    """The language that the address names, else the browser's."""
    languages, default = pages.languages(), flask_config(pages.settings())["BABEL_DEFAULT_LOCALE"]
    return pages.chosen_language() or accepted(request.headers.get("Accept-Language", ""), dict(languages), default)


def _given() -> dict[str, Any]:
    code = str(get_locale())
    return {
        "html_lang": "zh-Hans" if "Hans" in code else "zh-Hant" if code.startswith("zh") else "en",
        "languages": [(key, each["name"], key == code) for key, each in pages.languages().items()], "at": pages.at,
    }  # fmt: skip


def _secure(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_POLICY
    headers.update(COMMON)
    if pages.settings().production:
        headers.update(STRICT_TRANSPORT)
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    headers.pop("Set-Cookie", None)
    lead_to_ourselves(response, pages.settings())
    return response


def _error(error: Exception) -> Response | tuple[str, int]:
    """Any error as a page; of a fault the log gets its kind and a number, never what was written."""
    if isinstance(error, HTTPException):
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        return _page(_http_text(error.code), error.code or 500)
    db.session.rollback()
    if isinstance(error, Refused):
        return _page(refusal_text(error.refusal), 409)
    if isinstance(error, OperationalError):
        log.error("database unavailable: %s", type(error.orig).__name__, extra=DATABASE)
        return _page(_("The form cannot be received at the moment. Nothing was received; please try again later."), 503)
    incident = secrets.token_hex(4)
    log.error("incident %s: %s", incident, type(error).__name__)
    text = _("Something went wrong (number %(incident)s). Nothing was received; please try again.", incident=incident)
    return _page(text, 500)


def _refuse_without_keys() -> tuple[str, int] | None:
    """What the right keys could not open is not taken; what was written is given back."""
    if request.endpoint == "static" or not faults(db.session(), SEALING):
        return None
    db.session.rollback()
    text = _(
        "This form is closed at present: the server lacks the key that seals what you write. Nothing was "
        "received. Please come back later, or speak to a complaint officer in person."
    )
    return _page(text, 503)


def _http_text(code: int | None) -> str:
    if code == 403:
        return _("This form has to be sent from this page itself. Open the page again and send it from there.")
    if code == 413:
        return _("This is too much to be received at once. Please shorten it, or send fewer files.")
    return _("There is no such page. The form for complaints is on the start page of this channel.")


def _page(text: str, code: int) -> tuple[str, int]:
    typed = _typed()
    return render_template("report/error.html", text=text, start=url_for("report.form"), typed=typed), code


def _typed() -> list[str]:
    """What was written, to be given back; nothing where it was too much to be read."""
    try:
        return [request.form[name] for name in (*LIMITS, "text") if request.form.get(name)]
    except RequestEntityTooLarge:
        return []
