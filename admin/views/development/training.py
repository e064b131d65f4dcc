"""Training: what one needs and why, places on courses, attendance, and the plan of a department (5.2.1, 6.2)."""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import Response as FlaskResponse
from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import EnrolmentStage
from admin.domain.refusals import N_, Invalid, NotFound
from admin.domain.training import CLAUSE
from admin.files.calendar_entry import CalendarEntry, calendar_file
from admin.files.rosters import ATTENDANCE, attendance_headers, read_attendance
from admin.files.workbooks import write_workbook
from admin.models import CourseSession, Employee, Enrolment, db
from admin.operations.development.attendance import attendance_from
from admin.operations.development.enrolments import enrol, record_attendance
from admin.operations.transaction import operation
from admin.queries.development.training_pages import PlanAsked, date_page, plan_page, seated, training_page, whole_plan
from admin.queries.people.people import employee_numbered
from admin.views.development import training_words
from admin.views.development.training_words import moments, need_reason, need_title, when
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of, visible_row
from admin.web.sheets import FaultyFile, read_sheet, sheet_page, workbook
from admin.web.texts import file_name, language, name_of
from admin.web.workflow_view import buttons

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TrainingView(Page):
    """/training/: one's own page, and the page of each date."""

    route_base = "/training"

    @route("/")
    def index(self) -> str:
        """What I need, my courses, and the dates to come."""
        page = training_page(db.session(), actor(), today(), wanted_part(), _looked_for())
        return self.show_page("development/training/index.html", page, title=_("Training"), told=training_words)

    @route("/<int:key>")
    def show(self, key: int) -> str:
        """A date: where, when, the places, and who is on it."""
        return self._show(key)

    @route("/<int:key>/enrol", access="write", post=True, get=False)
    def enrol(self, key: int) -> Response:
        """A place for myself, or for somebody whom I lead, by their number."""
        date = _date(key)
        row = enrol(date.id, _whom(), actor=actor(), now=now())
        if row.stage == EnrolmentStage.WAITING:
            flash(_("All places are taken: the name is on the waiting list and moves up by itself."), "info")
        else:
            flash(_("A place is reserved."), "success")
        return redirect(url_for("TrainingView.show", key=key), 303)

    @route("/<int:key>/attendance", access="attendance", post=True, get=False)
    def attendance(self, key: int) -> Response:
        """Whether those on the page came."""
        given = {number_of(name[5:]): value for name, value in request.form.items() if name.startswith("came-")}
        came = {row: value == "yes" for row, value in given.items() if row is not None and value in ("yes", "no")}
        count = record_attendance(key, came, actor=actor(), now=now())
        flash(_("Attendance is recorded; changed: %(count)s.", count=count), "success")
        return redirect(url_for("TrainingView.show", key=key, page=wanted_part()), 303)

    @route("/<int:key>/attendance-list", access="attendance", post=True, get=False)
    def attendance_list(self, key: int) -> Response:
        """The list of those with a place, to be filled in."""
        date, people = _date(key), seated(db.session(), key)
        lines = [[date.code, person.number, "", person.name] for person in people]
        with operation("export_list", actor=actor(), now=now(), clause=CLAUSE) as op:
            op.note("export", Enrolment.__tablename__, None, {"rows": [None, len(lines)]})
        data = write_workbook(_("Attendance"), [*attendance_headers(language()), _("Employee name")], lines)
        return workbook(data, f"{_('Attendance')} {date.code}")

    @route("/<int:key>/attendance-file", access="attendance", post=True, get=False)
    def attendance_file(self, key: int) -> Response | tuple[str, int]:
        """Attendance from a list that was filled in: all of it, or every fault by its row."""
        code = _date(key).code
        try:
            lines, faults = read_sheet(lambda table: read_attendance(table, code))
            done = attendance_from(key, lines, faults, actor=actor(), now=now())
            if done.faults:
                raise FaultyFile(faults=done.faults)
        except FaultyFile as faulty:
            return self._show(key, faulty), 422
        flash(_("Attendance is recorded; changed: %(count)s.", count=done.changed), "success")
        if done.unnamed:
            flash(_("With a place, and not in the list: %(count)s.", count=done.unnamed), "info")
        return redirect(url_for("TrainingView.show", key=key), 303)

    def _show(self, key: int, faulty: FaultyFile | None = None) -> str:
        me = actor()
        page = date_page(db.session(), key, me, today(), wanted_part())
        return self.show_page(
            "development/training/date.html",
            page,
            title=page.shown.date.course.title,
            actions=buttons("course_session", key) if me.has("hr") else [],
            told=training_words,
            sheet=sheet_page(ATTENDANCE, "", 0, faulty),
        )

    @route("/<int:key>/calendar.ics")
    def calendar(self, key: int) -> FlaskResponse:
        """The date for one's calendar."""
        date = _date(key)
        begins, ends = moments(date)
        address = f"{settings().portal_url}{url_for('TrainingView.show', key=key)}"
        entry = CalendarEntry(
            f"{date.code}@{settings().portal_url}",
            date.course.title,
            date.place,
            date.course.about,
            address,
            begins,
            ends,
        )
        return send_file(
            io.BytesIO(calendar_file(entry, now())), mimetype="text/calendar", as_attachment=True,
            download_name=file_name(date.code, kind="ics"),
        )  # fmt: skip


