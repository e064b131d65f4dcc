"""Moving a deadline by working days, both ways: what may be, what may not and why (3.3-a, 3.3.5-c)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from admin.domain.calendar import WorkingCalendar
from admin.domain.deadlines import NOTICE_DAYS, check_unmoved, day_asked, moved_deadlines, stepped
from admin.domain.refusals import Invalid, Refused

HOLIDAY, TODAY = date(2027, 1, 1), date(2026, 12, 1)  # a Friday, and a Tuesday
CALENDAR = WorkingCalendar({HOLIDAY: False}, frozenset({2026, 2027}))
PRESENT = {
    "self_assessment_due": date(2026, 12, 15), "rating_due": date(2026, 12, 29), "department_due": date(2027, 1, 6),
    "committee_on": date(2027, 1, 13),
}  # fmt: skip


def moved(which: str, text: str, *, along: bool = False, today: date = TODAY) -> dict[str, date]:
    return moved_deadlines(PRESENT, which, text, along=along, today=today, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)), ("+2", date(2026, 12, 31)), ("＋ 3", date(2027, 1, 4)),
        ("-3", date(2026, 12, 24)), ("−1", date(2026, 12, 28)),
    ],
)  # fmt: skip
def test_a_day_is_typed_as_itself_or_in_working_days_both_ways(text: str, day: date) -> None:
    assert day_asked(text, PRESENT["rating_due"], CALENDAR) == day
    assert moved("rating_due", text) == {"rating_due": day}


@pytest.mark.parametrize(
    ("which", "text", "said"),
    [
        ("rating_due", "tomorrow", "working days"), ("rating_due", "+0", "already has"), ("rating_due", "+9999", "working days"),
        ("rating_due", "2026-12-29", "already has"), ("rating_due", "2026-11-30", "to come"), ("rating_due", "2090-01-02", "within a year"),
        ("rating_due", "2027-01-01", "not a working day"), ("rating_due", "2027-01-02", "not a working day"),
        ("rating_due", "2027-01-07", "next stage ends"), ("rating_due", "2026-12-14", "stage before"),
        ("self_assessment_due", "2026-12-03", "full working days"), ("stage", "+1", "no such deadline"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_says_why(which: str, text: str, said: str) -> None:
    with pytest.raises(Invalid) as wrong:
        moved(which, text)
    assert said in next(iter(wrong.value.fields.values()))


def test_an_earlier_deadline_leaves_people_the_days_that_the_rule_names() -> None:
    assert moved("self_assessment_due", "2026-12-04") == {"self_assessment_due": date(2026, 12, 4)}
    rule = (Path(__file__).parents[2] / "admin/rulebook/policy-1/rules.yaml").read_text(encoding="utf-8")
    assert f"at least {NOTICE_DAYS} full working days" in rule and f"至少保留 {NOTICE_DAYS} 個完整工作日" in rule


def test_later_deadlines_and_the_meeting_move_along_by_as_many_working_days() -> None:
    assert moved("self_assessment_due", "+2", along=True) == {
        "self_assessment_due": date(2026, 12, 17), "rating_due": date(2026, 12, 31), "department_due": date(2027, 1, 8),
        "committee_on": date(2027, 1, 15),
    }  # fmt: skip
    assert moved("department_due", "-1", along=True) == {
        "department_due": date(2027, 1, 5),
        "committee_on": date(2027, 1, 12),
    }
    with pytest.raises(Invalid, match="full working days"):
        moved("self_assessment_due", "-8", along=True)


def test_a_year_that_is_not_confirmed_is_refused_and_not_guessed() -> None:
    unconfirmed = WorkingCalendar({}, frozenset({2026}))
    with pytest.raises(Refused):
        moved_deadlines(PRESENT, "department_due", "+1", along=False, today=TODAY, calendar=unconfirmed)


def test_days_back_and_forth_come_to_the_same() -> None:
    for count in range(1, 30):
        assert stepped(stepped(date(2026, 12, 15), count, CALENDAR), -count, CALENDAR) == date(2026, 12, 15)


def test_what_another_has_moved_is_looked_at_again() -> None:
    check_unmoved("", TODAY), check_unmoved("2026-12-01", TODAY)
    with pytest.raises(Refused, match="meanwhile"):
        check_unmoved("2026-12-02", TODAY)
