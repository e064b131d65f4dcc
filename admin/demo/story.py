"""The demo's cycle, told by the real operations: to a running notice with an appeal, an objection and a complaint.

Each chapter takes up the cases that stand at its stage, so an interrupted demo goes on where it stopped.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from admin.access.actor import acting_as
from admin.demo.people import SEED
from admin.demo.stage import Stage
from admin.demo.words import OPINIONS, PEER_WORDS, SUMMARIES
from admin.domain.codes import CaseStage
from admin.jobs.publishing import publish_site
from admin.jobs.sweep import tick
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.cases.demotions import record_no_demotion
from admin.operations.cases.department import propose
from admin.operations.cases.ratings import RatingInput, rate_as_peer, submit_superior_evaluation
from admin.operations.cases.self_assessment import SelfAssessmentInput, save_self_assessment, submit_self_assessment
from admin.operations.committee import assigning, ballots, meetings
from admin.operations.complaints import complaints
from admin.operations.complaints.complaints import ComplaintInput
from admin.operations.cycles import cycles, deadlines
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.outcome import notices, results
from admin.queries.cases.demotions import meeting_ground_one
from admin.queries.cycles import roll
from admin.queries.policy.rules import ByDay, rules_on

SUBJECT = "unfair_conduct"
MISSING = 3  # agents who never hand a self-assessment in
DAY = timedelta(days=1)
RATING_DAYS = 9  # before the colleagues' deadline, however many there are


def tell(stage: Stage) -> None:
    """Carry the cycle from its opening to the notice."""
    cycle_id = _open(stage)
    with acting_as(stage.system):
        criteria, due = roll.criteria_of(stage.session, cycle_id), roll.deadlines_of(stage.session, cycle_id)
    _self_assess(stage, cycle_id, criteria["self"], due["self_assessment_due"])
    _rate(stage, cycle_id, criteria, due["self_assessment_due"] + DAY)
    _propose(stage, cycle_id, due["rating_due"] + DAY)
    _meet(stage, cycle_id)
    _publish(stage, cycle_id)
    _file(stage)


def _open(stage: Stage) -> int:
    with acting_as(stage.system):
        known = roll.last_cycle(stage.session)
    hr = stage.actor("hr")
    if known is None:
        stage.say("cycle: opening")
        month = stage.day(stage.opening).month
        reason = f"年底為業務高峰，{stage.year} 年度的評定於 {month} 月辦理。"
        cycle = cycles.plan_cycle(CyclePlan(stage.year, month_reason=reason), actor=hr, now=stage.opening)
        known = (cycle.id, "planned")
    if known[1] == "planned":
        cycles.open_cycle(known[0], actor=hr, now=stage.opening)
    stage.forget()
    return known[0]


def _at(stage: Stage, cycle_id: int, name: str) -> list[roll.CaseLine]:
    with acting_as(stage.system):
        return roll.cases_at(stage.session, cycle_id, name)


def _self_assess(stage: Stage, cycle_id: int, codes: list[str], due: datetime) -> None:
    cases = _at(stage, cycle_id, "self_assessment")
    if not cases:
        return
    stage.say(f"self-assessment: {len(cases)} employees")
    assess(stage, cases, codes, stage.opening + 3 * DAY)
    late = due + timedelta(hours=1)
    deadlines.close_stage(
        cycle_id, "self_assessment", "自評截止；未送出者的評定繼續進行。", actor=stage.actor("hr"), now=late
    )


def assess(stage: Stage, cases: list[roll.CaseLine], codes: list[str], at: datetime) -> None:
    """These employees fill their application forms in; a few never hand them in."""
    numbers, dice, people = stage.numbers_by_id(), random.Random(SEED), stage.people
    with acting_as(stage.system):
        ladder = rules_on(stage.session, stage.day(stage.opening), ByDay.NOT_OPEN).ladder
    for index, case in enumerate(cases):
        person = people[numbers[case.employee_id]]
        wants = person.skill > 0.4 and case.present is not None
        target = ladder.next_above(case.present) if wants and case.present else None
        answers = {code: {"value": _value(dice, person.skill), "text": ""} for code in codes}
        given = SelfAssessmentInput(answers, dice.choice(SUMMARIES), target, "1" if target else None)
        moment = at + timedelta(minutes=7 * index)
        save_self_assessment(case.id, given, actor=stage.person(person.number), now=moment)
        if index % 50 != MISSING:
            submit_self_assessment(case.id, actor=stage.person(person.number), now=moment + timedelta(minutes=5))


def _value(dice: random.Random, skill: float) -> int:
    return min(5, max(1, round(3.4 + 0.7 * skill + dice.gauss(0, 0.5))))


def _rate(stage: Stage, cycle_id: int, criteria: dict[str, list[str]], at: datetime) -> None:
    cases = _at(stage, cycle_id, "rating")
    if not cases:
        return
    stage.say(f"ratings: colleagues and superiors of {len(cases)} cases")
    judge(stage, cases, criteria, at)


def judge(stage: Stage, cases: list[roll.CaseLine], criteria: dict[str, list[str]], at: datetime) -> None:
    """Colleagues and superiors rate these cases and sign."""
    numbers, dice, people = stage.numbers_by_id(), random.Random(SEED + 1), stage.people
    for index, case in enumerate(cases):
        skill = people[numbers[case.employee_id]].skill
        moment = at + min(timedelta(minutes=9), RATING_DAYS * DAY / len(cases)) * index
        with acting_as(stage.system):
            asked = roll.raters_asked(stage.session, case.id)
        for rater in asked:
            values = {code: {"value": _value(dice, skill)} for code in criteria["peers"]}
            rate_as_peer(
                case.id, RatingInput(values, dice.choice(PEER_WORDS)), actor=stage.person(numbers[rater]), now=moment
            )
        values = {code: {"value": _value(dice, skill)} for code in criteria["superior"]}
        opinion = dice.choice(OPINIONS[0 if skill > 0.6 else 1 if skill > -0.6 else 2])
        superior = stage.person(numbers[case.superior_id or 0])
        submit_superior_evaluation(
            case.id, RatingInput(values, opinion), actor=superior, now=moment + timedelta(minutes=4)
        )


def _propose(stage: Stage, cycle_id: int, at: datetime) -> None:
    cases = _at(stage, cycle_id, "department_review")
    if not cases:
        return
    stage.say(f"department review: {len(cases)} proposals")
    numbers = stage.numbers_by_id()
    _answer_the_duty(stage, numbers, at - DAY)
    for index, case in enumerate(cases):
        grade = case.suggested or case.present or "J1"
        reason = (
            ""
            if case.suggested
            else "首次定級，依到職以來表現建議。"
            if case.present is None
            else "資料不足，建議維持現職級。"
        )
        head = stage.person(numbers[case.head_id or 0])
        propose(case.id, grade, reason, actor=head, now=at + timedelta(minutes=3 * index))


def _answer_the_duty(stage: Stage, numbers: dict[int, str], at: datetime) -> None:
    """For everyone who meets ground (1) of demotion the superior writes down why it is not proposed this year (4.2.1)."""
    with acting_as(stage.system):
        met, day = meeting_ground_one(stage.session, stage.day(at)), stage.day(at)
        parts = range(met.part(stage.session, day, 1).part.pages)
        shown = [each for number in parts for each in met.part(stage.session, day, number + 1).rows]
        listed = [each.review for each in shown if not each.settled]
        owed = [(case.id, case.superior_id) for case in listed if case.stage == CaseStage.DEPARTMENT_REVIEW]
    for review_id, superior_id in owed:
        reason = "已安排專人輔導並調整班別，先觀察一期。"
        record_no_demotion(review_id, reason, actor=stage.person(numbers[superior_id or 0]), now=at)


def _meet(stage: Stage, cycle_id: int) -> None:
    hr, chair, secretary = stage.actor("hr"), stage.actor("chair"), stage.actor("secretary")
    at = stage.opening + 42 * DAY
    waiting = [case.id for case in _at(stage, cycle_id, "committee")]
    with acting_as(stage.system):
        known = roll.last_meeting(stage.session)
    if known is None and waiting:
        stage.say(f"committee: {len(waiting)} cases on the agenda")
        meeting = meetings.plan_meeting(cycle_id, at, actor=secretary, now=at - 5 * DAY)
        assigning.assign_to_meeting(waiting, meeting.id, actor=secretary, now=at - 4 * DAY)
        known = (meeting.id, "planned")
    if known is None:
        return
    if known[1] == "planned":
        with acting_as(stage.system):
            seats = roll.seats_by_person(stage.session)
        present = [seats[stage.ids[number]] for number, name in stage.usernames.items() if name in MEMBERS]
        meetings.open_meeting(known[0], present, actor=chair, now=at)
        known = (known[0], "open")
    if known[1] == "open":
        _vote(stage, known[0], at)
        meetings.adjourn(known[0], actor=chair, now=at + timedelta(hours=3))
    for signer in (chair, secretary):
        if known[1] in ("open", "closed"):
            meetings.sign_minutes(known[0], actor=signer, now=at + timedelta(hours=4))
    results.verify_results(cycle_id, actor=hr, now=at + 2 * DAY)


MEMBERS = ("chair", "member1", "member2", "member3", "member4", "member5")


def _vote(stage: Stage, meeting_id: int, at: datetime) -> None:
    stage.say("committee: voting")
    with acting_as(stage.system):
        items = roll.open_items(stage.session, meeting_id)
    voters = [stage.actor(name) for name in MEMBERS]
    if any(consent for _, consent in items):
        for voter in voters:
            ballots.cast_ballot(meeting_id, in_favour=True, consent=True, actor=voter, now=at)
        ballots.close_ballot(meeting_id, consent=True, actor=voters[0], now=at + timedelta(minutes=10))
    with acting_as(stage.system):
        items = roll.open_items(stage.session, meeting_id)
    for index, (item, _) in enumerate(items):
        moment = at + timedelta(minutes=15 + index)
        with acting_as(stage.system):
            sitting = roll.voters_of(stage.session, item)
        for voter in (v for v in voters if v.member_ids & sitting):
            ballots.cast_ballot(meeting_id, in_favour=True, item_id=item, actor=voter, now=moment)
        ballots.close_ballot(meeting_id, item_id=item, actor=voters[0], now=moment)


def _publish(stage: Stage, cycle_id: int) -> None:
    if _at(stage, cycle_id, "checked"):
        stage.say("notice: publishing the site")
        notices.publish_notice(cycle_id, actor=stage.actor("hr"), now=stage.now - timedelta(minutes=5))
    tick(actor=stage.system, clock=lambda: stage.now)
    publish_site(actor=stage.system, clock=lambda: stage.now)


def _file(stage: Stage) -> None:
    """One appeal, one objection and one complaint wait to be dealt with."""
    with acting_as(stage.system):
        rows = [(p.number, roll.notice_row_of(stage.session, stage.ids[p.number])) for p in stage.centre.agents[:20]]
        filed = roll.appeals_filed(stage.session)
    printed = [(number, row) for number, row in rows if row is not None]
    if filed or len(printed) < 4:
        return
    (appellant, own_row), (objector, _), (_, other_row) = printed[0], printed[1], printed[2]
    file_appeal(
        own_row,
        AppealInput("figures", "第三季轉調線上客服期間的滿意度沒有計入，請查明。"),
        actor=stage.person(appellant),
        now=stage.now,
    )
    file_appeal(
        other_row,
        AppealInput("procedure", "據了解該同仁當年度多數時間不在本組，同事評價的人選是否妥當？"),
        actor=stage.person(objector),
        now=stage.now,
    )
    given = ComplaintInput(
        SUBJECT, "主管在評價前要求組員互相給高分，請查核第二季的同事評價。", accused="電話客服一部某組長"
    )
    complaints.file_complaint(given, once="demo", now=stage.now)
