"""What is done about who stands in whose place, and by those whom a document names, in words (3.3-c, 1.2-g, 3.3.6)."""

from __future__ import annotations

from admin.domain.refusals import N_
from admin.domain.workflow.labels_of_development import (
    ACTIONS_OF_DEVELOPMENT,
    CONSEQUENCES_OF_DEVELOPMENT,
    OF_DEVELOPMENT,
)
from admin.domain.workflow.labels_of_pay import OF_PAY
from admin.domain.workflow.labels_of_withdrawals import OF_WITHDRAWALS

OF_STANDING_IN: dict[str, str] = {
    "stand_in": N_("Given to the deputy"),
    "give_back": N_("Given back by the deputy"),
    "appoint_deputy": N_("Appoint a deputy"),
    "end_deputy": N_("End a deputy's appointment"),
    "follow_deputies": N_("Give cases to deputies, and back"),
    "hand_over": N_("Hand over work"),
    "sign_hearing": N_("Sign the record of the interview"),
    "lapse_hearings": N_("Go on where the time for a statement is over"),
    "reorganise": N_("Reorganise departments, posts and superiors"),
    "replace_rater": N_("Ask another colleague instead"),
}
OF_LETTERS: dict[str, str] = {
    "record_print": N_("Record a printed document"),
    "prepare_letters": N_("Have letters printed"),
    "acknowledge_document": N_("Acknowledge a letter"),
    "acknowledge_on_paper": N_("Record an acknowledgement on paper"),
    "ask_about_document": N_("Ask about a letter"),
    "answer_question": N_("Answer a question about a letter"),
    "ask_for_codes": N_("Ask for the codes of everyone with an office"),
    "print_codes": N_("Print codes together"),
    "remind_waiting": N_("Remind of ballots, takeovers and answers"),
    "remind_unread": N_("Remind of letters that are not acknowledged"),
    "open_served": N_("Open an appeal against a served document"),
    "end_served": N_("End appeals against served documents whose period is over"),
    "bring_template": N_("Upload a document template"),
    "use_template": N_("Put a document template into use"),
    "retire_template": N_("Go back to the portal's template"),
}
FURTHER = OF_STANDING_IN | OF_PAY | OF_LETTERS | OF_WITHDRAWALS | OF_DEVELOPMENT
FURTHER_ACTIONS: dict[str, str] = {
    **ACTIONS_OF_DEVELOPMENT,
    "close_complete_ballots": N_("Close all complete ballots"),
    "return_to_proposer": N_("Return the demotion to the proposer"),
    "state_oneself": N_("Submit my own statement"),
    "sign_hearing": N_("Sign the record of the interview"),
    "lapse_hearing": N_("The time for a statement is over"),
    "stand": N_("The served document remains valid"),
    "conclude": N_("End the proceedings"),
}
FURTHER_CONSEQUENCES: dict[tuple[str, str], str] = {
    **CONSEQUENCES_OF_DEVELOPMENT,
    ("meeting", "close_complete_ballots"): N_(
        "Every ballot on which all have voted is closed. What is carried is then determined."
    ),
    ("employee_record", "approve"): N_("Approve this record? It counts from then on."),
    ("employee_record", "reject"): N_("The record does not count and cannot be approved later."),
}
