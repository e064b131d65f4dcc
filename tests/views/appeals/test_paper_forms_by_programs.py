"""HR enters a paper form by API and by command line: the scan comes as Base64, and the act is the portal's (3.3.5-e, 3.3.1)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from admin.cli import dispatch
from admin.models import Appeal, Evidence, Review, SelfAssessment, db
from admin.models.accounts import User
from admin.queries.policy.scorecards import self_assessed_criteria
from tests import factories as make
from tests.by_two import second_confirms
from tests.files.test_uploads import picture
from tests.operations.appealing import TEXT, on_notice
from tests.views.clients import headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")
SCAN = {"name": "form.png", "content": base64.b64encode(picture()).decode()}


@pytest.fixture
def result(session):
    return on_notice()


def paper(result, **more) -> dict[str, Any]:
    filer = {"filer": result.review.employee_id, "ground": "figures", "text": TEXT, "addressee": "panel"}
    return filer | more


def kept() -> Appeal:
    db.session.rollback()
    return db.session.query(Appeal).execution_options(unscoped=True).one()


@pytest.mark.parametrize(
    "scan", [None, "form.png", {"name": "form.png"}, {"name": "x.png", "content": "!"}, {**SCAN, "name": "x.pdf"}]
)
def test_a_paper_form_without_a_readable_scan_is_a_field_error(app, result, scan):
    answer = app.test_client().post(
        "/api/v1/appeals/",
        json=paper(result, notice_row=result.row, scan=scan),
        headers=headers_of(app, result.hr.user_id),
    )
    assert answer.status_code == 422 and "scan" in answer.text


def test_an_appeal_on_paper_is_entered_by_api(app, result):
    answer = app.test_client().post(
        "/api/v1/appeals/",
        json=paper(result, notice_row=result.row, scan=SCAN),
        headers=headers_of(app, result.hr.user_id),
    )
    assert answer.status_code == 202 and second_confirms() == 1, answer.text
    assert kept().entered_by_proxy and kept().scan_name == "form.png"


def test_an_appeal_on_paper_is_entered_by_the_command_line(app, result, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    row, file = str(result.row), tmp_path / "appeal.json"
    file.write_text(json.dumps(paper(result, scan=SCAN)))
    name = db.session.get(User, result.hr.user_id).username
    db.session.remove()
    asked = ["act", "notice_rows", row, "file", "--as", name, "--json", str(file)]
    assert dispatch.main(asked) == 0 and second_confirms() == 1
    assert kept().entered_by_proxy and kept().scan_name == "form.png"


def test_a_self_assessment_on_paper_is_entered_by_api_with_its_scan(app, result):
    case = make.review(make.open_cycle(2027), make.employee("Wang"), stage="self_assessment")
    codes = [each.code for each in self_assessed_criteria(case.cycle.scorecard)]
    body = {"answers": {code: {"value": 3, "text": "…"} for code in codes}}
    address, headers = f"/api/v1/reviews/{case.id}/actions/submit_self_assessment", headers_of(app, result.hr.user_id)
    assert app.test_client().post(address, json=body, headers=headers).status_code == 409
    answer = app.test_client().post(address, json=body | {"scan": SCAN}, headers=headers)
    assert answer.status_code == 202 and second_confirms() == 1, answer.text
    db.session.rollback()
    assert db.session.query(SelfAssessment).execution_options(unscoped=True).one().entered_by_proxy
    assert db.session.query(Evidence).execution_options(unscoped=True).one().filename == "form.png"
    assert db.session.get(Review, case.id).stage == "rating"
