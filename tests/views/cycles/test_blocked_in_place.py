"""What blocks the opening of a cycle is put right on the preview itself: reviewers by rule, superiors, a department without a head."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import BasisAct
from admin.models import (
    CalendarYear,
    Confirmation,
    Department,
    Employee,
    Grade,
    GradeChange,
    Notification,
    Review,
    ReviewerAppointment,
    db,
)
from admin.notifications.messages import told
from admin.operations.cycles import cycles, rehearsals
from admin.operations.cycles.cycles import CyclePlan
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.factories import NOW
from tests.reviewing import HR

ENGLISH = {"Accept-Language": "en"}
TODAY = company_day(NOW)
SYSTEM = system_actor("cli")


@pytest.fixture
def planned(app, centre):
    """A planned rehearsal of a centre in which a head is a superior, one person has none, and a team has no head."""
    with app.app_context(), make.fixture() as op:
        make.confirmed_calendar(NOW.year, (NOW + timedelta(days=90)).year)
        boss = make.employee("中心主管", of=op.get(Department, centre.other))
        top = op.add(Department(code="TOP", name="總部", head_id=boss.id))
        op.get(Department, centre.centre).parent_id = top.id
        op.get(Employee, centre.emp2).superior_id = None
        alone = op.add(Department(code="T9", name="無主管組", in_centre=True))
        op.get(Employee, centre.outsider).department_id = alone.id
        op.get(Employee, centre.outsider).superior_id = centre.sup1
        centre.alone, centre.boss = alone.id, boss.id
    with app.app_context(), acting_as(SYSTEM):
        centre.cycle = cycles.plan_cycle(CyclePlan(NOW.year, "rehearsal"), actor=SYSTEM, now=NOW).id
    return centre


def fields(client, cycle: int) -> dict[str, str]:
    text = unescape(client.get(f"/cycles/{cycle}/preview", headers=ENGLISH).text)
    return {
        name: value
        for tag in re.findall(r"<input [^>]+>", text)
        for name, value in [
            (re.search(r'name="([^"]*)"', tag) or ["", ""], re.search(r'value="([^"]*)"', tag) or ["", ""])
        ]
        for name, value in [(name[1], value[1])]
        if name.startswith(("reviewer-", "superior-", "unled"))
    }


def test_another_reviewer_is_proposed_and_never_one_who_is_to_have_a_seat(app, planned, signed_in):
    client = signed_in("hr")
    assert fields(client, planned.cycle)[f"reviewer-{planned.sup1}"] == str(planned.boss)
    with app.app_context(), make.fixture() as op:
        op.add(
            Confirmation(
                kind="basis", act=BasisAct.APPOINT_MEMBERS, process="", record_id=0, asked={}, asked_hash="x", difference=[],
                cases=[], concerned=[planned.boss], reason="", recorded_by_id=planned.accounts["hr"], recorded_at=NOW,
            )
        )  # fmt: skip
    assert fields(client, planned.cycle)[f"reviewer-{planned.sup1}"] != str(planned.boss)


def test_all_are_appointed_as_one_proposal_and_a_second_person_confirms_it(app, planned, signed_in):
    client = signed_in("hr")
    sent = fields(client, planned.cycle)
    ticked = [name.partition("-")[2] for name, value in sent.items() if name.startswith("reviewer-") and value]
    answer = client.post(f"/cycles/{planned.cycle}/reviewers", data={**sent, "employee": ticked, "reason": "3.3-f"})
    assert answer.status_code == 303, answer.text
    page = unescape(client.get(f"/cycles/{planned.cycle}/preview", headers=ENGLISH).text)
    assert "wait for a second person" in page and "Appoint for those" not in page
    with app.app_context(), acting_as(SYSTEM):
        (waits,) = db.session.query(Confirmation)
        assert db.session.query(ReviewerAppointment).count() == 0
    assert signed_in("management").post(f"/act/confirmation/{waits.id}/confirm").status_code in (302, 303)
    with app.app_context(), acting_as(SYSTEM):
        assert db.session.query(ReviewerAppointment).count() == len(ticked)


def test_whoever_has_no_superior_gets_one_on_the_preview(app, planned, signed_in):
    client = signed_in("hr")
    sent = fields(client, planned.cycle)
    assert sent[f"superior-{planned.emp2}"] == str(planned.head1)
    assert client.post(f"/cycles/{planned.cycle}/superiors", data={"unled": planned.emp2}).status_code == 422
    assert client.post(f"/cycles/{planned.cycle}/superiors", data=sent).status_code == 303
    with app.app_context(), acting_as(SYSTEM):
        assert db.session.get(Employee, planned.emp2).superior_id == planned.head1


def test_a_rehearsal_of_a_department_without_a_head_opens_says_that_it_is_one_and_ends(app, planned, signed_in):
    with app.app_context(), acting_as(SYSTEM):
        plan = CyclePlan(NOW.year, "rehearsal", departments=(planned.alone,))
        key = cycles.plan_cycle(plan, actor=SYSTEM, now=NOW).id
    client = signed_in("hr")
    sent = fields(client, key)
    assert sent == {f"reviewer-{planned.outsider}": str(planned.head1)}
    with app.app_context(), make.fixture() as op:
        op.add(
            ReviewerAppointment(
                cycle_id=key, employee_id=planned.outsider, reviewer_id=planned.head1, reason="no head yet"
            )
        )
    with app.app_context(), acting_as(SYSTEM):
        cycles.open_cycle(key, actor=HR, now=NOW)
        messages = db.session.query(Notification).all()
        assert messages and all("Rehearsal" in told(row.process, row.action, row.facts, str) for row in messages)
        rehearsals.end_rehearsal(key, actor=HR, now=NOW + timedelta(days=1))
        assert {row.stage for row in db.session.query(Review)} == {"cancelled"}
        assert db.session.query(Notification).count() == len(messages)


def test_the_calendar_is_confirmed_on_the_preview_as_its_days_are_shown(app, planned, signed_in):
    """What another window has changed meanwhile is not confirmed unseen (3.3.5-c, 1.3.1)."""
    year = NOW.year
    with app.app_context(), make.fixture() as op:
        for row in op.session.query(CalendarYear).filter(CalendarYear.year == year):
            row.confirmed_at = None
    client, address = signed_in("hr"), f"/cycles/{planned.cycle}/preview"
    page = client.get(address, headers=ENGLISH).text
    version = re.search(rf'name="version-{year}" value="([^"]*)"', page)[1]
    assert f"Confirm the calendar: {year}" in page and "Not confirmed" in page
    assert "Confirm the calendar" not in signed_in("auditor").get(address, headers=ENGLISH).text
    stale = client.post(f"/cycles/{planned.cycle}/years", data={"year": str(year), f"version-{year}": "another"})
    assert stale.status_code == 409
    sent = {"year": str(year), f"version-{year}": version}
    assert client.post(f"/cycles/{planned.cycle}/years", data=sent).status_code == 303
    assert "Confirm the calendar" not in client.get(address, headers=ENGLISH).text


def test_who_is_off_the_ladder_is_proposed_another_grade_on_the_preview(app, planned, signed_in):
    """HR proposes in place, management decides, and until then the row says that it is under way (2.1, 4.3)."""
    with app.app_context(), make.fixture() as op:
        named = {"name_zh_hant": "舊級", "name_zh_hans": "旧级", "name_en": "Old grade"}
        op.add(Grade(code="X9", level="J", step=9, order=99, **named))
        op.get(Department, planned.centre).head_id = planned.boss
        person = op.get(Employee, planned.emp1)
        person.superior_id, number = planned.sup1, person.number
        op.session.flush()
        make.holds(person, "X9")
    client, address = signed_in("hr"), f"/cycles/{planned.cycle}/preview"
    page = unescape(client.get(address, headers=ENGLISH).text)
    assert f'name="grade-{number}"' in page and "Propose the adjustments" in page
    to = f"/cycles/{planned.cycle}/grades"
    assert client.post(to, data={"graded": number, "adjust_reason": "Abolished."}).status_code == 422
    sent = {"graded": number, f"grade-{number}": "J2", "adjust_reason": "Abolished.", "effective_on": TODAY.isoformat()}
    assert client.post(to, data=sent).status_code == 303
    with app.app_context(), acting_as(SYSTEM):
        (change,) = db.session.query(GradeChange).filter(GradeChange.kind == "adjustment")
        assert (change.stage, change.employee_id, change.reason) == ("proposed", planned.emp1, "Abolished.")
    page = unescape(client.get(address, headers=ENGLISH).text)
    assert "A change of grade is under way" in page and f'name="grade-{number}"' not in page
