"""How a file is read is chosen on the page before it is checked, and what was chosen is what is checked and applied."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.files.workbooks import SheetOut, write_sheets
from admin.models import Import, db
from tests.web.conftest import centre, no_tokens, signed_in  # noqa: F401  fixtures

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "import"
HEADS = "員工編號,姓名,部門,入職日期"


@pytest.fixture
def hr(signed_in: Any) -> FlaskClient:  # noqa: F811
    return signed_in("hr")


def uploaded(hr: FlaskClient, kind: str, data: bytes, name: str = "檔案.csv") -> str:
    """The address of the page on its columns."""
    answer = hr.post(f"/imports/new/{kind}", data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def form_of(page: str) -> dict[str, str]:
    """What a browser sends of the page as it stands."""
    found = {}
    for name, content in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', content)
        found[name] = html.unescape(chosen[1] if chosen else "")
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = (re.search(rf'\b{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return {name: value for name, value in found.items() if name not in ("csrf_token", "once")}


def sent(hr: FlaskClient, place: str, **changes: str) -> Any:
    page = hr.get(place).text
    return hr.post(place, data=form_of(page) | {name.replace("_", "-"): value for name, value in changes.items()})


def row_of(hr: FlaskClient, place: str) -> SimpleNamespace:
    """What the import has kept."""
    with hr.application.app_context():
        key = int(re.findall(r"/(\d+)/", place)[0])
        query = select(Import.mapping, Import.report, Import.state).where(Import.id == key)
        row = db.session.execute(query.execution_options(unscoped=True)).one()
        return SimpleNamespace(**row._mapping)


def test_an_encoding_that_cannot_be_told_is_chosen_by_how_the_names_read(hr: FlaskClient) -> None:
    text = "Employee number,Name,Department,Hire date\n00201,김민수,고객센터,2020-02-03\n"
    place = uploaded(hr, "employees", text.encode("euc-kr"))
    page = hr.get(place).text
    assert "김민수" in page and 'name="read-encoding"' in page and 'name="column-number"' not in page
    page = hr.post(place, data=form_of(page) | {"read-encoding": "euc-kr"}).text
    assert "euc-kr" in page and 'name="column-number"' in page
    answer = hr.post(place, data=form_of(page))
    assert answer.status_code == 303 and row_of(hr, place).mapping["reading"] == {"encoding": "euc-kr"}
    done = place.removesuffix("/mapping")
    assert "김민수" in hr.get(done).text and hr.post(f"{done}/apply").status_code == 303
    assert row_of(hr, place).state == "applied"


def test_another_sheet_is_read_where_it_is_chosen_and_checked_at_once(hr: FlaskClient) -> None:
    heads = HEADS.split(",")
    sheets = [
        SheetOut("2025名冊", heads, [["E801", "舊人", "客服中心", "2015-03-02"]]),
        SheetOut("2026名冊", heads, [["E802", "新人", "客服中心", "2015-03-02"]]),
    ]
    place = uploaded(hr, "employees", write_sheets(sheets), "名冊.xlsx")
    page = hr.get(place).text
    assert "2026名冊" in page.split('id="found"')[1].split("</p>")[0]
    assert hr.post(place, data=form_of(page) | {"read-sheet": "2026名冊"}).status_code == 303
    shown = hr.get(place.removesuffix("/mapping")).text
    assert "新人" in shown and "舊人" not in shown


def test_header_row_and_separator_are_chosen_and_kept_with_the_import(hr: FlaskClient) -> None:
    text = "客服中心:名冊\n員工編號:姓名:部門:入職日期\nE803:王甲:客服中心:2020-02-03\n"
    place = uploaded(hr, "employees", text.encode())
    page = hr.post(place, data=form_of(hr.get(place).text) | {"read-separator": ":", "reread": "1"}).text
    page = hr.post(place, data=form_of(page) | {"read-header_row": "2", "reread": "1"}).text
    assert hr.post(place, data=form_of(page)).status_code == 303
    assert row_of(hr, place).mapping["reading"] == {"separator": ":", "header_row": 2}
    assert row_of(hr, place).report["counts"]["new"] == 1


def test_what_holds_for_all_rows_and_what_words_mean_is_asked_together_and_first(hr: FlaskClient) -> None:
    text = "員編,姓名,考績等第\nE3,emp1,甲\nE4,emp2,乙\n"
    place = uploaded(hr, "ratings", text.encode())
    page = hr.get(place).text
    first = page.split('id="first"')[1].split("</section>")[0]
    assert 'name="constant-year"' in first and 'name="value-rating-0"' in first and "通常是" in first
    answer = hr.post(place, data=form_of(page) | {"constant-year": "2025"})
    assert (
        answer.status_code == 422
        and "甲" in answer.text.split('role="alert"')[1][:300]
        and 'value="2025"' in answer.text
    )
    words = {"value-rating-0": "good", "value-rating-1": "qualified", "constant-year": "2025"}
    assert hr.post(place, data=form_of(page) | words).status_code == 303
    mapping = row_of(hr, place).mapping
    assert mapping["options"]["constants"] == {"year": "2025"} and row_of(hr, place).report["counts"]["new"] == 2
    again = hr.get(uploaded(hr, "ratings", text.replace("乙", "甲").encode())).text
    first = again.split('id="first"')[1].split("</section>")[0]
    assert (
        'name="value-rating-0"' not in first and 'value="2025"' not in first
    )  # words are kept, the year is asked anew


def test_dates_are_read_in_the_order_that_is_chosen(hr: FlaskClient) -> None:
    place = uploaded(hr, "employees", f"{HEADS}\nE804,王甲,客服中心,05/04/2020\n".encode())
    page = hr.get(place).text
    assert hr.post(place, data=form_of(page)).status_code == 303 and row_of(hr, place).report["counts"]["faults"] == 1
    assert hr.post(place, data=form_of(page) | {"date_order": "dmy"}).status_code == 303
    assert row_of(hr, place).report["counts"]["faults"] == 0


def test_names_without_numbers_are_mapped_once(hr: FlaskClient) -> None:
    text = "姓名,年度,年度績效等次\nemp1,2025,良好\n沒有這個人,2025,良好\n"
    place = uploaded(hr, "ratings", text.encode())
    page = hr.get(place).text
    assert "沒有這個人" in page.split('id="first"')[1] and 'value="emp1"' not in page
    assert hr.post(place, data=form_of(page) | {"name-number-0": "E4"}).status_code == 303
    assert (row_of(hr, place).report["counts"]["faults"], row_of(hr, place).report["counts"]["new"]) == (0, 2)


@pytest.mark.parametrize("name", ["58-two-rosters.xlsx", "41-two-sheets-raw-and-cleaned.xlsx"])
def test_the_chosen_sheet_of_a_case_is_the_one_that_is_checked(hr: FlaskClient, name: str) -> None:
    if not (CASES / name).exists():
        pytest.skip(f"the cases of ../shared are not here ({name})")
    kind, sheet = ("employees", "2026新名冊") if name.startswith("58") else ("contacts", "Sheet1")
    place = uploaded(hr, kind, (CASES / name).read_bytes(), name)
    page = hr.post(place, data=form_of(hr.get(place).text) | {"read-sheet": sheet, "reread": "1"}).text
    assert hr.post(place, data=form_of(page)).status_code == 303
    assert row_of(hr, place).report["file"]["sheet"] == row_of(hr, place).mapping["reading"]["sheet"] == sheet


def test_what_is_not_used_is_named_with_a_guess_before_anything_is_applied(hr: FlaskClient) -> None:
    place = uploaded(hr, "metrics", "員工編號,月份,來電量,滿意度,備註\nE3,2025-10,400,4.5,x\n".encode())
    unused = hr.get(place).text.split('id="unused"')[1].split("</p>")[0]
    assert "滿意度" in unused and "平均滿意度" in unused and "備註" in unused
    assert sent(hr, place).status_code == 303
    notes = hr.get(place.removesuffix("/mapping")).text
    assert "未使用的欄：滿意度 (平均滿意度?), 備註" in notes


@pytest.mark.parametrize(
    "forged", ['{"sheet": "none such"}', '{"header_row": 99999}', "[1]", "x", '{"encoding": "nope"}']
)
def test_a_reading_that_no_page_showed_is_refused_and_not_a_fault_of_the_portal(hr: FlaskClient, forged: str) -> None:
    place = uploaded(hr, "employees", f"{HEADS}\nX9,陳一,客服中心,2024-01-01\n".encode())
    for more in ({}, {"reread": "1"}):
        answer = hr.post(place, data=form_of(hr.get(place).text) | {"shown": forged} | more)
        assert answer.status_code in (200, 303, 422), (forged, more, answer.status_code)


def test_scores_are_asked_for_where_each_rating_begins(hr: FlaskClient) -> None:
    place = uploaded(hr, "ratings", "工號,年度,考績分數\nE3,2025,92\nE4,2025,85.5\n".encode())
    page = hr.get(place).text
    first = page.split('id="first"')[1].split("</section>")[0]
    assert 'name="band-excellent"' in first and 'name="band-qualified"' in first
    wrong = hr.post(place, data=form_of(page) | {"band-excellent": "60", "band-good": "80", "band-qualified": "x"})
    assert wrong.status_code == 422 and "由高到低" in wrong.text
    assert re.findall(r'value="60"', re.findall(r'<input[^>]*name="band-excellent"[^>]*>', wrong.text)[0])
    bands = {"band-excellent": "90", "band-good": "80", "band-qualified": "60"}
    assert hr.post(place, data=form_of(page) | bands).status_code == 303
    assert row_of(hr, place).mapping["options"]["bands"] == {"excellent": 90, "good": 80, "qualified": 60}
    assert row_of(hr, place).report["counts"]["new"] == 2 and 'value="90.0"' in hr.get(place).text
