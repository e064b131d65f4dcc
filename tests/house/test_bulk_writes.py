"""What is in the audit trail is written row by row: a statement over many rows leaves no event."""

from __future__ import annotations

import re

from admin.queries.system.audit_rows import audited_tables
from tests.house.test_layout import relative, source_files

BULK = re.compile(r"\b(?:delete|update)\((\w+)\)")
FLOORS = ("admin/operations/", "admin/jobs/", "admin/cli/")
# Each tells of its rows itself, in one event for each.
TELL = {
    "admin/operations/cases/department.py: ProposalDraft",
    "admin/operations/outcome/grade_entries.py: GradeInterval",
}


def test_no_statement_over_many_rows_writes_a_table_of_the_trail_unseen() -> None:
    audited = {mapper.class_.__name__ for mapper in audited_tables()}
    found = {
        f"{relative(path)}: {name}"
        for path in source_files()
        if relative(path).startswith(FLOORS)
        for name in BULK.findall(path.read_text(encoding="utf-8"))
        if name in audited
    }
    assert found == TELL
