"""Codes of review cycles (3.1; 1.2-a, 1.2-d, 1.2-e)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class CycleKind(Code):
    """A regular cycle is the year's; a rehearsal counts for nothing; a single one holds one case outside the yearly cycle."""

    REGULAR = "regular", N_("Regular cycle")
    REHEARSAL = "rehearsal", N_("Rehearsal cycle")
    SINGLE = "single", N_("Single case")


class CycleStage(Code):
    """Where a cycle stands."""

    PLANNED = "planned", N_("Planned")
    OPEN = "open", N_("In progress")
    CLOSED = "closed", N_("Closed")
    CANCELLED = "cancelled", N_("Cancelled")


class Deadline(Code):
    """The three deadlines of a cycle, by the column that holds them (3.3-a)."""

    SELF_ASSESSMENT = "self_assessment_due", N_("Self-assessment")
    RATING = "rating_due", N_("Colleagues and superior")
    DEPARTMENT = "department_due", N_("Department review")


class ReminderState(Code):
    """What a reminder would come to for somebody whose part is missing (6.1)."""

    DUE = "due", N_("Gets the reminder")
    REMINDED = "reminded", N_("Was already reminded today")
    NO_ACCOUNT = "no_account", N_("Has no account: talk to them")
    LEFT = "left", N_("Has left: hand the work over")
    AWAY = "away", N_("On leave for most of the year, so not reviewed")
    BARRED = "barred", N_("May not judge the case: name someone else")
