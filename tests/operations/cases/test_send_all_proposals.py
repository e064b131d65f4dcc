"""Every saved proposal of a head sent by the worker: signed as the page showed it, refused ones named, done again (3.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.jobs.sweep import sweep
from admin.models import LongWork, LongWorkRefusal, Proposal, ProposalDraft, Review, db
from admin.operations import acts, many
from admin.operations.cases.department import save_proposal_draft, undo_proposal_draft
from admin.operations.cases.department_all import send_all
from admin.operations.system import long_work
from admin.operations.transaction import operation
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests import reviewing
from tests.reviewing import OPENED
from tests.web.counting import statements

SYSTEM = system_actor()


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Three cases that wait for their head, each with a saved row; what is sent goes by one in a batch."""
    monkeypatch.setattr(many, "AT_ONCE", 1)
    monkeypatch.setattr(many, "MOST_ROWS", 1)
    with app.app_context():
        found = reviewing.open_cycle(accounts=False)
        make.account("head", "correct horse battery", ["employee"], person=found.head)
        found.keys = [reviewing.to_department(found, index) for index in range(3)]
        found.who = actor_named(db.session(), "head", today=company_day(OPENED), via="web")
        for key in found.keys:
            save(found, key, "M1", "Well done.")
        yield found
        db.session.remove()


def save(made: SimpleNamespace, key: int, grade: str, reason: str) -> None:
    save_proposal_draft(key, grade, reason, actor=made.who, now=OPENED)


def ask(made: SimpleNamespace, who: Actor | None = None, **given: Any) -> dict[str, Any]:
    data = {"cycle": made.cycle, **given}
    rows: dict[str, Any] = acts.perform(
        "employee", made.head, "send_proposals", data, actor=who or made.who, now=OPENED
    )["rows"]
    return rows


def work_through() -> None:
    sweep(actor=SYSTEM, clock=lambda: OPENED)
    db.session.rollback()


def stages(made: SimpleNamespace) -> list[str]:
    with acting_as(SYSTEM):
        db.session.rollback()
        return list(db.session.scalars(select(Review.stage).where(Review.id.in_(made.keys)).order_by(Review.id)))


def refused(rows: dict[str, Any]) -> list[tuple[int, str]]:
    with acting_as(SYSTEM):
        query = select(LongWorkRefusal).where(LongWorkRefusal.work_id == rows["id"])
        return [(row.key, row.clause) for row in db.session.scalars(query)]


def test_the_click_leaves_them_to_the_worker_and_a_second_one_is_the_same_work(made: SimpleNamespace) -> None:
    rows = ask(made)
    assert rows["total"] == 3 and stages(made) == ["department_review"] * 3
    assert ask(made)["id"] == rows["id"]
    work_through()
    assert stages(made) == ["committee"] * 3
    with pytest.raises(Invalid):
        ask(made)


def test_a_row_that_is_saved_anew_meanwhile_is_not_signed_unseen_and_goes_when_done_again(
    made: SimpleNamespace,
) -> None:
    rows = ask(made)
    save(made, made.keys[1], "M1", "Of another window.")
    work_through()
    assert stages(made) == ["committee", "department_review", "committee"]
    assert refused(rows) == [(made.keys[1], "1.3.1")]
    long_work.repeat_work(rows["id"], actor=made.who, now=OPENED)
    work_through()
    assert stages(made) == ["committee"] * 3


def test_nothing_is_undone_while_it_is_being_sent(made: SimpleNamespace) -> None:
    ask(made)
    with pytest.raises(Refused) as waits:
        undo_proposal_draft(made.cycle, actor=made.who, now=OPENED)
    assert waits.value.refusal.clause == "3.3.3"
    work_through()
    with pytest.raises(NotFound):
        undo_proposal_draft(made.cycle, actor=made.who, now=OPENED)


def test_an_unlawful_row_is_named_and_keeps_no_other_from_going(made: SimpleNamespace) -> None:
    save(made, made.keys[0], "J2", "")
    rows = ask(made)
    work_through()
    assert stages(made) == ["department_review", "committee", "committee"]
    ((key, clause),) = refused(rows)
    assert key == made.keys[0] and clause == "4.2.1"


def test_two_are_weighed_in_no_more_statements_than_one(
    app: Flask, made: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "MOST_ROWS", 200)
    number = reviewing.case(made.keys[0]).employee.number

    def reads(count: int, **given: Any) -> int:
        with statements(app) as sent:
            assert send_all(made.head, made.cycle, actor=made.who, now=OPENED, **given) == count
        return sum(each.startswith(("SELECT", "WITH")) for each in sent)

    assert reads(1, text=number) >= reads(2)


def test_of_two_heads_rows_in_one_case_the_one_that_is_sent_counts(made: SimpleNamespace) -> None:
    """The row that another head has saved since stays unsent, and the case goes as this head has saved it."""
    with operation("another_head", actor=SYSTEM, now=OPENED) as op:
        other = ProposalDraft(
            review_id=made.keys[1], head_id=made.superior, grade_id=reviewing.case(made.keys[1]).present_grade_id,
            reason="Of another head.", saved_at=OPENED,
        )  # fmt: skip
        op.add(other)
    assert send_all(made.head, made.cycle, actor=made.who, now=OPENED) == 3
    assert stages(made) == ["committee"] * 3
    with acting_as(SYSTEM):
        reasons = db.session.scalars(select(Proposal.reason).where(Proposal.review_id == made.keys[1])).all()
        assert list(reasons) == ["Well done."]


def test_stopped_half_way_what_is_sent_stays_sent(made: SimpleNamespace) -> None:
    rows = ask(made)
    assert long_work.carry_on(rows["id"], {}, now=OPENED)
    long_work.stop_work(rows["id"], actor=made.who, now=OPENED)
    work_through()
    assert stages(made) == ["committee", "department_review", "department_review"]


def test_what_was_saved_by_another_window_is_told_before_anything_is_sent(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as newer:
        ask(made, version="1-of-before")
    assert newer.value.refusal.clause == "1.3.1"
    with acting_as(SYSTEM):
        assert db.session.scalars(select(LongWork.id)).all() == []


def test_another_head_or_hr_sends_nothing_of_theirs(made: SimpleNamespace) -> None:
    for who in (reviewing.person(made.superior, "head"), reviewing.HR):
        with pytest.raises(NotFound):
            ask(made, who)
        with pytest.raises(NotFound):
            send_all(made.head, made.cycle, actor=who, now=OPENED)
    assert stages(made) == ["department_review"] * 3
