"""The score of a case, reckoned once more from rows and from the text of the pinned version, in fractions and by this file alone.

Nothing of the portal's scoring is used: figures are the sums of `metrics` up to the lock, means of queues the sums that
the lock wrote down, ratings the rows that are signed. What the portal rounds at each step is not rounded here; the two
may therefore lie some hundredths apart, and no more.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.simulation.doors import World

MADE_OF = {
    "satisfaction": ("csat_sum", "csat_n"),
    "resolution": ("resolved", "answered"),
    "complaints": ("complaints", "answered"),
    "volume": ("answered", "days_worked"),
}
COMPANY = timezone(timedelta(hours=8))
APART = Fraction(6, 100)


def score_of(world: World, case: Any) -> Fraction | None:
    """The score of 100, None where a whole dimension has no data. `case` is a row of `reviews`."""
    cycle = world.ground.all("SELECT * FROM cycles WHERE id = ?", case["cycle_id"])[0]
    text = world.ground.one(
        "SELECT v.content FROM policy_versions v JOIN scorecards s ON s.policy_version_id = v.id WHERE s.id = ?",
        cycle["scorecard_id"],
    )
    content = json.loads(text)
    total = Fraction(0)
    for dimension in content["dimensions"]:
        parts = [part for criterion in dimension["criteria"] for part in _parts(criterion)]
        scored = [
            (part["weight"], points)
            for part in parts
            if (points := _points(world, content, part, case, cycle)) is not None
        ]
        if not scored:
            return None
        whole = sum(part["weight"] for part in parts)
        total += whole * sum(w * p for w, p in scored) / sum(w for w, _ in scored) / 100
    return total


def _parts(criterion: Any) -> list[Any]:
    """A criterion by itself, or the superior's and the peers' parts of one that both rate."""
    weight = Fraction(str(criterion["weight"]))
    if criterion["source"] != "superior_and_peers":
        return [criterion | {"weight": weight}]
    share = Fraction(criterion["peer_share"], 100)
    return [
        criterion | {"id": f"{criterion['id']}.{source}", "source": source, "weight": weight * part}
        for source, part in (("superior", 1 - share), ("peers", share))
    ]


def _points(world: World, content: Any, criterion: Any, case: Any, cycle: Any) -> Fraction | None:
    found = {"metric": _measured, "superior": _rated, "peers": _rated}.get(criterion["source"], _other)(
        world, content, criterion, case, cycle
    )
    return None if found is None else _on_curve(criterion, content, found)


def _on_curve(criterion: Any, content: Any, value: Fraction) -> Fraction:
    curve = criterion.get("bands") or [(step["value"], step["percent"]) for step in content["scale"]]
    knots = [(Fraction(str(x)), Fraction(str(y))) for x, y in curve]
    if value <= knots[0][0]:
        return knots[0][1]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return knots[-1][1]


# -- figures -------------------------------------------------------------------------------------------------------


def _measured(world: World, content: Any, criterion: Any, case: Any, cycle: Any) -> Fraction | None:
    amount, sample = MADE_OF[criterion["id"]]
    locked = datetime.fromisoformat(cycle["metrics_frozen_at"]).replace(tzinfo=UTC).astimezone(COMPANY)
    until = min(str(cycle["period_to"])[:10], (locked - timedelta(seconds=1)).date().isoformat())
    rows = world.ground.all(
        "SELECT queue, code, sum(value) AS total, count(*) AS months FROM metrics WHERE employee_id = ? AND month >= ? AND month <= ? "
        "GROUP BY queue, code ORDER BY queue",
        case["employee_id"], cycle["period_from"], until,
    )  # fmt: skip
    queues: dict[str, dict[str, Fraction]] = {}
    for row in rows:
        queues.setdefault(row["queue"], {})[row["code"]] = Fraction(str(row["total"]))
    means, found, size = json.loads(cycle["frozen_queues"] or "{}"), [], Fraction(0)
    for queue, mine in queues.items():
        if amount in mine and sample in mine and mine[sample]:
            found.append((_of_queue(criterion, mine[amount], mine[sample], means.get(queue, {})), mine["days_worked"]))
            size += mine[sample]
    if size < criterion["minimum"]["count"]:
        return None
    return sum(v * d for v, d in found) / sum(d for _, d in found) * criterion.get("per", 1)


def _of_queue(criterion: Any, amount: Fraction, sample: Fraction, queue: Any) -> Fraction:
    prior = Fraction(criterion.get("prior", 0))
    if not prior:
        return amount / sample
    names = MADE_OF[criterion["id"]]
    return (amount + prior * Fraction(queue[names[0]]) / Fraction(queue[names[1]])) / (sample + prior)


# -- ratings, records and years ------------------------------------------------------------------------------------


def _rated(world: World, content: Any, criterion: Any, case: Any, cycle: Any) -> Fraction | None:
    kind = "peer" if criterion["source"] == "peers" else "superior"
    rows = world.ground.all(
        "SELECT \"values\" FROM ratings WHERE review_id = ? AND kind = ? AND state = 'submitted'", case["id"], kind
    )
    values = [
        Fraction(given["value"])
        for row in rows
        if (given := json.loads(row["values"]).get(criterion["id"], {})).get("value")
    ]
    least = next(_value(entry, cycle) for entry in content["parameters"] if entry["id"] == "peer_minimum")
    if not values or (kind == "peer" and len(values) < int(least)):
        return None
    return sum(values, Fraction(0)) / len(values)


def _value(entry: Any, cycle: Any) -> Any:
    day = datetime.fromisoformat(cycle["opened_at"]).replace(tzinfo=UTC).astimezone(COMPANY).date().isoformat()
    return [dated["value"] for dated in entry["values"] if str(dated["from"]) <= day][-1]


def _other(world: World, content: Any, criterion: Any, case: Any, cycle: Any) -> Fraction | None:
    if criterion["source"] in ("exam", "project"):
        rows = world.ground.all(
            "SELECT points FROM employee_records WHERE employee_id = ? AND kind IN ('exam', 'project') AND kind = ? AND stage = 'approved' "
            "AND happened_on BETWEEN ? AND ? AND points IS NOT NULL",
            case["employee_id"], criterion["source"], cycle["period_from"], cycle["period_to"],
        )  # fmt: skip
        points = [Fraction(str(row["points"])) for row in rows]
        return sum(points, Fraction(0)) / len(points) if points else None
    person = world.ground.all("SELECT hired_on, joined_centre_on FROM employees WHERE id = ?", case["employee_id"])[0]
    since = person["joined_centre_on"] if criterion["id"] == "years_in_centre" else person["hired_on"]
    start, end = date.fromisoformat(since or person["hired_on"]), date.fromisoformat(cycle["period_to"])
    months = 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)
    return Fraction(max(0, months), 12)
