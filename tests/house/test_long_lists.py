"""No statement of an act, a job or a door names a list of any length: PostgreSQL takes 65,535 values, SQLite 32,766.

What a function is handed as a list goes through `queries/system/chunks`, or it stands here with why it is short. What the
statements of pages name is measured in a grown centre (tests/access), and does not grow with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.test_layout import relative, source_files

FLOORS = ("admin/operations/", "admin/jobs/", "admin/cli/", "admin/views/", "admin/api/", "admin/web/", "admin/report/")
BATCH = "some rows of an act on many, or of timed work: no more than one transaction takes"
STATEMENT = "a statement, which the database carries out itself"
SHORT = {
    ("cli/cycle.py", "_departments", "codes"): "departments typed into one command line",
    ("operations/cases/department_all.py", "_send", "keys"): BATCH,
    ("operations/cases/ratings.py", "reviews_by_key", "keys"): BATCH,
    ("operations/cases/reassessments.py", "_ask_anew", "out"): "those at fault in one case",
    ("operations/cases/reassessments.py", "_take_over", "out"): "those at fault in one case",
    ("operations/cycles/reminding.py", "_carry", "users"): BATCH,
    ("operations/many.py", "next_keys", "only"): STATEMENT,
    ("operations/outcome/documents.py", "_lock", "keys"): BATCH,
    ("operations/outcome/documents.py", "named", "out"): BATCH,
    ("operations/outcome/documents.py", "_kind", "cases"): STATEMENT,
    ("operations/outcome/notices.py", "record_publication", "numbers"): "the lists that run on the site at one time",
    ("operations/system/heartbeats.py", "_write", "given"): "the pieces of timed work, by name",
    ("operations/system/notifications.py", "record_mailed", "keys"): "the messages of one mail to one person",
}


def handed_on(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each function with the parameter that it puts into an IN as it was handed it."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        given = {each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        for call in ast.walk(function):
            match call:
                case ast.Call(func=ast.Attribute(attr="in_" | "not_in"), args=[ast.Name(id=name)]) if name in given:
                    yield function.name, name


def test_a_list_that_is_handed_on_is_cut_or_said_to_be_short() -> None:
    found = {
        (relative(path).removeprefix("admin/"), function, name)
        for path in source_files()
        if relative(path).startswith(FLOORS)
        for function, name in handed_on(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(SHORT)


def test_the_look_sees_a_list_that_goes_in_whole_and_none_that_is_cut() -> None:
    whole = "def f(keys):\n    return select(T).where(T.id.in_(keys))"
    cut = "def f(keys):\n    return [select(T).where(T.id.in_(some)) for some in chunks(keys)]"
    assert list(handed_on(ast.parse(whole))) == [("f", "keys")]
    assert list(handed_on(ast.parse(cut))) == []
