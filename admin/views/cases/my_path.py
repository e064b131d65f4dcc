"""/my-path: where I stand, what the next grade asks, what I meet, what is missing and by when (4.1.1)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask_babel import gettext as _

from admin.models import db
from admin.queries.cases.my_path import Path, my_path
from admin.views.cases.case_words import number
from admin.views.development import training_words
from admin.web.acting import actor
from admin.web.clock import today
from admin.web.levels import LEVELS
from admin.web.page import Page, route
from admin.web.texts import name_of


class MyPathView(Page):
    """The person's own page; nobody else's is shown here."""

    route_base = "/my-path"

    @route("/")
    def index(self) -> str:
        """My path."""
        me = actor()
        if me.employee_id is None:
            return self.show_page("cases/my_path/nobody.html", title=_("My path"))
        found = my_path(db.session(), me.employee_id, today(), me)
        return self.show_page(
            "cases/my_path/index.html",
            found,
            title=_("My path"),
            rungs=rungs(found),
            told=training_words,
            years=scores_drawn(found),
        )


def scores_drawn(path: Path) -> list[dict[str, Any]]:
    """One line a score: where it lies of 100, how far it could lie, and the same in words."""
    return [
        {
            "label": name_of(each.review.cycle),
            "score": number(each.score),
            "x": float(each.score),
            "low": float(each.low),
            "width": float(each.high - each.low),
            "text": _(
                "%(score)s (%(low)s–%(high)s)",
                score=number(each.score),
                low=number(each.low),
                high=number(each.high),
            )
            if each.high > each.low
            else number(each.score),
        }
        for each in path.scores
    ]


def rungs(path: Path) -> list[dict[str, Any]]:
    """The ladder as page.rail shows it: what lies behind, where I stand, what comes next."""
    codes = [grade.code for grade in path.ladder]
    here = codes.index(path.present.code) if path.present and path.present.code in codes else -1
    sizes = Counter(grade.level for grade in path.ladder)
    steps: list[dict[str, Any]] = []
    for place, grade in enumerate(path.ladder):
        state = "now" if place == here else "done" if place < here else "next"
        note = (
            _("I am here")
            if state == "now"
            else _("Next grade")
            if path.next_grade is not None and grade.id == path.next_grade.id
            else None
        )
        steps.append(
            {
                "label": name_of(grade),
                "level": LEVELS[grade.level],
                "span": sizes.pop(grade.level, 0),
                "step": _("Step %(step)s", step=grade.step),
                "state": state,
                "note": note,
            }
        )
    return steps
