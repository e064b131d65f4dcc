"""Reminding where people wait outside of a cycle's stages: ballots, takeovers, answers to appeals (6.1)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound
from admin.models import Appeal, GradeChange, Notification, db
from admin.operations.cycles.reminding_elsewhere import remind_waiting
from admin.queries.cycles.waited_elsewhere import awaited
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import case, committee, opened, vote
from tests.views.clients import client_of
from tests.web.counting import statements

pytestmark = pytest.mark.usefixtures("session")
DAY = timedelta(days=1)
ENGLISH = {"Accept-Language": "en"}


def waiting_for(hr: Any, kind: str, now: Any = NOW) -> dict[str, int]:
    with acting_as(hr):
        return {each.employee.name: each.count for each in awaited(db.session(), kind, hr, now) if not each.reminded}


def told(kind: str) -> list[dict[str, Any]]:
    with acting_as(system_actor()):
        rows = db.session.scalars(select(Notification).where(Notification.action == "remind").order_by(Notification.id))
        return [row.facts for row in rows if row.facts.get("waits") == kind]


def test_who_has_not_voted_is_reminded_once_a_day_and_named_to_nobody(app: Flask, no_tokens: None) -> None:
    body = committee()
    hr = body.actor("HR")
    first, second = case(body, proposed="J3"), case(body, proposed="J3")
    meeting = opened(body, [first, second], absent=["Ops"])
    vote(body, meeting, first, Chair=True, Hua=True)
    vote(body, meeting, second, Chair=True)
    # Who is absent sits on nothing, and who has voted on everything is not waited for.
    assert waiting_for(hr, "ballots") == {"Centre": 2, "Related": 2, "Hua": 1}
    page = client_of(app, hr.user_id).get("/reminders/ballots", headers=ENGLISH).text
    assert "Remind 3 people" in page and "Related" not in page and "等您投票" in page
    assert remind_waiting("ballots", "Please, today.", actor=hr, now=NOW) == 3
    assert remind_waiting("ballots", actor=hr, now=NOW) == 0
    assert sorted(each["count"] for each in told("ballots")) == [1, 2, 2]
    assert {each["words"] for each in told("ballots")} == {"Please, today."}
    assert sum(waiting_for(hr, "ballots", NOW + DAY).values()) == 5


def test_management_is_reminded_of_takeovers_but_not_of_their_own() -> None:
    hr = make.actor_of(make.employee("Of HR", roles=("employee", "hr")))
    one, two = (make.employee(name, roles=("employee", "management")) for name in ("One", "Two"))
    gone = make.employee("Gone", roles=("employee", "management"), left_on=NOW.date(), status="left")
    with make.fixture() as op:
        for person in (one, make.employee(), make.employee()):
            op.add(
                GradeChange(
                    employee_id=person.id, kind="takeover", stage="proposed", to_grade_id=make.grade("J2").id, batch="import-1",
                    clause="1.2-c", proposed_at=NOW, proposed_by_id=hr.user_id, effective_on=NOW.date(),
                )
            )  # fmt: skip
    assert gone.status == "left"
    assert waiting_for(hr, "takeovers") == {"Two": 3, "One": 2}
    assert remind_waiting("takeovers", actor=hr, now=NOW) == 2
    with pytest.raises(NotFound):
        remind_waiting("takeovers", actor=make.actor_of(two), now=NOW)
    with pytest.raises(NotFound):
        remind_waiting("anything", actor=hr, now=NOW)
    with pytest.raises(Invalid):
        remind_waiting("takeovers", "x" * 1001, actor=hr, now=NOW)


def appeals(cycle: Any, count: int, due: timedelta) -> SimpleNamespace:
    superior = make.employee("Superior")
    for _ in range(count):
        person = make.employee()
        review = make.review(cycle, person, stage="appealed", superior_id=superior.id)
        notice = make.notice(cycle, [review], ends_at=NOW + DAY)
        with make.fixture() as op:
            op.add(
                Appeal(
                    number=f"A-{review.id}", review_id=review.id, notice_row_id=notice.rows[0].id, filer_id=person.id, kind="appeal",
                    stage="with_superior", addressee="superior", ground="figures", superior_due=NOW + due, text="Not so.",
                    received_at=NOW - DAY, answer_due=NOW + 21 * DAY,
                )
            )  # fmt: skip
    return SimpleNamespace(superior=superior)


def test_a_superior_is_reminded_of_answers_while_their_days_run_in_as_many_statements(app: Flask) -> None:
    hr = make.actor_of(make.employee("Of HR", roles=("employee", "hr")))
    cycle = make.open_cycle()
    appeals(cycle, 2, -DAY)
    assert waiting_for(hr, "answers") == {}
    counted = []
    for count in (1, 6):
        appeals(cycle, count, 2 * DAY)
        with statements(app) as sent:
            assert remind_waiting("answers", actor=hr, now=NOW) == 1
        counted.append(len(sent))
    assert counted[1] == counted[0], counted
    assert [each["count"] for each in told("answers")] == [1, 6]
