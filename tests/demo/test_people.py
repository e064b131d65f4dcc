"""The demo's people are such as HR's files may say, whatever the day and however many."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest

from admin.demo.people import _names, make_centre


@pytest.mark.parametrize("employees", [30, 80, 200])
def test_nobody_is_hired_or_graded_after_the_story_opens(employees: int) -> None:
    days = [date(2027, 1, 1) + timedelta(days=each) for each in range(0, 366, 3)]
    late = [
        (opening, person.number)
        for opening in days
        for person in make_centre(employees, opening).people
        if person.hired > opening or (person.since is not None and person.since > opening)
    ]
    assert late == []


def test_a_company_of_more_people_than_there_are_names_has_namesakes() -> None:
    found = list(islice(_names(Random(7)), 60_000))
    assert len(set(found[:20_000])) == 20_000 and 20_000 < len(set(found)) < 60_000
