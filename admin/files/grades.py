"""Grades held before the system (1.2-c): who holds which grade, since when, by which document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin.domain.refusals import N_
from admin.files.cleaning import clean_text, describe
from admin.files.faults import Unclean
from admin.files.mapping import Mapping
from admin.files.people import people_of
from admin.files.reading import Cleaned, Context, Parsed
from admin.files.tables import Table

_SAME = str.maketrans("一二三四五六七八九級專階職", "123456789级专级职")
_IN_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)")
_FILLER = re.compile(r"客服|员|職员|职级|级|grade|level|step|[\s\-_·./()]+")


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One employee's grade: `grade` is a code of the ladder."""

    row: int
    number: str
    grade: str
    since: date
    document: str | None


def grade_key(text: str) -> str:
    """How names of grades are compared: 中級客服二級, 中级二级, 中級2級 are one; M-2 is M2."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("員", "员").translate(_SAME)
    return _FILLER.sub("", text)


def grade_lookup(ladder: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """`Context.grades` from (code, names in any language); a name of two grades is left out."""
    lookup: dict[str, str] = {}
    twice: set[str] = set()
    for code, names in ladder:
        for key in {grade_key(name) for name in (code, *names)} - {""}:
            if lookup.setdefault(key, code) != code:
                twice.add(key)
    return {key: code for key, code in lookup.items() if key not in twice}


def read_grades(table: Table, mapping: Mapping, context: Context) -> Parsed[GradeRow]:
    """Grades and every fault by row and column. Raises `FileFault` when the mapping does not fit the file."""
    cleaned = Cleaned(table, mapping, context)
    numbers = people_of(cleaned, context)
    cleaned.unique("number", numbers, N_("This employee number is already in row %(row)s"))
    meanings = mapping.options.get("grade", {})
    grades = cleaned.cells("grade", lambda cell: _grade(cell, meanings, context.grades))
    since = cleaned.dates("since")
    cleaned.required("grade", grades)
    cleaned.required("since", since)
    for index, day in enumerate(since):
        if day and day > context.today:
            cleaned.fault(index, "since", N_("The date is in the future. Enter today or an earlier date."))
    rows = []
    for index, document in enumerate(cleaned.texts("document", 100)):
        number, grade, day = numbers[index], grades[index], since[index]
        if cleaned.good(index) and number and grade and day:
            rows.append(GradeRow(table.row_numbers[index], number, grade, day, document))
    return cleaned.parsed(rows)


def _named_twice(text: str, grades: MappingType[str, str]) -> str | None:
    """The grade of 中級二級(M2), where the name and what stands in brackets are one."""
    if not (found := _IN_BRACKETS.fullmatch(unicodedata.normalize("NFKC", text))):
        return None
    codes = {grades.get(grade_key(part)) for part in found.groups()}
    return codes.pop() if len(codes) == 1 else None


def _grade(cell: Any, meanings: MappingType[str, str], grades: MappingType[str, str]) -> str:
    text = clean_text(cell)
    code = grades.get(grade_key(meanings.get(text, text))) or _named_twice(text, grades)
    if code is None:
        raise Unclean(
            N_("There is no grade %(grade)s on the ladder; the grades are %(known)s"),
            grade=describe(text),
            known=", ".join(dict.fromkeys(grades.values())),
        )
    return code
