"""Months, quarters or years as columns become rows: one for each person and period, as every reader of figures expects them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_
from admin.files.faults import FileFault, FileNote
from admin.files.headers import header_keys
from admin.files.metric_words import metric_named
from admin.files.periods import period_in, year_in
from admin.files.tables import MONTH_COLUMN, VALUE_COLUMN, YEAR_COLUMN, Table
from admin.files.vocabulary import header_words


@dataclass(frozen=True)
class Across:
    """A column that stands for a period: its place, the period, what else its header says ("" for the value alone)."""

    place: int
    period: str
    stub: str


def shaped(table: Table, kind: str, wanted: bool | None = None) -> Table:
    """The table with its columns of months or years as rows; as it is where it has none, or HR wants them left."""
    if wanted is False:
        return table
    if kind == ImportKind.METRICS:
        columns, name = _months(table), MONTH_COLUMN
    elif kind == ImportKind.RATINGS:
        columns, name = _years(table), YEAR_COLUMN
    else:
        return table
    return _as_rows(table, columns, name) if columns else table


def _months(table: Table) -> list[Across]:
    words = header_words(ImportKind.METRICS)
    if any(words.get(key) == "month" for header in table.headers for key in header_keys(header)[:1]):
        return []
    found = []
    for place, header in enumerate(table.headers):
        period, stub = period_in(header) or ("", "")
        if not period and (said := year_in(header)) and not said[1]:
            period = f"{said[0]}-01/{said[0]}-12"
        if period and header not in words and (not stub or metric_named(stub)):
            found.append(Across(place, period, stub))
    return _without_totals(found)


def _without_totals(columns: list[Across]) -> list[Across]:
    """Without the quarters, halves and years that add up the months beside them: they would be counted twice."""
    return [
        each
        for each in columns
        if not any(_holds(each.period, other.period, each.stub == other.stub) for other in columns)
    ]


def _holds(period: str, other: str, same: bool) -> bool:
    """Whether another period of the same figures lies within this one."""
    if not same or period == other:
        return False
    (first, last), (begin, end) = _edges(period), _edges(other)
    return first[:5] == begin[:5] and first <= begin and end <= last


def _edges(period: str) -> tuple[str, str]:
    """First and last month of a period as texts that can be compared, with a year of blanks where none is said."""
    if period[0] in "QH":
        months = 3 if period[0] == "Q" else 6
        end = int(period[1]) * months
        return f"    -{end - months + 1:02d}", f"    -{end:02d}"
    first, _, last = period.partition("/")
    first = first if "-" in first else f"    -{first}"
    return first, last or first


def _years(table: Table) -> list[Across]:
    words = header_words(ImportKind.RATINGS)
    found = []
    for place, header in enumerate(table.headers):
        said = year_in(header)
        if said and (not said[1] or any(words.get(key) == "rating" for key in header_keys(said[1]))):
            found.append(Across(place, str(said[0]), ""))
    return found


def _as_rows(table: Table, columns: list[Across], name: str) -> Table:
    left_out = {each.place for each in columns}
    fixed = [place for place in range(len(table.headers)) if place not in left_out]
    stubs = list(dict.fromkeys(each.stub for each in columns))
    shown = [stub or VALUE_COLUMN for stub in stubs]
    periods = list(dict.fromkeys(each.period for each in columns))
    places: dict[tuple[str, str], int] = {}
    for each in columns:
        if (first := places.setdefault((each.period, each.stub), each.place)) != each.place:
            message = N_("The columns %(first)s and %(second)s are of the same period; rename or delete one")
            raise FileFault(message, first=table.headers[first], second=table.headers[each.place])
    long = replace(
        table, headers=[*(table.headers[place] for place in fixed), name, *shown], rows=[], row_numbers=[], formulas=set(),
        places=[], notes=list(table.notes), across=[table.headers[each.place] for each in columns],
    )  # fmt: skip
    own = {
        period: {
            label: table.headers[places[period, stub]]
            for stub, label in zip(stubs, shown, strict=True)
            if (period, stub) in places
        }
        for period in periods
    }
    for index, row in enumerate(table.rows):
        sheet = table.places[index][0] if table.places else ""
        for period in periods:
            at = [places.get((period, stub)) for stub in stubs]
            cells = ["" if place is None else row[place] for place in at]
            if all(cell in ("", None) for cell in cells):
                continue
            marks = {place: new for new, place in enumerate([*fixed, None, *at]) if place is not None}
            long.formulas |= {(len(long.rows), new) for place, new in marks.items() if (index, place) in table.formulas}
            long.rows.append([*(row[place] for place in fixed), period, *cells])
            long.row_numbers.append(table.row_numbers[index])
            long.places.append((sheet, own[period]))
    message = N_("Columns of months or years that became rows: %(headers)s")
    long.notes.append(FileNote(message, {"headers": ", ".join(long.across)}))
    return long
