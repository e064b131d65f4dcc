"""The conditions about panels, findings and filings entered for somebody (3.3.5-a, 3.3.5-e, 6.3-c)."""

from __future__ import annotations

from admin.domain.refusals import N_, Refusal
from admin.domain.workflow.facts import Facts


def panel_short(facts: Facts) -> Refusal | None:
    """Management appoints to the panel only where too few unconflicted members sit (3.3.5-a)."""
    enough = N_("The panel is not short of members: management appoints only where it is.")
    return Refusal("3.3.5-a", enough) if facts.get("panel_refusal") is None else None


def may_be_disowned(facts: Facts) -> Refusal | None:
    """What HR entered for somebody is disowned by them, within the period (3.3.5-e)."""
    late = N_("The notice period is over; what was entered for you remains valid.")
    return Refusal("3.3.5-e", late) if facts.get("period_over") else None


def recusal_to_lift(facts: Facts) -> Refusal | None:
    """A recusal from the panel is lifted where there is one that may be: never of one's own case, nor of who judged it (3.3-d)."""
    none = N_("No member of the panel is recused from this case on a ground that may be lifted.")
    return None if facts.get("recusals_to_lift") else Refusal("3.3-e", none)


def voters_short(facts: Facts) -> Refusal | None:
    """Management names who votes on a finding only where committee and panel have too few without a part (6.3-c)."""
    return facts.get("voters_refusal")


def statement_in_own_name(facts: Facts) -> Refusal | None:
    """A former superior disowns what HR wrote down in their name, where it has (3.3-f, 6.1-a)."""
    nothing = N_("No statement was written down in your name.")
    return None if facts.get("statements") else Refusal("3.3-f", nothing)


def ballots_complete(facts: Facts) -> Refusal | None:
    """Complete ballots are closed together where there are any (3.3.4-b)."""
    none = N_("No ballot is complete: on each case that is being voted on, a member has still to vote.")
    return None if facts.get("complete_ballots", 1) else Refusal("3.3.4-b", none)


OF_BODIES = (panel_short, may_be_disowned, statement_in_own_name, recusal_to_lift, voters_short, ballots_complete)
