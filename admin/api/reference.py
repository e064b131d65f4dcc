"""Departments, employees and grades for programs."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource, payload_of_request
from admin.models import Department, Employee, Grade, db
from admin.models.audit import plain
from admin.operations import acts
from admin.operations.people.departments import add_department, change_department
from admin.operations.people.moving import change_employee
from admin.queries.outcome.grade_on import HeldGrades, standings_of
from admin.queries.people.leaves import leaves_of
from admin.queries.people.people import moves_of
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.records import Records

LEAVE = ("id", "kind", "starts_on", "ends_on")
MOVE = ("id", "moves_on", "department_id", "superior_id", "post", "queue", "reason")
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
    process = "department"

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Department:
        """Its head is named by an act of its own (3.3.3)."""
        return add_department(data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Department:
        """Another head too."""
        return change_department(key, data, **who_and_when)


class ApiEmployees(Resource):
    """/api/v1/employees/; a grade is never written here (5.1)."""

    datamodel = Records(Employee)
    resource_name = "employees"
    process = "employee"
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

    def pre_get_list(self, data: dict[str, Any]) -> None:
        """Say which grade each holds today, and which the file holds from a later day (1.2-f)."""
        stands = standings_of(db.session(), data["ids"], today())
        for key, row in zip(data["ids"], data["result"], strict=True):
            row |= _grades(stands[key])

    def pre_get(self, data: dict[str, Any]) -> None:
        """The same of one person."""
        key = int(data["id"])
        data["result"] |= _grades(standings_of(db.session(), [key], today())[key])

    def edit_operation(self, key: int, data: dict[str, Any], **who_and_when: Any) -> Employee:
        """Who moves by PUT moves by the act of moving (1.2-g)."""
        return change_employee(key, data, **who_and_when)

    @expose("/<int:pk>/moves", methods=["GET"])
    @protect()
    @permission_name("read")
    def moves(self, pk: int) -> Response:
        """Moves to come
        ---
        get:
          description: Recorded for a coming day, or due and not carried out (1.2-g)
          parameters: [{in: path, name: pk, required: true, schema: {type: integer}}]
          responses:
            200: {description: The moves}
        """
        self.row(pk)
        rows = moves_of(db.session(), pk)
        return self.response(
            200, count=len(rows), result=[{name: plain(getattr(each, name)) for name in MOVE} for each in rows]
        )

    @expose("/<int:pk>/leaves", methods=["GET"])
    @protect()
    @permission_name("read")
    def leaves(self, pk: int) -> Response:
        """Times away
        ---
        get:
          description: Every leave on file (1.2-b, 3.2-d)
          parameters: [{in: path, name: pk, required: true, schema: {type: integer}}]
          responses:
            200: {description: The leaves}
        """
        self.row(pk)
        rows = leaves_of(db.session(), pk)
        return self.response(
            200, count=len(rows), result=[{name: plain(getattr(each, name)) for name in LEAVE} for each in rows]
        )

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
        return self._acted(pk, "mark_left")

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
        return self._acted(pk, "record_leave")

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
        return self._acted(pk, "come_back")

    def _acted(self, pk: int, action: str) -> Response:
        """The act of that name, as `/actions/` carries it out."""
        acts.perform(self.process, pk, action, payload_of_request(), actor=actor(), now=now())
        return self._answer(pk, 200)


def _grades(stands: HeldGrades) -> dict[str, Any]:
    held, coming = stands.held, stands.to_come
    return {
        "grade": held.grade.code if held else None,
        "grade_since": held.since.isoformat() if held else None,
        "grade_to_come": coming.grade.code if coming else None,
        "grade_to_come_from": coming.since.isoformat() if coming else None,
    }


class ApiGrades(Resource):
    """/api/v1/grades/: the ladder, read only."""

    datamodel = Records(Grade)
    resource_name = "grades"
    list_columns = show_columns = ["id", "code", "level", "step", "order", "name_zh_hant", "name_zh_hans", "name_en"]
    search_columns = ["code", "level"]
    order_columns = ["code", "order"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
