"""The appeal form from the site's link, the receipt, one's own list, the pages of superior, panel and HR."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from admin.models import Employee
from admin.operations.appeals.appeals import AppealInput, file_appeal, refer_to_panel
from tests import factories as make
from tests.by_two import as_confirmed, second_confirms
from tests.factories import NOW
from tests.files.test_uploads import picture
from tests.operations.appealing import SCAN, TEXT, filed, on_notice, promotable
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def result(session):
    return on_notice()


def as_(app, actor):
    return client_of(app, actor.user_id)


def link(result) -> str:
    return f"/appeal/?notice={result.notice.number}&row={result.row}"


FORM = {"ground": "figures", "text": TEXT, "addressee": "panel"}


def test_the_link_asks_for_sign_in_and_comes_back(app, result):
    answer = app.test_client().get(link(result))
    assert answer.status_code == 302
    assert "/login/" in answer.location and "notice" in answer.location


def test_the_form_is_prefilled_and_filing_shows_receipt_and_deadline_at_once(app, result):
    client = as_(app, result.subject)
    page = client.get(link(result))
    assert result.review.employee.name in page.text and result.notice.number in page.text
    answer = client.post(link(result), data=FORM, follow_redirects=True)
    assert f"{result.notice.number}-A01" in answer.text
    assert "2026-12-14" in answer.text


def test_a_case_under_appeal_waits_for_the_answer_and_leads_to_the_appeal(app, result):
    appeal = filed(result)
    page = as_(app, result.subject).get(f"/reviews/{result.review.id}").text
    whats_next = page[page.index('id="what-next"') : page.index("</dl>", page.index('id="what-next"'))]
    assert "2026-12-14" in whats_next
    assert f'href="/appeals/{appeal.id}"' in page


def test_a_wrong_form_keeps_what_was_written(app, result):
    answer = as_(app, result.subject).post(link(result), data={**FORM, "ground": ""})
    assert answer.status_code == 422
    assert TEXT in answer.text


def test_a_row_of_another_notice_is_not_found(app, result):
    client = as_(app, result.subject)
    assert client.get(f"/appeal/?notice=NONE&row={result.row}").status_code == 404
    assert client.get(f"/appeal/?notice={result.notice.number}&row=999999").status_code == 404


def test_without_a_link_one_s_own_results_are_offered(app, result):
    page = as_(app, result.subject).get("/appeal/")
    assert f"row={result.row}" in page.text
    assert f"row={result.row}" not in as_(app, result.colleague).get("/appeal/").text


def test_the_second_on_the_same_ground_is_409(app, result):
    client = as_(app, result.subject)
    client.post(link(result), data=FORM)
    assert client.post(link(result), data=FORM).status_code == 409


def test_the_form_names_what_one_has_filed_on_the_result_already(app, result):
    ground = f'<option value="{FORM["ground"]}"'
    assert ground in as_(app, result.subject).get(link(result)).text
    appeal = filed(result)
    page = as_(app, result.subject).get(link(result)).text
    assert ground not in page and ground in as_(app, result.colleague).get(link(result)).text
    assert appeal.number in page and f'href="/appeals/{appeal.id}"' in page
    assert appeal.number not in as_(app, result.colleague).get(link(result)).text


def test_an_account_that_belongs_to_no_employee_is_told_so_in_the_place_of_the_form(app, result):
    account = make.account("of-nobody", "correct horse battery", ["admin"])
    page = client_of(app, account).get(link(result)).text
    assert "<textarea" not in page and "#c-3.3.5" in page


def test_my_appeals_show_their_deadline(app, result):
    appeal = filed(result)
    assert appeal.number in as_(app, result.subject).get("/appeal/mine").text
    assert appeal.number not in as_(app, result.colleague).get("/appeal/mine").text


def test_the_subject_of_an_objection_reads_it_without_its_filer(app, result):
    appeal = filed(result, by=result.colleague)
    page = as_(app, result.subject).get(f"/appeals/{appeal.id}")
    assert page.status_code == 200 and TEXT in page.text
    assert "Colleague" not in page.text.replace("colleague", "")
    assert "Colleague" in as_(app, result.panel[0]).get(f"/appeals/{appeal.id}").text


def test_an_objection_s_filer_is_in_no_field_of_the_api(app, result):
    appeal = filed(result, by=result.colleague)
    answer = app.test_client().get(f"/api/v1/appeals/{appeal.id}", headers=headers_of(app, result.subject.user_id))
    assert answer.status_code == 200
    assert "filer" not in answer.text and "Colleague" not in answer.text


def test_a_stranger_finds_neither_page_nor_resource(app, result):
    appeal = filed(result)
    stranger = make.employee()
    assert client_of(app, stranger.user_id).get(f"/appeals/{appeal.id}").status_code == 404
    answer = app.test_client().get(f"/api/v1/appeals/{appeal.id}", headers=headers_of(app, stranger.user_id))
    assert answer.status_code == 404


def test_the_superior_answers_on_the_page(app, result):
    appeal = filed(result, addressee="superior")
    client = as_(app, result.superior)
    assert appeal.number in client.get("/appeal/mine").text
    assert (
        client.post(f"/appeals/{appeal.id}/answer", data={"reason": "May is there.", "supports": ""}).status_code == 302
    )
    assert "May is there." in as_(app, result.subject).get(f"/appeals/{appeal.id}").text


def test_the_panel_votes_and_its_chair_decides(app, session):
    result = promotable()
    appeal = filed(result)
    for member in result.panel:
        client = as_(app, member)
        assert appeal.number in client.get("/appeals/panel").text
        data = {"result": "grade_fixed", "grade": "J3", "reason": "The certificate counts."}
        assert client.post(f"/appeals/{appeal.id}/cast_ballot", data=data).status_code == 302
    chair = as_(app, result.panel[0])
    page = chair.get(f"/appeals/{appeal.id}", headers={"Accept-Language": "en"}).text
    assert f"Ballots cast: {len(result.panel)} of {len(result.panel)}." in page, "everybody who sits is counted"
    assert (
        chair.post(f"/act/appeal/{appeal.id}/close_ballot", data={"reason": "The certificate counts."}).status_code
        == 302
    )
    page = as_(app, result.subject).get(f"/appeals/{appeal.id}")
    assert "The certificate counts." in page.text


def test_the_menu_counts_for_each_what_they_can_do_and_for_hr_nothing(app, session):
    """A member's count goes down with their ballot; the chair has the ballot to close; HR decides no appeal."""
    result = promotable()
    appeal = filed(result)

    def counted(person):
        page = as_(app, person).get("/", headers={"Accept-Language": "en"}).text
        found = re.search(r'href="/appeals/list/"[^>]*>[^<]*<span class="pill[^"]*">(\d+)<', page)
        return int(found[1]) if found else 0

    chair, *members = result.panel
    assert [counted(each) for each in (chair, *members, result.hr)] == [1] * len(result.panel) + [0]
    for member in result.panel:
        data = {"result": "grade_fixed", "grade": "J3", "reason": "The certificate counts."}
        assert as_(app, member).post(f"/appeals/{appeal.id}/cast_ballot", data=data).status_code == 302
    assert [counted(each) for each in (chair, *members)] == [1] + [0] * len(members)


