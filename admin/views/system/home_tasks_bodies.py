"""What waits at the bodies, in words: meetings, seats, ballots, appeals (3.3.4, 3.3.5)."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.queries.system.home_bodies import Task
from admin.web.texts import day, moment, refusal_text

Shown = tuple[str, str, str, str]


def _answer_appeal(task: Task) -> Shown:
    text = _("Appeal %(number)s was addressed to you: support it or explain.", **task.facts)
    return _("An appeal waits for your answer"), text, _("Answer"), url_for("AppealPageView.index", appeal_id=task.key)


def _statement(task: Task) -> Shown:
    text = _("A colleague objects to your result (%(number)s). You may make a statement.", **task.facts)
    return (
        _("You may be heard on an objection"),
        text,
        _("Make a statement"),
        url_for("AppealPageView.index", appeal_id=task.key),
    )


def _panel_cases(task: Task) -> Shown:
    title = ngettext(
        "%(num)s appeal waits for your vote on the panel", "%(num)s appeals wait for your vote on the panel", task.count
    )
    url = url_for("AppealPageView.index", appeal_id=task.key) if task.key else url_for("AppealPageView.panel")
    return title, _("Read the case and vote with your reasons."), _("Read and vote"), url


def _with_panel(task: Task) -> Shown:
    title = ngettext(
        "%(num)s appeal waits for the panel's decision", "%(num)s appeals wait for the panel's decision", task.count
    )
    text = _("Make sure its members vote in time; the answer is due on the date in the receipt.")
    url = (
        url_for("AppealPageView.index", appeal_id=task.key)
        if task.key
        else url_for("AppealView.list", _flt_2_stage="with_panel")
    )
    return title, text, _("See the appeals"), url


def _panels_short(task: Task) -> Shown:
    title = ngettext(
        "%(num)s appeal on which too few of the panel may vote",
        "%(num)s appeals on which too few of the panel may vote",
        task.count,
    )
    return (
        title,
        _("Appoint members without a part in it, so that it can be decided."),
        _("Appoint"),
        url_for("BodiesView.index"),
    )


def _bodies_incomplete(task: Task) -> Shown:
    title = _("The committee or its appeal panel is not complete")
    return title, refusal_text(task.facts["first"]), _("Assign a seat"), url_for("BodiesView.index")


def _cases_short(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case on which too few of the committee may vote",
        "%(num)s cases on which too few of the committee may vote",
        task.count,
    )
    text = _("Appoint a member with no part in it, so that it can be decided.")
    return title, text, _("Assign a seat"), url_for("BodiesView.index")


def _for_an_agenda(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case waits for a meeting of the committee",
        "%(num)s cases wait for a meeting of the committee",
        task.count,
    )
    text = _("Plan a meeting, or put it on the agenda of one that is planned.")
    return title, text, _("See the meetings"), url_for("MeetingView.list")


def _meeting_planned(task: Task) -> Shown:
    at = moment(task.due) if isinstance(task.due, datetime) else day(task.due)
    text = _("%(at)s. Read the papers, mark cases in advance, declare conflicts.", at=at)
    return (
        _("Meeting %(number)s", **task.facts),
        text,
        _("Prepare"),
        url_for("MeetingRoomView.index", meeting_id=task.key),
    )


def _meeting_open(task: Task) -> Shown:
    votes = task.facts["votes"]
    text = (
        ngettext("%(num)s open motion waits for your ballot.", "%(num)s open motions wait for your ballot.", votes)
        if votes
        else _("The meeting is running.")
    )
    return (
        _("Meeting %(number)s is open", **task.facts),
        text,
        _("Go to the meeting"),
        url_for("MeetingRoomView.index", meeting_id=task.key),
    )


def _minutes(task: Task) -> Shown:
    title = _("Minutes of meeting %(number)s to sign", **task.facts)
    return (
        title,
        _("Chair and secretary sign."),
        _("Read and sign"),
        url_for("MeetingRoomView.index", meeting_id=task.key),
    )


def _confirmations(task: Task) -> Shown:
    title = ngettext(
        "%(num)s proposal waits for you as the second person",
        "%(num)s proposals wait for you as the second person",
        task.count,
    )
    text = _("See what is changed, and confirm or reject it.")
    if basis := task.facts["basis"]:
        text = ngettext(
            "%(num)s of them changes what a result rests on.", "%(num)s of them change what results rest on.", basis
        )
    return title, text, _("Look at it"), url_for("ConfirmationView.index")


BODIES = {
    "confirmations": _confirmations,
    "answer_appeal": _answer_appeal,
    "statement": _statement,
    "panel_cases": _panel_cases,
    "panels_short": _panels_short,
    "with_panel": _with_panel,
    "bodies_incomplete": _bodies_incomplete,
    "cases_short": _cases_short,
    "for_an_agenda": _for_an_agenda,
    "meeting_planned": _meeting_planned,
    "meeting_open": _meeting_open,
    "minutes": _minutes,
}
