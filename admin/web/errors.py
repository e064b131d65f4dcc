"""Every error as a page or as JSON, in the reader's language: 409 refused, 422 wrong, 404 not there or not yours."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.faults import FileFault
from admin.models import db
from admin.models.outages import DATABASE
from admin.operations.newer import NewerVersion
from admin.operations.system.held_files import BeingChecked
from admin.web.acting import current_actor, is_api
from admin.web.clause_pages import way_on
from admin.web.keeping import keep_for_writer
from admin.web.payload import Unreadable
from admin.web.sent_back import came_by, sent_back, typed, written_by_another
from admin.web.texts import clock_time, field_messages, refusal_text, translated
from notice_site.disk import in_words

log = logging.getLogger("admin.web")
RETRY_AFTER_SECONDS = "60"
CHECKED_AFTER_SECONDS = "5"
GONE = (OperationalError, InterfaceError, NoConnectionFree)


def wants_json() -> bool:
    """Whether the one who asks is a program."""
    return is_api() or (request.accept_mimetypes.best == "application/json")


def refused(error: Refused) -> ResponseReturnValue:
    """A rule says no: the clause, the reason and the facts; a form comes back on its page as it was filled in."""
    refusal = error.refusal
    if wants_json():
        body = {
            "refused": True,
            "clause": refusal.clause,
            "reason": refusal_text(refusal),
            "facts": dict(refusal.facts),
        }
        return jsonify(body), 409
    carrier = way_on(refusal.facts.get("page"))
    ways = [{"label": translated(carrier.label), "url": carrier.address}] if carrier else []
    words = {"refusal": {"clause": refusal.clause, "text": refusal_text(refusal)}, "way_on": ways}
    if again := sent_back(409, words):
        return again
    return _page("refused", clause=refusal.clause, reason=refusal_text(refusal), back_url=came_from(), way_on=ways), 409


def newer_version(error: NewerVersion) -> ResponseReturnValue:
    """Another window has saved meanwhile: both texts, side by side; nothing was written, and the reader chooses."""
    return newer_told(error) if wants_json() else sent_back(409, {}, newer=error) or refused(error)


def newer_told(error: NewerVersion) -> Response:
    """The same for the script that saves: the other version with its fields."""
    told = {"version": error.version, "saved_at": clock_time(error.saved_at), "values": [*map(list, error.fields)]}
    return make_response(jsonify(told), 409)


def another_person() -> ResponseReturnValue:
    """Somebody else has signed in where this form was open: it is not sent in their name, and not shown to them."""
    text = _("This page was opened by someone else, who is no longer signed in here. Nothing was sent in your name.")
    kept = keep_for_writer()
    if wants_json():
        return jsonify({"message": text, "another": True}), 403
    return render_template("errors/another.html", text=text, kept=kept, typed=[]), 403


def invalid(error: Invalid) -> ResponseReturnValue:
    """The input is wrong: which fields, and why; a form comes back on its page as it was filled in."""
    messages = field_messages(error)
    if wants_json() and isinstance(error, BeingChecked):
        told = jsonify({"message": "; ".join(messages.values()), "fields": messages})
        return told, 503, {"Retry-After": CHECKED_AFTER_SECONDS}
    if wants_json():
        return jsonify({"message": "; ".join(messages.values()), "fields": messages}), 422
    if again := sent_back(422, {"messages": messages}, messages):
        return again
    return _page("invalid", messages=messages, back_url=came_from()), 422


def unreadable(error: FileFault) -> ResponseReturnValue:
    """A file of the portal cannot be read or made: what is wrong with it, as of a form's field."""
    return invalid(Invalid({"file": error.message}, error.facts))


def not_found(_error: Exception) -> tuple[Any, int]:
    """Not there, not yours, or a route outside one's role: told alike."""
    if wants_json():
        return jsonify({"message": "Not found"}), 404
    return _page("404"), 404


def expired(_error: CSRFError) -> ResponseReturnValue:
    """The form's token is missing, foreign or too old: a form of ours comes back filled in, with a token of today."""
    if not is_api():
        current_user._get_current_object()  # tokens are looked at before accounts: who asks is not known yet
    if written_by_another():
        return another_person()
    if wants_json():
        return _token_told()
    said = _(
        "This page was open too long, so nothing has been saved. Your form is here as you sent it; send it once more."
    )
    if again := sent_back(400, {"said": said}):
        return again
    if typed() and current_actor() is None:
        return _signed_out()
    return _page("expired", back_url=came_from()), 400


