"""HR's result check between determination and notice: /results (6.1.2-a)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import NotFound, Refusal
from admin.models import Review, db
from admin.operations.foretelling import rows_ahead
from admin.operations.outcome.results import reject_result
from admin.queries.outcome.file_fit import all_off_the_file
from admin.queries.outcome.results import count_waiting, results_page, waiting_by_cycle
from admin.web.acting import actor
from admin.web.clock import now
from admin.web.context import badge
from admin.web.many import Rows, on_many
from admin.web.page import Page, route
from admin.web.records import number_of, visible_row
from admin.web.texts import name_of, refusal_text, translated


class ResultsView(Page):
    """Quorum, recusals, reasons and the replay of the score, for every result that waits for its notice."""

    route_base = "/results"

    @route("/")
    def index(self) -> str:
        """Cycles with results that wait for the check."""
        rows = [
            {"cycle": name_of(cycle), "count": count, "url": url_for("ResultsView.cycle", cycle_id=cycle.id)}
            for cycle, count in waiting_by_cycle(db.session())
        ]
        off = [_off(case, why) for case, why in all_off_the_file(db.session())]
        return self.show_page("outcome/results/index.html", title=_("Result check"), rows=rows, off=off)

    @route("/<int:cycle_id>", access="read")
    def cycle(self, cycle_id: int) -> str:
        """The results of a cycle with what is wrong with each."""
        number = number_of(request.args.get("page")) or 1
        page = results_page(db.session(), cycle_id, number, actor(), now())
        ahead = (
            rows_ahead("cycle", page.cycle, "verify_results", {}, actor=actor(), now=now()) if page.may_settle else None
        )
        told = translated(ahead.told, {"count": f"{ahead.count:,}"}) if ahead else ""
        return self.show_page("outcome/results/cycle.html", page, title=_("Result check"), ahead=ahead, told=told)

    @route("/<int:cycle_id>/verify", access="write", post=True, get=False)
    def verify(self, cycle_id: int) -> Response:
        """Confirm every result that passes; what fails stands on the page with its faults."""

        def told(rows: Rows) -> None:
            text = _(
                "%(passed)s results are confirmed; %(failed)s need attention.",
                passed=rows["done"],
                failed=rows["refused"],
            )
            flash(text, "success")

        here = url_for("ResultsView.cycle", cycle_id=cycle_id)
        return on_many("cycle", cycle_id, "verify_results", {}, told, here, name_refused=False)

    @route("/<int:cycle_id>/reject/<int:review_id>", access="write", post=True, get=False)
    def reject(self, cycle_id: int, review_id: int) -> Response:
        """Send one result of this cycle back to the committee."""
        case = visible_row(Review, review_id)
        if case is None or case.cycle_id != cycle_id:
            raise NotFound("Review")
        reject_result(review_id, request.form.get("reason", ""), actor=actor(), now=now())
        flash(_("The case is back with the committee."), "success")
        return redirect(url_for("ResultsView.cycle", cycle_id=cycle_id))


def _off(case: Review, why: Refusal) -> dict[str, Any]:
    """A case that another grade than the file's keeps back, and where it is mended."""
    url = url_for("CaseView.show", review_id=case.id)
    return {"employee": str(case.employee), "text": refusal_text(why), "clause": why.clause, "url": url}


badge("ResultsView", lambda: count_waiting(db.session()), "hr")
