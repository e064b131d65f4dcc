"""Who is honoured and who is a candidate follows from the grade held on the day, with reasons (5.2.2, 5.2.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from admin.domain.honours import (
    CandidateFacts,
    candidacy_of,
    higher_levels,
    why_not_awarded,
    why_not_honoured,
    why_not_nominated,
)

LEVELS = ("junior", "intermediate", "senior", "expert")
DAY = date(2026, 11, 23)


def candidate(**more: Any) -> Any:
    known = {"today": DAY, "level": "senior", "since": date(2024, 1, 1), "in_service": True, "manages": False}
    return candidacy_of(CandidateFacts(**(known | more)), LEVELS)


def test_upper_levels_are_candidates_for_supervisors_and_the_highest_for_managers_too() -> None:
    assert higher_levels(LEVELS) == ("senior", "expert")
    found = candidate(ratings={2024: "excellent", 2025: "good"}, certificates=2)
    assert found.posts == ("supervisor",) and found.since == date(2024, 1, 1)
    assert [facts for _text, facts in found.reasons] == [{}, {"years": "2024"}, {"count": 2}]
    assert candidate(level="expert").posts == ("supervisor", "manager")


@pytest.mark.parametrize(
    "stands_against",
    [
        {"level": "intermediate"},
        {"since": None},
        {"manages": True},
        {"in_service": False},
        {"ratings": {2025: "unqualified"}},
    ],
)
def test_no_candidate_by_a_lower_grade_a_post_held_already_or_an_unsatisfactory_year(
    stands_against: dict[str, Any],
) -> None:
    assert candidate(**stands_against) is None


def test_nominations_and_honours_are_refused_with_their_clause() -> None:
    senior = candidate()
    assert why_not_nominated(senior, "supervisor", ()) is None
    refused = [why_not_nominated(senior, "manager", ()), why_not_nominated(senior, "supervisor", {"supervisor"})]
    refused += [why_not_nominated(None, "supervisor", ())]
    assert [each.clause for each in refused if each] == ["5.2.2"] * 3
    assert why_not_honoured("expert", LEVELS, True) is None and why_not_awarded(9, 10) is None
    honours = [
        why_not_honoured("junior", LEVELS, True),
        why_not_honoured("expert", LEVELS, False),
        why_not_awarded(10, 10),
    ]
    assert [each.clause for each in honours if each] == ["5.2.3"] * 3
