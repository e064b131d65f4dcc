"""The personnel file that a worked case describes, as the domain takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from admin.domain import eligibility, ratings

RECORDS = ("contributions", "certificates", "breaches", "trainings", "post_changes")


def eligibility_facts(given: Mapping[str, Any]) -> eligibility.EligibilityFacts:
    """What a worked case says is on somebody's file (4.1.1, 4.2.1)."""
    since = given.get("grade_since")
    records = {name: tuple(_record(row) for row in given.get(name, ())) for name in RECORDS}
    return eligibility.EligibilityFacts(
        year=given["year"],
        as_of=date.fromisoformat(given["as_of"]),
        grade=given["grade"],
        grade_since=date.fromisoformat(since) if since else None,
        ratings={int(year): ratings.annual_rating(name) for year, name in given.get("ratings", {}).items()},
        leave_years=frozenset(given.get("leave_years", ())),
        assessments=tuple(_assessment(row) for row in given.get("assessments", ())),
        self_assessed=given.get("self_assessed", True),
        **records,
    )


def _record(row: Mapping[str, Any]) -> eligibility.Record:
    return eligibility.Record(date.fromisoformat(row["on"]), row["approved"])


def _assessment(row: Mapping[str, Any]) -> eligibility.Assessment:
    return eligibility.Assessment(date.fromisoformat(row["on"]), row["approved"], row["adequate"])
