"""A case that is still open goes back after a breach; and nobody learns from it what led to it (6.3.2, 6.3.1)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.models import (
    AgendaItem,
    Ballot,
    Complaint,
    Cycle,
    HistoryStep,
    Motion,
    NoticeRow,
    Notification,
    Rating,
    Recusal,
    Review,
    db,
)
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.cases import department, ratings
from admin.operations.cases.reassessments import reassess
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.outcome import documents, notices
from admin.operations.transaction import operation
from admin.queries.outcome.documents import issuable
from tests import factories as make
from tests import reviewing
from tests.operations import breaching
from tests.operations.breaching import CLOSED, DAY, OVER, SECRET, begun, closed, issued
from tests.operations.cases.test_reassessments import refusal, rows
from tests.reviewing import HR, case, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return issued(0)


# -- a case that is still open ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["department_review", "committee", "determined", "on_notice"])
def test_an_open_case_goes_back_to_the_ratings_where_its_superior_was_at_fault(session: Any, stage: str) -> None:
    made = breaching.centre()
    key = reviewing.to_department(made, 0, target_grade="M2", ground="1")
    if stage != "department_review":
        department.propose(key, "M2", actor=person(made.head, "head"), now=reviewing.OPENED)
    if stage in ("determined", "on_notice"):
        reviewing.determined([key], checked=stage == "on_notice")
    if stage == "on_notice":
        breaching.on_notice(made)
    now = reviewing.later(2)
    closed(made, [key], [made.superior], now=now)
    back = begun(made, key, now)
    assert (back.id, back.stage, back.superior_id, back.head_id) == (key, "rating", made.new_superior.id, made.head)
    assert (back.determined_grade, back.proposed_grade, back.score, back.kind) == (None, None, None, "annual")
    states = {(row.rater_id, row.state) for row in rows(Rating, Rating.review_id == key, Rating.kind == "superior")}
    assert states == {(made.superior, "void"), (made.new_superior.id, "asked")}
    last = rows(HistoryStep, HistoryStep.record_id == key, HistoryStep.process == "review")[-1]
    assert (last.action, last.clause, last.to_stage, last.reason) == ("reopen_rating", "6.3.2", "rating", "")
    reviewing.evaluate(key, made.new_superior.id, 3, now=now)  # no statement is asked of a predecessor at fault
    assert case(key).stage == "department_review" and case(key).score is not None


def test_a_head_at_fault_has_the_proposal_made_again_and_the_result_goes_its_way(session: Any) -> None:
    made = breaching.centre(0)
    breaching.on_notice(made)
    now, key = reviewing.later(2), made.keys[0]
    closed(made, made.keys, [made.head], now=now)
    back = case(reassess(key, head_id=made.new_head.id, actor=HR, now=now).id)
    assert (back.stage, back.superior_id, back.head_id) == ("department_review", made.superior, made.new_head.id)
    assert (back.proposed_grade, back.score is not None) == (None, True)
    department.propose(key, "M1", "編制考量", actor=person(made.new_head.id, "head"), now=now)
    assert (case(key).stage, case(key).proposed_grade.code) == ("committee", "M1")


def voted(made: SimpleNamespace, key: int, name: str) -> None:
    """A member's ballot on a case, as a meeting leaves it."""
    with operation("voted", actor=system_actor(), now=reviewing.OPENED) as op:
        item = op.add(
            AgendaItem(
                meeting_id=make.meeting(op.get(Cycle, made.cycle)).id, review_id=key, position=1, state="determined"
            )
        )
        motion = op.add(Motion(item_id=item.id, seq=1, grade_id=make.grade("M2").id, state="carried"))
        op.add(
            Ballot(
                motion_id=motion.id,
                member_id=made.seats[name].id,
                employee_id=made.seats[name].employee_id,
                in_favour=True,
                cast_at=reviewing.OPENED,
            )
        )


def test_a_case_whose_member_was_at_fault_is_decided_again_by_the_others(session: Any) -> None:
    made = breaching.centre(0)
    voted(made, made.keys[0], "Hua")
    now = reviewing.later(2)
    closed(made, made.keys, [made.members["Hua"].id], now=now)
    back = case(reassess(made.keys[0], actor=HR, now=now).id)
    assert (back.stage, back.superior_id, back.proposed_grade.code, back.determined_grade) == (
        "committee", made.superior, "M2", None,
    )  # fmt: skip
    assert [row.member_id for row in rows(Recusal, Recusal.review_id == back.id)] == [made.seats["Hua"].id]


