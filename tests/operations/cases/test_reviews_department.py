"""The department's proposals: lawful, reasoned, drafted, undone, sent; returned; reassigned and corrected by HR (3.3.3, 3.3-f)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.access.actor import Actor, acting_as, system_actor
from admin.domain.eligibility import EligibilityFacts
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import Determination, HistoryStep, Proposal, ProposalDraft, Rating, Review, StaffingLimit, db
from admin.operations.cases import department, predecessors, reviews, self_assessment
from admin.operations.newer import NewerVersion
from admin.operations.system.reference import Stale, fingerprint
from admin.operations.transaction import operation
from admin.queries.cases.review_facts import grounds_on
from admin.queries.cases.staffing import last_saved, latest_drafts, row_version, saved_version
from admin.queries.policy.rules import rules_of
from admin.queries.system.home import home
from tests import reviewing
from tests.by_two import as_confirmed
from tests.reviewing import HR, OPENED, case, later, person


@pytest.fixture
def made(session: Any) -> SimpleNamespace:
    found = reviewing.open_cycle()
    found.first = reviewing.to_department(found, 0, target_grade="M2", ground="1")
    return found


def head(made: SimpleNamespace) -> Actor:
    return person(made.head, "head")


def first_page(who: Actor) -> dict[str, int]:
    """What waits on somebody's first page, by kind."""
    with acting_as(who):
        db.session.rollback()
        return {task.kind: task.count for task in home(db.session(), who, OPENED, OPENED.date()).tasks}


def count(table: Any) -> int:
    with acting_as(system_actor()):
        db.session.rollback()
        return db.session.scalar(select(func.count(table.id))) or 0


def test_the_suggested_grade_needs_no_reason(made: SimpleNamespace) -> None:
    row = department.propose(made.first, "M2", actor=head(made), now=OPENED)
    assert row.stage == "committee" and row.individual_reasons == ["grade_change", "thin_data"]


def test_departing_from_the_suggestion_needs_a_reason(made: SimpleNamespace) -> None:
    with pytest.raises(Refused) as refused:
        department.propose(made.first, "M1", " ", actor=head(made), now=OPENED)
    assert refused.value.refusal.clause == "3.3.3"
    assert department.propose(made.first, "M1", "編制已滿", actor=head(made), now=OPENED).stage == "committee"


@pytest.mark.parametrize(("grade", "clause"), [("S1", "3.3.3-a"), ("J3", "4.2.1")])
def test_no_reason_carries_an_unlawful_grade(made: SimpleNamespace, grade: str, clause: str) -> None:
    with pytest.raises(Refused) as refused:
        department.propose(made.first, grade, "就是要", actor=head(made), now=OPENED)
    assert refused.value.refusal.clause == clause
    assert case(made.first).stage == "department_review"


def test_a_promotion_that_was_not_applied_for_is_refused(made: SimpleNamespace) -> None:
    key = reviewing.to_department(made, 1)
    with pytest.raises(Refused) as refused:
        department.propose(key, "M2", "優秀", actor=head(made), now=OPENED)
    assert refused.value.refusal.clause == "3.3.3-a"


