"""HR's page of deputies: appointing, what is with whom, what stays and why, and the pages that lead there (3.3-c)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from admin.access.actor import acting_as, system_actor
from admin.models import Deputy, Employee, Rating, Review, db
from admin.operations.people import people
from admin.operations.people.deputies import follow_deputies
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.by_two import second_confirms
from tests.factories import NOW
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}
TODAY = company_day(NOW)
SYSTEM = system_actor("job")


def test_hr_appoints_a_deputy_and_reads_what_came_of_it(session: Any, app: Any, no_tokens: None) -> None:
    li, wang = make.employee("Li", account=True), make.employee("Wang", account=True)
    anna, ben = (make.employee(name, superior=li) for name in ("Anna", "Ben"))
    cycle = make.open_cycle()
    annas = make.review(cycle, anna, stage="rating", proposed=None)
    make.review(cycle, ben, stage="self_assessment", proposed=None)
    with make.fixture() as op:  # a colleague's rating of Wang's: he does not evaluate her as well
        sealed = {"state": "submitted", "signature": "0" * 64, "signed_at": NOW}
        op.session.add(Rating(review_id=annas.id, rater_id=wang.id, kind="peer", **sealed))
    people.record_leave(li.id, "sick", TODAY, actor=SYSTEM, now=NOW)
    client = client_of(app, make.employee("Staff", roles=("employee", "hr")).user_id)

    files = client.get("/people/", headers=ENGLISH).text
    assert f"/deputies/list/?person={li.id}#appoint" in files and "no deputy" in files
    form = client.get(f"/deputies/list/?person={li.id}", headers=ENGLISH).text
    assert f'value="{li.id}"' in form and "There are no deputies at present." in form
    data = {"person": li.id, "deputy": wang.id, "role": "superior", "reason": "Ill."}
    data |= {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=9)).isoformat()}
    assert client.post("/deputies/appoint", data=data, headers=ENGLISH).status_code == 303
    assert second_confirms() == 1 and follow_deputies(actor=SYSTEM, now=NOW) == 1

    page = client.get("/deputies/list/", headers=ENGLISH).text
    assert "1 case is with the deputy." in page and "1 case may not go and stays." in page and "3.3-d" in page
    assert "no deputy" not in client.get("/people/", headers=ENGLISH).text
    home = client_of(app, wang.user_id).get("/", headers=ENGLISH).text
    assert "You act in the place of Li until the end of" in home
    with acting_as(SYSTEM):
        row, case = db.session.query(Deputy).one(), db.session.get_one(Review, annas.id)
        assert (row.person_id, row.deputy_id, case.superior_id) == (li.id, wang.id, li.id)
        assert db.session.get_one(Employee, li.id).status == "on_leave"
        key = row.id
    db.session.rollback()
    ended = client.post(f"/deputies/{key}/end", data={"reason": "Back sooner."}, headers=ENGLISH)
    assert ended.status_code == 303 and second_confirms() == 1
    assert "Back sooner." in client.get("/deputies/list/", headers=ENGLISH).text
