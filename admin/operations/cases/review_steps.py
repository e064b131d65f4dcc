"""What every act on a case before the committee needs: signatures, limits of texts, telling people (3.3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from admin.access.actor import Actor
from admin.domain.refusals import N_, Invalid
from admin.domain.texts import refuse_unprintable
from admin.domain.workflow import Transition
from admin.models import Review
from admin.operations.transaction import Operation
from admin.queries.cases.review_facts import review_facts

TEXT_LIMIT = 5_000
REASON_NEEDED = N_("Give a reason: it is recorded with the action.")


def limited(name: str, text: str) -> str:
    """A text as it is stored; raises `Invalid` where it is too long or cannot be printed."""
    if len(text) > TEXT_LIMIT:
        raise Invalid({name: N_("At most %(limit)s characters.")}, {"limit": TEXT_LIMIT})
    refuse_unprintable(**{name: text})
    return text


def reasoned(reason: str) -> str:
    """A reason that is there; raises `Invalid` where it is not."""
    if not reason.strip():
        raise Invalid({"reason": REASON_NEEDED})
    return limited("reason", reason.strip())


def signature(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of what was signed (3.3.2)."""
    # Sorted and without spaces: the same content has one form, whatever made it.
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def step_with_reason(op: Operation, review: Review, action: str, reason: str, **known: Any) -> Transition:
    """Carry out an action that is recorded with its reason; raises `Refused` without one."""
    facts = review_facts(op.session, review, op.actor, op.now, attempt=True, reason=reason, **known)
    return op.step(review, facts, action, reason=reason.strip())


def relation_of(review: Review, actor: Actor) -> str:
    """What the actor is to the case first of all, for its history."""
    line = {"subject": review.employee_id, "superior": review.superior_id, "head": review.head_id}
    # The line before the office: HR staff who act on their own people act as superiors.
    mine = [name for name, key in line.items() if key is not None and key == actor.employee_id]
    return mine[0] if mine else "hr" if actor.has("hr") else "system"
