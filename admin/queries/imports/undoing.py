"""What stands against taking an import back: the one answer for the page, the API and the operation (1.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import ChangeStage, ImportKind, ImportState
from admin.domain.refusals import N_, P_, Refusal
from admin.models import AnnualRating, ContactLogin, Department, Employee, GradeChange, Import, Leave, Metric, db
from admin.models.accounts import User
from admin.models.audit import plain
from admin.queries.imports.imports import frozen_periods
from admin.queries.people.leaves import refusals_of
from admin.queries.system.chunks import chunks
from admin.queries.system.references import TABLE_NAMES

Undo = Mapping[str, Any]
PEOPLE, DEPARTMENTS, USERS = Employee.__table__, Department.__table__, User.__table__
# What goes with an account that an import made and nobody has signed in with: its roles, codes, states and messages.
WITH_ACCOUNTS = ("ab_user_role", "activation_codes", "account_states", "notifications")
MOST_RUNS = 300  # SQLite takes no expression that is nested a thousand deep

OFFICES_STAY = P_(
    "The offices of %(count)s person do not come back (%(numbers)s): they are given again, with a second person to confirm.",
    "The offices of %(count)s people do not come back (%(numbers)s): they are given again, with a second person to confirm.",
)
SIGN_IN_AGAIN = P_(
    "%(count)s account is switched on again; its owner has to sign in again.",
    "%(count)s accounts are switched on again; their owners have to sign in again.",
)

NOT_APPLIED = Refusal("1.3.1", N_("Only an import that was applied can be undone."))


def why_not_undone(session: Session, row: Import, now: datetime) -> Refusal | None:
    """Why an import cannot be taken back now: not applied, or something was changed or came to rest on it since.

    Read past the asker's sight: what rests on it is often not theirs to see.
    """
    if row.state != ImportState.APPLIED or row.undo is None:
        return NOT_APPLIED
    with acting_as(system_actor()):
        return RESTS[ImportKind(row.kind)](session, row.undo, row, now)


def not_given_back(row: Import) -> list[tuple[str, dict[str, Any]]]:
    """What taking an import back cannot restore, to be said before it is done: message ids and their facts."""
    undo: Undo = row.undo or {}
    found: list[tuple[str, dict[str, Any]]] = []
    if holders := undo.get("offices_ended"):
        found.append((OFFICES_STAY, {"count": len(holders), "numbers": ", ".join(holders)}))
    if accounts := undo.get("accounts_ended"):
        found.append((SIGN_IN_AGAIN, {"count": len(accounts)}))
    return found


def _employees(session: Session, undo: Undo, _row: Import, now: datetime) -> Refusal | None:
    if refusal := _changed_since(session, dict(undo["changed"])):
        return refusal
    if undo.get("cases_closed"):
        text = P_(
            "This import cannot be undone: %(count)s case of a person who left by it is closed.",
            "This import cannot be undone: %(count)s cases of people who left by it are closed.",
        )
        return Refusal("1.2-g", text, {"count": undo["cases_closed"]})
    return (
        _leaves(session, undo, now)
        or _signed_in(session, undo["accounts"])
        or _resting(session, PEOPLE, undo["new"], undo)
        or _resting(session, USERS, undo["accounts"], undo)
        or _resting(session, DEPARTMENTS, undo["departments"], undo)
    )


def _changed_since(session: Session, changed: Mapping[int, Mapping[str, Any]]) -> Refusal | None:
    there = {row.id: row for row in _rows(session, PEOPLE.c.id, changed, *PEOPLE.c)}
    for key, pairs in changed.items():
        present = there.get(key)
        if present is None or any(plain(getattr(present, name)) != new for name, (_old, new) in pairs.items()):
            text = N_("Employee %(number)s was changed after this import; it can no longer be undone.")
            return Refusal("1.3.1", text, {"number": present.number if present is not None else key})
    return None


def _leaves(session: Session, undo: Undo, now: datetime) -> Refusal | None:
    """What rests on a leave that came with the import, or whether one that it ended is gone."""
    begun = _entities(session, undo.get("leaves", ()))
    if refusal := next(filter(None, refusals_of(session, begun, now).values()), None):
        return refusal
    ended = [key for key, _ends_on in undo.get("leaves_ended", ())]
    if len(_entities(session, ended)) < len(ended):
        return Refusal(
            "1.3.1", N_("A leave that this import ended was taken back after it; it can no longer be undone.")
        )
    return _over_another_leave(session, undo)


def _over_another_leave(session: Session, undo: Undo) -> Refusal | None:
    """Whether a leave that would be opened again meets one that was recorded since."""
    back = {key: date.fromisoformat(ends_on) if ends_on else None for key, ends_on in undo.get("leaves_ended", ())}
    going = {*undo.get("leaves", ()), *back}
    people = {leave.employee_id: leave for leave in _entities(session, list(back))}
    for other in _rows(session, Leave.__table__.c.employee_id, people, *Leave.__table__.c):
        mine = people[other.employee_id]
        if other.id not in going and _meet((mine.starts_on, back[mine.id]), (other.starts_on, other.ends_on)):
            text = N_("Another leave was recorded since this import; it can no longer be undone.")
            return Refusal("1.3.1", text)
    return None


def _meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two times have a day in common; without an end they go on."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)


def _entities(session: Session, keys: Collection[int]) -> list[Leave]:
    return [row for some in _parts(keys) for row in session.scalars(select(Leave).where(_among(Leave.id, some)))]


def _signed_in(session: Session, accounts: Collection[int]) -> Refusal | None:
    if _count(session, USERS.c.id, accounts, USERS.c.last_login.is_not(None)):
        return Refusal("1.3.1", N_("People of this import have signed in already; it can no longer be undone."))
    return None


def _resting(session: Session, table: Table, keys: Collection[int], undo: Undo) -> Refusal | None:
    """The first table whose rows refer to these rows of the import, with how many; what goes with it is not counted."""
    for other in db.metadata.tables.values():
        for foreign in other.foreign_keys:
            # Whatever refers to it, asked of the tables themselves: a table of tomorrow is not forgotten.
            if foreign.column.table is not table or (table is USERS and other.name in WITH_ACCOUNTS):
                continue
            if count := _outside(session, foreign.parent, keys, _going(foreign.parent, undo)):
                text = N_("This import cannot be undone: %(count)s %(what)s now rest on it.")
                return Refusal(
                    "1.3.1", text, {"count": count, "what": TABLE_NAMES.get(other.name, N_("other records"))}
                )
    return None


def _going(column: Column[Any], undo: Undo) -> set[int]:
    """The rows of a column's table that go with the import, or whose old value in the column comes back."""
    gone = {
        "employees": undo["new"], "departments": undo["departments"], "contact_logins": undo["logins"],
        "employee_changes": undo["dated"], "leaves": undo.get("leaves", ()),
    }.get(column.table.name, ())  # fmt: skip
    restored = [key for key, pairs in undo["changed"] if column.name in pairs] if column.table is PEOPLE else []
    return {*gone, *restored}


