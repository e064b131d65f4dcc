"""The application form: questions left, evidence right; it saves itself and shows at once what a target grade takes (3.3.1, 4.1.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.codes import CaseStage
from admin.domain.eligibility import check_application
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.domain.workflow import actions_at
from admin.forms.self_assessment import answers_of, self_assessment_of
from admin.forms.uploads import uploaded
from admin.models import Review, db
from admin.operations.cases.scoring import conditions_of
from admin.operations.cases.self_assessment import (
    NewerVersion,
    save_self_assessment,
    submit_by_proxy,
    submit_self_assessment,
)
from admin.queries.cases import workspace as cases
from admin.queries.cases.process import due_days
from admin.queries.cases.review_facts import facts_shown, file_of, grounds_on
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of
from admin.queries.policy.scorecards import self_assessed_criteria
from admin.views.cases import case_parts as parts
from admin.views.cases.case_page import case_buttons, files_of
from admin.views.imports.figures import background, figures
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.texts import day, field_messages, moment, name_of, refusal_text


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

    def _own(self, review_id: int) -> cases.Workspace:
        found = cases.workspace(db.session(), review_id, actor())
        if found.relation != "subject":
            raise NotFound(f"Review {review_id}")
        return found

    @route("/<int:review_id>", access="write", post=True)
    def form(self, review_id: int) -> Any:
        """GET shows the form, POST hands it in, or with "check" only shows what the target grade takes."""
        found = self._own(review_id)
        if found.review.stage != CaseStage.SELF_ASSESSMENT and request.method == "GET":
            return redirect(url_for(".submitted" if found.self_assessment else "CaseView.show", review_id=review_id))
        if request.method == "GET":
            return self._form(found)
        return self._posted(found)

    def _posted(self, found: cases.Workspace) -> Any:
        given = self_assessment_of(request.form, self._codes(found.review))
        try:
            if request.form.get("check"):
                save_self_assessment(found.review.id, given, actor=actor(), now=now())
                return redirect(url_for(".form", review_id=found.review.id, _anchor="target"), 303)
            if request.form.get("preview"):
                save_self_assessment(found.review.id, given, actor=actor(), now=now())
                return redirect(url_for(".preview", review_id=found.review.id), 303)
            submit_self_assessment(found.review.id, given, actor=actor(), now=now())
        except NewerVersion as newer:
            return self._both(found, newer)
        except Invalid as error:
            return make_response(self._form(found, given=request.form, errors=field_messages(error)), 422)
        except Refused as error:
            return make_response(self._form(found, given=request.form, refusal=error), 409)
        return redirect(url_for(".submitted", review_id=found.review.id), 303)

    def _codes(self, review: Review) -> list[str]:
        return [row.code for row in self_assessed_criteria(review.cycle.scorecard)]

    def _form(
        self, found: cases.Workspace, *, given: Any = None, errors: Any = None, refusal: Refused | None = None
    ) -> str:
        review, rules = found.review, self._rules(found.review)
        shown = self._shown(found, given)
        gaps = self._gaps(review, shown) if refusal is not None else {}
        due = due_days(review.cycle, None, settings().portal_tz)["self_assessment"]
        facts = facts_shown(db.session(), review, actor(), now())
        withdraw = [
            each for each in case_buttons(review, facts) if each["name"] == "withdraw_application" and each["allowed"]
        ]
        return self.show_page(
            "cases/reviews/form.html",
            title=_("Application form, %(cycle)s", cycle=name_of(review.cycle)),
            review=review,
            ws=found,
            parts=parts,
            sections=self._sections(review, rules, shown, gaps | (errors or {})),
            shown=shown,
            errors=errors or {},
            errors_at=places_of(errors or {}),
            scale_names=parts.scale_names(),
            refusal=refusal
            and {
                "text": refusal_text(refusal.refusal),
                "clause": refusal.refusal.clause,
                "gaps": {f"f-value.{code}": self._own_names(review)[code] for code in gaps},
            },
            target=self._target(review, rules, shown["target_grade"]),
            targets=self._targets(review, rules),
            files=files_of(found),
            due=day(due),
            late=due < today(),
            version=found.self_assessment.version if found.self_assessment else 0,
            record=f"review-{review.id}-u{actor().user_id}",
            saved_at=moment(found.self_assessment.saved_at) if found.self_assessment else None,
            background=background(review),
            withdraw=withdraw,
            superior=review.superior.name if review.superior else None,
            done=sum(1 for each in shown["answers"].values() if each["value"]),
            of=len(shown["answers"]),
        )

    def _shown(self, found: cases.Workspace, given: Any) -> dict[str, Any]:
        """What stands in the form: what was posted, else the saved draft."""
        codes = self._codes(found.review)
        if given is not None:
            return {
                "answers": answers_of(given, codes),
                "summary": given.get("summary", ""),
                "target_grade": given.get("target_grade", ""),
                "ground": given.get("ground", ""),
            }
        draft = found.self_assessment
        saved = draft.answers if draft else {}
        return {
            "answers": {code: saved.get(code) or {"value": None, "text": ""} for code in codes},
            "summary": draft.summary if draft else "",
            "target_grade": found.review.target_grade.code if found.review.target_grade else "",
            "ground": found.review.applied_ground or "",
        }

    def _own_names(self, review: Review) -> dict[str, str]:
        return {row.code: parts.own_name(row) for row in self_assessed_criteria(review.cycle.scorecard)}

    def _gaps(self, review: Review, shown: dict[str, Any]) -> dict[str, str]:
        """The criteria without a self rating, each with what to do (3.3.1)."""
        text = _("Choose a value here.")
        return {code: text for code in self._own_names(review) if not shown["answers"][code]["value"]}

    def _sections(
        self, review: Review, rules: Rules, shown: dict[str, Any], errors: dict[str, str]
    ) -> list[dict[str, Any]]:
        """The criteria by dimension, each with its figures."""
        numbers = figures(review, rules)
        found: dict[str, dict[str, Any]] = {}
        for row in self_assessed_criteria(review.cycle.scorecard):
            section = found.setdefault(
                row.dimension, {"title": _(parts.DIMENSIONS[row.dimension]), "weight": Decimal(0), "rows": []}
            )
            own = parts.own_weight(row, review.cycle.scorecard.criteria)
            section["weight"] += own
            section["rows"].append(
                {
                    "code": row.code,
                    "name": parts.own_name(row),
                    "help": parts.help_of(row),
                    "weight": parts.weight(own),
                    "clause": row.clause,
                    "anchors": parts.anchors_of(row),
                    "answer": shown["answers"][row.code],
                    "figure": numbers.get(row.code),
                    "source": _(parts.SOURCES[row.source]),
                    "error": errors.get(row.code),
                }
            )
        return [{**section, "weight": parts.weight(section["weight"])} for section in found.values()]

    def _rules(self, review: Review) -> Rules:
        return rules_of(db.session(), review)

    def _targets(self, review: Review, rules: Rules) -> list[tuple[str, str]]:
        """The grades that may be applied for: those above the present one within the allowed steps, or none."""
        stay = [("", _("Stay at the present grade; no promotion applied for"))]
        if review.present_grade is None:
            return stay
        above = list(rules.ladder.above(review.present_grade.code))[: int(rules.parameters["promotion_max_steps"])]
        rows = grades_by_code(db.session())
        return stay + [(code, _("%(grade)s (promotion)", grade=name_of(rows[code]))) for code in above]

    def _target(self, review: Review, rules: Rules, code: str) -> dict[str, Any]:
        """What a target grade takes, and how far it is met today (4.1.1, 3.3.3-a)."""
        file = file_of(db.session(), review, today())
        up, _down = grounds_on(file, review, rules, today())
        refusal = None
        if code and review.present_grade is not None and code in rules.ladder:
            refusal = check_application(file, code, rules.parameters, rules.ladder)
        needed = rules.thresholds.get(code)
        return {
            "code": code,
            "grounds": parts.conditions_shown(conditions_of(up), parts.GROUNDS_UP),
            "any": bool(up.met),
            "blocks": [{"text": refusal_text(each), "clause": each.clause} for each in up.blocks],
            "refusal": refusal and {"text": refusal_text(refusal), "clause": refusal.clause},
            "threshold": parts.number(needed) if needed else None,
        }

    @route("/<int:review_id>/target")
    def target(self, review_id: int) -> str:
        """The part of the form about the target grade, for the script that shows it at once."""
        found = self._own(review_id)
        return self.show_page(
            "cases/reviews/target.html",
            target=self._target(found.review, self._rules(found.review), request.args.get("grade", "")[:10]),
        )

    @route("/<int:review_id>/autosave", access="write", post=True, get=False)
    def autosave(self, review_id: int) -> Response:
        """Keep the draft; answers what static/js/autosave.js asks for."""
        found = self._own(review_id)
        try:
            draft = save_self_assessment(
                review_id, self_assessment_of(request.form, self._codes(found.review)), actor=actor(), now=now()
            )
        except NewerVersion as newer:
            return make_response(jsonify(version=newer.version, saved_at=clock_time(newer.saved_at)), 409)
        except Invalid as error:
            return make_response(jsonify(fields=field_messages(error)), 422)
        except Refused as error:
            return make_response(jsonify(fields={"form": refusal_text(error.refusal)}), 422)
        return jsonify(version=draft.version, saved_at=clock_time(draft.saved_at))

    def _both(self, found: cases.Workspace, newer: NewerVersion) -> Response:
        """Two windows: what was typed here and what the other one saved, side by side; nothing was written."""
        mine, theirs = self._shown(found, request.form), self._shown(found, None)
        names = {row.code: name_of(row) for row in found.review.cycle.scorecard.criteria}
        differing = [
            code for code in mine["answers"] if _plain(mine["answers"][code]) != _plain(theirs["answers"][code])
        ]
        pairs = [(names[code], _plain(mine["answers"][code]), _plain(theirs["answers"][code])) for code in differing]
        if mine["summary"] != theirs["summary"]:
            pairs.append((_("Summary of the year"), mine["summary"], theirs["summary"]))
        if (mine["target_grade"] or "") != (theirs["target_grade"] or ""):
            pairs.append((_("Grade applied for"), mine["target_grade"] or "—", theirs["target_grade"] or "—"))
        page = self.show_page(
            "errors/409.html",
            newer={"who": actor().name, "when": moment(newer.saved_at)},
            mine=[(name, text) for name, text, _other in pairs],
            theirs=[(name, text) for name, _own, text in pairs],
            back_url=url_for(".form", review_id=found.review.id),
        )
        return make_response(page, 409)

    @route("/<int:review_id>/preview")
    def preview(self, review_id: int) -> str:
        """The form as it prints, before or after it is handed in."""
        found = self._own(review_id)
        return self._paper(found, self._shown(found, None))

    def _paper(self, found: cases.Workspace, shown: dict[str, Any]) -> str:
        review = found.review
        facts = facts_shown(db.session(), review, actor(), now())
        ready = next((each for each in actions_at(facts) if each.action == "submit_self_assessment"), None)
        return self.show_page(
            "cases/reviews/preview.html",
            title=_("Application form, %(cycle)s", cycle=name_of(review.cycle)),
            review=review,
            ws=found,
            parts=parts,
            sections=self._sections(review, self._rules(review), shown, {}),
            shown=shown,
            files=files_of(found),
            moment=moment,
            refusals=parts.refusals_shown(ready.refusals) if ready else [],
            may_submit=ready is not None and ready.allowed,
        )

    @route("/<int:review_id>/submitted")
    def submitted(self, review_id: int) -> str:
        """Who sees the form now, and what comes next."""
        found = self._own(review_id)
        if found.self_assessment is None or found.self_assessment.submitted_at is None:
            raise NotFound(f"SelfAssessment {review_id}")
        return self.show_page(
            "cases/reviews/submitted.html",
            title=_("Your self-assessment is handed in"),
            review=found.review,
            ws=found,
            moment=moment,
        )

    @route("/<int:review_id>/proxy", access="proxy", post=True)
    def proxy(self, review_id: int) -> Any:
        """HR enters a paper form: the scan is attached, and the form is marked."""
        review = cases.find_review(db.session(), review_id)
        if review.stage != CaseStage.SELF_ASSESSMENT or review.employee_id == actor().employee_id:
            raise NotFound(f"Review {review_id}")
        errors: dict[str, str] = {}
        if request.method == "POST":
            given = self_assessment_of({**request.form.to_dict(), "version": ""}, self._codes(review))
            try:
                submit_by_proxy(review_id, given, uploaded("scan"), actor=actor(), now=now())
                flash(_("The paper form is entered and marked as entered by proxy."), "success")
                return redirect(url_for("CaseView.show", review_id=review_id), 303)
            except Invalid as error:
                errors = field_messages(error)
        answers = {
            "answers": answers_of(request.form, self._codes(review)),
            "target_grade": request.form.get("target_grade", ""),
        }
        rules = self._rules(review)
        page = self.show_page(
            "cases/reviews/proxy.html",
            title=_("Enter a paper form"),
            review=review,
            sections=self._sections(review, rules, answers, errors),
            errors=errors,
            targets=self._targets(review, rules),
            given=request.form,
            parts=parts,
            errors_at=places_of(errors),
            scale_names=parts.scale_names(),
        )
        return make_response(page, 422 if errors else 200)


def _plain(answer: dict[str, Any]) -> str:
    return f"{answer.get('value') or '—'} {answer.get('text') or ''}".strip()


def clock_time(at: Any) -> str:
    """Hours and minutes in the company's time zone, as "saved at" shows them."""
    return at.astimezone(settings().portal_tz).strftime("%H:%M")


def places_of(errors: dict[str, str]) -> dict[str, str]:
    """Where on the form a faulty field stands: a criterion's scale, else the field itself."""
    fields = ("scan", "target_grade", "ground", "summary")
    return {f"f-{name}" if name in fields else f"f-value.{name}": text for name, text in errors.items()}
