"""What people are told about courses, honours, nominations, follow-up and the policy itself (5.2, 6.2)."""

from __future__ import annotations

from admin.domain.refusals import N_

OF_COURSES: dict[tuple[str, str], str] = {
    ("honour", "nominate"): N_("%(name)s is nominated for an honour; the decision is yours."),
    ("honour", "award"): N_(
        "The honour “%(title)s” is awarded to %(name)s. The person honoured is asked for consent to publication."
    ),
    ("honour", "not_award"): N_("The honour “%(title)s” for %(name)s was not awarded; see its page for the reason."),
    ("candidate", "nominate"): N_("%(name)s is nominated for a management post; the decision is yours."),
    ("candidate", "choose"): N_("%(name)s was chosen for a management post."),
    ("candidate", "not_choose"): N_("%(name)s was not chosen for a management post; see its page for the reason."),
    ("follow_up", "ask"): N_("A follow-up note on %(name)s is due: %(days)s days after the change of grade."),
    ("follow_up", "remind"): N_(
        "A reminder: the follow-up note on %(name)s, %(days)s days after the change of grade, is still missing."
    ),
    ("follow_up", "write"): N_(
        "Your superior has written the follow-up note %(days)s days after your change of grade. You can read it."
    ),
    ("follow_up", "correct"): N_(
        "Your superior has corrected the follow-up note %(days)s days after your change of grade; both can be read."
    ),
    ("follow_up", "report"): N_("The report on changes of grade for %(quarter)s is ready."),
    ("policy_reading", "ask"): N_("Please read version %(number)s of the policy and confirm that you have read it."),
    ("policy_reading", "remind"): N_(
        "A reminder: please read version %(number)s of the policy and confirm that you have read it."
    ),
    ("policy_question", "ask"): N_("Someone asks about the policy."),
    ("policy_question", "answer"): N_("HR has answered your question about the policy."),
    ("enrolment", "enrolled"): N_("You are enrolled for %(course)s on %(day)s."),
    ("enrolment", "waiting"): N_("All places of %(course)s on %(day)s are taken: you are on the waiting list."),
    ("enrolment", "move_up"): N_("You have a place now: %(course)s on %(day)s."),
    ("enrolment", "move"): N_("A course you are enrolled for has moved: %(course)s, now on %(day)s."),
    ("enrolment", "withdraw_enrolment"): N_("Your enrolment for %(course)s was withdrawn."),
    ("enrolment", "drop_place"): N_(
        "%(course)s does not take place for you: it was cancelled, or no place became free."
    ),
    ("enrolment", "complete_enrolment"): N_(
        "You have completed %(course)s. The record counts once HR has approved it."
    ),
    ("enrolment", "miss_enrolment"): N_("%(course)s was completed without you: you are noted as absent."),
}
