"""One policy version as a page: what it changes, who made it, what it is today (6.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import VersionStanding
from admin.models import PolicyVersion
from admin.queries.policy.policy_versions import account_names, changes_of, standings, version_numbered
from admin.rulebook.difference import Change


@dataclass(frozen=True)
class VersionPage:
    """A version beside the one that it is compared with; `standing` is none until it is promulgated.

    `first_day` is the earliest day on which a next version would begin that is begun from this one.
    """

    row: PolicyVersion
    before: PolicyVersion | None
    changes: Sequence[Change]
    standing: VersionStanding | None
    names: Mapping[int, str]
    first_day: date
    may_write: bool


def version_page(session: Session, number: int, reader: Actor, today: date) -> VersionPage:
    """One version; raises `NotFound`."""
    row = version_numbered(session, number)
    before, changes = changes_of(session, row)
    # Names of accounts, not of employees: whoever promulgates for the company may be none.
    names = account_names(session, {row.submitted_by_id, row.promulgated_by_id})
    stands, first = standings(session, today).get(number), max(today, row.effective_from)
    return VersionPage(row, before, changes, stands, names, first, reader.has("hr"))
