"""One person of HR tries alone what changes the basis of somebody's result, by every door (6.1-a, THREATS.md)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from admin.models import (
    CommitteeMember,
    Confirmation,
    Employee,
    Notification,
    db,
)
from admin.operations import acts
from admin.operations.seconding import Proposed
from admin.queries.accounts.actors import actor_named
from tests import factories as make
from tests.conftest import NOW
from tests.web.accounts import account_of
from tests.web.conftest import PASSWORD


@pytest.fixture
def two(signed_in, app, centre):
    """Two of HR, signed in: the one who tries it, and the second."""
    with app.app_context():
        make.account("hr2", PASSWORD, ["hr"])
    return signed_in("hr"), signed_in("hr2")


def waiting(app):
    """What waits, the newest last: the number of each."""
    with app.app_context():
        query = select(Confirmation.id).where(Confirmation.stage == "proposed").order_by(Confirmation.id)
        return list(db.session.scalars(query.execution_options(unscoped=True)))


def decide(client, key, action="confirm", reason="because"):
    return client.post(f"/act/confirmation/{key}/{action}", data={"reason": reason})


def seats(app):
    with app.app_context():
        rows = db.session.scalars(select(CommitteeMember).execution_options(unscoped=True))
        return [(row.employee_id, row.office, row.term_to) for row in rows]


def seat_form(person, **more):
    return {"employee": person, "constituency": "hr", "office": "member", "term_from": "2026-11-23", **more}


def test_one_of_hr_gives_nobody_a_seat_by_form_page_or_api(two, bearer, app, centre):
    one, _second = two
    assert one.post("/committee_members/add", data=seat_form(centre.emp1)).status_code == 303
    number = number_of(app, centre.emp2)
    assert one.post("/bodies/appoint", data={**seat_form(number), "employee": number}).status_code == 303
    sent = {"employee": centre.outsider, "constituency": "hr", "term_from": "2026-11-23"}
    answer = app.test_client().post("/api/v1/committee_members/", json=sent, headers=bearer("hr"))
    assert answer.status_code == 202 and answer.json["clause"] == "6.1-a"
    assert seats(app) == [] and len(waiting(app)) == 3


def number_of(app, person):
    with app.app_context():
        query = select(Employee.number).where(Employee.id == person)
        return db.session.scalars(query.execution_options(unscoped=True)).one()


def test_a_second_of_hr_confirms_and_not_whoever_proposed_nor_whoever_is_concerned(two, signed_in, bearer, app, centre):
    one, second = two
    with app.app_context():
        concerned = db.session.scalars(
            select(Employee.id).where(Employee.user_id == account_of(app, "hr2")).execution_options(unscoped=True)
        ).one()
    one.post("/committee_members/add", data=seat_form(concerned))
    (key,) = waiting(app)
    address = f"/api/v1/confirmations/{key}/actions/confirm"
    assert app.test_client().post(address, json={}, headers=bearer("hr")).status_code == 409
    assert decide(one, key).status_code == 409
    assert second.get(f"/confirmations/{key}").status_code == 404
    assert decide(second, key).status_code == 404
    for stranger in ("admin", "emp1", "sup1"):
        assert decide(signed_in(stranger), key).status_code == 404
    assert decide(signed_in("auditor"), key).status_code == 409
    assert seats(app) == []
    # With HR's only other colleague concerned it is management's (6.1-a).
    assert decide(signed_in("management"), key).status_code == 302
    assert [seat[:2] for seat in seats(app)] == [(concerned, "member")]


def test_management_confirms_only_where_hr_has_nobody_else(two, signed_in, app, centre):
    one, second = two
    one.post("/committee_members/add", data=seat_form(centre.emp1))
    (key,) = waiting(app)
    assert decide(signed_in("management"), key).status_code == 409
    assert decide(second, key).status_code == 302


def test_nobody_of_hr_proposes_a_seat_for_themselves(two, app, centre):
    one, _second = two
    with app.app_context():
        mine = db.session.scalars(
            select(Employee.id).where(Employee.user_id == account_of(app, "hr")).execution_options(unscoped=True)
        ).one()
    assert one.post("/committee_members/add", data=seat_form(mine, office="secretary")).status_code == 409
    assert waiting(app) == []


def test_seats_are_changed_ended_taken_back_and_the_panel_named_by_two(two, bearer, app, centre):
    one, second = two
    with app.app_context():
        people = [make.employee(f"Member {place}") for place in range(4)]
        made = [
            make.seat(person, constituency).id
            for person, constituency in zip(
                people, ("hr", "centre_management", "related_departments", "hr"), strict=True
            )
        ]
        named = [person.id for person in people]
    api = app.test_client()
    changed = api.put(f"/api/v1/committee_members/{made[0]}", json={"office": "alternate"}, headers=bearer("hr"))
    assert changed.status_code == 202
    assert one.post(f"/bodies/{made[1]}/end", data={"last_day": "2026-12-31"}).status_code == 303
    ended = api.post(
        f"/api/v1/committee_members/{made[2]}/actions/end_term", json={"last_day": "2026-12-30"}, headers=bearer("hr")
    )
    assert ended.status_code == 202
    assert api.delete(f"/api/v1/committee_members/{made[3]}", headers=bearer("hr")).status_code == 202
    assert [office for _person, office, _until in seats(app)] == ["member"] * 4
    assert [until for *_seat, until in seats(app)] == [None] * 4
    for key in waiting(app):
        assert decide(second, key).status_code == 302
    assert seats(app) == [
        (named[0], "alternate", None), (named[1], "member", date(2026, 12, 31)), (named[2], "member", date(2026, 12, 30)),
    ]  # fmt: skip


def test_the_confirmer_is_told_sees_what_it_changes_and_then_what_was_done(two, app, centre):
    one, second = two
    one.post("/committee_members/add", data=seat_form(centre.emp1))
    (key,) = waiting(app)
    with app.app_context():
        query = select(Notification.user_id).where(
            Notification.process == "confirmation", Notification.action == "propose"
        )
        assert list(db.session.scalars(query.execution_options(unscoped=True))) == [account_of(app, "hr2")]
    assert "1 proposal waits for you as the second person" in second.get("/", headers={"Accept-Language": "en"}).text
    page = second.get(f"/confirmations/{key}", headers={"Accept-Language": "en"}).text
    assert number_of(app, centre.emp1) in page and "Appoint a member" in page
    done = second.post(f"/act/confirmation/{key}/confirm", data={}, follow_redirects=True)
    assert done.request.path == f"/confirmations/{key}" and 'role="status"' in done.text
    assert "proposal waits for you" not in second.get("/", headers={"Accept-Language": "en"}).text
    assert "proposal waits for you" not in one.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("action", "said"),
    [("confirm", "Confirmed by hr2 and done: "), ("reject", "Rejected by hr2: nothing was changed"),
     ("withdraw", "Withdrawn by hr: nothing was changed")],
)  # fmt: skip
def test_whoever_decides_lands_where_one_sentence_says_what_was_done(two, app, centre, action, said):
    one, second = two
    one.post("/committee_members/add", data=seat_form(centre.emp1))
    (key,) = waiting(app)
    before = second.get(f"/confirmations/{key}", headers={"Accept-Language": "en"}).text
    shown = re.sub(r"<dialog.*?</dialog>", "", before, flags=re.DOTALL)
    assert re.findall(r'class="btn main"[^>]*>([^<]+)', shown) == ["Confirm"], "one main button"
    answer = decide(one if action == "withdraw" else second, key, action)
    assert (answer.status_code, answer.location) == (302, f"/confirmations/{key}")
    page = second.get(answer.location, headers={"Accept-Language": "en"}).text
    assert said in page and 'role="status"' in page


def test_what_is_no_longer_lawful_is_not_confirmed_and_a_rejected_one_changes_nothing(two, app, centre):
    one, second = two
    one.post("/committee_members/add", data=seat_form(centre.emp1))
    one.post("/committee_members/add", data=seat_form(centre.emp2))
    first, other = waiting(app)
    assert one.post("/committee_members/add", data=seat_form(centre.emp1)).status_code == 409  # it waits already
    with app.app_context():
        make.seat(db.session.get_one(Employee, centre.emp1, execution_options={"unscoped": True}), "centre_management")
    assert decide(second, first).status_code == 409  # sits by now
    assert decide(second, other, "reject").status_code == 302
    assert [person for person, *_rest in seats(app)] == [centre.emp1]
    assert waiting(app) == [first]
    assert decide(one, first, "withdraw").status_code == 302


def test_the_command_line_puts_it_down_like_every_other_door(two, app, centre):
    with app.app_context():
        seat = make.seat(make.employee("Member")).id
        actor = actor_named(db.session(), "hr", today=NOW.date(), via="cli")
        with pytest.raises(Proposed) as waits:
            acts.perform("committee_member", seat, "end_term", {"last_day": "2026-12-31"}, actor=actor, now=NOW)
    assert waits.value.confirmation_id == waiting(app)[0]
    assert [until for *_seat, until in seats(app)] == [None]
