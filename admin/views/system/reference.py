"""Generated screens for reference data: departments, people, grades, calendar, committee."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder.actions import action
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import Constituency, Office, RecordKind, RecordStage
from admin.models import (
    CalendarDay,
    CalendarYear,
    CommitteeMember,
    ContactLogin,
    Department,
    EmployeeRecord,
    Grade,
    PayBand,
)
from admin.operations.committee import seats
from admin.operations.people.departments import add_department, change_department
from admin.operations.system import calendar
from admin.views.system import field_help
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.levels import LEVELS
from admin.web.model_view import PortalModelView
from admin.web.records import Records

RECORD_KINDS = RecordKind.labels()
RECORD_STAGES = RecordStage.labels()
CONSTITUENCIES = Constituency.labels()
OFFICES = Office.labels()


class DepartmentView(PortalModelView):
    """The department tree."""

    datamodel = Records(Department)
    route_base = "/departments"
    list_title, show_title = lazy("Departments"), lazy("Department")
    add_title, edit_title = lazy("Add a department"), lazy("Change a department")
    label_columns = {
        "code": lazy("Department code"),
        "name": lazy("Department name"),
        "parent": lazy("Parent department"),
        "in_centre": lazy("Belongs to the service centre"),
        "head": lazy("Head of department"),
    }
    description_columns = field_help.DEPARTMENT
    list_columns = show_columns = ["code", "name", "parent", "in_centre", "head"]
    search_columns = ["code", "name", "parent", "in_centre"]
    order_columns = ["code", "name", "in_centre"]
    add_columns = edit_columns = ["code", "name", "parent", "in_centre", "head"]
    base_order = ("code", "asc")

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Department:
        """Its head is named by an act of its own (3.3.3)."""
        return add_department(data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Another head too."""
        return change_department(key, data, seen=seen, **who_and_when)


