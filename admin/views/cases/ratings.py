"""Rating a colleague, and the superior's evaluation on the same form as the self-assessment (3.2.3, 3.3.2)."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import CaseStage, RatingState
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.domain.workflow import actions_at
from admin.forms.self_assessment import rating_of
from admin.models import Criterion, Rating, Review, db
from admin.operations.cases.ratings import (
    RatingInput,
    decline_rating,
    rate_as_peer,
    save_rating,
    submit_superior_evaluation,
)
from admin.queries.cases import workspace as cases
from admin.queries.cases.process import due_days
from admin.queries.cases.review_facts import facts_shown
from admin.queries.policy.rules import rules_of
from admin.queries.policy.scorecards import rated_criteria
from admin.views.cases import case_parts as parts
from admin.views.cases.case_page import case_buttons, files_of
from admin.views.cases.self_assessment import clock_time
from admin.views.imports.figures import figures
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.records import number_of
from admin.web.texts import day, field_messages, moment, refusal_text, stage_label

STATES = {"asked": "", "draft": "warn", "submitted": "good", "declined": "plain", "expired": "plain", "void": "plain"}


def state_names() -> dict[str, str]:
    """What the states of a rating are called."""
    return {code: _(label) for code, label in RatingState.labels().items()}


def scales(criteria: list[Criterion], values: Any, errors: dict[str, str], numbers: Any = None) -> list[dict[str, Any]]:
    """The criteria of a rating form with what was given so far."""
    return [
        {
            "code": row.code,
            "name": parts.own_name(row),
            "help": parts.help_of(row),
            "weight": parts.weight(row.weight),
            "clause": row.clause,
            "anchors": parts.anchors_of(row),
            "answer": values.get(row.code) or {"value": None, "text": ""},
            "error": errors.get(row.code),
            "source": _(parts.SOURCES[row.source]),
            "figure": (numbers or {}).get(row.code),
        }
        for row in criteria
    ]


def faults_at(errors: dict[str, str]) -> dict[str, str]:
    """Where on the form a faulty field stands."""
    return {f"f-{name}" if name == "opinion" else f"f-value.{name}": text for name, text in errors.items()}


def autosaved(review_id: int, given: RatingInput) -> Response:
    """Keep a rater's draft; answers what static/js/autosave.js asks for. A rating has one writer: no version to compare."""
    try:
        rating = save_rating(review_id, given, actor=actor(), now=now())
    except Invalid as error:
        return make_response(jsonify(fields=field_messages(error)), 422)
    except Refused as error:
        return make_response(jsonify(fields={"form": refusal_text(error.refusal)}), 422)
    assert rating.saved_at is not None
    return jsonify(version=(number_of(request.form.get("version")) or 0) + 1, saved_at=clock_time(rating.saved_at))


