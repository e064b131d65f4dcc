"""A generated form that is sent twice, by a double click or after the way back, is carried out once, whatever it carries."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from admin.models import db
from tests import factories as make

ADDING = ("/departments/add", "/meetings/add", "/committee_members/add", "/contact_logins/add", "/appeals/add")


def counted(app, table):
    with app.app_context():
        return db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def key_on(page):
    return re.search(r'name="once" value="([^"]+)"', page.text.partition('id="model_form"')[2])[1]


@pytest.mark.parametrize("path", ADDING)
def test_every_generated_form_carries_a_key_and_its_page(signed_in, path):
    client = signed_in("hr")
    page = client.get(path)
    assert key_on(page) != key_on(client.get(path))
    assert f'name="stands_on" value="{path}"' in page.text.partition('id="model_form"')[2]


def test_a_double_click_makes_one_meeting_and_one_department(signed_in, app):
    client = signed_in("hr")
    with app.app_context():
        cycle = make.open_cycle().id
    for path, table, given in (
        ("/meetings/add", "meetings", {"cycle": cycle, "scheduled_at": "2026-12-22T10:00"}),
        ("/departments/add", "departments", {"code": "QA", "name": "品質"}),
    ):
        before = counted(app, table)
        form = given | {"once": key_on(client.get(path))}
        for form_sent in (form, form):
            answer = client.post(path, data=form_sent, content_type="multipart/form-data")
            assert answer.status_code == 302, answer.text
        assert counted(app, table) == before + 1
        other = client.post(path, data=form | {"code": "QB", "name": "另一", "scheduled_at": "2026-12-23T10:00"})
        assert other.status_code == 302 and counted(app, table) == before + 2
