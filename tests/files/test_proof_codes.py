"""What a phone reads from a proof is the prove page's address with the whole proof behind it (6.3.3)."""

from __future__ import annotations

import base64

import pytest

from admin.files.proof_codes import LONGEST, code_for_paper, code_for_screens, proof_address

SITE = "https://grades.example.com.tw/notice/"


def test_the_address_holds_the_whole_proof_where_no_server_is_told_of_it() -> None:
    address = proof_address(SITE, '{"text":"客服職級〔2027〕1 號"}')
    page, _mark, behind = address.partition("#")
    assert page == "https://grades.example.com.tw/notice/prove/"
    padded = behind + "=" * (-len(behind) % 4)
    assert base64.urlsafe_b64decode(padded).decode() == '{"text":"客服職級〔2027〕1 號"}'


def test_the_longest_proof_fits_into_a_code_and_a_longer_one_is_refused() -> None:
    address = proof_address(SITE, "x" * LONGEST)
    assert code_for_screens(address).startswith("data:image/svg+xml")
    assert code_for_paper(address)[:8] == b"\x89PNG\r\n\x1a\n"
    assert code_for_paper(address) == code_for_paper(address)
    with pytest.raises(ValueError, match="does not fit"):
        proof_address(SITE, "x" * (LONGEST + 1))
