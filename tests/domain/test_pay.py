"""Pay bands and what a change of grade brings by them (5.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from admin.domain import pay
from admin.domain.codes import PayLineState
from admin.domain.pay import Band, PayBands, PayEffect, PayLine, differing, flaws, totals

LADDER = ("J1", "J2", "M1")
YEAR, NEXT = date(2026, 1, 1), date(2027, 1, 1)


def band(grade: str, low: int, high: int, since: date = YEAR, currency: str = "TWD") -> Band:
    return Band(grade, since, Decimal(low), Decimal(high), currency)


WHOLE = [band("J1", 30, 40), band("J2", 40, 50), band("M1", 50, 60)]


def named(bands: list[Band], since: date = date.min) -> list[tuple[str, str, bool]]:
    return [
        (each.message % each.facts, each.day.isoformat(), each.refused)
        for each in flaws(PayBands(bands), LADDER, since)
    ]


def test_a_band_holds_from_its_day_until_the_next_of_its_grade() -> None:
    bands = PayBands([band("J1", 32, 42, NEXT), *WHOLE])
    assert bands.on("J1", date(2025, 12, 31)) is None  # before the first band nothing is in force
    assert bands.on("J1", date(2026, 12, 31)) == WHOLE[0]
    assert bands.on("J1", NEXT) == band("J1", 32, 42, NEXT)
    assert bands.on(None, NEXT) is None and bands.on("X9", NEXT) is None


def test_bands_that_follow_each_other_have_no_flaw() -> None:
    assert named(WHOLE) == []


def test_a_hole_is_named_with_its_grade_and_day() -> None:
    assert named([WHOLE[0], WHOLE[2]]) == [("From 2026-01-01 grade J2 has no pay band.", "2026-01-01", True)]


def test_a_hole_that_is_filled_later_is_named_until_then_and_not_after() -> None:
    late = [WHOLE[0], band("J2", 40, 50, NEXT), WHOLE[2]]
    assert len(named(late)) == 1 and named(late, NEXT) == []


def test_a_gap_and_an_overlap_of_amounts_are_told_and_not_refused() -> None:
    found = named([band("J1", 30, 38), band("J2", 40, 50), band("M1", 45, 60)])
    assert found == [
        ("From 2026-01-01 there is a gap between the bands of J1 and J2.", "2026-01-01", False),
        ("From 2026-01-01 the bands of J2 and M1 overlap.", "2026-01-01", False),
    ]


def test_a_higher_grade_that_pays_less_is_refused() -> None:
    ((text, _day, refused),) = named([WHOLE[0], band("J2", 20, 50), WHOLE[2]])
    assert refused and text == "From 2026-01-01 grade J2 pays less than grade J1 below it."


def test_mixed_currencies_are_named_and_nothing_else_is_said_of_them() -> None:
    found = named([WHOLE[0], band("J2", 1, 2, currency="USD"), WHOLE[2]])
    assert found == [("From 2026-01-01 the bands are in several currencies: TWD, USD.", "2026-01-01", True)]


def test_effects_go_up_down_or_nowhere_and_are_added_up() -> None:
    low, middle, high = WHOLE
    effects = [PayEffect(low, middle, NEXT), PayEffect(high, low, NEXT), PayEffect(low, low, NEXT)]
    effects += [PayEffect(None, low, NEXT), PayEffect(low, None, NEXT)]
    assert [each.way for each in effects] == ["up", "down", "same", "first", "unknown"]
    found = totals(effects)
    assert (found.low_before, found.low_after, found.currency, found.count) == (110, 130, "TWD", 5)


def line(change: int, new: Band = WHOLE[1], **more: object) -> PayLine:
    made = PayLine(change, change, f"E{change}", f"Name {change}", "promotion", "J1", "J2", WHOLE[0], new, NEXT)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_correction_holds_what_differs_alone() -> None:
    listed = [line(1), line(2), line(3)]
    present = [line(1, name="Renamed"), line(2, band("J2", 41, 51)), line(4)]
    found = [(each.change, each.state) for each in differing(listed, present)]
    assert found == [(2, PayLineState.CHANGED), (3, PayLineState.WITHDRAWN), (4, PayLineState.NEW)]


def test_after_a_correction_only_what_changed_since_differs() -> None:
    raised = line(2, band("J2", 41, 51), state=PayLineState.CHANGED)
    gone = line(3, state=PayLineState.WITHDRAWN)
    assert differing([line(1), line(2), line(3), raised, gone], [line(1), line(2, band("J2", 41, 51))]) == []
    (again,) = differing([line(3), gone], [line(3)])
    assert again.state == PayLineState.NEW


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(40, 60))),
    st.lists(st.tuples(st.integers(1, 6), st.integers(40, 60))),
)
def test_lists_and_corrections_together_say_what_is_so_now(
    first: list[tuple[int, int]], then: list[tuple[int, int]]
) -> None:
    was, now = ([line(key, band("J2", low, 70)) for key, low in dict(pairs).items()] for pairs in (first, then))
    assert differing([*was, *differing(was, now)], now) == []


def test_a_list_in_two_currencies_is_refused() -> None:
    assert pay.check_currency([line(1), line(2)]) is None
    refusal = pay.check_currency([line(1), line(2, band("J2", 1, 2, currency="USD"))])
    assert refusal is not None and refusal.facts["currencies"] == "TWD, USD"
