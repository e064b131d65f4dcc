"""A result that is served personally is no public notice: neither on the rail of its case nor on the person's home (4.2-a)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(("kind", "served"), [("personal", True), ("regular", False)])
def test_the_rail_and_the_home_page_say_how_the_result_was_told(app, session, kind, served):
    person = make.employee("Anna")
    make.holds(person, "J3")
    cycle = make.open_cycle()
    case = make.review(
        cycle, person, stage="on_notice", present="J3", proposed="J2", determined_grade_id=make.grade("J2").id
    )
    with make.fixture() as op:
        op.session.merge(make.notice(cycle, [case], ends_at=NOW + timedelta(days=5))).kind = kind
    client = client_of(app, person.user_id)
    page, home = (client.get(path, headers=ENGLISH).text for path in (f"/reviews/{case.id}", "/"))
    rail = page[page.index('class="rail') :][:4000]
    assert ("Served personally, not published" in rail, "Public notice" in rail) == (served, not served)
    assert ("Your result was served to you" in home, "Your result is on notice" in home) == (served, not served)
