"""Every employee can prove their own result, to anybody, and what they show says nothing of anybody else (6.3.3)."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.files import heads
from admin.files.proof_codes import code_for_screens
from admin.models import GradeChange, IssuedDocument, ResultStatement, db
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from admin.queries.outcome.documents import document_context, printed_heads
from admin.queries.outcome.statements import result_proof
from admin.queries.system.audit_chain import chained_events
from admin.queries.system.audit_chain import verify as verify_trail
from notice_site import verify
from tests.operations.journey import Centre, cases, rows, small_centre, told
from tests.views.clients import client_of

SYSTEM = system_actor()


@pytest.fixture
def issued(app: Any, session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """A whole cycle, its document issued, and the head after it published."""
    centre = told(small_centre())
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    seal(actor=SYSTEM, now=centre.now)
    publish_head(actor=SYSTEM, now=centre.now)
    return centre


def proofs() -> list[str]:
    found = [result_proof(db.session(), row.id) for row in rows(select(GradeChange).where(GradeChange.document_id > 0))]
    db.session.rollback()
    return [proof for proof in found if proof is not None]


def edited(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    proof = json.loads(proofs()[0])
    change(proof)
    return dict(proof)


@pytest.mark.slow
def test_each_result_has_a_proof_that_the_one_file_checks_with_the_published_heads(
    issued: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = proofs()
    assert len(made) == len(issued.agents) and max(len(each.encode()) for each in made) <= 2_000
    list_file = heads.heads_file(config.current().var_dir)
    for agent, proof in zip(issued.agents, made, strict=True):
        file = tmp_path / "proof.json"
        file.write_text(proof)
        assert verify.main([str(file), str(list_file)]) == 0
        assert agent.number in capsys.readouterr().out


@pytest.mark.slow
def test_a_proof_says_nothing_of_anybody_else(issued: Centre) -> None:
    first, *others = proofs()
    # What can be read: among hashes a short word stands by chance.
    read = json.loads(first)["text"] + json.loads(first)["changes"]
    words = json.loads(first)["text"].split(" · ")
    for agent in issued.agents[1:]:
        assert agent.number not in words and agent.name not in read
    assert issued.hr.name not in read
    # Nor can a neighbour's line be tried out: its salt and nonce stand in no proof but theirs.
    for other in map(json.loads, others):
        assert other["salt"] not in first and other["header"] not in first


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof.update(text=proof["text"].replace("J2", "J3")),
        lambda proof: proof.update(salt="0" * 32),
        lambda proof: proof.update(header="0" * 64),
        lambda proof: proof.update(event=proof["event"] + 1),
        lambda proof: proof.update(place=proof["place"] + 1),
        lambda proof: proof.update(size=proof["size"] * 2),
        lambda proof: proof.update(root="0" * 64),
        lambda proof: proof["path"].pop(),
        lambda proof: proof["path"].reverse(),
    ],
    ids=["words", "salt", "header", "event", "place", "size", "head", "shorter", "turned"],
)
def test_a_proof_that_was_changed_holds_no_more(issued: Centre, change: Callable[[dict[str, Any]], Any]) -> None:
    assert verify.proof_fault(json.loads(proofs()[0])) == ""
    assert verify.proof_fault(edited(change)) != ""


@pytest.mark.slow
@pytest.mark.usefixtures("no_tokens")
def test_only_the_person_themselves_finds_the_proof_on_their_page(issued: Centre) -> None:
    address, proof = f"/reviews/{cases(issued)[0].id}", json.loads(proofs()[0])
    salt, subject, superior = proof["salt"], issued.agents[0].user_id, issued.superior.user_id
    hr = issued.hr.user_id
    db.session.rollback()
    from flask import current_app

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    page = client_of(app, subject).get(address, headers={"Accept-Language": "en"}).text
    assert salt in page
    # The code on the card leads where the link beside it does: to the page that checks it, with the proof.
    led = html.unescape(page.split("Check this proof")[0].rsplit('href="', 1)[1].split('"')[0])
    assert html.escape(code_for_screens(led)) in page or code_for_screens(led) in html.unescape(page)
    assert base64.urlsafe_b64decode(led.partition("#")[2] + "==").decode() == proofs()[0]
    for other in (superior, hr):
        assert salt not in client_of(app, other).get(address).text


@pytest.mark.slow
def test_before_a_head_is_published_that_covers_it_there_is_no_proof_yet(
    app: Any, session: Any, tmp_path: Path
) -> None:
    told(small_centre())
    assert proofs() == [] and rows(select(ResultStatement))


@pytest.mark.slow
def test_a_document_prints_the_head_that_the_trail_had_when_it_was_issued_and_is_held_against_it(session: Any) -> None:
    told(small_centre())
    (document,) = rows(select(IssuedDocument))
    (printed,) = printed_heads(db.session())
    assert str(printed.sequence) in document_context(db.session(), document)["head"]
    assert verify_trail(chained_events(db.session()), [printed]).faults == []
    (fault,) = verify_trail(chained_events(db.session()), [replace(printed, sha256="0" * 64)]).faults
    assert "rebuilt after it was published" in fault.what
