"""What a form offers to choose from: values and labels in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from admin.domain import codes
from admin.domain.eligibility import Eligibility
from admin.models import Grade
from admin.queries.cases.department_table import GradeChoice
from admin.web.texts import name_of


def values_of(of: str, among: Collection[str] | None = None) -> list[tuple[str, str]]:
    """The values of an enumeration as a form offers them: all, or those that are `among` these."""
    labels = getattr(codes, of).labels().items()
    return [(code, _(label)) for code, label in labels if among is None or code in among]


def records(rows: Sequence[Any]) -> list[tuple[int, str]]:
    """Records as a form offers them."""
    return [(row.id, name_of(row)) for row in rows]


def grades(grades: Sequence[Grade]) -> list[tuple[str, str]]:
    """Grades as a form offers them."""
    return [(row.code, name_of(row)) for row in grades]


def coded(grades: Sequence[Grade]) -> list[tuple[str, str]]:
    """Grades with their codes, for those who know them by code."""
    return [(row.code, f"{row.code} · {name_of(row)}") for row in grades]


def targets(grades: Sequence[Grade]) -> list[tuple[str, str]]:
    """What a form offers to apply for: to stay, or a promotion to one of these grades."""
    stay = ("", _("Stay at the present grade; no promotion applied for"))
    return [stay, *((row.code, _("%(grade)s (promotion)", grade=name_of(row))) for row in grades)]


def moves(choices: Sequence[GradeChoice]) -> list[tuple[str, str]]:
    """The grades of a row as its select offers them, marked where they move the person."""
    marks = {"promotion": _("promotion"), "demotion": _("demotion")}
    shown = [(each.grade.code, name_of(each.grade), marks.get(each.movement or "")) for each in choices]
    return [(code, _("%(grade)s (%(move)s)", grade=name, move=move) if move else name) for code, name, move in shown]


def grounds(found: Eligibility, titles: Mapping[int, str]) -> list[tuple[str, str]]:
    """The grounds that are met as a form offers them; none where something stands in the way."""
    met = () if found.blocks else found.met
    return [(str(each.number), f"({each.number}) {_(titles[each.number])}") for each in met]
