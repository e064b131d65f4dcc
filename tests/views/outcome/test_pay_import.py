"""Bands come from a spreadsheet at HR's page: whole or not at all, holes named, earlier ones kept (5.1)."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from admin.files.workbooks import write_workbook
from admin.models import AuditEvent, PayBand
from admin.queries.outcome.pay import ladder_rows
from tests import factories as make
from tests.factories import NOW
from tests.views.clients import client_of

pytestmark = pytest.mark.usefixtures("no_tokens")
HEADS = ["Grade", "Valid from", "Lowest a month", "Highest a month", "Currency"]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def client(app, session):
    return client_of(app, make.employee("HR", roles=("employee", "hr")).user_id)


def scale(session, since=date(2027, 1, 1), start=30_000, without=()):
    ladder = [grade.code for grade in ladder_rows(session, NOW.date())]
    return [
        [code, since, start + 5_000 * place, start + 5_000 * (place + 1), "TWD"]
        for place, code in enumerate(ladder)
        if code not in without
    ]


def send(client, rows, **more):
    file = (io.BytesIO(write_workbook("bands", HEADS, rows)), "bands.xlsx")
    return client.post("/pay/import", data={"file": file, **more}, headers=ENGLISH, follow_redirects=True)


def kept(session):
    session.rollback()
    return session.scalars(select(PayBand).order_by(PayBand.id).execution_options(unscoped=True)).all()


def test_a_whole_scale_is_imported_and_a_later_one_keeps_it(session, client):
    rows = scale(session)
    count = len(rows)
    assert f"Imported: {count} new bands, 0 changed, 0 unchanged." in send(client, rows).text
    answer = send(client, [*rows, *scale(session, date(2028, 1, 1), 33_000)])
    assert f"Imported: {count} new bands, 0 changed, {count} unchanged." in answer.text
    assert len(kept(session)) == 2 * count and kept(session)[0].amount_min == 30_000


def test_a_band_of_the_same_day_is_changed_and_the_trail_names_no_amount(session, client):
    rows = scale(session)
    send(client, rows)
    rows[-1][3] += 1_111
    assert f"Imported: 0 new bands, 1 changed, {len(rows) - 1} unchanged." in send(client, rows).text
    assert kept(session)[-1].amount_max == rows[-1][3]
    told = session.scalars(
        select(AuditEvent).where(AuditEvent.operation == "import_pay_bands").execution_options(unscoped=True)
    ).all()
    said = " ".join(str(row.changes) for row in told)
    assert len(told) == len(rows) + 1 and not re.search(rf"\b(30000|{rows[-1][3]})\b", said)


def test_a_hole_is_named_and_nothing_is_imported(session, client):
    answer = send(client, scale(session, without=("M1",)))
    assert answer.status_code == 422 and "agent 1 has no pay band" in answer.text and kept(session) == []


def test_a_higher_grade_that_pays_less_and_mixed_currencies_are_named(session, client):
    rows = scale(session)
    rows[3][2] = 1_000
    assert "pays less than grade" in send(client, rows).text
    rows = scale(session)
    rows[3][4] = "USD"
    assert "several currencies" in send(client, rows).text and kept(session) == []


def test_only_checking_changes_nothing(session, client):
    assert "The file is in order: " in send(client, scale(session), only_check="1").text
    assert kept(session) == []


def test_a_file_that_is_none_and_no_file_at_all_are_told(session, client):
    assert client.post("/pay/import", data={}, headers=ENGLISH).status_code == 422
    pdf = (io.BytesIO(b"%PDF-1.7 x"), "bands.xlsx")
    answer = client.post("/pay/import", data={"file": pdf}, headers=ENGLISH)
    assert answer.status_code == 422 and "PDF" in answer.text


def test_the_form_has_a_row_for_each_grade_with_what_is_in_force(session, client):
    send(client, scale(session, date(2026, 1, 1)))
    answer = client.post("/pay/form", headers=ENGLISH)
    again = client.post(
        "/pay/import", data={"file": (io.BytesIO(answer.data), "f.xlsx")}, headers=ENGLISH, follow_redirects=True
    )
    assert "0 new bands, 0 changed, " in again.text


def test_one_band_by_hand_is_in_the_currency_of_the_others(session, client):
    send(client, scale(session, date(2026, 1, 1)))
    band = {"grade": make.grade("M1").id, "valid_from": "2026-06-01", "amount_min": "45000", "amount_max": "50000"}
    answer = client.post("/pay_bands/add", data={**band, "currency": "USD"}, headers=ENGLISH)
    assert answer.status_code == 422 and "are in TWD" in answer.text
    assert client.post("/pay_bands/add", data={**band, "currency": "TWD"}).status_code == 302