def test_a_case_still_before_the_stage_at_fault_stays_where_it_is_with_others_to_judge(session: Any) -> None:
    made = breaching.centre()
    key = made.cases[0]
    reviewing.hand_in(key, made.agents[0])
    colleague = reviewing.peers_of(key)[0]
    now = reviewing.later(2)
    closed(made, [key], [made.superior, colleague], now=now)
    for who, send in ((made.superior, ratings.save_rating), (colleague, ratings.save_rating)):
        assert refusal(send, key, ratings.RatingInput(), actor=person(who, "superior"), now=now) == "3.3-e"
    back = begun(made, key, now)
    assert (back.stage, back.superior_id) == ("rating", made.new_superior.id)
    states = {row.rater_id: row.state for row in rows(Rating, Rating.review_id == key)}
    assert (states[made.superior], states[colleague], states[made.new_superior.id]) == ("expired", "expired", "asked")
    assert rows(HistoryStep, HistoryStep.record_id == key)[-1].action == "reassess"


def test_an_appeal_is_heard_first_and_a_notice_that_is_just_being_published_is_waited_for(session: Any) -> None:
    made = breaching.centre(0)
    now = reviewing.later(2)
    notices.publish_notice(made.cycle, actor=HR, now=reviewing.OPENED)
    closed(made, made.keys, [made.superior], now=now)
    assert refusal(begun, made, made.keys[0], now) == "3.3.5"
    notices.record_publication("r1", "0" * 64, {}, ["2026-01"], actor=system_actor(), published_at=now)
    (line,) = rows(NoticeRow)
    file_appeal(line.id, AppealInput("eligibility", "分數有誤。"), actor=person(made.agents[0]), now=now)
    assert refusal(begun, made, made.keys[0], now) == "3.3.5-b"


def test_while_the_order_waits_the_case_is_not_issued(session: Any) -> None:
    made = breaching.centre(0, 1)
    breaching.on_notice(made)
    closed(made, made.keys[:1], [made.superior], now=reviewing.later(2))
    with acting_as(system_actor()):
        assert issuable(db.session(), made.cycle, OVER) == made.keys[1:]
        db.session.rollback()
    documents.issue(made.cycle, actor=HR, now=OVER)
    assert [case(key).stage for key in made.keys] == ["on_notice", "issued"]


# -- secrecy ---------------------------------------------------------------------------------------------------------


def test_nothing_of_the_case_says_what_led_to_it(made) -> None:
    key = closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    said = [repr(row.__dict__) for row in (*rows(HistoryStep, HistoryStep.process == "review"), *breaching.orders(),
            *rows(Notification, Notification.process == "review"), *rows(Recusal), anew)]  # fmt: skip
    number = rows(Complaint, Complaint.id == key)[0].number
    assert not any(word in text for text in said for word in (SECRET, number, "complaint_id"))


def seen(actor: Actor, key: int) -> bool:
    with acting_as(actor):
        db.session.rollback()
        found = db.session.scalars(select(Review).where(Review.id == key)).first() is not None
        db.session.rollback()
    return found


def test_the_new_case_is_found_by_its_own_people_and_not_by_those_at_fault(made) -> None:
    colleague = reviewing.peers_of(made.keys[0])[0]
    closed(made, [made.keys[0]], [made.superior, colleague, made.members["Hua"].id])
    anew = begun(made, made.keys[0])
    with operation("committee", actor=system_actor(), now=CLOSED) as op:
        op.get(Review, anew.id).stage = "committee"
        # Members read a case only when it is on an agenda, and at fault not even then.
        op.add(AgendaItem(meeting_id=make.meeting(anew.cycle).id, review_id=anew.id, position=1))
    mine = {"subject": person(made.agents[0]), "superior": person(made.new_superior.id), "head": person(made.head), "hr": HR,
            "member": breaching.act(made, "Ops")}  # fmt: skip
    others = {"superior at fault": person(made.superior, "superior"), "colleague at fault": person(colleague),
              "member at fault": breaching.act(made, "Hua"), "another": person(made.new_head.id)}  # fmt: skip
    assert {name for name, actor in (mine | others).items() if seen(actor, anew.id)} == set(mine)


def test_when_the_complaint_is_erased_the_case_stays_and_the_order_too(made) -> None:
    closed(made, [made.keys[0]], [made.superior])
    anew = begun(made, made.keys[0])
    assert erase_expired(actor=system_actor(), now=CLOSED + 1200 * DAY) == 1
    assert case(anew.id).reassesses_id == made.keys[0] and breaching.orders()[0].case_id == anew.id
