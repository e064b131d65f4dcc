"""A score in words and lengths: by dimension, and each criterion down to its input (3.2-c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from admin.domain.codes import Source
from admin.domain.ratings import check_shown
from admin.queries.policy.cards import KeptCriterion
from admin.queries.policy.scorecards import points_between
from admin.views.cases.case_words import DIMENSIONS, SOURCES, figure, number
from admin.web.texts import EMPTY, name_of, refusal_text


def criteria_rows(
    explanation: Mapping[str, Any], criteria: Sequence[KeptCriterion], *, audited: bool = False
) -> list[dict[str, Any]]:
    """The score, criterion by criterion: input, interval, rule, weights, points, clause, and what was spread."""
    rows = {each.code: each for each in criteria}
    given = [each for each in explanation.get("criteria", ()) if each["code"] in rows]
    return [_criterion_row(each if audited else _shown(each), rows[each["code"]]) for each in given]


def _shown(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A criterion without what so few colleagues gave (6.3-d); the auditor, who finds the score again, sees it."""
    if given["source"] != Source.PEERS or check_shown(given["n"]) is None:
        return given
    return {**given, "value": None, "interval": None, "kept_back": check_shown(given["n"])}


def _criterion_row(given: Mapping[str, Any], criterion: KeptCriterion) -> dict[str, Any]:
    low_high = given.get("interval")
    spread = given["points"] is None
    earned = Decimal(0) if spread else Decimal(str(given["points"])) * Decimal(str(given["effective_weight"])) / 100
    return {
        "code": given["code"],
        "name": name_of(criterion),
        "dimension": _(DIMENSIONS[given["dimension"]]),
        "clause": given["clause"],
        "source": _(SOURCES.get(given["source"], given["source"])),
        "input": figure(criterion, given["value"]),
        "n": given["n"],
        "kept_back": refusal_text(given["kept_back"]) if given.get("kept_back") else "",
        "sampled": given["source"] in ("metric", "peers"),
        "minimum": given["minimum_sample"],
        "interval": f"{figure(criterion, low_high[0])} – {figure(criterion, low_high[1])}" if low_high else None,
        "reach": _reach(criterion, low_high) if low_high and not spread else None,
        "rule": _(given["rule"]),
        "weight": number(given["weight"]),
        "effective": number(given["effective_weight"]),
        "moved": not spread and Decimal(str(given["weight"])) != Decimal(str(given["effective_weight"])),
        "points": number(given["points"]),
        "share": 0.0 if spread else float(given["points"]),
        "earned": EMPTY if spread else number(earned),
        "worth": earned,
        "of": Decimal(str(given["weight"])),
        "insufficient": spread,
        "note": _(given["note"]),
        "note_clause": given["note_clause"],
    }


def _reach(criterion: KeptCriterion, interval: Sequence[str]) -> tuple[float, float]:
    low, high = points_between(criterion, (Decimal(interval[0]), Decimal(interval[1])))
    return float(low), float(high)


def by_dimension(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The criteria under their dimensions, each with what it adds to the score, of how many points."""
    return [_dimension(name, list(parts)) for name, parts in groupby(rows, key=lambda row: row["dimension"])]


def _dimension(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    earned, of = sum(row["worth"] for row in rows), sum(row["of"] for row in rows)
    missing = all(row["insufficient"] for row in rows)
    return {
        "name": name,
        "clause": rows[0]["clause"],
        "rows": rows,
        "earned": EMPTY if missing else number(earned),
        "of": f"{of.normalize():f}",
        "share": float(earned * 100 / of) if of else 0.0,
        "thin": sum(row["insufficient"] for row in rows),
    }
