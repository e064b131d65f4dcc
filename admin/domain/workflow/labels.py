"""What actions and stages are called on the screens; a new row of the table shows its own name until one is given."""

from __future__ import annotations

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
    "reassign": N_("Assign to somebody else"),
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
    "complete_minutes": N_("The minutes are signed"),
    "vote_again": N_("The panel votes again"),
    "decide_together": N_("Decided together with another appeal"),
    "resume": N_("Back from the stage it was sent to"),
}

STAGES: dict[str, str] = {
    "self_assessment": N_("Self-assessment"),
    "rating": N_("Colleagues and superior"),
    "department_review": N_("Department review"),
    "committee": N_("Review committee"),
    "determined": N_("Result check"),
    "checked": N_("Ready for notice"),
    "on_notice": N_("On notice"),
    "appealed": N_("Under appeal"),
    "issued": N_("Issued"),
    "unchanged": N_("Unchanged"),
    "outside": N_("Outside the ladder"),
    "left": N_("Left the company"),
    "cancelled": N_("Cancelled"),
    "planned": N_("Planned"),
    "open": N_("In progress"),
    "closed": N_("Closed"),
    "with_superior": N_("With the superior"),
    "answered": N_("Answered by the superior"),
    "with_panel": N_("With the appeal panel"),
    "decided": N_("Decided"),
    "withdrawn": N_("Withdrawn"),
    "received": N_("Received"),
    "acknowledged": N_("Acknowledged"),
    "assigned": N_("Under investigation"),
    "found": N_("Finding recorded"),
    "draft": N_("Draft"),
    "submitted": N_("Submitted"),
    "in_force": N_("In force"),
    "superseded": N_("Superseded"),
    "proposed": N_("Proposed"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "signed": N_("Minutes signed"),
}

RELATIONS: dict[str, str] = {
    "subject": N_("the employee"),
    "superior": N_("the superior"),
    "peer": N_("the colleagues"),
    "head": N_("the department head"),
    "hr": N_("HR"),
    "secretary": N_("the committee's secretary"),
    "chair": N_("the committee's chair"),
    "committee_member": N_("the committee's members"),
    "panel_member": N_("the appeal panel"),
    "panel_chair": N_("the appeal panel's chair"),
    "filer": N_("the person who filed it"),
    "management": N_("management"),
    "complaint_officer": N_("the complaint officers"),
    "officer": N_("the appointed officer"),
    "system": N_("the system"),
}


COMPLAINT_SUBJECTS: dict[str, str] = {
    "unfair_conduct": N_("Unfair conduct in the assessment"),
    "conflict_of_interest": N_("Conflict of interest, kinship or favour"),
    "pressure": N_("Pressure or retaliation"),
    "falsified_data": N_("Falsified or concealed data"),
    "other_matter": N_("Something else about the assessment"),
}

# What refusals name by a code.
CONSTITUENCIES: dict[str, str] = {
    "hr": N_("Human resources"),
    "centre_management": N_("Centre management"),
    "related_departments": N_("Related departments"),
}
FLAGS: dict[str, str] = {
    "grade_change": N_("Change of grade"),
    "no_score": N_("No score"),
    "thin_data": N_("Little data"),
    "short_peers": N_("Too few colleagues rated"),
    "outlier_rater": N_("A rater far from the others"),
    "missing_self_assessment": N_("No self-assessment"),
    "low_score": N_("Low score"),
}
RECUSAL_GROUNDS: dict[str, str] = {
    "self": N_("own case"),
    "superior": N_("direct superior"),
    "subordinate": N_("direct subordinate"),
    "other_act": N_("has judged the case before"),
    "kin": N_("related"),
    "complaint_party": N_("party to a complaint or objection"),
    "declared": N_("declared"),
}
JUDGING_ACTS: dict[str, str] = {
    "peer_rating": N_("Colleague's rating"),
    "superior_evaluation": N_("Superior's evaluation"),
    "department_review": N_("Department review"),
    "committee_ballot": N_("Ballot in the committee"),
    "panel_ballot": N_("Ballot in the appeal panel"),
    "finding_adoption": N_("Ballot on a finding"),
    "adjustment_approval": N_("Approval of an adjustment"),
}
FACTS: dict[str, dict[str, str]] = {
    "constituency": CONSTITUENCIES,
    "flags": FLAGS,
    "ground": RECUSAL_GROUNDS,
    "act": JUDGING_ACTS,
    "done": JUDGING_ACTS,
}


def action_label(action: str) -> str:
    """The message id of an action's name."""
    return ACTIONS.get(action, action.replace("_", " ").capitalize())


def stage_label(stage: str) -> str:
    """The message id of a stage's name."""
    return STAGES.get(stage, stage.replace("_", " ").capitalize())


def relation_label(relation: str) -> str:
    """The message id of what somebody is to a case."""
    return RELATIONS.get(relation, relation.replace("_", " "))
