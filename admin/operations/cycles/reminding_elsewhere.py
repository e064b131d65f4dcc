"""Reminding who has still to vote, to approve takeovers or to answer an appeal: one message a person and day, with HR's words (6.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.refusals import Invalid
from admin.models.accounts import User
from admin.operations.cycles.reminding import TOO_LONG
from admin.operations.people.people import require_hr
from admin.operations.transaction import operation
from admin.queries.cycles.waited_elsewhere import KINDS, awaited
from admin.queries.cycles.waited_for import LONGEST_WORDS, REMIND


def remind_waiting(kind: str, words: str = "", *, actor: Actor, now: datetime) -> int:
    """Remind everyone who is waited for and was not reminded today; returns how many.

    Raises `NotFound` for anyone but HR and for a kind that there is not, `Invalid` for words that are too long.
    """
    with operation("remind_waiting", actor=actor, now=now, clause="6.1") as op:
        require_hr(op)
        if len(words) > LONGEST_WORDS:
            raise Invalid({"words": TOO_LONG}, {"most": LONGEST_WORDS, "count": len(words)})
        accounts = [each.account for each in awaited(op.session, kind, actor, now) if not each.reminded]
        # Two who ask at once come one after the other, and the later one finds who was reminded.
        op.locked(select(User).where(User.id.in_(accounts)).order_by(User.id)).all()
        due = [each for each in awaited(op.session, kind, actor, now) if not each.reminded]
        op.post(
            {
                "user_id": each.account, "process": KINDS[kind].process, "action": REMIND, "record_id": each.first,
                "facts": {"waits": kind, "count": each.count} | ({"words": words} if words else {}),
            }
            for each in due
        )  # fmt: skip
        op.note("remind", "notifications", None, {"kind": [None, kind], "people": [None, len(due)]})
    return len(due)
