"""Numbers that no table can hold, and characters that only look like digits: told plainly, never a fault."""

from __future__ import annotations

import pytest

HUGE = "9" * 23


@pytest.mark.parametrize("path", ["/notifications/%s", "/cycles/%s", "/employees/show/%s", "/act/review/%s/propose"])
def test_an_address_with_a_number_beyond_any_table_is_404(signed_in, path):
    assert signed_in("hr").get(path % HUGE).status_code in (302, 404)


@pytest.mark.parametrize("path", ["/api/v1/reviews/%s", "/api/v1/reviews/%s/actions", "/api/v1/cycles/%s"])
def test_an_api_address_with_a_number_beyond_any_table_is_404(client, bearer, path):
    assert client.get(path % HUGE, headers=bearer("hr")).status_code == 404


@pytest.mark.parametrize("page", [HUGE, "2147483647", "-3"])
def test_a_page_far_beyond_the_last_is_no_fault(client, bearer, page):
    answer = client.get(f"/api/v1/employees/?q=(page:{page},page_size:100)", headers=bearer("hr"))
    assert answer.status_code in (200, 400), answer.text


@pytest.mark.parametrize("number", [HUGE, "²", "-1", "１２", "abc", "\0"])
@pytest.mark.parametrize("path, field", [("/notifications/read", "message"), ("/adjustments/issue", "row")])
def test_what_only_looks_like_a_number_is_passed_over(signed_in, path, field, number):
    assert signed_in("hr").post(path, data={field: number}).status_code in (302, 303, 404, 409, 422)


@pytest.mark.parametrize("number", [HUGE, "²"])
def test_a_decision_on_a_row_that_cannot_be_is_no_fault(signed_in, number):
    answer = signed_in("management").post("/adjustments/decide", data={f"decision-{number}": "approve"})
    assert answer.status_code in (404, 409, 422)


@pytest.mark.parametrize("path", ["/calendar/?year=²²²²", f"/imports/?page={HUGE}", "/calendar/?year=２０２６"])
def test_a_page_asked_with_odd_figures_answers(signed_in, path):
    assert signed_in("hr").get(path).status_code in (200, 404)


def test_only_the_message_that_was_named_is_marked_read_when_it_cannot_be_read(signed_in, app, centre):
    from sqlalchemy import select

    from admin.access.actor import system_actor
    from admin.models import Notification, db
    from admin.models.accounts import User
    from admin.operations.transaction import operation

    with app.app_context():
        hr = db.session.scalar(select(User.id).where(User.username == "hr"))
        with operation("tell", actor=system_actor("cli"), now=app.config["PORTAL"].now()) as op:
            op.tell([hr], "cycle", "open", 1)
    signed_in("hr").post("/notifications/read", data={"message": "²"})
    with app.app_context():
        unread = select(Notification.id).where(Notification.read_at.is_(None)).execution_options(unscoped=True)
        assert db.session.scalar(unread) is not None
