"""A value that a version of an earlier release lacks is refused in words: at loading, at promulgation, and where it is asked for."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from typing import Any

import pytest

from admin.access.actor import Actor
from admin.domain.refusals import Refused
from admin.models import PolicyVersion, db
from admin.operations.policy import policy
from admin.rulebook.checks import CHOICES, NUMBERS
from admin.rulebook.faults import RulebookError
from admin.rulebook.loader import from_dict, shipped, stored
from config import ROOT
from tests import factories as make
from tests.factories import NOW

HR = Actor("HR", user_id=9001, roles=frozenset({"hr"}))


def without(name: str, **more: Any) -> dict[str, Any]:
    """The shipped content without one of its parameters, as an earlier release would have stored it."""
    content = shipped().to_dict() | more
    content["parameters"] = [entry for entry in content["parameters"] if entry["id"] != name]
    mentions = "{" + name + "}"
    for clause in content["clauses"]:
        clause["text"] = {lang: words.replace(mentions, "5") for lang, words in clause["text"].items()}
    content["cases"] = []
    return content


def test_it_is_refused_at_loading_with_its_name():
    with pytest.raises(RulebookError, match="The parameter superior_answer_days is missing"):
        from_dict(without("superior_answer_days"))


def test_where_it_is_asked_for_the_version_is_read_and_the_value_refused_in_words():
    values = stored(without("superior_answer_days")).values(date(2026, 12, 1))
    assert values["notice_days"] == 5 and values.get("superior_answer_days") is None
    with pytest.raises(Refused, match=r"6\.1.*lacks the value “superior_answer_days”"):
        values["superior_answer_days"]
    with pytest.raises(Refused, match=r"6\.1"):
        stored(without("superior_answer_days")).parameter("superior_answer_days")


def test_a_draft_of_an_earlier_release_that_lacks_it_is_not_submitted(session):
    begins = NOW.date() + timedelta(days=30)
    content = without("superior_answer_days", effective_from=begins.isoformat())
    with make.fixture() as op:
        draft = op.add(
            PolicyVersion(
                number=7, stage="draft", content=content, sha256=stored(content).sha256, effective_from=begins, note=""
            )
        )
    with pytest.raises(Refused, match=r"6\.1.*superior_answer_days is missing"):
        policy.submit(draft.id, actor=HR, now=NOW)
    db.session.rollback()
    assert db.session.get(PolicyVersion, draft.id).stage == "draft"


def asked_for() -> set[str]:
    """Every value that the code asks a version for by its name."""
    found = set()
    for path in (ROOT / "admin").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                holder = getattr(node.value, "id", getattr(node.value, "attr", ""))
                if holder == "parameters" and isinstance(node.slice.value, str):
                    found.add(node.slice.value)
    return found


def test_every_value_that_the_code_asks_for_is_asked_of_every_version_that_is_loaded():
    assert len(asked_for()) > 10
    assert asked_for() <= {*NUMBERS, *CHOICES}
