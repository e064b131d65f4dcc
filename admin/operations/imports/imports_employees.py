"""Employees of a file against those of the portal: new, changed, unchanged, missing; new departments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from admin.domain.codes import EmployeeStatus
from admin.domain.power import GRANTED
from admin.domain.refusals import N_, P_
from admin.files.employees import EmployeeRow
from admin.files.faults import Fault, FileNote
from admin.operations.imports.decisions import Ticks
from admin.operations.imports.difference import FileDifference, of_employees
from admin.operations.imports.imports_plan import Basis, Plan, by_rows, first
from admin.queries.imports.follows import (
    accounts_of,
    cases_of_others_under,
    cases_under,
    cases_under_another,
    offices_of,
)
from admin.queries.imports.imports import department_paths, employees_known, logins_by_name

Path = tuple[str, ...]
CLOSING = N_(
    "Open cases that close because their people have left: %(count)s. Once applied, the import cannot be taken back, because a"
    " closed case is not opened again."
)
ORPHANED = N_("Open cases of others that lose their superior or head and have to be handed over: %(count)s")
ACCOUNTS = N_("Accounts that end: %(count)s")
OFFICES = N_("Offices that end with their accounts, and do not come back when the import is taken back: %(count)s")
SUPERIORS = N_(
    "Open cases that keep the superior with whom they were opened, though the file names another: %(count)s. Reassign them where"
    " that is meant."
)
LEAVES = N_("Leaves that begin: %(count)s")
BACK = N_("Leaves that end: %(count)s")
MOST_WITH_ACCOUNTS = 2_000  # more new people than this get accounts by an act of their own, when HR knows who signs in


@dataclass
class EmployeeWork:
    """What is to be written, by column; `department_id` may be a path yet to be made, `superior` is a number."""

    new: list[tuple[EmployeeRow, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[int, str, dict[str, tuple[Any, Any]]]] = field(default_factory=list)
    logins: list[tuple[str, str, date]] = field(default_factory=list)
    departments: list[Path] = field(default_factory=list)
    in_centre: tuple[Path, ...] = ()
    accounts: bool = False
    ids: dict[str, int] = field(default_factory=dict)


class Departments:
    """Finds the department that a path in the file means: the whole path, or an end of it that only one has."""

    def __init__(self, paths: Mapping[int, Path]) -> None:
        self._exact = {path: key for key, path in paths.items()}
        # As lists write it; where no sign cuts a file's paths (IT/IS may be one name) it stands there in one piece.
        self._exact |= {
            ("/".join(path),): key for path, key in self._exact.items() if ("/".join(path),) not in self._exact
        }
        self._ends: dict[Path, list[int]] = defaultdict(list)
        for key, path in paths.items():
            for start in range(1, len(path)):
                self._ends[path[start:]].append(key)
        self.new: dict[Path, None] = {}

    def find(self, path: Path) -> int | Path | None:
        """The department's id; the path itself where it is new; None where several end like this."""
        if path in self._exact:
            return self._exact[path]
        # Files often give the last name alone; it counts where only one department ends so.
        ends = self._ends.get(path, [])
        if len(ends) > 1:
            return None
        if ends:
            return ends[0]
        for length in range(1, len(path) + 1):
            if path[:length] not in self._exact:
                self.new.setdefault(path[:length])
        return path


def plan_employees(session: Session, basis: Basis) -> Plan:
    """The difference, and faults that only a look into the portal shows. Nothing is written."""
    known = employees_known(session)
    numbers = {row.id: row.number for row in known.values()}
    paths = department_paths(session)
    departments = Departments(paths)
    work, faults, unchanged = EmployeeWork(ids={number: row.id for number, row in known.items()}), [], 0
    speaks = basis.parsed.fields | ({"superior"} if "superior_name" in basis.parsed.fields else frozenset())
    found: dict[Path, int | Path | None] = {}
    ticks = Ticks(basis)
    for row in basis.parsed.rows:
        if row.department not in found:
            found[row.department] = departments.find(row.department)
        faults += _department_faults(basis, row, found[row.department])
        present = known.get(row.number)
        values = _values(row, found[row.department], speaks, present, basis.today)
        if present is None:
            work.new.append((row, values))
            continue
        proposed = _changes(present, values, numbers)
        changes = ticks.settled(row.number, row.name, proposed)
        if changes:
            faults += _date_faults(
                basis, row, present, {n: v for n, v in values.items() if n in changes or n not in proposed}
            )
            work.changed.append((present.id, row.number, changes))
        else:
            unchanged += 1
    # After all rows: the superior may be new, or leave, by a later row of the same file.
    faults += _superior_faults(basis, work, known)
    faults += _plan_logins(session, basis, work)
    work.departments = list(departments.new)
    work.in_centre = tuple(tuple(path.split("/")) for path in basis.mapping.options.get("in_centre", ()))
    work.accounts = bool(basis.mapping.options.get("accounts", len(work.new) < MOST_WITH_ACCOUNTS))
    plan = _plan(basis, work, known, faults, unchanged)
    names = {number: row.name for number, row in known.items()} | {row.number: row.name for row in basis.parsed.rows}
    plan.difference = FileDifference(
        lambda: of_employees(work.new, work.changed, names, work.departments, work.logins, partial(_shown, paths=paths))
    )
    plan.follows = what_follows(session, work)
    plan.counts["decisions"] = sum(not each.taken for each in ticks.asked)
    plan.extra |= ticks.report()
    return plan


