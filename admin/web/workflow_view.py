"""Generated screens for records of a procedure: what moves them are actions, never a typed-in state."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from admin.domain.workflow import Decision
from admin.operations import acts
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.model_view import PortalModelView
from admin.web.texts import action_label, consequence, refusal_text, translated
from admin.web.trail import event_of, timeline

__all__ = ["WorkflowModelView", "buttons", "event_of", "timeline"]


class WorkflowModelView(PortalModelView, abstract=True):
    """A table of the workflow: lists and shows; there is no deleting, and forms exist only where an operation is named.

    `process` is the name in the workflow table. A subclass with add or edit columns overrides `add_operation` or
    `edit_operation`, which get the cleaned data; the stage is never among the columns.
    """

    process: ClassVar[str] = ""
    can_delete = False
    add_columns: list[str] = []
    edit_columns: list[str] = []
    asks_why: ClassVar[dict[str, Any]] = {}  # "add" or "edit": the label of a reason that the operation records

    def _init_forms(self) -> None:
        super()._init_forms()
        for name, label in self.asks_why.items():
            reason = TextAreaField(label, [InputRequired(), Length(max=5_000)])
            form = getattr(self, f"{name}_form")
            setattr(self, f"{name}_form", type(f"Reasoned{form.__name__}", (form,), {"reason": reason}))

    def _get_add_widget(self, form: Any, exclude_cols: Any = None, widgets: Any = None) -> dict[str, Any]:
        return (widgets or {}) | {"add": self._with_reason("add", self.add_widget, form, self.add_columns)}

    def _get_edit_widget(self, form: Any, exclude_cols: Any = None, widgets: Any = None) -> dict[str, Any]:
        return (widgets or {}) | {"edit": self._with_reason("edit", self.edit_widget, form, self.edit_columns)}

    def _with_reason(self, name: str, widget: Any, form: Any, columns: list[str]) -> Any:
        shown = [*columns, *(["reason"] if name in self.asks_why else [])]
        return widget(route_base=self.route_base, form=form, include_cols=shown, exclude_cols=[], fieldsets=None)

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(abstract=abstract, **kwargs)
        if abstract:
            return
        if not cls.process:
            raise TypeError(f"{cls.__name__} has to name its process")
        if cls.add_columns and cls.add_operation is PortalModelView.add_operation:
            raise TypeError(f"{cls.__name__}.add_operation: a procedure begins by an operation of its own")
        if cls.edit_columns and cls.edit_operation is PortalModelView.edit_operation:
            raise TypeError(
                f"{cls.__name__}.edit_operation: a procedure's record is changed by an operation of its own"
            )
        if "stage" in {*cls.add_columns, *cls.edit_columns}:
            raise TypeError(f"{cls.__name__}: a stage is not typed in")

    def readers(self) -> str:
        """Those who read the list, and those concerned, who have pages of their own."""
        return _("%(roles)s; those concerned on their own page", roles=super().readers())

    def show_context(self, item: Any) -> dict[str, Any]:
        """The buttons and the trail."""
        return {
            "portal_actions": buttons(self.process, item.id),
            "portal_trail": timeline(self.process, item.id, actor()),
        }


def buttons(process: str, record_id: int) -> list[dict[str, Any]]:
    """The record's actions as forms.action_buttons shows them; allowed ones first, refused ones with their reasons."""
    if process not in acts.processes():
        return []
    decisions = acts.offered(process, record_id, actor(), now())
    return [_button(process, record_id, each) for each in sorted(decisions, key=lambda decision: not decision.allowed)]


def _button(process: str, record_id: int, decision: Decision) -> dict[str, Any]:
    fields = acts.fields_of(process, decision.action)
    only_reason = [each.name for each in fields] == ["reason"]
    return {
        "name": decision.action,
        "label": action_label(decision.action, process),
        "allowed": decision.allowed,
        "refusals": [{"clause": each.clause, "text": refusal_text(each)} for each in decision.refusals],
        "url": url_for("ActView.act", process=process, record_id=record_id, action=decision.action),
        "needs_input": only_reason,
        "form_url": None if only_reason or not fields else True,
        "input_label": translated(fields[0].label) if only_reason else None,
        "confirm": consequence(process, decision.action),
    }
