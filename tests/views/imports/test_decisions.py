"""What a file leaves to HR is ticked on its page: part by part, or all of a kind at once."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.forms import import_difference
from admin.models import Import, db
from tests.views.imports.test_imports import checked, hr  # noqa: F401  fixture
from tests.web.conftest import centre, no_tokens, signed_in  # noqa: F401  fixtures


def test_decisions_beyond_the_first_part_are_ticked_part_by_part_or_all_at_once(
    hr: FlaskClient,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_difference, "MOST_SHOWN", 2)
    heads, people = (
        "工號,姓名,部門,到職日期,電子郵件\n",
        [f"M{place},員工{place},客服中心,2020-01-06" for place in range(5)],
    )
    place, _page = checked(hr, "employees", heads + "\n".join(f"{each},m{each[1]}@example.org" for each in people))
    hr.post(f"{place}/apply")
    # Of one the address is there still, or the column would say nothing at all.
    place, page = checked(
        hr,
        "employees",
        heads + "\n".join([*(f"{each}," for each in people), "M9,員工9,客服中心,2020-01-06,z@example.org"]),
    )
    assert "email:M0" in page.text and "email:M2" not in page.text and "decisions=3" in page.text
    assert "欄名在第 1 列" in page.text.split('id="found"')[1].split("</p>")[0]

    def tick(part: int, *ticked: str) -> str:
        page = hr.get(f"{place}?decisions={part}").text
        shown = [html.unescape(each) for each in re.findall(r'name="shown" value="([^"]*)"', page)]
        answer = hr.post(f"{place}/decide", data={"decided": list(ticked), "shown": shown, "part": str(part)})
        assert answer.status_code == 303 and f"decisions={part}" in answer.headers["Location"]
        return hr.get(place).text

    tick(1, "email:M1")
    tick(3, "email:M4")
    assert ticked_of(hr, place) == ["email:M1", "email:M4"]
    tick(1)
    assert ticked_of(hr, place) == ["email:M4"]
    tick(2, "email:*")
    assert ticked_of(hr, place) == ["email:M4", "email:*"]
    tick(2)
    assert ticked_of(hr, place) == []


def ticked_of(client: FlaskClient, place: str) -> list[str]:
    """The ticks that the import keeps."""
    with client.application.app_context():
        key = int(place.rsplit("/", 1)[1])
        query = select(Import.mapping).where(Import.id == key).execution_options(unscoped=True)
        return db.session.scalars(query).one()["options"]["decided"]
