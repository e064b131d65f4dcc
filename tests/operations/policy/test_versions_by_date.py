"""A second version with a fifth level, other weights, thresholds, days and names: law from its day, on its own cycles (6.1-c)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.refusals import Invalid, Refused
from admin.models import (
    AnnualRating,
    Cycle,
    Grade,
    Notice,
    NoticeRow,
    ParameterConfirmation,
    PolicyVersion,
    Scorecard,
    StaffingLimit,
    db,
)
from admin.operations.cycles.cycles import CyclePlan, open_cycle, plan_cycle
from admin.operations.imports.imports import import_file
from admin.operations.outcome.adjustments import AdjustmentRow, propose_adjustments
from admin.operations.outcome.takeover_corrections import propose_correction
from admin.operations.policy import policy
from admin.operations.policy.tables import follow_versions
from admin.operations.system.reference import add_record, edit_record
from admin.queries.cases.demotions import demotion_of
from admin.queries.cases.replay import replays
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.policy.policy import provisional_of, rulebook_of, version_on
from admin.queries.policy.policy_versions import standings
from admin.queries.policy.rules import ByDay, Rules, rules_of, rules_on
from admin.rulebook.loader import from_dict, shipped
from tests import factories as make
from tests.operations import journey
from tests.policy_two import BEGINS, PROMULGATED, second_book

EVE = BEGINS - timedelta(days=1)


def at(day: date) -> datetime:
    """The morning of a day in Taipei."""
    return datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


def outsider(name: str) -> Actor:
    """An HR colleague whose department no cycle takes in."""
    place = make.department(f"Place of {name}", in_centre=False)
    return make.actor_of(make.employee(name, of=place, roles=("employee", "hr")))


@pytest.fixture
def hr(session):
    make.confirmed_calendar(2026, 2027)
    return outsider("HR")


@pytest.fixture
def second(session, hr) -> PolicyVersion:
    """Version 2, drafted from a file by HR and promulgated by somebody else on 10 December 2026."""
    other = outsider("HR2")
    version = policy.draft_from(second_book(), actor=hr, now=PROMULGATED)
    policy.submit(version.id, actor=hr, now=PROMULGATED)
    return policy.promulgate(version.id, actor=other, now=PROMULGATED)


def in_force(day: date) -> Rules:
    return rules_on(db.session(), day, ByDay.PRINTED)


def printed(day: date) -> dict[str, Any]:
    with acting_as(system_actor()):
        return public_snapshot(db.session(), at(day))


def test_until_its_day_a_promulgated_version_is_no_law(session, second):
    rules = in_force(EVE)
    assert (rules.version.number, rules.parameters["notice_days"]) == (1, 5)
    assert "X1" not in rules.ladder and rules.thresholds["J2"] == 60
    assert standings(session, EVE) == {1: "in_force", 2: "coming"}


def test_from_its_day_on_ladder_thresholds_weights_and_values_are_its_own(session, second):
    rules = in_force(BEGINS)
    assert (rules.version.id, rules.parameters["notice_days"]) == (second.id, 10)
    assert rules.ladder.levels[-1] == "master" and rules.ladder.codes[-1] == "X1"
    assert (rules.thresholds["J2"], rules.thresholds["X1"]) == (62, 95)
    weights = {dimension.code: dimension.weight for dimension in rules.scorecard.dimensions}
    assert weights == {"performance": 55, "ability": 25, "attitude": 15, "seniority": 5}
    assert standings(session, BEGINS) == {1: "superseded", 2: "in_force"}


def test_the_site_prints_it_as_coming_and_from_its_day_on_as_the_law(session, second):
    before, after = printed(EVE), printed(BEGINS)
    said = [[(each["version"], each["coming"]) for each in found["policy"]["history"]] for found in (before, after)]
    assert said == [[("2", True), ("1", False)], [("2", False), ("1", False)]]
    assert [found["policy"]["version"] for found in (before, after)] == ["1", "2"]
    assert [len({grade["level"] for grade in found["ladder"]}) for found in (before, after)] == [4, 5]
    assert [found["scorecard"]["dimensions"][0]["weight"] for found in (before, after)] == [50, 55]
    days = [
        each["value_text"]["en"]
        for found in (before, after)
        for each in found["parameters"]
        if each["id"] == "notice_days"
    ]
    assert days == ["5 working days", "10 working days"]
    assert after["ladder"][-1]["level_name"]["en"] == "Master"


@pytest.mark.parametrize(("day", "number"), [(EVE, 1), (BEGINS, 2)])
def test_a_cycle_pins_the_version_and_scorecard_of_the_day_on_which_it_is_planned(session, hr, second, day, number):
    cycle = plan_cycle(CyclePlan(2026, "rehearsal"), actor=hr, now=at(day))
    assert (cycle.policy_version.number, cycle.scorecard.policy_version.number) == (number, number)


def test_a_cycle_planned_before_and_opened_after_stands_under_the_new_version(session, second):
    centre = journey.small_centre()
    cycle = plan_cycle(CyclePlan(2026, "rehearsal"), actor=centre.actor(centre.hr), now=at(EVE))
    with pytest.raises(Refused, match=r"1\.3\.1"):
        rules_of(session(), cycle)
    open_cycle(cycle.id, actor=centre.actor(centre.hr), now=at(BEGINS))
    assert (rules_of(session(), cycle).version.number, rules_of(session(), cycle).thresholds["J2"]) == (2, 62)


def test_a_case_of_the_year_before_keeps_days_names_thresholds_and_replay_of_its_version(session, second):
    centre = journey.told(journey.small_centre(), journey.check)
    centre.now = at(BEGINS + timedelta(days=2))
    journey.publish(centre)
    journey.go_live(centre)
    notice = journey.rows(select(Notice))[0]
    assert notice.days == 5 and in_force(BEGINS).parameters["notice_days"] == 10
    assert {row.printed_name for row in journey.rows(select(NoticeRow))} == {agent.name for agent in centre.agents}
    cases = journey.cases(centre)
    assert all(replays(session(), cases, BEGINS).values())
    assert rules_of(session(), cases[0]).thresholds["J2"] == 60
    shown = printed(BEGINS + timedelta(days=2))
    assert "X1" in {grade["code"] for grade in shown["ladder"]}
    assert "X1" not in {grade["code"] for grade in shown["notices"][0]["ladder"]}


def test_what_somebody_meets_without_a_case_is_asked_of_the_version_of_the_day(session, second):
    person = make.employee("Agent")
    make.holds(person, "J2", date(2020, 1, 1))
    with make.fixture() as op:
        for year in (2025, 2026):
            op.add(AnnualRating(employee_id=person.id, year=year, rating="unqualified"))
    with acting_as(system_actor()):
        assert [demotion_of(session(), person.id, day).ground(1).met for day in (EVE, BEGINS)] == [True, False]


def test_screens_follow_the_ladder_by_timed_work_and_only_once(session, second):
    def shown() -> list[str]:
        return list(session.scalars(select(Grade.code).order_by(Grade.order)))

    assert follow_versions(actor=system_actor(), now=at(EVE)) == 0
    assert session.scalar(select(Grade.name_en).where(Grade.code == "J1")) == "Junior agent 1"
    assert follow_versions(actor=system_actor(), now=at(BEGINS)) > 0
    assert follow_versions(actor=system_actor(), now=at(BEGINS)) == 0
    assert shown() == list(in_force(BEGINS).ladder.codes)
    assert session.scalar(select(Grade.name_en).where(Grade.code == "J1")) == "Starter 1"
    assert rulebook_of(version_on(session(), EVE)).grade("J1").name.en == "Junior agent 1"


def test_a_grade_of_a_coming_version_is_nobody_s_before_its_day(session, hr, second):
    person = make.employee("Agent")
    make.holds(person, "E2", date(2020, 1, 1))
    with pytest.raises(Invalid):
        propose_adjustments([AdjustmentRow(person.number, "X1")], "New work.", EVE, actor=hr, now=at(EVE))
    made = propose_adjustments([AdjustmentRow(person.number, "X1")], "New work.", BEGINS, actor=hr, now=at(EVE))
    assert [change.to_grade.code for change in made] == ["X1"]


def test_a_grade_that_a_version_has_abolished_is_taken_over_by_nobody(session, hr):
    content = shipped().to_dict() | {"effective_from": BEGINS.isoformat(), "cases": []}
    content["grades"] = [each for each in content["grades"] if each["id"] != "E2"]
    version = policy.draft_from(from_dict(content), actor=hr, now=PROMULGATED)
    policy.submit(version.id, actor=hr, now=PROMULGATED)
    policy.promulgate(version.id, actor=outsider("HR2"), now=PROMULGATED)
    person, new, key = make.employee("Holder"), make.employee("New"), make.grade("E2").id
    make.holds(person, "J2")
    file = f"工號,職級,生效日期\n{new.number},E2,2022-01-01".encode()
    with pytest.raises(Invalid, match="ladder"):
        propose_correction(person.id, key, date(2022, 2, 1), "contract", actor=hr, now=at(BEGINS))
    plan, row = import_file("grades", "grades.csv", file, actor=hr, now=at(BEGINS))
    assert row is None and "There is no grade E2 on the ladder" in plan.faults[0].text()
    assert propose_correction(person.id, key, date(2022, 2, 1), "contract", actor=hr, now=at(EVE)).stage == "proposed"


def test_a_fifth_level_may_have_a_staffing_limit_and_an_unknown_one_may_not(session, hr, second):
    place = make.department("Place")
    made = add_record(StaffingLimit, {"department_id": place.id, "level": "master", "people": 1}, actor=hr, now=at(EVE))
    assert made.level == "master"
    with pytest.raises(Invalid):
        add_record(StaffingLimit, {"department_id": place.id, "level": "guru", "people": 1}, actor=hr, now=at(EVE))


def test_the_rows_of_a_version_are_changed_by_a_new_version_alone(session, hr, second):
    card = session.get_one(Scorecard, in_force(BEGINS).scorecard_row.id)
    for row, change in (
        (card.criteria[0], {"weight": 1}),
        (card.thresholds[0], {"score": 1}),
        (make.grade("X1"), {"step": 2}),
    ):
        with pytest.raises(Refused, match=r"6\.1-c"):
            edit_record(type(row), row.id, change, actor=hr, now=at(BEGINS))


def test_a_version_that_begins_before_a_promulgated_one_is_refused_with_its_clause(session, hr, second):
    count = len(session.scalars(select(PolicyVersion)).all())
    with pytest.raises(Refused, match=r"6\.1-c"):
        policy.draft_with({"notice_days": 7}, effective_from=EVE, actor=hr, now=PROMULGATED)
    assert len(session.scalars(select(PolicyVersion)).all()) == count


def test_a_version_that_begins_in_many_years_would_bar_every_other_and_is_refused(session, hr):
    with pytest.raises(Refused, match="within a year") as refused:
        policy.draft_with({"notice_days": 7}, effective_from=date(2099, 1, 1), actor=hr, now=PROMULGATED)
    assert refused.value.refusal.clause == "6.1-c"
    assert policy.draft_with({"notice_days": 7}, effective_from=BEGINS, actor=hr, now=PROMULGATED).stage == "draft"


def test_whose_grade_a_version_has_abolished_is_moved_before_a_cycle_opens(session, hr):
    centre = journey.small_centre()
    content = shipped().to_dict() | {"effective_from": "2026-12-01", "cases": []}
    content["grades"] = [each for each in content["grades"] if each["id"] != "J2"]
    version = policy.draft_from(from_dict(content), actor=hr, now=make.NOW)
    policy.submit(version.id, actor=hr, now=make.NOW)
    policy.promulgate(version.id, actor=outsider("HR2"), now=make.NOW)
    journey.plan(centre)
    with pytest.raises(Refused, match="4 cases cannot be opened yet") as refused:
        journey.open_cycle(centre)
    assert refused.value.refusal.clause == "4.3"


def test_a_draft_made_before_a_later_version_was_promulgated_is_not_put_before_it(session, hr):
    early = policy.draft_with({"notice_days": 7}, effective_from=date(2027, 1, 15), actor=hr, now=PROMULGATED)
    other = outsider("HR3")
    later = policy.draft_from(second_book(), actor=hr, now=PROMULGATED)
    for version in (early, later):
        policy.submit(version.id, actor=hr, now=PROMULGATED)
    policy.promulgate(later.id, actor=other, now=PROMULGATED)
    with pytest.raises(Refused, match=r"6\.1-c"):
        policy.promulgate(early.id, actor=other, now=PROMULGATED)


def test_a_draft_that_can_no_longer_become_law_is_withdrawn_with_a_reason(session, hr):
    early = policy.draft_with({"notice_days": 7}, effective_from=EVE, actor=hr, now=PROMULGATED)
    late = policy.draft_from(second_book(), actor=hr, now=PROMULGATED)
    policy.submit(late.id, actor=hr, now=PROMULGATED)
    policy.promulgate(late.id, actor=outsider("HR2"), now=PROMULGATED)
    with pytest.raises(Refused, match="begins on"):
        policy.submit(early.id, actor=hr, now=PROMULGATED)
    with pytest.raises(Refused, match="reason"):
        policy.withdraw_version(early.id, " ", actor=hr, now=PROMULGATED)
    assert policy.withdraw_version(early.id, "overtaken", actor=hr, now=PROMULGATED).stage == "withdrawn"
    with pytest.raises(Refused):
        policy.withdraw_version(late.id, "mistaken", actor=hr, now=PROMULGATED)
    assert policy.draft_with({"votes_minimum": 4}, effective_from=BEGINS, actor=hr, now=PROMULGATED).number == 4


def test_a_draft_changes_the_version_that_is_in_force_on_its_own_day(session, hr, second):
    made = policy.draft_with({"votes_minimum": 4}, effective_from=date(2027, 3, 1), actor=hr, now=PROMULGATED)
    assert rulebook_of(made).value("notice_days", date(2027, 3, 1)) == 10


def test_confirmations_belong_to_the_version_and_to_the_value_they_were_given_for(session, hr):
    first = version_on(session(), PROMULGATED.date())
    policy.confirm_all(first.id, actor=hr, now=PROMULGATED, on=PROMULGATED.date())
    other = outsider("HR2")
    version = policy.draft_from(second_book(), actor=hr, now=PROMULGATED)
    policy.submit(version.id, actor=hr, now=PROMULGATED)
    policy.promulgate(version.id, actor=other, now=PROMULGATED)
    left = provisional_of(session(), version, BEGINS)
    assert {"notice_days", "notice_name_style", "weight_performance"} <= left and "peer_minimum" not in left
    carried = session.scalars(select(ParameterConfirmation).where(ParameterConfirmation.version_id == version.id)).all()
    assert {row.carried_from_id for row in carried} == {first.id}
    policy.confirm_parameter(version.id, "notice_days", actor=hr, now=PROMULGATED, on=PROMULGATED.date())
    assert "notice_days" not in provisional_of(session(), version, BEGINS)


def test_a_version_stored_by_an_earlier_release_goes_on_though_it_lacks_later_rules(session):
    version = version_on(session(), PROMULGATED.date())
    content = {**version.content, "clauses": [each for each in version.content["clauses"] if each["id"] != "6.1-c"]}
    content["cases"] = [each for each in content["cases"] if each["clause"] != "6.1-c"]
    with make.fixture() as op:
        row = op.get(PolicyVersion, version.id)
        row.content, row.sha256 = content, "a" * 64
    shown = printed(PROMULGATED.date())
    assert shown["policy"]["sha256"] == "a" * 64
    assert rulebook_of(version_on(session(), PROMULGATED.date())).value("notice_days", PROMULGATED.date()) == 5


def test_a_version_without_a_scorecard_of_its_own_gets_one_at_the_next_tick(session, hr, second):
    with make.fixture() as op:
        card = op.session.get_one(Scorecard, in_force(BEGINS).scorecard_row.id)
        for row in (*card.thresholds, *card.criteria, card):
            op.session.delete(row)
    assert follow_versions(actor=system_actor(), now=at(EVE)) == 1
    assert in_force(BEGINS).thresholds["X1"] == 95


def test_no_cycle_is_left_that_pinned_two_versions(session, hr, second):
    plan_cycle(CyclePlan(2026, "rehearsal"), actor=hr, now=at(EVE))
    plan_cycle(CyclePlan(2026, "rehearsal"), actor=hr, now=at(BEGINS))
    found = session.scalars(select(Cycle)).all()
    assert [row.policy_version_id for row in found] == [row.scorecard.policy_version_id for row in found]
