"""JSON that is nested beyond reading, or holds half a character: 400 on every door, never a fault."""

from __future__ import annotations

import pytest

SPOILT = {
    "deep": b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "unfinished": b"[" * 100_000,
    "half a character": b'{"username": "\\ud800", "password": "x", "code": "Q", "name": "\\ud800", "reason": "\\ud800"}',
    "half a character as a key": b'{"\\udfff": 1}',
    "a number of 5,000 figures": b'{"reason": 1' + b"0" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("path", ["/api/v1/security/login", "/api/v1/departments/", "/api/v1/cycles/1/actions/extend"])
def test_json_that_cannot_be_kept_is_400(client, bearer, path, body):
    answer = client.post(path, data=body, content_type="application/json", headers=bearer("hr"))
    assert answer.status_code == 400, answer.text
