"""What each act needs beside the world's record to be carried out: at which stage, by whom, with which data, on which rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from admin.operations import acts
from admin.operations.transaction import Operation
from tests import factories as make
from tests.domain.workflow.procedures import rows_of
from tests.workflow.world import World, example

Prepare = Callable[[Operation, World], dict[str, Any] | None]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Doing:
    """One act on its success path; `prepare` puts rows down and answers what of the data depends on them."""

    process: str
    action: str
    stage: str = ""
    who: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    prepare: Prepare = lambda _op, _there: None

    def row(self) -> Any:
        """The row of the table that is taken: the first that offers it at the stage."""
        rows = [row for row in rows_of(self.process) if row.action == self.action and row.offered]
        return next(row for row in rows if not self.stage or self.stage in row.from_)

    def actor(self, there: World) -> str:
        """Who does it: as said, or the first in the world whom the row names."""
        wanted = set(self.row().who)
        return self.who or next(name for name, own in there.relations.items() if own & wanted)

    def ready(self, there: World) -> dict[str, Any]:
        """Put the record where the act begins; the data that goes with it."""
        there.at(self.stage or self.row().from_[0])
        with make.fixture() as op:
            there.record = op.session.merge(there.record)
            more = self.prepare(op, there) or {}
        asked = [each for each in acts.fields_of(self.process, self.action) if each.required]
        return {each.name: example(each) for each in asked} | self.data | more


DOING: dict[tuple[str, str], Doing] = {}


def every_doing(process: str) -> list[Doing]:
    """Every declared act of a process on its success path."""
    acts.load()
    return [DOING.get(name) or Doing(*name) for name in acts.ACTS if name[0] == process]
