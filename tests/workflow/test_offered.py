"""What is offered is accepted and what is not is refused: every procedure, stage and person, in every prepared world.

Each act that somebody is offered is tried on the record and taken back: open it must not be refused by a rule, greyed
it must not be done. A wrong or missing input is another matter: it is named by field and says nothing of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import db
from admin.operations import acts
from admin.operations.seconding import done_by_two
from admin.operations.transaction import operation
from tests.conftest import Database
from tests.domain.workflow.procedures import stages_of
from tests.factories import NOW
from tests.workflow.doing import DOING, every_doing
from tests.workflow.world import BUILDERS, World, example, traces, world

# Open to somebody although what is typed may be refused by a rule: why no fact of the record can say it beforehand.
BY_INPUT: dict[tuple[str, str], str] = {
    ("review", "submit_self_assessment"): "a paper form comes with its scan",
    ("review", "propose"): "whether the proposed grade is lawful hangs on the grade",
    ("review", "assign_to_meeting"): "whether a meeting takes the case hangs on the meeting",
    ("review", "record_hearing"): "an offer counts as not taken up only when its time is over",
    ("cycle", "extend"): "whether the calendar of its year is confirmed hangs on the day",
    ("cycle", "close_stage"): "of two stages one may be due and the other not",
    ("cycle", "correct_notice"): "of two notices one may be over",
    ("meeting", "open"): "the quorum hangs on who is present",
    ("complaint", "assign"): "whether the officer has a stake hangs on the officer",
    ("complaint", "find"): "a case that the finding names may give the officer a stake",
    ("complaint", "appoint_voters"): "whether somebody has a part in the matter hangs on the person",
    ("appeal", "cast_ballot"): "whether the panel may fix the grade hangs on the grade",
}
# Greyed until the answers are there, which are handed in with the act itself.
# Acts whose success path takes another world than one record.
ELSEWHERE = {
    (
        "policy_version",
        "promulgate",
    ): "the world's one version is law already: a second one is in tests/operations/policy"
}
COMPLETED_BY_INPUT = {("review", "submit_self_assessment"): "answers that are typed complete the form"}


class Undone(Exception):
    """Takes a trial back."""


def tried(there: World, person: str, action: str, data: dict[str, Any]) -> str:
    """How an act ends, which is then taken back: done, refused (with clause and words), invalid or hidden."""
    try:
        # As a second person's confirming does it: what is only put down would say nothing of the guards (6.1-a).
        with operation("trial", actor=there.actors[person], now=NOW), done_by_two():
            acts.perform(there.process, there.record.id, action, data, actor=there.actors[person], now=NOW)
            raise Undone
    except Undone:
        return "done"
    except Refused as refused:
        return f"refused {refused.refusal.clause} {refused.refusal.text()}"
    except Invalid as fault:
        return f"invalid {fault.fields}"
    except NotFound:
        return "hidden"


def data_for(process: str, action: str, own: dict[str, Any]) -> dict[str, Any]:
    """An input of the right kinds: an example of each, then what is written down for the act, then what was prepared."""
    known = DOING[process, action].data if (process, action) in DOING else {}
    return {each.name: example(each) for each in acts.fields_of(process, action) if each.required} | known | own


def contradictions(there: World, own: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where offer and act say different things of the record as it stands."""
    for person in there.actors:
        try:
            decisions = acts.offered(there.process, there.record.id, there.actors[person], NOW)
        except NotFound:
            continue
        for decision in decisions:
            name = (there.process, decision.action)
            end = tried(there, person, decision.action, data_for(*name, own))
            if decision.allowed and end.startswith("refused") and name not in {**BY_INPUT, **ELSEWHERE}:
                yield decision.action, person, f"offered, then {end}"
            if not decision.allowed and end == "done" and name not in COMPLETED_BY_INPUT:
                yield decision.action, person, "greyed, then done"


@pytest.mark.slow
@pytest.mark.parametrize("process", BUILDERS)
def test_an_offer_and_its_act_say_the_same_at_every_stage(session: Any, process: str) -> None:
    there, wrong = world(process), []
    for stage in sorted(stages_of(process)):
        there.at(stage)
        before = traces()
        wrong += [(stage, *each) for each in contradictions(there, {})]
        assert traces() == before
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.slow
@pytest.mark.parametrize("process", BUILDERS)
def test_an_offer_and_its_act_say_the_same_in_every_prepared_world(app: Any, database: Database, process: str) -> None:
    with app.app_context():
        there = world(process)
        db.session.remove()
        db.engine.dispose()
    database.keep("world")
    wrong = []
    for one in every_doing(process):
        database.restore("world")
        with app.app_context():
            own = one.ready(there)
            wrong += [(one.action, *each) for each in contradictions(there, own)]
            db.session.remove()
            db.engine.dispose()
    assert wrong == [], "\n".join(map(str, wrong))