class EmployeeRecordView(PortalModelView):
    """Contributions, certificates, breaches and the like; recorded and approved by operations of their own (4.1-a)."""

    datamodel = Records(EmployeeRecord)
    route_base = "/employee_records"
    list_title, show_title = lazy("Records of employees"), lazy("Record of an employee")
    add_title, edit_title = lazy("Add a record"), lazy("Change a record")
    label_columns = {
        "employee": lazy("Employee"),
        "kind": lazy("Kind of record"),
        "stage": lazy("State of the record"),
        "title": lazy("What it is"),
        "detail": lazy("Details"),
        "points": lazy("Points"),
        "happened_on": lazy("Day it happened"),
    }
    choices = {"kind": RECORD_KINDS, "stage": RECORD_STAGES}
    list_columns = ["title", "employee", "kind", "stage", "happened_on"]
    show_columns = ["title", "employee", "kind", "stage", "detail", "points", "happened_on"]
    search_columns = ["employee", "kind", "stage", "title", "happened_on"]
    order_columns = ["title", "kind", "stage", "happened_on"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("happened_on", "desc")


class ContactLoginView(PortalModelView):
    """Which employee a name in the contact logs is."""

    datamodel = Records(ContactLogin)
    route_base = "/contact_logins"
    list_title, show_title = lazy("Contact-system logins"), lazy("Contact-system login")
    add_title, edit_title = lazy("Add a contact-system login"), lazy("Change a contact-system login")
    label_columns = {
        "login": lazy("Name in the contact logs"),
        "employee": lazy("Employee"),
        "valid_from": lazy("Valid from"),
        "valid_to": lazy("Valid until"),
    }
    description_columns = field_help.CONTACT_LOGIN
    list_columns = show_columns = ["login", "employee", "valid_from", "valid_to"]
    search_columns = ["login", "employee", "valid_from"]
    order_columns = ["login", "valid_from", "valid_to"]
    add_columns = edit_columns = ["login", "employee", "valid_from", "valid_to"]
    base_order = ("login", "asc")


class CommitteeMemberView(PortalModelView):
    """Seats on the committee and the appeal panel, with their terms (3.3.4-a, 3.3.5-a)."""

    datamodel = Records(CommitteeMember)
    route_base = "/committee_members"
    list_title, show_title = lazy("Committee members"), lazy("Committee member")
    add_title, edit_title = lazy("Add a committee member"), lazy("Change a committee member")
    label_columns = {
        "employee": lazy("Employee"),
        "constituency": lazy("Constituency"),
        "office": lazy("Office held"),
        "on_panel": lazy("Sits on the appeal panel"),
        "panel_chair": lazy("Chairs the appeal panel"),
        "term_from": lazy("Term begins on"),
        "term_to": lazy("Term ends on"),
    }
    description_columns = field_help.COMMITTEE_MEMBER
    choices = {"constituency": CONSTITUENCIES, "office": OFFICES}
    list_columns = show_columns = [
        "employee",
        "constituency",
        "office",
        "on_panel",
        "panel_chair",
        "term_from",
        "term_to",
    ]
    search_columns = ["employee", "constituency", "office", "on_panel", "term_from"]
    order_columns = ["constituency", "office", "on_panel", "term_from", "term_to"]
    add_columns = edit_columns = [
        "employee",
        "constituency",
        "office",
        "on_panel",
        "panel_chair",
        "term_from",
        "term_to",
    ]

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> CommitteeMember:
        """Appointing is an operation of its own (6.1-b)."""
        return seats.appoint_member(**data, **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Changing a seat too: one that has acted ends, and another begins."""
        return seats.change_seat(key, data, seen=seen, **who_and_when)

    def delete_operation(self, key: int, **who_and_when: Any) -> None:
        """Taking a seat back that was given by mistake."""
        seats.remove_seat(key, **who_and_when)


class GradeView(PortalModelView):
    """The ladder; it changes only with a new policy version (2.1)."""

    datamodel = Records(Grade)
    route_base = "/grades"
    list_title, show_title = lazy("Grades"), lazy("Grade of the ladder")
    add_title, edit_title = lazy("Add a grade"), lazy("Change a grade")
    label_columns = {
        "code": lazy("Grade code"),
        "name_zh_hant": lazy("Name in Traditional Chinese"),
        "name_zh_hans": lazy("Name in Simplified Chinese"),
        "name_en": lazy("Name in English"),
        "level": lazy("Level"),
        "step": lazy("Step"),
        "order": lazy("Order, lowest first"),
    }
    choices = {"level": LEVELS}
    list_columns = show_columns = ["code", "name_zh_hant", "name_zh_hans", "name_en", "level", "step", "order"]
    search_columns = ["code", "level"]
    order_columns = ["code", "order"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("order", "asc")


class PayBandView(PortalModelView):
    """What a grade pays from a date on; seen and kept by HR only (5.1)."""

    datamodel = Records(PayBand)
    route_base = "/pay_bands"
    list_title, show_title = lazy("Pay bands"), lazy("Pay band")
    add_title, edit_title = lazy("Add a pay band"), lazy("Change a pay band")
    label_columns = {
        "grade": lazy("Grade of the ladder"),
        "valid_from": lazy("Valid from"),
        "amount_min": lazy("Lowest amount a month"),
        "amount_max": lazy("Highest amount a month"),
        "currency": lazy("Currency"),
    }
    description_columns = field_help.PAY_BAND
    list_columns = show_columns = ["grade", "valid_from", "amount_min", "amount_max", "currency"]
    search_columns = ["grade", "valid_from"]
    order_columns = ["valid_from", "amount_min", "amount_max"]
    add_columns = edit_columns = ["grade", "valid_from", "amount_min", "amount_max", "currency"]
    base_order = ("valid_from", "desc")


class CalendarYearView(PortalModelView):
    """Years of the working calendar; HR confirms each before anything is counted in it (3.3.5-c)."""

    datamodel = Records(CalendarYear)
    route_base = "/calendar_years"
    list_title, show_title = lazy("Calendar years"), lazy("Calendar year")
    add_title, edit_title = lazy("Add a calendar year"), lazy("Change a calendar year")
    label_columns = {"year": lazy("Year"), "seeded_from": lazy("Days taken from"), "confirmed_at": lazy("Confirmed at")}
    list_columns = show_columns = ["year", "seeded_from", "confirmed_at"]
    search_columns = ["year"]
    order_columns = ["year", "confirmed_at"]
    add_columns = ["year"]
    edit_columns: list[str] = []
    base_order = ("year", "desc")
    method_permission_name = {"confirm": "confirm"}

    @action(
        "confirm",
        lazy("Confirm the year"),
        lazy("Are all holidays and make-up days of this year right?"),
        multiple=False,
    )
    def confirm(self, item: CalendarYear) -> Response:
        """Confirm a year."""
        calendar.confirm_year(item.year, actor=actor(), now=now())
        flash(_("The year is confirmed."), "success")
        return redirect(url_for(".show", pk=item.id))


class CalendarDayView(PortalModelView):
    """Days that differ from their weekday: holidays and make-up working days."""

    datamodel = Records(CalendarDay)
    route_base = "/calendar_days"
    list_title, show_title = lazy("Calendar days"), lazy("Calendar day")
    add_title, edit_title = lazy("Add a calendar day"), lazy("Change a calendar day")
    label_columns = {"day": lazy("Calendar day"), "working": lazy("Working day"), "note": lazy("Why it differs")}
    description_columns = field_help.CALENDAR_DAY
    list_columns = show_columns = ["day", "working", "note"]
    search_columns = ["day", "working", "note"]
    order_columns = ["day", "working"]
    add_columns = edit_columns = ["day", "working", "note"]
    base_order = ("day", "asc")
