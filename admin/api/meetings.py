"""Meetings for programs; what happens in them are actions (interfaces: meetings)."""

from __future__ import annotations

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import MeetingStage
from admin.models import Meeting
from admin.web.records import Records

STAGES = {code: code for code in MeetingStage.labels()}


class ApiMeetings(Resource):
    """/api/v1/meetings/"""

    datamodel = Records(Meeting)
    resource_name = "meetings"
    process = "meeting"
    list_columns = show_columns = [
        "id",
        "number",
        "cycle_id",
        "stage",
        "scheduled_at",
        "opened_at",
        "closed_at",
        "appointed",
        "quorum",
    ]
    search_columns = ["number", "stage", "cycle"]
    order_columns = ["number", "scheduled_at", "stage"]
    label_columns = {"number": lazy("Number of the meeting")}
    choices = {"stage": STAGES}
    add_columns: list[str] = []
    edit_columns: list[str] = []
