"""What each message says: one sentence for each kind, in the second person, for portal, mail and everything else.

A kind is a process and an action of the workflow table. A kind that has no sentence of its own is told by the action's
name, so a new row of the table has a message that reads well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from admin.domain.codes import Deadline
from admin.domain.refusals import N_, P_, filled
from admin.domain.workflow.labels import action_label
from admin.notifications.messages_of_courses import OF_COURSES

MESSAGES: dict[tuple[str, str], str] = {
    ("review", "open"): N_("This year's review has begun. Write your self-assessment on the application form."),
    ("review", "take_in"): N_("Your case is assessed in this cycle after all. Write your self-assessment on the form."),
    ("review", "submit_self_assessment"): N_("A self-assessment was submitted. Please give your rating or evaluation."),
    ("review", "close_self_assessment"): N_("The case goes on without a self-assessment."),
    ("review", "ask_colleague"): N_("Please give your rating as a colleague."),
    ("review", "decline_rating"): N_("A colleague has declined to rate. Another one may be asked."),
    ("review", "submit_superior_evaluation"): N_("The superior has signed the evaluation. You can read it now."),
    ("review", "return_for_correction"): N_("The case was returned for correction. See its page for the reason."),
    ("review", "complete_rating"): N_("The ratings are complete. The case waits for your department review."),
    ("review", "withdraw_application"): N_("The application for promotion was withdrawn. The review goes on."),
    ("review", "propose_demotion"): N_("A demotion is proposed. You will be heard before anything is decided."),
    ("review", "record_hearing"): N_(
        "The hearing before a demotion was recorded: the person heard can read it on the case page and add to it."
    ),
    ("review", "state_oneself"): N_("The employee has submitted a statement on the proposed demotion."),
    ("review", "return_to_proposer"): N_(
        "The department head has returned a proposed demotion to its proposer. See the reason."
    ),
    ("review", "sign_hearing"): N_("The employee has signed the record of the interview before a demotion."),
    ("review", "lapse_hearing"): N_(
        "The time for a statement before a demotion is over. The case goes on as it stands."
    ),
    ("review", "add_to_hearing"): N_("The person heard before a demotion has added to the record of the hearing."),
    ("review", "disown_statement"): N_(
        "A former superior says that the statement attached to this case is not theirs. HR attaches another."
    ),
    ("predecessor_statement", "attach"): N_(
        "A statement was written down in your name, as an employee's former superior. Read it in your grade file, and say so if it "
        "is not yours."
    ),
    ("review", "correct_figure"): N_(
        "A locked figure was corrected. What was signed on it is void and must be signed again; see the case "
        "for the reason."
    ),
    ("review", "attach_predecessor_statement"): N_("The predecessor's statement is attached. You can evaluate now."),
    ("review", "reassign"): N_("A case was assigned to you."),
    ("review", "reorganise"): N_(
        "A reorganisation concerns you or your case from %(effective_on)s on. The case keeps its department, superior and head."
    ),
    ("review", "return_to_panel"): N_("A case that was sent back has come to the panel again."),
    ("review", "determine"): N_("The committee has determined a grade. The result check is next."),
    ("review", "reject_result"): N_("The result check sent a case back to the committee."),
    ("review", "score_again"): N_(
        "The score of a case has to be calculated again. What was signed on it is void and must be signed "
        "again; see the case for the reason."
    ),
    ("review", "put_on_notice"): N_("Your result is known. You may appeal until the notice period ends."),
    ("review", "file_appeal"): N_("An appeal or objection was filed on a case."),
    ("review", "dismiss_appeal"): N_(
        "The appeal was dismissed; the determined grade is unchanged. See the appeal page for the reasons."
    ),
    ("review", "allow_appeal"): N_("The appeal was allowed. A new notice follows."),
    ("review", "conclude_remit"): N_("The panel has decided after sending the case back. A separate notice follows."),
    ("review", "hear_after_end"): N_("The panel has decided on an appeal of a case that has ended."),
    ("review", "remit_to_rating"): N_("The panel sent the case back to the ratings."),
    ("review", "remit_to_department"): N_("The panel sent the case back to the department review."),
    ("review", "order_reassessment"): N_("The committee has ordered that a case is assessed again. Please begin it."),
    ("review", "reassess"): N_(
        "Your review will be done again. What you wrote before is in the form: check it and submit it."
    ),
    ("review", "reopen_rating"): N_("The case is assessed again, from the ratings on."),
    ("review", "reopen_department"): N_("The case is assessed again, from the department review on."),
    ("review", "reopen_committee"): N_("The committee decides on the case again."),
    ("review", "withhold_file"): N_(
        "A file of a case is withheld: today's check does not accept it. Have it sent again."
    ),
    ("appeal", "withhold_file"): N_(
        "The scan of an appeal is withheld: today's check does not accept it. Have it sent again."
    ),
    ("letter", "withhold_file"): N_(
        "The scan of a signed letter is withheld: today's check does not accept it. Have it sent again."
    ),
    ("template", "withhold_file"): N_(
        "A document template is withheld: today's check does not accept it. Upload it again."
    ),
    ("template", "bring"): N_("A new document template waits for a second person to put it into use."),
    ("letter", "ask"): N_("An employee asks about a letter. Please answer."),
    ("letter", "answer"): N_("HR has answered your question about a letter."),
    ("letter", "remind"): N_("A reminder: please read your letter and acknowledge it."),
    ("review", "issue"): N_("Your grade is confirmed by a formal document."),
    ("review", "cancel"): N_("The case was cancelled and counts for nothing."),
    ("review", "remind"): N_("A reminder: something of yours is still missing."),
    ("review", "remind_colleague"): N_("A reminder: something of yours is still missing."),
    ("meeting", "remind"): N_("A reminder: something of yours is still missing."),
    ("appeal", "remind"): N_("A reminder: something of yours is still missing."),
    ("import", "remind"): N_("A reminder: something of yours is still missing."),
    ("cycle", "remind"): N_("A reminder: something of yours is still missing."),
    ("cycle", "extend"): N_("A deadline that concerns you was moved. %(moved)s."),
    ("meeting", "open"): N_("A meeting of the committee has opened. You can vote now."),
    ("meeting", "declare_conflict"): N_("A member has declared a conflict."),
    ("meeting", "reschedule"): N_("A meeting of the committee was moved to another time."),
    ("meeting", "cancel"): N_("A meeting of the committee was cancelled. Its cases wait for another one."),
    ("meeting", "override_recusal"): N_("Lifting a recusal waits for a second person."),
    ("meeting", "close_ballot"): N_("A ballot was closed. Results wait for HR's check."),
    ("meeting", "adjourn"): N_("A meeting has ended. Its minutes wait for signatures."),
    ("appeal", "acknowledge"): N_(
        "Your appeal or objection has arrived. The receipt says when you will get an answer."
    ),
    ("appeal", "enter_for"): N_(
        "HR has entered a paper appeal in your name. If it is not yours, deny it within the notice period."
    ),
    ("appeal", "declare_conflict"): N_("A member of the panel has declared a conflict."),
    ("appeal", "panel_short"): N_("Too few members of the panel may vote on an appeal. Please appoint more."),
    ("appeal", "appoint_to_panel"): N_("Management has appointed a member to the appeal panel."),
    ("appeal", "override_recusal"): N_("Lifting a recusal waits for a second person."),
    ("appeal", "disown"): N_("An employee disowned an appeal that was entered in their name."),
    ("appeal", "file_appeal"): N_("An appeal or objection was received."),
    ("appeal", "correct_entry"): N_("HR has corrected what it had copied from your paper. Please check it."),
    ("appeal", "answer"): N_("The superior has answered an appeal."),
    ("appeal", "refer_to_panel"): N_("An appeal is now before the appeal panel."),
    ("appeal", "make_statement"): N_("The employee concerned has made a statement on an objection."),
    ("appeal", "close_ballot"): N_("The appeal panel has decided. See the appeal's page for the reasons."),
    ("appeal", "decide_together"): N_("The appeal panel has decided this together with another appeal on the case."),
    ("appeal", "vote_again"): N_("The panel's vote was split. Please vote again."),
    ("appeal", "resume"): N_("A remitted case is before the panel again."),
    ("appeal", "withdraw"): N_("An appeal was withdrawn."),
    ("complaint", "file_complaint"): N_("A complaint has arrived and waits for acknowledgement."),
    ("complaint", "acknowledge"): N_("A complaint waits for an investigating officer."),
    ("complaint", "name_accused"): N_(
        "An officer has named a person in a complaint, which excludes members from its ballot: a second "
        "person confirms it."
    ),
    ("complaint", "reply"): N_("There is a new message on a complaint."),
    ("complaint", "assign"): N_("You are appointed to investigate a complaint."),
    ("complaint", "find"): N_("A finding on a complaint waits for its ballot."),
    ("complaint", "appoint_voters"): N_("You are named to vote on the finding on a complaint."),
    ("complaint", "return_finding"): N_("A finding was returned to the investigating officer."),
    ("complaint", "close"): N_("A complaint is closed."),
    ("complaint", "erase_expired"): N_(
        "A complaint that had not been closed was erased because its retention period was over."
    ),
    ("grade_change", "propose"): N_("Adjustments of grades wait for your decision."),
    ("grade_change", "approve"): N_("An adjustment was approved and can be issued."),
    ("grade_change", "reject"): N_("An adjustment was rejected. See its page for the reason."),
    ("grade_change", "issue"): N_(
        "Your grade was adjusted and the document is served on you. If you do not agree, appeal by the date "
        "stated in it."
    ),
    ("grade_change", "withdraw"): N_("An adjustment was withdrawn. See its page for the reason."),
    ("takeover_correction", "propose"): N_("The correction of a takeover waits for your decision."),
    ("takeover_correction", "approve"): N_(
        "A grade that was taken over wrongly was corrected; the document is served."
    ),
    ("takeover_correction", "reject"): N_("A takeover correction was rejected. See its page for the reason."),
    ("document_withdrawal", "propose"): N_(
        "A proposal to withdraw or correct document %(number)s waits for your decision."
    ),
    ("document_withdrawal", "approve"): N_(
        "Management has approved taking a document back; the new document is issued."
    ),
    ("document_withdrawal", "reject"): N_(
        "A proposal to take a document back was rejected. See its page for the reason."
    ),
    ("document_withdrawal", "withdraw"): N_("A proposal to take a document back was withdrawn."),
    ("document_withdrawal", "hangs_on_it"): N_(
        "Document %(number)s was taken back by %(document)s. Adjustments or re-assessments that start from it wait: please check them."
    ),
    ("document_withdrawal", "pay_list_differs"): N_(
        "Document %(number)s was taken back by %(document)s. Payroll has list %(list)s: please correct it by a second list."
    ),
    ("letter", "withdrawal"): N_(
        "Document %(document)s withdraws what %(number)s said of your grade, and has been served on you."
    ),
    ("letter", "correction"): N_(
        "Document %(document)s corrects what %(number)s said of you, and has been served on you."
    ),
    ("appeal", "document_taken_back"): N_(
        "Document %(document)s takes back what the appeal %(appeal)s is about. The appeal stays open until it is decided or withdrawn."
    ),
    ("review", "take_file_grade"): N_(
        "The present grade of a case was changed to the one in the grade file; what was proposed for it no longer applies."
    ),
    ("import", "propose"): N_("Grades to take over wait for your approval."),
    ("audit", "publish_head"): N_(
        "The audit trail's head of the day: %(sequence)s, %(sha256)s. Keep this message: with it you can "
        "detect a trail that was rebuilt later."
    ),
    ("audit", "find_altered_file"): N_(
        "A stored file has changed: %(file)s was altered on the server. It is not served to anyone; check "
        "who could write there."
    ),
    ("employee_record", "record"): N_("A record on an employee waits for your approval."),
    ("employee_record", "approve"): N_("A record was approved and counts from now on."),
    ("employee_record", "approved"): N_("A record was approved and counts from now on."),  # of earlier releases
    ("employee_record", "reject"): N_("A record was not approved; see its page for the reason."),
    ("employee_record", "rejected"): N_("A record was not approved; see its page for the reason."),
    ("employee_record", "record_courses"): N_(
        "The course %(course)s is completed: records of %(count)s people wait for your approval."
    ),
    **OF_COURSES,
    ("viewing", "begin"): N_(
        "%(by)s of HR looked at your own pages as you see them, for at most %(minutes)s minutes. Nothing can be changed that way."
    ),
    ("second_factor", "set_up"): N_("A second factor was set up for your account. If it was not you, tell HR at once."),
    ("second_factor", "taken_off"): N_(
        "The second factor of your account was taken off. If it was not you, tell HR at once."
    ),
    ("second_factor", "recovered"): N_(
        "The second factor of your account was taken off at the server. If you did not ask for it, tell HR and the auditor at once."
    ),
    ("account", "recover"): N_(
        "The second factor of the account %(username)s was taken off at the server; the trail says why."
    ),
    ("account", "password_set"): N_("The password of the account %(username)s was reset on the server."),
    ("second_factor", "recovery_code_used"): N_(
        "Someone signed in to your account with a recovery code. If it was not you, tell HR at once."
    ),
    ("second_factor", "reset_asked"): N_(
        "A reset of your second factor was requested. If you did not request it, tell HR before a second "
        "person approves it."
    ),
    ("second_factor", "reset_approved"): N_(
        "Your second factor was reset: sign in with your password and set up your app. If you did not ask for it, tell HR at once."
    ),
    ("second_factor_reset", "ask"): N_("The reset of a second factor waits for a second person to approve it."),
    ("second_factor", "reset_refused"): N_("The reset of your second factor was refused."),
    ("confirmation", "propose"): N_("Something waits for you as the second person: confirm or reject it."),
    ("confirmation", "confirm"): N_("What was proposed was confirmed by a second person, and is carried out."),
    ("confirmation", "reject"): N_("What was proposed was rejected. See its page for the reason."),
    ("deputy", "appoint_superior"): N_(
        "%(deputy)s acts for %(person)s as superior from %(first)s to %(last)s. Open cases go to the deputy in that time and "
        "come back afterwards."
    ),
    ("deputy", "appoint_head"): N_(
        "%(deputy)s acts for %(person)s as department head or reviewer from %(first)s to %(last)s. Open cases go to the deputy in "
        "that time and come back afterwards."
    ),
    ("deputy", "end_superior"): N_(
        "%(deputy)s no longer acts for %(person)s as superior. What was signed remains valid; open cases go back."
    ),
    ("deputy", "end_head"): N_(
        "%(deputy)s no longer acts for %(person)s as department head or reviewer. What was signed remains valid; open cases go back."
    ),
    ("deputy", "stand_in"): N_("You act for %(person)s until %(last)s. Cases that came to you: %(count)s."),
    ("deputy", "give_back"): N_("Your deputy's time is over. Cases that came back to you: %(count)s."),
    ("handing_over", "receive"): N_("Work of %(name)s was handed over to you. Items that are yours now: %(count)s."),
    ("handing_over", "ask_statement"): N_(
        "People you led have a new superior in their review. Give HR your statement on each of them. Cases: %(count)s."
    ),
    ("account", "issue_code"): N_(
        "A new activation code was issued for this account. If its owner did not ask for it, tell HR and the auditor at once."
    ),
}
MESSAGES |= {
    ("long_work", "end"): N_("A bulk act that you started has ended: %(done)s done, %(refused)s refused."),
    ("long_work", "end_discreetly"): N_("A bulk act that you started has ended."),
    ("long_work", "stop"): N_("A bulk act that you started ended before its last row; see its page for the reason."),
    ("long_work", "propose"): N_("Your request now waits for a second person; nothing has changed yet."),
}
# A reminder says what is missing, of how many cases, and by when (6.1); those of earlier versions did not know it.
REMINDERS = {
    "self_assessment": N_("A reminder: your self-assessment is still missing. Last day: %(due)s."),
    "rating": P_(
        "A reminder: %(count)s case still waits for your rating or evaluation. Last day: %(due)s.",
        "A reminder: %(count)s cases still wait for your rating or evaluation. Last day: %(due)s.",
    ),
    "department_review": P_(
        "A reminder: %(count)s case still waits for your department review. Last day: %(due)s.",
        "A reminder: %(count)s cases still wait for your department review. Last day: %(due)s.",
    ),
}
# The same where people are waited for outside of a cycle's stages.
WAITING = {
    "ballots": P_(
        "A reminder: %(count)s case of an open meeting waits for your ballot.",
        "A reminder: %(count)s cases of an open meeting wait for your ballot.",
    ),
    "takeovers": P_(
        "A reminder: %(count)s grade to take over waits for your approval.",
        "A reminder: %(count)s grades to take over wait for your approval.",
    ),
    "answers": P_(
        "A reminder: %(count)s appeal waits for your answer as superior.",
        "A reminder: %(count)s appeals wait for your answer as superior.",
    ),
}
# What asks its reader for something; of a rehearsal nothing else is sent (1.2-e).
ASKS_FOR_WORK = frozenset(
    {
        ("review", "open"),
        ("review", "take_in"),
        ("review", "submit_self_assessment"),
        ("review", "ask_colleague"),
        ("review", "decline_rating"),
        ("review", "return_for_correction"),
        ("review", "complete_rating"),
        ("review", "attach_predecessor_statement"),
        ("review", "reassign"),
        ("review", "determine"),
        ("review", "reject_result"),
        ("review", "score_again"),
        ("review", "remind"),
        ("review", "remind_colleague"),
        ("cycle", "remind"),
        ("cycle", "extend"),
        ("meeting", "open"),
        ("meeting", "override_recusal"),
        ("meeting", "adjourn"),
    }
)
REMINDING = (("review", "remind"), ("review", "remind_colleague"))
ELSEWHERE = (("meeting", "remind"), ("appeal", "remind"), ("import", "remind"))
WITH_WORDS = (*REMINDING, *ELSEWHERE, ("cycle", "extend"))  # what HR writes for whoever is told
PROCESSES: dict[str, str] = {
    "review": N_("Review case"),
    "letter": N_("Letter"),
    "template": N_("Document template"),
    "cycle": N_("Review cycle"),
    "meeting": N_("Meeting of the committee"),
    "appeal": N_("Appeal or objection"),
    "complaint": N_("Complaint"),
    "policy_version": N_("Policy version"),
    "grade_change": N_("Change of grade"),
    "takeover_correction": N_("Correction of a takeover"),
    "document_withdrawal": N_("Taking back of a document"),
    "import": N_("Import"),
    "employee_record": N_("Record of an employee"),
    "audit": N_("Audit trail"),
    "course_session": N_("Course date"),
    "enrolment": N_("Enrolment"),
    "honour": N_("Honour"),
    "follow_up": N_("Follow-up note"),
    "policy_question": N_("Question about the policy"),
    "policy_reading": N_("The policy"),
    "candidate": N_("Nomination for a management post"),
    "second_factor": N_("Second factor"),
    "viewing": N_("View as this employee"),
    "second_factor_reset": N_("Reset of a second factor"),
    "confirmation": N_("Confirmation by a second person"),
    "predecessor_statement": N_("Statement of the former superior"),
    "deputy": N_("Deputy"),
    "handing_over": N_("Handing over of work"),
    "account": N_("Account"),
    "long_work": N_("Bulk act"),
}


def message_of(process: str, action: str) -> str:
    """The message id of a message's sentence; for a kind without one, the name of what was done."""
    return MESSAGES.get((process, action)) or action_label(action, process)


