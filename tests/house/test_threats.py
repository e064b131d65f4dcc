"""What the portal promises is held by tests that are there (admin/THREATS.md)."""

from __future__ import annotations

import re

from config import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_each_promise_names_a_test_that_is_there() -> None:
    promised = (ROOT / "admin" / "THREATS.md").read_text(encoding="utf-8").split("## What is promised")[1]
    rows = [line for line in promised.split("## Not held")[0].splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10 and all(NAMED.search(row) for row in rows)
    for path, test in NAMED.findall("\n".join(rows)):
        assert f"def {test or 'test_'}" in (ROOT / path).read_text(encoding="utf-8"), f"{path} {test}"
