"""What the control room of a cycle shows: acts, progress by department, charts, notices, trail (3.1, 3.3-a)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.domain.codes import CycleKind, NoticeStage
from admin.domain.workflow import Decision, actions_at
from admin.domain.workflow.labels import STAGES
from admin.models import Cycle, Notice, db
from admin.queries.cases.process import STEP_LABELS, due_days, rail_of
from admin.queries.cases.raters import waiting_for_figures
from admin.queries.cases.workspace import last_notice
from admin.queries.cycles import boards
from admin.queries.cycles.boards import only_case
from admin.queries.cycles.cycle_facts import closable, cycle_facts_shown
from admin.queries.system.audit import history_of
from admin.views.cases import case_words as words
from admin.views.outcome.notices import STAGES as NOTICE_STAGES
from admin.views.outcome.result_card import countdown
from admin.web.acting import actor
from admin.web.clock import settings
from admin.web.texts import action_label, day, label_of, moment, name_of, stage_label
from admin.web.workflow_view import event_of

KINDS = CycleKind.labels()
TONES = {
    "self_assessment": "plain",
    "department_review": "warn",
    "committee": "good",
    "on_notice": "good",
    "issued": "good",
    "appealed": "bad",
}
SHOWN_EVENTS = 20


def title_of(cycle: Cycle) -> str:
    """What a cycle is called."""
    if cycle.kind == CycleKind.REGULAR:
        return _("%(year)s review cycle", year=cycle.year)
    if cycle.subject is not None:
        who = f"{cycle.subject.number} {cycle.subject.name}"
        return _("%(year)s, outside the yearly cycle: %(who)s", year=cycle.year, who=who)
    return name_of(cycle)


def stage_order(stages: Counter[str]) -> list[tuple[str, int]]:
    """The stages that have cases, in the order of the process."""
    return [(stage, stages[stage]) for stage in STAGES if stages.get(stage)]


def button(decision: Decision) -> dict[str, Any]:
    """An act of the cycle with its reasons why not."""
    return {
        "name": decision.action,
        "label": action_label(decision.action),
        "allowed": decision.allowed,
        "refusals": words.refusals_shown(decision.refusals),
    }


def actions(cycle: Cycle, now: datetime, **known: Any) -> dict[str, dict[str, Any]]:
    """Every act of the cycle that is the reader's, allowed or greyed; `known` holds facts that the page has found already."""
    decisions = actions_at(cycle_facts_shown(db.session(), cycle, actor(), now, **known))
    return {each.action: button(each) for each in decisions}


def deadlines(cycle: Cycle) -> list[tuple[str, str]]:
    """The stops of the process with their last days."""
    return [(_(STEP_LABELS[stop]), day(until)) for stop, until in due_days(cycle, None, settings().portal_tz).items()]


def state(cycle: Cycle, board: boards.Board, now: datetime) -> dict[str, Any]:
    """What the cycle is, how far it is, and what may be done to it now."""
    session = db.session()
    return {
        "kind": _(KINDS[cycle.kind]),
        "stage": stage_label(cycle.stage),
        "actions": actions(cycle, now, stages=board.stages),
        "deadlines": deadlines(cycle),
        "due_options": [
            (stop, f"{_(STEP_LABELS[stop])} ({day(until)})")
            for stop, until in due_days(cycle, None, settings().portal_tz).items()
            if stop in boards.DUE
        ],
        "closable": [(stop, _(STEP_LABELS[stop])) for stop in closable(session, cycle, now)],
        "figures": _figures(cycle, now),
        "trail": [event_of(each) for each in history_of(session, "cycle", cycle.id, actor())][:SHOWN_EVENTS],
    }


def _figures(cycle: Cycle, now: datetime) -> str:
    """Since when the figures are locked, or when they will be and how many cases wait for it (3.2-a2)."""
    if cycle.metrics_frozen_at is not None:
        return _("The figures are locked since %(at)s.", at=moment(cycle.metrics_frozen_at))
    until = day(due_days(cycle, None, settings().portal_tz)["self_assessment"])
    if waiting := waiting_for_figures(db.session(), cycle, now):
        return _("%(count)s cases wait for the figures to be locked after %(day)s.", count=waiting, day=until)
    return _("The figures are locked after %(day)s.", day=until)


def charts(cycle: Cycle, board: boards.Board) -> dict[str, Any]:
    """Progress by stage, the pyramid of grades before and after, the distribution of scores."""
    session, stages = db.session(), stage_order(board.stages)
    return {
        "graded": max(1, board.graded),
        "progress": [
            {"label": stage_label(stage), "count": count, "tone": TONES.get(stage, ""), "url": _cases_url(cycle, stage)}
            for stage, count in stages
            if stage not in boards.OUT
        ],
        "pyramid": [
            {"label": name_of(row.grade), "before": row.before, "after": row.after}
            for row in boards.pyramid(session, cycle.id)
        ],
        "bins": [{"label": label, "count": count} for label, count in boards.distribution(session, cycle.id)],
    }


def lists(cycle: Cycle, board: boards.Board, now: datetime) -> dict[str, Any]:
    """Departments by stop, cases by stage, outcomes without a grade, notices."""
    return {
        "rows": [_board_row(row, cycle) for row in board.rows],
        "totals": _board_row(board.together(_("All departments")), cycle),
        "case": _only_case(cycle, now),
        "stops": [(stop, _(STEP_LABELS[stop])) for stop in boards.STOPS],
        "outcomes": [
            (stage_label(stage), _(words.OUTCOMES.get(why, why)) if why else "—", count, _cases_url(cycle, stage))
            for (stage, why), count in board.outcomes.items()
        ],
        "notices": [_notice(row) for row in boards.cycle_notices(db.session(), cycle.id)],
    }


def _only_case(cycle: Cycle, now: datetime) -> dict[str, Any] | None:
    """The one case of proceedings outside the yearly cycle, with its stops: counts and distributions of one say nothing."""
    review = only_case(db.session(), cycle) if cycle.kind == CycleKind.SINGLE else None
    if review is None:
        return None
    stops = rail_of(review, last_notice(db.session(), review), now, settings().portal_tz)
    return {
        "name": str(review.employee),
        "kind": f"{_(words.KINDS[review.kind])} · {stage_label(review.stage)}",
        "rail": words.rail_steps(stops),
        "url": url_for("CaseView.show", review_id=review.id),
    }


def _cases_url(cycle: Cycle, stage: str) -> str:
    return url_for("ReviewView.list", _flt_0_cycle=cycle.id, _flt_2_stage=stage)


def _notice(row: Notice) -> dict[str, Any]:
    return {
        "number": row.number,
        "stage": label_of(NOTICE_STAGES, row.stage),
        "countdown": countdown(row) if row.stage == NoticeStage.PUBLISHED else None,
        "last": _("until %(day)s", day=day(row.last_day)),
        "url": url_for("NoticeView.show", pk=row.id),
    }


def _board_row(row: boards.BoardRow, cycle: Cycle) -> dict[str, Any]:
    return {
        "id": row.department_id,
        "name": row.department,
        "total": row.total,
        "cells": [_cell(row, stop, cycle) for stop in boards.STOPS],
    }


def _cell(row: boards.BoardRow, stop: str, cycle: Cycle) -> dict[str, Any]:
    missing = row.waiting[stop] or row.overdue[stop]
    return {
        "done": row.done[stop],
        "share": row.share(stop),
        "waiting": row.waiting[stop],
        "overdue": row.overdue[stop],
        "url": url_for("CycleView.missing", cycle_id=cycle.id, stage=stop, department=row.department_id or None)
        if missing
        else None,
    }
