"""The policy's pages, each as one page: its clauses, and the values that it leaves to the company (6.1, 6.1-c)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.models import PolicyVersion
from admin.queries.policy.clauses import ChapterEntry, chapters_of
from admin.queries.policy.policy import provisional_of, version_on
from admin.queries.policy.policy_versions import ParameterEntry, coming_versions, parameter_entries
from admin.queries.policy.readings import read_at
from admin.queries.policy.rules import ByDay, rules_on


@dataclass(frozen=True)
class ClausesPage:
    """The version in force, chapter by chapter in one language, and which of its values are provisional."""

    lang: str
    version: PolicyVersion
    coming: Sequence[PolicyVersion]
    chapters: Sequence[ChapterEntry]
    provisional: Collection[str]
    read_at: datetime | None
    may_say: bool


@dataclass(frozen=True)
class ValuesPage:
    """The values in force, and what HR has given its word for."""

    lang: str
    today: date
    version: PolicyVersion
    coming: Sequence[PolicyVersion]
    entries: Sequence[ParameterEntry]
    may_write: bool

    @property
    def open_count(self) -> int:
        """How many are still provisional."""
        return sum(not each.confirmed for each in self.entries)


def clauses_page(session: Session, reader: Actor, lang: str, today: date) -> ClausesPage:
    """The policy as it is printed on a day."""
    rules = rules_on(session, today, ByDay.PRINTED)
    provisional = provisional_of(session, rules.version, today)
    chapters = chapters_of(rules.book, lang, today, provisional)
    me, coming = reader.employee_id, coming_versions(session, today)
    read = read_at(session, rules.version, me)
    return ClausesPage(lang, rules.version, coming, chapters, provisional, read, me is not None)


def values_page(session: Session, reader: Actor, lang: str, today: date) -> ValuesPage:
    """The values of the version in force, for whoever reads or confirms them."""
    version = version_on(session, today)
    entries = parameter_entries(session, version, today)
    return ValuesPage(lang, today, version, coming_versions(session, today), entries, reader.has("hr"))
