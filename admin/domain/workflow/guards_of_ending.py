"""The conditions under which a cycle ends before its cases have: cancelled, or a rehearsal (1.2-d, 1.2-e)."""

from __future__ import annotations

from admin.domain.refusals import N_, P_, Refusal
from admin.domain.workflow.facts import Facts


def nothing_submitted(facts: Facts) -> Refusal | None:
    """A cycle can be cancelled only before the first submission; a demotion that was proposed is one (1.2-d, 4.2.2)."""
    if facts.get("demotions_put", 0):
        text = P_(
            "A demotion is proposed in %(count)s case: department and committee decide on it, cancelling does not.",
            "A demotion is proposed in %(count)s cases: department and committee decide on it, cancelling does not.",
        )
        return Refusal("1.2-d", text, {"count": facts.get("demotions_put")})
    if facts.get("submitted", 0):
        return Refusal(
            "1.2-d",
            P_(
                "%(count)s self-assessment has already been submitted.",
                "%(count)s self-assessments have already been submitted.",
            ),
            {"count": facts.get("submitted")},
        )
    return None


def nothing_determined(facts: Facts) -> Refusal | None:
    """What a committee or panel has determined is not undone by cancelling the proceedings; an appeal is (1.2-d)."""
    if facts.get("ever_determined", 0):
        text = P_(
            "%(count)s result has already been determined; it remains in force and can be appealed.",
            "%(count)s results have already been determined; they remain in force and can be appealed.",
        )
        return Refusal("1.2-d", text, {"count": facts.get("ever_determined")})
    return None


def is_rehearsal(facts: Facts) -> Refusal | None:
    """HR ends a rehearsal at any time; a cycle of the year ends with its last case (1.2-e)."""
    if facts.get("rehearsal"):
        return None
    return Refusal("1.2-e", N_("Only a rehearsal is ended like this; a cycle that counts ends with its last case."))


OF_ENDING = (nothing_submitted, nothing_determined, is_rehearsal)
