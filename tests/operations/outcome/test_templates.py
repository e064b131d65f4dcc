"""HR's own template of the formal document: brought, refused with its fault, put into use by a second person, kept (3.3.6)."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import current_app
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.domain.refusals import Refused
from admin.files.faults import FileFault
from admin.jobs.rendering import altered_documents, document_path, render_document
from admin.models import DocumentTemplate, IssuedDocument, db
from admin.operations.cases.evidence import kept_at
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from tests import factories as make
from tests.factories import NOW
from tests.files.test_documents import template
from tests.operations.journey import rows
from tests.operations.outcome.test_adjustments import boss, hr, people, propose
from tests.views.clients import client_of

__all__ = ["boss", "hr", "people"]
pytestmark = pytest.mark.usefixtures("no_tokens")
PAGE = "/document_templates/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def place(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    monkeypatch.setitem(app.config, "PORTAL", config.current())
    return tmp_path


@pytest.fixture
def second(session: Any) -> int:
    return int(make.employee("Second", roles=("employee", "hr")).user_id)


def asked(user: int, path: str, **given: Any) -> Any:
    db.session.rollback()
    client = client_of(current_app._get_current_object(), user)  # type: ignore[attr-defined]
    method = client.post if given.pop("post", True) else client.get
    return method(PAGE + path, headers=ENGLISH, follow_redirects=True, **given)


def home_of(user: int) -> str:
    db.session.rollback()
    return str(client_of(current_app._get_current_object(), user).get("/", headers=ENGLISH).text)  # type: ignore[attr-defined]


def bring(user: int, text: str | bytes) -> Any:
    data = template(text) if isinstance(text, str) else text
    return asked(user, "", data={"file": (io.BytesIO(data), "own.docx")})


def issue(hr: Any, boss: Any, person: Any) -> int:
    (change,) = propose(hr, (person.number, "M2"), reason="The hotline is merged")
    decide_adjustment(change.id, "approve", actor=boss, now=NOW)
    (document,) = issue_adjustments([change.id], actor=hr, now=NOW)
    return int(document.id)


def words(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


def test_hr_brings_a_template_a_second_person_puts_it_into_use_and_documents_keep_theirs(
    session: Any, hr: Any, boss: Any, people: Any, second: int
) -> None:
    before = issue(hr, boss, people[0])
    assert "Version 1 is kept" in bring(hr.user_id, "Our own: {{ company }} {{ closing }}").text
    own = rows(select(DocumentTemplate))[0].id
    assert "Another person puts a template into use" in asked(hr.user_id, f"{own}/use").text
    assert not rows(select(DocumentTemplate))[0].in_use
    waits = "A document template waits to be put into use"
    assert waits in home_of(second) and waits not in home_of(hr.user_id)
    assert "from now on use version 1" in asked(second, f"{own}/use").text
    after = issue(hr, boss, people[1])
    assert "Version 2 is kept" in bring(hr.user_id, "Newer: {{ company }}").text
    assert "from now on take the portal" in asked(hr.user_id, f"{own}/retire").text
    assert "This version is not in use" in asked(hr.user_id, f"{own}/retire").text
    found = {}
    for key in (before, after):
        render_document(key, actor=system_actor(), now=NOW)
        found[key] = document_path(key).read_bytes()
        document_path(key).unlink()  # rendered anew, with the version that it was issued with
        render_document(key, actor=system_actor(), now=NOW)
        assert document_path(key).read_bytes() == found[key]
    assert "Our own" not in words(found[before]) and "Our own: " in words(found[after])
    assert [row.template_id for row in rows(select(IssuedDocument).order_by(IssuedDocument.id))] == [None, own]
    seen = asked(boss.user_id, "", post=False)
    assert seen.status_code == 200 and "own.docx" in seen.text and "{{ legal_basis }}" in seen.text
    kept = rows(select(DocumentTemplate).where(DocumentTemplate.id == own))[0]
    kept_at(kept.sha256, kept.media_type).write_bytes(b"another")
    assert f"document_templates {own}" in [fault.where for fault in altered_documents(db.session())]
    document_path(after).unlink()
    with pytest.raises(FileFault, match="gone or was altered"):
        render_document(after, actor=system_actor(), now=NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ salary }} {{ bonus }}", "bonus, salary"),
        ("{{ company", "cannot be read"),
        ("{{ rows[0].salary }}", "cannot be filled"),
        ("{% for a in rows %}{% for b in rows %}{% for c in rows %}{{ a.name }}{% endfor %}{% endfor %}{% endfor %}", "repetitions"),
        ("{{ company | center(900000000) }}", "memory or time"),
        (b"PK not a document", "says otherwise"),
    ],
)  # fmt: skip
def test_a_template_that_is_broken_unknown_or_dangerous_is_refused_by_name_and_nothing_is_kept(
    hr: Any, text: str | bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = bring(hr.user_id, text)
    assert answer.status_code == 422
    ((told,),) = [re.findall(r'<li><a href="#f-file">(.*?)</a></li>', answer.text)]
    assert said in told
    assert rows(select(DocumentTemplate)) == []


def test_a_version_is_previewed_with_a_real_person(session: Any, hr: Any, boss: Any, people: Any) -> None:
    issue(hr, boss, people[0])
    bring(hr.user_id, "{% for row in rows %}{{ row.number }} {{ row.name }} {{ row.to_grade }}{% endfor %}")
    (own,) = rows(select(DocumentTemplate))
    chosen = {"version": own.id, "number": people[0].number, "kind": "adjustment"}
    preview = asked(hr.user_id, "preview", post=False, query_string=chosen)
    assert f"{people[0].number} {people[0].name}" in words(preview.data)
    assert people[1].number not in words(preview.data)
    standing = asked(hr.user_id, "preview", post=False, query_string={**chosen, "kind": "annual", "version": "0"})
    assert standing.status_code == 200 and standing.mimetype.endswith("document")
    nobody = asked(hr.user_id, "preview", post=False, query_string={**chosen, "number": "X"})
    assert nobody.status_code == 422 and "No employee has this number" in nobody.text
    file = asked(hr.user_id, f"{own.id}/file", post=False)
    assert hashlib.sha256(file.data).hexdigest() == own.sha256


def test_the_tables_hold_two_persons_and_one_template_in_use(session: Any, second: int) -> None:
    given = {"name": "own.docx", "sha256": "0" * 64, "media_type": "x", "brought_by_id": second, "brought_at": NOW}
    for wrong in (
        [{"version": 1, "used_by_id": second, "used_at": NOW}],
        [{"version": 1, "in_use": True}, {"version": 2, "in_use": True}],
    ):
        with pytest.raises(Refused, match="a record like it"), make.fixture() as op:
            for each in wrong:
                op.add(DocumentTemplate(**given, **each))
