"""What two people changed, in the reader's language: the thing, the column, the value (6.1-a)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import (
    AppealAddressee,
    AppealGround,
    AppealKind,
    Constituency,
    DeputyRole,
    Office,
    PerformanceRating,
    PredecessorForm,
)
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_
from admin.web.texts import EMPTY, label_of, translated

COLUMNS = {
    "present_grade_id": N_("Present grade"),
    "superior_id": N_("Superior"),
    "head_id": N_("Department head"),
    "superior_for_id": N_("Superior in whose place"),
    "head_for_id": N_("Head in whose place"),
    "person_id": N_("Person represented"),
    "deputy_id": N_("Deputy"),
    "role": N_("In which role"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "ended_on": N_("Ended on"),
    "department_id": N_("Department"),
    "department": N_("Department"),
    "post": N_("Post"),
    "queue": N_("Queue"),
    "target_grade_id": N_("Grade applied for"),
    "value": N_("Value"),
    "employee_id": N_("Employee"),
    "constituency": N_("Constituency"),
    "office": N_("Office"),
    "on_panel": N_("On the appeal panel"),
    "panel_chair": N_("Chair of the appeal panel"),
    "term_from": N_("Term from"),
    "term_to": N_("Term to"),
    "printed_name": N_("Printed name"),
    "kind": N_("Appeal or objection"),
    "ground": N_("Ground"),
    "addressee": N_("Addressed to"),
    "filer_id": N_("Filed by"),
    "entered_by_proxy": N_("Entered from paper"),
    "reviewer_id": N_("Reviewer in the head's place"),
    "hired_on": N_("Hired on"),
    "joined_centre_on": N_("Joined the centre on"),
    "left_on": N_("Left on"),
    "form": N_("What there is"),
    "starts_on": N_("Leave from"),
    "ends_on": N_("Leave until"),
    "rating": N_("Yearly rating"),
}
CODES = {
    "constituency": Constituency.labels(),
    "office": Office.labels(),
    "kind": AppealKind.labels(),
    "ground": AppealGround.labels(),
    "addressee": AppealAddressee.labels(),
    "rating": PerformanceRating.labels(),
    "form": PredecessorForm.labels(),
    "role": DeputyRole.labels(),
}
YES_NO = {"True": N_("Yes"), "False": N_("No")}


def changed_what(line: Mapping[str, Any]) -> str:
    """Of what thing a line tells; of a figure its name in the reader's language."""
    *place, last = str(line["what"]).split(" · ")
    return " · ".join([*place, translated(COUNTS.get(last, last)) if line["table"] == "metrics" else last])


def changed_column(line: Mapping[str, Any]) -> str:
    """What of it."""
    return label_of(COLUMNS, line["column"])


def changed_value(line: Mapping[str, Any], value: str | None) -> str:
    """A value before or after; a dash where there was none."""
    if value is None:
        return EMPTY
    return label_of(CODES.get(str(line["column"]), YES_NO), value) if value else _("empty")
