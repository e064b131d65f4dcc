"""One case of each kind answers for all that are like it (3.3-d, 3.3-e)."""

from __future__ import annotations

import pytest

from admin.access.actor import acting_as
from admin.models import db
from admin.operations.committee.meetings import declare_conflict
from admin.queries.committee.meeting_facts import agenda, items_facts, kinds_of_items, meeting_facts
from admin.queries.system.calendar import company_day
from admin.queries.system.home import home
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import case, committee, opened, vote

TODAY = company_day(NOW)
pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize("name", ["Chair", "Hua", "Ops", "Centre", "Secretary", "HR"])
def test_what_holds_for_one_case_of_each_kind_is_what_holds_for_all_of_them(name: str) -> None:
    body = committee()
    plain = [case(body, proposed="J3") for _ in range(3)]
    led = [case(body, proposed="J3", superior_id=body.people["Ops"].id) for _ in range(2)]
    own = [make.review(body.cycle, body.people["Hua"], stage="committee", present="J2", proposed="J3")]
    meeting = opened(body, [*plain, *led, *own])
    declare_conflict(meeting.id, plain[0].id, "declared", "neighbours", actor=body.actor("Centre"), now=NOW)
    vote(body, meeting, plain[1], Chair=True, Hua=False)
    actor = body.actor(name)
    with acting_as(actor):
        session = db.session()
        kinds = kinds_of_items(session, meeting, actor, TODAY)
        every, one = agenda(session, meeting), agenda(session, meeting, only=kinds)
        asked = [items_facts(session, meeting, items, actor, TODAY).values() for items in (every, one)]
        assert sum(kinds.values()) == len(every) >= len(one) > 1
        assert {repr(facts) for facts in asked[0]} == {repr(facts) for facts in asked[1]}
        assert meeting_facts(session, meeting, actor, TODAY).known["items_open"] == 1
        waiting = {task.kind: task.facts.get("votes") for task in home(session, actor, NOW, TODAY).tasks}
    # Of the six Hua has voted on one and is out of the own; who leads two, or declared a conflict, is out of these.
    assert waiting.get("meeting_open", 0) == {"Chair": 5, "Hua": 4, "Ops": 4, "Centre": 5}.get(name, 0)
