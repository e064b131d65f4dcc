"""A form as it is kept until it is sent: what of it, under which address, about which record, and for whom."""

from __future__ import annotations

from flask import current_app, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import db
from admin.models.accounts import User
from admin.operations.system.unsent_forms import TypedForm, keep_form
from admin.queries.accounts.actors import actor_for
from admin.queries.system.unsent_forms import Pairs
from admin.web.clock import now, today
from admin.web.refilling import MADE_ANEW, TOKENS, VERSION
from admin.web.sent_back import SECRET, came_by, writer

PLACE, ABOUT, WINDOW = "unsent_place", "unsent_about", "unsent_window"
UNKEPT = TOKENS | MADE_ANEW | {PLACE, ABOUT, WINDOW, "code_again"}
SUBJECTS = ("review", "appeal", "cycle", "meeting", "complaint")


def fields_kept(form: MultiDict[str, str]) -> Pairs:
    """What is kept of a form: no secret, and nothing that each page makes anew."""
    given = form.items(multi=True)
    return tuple(
        (name, text.replace("\r\n", "\n")) for name, text in given if name not in UNKEPT and SECRET not in name
    )


def typed_form(place: str, page: str, form: MultiDict[str, str]) -> TypedForm:
    """The form that a script saves, or that was sent without a session; raises `NotFound` where no form is sent there."""
    version = form.get(VERSION, "")
    values = fields_kept(form)
    about = tuple(sorted({name for name in form.getlist(ABOUT) if name in dict(values)}))
    return TypedForm(
        place=place, page=page[:1000], window=form.get(WINDOW, form.get("once", ""))[:40],
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        about=about, values=values, subject=_subject(place),
    )  # fmt: skip


def _subject(place: str) -> tuple[str, int] | None:
    """The record that an address is about, as (process, number)."""
    try:
        _endpoint, given = current_app.url_map.bind("").match(place, method="POST")
    except (HTTPException, RequestRedirect):
        raise NotFound(place) from None
    if "process" in given and "record_id" in given:
        return given["process"], given["record_id"]
    return next(((name, given[f"{name}_id"]) for name in SUBJECTS if f"{name}_id" in given), None)


def keep_for_writer() -> bool:
    """Keep a form that was sent without its writer's session, for them alone; whether it was."""
    whose = writer()
    user = db.session.scalars(select(User).where(User.id == whose, User.active.is_(True))).first() if whose else None
    if user is None or not any(text.strip() for _name, text in fields_kept(request.form)):
        return False
    place = request.form.get(PLACE) or request.path
    actor = actor_for(db.session(), user, today=today(), via="web")
    try:
        keep_form(typed_form(place, came_by() or place, request.form), actor=actor, now=now())
    except (Refused, Invalid, NotFound):
        return False
    return True
