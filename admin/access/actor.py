"""Who acts: a person with roles and facts, or the system; and in whose name the session reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

ACCOUNT_ROLES = ("admin", "hr", "employee", "management", "auditor", "complaint_officer")
FACT_ROLES = (
    "superior",
    "head",
    "committee_member",
    "chair",
    "secretary",
    "panel_member",
    "panel_chair",
    "officer",
    "finding_voter",
)
ROLES = ACCOUNT_ROLES + FACT_ROLES


@dataclass(frozen=True)
class Actor:
    """Somebody who acts or reads. `roles` joins the account's roles with those that follow from facts
    (whose superior, which body); `via` is web, api, cli, worker or demo. `proved_at` is when somebody last proved that it is
    they who sit there; None where nobody signs in (command line, timed work). `viewed_by` is the account of whoever looks at the
    portal as this person sees it, and may change nothing. `sign_in` is the number of the sign-in in which it is done."""

    name: str
    user_id: int | None = None
    employee_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    via: str = "web"
    member_ids: frozenset[int] = field(default_factory=frozenset)
    proved_at: datetime | None = field(default=None, compare=False)
    viewed_by: int | None = None
    sign_in: int | None = field(default=None, compare=False)

    @property
    def is_system(self) -> bool:
        """Whether this is the system itself, which sees every row."""
        return "system" in self.roles

    def has(self, *roles: str) -> bool:
        """Whether the actor holds any of these roles."""
        return bool(self.roles & set(roles))


def system_actor(via: str = "worker") -> Actor:
    """The explicit, audited actor of timed work and deploy steps."""
    return Actor(name="system", roles=frozenset({"system"}), via=via)


ANYONE = Actor(name="anyone", via="web")
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Everything read inside is read in this actor's name; None reads nothing of the scoped tables."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def set_acting(actor: Actor | None) -> None:
    """Set the actor for the rest of this context (a request, a task)."""
    _acting.set(actor)


def acting() -> Actor | None:
    """In whose name rows are read now."""
    return _acting.get()
