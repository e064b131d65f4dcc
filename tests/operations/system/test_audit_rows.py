"""Events written many at a time are the same as those written one by one."""

from __future__ import annotations

from datetime import UTC, datetime

from admin.models.audit import ChangeContext, event_rows
from admin.models.event_form import content_hash


def test_many_events_have_the_hash_that_each_would_have_alone() -> None:
    context = ChangeContext("import", 5, '100 %s 人"名\\', "cli", datetime(2026, 1, 1, tzinfo=UTC), "1.2")
    events = [
        ("insert", "employees", 3, {"b": [None, "x\n\u2028"], "a": [1.5, True]}),
        ("delete", "metrics", None, {}),
    ]
    rows = event_rows(context, events)
    assert [row["content_hash"] for row in rows] == [content_hash(row, row["changes"]) for row in rows]
    assert [(row["act"], row["record_type"], row["record_id"], row["changes"]) for row in rows] == events
