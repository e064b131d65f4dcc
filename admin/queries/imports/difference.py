"""The lines of an import's difference that one page shows: a group, whoever matches a text, one part of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.models import Import
from admin.queries.system.paging import Part, part_of

GROUP, NUMBER, NAME, FIELD, PLACE, OLD, NEW = range(7)  # places in a line, as the import keeps it


@dataclass(frozen=True)
class DifferencePage:
    """What the reader asked for and what was found. `groups`: all lines by group; `kept` of them are with the import."""

    group: str
    text: str
    groups: Mapping[str, int]
    rows: Sequence[Sequence[Any]]
    part: Part
    kept: int

    @property
    def total(self) -> int:
        """How many changes there are."""
        return sum(self.groups.values())


def lines_kept(session: Session, key: int) -> list[list[Any]]:
    """The lines that are kept with an import, in the reader's scope."""
    return session.scalar(select(Import.difference).where(Import.id == key)) or []


def difference_page(session: Session, row: Import, *, group: str, text: str, number: int) -> DifferencePage:
    """One part of the lines of an import that are in a group and name the text, in number, name, field or value."""
    lines, wanted = lines_kept(session, row.id), text.strip().casefold()
    found = [
        line
        for line in lines
        if (not group or line[GROUP] == group)
        and (not wanted or any(wanted in str(cell).casefold() for cell in (*line[NUMBER:FIELD], *line[PLACE:])))
    ]
    part = part_of(len(found), number)
    groups = row.report.get("groups") or {}
    return DifferencePage(group, text, groups, found[part.start : part.end], part, len(lines))
