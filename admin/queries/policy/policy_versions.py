"""Policy versions for those who make them: the list, the difference, the parameters of the first-run page (6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from admin.models import ParameterConfirmation, PolicyVersion
from admin.models.accounts import User
from admin.queries.policy.policy import rulebook_of
from admin.rulebook.book import Rulebook
from admin.rulebook.content import Parameter
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
    rows = session.scalars(select(ParameterConfirmation).where(ParameterConfirmation.version_id == version.id))
    known = {row.parameter: row for row in rows}
    names = account_names(session, {row.confirmed_by_id for row in known.values()})
    entries = []
    for parameter in sorted(rulebook_of(version).parameters, key=lambda each: not each.blank):
        row = known.get(parameter.id)
        by = names.get(row.confirmed_by_id, "") if row else ""
        entries.append(ParameterEntry(parameter, parameter.value(on), row.confirmed_at if row else None, by))
    return entries


def versions(session: Session) -> list[PolicyVersion]:
    """Every version, latest first, without its content."""
    return list(session.scalars(select(PolicyVersion).order_by(LATEST_FIRST).options(defer(PolicyVersion.content))))


def changes_of(session: Session, version: PolicyVersion) -> tuple[PolicyVersion | None, list[Change]]:
    """What a version changes, against the one in force (for a draft), or against the one that it followed."""
    query = select(PolicyVersion).where(
        PolicyVersion.number < version.number, PolicyVersion.stage.in_(("in_force", "superseded"))
    )
    before = session.scalars(query.order_by(LATEST_FIRST)).first()
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
