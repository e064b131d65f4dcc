"""A long file is checked, applied and taken back by the worker: whole or not at all, whatever happens meanwhile (1.3.1, 6.1)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from admin.access.actor import acting_as, system_actor
from admin.jobs.sweep import sweep
from admin.models import Employee, Import, Job, LongWork, LongWorkRefusal, Notification, db
from admin.models.base import is_writing
from admin.operations.imports import imports, imports_checking, imports_reading
from admin.operations.system import long_work
from admin.operations.transaction import operation
from tests import factories as make
from tests.factories import NOW
from tests.killing import FORKS, finished, killed, moments
from tests.operations.importing import PEOPLE, csv_of
from tests.views.clients import client_of, headers_of

SYSTEM = system_actor()
ENGLISH = {"Accept-Language": "en"}
FAULTY = PEOPLE.replace("2021-01-04", "2021-13-04")


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports_reading, "FEW_ROWS", 1)
    monkeypatch.setattr(imports_reading, "FEW_BYTES", 10)


@pytest.fixture
def made(app: Flask) -> Iterator[Any]:
    """Two of HR, each with a browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        users = [make.employee(name, roles=("employee", "hr")).user_id for name in ("Anna", "Berta")]
        db.session.remove()
        yield [client_of(app, user) for user in users], users
        db.session.remove()


@pytest.fixture
def hr(made: Any) -> FlaskClient:
    client: FlaskClient = made[0][0]
    return client


def uploaded(client: FlaskClient, text: str = PEOPLE, kind: str = "employees", name: str = "名冊.csv") -> str:
    """Send a file; the address of the import, once its work is begun."""
    answer = client.post(f"/imports/new/{kind}", data={"file": (io.BytesIO(csv_of(text)), name)})
    assert "/long-work/" in answer.headers["Location"], answer.text
    return f"/imports/{rows(Import)[-1].id}"


def checked(client: FlaskClient, text: str = PEOPLE, **given: str) -> str:
    place = uploaded(client, text, **given)
    work_through()
    return place


def work_through(minutes: int = 0) -> int:
    return sweep(actor=SYSTEM, clock=lambda: NOW + timedelta(minutes=minutes))


def rows(table: type[Any]) -> list[Any]:
    db.session.rollback()
    with acting_as(SYSTEM):
        found = list(db.session.scalars(select(table).order_by(table.id).execution_options(populate_existing=True)))
    return found


def state() -> str:
    return str(rows(Import)[-1].state)


def people() -> int:
    """How many the files have brought."""
    db.session.rollback()
    return (
        db.session.connection()
        .execute(select(func.count()).select_from(Employee.__table__).where(Employee.__table__.c.number.like("00%")))
        .scalar_one()
    )


def ended() -> LongWork:
    work: LongWork = rows(LongWork)[-1]
    assert work.ended_at is not None
    return work


def reasons() -> list[str]:
    return [row.reason for row in rows(LongWorkRefusal)]


def test_each_click_is_answered_at_once_and_the_worker_reads_checks_applies_and_takes_back(hr: FlaskClient) -> None:
    place = uploaded(hr)
    assert state() == "uploaded" and people() == 0
    page = hr.get(place, headers=ENGLISH).text
    assert "/long-work/" in page and "Apply the import" not in page and "Put the import aside" not in page
    work_through()
    assert state() == "checked" and people() == 0
    assert "Apply the import" in hr.get(place, headers=ENGLISH).text
    assert "/long-work/" in hr.post(f"{place}/apply").headers["Location"]
    assert people() == 0
    work_through()
    assert (state(), people()) == ("applied", 3)
    assert "/long-work/" in hr.post(f"{place}/undo").headers["Location"]
    work_through()
    assert (state(), people()) == ("undone", 0)
    told = [row for row in rows(Notification) if row.process == "long_work"]
    assert [row.facts for row in told] == [{"done": 1, "refused": 0}] * 3


