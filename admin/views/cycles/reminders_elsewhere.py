"""/reminders: who is waited for with a ballot, takeovers or an answer, and reminding them with a text that is seen before (6.1)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access.framework import LANGUAGES
from admin.domain.refusals import N_, Invalid
from admin.models import db
from admin.notifications.messages import told
from admin.operations.cycles.reminding_elsewhere import remind_waiting
from admin.queries.cycles.reminder_pages import elsewhere_page, kinds_page
from admin.queries.cycles.waited_elsewhere import ANSWERS, BALLOTS, KINDS, TAKEOVERS
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.page import Page, route
from admin.web.texts import field_messages

TITLES = {
    BALLOTS: N_("Ballots that are missing"),
    TAKEOVERS: N_("Grades to take over"),
    ANSWERS: N_("Appeals without the superior's answer"),
}


class WaitingReminderView(Page):
    """A reminder where people are waited for outside of a cycle's stages."""

    route_base = "/reminders"
    default_view = "index"

    @route("/")
    def index(self) -> str:
        """What is waited for, and for how many people."""
        page = kinds_page(db.session(), actor(), now())
        return self.show_page("cycles/reminders.html", page, title=_("Reminders"), titles=TITLES)

    @route("/<kind>", access="write", post=True)
    def remind(self, kind: str) -> Response | str | tuple[str, int]:
        """GET shows the reminder as it goes; POST sends it, one message a person and day."""
        if request.method == "GET":
            return self._shown(kind, {})
        try:
            count = remind_waiting(kind, request.form.get("words", "").strip(), actor=actor(), now=now())
        except Invalid as error:
            return self._shown(kind, field_messages(error)), 422
        if count:
            flash(
                ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count, count=count),
                "success",
            )
        else:
            flash(_("No one is reminded: they were already reminded today, or have no account."), "info")
        return redirect(url_for(".remind", kind=kind), 303)

    def _shown(self, kind: str, errors: dict[str, str]) -> str:
        page = elsewhere_page(db.session(), kind, actor(), now())
        samples = []
        for name, readers in page.languages.items():
            with force_locale(name):
                text = told(KINDS[kind].process, "remind", {"waits": kind, "count": page.most}, _)
            samples.append((LANGUAGES[name]["name"], readers, text))
        return self.show_page(
            "cycles/remind_waiting.html", page, title=_("Remind: %(stage)s", stage=_(TITLES[kind])), samples=samples,
            errors=errors, typed=request.form.to_dict(),
        )  # fmt: skip
