"""Codes of all who hold an office: asked for by one act, confirmed and printed by another person's one (6.1-a)."""

from __future__ import annotations

from admin.models import db
from admin.models.accounts import User
from tests import factories as make
from tests.attacks.test_power import CODE, seated
from tests.attacks.test_power_at_other_doors import used
from tests.web.accounts import account_of


def never_signed_in(app, *names):
    keys = [account_of(app, name) for name in names]
    with app.app_context(), make.fixture() as op:
        for key in keys:
            op.get(User, key).password = None


def boxes(page):
    return [part.partition('"')[0] for part in page.split('name="key" value="')[1:]]


def test_one_asks_for_all_another_confirms_and_prints_all_and_nobody_prints_their_own(signed_in, app, centre):
    seated(app, centre.emp2)
    never_signed_in(app, "emp2", "auditor")
    page = signed_in("admin").get("/confirmations/").text
    assert "申請 2 個啟用碼" in page
    assert signed_in("hr").post("/confirmations/codes", data={"reason": "First day."}).status_code == 404
    assert signed_in("admin").post("/confirmations/codes", data={"reason": " "}).status_code == 422
    assert signed_in("admin").post("/confirmations/codes", data={"reason": "First day."}).status_code == 303
    # Asked for twice nobody has two.
    assert signed_in("admin").post("/confirmations/codes", data={"reason": "First day."}).status_code == 422
    assert boxes(signed_in("admin").get("/confirmations/").text) == []
    keys = boxes(signed_in("management").get("/confirmations/").text)
    assert len(keys) == 2
    assert signed_in("admin").post("/confirmations/slips", data={"key": keys}).status_code in (403, 404)
    printed = signed_in("management").post("/confirmations/slips", data={"key": keys}).text
    codes = [found[0] for found in CODE.finditer(printed)]
    assert len(codes) == 2 and "封好" in printed
    assert used(app, "emp2", codes[0]).status_code == 302 or used(app, "emp2", codes[1]).status_code == 302
    # Shown once, and void for whoever tries again.
    assert signed_in("management").post("/confirmations/slips", data={"key": keys}).status_code == 422
    with app.app_context():
        assert db.session.get(User, account_of(app, "emp2")).password
