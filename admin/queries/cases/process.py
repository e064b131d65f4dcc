"""Where a case stands and what happens next, read from the workflow table and the cycle's deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from admin.domain.codes import CaseStage, NoticeKind
from admin.domain.refusals import N_
from admin.domain.workflow import TABLE, Facts, actions_at
from admin.domain.workflow.labels import RELATIONS
from admin.models import Cycle, Notice, Review
from admin.queries.system.calendar import company_day

RAIL = ("self_assessment", "rating", "department_review", "committee", "on_notice", "issued")
PLACE = {"determined": "committee", "checked": "committee", "appealed": "on_notice"}
ENDED = ("unchanged", "outside", "left", "cancelled")
# open to somebody at a stage, but not what the stage waits for
OPTIONAL = frozenset(
    {
        "withdraw_application",
        "return_for_correction",
        "decline_rating",
        "record_hearing",
        "sign_hearing",
        "return_to_proposer",
        "close_as_left",
        "save_self_assessment",
    }
)
STEP_LABELS = {
    "self_assessment": N_("Self-assessment"),
    "rating": N_("Colleagues and superior"),
    "department_review": N_("Department review"),
    "committee": N_("Review committee"),
    "on_notice": N_("Public notice"),
    "issued": N_("Confirmation and issuance"),
}
NOW = {
    "self_assessment": N_("The employee looks back on the past year on the application form."),
    "rating": N_("The superior evaluates and the colleagues rate, each without seeing the other."),
    "figures": N_("Every rating is in. The score is calculated when the figures are locked for the whole cycle."),
    "department_review": N_(
        "The department head checks self-assessment, evaluation and staffing, and proposes a grade."
    ),
    "committee": N_("The review committee examines the proposal and fixes the grade by ballot."),
    "determined": N_("The grade is fixed; HR checks quorum, recusals, reasons and the score before it is published."),
    "checked": N_("The result is checked and waits for the public notice."),
    "on_notice": N_("The result is on public notice; an employee who does not accept it may appeal in this time."),
    "appealed": N_("An appeal or objection is being heard; only this case waits for it."),
    "issued": N_("The grade is confirmed by a formal document and entered in the file."),
    "unchanged": N_("The grade stays as it is in this cycle, for the reason given."),
    "outside": N_("This post is outside the grade ladder."),
    "left": N_("The case is closed: the employee has left the company."),
    "cancelled": N_("The case is cancelled and counts for nothing."),
}
NEXT = {
    "self_assessment": N_("Once submitted, it goes to the superior, who evaluates on the same form."),
    "rating": N_(
        "When the superior has signed and the colleagues are done or out of time, the score is made and the department head takes over."
    ),
    "department_review": N_("The proposal goes to the review committee."),
    "committee": N_("The result is checked by HR and then put on public notice."),
    "determined": N_("After the check the result is put on public notice; a fault sends it back to the committee."),
    "checked": N_("The notice period begins when the list appears on the notice site."),
    "on_notice": N_("If nothing is outstanding, HR issues the formal document."),
    "appealed": N_("The panel dismisses the appeal, fixes the grade, or sends the case back to the stage at fault."),
    "issued": N_("The next regular review is next year; a new ground may open a case before that."),
}
READERS = {
    "self_assessment": N_("Until it is submitted, only the employee reads the draft."),
    "rating": N_(
        "The superior reads the self-assessment; colleagues read neither it nor each other. "
        "The employee reads the superior's evaluation once it is signed."
    ),
    "department_review": N_(
        "Employee, superior, department head and HR read the signed parts; colleagues are named to the auditor only."
    ),
    "committee": N_("HR and committee members without a conflict can read the case; a recused member cannot find it."),
    "determined": N_("The result is known to the committee and HR until it is on notice."),
    "checked": N_("The result is known to the committee and HR until it is on notice."),
    "on_notice": N_(
        "Everyone in the company reads the present and the determined grade; the case itself stays with those concerned."
    ),
    "appealed": N_("The panel's members without a conflict read the case and the appeal."),
    "issued": N_("Employee, superior, department head, HR and auditors."),
}

# A result that is served personally stands on no list (4.2-a): what is said of it follows from its notice's kind.
SERVED_NOW = N_("The result was served on the employee personally and is on no list; an appeal is possible until then.")
SERVED_READERS = N_("Employee, superior, department head, HR and auditors; colleagues see nothing of it.")


@dataclass(frozen=True)
class Said:
    """A sentence as a message id and the facts that fill it."""

    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One stage of the rail: done, now, next or skipped, with its dates."""

    stage: str
    label: str
    state: str
    until: date | None = None
    since: date | None = None
    late: bool = False


@dataclass(frozen=True)
class Happening:
    """What is going on with a case and what comes next."""

    now: str
    next: str | None
    turn: tuple[str, ...]
    by_when: date | None
    late: bool
    readers: str | None
    may: tuple[str, ...]


