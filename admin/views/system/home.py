"""The home page: what waits for me, by when, and what is going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.access.actor import Actor
from admin.access.permissions import READ, may
from admin.domain.codes import CycleStage, NoticeStage
from admin.models import Notification, db
from admin.notifications.messages import process_of, told
from admin.operations.system.notifications import mark_read
from admin.queries.cases.process import RAIL, STEP_LABELS, due_days, rail_of
from admin.queries.system.home import Home, home
from admin.queries.system.home_messages import ToldOnce
from admin.views.cases.case_words import case_title, rail_steps
from admin.views.outcome.result_card import countdown
from admin.views.system.first_steps import first_steps_shown
from admin.views.system.home_tasks import due_shown, task_shown
from admin.web.acting import actor
from admin.web.clock import now, settings, today
from admin.web.page import Page, route
from admin.web.records import numbers_of, visible_row
from admin.web.texts import coming_text, day, moment, name_of, translated

NOON, EVENING = 12, 18
FILES = {
    "grade_change": "AdjustmentView.index",
    "takeover_correction": "TakeoverCorrectionView.index",
    "import": "TakeoverView.index",
    "employee_record": "GradeFileView.index",
}
LISTS = {
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
OWN_LISTS = {"review": ("CaseView.mine",), "appeal": ("AppealFormView.mine",)}
SHOWS = {
    "review": ("CaseView.show", "review_id"),
    "appeal": ("AppealPageView.index", "appeal_id"),
    "meeting": ("MeetingRoomView.index", "meeting_id"),
    "complaint": ("ComplaintView.show", "pk"),
    "cycle": ("CycleView.show", "cycle_id"),
}


class HomeView(Page):
    """/ — what waits for me."""

    route_base = ""

    @route("/")
    def index(self) -> str:
        """The home page."""
        me = actor()
        found = home(db.session(), me, now(), today())
        tasks = [task_shown(task) for task in found.tasks]
        return self.show_page(
            "system/home/index.html",
            title=_("Home page"),
            greeting=greeting(me),
            lead=lead(found),
            set_up=first_steps_shown(found.first_steps, me),
            tasks=tasks,
            cycle=found.cycle,
            cycle_rail=cycle_rail(found) if found.board else [],
            own_cases=own_cases(found),
            standing=standing(found),
            departments=departments(found),
            notices=[notice_shown(each) for each in found.notices],
            publication=moment(found.publication),
            site=settings().notice_site_url,
            messages=[message_shown(each, found.subjects, me) for each in found.messages],
            unread=found.unread,
            sees_board=may(me.roles, READ, "CycleView"),
        )

    @route("/notifications/read", access="read", post=True, get=False)
    def read(self) -> Response:
        """Mark one message, or all, as read."""
        keys = numbers_of(request.form.getlist("message")) if "message" in request.form else None
        mark_read(keys, actor=actor(), now=now())
        return redirect(url_for(".index"))

    @route("/notifications/<int:key>")
    def follow(self, key: int) -> Response:
        """Lead to what a message is about."""
        row = visible_row(Notification, key)
        target = message_url(row, actor()) if row is not None and row.user_id == actor().user_id else None
        return redirect(target or url_for(".index"))


def greeting(me: Actor) -> str:
    """Good morning, afternoon or evening, by the company's clock."""
    hour = now().astimezone(settings().portal_tz).hour
    if hour < NOON:
        return _("Good morning, %(name)s", name=me.name)
    if hour < EVENING:
        return _("Good afternoon, %(name)s", name=me.name)
    return _("Good evening, %(name)s", name=me.name)


def lead(found: Home) -> str | None:
    """Where the year's cycle is."""
    cycle = found.cycle
    if cycle is None:
        return None
    if cycle.stage == CycleStage.PLANNED:
        return _("The %(cycle)s review is planned and not open yet.", cycle=name_of(cycle))
    for stop, last in due_days(cycle, None, settings().portal_tz).items():
        if last >= today():
            return _(
                "The %(cycle)s review: %(stage)s until %(day)s.",
                cycle=name_of(cycle),
                stage=_(STEP_LABELS[stop]),
                day=day(last),
            )
    return _("The %(cycle)s review: results, notice and confirmation.", cycle=name_of(cycle))


