"""What goes with an import: log names mapped to employees, accounts with their codes, grades approved by management."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.calendar import NO_DAY, day_named
from admin.domain.codes import ImportKind, ImportState
from admin.domain.refusals import N_, Invalid, NotFound
from admin.files.workbooks import SheetOut, write_sheets
from admin.forms.imports import logins_from
from admin.models import Employee, Import, db
from admin.operations.imports import imports_checking
from admin.operations.imports.imports_accounts import Slip, activation_slips, create_accounts
from admin.operations.imports.imports_ahead import OPEN_STATES
from admin.operations.imports.imports_grades import approve_takeover, decisions_on, reject_takeover
from admin.operations.imports.imports_reading import too_long
from admin.operations.people.people import map_login
from admin.operations.transaction import operation
from admin.queries.imports.import_pages import logins_page
from admin.queries.imports.imports import batch_waits, import_with_undo, takeovers_listed, takeovers_ticked
from admin.queries.people.people import account_counts
from admin.views.imports.one_import import carried_out, download, finished, seen
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.exporting import ticked_workbook
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import numbers_of, visible_row
from admin.web.texts import file_name, moment, name_of

MOST_TICKED = 1_000  # a page shows far fewer


class ImportAfterView(Page):
    """Steps beside the wizard."""

    route_base = "/imports"
    default_view = "logins"

    @route("/<int:key>/logins", access="write", post=True)
    def logins(self, key: int) -> str | Response:
        """Whose each name in a contact log is; HR fills it in, nothing is guessed."""
        row = seen(key)
        if row.kind != ImportKind.CONTACTS:
            raise NotFound("logins")
        if row.state not in OPEN_STATES:
            return finished(row)
        names = [agent["login"] for agent in row.report.get("agents", [])]
        if request.method == "POST":
            return self._map(row, names)
        page = logins_page(db.session(), row, today())
        return self.show_page("imports/logins.html", page, title=_("Names in the contact log"))

    def _map(self, row: Import, names: list[str]) -> Response:
        chosen, left_out = logins_from(request.form, names)
        since = _day(request.form.get("since", ""))
        with operation("map_logins", actor=actor(), now=now(), clause="3.2.1"):
            for login, key in chosen.items():
                employee = visible_row(Employee, key)
                if employee is None:
                    raise Invalid({"employee": N_("This choice does not exist, or is not yours to make.")})
                map_login(login, employee.id, since, actor=actor(), now=now())
        mapping = dict(row.mapping)
        mapping["options"] = {**(mapping.get("options") or {}), "leave_out": left_out}
        flash(
            ngettext("%(count)s name was mapped.", "%(count)s names were mapped.", len(chosen), count=len(chosen)),
            "success",
        )
        if too_long(row):
            imports_checking.choose_columns(row.id, mapping, actor=actor(), now=now())
            return carried_out(row.id, "check_import")
        imports_checking.check(row.id, mapping, actor=actor(), now=now())
        return redirect(url_for("ImportView.show", key=row.id), 303)

    @route("/<int:key>/accounts", access="write", post=True)
    def accounts(self, key: int) -> str | Response:
        """Accounts of those whom an import brought, and their one-time codes."""
        people = _people_of(key)
        if request.method == "POST":
            made = create_accounts(people, actor=actor(), now=now())
            flash(
                ngettext("%(count)s account was made.", "%(count)s accounts were made.", len(made), count=len(made)),
                "success",
            )
            return redirect(url_for("ImportAfterView.accounts", key=key), 303)
        counts = {"people": len(people), **account_counts(db.session(), people)}
        return self.show_page(
            "imports/accounts.html", title=_("Accounts and activation codes"), row=seen(key), counts=counts
        )

    @route("/<int:key>/codes", access="write", post=True, get=False)
    def codes(self, key: int) -> str | Response:
        """New one-time codes, as a workbook or as slips to print; they are shown this once."""
        slips = activation_slips(_people_of(key), actor=actor(), now=now())
        address = f"{settings().portal_url}/activate/"
        if request.form.get("form") == "slips":
            return self.show_page("imports/slips.html", title=_("Activation slips"), slips=slips, address=address)
        return download(codes_workbook(slips, address), file_name(_("Activation codes"), key))


def codes_workbook(slips: list[Slip], address: str) -> bytes:
    heads = [
        _("Employee number"),
        _("Employee's name"),
        _("Department of the employee"),
        _("Superior"),
        _("Sign-in name"),
        _("Activation code"),
        _("Valid until"),
    ]
    rows = [(s.number, s.name, s.department, s.superior, s.username, s.code, moment(s.valid_until)) for s in slips]
    return write_sheets([SheetOut(_("Activation codes"), heads, rows, [address])])


def _day(text: str) -> date:
    try:
        return day_named(text)
    except ValueError:
        raise Invalid({"since": NO_DAY}) from None


def _people_of(key: int) -> list[int]:
    row = import_with_undo(db.session(), key)
    if row is None or row.kind != ImportKind.EMPLOYEES or row.state != ImportState.APPLIED:
        raise NotFound(f"import {key}")
    return list((row.undo or {}).get("new", ()))


def _ticked() -> list[int]:
    """Those of a batch that were ticked; of a form without ticks all of them. Raises `Invalid` where none is ticked."""
    ticked = numbers_of(request.form.getlist("change"))
    if "ticked" in request.form and not ticked:
        raise Invalid({"change": N_("Tick at least one grade.")})
    return ticked


class TakeoverView(Page):
    """Grades to take over, batch by batch, for management's approval (1.2-c)."""

    route_base = "/takeovers"

    @route("/")
    def index(self) -> str:
        """What waits, each batch with its rows."""
        page = takeovers_listed(db.session(), wanted_part())
        return self.show_page(
            "imports/takeovers.html",
            page,
            title=_("Grades to take over"),
            decisions={each.name: decisions_on(db.session(), each.name, actor()) for each in page.batches},
        )

    @route("/<batch>/approve", access="approve", post=True, get=False)
    def approve(self, batch: str) -> Response:
        """Grades enter the files."""
        count = approve_takeover(batch, _ticked(), actor=actor(), now=now())
        flash(
            ngettext("%(count)s grade is on file now.", "%(count)s grades are on file now.", count, count=count),
            "success",
        )
        return redirect(url_for("TakeoverView.index"), 303)

    @route("/<batch>/ticked", post=True, get=False)
    def ticked(self, batch: str) -> Response:
        """The ticked grades as a workbook, with the columns of the page."""
        keys = numbers_of(request.form.getlist("change"))[:MOST_TICKED]
        waiting = batch_waits(db.session(), batch)
        rows = takeovers_ticked(db.session(), batch, keys) if waiting else ()
        if waiting and not keys:
            raise Invalid({"change": N_("Tick at least one grade.")})
        if not rows:
            raise NotFound(f"batch {batch}")
        headers = [
            _("Employee number"), _("Employee's name"), _("Present grade"), _("Grade held since"),
            _("Document of the grade"),
        ]  # fmt: skip
        cells = [
            [row.employee.number, row.employee.name, name_of(row.to_grade), row.effective_on, row.reason or ""]
            for row in rows
        ]
        return ticked_workbook("grade_changes", _("Grades to take over"), headers, cells)

    @route("/<batch>/reject", access="approve", post=True, get=False)
    def reject(self, batch: str) -> Response:
        """Back to HR with a reason."""
        count = reject_takeover(batch, request.form.get("reason", ""), _ticked(), actor=actor(), now=now())
        flash(
            ngettext("%(count)s grade went back to HR.", "%(count)s grades went back to HR.", count, count=count),
            "success",
        )
        return redirect(url_for("TakeoverView.index"), 303)
