"""/setup: a new centre set up in one flow with a rail, each stop resumable, until its first cycle is open (3, 6.1)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import ImportState
from admin.domain.refusals import N_, Invalid
from admin.files.faults import FileFault
from admin.forms.setting_up import at_their_rows, departments_of, picked_of, posts_of, seats_of
from admin.models import Employee, db
from admin.operations import acts
from admin.operations.committee.seats import appoint_members
from admin.operations.imports import imports, imports_checking
from admin.operations.imports.imports_accounts import activation_slips, create_accounts, invite
from admin.operations.imports.imports_reading import too_long
from admin.operations.people.departments import settle_centre
from admin.operations.policy import policy
from admin.operations.seconding import NOTHING_DONE, Proposed
from admin.operations.system.calendar import settle_years
from admin.queries.accounts.reached import accounts_page
from admin.queries.committee.forming import as_picked, forming, what_is_missing
from admin.queries.imports.dropped import dropped_page, next_file
from admin.queries.people.heads import centre_page
from admin.queries.policy.policy_pages import values_page
from admin.queries.system.rules_to_settle import rules_page
from admin.queries.system.setting_up import next_stop, planned_cycle, stops
from admin.views.imports.imports_after import codes_workbook
from admin.views.imports.one_import import download, seen
from admin.views.system import long_work_words
from admin.views.system.setting_up_words import PLACES, TITLES
from admin.views.system.years import library, region
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of, visible_row
from admin.web.texts import file_name, language


class SetUpView(Page):
    """A page for each stop; what a stop still needs is asked of the database each time."""

    route_base = "/setup"

    @route("/")
    def index(self) -> Response:
        """Lead to the reader's next stop; home where the set-up is over."""
        found = stops(db.session(), actor(), today())
        return redirect(url_for(PLACES[next_stop(found)]) if found else url_for("HomeView.index"))

    @route("/files", access="write", post=True)
    def files(self) -> str | Response:
        """All files of HR at once: each recognised; the one whose turn it is is checked."""
        if request.method == "GET":
            return self._stop("files", dropped_page(db.session(), wanted_part()), work_words=long_work_words)
        given = [each for each in request.files.getlist("file") if each.filename]
        if not given:
            raise Invalid({"file": N_("Choose a file first.")})
        for each in given:
            try:
                imports_checking.upload(None, each.filename or "", each.read(), actor=actor(), now=now())
            except FileFault as fault:
                flash(f"{each.filename}{_(': ')}{fault.text(_)}", "danger")
        return self._checked()

    @route("/files/<int:key>/kind", access="write", post=True, get=False)
    def kind(self, key: int) -> Response:
        """Say what a file is, where it was taken for something else."""
        imports_checking.choose_kind(key, request.form.get("kind", ""), actor=actor(), now=now())
        return self._checked()

    @route("/files/<int:key>/apply", access="write", post=True, get=False)
    def apply(self, key: int) -> Response:
        """Apply the file whose turn it is, a long one by the worker; the next one is checked."""
        row = seen(key)
        if too_long(row):
            acts.perform("import", key, "apply_import", {}, actor=actor(), now=now())
            return redirect(url_for(".files"), 303)
        try:
            imports.apply(key, actor=actor(), now=now())
            flash(_("The import was applied."), "success")
        except FileFault as fault:
            flash(fault.text(_), "danger")
        except Proposed:
            flash(_(NOTHING_DONE), "info")
        return self._checked()

    @route("/files/check", access="write", post=True, get=False)
    def check_file(self) -> Response:
        """Check the file whose turn it is."""
        return self._checked()

    def _checked(self) -> Response:
        """Check the file whose turn it is, as far as its columns are known, and show all of them; a long one by the worker."""
        row = next_file(db.session())
        if row is not None and row.state == ImportState.UPLOADED:
            try:
                if too_long(row):
                    acts.perform("import", row.id, "check_import", {}, actor=actor(), now=now())
                else:
                    imports_checking.check(row.id, actor=actor(), now=now())
            except FileFault as fault:
                flash(f"{row.filename}{_(': ')}{fault.text(_)}", "info")
        return redirect(url_for(".files"), 303)

    @route("/rules", access="write", post=True)
    def rules(self) -> str | Response:
        """The working calendar of the years that deadlines run into, and the policy's values, each confirmed at once."""
        if request.method == "GET":
            return self._stop("rules", rules_page(db.session(), actor(), language(), today(), library))
        if request.form.get("confirm") == "values":
            version = values_page(db.session(), actor(), language(), today()).version
            count = policy.confirm_all(version.id, on=today(), actor=actor(), now=now())
            flash(
                ngettext("%(count)s value is confirmed.", "%(count)s values are confirmed.", count, count=count),
                "success",
            )
            return self._on("rules")
        seen = {key: request.form.get(f"version-{key}", "") for key in numbers_of(request.form.getlist("year"))}
        settle_years(seen, region(), actor=actor(), now=now())
        flash(_("The working calendar is confirmed."), "success")
        return self._on("rules")

    @route("/accounts", access="write", post=True)
    def accounts(self) -> str | Response:
        """Accounts for everyone in service at once, and their codes: on slips by superior, in a workbook, or by mail."""
        if request.method == "GET":
            return self._stop("accounts", accounts_page(db.session(), today()))
        what = request.form.get("what", "")
        if what == "accounts":
            made = create_accounts(None, actor=actor(), now=now())
            flash(ngettext("%(num)s account was made.", "%(num)s accounts were made.", len(made)), "success")
        elif what == "mail":
            sent = invite(actor=actor(), now=now())
            flash(ngettext("%(num)s invitation is sent.", "%(num)s invitations are sent.", sent), "success")
        else:
            return self._codes(what)
        return redirect(url_for(".accounts"), 303)

    def _codes(self, what: str) -> str | Response:
        slips = activation_slips(None, again=what == "again", actor=actor(), now=now())
        address = f"{settings().portal_url}/activate/"
        if what == "xlsx":
            return download(codes_workbook(slips, address), file_name(_("Activation codes")))
        return self.show_page("imports/slips.html", title=_("Activation slips"), slips=slips, address=address)

    @route("/centre", access="write", post=True)
    def centre(self) -> str | Response:
        """Departments and their heads, proposed and confirmed in one table; the posts that stand outside the ladder."""
        if request.method == "GET":
            page = centre_page(db.session(), today(), wanted_part(), wanted_part("posts"))
            return self._stop("centre", page)
        departments = departments_of(request.form, _person)
        changed, people = settle_centre(departments, posts_of(request.form), actor=actor(), now=now())
        told = [
            ngettext("%(num)s department changed.", "%(num)s departments changed.", changed),
            ngettext(
                "%(num)s person was moved in or out of the ladder.",
                "%(num)s people were moved in or out of the ladder.",
                people,
            )
            if people
            else "",
        ]
        flash(" ".join(each for each in told if each), "success")
        return self._on("centre")

    @route("/bodies", access="write", post=True)
    def bodies(self) -> str | Response:
        """Committee and panel on one page: proposed, checked by their rules as they are picked, given at once."""
        if request.method == "GET":
            return self._stop("bodies", forming(db.session(), actor(), today()))
        picked = picked_of(request.form)
        if not picked:
            raise Invalid({"employee-0": N_("Name one employee by number.")})
        try:
            appoint_members(seats_of(request.form, picked), actor=actor(), now=now())
        except Proposed:
            flash(_(NOTHING_DONE), "info")
        except Invalid as wrong:
            raise at_their_rows(wrong, picked) from wrong
        return self._on("bodies")

    @route("/bodies/check", access="write")
    def check(self) -> str:
        """What the bench lacks with what is picked on the page so far: a part of the page."""
        rows = [as_picked(each.slot, each.employee_id, today(), None) for each in picked_of(request.args)]
        gaps = what_is_missing(db.session(), rows, today())
        return render_template("system/setting_up/missing.html", gaps=gaps)

    @route("/opening", access="write")
    def opening(self) -> Response:
        """Lead to the preview of the planned cycle; to its plan where there is none."""
        cycle = planned_cycle(db.session())
        return redirect(url_for("CycleView.preview", cycle_id=cycle) if cycle else url_for("CycleView.plan"))

    def _on(self, name: str) -> Response:
        """Where a stop leads when it was sent: on to the next one, or back to what is left of it."""
        found = stops(db.session(), actor(), today())
        done = all(stop.done or stop.waits_for for stop in found if stop.name == name)
        given: dict[str, Any] = request.args.to_dict()
        return redirect(url_for(".index") if done and found else url_for(f".{name}", **given), 303)

    def _stop(self, name: str, page: Any, **beside: Any) -> str:
        """A stop's page under the rail."""
        found = stops(db.session(), actor(), today())
        return self.show_page(
            f"system/setting_up/{name}.html", page, title=_(TITLES[name]), stops=found, here=name, **beside
        )


def _person(field: str) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if (row := visible_row(Employee, text)) is None:
        raise Invalid({field: N_("This choice does not exist, or is not yours to make.")})
    return int(row.id)