def cycle_rail(found: Home) -> list[dict[str, Any]]:
    """The cycle's stops with how many cases have passed each, and its dates."""
    assert found.cycle is not None and found.board is not None
    days, total = (
        due_days(found.cycle, found.notices[0] if found.notices else None, settings().portal_tz),
        found.board.graded,
    )
    steps: list[dict[str, Any]] = []
    for stop in RAIL:
        done = sum(row.done[stop] for row in found.board.rows)
        late = any(row.overdue[stop] for row in found.board.rows)
        until = _("until %(day)s", day=day(days[stop])) if stop in days else None
        count = f"{done:,} / {total:,}"
        if stop == "on_notice" and (listed := sum(found.board.stages[stage] for stage in ("on_notice", "appealed"))):
            count = _("%(count)s on notice", count=f"{listed:,}")
        here = total and done == total
        note = f"{count} · {until}" if until and not here else count
        steps.append({"label": _(STEP_LABELS[stop]), "state": "done" if here else "next", "note": note, "late": late})
    current = next((step for step in steps if step["state"] != "done"), None)
    if current is not None and found.cycle.stage == CycleStage.OPEN:
        current["state"] = "now"
    return steps


def own_cases(found: Home) -> list[dict[str, Any]]:
    """One's own open cases: what each is called, its stops, and where it stands in full."""
    return [
        {
            "title": case_title(review),
            "url": url_for("CaseView.show", review_id=review.id),
            "rail": rail_steps(rail_of(review, notice, now(), settings().portal_tz)),
        }
        for review, notice in found.own_cases
    ]


def standing(found: Home) -> dict[str, str] | None:
    """One's own grade in short."""
    held, coming = found.standing.held, found.standing.to_come
    if held is None and coming is None:
        return None
    return {
        "grade": name_of(held.grade) if held else _("No grade yet"),
        "since": day(held.since) if held else "",
        "to_come": coming_text(coming),
    }


def departments(found: Home) -> list[dict[str, Any]]:
    """How far each department is: cases that have passed its own review; the slowest first, nothing once all have."""
    if found.board is None or all(row.share("department_review") == 100 for row in found.board.rows):
        return []
    rows = sorted(found.board.rows, key=lambda row: (row.share("department_review"), row.department))
    return [
        {
            "name": row.department,
            "share": row.share("department_review"),
            "late": bool(row.overdue["department_review"]),
        }
        for row in rows[:8]
    ]


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
        "about": " · ".join(filter(None, about)),
        "when": moment(row.created_at),
        "url": message_url(row, me) if one else list_url(row, me),
        "times": len(message.keys),
    }


def list_url(row: Notification, me: Actor) -> str | None:
    """The first list that the reader has in which several records stand; None where there is none."""
    general = [LISTS.get(row.process) or FILES.get(row.process, "")]
    endpoints = [*WORK_LISTS.get((row.process, row.action), ()), *general, *OWN_LISTS.get(row.process, ())]
    readable = (each for each in endpoints if each and may(me.roles, READ, each.partition(".")[0]))
    return next((url_for(each) for each in readable), None)


def message_url(row: Notification, me: Actor) -> str | None:
    """The page that a message leads to; None where the reader has none."""
    if row.process in SHOWS:
        endpoint, argument = SHOWS[row.process]
        values: dict[str, Any] = {argument: row.record_id}
        return url_for(endpoint, **values)
    if row.process == "grade_change" and row.action == "issue":
        return url_for("GradeFileView.index")
    endpoint = FILES.get(row.process, "")
    return url_for(endpoint) if endpoint and may(me.roles, READ, endpoint.partition(".")[0]) else None
