"""Pay-change lists: once per document, the same bytes, corrections as differences (5.1)."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from admin.domain.refusals import NotFound, Refused
from admin.models import AuditEvent, Employee, IssuedDocument, PayBand, PayList
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    issue_adjustments,
    propose_adjustments,
)
from admin.operations.outcome.pay_lists import correct_pay_list, make_pay_list, take_pay_list
from admin.operations.system.reference import delete_record, edit_record
from tests import factories as make
from tests.factories import NOW
from tests.operations.racing import race

FROM = date(2027, 1, 1)
BANDS = {"M1": (41_000, 52_000), "M2": (50_500, 63_000)}


@pytest.fixture
def hr(session):
    return make.actor_of(make.employee("HR", roles=("employee", "hr")))


@pytest.fixture
def boss(session):
    return make.actor_of(make.employee("Boss", roles=("employee", "management")))


@pytest.fixture
def bands(session):
    with make.fixture() as op:
        return {code: op.add(make.band(code, *amounts)).id for code, amounts in BANDS.items()}


@pytest.fixture
def issued(session, hr, boss):
    """A document by which Ann rises from M1 to M2 and Bo falls from M2 to M1, its file made."""
    with make.fixture() as op:
        people = [make.employee(name) for name in ("=cmd|' /C calc'!A0", "Bo")]
        for person, code in zip(people, ("M1", "M2"), strict=True):
            make.holds(person, code)
        op.session.flush()
    pairs = zip(people, ("M2", "M1"), strict=True)
    changes = propose_adjustments(
        [AdjustmentRow(person.number, code) for person, code in pairs], "merged", FROM, actor=hr, now=NOW
    )
    for change in changes:
        decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
    with make.fixture() as op:
        op.get(IssuedDocument, document.id).sha256 = "0" * 64
    return document.id


def lists(session):
    return session.scalars(select(PayList).order_by(PayList.id).execution_options(unscoped=True)).all()


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_list_of_a_document_has_both_bands_of_the_day_of_effect(session, hr, bands, issued):
    made = make_pay_list(issued, actor=hr, now=NOW)
    _row, data = take_pay_list(made.id, "csv", actor=hr, now=NOW)
    assert made.sha256 == hashlib.sha256(data).hexdigest() and made.people == 2
    up, down = rows(data)
    assert (up["grade_before"], up["grade_after"], up["effective_on"], up["currency"]) == (
        "M1",
        "M2",
        "2027-01-01",
        "TWD",
    )
    assert (up["low_before"], up["high_before"], up["low_after"], up["high_after"]) == (
        "41000.00", "52000.00", "50500.00", "63000.00",
    )  # fmt: skip
    assert (down["low_after"], down["state"], down["kind"]) == ("41000.00", "new", "adjustment")


def test_a_name_is_no_formula_in_the_csv(session, hr, bands, issued):
    made = make_pay_list(issued, actor=hr, now=NOW)
    _row, data = take_pay_list(made.id, "csv", actor=hr, now=NOW)
    assert rows(data)[0]["name"] == "'=cmd|' /C calc'!A0"
    _row, book = take_pay_list(made.id, "xlsx", actor=hr, now=NOW)
    assert b"<f>" not in book


def test_whoever_asks_twice_gets_the_same_list_with_the_same_bytes(session, hr, bands, issued):
    first, second = (make_pay_list(issued, actor=hr, now=NOW) for _ in range(2))
    assert first.id == second.id and len(lists(session)) == 1
    for form in ("csv", "xlsx"):
        assert (
            take_pay_list(first.id, form, actor=hr, now=NOW)[1] == take_pay_list(first.id, form, actor=hr, now=NOW)[1]
        )


def test_two_at_once_get_one_list(app, session, hr, bands, issued):
    answers = race(app, *(lambda: make_pay_list(issued, actor=hr, now=NOW) for _ in range(3)))
    assert answers == ["done"] * 3 and len(lists(session)) == 1


def test_a_grade_without_a_band_is_named_and_nothing_is_made(session, hr, issued):
    with make.fixture() as op:
        op.add(make.band("M1", 41_000, 52_000))
        op.add(make.band("M2", 50_500, 63_000, since=date(2027, 2, 1)))  # its first band begins after the day of effect
    with pytest.raises(Refused, match=r"5\.1: Grade M2 has no pay band on 2027-01-01"):
        make_pay_list(issued, actor=hr, now=NOW)
    assert lists(session) == []


def test_bands_in_two_currencies_make_no_list(session, hr, issued):
    with make.fixture() as op:
        op.add(make.band("M1", 41_000, 52_000))
        op.add(make.band("M2", 1_500, 1_900, currency="USD"))
    with pytest.raises(Refused, match="TWD, USD"):
        make_pay_list(issued, actor=hr, now=NOW)


def test_a_document_that_is_being_issued_has_no_list_yet(session, hr, bands, issued):
    with make.fixture() as op:
        op.get(IssuedDocument, issued).sha256 = None
    with pytest.raises(Refused, match=r"3\.3\.6"):
        make_pay_list(issued, actor=hr, now=NOW)


def test_a_document_that_changes_no_grade_has_none(session, hr, bands):
    with make.fixture() as op:
        empty = op.add(
            IssuedDocument(
                number="D", year=2026, serial=9, kind="annual", title="Results", issued_by_id=1, issued_at=NOW,
                effective_on=FROM, sha256="0" * 64,
            )
        ).id  # fmt: skip
    with pytest.raises(Refused, match="changes no grade"):
        make_pay_list(empty, actor=hr, now=NOW)
    with pytest.raises(NotFound):
        make_pay_list(999_999, actor=hr, now=NOW)


def test_nobody_but_hr_makes_takes_or_sees_a_list(session, hr, boss, bands, issued):
    made = make_pay_list(issued, actor=hr, now=NOW)
    person = session.scalars(select(Employee).where(Employee.name == "Bo").execution_options(unscoped=True)).one()
    for other in (boss, make.actor_of(person), make.actor_of(make.employee("Auditor", roles=("employee", "auditor")))):
        for act in (
            lambda: make_pay_list(issued, actor=other, now=NOW),  # noqa: B023
            lambda: correct_pay_list(made.id, actor=other, now=NOW),  # noqa: B023
            lambda: take_pay_list(made.id, "csv", actor=other, now=NOW),  # noqa: B023
        ):
            with pytest.raises(NotFound):
                act()


def test_a_correction_holds_the_differences_and_is_made_once(session, hr, bands, issued):
    first = make_pay_list(issued, actor=hr, now=NOW)
    with pytest.raises(Refused, match="Nothing differs"):
        correct_pay_list(first.id, actor=hr, now=NOW)
    told = take_pay_list(first.id, "csv", actor=hr, now=NOW)[1]
    edit_record(PayBand, bands["M2"], {"amount_max": 64_000}, actor=hr, now=NOW)
    second = correct_pay_list(first.id, actor=hr, now=NOW)
    assert second.corrects_id == first.id and correct_pay_list(first.id, actor=hr, now=NOW).id == second.id
    changed = rows(take_pay_list(second.id, "csv", actor=hr, now=NOW)[1])
    assert [(row["state"], row["high_before"], row["high_after"]) for row in changed] == [
        ("changed", "52000.00", "64000.00"),
        ("changed", "64000.00", "52000.00"),
    ]
    assert take_pay_list(first.id, "csv", actor=hr, now=NOW)[1] == told  # what payroll was told stays as it was
    with pytest.raises(Refused, match="Nothing differs"):
        correct_pay_list(second.id, actor=hr, now=NOW)


def test_a_band_of_the_past_can_go_and_the_list_that_rests_on_it_stays(session, hr, bands, issued):
    made = make_pay_list(issued, actor=hr, now=NOW)
    delete_record(PayBand, bands["M2"], actor=hr, now=NOW)
    assert rows(take_pay_list(made.id, "csv", actor=hr, now=NOW)[1])[0]["low_after"] == "50500.00"
    with pytest.raises(Refused, match="has no pay band"):
        correct_pay_list(made.id, actor=hr, now=NOW)


def test_the_trail_tells_of_the_list_and_of_no_amount(session, hr, bands, issued):
    take_pay_list(make_pay_list(issued, actor=hr, now=NOW).id, "csv", actor=hr, now=NOW)
    events = session.scalars(select(AuditEvent).execution_options(unscoped=True)).all()
    told = [(row.operation, row.record_type, row.act) for row in events if row.record_type.startswith("pay_list")]
    assert told == [
        ("make_pay_list", "pay_lists", "insert"),
        ("make_pay_list", "pay_list_rows", "insert"),
        ("make_pay_list", "pay_list_rows", "insert"),
        ("take_pay_list", "pay_lists", "export"),
    ]
    amounts = {str(amount) for pair in BANDS.values() for amount in pair}
    assert [amount for row in events for amount in amounts if re.search(rf"\b{amount}\b", str(row.changes))] == []
