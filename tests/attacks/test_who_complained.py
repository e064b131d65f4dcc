"""Stories of people who want to read a complaint about themselves, or learn who wrote one (6.3-d)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import system_actor
from admin.cli import dispatch
from admin.models import AuditEvent, Complaint, ComplaintParty, Employee, Notification, db
from admin.models.accounts import User
from admin.operations.complaints.complaint_findings import assign, cast_ballot, close, find, return_finding
from admin.operations.complaints.complaint_parties import keep_out
from admin.operations.complaints.complaint_retention import erase_expired
from admin.operations.complaints.complaints import acknowledge, name_accused, reply, reply_as_complainant
from admin.queries.complaints.complaints import messages_of, words_of
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, committee
from tests.report.conftest import WORDS, channel, receipt_in, report, send
from tests.states import kept
from tests.views.clients import client_of, headers_of

__all__ = ["channel", "report", "send"]
pytestmark = pytest.mark.usefixtures("no_tokens")

# The officer who is meant: 陳國輝, CS0012, account chen.kh, post 投訴受理專員.
BY_NAME = (
    "陳國輝|陈国辉|陈國輝|陳國辉|陳 國 輝|陳　國　輝|陳-國-輝|陳·國·輝|陳．國．輝|陳_國_輝|陳/國/輝|陳，國，輝|"
    "陳\u200b國\u200c輝|陳\ufeff國輝|\u202e陳國輝|陳\U000e0101國輝|陳國輝先生|「陳國輝」|（陳國輝）|陳國輝CS0012|"
    "客服一部陳國輝|客服一部 陳國輝 組長|我要投訴陳國輝與他人"
)
BY_NUMBER = (
    "CS0012|cs0012|ＣＳ００１２|CS 0012|CS-0012|C S 0 0 1 2|CS\u200b0012|工號CS0012|工號：0012|СS0012|CS12|"
    "0012|12|００１２|零零一二|〇〇一二|no.12|#12"
)
BY_ACCOUNT = "chen.kh|CHEN.KH|chenkh|chen kh|ｃｈｅｎ．ｋｈ"
BY_SOUND = (
    "Chen Guohui|Guohui Chen|CHEN GUO HUI|chenguohui|Chén Guóhuī|Ch'en Kuo-hui|Chen, Guohui|陳國暉|沉國灰|Mr. Chen"
)
BY_PART = "陳組長|陈主任|老陳|小陈|姓陳的|陳某|陳○輝|陳X輝|國輝|国辉|阿輝陳|陳姓承辦"
BY_OFFICE = "投訴受理專員|投诉受理专员|投訴受理人|受理人員|complaint officer"
GROUPS = (BY_NAME, BY_NUMBER, BY_ACCOUNT, BY_SOUND, BY_PART, BY_OFFICE)
SPELLINGS = [each for group in GROUPS for each in group.split("|")]


@dataclass
class Scene:
    """A committee, the officer who is meant, and one whom nothing resembles."""

    body: Committee
    meant: Employee
    other: Employee


@kept
def _scene() -> Scene:
    make.confirmed_calendar(2026)
    body = committee()
    meant = make.employee("陳國輝", roles=("employee", "complaint_officer"), post="投訴受理專員")
    other = make.employee("Quill", roles=("employee", "complaint_officer"), post="專員")
    with make.fixture() as op:
        op.get(Employee, meant.id).number = "CS0012"
        op.get(User, meant.user_id).username = "chen.kh"
        op.get(Employee, other.id).number = "QX-A"
    return Scene(body, meant, other)


@pytest.fixture
def scene(session: Any) -> Scene:
    return _scene()


Send = Callable[..., Any]


def newest() -> Complaint:
    db.session.rollback()
    filing = select(AuditEvent.record_id).where(AuditEvent.record_type == "complaints", AuditEvent.act == "insert")
    key = db.session.scalar(filing.order_by(AuditEvent.id.desc()).limit(1).execution_options(unscoped=True))
    query = select(Complaint).where(Complaint.id == key).execution_options(unscoped=True)
    return db.session.scalars(query).first()


def filed(send: Send, **given: Any) -> Complaint:
    answer = send("/report/", {**WORDS, **given})
    assert answer.status_code == 200, answer.text
    return newest()


def kept_out(complaint: Complaint, person: Employee) -> bool:
    query = select(ComplaintParty.role).where(
        ComplaintParty.complaint_id == complaint.id, ComplaintParty.employee_id == person.id
    )
    return db.session.scalar(query.execution_options(unscoped=True)) in ("accused", "barred")


def test_an_officer_reads_no_complaint_about_themselves_however_they_are_spelt(app, scene, send):
    assert len(SPELLINGS) >= 40
    client, bearer = client_of(app, scene.meant.user_id), headers_of(app, scene.meant.user_id)
    told = [spelt for spelt in SPELLINGS if not kept_out(filed(send, accused=spelt), scene.meant)]
    assert told == []
    assert client.get(f"/complaints/show/{newest().id}").status_code == 404
    assert client.get("/api/v1/complaints/", headers=bearer).json["count"] == 0


@pytest.mark.parametrize("place", ["content", "evidence", "period", "happened"])
def test_nor_where_the_name_stands_anywhere_else_in_the_form(app, scene, send, place):
    for spelt in ("陈 国 辉", "CS-0012", "ｃｈｅｎ．ｋｈ", "Guohui Chen"):
        words = {"content": "評分前已談好。", place: f"當時在場的是 {spelt}，請查。"}
        assert kept_out(filed(send, **words), scene.meant), (place, spelt)


def test_a_message_that_names_the_appointed_officer_takes_the_complaint_away_from_them(app, scene, send):
    complaint = filed(send)
    assign(complaint.id, scene.meant.id, "未涉案", actor=scene.body.chair, now=NOW)
    client = client_of(app, scene.meant.user_id)
    assert client.get(f"/complaints/show/{complaint.id}").status_code == 200
    reply_as_complainant(complaint.id, "其實就是 陈国辉 做的。", now=NOW)
    assert client.get(f"/complaints/show/{complaint.id}").status_code == 404


def test_nobody_who_may_be_meant_is_appointed_or_comes_into_the_office_later(app, scene, send):
    complaint = filed(send, accused="周組長")
    late = make.employee("周明", roles=("employee", "complaint_officer"))
    api = headers_of(app, scene.body.people["Chair"].user_id)
    answer = app.test_client().post(
        f"/api/v1/complaints/{complaint.id}/actions/assign",
        json={"officer": late.number, "reason": "可以"},
        headers=api,
    )
    assert answer.status_code == 409
    page = client_of(app, late.user_id).get(f"/complaints/show/{complaint.id}")
    assert WORDS["content"] not in page.text  # before timed work has found them out
    keep_out(actor=make.actor_of(scene.other), now=NOW)
    assert client_of(app, late.user_id).get(f"/complaints/show/{complaint.id}").status_code == 404


def test_somebody_without_resemblance_finds_out_who_is_meant_and_lets_the_others_in(app, scene, send):
    complaint = filed(send, accused="陳組長")
    assert kept_out(complaint, scene.meant) and not complaint.told_apart
    page = client_of(app, scene.other.user_id).get(f"/complaints/show/{complaint.id}")
    assert page.status_code == 200 and "陳組長" in page.text and "6.3-d" in page.text
    real = make.employee("陳大文")
    name_accused(complaint.id, [real.id], actor=make.actor_of(scene.other), now=NOW)
    assert newest().told_apart and not kept_out(newest(), scene.meant) and kept_out(newest(), real)


def _found_before_it_was_known(scene: Scene, complaint: Complaint) -> None:
    """A finding from a time when it needed nobody to be told apart, voted for by three."""
    assign(complaint.id, scene.other.id, "未涉案", actor=scene.body.chair, now=NOW)
    with make.fixture() as op:
        op.get(Complaint, complaint.id).told_apart = True
    find(complaint.id, "屬實。", False, actor=make.actor_of(scene.other), now=NOW)
    for name in ("Hua", "Centre", "Ops"):
        cast_ballot(complaint.id, True, actor=scene.body.actor(name), now=NOW)
    with make.fixture() as op:
        op.get(Complaint, complaint.id).told_apart = False


Try = Callable[..., list[tuple[int, bool]]]


@pytest.fixture
def tried(app: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Try:
    """A function: an act at the page's door, the API's and the command line's; each answer, and whether it names 6.3-d."""
    monkeypatch.setattr("admin.app.create_app", lambda: app)

    def each_door(person: Employee, key: int, action: str, **given: str) -> list[tuple[int, bool]]:
        page = client_of(app, person.user_id).post(f"/act/complaint/{key}/{action}", data=given)
        address = f"/api/v1/complaints/{key}/actions/{action}"
        api = app.test_client().post(address, json=given, headers=headers_of(app, person.user_id))
        (file := tmp_path / "given.json").write_text(json.dumps(given))
        username = db.session.scalar(select(User.username).where(User.id == person.user_id))
        db.session.rollback()
        typed = dispatch.main(["act", "complaints", str(key), action, "--as", username, "--json", str(file)])
        return [
            (page.status_code, "6.3-d" in page.text), (api.status_code, api.json.get("clause") == "6.3-d"),
            (typed, "6.3-d" in capsys.readouterr().err),
        ]  # fmt: skip

    return each_door