def _token_told() -> tuple[Any, int]:
    """A script hears whether somebody is signed in, and the token of today: "signed out" is said only where it is so."""
    if current_actor() is None and not is_api():
        return jsonify({"message": _("Please sign in first")}), 401
    told = {"message": _("The form's token is missing or too old")}
    return jsonify(told if is_api() else told | {"csrf_token": generate_csrf()}), 400


def _signed_out() -> tuple[Any, int]:
    """Nobody is signed in any more, and a form was sent: it is kept for its writer, who finds it again after the sign-in."""
    page, kept = came_by(), keep_for_writer()
    # The application form and the ratings look for what was kept only where they are told to.
    there = f"{page}{'&' if '?' in page else '?'}kept=1" if page and kept else page
    return _page("signed_out", sign_in_url=url_for("SignInView.login", next=there or None), kept=kept), 401


def _page(name: str, **words: Any) -> str:
    """An error as a page; whatever it is, what was typed stands in it, so that nothing is lost with a form."""
    return render_template(f"errors/{name}.html", typed=typed(), **words)


def fault(error: Exception) -> ResponseReturnValue:
    """A fault of ours: a number for the log and no trace; a disk that is full is said in words."""
    db.session.rollback()
    if said := in_words(error):
        log.error("the disk: %s", said.partition(": ")[2] or said, extra={"outage": "disk"})
        return _away(
            _("The server's disk cannot be written to at present. Nothing was changed; please try again later.")
        )
    incident = secrets.token_hex(4)
    log.error("incident %s at %s", incident, _where(), exc_info=error)
    if wants_json():
        return jsonify({"message": "Fatal error", "incident": incident}), 500
    return _page("500", incident=incident), 500


def _where() -> str:
    """The kind of address that was asked for; what was typed into it is nobody's business in a log."""
    return f"{request.method} {request.url_rule or 'no such address'}"


def unavailable(error: Exception) -> ResponseReturnValue:
    """The database is gone, locked, full or read-only, or gave one of two up: nothing was changed, so try again."""
    db.session.remove()
    log.error("database unavailable: %s", type(getattr(error, "orig", error)).__name__, extra=DATABASE)
    return _away(
        _("The database cannot be used at the moment. Nothing was changed; please try again in a few minutes.")
    )


def _away(text: str) -> ResponseReturnValue:
    """What the portal stands on is away: 503, and when to come again."""
    response = make_response(jsonify({"message": text}) if wants_json() else _bare_page(text), 503)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _bare_page(text: str) -> str:
    """A page made without the context that every other page is given: that asks the database."""
    template = current_app.jinja_env.get_template("errors/unavailable.html")
    return template.render(text=text, typed=typed(), html_lang=str(get_locale()).replace("_", "-"))


def what_happened(error: HTTPException) -> str:
    """An HTTP error in the reader's language, with what to do."""
    if isinstance(error, Unreadable):
        return str(error.description)
    known = {
        400: _("What was sent could not be read. Load the page again and send it once more."),
        401: _("Please sign in first"),
        405: _("This address does not take that kind of request"),
        413: _("What you sent is too large"),
        429: _("Too many tries; please wait a little"),
    }
    return known.get(error.code or 500, _("This did not work"))


def other(error: HTTPException) -> ResponseReturnValue:
    """Any other HTTP error keeps its code and its headers, and says what it was."""
    code = error.code or 500
    if code < 400:
        return make_response(error.get_response())
    if code in (403, 404):
        return not_found(error)
    if code == 401 and typed() and not wants_json():
        return _signed_out()
    response = make_response(
        jsonify({"message": what_happened(error)})
        if wants_json()
        else _page("other", code=code, heading=what_happened(error)),
        code,
    )
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def came_from() -> str:
    """The page before, when it was one of ours."""
    if page := came_by():
        return page
    referrer = request.referrer or ""
    return referrer if referrer.startswith(request.host_url) else "/"


def register(app: Flask) -> None:
    """Answer with these; where an exception has several handlers, the most special one counts."""
    answers: dict[type[Exception] | int, Callable[[Any], ResponseReturnValue]] = {
        Refused: refused, NewerVersion: newer_version, Invalid: invalid, FileFault: unreadable, NotFound: not_found, CSRFError: expired,
        HTTPException: other, **dict.fromkeys(GONE, unavailable), 500: fault, Exception: fault,
    }  # fmt: skip
    for kind, answer in answers.items():
        app.register_error_handler(kind, _even_without_a_database(answer))


def _even_without_a_database(answer: Callable[[Any], ResponseReturnValue]) -> Callable[[Any], ResponseReturnValue]:
    """Whatever an error page says, its frame asks the database: where that is away, this is what is said instead."""

    def said(error: Any) -> ResponseReturnValue:
        try:
            return answer(error)
        except GONE as gone:
            return unavailable(gone)

    return said
