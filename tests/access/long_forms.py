"""Every long form of the portal, where somebody is shown it, and how it is saved, sent and looked at again.

A form is long that has a text area. What each is called stands beside its page; that none is missing here is held by
whoever goes through the pages anyway (tests/access/test_sent_back.py) and by the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from jinja2.meta import find_referenced_templates
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from admin.models import db
from admin.web.keeping import UNKEPT
from config import ROOT
from tests.access.forms_found import Form, client_of, read
from tests.access.world import World

TEMPLATES = ROOT / "admin" / "templates"
SHOWN: dict[tuple[str, str], str] = {
    ("/notices/show/{notice}", "hr"): "NoticeCorrectionView.correct",
    ("/appeals/add", "hr"): "AppealView.add",
    ("/cycles/plan", "hr"): "CycleView.plan",
    ("/letters/{served}", "employee"): "LetterView.ask",
    ("/served/{served}", "hr"): "ServedView.answer",
    ("/cycles/{cycle}/remind", "hr"): "ReminderView.remind",
    ("/cycles/{cycle}/extend?until=2026-12-04", "hr"): "DeadlineView.move",
    ("/cycles/{planned}/preview", "hr"): "CycleView.cancel CycleView.reviewers",
    ("/reminders/takeovers", "hr"): "WaitingReminderView.remind",
    ("/reviews/add", "hr"): "ReviewView.add",
    ("/honours/add", "hr"): "HonourView.add",
    ("/honours/show/{honour}", "head"): "honour.withdraw_nomination",
    ("/courses/add", "hr"): "CourseView.add",
    ("/courses/edit/{course}", "hr"): "CourseView.edit",
    ("/policy/questions", "employee"): "PolicyQuestionView.ask",
    ("/policy/questions/{policy_question}", "hr"): "PolicyQuestionView.answer",
    ("/follow-up/{follow_up}", "superior"): "FollowUpView.write",
    ("/work_tasks/add", "hr"): "WorkTaskView.add",
    ("/work_tasks/edit/{work_task}", "hr"): "WorkTaskView.edit",
    ("/candidates/", "hr"): "CandidateView.nominate",
    ("/training/{course_date}", "hr"): "course_session.cancel_course",
    ("/reviews/{case_rating}", "hr"): "CaseView.colleagues",
    ("/reviews/{case_result}", "hr"): "review.reject_result",
    ("/self_assessment/{case_start}/proxy", "hr"): "SelfAssessmentView.proxy",
    ("/act/review/{case}/close_as_left", "hr"): "review.close_as_left",
    ("/meetings/{meeting}", "hr"): "MeetingRoomView.override",
    ("/results/{cycle}", "hr"): "ResultsView.reject",
    ("/people/{superior}/open-work", "hr"): "OpenWorkView.hand_over",
    ("/files/{number_employee}", "hr"): "GradeFileView.record GradeFileView.decide",
    ("/imports/new/employees", "hr"): "ImportView.new",
    ("/imports/{import}/mapping", "hr"): "ImportView.mapping",
    ("/adjustments/new", "hr"): "AdjustmentView.new",
    ("/reorganisations/", "hr"): "ReorganisationView.index",
    ("/adjustments/{change}", "hr"): "grade_change.withdraw",
    ("/adjustments/{change}", "management"): "grade_change.reject",
    ("/takeover-corrections/new", "hr"): "TakeoverCorrectionView.new",
    ("/withdrawals/of/{document}", "hr"): "DocumentWithdrawalView.new",
    ("/withdrawals/{withdrawal}", "hr"): "document_withdrawal.withdraw",
    ("/withdrawals/{withdrawal}", "management"): "document_withdrawal.reject",
    ("/confirmations/new", "hr"): "ConfirmationView.new",
    ("/confirmations/{confirmation}", "hr"): "confirmation.withdraw",
    ("/confirmations/{confirmation}", "management"): "confirmation.reject",
    ("/confirmations/code/{account_hr}", "admin"): "ConfirmationView.code",
    ("/second-factor-resets/", "admin"): "SecondFactorResetView.ask",
    ("/appeal/?notice={number_notice}&row={row}", "chair"): "AppealFormView.index",
    ("/complaints/show/{complaint}", "chair"): "complaint.assign",
    ("/complaints/show/{complaint}", "officer"): "complaint.reply",
    ("/meetings/{meeting}/cases/{item}", "chair"): "MeetingRoomView.act_on_case.declare_conflict",
    ("/takeovers/", "management"): "TakeoverView.reject",
    ("/appeals/{objection}", "panel"): "AppealPageView.act.cast_ballot",
    ("/appeals/{objection}", "hr"): "AppealPageView.act.override_recusal",
    ("/appeals/{objection}", "peer"): "appeal.make_statement",
    ("/appeals/{appeal}", "superior"): "AppealPageView.act.answer",
    ("/reviews/{case_rating}", "superior"): "review.return_for_correction",
    ("/ratings/{case_rating}", "peer"): "RatingView.decline RatingView.form",
    ("/evaluations/{case_rating}", "superior"): "EvaluationView.form",
    ("/self_assessment/{case_start}", "employee"): "SelfAssessmentView.form",
}
# Those that the world's records show to nobody as they stand: what is made of them, and where the forms then are.
UNQUALIFIED = """INSERT INTO annual_ratings (employee_id, year, rating) SELECT employees.id, years.year, 'unqualified'
    FROM employees, (SELECT 2025 AS year UNION SELECT 2024) years WHERE number = 'N-employee'"""
DRAFTED = """INSERT INTO policy_versions (number, stage, effective_from, content, sha256, note)
    SELECT 2, 'draft', effective_from, content, sha256, '' FROM policy_versions WHERE number = 1"""
OTHERWISE_SHOWN: dict[tuple[str, ...], dict[tuple[str, str], str]] = {
    (DRAFTED,): {("/policy/versions/2/draft/clauses/1.1", "hr"): "DraftView.write"},
    (
        "UPDATE meetings SET stage = 'planned' WHERE number = 'M-open'",
        "UPDATE complaints SET stage = 'found'",
        UNQUALIFIED,
        "UPDATE policy_questions SET answer = 'So.', answered_at = '2026-11-20 16:00:00'",
    ): {
        ("/policy/questions/{policy_question}", "hr"): "PolicyQuestionView.publish",
        ("/meetings/{meeting}", "hr"): "meeting.cancel",
        ("/meetings/{meeting}/cases/{item}", "secretary"): "MeetingRoomView.act_on_case.take_off_agenda",
        ("/meetings/{meeting}/cases/{item}", "member"): "MeetingRoomView.act_on_case.premark",
        ("/complaints/show/{complaint}", "chair"): "complaint.return_finding",
        ("/demotions/{case_start}", "superior"): "DemotionView.case DemotionView.case.waive",
        ("/demotions/propose?number={number_employee}", "hr"): "DemotionView.propose",
    },
    (
        "UPDATE motions SET state = 'rejected'",
        "UPDATE complaints SET told_apart = true",
        "UPDATE cycles SET self_assessment_due = '2026-11-20 16:00:00' WHERE stage = 'open'",
    ): {
        ("/cycles/{cycle}/close_stage", "hr"): "DeadlineView.close_stage",
        ("/meetings/{meeting}/cases/{item}", "chair"): "MeetingRoomView.act_on_case.move_grade "
        "MeetingRoomView.act_on_case.close_ballot",
        ("/complaints/show/{complaint}", "officer"): "complaint.find",
    },
}
KNOWN = {kind for pages in (SHOWN, *OTHERWISE_SHOWN.values()) for kinds in pages.values() for kind in kinds.split()}
UNTYPED = {
    "errors/_typed.html": "read only",
    "cases/reviews/_result.html": "read only",
    "cases/ratings/sign.html": "read only",
    "parts/forms.html": "the macros",
    "report/form.html": "the complaint form: tests/report",
    "report/state.html": "the complaint form: tests/report",
}


@dataclass
class LongForm:
    """A long form as somebody has it open; `own` is where its record keeps the draft itself, empty where none does."""

    kind: str
    form: Form
    own: str

    @property
    def person(self) -> str:
        return self.form.person

    def typed(self, words: str, window: str = "one", **more: str) -> MultiDict[str, str]:
        """The form filled in, the same words in all its text areas."""
        sent, _typed = self.form.filled()
        for name, kind, _value in self.form.fields:
            if kind == "textarea":
                sent[name] = words
        for name, value in ({"once": window, "stands_on": self.form.page} | more).items():
            sent[name] = value
        return sent

    def saved(self, client: FlaskClient, words: str, window: str = "one", **more: str) -> TestResponse:
        """Saved as the script saves it."""
        given = self.typed(words, window, **more)
        given.pop("once")  # the script sends it as the window's name
        if self.own:
            return client.post(self.own, data=given, headers={"Accept": "application/json"})
        hidden = [name for name, kind, _value in self.form.fields if kind == "hidden"]
        for name in dict.fromkeys(name for name in hidden if name not in UNKEPT and name in given):
            given.add("unsent_about", name)
        where = {"unsent_place": self.form.action, "unsent_window": window}
        return client.post("/unsent/", data=given | where, headers={"Accept": "application/json"})

    def sent(self, client: FlaskClient, words: str, window: str = "one", **more: str) -> TestResponse:
        """Sent by its button."""
        return client.post(self.form.action, data=self.typed(words, window, **more))

    def stands(self, client: FlaskClient, words: str) -> bool:
        """Whether the words are in this form on its page, after whoever signed in again was led there."""
        page = self.form.page
        html = client.get(f"{page}{'&' if '?' in page else '?'}kept=1" if self.own else page).text
        parts = (each.partition("</form>")[0] for each in html.split("<form ") if f"\n{words}</textarea>" in each)
        here = [each.partition(">") for each in parts]
        own = (f'action="{self.form.action}"', 'action=""')
        return any(any(each in tag for each in own) or "action=" not in tag for tag, _end, _rest in here)

    @property
    def version(self) -> str:
        """The field that says which version of the text the window knows."""
        return "version" if self.own else "unsent"


def is_long(form: Form) -> bool:
    return any(kind == "textarea" for _name, kind, _value in form.fields)


def kind_of(world: World, form: Form) -> str:
    """What a form is called: its route, or the action that it asks for."""
    endpoint, given = world.app.url_map.bind("localhost").match(form.action, method="POST")
    if "process" in given:
        return f"{given['process']}.{given['action']}"
    second = ["waive" for name, _kind, _value in form.fields if name == "waive"]
    return ".".join([str(endpoint), *([str(given["action"])] if "action" in given else []), *second])


def opened(world: World, pages: dict[tuple[str, str], str]) -> Iterator[LongForm]:
    """The long forms of these pages as they are called there; one that is not there, or not named, is a fault."""
    for (place, person), kinds in pages.items():
        found = on_page(world, world.address(place), person)
        assert {each.kind for each in found} >= set(kinds.split()), f"{place} shows {[each.kind for each in found]}"
        yield from (next(each for each in found if each.kind == kind) for kind in kinds.split())


def on_page(world: World, page: str, person: str) -> list[LongForm]:
    html = client_of(world, person).get(page).text
    tags = [each.partition(">")[0] for each in html.split("<form ")[1:] if 'method="post"' in each.partition(">")[0]]
    both = zip(read(html, page, person), tags, strict=True)
    return [LongForm(kind_of(world, form), form, own_draft(tag)) for form, tag in both if is_long(form)]


def own_draft(tag: str) -> str:
    found = re.search(r'data-autosave-url="([^"]+)"', tag)
    return found[1] if found else ""


def changed_by(world: World, *statements: str) -> None:
    """The world's database after these statements."""
    with world.app.app_context():
        for each in statements:
            db.session.execute(text(each))
        db.session.commit()


def templates_with_long_forms(world: World) -> set[str]:
    """The templates in which somebody types into a text area."""
    names = (name for name in world.app.jinja_env.list_templates(["html"]) if (TEMPLATES / name).is_file())
    return {name for name in names if re.search("<textarea|'textarea'", (TEMPLATES / name).read_text("utf-8"))}


@contextmanager
def templates_used(world: World) -> Iterator[set[str]]:
    """Collects the templates of which pages are made meanwhile, with those that they include."""
    env, used = world.app.jinja_env, set[str]()

    def note(_app: Flask, template: Template, **_more: object) -> None:
        waiting = [template.name]
        while waiting:
            name = waiting.pop()
            if name and name not in used and (TEMPLATES / name).is_file():
                used.add(name)
                waiting += find_referenced_templates(env.parse((TEMPLATES / name).read_text("utf-8")))

    with template_rendered.connected_to(note, world.app):
        yield used
