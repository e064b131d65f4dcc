"""One of HR tries alone to change what a locked case reads of somebody's file: dates, leaves, yearly ratings (6.1-a)."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from admin.cli import dispatch
from admin.domain.basis import FileChange, rests_on_change
from admin.models import (
    AnnualRating,
    Confirmation,
    Cycle,
    Employee,
    Import,
    Leave,
    PredecessorStatement,
    Review,
    db,
)
from admin.models.accounts import User
from admin.models.base import is_writing
from admin.operations.accounts.confirmations import confirm
from admin.operations.cases.figures_lock import lock
from admin.operations.cycles.reviewers import appoint_reviewer
from admin.operations.imports import imports
from admin.operations.imports.import_kinds import KINDS
from admin.operations.imports.imports_reading import uploads_folder
from admin.operations.people.moving import move
from admin.operations.people.people import come_back, mark_left
from admin.operations.seconding import Proposed
from admin.queries.cases.review_facts import review_facts
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
ENGLISH = {"Accept-Language": "en"}
UNTIL = date(2026, 12, 31)


@dataclass
class Locked:
    review: Review
    subject: Employee
    head: Employee
    hr: Employee
    second: Employee
    beside: Employee


@pytest.fixture
def locked(session) -> Locked:
    """A case whose figures are locked, two of HR, and somebody without a case."""
    head = make.employee("Head", roles=("employee",))
    team = make.department("Team", head=head)
    subject, beside = make.employee("Subject", of=team), make.employee("Beside", of=team)
    hr, second = make.employee("HR", roles=("employee", "hr")), make.employee("Second", roles=("employee", "hr"))
    cycle = make.open_cycle()
    review = make.review(cycle, subject, stage="department_review", present="J2", head_id=head.id)
    with make.fixture() as op:
        lock(op, op.get(type(cycle), cycle.id), NOW)
    return Locked(review, subject, head, hr, second, beside)


def waiting() -> list[Confirmation]:
    db.session.rollback()
    query = select(Confirmation).where(Confirmation.stage == "proposed").order_by(Confirmation.id)
    return list(db.session.scalars(query.execution_options(unscoped=True)))


def rows(table: Any, *where: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(table).where(*where).order_by(table.id).execution_options(unscoped=True)))


def confirmed(app, locked, key):
    return client_of(app, locked.second.user_id).post(f"/act/confirmation/{key}/confirm").status_code


def test_dates_of_service_are_corrected_by_two_by_the_api_and_at_once_where_no_case_rests_on_them(app, locked):
    headers, client = headers_of(app, locked.hr.user_id), app.test_client()
    before = locked.subject.hired_on
    sent = {"hired_on": "2010-01-04"}
    assert client.put(f"/api/v1/employees/{locked.beside.id}", json=sent, headers=headers).status_code == 200
    assert client.put(f"/api/v1/employees/{locked.subject.id}", json=sent, headers=headers).status_code == 202
    assert rows(Employee, Employee.id == locked.subject.id)[0].hired_on == before
    (waits,) = waiting()
    assert waits.cases == [locked.review.id] and waits.concerned == [locked.subject.id]
    page = client_of(app, locked.second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert "Hired on" in page and "2010-01-04" in page
    # An address may change meanwhile: the proposal holds what was to be another, and no more.
    with make.fixture() as op:
        op.get(Employee, locked.subject.id).email = "subject@example.com"
    assert confirmed(app, locked, waits.id) == 302
    assert rows(Employee, Employee.id == locked.subject.id)[0].hired_on == date(2010, 1, 4)
    seen = client_of(app, locked.head.user_id).get(f"/reviews/{locked.review.id}", headers=ENGLISH).text
    assert "Correct the dates of service" in seen and "2010-01-04" in seen


def test_a_leave_in_the_period_is_recorded_by_two_and_one_after_it_at_once(app, locked):
    client = client_of(app, locked.hr.user_id)
    address = f"/act/employee/{locked.subject.id}/record_leave"
    later = {"kind": "leave", "starts_on": "2027-02-01", "ends_on": "2027-02-05"}
    assert client.post(address, data=later).status_code == 302 and len(rows(Leave)) == 1
    within = {"kind": "leave", "starts_on": "2026-01-05", "ends_on": "2026-10-05"}
    client.post(address, data=within)
    assert len(rows(Leave)) == 1
    (waits,) = waiting()
    assert confirmed(app, locked, waits.id) == 302
    assert [row.starts_on for row in rows(Leave)] == [date(2027, 2, 1), date(2026, 1, 5)]
    (leave,) = rows(Leave, Leave.starts_on == date(2026, 1, 5))
    client.post(f"/act/employee/{locked.subject.id}/come_back", data={"back_on": "2026-06-01"})
    assert rows(Leave, Leave.id == leave.id)[0].ends_on == date(2026, 10, 5)
    (ends,) = waiting()
    assert ends.act == "end_leave" and confirmed(app, locked, ends.id) == 302
    assert rows(Leave, Leave.id == leave.id)[0].ends_on == date(2026, 5, 31)


def test_a_file_that_touches_a_locked_case_waits_whole_and_one_that_does_not_is_applied(app, locked):
    hr = client_of(app, locked.hr.user_id)
    assert uploaded(hr, f"工號,年度,考核結果\n{locked.beside.number},2025,優秀\n") == "applied"
    both = f"工號,年度,考核結果\n{locked.beside.number},2024,優秀\n{locked.subject.number},2025,優秀\n"
    assert uploaded(hr, both) == "checked"
    assert len(rows(AnnualRating)) == 1
    (waits,) = waiting()
    assert (waits.process, waits.cases) == ("import", [locked.review.id])
    page = client_of(app, locked.second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert f"/imports/{waits.record_id}" in page and "Yearly rating" in page
    shown = hr.get(f"/imports/{waits.record_id}", headers=ENGLISH).text
    assert f"/confirmations/{waits.id}" in shown and "Apply the import" not in shown
    assert confirmed(app, locked, waits.id) == 302
    assert len(rows(AnnualRating)) == 3 and rows(Import)[-1].state == "applied"
    hr.post(f"/imports/{waits.record_id}/undo")
    assert len(rows(AnnualRating)) == 3
    (back,) = waiting()
    assert back.act == "undo_import" and back.cases == [locked.review.id]
    assert confirmed(app, locked, back.id) == 302
    assert len(rows(AnnualRating)) == 1


@pytest.fixture
def proposed(app, locked):
    """An import that waits for a second person: its row, the proposal, whoever proposed it."""
    hr = client_of(app, locked.hr.user_id)
    uploaded(hr, f"工號,年度,考核結果,建議\n{locked.subject.number},2025,合格,優秀\n")
    (waits,) = waiting()
    return rows(Import)[-1], waits, hr


def test_the_file_that_a_second_person_confirms_is_read_once_and_in_no_transaction(app, locked, proposed, monkeypatch):
    _row, waits, _hr = proposed
    reads, real = [], KINDS["ratings"]
    counted = replace(real, read=lambda *given: reads.append(is_writing()) or real.read(*given))
    monkeypatch.setitem(KINDS, "ratings", counted)
    assert confirmed(app, locked, waits.id) == 302
    assert reads == [False] and len(rows(AnnualRating)) == 1


def test_columns_are_chosen_anew_of_no_file_that_waits_for_a_second_person(app, locked, proposed):
    """What was shown to the second person is what is confirmed, and not what another column says."""
    row, waits, hr = proposed
    another = {"number": "工號", "year": "年度", "rating": "建議"}
    form = {f"column-{name}": column for name, column in another.items()}
    answer = hr.post(f"/imports/{row.id}/mapping", data=form, headers=ENGLISH)
    assert answer.status_code == 409 and "take the proposal back" in answer.text, answer.text
    assert hr.post(f"/imports/{row.id}/check").status_code == 303, "under the same columns it is looked at again"
    with make.fixture() as op:  # past the door, as a window would that was open before
        held = op.get(Import, row.id)
        held.mapping = {**held.mapping, "rating": "建議"}
    assert confirmed(app, locked, waits.id) == 409
    assert rows(AnnualRating) == []


def test_the_command_line_brings_in_nobodys_name_nothing_on_which_a_locked_case_rests(
    app, locked, monkeypatch, tmp_path, capsys
):
    """Alone the machine is refused; in somebody's name it waits for a second person like every other door."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    resting, free = (tmp_path / name for name in ("resting.csv", "free.csv"))
    resting.write_text(f"工號,年度,考核結果\n{locked.subject.number},2025,優秀\n")
    free.write_text(f"工號,年度,考核結果\n{locked.beside.number},2025,優秀\n")
    assert dispatch.main(["import", "ratings", str(free)]) == 0 and len(rows(AnnualRating)) == 1
    assert dispatch.main(["import", "ratings", str(resting)]) == 3
    assert "--as" in capsys.readouterr().err and len(rows(AnnualRating)) == 1 and waiting() == []
    with app.app_context():
        name = db.session.get(User, locked.hr.user_id).username
    assert dispatch.main(["import", "ratings", str(resting), "--as", name]) == 0
    (waits,) = waiting()
    assert f"confirmation {waits.id}" in capsys.readouterr().out
    assert confirmed(app, locked, waits.id) == 302 and len(rows(AnnualRating)) == 2


