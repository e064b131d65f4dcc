"""The import wizard, log names, accounts, takeovers and the grade file, as a browser asks for them."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from admin.access.actor import system_actor
from admin.files.workbooks import SheetOut, write_sheets
from admin.jobs.sweep import sweep
from admin.models import db
from admin.operations.imports.imports_reading import uploads_folder
from tests.operations.importing import NOW, csv_of
from tests.web.conftest import bearer, centre, no_tokens, signed_in  # noqa: F401  fixtures

STAFF = """
    工號,姓名,部門,崗位,入職日期,狀態
    E3,emp1,客服中心,資深專員,2020-01-06,在職
    E9,<img src=x onerror=alert(1)>,客服中心/夜班,專員,2024-01-08,在職
"""
ENGLISH = {"Accept-Language": "en"}
LOG = """
    坐席,日期,通話編號,是否接聽,是否解決
    Becky,2026-03-02,C1,是,是
    Dan,2026-03-09,C2,否,否
"""


@pytest.fixture
def hr(signed_in: Any) -> FlaskClient:  # noqa: F811
    return signed_in("hr")


def send(client: FlaskClient, kind: str, text: str | bytes, name: str = "名單.csv") -> Any:
    data = text if isinstance(text, bytes) else csv_of(text)
    return client.post(f"/imports/new/{kind}", data={"file": (io.BytesIO(data), name)})


def checked(client: FlaskClient, kind: str, text: str, **changes: str) -> tuple[str, Any]:
    """Upload, send the mapping page as proposed with changes; the import's address and its page."""
    answer = send(client, kind, text)
    assert answer.status_code == 303, answer.text
    place = answer.headers["Location"].removesuffix("/mapping")
    page = client.get(f"{place}/mapping")
    assert page.status_code == 200, page.text
    answer = client.post(f"{place}/mapping", data=selected(page.text) | changes)
    assert answer.status_code == 303, answer.text
    return place, client.get(place)


def selected(page: str) -> dict[str, str]:
    """What a browser would send of a page's selects, left as they are, and of its short texts."""
    found = {}
    for name, content in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', content)
        found[name] = chosen[1] if chosen else ""
    if shown := re.search(r'name="shown" value="([^"]*)"', page):
        found["shown"] = html.unescape(shown[1])
    for name in ("department_separator",):
        if match := re.search(rf'<input[^>]*name="{name}"[^>]*>', page):
            value = re.search(r'value="([^"]*)"', match[0])
            found[name] = value[1] if value else ""
    return found


def test_a_list_goes_from_upload_to_report_and_back(hr: FlaskClient, app: Flask) -> None:
    place, page = checked(hr, "employees", STAFF, accounts="1")
    assert page.status_code == 200
    assert "&lt;img src=x onerror" in page.text and "<img src=x" not in page.text
    assert hr.post(f"{place}/apply").status_code == 303
    report = hr.get(place).text
    assert f"{place}/undo" in report
    assert hr.post(f"{place}/undo").status_code == 303
    assert f"{place}/undo" not in hr.get(place).text


def test_what_rests_on_an_import_is_said_where_it_would_be_taken_back_by_page_and_api_alike(
    hr: FlaskClient,
    bearer: Any,  # noqa: F811
) -> None:
    place, _page = checked(hr, "employees", STAFF, accounts="1")
    hr.post(f"{place}/apply")
    address, head = f"/api/v1{place}/actions", bearer("hr")
    offered = offer(hr, address, head)
    assert (offered["name"], offered["allowed"]) == ("undo_import", True)
    later, _page = checked(hr, "ratings", "工號,年度,年度績效等次\nE9,2025,良好")
    hr.post(f"{later}/apply")
    page = hr.get(place, headers=ENGLISH).text
    assert f"{place}/undo" not in page and "1 annual ratings now rest on it" in page
    offered = offer(hr, address, head)
    assert not offered["allowed"] and "annual_ratings" not in str(offered)
    assert hr.post(f"{place}/undo").status_code == 409
    assert hr.post(f"{address}/undo_import", headers=head, json={}).status_code == 409
    assert hr.post(f"/api/v1{later}/actions/undo_import", headers=head, json={}).json["state"] == "undone"
    assert hr.post(f"{address}/undo_import", headers=head, json={}).status_code == 200


def offer(hr: FlaskClient, address: str, head: dict[str, str]) -> dict[str, Any]:
    """What a program is offered of taking an import back."""
    offered = hr.get(address, headers=head).json["actions"]
    return next(each for each in offered if each["name"] == "undo_import")


def waits(hr: FlaskClient) -> bool:
    """Whether HR's home names an import that waits."""
    return bool(
        re.search(r"1 (checked import|import with faults)", hr.get("/", headers={"Accept-Language": "en"}).text)
    )


