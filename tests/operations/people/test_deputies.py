"""Deputies: appointed by HR for a person, a role and a period; they have the limits of both, and what they do says so (3.3-c)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.models import Appeal, Deputy, Employee, HistoryStep, Notification, Proposal, Rating, Review, db
from admin.operations.cases import ratings
from admin.operations.cases.ratings import RatingInput
from admin.operations.cases.reviews import reassign
from admin.operations.people import people
from admin.operations.people.deputies import appoint_deputy, end_deputy, follow_deputies
from admin.queries.cases.judging import acts_on, ties_of
from admin.queries.cases.review_facts import review_facts
from admin.queries.people.deputies import acting_for, deputies_page
from admin.queries.policy.scorecards import rated_criteria
from admin.queries.system.audit import history_of
from admin.queries.system.calendar import company_day
from tests import factories as make
from tests.by_two import as_confirmed, second_confirms
from tests.factories import NOW
from tests.states import kept

TODAY = company_day(NOW)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SYSTEM = system_actor("job")


@pytest.fixture
def team(session: Any, no_tokens: None) -> SimpleNamespace:
    """A superior with two people whose cases are open, a head, somebody to stand in, and one of HR."""
    return _team()


@kept
def _team() -> SimpleNamespace:
    boss, wang, other = (make.employee(name, account=True) for name in ("Boss", "Wang", "Other"))
    li = make.employee("Li", superior=boss, account=True)
    anna, ben = (make.employee(name, superior=li) for name in ("Anna", "Ben"))
    cycle = make.open_cycle()
    made = SimpleNamespace(cycle=cycle.id)
    for person in (boss, wang, other, li, anna, ben):
        setattr(made, person.name.lower(), person.id)
    made.annas = make.review(cycle, anna, stage="rating", head_id=boss.id, proposed=None).id
    made.bens = make.review(cycle, ben, stage="self_assessment", head_id=boss.id, proposed=None).id
    with make.fixture() as op:
        for case in (made.annas, made.bens):
            op.session.add(Rating(review_id=case, rater_id=li.id, kind="superior", state="asked"))
    made.hr = make.actor_of(make.employee("Staff", roles=("employee", "hr")))
    return made


def appoint(team: SimpleNamespace, **given: Any) -> Deputy:
    asked = {
        "employee_id": team.li, "deputy_id": team.wang, "role": "superior", "first_day": TODAY, "last_day": TODAY + WEEK,
        "reason": "Away.",
    } | given  # fmt: skip
    return as_confirmed(appoint_deputy, **asked, actor=team.hr, now=NOW)


def follow(now: datetime = NOW) -> int:
    return follow_deputies(actor=SYSTEM, now=now)


def line_of(case: int) -> tuple[int | None, int | None, int | None, int | None]:
    with acting_as(SYSTEM):
        db.session.rollback()
        row = db.session.get_one(Review, case)
        return row.superior_id, row.superior_for_id, row.head_id, row.head_for_id


def evaluate(team: SimpleNamespace, case: int, person: int, now: datetime = NOW) -> Rating:
    with acting_as(SYSTEM):
        row = db.session.get_one(Review, case)
        codes = [each.code for each in rated_criteria(row.cycle.scorecard, "superior")]
        actor = make.actor_of(db.session.get_one(Employee, person), now)
    given = RatingInput({code: {"value": 4, "text": "Seen."} for code in codes}, "Good work.")
    return ratings.submit_superior_evaluation(case, given, actor=actor, now=now)


def history(case: int) -> list[tuple[str, str | None]]:
    with acting_as(SYSTEM):
        rows = db.session.scalars(
            select(HistoryStep)
            .where(HistoryStep.process == "review", HistoryStep.record_id == case)
            .order_by(HistoryStep.id)
        )
        return [(row.action, row.in_place_of) for row in rows]


def test_an_appointment_waits_for_a_second_person_and_is_told_to_both(team: SimpleNamespace) -> None:
    from admin.operations.seconding import Proposed

    with pytest.raises(Proposed):
        appoint_deputy(team.li, team.wang, "superior", TODAY, TODAY + WEEK, "Away.", actor=team.hr, now=NOW)
    assert follow() == 0
    assert second_confirms() == 1
    with acting_as(SYSTEM):
        told = db.session.scalars(select(Notification).where(Notification.process == "deputy")).all()
        users = {db.session.get_one(Employee, key).user_id for key in (team.li, team.wang)}
    assert {row.user_id for row in told} == users
    assert told[0].facts == {"person": "Li", "deputy": "Wang", "first": str(TODAY), "last": str(TODAY + WEEK)}
    assert follow() == 2


def test_open_cases_go_to_the_deputy_and_come_back_when_the_time_is_over(team: SimpleNamespace) -> None:
    appoint(team)
    assert follow() == 2 and follow() == 0
    assert line_of(team.annas)[:2] == (team.wang, team.li)
    with acting_as(SYSTEM):
        asked = {
            (row.rater_id, row.state)
            for row in db.session.scalars(select(Rating).where(Rating.review_id == team.annas))
        }
    assert asked == {(team.li, "expired"), (team.wang, "asked")}
    assert follow(NOW + WEEK) == 0  # the last day is one of them
    assert follow(NOW + WEEK + DAY) == 2
    assert line_of(team.annas)[:2] == line_of(team.bens)[:2] == (team.li, None)
    assert [action for action, _place in history(team.annas)] == ["stand_in", "give_back"]


def test_what_is_opened_while_it_runs_follows_and_what_begins_later_waits_for_its_day(team: SimpleNamespace) -> None:
    appoint(team, first_day=TODAY + 2 * DAY)
    assert follow() == 0
    assert follow(NOW + 2 * DAY) == 2
    with acting_as(SYSTEM):
        late = make.employee("Late", superior=db.session.get_one(Employee, team.li))
        case = make.review(make.open_cycle(2027), late, stage="self_assessment", proposed=None, superior_id=team.li).id
    assert follow(NOW + 2 * DAY) == 1 and line_of(case)[:2] == (team.wang, team.li)


def test_what_the_deputy_signs_says_in_whose_place_and_stands_when_the_case_goes_back(team: SimpleNamespace) -> None:
    appoint(team)
    follow()
    signed = evaluate(team, team.annas, team.wang)
    assert (signed.rater_id, signed.in_place_of_id) == (team.wang, team.li)
    assert ("submit_superior_evaluation", "Li") in history(team.annas)
    follow(NOW + 2 * WEEK)
    with acting_as(SYSTEM):
        rows = db.session.scalars(
            select(Rating).where(Rating.review_id == team.annas, Rating.state == "submitted")
        ).all()
        entry = history_of(db.session(), "review", team.annas, team.hr)
    assert [row.rater_id for row in rows] == [team.wang] and line_of(team.annas)[0] == team.li
    assert [each.in_place_of for each in entry if each.action == "submit_superior_evaluation"] == ["Li"]
    with pytest.raises((Refused, NotFound)):
        evaluate(team, team.annas, team.li)


def test_an_act_in_somebodys_place_binds_both(team: SimpleNamespace) -> None:
    appoint(team)
    follow()
    evaluate(team, team.annas, team.wang)
    with acting_as(SYSTEM):
        case = db.session.get_one(Review, team.annas)
        assert {team.wang, team.li} <= set(acts_on(db.session(), case.id))
        assert {team.wang, team.li} <= ties_of(db.session(), case).superiors


@pytest.mark.parametrize("who", ["wang", "li"])
def test_a_case_that_either_has_judged_in_another_way_stays_and_is_named_to_hr(team: SimpleNamespace, who: str) -> None:
    with make.fixture() as op:
        make.proposal(op.get(Review, team.annas), op.get(Employee, getattr(team, who)), "J2")
    appoint(team)
    assert follow() == 1 and line_of(team.annas)[:2] == (team.li, None)
    with acting_as(team.hr):
        page = deputies_page(db.session(), TODAY, {"now": 1, "past": 1}, None)
    (line,) = page.now.rows
    assert (line.given, [(each.review.id, each.refusal.clause) for each in line.staying]) == (
        1,
        [(team.annas, "3.3-d")],
    )


def test_whoever_comes_to_be_barred_while_it_runs_judges_no_more(team: SimpleNamespace) -> None:
    appoint(team)
    follow()
    with make.fixture() as op:
        make.proposal(op.get(Review, team.annas), op.get(Employee, team.li), "J2")
    with acting_as(SYSTEM):
        case, wang = db.session.get_one(Review, team.annas), make.actor_of(db.session.get_one(Employee, team.wang))
        assert review_facts(db.session(), case, wang, NOW).known["separation"].clause == "3.3-d"
    with pytest.raises(Refused, match=r"3\.3-d"):
        evaluate(team, team.annas, team.wang)


def test_a_deputy_of_the_head_is_not_one_of_the_other_two(team: SimpleNamespace) -> None:
    with pytest.raises(Refused, match=r"3\.3-f"):
        appoint(team, employee_id=team.boss, deputy_id=team.li, role="head")
    appoint(team, employee_id=team.boss, deputy_id=team.anna, role="head")
    assert follow() == 1  # Ben's; Anna reviews no case of her own
    assert line_of(team.annas)[2:] == (team.boss, None) and line_of(team.bens)[2:] == (team.anna, team.boss)


def test_a_head_who_comes_back_finds_no_case_in_which_they_are_the_superior_by_then(team: SimpleNamespace) -> None:
    appoint(team, employee_id=team.boss, deputy_id=team.wang, role="head")
    follow()
    with pytest.raises(Refused, match=r"3\.3-f"):
        as_confirmed(reassign, team.annas, superior_id=team.boss, reason="Because.", actor=team.hr, now=NOW)


def test_an_appeal_that_waits_for_the_superior_goes_to_the_deputy_too(team: SimpleNamespace) -> None:
    with make.fixture() as op:
        case = op.get(Review, team.annas)
        case.stage, case.determined_grade_id = "appealed", make.grade("J2").id
        notice = make.notice(op.get(type(case.cycle), team.cycle), [case], ends_at=NOW + WEEK)
        row = {"number": "A-1", "review_id": case.id, "notice_row_id": notice.rows[0].id, "filer_id": team.anna}
        row |= {
            "kind": "appeal",
            "stage": "with_superior",
            "addressee": "superior",
            "ground": "figures",
            "text": "Look again.",
        }
        appeal = op.add(Appeal(**row, received_at=NOW, answer_due=NOW + WEEK, superior_due=NOW + WEEK)).id
    appoint(team)
    assert follow() == 2 and line_of(team.annas)[:2] == (team.wang, team.li)
    from admin.operations.appeals.appeals import answer

    with acting_as(SYSTEM):
        wang = make.actor_of(db.session.get_one(Employee, team.wang))
    answered = answer(appeal, False, "As it was.", actor=wang, now=NOW)
    assert (answered.answered_by_id, answered.in_place_of_id) == (team.wang, team.li)
    assert follow(NOW + 2 * WEEK) == 2 and line_of(team.annas)[:2] == (team.li, None)


def test_a_proposal_in_the_heads_place_says_so(team: SimpleNamespace) -> None:
    from admin.operations.cases import department

    with make.fixture() as op:
        op.get(Review, team.annas).stage = "department_review"
    appoint(team, employee_id=team.boss, role="head")
    assert follow() == 2
    with acting_as(SYSTEM):
        wang = make.actor_of(db.session.get_one(Employee, team.wang))
    department.propose(team.annas, "J2", "As before.", actor=wang, now=NOW)
    with acting_as(SYSTEM):
        row = db.session.scalars(select(Proposal).where(Proposal.review_id == team.annas)).one()
        assert {team.wang, team.boss} <= set(acts_on(db.session(), team.annas))
    assert (row.head_id, row.in_place_of_id) == (team.wang, team.boss)


def test_ended_early_everything_goes_back(team: SimpleNamespace) -> None:
    row = appoint(team)
    follow()
    as_confirmed(end_deputy, team.li, row.id, "Back sooner.", actor=team.hr, now=NOW + DAY)
    assert follow(NOW + DAY) == 2 and line_of(team.annas)[:2] == (team.li, None)
    with pytest.raises(Refused, match="over already"):
        as_confirmed(end_deputy, team.li, row.id, "Again.", actor=team.hr, now=NOW + DAY)
    with pytest.raises(NotFound):
        as_confirmed(end_deputy, team.wang, row.id, "Not theirs.", actor=team.hr, now=NOW)


def test_a_case_that_hr_gives_to_somebody_else_is_no_deputys_any_more(team: SimpleNamespace) -> None:
    appoint(team)
    follow()
    as_confirmed(reassign, team.annas, superior_id=team.other, reason="Better so.", actor=team.hr, now=NOW)
    assert line_of(team.annas)[:2] == (team.other, None)
    assert follow(NOW + 2 * WEEK) == 1 and line_of(team.annas)[:2] == (team.other, None)


def test_when_the_deputy_leaves_everything_goes_back(team: SimpleNamespace) -> None:
    appoint(team)
    follow()
    people.mark_left(team.wang, TODAY + DAY, actor=SYSTEM, now=NOW + DAY)
    assert follow(NOW + DAY) == 2 and line_of(team.annas)[:2] == (team.li, None)


def test_the_home_pages_of_both_say_it(team: SimpleNamespace) -> None:
    appoint(team)
    for person in (team.li, team.wang):
        with acting_as(SYSTEM):
            actor = make.actor_of(db.session.get_one(Employee, person))
        with acting_as(actor):
            assert [row.deputy_id for row in acting_for(db.session(), person, TODAY)] == [team.wang]
            assert acting_for(db.session(), person, TODAY + 2 * WEEK) == []


WRONG_DAYS: list[tuple[date, date, str]] = [
    (TODAY - DAY, TODAY + WEEK, "first_day"), (TODAY, TODAY - DAY, "last_day"), (TODAY, TODAY + 366 * DAY, "last_day"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "last", "field"), WRONG_DAYS)
def test_a_period_that_cannot_be_is_named(team: SimpleNamespace, first: date, last: date, field: str) -> None:
    with pytest.raises(Invalid) as error:
        appoint(team, first_day=first, last_day=last)
    assert set(error.value.fields) == {field}


def test_whoever_cannot_be_a_deputy_is_refused(team: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="own deputy"):
        appoint(team, deputy_id=team.li)
    with pytest.raises(Invalid) as nothing:
        appoint(team, employee_id=team.other)
    assert set(nothing.value.fields) == {"role"}
    with acting_as(SYSTEM):
        auditor = make.employee("Auditor", roles=("employee", "auditor")).id
        gone = make.employee("Gone").id
    with pytest.raises(Refused, match=r"6\.1-a"):
        appoint(team, deputy_id=auditor)
    people.mark_left(gone, TODAY + 2 * DAY, actor=SYSTEM, now=NOW)
    with pytest.raises(Invalid):
        appoint(team, deputy_id=gone)
    appoint(team)
    with pytest.raises(Refused, match="already"):
        appoint(team, deputy_id=team.other, first_day=TODAY + WEEK, last_day=TODAY + 2 * WEEK)
    appoint(team, deputy_id=team.other, first_day=TODAY + WEEK + DAY, last_day=TODAY + 2 * WEEK)


def test_a_deputy_has_no_deputy(team: SimpleNamespace) -> None:
    with acting_as(SYSTEM):
        make.employee("Theirs", superior=db.session.get_one(Employee, team.wang))
    appoint(team)
    with pytest.raises(Refused, match="has no deputy"):
        appoint(team, employee_id=team.wang, deputy_id=team.other)
    with acting_as(SYSTEM):
        make.employee("His", superior=db.session.get_one(Employee, team.other))
    with pytest.raises(Refused, match="has no deputy"):
        appoint(team, employee_id=team.other, deputy_id=team.li)


def test_nobody_of_hr_proposes_what_makes_them_a_deputy(team: SimpleNamespace) -> None:
    with acting_as(SYSTEM):
        staff = db.session.scalars(select(Employee).where(Employee.name == "Staff")).one().id
    with pytest.raises(Refused, match=r"6\.1-a"):
        appoint_deputy(team.li, staff, "superior", TODAY, TODAY + WEEK, "Away.", actor=team.hr, now=NOW)
