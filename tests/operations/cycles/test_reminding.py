"""Who is reminded and who is not: whoever can do nothing about it is neither listed nor reminded (6.1)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import ReminderState
from admin.domain.refusals import Invalid, Refused
from admin.jobs.mailing import _lines
from admin.models import Cycle, Employee, HistoryStep, Leave, Notification, Review, db
from admin.operations.cases import ratings
from admin.operations.cycles import cycles, reminding
from admin.operations.foretelling import rows_ahead
from admin.queries.cycles.waited_for import WhoIsMissing, who_is_missing
from tests import factories as make
from tests import reviewing
from tests.reviewing import AGENTS, HR, OPENED, later
from tests.web.counting import statements

HOSTILE = '<script>alert("x")</script>\n=HYPERLINK("http://x")'


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    return reviewing.open_cycle()


def missing(made: SimpleNamespace, stage: str, now: Any = OPENED) -> WhoIsMissing:
    db.session.rollback()
    with acting_as(HR):
        return who_is_missing(db.session(), db.session.get_one(Cycle, made.cycle), stage, now)


def messages(action: str = "remind") -> list[Notification]:
    with acting_as(system_actor()):
        db.session.rollback()
        query = select(Notification).where(Notification.action == action, Notification.read_at.is_(None))
        return list(db.session.scalars(query.order_by(Notification.user_id)))


def test_whoever_has_left_or_is_away_for_the_year_is_neither_listed_nor_reminded(made: SimpleNamespace) -> None:
    with make.fixture() as op:
        op.get(Employee, made.agents[0]).left_on = OPENED.date() - timedelta(days=1)
        op.get(Employee, made.agents[1]).status = "left"
        leave = {"kind": "parental", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 12, 31)}
        op.add(Leave(employee_id=made.agents[2], **leave))
        op.get(Employee, made.agents[3]).user_id = None
    found = missing(made, "self_assessment")
    assert found.left_out == {ReminderState.LEFT: 2, ReminderState.AWAY: 1}
    states = {row.employee.id: row.state for row in found.people.rows}
    assert set(states) == set(made.agents[3:])
    assert states[made.agents[3]] == ReminderState.NO_ACCOUNT
    assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=OPENED) == AGENTS - 4
    assert {row.user_id for row in messages()} == {100 + key for key in made.agents[4:]}
    assert {row.state for row in missing(made, "self_assessment").people.rows} == {
        ReminderState.REMINDED,
        ReminderState.NO_ACCOUNT,
    }


def test_colleagues_whose_time_is_over_are_neither_counted_nor_reminded(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    assert missing(made, "rating").colleagues == 5
    after = later(60)
    assert missing(made, "rating", after).colleagues == 0
    assert reminding.remind(made.cycle, "rating", colleagues=True, actor=HR, now=after) == 0
    assert reminding.remind(made.cycle, "rating", actor=HR, now=after) == 1  # a superior's time ends with the signature


def test_a_case_that_its_superior_may_not_judge_is_reminded_to_nobody(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    rater = reviewing.peers_of(made.cases[0])[0]
    given = ratings.RatingInput({code: {"value": 4} for code in reviewing.codes(made.cases[0], "peers")})
    ratings.rate_as_peer(made.cases[0], given, actor=reviewing.person(rater), now=OPENED)
    with make.fixture() as op:
        op.get(Review, made.cases[0]).superior_id = rater
        mine = (reviewing.Rating.review_id == made.cases[0], reviewing.Rating.kind == "superior")
        op.session.scalars(select(reviewing.Rating).where(*mine)).one().rater_id = rater
    found = missing(made, "rating")
    assert not found.people.rows and found.left_out == {ReminderState.BARRED: 1}
    assert reminding.remind(made.cycle, "rating", actor=HR, now=OPENED) == 0


def test_a_superior_who_rates_as_a_colleague_too_has_one_digest_that_counts_both(made: SimpleNamespace) -> None:
    for index in (0, 1):
        reviewing.hand_in(made.cases[index], made.agents[index])
    with make.fixture() as op:
        op.session.scalars(
            select(reviewing.Rating).where(reviewing.Rating.review_id == made.cases[0], reviewing.Rating.kind == "peer")
        ).first().rater_id = made.agents[1]
        op.get(Review, made.cases[0]).superior_id = made.agents[1]
        op.session.scalars(
            select(reviewing.Rating).where(
                reviewing.Rating.review_id == made.cases[1], reviewing.Rating.kind == "superior"
            )
        ).first().rater_id = made.agents[1]
    reminding.remind(made.cycle, "rating", colleagues=True, actor=HR, now=OPENED)
    # The list of superiors does not tell who was reminded as a colleague (6.3-d).
    assert {row.state for row in missing(made, "rating").people.rows} == {ReminderState.DUE}
    reminding.remind(made.cycle, "rating", actor=HR, now=OPENED)
    mine = [row for row in [*messages(), *messages("remind_colleague")] if row.user_id == 100 + made.agents[1]]
    assert [(row.action, row.facts["count"]) for row in mine] == [("remind", 2 + _asked(made, made.agents[1]) - 1)]


def _asked(made: SimpleNamespace, person: int) -> int:
    with acting_as(system_actor()):
        rows = db.session.scalars(
            select(reviewing.Rating).where(
                reviewing.Rating.rater_id == person,
                reviewing.Rating.kind == "peer",
                reviewing.Rating.review_id.in_(made.cases[:2]),
            )
        )
        return len(rows.all())


def test_what_is_foretold_is_what_goes_and_takes_no_statement_a_person(app: Flask, made: SimpleNamespace) -> None:
    with acting_as(HR):
        cycle = db.session.get_one(Cycle, made.cycle)
        ahead = rows_ahead("cycle", cycle, "remind", {"stage": "self_assessment"}, actor=HR, now=OPENED)
        keys = set(db.session.scalars(ahead.keys))
        db.session.rollback()
    with statements(app) as sent:
        assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=OPENED) == ahead.count == len(keys)
    assert {row.user_id for row in messages()} == keys
    with statements(app) as one:
        reminding.remind(made.cycle, "self_assessment", person_id=made.agents[0], actor=HR, now=later(1))
    assert len(sent) == len(one)


def test_hrs_words_are_kept_with_the_message_and_in_the_history_as_they_were_typed(made: SimpleNamespace) -> None:
    reminding.remind(made.cycle, "self_assessment", words=HOSTILE, actor=HR, now=OPENED)
    row = messages()[0]
    assert row.facts["words"] == HOSTILE and row.facts["due"] == "2026-12-15" and row.facts["count"] == 1
    with acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "remind")).one()
        assert step.reason == HOSTILE
    assert [line[:3] for line in _lines(row)[-2:]] == ["> <", "> ="]


def test_words_that_are_too_long_send_nothing(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as wrong:
        reminding.remind(made.cycle, "self_assessment", words="x" * 10_000, actor=HR, now=OPENED)
    assert wrong.value.facts == {"most": 1000, "count": 10_000} and not messages()


def test_a_stage_that_was_closed_meanwhile_reminds_nobody_and_says_so(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        reminding.remind(made.cycle, "department_review", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "6.1"
    cycles.cancel_cycle(made.cycle, "改期", actor=HR, now=OPENED)
    with pytest.raises(Refused):
        reminding.remind(made.cycle, "self_assessment", actor=HR, now=OPENED)


def test_who_hands_in_between_the_preview_and_the_act_is_not_reminded(made: SimpleNamespace) -> None:
    reviewing.hand_in(made.cases[0], made.agents[0])
    assert reminding.remind(made.cycle, "self_assessment", actor=HR, now=OPENED) == AGENTS - 1
