"""Stories of members who are out of a case and read it by another way (3.3-e)."""

from __future__ import annotations

from typing import Any

import pytest

from admin.models import AgendaItem, Employee, Meeting, Recusal, Review
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, committee, planned
from tests.states import kept
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@kept
def _waiting() -> tuple[Committee, Review]:
    """A committee, and a case that waits for an agenda."""
    make.confirmed_calendar(2026)
    body = committee()
    return body, make.review(body.cycle, make.employee("當事人"), present="J2", proposed="J2")


@pytest.fixture
def waiting(session: Any) -> tuple[Committee, Review]:
    return _waiting()


def reads(app: Any, person: Employee, case: Review) -> set[int]:
    """What the doors of a case answer: its page, its search, the API."""
    client, bearer = client_of(app, person.user_id), headers_of(app, person.user_id)
    found = client.get("/search/?q=當事人")
    doors = [client.get(f"/reviews/{case.id}"), app.test_client().get(f"/api/v1/reviews/{case.id}", headers=bearer)]
    return {answer.status_code for answer in doors} | ({200} if f"/reviews/{case.id}" in found.text else set())


def out_of(case: Review, body: Committee, name: str, ground: str) -> None:
    """A member is out of a case."""
    with make.fixture() as op:
        own = {"member_id": body.seats[name].id, "employee_id": body.people[name].id}
        op.add(Recusal(review_id=case.id, ground=ground, declared=ground == "kin", recorded_at=NOW, **own))


@pytest.mark.parametrize("name", ["Hua", "Centre", "Related"])
def test_no_member_reads_a_case_before_it_is_on_an_agenda(app, waiting, name):
    body, case = waiting
    assert reads(app, body.people[name], case) == {404}
    planned(body, [case])
    assert 200 in reads(app, body.people[name], case)


@pytest.mark.parametrize("tie", ["above", "below", "rated", "kin"])
def test_a_tied_chair_reads_it_neither_though_they_put_cases_on_agendas(app, waiting, tie):
    body, case = waiting
    chair, person = body.people["Chair"], case.employee_id
    assert 200 in reads(app, chair, case)
    with make.fixture() as op:
        if tie == "below":
            op.get(Employee, chair.id).superior_id = person
        if tie == "above":
            op.get(Employee, person).superior_id = chair.id
    if tie == "rated":
        make.signed_rating(case, chair, "peer")
    if tie == "kin":
        earlier = make.review(make.open_cycle(2025), case.employee, present="J2", proposed="J2")
        out_of(earlier, body, "Chair", "kin")
    assert reads(app, chair, case) <= ({404, 200} if tie == "rated" else {404})
    page = client_of(app, chair.user_id).get(f"/reviews/{case.id}")
    assert page.status_code == 404


@pytest.mark.parametrize("ground", ["kin", "superior", "subordinate", "declared"])
def test_whoever_is_out_of_one_case_reads_no_other_of_the_same_person(app, waiting, ground):
    body, case = waiting
    earlier = make.review(make.open_cycle(2025), case.employee, present="J2", proposed="J2")
    with make.fixture() as op:
        meeting = op.add(Meeting(cycle_id=earlier.cycle_id, number="2025-01", stage="closed", scheduled_at=NOW))
        op.add(AgendaItem(meeting_id=meeting.id, review_id=earlier.id, position=1))
    assert 200 in reads(app, body.people["Hua"], earlier)
    out_of(case, body, "Hua", ground)
    assert reads(app, body.people["Hua"], earlier) == {404}
    assert 200 in reads(app, body.people["Centre"], earlier)


def test_an_act_in_one_case_is_no_tie_to_the_person(app, waiting):
    body, case = waiting
    earlier = make.review(make.open_cycle(2025), case.employee, present="J2", proposed="J2")
    out_of(earlier, body, "Hua", "other_act")
    planned(body, [case])
    assert 200 in reads(app, body.people["Hua"], case)
