"""Departments, employees and grades for programs."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.models import Department, Employee, Grade
from admin.operations.fields import OPTIONAL_REASON, Field, cleaned
from admin.operations.people import people
from admin.operations.people.moving import change_employee
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.records import Records

STATUSES = {"in_service": "in_service", "on_leave": "on_leave", "left": "left"}


class ApiDepartments(Resource):
    """/api/v1/departments/"""

    datamodel = Records(Department)
    resource_name = "departments"
    list_columns = show_columns = ["id", "code", "name", "in_centre", "parent_id", "head_id"]
    search_columns = ["code", "name", "in_centre"]
    order_columns = ["code", "name"]
    add_columns = edit_columns = ["code", "name", "parent", "in_centre", "head"]
    label_columns = {"code": lazy("Department code"), "name": lazy("Department name")}
    can_delete = True


class ApiEmployees(Resource):
    """/api/v1/employees/; a grade is never written here (5.1)."""

    datamodel = Records(Employee)
    resource_name = "employees"
    list_columns = ["id", "number", "name", "department_id", "post", "superior_id", "status"]
    show_columns = [
        "id",
        "number",
        "name",
        "department_id",
        "post",
        "queue",
        "is_management",
        "hired_on",
        "joined_centre_on",
        "left_on",
        "status",
        "superior_id",
        "email",
    ]
    search_columns = ["number", "name", "department", "status", "superior"]
    order_columns = ["number", "name", "hired_on"]
    add_columns = edit_columns = [
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
    choices = {"status": STATUSES}

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Employee:
        """Who moves by PUT moves by the act of moving (1.2-g)."""
        return change_employee(key, data, **who_and_when)

    @expose("/<int:pk>/left", methods=["POST"])
    @protect()
    @permission_name("write")
    def left(self, pk: int) -> Response:
        """Record that somebody leaves
        ---
        post:
          description: Closes cases and account on the day; a day to come is carried out then (1.2-g)
          parameters: [{in: path, name: pk, required: true, schema: {type: integer}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The employee}
        """
        given = cleaned((Field("left_on", kind="date"), OPTIONAL_REASON), payload_of_request())
        people.mark_left(pk, given["left_on"], given["reason"], actor=actor(), now=now())
        return self._answer(pk, 200)

    @expose("/<int:pk>/leave", methods=["POST"])
    @protect()
    @permission_name("write")
    def leave(self, pk: int) -> Response:
        """Record a time away
        ---
        post:
          description: Begins and ends on its days (1.2-g)
          parameters: [{in: path, name: pk, required: true, schema: {type: integer}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The employee}
        """
        asked = (Field("kind"), Field("starts_on", kind="date"), Field("ends_on", kind="day", required=False))
        given = cleaned(asked, payload_of_request())
        people.record_leave(pk, given["kind"], given["starts_on"], given["ends_on"], actor=actor(), now=now())
        return self._answer(pk, 200)

    @expose("/<int:pk>/back", methods=["POST"])
    @protect()
    @permission_name("write")
    def back(self, pk: int) -> Response:
        """Record a return from leave
        ---
        post:
          description: The leave ends the day before (1.2-g)
          parameters: [{in: path, name: pk, required: true, schema: {type: integer}}]
          requestBody: {content: {application/json: {schema: {type: object}}}}
          responses:
            200: {description: The employee}
        """
        given = cleaned((Field("back_on", kind="date"),), payload_of_request())
        people.come_back(pk, given["back_on"], actor=actor(), now=now())
        return self._answer(pk, 200)


class ApiGrades(Resource):
    """/api/v1/grades/: the ladder, read only."""

    datamodel = Records(Grade)
    resource_name = "grades"
    list_columns = show_columns = ["id", "code", "level", "step", "order", "name_zh_hant", "name_zh_hans", "name_en"]
    search_columns = ["code", "level"]
    order_columns = ["code", "order"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