def test_nothing_is_found_voted_on_or_closed_before_it_is_known_who_is_meant_at_any_door(scene, send, tried):
    refused = [(409, True), (409, True), (3, True)]
    complaint = filed(send, accused="陳組長")
    assign(complaint.id, scene.other.id, "未涉案", actor=scene.body.chair, now=NOW)
    assert tried(scene.other, complaint.id, "find", finding="屬實。", breach="0") == refused
    late = filed(send, accused="陳組長", content="另一件。")
    _found_before_it_was_known(scene, late)
    assert tried(scene.body.people["Related"], late.id, "cast_ballot", vote="for") == refused
    assert tried(scene.body.people["Chair"], late.id, "close") == refused
    assert newest().stage == "found"


def test_a_finding_from_before_goes_back_to_the_officer_who_records_who_is_meant(app, scene, send):
    complaint = filed(send, accused="陳組長")
    _found_before_it_was_known(scene, complaint)
    officer = make.actor_of(scene.other)
    return_finding(complaint.id, "先查明所指何人", actor=scene.body.chair, now=NOW)
    name_accused(complaint.id, [], actor=officer, now=NOW)
    find(complaint.id, "屬實。", False, actor=officer, now=NOW)
    for name in ("Hua", "Centre", "Ops"):
        cast_ballot(complaint.id, True, actor=scene.body.actor(name), now=NOW)
    close(complaint.id, actor=scene.body.chair, now=NOW)
    assert newest().stage == "closed"