def _outside(session: Session, column: Column[Any], keys: Collection[int], going: set[int]) -> int:
    # Counted by the database wherever it can: on the people of an import a million figures may rest.
    if not going:
        return _count(session, column, keys)
    return sum(1 for row in _rows(session, column, keys, column.table.c.id) if row.id not in going)


def _grades(session: Session, undo: Undo, _row: Import, _now: datetime) -> Refusal | None:
    changes = GradeChange.__table__
    if _count(session, changes.c.id, undo["new"], changes.c.stage == ChangeStage.APPROVED):
        text = N_("Management has approved these grades; they are on file and change by review only.")
        return Refusal("1.2-c", text)
    return None


def _metrics(session: Session, undo: Undo, row: Import, now: datetime) -> Refusal | None:
    return _figures(session, Metric.__table__, "value", undo, row) or _frozen(session, undo, row, now)


def _contacts(session: Session, undo: Undo, row: Import, now: datetime) -> Refusal | None:
    return _metrics(session, undo, row, now) or _passed_on(session, undo)


def _passed_on(session: Session, undo: Undo) -> Refusal | None:
    """Whether a name whose earlier owner would come back has passed to somebody since: it is one person's on each day."""
    logins = ContactLogin.__table__
    back = {
        key: (date.fromisoformat(first), last and date.fromisoformat(last))
        for key, first, last in undo["logins_before"]
    }
    names = {found.id: found.login for found in _rows(session, logins.c.id, back, logins.c.id, logins.c.login)}
    going = {*undo["logins"], *back}
    for some in chunks(sorted(set(names.values()))):
        for other in session.execute(select(*logins.c).where(logins.c.login.in_(some))).all():
            if other.id not in going and any(
                name == other.login and _meet(back[key], (other.valid_from, other.valid_to))
                for key, name in names.items()
            ):
                text = N_("The name %(login)s has passed on since this import; it can no longer be undone.")
                return Refusal("1.3.1", text, {"login": other.login})
    return None


