"""JSON that is nested beyond reading, or holds half a character: 400 on every door, never a fault."""

from __future__ import annotations

import pytest

SPOILT = {
    "deep": b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "unfinished": b"[" * 100_000,
    "half a character": b'{"username": "\\ud800", "password": "x", "code": "Q", "name": "\\ud800", "reason": "\\ud800"}',
    "half a character as a key": b'{"\\udfff": 1}',
    "a number of 5,000 figures": b'{"reason": 1' + b"0" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("path", ["/api/v1/security/login", "/api/v1/departments/", "/api/v1/cycles/1/actions/extend"])
def test_json_that_cannot_be_kept_is_400(client, bearer, path, body):
    answer = client.post(path, data=body, content_type="application/json", headers=bearer("hr"))
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("in_centre", "perhaps"), ("in_centre", 2), ("in_centre", []), ("in_centre", {}), ("parent", True), ("parent", [1]),
        ("name", {}), ("name", ["a"]), ("name", True), ("parent", {"id": 1}),
    ],
)  # fmt: skip
def test_json_of_another_kind_than_the_column_is_422_with_the_field_named(client, bearer, centre, column, value):
    answer = client.put(f"/api/v1/departments/{centre.centre}", json={column: value}, headers=bearer("hr"))
    assert answer.status_code == 422 and list(answer.json["fields"]) == [column]


@pytest.mark.parametrize(
    ("said", "kept"), [(True, True), (1, True), ("1", True), (False, False), (0, False), ("0", False)]
)
def test_yes_and_no_are_what_programs_write_for_them(client, bearer, centre, said, kept):
    client.put(f"/api/v1/departments/{centre.centre}", json={"in_centre": not kept}, headers=bearer("hr"))
    answer = client.put(f"/api/v1/departments/{centre.centre}", json={"in_centre": said}, headers=bearer("hr"))
    assert answer.status_code == 200 and answer.json["result"]["in_centre"] is kept


def test_a_record_that_is_asked_for_twice_under_one_key_is_made_once_and_told_twice(client, bearer):
    headers = bearer("hr") | {"Idempotency-Key": "a-key"}
    sent = {"code": "Q9", "name": "Night shift"}
    first, again = (client.post("/api/v1/departments/", json=sent, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json == again.json
    other = client.post("/api/v1/departments/", json=sent | {"code": "Q8"}, headers=headers)
    assert other.status_code == 409 and other.json["clause"] == "1.3.1"
    address = f"/api/v1/departments/{first.json['id']}"
    changed = [client.put(address, json={"name": "Day"}, headers=headers | {"Idempotency-Key": "b"}) for _ in range(2)]
    assert [each.status_code for each in changed] == [200, 200] and changed[0].json == changed[1].json


@pytest.mark.parametrize("column", ["name", "number"])
def test_half_a_character_in_a_filter_is_told_and_no_fault(app, centre, bearer, column):
    asked = f'{{"filters": [{{"col": "{column}", "opr": "ct", "value": "\\ud800"}}]}}'
    answer = app.test_client().get("/api/v1/employees/", query_string={"q": asked}, headers=bearer("hr"))
    assert answer.status_code == 400