def what_follows(session: Session, work: EmployeeWork) -> list[FileNote]:
    """What applying the file brings about elsewhere, in words; what taking it back cannot mend is said before."""
    moves = [(key, changes["status"]) for key, _, changes in work.changed if "status" in changes]
    leavers = [key for key, (_, status) in moves if status == EmployeeStatus.LEFT]
    moved = [key for key, _, changes in work.changed if "superior" in changes]
    found = {
        CLOSING: cases_under(session, leavers),
        ORPHANED: cases_of_others_under(session, leavers),
        ACCOUNTS: accounts_of(session, leavers),
        OFFICES: offices_of(session, leavers, GRANTED),
        SUPERIORS: cases_under_another(session, moved),
        LEAVES: sum(status == EmployeeStatus.ON_LEAVE for _, (_, status) in moves),
        BACK: sum(pair == (EmployeeStatus.ON_LEAVE, EmployeeStatus.IN_SERVICE) for _, pair in moves),
    }
    return [FileNote(message, {"count": count}) for message, count in found.items() if count]


def _department_faults(basis: Basis, row: EmployeeRow, department: int | Path | None) -> list[Fault]:
    if department is None:
        message = N_("Several departments have this name; give the path from the top")
        return [basis.fault(row.row, "department", "/".join(row.department), message)]
    if any(len(part) > 100 for part in row.department):
        return [
            basis.fault(
                row.row, "department", "/".join(row.department)[:80], N_("The name is longer than 100 characters")
            )
        ]
    return []


def _values(
    row: EmployeeRow, department: int | Path | None, speaks: frozenset[str], present: Row[Any] | None, today: date
) -> dict[str, Any]:
    """The columns that the file speaks of, as they are to be; what it is silent about is not there."""
    values: dict[str, Any] = {"name": row.name, "department_id": department, "hired_on": row.hired}
    if "post" in speaks:
        values["post"] = row.post or ""
    if "queue" in speaks:
        values["queue"] = row.queue
    if "joined_centre" in speaks:
        values["joined_centre_on"] = row.joined_centre
    if "left" in speaks:
        values["left_on"] = row.left
    if "email" in speaks:
        values["email"] = row.email
    if "superior" in speaks:
        values["superior"] = row.superior
    if row.management is not None:
        values["is_management"] = row.management
    values["status"] = _status(row, speaks, present.status if present is not None else "in_service", today)
    before = present.left_on if present is not None else None
    if values["status"] == EmployeeStatus.LEFT and values.get("left_on") is None:
        values["left_on"] = before or today  # who has left has a day (1.2-g)
    elif "left" not in speaks and before is not None and before <= today and values["status"] != EmployeeStatus.LEFT:
        values["left_on"] = None  # who is back has none
    return values


def _status(row: EmployeeRow, speaks: frozenset[str], before: str, today: date) -> str:
    if row.status:
        return row.status
    if row.left is not None and row.left <= today:
        return "left"
    if before == "left" and "left" in speaks:
        return "in_service"  # the file has a column for leavers, and this one is no longer among them
    return before


def _changes(present: Row[Any], values: dict[str, Any], numbers: Mapping[int, str]) -> dict[str, tuple[Any, Any]]:
    changes = {}
    for name, value in values.items():
        old = numbers.get(present.superior_id) if name == "superior" else getattr(present, name)
        if old != value:
            changes[name] = (old, value)
    return changes


def _date_faults(basis: Basis, row: EmployeeRow, present: Row[Any], values: dict[str, Any]) -> list[Fault]:
    left, joined = values.get("left_on", present.left_on), values.get("joined_centre_on", present.joined_centre_on)
    if left is not None and left < row.hired:
        message = N_("Hired after leaving on %(left)s, which the portal has on file")
        return [basis.fault(row.row, "hired", row.hired, message, left=left.isoformat())]
    if joined is not None and joined < row.hired:
        message = N_("Hired after joining the centre on %(joined)s, which the portal has on file")
        return [basis.fault(row.row, "hired", row.hired, message, joined=joined.isoformat())]
    return []


