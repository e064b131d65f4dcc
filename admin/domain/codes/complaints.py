"""Codes of complaints and reports (6.3)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class ComplaintStage(Code):
    """Where a complaint stands."""

    RECEIVED = "received", N_("Received")
    ACKNOWLEDGED = "acknowledged", N_("Acknowledged")
    ASSIGNED = "assigned", N_("Under investigation")
    FOUND = "found", N_("Finding recorded")
    CLOSED = "closed", N_("Closed")


class ComplaintSubject(Code):
    """What it is about (6.3.1)."""

    UNFAIR_CONDUCT = "unfair_conduct", N_("Unfair conduct in the assessment")
    CONFLICT_OF_INTEREST = "conflict_of_interest", N_("Conflict of interest, kinship or favour")
    PRESSURE = "pressure", N_("Pressure or retaliation")
    FALSIFIED_DATA = "falsified_data", N_("Falsified or concealed data")
    OTHER_MATTER = "other_matter", N_("Something else about the review")


class Receivers(Code):
    """Those who receive complaints, or come to know of one by their office: whom a writer may say it concerns (6.3-d)."""

    OFFICERS = "complaint_officer", N_("The complaint officers")
    HR = "hr", N_("HR")
    MANAGEMENT = "management", N_("The management of the company")
    COMMITTEE = "committee", N_("The committee")


class PartyRole(Code):
    """What somebody is to a complaint: who is accused, who must not learn of it, who investigates."""

    ACCUSED = "accused", N_("Person complained about")
    BARRED = "barred", N_("Barred from it")
    OFFICER = "officer", N_("the appointed officer")
    VOTER = "voter", N_("Votes on the finding")
    APPOINTED = "appointed", N_("Votes on the finding by management's appointment")


VOTERS = (PartyRole.VOTER, PartyRole.APPOINTED)  # whose ballots a finding takes (6.3-c)


class FindingVote(Code):
    """A ballot on a finding (6.3.2)."""

    FOR = "for", N_("Adopt the finding")
    AGAINST = "against", N_("Do not adopt it")