def test_a_ballot_without_its_grade_shows_the_page_again(app, session):
    result = promotable()
    appeal = filed(result)
    answer = as_(app, result.panel[0]).post(
        f"/appeals/{appeal.id}/cast_ballot", data={"result": "grade_fixed", "reason": "yes"}
    )
    assert answer.status_code == 422


def test_the_api_lists_what_one_may_do(app, result):
    appeal = filed(result, addressee="superior")
    headers = headers_of(app, result.subject.user_id)
    answer = app.test_client().get(f"/api/v1/appeals/{appeal.id}/actions", headers=headers)
    assert {each["name"]: each["allowed"] for each in answer.json["actions"]} == {
        "refer_to_panel": True,
        "withdraw": True,
    }
    done = app.test_client().post(f"/api/v1/appeals/{appeal.id}/actions/refer_to_panel", json={}, headers=headers)
    assert (done.status_code, done.json) == (
        200,
        {"id": appeal.id, "number": appeal.number, "stage": "with_panel", "result": None},
    )


def test_hr_enters_a_paper_appeal_and_lists_all(app, result):
    client = as_(app, result.hr)
    assert client.get("/appeals/add").status_code == 200
    data = {
        "notice_row": result.row,
        "filer": result.subject.employee_id,
        "ground": "figures",
        "addressee": "superior",
        "text": TEXT,
    }
    assert client.post("/appeals/add", data=data).status_code == 422, "without the scan"
    data["scan"] = (io.BytesIO(picture()), "form.png")
    answer = client.post("/appeals/add", data=data)
    assert answer.status_code == 303, answer.text
    assert second_confirms() == 1
    listed = client.get("/appeals/list/")
    assert f"{result.notice.number}-A01" in listed.text


