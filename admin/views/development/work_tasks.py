"""Who may handle which work by grade: the table, people against it, and a roster that is checked (6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.centre import CLAUSE
from admin.domain.refusals import NotFound
from admin.files.faults import Fault
from admin.files.rosters import FIELDS, read_roster
from admin.files.workbooks import write_workbook
from admin.models import WorkTask, db
from admin.operations.transaction import operation
from admin.queries.development.work_tasks import CheckedLine, checked_roster, table_on, work_page
from admin.views.system import field_help
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import Records
from admin.web.sheets import FaultyFile, read_sheet, workbook
from admin.web.texts import name_of, translated

MOST_SHOWN = 200


@dataclass(frozen=True)
class RosterResult:
    """What a roster was answered with: a fault of the whole file, the faults of its rows, and its lines as they were checked."""

    error: str = ""
    checked: Sequence[CheckedLine] | None = None
    faults: Sequence[Fault] = ()

    @property
    def wrong(self) -> list[CheckedLine]:
        """The lines that may not be so."""
        return [each for each in self.checked or () if each.why]

    @property
    def shown(self) -> list[CheckedLine]:
        """As many of them as a page shows."""
        return self.wrong[:MOST_SHOWN]

    @property
    def told(self) -> list[dict[str, object]]:
        """The faults in words."""
        return [
            {"row": each.row, "column": each.column, "value": each.value, "text": each.text(_)} for each in self.faults
        ]


class WorkTaskView(PortalModelView):
    """The table of work by grade, row by row, as HR keeps it."""

    datamodel = Records(WorkTask)
    route_base = "/work_tasks"
    list_title, show_title = lazy("Kinds of work"), lazy("Kind of work")
    add_title, edit_title = lazy("Add a kind of work"), lazy("Change a kind of work")
    label_columns = {
        "code": lazy("Work code"),
        "title": lazy("Kind of work"),
        "about": lazy("What it is about"),
        "lowest_grade": lazy("From grade"),
        "highest_grade": lazy("Up to grade"),
        "valid_from": lazy("Valid from"),
        "valid_to": lazy("Valid until"),
    }
    description_columns = field_help.WORK_TASK
    formatters_columns = {"lowest_grade": name_of, "highest_grade": name_of}
    list_columns = ["code", "title", "lowest_grade", "highest_grade", "valid_from", "valid_to"]
    add_columns = edit_columns = show_columns = [
        "code", "title", "about", "lowest_grade", "highest_grade", "valid_from", "valid_to",
    ]  # fmt: skip
    search_columns = ["code", "title", "lowest_grade", "highest_grade", "valid_from", "valid_to"]
    order_columns = ["code", "title", "valid_from"]
    base_order = ("code", "asc")


class WorkByGradeView(Page):
    """/work-by-grade/: the table of a day, one's people against it, and a list that is checked."""

    route_base = "/work-by-grade"

    @route("/")
    def index(self) -> str:
        """The table and the people."""
        return self._show()

    @route("/export", post=True, get=False)
    def export(self) -> Response:
        """The table of a day as XLSX: work by grades."""
        day = _day(request.form.get("day", ""))
        ladder, rows = table_on(db.session(), day)
        heads = [_("Work code"), _("Kind of work"), *(name_of(grade) for grade in ladder)]
        lines = [[row.task.code, row.task.title, *("✓" if may else "" for may in row.by_grade)] for row in rows]
        return _file(_("Work by grade"), heads, lines)

    @route("/check", access="check", post=True, get=False)
    def check(self) -> str | Response | tuple[str, int]:
        """A roster from a file: who on it may not do what it says, on the page or as XLSX. Nothing is kept."""
        try:
            lines, faults = read_sheet(read_roster)
        except FaultyFile as faulty:
            return self._show(RosterResult(faulty.error)), 422
        checked = checked_roster(db.session(), lines, today())
        if request.form.get("as") == "xlsx":
            return _file(_("Roster check"), _heads(), [*map(_line, checked), *map(_fault_line, faults)])
        return self._show(RosterResult(checked=checked, faults=faults))

    def _show(self, result: RosterResult | None = None) -> str:
        day, chosen = _day(request.args.get("day", "")), request.args.get("task", "").strip()[:40]
        looked_for = request.args.get("q", "").strip()[:1000]
        return self.show_page(
            "development/work_by_grade.html",
            work_page(db.session(), actor(), day, looked_for, chosen, wanted_part()),
            title=_("Work by grade"),
            result=result or RosterResult(),
            columns=[_(spec.label) for spec in FIELDS],
        )


def _heads() -> list[str]:
    return [
        _("Row in the file"), _("Employee number"), _("Employee name"), _("Present grade"), _("Kind of work"), _("Day"),
        _("May do it"), _("Reason"),
    ]  # fmt: skip


def _line(each: CheckedLine) -> list[object]:
    return [
        each.line.row, each.line.number, each.person.name if each.person else "", name_of(each.grade) if each.grade else "",
        each.task.title if each.task else each.line.task, each.line.day, _("No") if each.why else _("Yes"), translated(each.why),
    ]  # fmt: skip


def _fault_line(fault: Fault) -> list[object]:
    return [fault.row, "", "", "", "", "", _("No"), f"{fault.column or ''} {fault.value} {fault.text(_)}".strip()]


def _file(title: str, heads: Sequence[str], lines: Sequence[Sequence[object]]) -> Response:
    with operation("export_list", actor=actor(), now=now(), clause=CLAUSE) as op:
        op.note("export", WorkTask.__tablename__, None, {"rows": [None, len(lines)]})
    data = write_workbook(title, heads, lines)
    return workbook(data, title)


def _day(text: str) -> date:
    """The day that a form names; today without one. Raises `NotFound` for what is none."""
    if not text:
        return today()
    try:
        return day_named(text)
    except ValueError:
        raise NotFound(NO_DAY) from None
