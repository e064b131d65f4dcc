"""An import's difference in the reader's words: groups, fields, values before and after, and what is left to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import EmployeeStatus, PerformanceRating
from admin.domain.metrics import COUNTS
from admin.domain.refusals import N_
from admin.files.outline import kept_outline
from admin.files.workbooks import SheetOut, write_sheets
from admin.forms.import_reading import found_words
from admin.forms.imports import COLUMN_LABELS, VALUE_LABELS
from admin.models import Grade
from admin.operations.imports.imports_plan import notes_of
from admin.queries.imports.difference import FIELD, GROUP, NAME, NEW, NUMBER, OLD, PLACE, DifferencePage
from admin.queries.system.paging import Part, part_of
from admin.web.texts import name_of, translated

MOST_SHOWN = 200  # decisions of one kind on one part of the page; a tick for all of the kind stands above them
ROWS_OF_A_SHEET = 1_000_000
GROUP_LABELS = {
    "joined": N_("Joined"), "left": N_("People who left"), "rehire": N_("Re-hired"), "moved": N_("Moved to another department"),
    "superior": N_("New superior"), "post": N_("New post"), "leave": N_("Begin or end a leave"), "grades": N_("Grades to take over"),
    "details": N_("Other details"), "departments": N_("New departments"), "logins": N_("Names in the contact logs"),
    "ratings": N_("Annual ratings"),
}  # fmt: skip
FIELD_LABELS = {
    **COLUMN_LABELS, **COUNTS, "joined": N_("Department, post, date hired, superior"), "login": N_("Name in the contact log"),
    "grade": N_("Present grade"), "rating": N_("Annual rating"), "ratings": N_("Annual rating"),
}  # fmt: skip
DECISION_LABELS = {
    "rehire": N_("Re-hire: the portal has them as left, the file does not"),
    "return": N_("End the leave: the portal has them on leave, the file does not"),
    "left_on": N_("Remove the date of leaving: the file has none"),
    "superior": N_("Remove the superior: the file has none"),
    "email": N_("Remove the e-mail address: the file has none"),
    "queue": N_("Remove the queue: the file has none"),
    "post": N_("Remove the post: the file has none"),
    "joined_centre_on": N_("Remove the date of joining the centre: the file has none"),
}
CODED = {"status": EmployeeStatus.labels(), "rating": PerformanceRating.labels(), "ratings": PerformanceRating.labels()}


@dataclass(frozen=True)
class ShownLine:
    """One change as a row of the page."""

    group: str
    number: str
    name: str
    what: str
    place: str
    old: str
    new: str


@dataclass(frozen=True)
class Decided:
    """The decisions of one kind: how many, whether all are ticked, and the first of them with key, person, what is there now, tick."""

    kind: str
    label: str
    count: int
    every: bool
    rows: Sequence[tuple[str, str, str, bool]]


@dataclass(frozen=True)
class DifferenceSaid:
    """What an import changes, what follows from it, and what is left to decide, in words.

    `part` is that of the decisions, `lost` what undoing cannot restore,
    `found` how the file was read.
    """

    lines: list[ShownLine]
    groups: list[tuple[str, str, int]]
    follows: list[str]
    decisions: list[Decided]
    part: Part
    lost: list[str]
    found: list[str]


def said_of(
    report: Mapping[str, Any],
    shown: DifferencePage,
    grades: Mapping[str, Grade],
    number: int = 1,
    lost: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> DifferenceSaid:
    """One part of an import's difference in words, and part `number` of what it leaves to HR."""
    part = decisions_part(report, number)
    return DifferenceSaid(
        lines_shown(shown.rows, grades), groups_shown(shown.groups), follows_shown(report),
        decisions_shown(report, part), part, [translated(*each) for each in lost],
        found_words(kept) if (kept := kept_outline(report)) else [],
    )  # fmt: skip


def decisions_part(report: Mapping[str, Any], number: int) -> Part:
    """Which of the decisions a page shows: as many parts as the kind with the most of them has."""
    kept = Counter(each["kind"] for each in report.get("decisions", ()))
    return part_of(max(kept.values(), default=0), number, MOST_SHOWN)


def lines_shown(lines: Iterable[Sequence[Any]], grades: Mapping[str, Grade]) -> list[ShownLine]:
    """Lines in words."""
    return [
        ShownLine(
            group_label(line[GROUP]), line[NUMBER], line[NAME], _(FIELD_LABELS.get(line[FIELD], line[FIELD])), line[PLACE],
            _value(line[FIELD], line[OLD], grades), _value(line[FIELD], line[NEW], grades),
        )
        for line in lines
    ]  # fmt: skip


def groups_shown(groups: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The groups of a difference, each with its label and how many lines it has, in the order in which people look for them."""
    order = [*GROUP_LABELS, *COUNTS]
    return [(each, group_label(each), groups[each]) for each in sorted(groups, key=order.index)]


def group_label(group: str) -> str:
    """What a group of changes is called."""
    return _(GROUP_LABELS.get(group) or COUNTS.get(group) or group)


def _value(field: str, value: Any, grades: Mapping[str, Grade]) -> str:
    if value is None or value == "":
        return ""
    if field == "grade" and value in grades:
        return name_of(grades[value])
    if field == "is_management":
        word = "yes" if value in (True, "True") else "no"
        return _(VALUE_LABELS[word])
    if field in CODED:
        return _(CODED[field].get(value, str(value)))
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def follows_shown(report: Mapping[str, Any]) -> list[str]:
    """What applying the import brings about elsewhere, in words."""
    return [note.text(_) for note in notes_of(report, "follows")]


def decisions_shown(report: Mapping[str, Any], part: Part) -> list[Decided]:
    """What the file leaves to HR, kind by kind, those of one part."""
    counts, found = report.get("decisions_of") or {}, []
    for kind, count in counts.items():
        mine = [each for each in report.get("decisions", ()) if each["kind"] == kind]
        rows = [
            (e["key"], f"{e['number']} {e['name']}", str(e["old"] or ""), e["taken"])
            for e in mine[part.start : part.end]
        ]
        found.append(Decided(kind, _(DECISION_LABELS[kind]), count, all(each["taken"] for each in mine), rows))
    return found


def decided_by(before: Collection[str], shown: Collection[str], ticked: Collection[str]) -> list[str]:
    """The ticks after one part of the page was sent: of what it showed as they were sent, of the other parts as they were.

    `shown`: the keys on the page; `kind:*` where all of a kind stood ticked, which unticked takes its single ones away too.
    """
    taken_off = {key.partition(":")[0] for key in shown if key.endswith(":*") and key not in ticked}
    others = (key for key in before if key not in shown and key.partition(":")[0] not in taken_off)
    return list(dict.fromkeys([*others, *ticked]))


def workbook(
    title: str, lines: Iterable[Sequence[Any]], grades: Mapping[str, Grade], remarks: Sequence[str] = ()
) -> bytes:
    """Every line as a workbook; more than a sheet holds goes on in another."""
    heads = [
        _("Group"), _("Employee number"), _("Employee's name"), _("What changes"), _("Month, queue or day"), _("Value before"),
        _("Value after"),
    ]  # fmt: skip
    rows = [(s.group, s.number, s.name, s.what, s.place, s.old, s.new) for s in lines_shown(lines, grades)]
    parts = [rows[start : start + ROWS_OF_A_SHEET] for start in range(0, len(rows), ROWS_OF_A_SHEET)] or [[]]
    return write_sheets([SheetOut(_("What changes"), heads, part, [title, *remarks]) for part in parts])
