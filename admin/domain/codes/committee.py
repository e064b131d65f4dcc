"""Codes of the review committee and its meetings (3.3.4; 3.3.4-a..c)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class Constituency(Code):
    """The three groups that sit in the review committee (3.3.4)."""

    HR = "hr", N_("Human resources")
    CENTRE = "centre_management", N_("Centre management")
    DEPARTMENTS = "related_departments", N_("Related departments")


class Office(Code):
    """What a seat is; the secretary has no vote (3.3.4-a)."""

    CHAIR = "chair", N_("Chair")
    MEMBER = "member", N_("Member")
    ALTERNATE = "alternate", N_("Alternate")
    SECRETARY = "secretary", N_("Secretary")


class MeetingStage(Code):
    """Where a meeting stands."""

    PLANNED = "planned", N_("Planned")
    OPEN = "open", N_("In progress")
    CLOSED = "closed", N_("Closed")
    SIGNED = "signed", N_("Minutes signed")
    CANCELLED = "cancelled", N_("Cancelled")


class ItemState(Code):
    """What has become of a case on an agenda."""

    PENDING = "pending", N_("To be voted on")
    DETERMINED = "determined", N_("Determined")
    DEFERRED = "deferred", N_("Deferred")
    TAKEN_OFF = "taken_off", N_("Taken off the agenda")


class MotionState(Code):
    """What has become of a grade put to the vote (3.3.4-b)."""

    OPEN = "open", N_("Being voted on")
    CARRIED = "carried", N_("Carried")
    REJECTED = "rejected", N_("Not carried")
    WITHDRAWN = "withdrawn", N_("Lapsed")


class Body(Code):
    """Which body fixed a grade."""

    COMMITTEE = "committee", N_("Review committee")
    PANEL = "panel", N_("Appeal panel")