def test_hr_corrects_a_paper_appeal_by_the_generated_form_and_no_other(app, result):
    client, english = as_(app, result.hr), {"Accept-Language": "en"}
    given = AppealInput("figures", TEXT, filer_id=result.subject.employee_id, scan=SCAN)
    entered = as_confirmed(file_appeal, result.row, given, actor=result.hr, now=NOW)
    assert f'href="/appeals/edit/{entered.id}"' in client.get(f"/appeals/{entered.id}").text
    form = client.get(f"/appeals/edit/{entered.id}", headers=english).text
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', form)[1]
    data = {"ground": "procedure", "text": "As on the paper.", "seen": seen}
    assert client.post(f"/appeals/edit/{entered.id}", data=data).status_code == 422, "without a reason"
    assert client.post(f"/appeals/edit/{entered.id}", data=data | {"reason": "Misread."}).status_code == 303
    assert second_confirms() == 1
    page = client.get(f"/appeals/{entered.id}", headers=english).text
    assert "As on the paper." in page and "Misread." in page
    own = filed(result)
    assert client.get(f"/appeals/edit/{own.id}").status_code == 409
    assert f'href="/appeals/edit/{own.id}"' not in client.get(f"/appeals/{own.id}").text


def test_each_page_shows_the_clauses_it_carries(app, result):
    appeal = filed(result, addressee="superior")
    refer_to_panel(appeal.id, actor=result.subject, now=NOW)
    pages = {link(result): "3.3.5", f"/appeal/receipt/{appeal.id}": "3.3.5-b"}
    client = as_(app, result.subject)
    for address, clause in pages.items():
        assert f"c-{clause}" in client.get(address).text, address
    assert "c-3.3.5-a" in as_(app, result.panel[0]).get(f"/appeals/{appeal.id}").text


def test_a_notice_with_just_one_result_of_one_s_own_leads_straight_to_the_form(app, result):
    own = as_(app, result.subject).get(f"/appeal/?notice={result.notice.number}").text
    assert 'name="ground"' in own and f'name="row" value="{result.row}"' in own
    assert 'name="ground"' not in as_(app, result.colleague).get(f"/appeal/?notice={result.notice.number}").text


@pytest.fixture
def objection(result):
    given = AppealInput("procedure", TEXT, "panel")
    return file_appeal(result.row, given, actor=result.colleague, now=NOW)


def test_whose_result_it_is_reads_in_the_history_of_no_filer_of_an_objection(app, result, objection):
    for reader in (result.subject, result.superior):
        page = as_(app, reader).get(f"/reviews/{result.review.id}")
        assert page.status_code == 200 and objection.number in page.text and "Colleague" not in page.text


@pytest.mark.parametrize("who", ["subject", "superior"])
def test_a_seat_on_the_panel_tells_whom_it_concerns_nothing_of_the_filer(app, result, objection, who):
    person = getattr(result, who)
    with make.fixture() as op:
        make.seat(op.session.get(Employee, person.employee_id), "related_departments", on_panel=True)
    client = as_(app, person)
    for path in ("/appeals/list/", f"/appeals/{objection.id}", "/appeals/panel", "/appeal/mine"):
        assert "Colleague" not in client.get(path).text, path
    assert "Colleague" in as_(app, result.panel[0]).get("/appeals/list/").text


def replaced(result):
    """The notice corrected: the first row has one in its place."""
    with make.fixture():
        result.notice.rows[0].superseded = True
    return make.notice(result.review.cycle, [result.review], ends_at=NOW + timedelta(days=5))


def test_a_replaced_row_leads_to_the_one_in_its_place_at_both_doors(app, result):
    new, client = replaced(result), as_(app, result.subject)
    answer = client.get(link(result))
    assert answer.status_code == 302 and f"notice={new.number}" in answer.location
    headers = headers_of(app, result.subject.user_id)
    data = {"notice_row": result.row, "filer": result.subject.employee_id, "ground": "figures", "addressee": "panel"}
    data |= {"text": TEXT}
    refused = app.test_client().post("/api/v1/appeals/", json=data, headers=headers)
    assert (refused.status_code, refused.json["clause"], refused.json["facts"]["notice"]) == (
        409,
        "3.3.5-c",
        new.number,
    )


def test_the_same_ground_is_the_same_case_whatever_the_notice(app, result):
    filed(result)
    new, headers = replaced(result), headers_of(app, result.subject.user_id)
    data = {"notice_row": new.rows[0].id, "filer": result.subject.employee_id, "ground": "figures", "text": TEXT}
    data |= {"addressee": "panel"}
    post = lambda **more: app.test_client().post("/api/v1/appeals/", json={**data, **more}, headers=headers)  # noqa: E731
    assert (post().status_code, post().json["clause"]) == (409, "3.3.5-e")
    assert post(ground="procedure").status_code == 201


