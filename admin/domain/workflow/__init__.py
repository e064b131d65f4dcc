"""The policy's procedures as one table that can be read aloud, and the small engine that follows it."""

from admin.domain.workflow.engine import Decision, actions_at, decide, is_end, transition_for, wrong_stage
from admin.domain.workflow.facts import Facts
from admin.domain.workflow.transitions import TABLE, Transition

__all__ = [
    "TABLE",
    "Decision",
    "Facts",
    "Transition",
    "actions_at",
    "decide",
    "is_end",
    "transition_for",
    "wrong_stage",
]
