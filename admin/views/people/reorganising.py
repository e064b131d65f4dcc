"""/reorganisations: a reorganisation as one project, proposed by HR and confirmed by a second person (4.3, 6.1-a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Invalid, Refusal, Refused
from admin.domain.reorganising import MOST_LINES, MappingLine, mapping_lines
from admin.files.grades import grade_lookup
from admin.files.reorganising import FIELDS, mapping_form, read_mapping
from admin.files.tables import Table
from admin.forms.adjustments import wished_day
from admin.models import db
from admin.operations.outcome.notices import first_of_next_month
from admin.operations.people.reorganising import reorganise
from admin.queries.imports.imports import ladder_names
from admin.queries.people.reorganising import ReorganisationPlan, reorganisation_plan
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.sheets import FaultyFile, read_sheet, sheet_page, workbook
from admin.web.texts import field_messages, language

MOST_SHOWN = 200


@dataclass(frozen=True)
class ReorganisationForm:
    """What was typed, what is wrong with it, and what it would do."""

    typed: Mapping[str, str]
    columns: tuple[str, ...]
    errors: Mapping[str, str]
    refused: Refusal | None = None
    plan: ReorganisationPlan | None = None
    most: int = MOST_SHOWN


class ReorganisationView(Page):
    """Nothing is kept before it is proposed; what is proposed and what became of it stands among the confirmations."""

    route_base = "/reorganisations"

    @route("/", access="propose", post=True)
    def index(self) -> Any:
        """The mapping and what it would do; POST shows everyone concerned, or puts it to a second person."""
        if request.method == "GET":
            return self._form({"effective_on": first_of_next_month(today()).isoformat()})
        form = request.form
        try:
            day = wished_day(form)
            if form.get("preview"):
                return self._foretold(form.to_dict(), mapping_lines(form.get("mapping", "")))
            count = reorganise(
                form.get("title", ""), form.get("mapping", ""), form.get("reason", ""), day, actor=actor(), now=now()
            )
        except Invalid as error:
            return self._form(form.to_dict(), field_messages(error)), 422
        except Refused as refused:
            return self._form(form.to_dict(), refused=refused.refusal), 409
        flash(_("%(count)s people move by this reorganisation.", count=count), "success")
        return redirect(url_for(".index"), 303)

    @route("/file", access="propose", post=True)
    def file(self) -> Any:
        """The mapping from a spreadsheet: every fault at once, or the form filled in with what it would do."""
        if request.method == "GET":
            return self._file_page()
        try:
            lines = read_sheet(_read)
            typed = {
                "mapping": "\n".join(line.written() for line in lines),
                "effective_on": first_of_next_month(today()).isoformat(),
            }
            return self._foretold(typed, mapping_lines(typed["mapping"]))
        except Invalid as error:
            return self._form(typed, field_messages(error)), 422
        except FaultyFile as faulty:
            return self._file_page(faulty), 422

    @route("/file/form", access="propose", post=True, get=False)
    def file_form(self) -> Response:
        """The form to fill in, with one example."""
        return workbook(mapping_form(language()), _("Reorganisation"))

    def _foretold(self, typed: Mapping[str, str], lines: list[MappingLine]) -> Any:
        day = wished_day(typed)
        plan = reorganisation_plan(db.session(), actor(), lines, typed.get("reason", ""), day, today())
        return self._form(typed, plan=plan), 200 if plan.sound else 422

    def _form(
        self,
        typed: Mapping[str, str],
        errors: Mapping[str, str] | None = None,
        refused: Refusal | None = None,
        plan: ReorganisationPlan | None = None,
    ) -> str:
        columns = tuple(_(spec.label) for spec in FIELDS)
        page = ReorganisationForm(typed, columns, errors or {}, refused, plan)
        return self.show_page("people/reorganisation.html", page, title=_("Reorganisation"))

    def _file_page(self, faulty: FaultyFile | None = None) -> str:
        page = sheet_page(FIELDS, "", MOST_LINES, faulty)
        return self.show_page("people/reorganisation_file.html", page, title=_("A reorganisation from a spreadsheet"))


def _read(table: Table) -> list[MappingLine]:
    lines, faults = read_mapping(table, grade_lookup(ladder_names(db.session(), today())))
    if faults:
        raise FaultyFile(faults=faults)
    return lines
