"""Every case that waits put on an agenda: in batches, in the list's order, killed, changed under, refused ones again (3.3.4-c)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.jobs.sweep import sweep
from admin.models import AgendaItem, CommitteeMember, LongWork, LongWorkRefusal, Meeting, Recusal, Review, db
from admin.operations import acts, many
from admin.operations.committee.assigning import assign_to_meeting, put_on_agenda
from admin.operations.system import long_work
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, case, committee
from tests.web.counting import statements

pytestmark = pytest.mark.usefixtures("session")
SYSTEM = system_actor()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A committee, an account of HR, a planned meeting and five cases that wait for it, by two in a batch."""
    monkeypatch.setattr(many, "AT_ONCE", 1)
    monkeypatch.setattr(many, "MOST_ROWS", 2)
    body = committee()
    hr = make.employee("Of HR", roles=("employee", "hr"))
    cases = [case(body).id for _ in range(5)]
    return SimpleNamespace(body=body, hr=make.actor_of(hr), person=hr, cases=cases, meeting=make.meeting(body.cycle).id)


def ask(made: SimpleNamespace, meeting: int | None = None) -> dict[str, Any]:
    key = meeting or made.meeting
    rows: dict[str, Any] = acts.perform("meeting", key, "put_on_agenda", {}, actor=made.hr, now=NOW)["rows"]
    return rows


def work_through() -> None:
    sweep(actor=SYSTEM, clock=lambda: NOW)
    db.session.rollback()


def agenda(meeting: int) -> list[int]:
    db.session.rollback()
    with acting_as(SYSTEM):
        query = select(AgendaItem.review_id).where(AgendaItem.meeting_id == meeting).order_by(AgendaItem.position)
        return list(db.session.scalars(query))


def ended(rows: dict[str, Any]) -> LongWork:
    with acting_as(SYSTEM):
        return db.session.get_one(LongWork, rows["id"], populate_existing=True)


def refused(rows: dict[str, Any]) -> list[tuple[int, str]]:
    with acting_as(SYSTEM):
        query = select(LongWorkRefusal).where(LongWorkRefusal.work_id == rows["id"])
        return [(row.key, row.clause) for row in db.session.scalars(query)]


def test_the_click_leaves_them_to_the_worker_who_puts_them_in_the_order_of_the_list(made: SimpleNamespace) -> None:
    with make.fixture():
        first, second = make.department("The first of two"), make.department("The second of two")
        places = [second, first, second, first]
        later = [make.review(made.body.cycle, make.employee(of=place)).id for place in places]
    rows = ask(made)
    assert (rows["total"], rows["ended"], agenda(made.meeting)) == (9, False, [])
    work_through()
    assert agenda(made.meeting)[-4:] == [later[1], later[3], later[0], later[2]]
    assert (ended(rows).done, ended(rows).refused) == (9, 0)


def test_no_ballot_of_a_meeting_that_has_not_begun_is_looked_for(made: SimpleNamespace, app: Flask) -> None:
    with statements(app) as sent:
        ask(made)
    assert not any("ballots" in each for each in sent)


def test_asked_for_twice_it_is_one_work_and_each_case_stands_there_once(made: SimpleNamespace) -> None:
    assert ask(made)["id"] == ask(made)["id"]
    work_through()
    assert agenda(made.meeting) == made.cases


def test_two_meetings_ask_for_the_same_cases_and_each_stands_on_one_agenda(made: SimpleNamespace) -> None:
    other = make.meeting(made.body.cycle).id
    ask(made)
    ask(made, other)
    work_through()
    assert sorted(agenda(made.meeting) + agenda(other)) == made.cases


def test_what_somebody_puts_on_another_agenda_meanwhile_is_no_longer_due(made: SimpleNamespace) -> None:
    rows = ask(made)
    assign_to_meeting([made.cases[3]], make.meeting(made.body.cycle).id, actor=made.hr, now=NOW)
    work_through()
    assert (ended(rows).done, ended(rows).no_longer_due) == (4, 1)


def test_a_demotion_without_a_hearing_is_named_and_goes_there_once_that_is_mended(made: SimpleNamespace) -> None:
    low = case(made.body, present="J3", proposed="J1")
    own = make.review(made.body.cycle, made.person, stage="committee")
    rows = ask(made)
    work_through()
    assert refused(rows) == [(low.id, "4.2-a"), (own.id, "3.3-d")]
    assert agenda(made.meeting) == made.cases
    with make.fixture() as op:
        heard = op.get(Review, low.id)
        heard.proposed_grade_id = heard.present_grade_id
    again = long_work.repeat_work(rows["id"], actor=made.hr, now=NOW)
    work_through()
    assert agenda(made.meeting) == [*made.cases, low.id] and refused({"id": again.id}) == [(own.id, "3.3-d")]


def test_a_meeting_that_begins_meanwhile_ends_the_work_with_the_reason(made: SimpleNamespace) -> None:
    rows = ask(made)
    assert long_work.carry_on(rows["id"], {}, now=NOW)
    with make.fixture() as op:
        op.get(Meeting, made.meeting).stage = "open"
    work_through()
    assert (ended(rows).done, (ended(rows).stopped or {})["clause"]) == (2, "3.3.4")
    with pytest.raises(Refused):
        put_on_agenda(made.meeting, actor=made.hr, now=NOW)


def test_stopped_half_way_what_is_on_the_agenda_stays(made: SimpleNamespace) -> None:
    rows = ask(made)
    assert long_work.carry_on(rows["id"], {}, now=NOW)
    long_work.stop_work(rows["id"], actor=made.hr, now=NOW)
    work_through()
    assert agenda(made.meeting) == made.cases[:2]


def test_in_batches_it_comes_to_the_same_as_at_once(made: SimpleNamespace) -> None:
    ask(made)
    work_through()
    with acting_as(SYSTEM):
        items = db.session.scalars(select(AgendaItem).order_by(AgendaItem.position)).all()
        assert [(item.consent, item.state, len(item.motions)) for item in items] == [(True, "pending", 1)] * 5


def test_the_secretary_puts_there_what_is_in_sight_alone(made: SimpleNamespace) -> None:
    body: Committee = made.body
    kin = case(body)
    with make.fixture() as op:
        seat = op.session.scalars(select(CommitteeMember).where(CommitteeMember.employee_id == body.secretary.id)).one()
        tie = {"ground": "kin", "recorded_at": NOW, "member_id": seat.id, "employee_id": seat.employee_id}
        op.add(Recusal(review_id=kin.id, **tie))
    assert put_on_agenda(made.meeting, actor=body.actor("Secretary"), now=NOW) == 5
    assert agenda(made.meeting) == made.cases
