"""A table read column by column under a mapping: cells become typed values, faults are kept with row and column."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from admin.domain.refusals import N_
from admin.files.cleaning import (
    clean_number,
    clean_number_key,
    clean_seconds,
    clean_text,
    describe,
    is_error,
    is_placeholder,
    is_spelt_out,
)
from admin.files.dates import (
    at_midnight,
    clean_date,
    clean_moment,
    clean_month,
    clean_year,
    datetime_as_written,
    in_company_time,
    period_of,
)
from admin.files.faults import Fault, FileNote, Unclean
from admin.files.headers import unit_of
from admin.files.mapping import BLANK, INSTEAD, Mapping, apply, banded, is_score
from admin.files.periods import part_in, span_of
from admin.files.proposing import proposed_date_order
from admin.files.tables import Table

Row = TypeVar("Row")
T = TypeVar("T")
NAMES = frozenset({"name", "surname", "given_name", "superior_name"})
LONGEST_PLACEHOLDER = 40  # characters; longer texts are values, whatever the mapping says


_UNSAID = N_("The mapping does not say what %(value)s means")
_SCORE = N_("%(value)s is a score: say what it means, or from which score each rating begins")


@dataclass
class Parsed(Generic[Row]):
    """What a file holds. With faults nothing may be applied; `fields` are those that the file speaks of at all.

    `faulty`: the employee numbers of rows that have a fault, which are none the less in the file.
    `spans`: first and last month of the whole periods whose figures are kept with their last month.
    """

    kind: str
    rows: list[Row]
    faults: list[Fault]
    notes: list[FileNote]
    fields: frozenset[str]
    spans: frozenset[tuple[date, date]] = frozenset()
    faulty: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Context:
    """What the portal already knows; everything is optional, and an empty context knows nobody.

    `people`: employee number → name. `superiors`: number → superior's number. `grades`: any name or code, as
    `grade_key` writes it → code. `metrics`: codes that exist (none given: the usual ones). `passed_on`: name in the contact
    log → the days on which it passed to another employee. `local` is a moment as the company's clock shows it.
    `on_file`: of these months and codes the figures that the portal has, by (number, month, queue, code).
    """

    today: date
    people: MappingType[str, str] = field(default_factory=dict)
    superiors: MappingType[str, str | None] = field(default_factory=dict)
    grades: MappingType[str, str] = field(default_factory=dict)
    metrics: frozenset[str] = frozenset()
    passed_on: MappingType[str, Sequence[date]] = field(default_factory=dict)
    local: Callable[[datetime], datetime] = datetime_as_written
    on_file: Callable[[Collection[date], Collection[str]], MappingType[tuple[Any, ...], float]] | None = None


class Cleaned:
    """The columns of one file, cleaned on demand; faults gather in the order of rows."""

    def __init__(self, table: Table, mapping: Mapping, context: Context | None = None) -> None:
        self.table, self.mapping = table, mapping
        self._local = context.local if context else datetime_as_written
        self.faults: list[Fault] = list(table.faults)
        self.notes: list[FileNote] = list(table.notes)
        self.spans: set[tuple[date, date]] = set()  # whole periods whose figures are kept with their last month
        self._columns = apply(table, mapping)
        self._absent = {clean_text(text) for text in mapping.options.get("absent", [])}
        self._order = mapping.options.get("date_order") or proposed_date_order(table, mapping)
        self._formulas: set[int] = set()  # rows with a formula: they are not taken, and their other cells are looked at
        self._bad: set[int] = {
            index for index, number in enumerate(table.row_numbers) if number in {f.row for f in table.faults}
        }
        for header in mapping.headers:
            self._check_formulas(header)
        if unused := mapping.unused(table.headers):
            self.notes.append(FileNote(N_("Columns that are not used: %(columns)s"), {"columns": unused}))

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    @property
    def length(self) -> int:
        """Number of rows."""
        return len(self.table.rows)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the file speaks of: a column that is blank throughout says as much as none at all.

        But for the date of leaving: that nobody has one is what a roster of those in service says.
        """
        said = (name for name, cells in self._columns.items() if any(cell not in ("", None) for cell in cells))
        return frozenset({*said, *({"left"} & self._columns.keys())})

    def raw(self, name: str) -> list[Any]:
        """The cells of a field as they stand in the file."""
        return self._columns.get(name, [""] * self.length)

    def header(self, name: str) -> str:
        """The column's header, those of the columns that stand in for it, or the field's name for a constant."""
        for names in ((name,), *INSTEAD.get(name, ())):
            if all(each in self.mapping.fields for each in names):
                return " + ".join(self.mapping.fields[each] for each in names)
        return name

    def fault(self, index: int, name: str | None, message: str, /, **facts: Any) -> None:
        """Note a fault of the row at `index` in the column of field `name`."""
        value = describe(self._columns[name][index]) if name in self._columns else ""
        self._fault_at(index, self.header(name) if name else None, value, message, facts)

    def fault_under(self, index: int, header: str, message: str, /, **facts: Any) -> None:
        """Note a fault of the row at `index` in the column with this header."""
        value = self.table.rows[index][self.table.index(header)] if header in self.table.headers else ""
        self._fault_at(index, header, describe(value), message, facts)

    def _fault_at(self, index: int, header: str | None, value: str, message: str, facts: MappingType[str, Any]) -> None:
        self._bad.add(index)
        if header is not None:
            header = self.table.place_of(index, header)
        self.faults.append(Fault(self.table.row_numbers[index], header, value, message, facts))

    def spoil(self, index: int) -> None:
        """Leave the row out, whose fault was told at another."""
        self._bad.add(index)

    def good(self, index: int) -> bool:
        """Whether no fault was found in the row."""
        return index not in self._bad and index not in self._formulas

    def read_on(self, index: int) -> bool:
        """Whether what else the row says is looked at: a formula shows its value, so all that is wrong is told at once."""
        return index not in self._bad

    def cells(self, name: str, clean: Callable[[Any], T | None]) -> list[T | None]:
        """The column through `clean`; None where blank or faulty. A field that is not mapped is None throughout."""
        if name not in self._columns:
            return [None] * self.length
        return self.cleaned(self._columns[name], self.header(name), clean, people=name in NAMES)

    def column(self, header: str, clean: Callable[[Any], T | None]) -> list[T | None]:
        """Like `cells`, for a column that is named by its header."""
        return self.cleaned(self.table.column(header), header, clean)

    def cleaned(
        self, cells: list[Any], header: str, clean: Callable[[Any], T | None], people: bool = False
    ) -> list[T | None]:
        """Cells through `clean`, one for each row, faults under this header; `people`: names stand there."""
        seen: dict[Any, T | Unclean | None] = {}  # columns repeat themselves: a department is cleaned once
        result: list[T | None] = []
        for index, cell in enumerate(cells):
            try:
                value = seen[cell]
            except KeyError:
                value = seen[cell] = self._one(cell, clean, people)
            if isinstance(value, Unclean):
                self._fault_at(index, header, describe(cell), value.message, value.facts)
                value = None
            result.append(value)
        return result

    def _one(self, cell: Any, clean: Callable[[Any], T | None], people: bool) -> T | Unclean | None:
        try:
            if type(cell) is str and self._means_blank(cell, people):
                return None
            value = clean(cell)
        except Unclean as unclean:
            return unclean
        return None if value == "" else value

    def _means_blank(self, cell: str, people: bool = False) -> bool:
        """Whether the text stands for nothing; raises `Unclean` where it might and the mapping does not say.

        `people`: it stands where names do, and Null is one; programs write null, NULL or NaN.
        """
        text = cell.strip()
        if len(text) > LONGEST_PLACEHOLDER:
            return False
        if not text.isascii():
            text = clean_text(text)
        if not text or text in self._absent:
            return True
        if is_error(text):
            raise Unclean(N_("The cell holds an error value (such as #N/A)"))
        if is_placeholder(text) and not (people and text.istitle() and text.isalpha()):
            raise Unclean(N_("This may mean blank, zero or unknown; say in the mapping what it means"))
        return False

    def texts(self, name: str, longest: int = 255) -> list[str | None]:
        """The column as text."""
        return self.cells(name, lambda cell: clean_text(cell, longest))

    def dates(self, name: str) -> list[date | None]:
        """The column as dates, in the order of day and month that the mapping or the file itself tells."""
        return self.cells(name, lambda cell: clean_date(self._here(cell), self._order, self.table.dates_1904))

    def moments(self, name: str) -> list[tuple[date | None, int] | None]:
        """The column as times of day in company time, with their day where they have one."""
        # A workbook gives a moment at midnight as its day alone; where no cell has a time, a day is none.
        timed = any(isinstance(cell, datetime) for cell in self._columns.get(name, ()))
        return self.cells(name, lambda cell: clean_moment(at_midnight(self._here(cell)) if timed else self._here(cell)))

    def years(self, name: str) -> list[int | None]:
        """The column as years."""
        return self.cells(name, lambda cell: clean_year(self._here(cell)))

    def _here(self, cell: Any) -> Any:
        """A moment that says its offset from UTC, as the company's clock showed it; every other cell as it is."""
        return in_company_time(cell, self._local) if type(cell) is str else cell

    def months(self, name: str, years: Sequence[int | None] = ()) -> list[date | None]:
        """The column as first days of months; `years` are those of the rows, for months that say none."""
        if not any(years):
            return self.cells(name, lambda cell: self.month(cell, None))
        cells, year = self._columns.get(name, [None] * self.length), iter(years)
        return self.cleaned([(cell, next(year)) for cell in cells], self.header(name), lambda pair: self.month(*pair))

    def month(self, cell: Any, year: int | None) -> date | None:
        """One cell as a month; of a whole period (2026-01/2026-11, 2025Q1, 上半年) its last one."""
        cell = self._here(cell)
        part = part_in(cell) if isinstance(cell, str) else None
        if part and not part[1]:
            if len(part[0]) == len("Q1") and year is None:
                raise Unclean(N_("The month has no year; say the year of the figures"))
            cell = span_of(part[0], year) if year is not None and len(part[0]) == len("Q1") else part[0]
        if span := period_of(cell):
            self.spans.add(span)
            return span[1]
        return clean_month(cell, year, self._order, self.table.dates_1904)

    def number(self, cell: Any) -> Decimal | None:
        """One cell as a number, with the decimal sign of the file."""
        return clean_number(cell, self.mapping.options.get("decimal", "."))

    def date_or_nothing(self, cell: Any) -> date | None:
        """A date of a column that is looked at and not taken: what cannot be read is no fault."""
        try:
            return clean_date(self._here(cell), self._order, self.table.dates_1904)
        except Unclean:
            return None

    def numbers(self, name: str) -> list[Decimal | None]:
        """The column as numbers."""
        return self.cells(name, self.number)

    def seconds_under(self, header: str) -> Callable[[Any], Decimal | None]:
        """How the cells of a column become seconds: by the unit that its header names."""
        times = {"minutes": 60, "hours": 3600}.get(unit_of(header) or "", 1)

        def clean(cell: Any) -> Decimal | None:
            if isinstance(cell, str) and ":" not in cell and not is_spelt_out(cell):
                cell = self.number(cell)
                cell = None if cell is None else float(cell)
            seconds = None if cell is None else clean_seconds(cell)
            plain = isinstance(cell, (int, float))
            return seconds * times if seconds is not None and plain else seconds

        return clean

    def choices(self, name: str) -> list[str | None]:
        """The column through the mapping's map of values; each value that it does not know is a fault once."""
        meanings = {**self.mapping.options.get(name, {})}
        bands = self.mapping.options.get("bands") if name == "rating" else None
        told: set[str] = set()
        chosen: list[str | None] = []
        for index, text in enumerate(self.cells(name, clean_text)):
            if bands and text is not None and text not in meanings and is_score(text):
                meanings[text] = banded(text, bands)
            if text is not None and text not in meanings:
                self._bad.add(index)
                if text not in told:
                    told.add(text)
                    value = {"value": describe(text)}
                    message = _SCORE if name == "rating" and is_score(text) else _UNSAID
                    self.fault(index, name, message, **value)
            chosen.append(meanings.get(BLANK if text is None and self.read_on(index) else text))
        return chosen

    def required(self, name: str, values: Sequence[object]) -> None:
        """A fault for every blank in a column that must be filled."""
        faulty = {(fault.row, fault.column) for fault in self.faults}
        for index, value in enumerate(values):
            if value is None and (self.table.row_numbers[index], self.header(name)) not in faulty:
                self.fault(index, name, N_("This must not be blank"))

    def employee_numbers(self) -> list[str | None]:
        """The key column, required."""
        numbers = self.cells("number", clean_number_key)
        self.required("number", numbers)
        return numbers

    def unique(self, name: str, keys: list[Any], message: str) -> None:
        """A fault for every key that was there before (`message` has %(row)s, the first one's); None is no key."""
        first: dict[Any, int] = {}
        for index, key in enumerate(keys):
            if key is None:
                continue
            if key in first:
                self.fault(index, name, message, row=self.table.row_numbers[first[key]])
            else:
                first[key] = index

    def parsed(self, rows: list[Row]) -> Parsed[Row]:
        """The result, faults in the order of rows."""
        self.faults.sort(key=lambda fault: fault.row or 0)
        numbers = self.cells("number", _number_or_nothing) if "number" in self and self._bad | self._formulas else []
        faulty = frozenset(number for index, number in enumerate(numbers) if number and not self.good(index))
        spans = frozenset(self.spans)
        return Parsed(self.mapping.kind, rows, self.faults, self.notes, self.fields, spans, faulty)

    def _check_formulas(self, header: str) -> None:
        """Formulas count only in columns that are imported."""
        column = self.table.index(header)
        for index in sorted(row for row, place in self.table.formulas if place == column):
            value, place = describe(self.table.rows[index][column]), self.table.place_of(index, header)
            self._formulas.add(index)
            message = N_("The cell holds a formula; paste its value instead")
            self.faults.append(Fault(self.table.row_numbers[index], place, value, message))


def _number_or_nothing(cell: Any) -> str | None:
    try:
        return clean_number_key(cell)
    except Unclean:
        return None
