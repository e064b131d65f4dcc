"""Whoever has an office tries, through every door, what is not theirs: alone to change a result, to come to an office, or to learn
who rated and who complained (6.1-a, 6.3-d, THREATS.md). Each line is one story; none changes anything or tells anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from admin.models import (
    Ballot,
    CommitteeMember,
    Complaint,
    ComplaintParty,
    Confirmation,
    Employee,
    GradeChange,
    GradeInterval,
    Motion,
    Rating,
    Recusal,
    Review,
    db,
)
from admin.models.accounts import ActivationCode, SecondFactorReset, User, assoc_user_role
from admin.operations import acts
from tests import factories as make
from tests.access.conftest import put_back
from tests.access.world import World
from tests.databases import Database

# What stands in these tables is what nobody changes alone.
HELD = {
    Review: ("stage", "present_grade_id", "determined_grade_id", "superior_id", "head_id", "department_id", "employee_id"),
    CommitteeMember: ("employee_id", "office", "on_panel", "panel_chair", "constituency", "term_from", "term_to"),
    Rating: ("review_id", "rater_id", "kind", "state"),
    Ballot: ("motion_id", "member_id", "in_favour"),
    Motion: ("item_id", "grade_id"),
    Recusal: ("review_id", "employee_id", "overridden_at"),
    GradeInterval: ("employee_id", "grade_id", "started_by_id"),
    GradeChange: ("employee_id", "to_grade_id", "stage"),
    Complaint: ("stage",),
    ComplaintParty: ("complaint_id", "employee_id", "role"),
    Employee: ("user_id", "number", "hired_on", "status"),
    User: ("username", "password"),
    ActivationCode: ("user_id", "code_hash"),
    SecondFactorReset: ("user_id", "approved"),
}  # fmt: skip


def rows(connection: Any, table: Any, names: tuple[str, ...]) -> list[str]:
    columns = table.__table__.c
    return sorted(map(repr, connection.execute(select(columns.id, *(columns[name] for name in names)))))


def held(world: World) -> dict[str, Any]:
    """What stands in those tables, and who holds which role and what was confirmed."""
    with world.app.app_context(), db.engine.connect() as connection:
        found = {table.__tablename__: rows(connection, table, names) for table, names in HELD.items()}
        found["roles"] = sorted(map(repr, connection.execute(select(assoc_user_role))))
        confirmed = select(Confirmation.__table__.c.id).where(Confirmation.__table__.c.stage == "confirmed")
        found["confirmed"] = sorted(map(repr, connection.execute(confirmed)))
    return found


def told(line: str) -> tuple[str, str, str, str, dict[str, Any]]:
    """kind, who, method, address, what is sent."""
    kind, who, method, address, *sent = line.split(maxsplit=4)
    return kind, who, method, address, json.loads(sent[0]) if sent else {}


TOLD = """
# an office, given to oneself or to a friend
office admin POST /accounts/edit/{account_admin} {"username":"admin","first_name":"a","active":"y","roles":"1"}
office admin POST /confirmations/new {"account":"admin","what":"give","role":"hr","reason":"x"}
office admin POST /act/confirmation/{confirmation}/confirm {}
office admin POST /api/v1/confirmations/{confirmation}/actions/confirm {}
office hr POST /act/confirmation/{confirmation}/confirm {}
office hr POST /confirmations/new {"account":"hr","what":"give","role":"management","reason":"x"}
office hr PUT /api/v1/committee_members/{seat_member} {"office":"chair"}
office hr PUT /api/v1/committee_members/{seat_member} {"employee":"{peer}","on_panel":true}
office hr DELETE /api/v1/committee_members/{seat_member}
office hr POST /act/committee_member/{seat_recused}/end_term {"last_day":"2026-11-24"}
office hr POST /act/committee_member/{seat_chair}/end_term {"last_day":"2026-11-24"}
office secretary POST /api/v1/committee_members/{seat_chair}/actions/end_term {"last_day":"2026-11-24"}
office auditor POST /confirmations/new {"account":"auditor","what":"give","role":"hr","reason":"x"}
office auditor POST /act/confirmation/{confirmation}/confirm {}
office management POST /accounts/add {"username":"friend","first_name":"f","active":"y"}
office management POST /confirmations/new {"account":"management","what":"give","role":"hr","reason":"x"}
office complaint_officer POST /act/confirmation/{confirmation}/confirm {}
office secretary POST /committee_members/add {"employee":"{peer}","constituency":"hr","office":"member","term_from":"2026-11-23"}
office chair POST /api/v1/committee_members/ {"employee":"{peer}","constituency":"hr","term_from":"2026-11-23"}
office employee POST /second-factor-resets/ask {"username":"hr","reason":"x"}
office admin POST /confirmations/code/{account_hr} {"reason":"x"}
office hr POST /confirmations/{confirmation}/slip {}
office head POST /act/employee/{employee}/mark_left {"left_on":"2026-11-23"}
office head POST /act/department/{department}/name_head {"head":"{peer}"}
office superior POST /act/employee/{employee}/move {"superior":"{peer}","moved_on":"2026-11-23"}
office employee PUT /api/v1/employees/{employee} {"user_id":"{account_hr}"}
office hr PUT /api/v1/employees/{employee} {"user_id":"{account_hr}"}
office hr POST /api/v1/confirmations/{confirmation}/actions/withdraw {"reason":""}
office management POST /act/confirmation/{confirmation}/reject {"reason":" "}
office admin POST /act/confirmation/{confirmation}/withdraw {"reason":"x"}
office hr POST /act/committee_member/{seat_member}/form_panel {"members":"{outsider}"}
office secretary POST /act/committee_member/{seat_member}/form_panel {"members":"{seat_member}"}
office hr POST /act/appeal/{appeal}/appoint_to_panel {"employee":"{peer}","constituency":"hr"}
office management POST /act/appeal/{objection}/appoint_to_panel {"employee":"{peer}","constituency":"hr"}
# a result, changed alone
result hr PUT /api/v1/reviews/{case} {"present_grade_id":1,"stage":"determined"}
result hr POST /act/review/{case_department}/propose {"grade":"{grade_top}","reason":"x"}
result hr POST /api/v1/reviews/{case_department}/actions/propose {"grade":"{grade_top}","reason":"x"}
result hr POST /api/v1/reviews/{case_department}/actions/correct_figure {"month":"2026-03-01","figure":"resolved","value":"1","reason":"x"}
result hr POST /act/review/{case_department}/take_file_grade {"reason":"x"}
result hr POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes","version":"1"}
result hr POST /api/v1/meetings/{meeting}/actions/close_ballot {"item":"{item}","reason":"x"}
result hr POST /act/meeting/{meeting}/move_grade {"item":"{item}","grade":"{grade_top}","reason":"x"}
result hr POST /api/v1/grade_changes/{change}/actions/approve {}
result hr POST /act/grade_change/{change}/issue {}
result hr POST /api/v1/takeover_corrections/{correction}/actions/approve {}
result hr POST /act/appeal/{objection}/cast_ballot {"result":"dismissed","reason":"x"}
result hr POST /act/appeal/{appeal}/withdraw {}
result management POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result management PUT /api/v1/reviews/{case} {"determined_grade_id":1}
result management POST /act/grade_change/{change}/issue {}
result admin POST /act/meeting/{meeting}/close_ballot {"item":"{item}","reason":"x"}
result admin PUT /api/v1/employees/{employee} {"hired_on":"2000-01-01"}
result admin POST /act/grade_change/{change}/approve {}
result employee POST /api/v1/meetings/{meeting}/actions/cast_ballot {"item":"{item}","in_favour":true}
result employee POST /act/review/{case_department}/propose {"grade":"{grade_top}"}
result employee PUT /api/v1/employees/{employee} {"hired_on":"2000-01-01"}
result employee POST /act/appeal/{appeal}/answer {"supports":"yes","reason":"x"}
result employee POST /act/employee_record/{record}/approve {}
result superior POST /act/employee_record/{record}/approve {}
result superior POST /api/v1/reviews/{case_department}/actions/propose {"grade":"{grade_top}","reason":"x"}
result superior POST /api/v1/reviews/{case_foreign}/actions/submit_superior_evaluation {"values":{},"opinion":"x"}
result superior POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result head POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result head POST /api/v1/reviews/{case_result}/actions/verify_result {}
result head POST /act/review/{case_department}/correct_figure {"month":"2026-03-01","figure":"resolved","value":"1","reason":"x"}
result recused POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result recused POST /api/v1/meetings/{meeting}/actions/cast_ballot {"review":"{case}","in_favour":true}
result recused POST /act/meeting/{meeting}/override_recusal {"recusal":"{recusal}","reason":"x"}
result member POST /act/meeting/{meeting}/override_recusal {"recusal":"{recusal}","reason":"x"}
result member POST /api/v1/meetings/{meeting}/actions/close_ballot {"item":"{item}","reason":"x"}
result member POST /act/review/{case_result}/verify_result {}
result secretary POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result secretary POST /api/v1/meetings/{meeting}/actions/close_ballot {"review":"{case}","reason":"x"}
result chair POST /act/review/{case_department}/propose {"grade":"{grade_top}","reason":"x"}
result chair POST /act/appeal/{objection}/close_ballot {"reason":"x"}
result panel POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result panel_recused POST /act/appeal/{objection}/cast_ballot {"result":"dismissed","reason":"x"}
result panel_recused POST /act/appeal/{objection}/override_recusal {"recusal":"{recusal}","reason":"x"}
result panel_chair POST /act/appeal/{appeal}/close_ballot {"reason":"x"}
result auditor POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result auditor POST /act/cycle/{cycle}/freeze_figures {}
result auditor POST /imports/{import}/apply {}
result officer POST /act/meeting/{meeting}/cast_ballot {"item":"{item}","in_favour":"yes"}
result complaint_officer PUT /api/v1/reviews/{case} {"stage":"closed"}
result outsider POST /act/appeal/{objection}/cast_ballot {"result":"grade_fixed","grade":"{grade_top}","reason":"x"}
result outsider POST /act/appeal/{appeal}/withdraw {}
result hr POST /act/meeting/{meeting}/override_recusal {"recusal":"{recusal}","reason":"x"}
result hr POST /act/notice_row/{row}/file {"ground":"figures","text":"x","addressee":"panel","filer":"{employee}"}
result employee POST /act/notice_row/{row}/file {"ground":"figures","text":"x","addressee":"panel","filer":"{peer}"}
result outsider POST /act/notice_row/{row}/file {"ground":"figures","text":"x","filer":"{employee}"}
result hr POST /act/review/{case_rating}/close_as_left {"reason":"x"}
result hr POST /act/review/{case_department}/return_for_correction {"reason":"x"}
result hr POST /act/cycle/{cycle}/issue {}
result secretary POST /act/meeting/{meeting}/sign_minutes {}
result chair POST /act/meeting/{meeting}/close_ballot {"item":"{item}","reason":"x","version":"1"}
# who rated
rater employee GET /api/v1/reviews/{case_rating}
rater employee GET /api/v1/reviews/?q=(columns:!(id,ratings))
rater employee GET /api/v1/reviews/?q=(filters:!((col:ratings.rater_id,opr:eq,value:{peer})))
rater employee GET /reviews/{case_rating}
rater superior GET /reviews/{case_rating}
rater head GET /reviews/{case_rating}
rater hr GET /reviews/{case_rating}
rater hr GET /api/v1/reviews/?q=(order_column:ratings.rater_id,order_direction:asc)
rater hr GET /api/v1/reviews/{case_rating}/actions
rater hr GET /cycles/{cycle}/missing/rating
rater chair GET /reviews/{case}
rater member GET /meetings/{meeting}/cases/{item}
rater secretary GET /meetings/{meeting}
rater hr POST /act/cycle/{cycle}/remind {"stage":"rating","person":"{peer}","colleagues":"yes"}
rater superior POST /api/v1/reviews/{case_rating}/actions/rate_as_peer {"values":{}}
rater head POST /act/review/{case_rating}/decline_rating {"reason":"x"}
rater hr POST /api/v1/reviews/{case_rating}/actions/rate_as_peer {"values":{}}
# who complained, and about whom
complaint recused GET /complaints/show/{complaint}
complaint recused GET /api/v1/complaints/
complaint recused GET /api/v1/complaints/?q=(filters:!((col:number,opr:ct,value:N)))
complaint recused GET /api/v1/complaints/{complaint}/actions
complaint recused GET /search/?q=N-complaint
complaint recused POST /act/complaint/{complaint}/close {}
complaint recused POST /api/v1/complaints/{complaint}/actions/reply {"text":"who are you"}
complaint recused POST /act/complaint/{complaint}/name_accused {"accused":"N-peer"}
complaint hr GET /complaints/show/{complaint}
complaint hr GET /api/v1/complaints/
complaint hr GET /search/?q=N-complaint
complaint hr POST /act/complaint/{complaint}/assign {"officer":"{peer}","reason":"x"}
complaint admin GET /api/v1/complaints/{complaint}
complaint admin GET /search/?q=N-complaint
complaint employee GET /complaints/show/{complaint}
complaint superior GET /search/?q=N-complaint
complaint head GET /api/v1/complaints/
complaint member POST /act/complaint/{complaint}/cast_ballot {"vote":"adopt"}
complaint member GET /complaints/show/{complaint}
complaint management POST /act/complaint/{complaint}/close {}
complaint management POST /api/v1/complaints/{complaint}/actions/assign {"officer":"{peer}","reason":"x"}
complaint auditor POST /complaints/{complaint}/files/{complaint_file}
complaint recused POST /complaints/{complaint}/files/{complaint_file}
complaint hr POST /complaints/{complaint}/files/{complaint_file}
complaint auditor POST /act/complaint/{complaint}/reply {"text":"x"}
complaint auditor POST /act/complaint/{complaint}/name_accused {"accused":"N-peer"}
complaint secretary POST /act/complaint/{complaint}/assign {"officer":"{recused}","reason":"x","instead_of":"{officer}"}
complaint chair POST /act/complaint/{complaint}/close {}
complaint officer POST /act/complaint/{complaint}/assign {"officer":"{peer}","reason":"x"}
complaint officer POST /act/complaint/{complaint}/cast_ballot {"vote":"adopt"}
complaint officer POST /act/complaint/{complaint}/close {}
complaint complaint_officer POST /act/complaint/{complaint}/find {"finding":"x","breach":"no"}
complaint complaint_officer POST /act/complaint/{complaint}/cast_ballot {"vote":"adopt"}
complaint chair POST /act/complaint/{complaint}/assign {"officer":"{recused}","reason":"x"}
complaint chair POST /act/complaint/{complaint}/assign {"officer":"{chair}","reason":"x","instead_of":"{officer}"}
complaint chair POST /act/complaint/{complaint}/reply {"text":"x"}
complaint secretary POST /act/complaint/{complaint}/return_finding {"reason":"x"}
complaint recused GET /api/v1/audit_events/
complaint recused GET /
complaint hr GET /audit_events/list/
complaint recused GET /api/v1/reviews/{case}
"""
STORIES = [told(line) for line in TOLD.splitlines() if line.strip() and not line.startswith("#")]
PLACES = re.compile(r"\{(\w+)\}")
OF_ALL = {
    "employee",
    "superior",
    "head",
    "member",
    "secretary",
    "hr",
    "management",
    "auditor",
    "complaint_officer",
    "admin",
}


def named(world: World, text: str) -> str:
    return PLACES.sub(lambda found: str(world.at[found[1]]), text)


def send(world: World, who: str, method: str, address: str, sent: dict[str, Any]) -> Any:
    """One try, by the page with the session, by the API with the token."""
    address, body, client = named(world, address), json.loads(named(world, json.dumps(sent))), world.app.test_client()
    if address.startswith("/api/"):
        given = {"json": body} if method != "GET" else {}
        return client.open(address, method=method, headers=world.tokens[who], **given)
    client.set_cookie("portal", world.sessions[who])
    return client.open(
        address, method=method, headers={"Accept-Language": "en"}, **({} if method == "GET" else {"data": body})
    )


def exists(world: World, method: str, address: str) -> bool:
    """Whether the address is a route, and the act that it names one of the workflow table: else its refusal proves nothing."""
    place = named(world, address).partition("?")[0]
    _endpoint, given = world.app.url_map.bind("").match(place, method=method)
    act = re.search(r"^/act/(\w+)/|^/api/v1/(\w+)s/\d+/actions/", place)
    return "action" not in given or act is None or bool(acts.fields_of(act[1] or act[2], given["action"]) is not None)


def betrayed(kind: str, page: str) -> bool:
    """Whether a page tells what its story is after; what was asked for comes back in the field of the search."""
    words = {"rater": ("N-peer", "Peer"), "complaint": ("N-complaint",)}.get(kind, ())
    return any(word in page.replace('value="N-complaint"', "").replace("q=N-complaint", "") for word in words)


@pytest.fixture
def rated(standing: World, database: Database) -> Iterator[World]:
    """The world in which the colleague has rated."""
    with standing.app.app_context(), make.fixture() as op:
        standing.at["grade_top"] = make.grade("E2").id
        for row in op.session.scalars(select(Rating)):
            row.state, row.signature, row.mean = "submitted", "0" * 64, 3
        db.session.flush()
    yield standing
    put_back(standing, database)


@pytest.mark.parametrize("kind", ["office", "result", "rater", "complaint"])
def test_no_story_changes_or_tells_anything(kind: str, rated: World, without_tokens: Any) -> None:
    before, wrong = held(rated), []
    for _kind, who, method, address, sent in (each for each in STORIES if each[0] == kind):
        assert exists(rated, method, address), address
        answer = send(rated, who, method, address, sent)
        after = held(rated)
        changed = [name for name in after if after[name] != before[name]]
        tells = betrayed(kind, answer.text)
        if changed or tells or answer.status_code >= 500:
            wrong.append(f"{who} {method} {address}: {answer.status_code} {changed} {'told' if tells else ''}")
            before = after
    assert wrong == []


def test_what_the_stories_look_for_is_seen_where_it_stands(rated: World, without_tokens: Any) -> None:
    assert betrayed("rater", send(rated, "auditor", "GET", "/reviews/{case}", {}).text)
    assert betrayed("complaint", send(rated, "officer", "GET", "/complaints/show/{complaint}", {}).text)


def test_every_role_has_its_stories() -> None:
    assert {who for _kind, who, *_rest in STORIES} >= OF_ALL
    assert len(STORIES) >= 150
