"""The grade file has one reader and one writer; nobody else asks the entries (1.2-f, 3.3.6)."""

from __future__ import annotations

import ast

from config import ROOT
from tests.house.test_layout import relative, source_files

# Who may name the entries: the tables themselves, the answer to "which grade on a day", the one writer, and who sees them.
MAY_NAME = {
    "admin/models/__init__.py",
    "admin/queries/outcome/grade_on.py",
    "admin/operations/outcome/grade_entries.py",
    "admin/access/scope.py",
}


def names(source: str) -> set[str]:
    tree = ast.parse(source)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_the_entries_of_the_grade_file_are_read_and_written_in_one_place_each() -> None:
    ours = [path for path in source_files() if relative(path).startswith("admin/")]
    found = {relative(path) for path in ours if "GradeInterval" in names(path.read_text(encoding="utf-8"))}
    assert found == MAY_NAME


def test_only_the_writer_writes() -> None:
    for name in sorted(MAY_NAME - {"admin/operations/outcome/grade_entries.py"}):
        written = {"insert", "update", "delete"} & names((ROOT / name).read_text(encoding="utf-8"))
        assert not written, name