def test_a_number_that_belongs_to_somebody_else_by_then_brings_them_nothing(app, locked, proposed):
    _row, waits, _hr = proposed
    with make.fixture() as op:
        subject, beside = op.get(Employee, locked.subject.id), op.get(Employee, locked.beside.id)
        number, subject.number = subject.number, "elsewhere"
        op.session.flush()
        beside.number = number
    assert confirmed(app, locked, waits.id) == 409
    assert rows(AnnualRating) == [] and len(waiting()) == 1


@pytest.mark.parametrize("harm", ["cleared away", "altered"])
def test_a_file_that_is_gone_or_altered_when_it_is_confirmed_is_refused_in_words(app, locked, proposed, harm):
    row, waits, _hr = proposed
    place = uploads_folder() / row.sha256
    kept = place.read_bytes()
    try:
        place.unlink() if harm == "cleared away" else place.write_bytes(b"other")
        answer = client_of(app, locked.second.user_id).post(f"/act/confirmation/{waits.id}/confirm", headers=ENGLISH)
    finally:
        place.write_bytes(kept)
    assert answer.status_code == 409 and "upload it again" in answer.text
    assert len(waiting()) == 1


def uploaded(client, text):
    """What became of a file of yearly ratings that is sent and applied as HR does it."""
    sent = {"file": (io.BytesIO(text.encode()), "ratings.csv")}
    assert client.post("/imports/new/ratings", data=sent).status_code in (302, 303)
    row = rows(Import)[-1]
    client.post(f"/imports/{row.id}/check")
    client.post(f"/imports/{row.id}/apply")
    return rows(Import)[-1].state


