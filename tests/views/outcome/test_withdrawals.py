"""A document is taken back on the pages: HR sees what it does, management approves, and every page names it (1.2-f)."""

from __future__ import annotations

import re

import pytest

import config
from admin.access.actor import system_actor
from admin.jobs.rendering import render_document
from admin.models import Employee, GradeChange, db
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from tests import factories as make
from tests.factories import NOW
from tests.operations.outcome.test_adjustments import propose

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def document(app, centre, tmp_path, monkeypatch):
    """A document that moves two people from M1 to M2, with its file."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    with app.app_context():
        with make.fixture() as op:
            people = [op.get(Employee, key) for key in (centre.emp1, centre.emp2)]
            numbers = [person.number for person in people]
            for person in people:
                make.holds(person, "M1")
            for code in ("M1", "M2"):
                op.add(make.band(code, 40_000, 50_000) if code == "M1" else make.band(code, 45_000, 55_000))
        hr = make.actor_of(make.employee("Proposer", roles=("employee", "hr")))
        boss = make.actor_of(make.employee("Boss", roles=("employee", "management")))
        changes = propose(hr, *((number, "M2") for number in numbers))
        for change in changes:
            decide_adjustment(change.id, "approve", actor=boss, now=NOW)
        (made,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
        key = int(made.id)
        render_document(key, actor=system_actor(), now=NOW)
    return key, numbers


def test_hr_sees_what_it_does_management_approves_and_each_page_names_the_new_document(
    app, centre, signed_in, document
):
    key, numbers = document
    hr, management, address = signed_in("hr"), signed_in("management"), f"/withdrawals/of/{document[0]}"
    assert address in hr.get(f"/documents/show/{key}", headers=ENGLISH).text
    typed = {"kind": "withdrawal", "effective_on": "2026-12-01", "reason": "The hotline stays", "numbers": numbers[0]}
    seen = hr.post(address, data=typed | {"preview": "1"}, headers=ENGLISH)
    assert (
        seen.status_code == 200
        and "never takes effect" in seen.text
        and "45,000" in seen.text
        and "The hotline stays" in seen.text
    )
    wrong = hr.post(address, data=typed | {"effective_on": "2020-01-01"}, headers=ENGLISH)
    assert wrong.status_code == 422 and "The hotline stays" in wrong.text
    made = hr.post(address, data=typed, headers=ENGLISH)
    assert made.status_code == 302
    page = management.get(made.location, headers=ENGLISH).text
    assert "45,000" not in page and numbers[0] in page
    (act,) = set(re.findall(r"/act/document_withdrawal/\d+/approve", page))
    assert management.post(act, data={}).status_code == 302
    with app.app_context():
        change = db.session.query(GradeChange).execution_options(unscoped=True).filter_by(kind="withdrawal").one()
        number, later = change.document.number, change.document_id
    shown = hr.get(f"/documents/show/{key}", headers=ENGLISH).text
    assert f"withdrawn in part by {number}" in shown and f"/documents/show/{later}" in shown
    assert number in hr.get(f"/files/{numbers[0]}", headers=ENGLISH).text
    assert (
        number in hr.get(made.location, headers=ENGLISH).text
        and "Issued" in hr.get("/withdrawals/", headers=ENGLISH).text
    )
    mine = signed_in("emp1")
    assert number in mine.get(f"/letters/{key}", headers=ENGLISH).text
    assert "撤銷" in mine.get(f"/letters/{later}").text