def test_a_complaint_whose_time_ends_before_it_is_known_who_is_meant_is_erased_and_that_is_told(scene, send):
    complaint = filed(send, accused="陳組長")
    auditor = make.employee("Auditor", roles=("employee", "auditor"))
    assert erase_expired(actor=system_actor(), now=NOW.replace(year=2030)) == 1
    query = select(Notification.user_id).where(Notification.action == "erase_expired")
    told = set(db.session.scalars(query.execution_options(unscoped=True)))
    body = scene.body
    assert told == {scene.other.user_id, auditor.user_id, body.people["Chair"].user_id, body.secretary.user_id}
    assert scene.meant.user_id not in told and newest().erased_at is not None and complaint.number == newest().number


def test_no_other_door_takes_a_complaint_than_the_form_which_recognises_whom_it_means(app, scene):
    office = make.employee("HR", roles=("employee", "hr", "complaint_officer"))
    client, bearer = client_of(app, office.user_id), headers_of(app, office.user_id)
    given = {"subject": "unfair_conduct", "content": "x", "accused": "陳國輝"}
    assert client.get("/complaints/add").status_code == client.post("/complaints/add", data=given).status_code == 404
    assert app.test_client().post("/api/v1/complaints/", json=given, headers=bearer).status_code in (404, 405)
    assert app.test_cli_runner().invoke(args=["import", "complaints", "x.csv"]).exit_code == 2
    made = [path for path in Path("admin").rglob("*.py") if re.search(r"\bComplaint\(", path.read_text())]
    made = [path for path in made if path.parts[1] != "models"]
    assert made == [Path("admin/operations/complaints/complaints.py")] and newest() is None


def test_a_name_that_the_writer_confirmed_keeps_nobody_else_out(app, scene, send, channel):
    real = make.employee("陳大文")
    looked = send("/report/", {**WORDS, "accused": "陈大文, 王某", "look_up": "1"})
    assert looked.status_code == 200 and 'value="陈大文"' in looked.text and 'value="王某"' not in looked.text
    complaint = filed(send, accused="陈大文", meant="陈大文")
    assert kept_out(complaint, real) and complaint.told_apart and not kept_out(complaint, scene.meant)


def test_the_look_up_without_signing_in_names_nobody_who_was_not_typed(app, scene, send):
    for typed in ("CS0012", "陳", "國輝", "陳國", "0012", "%", "_", "chen.kh", "投訴受理專員", "Quil"):
        page = send("/report/", {**WORDS, "accused": typed, "look_up": "1"}).text
        assert "陳國輝" not in page and "Quill" not in page and (typed == "CS0012") == ('name="meant"' in page), typed
    assert newest() is None


@pytest.mark.parametrize(
    ("office", "out"),
    [
        ("complaint_officer", {"officer"}), ("hr", {"hr"}), ("management", {"boss"}),
        ("committee", {"Chair", "Secretary", "Hua"}),
    ],
)  # fmt: skip
def test_an_office_that_the_writer_ticks_is_kept_out_at_once_and_stays_so(app, scene, send, office, out):
    body, boss = scene.body, make.employee("Boss", roles=("employee", "management"))
    people = {"officer": scene.meant, "hr": body.hr, "boss": boss, "Chair": body.people["Chair"]}
    people |= {"Secretary": body.secretary, "Hua": body.people["Hua"]}
    complaint = filed(send, concerns=office)
    assert {name for name, person in people.items() if kept_out(complaint, person)} == out
    if office != "complaint_officer":
        name_accused(complaint.id, [make.employee("別人").id], actor=make.actor_of(scene.other), now=NOW)
        assert {name for name, person in people.items() if kept_out(newest(), person)} == out


