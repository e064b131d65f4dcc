"""What a cycle leaves behind when it ends: no meeting that nobody can hold, no case on an agenda that nobody can decide (1.2-d)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.workflow import TABLE
from admin.domain.workflow.transitions import ENDS
from admin.models import AgendaItem, Cycle, Employee, HistoryStep, Meeting, Motion, Notification, Review, db
from admin.operations import acts
from admin.operations.committee import assigning, meetings
from admin.operations.cycles import cycles
from admin.operations.people import people
from admin.queries.system.home import home
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.operations.importing import rows
from tests.views.clients import client_of
from tests.workflow.world import SEATS, cast

WHY = "Merged with the next one."
HR = make.Actor("HR", roles=frozenset({"hr"}))


@pytest.fixture
def sitting(session: Any) -> SimpleNamespace:
    """A cycle whose one case is before the committee, on the agenda of a meeting ahead; and a meeting with nothing on it."""
    everybody = cast()
    cycle = make.open_cycle()
    case = make.review(cycle, everybody["subject"], head_id=everybody["head"].id)
    make.proposal(case, everybody["head"], "J2")
    full, empty = (meetings.plan_meeting(cycle.id, NOW + make.timedelta(days=2), actor=HR, now=NOW) for _ in range(2))
    assigning.assign_to_meeting([case.id], full.id, actor=HR, now=NOW)
    return SimpleNamespace(cycle=cycle.id, case=case.id, full=full.id, empty=empty.id, people=everybody)


def single_case(there: SimpleNamespace) -> Review:
    """A case of proceedings of their own, on the agenda of the cycle's meeting."""
    person = make.employee("Single", superior=there.people["superior"])
    own = make.open_cycle(2027)
    with make.fixture() as op:
        own.kind, own.subject_id = "single", person.id
        op.session.merge(own)
    case = make.review(own, person, head_id=there.people["head"].id)
    make.proposal(case, there.people["head"], "J2")
    assigning.assign_to_meeting([case.id], there.full, actor=HR, now=NOW)
    return case


def stages() -> dict[int, str]:
    return dict(rows(Meeting, "id", "stage"))


def test_cancelling_a_cycle_cancels_its_meetings_and_tells_their_people(sitting: SimpleNamespace) -> None:
    cycles.cancel_cycle(sitting.cycle, WHY, actor=HR, now=NOW)
    assert set(stages().values()) == {"cancelled"}
    assert [(state, deferral["reason"]) for state, deferral in rows(AgendaItem, "state", "deferral")] == [
        ("taken_off", WHY)
    ]
    assert rows(Motion, "state") == [("withdrawn",)]
    steps = [row for row in rows(HistoryStep, "process", "action", "record_id", "reason") if row[0] == "meeting"]
    assert {row[2:] for row in steps if row[1] == "cancel"} == {(sitting.full, WHY), (sitting.empty, WHY)}
    told = {
        row[1]
        for row in rows(Notification, "process", "user_id", "action")
        if (row[0], row[2]) == ("meeting", "cancel")
    }
    assert {sitting.people[name].user_id for name in ("chair", "secretary", "committee_member")} <= told


def test_a_meeting_that_has_another_cycles_case_is_held_for_it(sitting: SimpleNamespace) -> None:
    other = single_case(sitting)
    cycles.cancel_cycle(sitting.cycle, WHY, actor=HR, now=NOW)
    assert stages() == {sitting.full: "planned", sitting.empty: "cancelled"}
    assert dict(rows(AgendaItem, "review_id", "state")) == {sitting.case: "taken_off", other.id: "pending"}


def test_cancelling_the_other_cycle_takes_its_case_off_and_leaves_the_meeting(sitting: SimpleNamespace) -> None:
    other = single_case(sitting)
    cycles.cancel_cycle(other.cycle_id, WHY, actor=HR, now=NOW)
    assert stages() == {sitting.full: "planned", sitting.empty: "planned"}
    assert dict(rows(AgendaItem, "review_id", "state")) == {sitting.case: "pending", other.id: "taken_off"}


def test_a_cycle_that_closes_leaves_no_planned_meeting(sitting: SimpleNamespace) -> None:
    as_confirmed(people.mark_left, sitting.people["subject"].id, NOW.date(), actor=HR, now=NOW)
    assert rows(AgendaItem, "state") == [("taken_off",)]
    cycles.close_cycle(sitting.cycle, actor=HR, now=NOW)
    assert set(stages().values()) == {"cancelled"}


@pytest.mark.parametrize("name", [*SEATS, "hr", "head", "superior", "subject", "peer"])
def test_nobodys_home_names_anything_of_a_cycle_that_was_cancelled(sitting: SimpleNamespace, name: str) -> None:
    actor = make.actor_of(sitting.people[name])

    def tasks() -> set[str]:
        db.session.rollback()
        with acting_as(actor):
            return {task.kind for task in home(db.session(), actor, NOW, NOW.date()).tasks}

    before = tasks()
    assert "meeting_planned" in before or name not in ("chair", "secretary", "committee_member")
    cycles.cancel_cycle(sitting.cycle, WHY, actor=HR, now=NOW)
    assert not {each for each in tasks() if each.startswith("meeting")}
    assert tasks() - before == set()


# How each act that ends a case before the committee is carried out: a new row of the table needs its line here.
ENDINGS = {
    "cancel": lambda there: cycles.cancel_cycle(there.cycle, WHY, actor=HR, now=NOW),
    "end_rehearsal": lambda there: (
        rehearse(there),
        acts.perform("cycle", there.cycle, "end_rehearsal", {}, actor=HR, now=NOW),
    ),
    "close_as_left": lambda there: (
        leave(there),
        acts.perform("review", there.case, "close_as_left", {"reason": WHY}, actor=HR, now=NOW),
    ),
}


def rehearse(there: SimpleNamespace) -> None:
    with make.fixture() as op:
        op.get(Cycle, there.cycle).kind = "rehearsal"


def leave(there: SimpleNamespace) -> None:
    with make.fixture() as op:
        op.get(Employee, there.people["subject"].id).left_on = NOW.date()


def test_every_act_that_ends_a_case_before_the_committee_is_tried() -> None:
    ending = {
        row.action for row in TABLE if row.process == "review" and "committee" in row.from_ and row.to in ENDS["review"]
    }
    assert ending == set(ENDINGS)


@pytest.mark.parametrize("action", ENDINGS)
@pytest.mark.parametrize("opened", [False, True])
def test_a_case_that_has_ended_is_on_nobodys_agenda(sitting: SimpleNamespace, action: str, opened: bool) -> None:
    if opened:
        with make.fixture() as op:
            op.get(Meeting, sitting.full).stage = "open"
    ENDINGS[action](sitting)
    with acting_as(system_actor()):
        assert db.session.scalar(select(Review.stage).where(Review.id == sitting.case)) in ENDS["review"]
    assert rows(AgendaItem, "state") == [("taken_off",)] and rows(Motion, "state") == [("withdrawn",)]


@pytest.mark.parametrize(
    ("language", "words"), [("zh-TW", "員工已離職。"), ("zh-CN", "员工已离职。"), ("en", "The employee has left.")]
)
def test_what_the_system_gives_as_its_reason_is_read_in_the_readers_language(
    app: Any, sitting: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    as_confirmed(people.mark_left, sitting.people["subject"].id, NOW.date(), actor=HR, now=NOW)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    user = sitting.people["hr"].user_id
    db.session.remove()
    page = client_of(app, user).get(f"/reviews/{sitting.case}", headers={"Accept-Language": language})
    assert words in page.text
