"""How an import's file is read, and what holds for all of its rows: what the page offers, and what was chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from admin.domain.refusals import N_
from admin.files.choices import ENCODINGS, HowRead
from admin.files.dates import period_of
from admin.files.faults import FileFault, Untold
from admin.files.mapping import Mapping as FileMapping
from admin.files.metric_words import METRIC_LABELS
from admin.files.outline import Outline
from admin.files.tables import VALUE_COLUMN
from admin.files.vocabulary import spec_of

SEPARATOR_LABELS = {
    ",": N_("Comma (,)"),
    "\t": N_("Tab"),
    ";": N_("Semicolon (;)"),
    "|": N_("Vertical bar (|)"),
    "，": N_("Chinese comma (，)"),
}
TOGETHER = "*"  # the answer "these sheets as one table"
CONSTANTS: dict[str, tuple[str, ...]] = {  # what may hold for all rows, by kind
    "employees": ("queue",),
    "grades": ("since", "document"),
    "metrics": ("month", "year", "queue", "metric"),
    "contacts": ("queue",),
    "ratings": ("year",),
}


@dataclass(frozen=True)
class ReadingChoice:
    """A question with its answers, the chosen one, and what each looks like where that helps."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Constant:
    """A field whose value may hold for all rows; `needed`: no column has it, and it must be said."""

    name: str
    label: str
    value: str
    kind: str
    needed: bool
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class ReadingOffers:
    """What was found in one line, and the choices about it."""

    found: Sequence[str]
    choices: Sequence[ReadingChoice]
    doubtful: bool
    across: Sequence[str] = ()


def reading_offers(table: Outline, reading: HowRead) -> ReadingOffers:
    """How the file was read, and how else it could be."""
    choices = []
    if len(table.sheets) > 1:
        chosen = TOGETHER if table.together else table.sheet or ""
        options = [(name, name) for name in table.sheets]
        group = table.together or [table.sheet or "", *table.alike]
        if len(group) > 1:
            options.append((TOGETHER, _("As one table: %(sheets)s", sheets=", ".join(group))))
        choices.append(ReadingChoice("sheet", _("Sheet"), options, chosen))
    rows = [(str(number), f"{number}: {line}") for number, line in table.head]
    choices.append(ReadingChoice("header_row", _("Row with the column names"), rows, str(table.header_row)))
    if table.encoding:
        choices.append(ReadingChoice("encoding", _("Encoding"), [(name, name) for name in ENCODINGS], table.encoding))
        signs = {**SEPARATOR_LABELS, **({table.separator: table.separator} if table.separator else {})}
        labels = [(sign, _(SEPARATOR_LABELS.get(sign, label))) for sign, label in signs.items() if sign]
        choices.append(ReadingChoice("separator", _("Sign between the columns"), labels, table.separator or ","))
    if table.across or reading.across is False:
        options = [("1", _("One row for each month or year")), ("0", _("As columns"))]
        choices.append(ReadingChoice("across", _("Columns of months or years"), options, "1" if table.across else "0"))
    return ReadingOffers(found_words(table), choices, bool(table.alike), table.across)


def undecided_offers(asked: Untold, before: str | None = None) -> ReadingOffers:
    """The one question that is to be answered before anything of the file can be shown."""
    labels = {"encoding": _("Encoding"), "header_row": _("Row with the column names")}
    options = [(value, f"{value}: {line}") for value, line in asked.offers]
    known = {value for value, _line in options}
    if asked.choice == "encoding":
        options += [(name, name) for name in ENCODINGS if name not in known]
    chosen = before if before in known else (options[0][0] if options else "")
    return ReadingOffers((), [ReadingChoice(asked.choice, labels[asked.choice], options, chosen)], doubtful=True)


