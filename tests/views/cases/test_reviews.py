"""Cases, application form, ratings and evaluation as each person sees them on the pages."""

from __future__ import annotations

import hashlib
import io
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from admin.jobs.rendering import altered_documents
from admin.models import AuditEvent, Review, UnsentForm, db
from admin.operations.cycles import deadlines
from tests import factories as make
from tests import reviewing
from tests.by_two import second_confirms
from tests.web.counting import climbs, statements

MOST, MOST_CLIMBS = 20, 5


def form_of(app: Flask, review_id: int, who: str = "self", value: str = "4", **others: str) -> dict[str, str]:
    """A complete form as a browser posts it."""
    with app.app_context():
        found = reviewing.codes(review_id, who)
    return {f"value.{code}": value for code in found} | {f"text.{code}": "說明" for code in found} | others


def full_form(app: Flask, as_person: Any, opened: SimpleNamespace) -> str:
    """The address of a form with everything on it that costs a statement: a draft with its target, and a file."""
    client, key = as_person("emp0"), opened.cases[0]
    given = form_of(app, key, summary="這一年", target_grade="M2", ground="1", version="0")
    assert client.post(f"/self_assessment/{key}/autosave", data=given).status_code == 200
    file = {"file": (io.BytesIO(b"thank you"), "thanks.txt")}
    assert client.post(f"/reviews/{key}/evidence", data=file).status_code < 400
    return f"/self_assessment/{key}"


@pytest.mark.parametrize(
    ("name", "status"),
    [("emp0", 200), ("sup", 200), ("head", 200), ("hr", 200), ("auditor", 200), ("emp1", 404), ("management", 404)],
)
def test_the_case_is_found_by_those_concerned_alone(
    name: str, status: int, as_person: Any, opened: SimpleNamespace
) -> None:
    assert as_person(name).get(f"/reviews/{opened.cases[0]}").status_code == status


