"""Codes of people's files (1.2-b, 3.2-d, 4.1-a)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class EmployeeStatus(Code):
    """Whether somebody works here; it follows the dates (1.2-g)."""

    IN_SERVICE = "in_service", N_("In service")
    ON_LEAVE = "on_leave", N_("On leave")
    LEFT = "left", N_("Left the company")


class LeaveKind(Code):
    """Why somebody is away (1.2-b, 3.2-d)."""

    LEAVE = "leave", N_("Leave without pay")
    PARENTAL = "parental", N_("Parental or maternity leave")
    SICK = "sick", N_("Long sick leave")
    POSTING = "posting", N_("On secondment")


class DeputyRole(Code):
    """In which place of the line a deputy stands (3.3-c)."""

    SUPERIOR = "superior", N_("Superior")
    HEAD = "head", N_("Department head or appointed reviewer")


class RecordKind(Code):
    """What is recorded in a personnel file (4.1.1, 4.2.1)."""

    CONTRIBUTION = "contribution", N_("Major contribution")
    CERTIFICATE = "certificate", N_("Certificate or qualification")
    BREACH = "breach", N_("Serious breach of rules")
    TRAINING = "training", N_("Training completed")
    POST_CHANGE = "post_change", N_("Change of post")
    ASSESSMENT = "assessment", N_("Assessment for the present grade")
    PROJECT = "project", N_("Project work")
    EXAM = "exam", N_("Training exam")


class RecordStage(Code):
    """Where a record stands; only an approved one counts (4.1-a)."""

    RECORDED = "recorded", N_("Recorded, not approved yet")
    APPROVED = "approved", N_("Approved")
    REJECTED = "rejected", N_("Rejected")


class PerformanceRating(Code):
    """The annual performance rating of policy 4.1.1 and 4.2.1; `unrated` marks a year of leave (3.2-d)."""

    EXCELLENT = "excellent", N_("Excellent")
    GOOD = "good", N_("Good")
    QUALIFIED = "qualified", N_("Satisfactory")
    UNQUALIFIED = "unqualified", N_("Unsatisfactory")
    UNRATED = "unrated", N_("Not rated")