class TrainingPlanView(Page):
    """/training/plan: needs, answers and places of those whom one leads."""

    route_base = "/training"
    default_view = "plan"

    @route("/plan")
    def plan(self) -> str:
        """The plan, person by person."""
        page = plan_page(db.session(), actor(), today(), _asked(request.args), wanted_part())
        return self.show_page("development/training/plan.html", page, title=_("Training plan"), told=training_words)

    @route("/plan/export", post=True, get=False)
    def export(self) -> FlaskResponse:
        """The plan as XLSX: a line for each need."""
        me, asked = actor(), _asked(request.form)
        page = plan_page(db.session(), me, today(), asked, 1)
        lines = []
        for row in whole_plan(db.session(), me, today(), asked):
            who = [row.person.number, row.person.name, row.person.department.name, name_of(row.grade)]
            on = _(", ").join(f"{each.course_session.course.title} {when(each.course_session)}" for each in row.on)
            for need, courses in row.needs:
                told = [need_title(need, page.criteria), need_reason(need)]
                lines.append([*who, *told, _(", ").join(each.title for each in courses), on])
            if not row.needs:
                lines.append([*who, "", "", "", on])
        with operation("export_list", actor=me, now=now(), clause=CLAUSE) as op:
            op.note("export", Enrolment.__tablename__, None, {"rows": [None, len(lines)]})
        heads = [
            _("Employee number"), _("Employee name"), _("Department"), _("Present grade"), _("Need"), _("Reason"),
            _("Courses that help"), _("Enrolled for"),
        ]  # fmt: skip
        data = write_workbook(_("Training plan"), heads, lines)
        return send_file(
            io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=file_name(_("Training plan"))
        )


def _date(key: int) -> CourseSession:
    found: CourseSession | None = visible_row(CourseSession, key)
    if found is None:
        raise NotFound(f"course date {key}")
    return found


def _asked(given: Mapping[str, str]) -> PlanAsked:
    """Of whom a plan is asked for, by the fields of a form."""
    words = (given.get(name, "").strip() for name in ("q", "team"))
    return PlanAsked(number_of(given.get("department", "")), *(each[:100] for each in words))


def _looked_for() -> str:
    return request.args.get("q", "").strip()[:100]


def _whom() -> int:
    """Whom a form names; nobody is the reader."""
    number = request.form.get("number", "").strip()
    if number:
        found: Employee | None = employee_numbered(db.session(), number)
        if found is None:
            raise Invalid({"number": N_("No employee of yours has this number.")})
        return found.id
    me = actor().employee_id
    if me is None:
        raise Invalid({"number": N_("This is needed.")})
    return me