def test_a_box_that_is_none_of_the_list_is_a_fault_of_the_form(scene, send):
    assert send("/report/", {**WORDS, "concerns": "everybody"}).status_code == 422


def test_the_receipt_still_comes_once(scene, send):
    assert receipt_in(send("/report/", {**WORDS, "accused": "陳組長"}).text)


def test_numbers_and_keys_neither_count_nor_leave_gaps(scene, send):
    made = [filed(send, content=f"第 {each} 件") for each in range(6)]
    keys, numbers = [row.id for row in every()], {row.number for row in every()}
    assert len(made) == len(numbers) == 6 and all(re.fullmatch(r"K2026-[0-9A-Z]{8}", number) for number in numbers)
    assert max(keys) - min(keys) > 1000 and all(b - a > 1 for a, b in pairwise(sorted(keys)))


def test_nobody_reads_to_the_minute_when_somebody_complained(app, scene, send, channel):
    code = receipt_in(send("/report/", {**WORDS, "files": (io.BytesIO(b"1"), "a.txt")}).text)
    send("/report/follow-up", {"receipt": code, "text": "還有一件事。"})
    key, officer = newest().id, make.actor_of(scene.other)
    acknowledge(key, actor=officer, now=NOW)
    reply(key, "收到。", actor=officer, now=NOW)
    auditor = make.employee("Auditor", roles=("employee", "auditor"))
    clock = re.compile(r"\d\d:\d\d")
    pages = [("officer", scene.other, f"/complaints/show/{key}"), ("list", scene.other, "/complaints/list/")]
    pages += [
        ("chair", scene.body.people["Chair"], f"/complaints/show/{key}"),
        ("auditor", auditor, f"/complaints/show/{key}"),
    ]
    for name, person, path in pages:
        body = client_of(app, person.user_id).get(path).text.partition("<main")[2]
        assert not clock.search(re.sub(r"<script.*?</script>", "", body, flags=re.S)), name
    assert not clock.search(send("/report/follow-up", {"receipt": code}).text)
    bearer = headers_of(app, auditor.user_id)
    rows = app.test_client().get(f"/api/v1/complaints/{key}", headers=bearer).json["result"]
    asked = "(filters:!((col:record_type,opr:ct,value:complaint)),page_size:100)"
    events = app.test_client().get(f"/api/v1/audit_events/?q={asked}", headers=bearer).json["result"]
    times = [rows["received_at"], rows["acknowledged_at"], *(event["recorded_at"] for event in events)]
    assert len(times) > 6 and all("T16:00:00" in when for when in times)  # midnight in Taipei
    listed = client_of(app, auditor.user_id).get("/audit_events/list/?_flt_0_record_type=complaint").text
    assert not [line for line in re.findall(r"<tr.*?</tr>", listed, re.S) if clock.search(line) and "00:00" not in line]


def test_a_receipt_pasted_into_a_message_is_masked_and_replaced(scene, send):
    code = receipt_in(send("/report/", WORDS).text)
    typed = code.lower().replace("-", " ")
    data = {"receipt": code, "text": f"我的收據是 {typed}，請回覆。"}
    page = send("/report/follow-up", data)
    following = receipt_in(page.text.partition('id="receipt"')[2])
    assert page.status_code == 200 and following != code and typed not in page.text and "••••" in page.text
    assert (
        receipt_in(send("/report/follow-up", data).text.partition('name="receipt"')[2]) == following
    )  # a double click
    assert send("/report/follow-up", {"receipt": code}).status_code == 404
    assert send("/report/follow-up", {"receipt": following}).status_code == 200
    assert messages_of(newest())[0].text == "我的收據是 ••••，請回覆。"


def test_a_receipt_of_another_complaint_is_masked_wherever_it_is_pasted_and_stays_its_holders(scene, send):
    code = receipt_in(send("/report/", WORDS).text)
    send("/report/", {**WORDS, "content": f"先前的代碼：{code}", "evidence": f"（{code.replace('-', '')}）"})
    words = [words_of(row) for row in every()]
    assert not [each for each in words if code in str(each) or code.replace("-", "") in str(each)]
    assert send("/report/follow-up", {"receipt": code}).status_code == 200


def every() -> list[Complaint]:
    db.session.rollback()
    return list(db.session.scalars(select(Complaint).execution_options(unscoped=True)))
