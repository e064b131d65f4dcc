"""The result as its reader may know it: grade, why, from when, and how long one can still object (3.3.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.domain.codes import CaseStage, NoticeStage
from admin.domain.pay import PayEffect
from admin.domain.refusals import N_
from admin.files.proof_codes import code_for_screens, proof_address
from admin.models import Grade, Notice, Review, db
from admin.queries.cases.workspace import Workspace
from admin.queries.outcome.pay import effect_of
from admin.queries.outcome.statements import result_proof
from admin.queries.outcome.withdrawals import taken_by_change
from admin.queries.policy.rules import rules_of
from admin.views.cases.case_words import grade_before, grade_name
from admin.web.acting import actor
from admin.web.clock import settings, today
from admin.web.texts import day

DIRECTIONS = {
    "initial": (N_("First grading"), "good"),
    "promotion": (N_("Promotion"), "good"),
    "unchanged": (N_("Stays as it is"), "plain"),
    "demotion": (N_("Demotion"), "warn"),
}


def result_card(ws: Workspace, why: str) -> dict[str, Any] | None:
    """The card for the latest determination, or None while the reader may not know it; `why`: the suggestion's reason."""
    if not ws.determinations:
        return None
    last, review = ws.determinations[-1], ws.review
    before = grade_before(review)
    proof = result_proof(db.session(), ws.change.id) if ws.change and ws.relation == "subject" else None
    address = proof_address(settings().notice_site_url, proof) if proof else ""
    label, tone = DIRECTIONS[_moves(ws.review, before, last.grade)]
    return {
        "grade": grade_name(last.grade),
        "before": grade_name(before),
        "pay": _pay(ws, before, last.grade),
        "steps": _steps(review, before, last.grade),
        "direction": _(label),
        "tone": tone,
        "reason": last.reason or (why if last.grade_id == review.suggested_grade_id else ""),
        "countdown": countdown(ws.notice)
        if ws.notice is not None and ws.notice.stage == NoticeStage.PUBLISHED
        else None,
        "appeal_url": _appeal_url(ws),
        "taken_by": taken_by_change(db.session(), [ws.change.id]).get(ws.change.id) if ws.change else None,
        "proof": proof,
        "prove_url": address,
        "proof_code": code_for_screens(address) if proof else "",
    }


def _pay(ws: Workspace, before: Grade | None, after: Grade) -> PayEffect | None:
    """What the result brings the person, on their own card: from the document's day, or as of today while there is none (5.1)."""
    since = ws.change.effective_on if ws.change is not None and ws.change.effective_on else today()
    move = (before.code if before else None, after.code)
    own = ws.relation == "subject" and (before is None or before.id != after.id)
    return effect_of(db.session(), actor(), ws.review.employee_id, move, since) if own else None


def _steps(review: Review, before: Grade | None, after: Grade) -> list[dict[str, Any]]:
    """The ladder as `pictures.steps` draws it, the lowest first: where the person stood, and where they stand now."""
    codes = list(rules_of(db.session(), review).ladder.codes)
    marks = {before.code if before else "": "before"} | {after.code: "now"}
    width = 100 / len(codes)
    return [
        {
            "x": round(place * width, 2),
            "width": round(width - 0.8, 2),
            "height": 8 + 4 * place,
            "state": marks.get(code, ""),
        }
        for place, code in enumerate(codes)
    ]


def _moves(review: Review, before: Grade | None, after: Grade) -> str:
    ladder = rules_of(db.session(), review).ladder
    return ladder.movement(before.code if before else None, after.code)


def _appeal_url(ws: Workspace) -> str | None:
    if ws.notice is None or ws.notice.stage != NoticeStage.PUBLISHED or ws.review.stage != CaseStage.ON_NOTICE:
        return None
    return url_for("AppealFormView.index", notice=ws.notice.number) if ws.relation == "subject" else None


def countdown(notice: Notice) -> dict[str, Any] | None:
    """The notice period day by day: how many are over, which is today, how many are left (3.3.5-c)."""
    if notice.first_day is None or notice.last_day is None:
        return None
    length, passed = (notice.last_day - notice.first_day).days + 1, (today() - notice.first_day).days
    left = length - passed - 1
    return {
        "days": [_day_state(index, passed) for index in range(length)],
        "left": ngettext("%(num)s day left", "%(num)s days left", left) if left > 0 else _("today is the last day"),
        "first": _short(notice.first_day),
        "last": _short(notice.last_day),
        "until": day(notice.last_day),
    }


def _day_state(index: int, passed: int) -> str:
    return "passed" if index < passed else "today" if index == passed else "ahead"


def _short(value: date) -> str:
    """Month and day, as all dates are written here."""
    return f"{value:%m-%d}"
