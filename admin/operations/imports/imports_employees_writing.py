"""Writing an employee import, set-based, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from admin.domain.power import GRANTED
from admin.domain.service import MOVED
from admin.files.employees import EmployeeRow
from admin.models import ContactLogin, Department, Employee, EmployeeChange, Import, Model
from admin.models.accounts import User, assoc_user_role
from admin.models.audit import UNAUDITED_TABLES, plain
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.imports.imports_employees import EmployeeWork, Path
from admin.operations.imports.imports_leaves import ON_LEAVE, follow_statuses, give_leaves_back
from admin.operations.imports.imports_plan import Plan
from admin.operations.people.people import take_leave_of
from admin.operations.progress import Progress
from admin.operations.transaction import Operation
from admin.queries.imports.follows import office_holders
from admin.queries.imports.imports import department_paths
from admin.queries.imports.undoing import WITH_ACCOUNTS
from admin.queries.system.chunks import chunks

PEOPLE = Employee.__table__
DEFAULTS: dict[str, Any] = {
    "post": "", "queue": None, "joined_centre_on": None, "left_on": None, "email": None, "is_management": False, "superior_id": None,
}  # fmt: skip
BATCH = 5_000  # rows a statement: small enough to show progress, large enough not to be felt


def write_employees(op: Operation, plan: Plan, row: Import, progress: Progress) -> dict[str, Any]:
    """Write what the plan says; returns what undoing needs. The caller's transaction makes it whole or not at all."""
    work: EmployeeWork = plan.work
    made = _make_departments(op, work)
    ids = _insert_new(op, work, made, progress)
    changed, dated = _update_changed(op, work, made, ids)
    logins = _add_logins(op, work, ids)
    leavers = [key for key, _, changes in work.changed if changes.get("status", ("", ""))[1] == "left"]
    ended, holders = _accounts_of(op, leavers), office_holders(op.session, leavers, GRANTED)
    closed = take_leave_of(op, leavers)
    away = follow_statuses(
        op, changed, [ids[entry.number] for entry, wanted in work.new if wanted["status"] == ON_LEAVE]
    )
    new_ids = [ids[entry.number] for entry, _ in work.new]
    accounts = create_accounts(new_ids, actor=op.actor, now=op.now) if work.accounts else []
    plan.counts |= {"accounts_new": len(accounts), "cases_closed": closed}
    return {
        "departments": [made[path] for path in work.departments], "new": new_ids, "changed": changed, "dated": dated,
        "logins": logins, "accounts": accounts, "accounts_ended": ended, "offices_ended": holders, "cases_closed": closed, **away,
    }  # fmt: skip


def _accounts_of(op: Operation, leavers: Sequence[int]) -> list[int]:
    """The accounts that leaving ends, which undoing gives back."""
    known = select(User.id).join(Employee, Employee.user_id == User.id).where(User.active)
    return [key for some in chunks(leavers) for key in op.session.scalars(known.where(Employee.id.in_(some)))]


def _make_departments(op: Operation, work: EmployeeWork) -> dict[Path, int]:
    """Every new department under its parent, parents first; ids by path."""
    made: dict[Path, int] = {path: key for key, path in department_paths(op.session).items()}
    codes = set(op.session.scalars(select(Department.code)))
    for path in work.departments:
        above = made[path[:-1]] if len(path) > 1 else None
        centre = any(path[: len(marked)] == marked for marked in work.in_centre)
        made[path] = op.add(Department(code=_free_code(codes), name=path[-1], parent_id=above, in_centre=centre)).id
    return made


def _free_code(codes: set[str]) -> str:
    number = len(codes) + 1
    while f"D{number:03}" in codes:
        number += 1
    codes.add(f"D{number:03}")
    return f"D{number:03}"


def _insert_new(op: Operation, work: EmployeeWork, made: Mapping[Path, int], progress: Progress) -> dict[str, int]:
    """Insert superiors before those under them, so that no row is written twice; ids of everybody by number."""
    ids, last = dict(work.ids), max(work.ids.values(), default=0)
    waiting, done = work.new, 0
    while waiting:
        ready = [item for item in waiting if item[1].get("superior") is None or item[1]["superior"] in ids]
        assert ready, "the reader refuses unknown superiors and circles"
        for start in range(0, len(ready), BATCH):
            # Made and told of part by part: of a hundred thousand all columns at once would be as much as the file again.
            values = [_columns(entry, wanted, made, ids) for entry, wanted in ready[start : start + BATCH]]
            op.session.execute(insert(PEOPLE), values)
            done += len(values)
            progress("write", done, len(work.new))
            found = op.session.execute(select(PEOPLE.c.number, PEOPLE.c.id).where(PEOPLE.c.id > last)).all()
            ids.update((number, key) for number, key in found)
            last = max(last, *(key for _number, key in found))
            op.note_many(
                (
                    "insert",
                    "employees",
                    ids[value["number"]],
                    {k: [None, plain(v)] for k, v in value.items() if v is not None},
                )
                for value in values
            )
        waiting = [item for item in waiting if item[0].number not in ids]
    return ids


def _columns(
    entry: EmployeeRow, wanted: Mapping[str, Any], made: Mapping[Path, int], ids: Mapping[str, int]
) -> dict[str, Any]:
    return DEFAULTS | {"number": entry.number} | _stored(wanted, made, ids)


def _stored(wanted: Mapping[str, Any], made: Mapping[Path, int], ids: Mapping[str, int]) -> dict[str, Any]:
    """Values as the table has them: a new department's path and a superior's number become ids."""
    values = dict(wanted)
    if "superior" in values:
        number = values.pop("superior")
        values["superior_id"] = None if number is None else ids[number]
    if isinstance(values.get("department_id"), tuple):
        values["department_id"] = made[values["department_id"]]
    return values


