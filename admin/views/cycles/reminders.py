"""A reminder as it will go: how many get it, who, how it reads, and a paragraph of HR's own before it is sent (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access.framework import LANGUAGES
from admin.domain.codes import CaseStage
from admin.domain.refusals import NotFound
from admin.models import Cycle, db
from admin.notifications.messages import told
from admin.operations.cycles.reminding import reminder_facts
from admin.operations.foretelling import rows_ahead
from admin.queries.cases.process import STEP_LABELS
from admin.queries.cycles.cycle_pages import find_cycle
from admin.queries.cycles.reminder_pages import ReminderPage, reminder_page
from admin.queries.cycles.waited_for import LONGEST_WORDS, WAITED_FOR
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.many import Rows, on_many
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of

ASKED = ("stage", "department", "person", "colleagues")


class ReminderView(Page):
    """/cycles/…/remind: a reminder before it goes, and sending it."""

    route_base = "/cycles"
    default_view = "remind"

    @route("/<int:cycle_id>/remind", access="write", post=True, asks="cycle.remind")
    def remind(self, cycle_id: int) -> Any:
        """GET shows it with its recipients; POST sends it, one digest a person and day."""
        if request.method == "POST":
            return self._sent(cycle_id)
        cycle = find_cycle(db.session(), cycle_id)
        values = _values(request.args)
        ahead = rows_ahead("cycle", cycle, "remind", values, actor=actor(), now=now())
        page = reminder_page(db.session(), cycle, values, (ahead.count, ahead.keys), wanted_part(), now())
        return self.show_page(
            "cycles/remind.html",
            page,
            title=_("Remind: %(stage)s", stage=_(STEP_LABELS[page.step])),
            asked={name: request.args[name] for name in ASKED if request.args.get(name)} | {"stage": page.step},
            samples=_samples(page),
            longest=LONGEST_WORDS,
        )

    def _sent(self, cycle_id: int) -> Response:
        shown = number_of(request.form.get("shown"))
        colleagues = bool(request.form.get("colleagues"))

        def tell(rows: Rows) -> None:
            if colleagues:
                # How many they are would tell, from one reminder to the next, that somebody has rated (6.3-d).
                flash(_("Those still missing are reminded, once a day."), "success")
                return
            _tell_sent(rows["done"], shown)

        stage, department = request.form.get("stage", ""), number_of(request.form.get("department"))
        back = url_for("CycleView.missing", cycle_id=cycle_id, stage=stage or "self_assessment", department=department)
        return on_many("cycle", cycle_id, "remind", request.form.to_dict(), tell, back)


def _tell_sent(done: int, shown: int | None) -> None:
    """How many were reminded, and where they are fewer or more than the page had shown, that they are and why."""
    if done:
        flash(
            ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", done, count=f"{done:,}"),
            "success",
        )
    else:
        flash(_("No one is reminded: they were already reminded today, or have no account."), "info")
    if shown is not None and shown != done:
        text = _(
            "The page had shown %(shown)s. Meanwhile some have done their part, were reminded by someone else, or have come or gone.",
            shown=f"{shown:,}",
        )
        flash(text, "info")


def _values(args: Mapping[str, str]) -> dict[str, Any]:
    """The values of the act as the address names them; raises `NotFound` where nobody is waited for."""
    stage, colleagues = args.get("stage", CaseStage.SELF_ASSESSMENT.value), bool(args.get("colleagues"))
    if stage not in WAITED_FOR or (colleagues and stage != CaseStage.RATING):
        raise NotFound(stage)
    return {
        "stage": stage, "department_id": number_of(args.get("department")), "person_id": number_of(args.get("person")),
        "colleagues": colleagues,
    }  # fmt: skip


def _samples(page: ReminderPage) -> list[tuple[str, int | None, str]]:
    """How it reads in each language that its readers have chosen: the language, how many read it, and its text."""
    first = page.people.rows[0].cases if page.people.rows else 1
    read = dict(page.languages) or dict.fromkeys(LANGUAGES)
    return [
        (LANGUAGES[name]["name"], count, _sample(page.cycle, page.step, first, name)) for name, count in read.items()
    ]


def _sample(cycle: Cycle, stage: str, count: int, language: str) -> str:
    with force_locale(language):
        return told("review", "remind", reminder_facts(cycle, stage, count), _)
