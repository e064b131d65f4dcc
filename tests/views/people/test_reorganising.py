"""A reorganisation is one project: everyone seen before, confirmed by a second person, grades put to management (4.3)."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.files.workbooks import write_workbook
from admin.models import ComingMove, Confirmation, Employee, GradeChange, HistoryStep
from admin.operations.people.moving import follow_moves
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}
DAY = date(2027, 1, 4)


@pytest.fixture
def world(app, session):
    hr, second = (make.employee(name, roles=("employee", "hr")) for name in ("HR", "Second"))
    boss = make.employee("Boss", roles=("employee", "management"))
    with make.fixture():
        old, new = make.department("Hotline"), make.department("Care")
        lead = make.employee("Lea", of=new)
        people = [make.employee(name, of=old) for name in ("Ann", "Bo")]
        people[0].post = people[1].post = "Agent"
        make.holds(people[0], "J2")
        make.holds(people[1], "M1")
        make.review(make.open_cycle(), people[0], stage="department_review")
    session.commit()
    return {
        "clients": {name: client_of(app, each.user_id) for name, each in (("hr", hr), ("second", second), ("boss", boss))},
        "people": [each.id for each in people],
        "mapping": f"Hotline | Agent | Care | Adviser | {lead.number} | J2 | J3\nHotline | | Care",
        "lead": lead.id, "new": new.id,
    }  # fmt: skip


def form(world, **more):
    base = {"title": "Hotline joins Care", "mapping": world["mapping"], "reason": "one queue", "effective_on": str(DAY)}
    return base | more


def test_everyone_is_seen_before_and_nothing_is_done_by_one_person(session, world):
    hr = world["clients"]["hr"]
    shown = hr.post("/reorganisations/", data=form(world, preview="1"), headers=ENGLISH)
    assert shown.status_code == 200, shown.text
    for said in ("Adviser", "Lea", "Care", "keeps its department, superior and head"):
        assert said in shown.text
    sent = hr.post("/reorganisations/", data=form(world), headers=ENGLISH)
    assert sent.status_code == 303 and "/confirmations/" in sent.location
    session.rollback()
    unscoped = {"unscoped": True}
    assert session.scalars(select(ComingMove).execution_options(**unscoped)).all() == []
    row = session.scalars(select(Confirmation).execution_options(**unscoped)).one()
    told = {(line["what"].split()[1], line["column"], line["to"]) for line in row.difference}
    assert ("Ann", "department_id", "Care") in told and ("Ann", "to_grade_id", "J3") in told
    assert ("Bo", "department_id", "Care") in told


def test_confirmed_it_moves_people_on_the_day_proposes_grades_and_tells_open_cases(session, world):
    hr, second, boss = (world["clients"][name] for name in ("hr", "second", "boss"))
    waits = hr.post("/reorganisations/", data=form(world)).location
    key = int(re.search(r"(\d+)$", waits)[1])
    assert second.post(f"/act/confirmation/{key}/confirm").status_code in (302, 303)
    session.rollback()
    unscoped = {"unscoped": True}
    with make.fixture():
        change = session.scalars(
            select(GradeChange).where(GradeChange.kind == "adjustment").execution_options(**unscoped)
        ).one()
        assert (change.stage, change.employee_id, change.effective_on) == ("proposed", world["people"][0], DAY)
        step = session.scalars(
            select(HistoryStep).where(HistoryStep.action == "reorganise").execution_options(**unscoped)
        ).one()
        assert step.reason == "Hotline joins Care"
    assert f'name="decision-{change.id}"' in boss.get("/adjustments/", headers=ENGLISH).text
    follow_moves(actor=system_actor(), now=NOW + timedelta(days=(DAY - NOW.date()).days + 1))
    session.expire_all()
    with make.fixture():
        ann, bo = (session.get(Employee, each) for each in world["people"])
        assert (ann.department_id, ann.post, ann.superior_id) == (world["new"], "Adviser", world["lead"])
        assert (bo.department_id, bo.post) == (world["new"], "Agent")


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("Nowhere | | Care", "There is no department Nowhere"),
        ("Hotline | | | | E0000", "No one in service has the number E0000"),
        ("Hotline | Nobody's post | Care", "No one in service is in this department, post and grade"),
        ("Hotline", "moves no one"),
        ("Hotline | | | | | | M2", "name the present one too"),
        ("", "at least one line"),
    ],
)
def test_a_line_that_cannot_be_is_named(world, mapping, said):
    answer = world["clients"]["hr"].post("/reorganisations/", data=form(world, mapping=mapping), headers=ENGLISH)
    assert answer.status_code == 422 and said in answer.text.replace("&#39;", "'")


def test_a_mapping_comes_from_a_spreadsheet_and_its_faults_are_named_by_row(world):
    hr = world["clients"]["hr"]
    heads = ["Present department", "Present post", "New department", "New grade"]

    def send(*rows):
        file = (io.BytesIO(write_workbook("mapping", heads, rows)), "m.xlsx")
        return hr.post("/reorganisations/file", data={"file": file}, headers=ENGLISH)

    wrong = send([None, "Agent", "Care", None], ["Hotline", None, "Care", "X9"])
    assert wrong.status_code == 422 and "must not be blank" in wrong.text and "There is no grade X9" in wrong.text
    fine = send(["Hotline", "Agent", "Care", None])
    assert fine.status_code == 200 and "Hotline | Agent | Care" in fine.text
    assert hr.post("/reorganisations/file/form").status_code == 200
    assert world["clients"]["boss"].get("/reorganisations/").status_code == 404
