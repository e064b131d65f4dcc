"""What an import changes, line by line: whose, which field, from what to what, in the groups that people look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from admin.domain.codes import EmployeeStatus
from admin.models.audit import plain

MOST_LINES = 20_000  # kept with the import; of more the workbook is made from the file
RETURN = "return"  # from leave
JOINED, LEFT, REHIRE, MOVED, SUPERIOR, POST, LEAVE = "joined", "left", "rehire", "moved", "superior", "post", "leave"
DETAILS, DEPARTMENTS, LOGINS, GRADES, RATINGS = "details", "departments", "logins", "grades", "ratings"


class ChangeLine(NamedTuple):
    """One change. `group` is one of this module's, or the figure's code; `place` says of which month, queue or year it is.

    `old` and `new` are as the table has them, or as people read them where they are paths and names.
    """

    group: str
    number: str
    name: str
    field: str
    place: str
    old: Any
    new: Any


Lines = Callable[[], Iterator[ChangeLine]]


def none() -> Iterator[ChangeLine]:
    """No line."""
    return iter(())


@dataclass
class FileDifference:
    """The lines of a plan, made when they are asked for: of a hundred thousand rows they are a million."""

    lines: Lines = none
    groups: Counter[str] = field(default_factory=Counter)  # counted from the lines where the plan has not done so

    def kept(self) -> list[list[Any]]:
        """The lines that are kept with the import, as JSON; counts all of them by group."""
        every = self.lines()
        first = list(islice(every, MOST_LINES))
        if not self.groups:
            self.groups = Counter(line.group for line in first)
            self.groups.update(line.group for line in every)
        return [[plain(cell) for cell in line] for line in first]


def of_employees(
    new: Sequence[tuple[Any, Mapping[str, Any]]], changed: Sequence[tuple[int, str, Mapping[str, tuple[Any, Any]]]],
    names: Mapping[str, str], departments: Sequence[tuple[str, ...]], logins: Sequence[tuple[str, str, Any]],
    shown: Callable[[Any, str], str],
) -> Iterator[ChangeLine]:  # fmt: skip
    """Who joined, left, came back, moved, has another superior or post; `shown` writes a value of a column out."""
    for path in departments:
        yield ChangeLine(DEPARTMENTS, "", "", "", "", "", "/".join(path))
    for entry, wanted in new:
        said = (shown(wanted.get(column), column) for column in ("department_id", "post", "hired_on", "superior"))
        group = LEFT if wanted["status"] == EmployeeStatus.LEFT else JOINED
        yield ChangeLine(group, entry.number, entry.name, "joined", "", "", " · ".join(filter(None, said)))
    for _key, number, changes in changed:
        turn = _turn(changes)
        for column, (old, now) in changes.items():
            group = turn if turn and column in ("status", "left_on") else _GROUPS.get(column, DETAILS)
            yield ChangeLine(group, number, names.get(number, ""), column, "", shown(old, column), shown(now, column))
    for login, number, since in logins:
        yield ChangeLine(LOGINS, number, names.get(number, ""), "login", plain(since), "", login)


def of_figures(
    code_of: Callable[[tuple[Any, ...]], str], new: Sequence[tuple[tuple[Any, ...], Any]],
    changed: Sequence[tuple[tuple[Any, ...], Any, Any]], people: Callable[[], Mapping[int, tuple[str, str]]],
) -> Iterator[ChangeLine]:  # fmt: skip
    """Figures and ratings: the key begins with the employee; what stands between is the month and queue, or the year."""
    known = people()
    for key, value in new:
        yield ChangeLine(code_of(key), *known.get(key[0], ("", "")), code_of(key), _place(key), "", value)
    for key, old, value in changed:
        yield ChangeLine(code_of(key), *known.get(key[0], ("", "")), code_of(key), _place(key), old, value)


def _place(key: tuple[Any, ...]) -> str:
    month = key[1].strftime("%Y-%m") if hasattr(key[1], "strftime") else str(key[1])
    return " · ".join(filter(None, (month, key[2] if len(key) > 2 else "")))


_GROUPS = {
    "department_id": MOVED, "superior": SUPERIOR, "post": POST, "is_management": POST, "left_on": LEFT, "status": LEAVE,
}  # fmt: skip


def _turn(changes: Mapping[str, tuple[Any, Any]]) -> str:
    before, after = changes.get("status", ("", ""))
    if after == EmployeeStatus.LEFT:
        return LEFT
    return REHIRE if before == EmployeeStatus.LEFT else ""
