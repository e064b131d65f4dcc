"""The mapping page of an import: what it offers, and what was chosen, as the mapping's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import EmployeeStatus, ImportKind, ImportState, PerformanceRating
from admin.domain.refusals import N_
from admin.files.choices import HowRead
from admin.files.faults import Untold
from admin.files.import_fields import FIELDS
from admin.files.mapping import BANDED, BLANK, DATE_FIELDS, DECIMALS, VALUES, are_bands, is_score
from admin.files.mapping import Mapping as FileMapping
from admin.files.metric_words import METRIC_LABELS
from admin.files.outline import Outline
from admin.files.people import name_key, numbers_by_name
from admin.files.tables import Table
from admin.files.value_words import RATING_SCALES
from admin.files.vocabulary import spec_of
from admin.forms.import_reading import (
    Constant,
    ReadingOffers,
    constants_for,
    constants_from,
    period_shown,
    reading_offers,
    undecided_offers,
)
from admin.models import Import, ImportProfile
from admin.operations.imports.import_kinds import KINDS
from admin.operations.imports.imports_plan import faults_of, notes_of

SHOWN_NAMES = 50
BY_COLUMN = ("shown", "value", "name", "metric")
SHOWN_FAULTS = 100
KIND_LABELS = ImportKind.labels()
KIND_TEXTS = {code: kind.explained for code, kind in KINDS.items()}
STATE_LABELS = ImportState.labels()
STATE_TONES = {
    "checked": "good",
    "faulty": "bad",
    "applied": "good",
    "refused": "plain",
    "undone": "warn",
    "uploaded": "",
}
COUNT_LABELS = {
    "new": N_("New in the file"),
    "changed": N_("Changed by the file"),
    "unchanged": N_("The same in the file"),
    "removed": N_("Removed"),
    "missing": N_("In the portal, not in the file"),
    "faults": N_("Faults in the file"),
    "departments_new": N_("New departments"),
    "logins_new": N_("Logins to be mapped"),
    "accounts_new": N_("New accounts"),
    "in_service_new": N_("New and in service"),
    "leavers": N_("Have left since"),
    "decisions": N_("Left to decide"),
    "cases_closed": N_("Cases closed by leaving"),
    "contacts": N_("Contacts in the log"),
    "unmapped": N_("Names not mapped"),
}
VALUE_LABELS = {
    **EmployeeStatus.labels(),
    **PerformanceRating.labels(),
    "yes": N_("It counts as yes"),
    "no": N_("It counts as no"),
}
COLUMN_LABELS = {
    "name": N_("Employee's name"),
    "department_id": N_("Department of the employee"),
    "post": N_("Post held"),
    "hired_on": N_("Date hired"),
    "joined_centre_on": N_("Date joined the centre"),
    "left_on": N_("Date left"),
    "status": N_("Employment status"),
    "superior": N_("Superior (number or name)"),
    "superior_id": N_("Superior (number or name)"),
    "email": N_("E-mail of the employee"),
    "is_management": N_("Management post"),
    "queue": N_("Queue"),
}
DECIMAL_LABELS = {"": N_("As the file shows"), ".": N_("Point (1,234.5)"), ",": N_("Comma (1.234,5)")}
DATE_ORDERS = {
    "": N_("As the file shows"),
    "dmy": N_("Day first"),
    "mdy": N_("Month first"),
    "roc": N_("ROC (Minguo) year"),
}


BECAME = {
    ImportState.APPLIED: N_(
        "This import was already applied, at %(at)s. Nothing more was done now; its page shows what it changed."
    ),
    ImportState.UNDONE: N_(
        "This import was already taken back or put aside. Nothing was done now; upload the file again to import it."
    ),
    ImportState.REFUSED: N_("This import was tried already, and nothing was left to change. Nothing was done now."),
}


def became_of(row: Import, at: str) -> str:
    """What became of an import that is finished; `at` is when it was applied."""
    return _(BECAME[ImportState(row.state)], at=at)


@dataclass
class MappingChoices:
    """What the mapping page shows: a row per field, a table of values per coded field, samples per column.

    `words` and `names` are to be said first: values without a meaning, names that are nobody's or several people's.
    """

    fields: list[dict[str, Any]]
    values: list[dict[str, Any]]
    samples: list[tuple[str, str]]
    metrics: list[tuple[str, str]] = field(default_factory=list)
    has_dates: bool = False
    has_numbers: bool = False
    unused: list[tuple[str, str]] = field(default_factory=list)
    constants: list[Constant] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)
    bands: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def words(self) -> bool:
        """Whether a value's meaning is open."""
        return any(each["open"] for each in self.values)


