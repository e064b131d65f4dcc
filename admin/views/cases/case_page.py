"""What stands on the page of a case beside the case itself: where it belongs, acts, history, files."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.domain.workflow import Decision, Facts, actions_at
from admin.models import Review, db
from admin.operations.acts import fields_of
from admin.queries.cases import workspace as cases
from admin.queries.cases.ground_put import ground_put
from admin.queries.system.audit import history_of
from admin.views.cases import case_words as words
from admin.web.clock import today
from admin.web.context import menu_label, stand_under
from admin.web.page import address_asking, page_asking
from admin.web.texts import action_label, consequence, stage_label, translated
from admin.web.workflow_view import event_of

LISTS_OF = {
    "subject": "CaseView.mine",
    "superior": "EvaluationView.index",
    "head": "DepartmentTableView.index",
    "hr": "ReviewView.list",
    "auditor": "ReviewView.list",
    "committee_member": "MeetingView.list",
    "panel_member": "AppealView.list",
    "panel_chair": "AppealView.list",
}
HIDDEN_BUTTONS = {"save_self_assessment", "rate_as_peer", "decline_rating"}


def _own_page(action: str) -> str | None:
    """The page on which an act's input is asked for, where it has one."""
    return page_asking("review", action)


def crumb(relation: str) -> dict[str, str]:
    """The list that a reader comes from, which the menu marks too."""
    endpoint = LISTS_OF.get(relation, LISTS_OF["committee_member"])
    stand_under(endpoint.partition(".")[0])
    return {"label": menu_label(endpoint.partition(".")[0]), "url": url_for(endpoint)}


def case_buttons(review: Review, facts: Facts) -> list[dict[str, Any]]:
    """The workflow's actions as buttons; what is done on a page of its own is linked there."""
    decisions = [each for each in actions_at(facts) if each.action not in HIDDEN_BUTTONS]
    kept = [each for each in decisions if _own_page(each.action) is None]
    return [button(review, each) for each in sorted(kept, key=lambda each: not each.allowed)]


def button(review: Review, decision: Decision) -> dict[str, Any]:
    """One action as forms.action_buttons shows it."""
    fields = fields_of("review", decision.action)
    only_reason = [each.name for each in fields] == ["reason"]
    return {
        "name": decision.action,
        "label": action_label(decision.action),
        "allowed": decision.allowed,
        "refusals": words.refusals_shown(decision.refusals),
        "needs_input": only_reason,
        "form_url": None if only_reason or not fields else True,
        "url": url_for("ActView.act", process="review", record_id=review.id, action=decision.action),
        "input_label": translated(fields[0].label) if only_reason else None,
        "danger": decision.action == "close_as_left",
        "confirm": consequence("review", decision.action),
    }


def form_links(review: Review, facts: Facts) -> list[dict[str, Any]]:
    """Where the work of this stage is done, for those whose turn it is."""
    links = []
    for decision in actions_at(facts):
        endpoint = None if decision.action in HIDDEN_BUTTONS else _own_page(decision.action)
        by_hr = decision.action == "submit_self_assessment" and "subject" not in facts.relations
        if endpoint is None or by_hr:
            continue
        label = (
            _("Open the application form")
            if decision.action == "submit_self_assessment"
            else action_label(decision.action)
        )
        links.append(
            {
                "label": label,
                "url": address_asking("review", decision.action, review.id),
                "refusals": words.refusals_shown(decision.refusals),
            }
        )
    return links


def suggestion_text(ws: cases.Workspace) -> str:
    """Why the suggested grade is what it is, in words."""
    if ws.score is None:
        return ""
    given = ws.score.explanation["suggestion"]
    return translated(given["reason"], words.named(given["facts"], words.grades_on(ws.review)))


def trail(ws: cases.Workspace, reader: Any) -> list[dict[str, Any]]:
    """The case's history, without reasons of decisions that the reader may not know yet."""
    entries = history_of(db.session(), "review", ws.review.id, reader)
    open_ = words.sees_decisions(ws, reader)
    return [
        {
            **event_of(each),
            "text": event_of(each)["text"]
            if open_ or each.action not in words.HIDDEN_REASONS
            else stage_label(each.to_stage),
        }
        for each in entries
    ]


def ground_shown(review: Review, relation: str) -> dict[str, Any] | None:
    """The ground that was put to a case, to the person concerned, their line, HR and auditors: they may answer it (4.2-a)."""
    found = (
        ground_put(db.session(), review, today())
        if relation in ("subject", "superior", "head", "hr", "auditor")
        else None
    )
    if found is None:
        return None
    shown = words.grounds_shown(found.grounds, words.GROUNDS_DOWN)
    return {"of": found, "ground": next(each for each in shown if each["number"] == found.number)}
