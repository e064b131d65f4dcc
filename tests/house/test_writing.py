"""One guarded way to write each thing: no operation without a door, no generated form past a table's own operations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin.access.actor import system_actor
from admin.api.base import Resource
from admin.domain.refusals import Refused
from admin.models import Model
from admin.operations.system import reference
from admin.web.model_view import PortalModelView
from config import ROOT
from tests.factories import NOW

OPERATIONS = ROOT / "admin/operations"
DOORS = ("views", "api", "cli", "jobs", "report", "web", "forms")
# Verbs that nothing but the demo or a test calls, each with the door that is still to come.
WITHOUT_A_DOOR: dict[str, str] = {}
Verb = tuple[str, str]  # module under admin.operations, function


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def named(file: Path) -> dict[str, str]:
    """What each imported name of a file stands for under admin.operations: a module, or "module:function"."""
    found = {}
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("admin.operations"):
            base = (node.module or "").removeprefix("admin.operations").lstrip(".")
            for each in node.names:
                place = OPERATIONS / base.replace(".", "/") / each.name
                inner = f"{base}.{each.name}".lstrip(".")
                is_module = place.is_dir() or place.with_suffix(".py").is_file()
                found[each.asname or each.name] = inner if is_module else f"{base}:{each.name}"
    return found


def used(node: ast.AST, names: dict[str, str], here: str = "") -> Iterator[Verb]:
    """The functions under admin.operations that a piece of code names."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in names:
            yield names[each.value.id], each.attr
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            module, _, function = names.get(each.id, f"{here}:{each.id}").partition(":")
            yield module, function


def functions() -> dict[Verb, tuple[ast.FunctionDef, Path]]:
    """Every function of the floor, by module and name."""
    return {
        (".".join(file.relative_to(OPERATIONS).with_suffix("").parts), node.name): (node, file)
        for file in sorted(OPERATIONS.rglob("*.py"))
        for node in tree_of(file).body
        if isinstance(node, ast.FunctionDef)
    }


def opens(node: ast.FunctionDef) -> bool:
    """Whether it begins an operation of its own."""
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id in ("operation", "_changing") for call in calls)


def declared(node: ast.FunctionDef) -> bool:
    """Whether it is an act, which portal, API and command line lead to."""
    calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "act" for call in calls)


def reached() -> set[Verb]:
    """What a door leads to: what it names, acts, and whatever these name in turn."""
    known = functions()
    waiting = [verb for verb, (node, _file) in known.items() if declared(node)]
    for folder in DOORS:
        for file in (ROOT / "admin" / folder).rglob("*.py"):
            waiting += used(tree_of(file), named(file))
    found: set[Verb] = set()
    while waiting:
        verb = waiting.pop()
        if verb in known and verb not in found:
            found.add(verb)
            node, file = known[verb]
            waiting += used(node, named(file), verb[0])
    return found


def test_every_operation_is_reached_from_a_door():
    verbs = {verb for verb, (node, _file) in functions().items() if opens(node) and not verb[1].startswith("_")}
    assert len(verbs) > 100
    lost = {f"{module}.{name}" for module, name in verbs - reached()}
    assert lost == set(WITHOUT_A_DOOR)


def tables() -> list[type[Any]]:
    return [mapper.class_ for mapper in Model.registry.mappers if hasattr(mapper.class_, "__tablename__")]


def test_every_table_that_is_written_as_it_stands_is_there():
    assert set(reference.CLAUSES) <= {table.__tablename__ for table in tables()}


@pytest.mark.parametrize(
    "table", sorted(tables(), key=lambda table: table.__tablename__), ids=lambda table: table.__tablename__
)
def test_a_table_is_reference_data_or_refuses_the_generic_write(session: Any, table: type[Any]):
    if table.__tablename__ in reference.CLAUSES:
        return
    who_and_when: dict[str, Any] = {"actor": system_actor(), "now": NOW}
    for write in (
        lambda: reference.add_record(table, {}, **who_and_when),
        lambda: reference.edit_record(table, 1, {}, **who_and_when),
        lambda: reference.delete_record(table, 1, **who_and_when),
    ):
        with pytest.raises(Refused, match="acts of their own"):
            write()


def test_a_screen_or_resource_over_any_other_table_names_its_operations(app: Flask):
    wrong = []
    for view in app.appbuilder.baseviews:  # type: ignore[attr-defined]
        base = next((each for each in (PortalModelView, Resource) if isinstance(view, each)), None)
        if base is None or view.datamodel.obj.__tablename__ in reference.CLAUSES:
            continue
        offers = {"add": view.add_columns, "edit": view.edit_columns, "delete": getattr(view, "can_delete", False)}
        own = type(view)
        for name, there in offers.items():
            if there and getattr(own, f"{name}_operation") is getattr(base, f"{name}_operation"):
                wrong.append(f"{own.__name__}.{name}_operation")
    assert wrong == []


# A thing of the domain and its row in a table, or two things still: the list may only shrink.
TWICE = {"Criterion", "Grade", "Level", "Scorecard", "Source"}


def test_a_class_has_its_name_to_itself() -> None:
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "admin").rglob("*.py")):
        for node in tree_of(file).body:
            if isinstance(node, ast.ClassDef) and "migrations" not in file.parts:
                found.setdefault(node.name, []).append(file.relative_to(ROOT).as_posix())
    twice = {name: places for name, places in found.items() if len(places) > 1 and not name.startswith("_")}
    assert set(twice) == TWICE & set(found), twice
