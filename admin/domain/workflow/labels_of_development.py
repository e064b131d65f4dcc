"""What is done about courses, in words (5.2)."""

from __future__ import annotations

from admin.domain.refusals import N_

ACTIONS_OF_DEVELOPMENT: dict[str, str] = {
    "complete_course": N_("Complete the course date"),
    "cancel_course": N_("Cancel the course date"),
    "withdraw_enrolment": N_("Withdraw the enrolment"),
    "mark_attended": N_("Record that the employee came"),
    "mark_absent": N_("Record that the employee did not come"),
    "move_up": N_("Move up from the waiting list"),
    "drop_place": N_("Take the place away"),
    "complete_enrolment": N_("Complete the course"),
    "miss_enrolment": N_("Note the course as missed"),
    "award": N_("Award the honour"),
    "not_award": N_("Do not award it"),
    "withdraw_nomination": N_("Withdraw the nomination"),
    "give_consent": N_("Consent to publication"),
    "withdraw_consent": N_("Withdraw my consent"),
    "choose": N_("Choose for the post"),
    "not_choose": N_("Do not choose this time"),
}
OF_DEVELOPMENT: dict[str, str] = {
    "enrol": N_("Enrol for a course"),
    "nominate_honour": N_("Nominate for an honour"),
    "nominate_candidate": N_("Nominate for a management post"),
    "record_attendance": N_("Record the attendance"),
    "add_courses": N_("Add a course"),
    "edit_courses": N_("Change a course"),
    "delete_courses": N_("Delete a course"),
    "add_course_sessions": N_("Add a course date"),
    "attendance_from": N_("Record attendance from a list"),
    "ask_follow_ups": N_("Ask for follow-up notes"),
    "remind_follow_ups": N_("Remind of follow-up notes"),
    "write_follow_up": N_("Write a follow-up note"),
    "report_follow_ups": N_("Tell HR of the quarter's report on changes of grade"),
    "read_policy": N_("Confirm that one has read the policy"),
    "ask_for_reading": N_("Ask everyone to read the policy"),
    "remind_readings": N_("Remind of the policy to read"),
    "ask_about_policy": N_("Ask about the policy"),
    "answer_about_policy": N_("Answer a question about the policy"),
    "publish_question": N_("Publish a question about the policy"),
    "unpublish_question": N_("Take a published question down"),
    "edit_course_sessions": N_("Change a course date"),
}
CONSEQUENCES_OF_DEVELOPMENT: dict[tuple[str, str], str] = {
    ("honour", "award"): N_(
        "The honour is awarded and counts for this year's limit. The employee is asked for consent."
    ),
    ("honour", "not_award"): N_("The nomination ends; the person who nominated is told why."),
    ("honour", "withdraw_nomination"): N_("The nomination ends. It can be made again."),
    ("honour", "give_consent"): N_(
        "Your name and the honour are shown on the notice site, until you withdraw your consent."
    ),
    ("candidate", "choose"): N_(
        "The decision is recorded. HR records the new post as a move; the grade does not change by it."
    ),
    ("candidate", "not_choose"): N_("The nomination ends; the person who nominated is told why."),
    ("candidate", "withdraw_nomination"): N_("The nomination ends. It can be made again."),
    ("course_session", "complete_course"): N_(
        "Those who came get a training record, and a certificate where the course brings one; both wait for approval. "
        "Attendance can no longer be changed."
    ),
    ("course_session", "cancel_course"): N_(
        "Everyone enrolled loses the place and is told why. The date cannot be opened again."
    ),
    ("enrolment", "withdraw_enrolment"): N_(
        "The place goes to the first on the waiting list. Enrolling again puts the name at the end."
    ),
}
