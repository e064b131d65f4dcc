"""Stages are moved, and history is written, in one place: by `Operation.step` and `step_many`, from the workflow table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ADMIN = Path(__file__).resolve().parents[2] / "admin"
MOVER = ADMIN / "operations" / "transaction.py"
SOURCES = [path for path in sorted(ADMIN.rglob("*.py")) if path != MOVER and "migrations" not in path.parts]


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """What an assignment writes to, each place of a tuple by itself."""
    written = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for each in written:
        yield from each.elts if isinstance(each, ast.Tuple) else [each] if each is not None else []


def updates_by_dictionary(function: ast.AST) -> bool:
    """Whether a function has a statement update something and puts a stage into a dictionary beside it."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    keys = [key for node in ast.walk(function) if isinstance(node, ast.Dict) for key in node.keys]
    return any(getattr(call, "id", "") == "update" for call in calls) and any(
        isinstance(key, ast.Constant) and key.value == "stage" for key in keys
    )


def moves(tree: ast.AST) -> Iterator[int]:
    """The lines that move a stage or write history by themselves."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            yield from (to.lineno for to in targets(node) if isinstance(to, ast.Attribute) and to.attr == "stage")
        if isinstance(node, ast.FunctionDef) and updates_by_dictionary(node):
            yield node.lineno
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = ast.unparse(node.args[0]) if node.args else ""
            second = node.args[1] if len(node.args) > 1 else None
            if (
                (name == "values" and any(word.arg in ("stage", "stage_since") for word in node.keywords))
                or (name == "setattr" and isinstance(second, ast.Constant) and second.value == "stage")
                or name == "HistoryStep"
                or (name == "insert" and first.startswith("HistoryStep"))
            ):
                yield node.lineno


def test_nothing_but_the_mover_writes_a_stage_or_a_step_of_history():
    found = {str(path.relative_to(ADMIN)): list(moves(ast.parse(path.read_text()))) for path in SOURCES}
    assert {place: lines for place, lines in found.items() if lines} == {}


def test_the_mover_itself_is_found_by_the_same_look():
    assert "insert(HistoryStep" in MOVER.read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        "review.stage = 'issued'",
        "notice.stage, notice.taken_down_at = 'ended', now",
        "session.execute(update(Review).values(stage='left'))",
        "setattr(review, 'stage', 'left')",
        "session.add(HistoryStep(process='review'))",
        "session.execute(insert(HistoryStep.__table__), rows)",
        "def settle(op):\n    values = {'stage': 'approved'}\n    op.session.execute(update(CHANGES).values(values))",
    ],
)
def test_every_way_to_move_past_the_table_is_seen(wrong: str):
    assert list(moves(ast.parse(wrong)))
