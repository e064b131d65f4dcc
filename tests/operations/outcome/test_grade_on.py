"""Which grade on which day: one answer everywhere, and what the database refuses by itself (3.3.6, 1.2-f)."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import GradeChange, GradeInterval
from admin.operations.outcome.adjustments import (
    AdjustmentRow,
    decide_adjustment,
    issue_adjustments,
    propose_adjustments,
    withdraw_change,
)
from admin.operations.outcome.takeover_corrections import decide_correction, propose_correction
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.outcome.grade_on import grade_on, last_entries, standing_of
from tests import factories as make
from tests.factories import NOW
from tests.invariants import grade_file_is_the_fold_of_documents

FROM, DAY = date(2027, 1, 1), timedelta(days=1)


@pytest.fixture
def ann(session):
    with make.fixture():
        person = make.employee("Ann", roles=("employee",))
        make.holds(person, "M2")
        make.moved(person, "M1", FROM)
    return person


@pytest.mark.parametrize(
    ("day", "code"), [(date(2021, 12, 31), None), (date(2022, 1, 1), "M2"), (FROM - DAY, "M2"), (FROM, "M1")]
)
def test_a_grade_is_held_from_its_first_day_to_the_day_before_the_next(session, ann, day, code):
    found = grade_on(session, [ann.id], day, unscoped=True).get(ann.id)
    assert (found.grade.code if found else None) == code


def test_what_is_to_come_is_told_as_such_and_not_held(session, ann):
    standing = standing_of(session, ann.id, FROM - DAY, unscoped=True)
    assert (standing.held.grade.code, standing.to_come.grade.code, standing.to_come.since) == ("M2", "M1", FROM)
    assert standing_of(session, ann.id, FROM, unscoped=True).to_come is None
    assert last_entries(session, [ann.id], unscoped=True)[ann.id].grade.code == "M1"


def test_time_in_grade_counts_the_grade_of_the_day(session, ann):
    with make.fixture() as op:
        before = eligibility_facts(op.session, [ann.id], year=2026, as_of=FROM - DAY)[ann.id]
        after = eligibility_facts(op.session, [ann.id], year=2027, as_of=FROM)[ann.id]
    assert [(facts.grade, facts.grade_since) for facts in (before, after)] == [("M2", date(2022, 1, 1)), ("M1", FROM)]


# -- the database refuses by itself ----------------------------------------------------------------------------------


def write(statement, match):
    with pytest.raises(Refused, match=match), make.fixture() as op:
        op.session.execute(statement)


def test_the_database_refuses_an_entry_that_overlaps_leaves_a_gap_or_was_not_ordered(session, ann):
    change = session.scalars(
        select(GradeChange).where(GradeChange.kind == "adjustment").execution_options(unscoped=True)
    ).one()
    row = {
        "employee_id": ann.id, "grade_id": change.to_grade_id, "valid_from": date(2028, 1, 1), "started_by_id": change.id,
    }  # fmt: skip
    refused = "database refuses"
    write(insert(GradeInterval).values(row), refused)  # the running one has not ended
    write(insert(GradeInterval).values(row | {"valid_from": date(2021, 1, 1), "valid_to": date(2021, 6, 1)}), refused)
    with make.fixture():
        other = make.employee()
    write(insert(GradeInterval).values(row | {"employee_id": other.id}), refused)


def test_the_database_refuses_to_rewrite_or_delete_what_is_on_file(session, ann):
    first = GradeInterval.employee_id == ann.id
    write(update(GradeInterval).where(first).values(grade_id=make.grade("E2").id), "database refuses")
    write(update(GradeInterval).where(first, GradeInterval.valid_to == FROM).values(valid_to=None), "database refuses")
    write(delete(GradeInterval).where(first), "database refuses")
    assert grade_file_is_the_fold_of_documents(session) == []


# -- whatever is done, the file is the fold of the documents ---------------------------------------------------------


def steps(hr, boss, people, chance):
    """What HR and management may try on the grade file, rightly and wrongly."""
    codes = ("J1", "J2", "J3", "M1", "M2", "M3")
    person, code = chance.choice(people), chance.choice(codes)
    day = date(2026, 11, 20) + chance.randrange(60) * DAY
    changes = [
        row.id for row in make.db.session.scalars(select(GradeChange).execution_options(unscoped=True))
        if row.kind in ("adjustment", "takeover_correction")
    ]  # fmt: skip
    key = chance.choice(changes) if changes else 0
    decide = decide_correction if chance.random() < 0.5 else decide_adjustment
    yield lambda: propose_adjustments([AdjustmentRow(person.number, code)], "why", day, actor=hr, now=NOW)
    yield lambda: propose_correction(person.id, make.grade(code).id, day - 900 * DAY, "paper", actor=hr, now=NOW)
    yield lambda: decide(key, chance.choice(("approve", "approve", "reject")), "why", actor=boss, now=NOW)
    yield lambda: issue_adjustments([key, chance.choice(changes or [0])], actor=hr, now=NOW)
    yield lambda: withdraw_change(key, chance.choice(("why", "")), actor=hr, now=NOW)


@pytest.mark.parametrize("seed", range(4))
def test_the_file_of_everyone_is_the_fold_of_the_documents_whatever_is_tried(session, seed):
    chance = random.Random(seed)
    with make.fixture():
        hr = make.actor_of(make.employee("HR", roles=("employee", "hr")))
        boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
        people = [make.employee(name) for name in ("Ann", "Bo", "Cy")]
        for person in people[:2]:
            make.holds(person, "M1", date(2024, 6, 1))
    done = 0
    for _turn in range(90):
        act = chance.choice(list(steps(hr, boss, people, chance)))
        before = last_entries(session, None, unscoped=True)
        try:
            act()
            done += 1
        except (Refused, Invalid, NotFound):
            make.db.session.rollback()
            assert last_entries(session, None, unscoped=True) == before
        assert grade_file_is_the_fold_of_documents(session) == [], f"seed {seed}"
    assert done > 5