def found_words(file: Outline) -> list[str]:
    """How the file was read, in words, to stand in one line."""
    words = []
    if file.together:
        words.append(_("sheets %(sheets)s", sheets=", ".join(file.together)))
    elif file.sheet:
        words.append(_("sheet %(sheet)s", sheet=file.sheet))
    words.append(_("column names in row %(row)s", row=file.header_row))
    if file.encoding:
        words.append(file.encoding)
        sign = file.separator or ","
        words.append(_(SEPARATOR_LABELS[sign]) if sign in SEPARATOR_LABELS else sign)
    if file.across:
        words.append(_("months or years as columns"))
    if file.hidden:
        words.append(_("hidden rows read too: %(count)s", count=file.hidden))
    if file.alike:
        words.append(_("not read, but alike: %(sheets)s", sheets=", ".join(file.alike)))
    return words


def shown_reading(text: str) -> HowRead:
    """How the file was read that a page showed, as it sends it back; what it cannot be is found anew."""
    try:
        return HowRead.from_json(json.loads(text or "{}"))
    except (ValueError, FileFault):
        return HowRead()


def reading_from(form: Mapping[str, str], before: HowRead, table: Outline | None) -> HowRead:
    """How the file is to be read by the page's answers; what is as it was found stays unsaid."""
    plain = before.to_json()
    found = {choice.name: choice.chosen for choice in reading_offers(table, before).choices} if table else {}
    for name in ("sheet", "header_row", "encoding", "separator", "across"):
        answer = form.get(f"read-{name}", "")
        if not answer or answer == found.get(name):
            continue
        if name == "sheet":
            plain.pop("sheets", None)
            plain.pop("sheet", None)
            group = [table.sheet, *table.alike] if table and not table.together else (table.together if table else [])
            plain |= {"sheets": group} if answer == TOGETHER else {"sheet": answer}
        elif name == "header_row":
            plain[name] = int(answer) if answer.isdecimal() else None
        else:
            plain[name] = answer == "1" if name == "across" else answer
    if plain.get("sheet") != before.sheet:
        plain.pop("header_row", None)  # of another sheet
    return HowRead.from_json(plain)


def constants_for(table: Outline, mapping: FileMapping) -> list[Constant]:
    """The fields that one value may fill for all rows, those that must be said first."""
    said, missing = mapping.options.get("constants", {}), mapping.missing()
    if table.lacks_year and "year" not in mapping.fields:
        missing.append("year")
    if VALUE_COLUMN in table.headers and mapping.kind == "metrics" and "metric" not in mapping.fields:
        missing.append("metric")
    found = []
    for name in CONSTANTS[mapping.kind]:
        if name in mapping.fields or (name == "year" and mapping.kind == "metrics" and name not in {*missing, *said}):
            continue
        if name == "metric" and (mapping.options.get("wide") or "value" not in mapping.fields):
            continue
        found.append(_constant(mapping.kind, name, str(said.get(name, "")), needed=name in missing or name in said))
    return sorted(found, key=lambda each: not each.needed)


def _constant(kind: str, name: str, value: str, *, needed: bool) -> Constant:
    label = _(spec_of(kind, name).label)
    if name == "metric":
        options = [("", _("Not said yet")), *((code, _(text)) for code, text in METRIC_LABELS.items())]
        return Constant(name, _("This file is for"), value, "select", needed, options)
    return Constant(name, label, value, {"month": "month", "year": "number", "since": "date"}.get(name, "text"), needed)


def period_shown(value: str) -> tuple[str, str]:
    """First and last month of a constant: of one month the last is blank."""
    if span := period_of(value):
        return f"{span[0]:%Y-%m}", f"{span[1]:%Y-%m}"
    return value, ""


def constants_from(form: Mapping[str, str], kind: str, before: Mapping[str, Any]) -> dict[str, str]:
    """What was said for all rows; what the page did not ask stays."""
    constants = {name: str(value) for name, value in before.items()}
    for name in CONSTANTS[kind]:
        if f"constant-{name}" not in form:
            continue
        value = form[f"constant-{name}"].strip()[:100]
        last = form.get("constant-until", "").strip() if name == "month" else ""
        constants[name] = f"{value}/{last}" if value and last and last != value else value or last
    return {name: value for name, value in constants.items() if value}
