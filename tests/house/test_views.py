"""Views decide nothing and read nothing by themselves: a page asks a query, a form calls an operation."""

from __future__ import annotations

import ast
import re

from config import ROOT
from tests.house.test_layout import our_files, relative

READS = re.compile(r"\bselect\(|\bacting_as\(|session(?:\(\))?\.(?:scalar|scalars|execute|get|query)\(")


def test_no_view_reads_tables_or_acts_as_somebody_else() -> None:
    found = [
        f"{relative(path)}:{number}"
        for path in our_files("admin/views/*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if READS.search(line)
    ]
    assert found == []


MOST_BESIDE = 4  # title, errors, what was typed, a refusal: what the request itself brought


def loose_words() -> dict[str, int]:
    """How many keywords stand beside the typed page of each template that is given too many."""
    calls = (
        node
        for path in our_files("admin/views/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "show_page"
    )
    given = {str(node.args[0].value): len(node.keywords) for node in calls if isinstance(node.args[0], ast.Constant)}
    return {template: count for template, count in given.items() if count > MOST_BESIDE}


def test_a_view_gives_its_template_one_typed_page_and_hardly_a_word_beside_it() -> None:
    assert loose_words() == {}


TYPED = "options.get('absent'"  # what somebody types is parted by commas in every language


def test_a_list_in_a_sentence_takes_the_comma_of_the_readers_language() -> None:
    files = [
        *our_files("admin/views/*.py"),
        *our_files("admin/web/*.py"),
        *sorted((ROOT / "admin/templates").rglob("*.html")),
    ]
    own = re.compile(r"""["'](?:、|, )["'] if not loop|["']、["']\.join|join\(["'](?:、|, )["']""")
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if own.search(line) and TYPED not in line
    ]
    assert found == []
