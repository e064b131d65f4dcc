"""Requests that no form of ours sends: HEAD, NUL, days at the end of time, numbers without end, tokens that are none."""

from __future__ import annotations

import pytest

from tests.factories import open_cycle

HUGE = "9" * 4000


@pytest.fixture
def cycle(app, centre):
    with app.app_context():
        return open_cycle().id


def day_of(app, day):
    from sqlalchemy import select

    from admin.models import CalendarDay, db

    with app.app_context():
        return db.session.scalar(select(CalendarDay.id).where(CalendarDay.day == day).execution_options(unscoped=True))


def test_a_head_writes_nothing_and_is_answered_like_a_get_without_its_body(signed_in, app):
    from datetime import date

    client = signed_in("hr")
    got, head = client.get("/calendar/day/2026-11-27"), client.head("/calendar/day/2026-11-27")
    assert (head.status_code, head.data) == (200, b"") and head.headers["Content-Length"] == got.headers[
        "Content-Length"
    ]
    assert day_of(app, date(2026, 11, 27)) is None


def test_a_head_of_an_address_that_takes_only_forms_is_405(signed_in):
    assert signed_in("hr").head("/people/left").status_code == 405


@pytest.mark.parametrize(
    "path, field", [("/departments/add", "name"), ("/people/leave", "kind"), ("/login/", "username")]
)
def test_a_field_with_nul_is_refused_with_what_it_held(signed_in, path, field):
    answer = signed_in("hr").post(path, data={field: "a\0b"})
    assert answer.status_code == 422 and "a␀b" in answer.text


@pytest.mark.parametrize(
    "body", ['{"code": "a\\u0000"}', '{"a\\u0000": 1}', '{"head": ["\\u0000"]}', '{"x": {"y": "\\u0000"}}']
)
def test_json_with_nul_is_422_and_says_so(client, bearer, body):
    headers = bearer("hr") | {"Accept-Language": "en"}
    answer = client.post("/api/v1/departments/", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 422 and "cannot be stored" in answer.json["message"]


@pytest.mark.parametrize("spoilt", ["a\x0bb", "a\x7fb", "a\x85b"])
def test_what_could_not_be_printed_is_a_field_error_in_form_and_api(signed_in, client, bearer, spoilt):
    page = signed_in("hr").post("/departments/add", data={"code": "Q7", "name": spoilt})
    assert "無法儲存" in page.text and 'value="Q7"' in page.text  # the form is kept
    headers = bearer("hr") | {"Accept-Language": "en"}
    answer = client.post("/api/v1/departments/", json={"code": "Q7", "name": spoilt}, headers=headers)
    assert answer.status_code == 422 and "cannot be stored" in answer.json["message"]


def test_json_with_a_backslash_before_u0000_is_text(client, bearer):
    body = r'{"code": "Q", "name": "a\\u0000"}'
    answer = client.post("/api/v1/departments/", data=body, content_type="application/json", headers=bearer("hr"))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2101-01-01", "1899-12-31"])
def test_a_day_that_no_career_can_have_is_422(signed_in, centre, client, bearer, day):
    page = signed_in("hr")
    assert page.post("/employees/add", data={"number": "Z1", "name": "z", "hired_on": day}).status_code == 422
    assert page.post("/people/left", data={"person": str(centre.emp1), "last_day": day}).status_code == 422
    answer = client.post(
        "/api/v1/employees/", json={"number": "Z1", "name": "z", "hired_on": day}, headers=bearer("hr")
    )
    assert answer.status_code == 422 and "hired_on" in answer.json["fields"]


@pytest.mark.parametrize("number", [HUGE, "-" + HUGE, "2147483648", "sNaN", "Infinity", "1e400"])
def test_a_number_without_end_is_422_with_the_field_named(client, bearer, signed_in, number):
    answer = client.post("/api/v1/cycles/", json={"year": number, "kind": "regular"}, headers=bearer("hr"))
    assert answer.status_code == 422 and "year" in answer.json["fields"]
    assert signed_in("hr").post("/pay_bands/add", data={"amount_min": number}).status_code == 422


@pytest.mark.parametrize("header", [None, "Bearer x.y.z", "Bearer ", "Basic aaa", "Bearer é"])
def test_whoever_has_no_token_is_told_where_to_get_one(client, header):
    answer = client.get("/api/v1/grades/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401 and "/api/v1/security/login" in answer.json["message"]


@pytest.mark.parametrize(
    "path, more, said",
    [
        ("/api/v1/departments/", {"data": "<x/>", "content_type": "application/xml"}, "application/json"),
        ("/api/v1/departments/", {"data": "[1]", "content_type": "application/json"}, "JSON object"),
        ("/api/v1/departments/", {"data": "[" * 100_000, "content_type": "application/json"}, "nested"),
    ],
)
def test_what_cannot_be_read_says_what_it_should_have_been(client, bearer, path, more, said):
    answer = client.post(path, headers=bearer("hr") | {"Accept-Language": "en"}, **more)
    assert answer.status_code == 400 and said in answer.json["message"]


def test_a_query_that_cannot_be_read_says_where_it_is_described(client, bearer):
    answer = client.get("/api/v1/grades/?q=((", headers=bearer("hr"))
    assert answer.status_code == 400 and "/api/v1/_openapi" in answer.json["message"]


def test_an_error_has_no_english_name_on_a_chinese_page(signed_in):
    answer = signed_in("hr").post("/accounts/list/")
    assert answer.status_code == 405 and "Method Not Allowed" not in answer.text


@pytest.mark.parametrize("row", ["9" * 30, HUGE, "²", "٣", "-1", "1.5"])
def test_a_row_that_no_notice_can_have_is_422_where_a_cycle_is_there(client, bearer, cycle, row):
    given = {"notice": 1, "rows": {row: {"printed_name": "x"}}, "reason": "misprint"}
    answer = client.post(f"/api/v1/cycles/{cycle}/actions/correct_notice", json=given, headers=bearer("hr"))
    assert answer.status_code == 422 and "rows" in answer.json["fields"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_deadline_at_the_end_of_time_is_422(client, bearer, cycle, day):
    given = {"deadline": "department_due", "until": day, "reason": "illness"}
    answer = client.post(f"/api/v1/cycles/{cycle}/actions/extend", json=given, headers=bearer("hr"))
    assert answer.status_code == 422 and "until" in answer.json["fields"]


@pytest.mark.parametrize("path", ["/files/%00", "/files/%00/export", "/takeovers/%00/approve", "/act/review/1/%00"])
def test_an_address_with_nul_is_404(signed_in, path):
    client = signed_in("hr")
    answer = client.post(path) if path.endswith("approve") else client.get(path)
    assert answer.status_code == 404


def test_an_argument_with_nul_is_refused_and_quoted(signed_in):
    answer = signed_in("hr").get("/employees/list/?_flt_0_name=a%00b")
    assert answer.status_code == 422 and "a␀b" in answer.text
