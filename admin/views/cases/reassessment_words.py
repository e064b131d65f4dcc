"""Beginning a re-assessment in words: what it does, and who judges (6.3.2, 6.3-a)."""

from __future__ import annotations

from flask_babel import gettext as _

from admin.domain.refusals import N_
from admin.models import Employee
from admin.operations.cases.reassessments import APPEAL_FIRST
from admin.queries.cases.reassessments import Again
from admin.web.texts import stage_label

JUDGES = {
    "superior": N_("Employee number of the superior who evaluates"),
    "head": N_("Employee number of the department head or reviewer"),
}


def course_of(way: Again, heard: bool) -> list[str]:
    """What beginning does, in sentences; an appeal that is `heard` comes first."""
    if heard:
        return [_(APPEAL_FIRST)]
    if way.remedy is None:
        return [_("The case has ended without a result; there is nothing to assess again.")]
    if not way.remedy.new_case:
        stage = stage_label(way.remedy.stage)
        return [
            _("The case is still open. It goes back to this stage, or stays at it: %(stage)s.", stage=stage),
            _("What was signed there must be signed again. The case is not issued before that."),
        ]
    return [
        _(
            "The result is issued already, so a new case is opened under the rules of that year, from the self-assessment on."
        ),
        _("The employee finds the earlier form as a draft, can change it and submits it again."),
        _("It has its own determination, notice, appeal period and document. The new result may be better or worse."),
        _("From its effective date the new document takes the place of the earlier one; nothing is unwritten."),
    ]


def who_judged(kept: Employee | None) -> str:
    """What the form says beside the field for a judge: that they stay, or why somebody has to be named."""
    if kept is not None:
        return _("As in the case so far: %(name)s.", name=kept.name)
    return _(
        "The earlier superior or reviewer may not judge this case again. Name someone who is not the "
        "employee's subordinate."
    )
