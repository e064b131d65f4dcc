"""What a rule refuses, or what is typed wrongly, comes back on the page that it was sent from, with everything typed.

No view has to do anything for it: a form says on which page it stands, the page is asked for again, and its form comes
back as it was filled in, with the words and the clause in it. Where the page has that form no longer, or cannot be shown
any more, the words stand alone and what was typed beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as PlainResponse

from admin.access.actor import acting, set_acting
from admin.domain.codes import Code
from admin.models import db
from admin.operations.newer import STATE, NewerVersion
from admin.operations.sending import set_sending
from admin.queries.system.unsent_forms import by_name
from admin.web.acting import current_actor
from admin.web.headers import NONCE, csp_nonce
from admin.web.refilling import MADE_ANEW, TOKENS, SentForm, refilled, told_apart
from admin.web.signed import signer

PAGE, WRITER = "stands_on", "written_by"
VOUCHED_SECONDS = 7 * 24 * 3600
KNOWN = ("version", "instead_of")  # what the page knew when it was opened: made anew where it was old
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SECRET = "password"
PICKED = frozenset({"true", "false", "yes", "no", "on"}).union(*(kind.labels() for kind in Code.__subclasses__()))
UNTYPED = TOKENS | MADE_ANEW  # what a form carries beside what people type


def register(app: Flask) -> None:
    """Let every form say on which page it stands."""
    app.jinja_env.globals |= {"page_here": page_here, "written_by": written_by}


def page_here() -> str:
    """The page that a form stands on: the one asked for, or, where a form is shown again, the one it came from."""
    return came_by() or request.full_path.rstrip("?")


def came_by() -> str:
    """The page of this portal that the form of this request stood on; empty where none was sent."""
    if request.method != "POST" or request.mimetype not in FORMS:
        return ""
    named = request.form.get(PAGE, "")
    if named.startswith("/") and not named.startswith(("//", "/\\")):
        return named
    referrer = request.referrer or ""
    return _path(referrer) if referrer.startswith(request.host_url) else ""


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def from_here() -> bool:
    """Whether a page of this portal sent this request, and one that was made for whoever asks.

    What another site had sent, or what somebody else left standing in this browser, is shown to nobody as their words.
    """
    origin = request.headers.get("Origin")
    return (origin is None or urlsplit(origin).netloc == request.host) and not written_by_another()


def written_by() -> str:
    """Who is shown this page, signed: their form is theirs after their session has ended, and never another's."""
    if "written_by" not in g:
        asking = current_actor()
        g.written_by = _signer().dumps(asking.user_id) if asking is not None else ""
    return g.written_by


def writer() -> int | None:
    """The account for which the page was made on which this form stood; None where nobody vouches for it."""
    try:
        number = _signer().loads(request.form.get(WRITER, ""), max_age=VOUCHED_SECONDS)
    except (BadSignature, HTTPException):
        return None
    return number if isinstance(number, int) else None


def written_by_another() -> bool:
    """Whether somebody is signed in, and the form was written by somebody else in the same browser."""
    asking = current_actor()
    if request.method != "POST" or asking is None or request.mimetype not in FORMS:
        return False
    wrote = writer()
    return wrote is not None and wrote != asking.user_id


def _signer() -> URLSafeTimedSerializer:
    return signer(current_app.secret_key or "", WRITER)


def typed() -> list[str]:
    """What was typed into the form that is answered without it, so that none of it is lost.

    No password, and nothing that was picked or carried: a number names a record, a code stands for a label.
    """
    if request.mimetype not in FORMS or not from_here():
        return []
    try:
        given = list(request.form.items(multi=True))
    except HTTPException:  # too large, or broken off: it was not read, and is not there
        return []
    return [
        text
        for name, text in given
        if text.strip() and name not in UNTYPED and SECRET not in name and not _is_picked(text.strip())
    ]


def _is_picked(text: str) -> bool:
    return text.isdecimal() or text in PICKED


def sent_back(
    status: int,
    words: Mapping[str, Any],
    beside: Mapping[str, str] | None = None,
    newer: NewerVersion | None = None,
) -> Response | None:
    """The page that the form stood on, with the form as it was sent; None where there is no such page to show.

    `words` is what the block of words is made of (`refusal`, `messages` or `said`, `way_on`), `beside` what is said of each
    field; where another window saved a `newer` version, what differs stands in the block, and sending the form once more
    puts this one in its place.
    """
    if request.method != "POST" or not from_here():
        return None
    page = came_by() or request.full_path.rstrip("?")
    answer = _asked_again(page)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return None
    html, path = answer.get_data(as_text=True), urlsplit(page).path
    sent = SentForm(request.path, request.form.to_dict(flat=False), "", "", beside or {}, KNOWN if newer else ())
    given = {**words, "newer": newer, "page_again": page}
    given["differing"] = _differing(html, path, sent, newer) if newer else []
    block, apart = (render_template("errors/sent_back.html", typed=more, **given) for more in ((), typed()))
    told = make_response(refilled(html, path, replace(sent, block=block, apart=apart)), status)
    for cookie in answer.headers.getlist("Set-Cookie"):
        told.headers.add("Set-Cookie", cookie)
    return told


def as_sent(html: str, stays: Collection[str]) -> str:
    """A page that answers its own form, with the form as it was sent; the fields in `stays` hold what the page says."""
    sent = SentForm(request.path, request.form.to_dict(flat=False), "", "", stays=stays)
    return refilled(html, request.path, sent)


def _differing(html: str, path: str, sent: SentForm, newer: NewerVersion) -> list[tuple[str, str, str]]:
    """What stands here and what another window saved, where they differ: (label, here, there)."""
    if newer.shown is None:
        return told_apart(html, path, sent, by_name(newer.fields))
    here, there = (
        {name: gettext(value) if name == STATE else value for name, value in pairs}
        for pairs in (newer.shown, newer.fields)
    )
    return [(gettext(name), here.get(name, ""), there.get(name, "")) for name in dict.fromkeys((*here, *there))]


def _asked_again(page: str) -> PlainResponse:
    """The page as the same person is shown it now: a request of its own, in a transaction of its own."""
    db.session.rollback()
    set_sending(())  # what the page itself writes down sends nothing
    path, _, query = page.partition("?")
    gone: Sequence[str] = ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_IDEMPOTENCY_KEY")
    environ = {name: value for name, value in request.environ.items() if _is_kept(name) and name not in gone}
    environ |= {
        "REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query,
        "wsgi.input": BytesIO(), NONCE: csp_nonce(),
    }  # fmt: skip
    actor = acting()
    try:
        with current_app.app_context():
            return PlainResponse.from_app(current_app.wsgi_app, environ, buffered=True)
    finally:
        set_acting(actor if actor is not None else g.get("actor"))


def _is_kept(name: str) -> bool:
    return not name.startswith(("werkzeug.", "flask.", "wsgi.input_terminated"))
