"""The application form: questions left, evidence right; it saves itself and shows at once what a target grade takes (3.3.1, 4.1.1)."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, jsonify, make_response, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access.actor import Actor
from admin.domain.codes import CaseStage
from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.domain.self_assessment import SelfAssessmentInput
from admin.domain.workflow import wrong_stage
from admin.files.apart import page_apart, pages_apart
from admin.files.faults import FileFault
from admin.forms.self_assessment import answers_of, self_assessment_of
from admin.forms.uploads import uploaded
from admin.models import Evidence, Review, db
from admin.operations.cases.evidence import attach_evidence, stored_at
from admin.operations.cases.self_assessment import (
    save_self_assessment,
    submit_by_proxy,
    submit_self_assessment,
)
from admin.operations.newer import NewerVersion
from admin.operations.system.served import kept_file
from admin.queries.cases import workspace as cases
from admin.queries.cases.application_form import (
    ApplicationForm,
    PrintedForm,
    ShownScan,
    application_form,
    own_case,
    own_scans,
    paper_form,
    printed_form,
    questions_asked,
    target_of,
)
from admin.views.cases import case_words as words
from admin.views.cases.case_page import button
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.errors import newer_told
from admin.web.page import Page, route
from admin.web.texts import clock_time, field_messages, name_of, refusal_text, stage_label


class SelfAssessmentView(Page):
    """The application form of one's own case; HR enters paper forms by proxy."""

    route_base = "/self_assessment"
    default_view = "mine"

    @route("/")
    def mine(self) -> Response:
        """The form of the case that waits for it, else one's cases."""
        me = actor()
        rows = cases.my_reviews(db.session(), me.employee_id) if me.employee_id is not None else []
        waiting = next((row for row in rows if row.stage == CaseStage.SELF_ASSESSMENT), None)
        return redirect(url_for(".form", review_id=waiting.id) if waiting else url_for("CaseView.mine"))

    @route(
        "/<int:review_id>",
        access="write",
        post=True,
        asks="review.save_self_assessment review.submit_self_assessment",
    )
    def form(self, review_id: int) -> Any:
        """GET shows the form, POST hands it in, or with "check" only shows what the target grade takes.

        HR, who enters somebody's paper form, is led to the page for that.
        """
        if request.method == "POST":
            return self._posted(review_id)
        if actor().has("hr") and takes_paper(cases.find_review(db.session(), review_id), actor()):
            return redirect(url_for(".proxy", review_id=review_id))
        page = self._page(review_id)
        if page.review.stage != CaseStage.SELF_ASSESSMENT:
            if page.saved and page.saved.submitted_at:
                return redirect(url_for(".submitted", review_id=review_id))
            # A link that was sent days ago: whoever follows it must not look for the form in vain.
            stage = stage_label(page.review.stage)
            flash(
                _("The time for the self-assessment is over; the case is at: %(stage)s (3.3-a).", stage=stage), "info"
            )
            return redirect(url_for("CaseView.show", review_id=review_id))
        return self._form(page)

    def _page(self, review_id: int, given: SelfAssessmentInput | None = None) -> ApplicationForm:
        return application_form(db.session(), review_id, actor(), now(), given=given)

    def _given(self, review_id: int) -> SelfAssessmentInput:
        return self_assessment_of(request.form, questions_asked(own_case(db.session(), review_id, actor())))

    def _posted(self, review_id: int) -> Any:
        given = self._given(review_id)
        try:
            if request.form.get("check"):
                save_self_assessment(review_id, given, actor=actor(), now=now())
                return redirect(url_for(".form", review_id=review_id, _anchor="target"), 303)
            if request.form.get("preview"):
                save_self_assessment(review_id, given, actor=actor(), now=now())
                return redirect(url_for(".preview", review_id=review_id), 303)
            submit_self_assessment(review_id, given, actor=actor(), now=now())
        except NewerVersion:
            raise  # both texts are shown, and nothing is written (admin.web.errors)
        except (Invalid, Refused) as error:
            page = self._page(review_id, given)
            if page.review.stage != CaseStage.SELF_ASSESSMENT:
                raise  # there is no form any more that could be sent again
            if isinstance(error, Refused):
                return make_response(self._form(page, refusal=error.refusal), 409)
            return make_response(self._form(page, errors=field_messages(error)), 422)
        return redirect(url_for(".submitted", review_id=review_id), 303)

    def _form(
        self, page: ApplicationForm, *, errors: dict[str, str] | None = None, refusal: Refusal | None = None
    ) -> str:
        withdraw = page.decisions.get("withdraw_application")
        return self.show_page(
            "cases/reviews/form.html",
            page,
            title=self._title(page),
            errors=errors or {},
            refusal=refusal,
            withdraw=[button(page.review, withdraw)] if withdraw and withdraw.allowed else [],
        )

    def _title(self, page: PrintedForm) -> str:
        return _("Application form, %(cycle)s", cycle=name_of(page.review.cycle))

    @route("/<int:review_id>/target")
    def target(self, review_id: int) -> str:
        """The part of the form about the target grade, for the script that shows it at once."""
        asked = request.args.get("grade", "")[:10]
        return self.show_page(
            "cases/reviews/target.html", target=target_of(db.session(), review_id, actor(), today(), asked)
        )

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft; answers what static/js/autosave.js asks for."""
        given = self._given(review_id)
        try:
            draft = save_self_assessment(review_id, given, actor=actor(), now=now())
        except NewerVersion as newer:
            return newer_told(newer)
        except Invalid as error:
            return make_response(jsonify(fields=field_messages(error)), 422)
        except Refused as error:
            return make_response(jsonify(fields={"form": refusal_text(error.refusal)}), 422)
        return jsonify(version=draft.version, saved_at=clock_time(draft.saved_at))

    @route("/<int:review_id>/preview")
    def preview(self, review_id: int) -> str:
        """The form as it prints, before or after it is handed in."""
        page = printed_form(db.session(), review_id, actor(), now())
        ready = page.decisions.get("submit_self_assessment")
        return self.show_page(
            "cases/reviews/preview.html",
            page,
            title=self._title(page),
            refusals=words.refusals_shown(ready.refusals) if ready else [],
        )

    @route("/<int:review_id>/submitted")
    def submitted(self, review_id: int) -> str:
        """Who sees the form now, and what comes next."""
        page = printed_form(db.session(), review_id, actor(), now())
        if page.saved is None or page.saved.submitted_at is None:
            raise NotFound(f"SelfAssessment {review_id}")
        return self.show_page("cases/reviews/submitted.html", page, title=_("Your self-assessment is submitted"))

    @route("/<int:review_id>/proxy", access="proxy", post=True)
    def proxy(self, review_id: int) -> Any:
        """HR enters a paper form: the scan is attached, and the form is marked."""
        review = cases.find_review(db.session(), review_id)
        if not takes_paper(review, actor()):
            if request.method == "GET" or review.employee_id == actor().employee_id:
                raise NotFound(f"Review {review_id}")
            # It was typed while the stage was closed: the answer says so, and gives back what was typed.
            raise Refused(wrong_stage("review", "submit_self_assessment", review.stage))
        errors: dict[str, str] = {}
        if request.method == "POST":
            try:
                if "attach" in request.form:
                    attach_evidence(review_id, uploaded("scan"), actor=actor(), now=now())
                else:
                    return self._entered(review)
            except Invalid as error:
                errors = field_messages(error)
        page = self.show_page(
            "cases/reviews/proxy.html",
            paper_form(db.session(), review, answers_of(request.form, questions_asked(review)), _shown(review_id)),
            title=_("Enter a paper form"),
            errors=errors,
            given=request.form,
        )
        return make_response(page, 422 if errors else 200)

    def _entered(self, review: Review) -> Response:
        """The form is entered with its scan, or with the one that is attached already."""
        given = self_assessment_of({**request.form.to_dict(), "version": ""}, questions_asked(review))
        sent = request.files.get("scan")
        there = own_scans(db.session(), review.id, actor()) and not (sent and sent.filename)
        scan = None if there else uploaded("scan")
        submit_by_proxy(review.id, given, scan, actor=actor(), now=now())
        flash(_("The paper form is entered and marked as entered by proxy."), "success")
        return redirect(url_for("CaseView.show", review_id=review.id), 303)

    @route("/<int:review_id>/proxy/<int:evidence_id>/<int:page>", access="proxy")
    def scan(self, review_id: int, evidence_id: int, page: int) -> Response:
        """One page of one's own scan as a picture, painted anew: to be read beside the fields."""
        found = {row.id: row for row in own_scans(db.session(), review_id, actor())}
        if (row := found.get(evidence_id)) is None:
            raise NotFound(f"Evidence {evidence_id}")
        try:
            data = page_apart(_bytes_of(row), stored_at(row).suffix[1:], page)
        except FileFault as fault:
            raise NotFound(f"page {page}") from fault
        return send_file(io.BytesIO(data), mimetype="image/jpeg")


def _bytes_of(row: Evidence) -> bytes:
    return kept_file(stored_at(row), row.sha256, row.id, now=now())


def _shown(review_id: int) -> list[ShownScan]:
    """The scans that are attached, each with the pages of it that can be shown."""
    rows = own_scans(db.session(), review_id, actor())
    return [ShownScan(row, tuple(pages_apart(_bytes_of(row), stored_at(row).suffix[1:]))) for row in rows]


def takes_paper(review: Review, hr: Actor) -> bool:
    """Whether HR may enter a paper form in this case: while it waits for the form, and never their own (3.3.1, 3.3-d)."""
    return review.stage == CaseStage.SELF_ASSESSMENT and review.employee_id != hr.employee_id
