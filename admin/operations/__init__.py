"""The portal's verbs. Those that carry out an action of the workflow table declare it; these modules hold them."""

DECLARING = (
    "cases.reviews",
    "cases.present_grade",
    "cases.self_assessment",
    "cases.ratings",
    "cases.department",
    "cases.figures",
    "cases.demotions",
    "cycles.cycles",
    "committee.meetings",
    "committee.ballots",
    "outcome.results",
    "outcome.notices",
    "outcome.documents",
    "outcome.adjustments",
    "outcome.takeover_corrections",
    "appeals.appeals",
    "appeals.panel",
    "complaints.complaints",
    "complaints.complaint_findings",
    "policy.policy",
)
