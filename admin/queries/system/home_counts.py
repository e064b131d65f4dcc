"""Several counts in one statement, as the home page asks for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import VersionStage
from admin.models import PolicyVersion

UNSCOPED = {"unscoped": True}


def how_many(table: type[Any], *conditions: Any, what: Any = None) -> Any:
    """How many rows there are, as a part of a statement; `what`: of which column."""
    return select(func.count(table.id if what is None else what)).where(*conditions).scalar_subquery()


def counts(session: Session, **subqueries: Any) -> dict[str, int]:
    """Several counts in one statement, past the scope."""
    query: Select[Any] = select(*(each.label(name) for name, each in subqueries.items()))
    return dict(session.execute(query.execution_options(**UNSCOPED)).mappings().one())


def to_promulgate(actor: Actor) -> Any:
    """The versions that wait for another person's word."""
    return how_many(
        PolicyVersion,
        PolicyVersion.stage == VersionStage.SUBMITTED,
        PolicyVersion.submitted_by_id.is_distinct_from(actor.user_id),
    )
