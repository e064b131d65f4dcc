"""The mapping of a reorganisation from a spreadsheet: one row a line, every fault by row and column (4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.domain.refusals import N_
from admin.domain.reorganising import MappingLine
from admin.files.cleaning import clean_text
from admin.files.examples import MARKS, without_examples
from admin.files.faults import Fault
from admin.files.field_specs import FieldSpec
from admin.files.headers import words
from admin.files.small_tables import grade_in, read_small
from admin.files.tables import Table
from admin.files.workbooks import LANGUAGES, write_workbook

FIELDS = (
    FieldSpec(
        "department", N_("Present department"), ("原部門", "原部门", "Present department"),
        words("現部門|现部门|部門|部门|Department|From department|Old department"), required=True,
    ),
    FieldSpec("post", N_("Present post"), ("原職務", "原职务", "Present post"), words("原崗位|原岗位|職務|职务|Post|From post|Old post")),
    FieldSpec("to_department", N_("New department"), ("新部門", "新部门", "New department"), words("調入部門|调入部门|To department")),
    FieldSpec("to_post", N_("New post"), ("新職務", "新职务", "New post"), words("新崗位|新岗位|To post")),
    FieldSpec("superior", N_("The new superior"), ("新上級工號", "新上级工号", "New superior's number"), words("新上級|新上级")),
    FieldSpec("grade", N_("Present grade"), ("現職級", "现职级", "Present grade"), words("原職級|原职级|From grade|Old grade")),
    FieldSpec("to_grade", N_("New grade"), ("新職級", "新职级", "New grade"), words("擬調職級|拟调职级|To grade")),
)  # fmt: skip
TITLE = ("組織調整", "组织调整", "Reorganisation")
_EXAMPLE = {
    "zh_hant": ("客服一組", "專員", "客服二組", "專員", "E10001", "J3", "M1"),
    "zh_hans": ("客服一组", "专员", "客服二组", "专员", "E10001", "J3", "M1"),
    "en": ("Team 1", "Agent", "Team 2", "Agent", "E10001", "J3", "M1"),
}


def read_mapping(table: Table, grades: Mapping[str, str]) -> tuple[list[MappingLine], list[Fault]]:
    """The lines and every fault. Raises `FileFault` where a column that is needed is not there."""
    read = read_small(without_examples(table), FIELDS, lambda name, cell: _value(name, cell, grades))
    return [MappingLine(**found) for _row, found in read.rows], list(read.faults)


def _value(name: str, cell: Any, grades: Mapping[str, str]) -> Any:
    if name in ("grade", "to_grade"):
        return grade_in(cell, grades) or ""
    text = clean_text(cell, 100).replace("|", "/")
    return text or (None if name == "department" else "")


def mapping_form(language: str) -> bytes:
    """The form to fill in, with one example, which is left out of every file."""
    place = LANGUAGES.index(language)
    first, *rest = _EXAMPLE[language]
    return write_workbook(TITLE[place], [spec.headers[place] for spec in FIELDS], [[MARKS[place] + first, *rest]])
