"""A generated list as its template prints it: what the cells of a column share is found once, and not in each cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

PLACE = "~key~"  # where a row's number goes in an address that is made once for all rows
NOTHING = "—"


@dataclass(frozen=True)
class ListColumn:
    """What all cells of a column share; the markup is escaped already."""

    name: str
    label: str
    kind: str | None
    write: Callable[[Any], Any] | None
    begin: Markup
    begin_named: Markup

    def cell(self, value: Any, url: str | None, first: bool, said: Mapping[Any, str]) -> ListCell:
        """One value in words; the first one of a row names it, and what leads somewhere is a name too."""
        shown = self.write(value) if self.write is not None else value
        begin = self.begin_named if self.kind != "num" and (first or url) else self.begin
        if shown is None or shown == "":
            return ListCell(begin, shown, NOTHING, url, self.kind == "state")
        return ListCell(
            begin, shown, said[shown] if shown is True or shown is False else shown, url, self.kind == "state"
        )


@dataclass(frozen=True)
class ListCell:
    """One value: how its cell begins, what it is as it comes and in words, where it leads to, and whether it is a state."""

    begin: Markup
    value: Any
    words: Any
    url: str | None
    state: bool


@dataclass(frozen=True)
class ListRow:
    """One entry: its number, what it is called, its cells, and whether it may be worked on."""

    key: int
    name: str
    cells: Sequence[ListCell]
    free: bool


def columns_of(
    names: Sequence[str], labels: Mapping[str, str], kinds: Mapping[str, str], writers: Mapping[str, Callable[..., Any]]
) -> list[ListColumn]:
    """The columns of a list in their order."""
    return [_column(name, labels.get(name), kinds.get(name), writers.get(name)) for name in names]


def _column(name: str, label: str | None, kind: str | None, write: Callable[[Any], Any] | None) -> ListColumn:
    begin = Markup('<td data-label="%s"') % escape(label or "")
    css = Markup(' class="n">') if kind == "num" else Markup(">")
    return ListColumn(name, label or "", kind, write, begin + css, begin + Markup(' class="named">'))


def rows_of(
    columns: Sequence[ListColumn],
    values: Sequence[Mapping[str, Any]],
    keys: Sequence[int],
    fixed: Collection[int],
    leads_to: Callable[[str, Any], str | None],
) -> list[ListRow]:
    """The entries of a list, each value in words."""
    said = {True: _("Yes"), False: _("No")}
    found = []
    for key, held in zip(keys, values, strict=True):
        cells = [
            each.cell(held[each.name], leads_to(each.name, held[each.name]), place == 0, said)
            for place, each in enumerate(columns)
        ]
        name = Markup(str(cells[0].value)).striptags() if cells else ""
        found.append(ListRow(key, name, cells, key not in fixed))
    return found


def placed(address: str | None, key: int) -> str | None:
    """The address of one row, of one that was made for all."""
    return address.replace(PLACE, str(key)) if address else address
