"""Names that look like markup, templates or links stay names: on the pages, on the notice site, in the document."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.files.documents import render_issued_document
from admin.jobs.publishing import publish_site
from admin.models import IssuedDocument, db
from admin.queries.outcome.documents import document_context
from tests import factories as make
from tests.operations.journey import cases, go_live, issue, publish, small_centre, told

NAME = "<script>alert(1)</script>{{7*191}}{%x%}**b**[a](javascript:x)<b>&amp;"
COMPUTED = "1337"
PAGES = ("/", "/employees/list/", "/reviews/", "/cycles/", "/meetings/", "/notices/", "/documents/", "/appeals/")

pytestmark = pytest.mark.slow


def inert(text: str) -> bool:
    """Whether nothing of the name has become markup, a link or a sum."""
    return "<script>alert" not in text and COMPUTED not in text and not re.search(r'href="?javascript', text)


def portal_client(app: Flask) -> Any:
    """HR, signed in."""
    with app.app_context():
        make.account("reader", "correct horse battery", ["hr"])
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        client = app.test_client()
        answer = client.post("/login/", data={"username": "reader", "password": "correct horse battery"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 302
    return client


def test_on_the_pages_of_the_portal(session: Any, app: Flask):
    centre = told(small_centre(NAME), go_live)
    keys, people = [case.id for case in cases(centre)], [agent.id for agent in centre.agents]
    db.session.remove()
    client = portal_client(app)
    shown = False
    for path in (*PAGES, f"/reviews/{keys[0]}", f"/employees/show/{people[0]}"):
        page = client.get(path, follow_redirects=True)
        assert page.status_code in (200, 404), path
        assert inert(page.text), path
        shown = shown or "&lt;script&gt;alert(1)" in page.text
    assert shown, "no page showed the name at all"


def test_on_the_notice_site(session: Any, tmp_path: Path):
    centre = told(small_centre(NAME), publish)
    publish_site(actor=system_actor(), clock=lambda: centre.now, out=tmp_path / "site")
    pages = sorted((tmp_path / "site").rglob("*.html"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert pages and all(map(inert, texts))
    assert any("&lt;script&gt;alert(1)" in text for text in texts)


def test_in_the_document_that_is_issued(session: Any):
    told(small_centre(NAME), issue)
    with acting_as(system_actor()):
        document = db.session.scalars(select(IssuedDocument)).one()
        content = render_issued_document(document_context(db.session(), document))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = package.read("word/document.xml").decode()
    assert inert(text)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*191}}" in text
    assert centre_is_whole()


def centre_is_whole() -> bool:
    """The names in the database are those that were given."""
    from admin.models import Employee

    with acting_as(system_actor()):
        return f"{NAME} 0" in set(db.session.scalars(select(Employee.name)))
