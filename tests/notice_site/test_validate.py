"""What is not a public snapshot is refused, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notice_site import validate

Change = Callable[[dict[str, Any]], Any]


def test_the_sample_is_fit(snapshot: dict[str, Any]) -> None:
    validate.check(snapshot)


WRONG: dict[str, tuple[Change, str]] = {
    "a key too many": (lambda s: s.update(salaries=[]), "salaries"),
    "a key too few": (lambda s: s.pop("policy"), "policy"),
    "a language missing": (lambda s: s["company"]["name"].pop("en"), "company.name"),
    "another version": (lambda s: s.update(version=2), "version"),
    "a date that does not exist": (lambda s: s["policy"].update(effective_from="2026-02-30"), "policy.effective_from"),
    "a moment without a zone": (lambda s: s["notices"][0].update(ends_at="2026-11-27T16:00:00"), "notices.0.ends_at"),
    "a link that is a script": (lambda s: s["links"].update(portal="javascript:alert(1)"), "links.portal"),
    "a link to another host": (lambda s: s["links"].update(appeal="//evil.example/"), "links.appeal"),
    "a link with a query": (lambda s: s["links"].update(appeal="/appeal/?x=1"), "links.appeal"),
    "rows of a past notice": (lambda s: s["notices"][0].update(state="past"), "notices.0.rows"),
    "pay in a row": (lambda s: s["notices"][0]["rows"][0].update(pay=1), "notices.0.rows.0"),
    "a NUL in a name": (lambda s: s["notices"][0]["rows"][0].update(name="a\0b"), "notices.0.rows.0.name"),
    "half a character": (lambda s: s["notices"][0]["rows"][0].update(name="\ud842"), "half a character"),
    "an unknown grade": (lambda s: s["notices"][0]["rows"][0].update(to_grade="king"), "king"),
    "a row twice": (lambda s: s["notices"][0]["rows"].append(s["notices"][0]["rows"][0]), "2 times"),
    "a notice number twice": (lambda s: s["notices"][1].update(number=s["notices"][0]["number"]), "2 times"),
    "a correction of nothing": (lambda s: s["notices"][0].update(corrects="1999-01"), "1999-01"),
    "an end before the beginning": (lambda s: s["notices"][0].update(last_day="2020-01-01"), "last_day"),
    "a clause of no chapter": (lambda s: s["policy"]["clauses"][0].update(chapter="99"), "chapter 99"),
    "an unknown parameter": (lambda s: s["policy"]["clauses"][0].update(provisional_parameters=["x"]), "parameter x"),
    "weights of 99.99": (lambda s: s["scorecard"]["dimensions"][0].update(weight=49.99), "99.99"),
    "a time zone of nowhere": (lambda s: s["company"].update(tz="Asia/Nowhere"), "Asia/Nowhere"),
    "a time zone of ../": (lambda s: s["company"].update(tz="../../etc/passwd"), "company.tz"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_snapshot_is_refused_that_has(what: str, snapshot: dict[str, Any]) -> None:
    change, place = WRONG[what]
    change(snapshot)
    with pytest.raises(validate.UnfitSnapshot) as refused:
        validate.check(snapshot)
    assert place in str(refused.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "half.json"
    file.write_text('{"version": 1,', encoding="utf-8")
    with pytest.raises(validate.UnfitSnapshot, match=r"half\.json"):
        validate.read(file)


def test_the_schema_is_itself_draft_2020_12() -> None:
    import jsonschema_rs

    jsonschema_rs.meta.validate(json.loads(validate.SCHEMA.read_text(encoding="utf-8")))


def test_no_more_than_twenty_faults_are_told(snapshot: dict[str, Any]) -> None:
    for row in snapshot["notices"][0]["rows"]:
        row["to_grade"] = 7
    with pytest.raises(validate.UnfitSnapshot) as refused:
        validate.check(snapshot)
    assert len(refused.value.faults) == validate.MOST_FAULTS
