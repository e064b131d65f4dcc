"""Who needs a second factor to sign in: everybody who decides on others, keeps their files or keeps the portal (6.3-b)."""

from __future__ import annotations

from admin.access.actor import Actor
from config import current

HELD_TO_IT = frozenset(
    {
        "admin",
        "hr",
        "management",
        "auditor",
        "complaint_officer",
        "officer",
        "finding_voter",
        "chair",
        "secretary",
        "committee_member",
        "panel_member",
        "panel_chair",
    }
)


def is_held(actor: Actor) -> bool:
    """Whether the actor holds an office that asks for a second factor."""
    return bool(actor.roles & HELD_TO_IT)


def is_required(actor: Actor) -> bool:
    """Whether the actor has to have one before anything else is shown: in production, or where the setting asks for it."""
    return is_held(actor) and (current().production or current().require_second_factor)