@dataclass(frozen=True)
class UploadPage:
    """What a file of a kind should hold, and what was pasted."""

    kind: str
    fields: list[tuple[str, str, bool]]
    pasted: str


@dataclass(frozen=True)
class ColumnsPage:
    """The page on which columns become fields: the file as it was read, and the mapping so far.

    Without a `table` the file can be shown once it is said how it is read.
    """

    row: Import
    table: Outline | None
    mapping: FileMapping
    reading: ReadingOffers
    offers: MappingChoices | None
    profiles: Sequence[ImportProfile]

    @property
    def missing(self) -> list[str]:
        """The labels of the fields that are needed and have neither column nor value yet."""
        asked = {each.name for each in self.offers.constants} if self.offers else set()
        return [_(spec_of(self.row.kind, name).label) for name in self.mapping.missing() if name not in asked]


def columns_page(
    row: Import,
    table: Outline,
    mapping: FileMapping,
    profiles: Sequence[ImportProfile],
    names: Sequence[tuple[str, str]] = (),
) -> ColumnsPage:
    """The page under a mapping; columns that the file does not have are left out of it.

    `names`: those that do not tell who is meant, each with the numbers that it may be.
    """
    mapping.fields = {name: header for name, header in mapping.fields.items() if header in table.headers}
    if wide := mapping.options.get("wide"):
        mapping.options["wide"] = {code: header for code, header in wide.items() if header in table.headers}
    offers = choices_for(table, row.kind, mapping)
    said = mapping.options.get("names", {})
    offers.names = [(name, numbers, str(said.get(name, ""))) for name, numbers in names]
    return ColumnsPage(row, table, mapping, reading_offers(table, mapping.reading), offers, profiles)


def undecided_page(row: Import, asked: Untold, mapping: FileMapping, before: str | None) -> ColumnsPage:
    """The page while it is not said how the file is read."""
    return ColumnsPage(row, None, mapping, undecided_offers(asked, before), None, ())


def goes_by_name(mapping: FileMapping) -> bool:
    """Whether the file has names in the place of employee numbers."""
    return mapping.kind != ImportKind.EMPLOYEES and "name" in mapping.fields and "number" not in mapping.fields


def names_untold(table: Table, mapping: FileMapping, people: Mapping[str, str]) -> list[tuple[str, str]]:
    """Of a file without numbers each name that is nobody's or several people's, with their numbers. `people`: number → name."""
    by_name = numbers_by_name(people)
    found: dict[str, tuple[str, str]] = {}
    for cell in dict.fromkeys(table.column(mapping.fields["name"])):
        name = " ".join(str(cell).split())
        numbers = by_name.get(name_key(name), [])
        if name and len(numbers) != 1:
            found.setdefault(name_key(name), (name, ", ".join(numbers[:5])))
    return list(found.values())[:SHOWN_NAMES]


def expected(kind: str, lang: str) -> list[tuple[str, str, bool]]:
    """What a file of a kind should hold: each field's label, the usual column name, whether it is needed."""
    place = ("zh_hant", "zh_hans", "en").index(lang)
    return [(spec.label, spec.headers[place], spec.required) for spec in FIELDS[kind] if not spec.beside]


