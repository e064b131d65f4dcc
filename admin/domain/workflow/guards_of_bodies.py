"""The conditions about panels, findings and filings entered for somebody (3.3.5-a, 3.3.5-e, 6.3-c)."""

from __future__ import annotations

from admin.domain.refusals import N_, Refusal
from admin.domain.workflow.facts import Facts


def panel_short(facts: Facts) -> Refusal | None:
    """Management appoints to the panel only where too few unconflicted members sit (3.3.5-a)."""
    enough = N_("The panel is not short of members: management appoints only where it is.")
    return Refusal("3.3.5-a", enough) if facts.get("panel_refusal") is None else None


def may_be_disowned(facts: Facts) -> Refusal | None:
    """Only what HR entered for somebody is disowned, and within the period (3.3.5-e)."""
    own, late = not facts.get("entered_for_filer"), facts.get("period_over")
    text = (
        N_("You filed this yourself; you may withdraw it.")
        if own
        else N_("The notice period is over; what was entered for you stands.")
    )
    return Refusal("3.3.5-e", text) if own or late else None


def voters_short(facts: Facts) -> Refusal | None:
    """Management names who votes on a finding only where committee and panel have too few without a part (6.3-c)."""
    return facts.get("voters_refusal")


OF_BODIES = (panel_short, may_be_disowned, voters_short)
