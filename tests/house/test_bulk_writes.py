"""What is in the audit trail is written row by row: a statement over many rows leaves no event."""

from __future__ import annotations

import re

from admin.models import Model
from admin.models.audit import UNAUDITED_TABLES
from tests.house.test_layout import relative, source_files

BULK = re.compile(r"(?<![.\w])(?:delete|update)\((\w+)\)")  # not the session's own, which tells
FLOORS = ("admin/operations/", "admin/jobs/", "admin/cli/")
# Each tells of its rows itself, in one event for each; a table behind a name is looked at here by whoever writes one.
TELL = {
    "admin/operations/cases/department.py: ProposalDraft",
    "admin/operations/complaints/complaint_retention.py: HISTORY",
    "admin/operations/imports/imports.py: table",
    "admin/operations/imports/imports_accounts.py: PEOPLE",
    "admin/operations/imports/imports_checking.py: table",
    "admin/operations/imports/imports_employees_writing.py: PEOPLE",
    "admin/operations/imports/imports_employees_writing.py: place",
    "admin/operations/imports/imports_employees_writing.py: users",
    "admin/operations/imports/imports_figures.py: place",
    "admin/operations/imports/imports_figures.py: table",
    "admin/operations/imports/imports_grades.py: CHANGES",
    "admin/operations/outcome/grade_entries.py: GradeInterval",
    "admin/operations/system/audit.py: HISTORY",
    "admin/operations/telling.py: table",
    "admin/operations/transaction.py: place",
    "admin/operations/writing.py: place",
}


def test_no_statement_over_many_rows_writes_a_table_of_the_trail_unseen() -> None:
    outside = {each.class_.__name__ for each in Model.registry.mappers if each.class_.__tablename__ in UNAUDITED_TABLES}
    found = {
        f"{relative(path)}: {name}"
        for path in source_files()
        if relative(path).startswith(FLOORS)
        for name in BULK.findall(path.read_text(encoding="utf-8"))
        if name not in outside
    }
    assert found == TELL
