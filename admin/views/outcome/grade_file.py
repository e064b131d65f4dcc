"""The grade file of one person: one's own ("My grade"), and those in one's scope by employee number (3.3.6, 6.1)."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.codes import CaseKind, ChangeKind, RecordStage
from admin.domain.refusals import N_, Invalid, NotFound, Refusal
from admin.files.printing import print_pdf
from admin.files.workbooks import LANGUAGES, SheetOut, write_sheets
from admin.forms.imports import COLUMN_LABELS, VALUE_LABELS
from admin.models import db
from admin.models.event_form import plain
from admin.operations.people import records
from admin.operations.system.audit import note_reading
from admin.operations.transaction import Operation
from admin.queries.outcome.grade_file import GradeFile, grade_file, number_of
from admin.queries.people.leaves import refusals_of
from admin.views.imports.one_import import download
from admin.views.outcome import held_grades
from admin.views.outcome.file_timeline import LANES, file_events, lanes
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.texts import day, file_name, label_of, language, name_of, stage_label

FORMS = {"pdf": "application/pdf", "json": "application/json"}
CHANGE_KINDS = ChangeKind.labels()
RECORD_STAGES = RecordStage.labels()
REVIEW_KINDS = CaseKind.labels()


class GradeFileView(Page):
    """/files/, /files/<employee number>."""

    route_base = "/files"

    @route("/")
    def index(self) -> str:
        """My own file."""
        number = number_of(db.session(), actor().employee_id)
        if number is None:
            return self.show_page("outcome/grade_file/nobody.html", title=_("My grade"))
        return self.show(number)

    @route("/<path:number>/export")
    def export(self, number: str) -> Response:
        """The file as a workbook; taking it is an event of the audit trail."""
        file = self._file(number)
        _note("export", file)
        return download(write_sheets(_sheets(file)), file_name(_("Grade file"), file.employee.number))

    @route("/<path:number>/export/<form>")
    def take(self, number: str, form: str) -> Response:
        """The file as PDF or for programs (JSON), in the order of time; an event of the audit trail like the workbook."""
        if form not in FORMS:
            raise NotFound(form)
        file = self._file(number)
        _note("export", file)
        name = file_name(_("Grade file"), file.employee.number, kind=form)
        data = _printed(file) if form == "pdf" else json.dumps(_as_data(file), ensure_ascii=False, indent=1).encode()
        return send_file(io.BytesIO(data), mimetype=FORMS[form], as_attachment=True, download_name=name)

    @route("/<path:number>/records", access="record", post=True, get=False)
    def record(self, number: str) -> Response:
        """Put something on file (4.1-a says who may)."""
        file, form = self._file(number), request.form
        records.record(
            file.employee.id,
            form.get("kind", ""),
            form.get("title", ""),
            _day(form.get("happened_on", "")),
            detail=form.get("detail", ""),
            points=_points(form.get("points", "")),
            actor=actor(),
            now=now(),
        )
        flash(_("It is on file and waits for approval by another person."), "success")
        return redirect(url_for("GradeFileView.show", number=number), 303)

    @route("/<path:number>/records/<int:key>", access="record", post=True, get=False)
    def decide(self, number: str, key: int) -> Response:
        """Approve or reject a record."""
        self._file(number)
        if request.form.get("decision") == "approve":
            records.approve(key, actor=actor(), now=now())
            flash(_("The record is approved and counts from now on."), "success")
        else:
            records.reject(key, request.form.get("reason", ""), actor=actor(), now=now())
            flash(_("The record was not approved; see its page for the reason."), "success")
        return redirect(url_for("GradeFileView.show", number=number), 303)

    @route("/<path:number>")
    def show(self, number: str) -> str:
        """The file as a page. Reading another person's is an event."""
        file = self._file(number)
        own = file.employee.id == actor().employee_id
        if not own:
            _note("read", file)
        return self.show_page(
            "outcome/grade_file/file.html",
            file,
            title=_("My grade") if own else _("Grade file of %(name)s", name=file.employee.name),
            history=_history(file),
            rights=_rights(file),
            labels={"column": COLUMN_LABELS | {"leave": N_("Leave")}, "value": VALUE_LABELS},
        )

    def _file(self, number: str) -> GradeFile:
        return grade_file(db.session(), number, actor(), today())


