"""Generated screens of the measured standard: scorecards, their criteria, the thresholds of grades (3.2, 3.3.3-a)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as lazy

from admin.domain.codes import Dimension, Direction, Measure, Source
from admin.models import Criterion, GradeThreshold, Scorecard, db
from admin.queries.policy.scorecards import points_of, thresholds_listed
from admin.views.system import field_help
from admin.web.model_view import PortalModelView
from admin.web.records import Records
from admin.web.texts import name_of, translated

DIMENSIONS = Dimension.labels()
SOURCES = Source.labels()
MEASURES = Measure.labels()
DIRECTIONS = Direction.labels()


class ScorecardView(PortalModelView):
    """The measured standard of each policy version; it changes only with a new one (3.2.5, 6.1-c)."""

    datamodel = Records(Scorecard)
    route_base = "/scorecard_versions"
    list_title, show_title = lazy("Scorecards"), lazy("Scorecard")
    add_title, edit_title = lazy("Add a scorecard"), lazy("Change a scorecard")
    label_columns = {
        "code": lazy("Scorecard code"),
        "name_zh_hant": lazy("Name in Traditional Chinese"),
        "name_zh_hans": lazy("Name in Simplified Chinese"),
        "name_en": lazy("Name in English"),
        "policy_version": lazy("Policy version"),
    }
    list_columns = show_columns = ["code", "policy_version", "name_zh_hant", "name_zh_hans", "name_en"]
    search_columns = ["code"]
    order_columns = ["code"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    show_template = "policy/scorecards/show.html"

    def show_context(self, item: Scorecard) -> dict[str, Any]:
        """The criteria with the sum of their weights by dimension, and the thresholds from the lowest grade up."""
        rows = sorted(item.criteria, key=lambda row: row.position)
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row.dimension] += row.weight
        asked = thresholds_listed(db.session(), item)
        return {
            **super().show_context(item),
            "criteria": [_line(row) for row in rows],
            "dimensions": [(translated(DIMENSIONS[key]), weight) for key, weight in sums.items()],
            "total": sum(sums.values()),
            "thresholds": [(name_of(row.grade), row.score) for row in asked],
        }


def _line(row: Criterion) -> dict[str, Any]:
    return {
        "name": name_of(row),
        "url": url_for("CriterionView.show", pk=row.id),
        "dimension": translated(DIMENSIONS[row.dimension]),
        "source": translated(SOURCES[row.source]),
        "weight": row.weight,
    }


class CriterionView(PortalModelView):
    """What scorecards measure, criterion by criterion (3.2.1 to 3.2.4)."""

    datamodel = Records(Criterion)
    route_base = "/criteria"
    list_title, show_title = lazy("Criteria"), lazy("Criterion")
    add_title, edit_title = lazy("Add a criterion"), lazy("Change a criterion")
    label_columns = {
        "scorecard": lazy("Scorecard"),
        "code": lazy("Criterion code"),
        "position": lazy("Position"),
        "dimension": lazy("Dimension"),
        "name_zh_hant": lazy("Name in Traditional Chinese"),
        "name_zh_hans": lazy("Name in Simplified Chinese"),
        "name_en": lazy("Name in English"),
        "weight": lazy("Weight of 100"),
        "source": lazy("Source of the score"),
        "measure": lazy("What is measured"),
        "direction": lazy("Better when"),
        "per": lazy("Per (100 or 1,000)"),
        "points": lazy("Value and percent of the weight, a pair a line"),
        "minimum_sample": lazy("Minimum sample"),
        "prior_strength": lazy("Strength of the common mean"),
        "clause": lazy("Clause it serves"),
    }
    description_columns = field_help.CRITERION
    choices = {"dimension": DIMENSIONS, "source": SOURCES, "measure": MEASURES, "direction": DIRECTIONS}
    list_columns = ["code", "scorecard", "dimension", "name_zh_hant", "weight", "source"]
    show_columns = [
        "code",
        "scorecard",
        "position",
        "dimension",
        "name_zh_hant",
        "name_zh_hans",
        "name_en",
        "weight",
        "source",
        "measure",
        "direction",
        "per",
        "points",
        "minimum_sample",
        "prior_strength",
        "clause",
    ]
    search_columns = ["scorecard", "code", "dimension", "source", "name_zh_hant"]
    order_columns = ["code", "position", "dimension", "weight"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
    base_order = ("position", "asc")
    show_template = "policy/scorecards/criterion.html"

    def show_context(self, item: Criterion) -> dict[str, Any]:
        """The points of the scoring curve, to be drawn."""
        return {**super().show_context(item), "points": points_of(item.points)}


class GradeThresholdView(PortalModelView):
    """The score that a promotion to a grade asks for (3.3.3-a)."""

    datamodel = Records(GradeThreshold)
    route_base = "/grade_thresholds"
    list_title, show_title = lazy("Thresholds of grades"), lazy("Threshold of a grade")
    add_title, edit_title = lazy("Add a threshold"), lazy("Change a threshold")
    label_columns = {
        "scorecard": lazy("Scorecard"),
        "grade": lazy("Grade of the ladder"),
        "score": lazy("Required score"),
    }
    list_columns = show_columns = ["grade", "scorecard", "score"]
    search_columns = ["scorecard", "grade"]
    order_columns = ["score"]
    add_columns: list[str] = []
    edit_columns: list[str] = []
    can_delete = False
