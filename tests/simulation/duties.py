"""What waits for somebody, and who takes it up today: the cycle, its cases, meetings, notices, appeals, complaints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.simulation import bodies, sittings
from tests.simulation.doors import Step
from tests.simulation.life import Life
from tests.simulation.references import reference

Steps = Iterator[Step]


def duties(life: Life) -> Steps:
    """Everything that waits, in the order of the process."""
    yield from _calendar(life)
    yield from _year(life)
    for case in life.open_cases():
        if case["status"] == "left" and life.willing(0.2):
            yield life.on(life.hr, "review.close_as_left", case["id"])
        if case["stage"] in EARLY and _moved_on(life, case) and life.willing():
            yield life.on(life.hr, "review.take_file_grade", case["id"])
        yield from CASES[case["stage"]](life, case)
    yield from bodies.stages(life)
    yield from sittings.short_benches(life)
    yield from sittings.meetings(life)
    yield from bodies.results(life)
    yield from bodies.appeals(life)
    yield from bodies.complaints(life)
    yield from bodies.beside(life)


EARLY = ("self_assessment", "rating", "department_review", "committee")


def _moved_on(life: Life, case: Any) -> bool:
    """Whether the grade file has another last entry than the case was opened with."""
    last = life.one(
        "SELECT grade_id FROM grade_intervals WHERE employee_id = ? ORDER BY valid_from DESC LIMIT 1",
        case["employee_id"],
    )
    return bool(last != case["present_grade_id"])


def _calendar(life: Life) -> Steps:
    for year in {life.local.year, (life.local + timedelta(days=75)).year}:
        if not life.one("SELECT confirmed_at FROM calendar_years WHERE year = ?", year) and life.willing():
            yield life.step(life.hr, "confirm_year", year)


def _year(life: Life) -> Steps:
    """The regular cycle in December, once a year; late, in the months after it, where nobody had thought of it."""
    year = life.local.year if life.local.month > 3 else life.local.year - 1
    query = "SELECT id FROM cycles WHERE kind = 'regular' AND year = ? AND stage <> 'cancelled'"
    in_season = life.local.month in (12, 1, 2) and year >= life.begin.year
    if in_season and not life.helpful and not life.rows(query, year) and life.willing():
        yield life.step(life.hr, "plan_cycle", year, "regular")
    for row in life.rows("SELECT id FROM cycles WHERE stage = 'planned' AND kind = 'regular' ORDER BY id DESC"):
        if life.willing():
            yield from mend_lines(life, row["id"])
            yield life.on(life.hr, "cycle.open", row["id"])


def mend_lines(life: Life, cycle: int) -> Steps:
    """Everybody of the centre has a superior in service, and every head is another person."""
    above = (life.world.centre.heads["客戶服務中心"], life.office("management"), life.office("management_second"))
    director = next((number for number in above if life.here(number)), above[0])  # HR names whoever is there
    there = "SELECT id FROM employees WHERE status <> 'left'"
    for row in life.rows(
        f"SELECT id, head_id FROM departments WHERE in_centre = 1 AND (head_id IS NULL OR head_id NOT IN ({there}))"
    ):
        yield life.step(life.hr, "name_head", row["id"], director)
    orphans = life.rows(
        f"SELECT e.number FROM employees e JOIN departments d ON d.id = e.department_id WHERE d.in_centre = 1 AND e.status <> 'left' "
        f"AND (e.superior_id IS NULL OR e.superior_id NOT IN ({there})) AND e.number <> ? ORDER BY e.id",
        director,
    )
    heads = [
        number
        for number in life.world.centre.heads.values()
        if life.one("SELECT status FROM employees WHERE number = ?", number) != "left"
    ]
    for row in orphans:
        other = next((number for number in heads if number not in (row["number"], director)), director)
        yield life.step(life.hr, "set_superior", row["number"], other)
    same = life.rows(
        "SELECT e.number FROM employees e JOIN departments d ON d.id = e.department_id LEFT JOIN departments p ON p.id = d.parent_id "
        "WHERE e.is_management = 0 AND e.status <> 'left' AND d.in_centre = 1 AND e.superior_id = coalesce(d.head_id, p.head_id)"
    )
    for row in same:
        yield life.step(life.hr, "appoint_reviewer", cycle, row["number"], life.office("office0"))


# -- a case --------------------------------------------------------------------------------------------------------


def _self_assessment(life: Life, case: Any) -> Steps:
    chance = Randomly(life, case).of_person(life.temper.self_assess)
    if not chance and not life.helpful:
        return
    if _overdue(life, case, "self_assessment_due") and life.chance(0.1):
        yield life.on(life.hr, "review.close_self_assessment", case["id"])
        return
    if life.chance(0.1):
        yield life.on(case["employee_id"], "review.save_self_assessment", case["id"])
    if life.willing(0.5):
        yield life.on(case["employee_id"], "review.submit_self_assessment", case["id"])


class Randomly:
    """What is drawn once for a case and stays."""

    def __init__(self, life: Life, case: Any) -> None:
        self.life, self.case = life, case

    def of_person(self, share: float) -> bool:
        """The same answer on every day of this life."""
        from random import Random

        return Random(f"{self.life.seed} {self.case['id']}").random() < share


def _overdue(life: Life, case: Any, due: str) -> bool:
    """Whether a deadline of the case's cycle is over."""
    return sittings.moment(life.one(f"SELECT {due} FROM cycles WHERE id = ?", case["cycle_id"])) <= life.at


