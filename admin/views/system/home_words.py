"""The home page in words: the greeting, where the year stands, one's grade, the messages and where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.access.actor import Actor
from admin.access.permissions import READ, may
from admin.domain.codes import CycleStage, NoticeStage
from admin.domain.refusals import N_
from admin.models import Cycle, Notice, Notification, Review
from admin.notifications.messages import process_of, told, words_of
from admin.queries.cases.process import RAIL, STEP_LABELS, due_days, rail_of
from admin.queries.cycles.boards import Board
from admin.queries.outcome.grade_on import HeldGrades
from admin.queries.system.calendar import company_day
from admin.queries.system.home_messages import ToldOnce
from admin.views.cases.case_words import case_title, rail_steps
from admin.views.outcome.result_card import countdown
from admin.views.system.first_steps import first_steps_shown
from admin.views.system.home_tasks import due_shown, task_shown
from admin.web.clock import now, settings, today
from admin.web.figures import WELL
from admin.web.system_state import SystemState
from admin.web.texts import coming_text, day, moment, name_of, translated

__all__ = ["first_steps_shown", "task_shown"]  # asked of this module by the template

NOON, EVENING = 12, 18
FILES = {
    "template": "TemplateView.index",
    "grade_change": "AdjustmentView.index",
    "takeover_correction": "TakeoverCorrectionView.index",
    "document_withdrawal": "DocumentWithdrawalView.index",
    "import": "TakeoverView.index",
    "employee_record": "GradeFileView.index",
    "second_factor": "SecondFactorView.index",
    "second_factor_reset": "SecondFactorResetView.index",
    "confirmation": "ConfirmationView.index",
    "deputy": "HomeView.index",
    "handing_over": "HomeView.index",
    "predecessor_statement": "GradeFileView.index",
}
LISTS = {
    "enrolment": "TrainingView.index",
    "course_session": "CourseSessionView.list",
    "honour": "HonourView.list",
    "follow_up": "FollowUpView.index",
    "policy_question": "PolicyQuestionView.questions",
    "policy_reading": "PolicyView.clauses",
    "candidate": "CandidateView.index",
    "review": "ReviewView.list",
    "appeal": "AppealView.list",
    "meeting": "MeetingView.list",
    "complaint": "ComplaintView.list",
    "cycle": "CycleView.index",
}
WORK_LISTS = {
    ("review", "submit_self_assessment"): ("EvaluationView.index", "RatingView.index"),
    ("review", "ask_colleague"): ("RatingView.index",),
    ("review", "complete_rating"): ("DepartmentTableView.index",),
}
REMINDED_AT = {
    "self_assessment": "SelfAssessmentView.mine",
    "rating": "EvaluationView.index",
    "department_review": "DepartmentTableView.index",
}
OWN_LISTS = {"review": ("CaseView.mine",), "appeal": ("AppealFormView.mine",)}
TO_THE_PERSON = ("answer", "remind")  # of a letter; the rest is told to HR
SHOWS = {
    "review": ("CaseView.show", "review_id"),
    "appeal": ("AppealPageView.index", "appeal_id"),
    "meeting": ("MeetingRoomView.index", "meeting_id"),
    "complaint": ("ComplaintView.show", "pk"),
    "cycle": ("CycleView.show", "cycle_id"),
    "long_work": ("LongWorkView.show", "work_id"),
    "policy_question": ("PolicyQuestionView.show", "key"),
}


PARTS = {
    "database": N_("Database"), "migrations": N_("Migrations"), "worker": N_("Background work"), "site": N_("Notice site"),
    "mail": N_("Mail"), "keys": N_("Keys"), "disk": N_("Room on the disk"), "heads": N_("Published heads of the trail"),
    "files": N_("Stored files"),
}  # fmt: skip
STATES = {
    "ok": N_("In order"), "none": N_("In order"), "off": N_("Switched off"), "behind": N_("Behind"), "pending": N_("To be carried out"),
    "silent": N_("No sign of life"), "unknown": N_("Not known"), "unreachable": N_("Cannot be reached"), "failing": N_("Work fails"),
    "gone": N_("Is gone"), "VAR_DIR is gone": N_("Is gone"), "key gone": N_("Its key is gone"), "full but for": N_("Nearly full"),
    "publication overdue": N_("Publishing is overdue"), "take-down overdue": N_("Taking down is overdue"),
    "not the one that the database knows": N_("Another one than the database knows"),
    "not extended": N_("The trail does not extend it"), "cannot be read": N_("A file of it cannot be read"),
}  # fmt: skip
OTHER_FAULT = N_("Not right: ./scripts/manage check says more")


def system_facts(system: SystemState) -> list[tuple[str, str]]:
    """What runs, and what is kept of it."""
    last = moment(system.backup.made_at) if system.backup else _("There is none yet")
    sealed = _("There is none yet")
    if system.sealed:
        number, at = system.sealed
        sealed = _("%(sealed)s events sealed, the last on %(moment)s", sealed=number, moment=moment(at))
    migration = system.migration.partition("_")[0]
    facts = [(_("Version"), system.version), (_("Migration"), migration), (_("Last backup"), last)]
    return [*facts, (_("Audit trail"), sealed)]


def system_parts(system: SystemState) -> list[tuple[str, str, str]]:
    """Each part, how it is, and the tone of that."""
    return [
        (translated(PARTS[part]), translated(_state(state)), "good" if state in WELL else "bad")
        for part, state in system.parts.items()
    ]


def _state(said: str) -> str:
    """What /health says of a part, in words; details after a fault's name, and other faults, are the command line's."""
    return next((words for name, words in STATES.items() if said == name or said.startswith(f"{name} ")), None) or (
        STATES["failing"] if said.startswith("failing:") else OTHER_FAULT
    )


def greeting(me: Actor) -> str:
    """Good morning, afternoon or evening, by the company's clock."""
    hour = now().astimezone(settings().portal_tz).hour
    if hour < NOON:
        return _("Good morning, %(name)s", name=me.name)
    if hour < EVENING:
        return _("Good afternoon, %(name)s", name=me.name)
    return _("Good evening, %(name)s", name=me.name)