def test_a_sample_of_a_large_file_is_kept_with_the_count_of_the_others(app, locked):
    people = [make.employee(f"Person {place}") for place in range(25)]
    for person in people:
        make.review(rows(Cycle)[0], person, stage="department_review", present="J2")
    text = "工號,年度,考核結果\n" + "".join(f"{person.number},2025,優秀\n" for person in people)
    with pytest.raises(Proposed) as waits:
        imports.import_file("ratings", "ratings.csv", text.encode(), actor=make.actor_of(locked.hr), now=NOW)
    row = db.session.get(Confirmation, waits.value.confirmation_id)
    assert len(row.difference) == 21 and row.difference[-1]["more"] == 5
    assert len(row.cases) == len(row.concerned) == 25 and row.record_id == rows(Import)[-1].id
    page = client_of(app, locked.second.user_id).get(f"/confirmations/{row.id}", headers=ENGLISH).text
    assert "and 5 more" in page


def test_a_reviewer_in_the_heads_place_is_named_by_two_before_the_cycle_opens(app, locked):
    planned = make.open_cycle(2027)
    with make.fixture() as op:
        cycle = op.get(Cycle, planned.id)
        cycle.stage, cycle.opened_at = "planned", None
    other = make.employee("Other")
    with pytest.raises(Proposed) as waits:
        appoint_reviewer(planned.id, [locked.beside.id], other.id, "kin", actor=make.actor_of(locked.hr), now=NOW)
    assert confirmed(app, locked, waits.value.confirmation_id) == 302
    # It stands, so that naming the same again changes nothing and waits for nobody.
    appoint_reviewer(planned.id, [locked.beside.id], other.id, "kin", actor=make.actor_of(locked.hr), now=NOW)
    assert waiting() == []