def _rating(life: Life, case: Any) -> Steps:
    if _overdue(life, case, "rating_due") and life.chance(0.03):
        yield life.on(life.hr, "review.close_peer_rating", case["id"])
    asked = life.rows(
        "SELECT t.rater_id, t.kind, t.state, e.status FROM ratings t JOIN employees e ON e.id = t.rater_id "
        "WHERE t.review_id = ? AND t.state IN ('asked', 'draft') ORDER BY t.id",
        case["id"],
    )
    for row in asked:
        if row["kind"] == "peer" and row["status"] != "left" and life.willing():
            verb = "decline_rating" if life.chance(life.temper.decline) else "rate_as_peer"
            yield life.on(row["rater_id"], f"review.{verb}", case["id"])
    if life.chance(0.02) and not life.helpful:
        yield life.on(case["superior_id"], "review.return_for_correction", case["id"])
    if not any(row["kind"] == "superior" for row in asked):
        return
    yield from _somebody(life, case, "superior")
    if life.willing():
        attached = "SELECT 1 FROM predecessor_statements WHERE review_id = ? AND disowned_at IS NULL"
        waits = (
            "SELECT 1 FROM confirmations WHERE stage = 'proposed' AND act = 'attach_predecessor_statement' "
            "AND record_id = ?"
        )
        if not life.one(attached, case["id"]) and not life.one(waits, case["id"]):
            yield life.on(life.hr, "review.attach_predecessor_statement", case["id"])
        yield life.on(case["superior_id"], "review.submit_superior_evaluation", case["id"])
        if life.judged_elsewhere():
            yield from _another(life, case, "superior")


def _somebody(life: Life, case: Any, role: str) -> Steps:
    """Whose place in the case is empty gets somebody else."""
    status = life.one("SELECT status FROM employees WHERE id = ?", case[f"{role}_id"])
    if status not in ("left", None) and not (life.helpful and life.chance(0.1)):
        return
    yield from _another(life, case, role)


def _another(life: Life, case: Any, role: str) -> Steps:
    """HR puts somebody else in a place of the case."""
    others = [life.office("office0"), *life.world.centre.heads.values()]
    taken = [life.world.number_of(case[name]) for name in ("employee_id", "superior_id", "head_id")]
    free = [
        number
        for number in others
        if number not in taken and life.one("SELECT status FROM employees WHERE number = ?", number) != "left"
    ]
    if free:
        number, place = reference(life.world, "review", case["id"])
        yield life.step(life.hr, "reassign", number, role, life.dice.choice(free), place)


def _department(life: Life, case: Any) -> Steps:
    yield from _somebody(life, case, "head")
    yield from _hearing(life, case)
    if not life.willing():
        return
    if life.chance(0.03) and not life.helpful:
        yield life.on(case["head_id"], "review.return_for_correction", case["id"])
        return
    low = life.one(
        "SELECT count(*) FROM annual_ratings WHERE employee_id = ? AND rating = 'unqualified'", case["employee_id"]
    )
    if low and case["demotion_ground"] is None:
        superior = life.world.number_of(case["superior_id"])
        there = life.one("SELECT status FROM employees WHERE number = ?", superior) not in ("left", None)
        yield life.step(superior if there else life.hr, "answer_the_duty", case["number"], case["id"])
    yield life.on(case["head_id"], "review.propose", case["id"])
    if life.judged_elsewhere():
        yield from _another(life, case, "head")


def _hearing(life: Life, case: Any) -> Steps:
    if case["demotion_ground"] is None or life.one(
        "SELECT 1 FROM hearings WHERE review_id = ? AND recorded_at IS NOT NULL", case["id"]
    ):
        return
    if life.willing():
        who = life.hr if life.helpful or life.chance(0.5) else life.world.number_of(case["superior_id"])
        yield life.on(who, "review.record_hearing", case["id"])
        yield life.on(life.world.number_of(case["employee_id"]), "review.sign_hearing", case["id"])
        if case["id"] % 2:  # every other one has something to add
            yield life.on(life.world.number_of(case["employee_id"]), "review.add_to_hearing", case["id"])


def _committee(life: Life, case: Any) -> Steps:
    yield from _hearing(life, case)


def _determined(life: Life, case: Any) -> Steps:
    waits = (life.at - sittings.moment(case["stage_since"])).days > 4  # the check has found something
    if life.chance(0.3 if waits else 0.01) and (waits or not life.helpful):
        yield life.on(life.hr, "review.score_again", case["id"])  # no ballot mends a score
        if life.outcome is None or life.outcome.end != "done":
            yield life.on(life.hr, "review.reject_result", case["id"])
    elif life.willing(0.5):
        yield life.on(life.hr, "review.verify_result", case["id"])


def _nothing(life: Life, case: Any) -> Steps:
    return
    yield


def _on_notice(life: Life, case: Any) -> Steps:
    if life.helpful:
        return
    if life.chance(life.temper.appeal / 6):
        yield life.step(case["number"], "appeal", case["number"])
    if life.chance(life.temper.appeal / 20):
        yield life.step(life.agent(), "appeal", case["number"])


CASES = {
    "self_assessment": _self_assessment, "rating": _rating, "department_review": _department, "committee": _committee,
    "determined": _determined, "checked": _nothing, "on_notice": _on_notice, "appealed": _on_notice,
}  # fmt: skip
