"""HR staff are graded too: what each act of the table does where HR is the subject (3.3-d).

Every row that lets HR act is written down here in a word, and carried out at the registry by an HR colleague whose case it is.
A row that nobody has written down fails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import Actor
from admin.domain.refusals import Refused
from admin.domain.workflow import TABLE, Facts, Transition, decide
from admin.domain.workflow.own_case import LAWFUL, OFFICES, OWN_CASE
from admin.models import AgendaItem, Cycle, Employee, Review
from admin.operations import acts
from admin.operations.cases import ratings, reviews, single_cases
from admin.operations.cycles import reviewers
from tests import factories as make
from tests.by_two import as_confirmed
from tests.factories import NOW
from tests.workflow.doing import DOING, DOING_ELSEWHERE, Doing
from tests.workflow.world import World, traces, world

# What becomes of an act of HR whose case it is: it is barred; done, because HR does it as what they are to the case; done,
# because the record is many people's and not one's case; or done in the office, for the reason that the table of exceptions has.
WORDS = {
    "barred": """
        review close_self_assessment, review attach_predecessor_statement, review close_peer_rating, review correct_figure,
        review record_hearing, review take_file_grade, review assign_to_meeting, review verify_result, review reject_result,
        review score_again,
        review close_as_left,
        cycle open, cycle extend, cycle freeze_figures, cycle close_stage, cycle verify_results, cycle publish_notice,
        cycle correct_notice, cycle issue, cycle close, cycle cancel, cycle end_rehearsal,
        meeting take_off_agenda, meeting override_recusal,
        appeal override_recusal,
        grade_change propose, grade_change issue, grade_change withdraw,
        takeover_correction propose, takeover_correction withdraw,
        document_withdrawal withdraw,
        enrolment mark_attended, enrolment mark_absent
    """,
    "as the subject": "review submit_self_assessment, enrolment withdraw_enrolment",
    "as the filer": "appeal refer_to_panel",
    "of many": "meeting reschedule, meeting cancel, meeting put_on_agenda, course_session complete_course, course_session cancel_course",
    "of nobody": "policy_version submit, policy_version promulgate, policy_version withdraw",
    "lawful": "cycle remind",
}
WORD = {tuple(name.split()): word for word, names in WORDS.items() for name in names.split(",")}
ROWS = [row for row in TABLE if "hr" in row.who]


def _name(row: Transition) -> str:
    return f"{row.process}-{row.from_[0]}-{row.action}"


def as_hr(person: int) -> Actor:
    """The person's account with the role of HR beside their own."""
    with make.fixture() as op:
        own = make.actor_of(op.get(Employee, person))
    return replace(own, roles=own.roles | {"hr"})


def the_subject(there: World) -> int:
    """Whose case the record is; a cycle is made the proceedings of one."""
    with make.fixture() as op:
        if there.process == "meeting":
            item = op.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == there.record.id)).one()
            return item.review.employee_id
        if there.process == "cycle":
            case = op.session.scalars(select(Review).where(Review.cycle_id == there.record.id)).one()
            cycle = op.get(Cycle, there.record.id)
            cycle.kind, cycle.subject_id = "single", case.employee_id
    return there.actors["filer" if there.process == "appeal" else "subject"].employee_id or 0


def ready(row: Transition) -> tuple[World, dict[str, Any]]:
    """A world in which the act can be done from that row's stage, and its data."""
    there = world(row.process)
    one = DOING.get((row.process, row.action)) or Doing(row.process, row.action)
    return there, replace(one, stage=row.from_[0], who="hr").ready(there)


def test_every_row_that_lets_hr_act_is_written_down_and_no_other():
    assert {(row.process, row.action) for row in ROWS} == set(WORD)


@pytest.mark.parametrize("row", [row for row in ROWS if WORD[row.process, row.action] == "barred"], ids=_name)
def test_what_is_barred_is_refused_with_its_clause_and_leaves_no_trace(session: Any, row: Transition):
    there, data = ready(row)
    actor = as_hr(the_subject(there))
    before = traces()
    with pytest.raises(Refused) as refused:
        acts.perform(row.process, there.record.id, row.action, data, actor=actor, now=NOW)
    assert refused.value.refusal == OWN_CASE
    make.db.session.rollback()
    assert traces() == before
    shown = [each for each in acts.offered(row.process, there.record.id, actor, NOW) if each.action == row.action]
    assert [each.refusals[0] for each in shown if each.transition.only_if is not None] == [OWN_CASE] * len(shown)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if WORD[row.process, row.action] in ("as the subject", "as the filer", "of many", "lawful")],
    ids=_name,
)
def test_what_is_lawful_is_done(session: Any, row: Transition):
    there, data = ready(row)
    person = there.actors["outsider"].employee_id if WORD[row.process, row.action] == "of many" else the_subject(there)
    acts.perform(row.process, there.record.id, row.action, data, actor=as_hr(person or 0), now=NOW)


