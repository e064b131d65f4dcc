"""Conditions of a proposed demotion: who it goes back to, and who says what in the hearing (4.2.2, 4.2-a)."""

from __future__ import annotations

from admin.domain.refusals import N_, Refusal
from admin.domain.workflow.facts import Facts


def not_for_demotion(facts: Facts) -> Refusal | None:
    """A case that was opened for a demotion has no self-assessment and no rating to go back to: it goes back to its proposer (4.2.2)."""
    if not facts.get("demotion_case"):
        return None
    text = N_(
        "This case was opened for a demotion: it is returned to the proposer, not to a self-assessment or a rating."
    )
    return Refusal("4.2.2", text)


def ground_put(facts: Facts) -> Refusal | None:
    """Only a ground that was put to a case can go back to whoever put it (4.2.2)."""
    if facts.get("ground_put"):
        return None
    return Refusal("4.2.2", N_("No ground under 4.2.1 has been stated for this case."))


def not_heard_yet(facts: Facts) -> Refusal | None:
    """The employee's own statement is the hearing; what is written down already is added to instead (4.2-a)."""
    if not facts.get("hearing_recorded"):
        return None
    return Refusal("4.2-a", N_("The hearing is written down already; add to it in your own words."))


def statement_in_time(facts: Facts) -> Refusal | None:
    """A statement is taken up to the last day of the offer; then the case goes on without one (4.2-a)."""
    if until := facts.get("statement_ended"):
        text = N_("The time for a statement ended on %(until)s; the case goes on without one.")
        return Refusal("4.2-a", text, {"until": until})
    return None


def interview_unsigned(facts: Facts) -> Refusal | None:
    """Whoever was interviewed signs what was written down of it, once, with an objection or without one (4.2-a)."""
    if facts.get("interview_unsigned"):
        return None
    return Refusal("4.2-a", N_("There is no record of an interview that waits for your signature."))


OF_DEMOTION = (not_for_demotion, ground_put, not_heard_yet, statement_in_time, interview_unsigned)