def _note(act: str, file: GradeFile) -> None:
    note_reading(f"{act}_grade_file", "employees", file.employee.id, act=act, clause="6.1", actor=actor(), now=now())


@dataclass(frozen=True)
class Rights:
    """The kinds of record that the reader may put on file, what they may make of each open one, and for HR of each leave
    what stands against taking it back."""

    kinds: list[tuple[str, str]]
    decidable: dict[int, set[str]]
    not_taken_back: Mapping[int, Refusal | None]


def _rights(file: GradeFile) -> Rights:
    op = Operation("grade_file", actor(), now(), db.session())
    mine = records.relations(op, file.employee)
    kinds = [(kind, _(records.LABELS[kind])) for kind, duty in records.DUTIES.items() if mine & duty.recorders]
    open_ = [row for row in file.records if row.stage == RecordStage.RECORDED]
    decidable = {
        row.id: {act for act in ("approve", "reject") if not records.decision_refusal(op, row, act)} for row in open_
    }
    leaves = file.leaves if op.actor.has("hr") else ()
    return Rights(kinds, decidable, refusals_of(op.session, leaves, op.now))


def _timeline(file: GradeFile) -> list[dict[str, Any]]:
    """Grades from the newest to the oldest, each with what began it and its document."""
    rows, held = [], file.standing.held
    for interval in file.intervals:
        change = interval.started_by
        document = (
            change.document.number if change.document else change.reason if change.kind == ChangeKind.TAKEOVER else None
        )
        parts = [label_of(CHANGE_KINDS, change.kind)]
        parts += [_("Document %(number)s", number=document)] if document else []
        parts += _superseded(interval)
        rows.append(
            {
                "when": _span(interval, today()),
                "title": name_of(interval.grade),
                "text": " · ".join(parts),
                "tone": "good" if held is not None and interval.started_by_id == held.change_id else "",
            }
        )
    return rows


def _span(interval: Any, now_: date) -> str:
    """From when to when it is held; what has not begun is only said to begin."""
    if interval.valid_from > now_:
        return _("from %(day)s", day=day(interval.valid_from))
    return f"{day(interval.valid_from)} – {day(interval.valid_to) if interval.valid_to else _('today')}"


def _superseded(interval: Any) -> list[str]:
    """By which document a re-assessment took this one's place (6.3-a)."""
    ended = interval.ended_by
    if ended is None or ended.kind != "reassessment" or ended.document is None:
        return []
    return [_("superseded by document %(number)s (6.3-a)", number=ended.document.number)]


def _history(file: GradeFile) -> dict[str, Any]:
    """The grades, and everything on file, drawn and as a list."""
    events = file_events(file)
    every = [
        {
            "when": each.span(today()),
            "title": each.title,
            "text": " · ".join(filter(None, (_(LANES[each.lane][0]), each.text))),
        }
        for each in events
    ]
    return {
        "timeline": _timeline(file),
        "held": held_grades.picture(file.intervals, today()),
        "lanes": lanes(events, today()),
        "every": every,
    }


def _event_rows(file: GradeFile) -> list[tuple[Any, ...]]:
    return [(each.since, each.until, _(LANES[each.lane][0]), each.title, each.text) for each in file_events(file)]


def _as_data(file: GradeFile) -> dict[str, Any]:
    """The file for programs: days as ISO texts, words in the reader's language."""
    names = ("since", "until", "lane", "title", "text")
    rows = [dict(zip(names, (plain(each) for each in row), strict=True)) for row in _event_rows(file)]
    person, held = file.employee, file.standing.held
    return {
        "number": person.number, "name": person.name, "department": person.department.name,
        "hired_on": person.hired_on.isoformat(), "grade": held.grade.code if held else None,
        "grade_since": held.since.isoformat() if held else None, "as_of": today().isoformat(), "on_file": rows,
    }  # fmt: skip


