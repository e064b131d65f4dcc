"""What actions and stages are called on the screens; a new row of the table shows its own name until one is given."""

from __future__ import annotations

from admin.domain.codes import (
    AppealStage,
    CaseStage,
    ChangeStage,
    ComplaintStage,
    Conflict,
    Constituency,
    CycleStage,
    Flag,
    JudgingAct,
    MeetingStage,
    Relation,
    VersionStage,
)  # fmt: skip
from admin.domain.refusals import N_

ACTIONS: dict[str, str] = {
    "save_self_assessment": N_("Save the draft"),
    "submit_self_assessment": N_("Submit the self-assessment"),
    "close_self_assessment": N_("Go on without a self-assessment"),
    "rate_as_peer": N_("Rate as a colleague"),
    "decline_rating": N_("Decline to rate"),
    "submit_superior_evaluation": N_("Sign the superior's evaluation"),
    "return_for_correction": N_("Return for correction"),
    "close_peer_rating": N_("End the colleagues' rating"),
    "correct_figure": N_("Correct a frozen figure"),
    "attach_predecessor_statement": N_("Attach the predecessor's statement"),
    "withdraw_application": N_("Withdraw the application for promotion"),
    "propose_demotion": N_("Propose a demotion"),
    "record_no_demotion": N_("Record why no demotion is proposed"),
    "record_hearing": N_("Record the hearing"),
    "propose": N_("Propose"),
    "assign_to_meeting": N_("Put on a meeting's agenda"),
    "verify_result": N_("Confirm the result check"),
    "reject_result": N_("Send back to the committee"),
    "close_as_left": N_("Close as left the company"),
    "open": N_("Open"),
    "extend": N_("Extend a deadline"),
    "remind": N_("Remind"),
    "close_stage": N_("Close a stage"),
    "verify_results": N_("Check the results"),
    "publish_notice": N_("Publish the notice"),
    "correct_notice": N_("Correct the notice"),
    "issue": N_("Issue the document"),
    "close": N_("Close"),
    "cancel": N_("Cancel"),
    "declare_conflict": N_("Declare a conflict"),
    "premark": N_("Mark in advance"),
    "cast_ballot": N_("Cast a ballot"),
    "move_grade": N_("Move another grade"),
    "pull_from_consent": N_("Pull out of the consent agenda"),
    "close_ballot": N_("Close the ballot"),
    "adjourn": N_("End the meeting"),
    "sign_minutes": N_("Sign the minutes"),
    "override_recusal": N_("Override a recusal"),
    "make_statement": N_("Make a statement"),
    "answer": N_("Answer"),
    "refer_to_panel": N_("Refer to the appeal panel"),
    "withdraw": N_("Withdraw"),
    "acknowledge": N_("Acknowledge"),
    "reply": N_("Reply"),
    "assign": N_("Appoint an investigating officer"),
    "find": N_("Record the finding"),
    "name_accused": N_("Record who is accused"),
    "return_finding": N_("Send the finding back"),
    "submit": N_("Submit for promulgation"),
    "promulgate": N_("Promulgate"),
    "approve": N_("Approve"),
    "reject": N_("Reject"),
    "reassess": N_("Begin the re-assessment"),
    "reassign": N_("Assign to somebody else"),
    "correct_entry": N_("Correct what was copied from paper"),
    "correct_snapshot": N_("Correct what was copied at the opening"),
    "ask_colleague": N_("Ask another colleague"),
    "release_colleague": N_("Release a colleague from rating"),
    "record": N_("Record in the personnel file"),
    # What follows from another act, as trails and messages name it.
    "complete_rating": N_("The ratings are complete"),
    "determine": N_("Determined by the committee"),
    "return_to_panel": N_("Back to the appeal panel"),
    "put_on_notice": N_("Put on notice"),
    "file_appeal": N_("An appeal or objection arrived"),
    "dismiss_appeal": N_("Dismissed by the appeal panel"),
    "settle_appeal": N_("Withdrawn or settled; the result stands"),
    "allow_appeal": N_("Allowed by the appeal panel"),
    "remit_to_rating": N_("Sent back to the ratings by the panel"),
    "remit_to_department": N_("Sent back to the department by the panel"),
    "reopen_rating": N_("Assessed again from the ratings on"),
    "reopen_department": N_("Assessed again from the department review on"),
    "reopen_committee": N_("Decided again by the committee"),
    "order_reassessment": N_("Re-assessment ordered by the committee"),
    "complete_minutes": N_("The minutes are signed"),
    "vote_again": N_("The panel votes again"),
    "decide_together": N_("Decided together with another appeal"),
    "resume": N_("Back from the stage it was sent to"),
}

STAGES = {
    code: label
    for stages in (
        CaseStage, CycleStage, MeetingStage, AppealStage, ComplaintStage, VersionStage, ChangeStage,
    )
    for code, label in stages.labels().items()
}  # fmt: skip

RELATIONS = Relation.labels()


# What refusals name by a code.
FACTS: dict[str, dict[str, str]] = {
    "constituency": Constituency.labels(),
    "flags": Flag.labels(),
    "ground": Conflict.labels(),
    "act": JudgingAct.labels(),
    "done": JudgingAct.labels(),
}


