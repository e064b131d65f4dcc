"""What hangs on a leaver is named to HR, with a bulk way out (1.2-g)."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as
from admin.models import (
    Appeal,
    ComingMove,
    CommitteeMember,
    Complaint,
    ComplaintParty,
    Confirmation,
    Cycle,
    Department,
    Employee,
    Notification,
    Rating,
    Review,
    ReviewerAppointment,
    db,
)
from admin.operations.people import moving, people
from admin.operations.people.handing_over import Handing
from admin.operations.people.handing_over import hand_over as give_all
from admin.operations.seconding import done_by_two
from admin.operations.transaction import operation
from admin.queries.people.open_work import leavers, open_work
from admin.queries.system.calendar import company_day
from admin.queries.system.paging import PER_PAGE
from admin.views.people.open_work_words import KINDS
from tests import factories as make
from tests.by_two import second_confirms
from tests.factories import NOW
from tests.operations.importing import HR, rows
from tests.views.clients import client_of, headers_of
from tests.web.counting import statements

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


def preview(team: SimpleNamespace, **chosen: Any) -> Any:
    address = f"/people/{team.lead}/open-work/hand-over"
    return team.client.post(address, data={"reason": REASON, **chosen}, headers=ENGLISH)


def hand_over(team: SimpleNamespace, **chosen: Any) -> Any:
    """As a person does it: look at the preview, then press its button. Where there is none the preview is the answer."""
    shown = preview(team, **chosen)
    if (seen := re.search(r'name="seen" value="(\w+)"', shown.text)) is None:
        return shown
    return preview(team, **chosen, seen=seen[1])


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


def with_everything(team: SimpleNamespace, *, proposed: bool = True) -> None:
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
        make.deputy(op, team.boss, team.lead)
        if proposed:
            asked = {
                "act": "mark_left",
                "process": "employee",
                "record_id": team.anna,
                "asked": {},
                "asked_hash": "0" * 64,
            }
            op.add(
                Confirmation(
                    kind="basis", **asked, difference=[], cases=[], concerned=[], reason="Soon.",
                    recorded_by_id=lead.user_id, recorded_at=NOW,
                )
            )  # fmt: skip
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
    answer = hand_over(team, superior=team.second, cases_as_superior=[team.annas, team.bens], people=[team.anna])
    assert answer.status_code == 303 and second_confirms() == 1
    superiors = dict(rows(Review, "id", "superior_id"))
    assert superiors[team.annas] == superiors[team.bens] == team.second
    above = dict(rows(Employee, "id", "superior_id"))
    assert (above[team.anna], above[team.ben]) == (team.second, team.lead)


def test_cases_to_review_and_the_department_go_to_another_head(team: SimpleNamespace) -> None:
    answer = hand_over(team, head=team.second, cases_as_head=[team.reviewed], departments=[team.place])
    assert answer.status_code == 303 and second_confirms() == 1
    assert dict(rows(Review, "id", "head_id"))[team.reviewed] == team.second
    assert dict(rows(Department, "id", "head_id"))[team.place] == team.second


def test_what_a_rule_keeps_from_the_first_goes_to_the_other_or_stays_with_its_clause(team: SimpleNamespace) -> None:
    before = rows(Review, "superior_id", "head_id"), rows(Employee, "superior_id")
    chosen = {"cases_as_superior": [team.annas, team.bens], "people": [team.anna]}
    shown = preview(team, superior=team.ben, **chosen)
    assert shown.status_code == 200 and "3.3-f" in shown.text and "Hand over 2 items" in shown.text
    assert "Employee, superior and reviewer are three different people." in shown.text
    assert (rows(Review, "superior_id", "head_id"), rows(Employee, "superior_id")) == before
    answer = hand_over(team, superior=team.ben, other_superior=team.second, **chosen)
    assert answer.status_code == 303 and second_confirms() == 1
    superiors = dict(rows(Review, "id", "superior_id"))
    assert (superiors[team.annas], superiors[team.bens]) == (team.ben, team.second)
    assert dict(rows(Employee, "id", "superior_id"))[team.anna] == team.ben


def test_where_nothing_may_go_the_preview_says_so_and_programs_are_refused_with_the_clause(
    app: Flask, team: SimpleNamespace
) -> None:
    shown = preview(team, superior=team.boss, cases_as_superior=[team.annas])
    assert "None of it may go to the people named" in shown.text and 'name="seen"' not in shown.text
    body = {"superior": team.boss, "cases_as_superior": [team.annas], "reason": REASON}
    address = f"/api/v1/employees/{team.lead}/actions/hand_over"
    answer = app.test_client().post(address, json=body, headers=headers_of(app, team.hr.user_id))
    assert answer.status_code == 409 and answer.json["clause"] == "3.3-f"


def test_handing_over_takes_a_reason_a_choice_of_what_hangs_there_and_somebody_else_in_service(
    team: SimpleNamespace,
) -> None:
    chosen = {"cases_as_superior": [team.annas]}
    assert hand_over(team, superior=team.second, **chosen, reason=" ").status_code == 422
    assert "Tick what is" in hand_over(team, superior=team.second).text
    assert "Say who takes this over" in hand_over(team, **chosen).text
    assert "to the person whose work it is" in hand_over(team, superior=team.lead, **chosen).text
    assert "has changed meanwhile" in hand_over(team, superior=team.second, cases_as_superior=[team.reviewed]).text
    people.mark_left(team.second, TODAY, actor=HR, now=NOW)
    gone = hand_over(team, superior=team.second, **chosen)
    assert gone.status_code == 422 and "has left: name someone else" in gone.text
    assert dict(rows(Review, "id", "superior_id"))[team.annas] == team.lead


def test_what_moved_since_the_preview_is_looked_at_again(team: SimpleNamespace) -> None:
    chosen = {"superior": team.second, "cases_as_superior": [team.annas], "people": [team.anna, team.ben]}
    seen = re.search(r'name="seen" value="(\w+)"', preview(team, **chosen).text)
    assert seen is not None
    moving.move(team.ben, {"superior_id": team.boss}, actor=HR, now=NOW)
    answer = preview(team, **chosen, seen=seen[1])
    assert answer.status_code == 422 and "has changed meanwhile" in answer.text
    # Handed over twice: the second window finds nothing of it there.
    again = {"superior": team.second, "people": [team.anna]}
    assert hand_over(team, **again).status_code == 303 and "has changed meanwhile" in hand_over(team, **again).text


def test_a_whole_persons_work_goes_at_once_and_each_taker_hears_it_once(team: SimpleNamespace) -> None:
    with_everything(team, proposed=False)
    with make.fixture() as op:
        for name in ("third", "fourth", "fifth"):
            setattr(team, name, make.employee(name.title()).id)
        cycle = op.get(Cycle, team.cycle)
        make.review(cycle, make.employee("Drawn"), stage="rating", head_id=team.other)
    leaving(team)
    with acting_as(HR):
        work = {kind: [item.own for item in items] for kind, items in open_work(db.session(), team.lead, TODAY).items()}
    kinds = (
        "cases_as_superior",
        "people",
        "moves",
        "cases_as_head",
        "departments",
        "appointments",
        "seats",
        "deputies",
    )
    chosen = {kind: work[kind] for kind in kinds}
    takers = {"superior": team.third, "head": team.fourth, "member": team.third, "deputy": team.fifth}
    shown = preview(team, **takers, **chosen, ratings="1")
    assert shown.status_code == 200 and "What stays" not in shown.text and "drawn by chance" in shown.text
    assert hand_over(team, **takers, **chosen, ratings="1").status_code == 303 and second_confirms() == 1
    with acting_as(HR):
        left = open_work(db.session(), team.lead, TODAY)
        assert set(left) == {"appeals", "meetings", "seats", "complaints"}  # the seat until the last day
        seats = db.session.scalars(select(CommitteeMember).order_by(CommitteeMember.id)).all()
        assert [(seat.employee_id, seat.office) for seat in seats][-1] == (team.third, "chair")
        assert seats[-1].term_from == seats[0].term_to + DAY == TODAY + 5 * DAY
        told = rows(Notification, "action", "facts")
        received = sorted(facts["count"] for action, facts in told if action == "receive")
        assert received == [
            1,
            3,
            6,
        ]  # a deputy; a case, a department, an appointment; two cases, two people, a move, a seat
        assert {each.rater_id for each in db.session.scalars(select(Rating).where(Rating.kind == "peer"))} > {team.lead}
    page = team.client.get(f"/people/{team.lead}/open-work", headers=ENGLISH).text
    assert "Statements asked of them" in page and "Appeals waiting" in page


def test_a_rating_whose_time_is_over_hangs_on_nobody(team: SimpleNamespace) -> None:
    with_everything(team, proposed=False)
    with acting_as(HR):
        due = db.session.scalars(select(Cycle.rating_due).where(Cycle.id == team.cycle)).one()
        last, next_day = company_day(due - timedelta(seconds=1)), company_day(due + DAY)
        assert "ratings" in open_work(db.session(), team.lead, last)
        assert "ratings" not in open_work(db.session(), team.lead, next_day)


def test_programs_hand_over_what_hangs_on_somebody_and_nothing_else(app: Flask, team: SimpleNamespace) -> None:
    headers = headers_of(app, team.hr.user_id)
    address = f"/api/v1/employees/{team.lead}/actions/hand_over"
    body = {"superior": team.other, "reason": "He leaves.", "cases_as_superior": [team.annas], "people": [team.anna]}
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
    answer = hand_over(team, superior=team.second, all=["people"])
    assert answer.status_code == 303 and team.lead not in dict(rows(Employee, "id", "superior_id")).values()


def many_cases(team: SimpleNamespace, count: int) -> Handing:
    """So many people of the leaver's, each with an open case whose evaluation is asked of them."""
    cases, led = [], []
    with make.fixture() as op:
        lead, cycle = op.get(Employee, team.lead), op.get(Cycle, team.cycle)
        for _ in range(count):
            person = make.employee(of=lead.department, superior=lead)
            led.append(person.id)
            cases.append(make.review(cycle, person, stage="rating", head_id=team.boss, proposed=None).id)
            op.add(Rating(review_id=cases[-1], rater_id=team.lead, kind="superior", state="asked"))
    return Handing(superior_id=team.second, cases_as_superior=cases, people=led)


def test_the_statements_of_handing_over_do_not_grow_with_the_cases(team: SimpleNamespace, app: Flask) -> None:
    counted = []
    for count in (3, 12):
        given = many_cases(team, count)
        with operation("hand_over", actor=team.hr, now=NOW, clause="1.2-g"), done_by_two(), statements(app) as sent:
            plan = give_all(team.lead, given, REASON, actor=team.hr, now=NOW)
        counted.append(len(sent))
        assert (plan.count, plan.count_staying) == (2 * count, 0)
        asked = select(Rating.rater_id, Rating.state).where(Rating.review_id.in_(given.cases_as_superior))
        with acting_as(HR):
            found = sorted(db.session.execute(asked).all())
        assert found == sorted([(team.lead, "expired")] * count + [(team.second, "asked")] * count)
    assert counted[1] <= counted[0], counted
