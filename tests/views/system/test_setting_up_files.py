"""The stops of the set-up on which files are dropped, rules confirmed, accounts made and codes handed out."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

import config
from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Refused
from admin.models import CalendarYear, Employee, Import, Job, db
from admin.models.accounts import User
from admin.operations.imports.imports_accounts import activation_slips, create_accounts, invite
from admin.queries.accounts.reached import codes_until
from tests import factories as make
from tests.factories import NOW
from tests.operations.importing import csv_of

ENGLISH = {"Accept-Language": "en"}
HR = system_actor("cli")
ROSTER = """
    工號,姓名,部門,職稱,到職日,直屬上級
    N1,林曉青,客服中心/一線,組長,2019-03-04,E1
    N2,陳大文,客服中心/一線,客服專員,2022-07-01,N1
"""
METRICS = """
    工號,月份,進線量,接聽量
    N2,2026-01,10,9
"""


def dropped(client, **files: str):
    given = [(io.BytesIO(csv_of(text)), f"{name}.csv") for name, text in files.items()]
    return client.post("/setup/files", data={"file": given}, content_type="multipart/form-data", headers=ENGLISH)


def states(app) -> dict[str, str]:
    with app.app_context(), acting_as(system_actor()):
        return {row.kind: row.state for row in db.session.query(Import)}


def test_all_files_are_dropped_at_once_and_applied_in_their_order(app, centre, signed_in):
    client = signed_in("hr")
    assert dropped(client, 績效=METRICS, 名冊=ROSTER).status_code == 303
    assert states(app) == {"employees": "checked", "metrics": "uploaded"}
    page = unescape(client.get("/setup/files", headers=ENGLISH).text)
    assert page.index("名冊.csv") < page.index("績效.csv") and page.count("Apply the import") == 1
    (key,) = re.findall(r"/setup/files/(\d+)/apply", page)
    client.post(f"/setup/files/{key}/apply")
    # Applied, and the next one is checked: it names those whom the first one brought.
    assert states(app) == {"employees": "applied", "metrics": "checked"}


def test_what_is_no_table_is_named_and_the_others_are_taken(app, centre, signed_in):
    client = signed_in("hr")
    answer = dropped(client, 空白="", 名冊=ROSTER)
    assert answer.status_code == 303 and states(app) == {"employees": "checked"}
    assert "空白.csv" in client.get("/setup/files", headers=ENGLISH).text
    assert client.post("/setup/files", headers=ENGLISH).status_code == 422


def test_a_file_that_was_taken_for_another_kind_is_put_right(app, centre, signed_in):
    client = signed_in("hr")
    dropped(client, 名冊=METRICS)
    with app.app_context(), acting_as(system_actor()):
        row = db.session.query(Import).one()
    client.post(f"/setup/files/{row.id}/kind", data={"kind": "ratings"})
    client.post(f"/setup/files/{row.id}/kind", data={"kind": "metrics"})
    assert list(states(app)) == ["metrics"]
    assert client.post(f"/setup/files/{row.id}/kind", data={"kind": "cats"}, headers=ENGLISH).status_code == 422


def test_both_years_of_the_calendar_are_confirmed_as_they_were_shown(app, centre, signed_in):
    client = signed_in("hr")
    text = client.get("/setup/rules", headers=ENGLISH).text
    form = dict(re.findall(r'name="(version-\d+)" value="(\w+)"', text))
    years = [int(name[-4:]) for name in form]
    assert years and client.post("/setup/rules", data={**form, "year": years}).status_code == 303
    with app.app_context():
        assert {row.year for row in db.session.query(CalendarYear) if row.confirmed_at} == set(years)
        db.session.query(CalendarYear).delete()
    stale = dict.fromkeys(form, "another")
    with app.app_context(), make.fixture() as op:
        op.session.query(CalendarYear).delete()
    assert client.post("/setup/rules", data={**stale, "year": years}).status_code == 409


def test_all_values_are_confirmed_by_one_click(app, centre, signed_in):
    client = signed_in("hr")
    assert "provisional" in client.get("/setup/rules", headers=ENGLISH).text
    assert client.post("/setup/rules", data={"confirm": "values"}).status_code == 303
    assert ">provisional<" not in client.get("/setup/rules", headers=ENGLISH).text


@pytest.fixture
def uncoded(app, centre):
    """Four people without a password: two of one superior, one of another, one of none."""
    with app.app_context(), make.fixture() as op:
        for person in (centre.head1, centre.sup1, centre.emp1, centre.emp2):
            op.get(User, op.get(Employee, person).user_id).password = None
        op.get(Employee, centre.emp1).email = "emp1@example.test"
    return centre


def test_slips_come_by_superior_and_a_second_print_makes_no_slip_void(app, uncoded):
    with app.app_context(), acting_as(HR):
        first = activation_slips(None, again=False, actor=HR, now=NOW)
        assert [(slip.superior, slip.number) for slip in first] == [
            ("E1 head1", "E2"), ("E2 sup1", "E3"), ("E2 sup1", "E4"), ("", "E1"),
        ]  # fmt: skip
        with pytest.raises(Exception, match="waiting for a code"):
            activation_slips(None, again=False, actor=HR, now=NOW)
        again = activation_slips(None, again=True, actor=HR, now=NOW)
        assert len(again) == 4 and {slip.code for slip in first}.isdisjoint(slip.code for slip in again)


def test_a_second_print_says_how_many_slips_become_void(app, uncoded, signed_in):
    client = signed_in("hr")
    printed = unescape(client.post("/setup/accounts", data={"what": "slips"}, headers=ENGLISH).text)
    assert printed.index("E1 head1") < printed.index("E2 sup1") < printed.index("Without a superior")
    page = unescape(client.get("/setup/accounts", headers=ENGLISH).text)
    assert "4 slips handed out before become void" in page and "No one is waiting" in page


def test_codes_hold_until_the_cycle_has_ended(app, centre):
    with app.app_context(), make.fixture() as op:
        assert codes_until(op.session, NOW) > NOW + timedelta(days=120)
        cycle = make.open_cycle()
        assert codes_until(op.session, NOW).date() > cycle.committee_on + timedelta(days=50)


def test_whoever_has_an_address_is_invited_by_mail_where_there_is_a_server(app, uncoded, monkeypatch):
    with app.app_context(), acting_as(HR):
        with pytest.raises(Refused, match="sends no mail"):
            invite(actor=HR, now=NOW)
        monkeypatch.setattr(config, "_in_use", replace(config.current(), smtp_url="smtp://localhost"))
        assert invite(actor=HR, now=NOW) == 1
        assert db.session.query(Job).count() == 1


def test_accounts_are_made_for_everyone_at_once(app, centre, signed_in):
    with app.app_context(), make.fixture():
        made = make.employee("新人", account=False).id
    client = signed_in("hr")
    assert "Make 1 account" in client.get("/setup/accounts", headers=ENGLISH).text
    client.post("/setup/accounts", data={"what": "accounts"})
    with app.app_context(), acting_as(HR):
        assert db.session.get(Employee, made).user_id is not None
        assert create_accounts(None, actor=HR, now=NOW) == []


def test_pages_beside_the_set_up_lead_back_to_it_until_the_first_cycle_is_open(app, centre, signed_in):
    client = signed_in("hr")
    dropped(client, 名冊=ROSTER)
    with app.app_context(), acting_as(system_actor()):
        key = db.session.query(Import).one().id
    assert "Back to the set-up" in client.get(f"/imports/{key}", headers=ENGLISH).text
    with app.app_context(), make.fixture():
        make.open_cycle()
    assert "Back to the set-up" not in client.get(f"/imports/{key}", headers=ENGLISH).text