def _superior_faults(basis: Basis, work: EmployeeWork, known: Mapping[str, Row[Any]]) -> list[Fault]:
    """Nobody in service gets a superior who has left, by the portal or by the file itself (1.2-g)."""
    rows = {row.number: row for row in basis.parsed.rows}
    told = {entry.number: values for entry, values in work.new}
    told |= {number: {name: pair[1] for name, pair in changes.items()} for _, number, changes in work.changed}

    def gone(number: str) -> bool:
        before = known[number].status if number in known else None
        return told.get(number, {}).get("status", before) == EmployeeStatus.LEFT

    message = N_("%(number)s %(name)s has left: name someone else.")
    return [
        basis.fault(rows[number].row, "superior", superior, message, number=superior, name=_name(superior, known, rows))
        for number, values in told.items()
        if (superior := values.get("superior")) and gone(superior) and not gone(number)
    ]


def _name(number: str, known: Mapping[str, Row[Any]], rows: Mapping[str, EmployeeRow]) -> str:
    return rows[number].name if number in rows else known[number].name


def _plan_logins(session: Session, basis: Basis, work: EmployeeWork) -> list[Fault]:
    """New logins, from the day of joining on; one that is somebody else's is a fault (never guessed)."""
    faults: list[Fault] = []
    rows = [row for row in basis.parsed.rows if row.logins]
    owners = logins_by_name(session, {login for row in rows for login in row.logins})
    taken: dict[str, EmployeeRow] = {}
    for row in rows:
        for login in row.logins:
            if len(login) > 100:
                faults.append(basis.fault(row.row, "logins", login[:80], N_("The name is longer than 100 characters")))
            elif login in taken and taken[login].number != row.number:
                message = N_("The login %(login)s is also given to employee %(number)s, in row %(row)s")
                other = taken[login]
                faults.append(
                    basis.fault(row.row, "logins", login, message, login=login, number=other.number, row=other.row)
                )
            elif any(owner.valid_to is None and owner.number != row.number for owner in owners.get(login, ())):
                message = N_("The login %(login)s belongs to employee %(number)s; end that first")
                facts = {"login": login, "number": owners[login][-1].number}
                faults.append(basis.fault(row.row, "logins", login, message, **facts))
            elif not any(owner.number == row.number for owner in owners.get(login, ())):
                work.logins.append((login, row.number, _login_since(row, owners.get(login, []), basis.today)))
            taken.setdefault(login, row)
    return faults


def _login_since(row: EmployeeRow, earlier: list[Row[Any]], today: date) -> date:
    """From joining on; a login that was somebody else's before, from today on."""
    return today if earlier else row.joined_centre or row.hired


def _plan(
    basis: Basis,
    work: EmployeeWork,
    known: Mapping[str, Row[Any]],
    faults: list[Fault],
    unchanged: int,
) -> Plan:
    there = {row.number for row in basis.parsed.rows} | basis.parsed.faulty
    missing = [row for number, row in known.items() if number not in there and row.status != EmployeeStatus.LEFT]
    fields = Counter(name for _, _, changes in work.changed for name in changes)
    statuses = Counter(values["status"] for _, values in work.new)
    plan = Plan(
        counts={
            "rows": len(basis.parsed.rows), "new": len(work.new), "changed": len(work.changed), "unchanged": unchanged,
            "missing": len(missing), "departments_new": len(work.departments), "logins_new": len(work.logins),
            "in_service_new": sum(statuses.values()) - statuses["left"],
            "leavers": sum(1 for *_, changes in work.changed if changes.get("status", ("", ""))[1] == "left"),
        },
        faults=by_rows([*basis.parsed.faults, *faults]),
        notes=list(basis.parsed.notes),
        work=work,
    )  # fmt: skip
    plan.counts["accounts_new"] = plan.counts["in_service_new"] if work.accounts else 0
    plan.examples = {"missing": [[row.number, row.name] for row in first(missing)]}
    plan.extra = {"changed_fields": dict(fields), "accounts": work.accounts}
    if missing:
        message = P_(
            "%(count)s employee in service is not in the file and stays unchanged",
            "%(count)s employees in service are not in the file; they stay as they are",
        )
        plan.notes.append(FileNote(message, {"count": len(missing)}))
    return plan


def _shown(value: Any, column: str, paths: Mapping[int, Path]) -> str:
    if column == "department_id":
        return "/".join(paths.get(value, ()) if isinstance(value, int) else value or ())
    return "" if value is None else str(value)