def lead(cycle: Cycle | None, board: Board | None, notices: Sequence[Notice]) -> str | None:
    """Where the year's cycle is: by its cases, as the picture beside it, for those who are shown them; else by notice and dates."""
    if cycle is None:
        return None
    if cycle.stage == CycleStage.PLANNED:
        return _("The %(cycle)s review is planned and not open yet.", cycle=name_of(cycle))
    days = due_days(cycle, notices[0] if notices else None, settings().portal_tz)
    stop = _stop_of(board) if board else _stop_by_dates(days)
    if stop is None:
        return _("The %(cycle)s review: results, notice and confirmation.", cycle=name_of(cycle))
    told = {"cycle": name_of(cycle), "stage": _(STEP_LABELS[stop])}
    if stop in days and days[stop] >= today():
        return _("The %(cycle)s review: %(stage)s until %(day)s.", day=day(days[stop]), **told)
    return _("The %(cycle)s review: %(stage)s.", **told)


def _stop_of(board: Board) -> str | None:
    """The first stop that not every case has passed."""
    return next((stop for stop in RAIL if not board.graded or _passed(board, stop) < board.graded), None)


def _stop_by_dates(days: Mapping[str, date]) -> str | None:
    """The stop of today, the last one first: a notice that runs says more than the day planned for a meeting before it."""
    if days.get("on_notice", date.min) >= today():
        return "on_notice"
    return next((stop for stop, last in days.items() if last >= today()), None)


def _passed(board: Board, stop: str) -> int:
    return sum(row.done[stop] for row in board.rows)


def cycle_rail(cycle: Cycle, board: Board, notices: Sequence[Notice]) -> list[dict[str, Any]]:
    """The cycle's stops with how many cases have passed each, and its dates."""
    days = due_days(cycle, notices[0] if notices else None, settings().portal_tz)
    total = board.graded
    steps: list[dict[str, Any]] = []
    for stop in RAIL:
        done = _passed(board, stop)
        late = any(row.overdue[stop] for row in board.rows)
        until = _("until %(day)s", day=day(days[stop])) if stop in days else None
        count = f"{done:,} / {total:,}"
        if stop == "on_notice" and (listed := sum(board.stages[stage] for stage in ("on_notice", "appealed"))):
            count = _("%(count)s on notice", count=f"{listed:,}")
        here = total and done == total
        note = f"{count} · {until}" if until and not here else count
        steps.append({"label": _(STEP_LABELS[stop]), "state": "done" if here else "next", "note": note, "late": late})
    current = _stop_of(board)
    if current is not None and cycle.stage == CycleStage.OPEN:
        steps[RAIL.index(current)]["state"] = "now"
    return steps


