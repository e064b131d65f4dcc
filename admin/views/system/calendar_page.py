"""/calendar: the working calendar that every deadline is counted by (3.3.5-c)."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import N_, Invalid, NotFound
from admin.models import db
from admin.operations.system import calendar
from admin.queries.system.calendar import days_version
from admin.queries.system.calendar_year import calendar_page, year_picture
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.texts import translated

REGIONS = {
    "TW": N_("Taiwan"),
    "CN": N_("Mainland China"),
    "HK": N_("Hong Kong"),
    "none": N_("Weekends only, no holidays"),
}
FIRST_YEAR, LAST_YEAR = 2000, 2100


class CalendarView(Page):
    """Working and non-working days of a year; HR edits and confirms them."""

    route_base = "/calendar"

    @route("/")
    def index(self) -> str:
        """The year asked for, else the present one."""
        text = request.args.get("year", "")
        return self._year(int(text) if text.isdecimal() and len(text) == 4 else today().year)

    def _year(self, year: int) -> str:
        _in_range(year)
        return self.show_page(
            "system/calendar/year.html",
            calendar_page(db.session(), actor(), year, today()),
            title=_("Working calendar %(year)s", year=year),
            regions=[(key, translated(label)) for key, label in REGIONS.items()],
            region=settings().portal_calendar or "none",
            version=days_version(db.session(), year),
        )

    @route("/day/<day>", access="write", post=True)
    def day(self, day: str) -> Response | str:
        """GET asks whether people work that day; POST keeps the answer."""
        wanted = _day(day)
        if request.method == "GET":
            cell = next(each for each in year_picture(db.session(), wanted.year).days if each.day == wanted)
            return self.show_page("system/calendar/day.html", title=format_date(wanted, "full"), cell=cell)
        working, note = request.form.get("working") == "1", request.form.get("note", "").strip()
        if len(note) > 100:
            raise Invalid({"note": N_("At most 100 characters.")})
        calendar.set_day(wanted, working, note, actor=actor(), now=now())
        flash(_("The day is kept. The year has to be confirmed again."), "success")
        return redirect(url_for(".index", year=wanted.year))

    @route("/<int:year>/seed", access="write", post=True, get=False)
    def seed(self, year: int) -> Response:
        """Fill the year from a library; days that HR has set stay."""
        _in_range(year)
        region = request.form.get("region", "")
        if region not in REGIONS:
            raise Invalid({"region": N_("Choose where the days come from.")})
        calendar.seed_year(year, region, actor=actor(), now=now())
        flash(_("The days are filled in. Look them over, then confirm the year."), "success")
        return redirect(url_for(".index", year=year))

    @route("/<int:year>/confirm", access="write", post=True, get=False)
    def confirm(self, year: int) -> Response:
        """HR's word that the year's days are right."""
        calendar.confirm_year(year, seen=request.form.get("version"), actor=actor(), now=now())
        flash(_("The working calendar of %(year)s is confirmed.", year=year), "success")
        return redirect(url_for(".index", year=year))


def _in_range(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(f"calendar {year}")


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotFound(text) from None
    _in_range(found.year)
    return found
