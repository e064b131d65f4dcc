"""Whether something is a demotion is answered in one place: nothing else compares the places of grades."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ADMIN = Path(__file__).resolve().parents[2] / "admin"
# The one answer, and the picture of the ladder, which marks the grades below and above one's own.
ALLOWED = {"domain/grades.py", "views/cases/my_path.py"}


def is_place(each: ast.expr) -> bool:
    """Whether an expression is a grade's place on the ladder: its `order`, or what a mapping of that name holds."""
    within = each.value if isinstance(each, ast.Subscript) else each
    return (
        getattr(within, "attr" if isinstance(within, ast.Attribute) else "id", "") == "order" and within is not each
    ) or (isinstance(each, ast.Attribute) and each.attr == "order")


def comparisons(tree: ast.AST) -> Iterator[int]:
    """The lines that compare an `order` as greater or smaller."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            bigger = any(isinstance(sign, ast.Lt | ast.Gt | ast.LtE | ast.GtE) for sign in node.ops)
            if bigger and any(is_place(each) for each in sides):
                yield node.lineno


def test_places_of_grades_are_compared_in_one_place():
    found = {
        str(path.relative_to(ADMIN)): list(comparisons(ast.parse(path.read_text()))) for path in ADMIN.rglob("*.py")
    }
    assert {place: lines for place, lines in found.items() if lines and place not in ALLOWED} == {}


def test_a_comparison_is_seen():
    assert list(comparisons(ast.parse("fixed.order < present.order")))
    assert list(comparisons(ast.parse("order[after] > order[before]")))
