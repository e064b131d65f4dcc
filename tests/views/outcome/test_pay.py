"""Pay on the pages of HR and of the person: bands, effects in the dialogs, lists; amounts nowhere else (5.1, 6.3-b)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from admin.models import Determination, Employee, IssuedDocument, PayBand, PayList, PayListRow
from admin.operations.outcome.adjustments import AdjustmentRow, decide_adjustment, propose_adjustments
from tests import factories as make
from tests.factories import NOW
from tests.operations.appealing import on_notice
from tests.views.clients import client_of

FROM = date(2027, 1, 1)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def hr(session):
    return make.employee("HR", roles=("employee", "hr"))


@pytest.fixture
def boss(session):
    return make.employee("Boss", roles=("employee", "management"))


@pytest.fixture
def bands(session):
    with make.fixture() as op:
        for code, low in (("J2", 31_000), ("M1", 41_000), ("M2", 50_500)):
            op.add(make.band(code, low, low + 11_111))
        op.add(make.band("M2", 52_000, 66_000, since=FROM))


@pytest.fixture
def ann(session):
    with make.fixture():
        person = make.employee("Ann", account=True)
        make.holds(person, "M1")
    return person


def approved(ann, hr, boss):
    (change,) = propose_adjustments([AdjustmentRow(ann.number, "M2")], "merged", FROM, actor=make.actor_of(hr), now=NOW)
    decide_adjustment(change.id, "approve", actor=make.actor_of(boss), now=NOW)
    return change.id


@pytest.mark.usefixtures("no_tokens")
def test_hr_sees_what_is_in_force_what_comes_and_what_is_missing(app, session, hr, bands, no_tokens):
    page = client_of(app, hr.user_id).get("/pay/", headers=ENGLISH).text
    assert "In force today" in page and "50,500" in page and "2027-01-01" in page and "66,000" in page
    assert "has no pay band" in page and 'class="picture bands"' in page


@pytest.mark.usefixtures("no_tokens")
def test_without_a_band_the_page_says_how_to_begin(app, session, hr):
    page = client_of(app, hr.user_id).get("/pay/", headers=ENGLISH).text
    assert "No band is in force yet" in page


@pytest.mark.usefixtures("no_tokens")
def test_a_proposal_is_previewed_with_its_pay_and_nothing_is_saved(app, session, hr, bands, ann):
    form = {"number": ann.number, "grade": "M2", "effective_on": "2027-01-01", "reason": "merged", "preview": "1"}
    answer = client_of(app, hr.user_id).post("/adjustments/new", data=form, headers=ENGLISH)
    assert answer.status_code == 200 and "52,111 TWD" in answer.text and "66,000 TWD" in answer.text
    assert "merged" in answer.text and "waits for management" not in answer.text


@pytest.mark.usefixtures("no_tokens")
def test_an_adjustment_shows_its_pay_to_hr_and_not_to_management(app, session, hr, boss, bands, ann):
    key = approved(ann, hr, boss)
    for address in ("/adjustments/", f"/adjustments/{key}"):
        assert "66,000" in client_of(app, hr.user_id).get(address).text
        seen = client_of(app, boss.user_id).get(address)
        assert seen.status_code == 200 and "66,000" not in seen.text and "52,111" not in seen.text


@pytest.mark.usefixtures("no_tokens")
def test_hr_previews_makes_and_downloads_the_list_on_the_documents_page(app, session, hr, bands, ann):
    with make.fixture() as op:
        moved = make.moved(ann, "M2", FROM)
        op.get(IssuedDocument, moved.document_id).sha256 = "0" * 64
        key = moved.document_id
    client = client_of(app, hr.user_id)
    page = client.get(f"/documents/show/{key}", headers=ENGLISH).text
    assert "Preview of the list" in page and "66,000" in page
    answer = client.post(f"/pay_lists/of_document/{key}", follow_redirects=True, headers=ENGLISH)
    assert "Download it for payroll" in answer.text and "Nothing differs from list 2026-001" in answer.text
    made = session.scalars(select(PayList).execution_options(unscoped=True)).one()
    sent = client.post(f"/pay_lists/{made.id}/download/csv")
    assert sent.mimetype == "text/csv" and b"66000.00" in sent.data
    assert client.post(f"/pay_lists/{made.id}/download/pdf").status_code == 404
    assert "2026-001" in client.get(f"/documents/show/{key}", headers=ENGLISH).text
    session.rollback()
    session.connection().execute(update(PayListRow.__table__).values(new_high=99_000))
    session.commit()
    answer = client.post(f"/pay_lists/{made.id}/download/csv", headers=ENGLISH)
    assert answer.status_code == 409 and "altered on the server" in answer.text


@pytest.mark.usefixtures("no_tokens")
def test_a_result_card_shows_pay_to_the_person_alone(app, session, bands):
    result = on_notice()
    with make.fixture() as op:
        op.add(make.band("J3", 33_000, 44_444))
        make.holds(op.get(Employee, result.subject.employee_id), "J2")
        result.review.present_grade_id = make.grade("J2").id
        result.review.determined_grade_id = make.grade("J3").id
        op.add(
            Determination(
                review_id=result.review.id, seq=1, body="committee", grade_id=make.grade("J3").id, clause="3.3.4", determined_at=NOW
            )
        )  # fmt: skip
    address = f"/reviews/{result.review.id}"
    own = client_of(app, result.subject.user_id).get(address).text
    assert "44,444 TWD" in own and "42,111 TWD" in own
    superior = client_of(app, result.superior.user_id).get(address).text
    assert 'class="card result' in superior and "44,444" not in superior


def test_a_band_is_called_by_its_grade_in_the_reader_s_language(app, session, hr, bands, no_tokens):
    key = session.scalars(select(PayBand.id).order_by(PayBand.id).execution_options(unscoped=True)).first()
    session.rollback()
    page = client_of(app, hr.user_id).get(f"/pay_bands/show/{key}", headers=ENGLISH)
    assert page.status_code == 200 and "Junior agent 2" in page.text.partition("</title>")[0]
