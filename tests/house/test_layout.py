"""The house keeps its shape: top level, file lengths, who may commit."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from config import ROOT

TOP_LEVEL = {
    "admin",
    "notice_site",
    "scripts",
    "tests",
    "config.py",
    "requirements.txt",
    "mkdocs.yml",
    "README.md",
    "DECISIONS.md",
    "CONTRIBUTING.md",
    "pyproject.toml",
    "requirements-dev.txt",
    "LICENSE",
}
LONGEST_FILE = 400  # lines; past that a file does more than one thing
LONGEST_FUNCTION = 60  # lines; a signal that it should be split
# Who may end a transaction: operations, and what has a transaction of its own by its nature.
MAY_COMMIT = ("admin/operations/", "admin/migrations/")


def our_files(*patterns: str) -> list[Path]:
    """The project's files as git knows them, new ones too, so that var/ and .venv/ never count."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).is_file()]


def source_files() -> list[Path]:
    return [path for path in our_files("*.py") if "migrations/versions" not in path.as_posix()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_top_level_holds_only_what_was_agreed() -> None:
    found = {relative(path).partition("/")[0] for path in our_files()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_no_file_is_too_long_to_read() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_read() -> None:
    too_long = {}
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    too_long[f"{relative(path)}:{node.name}"] = lines
    assert too_long == {}


def test_only_operations_commit() -> None:
    """Flask-AppBuilder commits by itself where it is let; what changes must go through an operation."""
    commits = re.compile(r"\bsession\b[\w.()]*\.commit\(|\bcommit\(\)")
    elsewhere = [
        f"{relative(path)}:{number}"
        for path in our_files("admin/*.py")
        if not relative(path).startswith(MAY_COMMIT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if commits.search(line)
    ]
    assert elsewhere == []


def test_settings_import_nothing_of_ours() -> None:
    tree = ast.parse((ROOT / "config.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert not {name for name in imported if name and name.partition(".")[0] in ("admin", "notice_site", "tests")}


def test_the_environment_is_read_only_by_the_settings_and_the_command_line() -> None:
    reads = re.compile(r"os\.environ|os\.getenv")
    readers = {relative(path) for path in our_files("admin/*.py") if reads.search(path.read_text(encoding="utf-8"))}
    assert {name for name in readers if not name.startswith("admin/cli/")} == set()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_hashed_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.\[\],-]*==\S+.*\\$", text, re.MULTILINE)
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pinned) == len(requirements) > 50
    assert "://" not in text


def test_what_runs_is_pinned_alike_for_users_and_for_developers() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_functions_in_tests_are_named_as_sentences() -> None:
    names = {
        node.name
        for path in our_files("tests/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert {name for name in names if name.count("_") < 3} == set()
