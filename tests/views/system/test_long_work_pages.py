"""Spoilt addresses on the pages of acts on many: a page far beyond the last, a size of a million, a search of one letter."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests import reviewing
from tests.web.counting import statements

FAR = ("page=10000", "page=99999999999999999999", "page=-1", "page=x", "psize=1000000", "q=E", "q=%25", "q=_")


@pytest.mark.parametrize(("who", "place"), [("head", "/department/"), ("hr", "/long-work/"), ("hr", "/reviews/list/")])
def test_they_give_a_page_of_the_usual_length_and_no_fault(
    app: Flask, as_person: Any, opened: SimpleNamespace, who: str, place: str
) -> None:
    with app.app_context():
        reviewing.to_department(opened, 0)
    client = as_person(who)
    with statements(app) as usual:
        plain = client.get(place)
    for query in FAR:
        with statements(app) as sent:
            answer = client.get(f"{place}?{query}")
        assert answer.status_code == 200, query
        assert len(sent) <= len(usual) + 2 and len(answer.text) <= 2 * len(plain.text), query
