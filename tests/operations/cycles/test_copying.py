"""A cycle that is planned as the last one was: dates by working days, reviewers as far as they may, who has left is named."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from admin.access.actor import acting_as, system_actor
from admin.domain.calendar import WorkingCalendar, shifted
from admin.models import Employee, ReviewerAppointment, db
from admin.queries.cycles.copying import copy_of_last
from tests import factories as make

YEAR_LATER = datetime(2027, 12, 1, 2, 0, tzinfo=UTC)


def test_days_are_shifted_by_working_days_over_holidays() -> None:
    calendar = WorkingCalendar({date(2027, 1, 1): False}, frozenset({2026, 2027}))
    # Friday to the Wednesday after next: eight working days, which a new year's holiday makes one day longer.
    assert shifted(date(2026, 11, 20), date(2026, 12, 2), date(2026, 12, 25), calendar) == date(2027, 1, 7)
    assert shifted(date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 27), calendar) == date(2026, 11, 30)


@pytest.fixture
def last_year(app, centre):
    """A regular cycle of the year before, with another reviewer for one person and a seat that ends soon."""
    with app.app_context(), make.fixture() as op:
        make.confirmed_calendar(2026, 2027, 2028)
        cycle = make.open_cycle()
        cycle.stage = "closed"
        op.add(
            ReviewerAppointment(
                cycle_id=cycle.id, employee_id=centre.emp1, reviewer_id=centre.outsider, reason="kin of the head"
            )
        )
        centre.seat = make.seat(op.get(Employee, centre.sup1), constituency="hr").id
        centre.cycle = cycle.id
    return centre


def test_a_copy_takes_the_days_over_and_names_who_has_left(app, last_year, signed_in):
    with app.app_context(), make.fixture() as op:
        gone = op.get(Employee, last_year.outsider)
        gone.status, gone.left_on = "left", date(2027, 3, 1)
    with app.app_context(), acting_as(system_actor()):
        found = copy_of_last(db.session(), YEAR_LATER)
        assert [person.id for person in found.left] == [last_year.outsider]
        assert list(found.days) == ["self_assessment_due", "rating_due", "department_due"]
        assert sorted(found.days.values()) == list(found.days.values())


def test_the_plan_is_filled_in_from_the_last_cycle(app, last_year, signed_in):
    client = signed_in("hr")
    plain = unescape(client.get("/cycles/plan", headers={"Accept-Language": "en"}).text)
    assert "Copy 2026" in plain and not re.search(r'value="2\d{3}-\d\d-\d\d"[^>]*name="rating_due"', plain)
    copied = unescape(client.get("/cycles/plan?copy=1", headers={"Accept-Language": "en"}).text)
    assert re.search(r'value="2\d{3}-\d\d-\d\d"[^>]*name="rating_due"', copied) and "As in 2026" in copied


def test_without_an_earlier_cycle_there_is_nothing_to_copy(app, centre, signed_in):
    assert "copy=1" not in signed_in("hr").get("/cycles/plan").text
    assert signed_in("hr").get("/cycles/plan?copy=1").status_code == 200
