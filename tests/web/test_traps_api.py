"""Flask-AppBuilder's traps in the API: cookies that write, rows of others, faults instead of answers."""

from __future__ import annotations

import pytest

from tests.by_two import second_confirms


def test_a_cookie_alone_opens_nothing_of_the_api(signed_in):
    client = signed_in("hr")
    assert client.get("/api/v1/departments/").status_code == 401
    assert client.post("/api/v1/departments/", json={"code": "X", "name": "X"}).status_code == 401
    assert client.delete("/api/v1/departments/1").status_code == 401
    assert client.get("/api/v1/_openapi").status_code == 401


def test_a_token_opens_no_page(app, bearer):
    assert app.test_client().get("/departments/list/", headers=bearer("hr")).status_code == 302


def test_a_list_counts_and_shows_rows_in_scope_only(client, bearer):
    answer = client.get("/api/v1/employees/", headers=bearer("sup1")).json
    assert answer["count"] == 3 and {row["number"] for row in answer["result"]} == {"E2", "E3", "E4"}


def test_a_stranger_and_nobody_read_the_same(client, bearer, centre):
    headers = bearer("emp1")
    stranger, nobody = (
        client.get(f"/api/v1/employees/{centre.outsider}", headers=headers),
        client.get("/api/v1/employees/4711", headers=headers),
    )
    assert (stranger.status_code, stranger.json) == (nobody.status_code, nobody.json) == (404, {"message": "Not found"})


def test_a_resource_outside_ones_role_is_404(client, bearer):
    assert client.get("/api/v1/audit_events/", headers=bearer("emp1")).status_code == 404
    assert client.get("/api/v1/audit_events/", headers=bearer("auditor")).status_code == 200
    assert (
        client.post("/api/v1/departments/", json={"code": "X", "name": "X"}, headers=bearer("emp1")).status_code == 404
    )


def test_the_description_of_a_resource_lists_no_rows(client, bearer):
    assert client.get("/api/v1/departments/_info", headers=bearer("hr")).status_code == 404


def test_a_duplicate_is_422_and_names_the_field(client, bearer):
    answer = client.post("/api/v1/departments/", json={"code": "CS", "name": "x"}, headers=bearer("hr"))
    assert answer.status_code == 422 and set(answer.json["fields"]) == {"code"}


def test_a_row_is_added_changed_and_deleted_and_extra_fields_are_ignored(client, bearer, centre):
    headers = bearer("hr")
    made = client.post(
        "/api/v1/departments/",
        json={"code": "QA", "name": "品質", "parent_id": centre.centre, "id": 99, "x": 1},
        headers=headers,
    )
    assert made.status_code == 201 and made.json["result"]["parent_id"] == centre.centre
    address = f"/api/v1/departments/{made.json['id']}"
    changed = client.put(address, json={"name": "品質部", "nothing": True}, headers=headers)
    assert changed.status_code == 200 and (changed.json["result"]["code"], changed.json["result"]["name"]) == (
        "QA",
        "品質部",
    )
    assert client.put(address, json={"in_centre": True}, headers=headers).json["result"]["in_centre"] is True
    assert client.delete(address, headers=headers).status_code == 200
    assert client.get(address, headers=headers).status_code == 404


def test_deleting_what_others_refer_to_is_409(client, bearer, centre):
    answer = client.delete(f"/api/v1/departments/{centre.centre}", headers=bearer("hr"))
    assert answer.status_code == 409 and answer.json["refused"] is True and answer.json["facts"]["count"] == 4


def test_a_circle_of_superiors_is_409_with_its_clause(client, bearer, centre):
    answer = client.put(f"/api/v1/employees/{centre.head1}", json={"superior": centre.emp1}, headers=bearer("hr"))
    assert (answer.status_code, answer.json["clause"]) == (409, "1.2")


def test_nobody_is_made_a_leaver_by_an_ordinary_edit(client, bearer, centre):
    address, headers = f"/api/v1/employees/{centre.emp1}", bearer("hr")
    answer = client.put(address, json={"status": "left"}, headers=headers)
    assert (answer.status_code, answer.json["clause"], answer.json["facts"]["address"]) == (409, "1.2-g", "/people/")
    assert client.get(address, headers=headers).json["result"]["status"] == "in_service"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'"x"'])
def test_what_is_no_json_object_is_400(client, bearer, body):
    answer = client.post("/api/v1/departments/", data=body, content_type="application/json", headers=bearer("hr"))
    assert answer.status_code == 400


@pytest.mark.parametrize("name", [None, "", 7, ["a"], {"a": 1}, "a" * 101, "x\u0000y"])
def test_wrong_input_is_422_and_never_a_fault(client, bearer, name):
    answer = client.post("/api/v1/departments/", json={"code": "QA", "name": name}, headers=bearer("hr"))
    assert answer.status_code in (201, 422)
    if name in (None, ""):
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "(page:abc)",
        "(order_column:password,order_direction:asc)",
        "(filters:!((col:email,opr:eq,value:x)))",
        "(((",
        "(page_size:100000)",
        "(filters:!((col:status,opr:no_such,value:x)))",
        "(columns:!(email,user_id))",
        "(page:-1)",
        "(filters:!((col:superior,opr:rel_o_m,value:abc)))",
    ],
)
def test_a_spoilt_query_is_no_fault(client, bearer, query):
    answer = client.get("/api/v1/employees/", query_string={"q": query}, headers=bearer("hr"))
    assert answer.status_code in (200, 400), answer.text
    assert "email" not in str(answer.json.get("result", ""))


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z", "Basic aHI6eA=="])
def test_a_token_that_is_none_is_401(client, centre, token):
    assert client.get("/api/v1/grades/", headers={"Authorization": token}).status_code in (401, 422)


