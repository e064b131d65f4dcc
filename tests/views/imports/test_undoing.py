"""What taking an import back cannot restore stands on its page before anybody does it."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

from flask import Flask

from tests import factories as make
from tests.operations.importing import csv_of
from tests.web.conftest import PASSWORD, centre, no_tokens, signed_in  # noqa: F401  fixtures

LEFT = "工號,姓名,部門,到職日期,在職狀態\nE5,outsider,資訊部,2020-01-06,離職\nE9,新人,資訊部,2026-01-05,在職"


def test_offices_that_end_with_a_leavers_account_are_named_before_and_after(
    app: Flask,
    signed_in: Any,  # noqa: F811
    centre: SimpleNamespace,  # noqa: F811
) -> None:
    with app.app_context():
        make.account("auditor2", PASSWORD, ["employee", "auditor"], person=centre.outsider)
    hr = signed_in("hr")
    answer = hr.post("/imports/new/employees", data={"file": (io.BytesIO(csv_of(LEFT)), "a.csv")})
    place = answer.headers["Location"].removesuffix("/mapping")
    hr.post(f"{place}/check")
    assert "復原匯入時不會恢復：1 項" in hr.get(place).text
    hr.post(f"{place}/apply")
    page = hr.get(place).text
    said = "1 人的職務不會恢復（E5），須由兩人重新授予。"
    assert said in page.split('id="lost"')[1].split("</section>")[0]
    assert said in re.findall(r'data-confirm="([^"]*)"', page.split(f'action="{place}/undo"')[1])[0]
    answer = hr.post(f"{place}/undo", follow_redirects=True)
    assert said in answer.text and "一切恢復" not in answer.text
