"""Rating a colleague, and the superior's evaluation on the same form as the self-assessment (3.2.3, 3.3.2)."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import CaseStage, RatingState
from admin.domain.refusals import Invalid, Refused
from admin.forms.self_assessment import rating_of
from admin.models import Rating, Review, db
from admin.operations.cases.ratings import (
    RatingInput,
    decline_rating,
    rate_as_peer,
    save_rating,
    submit_superior_evaluation,
)
from admin.operations.newer import NewerVersion
from admin.queries.cases.process import due_days
from admin.queries.cases.rated_cases import asked_ratings, count_to_evaluate, evaluation_waits, team_cases
from admin.queries.cases.raters import colleagues_time_over
from admin.queries.cases.rating_forms import EvaluationForm, PeerForm, asked_of, evaluation_form, peer_form
from admin.views.cases import case_words as words
from admin.views.cases.case_page import button
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.errors import newer_told
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.refilling import TOKENS
from admin.web.texts import clock_time, day, field_messages, refusal_text, stage_label

STATES = {"asked": "", "draft": "warn", "submitted": "good", "declined": "plain", "expired": "plain", "void": "plain"}


def state_names() -> dict[str, str]:
    """What the states of a rating are called."""
    return {code: _(label) for code, label in RatingState.labels().items()}


def autosaved(review_id: int, given: RatingInput) -> Response:
    """Keep a rater's draft; answers what static/js/autosave.js asks for."""
    try:
        rating = save_rating(review_id, given, actor=actor(), now=now())
    except NewerVersion as newer:
        return newer_told(newer)
    except Invalid as error:
        return make_response(jsonify(fields=field_messages(error)), 422)
    except Refused as error:
        return make_response(jsonify(fields={"form": refusal_text(error.refusal)}), 422)
    assert rating.saved_at is not None
    return jsonify(version=rating.version, saved_at=clock_time(rating.saved_at))


