"""One file that runs something, at every door where a file comes in, sent by whoever may send one there."""

from __future__ import annotations

import base64
import io
import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from admin.cli import dispatch
from admin.models import Appeal, Evidence, Import, SelfAssessment, db
from admin.models.accounts import User
from tests import factories as make
from tests.files.making import far_cell
from tests.files.tricks_pdf import annotated, chain, go_to, made_pdf, script
from tests.operations.appealing import TEXT, Case, on_notice
from tests.views.cases.test_reviews import form_of
from tests.views.clients import client_of, headers_of
from tests.views.opened import as_person, opened  # noqa: F401  fixtures

# ruff: noqa: F811  the fixtures, asked for by their names

pytestmark = pytest.mark.usefixtures("no_tokens")
WRONG = "active content"
ENGLISH = {"Accept-Language": "en"}


@cache
def running() -> bytes:
    """A form that runs a script two actions after a click, and looks like any scan."""
    return made_pdf(annotated("Link", A=chain(go_to(), go_to(), script())))


def sent(name: str = "form.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(running()), name


def as_program() -> dict[str, str]:
    return {"name": "form.pdf", "content": base64.b64encode(running()).decode()}


def evidence() -> set[str]:
    folder = config.current().var_dir / "evidence"
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


HERE_BEFORE: set[str] = set()


@pytest.fixture(autouse=True)
def files_of_other_tests(app: Flask) -> None:
    HERE_BEFORE.clear()
    HERE_BEFORE.update(evidence())


def nothing_kept(app: Flask, *tables: Any) -> bool:
    """Whether no row and no file came of it."""
    with app.app_context():
        counts = [db.session.scalar(select(func.count(each.id)).execution_options(unscoped=True)) for each in tables]
    return not any(counts) and evidence() <= HERE_BEFORE


@pytest.fixture
def result(session: Any) -> Case:
    return on_notice()


def paper(result: Case, **more: Any) -> dict[str, Any]:
    return {"filer": result.subject.employee_id, "ground": "figures", "text": TEXT, "addressee": "panel", **more}


def test_the_evidence_of_ones_own_case(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    client, address = as_person("emp0"), f"/reviews/{opened.cases[0]}/evidence"
    answer = client.post(address, data={"file": sent()}, headers=ENGLISH)
    assert answer.status_code == 422 and WRONG in answer.text and nothing_kept(app, Evidence)


def test_a_self_assessment_on_paper_keeps_what_was_typed(app: Flask, as_person: Any, opened: SimpleNamespace) -> None:
    address = f"/self_assessment/{opened.cases[0]}/proxy"
    given = form_of(app, opened.cases[0], summary="What was typed")
    answer = as_person("hr").post(address, data={**given, "scan": sent()}, headers=ENGLISH)
    assert (
        answer.status_code == 422
        and "What was typed" in answer.text
        and WRONG in answer.text
        and nothing_kept(app, Evidence, SelfAssessment)
    )


def test_an_appeal_on_paper_keeps_what_was_typed(app: Flask, result: Case) -> None:
    data = paper(result, notice_row=result.row, scan=sent())
    answer = client_of(app, result.hr.user_id).post("/appeals/add", data=data, headers=ENGLISH)
    assert answer.status_code == 422 and WRONG in answer.text and TEXT in answer.text and nothing_kept(app, Appeal)


def test_an_appeal_by_a_program(app: Flask, result: Case) -> None:
    body = paper(result, notice_row=result.row, scan=as_program())
    answer = app.test_client().post("/api/v1/appeals/", json=body, headers=headers_of(app, result.hr.user_id) | ENGLISH)
    assert answer.status_code == 422 and WRONG in answer.text and nothing_kept(app, Appeal)


def test_an_act_by_a_program(app: Flask, result: Case) -> None:
    case = make.review(make.open_cycle(2027), make.employee("Wang"), stage="self_assessment")
    address = f"/api/v1/reviews/{case.id}/actions/submit_self_assessment"
    answer = app.test_client().post(
        address, json={"answers": {}, "scan": as_program()}, headers=headers_of(app, result.hr.user_id) | ENGLISH
    )
    assert answer.status_code == 422 and WRONG in answer.text and nothing_kept(app, Evidence, SelfAssessment)


def test_an_appeal_by_the_command_line(app: Flask, result: Case, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    row, file = str(result.row), tmp_path / "appeal.json"
    file.write_text(json.dumps(paper(result, scan=as_program())))
    name = db.session.get_one(User, result.hr.user_id).username
    db.session.remove()
    assert dispatch.main(["act", "notice_rows", row, "file", "--as", name, "--json", str(file)]) == 2
    assert WRONG in capsys.readouterr().err and nothing_kept(app, Appeal)


def test_an_import_of_a_workbook_that_fills_the_memory(app: Flask, signed_in: Any) -> None:
    given = {"file": (io.BytesIO(far_cell()), "people.xlsx")}
    answer = signed_in("hr").post("/imports/new/employees", data=given, headers=ENGLISH)
    assert answer.status_code == 422 and "too much memory or time" in answer.text and nothing_kept(app, Import)


def test_the_same_workbook_by_the_command_line(
    app: Flask, session: Any, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr("admin.app.create_app", lambda: app)
    file = tmp_path / "people.xlsx"
    file.write_bytes(far_cell())
    assert dispatch.main(["import", "employees", str(file)]) == 2
    assert "too much memory or time" in capsys.readouterr().err and nothing_kept(app, Import)
