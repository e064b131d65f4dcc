"""A long file that touches a case with locked figures: shown whole to the second person, done by the worker (6.1-a)."""

from __future__ import annotations

import io

import pytest

from admin.access.actor import system_actor
from admin.jobs.sweep import sweep
from admin.models import AnnualRating, Import, LongWork
from admin.operations.imports import imports_reading
from tests import factories as make
from tests.attacks.test_basis_on_file import ENGLISH, locked, rows, waiting  # noqa: F401  a fixture
from tests.factories import NOW
from tests.views.clients import client_of

pytestmark = pytest.mark.usefixtures("no_tokens")


def work_through() -> None:
    sweep(actor=system_actor(), clock=lambda: NOW)


def test_a_long_file_is_shown_whole_to_the_second_person_and_done_by_the_worker_when_they_confirm(
    app,
    locked,  # noqa: F811
    monkeypatch,
):
    monkeypatch.setattr(imports_reading, "FEW_ROWS", 1)
    hr, second = client_of(app, locked.hr.user_id), client_of(app, locked.second.user_id)
    both = f"工號,年度,考核結果\n{locked.beside.number},2024,優秀\n{locked.subject.number},2025,優秀\n"
    place = hr.post("/imports/new/ratings", data={"file": (io.BytesIO(both.encode()), "a.csv")}).headers["Location"]
    place = place.removesuffix("/mapping")
    hr.post(f"{place}/check")
    work_through()
    hr.post(f"{place}/apply")
    work_through()
    (waits,) = waiting()
    assert (waits.cases, len(rows(AnnualRating))) == ([locked.review.id], 0)
    assert f"/confirmations/{waits.id}" in hr.get(f"/long-work/{rows(LongWork)[-1].id}").text
    # What it starts from has changed by the time it is confirmed: nothing is done, and the proposal waits on.
    with make.fixture() as op:
        changed = op.add(AnnualRating(employee_id=locked.subject.id, year=2025, rating="qualified")).id
    place = f"/act/confirmation/{waits.id}/confirm"
    assert "/long-work/" in second.post(place).headers["Location"]
    assert "carries it out now" in second.get(f"/confirmations/{waits.id}", headers=ENGLISH).text
    work_through()
    assert [row.rating for row in rows(AnnualRating)] == ["qualified"] and len(waiting()) == 1
    refused = f"/long-work/{rows(LongWork)[-1].id}"
    assert refused in second.get(f"/confirmations/{waits.id}").text
    assert "What it starts from has changed" in second.get(refused, headers=ENGLISH).text
    with make.fixture() as op:
        op.session.delete(op.get(AnnualRating, changed))
    assert hr.post(place).status_code in (404, 409)  # not the one who proposed it
    second.post(place)
    second.post(place)
    work_through()
    assert len(rows(AnnualRating)) == 2 and rows(Import)[-1].state == "applied" and waiting() == []
