"""An import that is finished already says what became of it and leads on: reloaded, from another tab, by two of HR at once."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.views.imports.doors import sent_by_a_browser
from tests.web.conftest import centre, no_tokens, signed_in  # noqa: F401  fixtures

ENGLISH = {"Accept-Language": "en"}
FILE = "員工編號,姓名,部門,職稱,入職日期\nE801,王甲,客服中心,專員,2020-02-03\n"


def uploaded(hr: FlaskClient) -> str:
    answer = hr.post("/imports/new/employees", data={"file": (io.BytesIO(FILE.encode()), "名冊.csv")})
    return str(answer.headers["Location"]).removesuffix("/mapping")


def columns(hr: FlaskClient, place: str) -> dict[str, str]:
    return sent_by_a_browser(hr.get(f"{place}/mapping", headers=ENGLISH).text)


def told(hr: FlaskClient, answer: Any) -> str:
    """The page that an answer leads to, as its reader sees it."""
    assert answer.status_code in (302, 303), (answer.status_code, answer.text[:300])
    return html.unescape(hr.get(answer.headers["Location"], headers=ENGLISH).text)


def test_what_is_done_to_a_finished_import_says_what_became_of_it(signed_in: Callable[[str], FlaskClient]) -> None:  # noqa: F811
    hr, other = signed_in("hr"), signed_in("hr")
    place = uploaded(hr)
    assert uploaded(other) == place  # the same file is the same import, as long as it waits
    chosen = columns(other, place)
    hr.post(f"{place}/mapping", data=columns(hr, place))
    assert "was applied" in told(hr, hr.post(f"{place}/apply", headers=ENGLISH))
    for act in ("apply", "check", "decide", "discard"):
        page = told(other, other.post(f"{place}/{act}", headers=ENGLISH))
        assert "This import was already applied, at 2026-11-23" in page and "Applied to the portal" in page
    assert "This import was already applied" in told(other, other.get(f"{place}/mapping", headers=ENGLISH))

    late = other.post(f"{place}/mapping", data=chosen | {"column-post": "", "absent": "無"}, headers=ENGLISH)
    page = html.unescape(late.text)
    assert late.status_code == 422 and "Your choices are kept here" in page
    again = re.findall(r'action="(/imports/\d+)/mapping"', page)[0]
    form = sent_by_a_browser(late.text)
    assert again != place and form["absent"] == "無" and form["column-post"] == ""
    assert "Nothing changes" in told(other, other.post(f"{again}/mapping", data=form, headers=ENGLISH))

    assert "taken back" in told(hr, hr.post(f"{place}/undo", headers=ENGLISH))
    for act in ("undo", "apply"):
        assert "already taken back or put aside" in told(other, other.post(f"{place}/{act}", headers=ENGLISH))
