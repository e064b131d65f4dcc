"""Every change has its event, in the same transaction, and no other way to change leaves one out (1.3.1, 6.3.3).

That no row changes without an event is held by the database itself in every test of this folder (conftest, watching).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.access.actor import Actor, system_actor
from admin.domain.refusals import Refused, refuse
from admin.domain.workflow.labels import ACTIONS
from admin.models import AuditEvent, Department, HistoryStep, Notification, db
from admin.models.audit import UnauditedChange
from admin.models.event_form import content_hash
from admin.operations.transaction import operation
from admin.queries.system.audit import COLLEAGUE, changes_of, history_of
from tests import factories as make
from tests import states
from tests.factories import NOW
from tests.operations.journey import Centre, cases, small_centre, told
from tests.operations.watching import Watch

VIA = {"web", "api", "cli", "worker", "demo"}
WROTE = {
    "cycles", "reviews", "self_assessments", "ratings", "review_scores", "proposals", "meetings", "agenda_items", "motions", "ballots",
    "attendance", "determinations", "notices", "notice_rows", "publications", "issued_documents", "grade_changes",
}  # fmt: skip


def events() -> list[AuditEvent]:
    """Every event, oldest first."""
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(unscoped=True)))


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table).execution_options(unscoped=True)) or 0


@pytest.fixture
def journey(session: Any, watch: Watch) -> Centre:
    """A whole cycle, watched."""
    if watch is None:
        pytest.skip("the second pair of eyes is SQLite's")
    states.make_anew()
    centre = small_centre()
    watch.events.clear()
    watch.tables.clear()
    return told(centre)


@pytest.mark.slow
def test_a_whole_cycle_changes_many_tables_and_each_row_has_its_event(journey: Centre, watch: Watch):
    assert watch.tables >= WROTE
    assert watch.unseen == []
    by_table = {event["record_type"] for event in watch.events}
    assert by_table >= WROTE


@pytest.mark.slow
def test_every_event_says_who_by_which_way_when_and_by_which_operation(journey: Centre, watch: Watch):
    for event in watch.events:
        assert event["operation"] and event["actor_name"] and event["via"] in VIA
        assert event["business_at"] and event["recorded_at"]
        assert event["clause"], event["operation"]
        assert event["record_id"] is not None or event["act"] == "step"  # of a bundle of many records
    names = {event["actor_name"] for event in watch.events}
    assert {"HR", "Head", "Superior", "Agent 0", "Member 0", "Secretary", "system"} <= names


@pytest.mark.slow
def test_every_step_of_every_history_has_a_name_a_clause_and_an_actor(journey: Centre):
    steps = list(db.session.scalars(select(HistoryStep).execution_options(unscoped=True)))
    assert len(steps) > 40
    for step in steps:
        assert step.action in ACTIONS and step.clause and step.actor_name and step.happened_at
    told_of = set(db.session.scalars(select(Notification.action).execution_options(unscoped=True)))
    assert told_of and told_of <= set(ACTIONS)


@pytest.mark.slow
def test_the_content_hash_of_each_event_is_that_of_its_content(journey: Centre):
    for event in events():
        row = {column.name: getattr(event, column.name) for column in AuditEvent.__table__.columns}
        assert content_hash(row, event.changes) == event.content_hash


@pytest.mark.slow
def test_a_colleague_who_rated_is_named_to_the_auditor_only(journey: Centre):
    case = cases(journey)[0]
    auditor = Actor("Auditor", user_id=9001, roles=frozenset({"auditor"}))
    named = {
        step.actor_name
        for step in history_of(db.session(), "review", case.id, auditor)
        if step.action == "rate_as_peer"
    }
    assert named and COLLEAGUE not in named
    for reader in (journey.actor(journey.hr), journey.actor(journey.agents[0]), journey.actor(journey.superior)):
        seen = [step for step in history_of(db.session(), "review", case.id, reader) if step.action == "rate_as_peer"]
        assert {step.actor_name for step in seen} <= {COLLEAGUE, reader.name}


@pytest.mark.slow
def test_what_followed_from_an_act_names_nobody_but_to_the_auditor(journey: Centre):
    case = cases(journey)[0]
    effects = set(
        db.session.scalars(
            select(HistoryStep.action).where(HistoryStep.record_id == case.id, HistoryStep.relation == "system")
        )
    )
    assert {"complete_rating", "determine"} <= effects
    for reader in (journey.actor(journey.hr), journey.actor(journey.agents[0]), journey.actor(journey.superior)):
        seen = [step for step in history_of(db.session(), "review", case.id, reader) if step.action in effects]
        assert seen and {step.actor_name for step in seen} <= {"system", reader.name}


def test_the_trail_of_a_case_names_no_colleague_by_what_their_rating_moved(session: Any):
    colleague = Actor("Colleague Lin", user_id=8, roles=frozenset({"employee"}))
    with operation("rate_as_peer", actor=colleague, now=NOW) as op:
        moved = op.add(Department(code="ANY", name="Any row that it moved")).id
    named = {
        role: {
            each.actor_name
            for each in changes_of(session, "departments", moved, Actor("x", user_id=9, roles=frozenset({role})))
        }
        for role in ("hr", "auditor")
    }
    assert named == {"hr": {COLLEAGUE}, "auditor": {"Colleague Lin"}}


@pytest.mark.slow
def test_what_somebody_wrote_is_kept_in_the_events_as_a_hash_alone(journey: Centre):
    said = "".join(str(event.changes) for event in events())
    assert "A good year." not in said and "Steady." not in said
    assert "salted:" in said


def test_a_change_outside_an_operation_is_refused(session: Any):
    place = make.department("Somewhere")
    place.name = "Elsewhere"
    with pytest.raises(UnauditedChange, match="departments"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("act", ["insert", "delete"])
def test_so_is_a_new_row_and_a_row_that_goes(session: Any, act: str):
    place = make.department("Somewhere")
    if act == "insert":
        db.session.add(Department(code="NEW", name="New"))
    else:
        db.session.delete(place)
    with pytest.raises(UnauditedChange, match=act):
        db.session.flush()
    db.session.rollback()


def test_an_operation_that_fails_leaves_neither_rows_nor_events(session: Any):
    before = (count(Department), count(AuditEvent), count(HistoryStep), count(Notification))
    with pytest.raises(Refused), operation("try", actor=system_actor(), now=NOW) as op:
        op.add(Department(code="NEW", name="New"))
        op.tell([1], "review", "open", 1)
        refuse("9.9", "No.")
    assert (count(Department), count(AuditEvent), count(HistoryStep), count(Notification)) == before


def test_an_operation_inside_another_fails_with_it(session: Any):
    before = (count(Department), count(AuditEvent))
    with pytest.raises(Refused), operation("outer", actor=system_actor(), now=NOW):
        make.department("Inner")
        refuse("9.9", "No.")
    assert (count(Department), count(AuditEvent)) == before


def test_an_event_names_old_and_new(session: Any):
    place = make.department("Old name")
    with operation("rename", actor=system_actor("cli"), now=NOW, clause="1.2") as op:
        op.get(Department, place.id).name = "New name"
    last = events()[-1]
    assert (last.act, last.record_type, last.record_id) == ("update", "departments", place.id)
    assert last.changes == {"name": ["Old name", "New name"]}
    assert (last.operation, last.via, last.clause, last.actor_name) == ("rename", "cli", "1.2", "system")
    assert last.business_at == NOW and isinstance(last.recorded_at, datetime)


def test_a_change_that_changes_nothing_leaves_no_event(session: Any):
    place, before = make.department("Same"), count(AuditEvent)
    with operation("rename", actor=system_actor(), now=NOW) as op:
        op.get(Department, place.id).name = "Same"
    assert count(AuditEvent) == before


def test_whoever_may_not_read_figures_reads_only_that_something_changed(session: Any):
    place = make.department("Old name")
    stranger = Actor("Stranger", user_id=9002, roles=frozenset({"employee"}))
    (entry,) = changes_of(db.session(), "departments", place.id, stranger)
    assert set(entry.changes) >= {"name"} and not any(entry.changes.values())
    assert changes_of(db.session(), "ratings", 1, stranger) == []
