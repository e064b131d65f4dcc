"""What changed between two versions, in words."""

from __future__ import annotations

from admin.rulebook.difference import Change, difference
from admin.rulebook.loader import from_dict, shipped
from tests.rulebook.samples import Damage, entry, shipped_data


def _changes(change: Damage) -> list[Change]:
    data = shipped_data()
    change(data)
    return difference(shipped(), from_dict(data))


def test_a_version_does_not_differ_from_itself():
    assert difference(shipped(), shipped()) == []


def test_a_changed_value_names_parameter_day_and_both_values():
    changes = _changes(lambda data: entry(data, "parameters", "notice_days")["values"][0].update(value=7))
    assert [change.text() for change in changes] == [
        "parameters notice_days values.2026-01-01.value was: 5; it is now: 7"
    ]


def test_a_changed_text_names_clause_and_language():
    (change,) = _changes(lambda data: entry(data, "clauses", "1.1")["text"].update(en="Another purpose."))
    assert (change.part, change.id, change.field, change.kind) == ("clauses", "1.1", "text.en", "changed")


def test_moving_a_clause_is_no_change():
    assert _changes(lambda data: data["clauses"].append(data["clauses"].pop(0))) == []


def test_a_new_dated_value_is_new():
    changes = _changes(lambda data: entry(data, "parameters", "notice_days")["values"].append(_later()))
    assert {change.kind for change in changes} == {"added"}


def _later() -> dict[str, object]:
    return {"from": "2027-01-01", "value": 7}


def test_a_clause_that_is_gone_is_named():
    changes = _changes(lambda data: data["clauses"].remove(entry(data, "clauses", "5.2.3")))
    assert {(change.id, change.kind) for change in changes} == {("5.2.3", "removed")}
    assert any(change.text() == "clauses 5.2.3 title.en is gone; it was: Honours" for change in changes)
