"""A second policy version for tests: a fifth level, other weights, thresholds, names, days and name style."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from admin.rulebook.book import Rulebook
from admin.rulebook.loader import from_dict, shipped

BEGINS = date(2027, 2, 1)
PROMULGATED = datetime(2026, 12, 10, 2, 0, tzinfo=UTC)
VALUES: dict[str, int | str] = {
    "notice_days": 10,
    "notice_name_style": "masked",
    "demotion_unqualified_years": 3,
    "weight_performance": 55,
    "weight_seniority": 5,
}
WEIGHTS = {"satisfaction": 20, "years_of_work": 2, "years_in_centre": 3}


def second_book() -> Rulebook:
    """The shipped rulebook with these changes, in force from 1 February 2027."""
    content: dict[str, Any] = shipped().to_dict()
    content["effective_from"] = BEGINS.isoformat()
    for entry in content["parameters"]:
        if entry["id"] in VALUES:
            entry["values"] = [*entry["values"], {"from": BEGINS.isoformat(), "value": VALUES[entry["id"]]}]
    for criterion in (each for dimension in content["dimensions"] for each in dimension["criteria"]):
        criterion["weight"] = WEIGHTS.get(criterion["id"], criterion["weight"])
    master = {"zh_hant": "大師級", "zh_hans": "大师级", "en": "Master"}
    duties = {"zh_hant": "帶領各技能組。", "zh_hans": "带领各技能组。", "en": "Leads the queues."}
    content["levels"].append({"id": "master", "name": master, "duties": duties})
    content["grades"] = [_grade(each) for each in content["grades"]]
    content["grades"].append(
        {"id": "X1", "level": "master", "step": 1, "zh_hant": "大師級客服一級", "zh_hans": "大师级客服一级", "en": "Master agent 1",
         "threshold": 95}
    )  # fmt: skip
    content["cases"] = []
    return from_dict(content)


def _grade(entry: dict[str, Any]) -> dict[str, Any]:
    changed = {"threshold": entry["threshold"] + 2} if "threshold" in entry else {}
    return {**entry, **changed} | ({"en": "Starter 1"} if entry["id"] == "J1" else {})