def own_case(review: Review, notice: Notice | None) -> dict[str, Any]:
    """One's own open case: what it is called, its stops, and where it stands in full."""
    return {
        "title": case_title(review),
        "url": url_for("CaseView.show", review_id=review.id),
        "rail": rail_steps(rail_of(review, notice, now(), settings().portal_tz)),
    }


def own_grade(standing: HeldGrades) -> dict[str, str] | None:
    """One's own grade in short."""
    held, coming = standing.held, standing.to_come
    if held is None and coming is None:
        return None
    return {
        "grade": name_of(held.grade) if held else _("No grade yet"),
        "since": day(held.since) if held else "",
        "to_come": coming_text(coming),
    }


def notice_shown(notice: Any) -> dict[str, Any]:
    """A running notice on the site's card."""
    when, tone = due_shown(notice.ends_at)
    running = notice.stage == NoticeStage.PUBLISHED
    return {
        "number": notice.number,
        "running": running,
        "until": day(notice.last_day),
        "due": when if running else _("being published"),
        "tone": tone if running else "warn",
        "countdown": countdown(notice) if running else None,
    }


def message_shown(message: ToldOnce, subjects: Mapping[int, str], me: Actor) -> dict[str, Any]:
    """A kind of message in the reader's words: what happened, about what, when; told once, with how often."""
    row, one = message.latest, len(message.records) == 1
    about = [translated(process_of(row.process))]
    if one:
        about += [str(row.facts[name]) for name in ("number", "meeting", "document") if row.facts.get(name)]
        about += (
            [subjects.get(row.record_id, str(row.facts.get("name") or ""))]
            if row.process == "review" or row.facts.get("name")
            else []
        )
    return {
        "keys": message.keys,
        "text": told(row.process, row.action, row.facts, translated),
        "words": words_of(row.process, row.action, row.facts),
        "about": " · ".join(filter(None, about)),
        # Of a complaint the day alone: when somebody wrote it could tell who it was (6.3-d).
        "when": day(company_day(row.created_at)) if row.process == "complaint" else moment(row.created_at),
        "url": reminder_url(row) or (message_url(row, me) if one else list_url(row, me)),
        "times": len(message.keys),
    }


def reminder_url(row: Notification) -> str | None:
    """Where what one is reminded of is done; a colleague who rates does not see the case itself (3.2-b)."""
    if row.action == "remind_colleague":
        return url_for("RatingView.index")
    if row.action != "remind" or row.facts.get("stage") not in REMINDED_AT:
        return None
    return url_for(REMINDED_AT[row.facts["stage"]])


def list_url(row: Notification, me: Actor) -> str | None:
    """The first list that the reader has in which several records stand; None where there is none."""
    general = [LISTS.get(row.process) or FILES.get(row.process, "")]
    endpoints = [*WORK_LISTS.get((row.process, row.action), ()), *general, *OWN_LISTS.get(row.process, ())]
    readable = (each for each in endpoints if each and may(me.roles, READ, each.partition(".")[0]))
    return next((url_for(each) for each in readable), None)


def message_url(row: Notification, me: Actor) -> str | None:
    """The page that a message leads to; None where the reader has none."""
    if row.process == "letter":
        return url_for(
            "LetterView.show" if row.action in TO_THE_PERSON else "ServedView.show", document_id=row.record_id
        )
    if row.process == "cycle" and not may(me.roles, READ, "CycleView"):
        return None  # a deadline that was moved is told to everybody whose time it is
    if row.process in SHOWS:
        endpoint, argument = SHOWS[row.process]
        values: dict[str, Any] = {argument: row.record_id}
        return url_for(endpoint, **values)
    if row.process == "grade_change" and row.action == "issue":
        return url_for("LetterView.index")
    endpoint = FILES.get(row.process, "")
    return url_for(endpoint) if endpoint and may(me.roles, READ, endpoint.partition(".")[0]) else None
