"""Events written many at a time are the same as those written one by one."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.dialects import postgresql, sqlite

from admin.models.audit import ChangeContext, event_rows
from admin.models.base import UtcDateTime
from admin.models.event_form import as_stored, canonical, content_hash, fingerprint, sign_in_mark, tag

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_many_events_have_the_hash_that_each_would_have_alone() -> None:
    context = ChangeContext("import", 5, '100 %s 人"名\\', "cli", datetime(2026, 1, 1, tzinfo=UTC), "1.2")
    events = [
        ("insert", "employees", 3, {"b": [None, "x\n\u2028"], "a": [1.5, True]}),
        ("delete", "metrics", None, {}),
    ]
    rows = event_rows(context, events)
    assert [row["content_hash"] for row in rows] == [content_hash(row, row["changes"]) for row in rows]
    assert [(row["act"], row["record_type"], row["record_id"], row["changes"]) for row in rows] == events


@given(some.dictionaries(some.text(max_size=8), VALUES, max_size=4))
def test_the_text_that_is_hashed_is_the_canonical_one_and_is_stored_as_it_was_hashed(changes: dict[str, Any]) -> None:
    made = canonical(changes)
    assert made == changes and made.text == json.dumps(changes, sort_keys=True, ensure_ascii=False)
    assert as_stored(made) is made.text and as_stored(changes) == json.dumps(changes)


@given(some.binary(max_size=150), some.text())
def test_tags_and_marks_are_those_of_hmac(key: bytes, words: str) -> None:
    assert tag(words, key) == fingerprint(key) + hmac.digest(key, words.encode(), "sha256").hex()[:32]
    assert sign_in_mark(7, words, key) == hmac.digest(key, f"sign-in 7 {words}".encode(), "sha256").hex()[:32]


@pytest.mark.parametrize("database", [sqlite.dialect(), postgresql.dialect()])
def test_both_moments_of_an_hour_that_a_clock_shows_twice_are_stored_as_what_they_are(database: Any) -> None:
    stored = UtcDateTime().dialect_impl(database).bind_processor(database)
    assert stored is not None
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    moments = [first, first.replace(fold=1), first + timedelta(hours=2), first, None]
    assert [str(each)[11:16] for each in map(stored, moments)] == ["00:30", "01:30", "03:30", "00:30", ""]
    with pytest.raises(Exception, match="time zone"):
        stored(datetime(2026, 1, 1))
