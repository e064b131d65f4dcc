"""/act/…: carrying an action of the workflow out from a page, and asking for what it needs."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import N_
from admin.operations import acts
from admin.operations.seconding import NOTHING_DONE
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.errors import came_from
from admin.web.many import followed
from admin.web.page import Page, address_asking, route
from admin.web.sign_in import local_target
from admin.web.texts import action_label, consequence, translated

SHOWN = {"confirmation": "ConfirmationView.show"}  # whose own page says in a sentence what was done
KINDS = {
    "reason": "textarea",
    "text": "text",
    "integer": "number",
    "number": "text",
    "date": "date",
    "day_end": "date",
    "moment": "datetime-local",
    "choice": "select",
    "boolean": "checkbox",
    "yes_no": "select",
}


class ActView(Page):
    """One address for every action of every procedure."""

    route_base = "/act"

    @route("/<process>/<int:record_id>/<action>", access="write", post=True)
    def act(self, process: str, record_id: int, action: str) -> Response | str:
        """GET shows the form of what the action asks for; POST carries it out."""
        fields = acts.fields_of(process, action)
        if request.method == "GET":
            acts.state_of(process, record_id, actor())  # 404 before anything else
            own = address_asking(process, action, record_id)
            return redirect(own) if own else self._form(fields, process, action)
        state = acts.perform(process, record_id, action, request.form.to_dict(), actor=actor(), now=now())
        if (rows := state.get("rows")) and rows["id"] is not None:
            return followed(rows)
        shown = SHOWN.get(process)
        if "proposed" in state:
            flash(translated(NOTHING_DONE), "info")
        elif shown is None:
            flash(_("Done: %(action)s.", action=action_label(action, process)), "success")
        if shown is not None:
            return redirect(url_for(shown, key=record_id))
        back = request.form.get("back", "")
        return redirect(back if _ours(back) else came_from())

    def _form(self, fields: tuple[acts.Field, ...], process: str, action: str) -> str:
        """What the act asks for."""
        inputs = [
            {
                "name": each.name,
                "label": translated(each.label or each.name),
                "kind": KINDS.get(each.kind, "text"),
                "required": each.required,
                "options": _options(each),
            }
            for each in fields
        ]
        return self.show_page(
            "system/records/act.html",
            title=action_label(action, process),
            consequence=consequence(process, action),
            inputs=inputs,
            back=came_from(),
        )


def _options(field: acts.Field) -> list[tuple[str, str]]:
    choices = (("yes", N_("Yes")), ("no", N_("No"))) if field.kind == "yes_no" else field.choices
    return [("", _("Please choose")), *((value, translated(label)) for value, label in choices)]


def _ours(target: str) -> bool:
    """Whether an address that the form carried leads to this portal."""
    return target.startswith(request.host_url) or target == local_target(target)
