"""Needs have their reasons, courses answer them, and places go by a rule (5.2.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from admin.domain.codes import EnrolmentStage, NeedKind
from admin.domain.training import (
    Offer,
    PlaceAsked,
    Scored,
    TrainingStanding,
    answers,
    needs_of,
    place_for,
    why_no_attendance,
    why_not_completed,
    why_not_enrolled,
    why_not_withdrawn,
)

DAY = date(2026, 11, 23)
WEAK = Scored("resolution", "performance", Decimal(5), Decimal(20))
FAIR = Scored("teamwork", "ability", Decimal(9), Decimal(15))
YEARS = Scored("tenure", "seniority", Decimal(0), Decimal(10))


def standing(**more: Any) -> TrainingStanding:
    known = {"scored": (FAIR, YEARS, WEAK), "score": Decimal(62), "next_grade": "M1", "threshold": Decimal(70)}
    return TrainingStanding(**(known | more))


def test_a_need_is_a_weak_criterion_points_that_are_missing_or_a_certificate_and_never_years_of_service() -> None:
    weak, missing, certificate = needs_of(standing(), Decimal(60))
    assert (weak.kind, weak.criterion, weak.facts["share"]) == (NeedKind.WEAK, "resolution", 25)
    assert (missing.kind, missing.criterion, missing.facts["missing"]) == (NeedKind.MISSING_POINTS, "teamwork", 8)
    assert (certificate.kind, certificate.facts) == (NeedKind.CERTIFICATE, {"grade": "M1"})
    assert [each.criterion for each in needs_of(standing(threshold=None, certified=True), Decimal(60))] == [
        "resolution"
    ]
    assert needs_of(TrainingStanding(), Decimal(60)) == ()
    many = tuple(Scored(f"c{n}", "ability", Decimal(6 + n), Decimal(20)) for n in range(9))
    assert len(needs_of(standing(scored=many, certified=True), Decimal(40))) == 3  # two weak, one more to close the gap


def test_a_course_answers_by_its_criterion_first_then_by_its_dimension_and_only_on_its_rungs() -> None:
    weak, missing, certificate = needs_of(standing(), Decimal(60))
    offers = [
        Offer(1, dimension="performance"), Offer(2, "resolution", "performance"), Offer(3, "resolution", "performance", lowest=5),
        Offer(4, "teamwork", "ability", brings="certificate"), Offer(5),
    ]  # fmt: skip
    assert answers(offers, weak, 2) == [2, 1] and answers(offers, missing, 2) == answers(offers, certificate, 2) == [4]
    assert answers(offers, weak, 6) == [2, 3, 1] and answers(offers, weak, None) == [2, 1]
    assert not Offer(1, highest=3).is_for(None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"enrol_until": DAY}, None),
        ({"announced": False}, "held or cancelled"),
        ({"enrol_until": date(2026, 11, 22)}, "ended on"),
        ({"begins_on": date(2026, 11, 22)}, "ended on"),
        ({"in_service": False}, "in service"),
        ({"enrolled_already": True}, "already"),
        ({"meant_for": False}, "other grades"),
        ({"meant_for": False, "by": frozenset({"superior"})}, None),
    ],
)
def test_a_place_is_refused_with_its_reason(changed: dict[str, Any], said: str | None) -> None:
    known: dict[str, Any] = {
        "today": DAY, "begins_on": date(2026, 12, 1), "enrol_until": None, "announced": True, "in_service": True,
        "enrolled_already": False, "meant_for": True, "by": frozenset({"self"}),
    }  # fmt: skip
    refusal = why_not_enrolled(PlaceAsked(**(known | changed)))
    assert refusal is None if said is None else refusal is not None and said in refusal.reason


def test_places_withdrawal_attendance_and_completion_follow_the_days() -> None:
    assert (place_for(8, 9), place_for(9, 9)) == (EnrolmentStage.ENROLLED, EnrolmentStage.WAITING)
    before, after = date(2026, 11, 22), date(2026, 11, 24)
    assert why_not_withdrawn(before, DAY, True) is None and why_not_withdrawn(DAY, DAY, True) is not None
    assert why_no_attendance(DAY, DAY, True) is None and why_no_attendance(before, DAY, True) is not None
    assert why_no_attendance(DAY, DAY, False) is not None and why_not_withdrawn(before, DAY, False) is not None
    assert why_not_completed(DAY, DAY, 0, False) is None
    clauses = [why_not_completed(*each) for each in ((DAY, after, 0, False), (DAY, DAY, 1, False), (DAY, DAY, 0, True))]
    assert [each.clause for each in clauses if each] == ["5.2.1", "5.2.1", "3.3-d"]