class RatingView(Page):
    """/ratings: the colleagues one is asked to rate; nobody's self-assessment or rating is seen here."""

    route_base = "/ratings"

    @route("/")
    def index(self) -> str:
        """To rate, done, declined."""
        found = asked_ratings(db.session(), actor().employee_id, wanted_part())
        rows = [self._row(row) for row in found.rows]
        return self.show_page(
            "cases/ratings/index.html",
            title=_("Rate colleagues"),
            waiting=[row for row in rows if row["due"]],
            over=[row for row in rows if not row["due"]],
            part=found.part,
        )

    def _row(self, row: Rating) -> dict[str, Any]:
        review = row.review
        asked = row.state in (RatingState.ASKED, RatingState.DRAFT)
        over = asked and review.stage == CaseStage.RATING and colleagues_time_over(review, now())
        open_ = asked and review.stage == CaseStage.RATING and not over
        waits = asked and review.stage == CaseStage.SELF_ASSESSMENT
        state = _("waits for the self-assessment") if waits else _("the time to rate is over") if over else None
        due = due_days(review.cycle, None, settings().portal_tz).get("rating")
        return {
            "name": review.employee.name,
            "number": review.employee.number,
            "department": review.department.name,
            "case": words.case_title(review),
            "state": state or state_names()[row.state],
            "tone": STATES[row.state],
            "due": day(due) if due and (open_ or waits) else None,
            "url": url_for(".form", review_id=review.id) if open_ else None,
            "open": open_,
        }

    @route("/<int:review_id>", access="write", post=True, asks="review.rate_as_peer")
    def form(self, review_id: int) -> Any:
        """The scale with its anchors; POST signs the rating."""
        page = peer_form(db.session(), review_id, actor(), now())
        if request.method == "GET":
            return self._form(page) if page.open else self._not_now(page)
        given = self._given(page)
        try:
            rate_as_peer(review_id, given, actor=actor(), now=now())
        except Invalid as error:
            again = peer_form(db.session(), review_id, actor(), now(), given=given.values)
            return make_response(self._form(again, field_messages(error)), 422)
        flash(_("Thank you. Your rating is signed; you appear in it as “a colleague”."), "success")
        return redirect(url_for(".index"), 303)

    def _not_now(self, page: PeerForm) -> Response:
        if page.state == RatingState.SUBMITTED:
            flash(_("You have rated this colleague."), "info")
        elif page.over:
            flash(_("The colleagues' time to rate is over (3.3-a)."), "info")
        else:
            flash(_("This colleague is not to be rated now."), "info")
        return redirect(url_for(".index"))

    def _given(self, page: PeerForm) -> RatingInput:
        return rating_of(request.form, [each.criterion.code for each in page.questions])

    def _form(self, page: PeerForm, errors: dict[str, str] | None = None) -> str:
        title = _("Rate %(name)s", name=page.review.employee.name)
        return self.show_page("cases/ratings/form.html", page, title=title, errors=errors or {})

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft."""
        return autosaved(review_id, self._given(peer_form(db.session(), review_id, actor(), now())))

    @route("/<int:review_id>/decline", access="write", post=True, get=False)
    def decline(self, review_id: int) -> Response:
        """Decline to rate, with the reason."""
        peer_form(db.session(), review_id, actor(), now())  # nobody who was not asked learns of the case
        decline_rating(review_id, request.form.get("reason", ""), actor=actor(), now=now())
        flash(_("You have declined; HR may ask another colleague."), "success")
        return redirect(url_for(".index"), 303)


class EvaluationView(Page):
    """/evaluations: the superior's team, and the evaluation beside the submitted self-assessment and the figures."""

    route_base = "/evaluations"

    @route("/")
    def index(self) -> str:
        """The team's cases, those that wait for one's evaluation first."""
        me = actor().employee_id
        found = team_cases(db.session(), me, wanted_part())
        rows = [self._row(review, rating) for review, rating in found.rows]
        return self.show_page(
            "cases/ratings/team.html",
            found,
            title=_("My team's reviews"),
            waiting=[row for row in rows if row["waits"]],
            others=[row for row in rows if not row["waits"]],
            waits=count_to_evaluate(db.session(), me),
        )

    def _row(self, review: Review, rating: Rating | None) -> dict[str, Any]:
        waits, early = evaluation_waits(review, rating), review.stage == CaseStage.SELF_ASSESSMENT
        due = due_days(review.cycle, None, settings().portal_tz).get("rating")
        return {
            "name": f"{review.employee.number} {review.employee.name}",
            "case": words.case_title(review),
            "grade": words.grade_name(review.present_grade),
            "stage": stage_label(review.stage),
            "target": words.grade_name(review.target_grade)
            if review.target_grade and not review.application_withdrawn_at
            else "—",
            "state": _("not yet your turn") if early else state_names()[rating.state if rating else "asked"],
            "tone": "plain" if early else STATES[rating.state if rating else "asked"],
            "waits": waits,
            "due": day(due) if due and waits else None,
            "flag": "bad" if waits and due and due < today() else None,
            "url": url_for(".form", review_id=review.id) if waits else url_for("CaseView.show", review_id=review.id),
        }

    @route("/<int:review_id>", access="write", post=True, asks="review.submit_superior_evaluation")
    def form(self, review_id: int) -> Any:
        """The evaluation; POST shows what will be signed, and signs it on the second step."""
        if request.method == "GET":
            page = evaluation_form(db.session(), review_id, actor(), now())
            return self._form(page) if page.waits else redirect(url_for("CaseView.show", review_id=review_id))
        given = rating_of(request.form, asked_of(db.session(), review_id, actor()))
        try:
            if not request.form.get("sign"):
                return self._to_sign(review_id, given)
            submit_superior_evaluation(review_id, given, actor=actor(), now=now())
        except Invalid as error:
            return make_response(self._form(self._again(review_id, given), field_messages(error)), 422)
        flash(_("The evaluation is signed; the employee can read it now."), "success")
        return redirect(url_for("CaseView.show", review_id=review_id), 303)

    def _again(self, review_id: int, given: RatingInput) -> EvaluationForm:
        return evaluation_form(db.session(), review_id, actor(), now(), given=given.values, opinion=given.opinion)

    def _to_sign(self, review_id: int, given: RatingInput) -> Any:
        """What stands under the signature, in full, before it is given."""
        save_rating(review_id, given, actor=actor(), now=now())
        page = self._again(review_id, given)
        missing = {
            code: _("This criterion has no rating yet.") for code, each in given.values.items() if not each["value"]
        }
        if not given.opinion.strip():
            missing["opinion"] = _("The superior signs an opinion: write at least a sentence.")
        if missing:
            return make_response(self._form(page, missing), 422)
        title = _("Sign the evaluation of %(name)s", name=page.review.employee.name)
        return self.show_page("cases/ratings/sign.html", page, title=title, form=request.form, made_anew=TOKENS)

    def _form(self, page: EvaluationForm, errors: dict[str, str] | None = None) -> str:
        sign, back = (page.decisions.get(name) for name in ("submit_superior_evaluation", "return_for_correction"))
        return self.show_page(
            "cases/ratings/evaluation.html",
            page,
            title=_("Evaluate %(name)s", name=page.review.employee.name),
            errors=errors or {},
            refusals=words.refusals_shown(sign.refusals) if sign else [],
            actions=[button(page.review, back)] if back else [],
        )

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft."""
        return autosaved(review_id, rating_of(request.form, asked_of(db.session(), review_id, actor())))