# Operations that are no action of the workflow table, as the audit trail names them.
OPERATIONS: dict[str, str] = {
    "activate_account": N_("Activate an account"),
    "approve_adjustment": N_("Approve an adjustment"),
    "apply_import": N_("Apply an import"),
    "appoint_member": N_("Appoint to the committee"),
    "appoint_reviewer": N_("Appoint a reviewer"),
    "approve_takeover": N_("Approve grades taken over"),
    "attach_evidence": N_("Attach a file to a case"),
    "cancel_cycle": N_("Cancel a cycle"),
    "cast_panel_ballot": N_("Cast a ballot in the appeal panel"),
    "change_case": N_("Change a case"),
    "change_password": N_("Change one's password"),
    "check_import": N_("Check an import"),
    "close_cycle": N_("Close a cycle"),
    "close_panel_ballot": N_("Close the appeal panel's ballot"),
    "complete_overdue_ratings": N_("Complete ratings past their deadline"),
    "confirm_calendar_year": N_("Confirm a calendar year"),
    "confirm_parameter": N_("Confirm a value of the policy"),
    "confirm_parameters": N_("Confirm values of the policy"),
    "count_failure": N_("Count a failed sign-in"),
    "count_guess": N_("Count a wrong receipt code"),
    "create_accounts": N_("Make accounts for employees"),
    "decide_adjustments": N_("Decide on adjustments"),
    "delete_role": N_("Delete a role"),
    "download_complaint_file": N_("Download a file of a complaint"),
    "download_document": N_("Download a document"),
    "download_minutes": N_("Download a meeting's minutes"),
    "draft_adjustment": N_("Draft an adjustment"),
    "draft_policy_version": N_("Draft a policy version"),
    "end_leave": N_("Record the end of a leave"),
    "end_login": N_("End a contact-system login"),
    "end_notices": N_("End notices whose period is over"),
    "end_term": N_("End a term on the committee"),
    "ensure_permissions": N_("Set up permissions"),
    "erase_expired": N_("Erase complaints whose time is over"),
    "export_audit": N_("Export the audit trail"),
    "export_department": N_("Export a department's table"),
    "export_grade_file": N_("Export a grade file"),
    "export_list": N_("Export a list"),
    "extend_deadline": N_("Extend a cycle's deadline"),
    "file_complaint": N_("File a complaint"),
    "finish_job": N_("Finish a background job"),
    "forget_failures": N_("Forget failed sign-ins"),
    "form_panel": N_("Form the appeal panel"),
    "give_back_job": N_("Give a background job back"),
    "issue_activation_codes": N_("Issue activation codes"),
    "issue_activation_slips": N_("Issue activation slips"),
    "issue_adjustments": N_("Issue adjustments"),
    "load_rulebook": N_("Load the rulebook"),
    "map_login": N_("Map a contact-system login"),
    "map_logins": N_("Map contact-system logins"),
    "mark_in_centre": N_("Mark departments of the centre"),
    "mark_left": N_("Record that somebody left"),
    "mark_read": N_("Mark messages as read"),
    "name_head": N_("Name a department's head"),
    "open_cycle": N_("Open a review cycle"),
    "open_meeting": N_("Open a meeting"),
    "plan_cycle": N_("Plan a review cycle"),
    "plan_meeting": N_("Plan a meeting"),
    "promulgate_policy_version": N_("Promulgate a policy version"),
    "propose_adjustment": N_("Propose an adjustment"),
    "propose_adjustments": N_("Propose adjustments"),
    "read_complaint": N_("Read what a complaint says"),
    "read_evidence": N_("Read a file of evidence"),
    "read_grade_file": N_("Read a grade file"),
    "reassign_review": N_("Reassign a case"),
    "reassign_superiors": N_("Reassign superiors"),
    "record_approved": N_("Approve a record"),
    "record_leave": N_("Record a leave"),
    "record_minutes": N_("Record a meeting's minutes"),
    "record_on_file": N_("Record on an employee's file"),
    "record_publication": N_("Record a publication"),
    "record_rejected": N_("Reject a record"),
    "record_rendering": N_("Record a rendered document"),
    "refer_overdue": N_("Refer overdue appeals to the panel"),
    "reject_adjustment": N_("Reject an adjustment"),
    "reject_takeover": N_("Reject grades to take over"),
    "remove_evidence": N_("Take a file off a case"),
    "renew_account": N_("Issue a new activation code"),
    "reply_as_complainant": N_("Reply as the complainant"),
    "save_account": N_("Save an account"),
    "save_import_profile": N_("Keep a mapping of columns"),
    "save_proposal_draft": N_("Save a proposal"),
    "save_rating": N_("Save a rating"),
    "save_role": N_("Save a role"),
    "score": N_("Work out the score"),
    "seal": N_("Seal the audit trail"),
    "seed_calendar_year": N_("Fill in a calendar year"),
    "send_proposal": N_("Send a proposal"),
    "set_calendar_day": N_("Set a calendar day"),
    "set_password": N_("Set a password"),
    "set_superior": N_("Set a superior"),
    "ship_roles": N_("Set up the roles that ship"),
    "sign_in": N_("Sign in to the portal"),
    "sign_out": N_("Sign out of the portal"),
    "submit_by_proxy": N_("Submit a paper form by proxy"),
    "submit_policy_version": N_("Submit a policy version"),
    "take_job": N_("Take a background job"),
    "undo_import": N_("Take an import back"),
    "undo_proposal_draft": N_("Undo the last change of a proposal"),
    "upload_import": N_("Upload a file to import"),
}


# Why a case ends without a grade of its own (1.2-b).


def action_label(action: str) -> str:
    """The message id of an action's or an operation's name."""
    return ACTIONS.get(action) or OPERATIONS.get(action) or action.replace("_", " ").capitalize()


def stage_label(stage: str) -> str:
    """The message id of a stage's name."""
    return STAGES.get(stage, stage.replace("_", " ").capitalize())


def relation_label(relation: str) -> str:
    """The message id of what somebody is to a case."""
    return RELATIONS.get(relation, relation.replace("_", " "))
