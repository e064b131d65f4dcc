"""Whoever waits for a lock of the database waits for its own work and for nobody else's."""

from __future__ import annotations

import re
from collections import Counter

from tests.house.test_layout import relative, source_files

LOCK = re.compile(r"\b20260\d{3}\b")


def test_no_two_locks_have_one_number() -> None:
    named = Counter(
        number
        for path in source_files()
        if relative(path).startswith("admin/") and "/migrations/" not in relative(path)
        for number in LOCK.findall(path.read_text(encoding="utf-8"))
    )
    assert len(named) >= 9
    assert [number for number, times in named.items() if times > 1] == []
