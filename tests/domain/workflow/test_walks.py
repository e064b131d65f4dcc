"""Walks at random: whoever does whatever, no case ever leaves the table."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from admin.domain.refusals import Refused
from admin.domain.workflow import Facts, decide
from admin.domain.workflow.engine import target
from tests.domain.workflow.procedures import FINAL, FIRST, KNOWN_RELATIONS, PROCESSES, actions_of, rows_of, stages_of

PEOPLE = sorted(KNOWN_RELATIONS - {"system"})
FAVOURABLE = {
    "superior_signed": True, "peer_time_over": True, "notice_over": True, "applied": True, "is_demotion": True, "heard": True,
    "hearing_recorded": True, "interview_unsigned": True,
    "reason": "because", "attempt": True,
}  # fmt: skip


@st.composite
def walks(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, bool]]]:
    """A process, and what is tried in it: an action, by whom, with the facts for it or against it."""
    process = draw(st.sampled_from(PROCESSES))
    tries = st.tuples(st.sampled_from(actions_of(process)), st.sampled_from([*PEOPLE, "system"]), st.booleans())
    return process, draw(st.lists(tries, max_size=60))


def known(favourable: bool) -> dict[str, object]:
    return (
        FAVOURABLE
        if favourable
        else {"open_appeals": 1, "unchecked": 1, "cases_open": 1, "submitted": 1, "has_voted": True}
    )


def step(process: str, stage: str, action: str, who: str, favourable: bool) -> str:
    try:
        row = decide(Facts(process, stage, frozenset({who}), known(favourable)), action)
    except Refused:
        return stage
    assert row in rows_of(process)
    assert stage in row.from_ and who in row.who
    return target(row, stage)


@settings(max_examples=300)
@given(walks())
def test_a_walk_never_leaves_the_table(walk: tuple[str, list[tuple[str, str, bool]]]):
    process, tries = walk
    stage = FIRST[process]
    for action, who, favourable in tries:
        stage = step(process, stage, action, who, favourable)
        assert stage in stages_of(process)


@settings(max_examples=300)
@given(walks())
def test_where_a_procedure_has_ended_nobody_moves_it_again(walk: tuple[str, list[tuple[str, str, bool]]]):
    process, tries = walk
    for end in FINAL[process]:
        for action, who, favourable in tries:
            if who != "system":
                assert step(process, end, action, who, favourable) == end
