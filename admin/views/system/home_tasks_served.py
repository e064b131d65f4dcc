"""What waits for somebody about letters and follow-up, in words (3.3.6, 4.3-a, 6.2)."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.queries.development.follow_ups import WAITING
from admin.queries.outcome.letter_pages import ASKED
from admin.queries.system.home_bodies import Task
from admin.views.system.home_tasks_bodies import BODIES, Shown


def _letters(task: Task) -> Shown:
    title = ngettext("%(num)s letter to read", "%(num)s letters to read", task.count)
    text = _("Open it, and acknowledge that you have read it. This is not consent.")
    if task.count == 1:
        return title, text, _("Read it"), url_for("LetterView.show", document_id=task.key)
    return title, text, _("See my letters"), url_for("LetterView.index")


def _letter_questions(task: Task) -> Shown:
    title = ngettext("%(num)s question about a letter", "%(num)s questions about letters", task.count)
    text = _("An employee asks about a document that was served. The answer is told to them alone.")
    return title, text, _("Answer"), url_for("ServedView.show", document_id=task.key, show=ASKED)


def _follow_ups(task: Task) -> Shown:
    title = ngettext("%(num)s follow-up note to write", "%(num)s follow-up notes to write", task.count)
    text = _("How your people do since their grade changed. They and HR read it.")
    if task.count == 1:
        return title, text, _("Write it"), url_for("FollowUpView.show", key=task.key)
    return title, text, _("See the notes"), url_for("FollowUpView.index", show=WAITING)


def _policy_reading(_task: Task) -> Shown:
    text = _("At its top you say that you have read it; what is unclear you can ask there.")
    return _("The policy to read"), text, _("Read it"), url_for("PolicyView.clauses")


def _policy_questions(task: Task) -> Shown:
    title = ngettext("%(num)s question about the policy", "%(num)s questions about the policy", task.count)
    text = _("The answer is told to the employee who asked; you can publish both without a name.")
    return title, text, _("Answer"), url_for("PolicyQuestionView.show", key=task.key)


FURTHER = BODIES | {
    "letters": _letters,
    "letter_questions": _letter_questions,
    "follow_ups": _follow_ups,
    "policy_reading": _policy_reading,
    "policy_questions": _policy_questions,
}
