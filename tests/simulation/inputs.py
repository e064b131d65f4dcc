"""What people fill in: for each action of the registry the input of somebody who means to do it right.

Each function returns the input, and whether it is certain that nothing in it gives cause to refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from admin.access.actor import acting_as
from admin.models import db
from admin.queries.cycles import roll
from tests.simulation.doors import World

Input = tuple[dict[str, Any], bool]
Maker = Callable[[World, int, Random], Input]
WHY = "依規定辦理。"


def review(world: World, key: int) -> Any:
    """A case as it stands in the file."""
    return world.ground.all("SELECT * FROM reviews WHERE id = ?", key)[0]


def grades(world: World) -> dict[int, str]:
    """Codes of grades by id, lowest first."""
    return {row["id"]: row["code"] for row in world.ground.all("SELECT id, code FROM grades ORDER BY rank")}


def _criteria(world: World, key: int) -> dict[str, list[str]]:
    with acting_as(world.ground.system):
        return roll.criteria_of(db.session, review(world, key)["cycle_id"])


def _skill(world: World, key: int) -> float:
    number = world.number_of(review(world, key)["employee_id"])
    person = world.centre.people.get(number)
    return person.skill if person else 0.0


def _value(dice: Random, skill: float) -> int:
    return min(5, max(1, round(3.4 + 0.7 * skill + dice.gauss(0, 0.6))))


def form(world: World, key: int, dice: Random) -> Input:
    """The application form, with an application for promotion from those who think well of themselves."""
    skill = _skill(world, key)
    answers = {code: {"value": _value(dice, skill), "text": "說明"} for code in _criteria(world, key)["self"]}
    given: dict[str, Any] = {"answers": answers, "summary": "這一年"}
    present = review(world, key)["present_grade_id"]
    if present is None or skill + dice.gauss(0, 0.5) < 0.1:
        return given, True
    codes = list(grades(world).values())
    above = codes.index(grades(world)[present]) + dice.choice((1, 1, 1, 1, 2))
    if above < len(codes):
        given |= {"target_grade": codes[above], "ground": dice.choice("123")}
    return given, "target_grade" not in given


def submitted(world: World, key: int, dice: Random) -> Input:
    """The form handed in; where the draft asks for a grade already, whether one may is for the rules to say."""
    given, sure = form(world, key, dice)
    return given, sure and review(world, key)["target_grade_id"] is None


def peer_rating(world: World, key: int, dice: Random) -> Input:
    """A colleague's rating, now and then far from the others."""
    off = dice.choice((0, 0, 0, 0, 0, -2.5))
    return {
        "values": {code: {"value": _value(dice, _skill(world, key) + off)} for code in _criteria(world, key)["peers"]}
    }, True


def evaluation(world: World, key: int, dice: Random) -> Input:
    """The superior's evaluation and opinion."""
    values = {code: {"value": _value(dice, _skill(world, key))} for code in _criteria(world, key)["superior"]}
    return {"values": values, "opinion": "表現穩定。"}, True


def reason(world: World, key: int, dice: Random) -> Input:
    """Nothing but why."""
    return {"reason": WHY}, True


def nothing(world: World, key: int, dice: Random) -> Input:
    """Nothing at all."""
    return {}, True


def checked(world: World, key: int, dice: Random) -> Input:
    """HR's check of a result: whether it passes is seen in it."""
    return {}, False


def addition(world: World, key: int, dice: Random) -> Input:
    """What whoever was heard adds."""
    return {"text": "本人補充說明。"}, True


def statement(world: World, key: int, dice: Random) -> Input:
    """What the superior before says."""
    return {"form": dice.choice(("statement", "not_obtainable")), "text": "前主管說明。"}, True


def figure(world: World, key: int, dice: Random) -> Input:
    """A figure of the case put right."""
    row = review(world, key)
    held = world.ground.all(
        "SELECT month, queue, code, value FROM metrics WHERE employee_id = ? ORDER BY id", row["employee_id"]
    )
    if not held:
        return {"month": "2026-03-01", "queue": "phone", "figure": "answered", "value": 900, "reason": WHY}, False
    one = dice.choice(held)
    given = {
        "month": str(one["month"])[:10],
        "queue": one["queue"],
        "figure": one["code"],
        "value": int(one["value"]) + dice.choice((1, 5, 40)),
        "reason": WHY,
    }
    return given, False


