"""Codes of what a grade brings beside pay: courses and who takes them (5.2.1)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class CourseBrings(Code):
    """What a completed course puts on the personnel file; each waits for approval there (4.1-a)."""

    TRAINING = "training", N_("A training record")
    CERTIFICATE = "certificate", N_("A training record and a certificate")


class SessionStage(Code):
    """What has become of a date on which a course is given."""

    OPEN = "open", N_("Announced")
    HELD = "held", N_("Held and completed")
    CANCELLED = "cancelled", N_("Cancelled")


class EnrolmentStage(Code):
    """Where somebody stands with a course date."""

    ENROLLED = "enrolled", N_("Has a place")
    WAITING = "waiting", N_("On the waiting list")
    ATTENDED = "attended", N_("Attended")
    ABSENT = "absent", N_("Did not attend")
    COMPLETED = "completed", N_("Course completed")
    MISSED = "missed", N_("Course missed")
    WITHDRAWN = "withdrawn", N_("Enrolment withdrawn")


class EnrolledBy(Code):
    """Who put somebody on a course."""

    SELF = "self", N_("The employee")
    SUPERIOR = "superior", N_("Superior")
    HEAD = "head", N_("Department head")
    HR = "hr", N_("Human resources")


class NeedKind(Code):
    """Why somebody needs training: what their last result, or the next grade, asks for (5.2.1)."""

    WEAK = "weak", N_("A weak criterion of the last result")
    MISSING_POINTS = "missing_points", N_("Points missing for the next grade")
    CERTIFICATE = "certificate", N_("A certificate is a ground for promotion")


class HonourStage(Code):
    """Where an honour stands; it is published only while the person's consent is there (5.2.3)."""

    NOMINATED = "nominated", N_("Nominated")
    AWARDED = "awarded", N_("Awarded; consent to publication not given")
    CONSENTED = "consented", N_("Awarded; published with consent")
    REJECTED = "rejected", N_("Not awarded")
    WITHDRAWN = "withdrawn", N_("Nomination withdrawn")


class CandidateStage(Code):
    """What has become of a nomination for a management post (5.2.2)."""

    NOMINATED = "nominated", N_("Nominated")
    CHOSEN = "chosen", N_("Chosen for the post")
    NOT_CHOSEN = "not_chosen", N_("Not chosen this time")
    WITHDRAWN = "withdrawn", N_("Nomination withdrawn")


class ManagementPost(Code):
    """For which kind of management post somebody is a candidate (5.2.2)."""

    SUPERVISOR = "supervisor", N_("Supervisor")
    MANAGER = "manager", N_("Manager")


class FollowUpOutcome(Code):
    """How somebody does in the grade after a change, as the superior sees it (6.2)."""

    WELL = "well", N_("Doing well")
    SUPPORT = "support", N_("Needs support")
    DIFFICULT = "difficult", N_("In difficulty")
