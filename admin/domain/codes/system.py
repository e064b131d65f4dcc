"""Codes of imports, jobs, ways of acting and languages."""

from __future__ import annotations

from admin.domain.codes.code import Code
from admin.domain.refusals import N_


class ImportKind(Code):
    """What a file of HR brings."""

    EMPLOYEES = "employees", N_("Employees")
    GRADES = "grades", N_("Grades held before the system")
    METRICS = "metrics", N_("Monthly metrics")
    CONTACTS = "contacts", N_("Contact logs")
    RATINGS = "ratings", N_("Annual performance ratings")


class ImportState(Code):
    """What has become of an uploaded file."""

    UPLOADED = "uploaded", N_("Uploaded, not checked yet")
    CHECKED = "checked", N_("Checked, can be applied")
    FAULTY = "faulty", N_("Has faults")
    APPLIED = "applied", N_("Applied to the portal")
    REFUSED = "refused", N_("Changes nothing")
    UNDONE = "undone", N_("Taken back")


class HeldState(Code):
    """What is known of a file that waits for its check."""

    CHECKING = "checking", N_("Being checked")
    PASSED = "passed", N_("Passed")
    REFUSED = "refused", N_("Not accepted")


class ConfirmationKind(Code):
    """What one person proposes and a second confirms (6.1-a)."""

    GIVE_ROLE = "give_role", N_("Give a role")
    TAKE_ROLE = "take_role", N_("Take a role away")
    NEW_CODE = "new_code", N_("New activation code on a sealed slip")
    BASIS = "basis", N_("A change of what results are based on")


class BasisAct(Code):
    """What changes the basis of a result, by the verb that does it: the second person's confirming carries it out (6.1-a)."""

    CORRECT_FIGURE = "correct_figure", N_("Correct a figure of a case")
    TAKE_FILE_GRADE = "take_file_grade", N_("Take the grade file's grade over into a case")
    REASSIGN = "reassign", N_("Give a case to another superior or reviewer")
    CORRECT_SNAPSHOT = "correct_snapshot", N_("Correct what was copied when a case was opened")
    CHANGE_CASE = "change_case", N_("Change a case's line or snapshot")
    HAND_OVER = "hand_over", N_("Hand over a person's work")
    HAND_OVER_AS_SUPERIOR = "hand_over_as_superior", N_("Hand over the open work of a superior")
    HAND_OVER_AS_HEAD = "hand_over_as_head", N_("Hand over the open work of a head or reviewer")
    ENTER_FORM = "submit_self_assessment", N_("Enter a paper form for an employee")
    APPOINT_MEMBER = "appoint_member", N_("Appoint a member")
    APPOINT_MEMBERS = "appoint_members", N_("Appoint several members")
    APPOINT_TO_PANEL = "appoint_to_panel", N_("Appoint a member to a panel that is short")
    CHANGE_SEAT = "change_seat", N_("Change a seat")
    END_TERM = "end_term", N_("End a seat's term")
    REMOVE_SEAT = "remove_seat", N_("Take back a seat given by mistake")
    FORM_PANEL = "form_panel", N_("Name the appeal panel")
    CORRECT_NOTICE = "correct_notice", N_("Publish rows of a notice again")
    FILE_APPEAL = "file_appeal", N_("Enter a paper appeal or objection for an employee")
    CORRECT_ENTRY = "correct_entry", N_("Correct a paper appeal or objection that was entered")
    APPOINT_REVIEWER = "appoint_reviewer", N_("Appoint another reviewer before a cycle opens")
    APPOINT_REVIEWERS = "appoint_reviewers", N_("Appoint other reviewers before a cycle opens")
    CORRECT_DATES = "correct_dates", N_("Correct the dates of service on an employee's file")
    RECORD_LEAVE = "record_leave", N_("Record a leave")
    END_LEAVE = "end_leave", N_("Say when a leave ends")
    WITHDRAW_LEAVE = "withdraw_leave", N_("Take a leave back that was entered in error")
    MARK_LEFT = "mark_left", N_("Record a leaver")
    TAKE_BACK_LEAVING = "take_back_leaving", N_("Withdraw a leaving record")
    APPOINT_DEPUTY = "appoint_deputy", N_("Appoint a deputy")
    END_DEPUTY = "end_deputy", N_("End a deputy's appointment")
    ATTACH_STATEMENT = "attach_predecessor_statement", N_("Attach the predecessor's statement")
    APPLY_IMPORT = "apply_import", N_("Apply an import")
    UNDO_IMPORT = "undo_import", N_("Take an import back")
    REORGANISE = "reorganise", N_("Reorganise departments, posts and superiors")


class ConfirmationStage(Code):
    """What has become of it."""

    PROPOSED = "proposed", N_("Waits for a second person")
    CONFIRMED = "confirmed", N_("Confirmed")
    REJECTED = "rejected", N_("Rejected")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class JobState(Code):
    """What has become of a job."""

    DUE = "due", N_("Due")
    RUNNING = "running", N_("Running")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("Failed")


class Way(Code):
    """By which door somebody acted, for the audit trail."""

    WEB = "web", N_("Portal")
    API = "api", N_("API")
    CLI = "cli", N_("Command line")
    WORKER = "worker", N_("Timed work")
    DEMO = "demo", N_("Demo")
    REPORT = "report", N_("Complaint form")


class Language(Code):
    """The languages of texts that are kept in three, by the name that columns and files give them."""

    ZH_HANT = "zh_hant", "繁體中文"
    ZH_HANS = "zh_hans", "简体中文"
    EN = "en", "English"
