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

from admin.access.actor import Actor
from admin.files import apart
from admin.models import Complaint, ComplaintFile, db
from admin.queries.complaints.complaints import file_bytes
from tests.files import tricks_deep, tricks_pdf, tricks_plain, tricks_word, tricks_workbooks  # noqa: F401  they fill the list
from tests.files.making import blank_png
from tests.files.tricks import TRICKS, Trick, everything_in
from tests.report.conftest import WORDS, channel, receipt_in, report, send  # noqa: F401  fixtures

Send = Callable[..., Any]
OFFICER = Actor(name="officer", roles=frozenset({"complaint_officer"}))
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
    app: Any, channel: Any, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture of sixteen megapixels is under way; the form is asked for again and again, and nobody finds the file."""
    ended: list[Any] = []
    passed = threading.Event()

    def checked(*given: Any) -> Any:
        found = apart.checked_upload(*given)
        passed.set()
        return found

    monkeypatch.setattr("admin.forms.uploads.checked_upload", checked)

    def sending() -> None:
        with app.app_context():
            ended.append(filed(send, ("a.png", blank_png(4000))))

    sender = threading.Thread(target=sending)
    sender.start()
    answered = 0
    while sender.is_alive() and not passed.is_set():
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
    monkeypatch.setattr(apart, "FOR_UPLOADS", apart.Limits(32 * apart.MB, 1, 5, apart.MB))
    assert refusal(filed(send, ("a.png", blank_png(4000)))) == apart.BEYOND
    assert kept() == 0 and receipt_in(filed(send).text)


def last_kept(kind: str) -> bytes:
    """All that the last file says that the portal holds."""
    last = select(ComplaintFile).order_by(ComplaintFile.id.desc()).limit(1).execution_options(unscoped=True)
    row = db.session.scalars(last).one()
    case = select(Complaint).where(Complaint.id == row.complaint_id).execution_options(unscoped=True)
    found = file_bytes(db.session(), db.session.scalars(case).one(), row.id, OFFICER)
    assert found
    return everything_in(kind, found[1])


def came_through(send: Send, trick: Trick) -> bool:
    """Whether the form took what the trick is about."""
    before = kept()
    answer = filed(send, (trick.name, trick.evil()))
    if trick.refused:
        return answer.status_code != 422 or not refusal(answer) or kept() != before
    return answer.status_code != 200 or kept() != before + 1 or b"PLANTED" in last_kept(trick.kind)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "jpg", "png", "txt"])
def test_no_trick_comes_through_the_form_that_anybody_may_send(send: Send, kind: str) -> None:
    assert [each.title for each in TRICKS if each.kind == kind and came_through(send, each)] == []


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "jpg", "png", "txt"])
def test_the_innocent_twin_of_every_trick_is_taken_by_the_form(send: Send, kind: str) -> None:
    twins = {each.twin() for each in TRICKS if each.kind == kind}
    assert [filed(send, (f"a.{kind}", twin)).status_code for twin in twins] == [200] * len(twins) and kept() == len(
        twins
    )
