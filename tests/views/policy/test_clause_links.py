"""The page of clauses leads nobody to a page that is not theirs or not there, in any language (3.3-g)."""

from __future__ import annotations

import re
from typing import Any

import pytest

ROLES = ("emp1", "sup1", "head1", "hr", "auditor", "management", "admin", "complaint_officer")
LANGUAGES = ("zh-TW", "zh-CN", "en")


def main_part(text: str) -> str:
    return re.split(r"<main[^>]*>", text, maxsplit=1)[1].split("</main>")[0]


@pytest.mark.parametrize("name", ROLES)
def test_every_page_that_a_clause_names_opens_for_the_reader(signed_in: Any, name: str) -> None:
    client = signed_in(name)
    claimed = {}
    for language in LANGUAGES:
        page = client.get("/policy/clauses", headers={"Accept-Language": language})
        assert page.status_code == 200
        claimed[language] = {
            href.replace("&amp;", "&") for href in re.findall(r'href="(/[^"#]*)', main_part(page.text))
        }
    # Whatever the language, the same pages: what differs is only what they are called.
    assert claimed["zh-TW"] == claimed["zh-CN"] == claimed["en"] and claimed["en"]
    wrong = {}
    for address in sorted(claimed["en"]):
        answer = client.get(address, follow_redirects=True)
        if answer.status_code != 200:
            wrong[address] = answer.status_code
    assert wrong == {}
