"""What waits for somebody about letters, in words (3.3.6, 4.3-a)."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.queries.outcome.letter_pages import ASKED
from admin.queries.system.home_bodies import Task
from admin.views.system.home_tasks_bodies import BODIES, Shown


def _letters(task: Task) -> Shown:
    title = ngettext("%(num)s letter to read", "%(num)s letters to read", task.count)
    text = _("Open it, and acknowledge that you have read it. That is no consent.")
    if task.count == 1:
        return title, text, _("Read it"), url_for("LetterView.show", document_id=task.key)
    return title, text, _("See my letters"), url_for("LetterView.index")


def _letter_questions(task: Task) -> Shown:
    title = ngettext("%(num)s question about a letter", "%(num)s questions about letters", task.count)
    text = _("An employee asks about a document that was served. The answer is told to them alone.")
    return title, text, _("Answer"), url_for("ServedView.show", document_id=task.key, show=ASKED)


FURTHER = BODIES | {"letters": _letters, "letter_questions": _letter_questions}