def test_a_grade_that_there_is_not_is_wrong_input(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        department.propose(made.first, "X9", actor=head(made), now=OPENED)


def test_only_the_head_proposes(made: SimpleNamespace) -> None:
    for actor in (HR, person(made.superior, "superior"), person(made.agents[0])):
        with pytest.raises(Refused):
            department.propose(made.first, "M2", actor=actor, now=OPENED)


def test_whoever_rated_as_a_colleague_does_not_review_as_head(made: SimpleNamespace) -> None:
    rater = reviewing.peers_of(made.first)[0]
    with operation("head", actor=system_actor(), now=OPENED) as op:
        op.get(Review, made.first).head_id = rater
    with pytest.raises(Refused) as refused:
        department.propose(made.first, "M2", actor=person(rater, "head"), now=OPENED)
    assert refused.value.refusal.clause == "3.3-d"


@pytest.mark.parametrize("role", ["head_id", "superior_id"])
def test_nobody_is_named_in_a_place_in_which_they_could_not_judge(made: SimpleNamespace, role: str) -> None:
    """The case would wait for an act that is refused (3.3-d)."""
    rater = reviewing.peers_of(made.first)[0]
    with pytest.raises(Refused) as refused:
        as_confirmed(reviews.reassign, made.first, **{role: rater}, reason="代理", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "3.3-d"


def test_hr_is_told_of_cases_that_wait_for_somebody_who_may_not_judge_them(made: SimpleNamespace) -> None:
    """Whoever has judged in another way since, as by a ballot on a finding, is in a place that HR gives to another (3.3-f)."""
    waiting = lambda: first_page(HR).get("barred_judges", 0)  # noqa: E731
    assert waiting() == 0 and first_page(head(made))["department_reviews"] == 1
    with operation("head", actor=system_actor(), now=OPENED) as op:
        op.get(Review, made.first).head_id = reviewing.peers_of(made.first)[0]
    assert waiting() == 1
    barred = person(reviewing.peers_of(made.first)[0], "head")
    assert "department_reviews" not in first_page(barred)  # nobody is asked for what would be refused
    free = next(each for each in made.agents[1:] if each not in reviewing.peers_of(made.first))
    as_confirmed(reviews.reassign, made.first, head_id=free, reason="代理", actor=HR, now=OPENED)
    assert waiting() == 0
    key = made.cases[2]
    reviewing.hand_in(key, made.agents[2])
    with operation("superior", actor=system_actor(), now=OPENED) as op:
        for row in op.session.scalars(select(Rating).where(Rating.review_id == key, Rating.kind == "peer")):
            row.signed_at, rater = OPENED, row.rater_id
        op.get(Review, key).superior_id = rater
        asked = select(Rating).where(Rating.review_id == key, Rating.kind == "superior")
        op.session.scalars(asked).one().rater_id = rater
    assert waiting() == 1 and "evaluations" not in first_page(person(rater, "superior"))


def test_a_proposal_over_the_staffing_limit_needs_a_reason(made: SimpleNamespace) -> None:
    with operation("limit", actor=system_actor(), now=OPENED) as op:
        op.add(StaffingLimit(department_id=made.team, level="intermediate", people=3))
    with pytest.raises(Refused) as refused:
        department.propose(made.first, "M2", actor=head(made), now=OPENED)
    assert (refused.value.refusal.clause, refused.value.refusal.facts["limit"]) == ("3.3.3-b", 3)
    assert department.propose(made.first, "M2", "業務量增加", actor=head(made), now=OPENED).stage == "committee"


def test_a_saved_row_answers_what_stands_against_sending_it(made: SimpleNamespace) -> None:
    kept = department.save_proposal_draft(made.first, "M1", "", actor=head(made), now=OPENED)
    assert kept.refusal is not None and kept.refusal.clause == "3.3.3"
    assert department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED).refusal is None
    assert case(made.first).proposed_grade_id is None


def test_a_saved_row_is_sealed_until_sent(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED)
    for reader in (HR, person(made.superior, "superior"), person(made.agents[0])):
        with acting_as(reader):
            db.session.rollback()
            assert list(db.session.scalars(select(ProposalDraft))) == []


def saved(*keys: int) -> dict[int, str]:
    """The rows as a page that was opened now shows them."""
    db.session.rollback()
    with acting_as(system_actor()):
        found = {key: row_version(latest_drafts(db.session(), [key]).get(key)) for key in keys}
    db.session.rollback()
    return found


def test_nothing_is_sent_that_the_page_has_not_shown(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "as shown", actor=head(made), now=OPENED)
    shown = saved(made.first)
    department.save_proposal_draft(made.first, "M1", "of another window", actor=head(made), now=OPENED)
    told = department.send_proposals(shown, actor=head(made), now=OPENED)
    facts = told.refused[made.first].facts
    assert told.count == 0 and case(made.first).proposed_grade_id is None
    assert (facts["shown"], facts["now"]) == ("M2 · as shown", "M1 · of another window")
    department.send_proposals(saved(made.first), actor=head(made), now=OPENED)
    assert case(made.first).proposed_grade.code == "M1"


def test_a_row_that_another_window_took_back_is_not_sent(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED)
    shown = saved(made.first)
    department.undo_proposal_draft(made.cycle, actor=head(made), now=OPENED)
    told = department.send_proposals(shown, actor=head(made), now=OPENED)
    assert told.count == 0 and set(told.refused) == {made.first} and case(made.first).stage == "department_review"


def test_undo_takes_nothing_back_that_the_page_has_not_shown(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "as shown", actor=head(made), now=OPENED)
    with acting_as(system_actor()):
        seen = saved_version(last_saved(db.session(), made.cycle, head(made).employee_id or 0))
    department.save_proposal_draft(made.first, "M1", "of another window", actor=head(made), now=OPENED)
    with pytest.raises(NewerVersion):
        department.undo_proposal_draft(made.cycle, seen=seen, actor=head(made), now=OPENED)
    assert count(ProposalDraft) == 2


def test_undo_takes_the_last_row_back_and_the_one_before_counts(made: SimpleNamespace) -> None:
    for grade in ("M1", "M2"):
        department.save_proposal_draft(made.first, grade, "理由", actor=head(made), now=OPENED)
    assert department.undo_proposal_draft(made.cycle, actor=head(made), now=OPENED) == made.first
    department.send_proposals(saved(made.first), actor=head(made), now=OPENED)
    assert case(made.first).proposed_grade.code == "M1"


def test_there_is_nothing_to_undo_after_sending(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED)
    assert department.send_proposals(saved(made.first), actor=head(made), now=OPENED).count == 1
    with pytest.raises(NotFound):
        department.undo_proposal_draft(made.cycle, actor=head(made), now=OPENED)
    assert count(ProposalDraft) == 0


def test_a_batch_sends_what_is_lawful_and_names_what_is_not(made: SimpleNamespace) -> None:
    second = reviewing.to_department(made, 1)
    department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED)
    department.save_proposal_draft(second, "M2", "", actor=head(made), now=OPENED)
    sent = department.send_proposals(saved(made.first, second), actor=head(made), now=OPENED)
    assert sent.count == 1 and set(sent.refused) == {second}
    assert (case(made.first).stage, case(second).stage) == ("committee", "department_review")
    assert count(ProposalDraft) == 1 and count(Proposal) == 1