def test_what_is_done_in_an_office_all_the_same_has_its_reason():
    assert {name for name, word in WORD.items() if word == "lawful"} == set(LAWFUL)
    assert all(reason.strip() for reason in LAWFUL.values())


@pytest.mark.parametrize("row", [row for row in TABLE if row.offered and OFFICES & set(row.who)], ids=_name)
def test_no_office_lets_anybody_act_on_their_own_case(row: Transition):
    for office in sorted(OFFICES & set(row.who)):
        facts = Facts(row.process, row.from_[0], frozenset({office}), {"own_case": True})
        if (row.process, row.action) in LAWFUL:
            continue
        with pytest.raises(Refused) as refused:
            decide(facts, row.action)
        assert refused.value.refusal == OWN_CASE


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.process == "cycle" and (row.process, row.action) not in DOING_ELSEWHERE],
    ids=_name,
)
def test_a_cycle_of_many_is_steered_by_hr_although_their_case_is_in_it(session: Any, row: Transition):
    there, data = ready(row)
    subject = there.actors["subject"].employee_id or 0
    as_confirmed(acts.perform, "cycle", there.record.id, row.action, data, actor=as_hr(subject), now=NOW)


def test_ones_own_result_is_left_to_a_colleague_when_all_are_checked(session: Any):
    from admin.operations.outcome.results import verify_results

    row = next(row for row in ROWS if (row.process, row.action) == ("cycle", "verify_results"))
    there, _data = ready(row)
    subject = there.actors["subject"].employee_id or 0
    (check,) = verify_results(there.record.id, actor=as_hr(subject), now=NOW)
    assert check.fault == OWN_CASE and check.review.stage == "determined"
    (check,) = verify_results(there.record.id, actor=there.actors["hr"], now=NOW)
    assert check.review.stage == "checked"


def test_closing_a_stage_for_everybody_closes_it_for_hrs_own_case_too(session: Any):
    there = world("cycle")
    with make.fixture() as op:
        cycle = op.get(Cycle, there.record.id)
        cycle.self_assessment_due = NOW
        case = op.session.scalars(select(Review).where(Review.cycle_id == cycle.id)).one()
        case.stage = "self_assessment"
    given = {"stage": "self_assessment", "reason": "The deadline is over."}
    subject = there.actors["subject"].employee_id or 0
    acts.perform("cycle", there.record.id, "close_stage", given, actor=as_hr(subject), now=NOW)
    with make.fixture() as op:
        assert op.get(Review, case.id).stage == "rating"


# What HR does to a case beside the table: each as it would be asked for, by an HR colleague whose case it is.
BESIDE_THE_TABLE = {
    "reassign": lambda case, me, who: reviews.reassign(case, superior_id=me, reason="because", **who),
    "correct_snapshot": lambda case, _me, who: reviews.correct_snapshot(case, {"post": "Coach"}, "because", **who),
    "ask_colleague": lambda case, me, who: ratings.ask_colleague(case, me, "because", **who),
    "release_colleague": lambda case, me, who: ratings.release_colleague(case, me, "because", **who),
    "open_initial": lambda _case, me, who: single_cases.open_initial(me, "because", **who),
    "appoint_reviewer": lambda case, me, who: reviewers.appoint_reviewer(planned(), [me], me, "because", **who),
}


def planned() -> int:
    with make.fixture() as op:
        cycle = op.session.scalars(select(Cycle)).one()
        cycle.stage = "planned"
        return cycle.id


@pytest.mark.parametrize("name", BESIDE_THE_TABLE)
def test_what_hr_does_beside_the_table_is_barred_on_ones_own_case_too(session: Any, name: str):
    there = world("review")
    there.at("self_assessment")
    me = there.actors["subject"].employee_id or 0
    with pytest.raises(Refused) as refused:
        BESIDE_THE_TABLE[name](there.record.id, me, {"actor": as_hr(me), "now": NOW})
    assert refused.value.refusal == OWN_CASE
