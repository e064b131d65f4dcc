"""HR locks the figures and ends a rehearsal on the page, by API, and is refused with the clause where it is not the time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from admin.models import Cycle, Review
from tests import factories as make
from tests.operations.importing import rows
from tests.views.clients import client_of, headers_of

pytestmark = pytest.mark.usefixtures("no_tokens")


@pytest.fixture
def there(app: Any, session: Any) -> SimpleNamespace:
    """An open regular cycle and an open rehearsal, each with a case that is still to be handed in; HR."""
    hr = make.employee("Staff", roles=("employee", "hr"))
    made = SimpleNamespace(client=client_of(app, hr.user_id), headers=headers_of(app, hr.user_id), app=app)
    regular, tried = make.open_cycle(), make.open_cycle(2027)
    with make.fixture() as op:
        op.session.merge(tried).kind = "rehearsal"
    made.cycle, made.rehearsal = regular.id, tried.id
    made.case = make.review(regular, make.employee("Anna"), stage="self_assessment", proposed=None).id
    made.tried = make.review(tried, make.employee("Ben"), stage="self_assessment", proposed=None).id
    return made


def stage_of(table: Any, key: int) -> str:
    return dict(rows(table, "id", "stage"))[key]


def locked(key: int) -> bool:
    return dict(rows(Cycle, "id", "metrics_frozen_at"))[key] is not None


def hand_in(key: int) -> None:
    with make.fixture() as op:
        op.get(Review, key).stage = "rating"


def test_figures_are_locked_on_the_page_once_all_have_handed_in(there: SimpleNamespace) -> None:
    page = f"/cycles/{there.cycle}/freeze_figures"
    early = there.client.post(page)
    assert early.status_code == 409 and "3.2-a2" in early.text and not locked(there.cycle)
    hand_in(there.case)
    assert there.client.post(page).status_code == 303 and locked(there.cycle)
    assert there.client.post(page).status_code == 409, "figures are locked once"


def test_figures_are_locked_by_api_and_a_repeated_request_locks_nothing_anew(there: SimpleNamespace) -> None:
    address, client = f"/api/v1/cycles/{there.cycle}/actions/freeze_figures", there.app.test_client()
    early = client.post(address, json={}, headers=there.headers)
    assert (early.status_code, early.json["clause"]) == (409, "3.2-a2")
    hand_in(there.case)
    keyed = {**there.headers, "Idempotency-Key": "lock-1"}
    first, again = (client.post(address, json={}, headers=keyed) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json == again.json and locked(there.cycle)


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_rehearsal_is_ended_with_its_cases_and_a_real_cycle_is_not(there: SimpleNamespace, door: str) -> None:
    def end(key: int) -> int:
        if door == "page":
            return there.client.post(f"/cycles/{key}/end_rehearsal").status_code
        address = f"/api/v1/cycles/{key}/actions/end_rehearsal"
        return there.app.test_client().post(address, json={}, headers=there.headers).status_code

    assert end(there.cycle) == 409 and stage_of(Cycle, there.cycle) == "open"
    assert end(there.rehearsal) in (200, 303)
    assert (stage_of(Cycle, there.rehearsal), stage_of(Review, there.tried)) == ("closed", "cancelled")
    assert stage_of(Review, there.case) == "self_assessment"
    assert end(there.rehearsal) == 409, "what has ended does not end again"
