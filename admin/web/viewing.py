"""While HR looks at the portal as an employee sees it: who one is then, the banner, and that nothing is changed (6.3-b)."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, g, request, session
from flask_babel import gettext as _

from admin.access.actor import Actor, set_acting
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import db
from admin.queries.accounts.viewing import viewed_actor
from admin.web.acting import is_api
from admin.web.clock import now, today
from admin.web.texts import moment

KEPT = "viewing"  # in the session: the employee's number and until when
READING = ("GET", "HEAD", "OPTIONS")
AS_ONESELF = ("ViewAsView.end", "SignInView.logout")


def look_as(employee_id: int, until: datetime) -> None:
    """See the portal as this employee from the next page on."""
    session[KEPT] = (employee_id, until.timestamp())


def stop_looking() -> int | None:
    """See it as oneself again; as whom one has looked."""
    held = session.pop(KEPT, None)
    return held[0] if held else None


def seen_as(oneself: Actor) -> None:
    """Where HR is looking as somebody, this request is that person's, until the time is over or the right to it is."""
    held = None if is_api() else session.get(KEPT)
    if held is None or request.endpoint in AS_ONESELF:
        return
    employee_id, until = held
    inside = oneself.has("hr") and now().timestamp() < until
    target = viewed_actor(db.session(), employee_id, oneself, today()) if inside else None
    if target is None:
        stop_looking()
        return
    g.actor, g.viewing = target, (oneself.name, datetime.fromtimestamp(until, now().tzinfo))
    set_acting(target)


def acting_banner() -> str | None:
    """Who looks as whom, and until when; None where nobody does."""
    if "viewing" not in g:
        return None
    by, until = g.viewing
    text = _("%(by)s, you see the portal as %(name)s does, to be read only, until %(until)s. It was told and recorded.")
    return str(text) % {"by": by, "name": g.actor.name, "until": moment(until)}


def register(app: Flask) -> None:
    """Refuse every change while somebody looks as another."""

    @app.before_request
    def _only_read() -> None:
        if "viewing" in g and request.method not in READING:
            reason = N_("You are viewing the portal as another person, so nothing can be changed. Stop viewing first.")
            raise Refused(Refusal("6.3-b", reason))