def place_of(stage: str) -> str:
    """The stop of the rail that a stage belongs to."""
    return PLACE.get(stage, stage)


def deadline_day(due: datetime) -> date:
    """The last day on which something due at a moment is in time."""
    # A deadline is the midnight after its last day: the day itself is the one before.
    return company_day(due - timedelta(microseconds=1))


def due_days(cycle: Cycle | None, notice: Notice | None, zone: tzinfo) -> dict[str, date]:
    """The last day of each stop of the rail, as far as it is known."""
    if cycle is None:
        return {}
    days = {
        "self_assessment": deadline_day(cycle.self_assessment_due),
        "rating": deadline_day(cycle.rating_due),
        "department_review": deadline_day(cycle.department_due),
        "committee": cycle.committee_on,
    }
    if notice is not None and notice.last_day is not None:
        days["on_notice"] = notice.last_day
    return days


def rail_of(review: Review, notice: Notice | None, now: datetime, zone: tzinfo) -> list[Step]:
    """The stops of a case with their dates."""
    days, today = due_days(review.cycle, notice, zone), company_day(now)
    if review.stage in ENDED:
        return [Step(stop, STEP_LABELS[stop], "skipped") for stop in RAIL]
    here = RAIL.index(place_of(review.stage))
    names = STEP_LABELS | {"on_notice": notice_name(notice)}
    return [_step(stop, names[stop], index, here, days.get(stop), today, review) for index, stop in enumerate(RAIL)]


def notice_name(notice: Notice | None) -> str:
    """What the time in which a result may be appealed is called: what is served personally is no public notice (4.2-a)."""
    return NoticeKind.PERSONAL.label if notice and notice.kind == NoticeKind.PERSONAL else STEP_LABELS["on_notice"]


def _step(stop: str, name: str, index: int, here: int, until: date | None, today: date, review: Review) -> Step:
    state = "done" if index < here or review.stage == CaseStage.ISSUED else "now" if index == here else "next"
    # A form that never came is not done, although the case has gone on without it (3.3-a).
    if stop == "self_assessment" and review.self_assessment_missing and state == "done":
        state = "skipped"
    # The end of a notice is nobody's deadline: a case that stands longer waits for its document.
    late = state == "now" and until is not None and until < today and stop != "on_notice"
    return Step(stop, name, state, until, late=late)


def turn_of(stage: str) -> tuple[str, ...]:
    """Whose turn it is at a stage, by the workflow table: HR only where nobody else can carry the case on."""
    rows = [
        row
        for row in TABLE
        if row.process == "review" and stage in row.from_ and row.offered and row.action not in OPTIONAL
    ]
    # HR may step in almost everywhere; named each time it would seem that everybody waits for HR.
    named = _unique(who for row in rows for who in row.who if who != "hr")
    if named:
        return named
    return ("hr",) if rows or stage == "checked" else ()


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def happening(
    review: Review, facts: Facts, notice: Notice | None, now: datetime, zone: tzinfo, answer_due: datetime | None = None
) -> Happening:
    """What happens next on a case, for the actor of these facts; an appealed one waits for its answer, not for the notice (3.3.5-a)."""
    stage = review.stage
    by_when = None if stage in ENDED else due_days(review.cycle, notice, zone).get(place_of(stage))
    if stage == "appealed":
        by_when = deadline_day(answer_due) if answer_due else None
    may = tuple(decision.action for decision in actions_at(facts) if decision.allowed)
    turn = tuple(who for who in turn_of(stage) if who in RELATIONS)
    # The table names both at this stage; whoever has signed is waited for no more.
    if stage == "rating" and facts.get("superior_signed"):
        turn = tuple(who for who in turn if who != "superior")
    late = by_when is not None and by_when < company_day(now) and stage not in ("on_notice", "issued")
    # Nobody's turn: all is in, and only the day of the lock is waited for (3.2-a2).
    if stage == "rating" and waits_for_figures(facts):
        locked = due_days(review.cycle, None, zone)["self_assessment"]
        return Happening(NOW["figures"], NEXT[stage], (), locked, False, READERS[stage], may)
    said, readers = NOW[stage], READERS.get(stage)
    if stage == "on_notice" and notice is not None and notice.kind == NoticeKind.PERSONAL:
        said, readers = SERVED_NOW, SERVED_READERS
    return Happening(said, NEXT.get(stage), turn, by_when, late, readers, may)


def waits_for_figures(facts: Facts) -> bool:
    """Whether a case's ratings are over and only the lock of the cycle's figures is missing (3.2-a2)."""
    over = not facts.get("peers_open") or facts.get("peer_time_over")
    return bool(facts.get("superior_signed") and over and not facts.get("figures_locked"))