def test_another_head_neither_saves_nor_sends(made: SimpleNamespace) -> None:
    other = person(made.superior, "superior", "head")
    with pytest.raises(Refused):
        department.save_proposal_draft(made.first, "M2", "", actor=other, now=OPENED)
    with pytest.raises(NotFound):
        department.send_proposals(saved(made.first), actor=other, now=OPENED)


def test_the_head_returns_a_case_and_the_superior_signs_anew(made: SimpleNamespace) -> None:
    department.save_proposal_draft(made.first, "M2", "", actor=head(made), now=OPENED)
    department.return_for_correction(made.first, "評語太短", actor=head(made), now=OPENED)
    row = case(made.first)
    assert (row.stage, row.score) == ("rating", None) and count(ProposalDraft) == 0
    reviewing.evaluate(made.first, made.superior, value=4)
    assert case(made.first).stage == "department_review"


def test_a_proposal_is_the_heads_alone_until_the_result_is_on_notice(made: SimpleNamespace) -> None:
    department.propose(made.first, "M2", actor=head(made), now=OPENED)
    reviewing.determined([made.first])
    for table, sees in ((Proposal, ("head",)), (Determination, ())):
        for name, reader in (
            ("head", head(made)),
            ("subject", person(made.agents[0])),
            ("superior", person(made.superior, "superior")),
        ):
            with acting_as(reader):
                db.session.rollback()
                assert bool(list(db.session.scalars(select(table)))) == (name in sees), (table, name)


def test_hr_moves_the_open_evaluation_to_another_superior(made: SimpleNamespace) -> None:
    key, other = made.cases[2], made.agents[5]
    reviewing.hand_in(key, made.agents[2])
    if other in reviewing.peers_of(key):
        other = next(each for each in made.agents if each not in (*reviewing.peers_of(key), made.agents[2]))
    as_confirmed(reviews.reassign, key, superior_id=other, reason="主管調職", actor=HR, now=OPENED)
    as_confirmed(predecessors.attach_predecessor_statement, key, "statement", "表現穩定。", actor=HR, now=OPENED)
    reviewing.evaluate(key, other)
    with acting_as(system_actor()):
        rows = list(
            db.session.scalars(
                select(Rating).where(Rating.review_id == key, Rating.kind == "superior").order_by(Rating.id)
            )
        )
    assert [(row.rater_id, row.state) for row in rows] == [(made.superior, "expired"), (other, "submitted")]


def test_a_signed_evaluation_stands_when_the_superior_is_reassigned(made: SimpleNamespace) -> None:
    as_confirmed(
        reviews.reassign,
        made.first,
        superior_id=reviewing.free_of(made, made.first),
        reason="主管調職",
        actor=HR,
        now=OPENED,
    )
    with acting_as(system_actor()):
        rows = list(db.session.scalars(select(Rating).where(Rating.review_id == made.first, Rating.kind == "superior")))
    assert [(row.rater_id, row.state) for row in rows] == [(made.superior, "submitted")]


