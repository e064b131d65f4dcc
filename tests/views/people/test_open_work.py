"""What hangs on a leaver is named to HR, with a bulk way out (1.2-g)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from admin.access.actor import acting_as
from admin.models import (
    Appeal,
    ComingMove,
    Complaint,
    ComplaintParty,
    Cycle,
    Department,
    Employee,
    Rating,
    Review,
    ReviewerAppointment,
    db,
)
from admin.operations.people import people
from admin.queries.people.open_work import leavers, open_work
from admin.queries.system.calendar import company_day
from admin.queries.system.paging import PER_PAGE
from admin.views.people.open_work_words import KINDS
from tests import factories as make
from tests.by_two import second_confirms
from tests.factories import NOW
from tests.operations.importing import HR, rows
from tests.views.clients import client_of, headers_of

ENGLISH = {"Accept-Language": "en"}
DAY = timedelta(days=1)
TODAY = company_day(NOW)
REASON = "The superior leaves the company."


@pytest.fixture
def team(session: Any, app: Any, no_tokens: None) -> SimpleNamespace:
    """A superior who heads a department, with two cases of their people and one that they review; HR with a client."""
    place = make.department("Front line")
    boss, other, second = (make.employee(name, of=place) for name in ("Boss", "Other", "Second"))
    lead = make.employee("Lead", of=place, superior=boss)
    anna, ben = (make.employee(name, of=place, superior=lead) for name in ("Anna", "Ben"))
    with make.fixture() as op:
        op.get(Department, place.id).head_id = lead.id
    cycle = make.open_cycle()
    made = SimpleNamespace(place=place.id, cycle=cycle.id)
    for person in (boss, other, second, lead, anna, ben):
        setattr(made, person.name.lower(), person.id)
    made.annas = make.review(cycle, anna, stage="rating", head_id=boss.id, proposed=None).id
    made.bens = make.review(cycle, ben, stage="department_review", head_id=boss.id).id
    made.reviewed = make.review(cycle, other, stage="self_assessment", superior_id=boss.id, head_id=lead.id).id
    staff = make.employee("Staff", roles=("employee", "hr"))
    made.client, made.hr = client_of(app, staff.user_id), make.actor_of(staff)
    return made


def leaving(team: SimpleNamespace) -> None:
    people.mark_left(team.lead, TODAY + 5 * DAY, actor=HR, now=NOW)


def hand_over(team: SimpleNamespace, office: str, to: int, **chosen: Any) -> Any:
    data = {"to": to, "reason": REASON, **chosen}
    return team.client.post(f"/people/{team.lead}/open-work/{office}", data=data, headers=ENGLISH)


def test_who_leaves_with_open_work_is_named_on_hrs_home_and_in_the_list(team: SimpleNamespace) -> None:
    assert "leaver with open work" not in team.client.get("/", headers=ENGLISH).text
    leaving(team)
    home = team.client.get("/", headers=ENGLISH).text
    assert "1 leaver with open work" in home and "/people/open-work" in home
    page = team.client.get("/people/open-work", headers=ENGLISH).text
    assert f'href="/people/{team.lead}/open-work"' in page and "No leaver has open work" not in page


def test_without_leavers_and_without_work_the_pages_say_so(team: SimpleNamespace) -> None:
    assert "No leaver has open work." in team.client.get("/people/open-work", headers=ENGLISH).text
    page = team.client.get(f"/people/{team.second}/open-work", headers=ENGLISH).text
    assert "This person has no open work." in page and "Hand over" not in page


def test_the_page_names_each_thing_with_its_link(team: SimpleNamespace) -> None:
    page = team.client.get(f"/people/{team.lead}/open-work", headers=ENGLISH).text
    for case in (team.annas, team.bens, team.reviewed):
        assert f'href="/reviews/{case}"' in page
    assert f'href="/departments/show/{team.place}"' in page and f'href="/employees/show/{team.anna}"' in page


def with_everything(team: SimpleNamespace) -> None:
    """What else can hang on a superior: a rating, an appeal, an appointment, the chair with a meeting, a complaint."""
    with make.fixture() as op:
        lead, other = op.get(Employee, team.lead), op.get(Employee, team.other)
        make.seat(lead, office="chair")
        make.meeting(op.get(Cycle, team.cycle))
        past = make.open_cycle(2025)
        appealed = make.review(past, other, stage="appealed", superior_id=team.lead)
        notice = make.notice(past, [appealed], ends_at=NOW + DAY)
        op.add(Rating(review_id=team.annas, rater_id=team.lead, kind="peer", state="asked"))
        op.add(
            Appeal(
                number="A-1", review_id=appealed.id, notice_row_id=notice.rows[0].id, filer_id=other.id, kind="appeal",
                stage="with_superior", addressee="superior", ground="figures", superior_due=NOW + DAY, text="Not so.",
                received_at=NOW, answer_due=NOW + 21 * DAY,
            )
        )  # fmt: skip
        planned = make.open_cycle(2027)
        planned.stage = "planned"
        op.add(
            ReviewerAppointment(
                cycle_id=planned.id, employee_id=team.second, reviewer_id=team.lead, reason="Other line."
            )
        )
        op.add(ComingMove(employee_id=team.second, superior_id=team.lead, moves_on=TODAY + DAY))
        sent = op.add(
            Complaint(
                number="C-1", stage="assigned", subject="pressure", **make.sealed("…"), received_at=NOW,
                acknowledge_due=NOW + DAY, answer_due=NOW + 30 * DAY,
            )
        )  # fmt: skip
        op.add(ComplaintParty(complaint_id=sent.id, employee_id=team.lead, role="officer"))


def test_every_kind_of_work_is_found_and_has_its_words(team: SimpleNamespace) -> None:
    with_everything(team)
    leaving(team)
    with acting_as(HR):
        work = open_work(db.session(), team.lead, TODAY)
        assert set(work) == set(KINDS)
        (gone,) = leavers(db.session(), TODAY)
    assert gone.count == sum(map(len, work.values())) and gone.id == team.lead


def test_hr_does_not_learn_here_that_somebody_investigates_a_complaint(team: SimpleNamespace) -> None:
    with_everything(team)
    with acting_as(team.hr):
        work = open_work(db.session(), team.lead, TODAY)
    assert set(work) == set(KINDS) - {"complaints"}
    page = team.client.get(f"/people/{team.lead}/open-work", headers=ENGLISH)
    assert page.status_code == 200 and "C-1" not in page.text and "A-1" in page.text


def test_open_cases_and_people_go_to_another_superior_at_once(team: SimpleNamespace) -> None:
    answer = hand_over(team, "superior", team.second, cases_as_superior=[team.annas, team.bens], people=[team.anna])
    assert answer.status_code == 303 and second_confirms() == 1
    superiors = dict(rows(Review, "id", "superior_id"))
    assert superiors[team.annas] == superiors[team.bens] == team.second
    above = dict(rows(Employee, "id", "superior_id"))
    assert (above[team.anna], above[team.ben]) == (team.second, team.lead)


def test_cases_to_review_and_the_department_go_to_another_head(team: SimpleNamespace) -> None:
    answer = hand_over(team, "head", team.second, cases_as_head=[team.reviewed], departments=[team.place])
    assert answer.status_code == 303 and second_confirms() == 1
    assert dict(rows(Review, "id", "head_id"))[team.reviewed] == team.second
    assert dict(rows(Department, "id", "head_id"))[team.place] == team.second


def test_all_or_none_is_handed_over_and_the_refusal_names_whose_it_is(team: SimpleNamespace) -> None:
    before = rows(Review, "superior_id", "head_id"), rows(Employee, "superior_id")
    answer = hand_over(team, "superior", team.ben, cases_as_superior=[team.annas, team.bens], people=[team.anna])
    assert answer.status_code == 409 and "3.3-f" in answer.text and "Ben cannot go to this person" in answer.text
    assert (rows(Review, "superior_id", "head_id"), rows(Employee, "superior_id")) == before


def test_handing_over_takes_a_reason_a_choice_of_what_hangs_there_and_somebody_in_service(
    team: SimpleNamespace,
) -> None:
    chosen = {"cases_as_superior": [team.annas]}
    assert hand_over(team, "superior", team.second, **chosen, reason=" ").status_code == 422
    assert "Tick what is" in hand_over(team, "superior", team.second).text
    assert "has changed meanwhile" in hand_over(team, "superior", team.second, cases_as_superior=[team.reviewed]).text
    people.mark_left(team.second, TODAY, actor=HR, now=NOW)
    gone = hand_over(team, "superior", team.second, **chosen)
    assert gone.status_code == 422 and "has left: name someone else" in gone.text
    assert dict(rows(Review, "id", "superior_id"))[team.annas] == team.lead


def test_programs_hand_over_what_hangs_on_somebody_and_nothing_else(app: Flask, team: SimpleNamespace) -> None:
    headers = headers_of(app, team.hr.user_id)
    address = f"/api/v1/employees/{team.lead}/actions/hand_over_as_superior"
    body = {"superior": team.other, "reason": "He leaves.", "reviews": [team.annas], "people": [team.anna]}
    client = app.test_client()
    assert client.post(address, json=body | {"people": [team.boss]}, headers=headers).status_code == 422
    assert client.post(address, json=body | {"superior": 4711}, headers=headers).status_code == 422
    with acting_as(HR):
        outsider = db.session.get(Employee, team.second).user_id
    assert client.post(address, json=body, headers=headers_of(app, outsider)).status_code == 404
    answer = client.post(address, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    db.session.rollback()
    assert second_confirms() == 1
    with acting_as(HR):
        assert db.session.get(Review, team.annas).superior_id == team.other
        assert db.session.get(Employee, team.anna).superior_id == team.other


def test_all_that_hangs_on_somebody_is_handed_over_also_what_stands_on_another_page(team: SimpleNamespace) -> None:
    with make.fixture() as op:
        place, lead = op.get(Department, team.place), op.get(Employee, team.lead)
        for number in range(PER_PAGE):
            make.employee(f"Report {number}", of=place, superior=lead)
    page = team.client.get(f"/people/{team.lead}/open-work?people=2", headers=ENGLISH).text
    assert f"All of them, also on the other pages ({PER_PAGE + 2})" in page and page.count('name="people"') == 2
    answer = hand_over(team, "superior", team.second, all=["people"])
    assert answer.status_code == 303 and team.lead not in dict(rows(Employee, "id", "superior_id")).values()
