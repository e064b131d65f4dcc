"""Policy versions: values confirmed beside them, drafts, two people for promulgation, hashes that hold (6.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import Criterion, ParameterConfirmation, PolicyVersion, db
from admin.operations import acts
from admin.operations.cycles.cycles import CyclePlan, plan_cycle
from admin.operations.policy import policy
from admin.queries.outcome.public_snapshot import public_snapshot
from admin.queries.policy.policy import provisional_of, rulebook_of, version_on
from admin.queries.policy.policy_versions import changes_of, parameter_entries
from admin.rulebook.loader import dump, load, shipped
from tests import factories as make
from tests.factories import NOW

TODAY = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture
def hr(session):
    return make.actor_of(make.employee("HR", roles=("employee", "hr")))


@pytest.fixture
def hr2(session):
    return make.actor_of(make.employee("HR2", roles=("employee", "hr")))


def draft(hr, **values) -> PolicyVersion:
    return policy.draft_with(values or {"notice_days": 7}, effective_from=NEXT_YEAR, actor=hr, now=NOW)


def test_every_value_is_provisional_until_it_is_confirmed(session, hr):
    version = version_on(session, TODAY)
    assert "notice_days" in provisional_of(session, version, TODAY)
    policy.confirm_parameter(version.id, "notice_days", actor=hr, now=NOW, on=TODAY)
    assert "notice_days" not in provisional_of(session, version, TODAY)


def test_confirming_all_leaves_nothing_provisional_and_twice_is_harmless(session, hr):
    version = version_on(session, TODAY)
    count = len(shipped().parameters)
    assert policy.confirm_all(version.id, actor=hr, now=NOW, on=TODAY) == count
    assert policy.confirm_all(version.id, actor=hr, now=NOW, on=TODAY) == 0
    assert provisional_of(session, version, TODAY) == set()


def test_an_unknown_parameter_is_invalid(session, hr):
    with pytest.raises(Invalid):
        policy.confirm_parameter(version_on(session, TODAY).id, "tea_break", actor=hr, now=NOW, on=TODAY)


def test_blanks_of_the_policy_stand_first_on_the_first_run_page(session):
    entries = parameter_entries(session, version_on(session, TODAY), TODAY)
    blanks = [entry.parameter.blank for entry in entries]
    assert blanks == sorted(blanks, reverse=True)


def test_a_changed_value_makes_a_draft_that_holds_from_its_day(session, hr):
    version = draft(hr)
    assert version.stage == "draft"
    assert version.number == 2
    assert rulebook_of(version).version == 2
    assert rulebook_of(version).value("notice_days", NEXT_YEAR) == 7
    assert rulebook_of(version_on(session, TODAY)).value("notice_days", NEXT_YEAR) == 5


def test_the_difference_of_a_draft_says_the_value_with_its_unit(session, hr):
    before, changes = changes_of(session, draft(hr))
    assert before is not None
    assert before.number == 1
    assert any(change.words(change.after, "en") == "7 working days" for change in changes)


@pytest.mark.parametrize(
    "values", [{"notice_days": 0}, {"notice_days": 61}, {"step_order": "sideways"}, {"assessment_month": 13}]
)
def test_a_value_outside_its_range_is_invalid(session, hr, values):
    with pytest.raises(Invalid) as caught:
        draft(hr, **values)
    assert set(caught.value.fields) == set(values)


def test_weights_that_do_not_sum_to_one_hundred_are_invalid(session, hr):
    with pytest.raises(Invalid):
        draft(hr, weight_performance=40)


def test_a_draft_without_a_change_is_refused(session, hr):
    with pytest.raises(Refused, match=r"6\.1"):
        draft(hr, notice_days=5)


def test_a_version_cannot_begin_before_the_one_in_force(session, hr):
    with pytest.raises(Refused, match=r"6\.1-c"):
        policy.draft_with({"notice_days": 7}, effective_from=date(2020, 1, 1), actor=hr, now=NOW)


def test_a_version_begins_on_no_day_that_is_over_neither_drafted_nor_promulgated(session, hr, hr2):
    with pytest.raises(Refused, match="that day is over") as refused:
        policy.draft_with({"notice_days": 7}, effective_from=TODAY - timedelta(days=1), actor=hr, now=NOW)
    assert refused.value.refusal.clause == "6.1-c"
    version = policy.draft_with({"notice_days": 7}, effective_from=TODAY, actor=hr, now=NOW)
    policy.submit(version.id, actor=hr, now=NOW)
    with pytest.raises(Refused, match="that day is over"):
        policy.promulgate(version.id, actor=hr2, now=NOW + timedelta(days=1))
    assert policy.promulgate(version.id, actor=hr2, now=NOW).stage == "promulgated"


def test_a_rulebook_file_becomes_a_draft(session, hr):
    book = load(dump(replace(shipped(), effective_from=NEXT_YEAR)).replace("Once a year", "Every year"))
    assert policy.draft_from(book, actor=hr, now=NOW).stage == "draft"


def test_only_hr_drafts_a_version_and_gives_its_word_for_a_value(session, hr):
    """Outside one's role there is nothing, at whatever door: form, file or a later one."""
    version, book = version_on(session, TODAY), load(dump(replace(shipped(), effective_from=NEXT_YEAR)))
    for role in ("employee", "management", "auditor", "admin"):
        stranger = make.actor_of(make.employee(f"A {role}", roles=("employee", role)))
        for act in (
            lambda: policy.draft_with({"notice_days": 7}, effective_from=NEXT_YEAR, actor=stranger, now=NOW),  # noqa: B023
            lambda: policy.draft_from(book, actor=stranger, now=NOW),  # noqa: B023
            lambda: policy.confirm_parameter(version.id, "notice_days", actor=stranger, now=NOW, on=TODAY),  # noqa: B023
            lambda: policy.confirm_all(version.id, actor=stranger, now=NOW, on=TODAY),  # noqa: B023
        ):
            with pytest.raises(NotFound):
                act()


