"""A document is taken back or corrected only by another one, signed by two, and everything that follows from it follows (1.2-f)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.jobs.rendering import print_document, render_document
from admin.models import DocumentWithdrawal, GradeChange, GradeInterval, IssuedDocument, Notification, PayListRow, db
from admin.operations.outcome import withdrawals
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from admin.operations.outcome.pay_lists import correct_pay_list, make_pay_list
from admin.operations.outcome.withdrawals import WithdrawalInput, decide_withdrawal, propose_withdrawal
from admin.queries.cases.eligibility import held_since
from admin.queries.outcome import letters
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.outcome.withdrawals import taken_by
from tests import factories as make
from tests.factories import NOW
from tests.invariants import grade_file_is_the_fold_of_documents
from tests.operations.journey import rows
from tests.operations.outcome.test_adjustments import boss, hr, people, propose

__all__ = ["boss", "hr", "people"]
SYSTEM, TODAY = system_actor(), NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def place(session: Any, app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own for papers."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    with make.fixture() as op:
        for code, low in (("M1", 100), ("M2", 200), ("M3", 300)):
            op.add(make.band(code, low, low + 50))


def issued(hr: Any, boss: Any, people: Any, grade: str, day: date, now: Any = NOW) -> int:
    """The number of a document that gives these people a grade from a day on, with its file."""
    changes = propose(hr, *((person.number, grade) for person in people), day=day)
    for change in changes:
        decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
    key = int(document.id)
    render_document(key, actor=SYSTEM, now=NOW)
    return key


def take(hr: Any, boss: Any, document: int, now: Any = NOW, kind: str = "withdrawal", **more: Any) -> IssuedDocument:
    """A document taken back, proposed and approved; the one that did it, with its file."""
    given = WithdrawalInput(kind, more.pop("day", now.date()), more.pop("reason", "The hotline stays"), **more)
    row = decide_withdrawal(propose_withdrawal(document, given, actor=hr, now=now).id, "approve", actor=boss, now=now)
    key = row.issued_id
    render_document(key, actor=SYSTEM, now=now)
    return get(IssuedDocument, key)


def get(table: Any, key: Any) -> Any:
    (row,) = rows(select(table).where(table.id == key))
    return row


def file_of(person: Any) -> list[tuple[str, date, date | None]]:
    query = select(GradeInterval).where(GradeInterval.employee_id == person.id).order_by(GradeInterval.valid_from)
    return [(row.grade.code, row.valid_from, row.valid_to) for row in rows(query)]


def listed(pay_list: Any) -> list[tuple[str, str | None, str]]:
    query = select(PayListRow).where(PayListRow.list_id == pay_list.id).order_by(PayListRow.number)
    return [(row.state, row.from_grade, row.to_grade) for row in rows(query)]


def sound() -> None:
    with acting_as(SYSTEM):
        db.session.rollback()
        assert grade_file_is_the_fold_of_documents(db.session()) == []


def test_a_document_that_has_not_taken_effect_is_taken_back_before_anybody_holds_its_grades(
    session: Any, hr: Any, boss: Any, people: Any
) -> None:
    effective = TODAY + 30 * DAY
    document = issued(hr, boss, people, "M2", effective)
    first = make_pay_list(document, actor=hr, now=NOW)
    taking = take(hr, boss, document)
    assert (taking.kind, taking.supersedes_id, taking.serial) == ("withdrawal", document, 2)
    assert [entry[0] for entry in file_of(people[0])] == ["M1", "M1"] and file_of(people[0])[-1][1:] == (
        effective,
        None,
    )
    sound()
    # Payroll was told of the document: its list is corrected, and the other's own has nothing to pay.
    assert listed(correct_pay_list(first.id, actor=hr, now=NOW)) == [("withdrawn", "M1", "M2")] * 3
    with pytest.raises(Refused, match="changes no grade"):
        make_pay_list(taking.id, actor=hr, now=NOW)
    told = {row.user_id for row in rows(select(Notification).where(Notification.process == "letter"))}
    assert {person.user_id for person in people} <= told
    assert rows(select(Notification).where(Notification.action == "pay_list_differs"))[0].user_id == hr.user_id
    with acting_as(SYSTEM):
        db.session.rollback()
        titles = [each["title"]["en"] for each in public_snapshot(db.session(), NOW)["documents"]]
        assert any(title.endswith(f"withdrawn by {taking.number}") for title in titles)
        assert held_since(db.session(), [people[0].id], effective)[people[0].id] < TODAY
    # What took it back can be taken back in its turn: the same grades come, by a third number.
    again = take(hr, boss, taking.id, reason="It is merged after all")
    assert again.serial == 3 and file_of(people[0])[-1][0] == "M2"
    assert listed(make_pay_list(again.id, actor=hr, now=NOW)) == [("new", "M1", "M2")] * 3
    sound()


def test_grades_that_were_held_end_on_the_day_and_stay_on_file(session: Any, hr: Any, boss: Any, people: Any) -> None:
    document = issued(hr, boss, people, "M2", TODAY + DAY)
    make_pay_list(document, actor=hr, now=NOW)
    later = NOW + 40 * DAY
    taking = take(hr, boss, document, later, numbers=[people[1].number])
    assert [(code, begin) for code, begin, _ in file_of(people[1])][1:] == [("M2", TODAY + DAY), ("M1", later.date())]
    assert file_of(people[0])[-1][0] == "M2"
    assert listed(make_pay_list(taking.id, actor=hr, now=later)) == [("new", "M2", "M1")]
    with acting_as(SYSTEM):
        db.session.rollback()
        (by,) = taken_by(db.session(), [document])[document]
        assert (by.document.id, by.people, by.of, by.whole) == (taking.id, 1, 3, False)
        # The grade that comes back counts as held all the time: it was taken from nobody by right.
        assert held_since(db.session(), [people[1].id], later.date())[people[1].id] == file_of(people[1])[0][1]
        (change,) = db.session.scalars(select(GradeChange).where(GradeChange.document_id == taking.id))
        ((_, letter),) = letters.letters_of(
            db.session(), db.session.get_one(IssuedDocument, taking.id), [change.id], None
        )
    assert (
        "撤銷" in letter["statement"]
        and ("理由", "The hotline stays") in letter["facts"]
        and "5 個工作日" in letter["appeal"]
    )
    assert print_document(taking.id, actor=SYSTEM, now=later).is_file()
    with pytest.raises(Refused, match="has taken this back") as refused:
        propose_withdrawal(
            document, WithdrawalInput("withdrawal", later.date(), "Again", [people[1].number]), actor=hr, now=later
        )
    assert refused.value.refusal.facts["document"] == taking.number
    sound()


def test_what_a_later_grade_stands_on_is_named_and_left_out_and_nobody_decides_alone_or_on_their_own(
    session: Any, hr: Any, boss: Any, people: Any
) -> None:
    document = issued(hr, boss, people, "M2", TODAY + DAY)
    later = issued(hr, boss, people[:1], "M3", TODAY + 9 * DAY)
    alone = WithdrawalInput("withdrawal", TODAY, "A mistake", [people[0].number])
    with pytest.raises(Refused, match="rests on this one") as refused:
        propose_withdrawal(document, alone, actor=hr, now=NOW)
    assert refused.value.refusal.facts["document"] == get(IssuedDocument, later).number
    for wrong in (
        WithdrawalInput("withdrawal", TODAY - DAY, "A mistake"), WithdrawalInput("withdrawal", TODAY, " "),
        WithdrawalInput("other", TODAY, "A mistake"), WithdrawalInput("withdrawal", TODAY, "A mistake", ["E-nobody"]),
        WithdrawalInput("correction", TODAY, "A mistake", grade="X9"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            propose_withdrawal(document, wrong, actor=hr, now=NOW)
    row = propose_withdrawal(document, WithdrawalInput("withdrawal", TODAY, "A mistake"), actor=hr, now=NOW)
    with pytest.raises(Refused, match="waits for management"):
        propose_withdrawal(document, WithdrawalInput("withdrawal", TODAY, "A mistake"), actor=hr, now=NOW)
    both = make.actor_of(make.employee(roles=("employee", "hr", "management")))
    for nobody in (hr, replace(both, employee_id=people[2].id), replace(both, user_id=hr.user_id)):
        with pytest.raises(Refused):
            decide_withdrawal(row.id, "approve", actor=nobody, now=NOW)
    decided = decide_withdrawal(row.id, "approve", actor=both, now=NOW)
    assert [each["number"] for each in get(IssuedDocument, decided.issued_id).left_out] == [people[0].number]
    assert (file_of(people[0])[-1][0], file_of(people[1])[-1][0]) == ("M3", "M1")
    sound()


def test_a_correction_gives_another_grade_where_management_gave_the_first_or_only_prints_anew(
    session: Any, hr: Any, boss: Any, people: Any
) -> None:
    document = issued(hr, boss, people[:2], "M3", TODAY + 5 * DAY)
    first = make_pay_list(document, actor=hr, now=NOW)
    fixing = take(hr, boss, document, kind="correction", numbers=[people[0].number], grade="M2", reason="M2 was meant")
    printing = take(hr, boss, document, kind="correction", numbers=[people[1].number], reason="The name was wrong")
    assert (fixing.kind, file_of(people[0])[-1][0], file_of(people[1])[-1][0]) == ("correction", "M2", "M3")
    assert listed(correct_pay_list(first.id, actor=hr, now=NOW)) == [("withdrawn", "M1", "M3")] * 2
    assert listed(make_pay_list(fixing.id, actor=hr, now=NOW)) == [("new", "M1", "M2")]
    assert listed(make_pay_list(printing.id, actor=hr, now=NOW)) == [("new", "M1", "M3")]
    # What only prints anew hands on the grade before it: withdrawn, the first grade holds again.
    take(hr, boss, printing.id)
    assert file_of(people[1])[-1][0] == "M1"
    sound()


def test_a_rejected_proposal_changes_nothing_and_another_may_follow(
    session: Any, hr: Any, boss: Any, people: Any
) -> None:
    document = issued(hr, boss, people, "M2", TODAY + DAY)
    given = WithdrawalInput("withdrawal", TODAY, "A mistake")
    row = propose_withdrawal(document, given, actor=hr, now=NOW)
    assert decide_withdrawal(row.id, "reject", "It was right", actor=boss, now=NOW).stage == "rejected"
    row = propose_withdrawal(document, given, actor=hr, now=NOW)
    assert withdrawals.withdraw_withdrawal(row.id, "Not now", actor=hr, now=NOW).stage == "withdrawn"
    assert file_of(people[0])[-1][0] == "M2"
    assert {row.stage for row in rows(select(DocumentWithdrawal))} == {"rejected", "withdrawn"}