def test_what_is_never_applied_is_put_aside_and_waits_for_nobody(hr: FlaskClient) -> None:
    for content in (STAFF, STAFF.replace("2024-01-08", "2024-13-08")):
        place, page = checked(hr, "employees", content)
        assert f"{place}/discard" in page.text and waits(hr)
        assert hr.post(f"{place}/discard").status_code == 303
        page = hr.get(place).text
        assert f"{place}/discard" not in page and f"{place}/apply" not in page
        for act in ("apply", "discard"):  # another time it says what became of it
            assert hr.post(f"{place}/{act}").headers["Location"] == place
        assert not waits(hr)


def test_each_button_of_an_import_pressed_twice_is_done_once_and_no_refusal(hr: FlaskClient) -> None:
    place, _page = checked(hr, "employees", STAFF)
    for act in ("apply", "undo"):
        once = {"once": f"key-of-{act}"}
        first, second = (hr.post(f"{place}/{act}", data=once) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 302), act
        assert hr.post(f"{place}/{act}", data={"once": "another"}).headers["Location"] == place
    place, _page = checked(hr, "employees", STAFF)
    assert [hr.post(f"{place}/discard", data={"once": "x"}).status_code for _ in range(2)] == [303, 302]


def test_faults_are_shown_and_come_as_a_workbook_and_hold_everything_back(hr: FlaskClient) -> None:
    place, page = checked(hr, "employees", STAFF.replace("2024-01-08", "2024-13-08"))
    assert "2024-13-08" in page.text and f"{place}/apply" not in page.text
    workbook = hr.get(f"{place}/faults")
    assert workbook.data.startswith(b"PK") and "attachment" in workbook.headers["Content-Disposition"]
    hr.post(f"{place}/apply")
    assert f"{place}/undo" not in hr.get(place).text


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"<html><body>x", "工號,姓名\n".encode()])
def test_what_is_no_table_is_said_on_the_same_page(hr: FlaskClient, content: bytes) -> None:
    answer = send(hr, "employees", content)
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_a_path_in_the_name_of_a_file_is_only_a_name(hr: FlaskClient) -> None:
    answer = send(hr, "employees", STAFF, "../../etc/名單.csv")
    page = hr.get(answer.headers["Location"].removesuffix("/mapping")).text
    assert "名單.csv" in page and "../" not in re.sub(r"href=\"[^\"]*\"", "", page)


def test_columns_that_are_missing_are_named_and_nothing_is_lost(hr: FlaskClient) -> None:
    place = send(hr, "employees", STAFF.replace("入職日期", "開始")).headers["Location"]
    page = hr.get(place)
    answer = hr.post(place, data=selected(page.text))
    assert answer.status_code == 422
    answer = hr.post(place, data=selected(page.text) | {"column-hired": "開始"})
    assert answer.status_code == 303


def test_another_sheet_of_the_workbook_is_read_once_its_columns_are_sent(hr: FlaskClient) -> None:
    heads = ["工號", "姓名", "部門", "崗位", "入職日期", "狀態"]
    sheets = [
        SheetOut("人員", heads, [["E701", "王甲", "客服中心", "資深專員", "2020-01-06", "在職"]]),
        SheetOut("新人", ["編號", *heads[1:]], [["E702", "李乙", "客服中心", "專員", "2026-01-05", "在職"]]),
    ]
    place = send(hr, "employees", write_sheets(sheets), "名單.xlsx").headers["Location"]
    assert ">編號<" not in hr.get(place).text
    other = hr.post(place, data={"read-sheet": "新人", "reread": "1"}).text
    assert ">編號<" in other
    answer = hr.post(place, data=selected(other) | {"column-number": "編號"})
    assert answer.status_code == 303, answer.text
    page = hr.get(place.removesuffix("/mapping")).text
    assert "李乙" in page and "王甲" not in page


def test_a_mapping_is_kept_for_the_next_file(hr: FlaskClient) -> None:
    checked(hr, "employees", STAFF, keep_as="人資系統匯出")
    place = send(hr, "employees", STAFF + "\n").headers["Location"]
    assert "人資系統匯出" in hr.get(place).text


def test_log_names_are_mapped_by_hand_and_then_counted(hr: FlaskClient, centre: SimpleNamespace) -> None:  # noqa: F811
    place, page = checked(hr, "contacts", LOG)
    assert f"{place}/logins" in page.text and f"{place}/apply" not in page.text
    form = hr.get(f"{place}/logins")
    assert "Becky" in form.text
    answer = hr.post(f"{place}/logins", data={"since": "2026-01-01", "employee-0": str(centre.emp1), "leave-1": "1"})
    assert answer.status_code == 303, answer.text
    assert f"{place}/apply" in hr.get(place).text
    hr.post(f"{place}/apply")
    assert f"{place}/undo" in hr.get(place).text


