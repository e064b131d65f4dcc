"""My review, the case page, and HR's generated list of cases."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import CaseStage
from admin.domain.refusals import N_, Invalid, NotFound, Refusal
from admin.forms.uploads import uploaded
from admin.models import Evidence, Review, db
from admin.operations.cases.evidence import attach_evidence, remove_evidence, stored_at
from admin.operations.cases.ratings import draw_colleague, release_missing, why_not_steered
from admin.operations.cases.reviews import change_case
from admin.operations.cases.single_cases import open_initial
from admin.operations.system.audit import note_reading
from admin.operations.system.served import kept_file
from admin.queries.appeals.appeals import answer_due
from admin.queries.cases import workspace as cases
from admin.queries.cases.case_files import case_files
from admin.queries.cases.demotions import STAGES_FOR_GROUND
from admin.queries.cases.process import happening, rail_of
from admin.queries.cases.review_facts import facts_shown, why_not_corrected
from admin.queries.people import people
from admin.queries.policy.cards import card_of
from admin.queries.policy.rules import movements, rules_of
from admin.views.appeals.appeal_words import appeal_shown
from admin.views.cases import case_words as words
from admin.views.cases.case_page import case_buttons, crumb, form_links, ground_shown, suggestion_text, trail
from admin.views.cases.reassessments import links_again
from admin.views.cases.score_words import by_dimension, criteria_rows
from admin.views.cases.self_assessment import takes_paper
from admin.views.outcome.result_card import result_card
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.records import Records, visible_row
from admin.web.texts import coming_text, name_of, stage_label
from admin.web.workflow_view import WorkflowModelView

RATED_IN = (CaseStage.SELF_ASSESSMENT, CaseStage.RATING)


class CaseView(Page):
    """/reviews/mine and /reviews/<id>: the case as its reader may see it."""

    route_base = "/reviews"
    default_view = "mine"

    @route("/mine")
    def mine(self) -> str:
        """One's own cases; the running one first."""
        me = actor()
        rows = cases.my_reviews(db.session(), me.employee_id) if me.employee_id is not None else []
        shown = [self._mine(row) for row in rows]
        return self.show_page("cases/reviews/mine.html", title=_("My review"), rows=shown)

    def _mine(self, row: Review) -> dict[str, Any]:
        steps = words.rail_steps(rail_of(row, cases.last_notice(db.session(), row), now(), settings().portal_tz))
        return {
            "title": words.case_title(row),
            "rehearsal": words.is_rehearsal(row),
            "stage": stage_label(row.stage),
            "code": row.stage,
            "url": url_for(".show", review_id=row.id),
            "form_url": url_for("SelfAssessmentView.form", review_id=row.id)
            if row.stage == CaseStage.SELF_ASSESSMENT
            else None,
            "grade": words.grade_name(row.present_grade),
            "rail": steps,
            "due": steps[0]["note"],
            "outcome": _(words.OUTCOMES.get(row.outcome_reason or "", row.outcome_reason or ""))
            if row.outcome_reason
            else None,
            "clause": row.outcome_clause,
        }

    @route("/<int:review_id>")
    def show(self, review_id: int) -> str:
        """The case page."""
        return self.show_page("cases/reviews/show.html", **self._context(review_id))

    def _context(self, review_id: int) -> dict[str, Any]:
        session, me, zone = db.session(), actor(), settings().portal_tz
        ws = cases.workspace(session, review_id, me, now())
        review = ws.review
        facts = facts_shown(session, review, me, now())
        result = result_card(ws, suggestion_text(ws))
        due = answer_due(session, review)
        next_block = words.next_block(happening(review, facts, ws.notice, now(), zone, due), review, ws.peers_asked)
        if result and result["appeal_url"]:
            next_block["may"] = _("File an appeal, until the notice ends")
        return {
            "title": f"{words.case_title(review)} · {review.employee.name}",
            "rehearsal": words.is_rehearsal(review),
            "review": review,
            "ws": ws,
            "rail": words.rail_steps(rail_of(review, ws.notice, now(), zone)),
            "next_block": next_block,
            "chain": words.chain_rows(cases.chain(ws, me)),
            "actions": case_buttons(review, facts),
            "forms_at": form_links(review, facts),
            "dimensions": self._dimensions(ws),
            "suggestion": words.suggestion_shown(ws, self._thresholds(ws)),
            "grounds": words.conditions_shown(ws.score.explanation.get("promotion", ()), words.GROUNDS_UP)
            if ws.score
            else [],
            "suggestion_text": suggestion_text(ws),
            "result": result,
            "put": ground_shown(review, ws.relation),
            "appeals": [appeal_shown(each, me) for each in ws.appeals],
            "crumb": crumb(ws.relation),
            "to_come": coming_text(entry) if (entry := facts.get("last_entry")) and entry.since > today() else "",
            "trail": trail(ws, me),
            "files": case_files(ws.review, ws.evidence, me),
            "stage": stage_label(review.stage),
            "hr_tools": self._hr_tools(ws),
            "demotion_url": self._demotion_url(ws),
            "again": links_again(review),
            "known": cases.result_known(ws),
        }

    def _dimensions(self, ws: cases.Workspace) -> list[dict[str, Any]]:
        if ws.score is None:
            return []
        criteria, audited = card_of(ws.review.cycle).criteria, ws.relation == "auditor"
        return by_dimension(criteria_rows(ws.score.explanation, criteria, audited=audited))

    def _thresholds(self, ws: cases.Workspace) -> Any:
        return rules_of(db.session(), ws.review).thresholds if ws.score and ws.review.target_grade_id else {}

    def _demotion_url(self, ws: cases.Workspace) -> str | None:
        """Where a ground of 4.2.1 is put to the case, for those who propose, while they still can (4.2.2)."""
        me, review = actor(), ws.review
        may = me.employee_id != review.employee_id and (me.has("hr") or ws.relation == "superior")
        open_ = review.stage in STAGES_FOR_GROUND and review.present_grade_id is not None
        return url_for("DemotionView.case", review_id=review.id) if may and open_ else None

    def _hr_tools(self, ws: cases.Workspace) -> dict[str, Any] | None:
        """What HR may do here beside the workflow's acts, each by the condition that its operation asks."""
        me, review = actor(), ws.review
        corrects, steers = why_not_corrected(review, me) is None, why_not_steered(review, me) is None
        if not (corrects or steers):
            return None
        return {
            "steers": steers,
            "peers": cases.peers_missing(db.session(), review.id, now()) if review.stage in RATED_IN else 0,
            "proxy_url": url_for("SelfAssessmentView.proxy", review_id=review.id) if takes_paper(review, me) else None,
            "edit_url": url_for("ReviewView.edit", pk=review.id) if corrects else None,
        }

    @route("/<int:review_id>/evidence", access="write", post=True, get=False)
    def attach(self, review_id: int) -> Response:
        """Attach a file to the case."""
        cases.find_review(db.session(), review_id)
        attach_evidence(review_id, uploaded(), actor=actor(), now=now())
        flash(_("The file is attached to the case."), "success")
        return redirect(back_to(review_id), 303)

    @route("/<int:review_id>/evidence/<int:evidence_id>")
    def evidence(self, review_id: int, evidence_id: int) -> Response:
        """A file of the case, as a download only."""
        row = visible_row(Evidence, evidence_id)
        if row is None or row.review_id != review_id:
            raise NotFound(f"Evidence {evidence_id}")
        data, name = kept_file(stored_at(row), row.sha256, row.id, now=now()), row.filename
        if row.uploaded_by_id != actor().user_id:
            note_reading("read_evidence", "evidence", row.id, clause="3.3.1", actor=actor(), now=now())
        return send_file(io.BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=name)

    @route("/<int:review_id>/evidence/<int:evidence_id>/remove", access="write", post=True, get=False)
    def remove(self, review_id: int, evidence_id: int) -> Response:
        """Take one's own file off the case."""
        remove_evidence(review_id, evidence_id, actor=actor(), now=now())
        flash(_("The file is taken off the case."), "success")
        return redirect(back_to(review_id), 303)

    @route("/<int:review_id>/colleagues", access="steer", post=True, get=False)
    def colleagues(self, review_id: int) -> Response:
        """HR has one more colleague drawn to rate, or releases one who is missing; who it is nobody learns (6.3-d)."""
        reason = request.form.get("reason", "")
        if request.form.get("release"):
            release_missing(review_id, reason, actor=actor(), now=now())
            flash(_("A colleague is released."), "success")
        else:
            draw_colleague(review_id, reason, actor=actor(), now=now())
            flash(_("One more colleague is drawn and asked to rate."), "success")
        return redirect(url_for(".show", review_id=review_id))


