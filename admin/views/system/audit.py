"""The audit trail as a list, for auditors (6.3-b)."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from admin.domain.codes import Body, Conflict, ItemState, MotionState, RatingState, Way
from admin.domain.refusals import N_
from admin.domain.workflow.labels import STAGES
from admin.forms.imports import STATE_LABELS, VALUE_LABELS
from admin.models import AuditEvent, Model, db
from admin.models.history import STEPS
from admin.notifications.messages import process_of
from admin.queries.system.audit import seen_changes
from admin.views.cycles.cycle_words import KINDS as CYCLE_KINDS
from admin.views.outcome.grade_file import CHANGE_KINDS
from admin.web import trail
from admin.web.acting import actor
from admin.web.audit_words import TABLES
from admin.web.model_view import PortalModelView
from admin.web.records import EventRecords
from admin.web.texts import EMPTY, action_label, label_of, translated
from admin.web.trail import ACTS, who

WAYS = Way.labels()


# codes of tables that no generated screen shows
WORDS: dict[str, dict[str, str]] = {
    "stage": STAGES,
    "rating": VALUE_LABELS,
    "ground": Conflict.labels(),
    "body": Body.labels(),
    "via": WAYS,
    "kind": {**CYCLE_KINDS, **CHANGE_KINDS, "peer": N_("the colleagues"), "superior": N_("Superior")},
    "state": STATE_LABELS | ItemState.labels() | MotionState.labels() | RatingState.labels(),
}
CRUD = {"add": N_("Add an entry"), "edit": N_("Change an entry"), "delete": N_("Delete an entry")}


def operation_label(name: str) -> str:
    """What an operation is called; one of a generated form by what it did to which kind of data."""
    act, _underscore, table = name.partition("_")
    if act in CRUD and table in AuditEvent.metadata.tables:
        return f"{label_of(CRUD, act)} · {table_label(table)}"
    return action_label(name)


def table_label(table: str) -> str:
    """What the screen over a table calls one of its rows; a table without a screen has its word in the list."""
    if table.endswith(STEPS):
        return _("Steps of a procedure: %(process)s", process=translated(process_of(table.removesuffix(STEPS))))
    return next((str(view.show_title) for view in _screens(table)), None) or label_of(TABLES, table)


def _screens(table: str) -> list[type[PortalModelView]]:
    views = current_app.extensions["appbuilder"].baseviews
    return [
        type(view) for view in views if isinstance(view, PortalModelView) and view.datamodel.obj.__tablename__ == table
    ]


def in_words(event: AuditEvent) -> dict[str, str]:
    """An event's changes as the reader may see them, by the names that the table's screen gives its columns."""
    labels: dict[str, Any] = {}
    words: dict[str, Any] = dict(WORDS)
    for screen in _screens(event.record_type):
        labels |= screen.label_columns
        words |= {**screen.choices, **screen.trail_words}
    place = Model.metadata.tables.get(event.record_type, AuditEvent.__table__)
    return trail.changes_in_words(place, seen_changes(db.session(), event, actor()), labels, words)


def changes_text(changes: dict[str, str]) -> str:
    """Old and new value of each column, a line each."""
    return "\n".join(f"{name}: {values}" for name, values in changes.items()) or EMPTY


class AuditEventView(PortalModelView):
    """Every change; nobody changes this list."""

    datamodel = EventRecords(AuditEvent)
    route_base = "/audit_events"
    list_title, show_title = lazy("Audit trail"), lazy("Event of the audit trail")
    add_title, edit_title = lazy("Add an event"), lazy("Change an event")
    label_columns = {
        "recorded_at": lazy("Recorded at"),
        "business_at": lazy("Time by the portal's clock"),
        "actor_name": lazy("Who did it"),
        "via": lazy("By which way"),
        "operation": lazy("Operation"),
        "act": lazy("What was done"),
        "record_type": lazy("Kind of data"),
        "record_id": lazy("Number of the record"),
        "changes": lazy("Changes"),
        "clause": lazy("Clause"),
        "content_hash": lazy("Hash of the event"),
    }
    choices = {"act": ACTS, "via": WAYS}
    list_columns = ["recorded_at", "actor_name", "operation", "act", "record_type", "record_id", "clause"]
    show_columns = [
        "recorded_at",
        "business_at",
        "actor_name",
        "via",
        "operation",
        "act",
        "record_type",
        "record_id",
        "changes",
        "clause",
        "content_hash",
    ]
    search_columns = ["actor_name", "via", "operation", "act", "record_type", "record_id", "clause"]
    order_columns = ["recorded_at", "record_type"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("recorded_at", "desc")

    def row(self, pk: Any) -> Any:
        """The event, apart from the session, because what it is shown with must never be saved."""
        event = super().row(pk)
        changes = in_words(event)
        if event in db.session:
            db.session.expunge(event)
        event.changes = changes
        return event

    def show_context(self, item: Any) -> dict[str, Any]:
        """An event has no trail of its own."""
        return {}

    formatters_columns = {
        "changes": changes_text,
        "actor_name": who,
        "operation": operation_label,
        "record_type": table_label,
    }
