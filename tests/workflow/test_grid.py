"""The grid, made from the table: every procedure × stage × action × person, allowed or refused as the row says."""

from __future__ import annotations

from typing import Any

import pytest

from admin.domain.refusals import Invalid, NotFound, Refusal, Refused
from admin.domain.workflow import TABLE, Facts, decide
from admin.domain.workflow.transitions import BESIDE
from admin.operations import acts
from tests.domain.workflow.procedures import FIRST, KNOWN_RELATIONS, OFFERING, PROCESSES, actions_of, rows_of, stages_of
from tests.factories import NOW
from tests.workflow.world import BUILDERS, EVERYBODY, World, example, world

# Facts under which no condition stands against anything: what is left is who, and at which stage.
NOTHING_AGAINST = {
    "attempt": True, "reason": "because", "applied": True, "is_demotion": True, "heard": True, "hearing_recorded": True,
    "interview_unsigned": True,
    "notice_over": True, "superior_signed": True,
    "superior_is_new": True, "figures_frozen": True, "determined": 1, "checked": 1, "has_left": True,
    "rehearsal": True, "recusals_to_lift": 1, "score_unsound": True, "stages": {"rating": 1}, "notices_running": 1,
}  # fmt: skip
TOO_FEW = Refusal("3.3.5-a", "The panel has too few members.")
WAY_OFF = Refusal("1.2-f", "The case's grade is not the file's.")


def nothing_against(action: str) -> dict[str, Any]:
    """The facts that all the conditions of an action's rows accept."""
    off_file = any("present_grade_off_file" in row.only_if for row in TABLE if row.action == action)
    before_signing = any("superior_has_not_signed" in row.only_if for row in TABLE if row.action == action)
    panel_short = any("panel_short" in row.only_if for row in TABLE if row.action == action)
    before_locking = any("figures_open" in row.only_if for row in TABLE if row.action == action)
    before_hearing = any("not_heard_yet" in row.only_if for row in TABLE if row.action == action)
    return NOTHING_AGAINST | {
        "superior_signed": not before_signing,
        "file_refusal": WAY_OFF if off_file else None,
        "figures_locked": not before_locking,
        "panel_refusal": TOO_FEW if panel_short else None,
        "hearing_recorded": not before_hearing,
        "ground_put": True,
    }


def allowed_by_the_table(process: str, stage: str, action: str, relations: frozenset[str]) -> bool:
    """The table read aloud: a row for this action from this stage names somebody whom the person is."""
    return any(row.action == action and stage in row.from_ and relations & set(row.who) for row in rows_of(process))


def offered_by_the_table(process: str, stage: str, relations: frozenset[str]) -> set[str]:
    """The buttons that the table gives to somebody at a stage."""
    rows = [row for row in rows_of(process) if stage in row.from_ and row.who != ("system",)]
    return {row.action for row in rows if relations & set(row.who)}


@pytest.mark.parametrize(
    ("process", "stage"), [(name, stage) for name in PROCESSES for stage in sorted(stages_of(name))]
)
def test_the_engine_lets_those_act_whom_the_table_names_and_nobody_else(process: str, stage: str):
    wrong = []
    for action in actions_of(process):
        for relation in sorted(KNOWN_RELATIONS):
            facts = Facts(process, stage, frozenset({relation}), nothing_against(action))
            if passes(facts, action) != allowed_by_the_table(process, stage, action, facts.relations):
                wrong.append((action, relation))
    assert wrong == []


def passes(facts: Facts, action: str) -> bool:
    try:
        decide(facts, action)
    except Refused:
        return False
    return True


@pytest.fixture(params=OFFERING)
def there(request: pytest.FixtureRequest, session: Any) -> World:
    """A record of each procedure, with everybody around it."""
    return world(request.param)


def test_every_procedure_of_the_table_is_carried_out_by_a_feature(app: Any):
    beside = {row.process for row in BESIDE}
    assert {*OFFERING, *beside} <= set(acts.processes()) <= {*PROCESSES, *beside}


def test_the_grid_knows_a_record_of_every_procedure():
    assert set(BUILDERS) == set(OFFERING)


def buttons_of(there: World, person: str) -> set[str] | None:
    """What the registry offers; None where the record is not theirs to see."""
    try:
        return {each.action for each in acts.offered(there.process, there.record.id, there.actors[person], NOW)}
    except NotFound:
        return None


def test_the_registry_offers_what_the_table_offers_and_nothing_else(there: World):
    wrong = {}
    for stage in sorted(stages_of(there.process)):
        there.at(stage)
        for person in EVERYBODY:
            expected = offered_by_the_table(there.process, stage, there.relations[person])
            found = buttons_of(there, person)
            if found != expected and not (found is None and unseen(there, person, stage)):
                wrong[stage, person] = (found, expected)
    assert wrong == {}


def unseen(there: World, person: str, stage: str) -> bool:
    """Whether a record may be "not found" to somebody: it concerns them not, or not at this stage.

    A committee does not find a case that is not before it, nor a panel, nor a member a complaint without a finding.
    """
    if not there.relations[person]:
        return True
    bodies = {"chair", "secretary", "committee_member", "panel_member", "panel_chair", "management"}
    return there.relations[person] <= bodies and not offered_by_the_table(there.process, stage, there.relations[person])


def test_somebody_has_something_to_do_on_a_new_record_and_a_stranger_has_not(there: World):
    there.at(FIRST[there.process])
    assert not buttons_of(there, "outsider")
    assert any(buttons_of(there, name) for name, own in there.relations.items() if own)


def test_a_greyed_button_says_why_and_under_which_clause(there: World):
    for stage in sorted(stages_of(there.process)):
        there.at(stage)
        for person in EVERYBODY:
            try:
                found = acts.offered(there.process, there.record.id, there.actors[person], NOW)
            except NotFound:
                continue
            for refusal in (refusal for each in found for refusal in each.refusals):
                assert refusal.clause
                assert "%(" not in refusal.text()


@pytest.mark.slow
def test_whoever_the_table_does_not_name_is_refused_and_leaves_no_trace(there: World):
    wrong = []
    for stage in sorted(stages_of(there.process)):
        there.at(stage)
        with there.unchanged():
            for action in {row.action for row in rows_of(there.process) if row.offered}:
                data = {field.name: example(field) for field in acts.fields_of(there.process, action)}
                for person in tried_in_vain(there, stage, action):
                    wrong += [] if is_refused(there, person, action, data) else [(stage, action, person)]
    assert wrong == []


def tried_in_vain(there: World, stage: str, action: str) -> list[str]:
    """At a stage from which the action leads: all whom the table does not name. At another: those whom it names elsewhere.

    Somebody whom it names nowhere is refused at the right stage already, and the engine is asked every combination above.
    """
    named = {
        person: {
            each
            for each in stages_of(there.process)
            if allowed_by_the_table(there.process, each, action, there.relations[person])
        }
        for person in EVERYBODY
    }
    leads_on = any(row.action == action and stage in row.from_ for row in rows_of(there.process))
    return [person for person, stages in named.items() if stage not in stages and (leads_on or stages)]


def is_refused(there: World, person: str, action: str, data: dict[str, Any]) -> bool:
    try:
        acts.perform(there.process, there.record.id, action, data, actor=there.actors[person], now=NOW)
    except (Refused, NotFound, Invalid):
        return True
    return False
