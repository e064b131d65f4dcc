"""Every cell of the workflow table is felt: the table does what is written down in words, and each change of a cell shows.

Each act is carried out on a real record by the one mover and what came of it is looked at: who was let, what stood
against it, the stage, the step of history, the messages. Then each cell is changed, one by one, and looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select, update

from admin.access.actor import Actor, system_actor
from admin.domain.refusals import Refused
from admin.domain.workflow import TABLE, Facts, Transition, decide
from admin.domain.workflow.guards import GUARDS
from admin.models import ComplaintParty, HistoryStep, Notification
from admin.operations.transaction import operation
from tests import factories as make
from tests.domain.workflow.procedures import KNOWN_RELATIONS, PROCESSES, rows_of, stages_of
from tests.factories import NOW
from tests.workflow.expected import EXPECTED, WHEN, Line
from tests.workflow.world import BUILDERS, World, cast, world

# Whom a relation in the last column reaches in this small centre, where that is somebody of another name.
REACHES = {"panel_member": {"panel_member", "panel_chair"}, "committee_member": {"committee_member"}}


@dataclass(frozen=True)
class Outcome:
    """What came of an act carried out: the stage, the step of history, who found a message."""

    stage: str
    relation: str
    clause: str
    told: frozenset[str]


class Undone(Exception):
    """Thrown at the end of a trial, so that it leaves nothing behind."""


def a_world(process: str) -> World:
    """A record of the procedure on which each act can be done; a notice, on which nobody acts, is made here."""
    if process in BUILDERS:
        return READY.get(process, lambda there: there)(world(process))
    people = cast()
    cycle = make.open_cycle()
    case = make.review(cycle, people["subject"], head_id=people["head"].id, determined_grade_id=make.grade("J2").id)
    actors = {name: make.actor_of(person) for name, person in people.items()}
    return World(process, make.notice(cycle, [case], ends_at=NOW), actors, {})


def with_a_voter(there: World) -> World:
    """The same complaint with somebody named to vote on its finding, who is nothing else to it."""
    voter = there.actors["outsider"]
    with make.fixture() as op:
        op.add(ComplaintParty(complaint_id=there.record.id, employee_id=voter.employee_id, role="voter"))
    return replace(there, actors={**there.actors, "voter": voter})


def entered_by_hr(there: World) -> World:
    """The same appeal as HR entered it for the filer: no other can be disowned."""
    with make.fixture() as op:
        op.session.merge(there.record).entered_by_proxy = True
    return replace(there, actors={"entered_for": there.actors["filer"], **there.actors})


def by_what_they_are(there: World) -> World:
    """The same record, with those who recorded it and who approve it called so."""
    return replace(
        there, actors={**there.actors, "approver": there.actors["head"], "recorder": there.actors["superior"]}
    )


def by_the_head(there: World) -> World:
    """The same nomination, with whoever made it called so."""
    return replace(there, actors={**there.actors, "recorder": there.actors["head"]})


def by_first_and_second(there: World) -> World:
    """The same proposal, with whoever made it and the second person called so."""
    return replace(
        there, actors={**there.actors, "recorder": there.actors["admin"], "second": there.actors["outsider"]}
    )


READY = {
    "employee_record": by_what_they_are,
    "honour": by_the_head,
    "candidate": by_the_head,
    "confirmation": by_first_and_second,
    "complaint": with_a_voter,
    "appeal": entered_by_hr,
}


def accounts(there: World) -> dict[int, str]:
    """Who is meant by an account."""
    return {actor.user_id: name for name, actor in there.actors.items() if actor.user_id is not None}


def carried_out(there: World, line: Line, stage: str, who: str) -> Outcome | str:
    """Carry an act out on the record at a stage, look, and take everything back; the refusal's clause where it is refused."""
    by_system = who == "system"
    actor: Actor = system_actor() if by_system else there.actors[who]
    found: list[Outcome] = []
    try:
        with operation("trial", actor=actor, now=NOW) as op:
            record = op.session.get(type(there.record), there.record.id)
            op.session.execute(update(type(record)).where(type(record).id == record.id).values(stage=stage))
            op.session.refresh(record)
            facts = Facts(line.process, stage, frozenset({who}), line.met())
            op.step(record, facts, line.action, reason="because", as_system=by_system)
            op.finish()
            op.session.refresh(record)
            last = op.session.scalars(select(HistoryStep).order_by(HistoryStep.id.desc())).first()
            assert (last.process, last.action, last.from_stage) == (line.process, line.action, stage)
            told = op.session.scalars(select(Notification.user_id).where(Notification.action == line.action))
            names = accounts(there)
            found.append(Outcome(record.stage, last.relation, last.clause, frozenset(names[user] for user in told)))
            raise Undone
    except Undone:
        return found[0]
    except Refused as refused:
        return f"refused under {refused.refusal.clause}"


def outcome_of(line: Line, stage: str, who: str) -> Outcome:
    """What must come of it, by the words."""
    told = frozenset(name for relation in line.told for name in REACHES.get(relation, {relation}))
    here = stage if line.leads_to == "=" else line.leads_to
    return Outcome(here, who, line.clause, told if who == "system" else told - {who})


def let(line: Line, stage: str, who: str, known: Mapping[str, Any]) -> str | None:
    """None where the act is let, else the clause under which it is refused."""
    try:
        decide(Facts(line.process, stage, frozenset({who}), known), line.action)
    except Refused as refused:
        return refused.refusal.clause
    return None