def hearing(world: World, key: int, dice: Random) -> Input:
    """How somebody was heard."""
    if dice.random() < 0.3:
        return {"form": "not_taken_up", "text": ""}, False
    return {"form": dice.choice(("statement", "interview")), "text": "本人陳述。"}, True


def objection(world: World, key: int, dice: Random) -> Input:
    """A signature, now and then with an objection."""
    return {"objection": "" if dice.random() < 0.7 else "我說的不是這樣。"}, True


def proposal(world: World, key: int, dice: Random) -> Input:
    """The suggested grade, or the present one, or for a demotion the one below; with a reason where the grade is another."""
    row, codes = review(world, key), grades(world)
    order = list(codes)
    present, suggested = row["present_grade_id"], row["suggested_grade_id"]
    if row["demotion_ground"] and present in order and order.index(present) > 0 and dice.random() < 0.7:
        return {"grade": codes[order[order.index(present) - 1]], "reason": WHY}, False
    chosen = suggested or present or order[dice.randint(0, 2)]
    if dice.random() < 0.1 and present:
        chosen = dice.choice(order)
        return {"grade": codes[chosen], "reason": WHY}, False
    return {"grade": codes[chosen], "reason": WHY}, True


def meeting_of(world: World, key: int, dice: Random) -> Input:
    """A planned meeting of the case's cycle."""
    row = review(world, key)
    found = world.ground.all(
        "SELECT id FROM meetings WHERE cycle_id = ? AND stage = 'planned' ORDER BY id DESC", row["cycle_id"]
    )
    return {"meeting": found[0]["id"] if found else 1}, False


def deadline(world: World, key: int, dice: Random) -> Input:
    """A deadline moved by some days."""
    name = dice.choice(("self_assessment_due", "rating_due", "department_due"))
    return {"deadline": name, "until": f"+{dice.choice((1, 3, 5))}", "reason": WHY}, False


def stage(world: World, key: int, dice: Random) -> Input:
    """A stage that waits for people, mostly one in which a case is."""
    here = world.ground.all(
        "SELECT DISTINCT stage FROM reviews WHERE cycle_id = ? AND stage IN ('self_assessment', 'rating') ORDER BY stage",
        key,
    )
    chosen = [row["stage"] for row in here] if dice.random() < 0.9 else []
    return {"stage": dice.choice(chosen or ["self_assessment", "rating"]), "reason": WHY}, False


def correction(world: World, key: int, dice: Random) -> Input:
    """A printed name or department put right."""
    found = world.ground.all(
        "SELECT n.id AS notice, r.id AS row FROM notices n JOIN notice_rows r ON r.notice_id = n.id "
        "WHERE n.cycle_id = ? AND n.stage = 'published' AND r.superseded = 0 ORDER BY r.id",
        key,
    )
    if not found:
        return {"notice": 1, "rows": {"1": {"printed_name": "某人"}}, "reason": WHY}, False
    one = dice.choice(found)
    text = dice.choice(("更正之名", "更正部門", "更正\t名", "更正\u007f名"))
    return {
        "notice": one["notice"],
        "rows": {str(one["row"]): {dice.choice(("printed_name", "department")): text}},
        "reason": WHY,
    }, False


def effective(world: World, key: int, dice: Random) -> Input:
    """From when it holds: the first of next month, or a day that is named."""
    if dice.random() < 0.6:
        return {}, True
    return {"effective_on": (world.today + timedelta(days=dice.choice((0, 1, 20, 60)))).isoformat()}, False


def present(world: World, key: int, dice: Random) -> Input:
    """Who has come to the meeting: most, now and then too few."""
    rows = world.ground.all(
        "SELECT m.id FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE m.on_panel = 0 AND m.office <> 'secretary' "
        "AND m.term_from <= ? AND (m.term_to IS NULL OR m.term_to >= ?) AND e.status = 'in_service' ORDER BY m.id",
        world.today.isoformat(), world.today.isoformat(),
    )  # fmt: skip
    missing = dice.choice((0, 0, 0, 1, 1, 2, 4))
    chosen = [row["id"] for row in rows]
    dice.shuffle(chosen)
    return {"present": sorted(chosen[missing:])}, False