def told(process: str, action: str, facts: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """A message in its reader's language, wherever it is read; one of a rehearsal says so (1.2-e)."""
    if (process, action) in REMINDING and "due" in facts and facts.get("stage") in REMINDERS:
        text = filled(REMINDERS[facts["stage"]], facts, translate)
    elif (process, action) in ELSEWHERE and facts.get("waits") in WAITING:
        text = filled(WAITING[facts["waits"]], facts, translate)
    elif (process, action) == ("cycle", "extend"):
        text = translate(MESSAGES[process, action]) % {"moved": _moved(facts.get("moved") or {}, translate)}
    else:
        text = translate(message_of(process, action))
        text = text % facts if "%(" in text else text
    return translate(N_("Rehearsal: %(task)s")) % {"task": text} if facts.get("rehearsal") else text


def _moved(moved: Mapping[str, Sequence[str]], translate: Callable[[str], str]) -> str:
    """Each deadline that was moved, with its day now and before."""
    names = Deadline.labels()
    each = translate(N_("%(stage)s: %(day)s instead of %(before)s"))
    told = [
        each % {"stage": translate(names[name]), "day": day, "before": before} for name, (before, day) in moved.items()
    ]
    return translate(N_(", ")).join(told)


def words_of(process: str, action: str, facts: Mapping[str, Any]) -> str:
    """The paragraph that HR has added to a message, as it was typed; shown as HR's words and never as the portal's."""
    return str(facts.get("words") or "") if (process, action) in WITH_WORDS else ""


def process_of(process: str) -> str:
    """The message id of what the message is about."""
    return PROCESSES.get(process, process.replace("_", " ").capitalize())
