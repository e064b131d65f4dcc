"""The audit trail as a list, for auditors (6.3-b)."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as lazy

from admin.domain.refusals import N_
from admin.models import AuditEvent
from admin.web.model_view import PortalModelView
from admin.web.records import Records
from admin.web.texts import action_label
from admin.web.trail import ACTS, who

WAYS = {
    "web": N_("Portal"),
    "api": N_("API"),
    "cli": N_("Command line"),
    "worker": N_("Timed work"),
    "demo": N_("Demo"),
    "report": N_("Complaint form"),
}


# tables that no generated screen shows
TABLES = {
    "agenda_items": N_("Agenda"),
    "attendance": N_("Attendance and quorum"),
    "ballots": N_("Ballot"),
    "ab_role": N_("Role"),
    "ab_user": N_("Account"),
    "activation_codes": N_("Activation code"),
    "annual_ratings": N_("Annual performance rating"),
    "calendar_days": N_("Calendar day"),
    "complaint_ballots": N_("Ballot on a finding"),
    "complaint_cases": N_("Case named in a complaint"),
    "complaint_messages": N_("Message of a complaint"),
    "complaint_parties": N_("Person named in a complaint"),
    "demotion_waivers": N_("Reason for no demotion"),
    "determinations": N_("Determined grade"),
    "employee_changes": N_("Dated changes"),
    "evidence": N_("File as evidence"),
    "grade_changes": N_("Grade change"),
    "grade_intervals": N_("Grades held"),
    "hearings": N_("Hearing before a demotion"),
    "import_profiles": N_("Mapping of columns"),
    "imports": N_("Imports"),
    "leaves": N_("Time away"),
    "metrics": N_("Monthly figures"),
    "motions": N_("Motion"),
    "notice_rows": N_("Row of the notice"),
    "panel_ballots": N_("Ballot of the appeal panel"),
    "parameter_confirmations": N_("Confirmation of a value"),
    "policy_versions": N_("Policy versions"),
    "premarks": N_("Mark before the meeting"),
    "proposal_drafts": N_("Draft of a proposal"),
    "proposals": N_("Proposed grade"),
    "publications": N_("Proof of publication"),
    "ratings": N_("Rating"),
    "recusals": N_("Recusals"),
    "review_scores": N_("Score"),
    "reviewer_appointments": N_("Appointed reviewer"),
    "self_assessments": N_("Self-assessment"),
}


CRUD = {"add": N_("Add an entry"), "edit": N_("Change an entry"), "delete": N_("Delete an entry")}


def operation_label(name: str) -> str:
    """What an operation is called; one of a generated form by what it did to which kind of data."""
    act, _underscore, table = name.partition("_")
    if act in CRUD and table in AuditEvent.metadata.tables:
        return f"{gettext(CRUD[act])} · {table_label(table)}"
    return action_label(name)


def table_label(table: str) -> str:
    """What the screen over a table calls one of its rows; a table without a screen has its word here."""
    views = current_app.extensions["appbuilder"].baseviews
    titles = (
        str(view.show_title)
        for view in views
        if isinstance(view, PortalModelView) and view.datamodel.obj.__tablename__ == table
    )
    return next(titles, None) or (gettext(TABLES[table]) if table in TABLES else table)


def changes_text(changes: dict[str, Any]) -> str:
    """Old and new value of each column, a line each."""
    return "\n".join(
        f"{name}: {pair[0]} → {pair[1]}" if isinstance(pair, list) and len(pair) == 2 else f"{name}: {pair}"
        for name, pair in (changes or {}).items()
    )


class AuditEventView(PortalModelView):
    """Every change; nobody changes this list."""

    datamodel = Records(AuditEvent)
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

    def show_context(self, item: Any) -> dict[str, Any]:
        """An event has no trail of its own."""
        return {}

    formatters_columns = {
        "changes": changes_text,
        "actor_name": who,
        "operation": operation_label,
        "record_type": table_label,
    }
