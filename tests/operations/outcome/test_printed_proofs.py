"""A document about one person prints the proof of that person's result, as a code that a phone reads (3.3.6, 6.3.3)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

import config
from admin.access.actor import system_actor
from admin.files import heads
from admin.files.proof_codes import code_for_paper, proof_address
from admin.jobs.rendering import render_document
from admin.models import GradeChange, IssuedDocument, db
from admin.operations.outcome.adjustments import decide_adjustment, issue_adjustments
from admin.operations.system.audit import seal
from admin.operations.system.witness import publish_head
from admin.queries.outcome.documents import printed_heads
from admin.queries.outcome.statements import result_proof
from admin.queries.system.audit_chain import chained_events
from admin.queries.system.audit_chain import verify as verify_trail
from notice_site import verify
from tests import factories as make
from tests.factories import NOW
from tests.operations.journey import rows
from tests.operations.outcome.test_adjustments import boss, hr, people, propose

__all__ = ["boss", "hr", "people"]
SYSTEM = system_actor()


@pytest.fixture(autouse=True)
def place(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for papers, keys and the list of heads."""
    monkeypatch.setattr(config, "_in_use", config.replace(config.current(), var_dir=tmp_path))
    return tmp_path


@pytest.fixture
def issued(session: Any, hr: Any, boss: Any, people: Any) -> Callable[[int], int]:
    """A function: the number of a document about so many people."""

    def issue(count: int) -> int:
        changes = propose(hr, *((person.number, "M2") for person in people[:count]))
        for change in changes:
            decide_adjustment(change.id, "approve", actor=boss, now=NOW)
        (document,) = issue_adjustments([change.id for change in changes], actor=hr, now=NOW)
        return int(document.id)

    return issue


def rendered(document: int) -> bytes:
    content = render_document(document, actor=SYSTEM, now=NOW).read_bytes()
    db.session.rollback()
    return content


def pictures(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return [parts.read(name) for name in parts.namelist() if name.startswith("word/media/")]


def test_the_paper_carries_the_proof_that_everybody_checks_against_the_published_heads(
    issued: Callable[[int], int], place: Path, tmp_path: Path
) -> None:
    document = issued(1)
    content = rendered(document)
    (change,) = rows(select(GradeChange.id).where(GradeChange.document_id == document))
    proof = result_proof(db.session(), change)
    assert proof is not None and len(proof.encode()) <= 2_000
    assert pictures(content) == [code_for_paper(proof_address(config.current().notice_site_url, proof))]
    (tmp_path / "proof").write_text(proof)
    assert verify.main([str(tmp_path / "proof"), str(heads.heads_file(place))]) == 0
    root = json.loads(proof)["root"]
    words = "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)
    assert f"{json.loads(proof)['size']} · {root[:4]} {root[4:8]}" in words


def test_rendered_again_when_the_trail_has_grown_it_is_the_same_paper(issued: Callable[[int], int]) -> None:
    document = issued(1)
    first = rendered(document)
    make.department("Later")
    seal(actor=SYSTEM, now=NOW)
    publish_head(actor=SYSTEM, now=NOW)
    assert rendered(document) == first
    kept = printed_heads(db.session())
    assert len(kept) == 1 + sum(row.head_sequence is not None for row in rows(select(IssuedDocument)))
    assert verify_trail(chained_events(db.session()), kept).faults == []


def test_a_paper_about_several_people_carries_nobodys_proof(issued: Callable[[int], int]) -> None:
    assert pictures(rendered(issued(2))) == []


def test_where_no_head_may_go_out_the_paper_comes_without_its_proof_and_stays_so(issued: Callable[[int], int]) -> None:
    seal(actor=SYSTEM, now=NOW)
    publish_head(actor=SYSTEM, now=NOW)
    document = issued(1)
    key = heads.heads_file(config.current().var_dir).parents[1] / "keys" / "head_key"
    kept = key.read_text()
    key.unlink()
    content = rendered(document)
    assert pictures(content) == []
    key.write_text(kept)
    db.session.rollback()
    publish_head(actor=SYSTEM, now=NOW)
    assert rendered(document) == content
