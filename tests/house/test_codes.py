"""A coded thing is compared by its name, so that a code cannot be misspelt and its uses can be found."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import admin.domain.codes as codes
from admin.domain.codes import Code
from tests.house.test_layout import our_files, relative

CODED = {"stage", "status", "state", "office", "constituency", "result", "addressee", "ground", "body", "role"}
# What has a stage or a state of another kind: steps of the first steps and of the process picture.
OTHERWISE = {("admin/views/cases/case_words.py", "step.state")}
VALUES = {
    member.value
    for each in vars(codes).values()
    if isinstance(each, type) and issubclass(each, Code)
    for member in each
}


def texts(node: ast.expr) -> list[str]:
    """The bare texts of a constant or of a tuple of constants."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def bare_comparisons(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where an attribute that holds a code is compared with a bare text that is one."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr, ast.expr]] = []
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            pairs = [(node.left, node.comparators[0]), (node.comparators[0], node.left)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            pairs = [(node.func.value, node.args[0])] if node.func.attr in ("in_", "not_in") else []
        for place, given in pairs:
            if isinstance(place, ast.Attribute) and place.attr in CODED and set(texts(given)) & VALUES:
                yield place.lineno, ast.unparse(place)


def test_no_code_is_compared_with_a_bare_text() -> None:
    found = [
        f"{relative(path)}:{line} {place}"
        for path in our_files("admin/*.py")
        if "migrations/" not in relative(path)
        for line, place in bare_comparisons(ast.parse(path.read_text(encoding="utf-8")))
        if (relative(path), place) not in OTHERWISE
    ]
    assert found == []


def test_a_bare_comparison_would_be_found() -> None:
    assert [place for _line, place in bare_comparisons(ast.parse('case.stage in ("issued", "left")'))] == ["case.stage"]


def test_every_code_has_a_label() -> None:
    kinds = [
        each for each in vars(codes).values() if isinstance(each, type) and issubclass(each, Code) and each is not Code
    ]
    assert len(kinds) > 40
    assert {f"{each.__name__}.{member.name}" for each in kinds for member in each if not member.label} == set()