def _ratings(session: Session, undo: Undo, row: Import, _now: datetime) -> Refusal | None:
    return _figures(session, AnnualRating.__table__, "rating", undo, row)


def _figures(session: Session, table: Table, value: str, undo: Undo, row: Import) -> Refusal | None:
    """Whether the figures that came with the import are still those that it wrote, no more and no fewer."""
    after = {key: new for key, _before, _source, new in undo["changed"]}
    written, mine = {*undo["new"], *after}, table.c.import_id == row.id
    there = session.scalar(select(func.count()).select_from(table).where(mine))
    # Counted twice, as a set would be compared: none is gone, and none has come under the import's name.
    same = there == len(written) == _count(session, table.c.id, written, mine)
    values = _rows(session, table.c.id, after, table.c.id, table.c[value].label("value"))
    if same and all(plain(found.value) == after[found.id] for found in values):
        return None
    return Refusal("1.3.1", N_("Some of these figures were changed after this import; it can no longer be undone."))


def _frozen(session: Session, undo: Undo, row: Import, now: datetime) -> Refusal | None:
    # What an import of an earlier version took away comes back: that is a figure written too.
    back = [(each["employee_id"], date.fromisoformat(each["month"])) for each in undo.get("removed", ())]
    for cycle, people in frozen_periods(session, now):
        months = Metric.month.between(cycle.period_from, cycle.period_to)
        # Of the import's own months: what it wrote outside the cycle's period is frozen by none.
        query = select(Metric.employee_id).where(Metric.import_id == row.id, months).distinct()
        returning = {person for person, month in back if cycle.period_from <= month <= cycle.period_to}
        if people & {*returning, *session.scalars(query)}:
            text = N_(
                "The figures of %(year)s have been locked since the self-assessment deadline of the cycle (3.2-a)"
            )
            return Refusal("3.2-a", text, {"year": cycle.year})
    return None


RESTS: Mapping[ImportKind, Callable[[Session, Undo, Import, datetime], Refusal | None]] = {
    ImportKind.EMPLOYEES: _employees,
    ImportKind.GRADES: _grades,
    ImportKind.METRICS: _metrics,
    ImportKind.CONTACTS: _contacts,
    ImportKind.RATINGS: _ratings,
}


def _count(session: Session, column: Column[Any], keys: Collection[int], *where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(column.table).where(*where)
    return sum(session.scalar(query.where(_among(column, some))) or 0 for some in _parts(keys))


def _rows(session: Session, column: Column[Any], keys: Collection[int], *columns: ColumnElement[Any]) -> list[Any]:
    query = select(*columns)
    return [row for some in _parts(keys) for row in session.execute(query.where(_among(column, some)))]


def _among(column: Any, runs: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    return or_(*(column.between(first, last) for first, last in runs))


def _parts(keys: Collection[int]) -> Iterator[list[tuple[int, int]]]:
    """The keys as runs of numbers, as many at a time as fit into one statement.

    An import writes its rows at once, so that a hundred thousand of them are mostly one run, and one statement.
    """
    runs: list[tuple[int, int]] = []
    for key in sorted(keys):
        if runs and key == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], key
        else:
            runs.append((key, key))
    for start in range(0, len(runs), MOST_RUNS):
        yield runs[start : start + MOST_RUNS]