def test_accounts_and_codes_are_handed_out_once(hr: FlaskClient) -> None:
    place, _page = checked(hr, "employees", STAFF, accounts="")
    hr.post(f"{place}/apply")
    assert hr.get(f"{place}/accounts").status_code == 200
    assert hr.post(f"{place}/accounts").status_code == 303
    slips = hr.post(f"{place}/codes", data={"form": "slips"})
    assert slips.status_code == 200 and re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-", slips.text)
    assert hr.post(f"{place}/codes", data={"form": "xlsx"}).data.startswith(b"PK")


def test_management_approves_grades_and_the_file_shows_them(hr: FlaskClient, signed_in: Any) -> None:  # noqa: F811
    place, page = checked(hr, "grades", "工號,職級,生效日期,文號\nE3,初級二級,2024-01-01,人字第1號")
    assert f"{place}/apply" in page.text, page.text
    hr.post(f"{place}/apply")
    batch = "import-" + place.rsplit("/", 1)[1]
    assert hr.post(f"/takeovers/{batch}/approve").status_code == 404
    manager = signed_in("management")
    assert "人字第1號" in manager.get("/takeovers/").text
    assert manager.post(f"/takeovers/{batch}/approve").status_code == 303
    mine = signed_in("emp1")
    for address in ("/files/", "/files/E3"):
        assert "人字第1號" in mine.get(address).text
    assert mine.get("/files/E3/export").data.startswith(b"PK")


def test_a_file_is_found_only_by_those_whom_it_concerns(signed_in: Any) -> None:  # noqa: F811
    for name, status in (
        ("emp1", 200),
        ("sup1", 200),
        ("head1", 200),
        ("auditor", 200),
        ("emp2", 404),
        ("outsider", 404),
    ):
        assert signed_in(name).get("/files/E3").status_code == status, name


def test_a_record_is_put_on_file_by_the_superior_and_approved_by_hr(signed_in: Any) -> None:  # noqa: F811
    data = {"kind": "certificate", "title": "客服管理師", "happened_on": "2026-05-01"}
    superior = signed_in("sup1")
    assert superior.post("/files/E3/records", data=data).status_code == 303
    assert superior.post("/files/E3/records/1", data={"decision": "approve"}).status_code == 409
    assert "/files/E3/records/1" in signed_in("hr").get("/files/E3").text
    assert signed_in("hr").post("/files/E3/records/1", data={"decision": "approve"}).status_code == 303


@pytest.mark.parametrize("name", ["emp1", "management", "admin"])
def test_imports_are_not_there_for_others(signed_in: Any, name: str) -> None:  # noqa: F811
    client = signed_in(name)
    assert client.get("/imports/").status_code == 404
    assert send(client, "employees", STAFF).status_code == 404


def test_beyond_the_last_part_stands_the_last_and_a_filter_that_finds_nothing_says_so(hr: FlaskClient) -> None:
    checked(hr, "employees", STAFF)
    place, _page = checked(hr, "employees", STAFF)
    for wanted in ("10000", "-1", "x"):
        assert f'href="{place}"' in hr.get(f"/imports/?page={wanted}").text
    none = hr.get("/imports/?kind=grades", headers={"Accept-Language": "en"}).text
    assert "No entry matches." in none and "Nothing has been imported yet." not in none


def test_auditors_read_imports_and_change_nothing(hr: FlaskClient, signed_in: Any) -> None:  # noqa: F811
    place, _page = checked(hr, "employees", STAFF)
    auditor = signed_in("auditor")
    assert auditor.get(place).status_code == 200 and f"{place}/apply" not in auditor.get(place).text
    assert auditor.post(f"{place}/apply").status_code == 404


def test_programs_read_what_was_imported(hr: FlaskClient, bearer: Any, client: FlaskClient) -> None:  # noqa: F811
    checked(hr, "employees", STAFF)
    answer = client.get("/api/v1/imports/", headers=bearer("hr"))
    assert answer.status_code == 200 and answer.json["result"][0]["state"] == "checked"
    assert client.get("/api/v1/imports/", headers=bearer("emp1")).status_code in (403, 404)


@pytest.mark.parametrize("kind", ["employees", "grades", "metrics", "contacts", "ratings"])
def test_the_empty_form_of_each_kind_comes_in_again(hr: FlaskClient, kind: str) -> None:
    form = hr.get(f"/imports/template/{kind}")
    answer = send(hr, kind, form.data, "form.xlsx")
    assert answer.status_code == 303
    assert hr.get(answer.headers["Location"]).status_code == 200


