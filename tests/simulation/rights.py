"""Who may do which errand, stated here by hand: whatever door it goes through, nobody else gets it done."""

from __future__ import annotations

from admin.access.actor import Actor
from tests.simulation.doors import Broken, Outcome, Step

LAW = "nobody does what is not theirs to do"
HR = frozenset({"hr"})
BODY = frozenset({"committee_member", "chair", "secretary"})
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "confirm_year", "proclaim_holiday", "import_metrics", "import_ratings", "undo_import", "hire", "file_moves",
            "record_leave", "end_leave", "mark_left", "set_superior", "reassign_superiors", "name_head", "plan_cycle",
            "appoint_reviewer", "reassign", "correct_snapshot", "open_initial", "propose_adjustments", "issue_adjustments",
            "propose_correction", "draft_version", "draft_ladder",
        ),
        HR,
    ),
    "give_office": frozenset({"hr", "management", "admin"}),
    **dict.fromkeys(("seat", "appoint_member", "end_term", "reassess"), frozenset({"hr", "management"})),
    **dict.fromkeys(("plan_meeting", "assign_all"), frozenset({"hr", "secretary"})),
    **dict.fromkeys(("vote", "vote_by_consent", "move", "close_item", "close_consent"), BODY),
    **dict.fromkeys(("ask_colleague", "open_demotion", "answer_the_duty", "record"), frozenset({"hr", "superior", "head"})),
}  # fmt: skip


OF_ONES_OWN = {"record"}  # what an employee may also put on file about themselves: a certificate, a project


def hold(step: Step, actor: Actor, outcome: Outcome) -> None:
    """Raise `Broken` where somebody did an errand that none of their roles gives them."""
    allowed = ALLOWED.get(step.verb)
    if step.verb in OF_ONES_OWN and step.target[0] == step.who:
        return
    if outcome.end == "done" and allowed is not None and not actor.has(*allowed):
        raise Broken(LAW, f"{step.verb} {step.target} was done by {step.who}, who is {', '.join(sorted(actor.roles))}")
