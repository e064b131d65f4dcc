"""Whatever concerns a case reads its own rules; what is read by the day says why, from one list of reasons (1.3.1, 6.1-c)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from admin.queries.policy.rules import ByDay
from config import ROOT

SOURCES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "admin").rglob("*.py")
    if "migrations" not in path.parts
}
# Who asks which version is in force: the rules themselves, the pages that print versions, the level names of screens.
BY_DAY = {
    "admin/demo/setting.py",
    "admin/queries/outcome/public_snapshot.py",
    "admin/queries/policy/policy_pages.py",
    "admin/queries/policy/policy_versions.py",
    "admin/queries/policy/rules.py",
    "admin/views/policy/policy.py",
}
POLICY_ITSELF = re.compile(
    r"^admin/(?:rulebook/|domain/|queries/policy/|operations/policy/|views/policy/|cli/rulebook\.py|forms/policy\.py)"
)


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function by its name, with the file."""
    for place, text in SOURCES.items():
        if f"{name}(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and name in (getattr(called, "id", ""), getattr(called, "attr", "")):
                yield place, node


def reasons() -> list[str]:
    """The reason that each reading by the day gives."""
    return [ast.unparse(node.args[2]) if len(node.args) > 2 else "" for _, node in calls("rules_on")]


def test_every_reading_by_the_day_says_why_with_a_reason_of_the_list() -> None:
    assert set(reasons()) == {f"ByDay.{each.name}" for each in ByDay}


def test_every_reason_is_a_sentence_that_names_its_clause() -> None:
    assert [each.name for each in ByDay if not re.search(r"\(\d[^()]*\)", each.value)] == []


def test_the_version_in_force_is_asked_for_in_few_places() -> None:
    assert {place for place, _ in calls("version_on")} == BY_DAY


def test_nothing_reads_values_past_the_rules_of_a_case() -> None:
    """A version's content is opened by the policy's own floor; everybody else has `rules_of` or `rules_on`."""
    opened = {place for place, _ in calls("rulebook_of") if not POLICY_ITSELF.match(place)}
    assert opened <= {"admin/queries/system/home_hr.py"}


def test_which_grade_stands_above_which_is_a_question_to_a_ladder() -> None:
    compared = re.compile(r"\.order\s*[<>]|[<>]=?\s*\w+(?:\.\w+)*\.order\b")
    assert {place for place, text in SOURCES.items() if compared.search(text)} == set()
