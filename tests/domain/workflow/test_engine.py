"""The engine: it reads whatever table there is, and knows no stage by name."""

from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.domain.refusals import Refusal, Refused
from admin.domain.workflow import TABLE, Facts, Transition, actions_at, decide, engine, transition_for
from admin.domain.workflow import transitions as table
from admin.domain.workflow.guards import GUARDS
from tests.domain.workflow.procedures import KNOWN_RELATIONS, PROCESSES, actions_of, stages_of

NOT_TODAY = Refusal("9.9", "Not on a %(day)s.", {"day": "Monday"})
SMALL = [
    Transition("tea", ("cold",), "boil", "hot", ("cook",), (), "9.1", ("guest",)),
    Transition("tea", ("hot",), "pour", "=", ("cook", "guest"), ("not_monday",), "9.2"),
    Transition("tea", ("hot", "cold"), "spill", "gone", ("system",), (), "9.3"),
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another table altogether, with a guard of its own."""
    monkeypatch.setattr(table, "TABLE", SMALL)
    monkeypatch.setitem(GUARDS, "not_monday", lambda facts: NOT_TODAY if facts.get("monday") else None)


def facts(stage: str, *relations: str, **known: object) -> Facts:
    return Facts("tea", stage, frozenset(relations), known)


def refusal_of(seen: Facts, action: str) -> Refusal:
    with pytest.raises(Refused) as caught:
        decide(seen, action)
    return caught.value.refusal


def test_the_right_person_at_the_right_stage_gets_the_row(small: None):
    assert decide(facts("cold", "cook"), "boil") is SMALL[0]


def test_the_wrong_stage_is_refused_and_the_right_ones_are_named(small: None):
    refusal = refusal_of(facts("hot", "cook"), "boil")
    assert (refusal.clause, refusal.facts["stages"], refusal.facts["stage"]) == ("9.1", ["cold"], "hot")


def test_the_wrong_person_is_refused_and_the_right_ones_are_named(small: None):
    refusal = refusal_of(facts("cold", "guest"), "boil")
    assert (refusal.clause, refusal.facts["who"]) == ("9.1", ["cook"])


def test_an_action_that_does_not_exist_is_refused(small: None):
    assert refusal_of(facts("cold", "cook"), "freeze").clause == "1.3.1"


def test_a_guard_refuses_with_its_own_clause(small: None):
    assert refusal_of(facts("hot", "cook", monday=True), "pour") is NOT_TODAY


def test_the_wrong_person_is_not_told_what_a_guard_knows(small: None):
    assert refusal_of(facts("hot", "stranger", monday=True), "pour").clause == "9.2"


def test_an_offered_action_that_is_refused_says_why(small: None):
    (pour,) = actions_at(facts("hot", "cook", monday=True))
    assert (pour.action, pour.allowed, pour.refusals) == ("pour", False, (NOT_TODAY,))


def test_nobody_is_offered_what_the_system_does(small: None):
    assert actions_at(facts("hot", "system")) == []


def test_nobody_is_offered_what_is_not_theirs(small: None):
    assert actions_at(facts("cold", "guest")) == []


def test_a_row_that_stays_leads_to_the_stage_it_was_at(small: None):
    assert engine.target(SMALL[1], "hot") == "hot"
    assert engine.target(SMALL[0], "cold") == "hot"


def test_the_engine_names_no_stage_no_action_and_no_person():
    words = {node.value for node in ast.walk(ast.parse(inspect.getsource(engine))) if isinstance(node, ast.Constant)}
    named = {word for process in PROCESSES for word in stages_of(process) | set(actions_of(process))} | KNOWN_RELATIONS
    assert named & words == set()


STAGES = sorted({stage for process in PROCESSES for stage in stages_of(process)})
some_facts = st.builds(
    Facts, st.sampled_from(PROCESSES), st.sampled_from(STAGES), st.frozensets(st.sampled_from(sorted(KNOWN_RELATIONS))),
    st.fixed_dictionaries({}, optional={
        "superior_signed": st.booleans(), "heard": st.booleans(), "is_demotion": st.booleans(), "applied": st.booleans(),
        "notice_over": st.booleans(), "open_appeals": st.integers(0, 3), "has_voted": st.booleans(), "attempt": st.booleans(),
        "reason": st.sampled_from(["", " ", "because"]), "unchecked": st.integers(0, 2), "peers_open": st.integers(0, 2),
    }),
)  # fmt: skip


@given(some_facts)
def test_what_is_offered_as_allowed_is_allowed_and_what_is_greyed_is_refused(seen: Facts):
    for offered in actions_at(seen):
        if offered.allowed:
            assert decide(seen, offered.action) is offered.transition
        else:
            assert refusal_of(seen, offered.action) in offered.refusals


@given(some_facts, st.sampled_from(sorted({row.action for row in TABLE})))
def test_whoever_is_allowed_stands_in_the_row_for_that_stage(seen: Facts, action: str):
    try:
        row = decide(seen, action)
    except Refused as refused:
        assert refused.refusal.clause
        assert refused.refusal.text()
        return
    assert row == transition_for(seen.process, seen.stage, action)
    assert seen.stage in row.from_
    assert seen.relations & set(row.who)
