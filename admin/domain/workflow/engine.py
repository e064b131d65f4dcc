"""The engine: it reads the table and the facts and knows no stage by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from admin.domain.refusals import N_, Refusal, Refused
from admin.domain.workflow import transitions
from admin.domain.workflow.facts import Facts
from admin.domain.workflow.guards import GUARDS
from admin.domain.workflow.own_case import check_own_case
from admin.domain.workflow.transitions import SAME, Transition


@dataclass(frozen=True)
class Decision:
    """An action as it stands for one actor now: allowed, or refused for these reasons."""

    action: str
    transition: Transition
    refusals: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusals


def _rows(process: str, action: str | None = None) -> list[Transition]:
    return [t for t in transitions.TABLE if t.process == process and action in (None, t.action)]


def transition_for(process: str, stage: str, action: str) -> Transition | None:
    """The table's row for an action at a stage, or None."""
    return next((t for t in _rows(process, action) if stage in t.from_), None)


def takes(process: str, stage: str, action: str) -> bool:
    """Whether the table has a row for an action at a stage."""
    return transition_for(process, stage, action) is not None


def is_end(process: str, stage: str) -> bool:
    """Whether no row leads on from a stage to another."""
    return not any(stage in row.from_ and row.to not in (SAME, stage) for row in _rows(process))


def target(transition: Transition, stage: str) -> str:
    """The stage that a transition leads to from `stage`."""
    return stage if transition.to == SAME else transition.to


def wrong_stage(process: str, action: str, stage: str) -> Refusal:
    """Why an action is not possible at a stage, with both and the stages at which it is."""
    # Where the action stands in several rows the first one's clause is cited: they belong to the same article.
    rows = _rows(process, action)
    clause = rows[0].clause if rows else "1.3.1"
    expected = sorted({stage for row in rows for stage in row.from_})
    reason = N_("“%(action)s” cannot be done at the present stage “%(stage)s”.")
    return Refusal(clause, reason, {"action": action, "stage": stage, "stages": expected})


def _wrong_person(transition: Transition) -> Refusal:
    return Refusal(transition.clause, N_("This is not yours to do in this case."), {"who": list(transition.who)})


def _refusals(transition: Transition, facts: Facts) -> tuple[Refusal, ...]:
    if not facts.relations & set(transition.who):
        # Before any guard: whoever has no part in it learns nothing of the case's facts from the reasons.
        return (_wrong_person(transition),)
    found = (check_own_case(transition, facts), *(GUARDS[name](facts) for name in transition.only_if))
    return tuple(refusal for refusal in found if refusal is not None)


def decide(facts: Facts, action: str) -> Transition:
    """The transition that `action` is for this actor now.

    Raises `Refused` with the clause where the stage, the person or a guard stands against it.
    """
    transition = transition_for(facts.process, facts.stage, action)
    if transition is None:
        raise Refused(wrong_stage(facts.process, action, facts.stage))
    refusals = _refusals(transition, facts)
    if refusals:
        # One at a time when it is tried; all of them stand beside the button that is offered.
        raise Refused(refusals[0])
    return transition


def actions_at(facts: Facts) -> Sequence[Decision]:
    """Every action that this actor's relations name at this stage, each allowed or with the reasons why not."""
    rows = [t for t in _rows(facts.process) if facts.stage in t.from_ and t.offered and facts.relations & set(t.who)]
    # Acts beside the stages stand in no row's "from": they move nothing.
    rows += [t for t in transitions.BESIDE if t.process == facts.process and facts.relations & set(t.who)]
    return [Decision(t.action, t, _refusals_on(t, facts)) for t in rows]


def _refusals_on(transition: Transition, facts: Facts) -> tuple[Refusal, ...]:
    """What stands against an act on the record, or, where the act names a part of it, on the part that it stands least against."""
    if transition.action not in facts.parts:
        return _refusals(transition, facts)
    found = [_refusals(transition, part) for part in facts.parts[transition.action]]
    nothing = Refusal(transition.clause, N_("Nothing here waits for this now."))
    return min(found, key=len, default=(nothing,))
