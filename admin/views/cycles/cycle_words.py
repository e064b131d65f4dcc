"""A review cycle in words: its title, its acts, its progress by department and stage (3.1, 3.3-a); templates are given them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.domain.codes import CycleKind, ReminderState
from admin.domain.pay import PayTotals
from admin.domain.refusals import N_
from admin.domain.service import Standing
from admin.domain.workflow import Decision
from admin.domain.workflow.labels import STAGES
from admin.models import Cycle, db
from admin.operations.cycles.cycles import PLANNED_KINDS, STAGE_DAYS
from admin.operations.foretelling import ActAhead, foretold
from admin.operations.outcome.notices import first_of_next_month
from admin.queries.cases.process import STEP_LABELS
from admin.queries.cycles import boards
from admin.queries.cycles.cycles import Prospect
from admin.queries.outcome.documents import movements_to_issue
from admin.queries.outcome.pay import pay_to_issue
from admin.queries.system.audit import TrailEntry
from admin.views.cases import case_words as words
from admin.views.outcome.result_card import DIRECTIONS, countdown
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.texts import action_label, consequence, day, moment, name_of, stage_label
from admin.web.workflow_view import event_of

__all__ = ["PLANNED_KINDS", "STAGE_DAYS", "countdown"]  # asked of this module by the templates

KINDS = CycleKind.labels()
STANDINGS = {
    Standing.GRADED: N_("Goes through the full process"),
    Standing.UNCHANGED: N_("Grade unchanged"),
    Standing.OUTSIDE: N_("Outside the ladder"),
}
# Acts on many whose rows do not depend on what is entered when they are asked for.
FORETOLD = ("verify_results", "publish_notice", "issue", "freeze_figures", "cancel", "end_rehearsal")
TONES = {
    "self_assessment": "plain",
    "department_review": "warn",
    "committee": "good",
    "on_notice": "good",
    "issued": "good",
    "appealed": "bad",
}


@dataclass(frozen=True)
class Told:
    """What the acts on many would do if they were asked for now: how many rows by act, and of those to be issued which way."""

    acts: Mapping[str, ActAhead]
    moved: Mapping[str, int]
    effective_on: date
    pay: PayTotals | None  # for whom amounts are (5.1)


def told_of(cycle: Cycle, decisions: Mapping[str, Decision]) -> Told:
    """The same, of the acts that are allowed."""
    allowed = [name for name in FORETOLD if name in decisions and decisions[name].allowed]
    found = foretold("cycle", cycle, allowed, actor=actor(), now=now())
    moved = movements_to_issue(db.session(), cycle, now()) if "issue" in allowed else Counter()
    day_of_effect = first_of_next_month(today())
    pay = pay_to_issue(db.session(), actor(), cycle, now(), day_of_effect) if "issue" in allowed else None
    return Told(found, moved, day_of_effect, pay)


def title_of(cycle: Cycle) -> str:
    """What a cycle is called."""
    if cycle.kind == CycleKind.REGULAR:
        return _("%(year)s review cycle", year=cycle.year)
    if cycle.subject is not None:
        who = f"{cycle.subject.number} {cycle.subject.name}"
        return _("%(year)s, outside the yearly cycle: %(who)s", year=cycle.year, who=who)
    return name_of(cycle)


def buttons(decisions: Mapping[str, Decision], told: Told | None = None) -> dict[str, dict[str, Any]]:
    """Every act of the cycle that is the reader's by its name, allowed or greyed with the reasons why not.

    An act on many says on its button how many rows it concerns, and in its dialog what happens to them.
    """
    return {name: _button(each, told) for name, each in decisions.items()}


def _button(decision: Decision, told: Told | None) -> dict[str, Any]:
    action, label = decision.action, action_label(decision.action, "cycle")
    ahead = told.acts.get(action) if told else None
    return {
        "name": action,
        "label": _("%(act)s: %(count)s", act=label, count=f"{ahead.count:,}") if ahead else label,
        "allowed": decision.allowed,
        "confirm": _foretold(action, ahead, told) if told and ahead else consequence("cycle", action),
        "refusals": words.refusals_shown(decision.refusals),
    }


def _foretold(action: str, ahead: ActAhead, told: Told) -> str:
    """What the act does to how many, as its own page will say it; of grades also which way they lead, and from when."""
    said = _(ahead.told, count=f"{ahead.count:,}")
    if action != "issue":
        return said
    ways = [f"{_(name)} {told.moved[way]:,}" for way, (name, _tone) in DIRECTIONS.items() if told.moved[way]]
    when = _(
        "Effective from %(day)s unless you enter another date: %(moved)s.",
        day=day(told.effective_on),
        moved=_(", ").join(ways),
    )
    return f"{when} {_pay(told.pay)} {said}" if told.pay is not None and told.pay.count else f"{when} {said}"


def _pay(sums: PayTotals) -> str:
    """What issuing changes of pay, all together."""
    text = _("Pay: %(up)s up, %(down)s down.", up=f"{sums.ways['up']:,}", down=f"{sums.ways['down']:,}")
    if missing := sums.ways["unknown"]:
        return f"{text} " + _("For %(count)s no band is on file yet.", count=f"{missing:,}")
    before, after = (f"{low:,.0f} – {high:,.0f}" for low, high in sums.spans)
    bands = _("The bands of those concerned add up to %(before)s before and %(after)s %(currency)s after, a month.",
        before=before, after=after, currency=sums.currency)  # fmt: skip
    return f"{text} {bands}"


def deadlines(dues: Mapping[str, date]) -> list[tuple[str, str]]:
    """The stops of the process with their last days."""
    return [(_(STEP_LABELS[stop]), day(until)) for stop, until in dues.items()]


def steps(stops: Iterable[str]) -> list[tuple[str, str]]:
    """Stops of the process with what they are called."""
    return [(stop, _(STEP_LABELS[stop])) for stop in stops]


def figures(cycle: Cycle, waiting: int, until: date) -> str:
    """Since when the figures are locked, or when they will be and how many cases wait for it (3.2-a2)."""
    if cycle.metrics_frozen_at is not None:
        return _("The figures have been locked since %(at)s.", at=moment(cycle.metrics_frozen_at))
    if waiting:
        return ngettext(
            "%(count)s case waits for the figures to be locked after %(day)s.",
            "%(count)s cases wait for the figures to be locked after %(day)s.",
            waiting,
            count=waiting,
            day=day(until),
        )
    return _("The figures are locked after %(day)s.", day=day(until))


def happened(trail: Iterable[TrailEntry]) -> list[dict[str, Any]]:
    """What was done in the cycle, as page.timeline shows it."""
    return [event_of(each) for each in trail]


def progress(board: boards.Board, cycle: Cycle) -> list[dict[str, Any]]:
    """The stages that have cases, in the order of the process, as pictures.progress draws them."""
    found = [stage for stage in STAGES if board.stages.get(stage) and stage not in boards.OUT]
    return [
        {
            "label": stage_label(stage),
            "count": board.stages[stage],
            "tone": TONES.get(stage, ""),
            "url": _cases(cycle, stage),
        }
        for stage in found
    ]


def pyramid(rows: Sequence[boards.PyramidRow]) -> list[dict[str, Any]]:
    """Grades before and after, as pictures.pyramid draws them."""
    return [{"label": name_of(row.grade), "before": row.before, "after": row.after} for row in rows]


def bins(bands: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """How many scores lie in each band, as pictures.distribution draws them."""
    return [{"label": label, "count": count} for label, count in bands]


def outcomes(board: boards.Board, cycle: Cycle) -> list[tuple[str, str, int, str]]:
    """What is not graded: as what, why, how many, and where they are listed."""
    return [
        (stage_label(stage), _(words.OUTCOMES.get(why, why)) if why else "—", count, _cases(cycle, stage))
        for (stage, why), count in board.outcomes.items()
    ]


def _cases(cycle: Cycle, stage: str) -> str:
    return url_for("ReviewView.list", _flt_0_cycle=cycle.id, _flt_2_stage=stage)


def missing_url(row: boards.BoardRow, stop: str, cycle: Cycle) -> str | None:
    """Where one sees who is missing at a stop; nowhere where nobody is."""
    if not (row.waiting[stop] or row.overdue[stop]):
        return None
    return url_for("CycleView.missing", cycle_id=cycle.id, stage=stop, department=row.department_id or None)


def missing_title(stop: str) -> str:
    """What the list of those whose part of a stage is missing is called."""
    return _("Missing: %(stage)s", stage=_(STEP_LABELS[stop]))


@dataclass(frozen=True)
class LeftOut:
    """By which clause somebody is neither listed nor reminded, and where that is dealt with."""

    clause: str
    endpoint: str = ""
    label: str = ""


LEFT_OUT = {
    ReminderState.LEFT: LeftOut("1.2-g", "OpenWorkView.index", N_("See the open work")),
    ReminderState.AWAY: LeftOut("1.2-b"),
    ReminderState.BARRED: LeftOut("3.3-d"),
}


def mend_url(blocked: Prospect) -> str | None:
    """Where what blocks somebody's case is put right; none where it is done on the page itself."""
    assert blocked.block is not None
    if blocked.block.facts.get("page") == "employees":
        return url_for("EmployeeView.edit", pk=blocked.employee_id)
    if blocked.block.facts.get("page") == "departments":
        return url_for("DepartmentView.edit", pk=blocked.department_id)
    if "grade" in blocked.block.facts:  # off the ladder: HR proposes the adjustment, management decides (4.3)
        return url_for("AdjustmentView.new", number=blocked.number)
    return None