def faults_shown(report: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The first faults of a report in words; the workbook has all of them."""
    return [(each.row, each.column, each.value, each.text(_)) for each in faults_of(report)[:SHOWN_FAULTS]]


def notes_shown(report: Mapping[str, Any]) -> list[str]:
    """The notes of a report in words."""
    return [note.text(_) for note in notes_of(report)]


def choices_for(table: Outline, kind: str, mapping: FileMapping) -> MappingChoices:
    """The page's content for a file under a mapping."""
    fields = [
        {"name": spec.name, "label": spec.label, "required": spec.required, "header": mapping.fields.get(spec.name, "")}
        for spec in FIELDS[kind]
    ]
    wide = {header: code for code, header in mapping.options.get("wide", {}).items()}
    return MappingChoices(
        fields=fields,
        values=sorted(
            (_values(table, mapping, name) for name in VALUES if name in mapping.fields),
            key=lambda each: not each["open"],
        ),
        samples=list(zip(table.headers, table.samples, strict=True)),
        metrics=[(header, wide.get(header, "")) for header in table.headers] if kind == "metrics" else [],
        has_dates=bool(DATE_FIELDS & mapping.fields.keys()),
        has_numbers=kind in (ImportKind.METRICS, ImportKind.CONTACTS),
        unused=[(header, _(guess) if guess else "") for header, guess in mapping.unused(table.headers)],
        constants=constants_for(table, mapping),
        bands=_bands(table, mapping),
    )


def _bands(table: Outline, mapping: FileMapping) -> list[tuple[str, str, Any]]:
    """From which score each rating begins, asked where the ratings' column holds scores."""
    header = mapping.fields.get("rating", "")
    samples = dict(zip(table.headers, table.samples, strict=True)).get(header, "").split(", ")
    if not all(map(is_score, samples)) or max(map(float, samples)) <= max(map(float, RATING_SCALES["1-5"])):
        return []
    said = mapping.options.get("bands") or {}
    return [(code, VALUE_LABELS[code], said.get(code, "")) for code in BANDED]


def _values(table: Outline, mapping: FileMapping, name: str) -> dict[str, Any]:
    """The values of a coded field with what they mean, those without a meaning first; of them what usual scales say."""
    known, values = mapping.options.get(name, {}), table.values_of(mapping.fields[name])
    absent = mapping.options.get("absent", [])
    rows = [(index, value, known.get(value, ""), usual_meaning(name, value)) for index, value in enumerate(values)]
    header = mapping.fields[name]
    unsaid = [row for row in rows if not row[2] and row[1] not in absent]
    if name == "management":
        rows.append((len(rows), BLANK, known.get(BLANK, ""), ""))
    rows.sort(key=lambda row: bool(row[2]))
    return {"name": name, "header": header, "rows": rows, "choices": list(VALUES[name]), "open": len(unsaid)}


def usual_meaning(name: str, value: str) -> str:
    """What a word means on one of the usual scales; "" where none has it."""
    scales = RATING_SCALES.values() if name == "rating" else ()
    return next((scale[value] for scale in scales if value in scale), "")


def mapping_from(
    form: Mapping[str, str], table: Outline, kind: str, before: Mapping[str, Any], reading: HowRead
) -> dict[str, Any]:
    """The mapping that was chosen on the page; options that the page does not show stay as they were."""
    names = set(table.headers)
    mapping: dict[str, Any] = {}
    for spec in FIELDS[kind]:
        header = form.get(f"column-{spec.name}", "")
        if header in names:
            mapping[spec.name] = header
    options: dict[str, Any] = dict(before.get("options") or {})
    options.update(_value_options(form, table, mapping))
    _plain_options(form, kind, options)
    options["constants"] = constants_from(form, kind, options.get("constants", {}))
    options["names"] = _names_from(form, options.get("names", {}))
    if kind == "metrics":
        options["wide"] = _wide(form, table)
    mapping["options"] = {
        name: value for name, value in options.items() if value not in ({}, [], "") or name == "department_separator"
    }
    return mapping | {"reading": reading.to_json()}


def typed_beside(form: Mapping[str, str], table: Outline, kind: str) -> dict[str, Any]:
    """Of the options on the page those that hold for whatever columns the file has, where they are not its own proposal."""
    options = mapping_from(form, table, kind, {}, HowRead())["options"]
    own = table.proposed.get("options") or {}
    found = {
        name: value
        for name, value in options.items()
        if name not in (*VALUES, "wide", "constants") and value not in ("", own.get(name))
    }
    said, proposed = options.get("constants", {}), own.get("constants") or {}
    constants = {
        name: value for name, value in said.items() if period_shown(value) != period_shown(str(proposed.get(name, "")))
    }
    return found | ({"constants": constants} if constants else {})


def by_column(form: Mapping[str, str]) -> set[str]:
    """The fields of the page that belong to values and names of the file as it was read."""
    return {name for name in form if name.partition("-")[0] in BY_COLUMN}


def _names_from(form: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    names = dict(before)
    for index in range(SHOWN_NAMES):
        if (name := form.get(f"name-{index}")) and (number := form.get(f"name-number-{index}", "").strip()):
            names[name] = number[:40]
    return names


def _value_options(form: Mapping[str, str], table: Outline, mapping: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, ours in VALUES.items():
        if name in mapping:
            values = [*table.values_of(mapping[name]), BLANK]
            chosen = {value: form.get(f"value-{name}-{index}", "") for index, value in enumerate(values)}
            if any(f"value-{name}-{index}" in form for index in range(len(values))):
                found[name] = {value: meaning for value, meaning in chosen.items() if meaning in ours}
    return found


def bands_typed(form: Mapping[str, str]) -> dict[str, float]:
    """From which score each rating begins; {} where nothing was typed, or what no scale is (`bands_wrong`)."""
    typed = {code: form.get(f"band-{code}", "").strip() for code in BANDED}
    bands = {code: float(text) for code, text in typed.items() if is_score(text)}
    return bands if are_bands(bands) else {}


def bands_wrong(form: Mapping[str, str]) -> bool:
    """Whether something was typed as the scores from which ratings begin, and they are none."""
    return any(form.get(f"band-{code}", "").strip() for code in BANDED) and not bands_typed(form)


def _plain_options(form: Mapping[str, str], kind: str, options: dict[str, Any]) -> None:
    if "date_order" in form:
        options["date_order"] = form["date_order"] if form["date_order"] in DATE_ORDERS else ""
    if "decimal" in form:
        options["decimal"] = form["decimal"] if form["decimal"] in DECIMALS else ""
    if "absent" in form:
        options["absent"] = [text.strip() for text in form["absent"].split(",") if text.strip()]
    if bands := bands_typed(form):
        options["bands"] = bands
    elif "band-excellent" in form:
        options.pop("bands", None)
    if kind == "employees":
        options["department_separator"] = form.get("department_separator", "")[:3]
        options["in_centre"] = [
            line.strip().strip("/") for line in form.get("in_centre", "").splitlines() if line.strip()
        ]
        options["accounts"] = form.get("accounts") == "1"


def _wide(form: Mapping[str, str], table: Outline) -> dict[str, str]:
    wide: dict[str, str] = {}
    for index, header in enumerate(table.headers):
        code = form.get(f"metric-{index}", "")
        if code in METRIC_LABELS:
            wide.setdefault(code, header)
    return wide


def logins_from(form: Mapping[str, str], logins: list[str]) -> tuple[dict[str, str], list[str]]:
    """Of the page on log names: the employee (id) chosen for each name, and the names left out."""
    chosen = {login: form.get(f"employee-{index}", "").strip() for index, login in enumerate(logins)}
    left_out = [login for index, login in enumerate(logins) if form.get(f"leave-{index}") == "1"]
    return {login: key for login, key in chosen.items() if key and login not in left_out}, left_out