def item(world: World, key: int, dice: Random) -> dict[str, Any]:
    """A case on a meeting's agenda."""
    rows = world.ground.all(
        "SELECT id, review_id FROM agenda_items WHERE meeting_id = ? AND state = 'pending' ORDER BY position", key
    )
    rows = rows or world.ground.all(
        "SELECT id, review_id FROM agenda_items WHERE meeting_id = ? ORDER BY position", key
    )
    if not rows:
        return {"item": 1}
    one = dice.choice(rows)
    return {"review": one["review_id"]} if dice.random() < 0.3 else {"item": one["id"]}


def _on_item(**more: Callable[[World, Random], Any]) -> Maker:
    def make(world: World, key: int, dice: Random) -> Input:
        return {**item(world, key, dice), **{name: value(world, dice) for name, value in more.items()}}, False

    return make


def _some_grade(world: World, dice: Random) -> str:
    return dice.choice(list(grades(world).values()))


def conflict(world: World, key: int, dice: Random) -> Input:
    """Somebody is related to somebody."""
    rows = world.ground.all("SELECT review_id FROM agenda_items WHERE meeting_id = ? ORDER BY position", key)
    ground = dice.choice(("kin", "complaint_party", "declared"))
    return {"review": dice.choice(rows)["review_id"] if rows else 1, "ground": ground, "reason": WHY}, False


def recusal(world: World, key: int, dice: Random) -> Input:
    """A recusal that is to be overridden."""
    rows = world.ground.all(
        "SELECT r.id FROM recusals r JOIN agenda_items i ON i.review_id = r.review_id WHERE i.meeting_id = ? ORDER BY r.id",
        key,
    )
    return {"recusal": dice.choice(rows)["id"] if rows else 1, "reason": WHY}, False


def panel_recusal(world: World, key: int, dice: Random) -> Input:
    """A recusal from the panel that is to be overridden."""
    query = "SELECT r.id FROM recusals r JOIN appeals a ON a.review_id = r.review_id WHERE a.id = ? ORDER BY r.id"
    rows = world.ground.all(query, key)
    return {"recusal": dice.choice(rows)["id"] if rows else 1, "reason": WHY}, False


def answer(world: World, key: int, dice: Random) -> Input:
    """The superior supports or explains."""
    return {"supports": dice.random() < 0.4, "reason": WHY}, True


def panel_ballot(world: World, key: int, dice: Random) -> Input:
    """Dismiss, remit or fix a grade."""
    result = dice.choice(("dismissed", "dismissed", "remit_to_rating", "remit_to_department", "grade_fixed"))
    if result != "grade_fixed":
        return {"result": result, "reason": WHY}, True
    codes = list(grades(world).values())
    printed = world.ground.one(
        "SELECT to_grade FROM notice_rows WHERE id = (SELECT notice_row_id FROM appeals WHERE id = ?)", key
    )
    near = codes.index(printed) + dice.choice((1, 1, -1)) if printed in codes else 0
    return {"result": result, "grade": codes[max(0, min(near, len(codes) - 1))], "reason": WHY}, False


def accused(world: World, key: int, dice: Random) -> Input:
    """Numbers of those who are accused."""
    return {"accused": dice.choice(sorted(world.centre.people))}, False


def _neutral(world: World, complaint: int) -> list[str]:
    """Numbers of those in service who are no party of a complaint; complaint officers first."""
    offices = (world.centre.offices["officer"], world.centre.offices["officer_second"])
    rows = world.ground.all(
        "SELECT number FROM employees WHERE status = 'in_service' AND user_id IS NOT NULL AND id NOT IN "
        "(SELECT employee_id FROM complaint_parties WHERE complaint_id = ?) ORDER BY number NOT IN (?, ?), id",
        complaint, *offices,
    )  # fmt: skip
    return [row["number"] for row in rows]


def officer(world: World, key: int, dice: Random) -> Input:
    """Somebody to investigate: an officer without a stake, or somebody else."""
    free = _neutral(world, key)
    return {"officer": dice.choice(free[:2] if dice.random() < 0.7 else free or ["E1001"]), "reason": WHY}, False


OF_MANAGEMENT = (
    "SELECT e.number FROM employees e JOIN ab_user_role ur ON ur.user_id = e.user_id JOIN ab_role r ON r.id = ur.role_id "
    "WHERE r.name = 'management' ORDER BY e.id"
)


def voters(world: World, key: int, dice: Random) -> Input:
    """Three who vote on a finding in the committee's place."""
    appoints = {row["number"] for row in world.ground.all(OF_MANAGEMENT)}
    free = [number for number in _neutral(world, key) if number not in appoints]
    return {"people": ",".join(dice.sample(free, min(3, len(free)))), "reason": WHY}, False


