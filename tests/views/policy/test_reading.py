"""The policy explained: who has read it, and questions that are published without a name (6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from admin.access.actor import system_actor
from admin.files.table_reading import read_table
from admin.models import Notification, PolicyQuestion, PolicyReading, db
from admin.operations.policy.readings import remind_readings
from admin.queries.policy.policy import version_on
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}


def reminded(days: int) -> int:
    return remind_readings(actor=system_actor(), now=NOW + timedelta(days=days))


def told(process: str, action: str) -> list[int]:
    db.session.rollback()
    query = select(Notification.user_id).where(Notification.process == process, Notification.action == action)
    return list(db.session.scalars(query.order_by(Notification.user_id).execution_options(unscoped=True)))


def test_everyone_says_that_they_have_read_the_version_in_force_and_who_has_not_is_reminded(
    session: Any, app: Any, no_tokens: None
) -> None:
    anna, ben = make.employee("Anna"), make.employee("Ben")
    hr = make.employee("Hana", roles=("employee", "hr"))
    number = version_on(db.session(), NOW.date()).number
    annas, hrs = client_of(app, anna.user_id), client_of(app, hr.user_id)

    assert reminded(0) == 0 and "The policy to read" not in annas.get("/", headers=ENGLISH).text  # nobody has asked
    assert hrs.post("/policy/readings/ask", data={"number": number + 1}).status_code == 409
    assert hrs.post("/policy/readings/ask", data={"number": number}).status_code == 303
    assert hrs.post("/policy/read", data={"number": number}).status_code == 303
    assert "The policy to read" in annas.get("/", headers=ENGLISH).text
    assert reminded(0) == 2 and reminded(0) == 0
    assert told("policy_reading", "ask") == sorted([anna.user_id, ben.user_id])

    page = annas.get("/policy/clauses", headers=ENGLISH).text
    assert f"I have read version {number}" in page
    late = annas.post("/policy/read", data={"number": number + 1}, headers=ENGLISH)
    assert late.status_code == 409 and "is in force by now" in late.text
    assert [annas.post("/policy/read", data={"number": number}).status_code for _ in range(2)] == [303, 303]
    db.session.rollback()
    assert len(db.session.scalars(select(PolicyReading.id).execution_options(unscoped=True)).all()) == 2
    assert f"You have read version {number}" in annas.get("/policy/clauses", headers=ENGLISH).text
    assert [reminded(days) for days in (6, 7, 14, 21, 28)] == [0, 1, 1, 1, 0]  # three times, and only who has not
    assert "Ben" in hrs.get("/policy/readings?show=unread", headers=ENGLISH).text
    listed = read_table("l.xlsx", hrs.post("/policy/readings/export", data={"show": "unread"}).data).rows
    assert [row[1] for row in listed] == ["Ben"]
    assert annas.get("/policy/readings").status_code in (403, 404)


def test_a_question_is_answered_by_hr_and_published_in_words_that_name_nobody(
    session: Any, app: Any, no_tokens: None
) -> None:
    anna, ben = make.employee("陳安娜"), make.employee("Li")
    hr, hana = (make.employee(name, roles=("employee", "hr")) for name in ("Hugo", "Hana"))
    annas, bens, hrs, hanas = (client_of(app, who.user_id) for who in (anna, ben, hr, hana))

    empty = annas.post("/policy/questions/ask", data={"text": " ", "clause": "4.1.1"}, headers=ENGLISH)
    assert empty.status_code == 422 and "This is needed" in empty.text
    unknown = annas.post("/policy/questions/ask", data={"text": "Hm?", "clause": "9.9"}, headers=ENGLISH)
    assert unknown.status_code == 422 and "no such clause" in unknown.text
    asked = {"text": "我是陳安娜,證書怎麼算?", "clause": "4.1.1"}
    assert annas.post("/policy/questions/ask", data=asked).status_code == 303
    db.session.rollback()
    (key,) = db.session.scalars(select(PolicyQuestion.id).execution_options(unscoped=True))
    page = f"/policy/questions/{key}"
    assert bens.get(page).status_code == 404 and annas.post(f"{page}/answer", data={"text": "x"}).status_code in (
        403,
        404,
    )
    assert "1 question about the policy" in hrs.get("/", headers=ENGLISH).text
    given = {"question": asked["text"], "answer": "A certificate counts once approved."}
    assert hrs.post(f"{page}/publish", data=given).status_code == 409  # not answered yet
    assert hrs.post(f"{page}/answer", data={"text": "It counts once approved."}).status_code == 303
    assert hanas.post(f"{page}/answer", data={"text": "Twice."}).status_code == 409
    assert told("policy_question", "answer") == [anna.user_id]

    named = hrs.post(f"{page}/publish", data=given, headers=ENGLISH)
    assert named.status_code == 422 and "names the person who asked" in named.text
    assert hrs.post(f"{page}/publish", data=given | {"question": "證書怎麼算?"}).status_code == 303
    seen = bens.get("/policy/questions", headers=ENGLISH).text
    assert "證書怎麼算?" in seen and given["answer"] in seen and "陳安娜" not in seen and "It counts once" not in seen
    assert hrs.post(f"{page}/take-down").status_code == 303
    assert "證書怎麼算?" not in bens.get("/policy/questions", headers=ENGLISH).text

    assert bens.post("/policy/questions/ask", data={"text": "A client waits: which policy?"}).status_code == 303
    page = f"/policy/questions/{key + 1}"
    assert hrs.post(f"{page}/answer", data={"text": "This one."}).status_code == 303
    plain = {"question": "A client waits: which policy?", "answer": "This one."}
    assert hrs.post(f"{page}/publish", data=plain).status_code == 303  # "Li" is no word of it
