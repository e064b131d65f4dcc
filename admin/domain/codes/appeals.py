"""Codes of appeals, objections and the panel (3.3.5; 3.3.5-a, 3.3.5-b)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class AppealKind(Code):
    """Against one's own result, or a colleague's against another's (3.3.5)."""

    APPEAL = "appeal", N_("Appeal")
    OBJECTION = "objection", N_("Objection")


class AppealStage(Code):
    """Where an appeal or objection stands."""

    WITH_SUPERIOR = "with_superior", N_("With the superior")
    ANSWERED = "answered", N_("Replied to by the superior")
    WITH_PANEL = "with_panel", N_("With the appeal panel")
    DECIDED = "decided", N_("Decided")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    DISOWNED = "disowned", N_("Denied by the person it was entered for")


class AppealGround(Code):
    """What is said to be wrong with the result."""

    FIGURES = "figures", N_("The figures are wrong or incomplete")
    PROCEDURE = "procedure", N_("The procedure was not followed")
    RATINGS = "ratings", N_("The ratings are not justified")
    ELIGIBILITY = "eligibility", N_("A ground for promotion or demotion was judged wrongly")
    OTHER = "other", N_("Something else")


class AppealAddressee(Code):
    """To whom it is addressed (3.3.5-b)."""

    PANEL = "panel", N_("the appeal panel")
    SUPERIOR = "superior", N_("the superior")


class PanelResult(Code):
    """What the panel decides (3.3.5-a)."""

    DISMISSED = "dismissed", N_("Appeal dismissed")
    GRADE_FIXED = "grade_fixed", N_("Appeal allowed: another grade is fixed")
    REMIT_TO_RATING = "remit_to_rating", N_("Appeal allowed: back to the superior's evaluation")
    REMIT_TO_DEPARTMENT = "remit_to_department", N_("Appeal allowed: back to the department review")
