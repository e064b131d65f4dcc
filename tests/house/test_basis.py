"""What a result rests on is written where two people stand behind it, or where it is said why one is enough (6.1-a)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from admin.domain.basis import BASIS, WRITERS
from admin.domain.codes import BasisAct
from admin.operations import acts
from admin.operations.seconding import VERBS

ROOT = Path(__file__).parents[2] / "admin/operations"
MODELS = {
    "Review": "reviews", "Metric": "metrics", "CommitteeMember": "committee_members", "NoticeRow": "notice_rows",
    "Appeal": "appeals", "ReviewerAppointment": "reviewer_appointments", "Leave": "leaves", "AnnualRating": "annual_ratings",
    "PredecessorStatement": "predecessor_statements", "Deputy": "deputies",
}  # fmt: skip
# Columns whose name alone says whose they are; the others are written on making a row, or in the modules named here.
TELLING = {
    "present_grade_id",
    "superior_id",
    "head_id",
    "printed_name",
    "term_to",
    "target_grade_id",
    "entered_by_proxy",
    "hired_on",
    "left_on",
    "joined_centre_on",
    "ends_on",
    "reviewer_id",
    "ended_on",
}


def writers() -> Iterator[str]:
    """Every function of the operations that makes such a row or sets such a column, as module.function."""
    for path in sorted(ROOT.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            if any(_writes(node) for node in ast.walk(function)) or _writes_many(function):
                yield f"{path.stem}.{function.name}"


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        named = node.func.id if isinstance(node.func, ast.Name) else ""
        first = node.args[0] if node.args else None
        into = named in ("insert", "update", "insert_returning") and any(_model(each) in MODELS for each in node.args)
        by_name = named == "setattr" and not isinstance(first, ast.Constant)
        return named in MODELS or into or by_name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    flat = [each for target in targets for each in ast.walk(target)]
    return any(isinstance(each, ast.Attribute) and each.attr in TELLING for each in flat)


def _model(given: ast.expr) -> str:
    """The table that a statement names, by its class or as the class' own table."""
    if isinstance(given, ast.Attribute) and given.attr == "__table__":
        given = given.value
    return given.id if isinstance(given, ast.Name) else ""


def _writes_many(function: ast.AST) -> bool:
    """Whether a function has such a column written into many rows by one statement."""
    nodes = list(ast.walk(function))
    called = any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write_many" for node in nodes)
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys]
    return called and any(isinstance(key, ast.Constant) and key.value in TELLING for key in keys)


def test_whoever_writes_what_a_result_rests_on_is_on_the_list_and_nobody_else() -> None:
    assert sorted(set(writers())) == sorted(WRITERS)


def test_every_writer_is_a_verb_of_two_or_says_why_one_is_enough() -> None:
    acts.load()
    assert {each for each, why in WRITERS.items() if why in BasisAct.labels() and BasisAct(why) not in VERBS} == set()
    assert {each for each, why in WRITERS.items() if why not in BasisAct.labels() and len(why.split()) < 4} == set()


def test_every_act_of_two_has_its_verb_and_every_column_is_there() -> None:
    from admin.models import Model

    acts.load()
    assert set(VERBS) == set(BasisAct)
    assert {
        (table, column)
        for table, names in BASIS.items()
        for column in names
        if column not in Model.metadata.tables[table].c
    } == set()


def test_a_bare_writer_would_be_found() -> None:
    assert _writes(ast.parse("review.present_grade_id = 3").body[0])
    assert any(_writes(node) for node in ast.walk(ast.parse("op.add(CommitteeMember(employee_id=1))")))
    assert _writes_many(ast.parse("def f(op, case):\n    write_many(op, {case: {'target_grade_id': None}})"))
