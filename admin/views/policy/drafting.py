"""The pages on which HR writes the next version of the policy, part by part (6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.refusals import Invalid
from admin.forms.policy import effective_day, typed_entry, typed_values
from admin.models import db
from admin.operations.policy.drafting import begin_draft, write_draft
from admin.queries.policy.draft_pages import DraftPart, draft_page, draft_part
from admin.queries.policy.policy import judged
from admin.queries.policy.policy_versions import version_numbered
from admin.queries.policy.simulation import simulation_page
from admin.rulebook.editing import Path, value_of
from admin.rulebook.faults import RulebookError
from admin.views.policy import draft_words
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.texts import field_messages, language, translated
from admin.web.workflow_view import buttons

LONGEST_NOTE = 500


class DraftView(Page):
    """/policy/versions/N/draft: a version part by part; HR writes it while it is a draft."""

    route_base = "/policy/versions"

    @route("/<int:number>/draft")
    def index(self, number: int) -> str:
        """Where the draft differs, what is still wrong with it, and the way to each part."""
        page = draft_page(db.session(), number, language(), actor())
        return self.show_page(
            "policy/draft/index.html",
            page,
            title=_("Policy version %(number)s, part by part", number=number),
            words=draft_words,
            portal_actions=buttons("policy_version", page.row.id),
        )

    @route("/<int:number>/draft", access="write", post=True, get=False)
    def begin(self, number: int) -> Response:
        """Begin a draft that says what this version says."""
        base = version_numbered(db.session(), number)
        day = effective_day(request.form.get("effective_from", ""), today())
        draft = begin_draft(base.id, effective_from=day, note=_note(), actor=actor(), now=now())
        flash(_("Version %(number)s has been started. It says what version %(base)s says; change it part by part.",
                number=draft.number, base=number), "success")  # fmt: skip
        return redirect(url_for(".index", number=draft.number), 303)

    @route("/<int:number>/draft/<part>")
    @route("/<int:number>/draft/<part>/<one>")
    def part(self, number: int, part: str, one: str = "") -> str:
        """One part of the version, to be read or written."""
        return self._part(draft_part(db.session(), number, (part, one), language(), actor()), {}, {})

    @route("/<int:number>/draft/<part>", access="write", post=True, get=False)
    @route("/<int:number>/draft/<part>/<one>", access="write", post=True, get=False)
    def write(self, number: int, part: str, one: str = "") -> Response | tuple[str, int]:
        """Keep what was written, with the faults that it still has."""
        page = draft_part(db.session(), number, (part, one), language(), actor())
        try:
            row = self._written(page)
        except RulebookError as error:
            told = {fault.entry.replace(" ", ":"): translated(fault.reason, fault.facts) for fault in error.faults}
            return self._part(page, request.form.to_dict(), told), 422
        except Invalid as error:
            return self._part(page, request.form.to_dict(), _by_entry(page, field_messages(error))), 422
        left = len(judged(row).faults)
        said = ngettext(
            "Saved. %(num)s fault is left in the draft.", "Saved. %(num)s faults are left in the draft.", left
        )
        flash(said if left else _("Saved. The draft has no fault."), "warning" if left else "success")
        return redirect(request.path, 303)

    @route("/<int:number>/simulation", post=True, get=False)
    def simulate(self, number: int) -> str:
        """What the version would change for the staff of today; nothing is kept of it."""
        page = simulation_page(db.session(), number, today(), language(), actor())
        title = _("Simulation of policy version %(number)s", number=number)
        return self.show_page("policy/draft/simulation.html", page, title=title, words=draft_words)

    def _written(self, page: DraftPart) -> Any:
        edits, values = _typed(page)
        sent = request.form if page.part == "title" else {}
        day, note = (_day() if "effective_from" in sent else None), (_note() if "note" in sent else None)
        return write_draft(
            page.row.id, page.here, edits, values, seen=request.form.get("seen", ""), effective_from=day, note=note,
            actor=actor(), now=now(),
        )  # fmt: skip

    def _part(self, page: DraftPart, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
        return self.show_page(
            "policy/draft/part.html",
            page,
            title=draft_words.place_name(page.book, page.here),
            typed=typed,
            errors=errors,
            words=draft_words,
        )


def _typed(page: DraftPart) -> tuple[dict[Path, Any], dict[str, int | str]]:
    """What differs from what the draft says. Raises `Invalid` naming every entry that cannot be read."""
    entries = [each.entry for _group, written in page.groups for each in written if each.entry.name in request.form]
    sent = {each.path[1]: request.form[each.name] for each in entries if each.kind == "parameter"}
    values, wrong, facts = typed_values(sent, page.book), dict[str, str](), dict[str, Any]()
    edits: dict[Path, Any] = {}
    for entry in (each for each in entries if each.kind != "parameter"):
        try:
            value = typed_entry(entry, request.form[entry.name])
        except Invalid as error:
            wrong |= error.fields
            facts |= {name: error.facts_of(name) for name in error.fields}
            continue
        if value != value_of(entry, page.book, page.row.content):
            edits[entry.path] = value
    if wrong:
        raise Invalid(wrong, own=facts)
    held = {each: page.book.value(each, page.row.effective_from) for each in values}
    return edits, {key: value for key, value in values.items() if value != held[key]}


def _by_entry(page: DraftPart, told: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a parameter, at its entry."""
    parameters = {each.id for each in page.book.parameters}
    return {f"parameters:{name}" if name in parameters else name: text for name, text in told.items()}


def _day() -> date:
    try:
        return day_named(request.form.get("effective_from", ""))
    except ValueError:
        raise Invalid({"effective_from": NO_DAY}) from None


def _note() -> str:
    return request.form.get("note", "").strip()[:LONGEST_NOTE]
