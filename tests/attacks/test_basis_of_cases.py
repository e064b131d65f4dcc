"""One of HR tries alone to change what a case rests on; what two have changed is shown to whoever judges next (6.1-a)."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin.models import Appeal, Confirmation, Metric, NoticeRow, Notification, Review, db
from admin.operations.accounts.confirmations import confirm, reject
from admin.operations.cases.figures_lock import lock
from admin.queries.outcome.documents import issuable
from tests import factories as make
from tests.factories import NOW
from tests.files.test_uploads import picture
from tests.operations.appealing import ENDS, TEXT, on_notice
from tests.operations.bodies import case, committee, planned
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}


def waiting():
    db.session.rollback()
    query = select(Confirmation).where(Confirmation.stage == "proposed").order_by(Confirmation.id)
    return list(db.session.scalars(query.execution_options(unscoped=True)))


def rows(table, *where):
    db.session.rollback()
    return list(db.session.scalars(select(table).where(*where).order_by(table.id).execution_options(unscoped=True)))


def second_of_hr():
    return make.employee("Second", roles=("employee", "hr"))


def paper(result, filer=None):
    return {
        "notice_row": result.row, "filer": filer or result.subject.employee_id, "ground": "figures", "addressee": "panel",
        "text": TEXT, "scan": (io.BytesIO(picture()), "form.png"),
    }  # fmt: skip


def test_an_appeal_that_one_of_hr_enters_for_somebody_is_filed_by_a_second_and_was_received_when_it_was_entered(
    app, session
):
    result, second = on_notice(), second_of_hr()
    client = client_of(app, result.hr.user_id)
    assert client.post("/appeals/add", data=paper(result)).status_code == 303
    assert rows(Appeal) == [] and rows(Review)[0].stage == "on_notice"
    (waits,) = waiting()
    after = ENDS + timedelta(days=1)
    # Neither does it come too late nor is the result issued meanwhile.
    assert issuable(db.session(), result.review.cycle_id, after) == []
    page = client_of(app, second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert TEXT in page and "form.png" in page
    file = page.partition(f'href="/confirmations/{waits.id}/files/')[2].partition('"')[0]
    assert client_of(app, second.user_id).get(f"/confirmations/{waits.id}/files/{file}").status_code == 200
    assert client_of(app, result.subject.user_id).get(f"/confirmations/{waits.id}/files/{file}").status_code == 404
    confirm(waits.id, actor=make.actor_of(second), now=after)
    (appeal,) = rows(Appeal)
    assert (appeal.received_at, appeal.entered_by_proxy, appeal.text) == (NOW, True, TEXT)
    told = rows(Notification, Notification.action == "enter_for")
    assert [each.user_id for each in told] == [result.subject.user_id]
    assert client_of(app, result.subject.user_id).post(f"/act/appeal/{appeal.id}/disown").status_code == 302


def test_a_rejected_one_uses_up_no_ground_holds_nothing_up_and_keeps_no_words(app, session):
    result, second = on_notice(), second_of_hr()
    client_of(app, result.hr.user_id).post("/appeals/add", data=paper(result))
    (waits,) = waiting()
    reject(waits.id, "The signature is another's.", actor=make.actor_of(second), now=NOW)
    assert issuable(db.session(), result.review.cycle_id, ENDS + timedelta(days=1)) == [result.review.id]
    (kept,) = rows(Confirmation)
    assert kept.asked == {} and TEXT not in str(kept.difference)
    own = {"ground": "figures", "text": TEXT, "addressee": "panel"}
    answer = client_of(app, result.subject.user_id).post(
        f"/appeal/?row={result.row}&notice={result.notice.number}", data=own
    )
    assert answer.status_code == 302


def test_who_objects_to_a_result_on_paper_is_not_learned_by_a_second_who_is_its_subject(app, session):
    result, second = on_notice(), second_of_hr()
    with make.fixture() as op:
        op.get(Review, result.review.id).employee_id = second.id
    client_of(app, result.hr.user_id).post("/appeals/add", data=paper(result, result.colleague.employee_id))
    (waits,) = waiting()
    client = client_of(app, second.user_id)
    assert client.get(f"/confirmations/{waits.id}").status_code == 404
    assert f"/confirmations/{waits.id}" not in client.get("/confirmations/").text
    assert client.post(f"/act/confirmation/{waits.id}/confirm").status_code == 404


def test_a_printed_name_is_corrected_by_two_who_read_the_old_and_the_new_one(app, session):
    result, second = on_notice(), second_of_hr()
    data = {"row": result.row, "printed_name": "Subject Spelt Anew", "reason": "Misspelt."}
    address = f"/notices/{result.notice.id}/correct"
    assert client_of(app, result.hr.user_id).post(address, data=data).status_code == 303
    assert len(rows(NoticeRow)) == 1 and not rows(NoticeRow)[0].superseded
    (waits,) = waiting()
    assert [(each["column"], each["from"], each["to"]) for each in waits.difference] == [
        ("printed_name", result.notice.rows[0].printed_name, "Subject Spelt Anew")
    ]
    answer = client_of(app, second.user_id).post(f"/act/confirmation/{waits.id}/confirm")
    assert answer.status_code == 302
    assert [row.printed_name for row in rows(NoticeRow)][1:] == ["Subject Spelt Anew"]


@pytest.fixture
def reviewed(session):
    """A case with its department, whose figures are locked, and two of HR."""
    make.confirmed_calendar(2026, 2027)
    lead, head = make.employee("Lead"), make.employee("Head")
    subject = make.employee("Subject", superior=lead)
    hr, second = make.employee("HR", roles=("employee", "hr")), second_of_hr()
    cycle = make.open_cycle()
    review = make.review(cycle, subject, stage="department_review", present="J2", superior_id=lead.id, head_id=head.id)
    with make.fixture() as op:
        op.add(Metric(employee_id=subject.id, month=date(2026, 3, 1), queue="phone", code="resolved", value=900.0))
        lock(op, op.get(type(cycle), cycle.id), NOW)
    return review, lead, head, hr, second


def test_a_figure_after_the_lock_is_changed_by_two_and_the_head_sees_the_difference(app, reviewed):
    review, _lead, head, hr, second = reviewed
    data = {"month": "2026-03-15", "queue": "phone", "figure": "resolved", "value": "100", "reason": "Counted twice."}
    address = f"/api/v1/reviews/{review.id}/actions/correct_figure"
    client = app.test_client()
    answer = client.post(address, json=data, headers=headers_of(app, hr.user_id))
    assert answer.status_code == 202, answer.text
    assert client.post(address, json=data, headers=headers_of(app, hr.user_id)).status_code == 409  # it waits already
    assert [row.value for row in rows(Metric)] == [900.0]
    (waits,) = waiting()
    page = client_of(app, second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert "2026-03" in page and "900.0 → 100.0" in page and "Counted twice." in page
    assert client_of(app, hr.user_id).post(f"/act/confirmation/{waits.id}/confirm").status_code == 409
    assert client_of(app, second.user_id).post(f"/act/confirmation/{waits.id}/confirm").status_code == 302
    assert [row.value for row in rows(Metric)] == [100.0]
    seen = client_of(app, head.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "900.0 → 100.0" in seen and "Counted twice." in seen and "6.1-a" in seen
    own = client_of(app, review.employee.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "Changed since the case was opened" not in own


def test_nothing_is_confirmed_but_what_was_shown(app, reviewed):
    """Of two proposals that start from one figure the second would no longer do what its page says."""
    review, _lead, _head, hr, second = reviewed
    data = {"month": "2026-03-15", "queue": "phone", "figure": "resolved", "reason": "Counted twice."}
    for value in ("500", "100"):
        assert client_of(app, hr.user_id).post(f"/act/review/{review.id}/correct_figure", data={**data, "value": value})
    first, stale = waiting()
    confirmer = client_of(app, second.user_id)
    assert confirmer.post(f"/act/confirmation/{first.id}/confirm").status_code == 302
    refused = confirmer.post(f"/act/confirmation/{stale.id}/confirm", headers=ENGLISH)
    assert refused.status_code == 409 and "no longer do what is shown here" in refused.text
    assert [row.value for row in rows(Metric)] == [500.0] and len(waiting()) == 1


def test_another_judge_of_a_case_is_named_by_two(app, reviewed):
    review, lead, head, hr, second = reviewed
    other = make.employee("Other")
    data = {"superior": other.id, "cases_as_superior": [review.id], "reason": "He moves on."}
    client, address = client_of(app, hr.user_id), f"/people/{lead.id}/open-work/hand-over"
    seen = re.search(r'name="seen" value="(\w+)"', client.post(address, data=data).text)
    assert seen is not None and client.post(address, data=data | {"seen": seen[1]}).status_code == 303
    assert rows(Review)[0].superior_id == lead.id
    (waits,) = waiting()
    assert client_of(app, second.user_id).post(f"/act/confirmation/{waits.id}/confirm").status_code == 302
    assert rows(Review)[0].superior_id == other.id
    seen = client_of(app, head.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "Hand over a person" in seen and "He moves on." in seen


def test_the_committee_reads_in_the_packet_what_was_changed_and_by_whom(app, session):
    body = committee()
    one = case(body, proposed="J3")
    second, new = second_of_hr(), make.employee("New")
    meeting = planned(body, [one])
    given = {"employee": new.number, "constituency": "hr", "office": "alternate", "term_from": NOW.date().isoformat()}
    assert client_of(app, body.hr.user_id).post("/bodies/appoint", data=given).status_code == 303
    (waits,) = waiting()
    assert client_of(app, second.user_id).post(f"/act/confirmation/{waits.id}/confirm").status_code == 302
    item = meeting.items[0].id
    page = client_of(app, body.people["Hua"].user_id).get(f"/meetings/{meeting.id}/cases/{item}", headers=ENGLISH)
    assert page.status_code == 200 and "Appoint a member" in page.text and f"{new.number} New" in page.text
