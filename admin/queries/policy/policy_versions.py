"""Policy versions for those who make them: the list, the difference, the parameters of the first-run page (6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from admin.domain.codes import VersionStanding
from admin.domain.refusals import NotFound
from admin.domain.versions import standing
from admin.models import PolicyVersion
from admin.models.accounts import User
from admin.queries.policy.policy import confirmations_of, promulgated, provisional_of, rulebook_of, version_on
from admin.rulebook.book import Rulebook
from admin.rulebook.content import Parameter, Text
from admin.rulebook.difference import Change, difference

LATEST_FIRST = PolicyVersion.number.desc()


@dataclass(frozen=True)
class ParameterEntry:
    """A parameter with its value in force, and who confirmed it when."""

    parameter: Parameter
    value: int | str
    confirmed_at: datetime | None
    confirmed_by: str

    @property
    def confirmed(self) -> bool:
        """Whether HR has given its word for the value."""
        return self.confirmed_at is not None


def parameter_entries(session: Session, version: PolicyVersion, on: date) -> list[ParameterEntry]:
    """Every parameter of a version: the blanks of the policy first, then the rules of ours."""
    day = max(on, version.effective_from)
    left, known = provisional_of(session, version, day), confirmations_of(session, version)
    # A word that was given for another value is not shown as if it held for this one.
    known = {key: row for key, row in known.items() if key not in left}
    names = account_names(session, {row.confirmed_by_id for row in known.values()})
    entries = []
    for parameter in sorted(rulebook_of(version).parameters, key=lambda each: not each.blank):
        row = known.get(parameter.id)
        by = names.get(row.confirmed_by_id, "") if row else ""
        entries.append(ParameterEntry(parameter, parameter.value(day), row.confirmed_at if row else None, by))
    return entries


def versions(session: Session) -> list[PolicyVersion]:
    """Every version, latest first, without its content."""
    return list(session.scalars(select(PolicyVersion).order_by(LATEST_FIRST).options(defer(PolicyVersion.content))))


def version_numbered(session: Session, number: int) -> PolicyVersion:
    """One version; raises `NotFound`."""
    row = session.scalars(select(PolicyVersion).where(PolicyVersion.number == number)).first()
    if row is None:
        raise NotFound(f"policy version {number}")
    return row


def standings(session: Session, today: date) -> dict[int, VersionStanding]:
    """What each promulgated version is today, by its number: coming, in force or superseded (6.1-c)."""
    query = promulgated().with_only_columns(PolicyVersion.effective_from, PolicyVersion.number)
    begins = [(day, number) for day, number in session.execute(query)]
    return {each[1]: standing(each, begins, today) for each in begins}


def coming_versions(session: Session, today: date) -> list[PolicyVersion]:
    """The promulgated versions whose day has not come, the next one first (6.1-c)."""
    # The query has the latest first; what is to come is read from the next one on.
    return list(session.scalars(promulgated().where(PolicyVersion.effective_from > today)))[::-1]


def level_names(session: Session, today: date) -> dict[str, Text]:
    """The names of the levels, lowest first: of the version in force, then what only a coming one has (2.1, 6.1-c)."""
    coming = promulgated().where(PolicyVersion.effective_from > today).order_by(None)
    books = [rulebook_of(row) for row in (version_on(session, today), *session.scalars(coming))]
    return {level.id: level.name for book in reversed(books) for level in book.levels}


def changes_of(session: Session, version: PolicyVersion) -> tuple[PolicyVersion | None, list[Change]]:
    """What a version changes, against the one in force (for a draft), or against the one that it followed."""
    # By number: a version is compared with what was law when it was written, not with what came to be law later.
    before = session.scalars(promulgated().where(PolicyVersion.number < version.number)).first()
    if before is None:
        return None, []
    old = rulebook_of(before)
    changes = [change for change in difference(old, rulebook_of(version)) if not _says_nothing(change)]
    return before, [_beside_old_value(change, old) for change in changes]


def _says_nothing(change: Change) -> bool:
    """The version's number, and the first day of a value, which stands with the value itself."""
    return change.part == "version" or (change.part == "parameters" and change.field.endswith(" from"))


def _beside_old_value(change: Change, old: Rulebook) -> Change:
    """A value from a new day on stands beside the one that would have held on that day."""
    if change.parameter is None or change.before is not None or change.id not in {each.id for each in old.parameters}:
        return change
    return replace(change, before=old.value(change.id, date.fromisoformat(change.field.split()[1])))


def account_names(session: Session, keys: Iterable[int | None]) -> dict[int, str]:
    """The names of these accounts by their number."""
    wanted = {key for key in keys if key}
    rows = session.execute(select(User.id, User.first_name, User.username).where(User.id.in_(wanted))) if wanted else ()
    return {key: first or username for key, first, username in rows}
