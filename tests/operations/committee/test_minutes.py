"""The minutes of a meeting as a file: what they say, that they stay as they were signed, who reads which (3.3.4, 3.3-e)."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from docx import Document
from opencc import OpenCC
from sqlalchemy import select, update

import config
from admin.access.actor import system_actor
from admin.domain.refusals import NotFound, Refused
from admin.files.printing import print_pdf
from admin.jobs import rendering
from admin.jobs.rendering import altered_documents, minutes_path, render_meeting_minutes
from admin.models import Employee, Job, Meeting
from admin.models.audit import recorded
from admin.operations.committee.ballots import close_ballot, move_grade
from admin.operations.committee.meetings import adjourn, declare_conflict, record_minutes, sign_minutes
from admin.queries.committee.minutes import minutes_context
from tests import factories as make
from tests.factories import NOW
from tests.operations.bodies import Committee, case, committee, item_of, opened, vote, vote_by_consent
from tests.views.clients import client_of

RENDER = {"actor": system_actor(), "now": NOW}


def text_of(data: bytes) -> str:
    """All that a Word document says."""
    document = Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(each.text for each in document.paragraphs), *cells))


@pytest.fixture
def held(session: Any) -> tuple[Committee, Meeting, list[Any]]:
    """A signed meeting: one case with a moved grade and a recused member, one by consent, one put off."""
    body = committee()
    with make.fixture():
        single, quiet, late = case(body, proposed="J3"), case(body), case(body, proposed="J3")
        for each, name in ((single, "動議員"), (quiet, "一併員"), (late, "延後員")):
            each.employee.name = name
    meeting = opened(body, [single, quiet, late], absent=["Ops"])
    declare_conflict(meeting.id, single.id, "declared", "同住", actor=body.actor("Hua"), now=NOW)
    vote(body, meeting, single, Chair=False, Centre=False, Related=True)
    close_ballot(meeting.id, review_id=single.id, actor=body.chair, now=NOW)
    move_grade(meeting.id, item_of(meeting, single).id, "J2", "尚須一年歷練", actor=body.actor("Centre"), now=NOW)
    vote(body, meeting, single, Chair=True, Centre=True, Related=False)
    close_ballot(meeting.id, review_id=single.id, actor=body.chair, now=NOW)
    vote_by_consent(body, meeting, "Chair", "Hua", "Centre", "Related")
    close_ballot(meeting.id, consent=True, actor=body.chair, now=NOW)
    adjourn(meeting.id, actor=body.chair, now=NOW)
    for name in ("Chair", "Secretary"):
        sign_minutes(meeting.id, actor=body.actor(name), now=NOW)
    return body, meeting, [single, quiet, late]


def test_with_both_signatures_the_file_is_asked_for_and_says_what_happened(held):
    _body, meeting, (_single, quiet, late) = held
    jobs = make.db.session.scalars(select(Job).where(Job.kind == "render_minutes").execution_options(unscoped=True))
    assert [job.payload for job in jobs] == [{"meeting_id": meeting.id}]
    said = text_of(render_meeting_minutes(meeting.id, **RENDER).read_bytes())
    for words in (
        meeting.number,
        "Ops",
        "缺席",
        "動議員",
        "尚須一年歷練",
        "自行申報",
        "延後審議（3.3.4-a）",
        "秘書：Secretary",
    ):
        assert words in said, words
    assert f"{quiet.employee}（{quiet.present_grade}）" in said and "2／1" in said and late.employee.number in said


def test_the_same_minutes_are_the_same_bytes_and_their_hash_is_kept(held, session):
    _body, meeting, _cases = held
    first = render_meeting_minutes(meeting.id, **RENDER).read_bytes()
    assert render_meeting_minutes(meeting.id, **RENDER).read_bytes() == first
    session.refresh(meeting)
    assert meeting.minutes_sha256 == hashlib.sha256(first).hexdigest()


def test_minutes_that_would_differ_from_the_first_are_refused_and_the_file_stays(held):
    _body, meeting, (single, *_rest) = held
    first = render_meeting_minutes(meeting.id, **RENDER).read_bytes()
    with make.fixture():
        single.employee.name = "改名者"
    with pytest.raises(Refused) as refused:
        render_meeting_minutes(meeting.id, **RENDER)
    assert refused.value.refusal.clause == "3.3.4" and minutes_path(meeting.id).read_bytes() == first


def test_altered_minutes_are_named(held, session):
    _body, meeting, _cases = held
    path = render_meeting_minutes(meeting.id, **RENDER)
    assert list(altered_documents(session)) == []
    path.write_bytes(path.read_bytes() + b" ")
    assert [fault.where for fault in altered_documents(session)] == [f"minutes {meeting.number}"]


def test_there_are_no_minutes_before_both_have_signed(session):
    body = committee()
    meeting = opened(body, [])
    adjourn(meeting.id, actor=body.chair, now=NOW)
    sign_minutes(meeting.id, actor=body.chair, now=NOW)
    with pytest.raises(NotFound):
        render_meeting_minutes(meeting.id, **RENDER)


def test_markup_in_minutes_is_text(held, session):
    _body, meeting, (single, *_rest) = held
    with make.fixture() as op:  # a name from before unprintable text was refused
        old, new = single.employee.name, "<b>&{{ 7*7 }}\x07"
        op.session.execute(update(Employee).where(Employee.id == single.employee_id).values(name=new))
        changed = [recorded("employees", "name", each) for each in (old, new)]
        op.note("update", "employees", single.employee_id, {"name": changed})
        op.session.expire_all()
    assert "<b>&{{ 7*7 }}" in text_of(render_meeting_minutes(meeting.id, **RENDER).read_bytes())


def test_members_get_the_minutes_and_a_recused_one_an_extract_without_the_case(held, app, no_tokens):
    body, meeting, (single, quiet, _late) = held
    render_meeting_minutes(meeting.id, **RENDER)

    def got(name: str) -> str:
        answer = client_of(app, body.actor(name).user_id).post(f"/meetings/{meeting.id}/minutes")
        assert answer.status_code == 200
        return text_of(answer.data)

    for name in ("Centre", "Secretary", "HR"):
        assert single.employee.number in got(name) and "同住" not in got(name)
    extract = got("Hua")
    assert single.employee.number not in extract and "動議員" not in extract and "尚須一年歷練" not in extract
    assert "自行申報" not in extract and quiet.employee.number in extract
    stranger = client_of(app, make.employee().user_id).post(f"/meetings/{meeting.id}/minutes")
    assert stranger.status_code == 404


def test_the_minutes_are_a_pdf_too_as_long_as_the_rows_say_what_was_signed(held, app, session, no_tokens, monkeypatch):
    body, meeting, (single, quiet, _late) = held
    render_meeting_minutes(meeting.id, **RENDER)
    printed = []

    def noted(template: str, data: Any, **more: Any) -> bytes:
        printed.append(str(data))
        return print_pdf(template, data, **more)

    monkeypatch.setattr(rendering, "print_pdf", noted)
    for name in ("HR", "Hua"):
        client = client_of(app, body.actor(name).user_id)
        answers = [client.post(f"/meetings/{meeting.id}/minutes", data={"kind": "pdf"}) for _ in range(2)]
        assert [each.mimetype for each in answers] == ["application/pdf"] * 2 and answers[0].data == answers[1].data
        assert answers[0].data.startswith(b"%PDF-")
    whole, _again, extract, _once_more = printed
    assert single.employee.number in whole
    assert single.employee.number not in extract and quiet.employee.number in extract
    with make.fixture() as op:
        op.get(Employee, single.employee_id).name = "Changed"
    refused = client_of(app, body.actor("HR").user_id).post(f"/meetings/{meeting.id}/minutes", data={"kind": "pdf"})
    assert refused.status_code == 409


def test_the_hash_of_minutes_is_never_replaced(held):
    _body, meeting, _cases = held
    record_minutes(meeting.id, "a" * 64, **RENDER)
    with pytest.raises(Refused):
        record_minutes(meeting.id, "b" * 64, **RENDER)


@pytest.mark.parametrize(("language", "word"), [("zh_hans", "会议纪要"), ("en", "Minutes of the review committee")])
def test_minutes_speak_the_company_s_language(held, session, monkeypatch: pytest.MonkeyPatch, language: str, word: str):
    _body, meeting, _cases = held
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), portal_language=language))
    context = minutes_context(session, meeting)
    assert word in context["title"]
    ours = [name for name, _value in context["facts"]] + [name for name, _lines, _table in context["sections"]]
    assert all(OpenCC("t2s").convert(each) == each for each in ours)
