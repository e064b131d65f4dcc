"""Follow-up after a change of grade: asked on its day, reminded, written by the superior, read by the person and HR (6.2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from admin.access.actor import system_actor
from admin.files.table_reading import read_table
from admin.models import Employee, FollowUp, FollowUpNote, Notification, db
from admin.operations.development.follow_ups import ask_follow_ups, remind_follow_ups, report_follow_ups
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

ENGLISH = {"Accept-Language": "en"}
SINCE = date(2026, 10, 1)


def told(action: str) -> list[int]:
    db.session.rollback()
    query = select(Notification.user_id).where(Notification.process == "follow_up", Notification.action == action)
    return list(db.session.scalars(query.order_by(Notification.id).execution_options(unscoped=True)))


def notes() -> list[FollowUpNote]:
    db.session.rollback()
    return list(db.session.scalars(select(FollowUpNote).order_by(FollowUpNote.id).execution_options(unscoped=True)))


def timed(work: Any, days: int = 0) -> int:
    return int(work(actor=system_actor(), now=NOW + timedelta(days=days)))


def test_a_change_of_grade_is_followed_up_by_the_superior_and_the_report_is_made_of_the_notes(
    session: Any, app: Any, no_tokens: None
) -> None:
    place = make.department()
    boss = make.employee("Boss", of=place)
    anna, ben, gone = (make.employee(name, of=place) for name in ("Anna", "Ben", "Gone"))
    hr = make.employee("Hana", roles=("employee", "hr"))
    with make.fixture() as op:
        for each in (anna, ben, gone):
            op.get(Employee, each.id).superior_id = boss.id
        op.get(Employee, gone.id).status = "left"
    for each in (anna, ben, gone):
        make.holds(each, "J1")
    make.moved(anna, "J2", SINCE)
    make.moved(gone, "J2", SINCE)
    make.moved(ben, "J2", date(2026, 4, 20))  # 30 and 90 days after it are long ago, 180 are within the patience

    assert timed(ask_follow_ups) == 2 and timed(ask_follow_ups) == 0  # once; not of a leaver, not what is long ago
    assert told("ask") == [boss.user_id, boss.user_id]
    assert timed(remind_follow_ups, 6) == 0 and timed(remind_follow_ups, 7) == 2
    assert [timed(remind_follow_ups, days) for days in (14, 21, 28)] == [2, 2, 0]  # each week, three times at most
    first, second = db.session.scalars(
        select(FollowUp).order_by(FollowUp.due_on.desc()).execution_options(unscoped=True)
    )
    assert (first.after_days, first.due_on, second.after_days) == (30, date(2026, 10, 31), 180)

    bosses, annas, bens, hrs = (client_of(app, who.user_id) for who in (boss, anna, ben, hr))
    assert "2 follow-up notes to write" in bosses.get("/", headers=ENGLISH).text
    page, given = f"/follow-up/{first.id}", {"outcome": "support", "text": "Calm with callers, slow in the tool."}
    empty = bosses.post(f"{page}/write", data={"outcome": "fine", "text": given["text"]}, headers=ENGLISH)
    assert empty.status_code == 422 and "Choose how the employee is doing" in empty.text and given["text"] in empty.text
    assert hrs.post(f"{page}/write", data=given).status_code in (403, 404)
    assert bosses.post(f"{page}/write", data=given).status_code == 303
    assert bosses.post(f"{page}/write", data=given, headers=ENGLISH).status_code == 422  # a correction says why
    again = given | {"outcome": "well", "reason": "Another week has passed."}
    assert bosses.post(f"{page}/write", data=again).status_code == 303
    assert [(each.outcome, each.reason) for each in notes()] == [
        ("support", None),
        ("well", "Another week has passed."),
    ]
    assert (told("write"), told("correct")) == ([anna.user_id], [anna.user_id])
    for reader in (annas, hrs):
        text = reader.get(page, headers=ENGLISH).text
        assert "slow in the tool" in text and "Another week has passed." in text
    assert bens.get(page).status_code == 404 and annas.get(f"/follow-up/{second.id}").status_code == 404
    assert "1 follow-up note to write" in bosses.get("/", headers=ENGLISH).text

    report = hrs.get("/follow-up/report?quarter=2026-4", headers=ENGLISH).text
    assert place.name in report and "Doing well" in report
    data = hrs.post("/follow-up/report/export", data={"quarter": "2026-4"}, headers=ENGLISH).data
    assert [row[1:4] for row in read_table("r.xlsx", data, sheet="Departments").rows] == [[2, 1, 1]]
    assert [row[10] for row in read_table("r.xlsx", data, sheet="Notes").rows] == ["", given["text"], given["text"]]
    assert hrs.get("/follow-up/report?quarter=2026-5").status_code == 404
    assert timed(report_follow_ups, 60) == 1 and timed(report_follow_ups, 61) == 0 and told("report") == [hr.user_id]


def test_where_nobody_leads_the_head_writes_and_a_document_taken_back_is_not_followed_up(
    session: Any, app: Any, no_tokens: None
) -> None:
    place = make.department()
    head, anna = make.employee("Li", of=place), make.employee("Anna", of=place)
    with make.fixture() as op:
        place = op.get(type(place), place.id)
        place.head_id = head.id
    make.holds(anna, "J1")
    change = make.moved(anna, "J2", SINCE)
    assert timed(ask_follow_ups) == 1 and told("ask") == []
    (row,) = db.session.scalars(select(FollowUp).execution_options(unscoped=True))
    heads = client_of(app, head.user_id)
    given = {"outcome": "well", "text": "Fine."}
    assert heads.post(f"/follow-up/{row.id}/write", data=given).status_code == 303
    back = make.moved(anna, "J1", date(2026, 11, 1), kind="withdrawal")
    with make.fixture() as op:
        op.get(type(back), back.id).reverses_id = change.id
    assert timed(ask_follow_ups, 40) == 1  # the withdrawal's own; nothing more of what it took back