@pytest.mark.parametrize("name", ["emp0", "sup", "head", "hr"])
def test_the_case_page_takes_at_most_twenty_statements(
    name: str, app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client = as_person(name)
    with app.app_context():
        review_id = reviewing.to_department(opened, 0, target_grade="M2", ground="1")
    client.get(f"/reviews/{review_id}")
    with statements(app) as sent:
        page = client.get(f"/reviews/{review_id}").text
    assert len(sent) <= MOST, "\n\n".join(sent)
    assert 'id="score"' in page and 'id="chain"' in page and "c-3.3.3-a" in page


def test_the_application_form_takes_eleven_statements_and_ten_of_them_are_what_stands_on_it(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("emp0"), full_form(app, as_person, opened)
    client.get(address)
    with statements(app) as sent:
        assert client.get(address).status_code == 200
    assert len(sent) == 11, "\n\n".join(sent)
    assert sum("FROM ab_user" in each for each in sent) == 1, "who asks, in one statement"
    assert not any("FROM criteria" in each or "FROM scorecards" in each for each in sent), "a pinned scorecard is kept"
    assert sum("FROM employee_records" in each for each in sent) == 1


def test_the_application_form_and_its_preview_take_a_bounded_number_of_statements(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("emp0"), full_form(app, as_person, opened)
    client.get(address)
    for page in (address, f"{address}/preview", f"{address}/target?grade=M2"):
        with statements(app) as sent:
            assert client.get(page).status_code == 200
        assert len(sent) <= MOST, "\n\n".join(sent)


def test_the_application_form_is_brought_up_in_at_most_five_climbs(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, address = as_person("emp0"), full_form(app, as_person, opened)
    client.get(address)
    with climbs() as made:
        assert client.get(address).status_code == 200
    assert 1 <= len(made) <= MOST_CLIMBS, made


def test_the_employee_does_not_read_the_proposal_before_the_notice(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    from admin.operations.cases import department

    with app.app_context():
        review_id = reviewing.to_department(opened, 0, target_grade="M2", ground="1")
        department.propose(
            review_id, "M1", "機密的理由", actor=reviewing.person(opened.head, "head"), now=reviewing.OPENED
        )
    assert "機密的理由" not in as_person("emp0").get(f"/reviews/{review_id}").text
    assert "機密的理由" not in as_person("sup").get(f"/reviews/{review_id}").text
    assert "機密的理由" in as_person("head").get(f"/reviews/{review_id}").text


def test_colleagues_are_named_to_the_auditor_only(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    with app.app_context():
        review_id = reviewing.to_department(opened, 0)
    names = [f"員工{index}" for index in range(1, reviewing.AGENTS)]
    for who in ("emp0", "sup", "head", "hr"):
        page = as_person(who).get(f"/reviews/{review_id}").text
        assert not [name for name in names if name in page], who
    assert any(name in as_person("auditor").get(f"/reviews/{review_id}").text for name in names)


def test_the_form_saves_itself_and_a_second_window_is_told(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    given = form_of(app, key, summary="這一年", target_grade="M2", ground="1")
    saved = client.post(f"/self_assessment/{key}/autosave", data=given | {"version": "0"})
    assert saved.status_code == 200 and set(saved.json) == {"version", "saved_at"}
    late = client.post(f"/self_assessment/{key}/autosave", data=given | {"version": "0"})
    assert late.status_code == 409 and late.json["version"] == saved.json["version"]
    both = client.post(f"/self_assessment/{key}", data=given | {"version": "0", "summary": "另一個視窗"})
    assert both.status_code == 409 and "另一個視窗" in both.text and "這一年" in both.text


def test_a_second_window_erases_no_evaluation_unseen(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("sup"), opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
    given = form_of(app, key, "superior", "4") | {"version": "0"}
    first = client.post(f"/evaluations/{key}/autosave", data=given | {"opinion": "一小時寫成"})
    assert first.status_code == 200
    late = client.post(f"/evaluations/{key}/autosave", data=given | {"opinion": ""})
    assert late.status_code == 409 and ["opinion", "一小時寫成"] in late.json["values"]
    both = client.post(f"/evaluations/{key}", data=given | {"opinion": "第二個視窗"})
    assert both.status_code == 409 and "第二個視窗</textarea>" in both.text
    assert '<td class="pre" data-label="另一個版本">一小時寫成</td>' in both.text and "您的意見" in both.text
    version = {"version": re.findall(r'name="version" value="(\d+)"', both.text)[0], "opinion": "第二個視窗"}
    shown = client.post(f"/evaluations/{key}", data=given | version)
    assert shown.status_code == 200 and f'name="version" value="{int(version["version"]) + 1}"' in shown.text


def test_a_second_window_erases_no_colleagues_words_unseen(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    key = opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
        client = as_person(f"emp{opened.agents.index(reviewing.peers_of(key)[0])}")
    given = form_of(app, key, "peers", "4")
    page = client.get(f"/ratings/{key}").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    words = {name: "看到的" for name in given if name.startswith("text.")}
    assert client.post(f"/ratings/{key}/autosave", data=given | words | {"version": version}).status_code == 200
    assert client.post(f"/ratings/{key}/autosave", data=given | {"version": version}).status_code == 409
    sign = client.post(f"/ratings/{key}", data=given | {"version": version})
    assert sign.status_code == 409 and "看到的" in sign.text


def test_an_application_form_sent_after_the_session_ended_stands_there_after_the_sign_in(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    page = client.get(f"/self_assessment/{key}").text
    mark = re.findall(r'name="written_by" value="([^"]+)"', page)[0]
    given = form_of(app, key, summary="登出之後") | {"version": "0", "written_by": mark}
    ended = app.test_client().post(f"/self_assessment/{key}", data=given | {"stands_on": f"/self_assessment/{key}"})
    assert ended.status_code == 401
    way = unquote(re.findall(r'href="/login/\?next=([^"]+)"', ended.text)[0])
    assert way == f"/self_assessment/{key}?kept=1" and "登出之後</textarea>" in client.get(way).text
    assert client.post(f"/self_assessment/{key}", data=given | {"unsent": "1"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(UnsentForm.words).execution_options(unscoped=True)).all() == [None]


def test_a_wrong_value_is_answered_by_field_and_nothing_is_lost(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    given = form_of(app, key, summary="不能丟")
    wrong = client.post(f"/self_assessment/{key}", data=given | {"value.knowledge": "9"})
    assert wrong.status_code == 422 and "不能丟" in wrong.text and 'href="#f-value.knowledge"' in wrong.text
    assert client.post(f"/self_assessment/{key}/autosave", data=given | {"value.knowledge": "9"}).status_code == 422


def test_the_target_is_checked_without_script_and_keeps_the_text(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    answer = client.post(
        f"/self_assessment/{key}", data={"summary": "草稿", "target_grade": "M2", "check": "1", "version": "0"}
    )
    assert answer.status_code == 303
    page = client.get(f"/self_assessment/{key}").text
    assert "草稿" in page and 'id="target-conditions"' in page and "70.00" in page


def test_handing_in_leads_to_who_sees_it_now(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    answer = client.post(f"/self_assessment/{key}", data=form_of(app, key, summary="s", target_grade="M2", ground="1"))
    assert answer.status_code == 303 and answer.location.endswith("/submitted")
    assert "黃志明" in client.get(answer.location).text
    again = client.post(f"/self_assessment/{key}", data=form_of(app, key))
    assert again.status_code == 409 and client.get(f"/self_assessment/{key}/preview").status_code == 200


@pytest.mark.parametrize("fault", [{}, {"value.knowledge": "9"}, {"check": "1"}])
def test_a_form_sent_after_its_stage_was_closed_is_no_form_any_more_and_gives_back_its_texts(
    app: Flask, as_person: Any, opened: SimpleNamespace, fault: dict[str, str]
) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    given = form_of(app, key, summary="這一年", version="0") | fault
    assert client.post(f"/self_assessment/{key}/autosave", data=given | {"value.knowledge": "4"}).status_code == 200
    with app.app_context():
        deadlines.close_stage(opened.cycle, "self_assessment", "到期", actor=reviewing.HR, now=reviewing.later(15))
    answer = client.post(f"/self_assessment/{key}", data=given | {"version": "1"})
    assert answer.status_code in (409, 422) and "這一年" in answer.text and "說明" in answer.text
    assert 'name="summary"' not in answer.text and f'action="/self_assessment/{key}"' not in answer.text


def test_the_form_is_ones_own(as_person: Any, opened: SimpleNamespace) -> None:
    form = f"/self_assessment/{opened.cases[0]}"
    for name in ("emp1", "sup", "head"):
        assert as_person(name).get(form).status_code == 404
    assert as_person("hr").get(form).location == f"{form}/proxy"


def test_hostile_text_stays_text(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    hostile = "<img src=x onerror=alert(1)>{{7*7}}𠮷"
    client.post(f"/self_assessment/{key}", data=form_of(app, key, summary=hostile))
    page = as_person("sup").get(f"/evaluations/{key}").text
    assert "<img src=x" not in page and "&lt;img src=x" in page and "{{7*7}}𠮷" in page


def _another_file_is_named_and_not_served(app: Flask, client: Any, address: str) -> None:
    (path,) = (app.config["PORTAL"].var_dir / "evidence").glob(f"{hashlib.sha256('謝謝'.encode()).hexdigest()}.*")
    path.write_bytes(b"bytes of somebody else")
    answer = client.get(address)
    assert answer.status_code == 409 and "bytes of somebody" not in answer.text
    with app.app_context():
        assert [f"{path.name} was altered" in str(fault) for fault in altered_documents(db.session())] == [True]
        db.session.rollback()
    path.write_bytes("謝謝".encode())


def test_evidence_is_a_download_for_those_who_may_see_it(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("emp0"), opened.cases[0]
    sent = client.post(
        f"/reviews/{key}/evidence",
        data={"file": (io.BytesIO("謝謝".encode()), "感謝函.txt")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    with client.get(f"/reviews/{key}/evidence/1") as got:
        assert got.headers["Content-Disposition"].startswith("attachment") and got.data.decode() == "謝謝"
        assert got.mimetype == "application/octet-stream"
    for name in ("sup", "hr", "emp1"):
        assert as_person(name).get(f"/reviews/{key}/evidence/1").status_code == 404
    _another_file_is_named_and_not_served(app, client, f"/reviews/{key}/evidence/1")
    with app.app_context(), make.fixture() as op:
        op.get(Review, key).stage = "rating"
    for name, status in (("emp0", 200), ("sup", 200), ("emp1", 404)):
        with as_person(name).get(f"/reviews/{key}/evidence/1") as got:
            assert got.status_code == status
    with app.app_context():
        reads = select(AuditEvent.actor_name).where(AuditEvent.record_type == "evidence", AuditEvent.act == "read")
        (reader,) = db.session.scalars(reads.execution_options(unscoped=True))  # whose own file it is leaves none
        assert reader == db.session.get(Review, key, execution_options={"unscoped": True}).superior.name
    bad = client.post(
        f"/reviews/{key}/evidence", data={"file": (io.BytesIO(b"<html>"), "x.pdf")}, content_type="multipart/form-data"
    )
    assert bad.status_code == 422


def test_a_colleague_rates_without_seeing_self_assessment_or_ratings(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    key = opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
        rater = opened.agents.index(reviewing.peers_of(key)[0])
    client = as_person(f"emp{rater}")
    page = client.get(f"/ratings/{key}").text
    assert "這一年" not in page and "83.33" not in page
    assert client.post(f"/ratings/{key}", data={}).status_code == 422
    assert client.post(f"/ratings/{key}", data=form_of(app, key, "peers")).status_code == 303
    assert client.get(f"/ratings/{key}").status_code == 302 and client.get("/ratings/").status_code == 200
    assert client.get(f"/reviews/{key}").status_code == 404


def test_whoever_was_not_asked_does_not_find_the_rating(as_person: Any, opened: SimpleNamespace) -> None:
    assert as_person("emp0").get(f"/ratings/{opened.cases[0]}").status_code == 404


def test_the_superior_reads_what_is_signed_before_signing(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("sup"), opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
    given = form_of(app, key, "superior", "5")
    assert client.post(f"/evaluations/{key}", data=given).status_code == 422
    shown = client.post(f"/evaluations/{key}", data=given | {"opinion": "很好"})
    assert shown.status_code == 200 and 'name="sign"' in shown.text
    assert client.post(f"/evaluations/{key}", data=given | {"opinion": "很好", "sign": "1"}).status_code == 303
    assert client.get(f"/evaluations/{key}").status_code == 302
    assert client.post(f"/evaluations/{key}/autosave", data=given).status_code == 422


def test_hr_enters_a_paper_form_with_its_scan(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, key = as_person("hr"), opened.cases[0]
    given: dict[str, Any] = form_of(app, key)
    assert client.post(f"/self_assessment/{key}/proxy", data=given).status_code == 422
    answer = client.post(
        f"/self_assessment/{key}/proxy",
        data=given | {"scan": (io.BytesIO(b"scan"), "scan.txt")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    assert as_person("emp1").get(f"/self_assessment/{opened.cases[1]}/proxy").status_code == 404


def test_the_scan_is_attached_first_and_read_beside_the_fields_and_nothing_typed_is_lost(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, key = as_person("hr"), opened.cases[0]
    page, address = client.get(f"/self_assessment/{key}/proxy").text, f"/self_assessment/{key}/proxy"
    assert 'name="ground"' in page and f'src="{address}' not in page
    sheet, scan = Image.new("RGB", (60, 80), "white"), io.BytesIO()
    sheet.save(scan, "PDF")
    typed: dict[str, Any] = form_of(app, key, summary="從紙本抄來的一年")
    sent = typed | {"scan": (io.BytesIO(scan.getvalue()), "scan.pdf"), "attach": "1"}
    answer = client.post(address, data=sent, content_type="multipart/form-data")
    shown = re.search(rf'src="({address}/\d+/1)"', answer.text)
    assert answer.status_code == 200 and "從紙本抄來的一年</textarea>" in answer.text and shown is not None
    picture = client.get(shown[1])
    assert picture.mimetype == "image/jpeg" and Image.open(io.BytesIO(picture.data)).size == (60, 80)
    assert client.get(shown[1][:-1] + "2").status_code == client.get(f"{address}/999/1").status_code == 404
    assert as_person("emp0").get(shown[1]).status_code == 404
    assert as_person("hr").post(address, data=typed | {"ground": "1"}).status_code == 303  # the scan is there already


def test_a_paper_form_sent_after_its_stage_closed_is_answered_by_the_rule_with_what_was_typed(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    client, key = as_person("hr"), opened.cases[0]
    with app.app_context():
        reviewing.hand_in(key, opened.agents[0])
    given: dict[str, Any] = form_of(app, key, summary="從紙本抄來的一年")
    given |= {"scan": (io.BytesIO(b"scan"), "scan.txt"), "stands_on": f"/self_assessment/{key}/proxy"}
    answer = client.post(f"/self_assessment/{key}/proxy", data=given, content_type="multipart/form-data")
    assert answer.status_code == 409 and "從紙本抄來的一年</textarea>" in answer.text and "3.3.1" in answer.text


def test_hr_corrects_a_case_on_the_generated_form_with_a_reason(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:

    client, key = as_person("hr"), opened.cases[0]
    found = re.search(r'name="seen"[^>]*value="(\w+)"', client.get(f"/reviews/edit/{key}").text)
    assert found
    base = {
        "seen": found[1],
        "superior": opened.superior,
        "head": opened.head,
        "department": opened.centre,
        "post": "專員",
        "queue": "phone",
        "present_grade": 4,
    }
    assert client.post(f"/reviews/edit/{key}", data=base).status_code == 422
    assert client.post(f"/reviews/edit/{key}", data=base | {"reason": "誤植"}).status_code == 303
    with app.app_context():
        assert reviewing.case(key).post != "專員"
        assert second_confirms(reviewing.OPENED) == 1
        assert reviewing.case(key).post == "專員"
    for name in ("emp0", "sup", "head"):
        assert as_person(name).get("/reviews/list/").status_code == 404


def test_a_form_handed_in_with_gaps_names_each_of_them_with_a_link(
    app: Flask, as_person: Any, opened: SimpleNamespace
) -> None:
    address = f"/self_assessment/{opened.cases[0]}"
    form = form_of(app, opened.cases[0], summary="一年")
    given = {name: value for name, value in form.items() if name != "value.resolution"}
    answer = as_person("emp0").post(address, data=given)
    assert answer.status_code == 409
    assert answer.text.count('href="#f-value.') == 1 and 'href="#f-value.resolution"' in answer.text
    assert 'id="f-value.resolution-error"' in answer.text