def test_a_get_changes_nothing(client, bearer, app):
    from sqlalchemy import func, select

    from admin.models import AuditEvent, db

    def count() -> int:
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(AuditEvent.__table__))

    headers = bearer("hr")
    before = count()
    for path in ("/api/v1/employees/", "/api/v1/departments/1", "/api/v1/_openapi"):
        client.get(path, headers=headers)
    assert count() == before


def test_the_description_names_every_resource(client, bearer):
    paths = client.get("/api/v1/_openapi", headers=bearer("hr")).json["paths"]
    assert {"/api/v1/departments/", "/api/v1/employees/{pk}", "/api/v1/grades/", "/api/v1/security/login"} <= set(paths)


def test_the_description_names_every_action_with_what_it_asks_for(client, bearer):
    from admin.operations import acts

    paths = client.get("/api/v1/_openapi", headers=bearer("hr")).json["paths"]
    resources = {"review": "reviews", "cycle": "cycles", "meeting": "meetings", "appeal": "appeals", "complaint": "complaints",
                 "policy_version": "policy_versions", "grade_change": "grade_changes"}  # fmt: skip
    for process, resource in resources.items():
        for name in acts.actions_of(process):
            asked = paths[f"/api/v1/{resource}/{{pk}}/actions/{name}"]["post"]["requestBody"]["content"][
                "application/json"
            ]["schema"]
            assert set(asked["properties"]) == {field.name for field in acts.fields_of(process, name)}
    assert not any("{name}" in path for path in paths)


def test_the_description_is_in_the_language_of_whoever_asks_for_it(client, bearer):
    def words(language):
        headers = bearer("hr") | {"Accept-Language": language}
        paths = client.get("/api/v1/_openapi", headers=headers).json["paths"]
        return paths["/api/v1/reviews/{pk}/actions/propose"]["post"]["summary"]

    asked = [words(language) for language in ("en", "zh-TW", "zh-CN")]
    assert len(set(asked)) == 3 and [words(language) for language in ("en", "zh-TW", "zh-CN")] == asked


def test_the_description_is_made_once_for_each_language(client, bearer, monkeypatch):
    headers = bearer("hr") | {"Accept-Language": "en"}
    first = client.get("/api/v1/_openapi", headers=headers).json
    monkeypatch.setattr("admin.api.description.name_actions", None)
    assert client.get("/api/v1/_openapi", headers=headers).json == first


def test_the_description_says_how_each_resource_refuses(client, bearer):
    document = client.get("/api/v1/_openapi", headers=bearer("hr")).json
    assert set(document["components"]["securitySchemes"]) == {"jwt"}
    for path, methods in document["paths"].items():
        if "/security/" in path:
            continue
        for method, described in methods.items():
            assert {"401", "404"} <= set(described["responses"]), path
            assert described["security"] == [{"jwt": []}]
            if method != "get":
                assert {"clause", "reason"} <= set(
                    described["responses"]["409"]["content"]["application/json"]["schema"]["required"]
                )


def test_hr_reassigns_and_corrects_a_case_by_the_api_with_a_reason(client, bearer, app, centre):
    from admin.models import AuditEvent, Review, db
    from tests import factories as make

    with app.app_context(), make.fixture():
        key = make.review(make.open_cycle(2026), make.employee(), stage="self_assessment", post="Agent").id
    path = f"/api/v1/reviews/{key}"
    refused = client.put(path, json={"post": "Senior agent"}, headers=bearer("hr"))
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["reason"])
    given = {"post": "Senior agent", "stage": "issued", "determined_grade_id": 1, "reason": "Typed in wrongly"}
    assert client.put(path, json=given, headers=bearer("hr")).status_code == 202
    with app.app_context():
        assert second_confirms() == 1
        row = db.session.query(Review).execution_options(unscoped=True).filter(Review.id == key).one()
        assert (row.post, row.stage, row.determined_grade_id) == ("Senior agent", "self_assessment", None)
        events = db.session.query(AuditEvent).execution_options(unscoped=True).order_by(AuditEvent.id.desc())
        last = events.filter(AuditEvent.record_type == "reviews").first()
        assert (last.record_id, last.actor_name) == (key, "hr")  # in the name of whoever proposed it


def test_a_list_takes_at_most_ten_statements(client, bearer, app):
    from tests.web.counting import statements

    headers = bearer("hr")
    with statements(app) as sent:
        assert client.get("/api/v1/employees/", headers=headers).status_code == 200
    assert len(sent) <= 10, "\n".join(sent)


def test_a_refresh_token_is_not_given(client, centre):
    assert client.post("/api/v1/security/refresh").status_code == 404
