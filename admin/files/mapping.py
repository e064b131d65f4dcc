"""Which column is which field, and what the values mean: proposed from synonyms, edited by HR, kept as a profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import N_
from admin.files.choices import HowRead
from admin.files.cleaning import clean_text
from admin.files.faults import FileFault, Unclean
from admin.files.import_fields import FIELDS
from admin.files.metric_words import METRIC_LABELS
from admin.files.tables import MADE_COLUMNS, Table
from admin.files.vocabulary import guessed, spec_of

DATE_FIELDS = frozenset({"born", "hired", "joined_centre", "left", "since", "day", "month"})
DATE_ORDERS = ("dmy", "mdy", "roc")
DECIMALS = (".", ",")
MOST_VALUES = 50  # more different values than this are no list of choices
NO_BANDS = N_("The scores from which the ratings begin must be three numbers, the highest first")
BLANK = ""  # in a map of values: what a blank cell means
VALUES: dict[str, tuple[str, ...]] = {
    "status": ("in_service", "left", "on_leave"),
    "rating": ("excellent", "good", "qualified", "unqualified", "unrated"),
    **dict.fromkeys(("management", "answered", "resolved", "complaint"), ("yes", "no")),
}
INSTEAD: dict[str, tuple[tuple[str, ...], ...]] = {  # what stands in for a field that no column has
    "number": (("name",), ("surname", "given_name")),
    "name": (("surname", "given_name"),),
    "department": (("division",), ("section",)),
}
OPTIONS = frozenset(
    {
        "date_order",
        "decimal",
        "absent",
        "department_separator",
        "constants",
        "wide",
        "satisfaction_max",
        "satisfaction_top",
        "grade",
        "bands",
        "names",
        "in_centre",
        "accounts",
        "logins",
        "leave_out",
        "decided",
        *VALUES,
    }
)


@dataclass
class Mapping:
    """Columns by field, options, and how the file is read. As JSON (a profile, `--mapping F`):
    {field: header, …, "options": {…}, "reading": {…}}.

    Options: `date_order` (dmy, mdy, roc), `decimal` (. or ,), `absent` (texts that mean blank), `constants` ({field: value for
    all rows}), `wide` ({metric or rate: header}), `department_separator`, `satisfaction_max`, `satisfaction_top`, `names`
    ({name in the file: employee number}), `bands` (for ratings given as scores: {excellent, good, qualified: the least
    score of each}), and a map of values for status, rating, grade, management, answered, resolved,
    complaint ({value in the file: ours}; of "" what blank means).
    Employees: `decided` (what is done of that which only the silence of the file says: `rehire:NUMBER`, `left_on:NUMBER`,
    `superior:*` …), `in_centre` (new departments of the centre, by path; all below them too), `accounts` (make them or not).
    Contacts: `logins` ({name in the log: employee number}), `leave_out` (names whose contacts do not count).
    """

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    reading: HowRead = field(default_factory=HowRead)

    def to_json(self) -> dict[str, Any]:
        """The mapping as plain data."""
        reading = self.reading.to_json()
        return {**self.fields, "options": self.options, **({"reading": reading} if reading else {})}

    @classmethod
    def from_json(cls, kind: str, data: MappingType[str, Any]) -> Mapping:
        """Read a saved mapping. Raises `FileFault` for unknown kinds, fields, options or values."""
        if kind not in FIELDS:
            raise FileFault(N_("There is no import of the kind %(kind)s"), kind=kind)
        if not isinstance(data, MappingType):
            raise FileFault(N_("A mapping is a list of fields with their columns"))
        fields = {name: header for name, header in data.items() if name not in ("options", *READING) and header}
        mapping = cls(kind, fields, dict(data.get("options") or {}), reading_of(data))
        mapping.check()
        return mapping

    def check(self) -> None:
        """Raise `FileFault` for a field, option or value that there is not."""
        known = {spec.name for spec in FIELDS[self.kind]}
        for name, header in self.fields.items():
            if name not in known or not isinstance(header, str):
                raise FileFault(
                    N_("The mapping names the field %(field)s, which this import does not have"), field=name
                )
        for name, value in self.options.items():
            if name not in OPTIONS:
                raise FileFault(N_("The mapping names the option %(option)s, which there is not"), option=name)
            self._check_option(name, value)

    def _check_option(self, name: str, value: Any) -> None:
        kinds: dict[str, type] = {
            "absent": list,
            "department_separator": str,
            "date_order": str,
            "decimal": str,
            "satisfaction_max": int,
            "satisfaction_top": int,
            "in_centre": list,
            "accounts": bool,
            "leave_out": list,
            "decided": list,
        }
        among = {"date_order": DATE_ORDERS, "decimal": DECIMALS}.get(name)
        if not isinstance(value, kinds.get(name, dict)) or (among and value not in among):
            raise FileFault(N_("The mapping's option %(option)s cannot be %(value)s"), option=name, value=str(value))
        if name == "bands" and not are_bands(value):
            raise FileFault(NO_BANDS)
        if (
            name in VALUES
            and isinstance(value, dict)
            and (wrong := [ours for ours in value.values() if ours not in VALUES[name]])
        ):
            raise FileFault(N_("%(value)s is not one of %(known)s"), value=str(wrong[0]), known=", ".join(VALUES[name]))

    @property
    def given(self) -> set[str]:
        """The fields that a column or a constant fills."""
        return {*self.fields, *self.options.get("constants", {})}

    def missing(self) -> list[str]:
        """Required fields that nothing fills: no column, no constant, and no other field that stands in for them."""
        given, employees = self.given, self.kind == "employees"
        missing = []
        for spec in FIELDS[self.kind]:
            instead = () if spec.name == "number" and employees else INSTEAD.get(spec.name, ())
            if spec.required and spec.name not in given and not any(given.issuperset(each) for each in instead):
                missing.append(spec.name)
        return missing

    @property
    def headers(self) -> set[str]:
        """The columns that are used."""
        return {*self.fields.values(), *self.options.get("wide", {}).values()}

    def unused(self, headers: Sequence[str]) -> list[list[str]]:
        """The columns that are not used, each with the label of what it may be meant as ("" where nothing is near)."""
        used = self.headers | MADE_COLUMNS
        taken = {spec_of(self.kind, name).label for name in self.fields}
        taken |= {METRIC_LABELS.get(code, "") for code in self.options.get("wide", {})}
        left = [header for header in dict.fromkeys(headers) if header not in used]
        guesses = [guessed(self.kind, header) for header in left]
        return [[header, "" if guess in taken else guess] for header, guess in zip(left, guesses, strict=True)]

    def open_values(self, values_of: Callable[[str], Sequence[str]]) -> dict[str, list[str]]:
        """Values in the file, by field, whose meaning HR has yet to say; `values_of`: the different values under a header."""
        open_values = {}
        for name in VALUES:
            if name in self.fields:
                known = {*self.options.get(name, {}), *self.options.get("absent", [])}
                banded = name == "rating" and bool(self.options.get("bands"))
                unknown = [
                    value
                    for value in values_of(self.fields[name])
                    if value not in known and not (banded and is_score(value))
                ]
                if unknown:
                    open_values[name] = unknown
        return open_values


BANDED = ("excellent", "good", "qualified")  # what is below the last is unqualified


def is_score(text: str) -> bool:
    """Whether a rating is given as a score: a number."""
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d+)?", text))


def are_bands(value: Any) -> bool:
    """Whether these say from which score on each rating begins."""
    if not isinstance(value, MappingType) or set(value) != set(BANDED):
        return False
    least = [value[code] for code in BANDED]
    return all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in least) and (
        least[0] > least[1] > least[2] > 0
    )


def banded(score: str, bands: MappingType[str, float]) -> str:
    """The rating of a score."""
    return next((code for code in BANDED if float(score) >= bands[code]), "unqualified")


READING = ("reading", "sheet")  # `sheet` beside the fields is how it was kept before


def reading_of(data: MappingType[str, Any]) -> HowRead:
    """How a mapping's file is read. Raises `FileFault`."""
    old = {"sheet": data["sheet"]} if data.get("sheet") else {}
    return HowRead.from_json(old | dict(data.get("reading") or {}))