def lines_of(line: Line) -> list[Line]:
    """The lines of the same act, this one among them: at other stages it may mean something else."""
    return [each for each in EXPECTED if (each.process, each.action) == (line.process, line.action)]


def who_differs(line: Line) -> bool:
    """Whether somebody is let who should not be, or the reverse, at any stage of the procedure."""
    for stage in stages_of(line.process) | set(line.stages):
        mine = next((each for each in lines_of(line) if stage in each.stages), None)
        known = (mine or line).met()
        for who in KNOWN_RELATIONS:
            if (let(line, stage, who, known) is None) != (mine is not None and who in mine.who):
                return True
    return False


def conditions_differ(line: Line) -> bool:
    """Whether a condition that should stand against the act does not, under its clause, or another one does."""
    who, stage = sorted(line.who)[0], line.stages[0]
    for name, condition in WHEN.items():
        expected = condition.clause if name in line.when else None
        if let(line, stage, who, line.met() | condition.unmet) != expected:
            return True
    return False


def trials(line: Line) -> list[tuple[str, str]]:
    """Where and by whom an act is carried out: by everybody who may at its first stage, by one of them at the others."""
    who = sorted(line.who)
    return [(line.stages[0], each) for each in who] + [(stage, who[0]) for stage in line.stages[1:]]


def differences(there: World, line: Line) -> Iterator[tuple[str, str, str, object]]:
    """Each trial of which something else comes than the words say."""
    for stage, who in trials(line):
        if (found := carried_out(there, line, stage, who)) != outcome_of(line, stage, who):
            yield line.action, stage, who, found


def outcome_differs(there: World, line: Line) -> bool:
    """Whether something else comes of the act than the words say, whoever does it and wherever."""
    return next(differences(there, line), None) is not None


@pytest.fixture(params=PROCESSES)
def there(request: pytest.FixtureRequest, session: Any) -> World:
    """A record of each procedure, with everybody around it."""
    return a_world(request.param)


def own(there: World) -> list[Line]:
    """The lines of the world's procedure."""
    return [line for line in EXPECTED if line.process == there.process]


def test_the_words_speak_of_every_row_and_of_no_other():
    written = sorted((line.process, line.action, line.stages) for line in EXPECTED)
    assert written == sorted((row.process, row.action, row.from_) for row in TABLE)


def test_each_act_is_let_to_those_and_under_those_conditions_that_the_words_name():
    assert [(line.process, line.action) for line in EXPECTED if who_differs(line) or conditions_differ(line)] == []


def test_each_act_does_what_the_words_say_for_everybody_who_may_do_it(there: World):
    assert [wrong for line in own(there) for wrong in differences(there, line)] == []


Felt = Callable[[World, Line], bool]
BY_WHO: Felt = lambda _, line: who_differs(line)  # noqa: E731
BY_CONDITION: Felt = lambda _, line: conditions_differ(line)  # noqa: E731


def other(things: Any, than: Any) -> Any:
    """The first of some things that is not among those that are there."""
    return next(each for each in sorted(things) if each not in than)


def changes(row: Transition) -> Iterator[tuple[str, Transition, Felt]]:
    """Each change of one cell of a row, and by what it must be felt."""
    for gone in row.who:
        yield f"who: without {gone}", replace(row, who=tuple(each for each in row.who if each != gone)), BY_WHO
    more = other(KNOWN_RELATIONS, row.who)
    yield f"who: {more} too", replace(row, who=(*row.who, more)), BY_WHO
    for gone in row.from_:
        yield f"from: without {gone}", replace(row, from_=tuple(each for each in row.from_ if each != gone)), BY_WHO
    taken = {stage for each in rows_of(row.process) if each.action == row.action for stage in each.from_}
    if free := stages_of(row.process) - taken:
        yield "from: one more", replace(row, from_=(*row.from_, min(free))), BY_WHO
    for gone in row.only_if:
        yield f"only if: without {gone}", replace(row, only_if=tuple(e for e in row.only_if if e != gone)), BY_CONDITION
    for more in sorted(set(GUARDS) - set(row.only_if)):
        yield f"only if: {more} too", replace(row, only_if=(*row.only_if, more)), BY_CONDITION
    elsewhere = "=" if row.to != "=" else other(stages_of(row.process), row.from_)
    yield f"to: {elsewhere}", replace(row, to=elsewhere), outcome_differs
    yield "clause: another", replace(row, clause="2.1"), outcome_differs
    for gone in row.tells:
        yield (
            f"tells: without {gone}",
            replace(row, tells=tuple(each for each in row.tells if each != gone)),
            outcome_differs,
        )
    more = next(
        each for each in ("hr", "management", "complaint_officer", "secretary") if each not in (*row.tells, *row.who)
    )
    yield f"tells: {more} too", replace(row, tells=(*row.tells, more)), outcome_differs


@contextmanager
def instead(place: int, row: Transition) -> Iterator[None]:
    """The table with one row changed."""
    before = TABLE[place]
    TABLE[place] = row
    try:
        yield
    finally:
        TABLE[place] = before


def test_each_change_of_each_cell_of_each_row_is_felt(there: World, record_property: Callable[[str, object], None]):
    unfelt, tried = [], 0
    for place, row in enumerate(list(TABLE)):
        if row.process != there.process:
            continue
        line = next(each for each in own(there) if (each.action, each.stages) == (row.action, row.from_))
        for what, changed, felt in changes(row):
            tried += 1
            with instead(place, changed):
                if not felt(there, line):
                    unfelt.append((row.action, what))
    record_property("changes tried", tried)
    assert unfelt == []
    assert tried > 5 * len(rows_of(there.process))
