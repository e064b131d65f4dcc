"""/act/…: carrying an action of the workflow out from a page, and asking for what it needs."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid, Refusal, Refused
from admin.operations import acts
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.errors import came_from, wants_json
from admin.web.page import Page, route
from admin.web.sign_in import local_target
from admin.web.texts import action_label, field_messages, refusal_text, translated

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
    def act(self, process: str, record_id: int, action: str) -> Response | str | tuple[str, int]:
        """GET shows the form of what the action asks for; POST carries it out."""
        fields = acts.fields_of(process, action)
        if request.method == "GET":
            acts.state_of(process, record_id, actor())  # 404 before anything else
            return self._form(fields, action, {}, {})
        try:
            acts.perform(process, record_id, action, request.form.to_dict(), actor=actor(), now=now())
        except Invalid as error:
            return self._form(fields, action, request.form, field_messages(error)), 422
        except Refused as error:
            if not fields or wants_json():
                raise
            return self._form(fields, action, request.form, {}, error.refusal), 409
        flash(_("Done: %(action)s.", action=action_label(action)), "success")
        back = request.form.get("back", "")
        return redirect(back if _ours(back) else came_from())

    def _form(
        self,
        fields: tuple[acts.Field, ...],
        action: str,
        values: Any,
        errors: dict[str, str],
        refusal: Refusal | None = None,
    ) -> str:
        """What the act asks for, as it was filled in; refused it comes back with the reason, and nothing typed is lost."""
        inputs = [
            {
                "name": each.name,
                "label": translated(each.label or each.name),
                "kind": KINDS.get(each.kind, "text"),
                "value": values.get(each.name, ""),
                "required": each.required,
                "error": errors.get(each.name),
                "options": _options(each),
            }
            for each in fields
        ]
        back = values.get("back") or came_from()
        return self.show_page(
            "system/records/act.html",
            title=action_label(action),
            inputs=inputs,
            back=back if _ours(back) else came_from(),
            refusal={"clause": refusal.clause, "text": refusal_text(refusal)} if refusal else None,
        )


def _options(field: acts.Field) -> list[tuple[str, str]]:
    choices = (("yes", N_("Yes")), ("no", N_("No"))) if field.kind == "yes_no" else field.choices
    return [("", _("Please choose")), *((value, translated(label)) for value, label in choices)]


def _ours(target: str) -> bool:
    """Whether an address that the form carried leads to this portal."""
    return target.startswith(request.host_url) or target == local_target(target)
