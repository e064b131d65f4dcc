"""Departments, employees and grades for programs."""

from __future__ import annotations

from flask_babel import lazy_gettext as lazy

from admin.api.base import Resource
from admin.models import Department, Employee, Grade
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


class ApiGrades(Resource):
    """/api/v1/grades/: the ladder, read only."""

    datamodel = Records(Grade)
    resource_name = "grades"
    list_columns = show_columns = ["id", "code", "level", "step", "order", "name_zh_hant", "name_zh_hans", "name_en"]
    search_columns = ["code", "level"]
    order_columns = ["code", "order"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