def test_columns_are_chosen_without_the_file_being_read_and_checked_by_the_worker(
    hr: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PEOPLE.replace("工號", "人員代碼").replace("狀態", "如何").replace("在職", "仍在")
    place = checked(hr, text)
    assert state() == "uploaded" and "No column is mapped" in reasons()[0]
    assert "No column is mapped to the required fields" in hr.get(place, headers=ENGLISH).text

    def no(*_given: Any, **_named: Any) -> Any:
        raise AssertionError("the file is read in a request")

    with monkeypatch.context() as patch:
        patch.setattr("admin.views.imports.one_import.table_of", no)
        page = hr.get(f"{place}/mapping", headers=ENGLISH).text
        assert "人員代碼" in page and "001, 002, 003" in page
        refused = hr.post(f"{place}/mapping", data={"column-name": "姓名"}, headers=ENGLISH)
        assert refused.status_code == 422 and "No column is mapped" in refused.text
        columns = {
            "number": "人員代碼",
            "name": "姓名",
            "department": "部門",
            "post": "崗位",
            "hired": "入職日期",
            "status": "如何",
        }
        form = {f"column-{name}": each for name, each in columns.items()}
        asked = hr.post(f"{place}/mapping", data=form)
        assert asked.status_code == 422 and "仍在" in asked.text, "what the values mean is asked without the file too"
        answer = hr.post(f"{place}/mapping", data=form | {"value-status-0": "in_service"})
        assert "/long-work/" in answer.headers["Location"], answer.text
    work_through()
    assert state() == "checked"


def test_faults_are_named_and_nothing_is_applied(hr: FlaskClient) -> None:
    place = checked(hr, FAULTY)
    assert state() == "faulty" and ended().refused == 0
    hr.post(f"{place}/apply")
    work_through()
    assert (state(), people(), ended().refused) == ("faulty", 0, 1)
    assert "1 faults" in hr.get(place, headers=ENGLISH).text
    assert hr.get(f"{place}/faults").status_code == 200


def test_what_is_no_table_is_said_on_the_pages_of_the_work_and_of_the_import(hr: FlaskClient) -> None:
    answer = hr.post("/imports/new/employees", data={"file": (io.BytesIO(b"PK\x03\x04" + b"x" * 100), "a.xlsx")})
    work_through()
    work = ended()
    assert work.stopped is not None and state() == "uploaded"
    assert hr.get(answer.headers["Location"]).status_code == 200
    page = hr.get("/imports/1", headers=ENGLISH)
    assert page.status_code == 200 and "Put the import aside" in page.text


def test_two_colleagues_who_import_at_once_both_have_their_file_or_are_told(made: Any) -> None:
    (first, second), _users = made
    one = checked(first)
    other = checked(second, PEOPLE.replace("客服專員", "資深專員"), name="二.csv")
    first.post(f"{one}/apply")
    second.post(f"{other}/apply")
    second.post(f"{one}/apply")  # the same import from another browser is the same work
    assert len([row for row in rows(LongWork) if row.action == "apply_import"]) == 2
    work_through()
    # The second was compared with a portal without these people: it is compared anew, and changes their post.
    assert [row.state for row in rows(Import)] == ["applied", "applied"]
    assert people() == 3 and rows(Import)[1].report["counts"]["changed"] == 2


def test_an_act_started_twice_is_one_work(hr: FlaskClient) -> None:
    place = checked(hr)
    for _ in range(2):
        assert hr.post(f"{place}/apply").status_code == 303
    assert len([row for row in rows(LongWork) if row.action == "apply_import"]) == 1
    work_through()
    assert hr.post(f"{place}/apply").headers["Location"] == place  # where it stands that it was applied
    assert people() == 3 and len([row for row in rows(LongWork) if row.action == "apply_import"]) == 1


def test_cancelled_before_it_is_written_nothing_is_done_and_afterwards_it_cannot_be(
    hr: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = checked(hr)
    hr.post(f"{place}/apply")
    work = rows(LongWork)[-1]
    assert hr.post(f"/act/long_work/{work.id}/stop_work").status_code == 302
    work_through()
    assert (state(), people()) == ("checked", 0)
    # While its file is read.
    hr.post(f"{place}/apply")
    work, asked = rows(LongWork)[-1], []

    def stopping(table: Any, *given: Any, **named: Any) -> Any:
        asked.append(hr.post(f"/act/long_work/{work.id}/stop_work").status_code)
        return real(table, *given, **named)

    real = imports_reading.read_apart
    with monkeypatch.context() as patch:
        patch.setattr(imports_reading, "read_apart", stopping)
        work_through()
    assert asked == [302] and (state(), people()) == ("checked", 0)
    # From the moment on at which it is written.
    hr.post(f"{place}/apply")
    work, told, follow = rows(LongWork)[-1], [], long_work._followed

    def followed(work_id: int, now: Any) -> Any:
        say = follow(work_id, now)

        def said(stage: str, done: int, total: int) -> None:
            say(stage, done, total)
            if stage == "write" and not is_writing():
                told.append(hr.post(f"/act/long_work/{work.id}/stop_work").status_code)

        return said

    monkeypatch.setattr(long_work, "_followed", followed)
    work_through()
    assert told == [409] and (state(), people()) == ("applied", 3)


def test_columns_chosen_anew_put_aside_and_applied_meanwhile_are_said(made: Any) -> None:
    (first, second), _users = made
    place = checked(first)
    first.post(f"{place}/apply")
    refused = second.post(f"{place}/mapping", data={"column-number": "工號"}, headers=ENGLISH)
    assert refused.status_code == 409 and "wait until it has ended" in refused.text
    assert second.post(f"{place}/discard").status_code == 303
    work_through()
    assert (state(), people(), ended().no_longer_due) == ("undone", 0, 1)


def test_whoever_lost_the_office_applies_nothing(made: Any) -> None:
    (first, _second), users = made
    place = checked(first)
    first.post(f"{place}/apply")
    with operation("close_account", actor=SYSTEM, now=NOW) as op:
        op.get(make.User, users[0]).active = False
    work_through()
    assert (state(), people()) == ("checked", 0)
    assert (ended().stopped or {})["clause"] == "6.1-a"


def test_a_full_disk_undoes_all_of_it_and_it_follows_by_itself(
    hr: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = checked(hr)
    hr.post(f"{place}/apply")

    def full(*_given: Any, **_named: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(imports, "keep_plan", full)
        assert work_through() == 0
    assert (state(), people()) == ("checked", 0)
    with acting_as(SYSTEM):
        job = db.session.get_one(Job, rows(LongWork)[-1].job_id)
        assert job.state == "due" and "disk is full" in (job.fault or "")
    work_through(5)
    assert (state(), people()) == ("applied", 3)


def test_programs_are_told_where_the_work_is(app: Flask, made: Any) -> None:
    (first, _second), users = made
    place = checked(first)
    client, head = app.test_client(), headers_of(app, users[0])
    answer = client.post(f"/api/v1{place}/actions/apply_import", json={}, headers=head)
    assert answer.status_code == 202 and answer.json["work"] == answer.headers["Location"]
    assert client.get(answer.json["work"], headers=head).json["result"]["ended_at"] is None
    work_through()
    assert client.get(answer.json["work"], headers=head).json["result"]["done"] == 1
    assert client.post(f"/api/v1{place}/actions/apply_import", json={}, headers=head).status_code == 409


def _times(work: Callable[[], object]) -> list[float]:
    return list(moments(finished(work), 6, seed=20261130))


@pytest.mark.slow
@pytest.mark.filterwarnings(FORKS)
def test_killed_while_it_is_applied_it_is_done_whole_by_the_next_worker(app: Flask, database: Any) -> None:
    lines = [f"00{n:04},員工{n},客服中心/第{n % 20}組,專員,2020-01-06" for n in range(1, 1201)]
    data = "\n".join(["工號,姓名,部門,崗位,入職日期", *lines]).encode()
    with app.app_context():
        user = make.employee("Anna", roles=("employee", "hr")).user_id
        row = imports_checking.upload("employees", "a.csv", data, actor=SYSTEM, now=NOW)
        imports_checking.check(row.id, actor=SYSTEM, now=NOW)
        app.config["WTF_CSRF_ENABLED"] = False
        assert client_of(app, user).post(f"/imports/{row.id}/apply").status_code == 303
        db.session.remove()
        db.engine.dispose()
    database.keep("asked")

    def work() -> None:
        with app.app_context():
            db.engine.dispose(close=False)
            work_through()

    for moment in _times(work):
        database.restore("asked")
        killed(work, moment)
        with app.app_context():
            assert people() in (0, 1200)
            work_through(11)  # its lease is over
            assert (people(), state()) == (1200, "applied")
            db.session.remove()
            db.engine.dispose()


def test_a_number_in_words_of_each_stage_stands_on_the_page_while_it_goes_on(
    hr: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = uploaded(hr)
    work = rows(LongWork)[-1]
    seen: list[str] = []
    follow = long_work._followed

    def followed(work_id: int, now: Any) -> Any:
        say = follow(work_id, now)

        def said(stage: str, done: int, total: int) -> None:
            say(stage, done, total)
            page = hr.get(f"/long-work/{work.id}", headers=ENGLISH).text
            seen.extend(re.findall(r'<p role="status">(.*?)</p>', page))
            assert "row" in hr.get(place, headers=ENGLISH).text

        return said

    monkeypatch.setattr(long_work, "_followed", followed)
    work_through()
    assert [text.split(".")[0] for text in dict.fromkeys(seen)] == [
        "The file is being read",
        "Its 3 rows are being checked",
        "Its 3 rows are being compared with the data in the portal",
        "The result is being written, whole or not at all; it can no longer be stopped",
    ]