@pytest.mark.parametrize(
    "change",
    [
        FileChange("leaves", {"starts_on": (None, UNTIL), "ends_on": (None, None)}),
        FileChange("leaves", {"ends_on": (None, "2026-12-30")}),
        FileChange("leaves", {"ends_on": ("2026-06-01", "2027-06-01")}),
        FileChange("leaves", {"starts_on": ("2027-01-01", "2026-12-31")}),
        FileChange("annual_ratings", {"rating": ("good", None)}, (2026, None)),
        FileChange("annual_ratings", {"rating": ("good", "bad")}),
        FileChange("employees", {"hired_on": ("2027-01-01", "2027-01-02")}),
    ],
)
def test_a_case_rests_on_it(change):
    assert rests_on_change(change, until=UNTIL, year=2026)


@pytest.mark.parametrize(
    "change",
    [
        FileChange("leaves", {"starts_on": (None, UNTIL + timedelta(days=1)), "ends_on": (None, None)}),
        FileChange("leaves", {"ends_on": (None, "2027-01-01")}),
        FileChange("annual_ratings", {"rating": (None, "good")}, (None, 2027)),
    ],
)
def test_a_case_does_not_rest_on_it(change):
    assert not rests_on_change(change, until=UNTIL, year=2026)


def test_a_leaving_that_ends_a_running_case_waits_for_a_second_at_every_door_and_any_other_goes_at_once(
    app, locked, monkeypatch, tmp_path, capsys
):
    hr, today = client_of(app, locked.hr.user_id), f"{NOW:%Y-%m-%d}"
    hr.post("/people/left", data={"employee": locked.beside.id, "left_on": today})
    assert rows(Employee, Employee.id == locked.beside.id)[0].status == "left" and waiting() == []
    headers, client = headers_of(app, locked.hr.user_id), app.test_client()
    sent = {"left_on": today, "reason": "Moves abroad."}
    asked = (
        lambda: hr.post("/people/left", data={"employee": locked.subject.id, **sent}).status_code,
        lambda: hr.post(f"/act/employee/{locked.subject.id}/mark_left", data=sent).status_code,
        lambda: client.post(f"/api/v1/employees/{locked.subject.id}/left", json=sent, headers=headers).status_code,
    )
    for door, status in zip(asked, (303, 303, 202), strict=True):
        assert door() == status
        assert rows(Employee, Employee.id == locked.subject.id)[0].left_on is None
        (waits,) = waiting()
        assert (waits.act, waits.cases, waits.concerned) == ("mark_left", [locked.review.id], [locked.subject.id])
        assert hr.post(f"/act/confirmation/{waits.id}/withdraw", data={"reason": "Again."}).status_code == 302
    listed = f"工號,姓名,部門,入職日期,狀態\n{locked.subject.number},Subject,Team,2020-01-06,離職\n"
    (file := tmp_path / "people.csv").write_text(listed)
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    assert dispatch.main(["import", "employees", str(file)]) == 3
    assert "--as" in capsys.readouterr().err and waiting() == []
    assert rows(Review)[0].stage == "department_review"
    asked[0]()
    (waits,) = waiting()
    page = client_of(app, locked.second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert "Left on" in page and today in page and f"/reviews/{locked.review.id}" in page
    assert confirmed(app, locked, waits.id) == 302
    assert rows(Review)[0].stage == "left" and rows(Employee, Employee.id == locked.subject.id)[0].status == "left"


def test_a_leaving_to_come_waits_before_the_lock_too_is_confirmed_on_a_later_day_and_taken_back_by_two(app, session):
    hr, second = (make.employee(name, roles=("employee", "hr")) for name in ("HR", "Second"))
    subject, day = make.employee("Subject"), NOW.date() + timedelta(days=2)
    review = make.review(make.open_cycle(), subject, stage="self_assessment", present="J2")
    with pytest.raises(Proposed) as waits:
        mark_left(subject.id, day, actor=make.actor_of(hr), now=NOW)
    later = NOW + timedelta(days=3)
    confirm(waits.value.confirmation_id, actor=make.actor_of(second), now=NOW)
    assert rows(Employee, Employee.id == subject.id)[0].left_on == day and rows(Review)[0].stage == "self_assessment"
    with pytest.raises(Proposed) as back:
        come_back(subject.id, NOW.date(), actor=make.actor_of(hr), now=NOW)
    confirm(back.value.confirmation_id, actor=make.actor_of(second), now=NOW)
    assert rows(Employee, Employee.id == subject.id)[0].left_on is None
    with pytest.raises(Proposed) as again:
        mark_left(subject.id, day, actor=make.actor_of(hr), now=NOW)
    # Its day has come meanwhile: what was shown is what is done, and the case is closed with it.
    confirm(again.value.confirmation_id, actor=make.actor_of(second), now=later)
    assert [row.stage for row in rows(Review)] == ["left"] and rows(Review)[0].id == review.id


def test_what_a_predecessor_says_is_attached_by_two_and_its_words_are_read_by_the_second(app, session):
    hr, second = (make.employee(name, roles=("employee", "hr")) for name in ("HR", "Second"))
    before, lead = make.employee("Before"), make.employee("Lead")
    subject = make.employee("Subject", superior=before)
    with make.fixture() as op:
        move(subject.id, {"superior_id": lead.id}, moved_on=NOW.date() - timedelta(days=10), actor=op.actor, now=NOW)
    review = make.review(make.open_cycle(), subject, stage="rating", present="J2", superior_id=lead.id)
    sent = {"form": "statement", "text": "Did well under me."}
    client_of(app, hr.user_id).post(f"/act/review/{review.id}/attach_predecessor_statement", data=sent)
    assert rows(PredecessorStatement) == []
    (waits,) = waiting()
    assert (waits.cases, waits.concerned) == ([review.id], [subject.id])
    page = client_of(app, second.user_id).get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    assert "Did well under me." in page and "What there is" in page
    assert client_of(app, second.user_id).post(f"/act/confirmation/{waits.id}/confirm").status_code == 302
    assert [row.author_id for row in rows(PredecessorStatement)] == [before.id]
    assert "Attach the predecessor" in client_of(app, lead.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    client = client_of(app, before.user_id)
    assert "A statement was written down in your name" in client.get("/", headers=ENGLISH).text
    assert "Did well under me." in client.get(f"/files/{before.number}", headers=ENGLISH).text
    (said,) = rows(PredecessorStatement)
    sent = {"statement": said.id, "reason": "I was never asked."}
    for stranger in (lead, hr):
        own = client_of(app, stranger.user_id).post(f"/act/employee/{before.id}/disown_statement", data=sent)
        assert own.status_code in (404, 409) and rows(PredecessorStatement)[0].disowned_at is None
    assert client.post(f"/act/employee/{before.id}/disown_statement", data=sent).status_code == 302
    seen = client_of(app, lead.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "disowned by its author" in seen and "HR first attaches" in seen
    with make.fixture() as op:
        assert review_facts(op.session, op.get(Review, review.id), make.actor_of(lead), NOW).get("predecessor_missing")


def test_whoever_was_heard_reads_what_was_written_down_and_adds_to_it_for_all_who_judge(app, session):
    hr, lead, subject = make.employee("HR", roles=("employee", "hr")), make.employee("Lead"), make.employee("Subject")
    head = make.employee("Head")
    people = {"superior_id": lead.id, "head_id": head.id}
    review = make.review(make.open_cycle(), subject, stage="department_review", present="J2", **people)
    with make.fixture() as op:
        op.get(Review, review.id).demotion_ground = "1"
    client, act = client_of(app, subject.user_id), f"/act/review/{review.id}"
    assert client.post(f"{act}/add_to_hearing", data={"text": "Too early."}).status_code == 409
    client_of(app, hr.user_id).post(f"{act}/record_hearing", data={"form": "interview", "text": "Admits it."})
    page = client.get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "Admits it." in page and "add to it" in client.get("/", headers=ENGLISH).text
    for words in ("I do not.", "I was ill."):
        assert client.post(f"{act}/add_to_hearing", data={"text": words}).status_code == 302
    assert client_of(app, hr.user_id).post(f"{act}/add_to_hearing", data={"text": "No."}).status_code in (404, 409)
    seen = client_of(app, head.user_id).get(f"/reviews/{review.id}", headers=ENGLISH).text
    assert "Added by the employee" in seen and "I do not.\n\nI was ill." in seen
    assert "has added to the record" in client_of(app, head.user_id).get("/", headers=ENGLISH).text
