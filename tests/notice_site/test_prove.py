"""The page's own program judges proofs as the one file does, without a browser and without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

import notice_site
from notice_site import verify

PROGRAM = Path(notice_site.__file__).with_name("theme") / "assets" / "prove.js"
# Longer than one block of SHA-256, with what JSON writes in its own way.
WORDS = '客服職級〔2027〕1 號 · "E12" · J2 → J3 · \\ ' + "長" * 60


def a_proof(words: str) -> dict[str, Any]:
    """A proof of these words in a tree of two, by RFC 9162's own definition."""

    def digest(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    salted = "salted:" + digest(f"salt {json.dumps(words, ensure_ascii=False)}".encode()).hex()
    changes = json.dumps({"text": [None, salted]})
    content = digest(f"{'0' * 64} {digest(changes.encode()).hex()}".encode()).hex()
    leaf, beside = digest(b"\0" + f"7 {content}".encode()), digest(b"beside")
    path = [base64.urlsafe_b64encode(beside).decode().rstrip("=")]
    return {
        "text": words, "salt": "salt", "changes": changes, "header": "0" * 64, "event": 7, "place": 2, "path": path,
        "size": 2, "root": digest(b"\1" + beside + leaf).hex(),
    }  # fmt: skip


def judged(heads: list[Any], *proofs: str) -> list[str]:
    """How the page's program judges proofs, run by the JavaScript engine that comes with Playwright."""
    engine = compute_driver_executable()[0]
    given = json.dumps({"program": PROGRAM.read_text(encoding="utf-8"), "heads": heads, "proofs": proofs})
    stub = Path(__file__).with_name("proving.js")
    done = subprocess.run([engine, stub], input=given.encode(), capture_output=True, check=True)
    return list(json.loads(done.stdout))


def test_the_page_and_the_one_file_judge_alike() -> None:
    proof = a_proof(WORDS)
    changes = {
        "text": "J4",
        "salt": "x",
        "header": "1" * 64,
        "event": 8,
        "place": 1,
        "size": 3,
        "root": "0" * 64,
        "path": [],
    }
    others = [proof | {name: other} for name, other in changes.items()]
    told = judged([[2, proof["root"]]], *map(json.dumps, [proof, *others]))
    assert told == ["holds", *["broken"] * len(others)]
    assert [bool(verify.proof_fault(each)) for each in (proof, *others)] == [False, *[True] * len(others)]


def test_words_of_every_length_around_a_block_are_hashed_as_they_should_be() -> None:
    proofs = [a_proof("x" * length) for length in range(40, 110)]
    heads = [[2, each["root"]] for each in proofs]
    assert judged(heads, *map(json.dumps, proofs)) == ["holds"] * len(proofs)


def test_a_head_that_was_not_published_is_said_and_what_is_no_proof_too() -> None:
    assert judged([], json.dumps(a_proof(WORDS)), "{", "null", "7") == ["unpublished", *["unreadable"] * 3]


def test_the_page_asks_nobody_and_names_no_other_machine() -> None:
    program = PROGRAM.read_text(encoding="utf-8")
    assert not any(word in program for word in ("fetch", "XMLHttp", "http:", "https:", "import("))
