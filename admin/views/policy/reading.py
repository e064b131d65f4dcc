"""The policy explained: who has read it, and questions with their answers (6.2)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.domain.refusals import Invalid, NotFound
from admin.files.workbooks import write_workbook
from admin.models import PolicyReading, db
from admin.operations.policy import questions
from admin.operations.policy.readings import ask_for_reading, read_policy
from admin.operations.transaction import operation
from admin.queries.policy.questions import question_page, questions_page
from admin.queries.policy.readings import ALL, FILTERS, every_reading, readings_page
from admin.web.acting import actor
from admin.web.clock import now, today
from admin.web.page import Page, route
from admin.web.paging import wanted_part
from admin.web.records import number_of
from admin.web.sheets import workbook
from admin.web.texts import field_messages, language, moment


class PolicyReadingView(Page):
    """/policy/readings: who has read the version in force, for HR; /policy/read is everyone's own word."""

    route_base = "/policy"
    default_view = "readings"

    @route("/readings")
    def readings(self) -> str:
        """The list."""
        page = readings_page(
            db.session(), actor(), today(), _chosen(request.args), _looked_for(request.args), wanted_part()
        )
        return self.show_page("policy/readings.html", page, title=_("Who has read the policy"))

    @route("/readings/ask", access="write", post=True, get=False)
    def ask(self) -> Response:
        """Ask everyone to read the version in force."""
        ask_for_reading(number_of(request.form.get("number", "")) or 0, actor=actor(), now=now())
        flash(_("Everyone is asked to read it; those who have not are reminded each week, three times."), "success")
        return redirect(url_for(".readings"), 303)

    @route("/readings/export", post=True, get=False)
    def export(self) -> Response:
        """The list as XLSX."""
        chosen, looked_for = _chosen(request.form), _looked_for(request.form)
        rows = [
            [person.number, person.name, person.department.name, moment(read) if read else ""]
            for person, read in every_reading(db.session(), today(), chosen, looked_for)
        ]
        with operation("export_list", actor=actor(), now=now(), clause="6.2") as op:
            op.note("export", PolicyReading.__tablename__, None, {"rows": [None, len(rows)]})
        heads = [_("Employee number"), _("Employee name"), _("Department"), _("Read at")]
        data = write_workbook(_("Who has read the policy"), heads, rows)
        return workbook(data, _("Who has read the policy"))


class PolicyQuestionView(Page):
    """/policy/questions: what is published, what I asked, and for HR what waits for an answer."""

    route_base = "/policy"
    default_view = "questions"

    @route("/read", access="write", post=True, get=False)
    def read(self) -> Response:
        """I have read the version in force."""
        read_policy(number_of(request.form.get("number", "")) or 0, actor=actor(), now=now())
        flash(_("You have confirmed that you have read this version of the policy."), "success")
        return redirect(url_for("PolicyView.clauses"), 303)

    @route("/questions")
    def questions(self) -> str:
        """The page."""
        return self._list()

    @route("/questions/ask", access="write", post=True, get=False)
    def ask(self) -> Response | tuple[str, int]:
        """Ask HR."""
        given = request.form
        try:
            row = questions.ask_about_policy(given.get("text", ""), given.get("clause", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._list(field_messages(error)), 422
        flash(_("HR has your question. The answer will appear here."), "success")
        return redirect(url_for(".show", key=row.id), 303)

    @route("/questions/<int:key>")
    def show(self, key: int) -> str:
        """One question."""
        return self._show(key)

    @route("/questions/<int:key>/answer", access="answer", post=True, get=False)
    def answer(self, key: int) -> Response | tuple[str, int]:
        """HR's answer."""
        try:
            questions.answer_about_policy(key, request.form.get("text", ""), actor=actor(), now=now())
        except Invalid as error:
            return self._show(key, field_messages(error)), 422
        flash(_("The answer is sent."), "success")
        return redirect(url_for(".show", key=key), 303)

    @route("/questions/<int:key>/publish", access="answer", post=True, get=False)
    def publish(self, key: int) -> Response | tuple[str, int]:
        """Publish it without a name, or correct what is published."""
        given = request.form
        try:
            questions.publish_question(
                key, given.get("question", ""), given.get("answer", ""), actor=actor(), now=now()
            )
        except Invalid as error:
            return self._show(key, field_messages(error)), 422
        flash(_("Everyone can read question and answer now."), "success")
        return redirect(url_for(".show", key=key), 303)

    @route("/questions/<int:key>/take-down", access="answer", post=True, get=False)
    def take_down(self, key: int) -> Response:
        """Take what is published down."""
        questions.unpublish_question(key, actor=actor(), now=now())
        flash(_("It is no longer published."), "success")
        return redirect(url_for(".show", key=key), 303)

    def _list(self, errors: dict[str, str] | None = None) -> str:
        wanted = {name: wanted_part(name) for name in ("page", "asked")}
        page = questions_page(db.session(), actor(), language(), today(), _looked_for(request.args), wanted)
        title = _("Questions about the policy")
        return self.show_page("policy/questions.html", page, title=title, errors=errors or {}, typed=request.form)

    def _show(self, key: int, errors: dict[str, str] | None = None) -> str:
        page = question_page(db.session(), key, actor())
        title = _("Question about the policy")
        return self.show_page("policy/question.html", page, title=title, errors=errors or {}, typed=request.form)


def _chosen(given: Any) -> str:
    chosen = str(given.get("show", ALL))
    if chosen not in FILTERS:
        raise NotFound(chosen)
    return chosen


def _looked_for(given: Any) -> str:
    return str(given.get("q", "")).strip()[:100]