def distinct_values(table: Table, header: str) -> list[str]:
    """The different values of a column, cleaned, blanks left out, in order; [] when they are no list of choices, or no one column."""
    if table.headers.count(header) != 1:
        return []
    values: dict[str, None] = {}
    for cell in dict.fromkeys(table.column(header)):
        try:
            values.setdefault(clean_text(cell))
        except Unclean:
            continue
        if len(values) > MOST_VALUES:
            return []
    values.pop("", None)
    return list(values)


def apply(table: Table, mapping: Mapping) -> dict[str, list[Any]]:
    """Raw cells by field, one for each row; constants fill fields without a column.

    Raises `FileFault` for required fields that are missing and for columns that are missing or stand twice.
    """
    mapping.check()
    if missing := mapping.missing():
        _say_twice(table, mapping, missing)
    require_columns(mapping, table.headers)
    columns = {name: table.column(header) for name, header in mapping.fields.items()}
    for name, value in mapping.options.get("constants", {}).items():
        columns.setdefault(name, [value] * len(table.rows))
    return columns


def require_columns(mapping: Mapping, headers: Sequence[str]) -> None:
    """Raise `FileFault` where a required field has no column, naming what the file has."""
    if missing := mapping.missing():
        raise FileFault(
            N_("No column is mapped to the required fields: %(fields)s; the file has %(headers)s"),
            fields=[spec_of(mapping.kind, name).label for name in missing],
            headers=", ".join(headers[:40]),
        )


def _say_twice(table: Table, mapping: Mapping, missing: list[str]) -> None:
    """Raise `FileFault` where a column that is needed is there, but twice."""
    labels = {spec_of(mapping.kind, name).label for name in missing}
    for header in table.duplicates:
        if guessed(mapping.kind, header) in labels:
            table.index(header)
