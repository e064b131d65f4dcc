"""Seats of the committee and the appeal panel for programs: given, changed and ended by operations alone (6.1-b)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import Constituency, Office
from admin.domain.refusals import N_, Invalid
from admin.models import CommitteeMember
from admin.operations.committee import seats
from admin.web.records import Records

COLUMNS = ["employee", "constituency", "office", "on_panel", "panel_chair", "term_from", "term_to"]
NEEDED = ("employee_id", "constituency", "term_from")


class ApiCommitteeMembers(Resource):
    """/api/v1/committee_members/; POST appoints, PUT changes or ends, DELETE takes back what has not acted."""

    datamodel = Records(CommitteeMember)
    resource_name = "committee_members"
    process = "committee_member"
    list_columns = show_columns = ["id", "employee_id", *COLUMNS[1:]]
    search_columns = ["employee", "constituency", "office", "on_panel", "term_from"]
    order_columns = ["id", "term_from", "term_to"]
    label_columns = {
        "employee": lazy("Employee"),
        "constituency": lazy("Constituency"),
        "office": lazy("Office held"),
        "on_panel": lazy("Sits on the appeal panel"),
        "panel_chair": lazy("Chairs the appeal panel"),
        "term_from": lazy("Term begins on"),
        "term_to": lazy("Term ends on"),
    }
    choices = {"constituency": Constituency.labels(), "office": Office.labels()}
    add_columns = edit_columns = COLUMNS
    can_delete = True

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> CommitteeMember:
        """Appoint; an office that is not named is a member's."""
        if missing := [name for name in NEEDED if data.get(name) is None]:
            raise Invalid({name.removesuffix("_id"): N_("This is needed.") for name in missing})
        given = {name: value for name, value in data.items() if value is not None}
        return seats.appoint_member(**given, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> CommitteeMember:
        """Change the seat; one that has acted ends, and another begins."""
        return seats.change_seat(key, data, **who_and_when)

    def delete_operation(self, key: int, **who_and_when: Any) -> None:
        """Take a seat back that was given by mistake."""
        seats.remove_seat(key, **who_and_when)
