"""Deadlines moved earlier or later, and stages closed at them: what follows is seen before it is done (3.3-a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import Deadline
from admin.domain.deadlines import COMMITTEE, NOTICE_DAYS, weekday_of
from admin.domain.refusals import N_, Invalid, NotFound, Refused
from admin.files.workbooks import write_workbook
from admin.models import Cycle, db
from admin.operations.cycles.moving_deadlines import days_ahead, present_days
from admin.operations.foretelling import RowsAhead, looked_ahead, rows_ahead
from admin.queries.cases.process import STEP_LABELS
from admin.queries.cycles.closing_pages import all_closed, closing_page
from admin.queries.cycles.cycle_facts import CLOSED_AT, why_not_closed
from admin.queries.cycles.cycle_pages import find_cycle
from admin.views.imports.one_import import download
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.exporting import note_taken
from admin.web.many import Rows, on_many
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.texts import day, field_messages, file_name, refusal_text, translated

FOLLOWS = {
    Deadline.SELF_ASSESSMENT: N_("The figures are locked after this day (3.2-a2)."),
    Deadline.RATING: N_("The colleagues' time to rate ends with this day (3.3-a)."),
    Deadline.DEPARTMENT: N_("Nothing ends by itself with this day; late cases are shown as overdue."),
}


@dataclass(frozen=True)
class MovePage:
    """A deadline to be moved: what is asked, and where a day was given what follows from it, in words."""

    cycle: Cycle
    which: str
    until: str
    along: bool
    error: str
    seen: str
    deadlines: Sequence[tuple[str, str]]
    moved: Sequence[tuple[str, str, str]]
    follows: Sequence[str]
    ahead: RowsAhead | None
    told: str
    notice_days: int = NOTICE_DAYS


class DeadlineView(Page):
    """/cycles/…/extend and /cycles/…/close_stage: what HR does at the deadlines of a cycle."""

    route_base = "/cycles"
    default_view = "move"

    @route("/<int:cycle_id>/extend", access="write", post=True, asks="cycle.extend")
    def move(self, cycle_id: int) -> Any:
        """GET asks for the day and shows what it comes to; POST moves the deadline and tells those whose time it is."""
        if request.method == "POST":
            return self._moved(cycle_id)
        cycle = find_cycle(db.session(), cycle_id)
        which = request.args.get("deadline", Deadline.SELF_ASSESSMENT.value)
        if which not in list(Deadline):
            raise NotFound(which)
        until, along = request.args.get("until", "").strip()[:30], bool(request.args.get("along"))
        found, ahead, error = None, None, ""
        if until:
            values = {"which": which, "until": until, "along": along}
            try:
                found = days_ahead(looked_ahead(cycle, values, actor=actor(), now=now()))
                ahead = rows_ahead("cycle", cycle, "extend", values, actor=actor(), now=now())
            except Invalid as wrong:
                error = next(iter(field_messages(wrong).values()))
            except Refused as refused:
                error = f"{refusal_text(refused.refusal)} ({refused.refusal.clause})"
        present = present_days(cycle)
        page = MovePage(
            cycle=cycle, which=which, until=until, along=along, error=error, seen=day(present[which]),
            deadlines=[(name, f"{_(label)}{_(': ')}{_day(present[name])}") for name, label in Deadline.labels().items()],
            moved=[(_name(name), _day(present[name]), _day(to)) for name, to in (found or {}).items()],
            follows=[_(FOLLOWS[Deadline(name)]) for name in found or {} if name != COMMITTEE],
            ahead=ahead, told=translated(ahead.told, {"count": f"{ahead.count:,}"}) if ahead else "",
        )  # fmt: skip
        return self.show_page("cycles/extend.html", page, title=_("Move a deadline"))

    def _moved(self, cycle_id: int) -> Response:
        def told(_rows: Rows) -> None:
            which = request.form.get("deadline", "")
            until = present_days(find_cycle(db.session(), cycle_id))[which]
            flash(_("The deadline is now the end of %(day)s.", day=_day(until)), "success")

        here = url_for("CycleView.show", cycle_id=cycle_id)
        return on_many("cycle", cycle_id, "extend", request.form.to_dict(), told, here)

    @route("/<int:cycle_id>/close_stage", access="write", post=True, asks="cycle.close_stage")
    def close_stage(self, cycle_id: int) -> Any:
        """GET lists whom it concerns and what becomes of each; POST closes the stage at its deadline."""
        if request.method == "POST":
            return self._closed(cycle_id)
        cycle, stage = find_cycle(db.session(), cycle_id), _closable(request.args.get("stage"))
        refusal = why_not_closed(db.session(), cycle, now(), stage)
        ahead = rows_ahead("cycle", cycle, "close_stage", {"stage": stage}, actor=actor(), now=now())
        page = closing_page(db.session(), cycle, stage, (ahead.count, ahead.keys), wanted_part(), now())
        title = _("Close a stage: %(stage)s", stage=_(STEP_LABELS[stage]))
        return self.show_page(
            "cycles/close_stage.html",
            page,
            title=title,
            refusal=refusal,
            refused=refusal_text(refusal) if refusal else "",
        )

    @route("/<int:cycle_id>/close_stage/list", access="write", post=True, get=False)
    def listed(self, cycle_id: int) -> Response:
        """The same list as a workbook; an event of the audit trail, so it is posted."""
        cycle, stage = find_cycle(db.session(), cycle_id), _closable(request.form.get("stage"))
        ahead = rows_ahead("cycle", cycle, "close_stage", {"stage": stage}, actor=actor(), now=now())
        headers = [_("Number"), _("Name"), _("Department"), _("Superior"), _("What follows"), _("Clause")]
        rows = [
            [
                each.review.employee.number, each.review.employee.name, each.review.department.name,
                str(each.review.superior or ""), translated(each.follows), "3.3-a",
            ]
            for each in all_closed(db.session(), cycle, stage, ahead.keys, now())
        ]  # fmt: skip
        title = _("Close a stage: %(stage)s", stage=_(STEP_LABELS[stage]))
        note_taken("reviews", len(rows), ["employee", "department", "superior", "close_stage"])
        return download(write_workbook(title, headers, rows), file_name(title))

    def _closed(self, cycle_id: int) -> Response:
        def told(rows: Rows) -> None:
            flash(
                ngettext(
                    "The stage is closed; %(count)s case went on or was marked.",
                    "The stage is closed; %(count)s cases went on or were marked.",
                    rows["done"],
                    count=rows["done"],
                ),
                "success",
            )

        here = url_for("CycleView.show", cycle_id=cycle_id)
        return on_many("cycle", cycle_id, "close_stage", request.form.to_dict(), told, here)


def _closable(stage: str | None) -> str:
    """The stage of an address; raises `NotFound` for one that is not closed at a deadline."""
    found = stage or next(iter(CLOSED_AT))
    if found not in CLOSED_AT:
        raise NotFound(found)
    return found


def _name(name: str) -> str:
    return _("Planned day of the committee's meeting") if name == COMMITTEE else translated(Deadline(name).label)


def _day(value: date) -> str:
    """A day with its name in the week."""
    return _("%(day)s (%(weekday)s)", day=day(value), weekday=translated(weekday_of(value)))
