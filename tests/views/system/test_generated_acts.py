"""Nothing of a result is typed into a table's own form: notices and documents come from their acts (3.3.5, 3.3.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin.models import AuditEvent, HistoryStep, IssuedDocument, Notice, db
from tests.operations.journey import DAY, Centre, check, go_live, small_centre, told
from tests.views.clients import client_of

pytestmark = [pytest.mark.usefixtures("no_tokens"), pytest.mark.slow]


@pytest.fixture
def clock(app: Flask) -> Iterator[Callable[[datetime], None]]:
    """Sets the portal's clock."""
    kept = app.config["PORTAL"]

    def set_to(moment: datetime) -> None:
        app.config["PORTAL"] = replace(kept, portal_now=moment)

    yield set_to
    app.config["PORTAL"] = kept


def everything(table: type[Any]) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(table).order_by(table.id).execution_options(unscoped=True)))


def test_a_notice_is_published_by_its_act_and_by_no_generated_form(app: Flask, session: Any, clock: Any):
    centre: Centre = told(small_centre(), until=check)
    assert centre.cycle is not None
    cycle, hr = centre.cycle.id, centre.actor(centre.hr)
    clock(centre.now)
    client = client_of(app, hr.user_id)
    assert client.post("/notices/add", data={"cycle": cycle}).status_code == 404
    assert everything(Notice) == []
    assert client.post(f"/act/cycle/{cycle}/publish_notice").status_code == 302
    (notice,) = everything(Notice)
    assert notice.stage == "publishing"
    made = [event for event in everything(AuditEvent) if event.record_type == "notices"]
    assert [(event.act, event.actor_name, event.via) for event in made] == [("insert", hr.name, "web")]
    assert "publish_notice" in {step.action for step in everything(HistoryStep)}


def test_a_document_is_issued_by_its_act_and_not_before_the_notice_is_over(app: Flask, session: Any, clock: Any):
    centre: Centre = told(small_centre(), until=go_live)
    assert centre.cycle is not None
    hr, issue = centre.actor(centre.hr), f"/act/cycle/{centre.cycle.id}/issue"
    clock(centre.now)
    client = client_of(app, hr.user_id)
    early = client.post(issue, data={"effective_on": (centre.now + DAY).date().isoformat()})
    assert early.status_code == 409 and "3.3." in early.text and everything(IssuedDocument) == []
    clock(centre.now + 14 * DAY)
    client = client_of(app, hr.user_id)
    assert client.post("/documents/add", data={"cycle": centre.cycle.id}).status_code == 404
    past = client.post(issue, data={"effective_on": "2020-01-01"})
    assert past.status_code == 422 and everything(IssuedDocument) == []
    issued = client.post(issue, data={"effective_on": (centre.now + 30 * DAY).date().isoformat()})
    assert issued.status_code == 302, issued.text
    (document,) = everything(IssuedDocument)
    assert document.serial == 1
    events = [
        event for event in everything(AuditEvent) if event.record_type == "issued_documents" and event.act == "insert"
    ]
    assert [event.actor_name for event in events] == [hr.name]
