"""The list of employees: who works here, where, under whom, with the grade held; as XLSX it can be imported again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import redirect, url_for
from flask_appbuilder.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import EmployeeStatus
from admin.models import (
    Employee,
    db,
)
from admin.operations.accounts.viewing import begin_viewing
from admin.operations.people.moving import change_employee
from admin.queries.imports.imports import department_paths
from admin.queries.outcome.grade_on import standings_of
from admin.queries.people.people import open_cases
from admin.views.cases.case_words import open_case_in_words
from admin.views.system import field_help
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.model_view import PortalModelView
from admin.web.records import Records
from admin.web.texts import coming_text, name_of
from admin.web.viewing import look_as

STATUSES = EmployeeStatus.labels()


class EmployeeView(PortalModelView):
    """Everybody of the company, in the reader's scope. Grades are not set here: they follow from decisions (5.1)."""

    datamodel = Records(Employee)
    route_base = "/employees"
    list_title, show_title = lazy("Employees"), lazy("Employee")
    add_title, edit_title = lazy("Add an employee"), lazy("Change an employee")
    label_columns = {
        "number": lazy("Employee number"),
        "name": lazy("Employee name"),
        "department": lazy("Department"),
        "post": lazy("Post"),
        "queue": lazy("Service queue"),
        "is_management": lazy("Management post"),
        "hired_on": lazy("Hired on"),
        "joined_centre_on": lazy("Joined the centre on"),
        "left_on": lazy("Left on"),
        "status": lazy("Service status"),
        "superior": lazy("Superior"),
        "email": lazy("E-mail address"),
        "grade": lazy("Present grade"),
        "grade_to_come": lazy("Grade to come"),
        "grade_since": lazy("Held since"),
        "open_case": lazy("Open case"),
    }
    description_columns = field_help.EMPLOYEE
    formatters_columns = {"grade": name_of, "grade_to_come": coming_text, "open_case": open_case_in_words}
    choices = {"status": STATUSES}
    list_columns = [
        "number",
        "name",
        "department",
        "post",
        "superior",
        "status",
        "grade",
        "grade_since",
        "grade_to_come",
        "open_case",
    ]
    also_exported = ("queue", "is_management", "hired_on", "joined_centre_on", "left_on", "email")
    quick_columns = ("department", "status")
    add_columns = [
        "number",
        "name",
        "department",
        "post",
        "queue",
        "is_management",
        "hired_on",
        "joined_centre_on",
        "left_on",
        "status",
        "superior",
        "email",
    ]
    show_columns = [*add_columns, "grade", "grade_to_come"]
    search_columns = [
        "number",
        "name",
        "department",
        "post",
        "queue",
        "is_management",
        "hired_on",
        "status",
        "superior",
    ]
    order_columns = ["number", "name", "post", "status", "hired_on"]
    edit_columns = [name for name in add_columns if name not in ("status", "left_on")]  # acts of their own (1.2-g)
    base_order = ("number", "asc")

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Who moves by this form moves by the act of moving (1.2-g)."""
        return change_employee(key, data, seen=seen, **who_and_when)

    def _rows(self, *asked: Any) -> tuple[int, list[Any]]:
        """The rows, each with the grade that is held today and the one to come (1.2-f)."""
        count, rows = super()._rows(*asked)
        _with_grades(rows)
        running = open_cases(db.session(), [row.id for row in rows])
        for row in rows:
            row.open_case = running.get(row.id)
        return count, rows

    def export_formatters(self) -> dict[str, Callable[[Any], str]]:
        """A department by its path from the top, as the import takes it: two may have one name."""
        paths = department_paths(db.session())
        return {"department": lambda each: "/".join(paths[each.id])}

    def cell_url(self, column: str, value: Any) -> str | None:
        """An open case leads to its page."""
        if column == "open_case" and value is not None:
            return url_for("CaseView.show", review_id=value.id)
        return super().cell_url(column, value)

    def row(self, pk: Any) -> Any:
        """The row, with its grades."""
        found = super().row(pk)
        _with_grades([found])
        return found

    method_permission_name = {"view_as": "write"}

    @action(
        "view_as",
        lazy("View as this employee"),
        lazy("You see their own pages for 15 minutes, read-only. They are told, and it is recorded."),
        multiple=False,
    )
    def view_as(self, item: Employee) -> Response:
        """See the portal as this employee does (6.3-b)."""
        look_as(item.id, begin_viewing(item.id, actor=actor(), now=now()))
        return redirect(url_for("CaseView.mine"), 303)

    def links(self, item: Any) -> list[tuple[str, str]]:
        """The grade file, for those who may read it."""
        if not actor().has("hr", "auditor", "superior", "head"):
            return []
        return [(_("Grade file"), url_for("GradeFileView.show", number=item.number))]


def _with_grades(rows: Sequence[Any]) -> None:
    """Put beside each person what the grade file says of today and of later, where the reader may read it."""
    stands = standings_of(db.session(), [row.id for row in rows], today())
    for row in rows:
        held, row.grade_to_come = stands[row.id].held, stands[row.id].to_come
        row.grade, row.grade_since = (held.grade, held.since) if held else (None, None)