def _work_through(app: Flask) -> None:
    with app.app_context():
        sweep(actor=system_actor(), clock=lambda: NOW)
        db.session.remove()


def test_the_real_log_is_shown_to_the_last_digit(hr: FlaskClient, app: Flask, shared_data: Path) -> None:
    data = (shared_data / "call_log_phonenow_pwc.xlsx").read_bytes()
    # Five thousand calls: the worker reads them, and checks them once the columns are chosen.
    followed = send(hr, "contacts", data, "log.xlsx").headers["Location"]
    _work_through(app)
    place = re.search(r'href="(/imports/\d+)"', hr.get(followed).text)[1]  # type: ignore[index]
    columns = f"{place}/mapping"
    assert "/long-work/" in hr.post(columns, data=selected(hr.get(columns).text)).headers["Location"]
    _work_through(app)
    page = hr.get(place).text
    for figure in ("3.3714", "0.5048", "65.33", "220.01"):
        assert figure in page


def test_the_page_is_the_difference_by_group_and_text_and_part_and_as_a_workbook(hr: FlaskClient) -> None:
    rows = [f"F{number:03},=1+{number},客服中心,專員,2024-01-08,在職" for number in range(60)]
    place, _page = checked(hr, "employees", STAFF.rstrip() + "\n" + "\n".join(rows))
    shown = hr.get(place, headers=ENGLISH).text
    assert "Joined 61" in shown and "New post" in shown and "F000" in shown and "F050" not in shown
    assert "F050" in hr.get(f"{place}?page=3").text
    found = hr.get(f"{place}?group=joined&text=f05", headers=ENGLISH).text
    assert "F050" in found and "F041" not in found and "No entry matches." not in found
    assert "No entry matches." in hr.get(f"{place}?group=left", headers=ENGLISH).text
    answer = hr.get(f"{place}/difference", headers=ENGLISH)
    sheet = python_calamine.CalamineWorkbook.from_object(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[0][:4] == ["Group", "Employee number", "Employee's name", "What changes"]
    assert ["Joined", "F059", "=1+59"] in [row[:3] for row in sheet]
    hr.post(f"{place}/apply")
    assert "Joined 61" in hr.get(place, headers=ENGLISH).text


def test_what_a_file_only_leaves_out_is_ticked_on_the_page_before_it_is_done(hr: FlaskClient) -> None:
    left = STAFF.replace("狀態\n", "狀態,離職日期\n").replace(
        "資深專員,2020-01-06,在職", "資深專員,2020-01-06,離職,2026-10-31"
    )
    place, _page = checked(hr, "employees", left.replace("2024-01-08,在職", "2024-01-08,在職,"))
    hr.post(f"{place}/apply")
    place, page = checked(hr, "employees", STAFF)
    assert 'value="rehire:E3"' in page.text and f"{place}/apply" not in page.text
    assert hr.post(f"{place}/decide", data={"decided": ["rehire:E3"]}).status_code == 303
    page = hr.get(place).text
    assert re.search(r'value="rehire:E3"[^>]* checked', page) and f"{place}/apply" in page
    assert hr.post(f"{place}/apply").status_code == 303 and "rehire:E3" in hr.get(place).text


def test_cells_are_pasted_from_a_spreadsheet_and_stay_on_the_page_where_they_are_no_table(hr: FlaskClient) -> None:
    cells = "\r\n".join(line.strip().replace(",", "\t") for line in STAFF.strip().splitlines())
    answer = hr.post("/imports/new/employees", data={"pasted": cells})
    assert answer.status_code == 303
    assert "E9" in hr.get(answer.headers["Location"]).text
    answer = hr.post("/imports/new/employees", data={"pasted": "not a table at all"})
    assert answer.status_code == 422 and "not a table at all" in answer.text


def test_the_workbook_of_faults_has_the_faulty_rows_with_the_reasons_in_them(hr: FlaskClient) -> None:
    place, _page = checked(hr, "employees", STAFF.replace("2024-01-08", "2024-13-08"))
    book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(hr.get(f"{place}/faults", headers=ENGLISH).data))
    heads, row = book.get_sheet_by_name("Rows with faults").to_python()[:2]
    assert heads[:3] == ["Row in the file", "What is wrong", "工號"]
    assert (row[0], row[2], row[6]) == (3.0, "E9", "2024-13-08") and "no such date" in row[1]


def test_a_file_that_is_no_longer_kept_is_said_on_its_mapping(hr: FlaskClient) -> None:
    place = send(hr, "employees", STAFF).headers["Location"].removesuffix("/mapping")
    for kept in uploads_folder().iterdir():
        kept.unlink()
    answer = hr.post(f"{place}/mapping", data={"column-number": "0"}, headers=ENGLISH)
    assert answer.status_code == 422 and "no longer kept" in answer.text
