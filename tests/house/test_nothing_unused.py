"""Nothing stands in the source that nothing uses."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

from config import ROOT
from tests.house.test_layout import our_files, relative

# Called by name from outside: MkDocs calls its hooks, gunicorn its signals' handlers.
CALLED_FROM_OUTSIDE = ("notice_site/hooks.py",)


def mentions() -> Counter[str]:
    """How often each word stands in the sources, templates and data of the project."""
    words: Counter[str] = Counter()
    for path in our_files("*.py", "*.html", "*.yaml", "*.yml", "*.toml", "*.js", "scripts/*"):
        words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return words


def from_a_base(path: Path, owner: str, name: str) -> bool:
    """Whether a method stands in for one that a base class has, so that the base's callers call it."""
    module = importlib.import_module(relative(path).removesuffix(".py").replace("/", "."))
    bases: Any = getattr(module, owner).__mro__[1:]
    return any(name in vars(base) for base in bases)


def defined_once(path: Path, words: Counter[str]) -> list[str]:
    """The functions, classes and methods of a file that no other place names and no decorator or base class calls."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else []
        for each, owner in [(node, None), *((method, node.name) for method in inside)]:  # type: ignore[union-attr]
            if (
                not isinstance(each, ast.FunctionDef | ast.ClassDef)
                or each.decorator_list
                or words[each.name] > 1
                or each.name.startswith("__")
            ):
                continue
            if owner is None or not from_a_base(path, owner, each.name):
                found.append(f"{relative(path)}: {each.name}")
    return found


def test_everything_that_is_defined_is_used_somewhere() -> None:
    words = mentions()
    unused = [
        name
        for path in our_files("admin/*.py", "notice_site/*.py")
        if relative(path) not in CALLED_FROM_OUTSIDE and "migrations/" not in relative(path)
        for name in defined_once(path, words)
    ]
    assert unused == []


def test_a_name_that_stands_once_would_be_found(tmp_path: Path) -> None:
    lonely = ROOT / "config.py"
    assert defined_once(lonely, Counter()) != []