def _update_changed(
    op: Operation, work: EmployeeWork, made: Mapping[Path, int], ids: Mapping[str, int]
) -> tuple[list[Any], list[int]]:
    """Update rows grouped by the columns that change; returns [id, {column: [old, new]}] and the dated changes' ids."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    changed: list[Any] = []
    for key, _, changes in work.changed:
        old = _stored({name: pair[0] for name, pair in changes.items()}, made, ids)
        new = _stored({name: pair[1] for name, pair in changes.items()}, made, ids)
        groups[tuple(sorted(new))].append({"key": key, **{f"new_{name}": value for name, value in new.items()}})
        changed.append([key, {name: [plain(old[name]), plain(new[name])] for name in new}])
    for names, rows in groups.items():
        statement = update(PEOPLE).where(PEOPLE.c.id == bindparam("key"))
        op.session.connection().execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)
    op.note_many(("update", "employees", key, pairs) for key, pairs in changed)
    return changed, _keep_dated(op, changed)


def _keep_dated(op: Operation, changed: Sequence[Any]) -> list[int]:
    """What changed of department, superior, post and status is kept with its date."""
    day = op.today
    rows = [
        {"employee_id": key, "field": name, "old": _text(old), "new": _text(new), "effective_on": day}
        for key, pairs in changed
        for name, (old, new) in pairs.items()
        if name in (*MOVED, "status")
    ]
    ids = insert_returning(op, EmployeeChange, rows)
    op.note_many(
        ("insert", "employee_changes", key, {k: [None, plain(v)] for k, v in row.items()})
        for key, row in zip(ids, rows, strict=True)
    )
    return ids


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def insert_returning(op: Operation, table: type[Any], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert many rows and return their ids in the order of the rows."""
    if not rows:
        return []
    key = table.__table__.c.id
    if op.session.get_bind().dialect.name == "sqlite":
        # SQLite numbers the rows of a statement in their order; asked to promise that order, it gets a statement for each row.
        return sorted(op.session.execute(insert(table.__table__).returning(key), list(rows)).scalars())
    statement = insert(table.__table__).returning(key, sort_by_parameter_order=True)
    return list(op.session.execute(statement, list(rows)).scalars())


def _add_logins(op: Operation, work: EmployeeWork, ids: Mapping[str, int]) -> list[int]:
    rows = [
        {"login": login, "employee_id": ids[number], "valid_from": since, "valid_to": None}
        for login, number, since in work.logins
    ]
    keys = insert_returning(op, ContactLogin, rows)
    op.note_many(
        ("insert", "contact_logins", key, {k: [None, plain(v)] for k, v in row.items()})
        for key, row in zip(keys, rows, strict=True)
    )
    return keys


def undo_employees(op: Operation, undo: Mapping[str, Any]) -> None:
    """Take an employee import back, where nothing rests on it (`why_not_undone`)."""
    give_leaves_back(op, undo)
    for key in undo.get("accounts_ended", ()):
        op.get(User, key).active = True
    _remove(op, ContactLogin, undo["logins"])
    _remove(op, EmployeeChange, undo["dated"])
    _restore(op, undo["changed"])
    _remove_accounts(op, undo["accounts"])
    for some in chunks(sorted(undo["new"])):  # among themselves they may stand under one another
        op.session.execute(update(PEOPLE).where(PEOPLE.c.id.in_(some)).values(superior_id=None))
    _remove(op, Employee, undo["new"])
    _remove(op, Department, list(reversed(undo["departments"])), one_by_one=True)


def _restore(op: Operation, changed: Iterable[Any]) -> None:
    for key, pairs in changed:
        employee = op.get(Employee, key)
        for name, (old, _) in pairs.items():
            setattr(employee, name, _back(name, old))
    op.session.flush()


def _back(name: str, value: Any) -> Any:
    return (
        date.fromisoformat(value)
        if value is not None and name in ("hired_on", "joined_centre_on", "left_on")
        else value
    )


def _remove(op: Operation, table: type[Any], keys: Sequence[int], *, one_by_one: bool = False) -> None:
    place = table.__table__
    for some in [[key] for key in keys] if one_by_one else chunks(keys):
        op.session.execute(delete(place).where(place.c.id.in_(some)))
    op.note_many(("delete", place.name, key, {}) for key in keys)


def _remove_accounts(op: Operation, keys: Sequence[int]) -> None:
    """Accounts that came with the import go with it."""
    users = User.__table__
    for some in chunks(keys):
        holders = op.session.execute(select(PEOPLE.c.id, PEOPLE.c.user_id).where(PEOPLE.c.user_id.in_(some))).all()
        op.note_many(("update", "employees", key, {"user_id": [user, None]}) for key, user in holders)
        op.session.execute(update(PEOPLE).where(PEOPLE.c.user_id.in_(some)).values(user_id=None))
        for place in (Model.metadata.tables[name] for name in WITH_ACCOUNTS):
            mine = place.c.user_id.in_(some)
            if place is not assoc_user_role and place.name not in UNAUDITED_TABLES:
                gone = list(op.session.scalars(select(place.c.id).where(mine)))
                op.note_many(("delete", place.name, key, {}) for key in gone)
            op.session.execute(delete(place).where(mine))
        op.session.execute(delete(users).where(users.c.id.in_(some)))
    op.note_many(("delete", "ab_user", key, {}) for key in keys)
