"""A rehearsal cycle beside the real one: nothing of it is published, and everybody finds something to try."""

from __future__ import annotations

from datetime import timedelta

from admin.access.actor import acting_as
from admin.demo.stage import Stage
from admin.demo.story import assess, judge
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.cycles.freezing import freeze_figures
from admin.queries.cycles import roll

JUDGED, HANDED_IN = 24, 48  # so many cases are with their department, so many more with superior and colleagues


def rehearse(stage: Stage) -> None:
    """Open a rehearsal yesterday and carry some of its cases on; the first employees still have their form to fill."""
    with acting_as(stage.system):
        known = roll.last_cycle(stage.session, "rehearsal")
    opened = stage.now - timedelta(days=1)
    if known is None:
        stage.say("rehearsal: opening, some cases carried on")
        cycle = cycles.plan_cycle(
            CyclePlan(stage.year_reviewed(opened), "rehearsal"), actor=stage.actor("hr"), now=opened
        )
        known = (cycle.id, "planned")
    if known[1] == "planned":
        cycles.open_cycle(known[0], actor=stage.actor("hr"), now=opened)
        stage.forget()
    with acting_as(stage.system):
        criteria = roll.criteria_of(stage.session, known[0])
        waiting = roll.cases_at(stage.session, known[0], "self_assessment")
        begun = bool(roll.cases_at(stage.session, known[0], "rating"))
    if begun:
        return
    assess(stage, waiting[-HANDED_IN:], criteria["self"], opened + timedelta(hours=2))
    with acting_as(stage.system):
        handed_in = roll.cases_at(stage.session, known[0], "rating")
    judge(stage, handed_in[-JUDGED:], criteria, opened + timedelta(hours=9))
    freeze_figures(known[0], actor=stage.actor("hr"), now=stage.now - timedelta(hours=1))
