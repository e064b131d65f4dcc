"""Codes of notices, grade changes and documents (3.3.5, 3.3.6, 4)."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class NoticeKind(Code):
    """What a notice is; a personal one is served, not published (4.2-a)."""

    REGULAR = "regular", N_("List of results")
    CORRECTION = "correction", N_("Correction of a list")
    APPEAL = "appeal", N_("Results of appeals")
    PERSONAL = "personal", N_("Served personally, not published")


class NoticeStage(Code):
    """Where a notice stands."""

    PUBLISHING = "publishing", N_("Being published")
    PUBLISHED = "published", N_("On notice now")
    ENDED = "ended", N_("Taken down")


class ChangeKind(Code):
    """What an entry in the grade file is."""

    TAKEOVER = "takeover", N_("Taken over")
    TAKEOVER_CORRECTION = "takeover_correction", N_("Correction of a takeover")
    INITIAL = "initial", N_("First grading")
    PROMOTION = "promotion", N_("Promotion")
    DEMOTION = "demotion", N_("Demotion")
    UNCHANGED = "unchanged", N_("Stays as it is")
    ADJUSTMENT = "adjustment", N_("Other adjustment")
    REASSESSMENT = "reassessment", N_("Re-assessment")
    WITHDRAWAL = "withdrawal", N_("Withdrawal of a document")
    CORRECTION = "correction", N_("Correction of a document")


class ChangeStage(Code):
    """Where a grade change of its own stands (4.3)."""

    DRAFT = "draft", N_("Draft")
    PROPOSED = "proposed", N_("Proposed")
    APPROVED = "approved", N_("Approved")
    REJECTED = "rejected", N_("Rejected")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    ISSUED = "issued", N_("Issued")


class PayLineState(Code):
    """What a line of a pay-change list does to what payroll was told before (5.1)."""

    NEW = "new", N_("New")
    CHANGED = "changed", N_("Replaces the earlier line")
    WITHDRAWN = "withdrawn", N_("No longer applies")


class DocumentKind(Code):
    """What a formal document confirms (3.3.6)."""

    ANNUAL = "annual", N_("Results of a review cycle")
    APPEAL = "appeal", N_("Results of appeals")
    DEMOTION = "demotion", N_("Demotion")
    INITIAL = "initial", N_("First grading")
    REASSESSMENT = "reassessment", N_("Re-assessment")
    ADJUSTMENT = "adjustment", N_("Other adjustment")
    TAKEOVER = "takeover", N_("Grades taken over")
    TAKEOVER_CORRECTION = "takeover_correction", N_("Correction of a takeover")
    WITHDRAWAL = "withdrawal", N_("Withdrawal of a document")
    CORRECTION = "correction", N_("Correction of a document")
    SERVED = "served", N_("Grade after an appeal against a served document")


class TakesBack(Code):
    """How a document takes another one's place (1.2-f, 3.3.6)."""

    WITHDRAWAL = "withdrawal", N_("Withdraw it: the grades from before it hold again")
    CORRECTION = "correction", N_("Correct it: what is wrong in it is replaced")


class PrintKind(Code):
    """What is printed of a document as PDF."""

    LIST = "list", N_("The document as PDF")
    LETTERS = "letters", N_("Letters")


class ServiceWay(Code):
    """How somebody confirmed that they have read what was served on them."""

    PORTAL = "portal", N_("In the portal")
    PAPER = "paper", N_("On paper")
