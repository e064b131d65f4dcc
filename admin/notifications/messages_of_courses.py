"""What people are told about courses, honours and nominations (5.2)."""

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
