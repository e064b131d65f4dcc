"""Which column is which field, and what the values mean: proposed from synonyms, edited by HR, kept as a profile."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import clean_text, date_parts
from admin.files.faults import FileFault, Unclean
from admin.files.tables import Table
from admin.files.vocabulary import FIELDS, VALUE_WORDS, header_key, header_words, metric_words

DATE_FIELDS = frozenset({"born", "hired", "joined_centre", "left", "since", "day"})
DATE_ORDERS = ("dmy", "mdy", "roc")
MOST_VALUES = 50  # more different values than this are no list of choices
VALUES: dict[str, tuple[str, ...]] = {
    "status": ("in_service", "left", "on_leave"),
    "rating": ("excellent", "good", "qualified", "unqualified", "unrated"),
    **dict.fromkeys(("management", "answered", "resolved", "complaint"), ("yes", "no")),
}
OPTIONS = frozenset(
    {
        "date_order",
        "absent",
        "department_separator",
        "constants",
        "wide",
        "satisfaction_max",
        "satisfaction_top",
        "grade",
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
    """Columns by field, and options. As JSON (a profile, `--mapping F`): {field: header, …, "options": {…}}.

    Options: `date_order` (dmy, mdy, roc), `absent` (texts that mean blank), `constants` ({field: value for all rows}),
    `wide` ({metric code: header}), `department_separator`, `satisfaction_max`, `satisfaction_top`, and a map of values
    for status, rating, grade, management, answered, resolved, complaint ({value in the file: ours}).
    Employees: `decided` (what is done of that which only the silence of the file says: `rehire:NUMBER`, `left_on:NUMBER`,
    `superior:*` …), `in_centre` (new departments of the centre, by path; all below them too), `accounts` (make them or not).
    Contacts: `logins` ({name in the log: employee number}), `leave_out` (names whose contacts do not count).
    """

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The mapping as plain data."""
        return {**self.fields, "options": self.options}

    @classmethod
    def from_json(cls, kind: str, data: MappingType[str, Any]) -> Mapping:
        """Read a saved mapping. Raises `FileFault` for unknown kinds, fields, options or values."""
        if kind not in FIELDS:
            raise FileFault(N_("There is no import of the kind %(kind)s"), kind=kind)
        if not isinstance(data, MappingType):
            raise FileFault(N_("A mapping is a list of fields with their columns"))
        fields = {name: header for name, header in data.items() if name != "options" and header}
        mapping = cls(kind, fields, dict(data.get("options") or {}))
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
            "satisfaction_max": int,
            "satisfaction_top": int,
            "in_centre": list,
            "accounts": bool,
            "leave_out": list,
            "decided": list,
        }
        if not isinstance(value, kinds.get(name, dict)) or (name == "date_order" and value not in DATE_ORDERS):
            raise FileFault(N_("The mapping's option %(option)s cannot be %(value)s"), option=name, value=str(value))
        if (
            name in VALUES
            and isinstance(value, dict)
            and (wrong := [ours for ours in value.values() if ours not in VALUES[name]])
        ):
            raise FileFault(N_("%(value)s is not one of %(known)s"), value=str(wrong[0]), known=", ".join(VALUES[name]))

    def missing(self) -> list[str]:
        """Required fields with neither column nor constant."""
        given = {*self.fields, *self.options.get("constants", {})}
        return [spec.name for spec in FIELDS[self.kind] if spec.required and spec.name not in given]

    def open_values(self, table: Table) -> dict[str, list[str]]:
        """Values in the file, by field, whose meaning HR has yet to say."""
        open_values = {}
        for name in VALUES:
            if name in self.fields:
                known = self.options.get(name, {})
                unknown = [value for value in distinct_values(table, self.fields[name]) if value not in known]
                if unknown:
                    open_values[name] = unknown
        return open_values


def distinct_values(table: Table, header: str) -> list[str]:
    """The different values of a column, cleaned, blanks left out, in order; [] when they are no list of choices."""
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


def propose(table: Table, kind: str) -> Mapping:
    """A mapping from what the headers and values say; what they do not say is left open."""
    words, mapping = header_words(kind), Mapping(kind)
    for header in table.headers:
        name = words.get(header_key(header))
        if name and name not in mapping.fields and table.headers.count(header) == 1:
            mapping.fields[name] = header
    if kind == "metrics":
        _propose_wide(table, mapping)
    if kind == "employees" and "department" in mapping.fields:
        mapping.options["department_separator"] = _separator(table, mapping)
    for name, meanings in VALUE_WORDS.items():
        if name in mapping.fields:
            mapping.options[name] = _proposed_values(table, mapping.fields[name], meanings)
    if order := proposed_date_order(table, mapping):
        mapping.options["date_order"] = order
    return mapping


def _propose_wide(table: Table, mapping: Mapping) -> None:
    if "metric" in mapping.fields and "value" in mapping.fields:
        return
    taken = set(mapping.fields.values())
    wide: dict[str, str] = {}
    for header in table.headers:
        code = metric_words().get(header_key(header))
        if code and header not in taken and table.headers.count(header) == 1:
            wide.setdefault(code, header)
    if wide:
        mapping.options["wide"] = wide


def _proposed_values(table: Table, header: str, meanings: MappingType[str, tuple[str, ...]]) -> dict[str, str]:
    words = {word.casefold(): ours for ours, synonyms in meanings.items() for word in synonyms}
    return {value: words[value.casefold()] for value in distinct_values(table, header) if value.casefold() in words}


def _separator(table: Table, mapping: Mapping) -> str:
    """ "/" cuts Chinese paths; IT/IS is one department, so Latin names are left whole unless HR says otherwise."""
    values = {cell for cell in table.column(mapping.fields["department"]) if isinstance(cell, str) and "/" in cell}
    return "/" if any(character > "\u2e80" for value in values for character in value) else ""


def proposed_date_order(table: Table, mapping: Mapping) -> str | None:
    """Day or month first, from all date columns together (one file, one program). None when they do not say."""
    first = second = False
    for name in DATE_FIELDS & mapping.fields.keys():
        for cell in set(table.column(mapping.fields[name])):
            try:
                parts = date_parts(cell)
            except Unclean:
                continue
            if parts:
                first, second = first or parts[0] > 12, second or parts[1] > 12
    if first == second:
        return None
    return "dmy" if first else "mdy"


def apply(table: Table, mapping: Mapping) -> dict[str, list[Any]]:
    """Raw cells by field, one for each row; constants fill fields without a column.

    Raises `FileFault` for required fields that are missing and for columns that are missing or stand twice.
    """
    mapping.check()
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
            fields=", ".join(missing),
            headers=", ".join(headers[:40]),
        )
