"""Deputies for programs: who stands in for whom; appointed and ended by operations alone (3.3-c)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import DeputyRole
from admin.domain.refusals import N_, Invalid
from admin.models import Deputy
from admin.operations.people.deputies import appoint_deputy
from admin.web.records import Records

NEEDED = ("person_id", "deputy_id", "role", "first_day", "last_day", "reason")


class ApiDeputies(Resource):
    """/api/v1/deputies/; POST appoints, the action `end_deputy` of the person in /employees/ ends an appointment early."""

    datamodel = Records(Deputy)
    resource_name = "deputies"
    list_columns = show_columns = [
        "id", "person_id", "deputy_id", "role", "first_day", "last_day", "reason", "appointed_at", "ended_on", "end_reason",
    ]  # fmt: skip
    search_columns = ["person", "deputy", "role", "first_day", "last_day"]
    order_columns = ["id", "first_day", "last_day"]
    add_columns = ["person", "deputy", "role", "first_day", "last_day", "reason"]
    edit_columns: list[str] = []
    label_columns = {
        "person": lazy("Person represented"),
        "deputy": lazy("Deputy"),
        "role": lazy("In which role"),
        "first_day": lazy("First day"),
        "last_day": lazy("Last day"),
        "reason": lazy("Reason"),
    }
    choices = {"role": DeputyRole.labels()}

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Deputy:
        """Appoint somebody; it waits for a second person of HR."""
        if missing := [name for name in NEEDED if not data.get(name)]:
            raise Invalid({name.removesuffix("_id"): N_("This is needed.") for name in missing})
        given = {name: data[name] for name in NEEDED if name != "person_id"}
        return appoint_deputy(data["person_id"], **given, **who_and_when)
