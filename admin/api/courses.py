"""Courses, their dates and who is on them, for programs (5.2.1)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.domain.codes import CourseBrings, Dimension, EnrolledBy, EnrolmentStage, SessionStage
from admin.domain.refusals import N_, Invalid
from admin.models import Course, CourseSession, Enrolment
from admin.operations.development.enrolments import enrol
from admin.web.records import Records

COURSE = ["code", "title", "about", "dimension", "criterion", "brings", "hours", "cost_centre", "offered"]
DATE = ["code", "begins_on", "ends_on", "from_hour", "to_hour", "place", "places", "enrol_until"]


class ApiCourses(Resource):
    """/api/v1/courses/"""

    datamodel = Records(Course)
    resource_name = "courses"
    list_columns = ["id", *COURSE, "lowest_grade_id", "highest_grade_id"]
    show_columns = list_columns
    search_columns = ["code", "title", "dimension", "criterion", "brings", "offered"]
    order_columns = ["id", "code", "title"]
    add_columns = edit_columns = [*COURSE, "lowest_grade", "highest_grade"]
    choices = {
        "dimension": {code: code for code in Dimension.labels()},
        "brings": {code: code for code in CourseBrings.labels()},
    }


class ApiCourseSessions(Resource):
    """/api/v1/course_sessions/: the dates of courses."""

    datamodel = Records(CourseSession)
    resource_name = "course_sessions"
    process = "course_session"
    list_columns = ["id", "course_id", *DATE, "stage"]
    show_columns = list_columns
    search_columns = ["code", "course", "begins_on", "place", "stage"]
    order_columns = ["id", "code", "begins_on"]
    add_columns = edit_columns = [*DATE, "course"]
    choices = {"stage": {code: code for code in SessionStage.labels()}}


class ApiEnrolments(Resource):
    """/api/v1/enrolments/: POST puts somebody on a date, by the same rule as the page."""

    datamodel = Records(Enrolment)
    resource_name = "enrolments"
    process = "enrolment"
    list_columns = [
        "id",
        "session_id",
        "employee_id",
        "stage",
        "enrolled_by",
        "asked_at",
        "training_id",
        "certificate_id",
    ]
    show_columns = list_columns
    search_columns = ["course_session", "employee", "stage", "enrolled_by"]
    order_columns = ["id", "stage"]
    add_columns = ["course_session", "employee"]
    edit_columns: list[str] = []
    label_columns = {"course_session": lazy("Course date"), "employee": lazy("Employee")}
    choices = {
        "stage": {code: code for code in EnrolmentStage.labels()},
        "enrolled_by": {code: code for code in EnrolledBy.labels()},
    }

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Enrolment:
        """A place, or the waiting list."""
        missing = [name for name in ("session_id", "employee_id") if data.get(name) is None]
        if missing:
            raise Invalid(dict.fromkeys(missing, N_("This is needed.")))
        return enrol(data["session_id"], data["employee_id"], **who_and_when)
