"""HR's control room: plan, preview, open, follow, remind, extend, close, publish, issue (3.1, 3.3-a, 3.3.5, 3.3.6)."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from admin.domain.codes import CycleStage
from admin.domain.refusals import Invalid, Refused
from admin.forms.cycles import day_of, grades_chosen, plan_of, reviewers_of, superiors_of
from admin.models import IssuedDocument, Notice, db
from admin.operations.cycles import cycles
from admin.operations.cycles.reviewers import appoint_reviewers
from admin.operations.foretelling import rows_ahead
from admin.operations.outcome.adjustments import propose_adjustments
from admin.operations.people.moving import give_superiors
from admin.operations.system.calendar import settle_years
from admin.queries.cycles import boards
from admin.queries.cycles.cycle_pages import control_room, find_cycle, missing_page, plan_form, preview
from admin.queries.cycles.opening import opening_of
from admin.queries.cycles.other_reviewers import all_proposed
from admin.queries.people.people import employee_numbered
from admin.queries.system.calendar import company_day
from admin.views.cycles.cycle_words import missing_title, title_of, told_of
from admin.views.outcome.documents import tell_left_out
from admin.views.system.years import library, region
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.many import Rows, on_many
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of, numbers_of, visible_row
from admin.web.texts import day, field_messages, stage_label


class CycleView(Page):
    """/cycles: the list, a plan, and the control room of each cycle."""

    route_base = "/cycles"

    @route("/")
    def index(self) -> str:
        """Every cycle, latest first."""
        rows = boards.all_cycles(db.session())
        shown = [
            {
                "id": row.id,
                "title": title_of(row),
                "stage": stage_label(row.stage),
                "open": row.stage == CycleStage.OPEN,
                "url": url_for(".show", cycle_id=row.id),
                "opened": day(company_day(row.opened_at)) if row.opened_at else "—",
                "committee": day(row.committee_on),
            }
            for row in rows
        ]
        return self.show_page("cycles/index.html", title=_("Review cycles"), rows=shown, may_plan=actor().has("hr"))

    @route("/plan", access="write", post=True)
    def plan(self) -> Any:
        """The form of a new cycle: year, kind, reason for another month, deadlines."""
        errors: dict[str, str] = {}
        refusal = None
        if request.method == "POST":
            try:
                made = cycles.plan_cycle(plan_of(request.form), actor=actor(), now=now())
                return redirect(url_for(".preview", cycle_id=made.id), 303)
            except Invalid as error:
                errors = field_messages(error)
            except Refused as error:
                refusal = error.refusal
        page = self.show_page(
            "cycles/plan.html",
            plan_form(db.session(), now(), copy="copy" in request.args),
            title=_("Plan a review cycle"),
            given=request.form,
            errors=errors,
            refusal=refusal,
        )
        return make_response(page, 422 if errors else 409 if refusal else 200)

    @route("/<int:cycle_id>/preview")
    def preview(self, cycle_id: int) -> Any:
        """Whom the cycle would take in, with which outcome, and what blocks the opening."""
        cycle = find_cycle(db.session(), cycle_id)
        if cycle.stage != CycleStage.PLANNED:
            return redirect(url_for(".show", cycle_id=cycle_id))
        page = preview(db.session(), cycle, actor(), now(), wanted_part(), library)
        return self.show_page("cycles/preview.html", page, title=_("Preview: %(cycle)s", cycle=title_of(cycle)))

    @route("/<int:cycle_id>/reviewers", access="write", post=True, get=False)
    def reviewers(self, cycle_id: int) -> Any:
        """Appoint other reviewers in the head's place: each ticked person's own, one for all ticked, or all that are proposed."""
        cycle = find_cycle(db.session(), cycle_id)
        reason = request.form.get("reason", "")
        if request.form.get("all") == "1":
            chosen = all_proposed(db.session(), cycle, opening_of(db.session(), cycle, now()), today())
        else:
            chosen = reviewers_of(request.form, _numbered)
        count = appoint_reviewers(cycle_id, chosen, reason, actor=actor(), now=now())
        flash(ngettext("%(num)s case has another reviewer.", "%(num)s cases have another reviewer.", count), "success")
        return redirect(url_for(".preview", cycle_id=cycle_id), 303)

    @route("/<int:cycle_id>/superiors", access="write", post=True, get=False)
    def superiors(self, cycle_id: int) -> Any:
        """Give those a superior who have none in service (3.3-a)."""
        find_cycle(db.session(), cycle_id)
        count = give_superiors(superiors_of(request.form), actor=actor(), now=now())
        flash(ngettext("%(num)s person has a superior now.", "%(num)s people have a superior now.", count), "success")
        return redirect(url_for(".preview", cycle_id=cycle_id), 303)

    @route("/<int:cycle_id>/years", access="write", post=True, get=False)
    def years(self, cycle_id: int) -> Any:
        """Confirm the calendar years of the deadlines as the preview showed them (3.3.5-c)."""
        find_cycle(db.session(), cycle_id)
        seen = {key: request.form.get(f"version-{key}", "") for key in numbers_of(request.form.getlist("year"))}
        settle_years(seen, region(), actor=actor(), now=now())
        flash(_("The working calendar is confirmed."), "success")
        return redirect(url_for(".preview", cycle_id=cycle_id), 303)

    @route("/<int:cycle_id>/grades", access="write", post=True, get=False)
    def grades(self, cycle_id: int) -> Any:
        """Propose the adjustments of those whose grade is on the ladder no more; management decides (2.1, 4.3)."""
        find_cycle(db.session(), cycle_id)
        rows, since = grades_chosen(request.form), day_of(request.form, "effective_on") or today()
        made = propose_adjustments(rows, request.form.get("adjust_reason", ""), since, actor=actor(), now=now())
        count = len(made)
        flash(ngettext("%(num)s adjustment is proposed.", "%(num)s adjustments are proposed.", count), "success")
        return redirect(url_for(".preview", cycle_id=cycle_id), 303)

    @route("/<int:cycle_id>", asks="cycle.correct_notice")
    def show(self, cycle_id: int) -> str:
        """The control room."""
        page = control_room(db.session(), cycle_id, actor(), now())
        told = told_of(page.cycle, page.decisions)
        return self.show_page("cycles/show.html", page, title=title_of(page.cycle), told=told)

    @route("/<int:cycle_id>/missing/<stage>")
    def missing(self, cycle_id: int, stage: str) -> str:
        """Whose part of a stage is missing, and the ways to remind one or all of them."""
        department = number_of(request.args.get("department"))
        page = missing_page(db.session(), cycle_id, stage, department, wanted_part(), actor(), now())
        due = 0
        if page.may_remind and page.people.rows:
            asked = {"stage": stage, "department_id": department}
            due = rows_ahead("cycle", page.cycle, "remind", asked, actor=actor(), now=now()).count
        return self.show_page("cycles/missing.html", page, title=missing_title(stage), due=due)

    # -- acts ------------------------------------------------------------------------------------------------------

    @route("/<int:cycle_id>/open", access="write", post=True, get=False)
    def open(self, cycle_id: int) -> Response:
        """Open the cycle."""

        def told(_rows: Rows) -> None:
            flash(_("The cycle is open; everyone has been told."), "success")

        return on_many("cycle", cycle_id, "open", {}, told, url_for(".show", cycle_id=cycle_id))

    @route("/<int:cycle_id>/freeze_figures", access="write", post=True, get=False)
    def freeze_figures(self, cycle_id: int) -> Response:
        """Lock the figures before the deadline, once all have handed in (3.2-a2)."""

        def told(rows: Rows) -> None:
            flash(
                ngettext(
                    "The figures are locked; %(count)s case went on to its department.",
                    "The figures are locked; %(count)s cases went on to their department.",
                    rows["done"],
                    count=rows["done"],
                ),
                "success",
            )

        return on_many("cycle", cycle_id, "freeze_figures", {}, told, url_for(".show", cycle_id=cycle_id))

    @route("/<int:cycle_id>/end_rehearsal", access="write", post=True, get=False)
    def end_rehearsal(self, cycle_id: int) -> Response:
        """End a rehearsal with its cases and meetings (1.2-e)."""

        def told(rows: Rows) -> None:
            flash(
                ngettext(
                    "The rehearsal has ended, and its %(count)s open case with it.",
                    "The rehearsal has ended, and its %(count)s open cases with it.",
                    rows["done"],
                    count=rows["done"],
                ),
                "success",
            )

        return on_many("cycle", cycle_id, "end_rehearsal", {}, told, url_for(".show", cycle_id=cycle_id))

    @route("/<int:cycle_id>/verify", access="write", post=True, get=False)
    def verify(self, cycle_id: int) -> Response:
        """Check every determined result and confirm those that pass."""

        def told(rows: Rows) -> None:
            flash(
                _(
                    "%(passed)s results are confirmed, %(failed)s have faults.",
                    passed=rows["done"],
                    failed=rows["refused"],
                ),
                "warning" if rows["refused"] else "success",
            )

        here = url_for(".show", cycle_id=cycle_id)
        return on_many("cycle", cycle_id, "verify_results", {}, told, here, name_refused=False)

    @route("/<int:cycle_id>/publish", access="write", post=True, get=False)
    def publish(self, cycle_id: int) -> Response:
        """Put the checked results on notice."""

        def told(rows: Rows) -> None:
            numbers = _(", ").join(visible_row(Notice, key).number for key in rows["kept"]["notices"].values())
            flash(
                _(
                    "Notice %(numbers)s is being published; the period begins when it appears on the site.",
                    numbers=numbers,
                ),
                "success",
            )

        return on_many("cycle", cycle_id, "publish_notice", {}, told, url_for(".show", cycle_id=cycle_id))

    @route("/<int:cycle_id>/issue", access="write", post=True, get=False)
    def issue(self, cycle_id: int) -> Response:
        """Issue the formal document."""

        def told(rows: Rows) -> None:
            document = visible_row(IssuedDocument, rows["kept"]["document"])
            flash(_("Document %(number)s is issued.", number=document.number), "success")
            tell_left_out([document])

        def there(rows: Rows) -> str:
            return url_for("DocumentView.show", pk=rows["kept"]["document"])

        return on_many("cycle", cycle_id, "issue", request.form.to_dict(), told, there, name_refused=False)

    @route("/<int:cycle_id>/close", access="write", post=True, get=False)
    def close(self, cycle_id: int) -> Response:
        """Close the cycle."""
        cycles.close_cycle(cycle_id, actor=actor(), now=now())
        flash(_("The cycle is closed."), "success")
        return redirect(url_for(".show", cycle_id=cycle_id), 303)

    @route("/<int:cycle_id>/cancel", access="write", post=True, get=False)
    def cancel(self, cycle_id: int) -> Response:
        """Cancel the cycle before the first submission."""

        def told(_rows: Rows) -> None:
            flash(_("The cycle is cancelled; its cases are kept and count for nothing."), "success")

        return on_many("cycle", cycle_id, "cancel", request.form.to_dict(), told, url_for(".show", cycle_id=cycle_id))


def _numbered(text: str) -> int | None:
    row = employee_numbered(db.session(), text)
    return row.id if row else None
