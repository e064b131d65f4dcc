"""The set-up of a new centre as one flow: its stops, each done by what the database holds and by nothing else (3, 6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import Actor
from admin.domain.codes import CycleKind, CycleStage
from admin.models import Cycle
from admin.queries.system.first_steps import FirstStep, first_steps

STOPS: Mapping[str, tuple[str, ...]] = {
    "files": ("employees", "grades", "figures"),
    "centre": ("centre",),
    "bodies": ("committee", "panel"),
    "rules": ("calendar", "parameters"),
    "accounts": ("accounts", "sign_ins", "officers"),
    "opening": ("cycle",),
}


@dataclass(frozen=True)
class Stop:
    """A stop of the set-up: the steps that it is made of."""

    name: str
    steps: Sequence[FirstStep]

    @property
    def done(self) -> bool:
        """Whether all of it is done."""
        return all(step.done for step in self.steps)

    @property
    def needed(self) -> bool:
        """Whether something of it is left that the cycle cannot do without."""
        return any(not step.done and not step.optional for step in self.steps)

    @property
    def waits_for(self) -> str:
        """The office whose word it waits for; empty where it waits for none."""
        return next((step.waits_for for step in self.steps if not step.done and step.waits_for), "")


def stops(session: Session, reader: Actor, today: date) -> list[Stop]:
    """The stops in their order; none once the first regular cycle was opened."""
    found = {step.kind: step for step in first_steps(session, reader, today)}
    return [Stop(name, [found[kind] for kind in kinds]) for name, kinds in STOPS.items()] if found else []


def planned_cycle(session: Session) -> int | None:
    """The regular cycle that is planned and not opened yet."""
    query = select(Cycle.id).where(Cycle.kind == CycleKind.REGULAR, Cycle.stage == CycleStage.PLANNED)
    return session.scalar(query.order_by(Cycle.id.desc()).limit(1))


def next_stop(found: Sequence[Stop]) -> str:
    """The first stop at which the reader has something to do; the last one where there is none."""
    open_ = (stop.name for stop in found if stop.needed and not stop.waits_for)
    return next(open_, found[-1].name if found else "")
