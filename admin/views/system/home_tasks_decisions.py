"""What waits for a second person's decision, or for one's own consent, in words (1.2-f, 3.3.6, 5.2)."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.queries.system.home_bodies import Task
from admin.views.system.home_tasks_bodies import Shown


def _corrections(task: Task) -> Shown:
    title = ngettext(
        "%(num)s correction of a takeover to decide", "%(num)s corrections of takeovers to decide", task.count
    )
    text = _("HR proposes another grade than the one that was taken over; your approval issues it.")
    return title, text, _("Decide"), url_for("TakeoverCorrectionView.index")


def _withdrawals(task: Task) -> Shown:
    title = ngettext(
        "%(num)s document to be taken back or corrected", "%(num)s documents to be taken back or corrected", task.count
    )
    text = _("HR gives the reason and shows what happens to each file; your approval issues the document that does it.")
    return title, text, _("Decide"), url_for("DocumentWithdrawalView.index")


def _honours(task: Task) -> Shown:
    title = ngettext("%(num)s honour to decide", "%(num)s honours to decide", task.count)
    text = _("What is awarded is published only with the person's consent.")
    return title, text, _("Decide"), url_for("HonourView.list")


def _candidates(task: Task) -> Shown:
    title = ngettext(
        "%(num)s nomination for a management post to decide",
        "%(num)s nominations for management posts to decide",
        task.count,
    )
    return title, _("The decision is recorded with its reason."), _("Decide"), url_for("CandidateView.index")


def _template(_task: Task) -> Shown:
    text = _("Preview it with a real person first. Documents issued from then on use it.")
    return (
        _("A document template waits to be put into use"),
        text,
        _("See the template"),
        url_for("TemplateView.index"),
    )


def _consents(task: Task) -> Shown:
    title = ngettext("%(num)s honour awarded to you", "%(num)s honours awarded to you", task.count)
    text = _("It is published with your name only if you consent. You can withdraw your consent at any time.")
    return title, text, _("See it"), url_for("HonourView.show", pk=task.key)


DECISIONS = {
    "corrections": _corrections,
    "withdrawals": _withdrawals,
    "honours": _honours,
    "candidates": _candidates,
    "template": _template,
    "consents": _consents,
}