def test_to_object_one_looks_for_the_colleague_and_never_lands_at_one_s_own_result(app, result):
    name = result.notice.rows[0].printed_name
    assert (
        link(result).split("?")[1].replace("&", "&amp;")
        in as_(app, result.colleague).get(f"/appeal/object?q={name}").text
    )
    own = as_(app, result.subject)
    assert 'name="ground"' not in own.get(f"/appeal/object?notice={result.notice.number}").text
    assert f"row={result.row}" not in own.get(f"/appeal/object?q={name}").text


def test_whoever_a_paper_was_entered_for_is_told_and_may_disown_it(app, result):
    given = AppealInput("figures", TEXT, filer_id=result.subject.employee_id, scan=SCAN)
    entered = as_confirmed(file_appeal, result.row, given, actor=result.hr, now=NOW)
    client, own = as_(app, result.subject), filed(result, ground="procedure")
    assert client.post(f"/act/appeal/{own.id}/disown").status_code == 409
    assert client.post(f"/act/appeal/{entered.id}/disown").status_code == 302
    make.db.session.rollback()
    assert (entered.stage, result.review.stage) == ("disowned", "appealed")
    assert filed(result).stage == "with_panel", "a disowned one uses up nothing"


def test_management_appoints_to_a_panel_that_is_short_by_page_and_api(app, result):
    boss, new = make.employee("Boss", roles=("employee", "management")), make.employee("New")
    appeal = filed(result)
    data = {"employee": new.number, "constituency": "hr"}
    headers = headers_of(app, boss.user_id)
    act = f"/api/v1/appeals/{appeal.id}/actions/"
    refused = app.test_client().post(act + "appoint_to_panel", json=data, headers=headers)
    assert (refused.status_code, refused.json["clause"]) == (409, "3.3.5-a"), "three members sit"
    out = {"ground": "declared", "reason": "We share a flat."}
    member = headers_of(app, result.panel[1].user_id)
    assert app.test_client().post(act + "declare_conflict", json=out, headers=member).status_code == 200
    page = client_of(app, boss.user_id)
    assert appeal.number in page.get("/bodies/").text
    assert page.post(f"/bodies/appeals/{appeal.id}", data={"employee": "none", "constituency": "hr"}).status_code == 422
    assert page.post(f"/bodies/appeals/{appeal.id}", data=data).status_code in (302, 303)
    assert second_confirms() == 1
    assert app.test_client().post(act + "appoint_to_panel", json=data, headers=headers).status_code == 409
    assert app.test_client().get(f"/api/v1/appeals/{appeal.id}", headers=headers).status_code == 404, "by number alone"


def test_whoever_filed_it_themselves_is_never_offered_to_disown_it(app, result):
    appeal = filed(result)
    assert "/disown" not in as_(app, result.subject).get(f"/appeals/{appeal.id}").text


def test_the_recusal_of_a_member_of_the_panel_is_lifted_by_two_people(app, result):
    appeal = filed(result)
    member = result.panel[1]
    declared = as_(app, member).post(
        f"/act/appeal/{appeal.id}/declare_conflict", data={"ground": "kin", "reason": "A cousin."}
    )
    assert declared.status_code == 302
    assert as_(app, member).get(f"/appeals/{appeal.id}").status_code == 404
    chair, hr, english = as_(app, result.panel[0]), as_(app, result.hr), {"Accept-Language": "en"}
    page = hr.get(f"/appeals/{appeal.id}", headers=english).text
    assert "Propose to lift" in page
    key = re.search(r'name="recusal" value="(\d+)"', page)[1]
    lift = lambda who, **data: who.post(f"/appeals/{appeal.id}/override_recusal", data={"recusal": key, **data})  # noqa: E731
    assert lift(hr).status_code == 409
    assert lift(hr, reason="Third degree only.").status_code == 302
    assert lift(hr, reason="Third degree only.").status_code == 409, "a second person confirms"
    assert "Confirm lifting the recusal" in chair.get(f"/appeals/{appeal.id}", headers=english).text
    assert lift(chair, recusal=4711, reason="So it is.").status_code == 422
    assert lift(chair, reason="So it is.").status_code == 302
    assert as_(app, member).get(f"/appeals/{appeal.id}").status_code == 200
    again = app.test_client().get(f"/api/v1/appeals/{appeal.id}/actions", headers=headers_of(app, result.hr.user_id))
    lifting = next(each for each in again.json["actions"] if each["name"] == "override_recusal")
    assert not lifting["allowed"] and lifting["refusals"][0]["clause"] == "3.3-e"
