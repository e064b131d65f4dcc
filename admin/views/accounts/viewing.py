"""The way back from looking at the portal as an employee sees it; the way there is on the employee's page (6.3-b)."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.operations.accounts.viewing import end_viewing
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.page import Page, route
from admin.web.viewing import stop_looking


class ViewAsView(Page):
    """/view-as/end"""

    route_base = "/view-as"
    default_view = "end"

    @route("/end", access="write", post=True, get=False)
    def end(self) -> Response:
        """See the portal as oneself again."""
        employee_id = stop_looking()
        if employee_id is not None:
            end_viewing(employee_id, actor=actor(), now=now())
            flash(_("You see the portal as yourself again."), "success")
        return redirect(url_for("HomeView.index"), 303)