def employee_numbered(text: str) -> Any:
    """The employee with this number, in the actor's scope; raises `Invalid`."""
    row = people.employee_numbered(db.session(), text)
    if row is None:
        raise Invalid({"number": N_("There is no employee with this number.")})
    return row


def back_to(review_id: int) -> str:
    """The form while it is being filled in, else the case."""
    row = visible_row(Review, review_id)
    filling = row is not None and row.stage == CaseStage.SELF_ASSESSMENT and row.employee_id == actor().employee_id
    return url_for("SelfAssessmentView.form" if filling else "CaseView.show", review_id=review_id)


class ReviewView(WorkflowModelView):
    """Every case of every cycle, for HR and auditors; HR reassigns open ones and corrects a wrong snapshot, with a reason."""

    datamodel = Records(Review)
    process = "review"
    route_base = "/reviews"
    list_title, show_title = lazy("Review cases"), lazy("Review case")
    add_title, edit_title = lazy("A first grading outside the cycle"), lazy("Reassign or correct a review case")
    label_columns = {
        "cycle": lazy("Review cycle"),
        "employee": lazy("Employee"),
        "kind": lazy("Kind of case"),
        "stage": lazy("Stage of the case"),
        "department": lazy("Department"),
        "superior": lazy("Superior"),
        "head": lazy("Department head or appointed reviewer"),
        "post": lazy("Post"),
        "queue": lazy("Service queue"),
        "present_grade": lazy("Present grade"),
        "target_grade": lazy("Grade applied for"),
        "score": lazy("Score out of 100"),
        "suggested_grade": lazy("Suggested grade"),
        "proposed_grade": lazy("Proposed grade"),
        "determined_grade": lazy("Determined grade"),
        "outcome": lazy("Determined grade"),
        "self_assessment_missing": lazy("Without a self-assessment"),
        "stage_since": lazy("At this stage since"),
        "outcome_reason": lazy("Reason of the outcome"),
        "outcome_clause": lazy("Clause"),
        "reason": lazy("Reason"),
    }
    choices = {
        "kind": words.KINDS,
        "stage": CaseStage.labels(),
        "outcome_reason": words.OUTCOMES,
    }
    list_columns = [
        "employee",
        "cycle",
        "department",
        "stage",
        "present_grade",
        "score",
        "proposed_grade",
        "outcome",
        "stage_since",
    ]
    quick_columns = ("cycle", "department", "stage")
    show_columns = [
        "cycle",
        "employee",
        "kind",
        "stage",
        "department",
        "superior",
        "head",
        "post",
        "queue",
        "present_grade",
        "target_grade",
        "score",
        "suggested_grade",
        "proposed_grade",
        "determined_grade",
        "self_assessment_missing",
        "stage_since",
        "outcome_reason",
        "outcome_clause",
    ]
    search_columns = ["cycle", "employee", "department", "kind", "stage", "superior", "head", "present_grade", "score"]
    order_columns = ["kind", "stage", "score", "stage_since"]
    add_columns = ["employee", "head"]
    edit_columns = ["superior", "head", "department", "post", "queue", "present_grade"]
    asks_why = {"add": lazy("Reason"), "edit": lazy("Reason for the change")}
    base_order = ("stage_since", "desc")
    formatters_columns = {"cycle": words.cycle_in_words}

    def _rows(self, *asked: Any) -> tuple[int, list[Any]]:
        """The rows, each with the grade that was determined and the way it leads."""
        count, rows = super()._rows(*asked)
        for row, movement in movements(db.session(), rows):
            row.outcome = f"{name_of(row.determined_grade)} {words.ARROWS[movement]}".strip() if movement else None
        return count, rows

    def links(self, item: Any) -> list[tuple[str, str]]:
        """The case page, with its steps, score and acts."""
        return [(_("Open the case"), url_for("CaseView.show", review_id=item.id))]

    def why_fixed(self, item: Any) -> Refusal | None:
        """What was signed for a case stands."""
        return why_not_corrected(item, actor())

    def add_operation(self, data: dict[str, Any], **who_and_when: Any) -> Any:
        """HR has a newcomer graded without waiting for the yearly cycle."""
        if data.get("employee_id") is None:
            raise Invalid({"employee": N_("Choose the employee.")})
        reason = request.form.get("reason", "")
        return open_initial(data["employee_id"], reason, reviewer_id=data.get("head_id"), **who_and_when)

    def edit_operation(self, key: int, data: dict[str, Any], *, seen: str | None, **who_and_when: Any) -> Any:
        """Reassign or correct, with the reason."""
        return change_case(key, data, request.form.get("reason", ""), seen=seen or "", **who_and_when)
