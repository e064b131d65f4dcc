"""An act that names a second record takes only one of the record acted on; another's is a field error and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from admin.domain.refusals import Invalid, Refused
from admin.models import (
    AgendaItem,
    ComingMove,
    CommitteeMember,
    Employee,
    Leave,
    Meeting,
    Notice,
    PredecessorStatement,
    Recusal,
    Review,
    db,
)
from admin.operations import acts
from tests import factories as make
from tests.factories import NOW
from tests.workflow.beside import BESIDE_DONE
from tests.workflow.doing import DOING, Doing
from tests.workflow.world import traces, world

# What may be anybody's: who leads, who heads, who files on paper, where somebody moves to;
# whom HR reminds: of those who miss nothing in the cycle nobody is.
ANYBODYS = {
    ("employee", "move", "department"), ("employee", "move", "superior"),
    *(("employee", "hand_over", name) for name in ("superior", "other_superior", "head", "other_head", "member", "deputy")),
    ("department", "name_head", "head"), ("notice_row", "file", "filer"),
    ("employee", "appoint_deputy", "deputy"), ("cycle", "remind", "department"), ("cycle", "remind", "person"),
}  # fmt: skip
# Where what is wrong is no field but a rule: the case and a meeting of another cycle.
BY_RULE = {("review", "assign_to_meeting", "meeting"): "3.3.4"}
# Each act and field, with what stands there of another record.
FOREIGN: dict[tuple[str, str, str], str] = {
    ("meeting", "declare_conflict", "review"): "case",
    ("meeting", "override_recusal", "recusal"): "recusal",
    ("meeting", "premark", "item"): "item",
    ("meeting", "premark", "review"): "case",
    ("meeting", "cast_ballot", "item"): "item",
    ("meeting", "cast_ballot", "review"): "case",
    ("meeting", "move_grade", "item"): "item",
    ("meeting", "move_grade", "review"): "case",
    ("meeting", "pull_from_consent", "item"): "item",
    ("meeting", "pull_from_consent", "review"): "case",
    ("meeting", "close_ballot", "item"): "item",
    ("meeting", "close_ballot", "review"): "case",
    ("meeting", "take_off_agenda", "item"): "item",
    ("meeting", "take_off_agenda", "review"): "case",
    ("review", "assign_to_meeting", "meeting"): "meeting",
    ("appeal", "override_recusal", "recusal"): "recusal",
    ("cycle", "correct_notice", "notice"): "notice",
    ("employee", "withdraw_move", "move"): "move",
    ("employee", "withdraw_leave", "leave"): "leave",
    ("employee", "send_proposals", "cycle"): "cycle",
    ("employee", "end_deputy", "appointment"): "deputy",
    ("employee", "disown_statement", "statement"): "statement",
}


def anothers() -> dict[str, int]:
    """Records of another cycle: its case, its meeting with that case on the agenda, a recusal, a notice; somebody's move."""
    cycle = make.open_cycle(2030)
    person = make.employee("Elsewhere")
    case = make.review(cycle, person, stage="committee")
    meeting, notice = make.meeting(cycle), make.notice(cycle, [case], ends_at=NOW)
    with make.fixture() as op:
        item = op.add(AgendaItem(meeting_id=meeting.id, review_id=case.id, position=1))
        seat = op.session.scalars(select(CommitteeMember)).first()
        recusal = Recusal(
            review_id=case.id, member_id=seat.id, employee_id=seat.employee_id, ground="kin", recorded_at=NOW
        )
        move = ComingMove(employee_id=person.id, moves_on=NOW.date(), post="Coach")
        said = PredecessorStatement(review_id=case.id, author_id=person.id, form="statement", text="…", recorded_at=NOW)
        leave = Leave(employee_id=person.id, starts_on=NOW.date())
        return {
            "leave": op.add(leave).id, "statement": op.add(said).id,
            "cycle": cycle.id, "case": case.id, "meeting": meeting.id, "notice": notice.id, "item": item.id,
            "recusal": op.add(recusal).id, "move": op.add(move).id, "deputy": make.deputy(op, person.id, seat.employee_id).id,
        }  # fmt: skip


def named() -> set[tuple[str, str, str]]:
    """Every field of an act that names one record by its number."""
    acts.load()
    return {
        (process, action, field.name)
        for (process, action), act in acts.ACTS.items()
        for field in act.fields
        if field.look is not None and field.kind == "integer"
    }


def test_every_act_that_names_a_record_is_tried_with_anothers():
    assert named() - ANYBODYS == set(FOREIGN)


def contents() -> dict[str, int]:
    db.session.rollback()
    tables = (AgendaItem, Recusal, Notice, Meeting, Review, ComingMove, Leave)
    count = lambda table: db.session.scalar(select(func.count(table.id)).execution_options(unscoped=True))  # noqa: E731
    return traces() | {table.__tablename__: count(table) for table in tables}


@pytest.mark.parametrize(("process", "action", "field"), [each for each in FOREIGN if each[0] != "employee"])
def test_anothers_record_is_unknown_here_and_nothing_changes(session: Any, process: str, action: str, field: str):
    there = world(process)
    one = DOING.get((process, action)) or Doing(process, action)
    data = one.ready(there)
    foreign = anothers()
    rest = {name: value for name, value in data.items() if name not in ("item", "review")}
    given = rest | {field: foreign[FOREIGN[process, action, field]]}
    actor, key, before = there.actors[one.actor(there)], there.record.id, contents()
    with pytest.raises((Invalid, Refused)) as refused:
        acts.perform(process, key, action, given, actor=actor, now=NOW)
    if clause := BY_RULE.get((process, action, field)):
        assert refused.value.refusal.clause == clause
    else:
        assert field in refused.value.fields
    assert contents() == before


@pytest.mark.parametrize(
    ("action", "field"), [("withdraw_move", "move"), ("withdraw_leave", "leave"), ("end_deputy", "appointment")]
)
def test_anothers_move_to_come_and_leave_are_unknown_here(session: Any, action: str, field: str):
    hr, person = make.employee("Staff", roles=("employee", "hr")), make.employee("Anna")
    make.seat(make.employee("Chair"), "hr", "chair")
    foreign, before = anothers()[FOREIGN["employee", action, field]], contents()
    actor = make.actor_of(hr)
    with pytest.raises(Invalid, match="no such record here"):
        acts.perform("employee", person.id, action, {field: foreign, "reason": "because"}, actor=actor, now=NOW)
    assert contents() == before and db.session.get(Employee, person.id) is not None


def test_a_cycle_in_which_one_heads_nobody_is_unknown_to_a_head(session: Any):
    asked = BESIDE_DONE["employee", "send_proposals"]()
    make.seat(make.employee("Chair"), "hr", "chair")
    foreign, before = anothers()["cycle"], contents()
    with make.fixture() as op:
        actor = make.actor_of(op.get(Employee, asked.record))
    with pytest.raises(Invalid, match="no such record here"):
        acts.perform("employee", asked.record, "send_proposals", {"cycle": foreign}, actor=actor, now=NOW)
    assert contents() == before
