"""A cycle is called by its name, in which a rehearsal says that it is one; its bare year is printed nowhere (1.2-e)."""

from __future__ import annotations

import ast
import re

from config import ROOT

# Where the bare year stands all the same, each with the reason.
BESIDE = {
    "admin/queries/cycles/waited_for.py": "whose leave takes most of that year, asked of the leaves",
    "admin/models/cycles.py": "what a cycle is called is made here",
    "admin/views/cycles/cycle_words.py": "the title of a regular or a single cycle; a rehearsal is asked for its name",
    "admin/operations/cycles/cycles.py": "programs are told year and kind, each in a field of its own",
    "admin/operations/cycles/cycle_cases.py": "a message's facts, marked as a rehearsal's where it is posted",
    "admin/operations/cases/reassessments.py": "the year of a result that was issued: nothing of a rehearsal is",
    "admin/operations/outcome/notices.py": "the number of a notice: nothing of a rehearsal is published",
    "admin/queries/outcome/issuing_preview.py": "the title of a document to be: nothing of a rehearsal is issued",
    "admin/operations/outcome/documents.py": "the title of a document: nothing of a rehearsal is issued",
    "admin/operations/imports/imports_figures.py": "figures are locked by real cycles alone",
    "admin/queries/imports/undoing.py": "figures are locked by real cycles alone",
    "admin/queries/outcome/public_snapshot.py": "what is printed for the public is of real cycles alone",
    "admin/queries/system/home.py": "a case that is assessed again: no rehearsal is",
    "admin/queries/cycles/cycles.py": "reckoned with, not printed",
    "admin/queries/cycles/opening.py": "reckoned with, not printed",
    "admin/queries/cycles/foretold.py": "reckoned with, not printed",
    "admin/queries/cases/demotions.py": "reckoned with, not printed",
    "admin/queries/people/leaves.py": "a rehearsal stands against nothing: its year is not said",
    "admin/queries/cases/proposals.py": "reckoned with, not printed",
    "admin/queries/cases/review_facts.py": "reckoned with, not printed",
}
SHOWN = re.compile(r"cycle\.year|cycle\[.year.\]")


def years_of_cycles() -> set[str]:
    """The files that read the year of a cycle as such; asking a database by it is no printing."""
    found = set()
    for path in (ROOT / "admin").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "year":
                holder = ast.unparse(node.value)
                if holder == "cycle" or holder.endswith((".cycle", "cycle_of")):
                    found.add(path.relative_to(ROOT).as_posix())
    return found


def test_the_bare_year_of_a_cycle_is_read_where_it_is_said_why_and_nowhere_else():
    beside = years_of_cycles()
    assert beside - set(BESIDE) == set(), "name the cycle (name_of), or say here why its year is enough"


def test_no_template_and_no_page_of_the_site_prints_the_year_of_a_cycle():
    templates = [*(ROOT / "admin/templates").rglob("*.html"), *(ROOT / "notice_site").rglob("*.html")]
    assert [path.name for path in templates if SHOWN.search(path.read_text(encoding="utf-8"))] == []


def test_what_is_said_beside_the_name_is_still_read():
    assert set(BESIDE) - {"admin/models/cycles.py"} - years_of_cycles() == set()
