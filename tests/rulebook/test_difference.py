"""What changed between two versions, in words."""

from __future__ import annotations

from typing import Any

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
        "Notice period (notice_days) values 2026-01-01 value was: 5 working days; it is now: 7 working days"
    ]


def test_a_change_is_told_in_the_readers_language():
    (change,) = _changes(lambda data: entry(data, "parameters", "notice_days")["values"][0].update(value=7))
    told = change.text("zh_hant", lambda words: "%(entry)s：%(before)s → %(after)s")
    assert told == "公示期 (notice_days) values 2026-01-01 value：5 個工作日 → 7 個工作日"


def test_a_change_without_a_name_of_its_own_is_named_by_its_part():
    (change,) = _changes(lambda data: data.update(version=2))
    assert change.text() == "version was: 1; it is now: 2"


def test_a_changed_text_names_clause_and_language():
    (change,) = _changes(lambda data: entry(data, "clauses", "1.1")["text"].update(en="Another purpose."))
    assert (change.part, change.id, change.field, change.kind) == ("clauses", "1.1", "text en", "changed")


def test_moving_a_clause_is_no_change():
    assert _changes(lambda data: data["clauses"].append(data["clauses"].pop(0))) == []


def test_a_new_dated_value_is_new():
    changes = _changes(lambda data: entry(data, "parameters", "notice_days")["values"].append(_later()))
    assert {change.kind for change in changes} == {"added"}


def _later() -> dict[str, object]:
    return {"from": "2027-01-01", "value": 7}


def test_a_clause_that_is_gone_is_named():
    changes = _changes(lambda data: data["clauses"].remove(entry(data, "clauses", "5.2.2")))
    assert {(change.id, change.kind) for change in changes} == {("5.2.2", "removed")}
    assert any(change.text() == "Career (5.2.2) title en was deleted; it was: Career" for change in changes)


def test_a_changed_worked_case_is_known_by_what_it_says():
    changes = _changes(lambda data: _tie(data)["expect"].update(outcome="carried"))
    assert [change.text() for change in changes] == [
        "cases A tie does not carry. expect outcome was: rejected; it is now: carried"
    ]


def _tie(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(case for case in data["cases"] if case["says"]["en"] == "A tie does not carry.")
    return found
