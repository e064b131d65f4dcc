"""Honours and nominations at the doors: who nominates, who decides, and what is published while somebody consents (5.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin.models import Department, Honour, Nomination, db
from admin.queries.outcome.public_snapshot import public_snapshot
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}


def stages(table: Any) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(table.stage).order_by(table.id).execution_options(unscoped=True)))


def keys(table: Any) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(table.id).execution_options(unscoped=True)))


def honours() -> list[Any]:
    db.session.rollback()
    with make.fixture():
        return [each["name"] for each in public_snapshot(db.session(), NOW)["honours"]]


def test_an_honour_is_decided_by_another_and_published_as_long_as_there_is_consent(
    session: Any, app: Any, no_tokens: None
) -> None:
    place = make.department()
    head = make.employee("Li", of=place, roles=("employee", "management"))
    anna, ben = (make.employee(name, of=place) for name in ("Anna", "Ben"))
    with make.fixture() as op:
        op.get(Department, place.id).head_id = head.id
    make.holds(anna, "S1")
    make.holds(ben, "J1")
    boss = make.employee("Boss", roles=("employee", "management"))
    heads, bosses, annas = (client_of(app, who.user_id) for who in (head, boss, anna))

    given = {"employee": anna.id, "title": "Service star", "reason": "Calmed a hundred callers."}
    assert heads.post("/honours/add", data=given | {"employee": ben.id}, headers=ENGLISH).status_code == 409  # a junior
    assert heads.post("/honours/add", data=given, headers=ENGLISH).status_code == 302
    (key,) = keys(Honour)
    own = heads.post(f"/act/honour/{key}/award", headers=ENGLISH)
    assert own.status_code == 409 and "cannot approve it" in own.text  # who nominated
    assert bosses.post(f"/act/honour/{key}/award").status_code == 302 and honours() == []
    assert bosses.post(f"/act/honour/{key}/give_consent").status_code == 409
    asked = "1 honour awarded to you"
    assert asked in annas.get("/", headers=ENGLISH).text and asked not in bosses.get("/", headers=ENGLISH).text
    assert annas.post(f"/act/honour/{key}/give_consent").status_code == 302 and honours() == ["Anna"]
    assert annas.post(f"/act/honour/{key}/withdraw_consent").status_code == 302
    assert stages(Honour) == ["awarded"] and honours() == []  # the minute before: it is not there
    assert asked not in annas.get("/", headers=ENGLISH).text  # whoever took it back is not asked again


def test_a_candidate_by_grade_is_nominated_by_the_head_and_the_decision_is_recorded(
    session: Any, app: Any, no_tokens: None
) -> None:
    place = make.department()
    head = make.employee("Li", of=place)
    anna = make.employee("Anna", of=place)
    with make.fixture() as op:
        op.get(Department, place.id).head_id = head.id
    make.holds(anna, "S1")
    boss = make.employee("Boss", roles=("employee", "management"))
    heads, bosses = client_of(app, head.user_id), client_of(app, boss.user_id)

    page = heads.get("/candidates/", headers=ENGLISH).text
    assert "Anna" in page and "2022-01-01" in page and "Holds a grade of an upper level" in page
    given = {"number": anna.number, "post": "manager", "reason": "Leads the desk."}
    assert heads.post("/candidates/nominate", data=given).status_code == 409
    refused = heads.post("/candidates/nominate", data=given | {"reason": " "}, headers=ENGLISH)
    assert refused.status_code == 422 and "Give the reason" in refused.text
    assert heads.post("/candidates/nominate", data=given | {"post": "supervisor"}).status_code == 303
    (key,) = keys(Nomination)
    assert bosses.post(f"/act/candidate/{key}/choose", data={"reason": "Ready."}).status_code == 302
    assert stages(Nomination) == ["chosen"] and "Chosen for the post" in heads.get("/candidates/", headers=ENGLISH).text
