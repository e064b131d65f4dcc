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
