"""What HR finds while it looks at the portal as an employee sees it: that employee's own and no more (6.3-b).

No case of anybody else that the employee rates, leads or hears; nothing that the employee alone may read: messages, what is not
handed in yet, their ratings of others.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, select

from admin import models as m
from admin.access.actor import Actor
from admin.access.permissions import READ
from admin.access.scope import NARROWED, Question, table_of
from admin.domain.codes import CaseStage

VIEWS = frozenset({"CaseView", "MyPathView", "GradeFileView", "PolicyView", "CalendarView"})


def shown_to_viewer(permission: str, view: str) -> bool:
    """Whether a page is shown to whoever looks as somebody else: a few pages about oneself, to be read."""
    return permission == READ and view in VIEWS


def _own_reviews(actor: Actor) -> ColumnElement[bool]:
    return table_of(m.Review).c.employee_id == (actor.employee_id or 0)


def _nothing(_actor: Actor) -> ColumnElement[bool]:
    return false()


def _of_own_case(table: type, *, handed_in: bool = False) -> Question:
    def question(actor: Actor) -> ColumnElement[bool]:
        reviews = table_of(m.Review)
        own = [_own_reviews(actor), *([reviews.c.stage != CaseStage.SELF_ASSESSMENT] if handed_in else [])]
        return table_of(table).c.review_id.in_(select(reviews.c.id).where(and_(*own)).correlate(None))

    return question


NARROWED |= {
    m.Review: _own_reviews,
    m.Employee: lambda actor: table_of(m.Employee).c.id == (actor.employee_id or 0),
    m.SelfAssessment: lambda actor: and_(
        _of_own_case(m.SelfAssessment)(actor), table_of(m.SelfAssessment).c.submitted_at.is_not(None)
    ),
    m.Evidence: _of_own_case(m.Evidence, handed_in=True),
    m.Rating: _of_own_case(m.Rating),
    m.Proposal: _of_own_case(m.Proposal),
    m.Determination: _of_own_case(m.Determination),
    m.ReviewScore: _of_own_case(m.ReviewScore),
    m.Notification: _nothing,
    m.UnsentForm: _nothing,
    m.Appeal: _nothing,
    m.SecondFactor: _nothing,
    m.SecondFactorReset: _nothing,
}
