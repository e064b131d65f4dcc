"""The department head's one table: score, suggestion, staffing, proposal, reason; saved per row, undone, sent (3.3.3)."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, jsonify, make_response, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response

from admin.domain.codes import CaseStage, CycleKind
from admin.domain.refusals import Invalid, NotFound, Refusal
from admin.domain.suggestion import check_proposal
from admin.files.workbooks import write_workbook
from admin.models import Cycle, Grade, ProposalDraft, Review, StaffingLimit, db
from admin.operations.cases.department import save_proposal_draft, send_proposals, undo_proposal_draft
from admin.operations.transaction import operation
from admin.queries.cases.process import due_days
from admin.queries.cases.proposals import proposal_facts_of
from admin.queries.cases.staffing import latest_drafts, staffing_table
from admin.queries.cycles.boards import department_cases, headed_cycles
from admin.queries.policy.policy import grades_by_code
from admin.queries.policy.rules import Rules, rules_of
from admin.views.cases import case_words as words
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.levels import LEVELS
from admin.web.model_view import PortalModelView
from admin.web.page import Page, route
from admin.web.records import Records, found, number_of
from admin.web.texts import day, language, moment, name_of, stage_label, translated


class DepartmentTableView(Page):
    """/department: everybody whose case one reviews as department head, those that wait for the proposal first."""

    route_base = "/department"

    def _cycle(self) -> Cycle:
        """The cycle asked for, else the latest in which one reviews; raises `NotFound` without any."""
        mine = headed_cycles(db.session(), actor().employee_id or 0)
        wanted = number_of(request.values.get("cycle"))
        found = next((each for each in mine if wanted is None or each.id == wanted), None)
        if found is None:
            raise NotFound("Cycle")
        return found

    @route("/")
    def index(self) -> str:
        """The table."""
        mine = headed_cycles(db.session(), actor().employee_id or 0)
        if not mine:
            return self.show_page("cases/department/none.html", title=_("Department review"))
        return self._table(self._cycle(), mine, {})

    def _table(self, cycle: Cycle, mine: list[Cycle], refused: dict[int, Refusal]) -> str:
        reviews = department_cases(db.session(), cycle.id, actor().employee_id or 0)
        drafts = latest_drafts(db.session(), [row.id for row in reviews if row.stage == CaseStage.DEPARTMENT_REVIEW])
        rows = self._rows(cycle, reviews, drafts, refused)
        departments = sorted({row.department_id for row in reviews})
        due = due_days(cycle, None, settings().portal_tz)["department_review"]
        waiting = [row for row in rows if row["open"]]
        which = request.args.get("show") or ("open" if waiting else "all")
        shown = sorted((row for row in rows if self._matches(row, which)), key=lambda row: not row["open"])
        return self.show_page(
            "cases/department/index.html",
            title=_("Department review"),
            cycle=cycle,
            cycles=mine,
            cycles_shown=[(each.id, name_of(each)) for each in mine],
            cycle_name=name_of(cycle),
            rows=shown,
            waiting=len(waiting),
            drafted=sum(1 for row in waiting if row["draft"]),
            total=len(rows),
            due=day(due),
            late=due < today() and bool(waiting),
            staffing=[
                {"label": rules_of(db.session(), cycle).book.level(each.level).name.get(language()), "row": each}
                for each in staffing_table(db.session(), cycle, departments)
            ],
            filters={**request.args, "show": which},
            hidden=len(rows) - len(shown),
            stages=[
                ("open", _("Waiting for my proposal")),
                ("all", _("All cases")),
                ("drafted", _("Saved, not sent")),
                ("flagged", _("Flagged")),
                ("sent", _("Sent")),
            ],
            last=max((draft.saved_at for draft in drafts.values()), default=None),
            moment=moment,
        )

    def _matches(self, row: dict[str, Any], which: str) -> bool:
        text = request.args.get("q", "").strip().lower()
        found = not text or text in row["name"].lower() or text in row["number"].lower()
        kinds = {"open": row["open"], "drafted": bool(row["draft"]), "flagged": bool(row["flags"]), "sent": row["sent"]}
        return found and kinds.get(which, True)

    def _rows(
        self, cycle: Cycle, reviews: list[Review], drafts: dict[int, ProposalDraft], refused: dict[int, Refusal]
    ) -> list[dict[str, Any]]:
        ready = [review for review in reviews if review.stage == CaseStage.DEPARTMENT_REVIEW]
        rules = rules_of(db.session(), reviews[0]) if reviews else None
        facts = proposal_facts_of(db.session(), cycle, ready, rules, today()) if rules and ready else {}
        grades = grades_by_code(db.session())
        return [
            self._row(review, drafts.get(review.id), facts.get(review.id), rules, grades, refused) for review in reviews
        ]

    def _row(
        self,
        review: Review,
        draft: ProposalDraft | None,
        facts: Any,
        rules: Rules | None,
        grades: dict[str, Grade],
        refused: dict[int, Refusal],
    ) -> dict[str, Any]:
        open_ = review.stage == CaseStage.DEPARTMENT_REVIEW
        proposed = draft.grade if draft else (review.proposed_grade or review.suggested_grade or review.present_grade)
        reason = draft.reason if draft else ""
        refusal = refused.get(review.id)
        if refusal is None and draft is not None and facts is not None and rules is not None:
            refusal = check_proposal(
                facts, draft.grade.code, reason=reason, ladder=rules.ladder, parameters=rules.parameters
            )
        suggested, present = review.suggested_grade, review.present_grade
        return {
            "id": review.id,
            "number": review.employee.number,
            "name": review.employee.name,
            "department": review.department.name,
            "present": words.grade_name(review.present_grade),
            "score": review.score,
            "flags": words.flags_of(review),
            "suggested": words.grade_name(suggested) if suggested else None,
            "up": bool(suggested and present and rules and rules.ladder.is_above(suggested.code, present.code)),
            "open": open_,
            "sent": review.proposed_grade_id is not None and not open_,
            "stage": stage_label(review.stage),
            "proposed_code": proposed.code if proposed else "",
            "proposed": words.grade_name(proposed),
            "options": _options(review, rules, grades) if open_ and rules else [],
            "reason": reason,
            "draft": draft is not None,
            "refusal": refusal
            and {"text": translated(refusal.reason, words.named(refusal.facts, grades)), "clause": refusal.clause},
            "flag": "bad" if refusal and draft else None,
            "demotion": review.demotion_ground,
            "url": url_for("CaseView.show", review_id=review.id),
        }

    @route("/<int:review_id>", access="write", post=True, get=False)
    def save(self, review_id: int) -> Response:
        """Keep a row; answers JSON to the script, else goes back to the table."""
        try:
            kept = save_proposal_draft(
                review_id, request.form.get("grade", ""), request.form.get("reason", ""), actor=actor(), now=now()
            )
        except Invalid as error:
            if request.accept_mimetypes.best == "application/json":
                return make_response(jsonify(text="; ".join(error.text(name, _) for name in error.fields)), 422)
            raise
        refusal = kept.refusal
        if request.accept_mimetypes.best == "application/json":
            cycle = found(Review, review_id)
            levels = staffing_table(db.session(), cycle.cycle, self._departments(cycle.cycle_id)) if cycle else []
            return jsonify(
                saved_at=kept.draft.saved_at.astimezone(settings().portal_tz).strftime("%H:%M"),
                refusal=refusal and {"text": self._words(refusal), "clause": refusal.clause},
                staffing={each.level: {"after": each.after, "over": each.over} for each in levels},
            )
        if refusal is not None:
            flash(_("Saved. Before it can be sent: %(why)s", why=self._words(refusal)), "warning")
        return redirect(self._here(review_id), 303)

    def _words(self, refusal: Refusal) -> str:
        return translated(refusal.reason, words.named(refusal.facts, grades_by_code(db.session())))

    def _departments(self, cycle_id: int) -> list[int]:
        return sorted({row.department_id for row in department_cases(db.session(), cycle_id, actor().employee_id or 0)})

    def _here(self, review_id: int | None = None) -> str:
        kept: dict[str, Any] = {name: request.form[name] for name in ("cycle", "q", "show") if request.form.get(name)}
        return url_for(".index", _anchor=f"row-{review_id}" if review_id else None, **kept)

    @route("/undo", access="write", post=True, get=False)
    def undo(self) -> Response:
        """Take the last saved row back."""
        review_id = undo_proposal_draft(self._cycle().id, actor=actor(), now=now())
        flash(_("The last change is undone."), "success")
        return redirect(self._here(review_id), 303)

    @route("/send", access="write", post=True, get=False)
    def send(self) -> Any:
        """Send every saved row; those that are refused stay, each with its reason."""
        cycle = self._cycle()
        reviews = department_cases(db.session(), cycle.id, actor().employee_id or 0)
        keys = sorted(
            latest_drafts(db.session(), [row.id for row in reviews if row.stage == CaseStage.DEPARTMENT_REVIEW])
        )
        sent = send_proposals(keys, actor=actor(), now=now())
        if sent.count:
            flash(_("%(count)s proposals are sent to the review committee.", count=sent.count), "success")
        if sent.refused:
            flash(_("%(count)s proposals could not be sent; each row says why.", count=len(sent.refused)), "warning")
            db.session.expire_all()
            return make_response(
                self._table(cycle, headed_cycles(db.session(), actor().employee_id or 0), sent.refused), 409
            )
        return redirect(self._here(), 303)

    @route("/export", access="read", post=True, get=False)
    def export(self) -> Response:
        """The table as XLSX; an event of the audit trail."""
        cycle = self._cycle()
        reviews = department_cases(db.session(), cycle.id, actor().employee_id or 0)
        drafts = latest_drafts(db.session(), [row.id for row in reviews])
        rows = self._rows(cycle, reviews, drafts, {})
        heads = [
            _("Employee number"),
            _("Employee name"),
            _("Department"),
            _("Present grade"),
            _("Score out of 100"),
            _("Suggested grade"),
            _("Proposed grade"),
            _("Reason"),
            _("Stage of the case"),
        ]
        cells = [
            [
                row["number"],
                row["name"],
                row["department"],
                row["present"],
                row["score"],
                row["suggested"] or "",
                row["proposed"] if row["draft"] or row["sent"] else "",
                row["reason"],
                row["stage"],
            ]
            for row in rows
        ]
        with operation("export_department", actor=actor(), now=now(), clause="6.3-b") as op:
            op.note("export", "reviews", cycle.id, {"rows": [None, len(rows)]})
        stream = io.BytesIO(write_workbook(_("Department review"), heads, cells))
        return send_file(
            stream,
            as_attachment=True,
            download_name=f"department-{cycle.year}{'-rehearsal' if cycle.kind == CycleKind.REHEARSAL else ''}.xlsx",
        )


def _options(review: Review, rules: Rules, grades: dict[str, Grade]) -> list[tuple[str, str]]:
    """The case's whole ladder from the highest down; what is unlawful is refused with its clause, not hidden."""
    present = review.present_grade.code if review.present_grade else None
    marks = {"promotion": _("promotion"), "demotion": _("demotion")}
    named = []
    for code in reversed(rules.ladder.codes):
        name, move = name_of(grades[code]), marks.get(rules.ladder.movement(present, code))
        named.append((code, _("%(grade)s (%(move)s)", grade=name, move=move) if move else name))
    return named


class StaffingLimitView(PortalModelView):
    """Optional staffing limits by department and level (3.3.3-b)."""

    datamodel = Records(StaffingLimit)
    route_base = "/staffing_limits"
    list_title, show_title = lazy("Staffing limits"), lazy("Staffing limit")
    add_title, edit_title = lazy("Add a staffing limit"), lazy("Change a staffing limit")
    label_columns = {
        "department": lazy("Department"),
        "level": lazy("Level of grades"),
        "people": lazy("At most so many people"),
    }
    choices = {"level": LEVELS}
    list_columns = show_columns = ["department", "level", "people"]
    search_columns = ["department", "level"]
    order_columns = ["level", "people"]
    add_columns = edit_columns = ["department", "level", "people"]