def test_whoever_submitted_a_version_cannot_promulgate_it(session, hr, hr2):
    version = policy.submit(draft(hr).id, actor=hr, now=NOW)
    with pytest.raises(Refused, match=r"6\.1"):
        policy.promulgate(version.id, actor=hr, now=NOW)
    policy.promulgate(version.id, actor=hr2, now=NOW)
    assert (version_on(session, TODAY).number, version_on(session, NEXT_YEAR).number) == (1, version.number)
    stages = list(session.scalars(select(PolicyVersion.stage).order_by(PolicyVersion.number)))
    assert stages == ["promulgated", "promulgated"]


def test_a_draft_is_not_promulgated_before_it_is_submitted(session, hr, hr2):
    with pytest.raises(Refused):
        policy.promulgate(draft(hr).id, actor=hr2, now=NOW)
    assert version_on(session, TODAY).number == 1


def test_somebody_without_the_role_promulgates_nothing(session, hr):
    version = policy.submit(draft(hr).id, actor=hr, now=NOW)
    with pytest.raises(Refused):
        policy.promulgate(version.id, actor=make.actor_of(make.employee()), now=NOW)


def test_confirmations_go_over_and_a_value_changed_by_two_people_is_confirmed(session, hr, hr2):
    policy.confirm_parameter(version_on(session, TODAY).id, "assessment_month", actor=hr, now=NOW, on=TODAY)
    version = policy.submit(draft(hr).id, actor=hr, now=NOW)
    policy.promulgate(version.id, actor=hr2, now=NOW)
    open_ = provisional_of(session, version, TODAY)
    assert "assessment_month" not in open_
    assert "notice_days" not in open_
    assert "peer_minimum" in open_
    by = session.scalars(select(ParameterConfirmation).where(ParameterConfirmation.version_id == version.id))
    assert {row.parameter: row.confirmed_by_id for row in by} == {
        "assessment_month": hr.user_id,
        "notice_days": hr.user_id,
    }


def test_content_that_is_not_what_was_hashed_is_refused(session, hr):
    version = draft(hr)
    with make.fixture():
        version.content = {**version.content, "title": {"zh_hant": "甲", "zh_hans": "甲", "en": "A"}}
    with pytest.raises(Refused, match="hashed"):
        policy.submit(version.id, actor=hr, now=NOW)


def test_the_registry_submits_and_promulgates(session, hr, hr2):
    version = draft(hr)
    assert [each.action for each in acts.offered("policy_version", version.id, hr, NOW) if each.allowed] == [
        "submit",
        "withdraw",
    ]
    acts.perform("policy_version", version.id, "submit", {}, actor=hr, now=NOW)
    barred = acts.offered("policy_version", version.id, hr, NOW)
    assert [refusal.clause for each in barred for refusal in each.refusals] == ["6.1"]
    acts.perform("policy_version", version.id, "promulgate", {}, actor=hr2, now=NOW)
    assert acts.state_of("policy_version", version.id, hr)["stage"] == "promulgated"


def test_a_promulgated_version_keeps_its_hash(session, hr, hr2):
    before = version_on(session, TODAY)
    kept = before.sha256
    version = policy.submit(draft(hr).id, actor=hr, now=NOW)
    policy.promulgate(version.id, actor=hr2, now=NOW)
    db.session.refresh(before)
    assert rulebook_of(before).sha256 == before.sha256 == kept


@pytest.mark.parametrize(
    ("totals", "clause"),
    [
        ({"performance": 20, "ability": 50, "attitude": 20, "seniority": 10}, "1.3.2"),
        ({"performance": 50, "ability": 10, "attitude": 20, "seniority": 20}, "3.2.4"),
        ({"performance": 40, "ability": 20, "attitude": 15, "seniority": 10}, "3.2.5"),
    ],
)
def test_no_cycle_is_planned_on_a_scorecard_that_breaks_the_rules(session, hr, totals, clause):
    make.confirmed_calendar(2026, 2027)
    with make.fixture() as op:
        rows = op.session.scalars(select(Criterion)).all()
        for row in rows:
            share = Decimal(totals[row.dimension]) / sum(other.dimension == row.dimension for other in rows)
            row.weight = share.quantize(Decimal("0.01"))
    with pytest.raises(Refused) as caught:
        plan_cycle(CyclePlan(2026, month_reason="early"), actor=hr, now=NOW)
    assert caught.value.refusal.clause == clause


def test_the_published_history_has_each_version_with_the_clauses_that_it_changed(session, hr, hr2):
    version = draft(hr, notice_days=7)
    policy.submit(version.id, actor=hr, now=NOW)
    policy.promulgate(version.id, actor=hr2, now=NOW)
    with acting_as(system_actor()):
        latest, first = public_snapshot(db.session(), NOW)["policy"]["history"]
    assert (latest["version"], first["version"], first["changes"]) == (str(version.number), "1", [])
    (change,) = [each for each in latest["changes"] if each["clause"] == "3.3.5"]
    assert "5" in change["before"]["en"]
    assert change["after"]["en"] == change["before"]["en"].replace("5 working days", "7 working days")
