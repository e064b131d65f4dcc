"""Codes of cases, ratings and judging (3.3; 1.2-a, 3.3-d, 3.3-e)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class CaseKind(Code):
    """The kind of a review case (1.2-a)."""

    ANNUAL = "annual", N_("Annual review")
    INITIAL = "initial", N_("First grading")
    DEMOTION = "demotion", N_("Review for demotion")
    REASSESSMENT = "reassessment", N_("Re-assessment")
    SERVED = "served", N_("Appeal against a served document")


class CaseStage(Code):
    """Where a case stands; from `issued` on it has ended."""

    SELF_ASSESSMENT = "self_assessment", N_("Self-assessment")
    RATING = "rating", N_("Colleagues and superior")
    DEPARTMENT_REVIEW = "department_review", N_("Department review")
    COMMITTEE = "committee", N_("Review committee")
    DETERMINED = "determined", N_("Result check")
    CHECKED = "checked", N_("Ready for notice")
    ON_NOTICE = "on_notice", N_("On notice")
    APPEALED = "appealed", N_("Under appeal")
    ISSUED = "issued", N_("Issued")
    UNCHANGED = "unchanged", N_("Unchanged")
    OUTSIDE = "outside", N_("Outside the ladder")
    LEFT = "left", N_("Left the company")
    CANCELLED = "cancelled", N_("Cancelled")


class CaseOutcome(Code):
    """Why a case does not go through the full process (1.2-b)."""

    MANAGEMENT = "management", N_("Management post, outside the ladder")
    SHORT_SERVICE = "short_service", N_("In service too short to be graded")
    LONG_LEAVE = "long_leave", N_("On leave for most of the year")
    OTHER_CASE = "other_case", N_("Another case is open and decides")


class RaterKind(Code):
    """Who rates (3.2.3, 3.3.2)."""

    PEER = "peer", N_("Colleague's rating")
    SUPERIOR = "superior", N_("Superior's evaluation")


class RatingState(Code):
    """What has become of a rating that was asked for."""

    ASKED = "asked", N_("to rate")
    DRAFT = "draft", N_("begun")
    SUBMITTED = "submitted", N_("rated")
    DECLINED = "declined", N_("declined")
    EXPIRED = "expired", N_("no longer asked")
    VOID = "void", N_("no longer asked")


class HearingForm(Code):
    """How somebody was heard before a demotion (4.2-a)."""

    STATEMENT = "statement", N_("A statement in writing")
    INTERVIEW = "interview", N_("An interview, recorded")
    NOT_TAKEN_UP = "not_taken_up", N_("The offer was declined")


class PredecessorForm(Code):
    """What there is of the superior before (3.3-f)."""

    STATEMENT = "statement", N_("A statement of the superior before")
    NOT_OBTAINABLE = "not_obtainable", N_("It could not be obtained")


class Flag(Code):
    """A reason why a case is looked at individually; a low score flags and never demotes (3.3.3-a, 3.3.4-c)."""

    GRADE_CHANGE = "grade_change", N_("Change of grade")
    NO_SCORE = "no_score", N_("No score: a whole dimension has no data")
    THIN_DATA = "thin_data", N_("Insufficient data in a criterion")
    SHORT_PEERS = "short_peers", N_("Too few colleagues rated")
    OUTLIER_RATER = "outlier_rater", N_("One rating is far from the others")
    MISSING_SELF_ASSESSMENT = "missing_self_assessment", N_("Without a self-assessment")
    LOW_SCORE = "low_score", N_("Score below the present grade's threshold")


class JudgingAct(Code):
    """The seven kinds of judging act; answering an appeal, checking, publishing and issuing are none of them (3.3-d)."""

    PEER_RATING = "peer_rating", N_("Colleague's rating")
    SUPERIOR_EVALUATION = "superior_evaluation", N_("Superior's evaluation")
    DEPARTMENT_REVIEW = "department_review", N_("Department review")
    COMMITTEE_BALLOT = "committee_ballot", N_("Ballot in the committee")
    PANEL_BALLOT = "panel_ballot", N_("Ballot in the appeal panel")
    FINDING_ADOPTION = "finding_adoption", N_("Ballot on a finding")
    ADJUSTMENT_APPROVAL = "adjustment_approval", N_("Approval of an adjustment")


class Conflict(Code):
    """The grounds on which a person is conflicted in a case (3.3-e)."""

    SELF = "self", N_("own case")
    SUPERIOR = "superior", N_("direct superior")
    SUBORDINATE = "subordinate", N_("direct subordinate")
    OTHER_ACT = "other_act", N_("has judged the case before")
    KIN = "kin", N_("related")
    COMPLAINT_PARTY = "complaint_party", N_("party to a complaint or objection")
    DECLARED = "declared", N_("declared")


# No reason overrides these: nobody judges their own case or judges twice in different roles (3.3-d).
FIXED_GROUNDS = (Conflict.SELF, Conflict.OTHER_ACT)


class Relation(Code):
    """What somebody is to a record; the workflow table names who acts and who is told by it."""

    SUBJECT = "subject", N_("the employee")
    SUPERIOR = "superior", N_("the superior")
    PEER = "peer", N_("the colleagues")
    HEAD = "head", N_("the department head")
    HR = "hr", N_("HR")
    SECRETARY = "secretary", N_("the committee's secretary")
    CHAIR = "chair", N_("the committee's chair")
    COMMITTEE_MEMBER = "committee_member", N_("the committee's members")
    PANEL_MEMBER = "panel_member", N_("the appeal panel")
    PANEL_CHAIR = "panel_chair", N_("the appeal panel's chair")
    FILER = "filer", N_("the person who filed it")
    ENTERED_FOR = "entered_for", N_("the person it was entered for")
    MANAGEMENT = "management", N_("management")
    COMPLAINT_OFFICER = "complaint_officer", N_("the complaint officers")
    OFFICER = "officer", N_("the appointed officer")
    VOTER = "voter", N_("those who vote on the finding")
    APPROVER = "approver", N_("those who approve records of this kind")
    RECORDER = "recorder", N_("the person who recorded it")
    SECOND = "second", N_("a second person of HR or management")
    SYSTEM = "system", N_("the system")
