"""Who acts is made out in one place: a name that is put together elsewhere is another in the trail than on the pages."""

from __future__ import annotations

import ast

from tests.house.test_layout import our_files, relative

MADE_IN = {
    "admin/access/actor.py": "the system, and whoever is nobody",
    "admin/operations/complaints/complaints.py": "nobody, by the form without sign-in",
    "admin/queries/accounts/actors.py": "an account",
}


def test_an_actor_is_made_where_accounts_are_read_and_nowhere_else() -> None:
    found = {
        relative(path)
        for path in our_files("admin/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Actor"
    }
    assert found == set(MADE_IN)
