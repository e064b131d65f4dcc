"""Files sent to do harm: through the form that needs no sign-in, whose sender is anybody."""

# ruff: noqa: F811  fixtures of the form, asked for by their names

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.files import apart
from admin.models import ComplaintFile, db
from tests.files.making import blank_png
from tests.report.conftest import WORDS, channel, receipt_in, report, send  # noqa: F401  fixtures

Send = Callable[..., Any]
ENGLISH = {"Accept-Language": "en"}
pytestmark = pytest.mark.usefixtures("session")


def filed(send: Send, *files: tuple[str, bytes]) -> Any:
    """A complaint sent with these files."""
    return send("/report/", {**WORDS, "files": [(io.BytesIO(data), name) for name, data in files]}, **ENGLISH)


def kept() -> int:
    """How many files the portal holds."""
    db.session.rollback()
    return db.session.scalar(select(func.count(ComplaintFile.id)).execution_options(unscoped=True)) or 0


def refusal(answer: Any) -> str:
    """What stands beside the field of files; the words that were typed are there too."""
    assert answer.status_code == 422 and WORDS["content"] in answer.text, answer.text
    return re.search(r'href="#f-files">([^<]*)<', answer.text)[1]  # type: ignore[index]


def test_pages_are_answered_while_a_file_is_checked_and_nothing_of_it_is_kept_before(
    channel: Any, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture of sixteen megapixels is under way; the form is asked for again and again, and nobody finds the file."""
    ended: list[Any] = []
    passed = threading.Event()

    def checked(*given: Any) -> Any:
        found = apart.checked_upload(*given)
        passed.set()
        return found

    monkeypatch.setattr("admin.forms.uploads.checked_upload", checked)
    sender = threading.Thread(target=lambda: ended.append(filed(send, ("a.png", blank_png(4000)))))
    sender.start()
    answered = 0
    while not passed.is_set():
        found = kept()
        assert passed.is_set() or found == 0
        answered += channel.get("/report/").status_code == 200
    sender.join()
    assert ended[0].status_code == 200 and kept() == 1 and answered >= 3


def test_more_files_than_a_message_may_have_are_refused_before_one_is_looked_into(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_into: list[str] = []
    monkeypatch.setattr("admin.forms.uploads.checked_upload", lambda name, _data: looked_into.append(name))
    assert "at most" in refusal(filed(send, *(("a.png", blank_png(2000)) for _ in range(10))))
    assert looked_into == [] and kept() == 0


def test_a_file_whose_check_has_to_be_ended_is_refused_beside_its_field(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "FOR_UPLOADS", apart.Limits(32 * apart.MB, 1, 5))
    assert refusal(filed(send, ("a.png", blank_png(4000)))) == apart.BEYOND
    assert kept() == 0 and receipt_in(filed(send).text)
