"""The laws of a lawful year, watched while a life goes on: what is cheap after each step, the whole every half a year and at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.simulation import gradefile, printed, proceedings, records
from tests.simulation.doors import Outcome, Step, World

HALF_A_YEAR = timedelta(days=182)
OPENS = ("cycle.open", "open_initial", "open_demotion", "reassess")


class Watch:
    """What is watched while a life goes on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.notices = proceedings.Notices(world)
        self.changes = gradefile.Changes(world)
        self.scores, self.messages = records.Scores(world), records.Messages(world)
        self.next_whole = world.ground.now + HALF_A_YEAR

    def after(self, step: Step, outcome: Outcome) -> None:
        """The cheap laws, after each step that had an effect; the whole ones every half a year."""
        if outcome.end != "done":
            return
        self.changes.look()
        began = self.notices.look()
        if began and self.world.ground.real_site:
            printed.site_says_what_the_rows_say(self.world)
        self.scores.look()
        self.messages.look()
        if step.verb == "cycle.open":
            proceedings.everybody_has_a_case(self.world)
        if step.verb in OPENS:
            proceedings.stages_agree(self.world)
        if step.at >= self.next_whole:
            self.next_whole = step.at + HALF_A_YEAR
            self.whole()

    def whole(self) -> None:
        """The laws that look at everything."""
        proceedings.stages_agree(self.world)
        proceedings.seats_are_single(self.world)
        proceedings.leavers_are_gone(self.world)
        records.scores_come_out_the_same(self.world)
        records.messages_reach_whom_they_concern(self.world)
        records.strangers_see_nothing(self.world)
        records.answers_come(self.world)

    def at_the_end(self, *, everything_ended: bool, life: Any) -> None:
        """The whole laws, when the life is over."""
        self.changes.look()
        self.whole()
        records.the_trail_holds(self.world)
        if self.world.ground.real_site:
            printed.site_says_what_the_rows_say(self.world)
        if everything_ended:
            proceedings.everything_has_ended(self.world, life.open_cases())
