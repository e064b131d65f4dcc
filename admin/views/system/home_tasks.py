"""Each thing that waits for somebody, in words: title, what it is about, the button and where it leads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.queries.cases.process import deadline_day
from admin.queries.system.calendar import company_day
from admin.queries.system.home_bodies import Task
from admin.views.system.home_tasks_bodies import Shown
from admin.views.system.home_tasks_decisions import DECISIONS
from admin.views.system.home_tasks_served import FURTHER
from admin.web.clock import today
from admin.web.texts import action_label, language, moment, stage_label

SOON_DAYS = 2


def due_shown(due: datetime | date | None) -> tuple[str | None, str]:
    """How long there still is, and its tone."""
    if due is None:
        return None, ""
    last = deadline_day(due) if isinstance(due, datetime) else due
    left = (last - today()).days
    if left < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -left), "bad"
    if left == 0:
        return _("today"), "warn"
    return ngettext("%(num)s day left", "%(num)s days left", left), "warn" if left <= SOON_DAYS else ""


def task_shown(task: Task) -> dict[str, Any]:
    """A task as page.todo shows it."""
    title, text, label, url = WORDS[task.kind](task)
    if task.facts.get("rehearsal"):
        title = _("Rehearsal: %(task)s", task=title)
    when, tone = due_shown(task.due)
    if task.kind == "meeting_planned" and isinstance(task.due, datetime):
        when, tone = due_shown(company_day(task.due))
    return {"title": title, "text": text, "due": when, "due_tone": tone, "action_label": label, "action_url": url}


def _self_assessment(task: Task) -> Shown:
    text = _("Look back on the past year on the application form. What you write is saved as you type.")
    url = url_for("SelfAssessmentView.form", review_id=task.key)
    if year := task.facts.get("again"):
        text = _("What you wrote before is in the form: check it, change it if you like, and submit it (6.3-a).")
        return _("Your review of %(year)s will be done again", year=year), text, _("View the form"), url
    return _("Your self-assessment"), text, _("Write it"), url


def _own_notice(task: Task) -> Shown:
    text = _("If you do not agree, you can appeal until the notice ends.")
    if task.facts.get("served"):
        text = _("If you do not agree, you can appeal until that time ends.")
        return (
            _("Your result was served to you"),
            text,
            _("See my result"),
            url_for("CaseView.show", review_id=task.key),
        )
    return _("Your result is on notice"), text, _("See my result"), url_for("CaseView.show", review_id=task.key)


def _peer_ratings(task: Task) -> Shown:
    title = ngettext("%(num)s colleague to rate", "%(num)s colleagues to rate", task.count)
    return title, _("Only the auditor learns who rated."), _("Rate"), url_for("RatingView.index")


def _evaluations(task: Task) -> Shown:
    title = ngettext("%(num)s evaluation of your people", "%(num)s evaluations of your people", task.count)
    return title, _("Rate, give your opinion and sign."), _("Evaluate"), url_for("EvaluationView.index")


def _hearings(task: Task) -> Shown:
    title = ngettext(
        "%(num)s employee is to be heard before a demotion",
        "%(num)s employees are to be heard before a demotion",
        task.count,
    )
    text = _("Record the hearing, or that it was offered and declined; until then the case cannot continue.")
    url = url_for("CaseView.show", review_id=task.key) if task.count == 1 else url_for("DemotionView.index")
    return title, text, _("Record the hearing"), url


def _demotion_duties(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case in which a demotion is to be proposed",
        "%(num)s cases in which a demotion is to be proposed",
        task.count,
    )
    text = _("Propose it, or record why not; until then the department can propose nothing.")
    return title, text, _("See the cases"), url_for("DemotionView.index")


def _records(task: Task) -> Shown:
    title = ngettext("%(num)s record waits for your approval", "%(num)s records wait for your approval", task.count)
    text = _("A record on an employee's file counts only once another person has approved it.")
    return title, text, _("See the records"), url_for("EmployeeRecordView.list", _flt_2_stage="recorded")


def _department_reviews(task: Task) -> Shown:
    title = ngettext("%(num)s case in your department review", "%(num)s cases in your department review", task.count)
    return (
        title,
        _("Check both sides, weigh your staffing and propose a grade."),
        _("Open the table"),
        url_for("DepartmentTableView.index", cycle=task.key),
    )


def _adjustments(task: Task) -> Shown:
    title = ngettext("%(num)s adjustment to decide", "%(num)s adjustments to decide", task.count)
    return (
        title,
        _("Proposed by HR; each row is approved or rejected separately."),
        _("Decide"),
        url_for("AdjustmentView.index"),
    )


def _takeovers(task: Task) -> Shown:
    title = ngettext("%(num)s list of grades to take over", "%(num)s lists of grades to take over", task.count)
    return (
        title,
        _("Grades held before the system enter the files with your approval."),
        _("View and approve"),
        url_for("TakeoverView.index"),
    )


def _versions(task: Task) -> Shown:
    title = ngettext("%(num)s policy version to promulgate", "%(num)s policy versions to promulgate", task.count)
    return title, _("A second person puts it in force."), _("Look at it"), url_for("PolicyVersionView.versions")


def _drafts(task: Task) -> Shown:
    title = ngettext("%(num)s draft of the policy", "%(num)s drafts of the policy", task.count)
    return title, _("Not submitted for promulgation yet."), _("Go on"), url_for("PolicyVersionView.versions")


def _results(task: Task) -> Shown:
    title = ngettext("%(num)s result to check", "%(num)s results to check", task.count)
    return (
        title,
        _("Quorum, recusals, reasons and the score, before anything is published."),
        _("Check"),
        url_for("ResultsView.index"),
    )


def _unpublished(task: Task) -> Shown:
    title = ngettext("%(num)s checked result to put on notice", "%(num)s checked results to put on notice", task.count)
    return title, _("The period begins when the site has the list."), _("To the notice"), _cycle_url(task)


def _issuable(task: Task) -> Shown:
    title = ngettext("%(num)s case ready to be issued", "%(num)s cases ready to be issued", task.count)
    return title, _("The notice is over and nothing is open."), _("To the document"), _cycle_url(task)


def _approved(task: Task) -> Shown:
    title = ngettext("%(num)s approved adjustment to issue", "%(num)s approved adjustments to issue", task.count)
    return title, _("Management has approved; the document is yours."), _("Issue"), url_for("AdjustmentView.index")


def _faulty(task: Task) -> Shown:
    title = ngettext("%(num)s import with faults", "%(num)s imports with faults", task.count)
    return (
        title,
        _("None of it is in the system. Fix the file or the mapping."),
        _("See the faults"),
        url_for("ImportView.index"),
    )


def _checked(task: Task) -> Shown:
    title = ngettext("%(num)s checked import to apply", "%(num)s checked imports to apply", task.count)
    return title, _("Look at the difference, then apply it."), _("Look at it"), url_for("ImportView.index")


def _late_answers(task: Task) -> Shown:
    title = ngettext("%(num)s appeal not answered in time", "%(num)s appeals not answered in time", task.count)
    return (
        title,
        _("An appeal that the superior does not answer goes to the panel."),
        _("Refer it"),
        url_for("AppealView.list"),
    )


def _leavers(task: Task) -> Shown:
    title = ngettext("%(num)s leaver with open work", "%(num)s leavers with open work", task.count)
    text, cases = _("Hand over what still waits for them."), task.facts["cases"]
    if cases:
        text = ngettext("%(num)s case waits: hand it over.", "%(num)s cases wait: hand them over.", cases)
    return title, text, _("See the open work"), url_for("OpenWorkView.index")


def _away_alone(task: Task) -> Shown:
    title = ngettext("%(num)s person on leave without a deputy", "%(num)s people on leave without a deputy", task.count)
    text = _("They lead people or have open cases: appoint a deputy, or hand their work over.")
    return title, text, _("See the open work"), url_for("OpenWorkView.index")


def _off_file(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case on another grade than the grade file's",
        "%(num)s cases on another grade than the grade file's",
        task.count,
    )
    text = _("It cannot continue or go on notice until the file's grade is taken over (1.2-f).")
    return title, text, _("See the cases"), url_for("ResultsView.index")


def _barred_judges(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case waits for a person who may not judge it",
        "%(num)s cases wait for a person who may not judge them",
        task.count,
    )
    text = _("Superior or reviewer has another role in the case: name someone else (3.3-f).")
    return title, text, _("Open the case"), url_for("CaseView.show", review_id=task.key)


def _moves_owed(task: Task) -> Shown:
    title = ngettext("%(num)s move could not be carried out", "%(num)s moves could not be carried out", task.count)
    text = _("Its day has come but a rule does not allow it: withdraw it and record it again.")
    return title, text, _("See why"), url_for("PeopleView.index")


def _calendar(task: Task) -> Shown:
    title = _("The working calendar is not confirmed")
    text = _("No deadline is counted in %(year)s before you confirm its days.", **task.facts)
    return title, text, _("Go to the calendar"), url_for("CalendarView.index", year=task.facts["year"])


def _provisional(task: Task) -> Shown:
    title = ngettext(
        "%(num)s value of the policy is not confirmed", "%(num)s values of the policy are not confirmed", task.count
    )
    names = _(", ").join(name.get(language()) for name in task.facts["names"])
    text = _("%(names)s and others are marked as provisional in the published policy.", names=names)
    return title, text, _("Confirm them"), url_for("PolicyVersionView.parameters")


def _blocked(task: Task) -> Shown:
    title = ngettext(
        "%(num)s person prevents the cycle from opening",
        "%(num)s people prevent the cycle from opening",
        task.count,
    )
    return (
        title,
        _("No superior, no head, or the head is the superior: appoint a reviewer."),
        _("Appoint"),
        url_for("CycleView.preview", cycle_id=task.key),
    )


def _overdue(task: Task) -> Shown:
    title = ngettext("%(num)s case is past its deadline", "%(num)s cases are past their deadline", task.count)
    text = _(
        "Stage: %(stage)s. Remind, extend, or close the stage with a reason.", stage=stage_label(task.facts["stage"])
    )
    return title, text, _("See who is missing"), _cycle_url(task)


def _reassessments(task: Task) -> Shown:
    title = ngettext("%(num)s case to assess again", "%(num)s cases to assess again", task.count)
    text = _("The committee has ordered it. Name replacements for those who may not judge, and begin.")
    return title, text, _("Assess again"), url_for("ReassessmentView.index")


def _orders_without_anyone(task: Task) -> Shown:
    title = ngettext(
        "%(num)s case to assess again that no one may begin",
        "%(num)s cases to assess again that no one may begin",
        task.count,
    )
    text = _(
        "All of HR and management has a part or a stake in it. Propose another person for the office under Confirmations."
    )
    return title, text, _("Open the list"), url_for("ReassessmentView.index")


def _complaints(task: Task) -> Shown:
    title = ngettext("%(num)s complaint waits for you", "%(num)s complaints wait for you", task.count)
    text = _("The list shows when each has to be acknowledged and answered.")
    return title, text, _("Open the list"), url_for("ComplaintView.list")


def _officers_gone(task: Task) -> Shown:
    title = ngettext(
        "%(num)s complaint whose officer has left", "%(num)s complaints whose officers have left", task.count
    )
    return title, _("Appoint another officer to investigate it."), _("Open the list"), url_for("ComplaintView.list")


def _without_lead(task: Task) -> Shown:
    title = ngettext(
        "%(num)s complaint that no one may decide", "%(num)s complaints that no one may decide", task.count
    )
    text = _(
        "All of management has a part or a stake in it. Propose another person for the office under Confirmations."
    )
    return title, text, _("Open the list"), url_for("ComplaintView.list")


def _long_work(task: Task) -> Shown:
    title = _("%(act)s is being carried out", act=action_label(task.facts["action"]))
    text = _("%(done)s of %(total)s rows so far.", done=f"{task.facts['done']:,}", total=f"{task.facts['total']:,}")
    text = text if task.facts["total"] else ""
    return title, text, _("Follow it"), url_for("LongWorkView.show", work_id=task.key)


def _long_work_ended(task: Task) -> Shown:
    title = _("%(act)s did not go through for all", act=action_label(task.facts["action"]))
    text = ngettext(
        "%(refused)s row was refused; its page names it and says why.",
        "%(refused)s rows were refused; its page names each and says why.",
        task.facts["refused"],
        refused=f"{task.facts['refused']:,}",
    )
    return title, text, _("See which"), url_for("LongWorkView.show", work_id=task.key)


def _site_owed(task: Task) -> Shown:
    late = task.facts["what"] == "take_down"
    title = _("A list whose period is over is still public") if late else _("The notice site is not up to date")
    text = _("Since %(since)s. %(cause)s", since=moment(task.facts["since"]), cause=_site_cause(task.facts["cause"]))
    return title, text, _("See the notices"), url_for("NoticeView.list")


def _site_cause(fault: str) -> str:
    """Why the site is late and what to do, from the last fault of its work."""
    if not fault:
        return _("The portal's worker is not running. Ask the server administrator to start it.")
    if "[Errno 28]" in fault or "disk is full" in fault:
        return _(
            "The server's disk is full. Ask the server administrator to free space; the rest follows automatically."
        )
    if fault.startswith("Refused: "):
        return _("A rule is not met (%(fault)s). Once it is, the rest follows automatically.", fault=fault[9:])
    return _("The program failed (%(fault)s). Give this text to the server administrator.", fault=fault)


def _cycle_url(task: Task) -> str:
    return url_for("CycleView.show", cycle_id=task.key) if task.key else url_for("CycleView.index")


WORDS = (
    FURTHER
    | DECISIONS
    | {
        "self_assessment": _self_assessment,
        "own_notice": _own_notice,
        "peer_ratings": _peer_ratings,
        "evaluations": _evaluations,
        "department_reviews": _department_reviews,
        "hearings": _hearings,
        "records": _records,
        "demotion_duties": _demotion_duties,
        "adjustments": _adjustments,
        "takeovers": _takeovers,
        "versions": _versions,
        "drafts": _drafts,
        "results": _results,
        "unpublished": _unpublished,
        "issuable": _issuable,
        "approved": _approved,
        "faulty": _faulty,
        "checked": _checked,
        "late_answers": _late_answers,
        "leavers": _leavers,
        "away_alone": _away_alone,
        "moves_owed": _moves_owed,
        "off_file": _off_file,
        "barred_judges": _barred_judges,
        "calendar": _calendar,
        "provisional": _provisional,
        "blocked": _blocked,
        "overdue": _overdue,
        "reassessments": _reassessments,
        "orders_without_anyone": _orders_without_anyone,
        "complaints": _complaints,
        "officers_gone": _officers_gone,
        "without_lead": _without_lead,
        "site_owed": _site_owed,
        "long_work": _long_work,
        "long_work_ended": _long_work_ended,
    }
)
