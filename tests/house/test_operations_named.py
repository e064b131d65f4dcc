"""Every operation has a word: the audit trail names what was done, and no reader is shown a name of the program's own."""

from __future__ import annotations

import ast

from admin.domain.workflow.labels import ACTIONS, OPERATIONS
from admin.models import Model
from admin.views.system.audit import CRUD
from tests.house.test_layout import our_files


def operations() -> set[str]:
    """The names under which transactions are written."""
    return {
        node.args[0].value
        for path in our_files("admin/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("operation", "Many")
        if node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip


def test_every_operation_has_a_word() -> None:
    found = operations()
    by_table = {
        f"{act}_{table}" for act in CRUD for table in Model.metadata.tables
    }  # named by what they did to which data
    assert len(found) > 200 and found - set(ACTIONS) - set(OPERATIONS) - by_table == set()


def test_what_is_declared_is_asked_by_a_function_that_loads_it_first() -> None:
    """In a process that has served nobody yet the tables of acts and processes are empty: read as they stand they know nothing."""
    tables, read = {"ACTS", "PROCESSES", "EFFECTS"}, set[str]()
    for path in our_files("admin/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "admin.operations.acts":
                read |= {f"{path}: {name.name}" for name in node.names if name.name in tables}
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "acts":
                read |= {f"{path}: {node.attr}"} if node.attr in tables else set()
    assert read == set()