def test_a_case_goes_back_to_a_superior_it_was_taken_from(made: SimpleNamespace) -> None:
    key = made.cases[2]
    for who in (made.agents[6], made.superior):
        as_confirmed(reviews.reassign, key, superior_id=who, reason="調整", actor=HR, now=OPENED)
    assert case(key).superior_id == made.superior


@pytest.mark.parametrize("line", [{"superior_id": "head"}, {"head_id": "subject"}, {"superior_id": "subject"}])
def test_employee_superior_and_reviewer_stay_three_people(made: SimpleNamespace, line: dict[str, str]) -> None:
    people = {"head": made.head, "subject": made.agents[0]}
    with pytest.raises(Refused) as refused:
        as_confirmed(
            reviews.reassign,
            made.first,
            reason="x",
            actor=HR,
            now=OPENED,
            **{name: people[who] for name, who in line.items()},
        )
    assert refused.value.refusal.clause == "3.3-f"


def test_reassigning_takes_hr_a_reason_and_a_case_before_the_committee(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        as_confirmed(reviews.reassign, made.first, head_id=made.agents[6], reason=" ", actor=HR, now=OPENED)
    with pytest.raises(Refused):
        as_confirmed(reviews.reassign, made.first, head_id=made.agents[6], reason="x", actor=head(made), now=OPENED)
    department.propose(made.first, "M2", actor=head(made), now=OPENED)
    with pytest.raises(Refused):
        as_confirmed(reviews.reassign, made.first, head_id=made.agents[6], reason="x", actor=HR, now=OPENED)


def test_a_wrong_snapshot_is_corrected_with_a_reason(made: SimpleNamespace) -> None:
    as_confirmed(reviews.correct_snapshot, made.first, {"post": "資深專員"}, "匯入錯誤", actor=HR, now=OPENED)
    row = case(made.first)
    assert (row.present_grade.code, row.post, row.stage) == ("M1", "資深專員", "department_review")
    with acting_as(system_actor()):
        step = db.session.scalars(select(HistoryStep).where(HistoryStep.action == "correct_snapshot")).one()
    assert step.reason == "匯入錯誤"


def test_only_the_snapshot_is_corrected_this_way(made: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        as_confirmed(reviews.correct_snapshot, made.first, {"score": 100}, "x", actor=HR, now=OPENED)


def test_hrs_form_on_a_case_that_changed_meanwhile_is_stale(made: SimpleNamespace) -> None:
    seen = fingerprint(case(made.cases[3]))
    self_assessment.close_self_assessment(made.cases[3], "逾期", actor=HR, now=later(15))
    with pytest.raises(Stale):
        as_confirmed(reviews.change_case, made.cases[3], {"post": "x"}, "r", seen=seen, actor=HR, now=OPENED)


def test_a_leavers_case_is_closed_and_kept(made: SimpleNamespace) -> None:
    reviewing.leaves(made.first)
    row = reviews.close_as_left(made.first, "離職", actor=HR, now=OPENED)
    assert (row.stage, row.outcome_clause) == ("left", "1.2-d")


@pytest.mark.parametrize("leaving", [None, date(2026, 12, 2), date(2099, 1, 1)])
def test_the_case_of_somebody_in_service_is_not_closed_as_left(made: SimpleNamespace, leaving: date | None) -> None:
    if leaving:
        reviewing.leaves(made.first, leaving)
    with pytest.raises(Refused) as refused:
        reviews.close_as_left(made.first, "離職", actor=HR, now=OPENED)
    assert refused.value.refusal.clause == "1.2-d"
    assert case(made.first).stage != "left"


def test_everyone_in_a_cycle_is_measured_at_its_end_whenever_the_department_comes_to_them(
    made: SimpleNamespace,
) -> None:
    """Two years in grade on 2 January are not met in the cycle that ends on 31 December (4.1.1, 4.1-a)."""
    with acting_as(system_actor()):
        db.session.rollback()
        review = db.session.get(Review, made.cases[0])
        assert review is not None
        file = EligibilityFacts(year=2026, as_of=date(2027, 1, 15), grade="M1", grade_since=date(2025, 1, 2))
        rules = rules_of(db.session(), review)
        up, _down = grounds_on(file, review, rules, date(2027, 1, 15))
    in_grade = up.ground(1).conditions[0]
    assert (in_grade.met, in_grade.by_when, in_grade.by_year) == (False, date(2027, 1, 2), 2027)
