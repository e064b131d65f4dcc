"""What is typed into a form is kept until it is sent: where the script saves it, and where it is thrown away."""

from __future__ import annotations

from flask import flash, jsonify, make_response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Invalid
from admin.operations.newer import NewerVersion
from admin.operations.system.unsent_forms import keep_form, throw_away
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.errors import came_from, newer_told
from admin.web.keeping import PLACE, typed_form
from admin.web.page import Page, route
from admin.web.sent_back import came_by
from admin.web.texts import clock_time, field_messages


class UnsentFormView(Page):
    """/unsent: nothing to look at; each text comes back in its own form, and to its writer alone."""

    route_base = "/unsent"

    @route("/", access="write", post=True, get=False)
    def keep(self) -> Response:
        """Keep a form as it stands; answers what static/js/autosave.js asks for."""
        given = typed_form(request.form.get(PLACE, ""), came_by(), request.form)
        try:
            row = keep_form(given, actor=actor(), now=now())
        except NewerVersion as newer:
            return newer_told(newer)
        except Invalid as error:
            return make_response(jsonify(fields=field_messages(error)), 422)
        return jsonify(version=row.version, saved_at=clock_time(row.saved_at))

    @route("/<int:key>/discard", access="write", post=True, get=False)
    def discard(self, key: int) -> Response:
        """Throw one's own text away."""
        throw_away(key, actor=actor(), now=now())
        flash(_("The text is discarded."), "success")
        return redirect(came_from(), 303)
