"""The pages: the form, the receipt shown once, following up by the receipt."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin.domain import work
from admin.domain.calendar import last_day
from admin.domain.codes import ComplaintSubject, Receivers
from admin.domain.receipts import LONGEST_INPUT
from admin.domain.refusals import N_, Invalid, NotFound
from admin.files.uploads import Upload
from admin.forms.uploads import files_shown, uploaded_many
from admin.models import Complaint, db
from admin.operations.accounts.throttle import Locked
from admin.operations.complaints.complaint_receipts import follow_up, replaced
from admin.operations.complaints.complaint_work import check_paid, spend, stamp
from admin.operations.complaints.complaints import (
    MOST_FILES,
    ComplaintInput,
    file_complaint,
    receipt_key,
    reply_as_complainant,
    too_many_files,
)
from admin.queries.complaints.complaints import files_of, messages_of
from admin.queries.complaints.recognised import LookedUp, look_up
from admin.queries.system.calendar import company_day
from admin.web.texts import day, field_messages
from config import Settings

blueprint = Blueprint("report", __name__, url_prefix="/report")
SHORTEST_ONCE = 20
MOST_LOOKED_UP = 5  # names at once
STATES = {
    "received": N_("Received. A complaint officer reads it and confirms so by %(acknowledge_due)s."),
    "acknowledged": N_("A complaint officer has read it. An investigating officer without a stake is being appointed."),
    "assigned": N_("An officer without a stake in the matter is investigating."),
    "found": N_("The investigation is finished. Members without a stake now decide whether to adopt the finding."),
    "closed": N_("Closed on %(closed)s."),
}


def settings() -> Settings:
    """The settings that this application was made with."""
    return current_app.config["PORTAL"]


def languages() -> dict[str, dict[str, str]]:
    """The languages there are."""
    return current_app.config["LANGUAGES"]


def chosen_language() -> str | None:
    """The language that the address names."""
    chosen = request.args.get("lang", "")
    return chosen if chosen in languages() else None


def at(endpoint: str, **values: Any) -> str:
    """An address of ours in the chosen language."""
    return url_for(f"report.{endpoint}", **({"lang": chosen_language()} | values))


@blueprint.get("/")
def form() -> str:
    """The empty form."""
    return _form(MultiDict(), {})


def _form(values: MultiDict[str, str], errors: dict[str, str], found: Sequence[LookedUp] = ()) -> str:
    once = values.get("once") or secrets.token_urlsafe(24)
    subjects = [("", _("Please choose")), *((key, _(label)) for key, label in ComplaintSubject.labels().items())]
    offices = [(key, _(label), key in values.getlist("concerns")) for key, label in Receivers.labels().items()]
    return render_template(
        "report/form.html", values=values, errors=errors, subjects=subjects, once=once, offices=offices, found=found,
        meant=values.getlist("meant"), stamp=_stamp(values.get("stamp", "")), bits=work.BITS,
    )  # fmt: skip


def _stamp(given: str) -> str:
    """The stamp that came, so that its age counts on, or a new one where it is too old."""
    opened = work.opened_at(given, receipt_key(), settings().now())
    return given if opened is not None else stamp(settings().now())


@blueprint.post("/")
def send() -> Response:
    """Take a complaint and show its receipt, this once; or look up whom it names, and show the form again."""
    sent, moment = request.form, settings().now()
    stamped, words = sent.get("stamp", ""), f"{sent.get('content', '')}\0{sent.get('accused', '')}"
    try:
        # Before anything is looked at that costs: a flood is turned away for the price of a hash.
        waited = check_paid(stamped, sent.get("proof", ""), words, now=moment)
    except Invalid as error:
        return make_response(_form(sent, field_messages(error)), 422)
    if "look_up" in sent:
        return make_response(_form(sent, {}, look_up(db.session(), sent.get("accused", ""), MOST_LOOKED_UP)))
    texts = {each.name: sent.get(each.name, "") for each in fields(ComplaintInput) if each.type == "str"}
    once = sent.get("once", "")
    once = once if len(once) >= SHORTEST_ONCE else ""
    pay = partial(spend, stamped, now=moment) if waited else None
    try:
        several = {name: tuple(sent.getlist(name)) for name in ("meant", "concerns")}
        given = ComplaintInput(named=sent.get("named") == "yes", **texts, **several)  # type: ignore[arg-type]
        complaint, receipt = file_complaint(given, _files(), once=once, now=moment, pay=pay)
    except Invalid as error:
        return make_response(_form(sent, field_messages(error)), 422)
    dates = {"acknowledge_due": last(complaint.acknowledge_due), "answer_due": last(complaint.answer_due)}
    return make_response(render_template("report/receipt.html", receipt=receipt, number=complaint.number, **dates))


def _files() -> list[Upload]:
    return uploaded_many("files", MOST_FILES, too_many_files())


@blueprint.get("/files")
def files() -> Response:
    """How the files stand that a form holds, for its page and for whoever has no script."""
    return files_shown()


@blueprint.get("/follow-up")
def ask() -> str:
    """Ask for the receipt code."""
    return _ask()


def _ask(error: str = "") -> str:
    return render_template("report/ask.html", error=error, longest=LONGEST_INPUT)


@blueprint.post("/follow-up")
def look() -> Response:
    """Show what became of a complaint, and take a further message."""
    receipt, text = request.form.get("receipt", ""), request.form.get("text", "")
    # A double click on a message that held the receipt comes with the old one.
    receipt = (replaced(receipt, text) if text else None) or receipt
    try:
        complaint = follow_up(receipt, now=settings().now())
    except NotFound:
        return make_response(_ask(_("No complaint belongs to this code. Check each character and try again.")), 404)
    except Locked as guessed:
        return _slow_down(guessed)
    if "text" not in request.form:
        return make_response(_state(complaint, receipt, {}))
    try:
        files = _files()
        _row, following = reply_as_complainant(complaint.id, text, files, now=settings().now())
    except Invalid as error:
        return make_response(_state(complaint, receipt, field_messages(error), text), 422)
    return make_response(_state(complaint, following or receipt, {}, sent=True, following=following))


def _slow_down(guessed: Locked) -> Response:
    seconds = max(1, int((guessed.until - settings().now()).total_seconds()) + 1)
    text = _("Too many wrong codes were tried. Please wait %(minutes)s minutes.", minutes=-(-seconds // 60))
    answer = make_response(_ask(text), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _state(
    complaint: Complaint,
    receipt: str,
    errors: dict[str, str],
    text: str = "",
    sent: bool = False,
    following: str | None = None,
) -> str:
    dates = {"acknowledge_due": last(complaint.acknowledge_due), "closed": _day_of(complaint.closed_at)}
    sent_so_far = messages_of(complaint)
    messages = [{"mine": row.from_complainant, "text": row.text, "when": _day_of(row.sent_at)} for row in sent_so_far]
    state = _(STATES[complaint.stage]) % dates
    return render_template(
        "report/state.html", complaint=complaint, receipt=receipt, state=state, messages=messages,
        files=[each.name for each in files_of(complaint)], answer_due=last(complaint.answer_due), errors=errors, text=text,
        sent=sent, following=following,
    )  # fmt: skip


def _day_of(moment_: datetime | None) -> str:
    return day(company_day(moment_)) if moment_ else ""


def last(end: datetime) -> str:
    """The last day of a period that ends then, as it is written."""
    return day(last_day(end, settings().portal_tz))
