"""A draft of the policy in words: its parts, its entries, and what is wrong with it (6.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.domain.codes import Direction
from admin.domain.refusals import N_
from admin.queries.policy.draft_pages import Place, Written
from admin.queries.policy.scorecards import points_text
from admin.rulebook.book import Rulebook
from admin.rulebook.content import LANGUAGES, Text
from admin.rulebook.editing import EditableEntry, EntryGroup
from admin.rulebook.faults import RulebookFault
from admin.views.policy.policy_words import PARTS
from admin.web.texts import language, translated

PART_NAMES = {
    "title": N_("Title and first day"),
    "clauses": N_("Clauses"),
    "values": N_("Values of the policy"),
    "ladder": N_("Levels and grades"),
    "scale": N_("Rating scale"),
    "weights": N_("Weights of the scorecard"),
    "criteria": N_("Criteria"),
}
IN_LANGUAGE = {
    "zh_hant": N_("Traditional Chinese"),
    "zh_hans": N_("Simplified Chinese"),
    "en": N_("English"),
}
FIELDS = {
    "title": N_("Heading"),
    "text": N_("Wording"),
    "name": N_("Name"),
    "duties": N_("Duties"),
    "help": N_("Explanation"),
    "threshold": N_("Required score"),
    "percent": N_("Percent of the weight"),
    "weight": N_("Weight of 100"),
    "peer_share": N_("Share of the colleagues in percent"),
    "direction": N_("Better when"),
    "bands": N_("Value and percent of the weight, a pair a line"),
    "prior": N_("Strength of the common mean"),
    "count": N_("Minimum sample"),
}
SIMULATED = {
    "eligible": N_("Eligible for promotion"),
    "demoted": N_("To be demoted, or a written reason why not"),
    "off_ladder": N_("Hold a grade that is not on the ladder"),
}
NAMED = {"dimension", "code"}  # facts of a fault that name an entry of the scorecard


def part_name(part: str) -> str:
    """What a part of a draft is called."""
    return translated(PART_NAMES[part])


def place_url(number: int, place: Place) -> str:
    """The address at which a part is written."""
    part, one = place
    return url_for("DraftView.part", number=number, part=part, one=one or None)


def place_name(book: Rulebook, place: Place) -> str:
    """A part, and of clauses and criteria which one, in the reader's language."""
    part, one = place
    if part == "clauses":
        known = next((each for each in book.clauses if each.id == one), None)
        return f"{one} {known.title.get(language()) if known else ''}".strip()
    if part == "criteria":
        known_criterion = next((each for each in book.scorecard.criteria if each.id == one), None)
        return known_criterion.name.get(language()) if known_criterion else one
    return part_name(part) if part else _("A part that is written in the file")


def group_name(book: Rulebook, group: EntryGroup) -> str:
    """What a group of entries is of."""
    lang = language()
    named: Mapping[str, Any] = {
        "levels": {each.id: each.name for each in book.levels},
        "grades": {each.id: each.name for each in book.grades},
        "dimensions": {each.id: each.name for each in book.dimensions},
    }
    if group.part in named:
        name = named[group.part][group.id].get(lang)
        return name if group.part == "dimensions" else f"{translated(PARTS[group.part])} {name}"
    if group.part == "parameters":
        return _("Left to the company by the policy") if group.id == "blank" else _("Rules of ours that fill a gap")
    if group.part in ("scale", "anchors"):
        return _("Rating %(value)s", value=group.id)
    if group.part == "measured":
        return _("How it is measured and scored")
    return _("Names and explanation") if group.part == "criteria" else ""


def entry_label(book: Rulebook, entry: EditableEntry, part: str) -> str:
    """What an entry is called on the page of a part."""
    *place, last = entry.path
    if entry.kind == "parameter":
        return book.parameter(last).name.get(language())
    if part == "weights":
        return place_name(book, ("criteria", place[-1]))
    if last not in LANGUAGES:
        return translated(FIELDS[last])
    if place[0] == "dimensions" and place[-1] not in FIELDS:
        of = _("Behaviour")
    else:
        of = translated(FIELDS.get(place[-1], FIELDS["name"]))
    return _("%(what)s (%(language)s)", what=of, language=translated(IN_LANGUAGE[last]))


def simulated(held: Collection[str]) -> str:
    """What holds for somebody under a version, in words."""
    return _(", ").join(translated(SIMULATED[each]) for each in SIMULATED if each in held) or "—"


def grade_of(book: Rulebook, before: Rulebook, code: str) -> str:
    """A grade by its name in one of two versions."""
    names = {each.id: each.name for each in (*before.grades, *book.grades)}
    return names[code].get(language()) if code in names else code or _("No grade yet")


def rows_of(written: Sequence[Written]) -> Iterator[list[Written]]:
    """The entries in rows: a text's three languages side by side, all else by itself."""
    row: list[Written] = []
    for each in written:
        last = each.entry.path[-1]
        if last not in LANGUAGES:
            yield [each]
            continue
        row.append(each)
        if last == LANGUAGES[-1]:
            yield row
            row = []


def together(written: Sequence[Written]) -> tuple[Decimal, Decimal]:
    """What the criteria of a dimension weigh together, and what the dimension does, as the draft has it."""
    own, *criteria = [Decimal(str(each.value)) for each in written]
    return sum(criteria, Decimal(0)), own


def shown(entry: EditableEntry, value: Any) -> str:
    """A value as it stands in its field."""
    if value is None:
        return ""
    return points_text([tuple(pair) for pair in value]) if entry.kind == "points" else str(value)


def told(book: Rulebook, entry: EditableEntry, value: Any) -> str:
    """A value as it is read beside the field: with its unit, in words."""
    if value is None:
        return "—"
    if entry.kind == "parameter":
        return book.parameter(entry.path[1]).words(value, language())
    if entry.kind == "direction":
        return translated(Direction.labels()[value])
    return points_text([tuple(pair) for pair in value]).replace("\n", "　") if entry.kind == "points" else str(value)


def options_of(book: Rulebook, entry: EditableEntry) -> list[tuple[Any, str]]:
    """What may be chosen there; empty where it is typed."""
    if entry.kind == "direction":
        return [(key, translated(label)) for key, label in Direction.labels().items()]
    if entry.kind != "parameter":
        return []
    parameter = book.parameter(entry.path[1])
    if parameter.type == "int":
        return []
    values = range(1, 13) if parameter.type == "month" else parameter.allowed
    return [(value, parameter.words(value, language())) for value in values]


def fault_text(book: Rulebook, fault: RulebookFault) -> str:
    """What is wrong, with the names of dimensions and criteria as the scorecard prints them."""
    known: dict[str, Text] = {each.id: each.name for each in book.dimensions}
    known |= {part.id: part.name for each in book.scorecard.criteria for part in (each, *each.parts)}
    facts = {
        key: known[value].get(language()) if key in NAMED and value in known else value
        for key, value in fault.facts.items()
    }
    return translated(fault.reason, facts)
