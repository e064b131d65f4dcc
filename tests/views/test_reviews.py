"""The case page and one's own cases, as each person sees them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests import reviewing
from tests.views.opened import as_person, opened  # noqa: F401  fixtures
from tests.web.counting import statements


@pytest.mark.parametrize("name", ["emp0", "sup", "head", "hr", "auditor"])
def test_the_case_page_is_shown_to_those_concerned(name: str, as_person: Any, opened: SimpleNamespace) -> None:
    answer = as_person(name).get(f"/reviews/{opened.cases[0]}")
    assert answer.status_code == 200, answer.text
    assert "What happens next" in answer.text or "接下來" in answer.text


def test_a_colleague_does_not_find_the_case(as_person: Any, opened: SimpleNamespace) -> None:
    assert as_person("emp1").get(f"/reviews/{opened.cases[0]}").status_code == 404


@pytest.mark.parametrize("name", ["emp0", "sup", "head", "hr"])
def test_the_case_page_takes_at_most_twenty_statements(
    name: str, app: Flask, as_person: Any, opened: SimpleNamespace  # noqa: F811
) -> None:
    client = as_person(name)
    with app.app_context():
        review_id = reviewing.to_department(opened)
    client.get(f"/reviews/{review_id}")
    with statements(app) as sent:
        answer = client.get(f"/reviews/{review_id}")
    assert answer.status_code == 200
    assert len(sent) <= 20, "\n\n".join(sent)