class RatingView(Page):
    """/ratings: the colleagues one is asked to rate; nobody's self-assessment or rating is seen here."""

    route_base = "/ratings"

    @route("/")
    def index(self) -> str:
        """To rate, done, declined."""
        me = actor()
        rows = cases.asked_ratings(db.session(), me.employee_id) if me.employee_id is not None else []
        return self.show_page(
            "cases/ratings/index.html", title=_("Rate colleagues"), rows=[self._row(row) for row in rows]
        )

    def _row(self, row: Rating) -> dict[str, Any]:
        review = row.review
        open_ = row.state in (RatingState.ASKED, RatingState.DRAFT) and review.stage == CaseStage.RATING
        waits = row.state in (RatingState.ASKED, RatingState.DRAFT) and review.stage == CaseStage.SELF_ASSESSMENT
        due = due_days(review.cycle, None, settings().portal_tz).get("rating")
        return {
            "name": review.employee.name,
            "number": review.employee.number,
            "department": review.department.name,
            "case": parts.case_title(review),
            "state": _("waits for the self-assessment") if waits else state_names()[row.state],
            "tone": STATES[row.state],
            "due": day(due) if due and (open_ or waits) else None,
            "late": bool(open_ and due and due < today()),
            "url": url_for(".form", review_id=review.id) if open_ else None,
            "open": open_,
        }

    def _asked(self, review_id: int) -> tuple[Review, Rating]:
        """The case and one's own row on it; raises `NotFound` for everybody who was not asked."""
        review = cases.find_review(db.session(), review_id)
        mine = next(
            (row for row in cases.asked_ratings(db.session(), actor().employee_id or 0) if row.review_id == review_id),
            None,
        )
        if mine is None or mine.state not in (RatingState.ASKED, RatingState.DRAFT, RatingState.SUBMITTED):
            raise NotFound(f"Rating of {review_id}")
        return review, mine

    @route("/<int:review_id>", access="write", post=True)
    def form(self, review_id: int) -> Any:
        """The scale with its anchors; POST signs the rating."""
        review, mine = self._asked(review_id)
        if request.method == "GET" and (mine.state == RatingState.SUBMITTED or review.stage != CaseStage.RATING):
            flash(
                _("You have rated this colleague.")
                if mine.state == RatingState.SUBMITTED
                else _("This colleague is not to be rated now."),
                "info",
            )
            return redirect(url_for(".index"))
        criteria = self._criteria(review)
        if request.method == "GET":
            return self._form(review, mine.values, {})
        given = rating_of(request.form, [row.code for row in criteria])
        try:
            rate_as_peer(review_id, given, actor=actor(), now=now())
        except Invalid as error:
            return make_response(self._form(review, given.values, field_messages(error)), 422)
        flash(_("Thank you. Your rating is signed; you appear in it as “a colleague”."), "success")
        return redirect(url_for(".index"), 303)

    def _criteria(self, review: Review) -> list[Criterion]:
        return rated_criteria(review.cycle.scorecard, "peers")

    def _form(self, review: Review, values: Any, errors: dict[str, str]) -> str:
        due = due_days(review.cycle, None, settings().portal_tz)["rating"]
        return self.show_page(
            "cases/ratings/form.html",
            title=_("Rate %(name)s", name=review.employee.name),
            review=review,
            due=day(due),
            scale_names=parts.scale_names(),
            rows=scales(self._criteria(review), values, errors),
            errors_at=faults_at(errors),
            record=f"rating-{review.id}-u{actor().user_id}",
        )

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft."""
        review, _mine = self._asked(review_id)
        return autosaved(review_id, rating_of(request.form, [row.code for row in self._criteria(review)]))

    @route("/<int:review_id>/decline", access="write", post=True, get=False)
    def decline(self, review_id: int) -> Response:
        """Decline to rate, with the reason."""
        self._asked(review_id)
        decline_rating(review_id, request.form.get("reason", ""), actor=actor(), now=now())
        flash(_("You have declined; HR may ask another colleague."), "success")
        return redirect(url_for(".index"), 303)


class EvaluationView(Page):
    """/evaluations: the superior's team, and the evaluation beside the submitted self-assessment and the figures."""

    route_base = "/evaluations"

    @route("/")
    def index(self) -> str:
        """The team's cases, those that wait for one's evaluation first."""
        me = actor()
        pairs = cases.team_cases(db.session(), me.employee_id) if me.employee_id is not None else []
        rows = [self._row(review, rating) for review, rating in pairs]
        return self.show_page(
            "cases/ratings/team.html",
            title=_("My team's reviews"),
            waiting=[row for row in rows if row["waits"]],
            others=[row for row in rows if not row["waits"]],
        )

    def _row(self, review: Review, rating: Rating | None) -> dict[str, Any]:
        waits, early = cases.evaluation_waits(review, rating), review.stage == CaseStage.SELF_ASSESSMENT
        due = due_days(review.cycle, None, settings().portal_tz).get("rating")
        return {
            "name": f"{review.employee.number} {review.employee.name}",
            "case": parts.case_title(review),
            "grade": parts.grade_name(review.present_grade),
            "stage": stage_label(review.stage),
            "target": parts.grade_name(review.target_grade)
            if review.target_grade and not review.application_withdrawn_at
            else "—",
            "state": _("not yet your turn") if early else state_names()[rating.state if rating else "asked"],
            "tone": "plain" if early else STATES[rating.state if rating else "asked"],
            "waits": waits,
            "due": day(due) if due and waits else None,
            "flag": "bad" if waits and due and due < today() else None,
            "url": url_for(".form", review_id=review.id) if waits else url_for("CaseView.show", review_id=review.id),
        }

    def _case(self, review_id: int) -> cases.Workspace:
        found = cases.workspace(db.session(), review_id, actor())
        if found.relation != "superior":
            raise NotFound(f"Review {review_id}")
        return found

    @route("/<int:review_id>", access="write", post=True)
    def form(self, review_id: int) -> Any:
        """The evaluation; POST shows what will be signed, and signs it on the second step."""
        found = self._case(review_id)
        if request.method == "GET" and not cases.evaluation_waits(found.review, found.mine):
            return redirect(url_for("CaseView.show", review_id=review_id))
        values, opinion = (found.mine.values, found.mine.opinion) if found.mine else ({}, "")
        if request.method == "GET":
            return self._form(found, values, opinion, {})
        given = rating_of(request.form, self._codes(found.review))
        try:
            if not request.form.get("sign"):
                return self._to_sign(found, given)
            submit_superior_evaluation(review_id, given, actor=actor(), now=now())
        except Invalid as error:
            return make_response(self._form(found, given.values, given.opinion, field_messages(error)), 422)
        flash(_("The evaluation is signed; the employee can read it now."), "success")
        return redirect(url_for("CaseView.show", review_id=review_id), 303)

    def _codes(self, review: Review) -> list[str]:
        return [row.code for row in rated_criteria(review.cycle.scorecard, "superior")]

    def _to_sign(self, found: cases.Workspace, given: RatingInput) -> Any:
        """What stands under the signature, in full, before it is given."""
        save_rating(found.review.id, given, actor=actor(), now=now())
        missing = {
            code: _("This criterion has no rating yet.") for code, each in given.values.items() if not each["value"]
        }
        if not given.opinion.strip():
            missing["opinion"] = _("The superior signs an opinion: write at least a sentence.")
        if missing:
            return make_response(self._form(found, given.values, given.opinion, missing), 422)
        review = found.review
        rows = [
            {
                "name": parts.own_name(row),
                "value": given.values[row.code]["value"],
                "text": given.values[row.code]["text"],
            }
            for row in rated_criteria(review.cycle.scorecard, "superior")
        ]
        return self.show_page(
            "cases/ratings/sign.html",
            title=_("Sign the evaluation of %(name)s", name=review.employee.name),
            review=review,
            rows=rows,
            given=given,
            form=request.form,
        )

    def _form(self, found: cases.Workspace, values: Any, opinion: str, errors: dict[str, str]) -> str:
        review = found.review
        facts = facts_shown(db.session(), review, actor(), now())
        criteria, numbers = (
            rated_criteria(review.cycle.scorecard, "superior"),
            figures(review, rules_of(db.session(), review)),
        )
        shown = {row.code: parts.own_name(row) for row in review.cycle.scorecard.criteria}
        sign = next((each for each in actions_at(facts) if each.action == "submit_superior_evaluation"), None)
        return self.show_page(
            "cases/ratings/evaluation.html",
            title=_("Evaluate %(name)s", name=review.employee.name),
            review=review,
            ws=found,
            parts=parts,
            moment=moment,
            rows=scales(criteria, values, errors),
            opinion=opinion,
            errors=errors,
            errors_at=faults_at(errors),
            scale_names=parts.scale_names(),
            figures=[(shown[code], each) for code, each in numbers.items()],
            record=f"evaluation-{review.id}-u{actor().user_id}",
            due=day(due_days(review.cycle, None, settings().portal_tz)["rating"]),
            title_of=parts.grade_name,
            files=files_of(found),
            refusals=parts.refusals_shown(sign.refusals) if sign else [],
            answer_names=shown,
            actions=[each for each in case_buttons(review, facts) if each["name"] == "return_for_correction"],
        )

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft."""
        found = self._case(review_id)
        return autosaved(review_id, rating_of(request.form, self._codes(found.review)))