def _printed(file: GradeFile) -> bytes:
    person, held = file.employee, file.standing.held
    facts = [
        f"{_('Department now')}{_(': ')}{person.department.name}",
        f"{_('Date hired')}{_(': ')}{day(person.hired_on)}",
        f"{_('Present grade')}{_(': ')}{name_of(held.grade) if held else _('No grade yet')}",
    ]
    rows = [(each.span(today()), _(LANES[each.lane][0]), each.title, each.text) for each in file_events(file)]
    data = {
        "title": _("Grade file"), "company": settings().portal_company[LANGUAGES.index(language())],
        "person": f"{person.number} {person.name}",
        "facts": facts, "headings": [_("When"), _("Kind"), _("What it is"), _("More")], "rows": rows,
        "closing": _("As on file on %(day)s.", day=day(today())),
    }  # fmt: skip
    return print_pdf("grade_file.typ", data, language=language(), made_at=now())


def _sheets(file: GradeFile) -> list[SheetOut]:
    heads = [_("First day"), _("Last day"), _("Kind"), _("What it is"), _("More")]
    every = SheetOut(_("Everything in order of time"), heads, _event_rows(file))
    return [*_sheets_apart(file), every]


def _sheets_apart(file: GradeFile) -> list[SheetOut]:
    return [_person_sheet(file), _grades_sheet(file), _reviews_sheet(file), _records_sheet(file), _ratings_sheet(file)]


def _person_sheet(file: GradeFile) -> SheetOut:
    person = file.employee
    heads = [
        _("Employee number"),
        _("Employee's name"),
        _("Department of the employee"),
        _("Post held"),
        _("Date hired"),
    ]
    return SheetOut(
        _("Person"), heads, [(person.number, person.name, person.department.name, person.post, person.hired_on)]
    )


def _grades_sheet(file: GradeFile) -> SheetOut:
    heads = [_("Grade"), _("Held from"), _("Held until"), _("How it came"), _("Document of the grade")]
    rows = [
        (
            name_of(i.grade),
            i.valid_from,
            i.valid_to,
            label_of(CHANGE_KINDS, i.started_by.kind),
            i.started_by.document.number if i.started_by.document else i.started_by.reason,
        )
        for i in file.intervals
    ]
    return SheetOut(_("Grades"), heads, rows)


def _reviews_sheet(file: GradeFile) -> SheetOut:
    heads = [_("Review cycle"), _("Kind of review"), _("Stage"), _("Grade before"), _("Grade determined")]
    rows = [
        (
            name_of(r.cycle),
            label_of(REVIEW_KINDS, r.kind),
            stage_label(r.stage),
            name_of(r.present_grade),
            name_of(r.determined_grade) if r.id in file.determinations else "",
        )
        for r in file.reviews
    ]
    return SheetOut(_("Reviews"), heads, rows)


def _records_sheet(file: GradeFile) -> SheetOut:
    heads = [_("Kind of record"), _("What it is"), _("Day it happened"), _("Points"), _("State of the record")]
    rows = [
        (label_of(records.LABELS, r.kind), r.title, r.happened_on, r.points, label_of(RECORD_STAGES, r.stage))
        for r in file.records
    ]
    return SheetOut(_("Records of employees"), heads, rows)


def _ratings_sheet(file: GradeFile) -> SheetOut:
    rows = [(r.year, label_of(VALUE_LABELS, r.rating)) for r in file.ratings]
    return SheetOut(_("Annual ratings"), [_("Rating year"), _("Annual performance rating")], rows)


def _day(text: str) -> date:
    try:
        return day_named(text)
    except ValueError:
        raise Invalid({"happened_on": NO_DAY}) from None


def _points(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise Invalid({"points": N_("Points are a number from 0 to 100.")}) from None
