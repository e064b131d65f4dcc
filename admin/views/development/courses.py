"""The catalogue of courses, their dates, and the list of who is on them (5.2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from admin.domain.codes import CourseBrings, Dimension, EnrolledBy, EnrolmentStage, SessionStage
from admin.models import Course, CourseSession, Enrolment, db
from admin.queries.development.training import trainable_criteria
from admin.views.system import field_help
from admin.web.clock import today
from admin.web.model_view import PortalModelView
from admin.web.records import Records
from admin.web.texts import name_of
from admin.web.workflow_view import WorkflowModelView


class CriteriaInForce(Mapping[str, str]):
    """The criteria of the scorecard in force that can be trained for, each by its name in the reader's language."""

    def _names(self) -> dict[str, str]:
        if "trainable_criteria" not in g:
            g.trainable_criteria = trainable_criteria(db.session(), today())
        return {code: name_of(row) for code, row in g.trainable_criteria.items()}

    def __getitem__(self, code: str) -> str:
        return self._names()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


class CourseView(PortalModelView):
    """The catalogue: for which grades, about what, and what completing a course brings."""

    datamodel = Records(Course)
    route_base = "/courses"
    list_title, show_title = lazy("Courses"), lazy("Course")
    add_title, edit_title = lazy("Add a course"), lazy("Change a course")
    label_columns = {
        "code": lazy("Course code"),
        "title": lazy("Course"),
        "about": lazy("Contents of the course"),
        "dimension": lazy("Dimension"),
        "criterion": lazy("Criterion"),
        "lowest_grade": lazy("From grade"),
        "highest_grade": lazy("Up to grade"),
        "brings": lazy("Completing it brings"),
        "hours": lazy("Hours"),
        "cost_centre": lazy("Cost centre"),
        "offered": lazy("Offered at present"),
    }
    description_columns = field_help.COURSE
    formatters_columns = {"lowest_grade": name_of, "highest_grade": name_of}
    choices = {"dimension": Dimension.labels(), "brings": CourseBrings.labels(), "criterion": CriteriaInForce()}
    list_columns = ["code", "title", "dimension", "criterion", "lowest_grade", "highest_grade", "brings", "offered"]
    also_exported = ("hours", "cost_centre")
    add_columns = edit_columns = show_columns = [
        "code", "title", "about", "dimension", "criterion", "lowest_grade", "highest_grade", "brings", "hours", "cost_centre",
        "offered",
    ]  # fmt: skip
    search_columns = ["code", "title", "dimension", "criterion", "lowest_grade", "brings", "offered", "cost_centre"]
    quick_columns = ("dimension", "brings")
    order_columns = ["code", "title", "hours"]
    base_order = ("code", "asc")


class CourseSessionView(WorkflowModelView):
    """The dates of courses; what ends one are acts."""

    datamodel = Records(CourseSession)
    process = "course_session"
    route_base = "/course_sessions"
    list_title, show_title = lazy("Course dates"), lazy("Course date")
    add_title, edit_title = lazy("Add a course date"), lazy("Change a course date")
    label_columns = {
        "code": lazy("Date code"),
        "course": lazy("Course"),
        "begins_on": lazy("First day"),
        "ends_on": lazy("Last day"),
        "from_hour": lazy("Begins at"),
        "to_hour": lazy("Ends at"),
        "place": lazy("Place"),
        "places": lazy("Places"),
        "enrol_until": lazy("Enrolment until"),
        "stage": lazy("State of the date"),
    }
    description_columns = field_help.COURSE_SESSION
    choices = {"stage": SessionStage.labels()}
    list_columns = ["code", "course", "begins_on", "ends_on", "place", "places", "stage"]
    add_columns = edit_columns = [
        "code", "course", "begins_on", "ends_on", "from_hour", "to_hour", "place", "places", "enrol_until",
    ]  # fmt: skip
    show_columns = [*add_columns, "stage"]
    search_columns = ["code", "course", "begins_on", "place", "stage"]
    quick_columns = ("stage",)
    order_columns = ["code", "begins_on", "places", "stage"]
    base_order = ("begins_on", "desc")

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """A date is reference data until it ends."""
        return PortalModelView.add_operation(self, data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Days, hours and places may move; whoever is on it is told."""
        return PortalModelView.edit_operation(self, key, data, seen=seen, **who_and_when)

    def links(self, item: Any) -> list[tuple[str, str]]:
        """The page with the people on it."""
        return [(_("Places and attendance"), url_for("TrainingView.show", key=item.id))]


class EnrolmentView(WorkflowModelView):
    """Who is on which date."""

    datamodel = Records(Enrolment)
    process = "enrolment"
    route_base = "/enrolments"
    list_title, show_title = lazy("Enrolments"), lazy("Enrolment")
    add_title, edit_title = lazy("Enrol"), lazy("Enrolment")
    label_columns = {
        "employee": lazy("Employee"),
        "course_session": lazy("Course date"),
        "stage": lazy("State of the enrolment"),
        "enrolled_by": lazy("Enrolled by"),
        "asked_at": lazy("Enrolled at"),
    }
    choices = {"stage": EnrolmentStage.labels(), "enrolled_by": EnrolledBy.labels()}
    list_columns = show_columns = ["employee", "course_session", "stage", "enrolled_by", "asked_at"]
    search_columns = ["employee", "course_session", "stage", "enrolled_by"]
    quick_columns = ("stage",)
    order_columns = ["stage", "asked_at"]
    base_order = ("asked_at", "desc")