def panellist(world: World, key: int, dice: Random) -> Input:
    """Somebody without a seat, who completes the panel."""
    free = world.ground.all(
        "SELECT number FROM employees WHERE status = 'in_service' AND user_id IS NOT NULL AND id NOT IN "
        "(SELECT employee_id FROM committee_members) ORDER BY id"
    )
    return {"employee": dice.choice(free)["number"] if free else "E1001", "constituency": "related_departments"}, False


def later(world: World, key: int, dice: Random) -> Input:
    """Another time for a meeting."""
    at = world.ground.now + timedelta(days=dice.choice((1, 3, 8)))
    return {"scheduled_at": at.isoformat(timespec="minutes"), "reason": WHY}, False


def declared(world: World, key: int, dice: Random) -> Input:
    """Somebody of the panel is related to somebody."""
    return {"ground": dice.choice(("kin", "complaint_party", "declared")), "reason": WHY}, False


def finding(world: World, key: int, dice: Random) -> Input:
    """What was found, with a breach or none, in whose review."""
    agents = [person.number for person in world.centre.agents]
    named = ",".join(dice.sample(agents, min(len(agents), dice.choice((0, 1, 1)))))
    return {"finding": "調查所得。", "breach": dice.random() < 0.6, "cases": named}, False


def vote(world: World, key: int, dice: Random) -> Input:
    """A ballot on a finding."""
    return {"vote": dice.choice(("for", "for", "against"))}, True


YES = _on_item(in_favour=lambda world, dice: dice.random() < 0.85)
INPUTS: dict[str, Maker] = {
    "review.save_self_assessment": form, "review.submit_self_assessment": submitted, "review.rate_as_peer": peer_rating,
    "review.submit_superior_evaluation": evaluation, "review.attach_predecessor_statement": statement,
    "review.correct_figure": figure, "review.record_hearing": hearing, "review.add_to_hearing": addition,
    "review.sign_hearing": objection,
    "review.state_oneself": addition,
    "review.propose": proposal,
    "review.assign_to_meeting": meeting_of, "review.withdraw_application": nothing, "review.verify_result": checked,
    "cycle.open": nothing, "cycle.extend": deadline, "cycle.remind": stage, "cycle.close_stage": stage,
    "cycle.verify_results": nothing, "cycle.publish_notice": nothing, "cycle.correct_notice": correction,
    "cycle.issue": effective, "cycle.close": nothing, "meeting.open": present, "meeting.cast_ballot": YES,
    "meeting.move_grade": _on_item(grade=_some_grade, reason=lambda world, dice: WHY),
    "meeting.pull_from_consent": _on_item(), "meeting.close_ballot": _on_item(reason=lambda world, dice: WHY),
    "meeting.premark": _on_item(agrees=lambda world, dice: dice.random() < 0.5), "meeting.declare_conflict": conflict,
    "meeting.override_recusal": recusal, "meeting.adjourn": nothing, "meeting.sign_minutes": nothing,
    "appeal.override_recusal": panel_recusal,
    "appeal.answer": answer, "appeal.refer_to_panel": nothing, "appeal.cast_ballot": panel_ballot, "appeal.withdraw": nothing,
    "complaint.acknowledge": nothing, "complaint.reply": lambda world, key, dice: ({"text": f"回覆 {dice.random()}"}, True),
    "complaint.confirm_accused": nothing,
    "complaint.name_accused": accused, "complaint.assign": officer, "complaint.find": finding, "complaint.cast_ballot": vote,
    "complaint.appoint_voters": voters, "appeal.appoint_to_panel": panellist, "appeal.declare_conflict": declared,
    "meeting.put_on_agenda": nothing, "meeting.close_complete_ballots": nothing, "meeting.reschedule": later,
    "meeting.take_off_agenda": _on_item(reason=lambda world, dice: WHY),
    "complaint.close": nothing, "policy_version.submit": nothing, "policy_version.promulgate": nothing,
    "grade_change.approve": nothing, "grade_change.issue": nothing, "takeover_correction.approve": nothing,
    "confirmation.confirm": nothing, "document_withdrawal.approve": nothing,
}  # fmt: skip


def input_for(world: World, verb: str, key: int, dice: Random) -> Input:
    """The input of an action on a record; those not named ask for a reason and no more."""
    return INPUTS.get(verb, reason)(world, key, dice)
