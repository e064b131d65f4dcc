"""What people do outside the registry: HR's files and plans, leave and leaving, records, seats, appeals, complaints.

An errand takes the world, who does it, what it is about and dice; it chooses its own details and calls one operation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from admin.access.actor import Actor
from admin.operations.appeals.appeals import AppealInput, file_appeal
from admin.operations.cases import demotions, ratings, reassessments, reviews, single_cases
from admin.operations.committee import assigning, meetings
from admin.operations.complaints.complaints import ComplaintInput, file_complaint
from admin.operations.cycles import cycles, reviewers
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.imports import imports
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.outcome import adjustments, takeover_corrections
from admin.operations.outcome.adjustments import AdjustmentRow
from admin.operations.people import departments, moving, people, records
from admin.operations.system import calendar
from tests.simulation import centre as files
from tests.simulation.centre import Person
from tests.simulation.doors import World
from tests.simulation.inputs import WHY, grades
from tests.simulation.references import referred

Errand = Callable[[World, Actor, tuple[Any, ...], Random], Any]
ERRANDS: dict[str, Errand] = {}
DAY = timedelta(days=1)


def errand(function: Errand) -> Errand:
    """Keep it under its name."""
    ERRANDS[function.__name__] = function
    return function


def number_id(world: World, number: str) -> int:
    """Somebody's id; 0 for nobody."""
    return world.id_of(number) or 0


def _case(world: World, number: str) -> int:
    """The newest case of somebody."""
    query = "SELECT r.id FROM reviews r JOIN employees e ON e.id = r.employee_id WHERE e.number = ? ORDER BY r.id DESC"
    return int(world.ground.one(query, number) or 0)


# -- calendar and files ------------------------------------------------------------------------------------------------


@errand
def confirm_year(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """HR confirms the working calendar of a year."""
    calendar.seed_year(target[0], "none", actor=actor, now=world.ground.now)
    return calendar.confirm_year(target[0], actor=actor, now=world.ground.now)


@errand
def proclaim_holiday(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A day becomes a holiday, or a holiday a working day."""
    day = world.today + timedelta(days=dice.randint(1, 25))
    calendar.set_day(day, dice.random() < 0.2, "臨時", actor=actor, now=world.ground.now)
    return calendar.confirm_year(day.year, actor=actor, now=world.ground.now)


def _import(world: World, actor: Actor, kind: str, data: bytes) -> Any:
    return imports.import_file(kind, f"{kind}.csv", data, actor=actor, now=world.ground.now)


@errand
def import_metrics(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The figures of a month, or the same month again, corrected."""
    return _import(world, actor, "metrics", files.metrics_file(_there(world), [date.fromisoformat(target[0])], dice))


def _there(world: World) -> list[Person]:
    rows = world.ground.all("SELECT number FROM employees WHERE status <> 'left'")
    known = {row["number"] for row in rows}
    return [person for person in world.centre.agents if person.number in known]


@errand
def import_ratings(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The annual ratings of a year."""
    rows = [(p.number, target[0], files._rating(dice, p.skill)) for p in _there(world)]
    return _import(world, actor, "ratings", files.ratings_file(rows))


@errand
def undo_import(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The last import is taken back."""
    return imports.undo(int(world.ground.one("SELECT max(id) FROM imports") or 0), actor=actor, now=world.ground.now)


@errand
def hire(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody new, by the employee file; with an account."""
    number, like = target
    model = world.centre.people[like]
    person = Person(number, f"新{number[1:]}", model.department, "客服專員", model.queue, world.today, model.superior)
    person.skill = dice.gauss(0, 1)
    world.centre.people.setdefault(number, person)
    row = _import(world, actor, "employees", files.employees_file([person]))
    create_accounts(actor=actor, now=world.ground.now)
    return row


@errand
def file_moves(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """The employee file moves somebody to another team, or says that they have left."""
    number, like = target
    person, model = world.centre.people[number], world.centre.people[like]
    person.department, person.superior, person.queue = model.department, model.superior, model.queue
    if dice.random() < 0.25:
        person.left = world.today
    return _import(world, actor, "employees", files.employees_file([person]))


# -- people ------------------------------------------------------------------------------------------------------------


@errand
def record_leave(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody falls ill or is away for long."""
    starts = world.today + timedelta(days=dice.choice((0, 0, 10)))
    ends = starts + timedelta(days=dice.choice((5, 30, 200))) if dice.random() < 0.8 else None
    kind = dice.choice(("sick", "leave", "parental"))
    return people.record_leave(number_id(world, target[0]), kind, starts, ends, actor=actor, now=world.ground.now)


@errand
def end_leave(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody comes back."""
    key = world.ground.one("SELECT max(id) FROM leaves WHERE employee_id = ?", number_id(world, target[0])) or 0
    return people.end_leave(int(key), world.today - DAY, actor=actor, now=world.ground.now)


@errand
def mark_left(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody has left."""
    day = world.today - timedelta(days=dice.choice((0, 0, 3)))
    return people.mark_left(number_id(world, target[0]), day, actor=actor, now=world.ground.now)


@errand
def set_superior(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody gets another superior."""
    changes = {"superior_id": number_id(world, target[1])}
    return moving.move(number_id(world, target[0]), changes, actor=actor, now=world.ground.now)


@errand
def reassign_superiors(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """All of somebody's people get another superior."""
    return moving.reassign_superiors(
        number_id(world, target[0]), number_id(world, target[1]), actor=actor, now=world.ground.now
    )


@errand
def name_head(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Somebody becomes head of a department."""
    return departments.name_head(target[0], number_id(world, target[1]), actor=actor, now=world.ground.now)


@errand
def record(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Something is put on file."""
    kind = target[1] if len(target) > 1 else dice.choice(sorted(records.LABELS))
    points = float(dice.randint(40, 99)) if kind in ("exam", "assessment", "project") else None
    day = world.today - timedelta(days=dice.randint(0, 60))
    return records.record(
        number_id(world, target[0]), kind, "紀錄", day, points=points, actor=actor, now=world.ground.now
    )


@errand
def decide_record(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A record is approved or rejected."""
    if dice.random() < 0.15:
        return records.reject(target[0], WHY, actor=actor, now=world.ground.now)
    return records.approve(target[0], actor=actor, now=world.ground.now)


@errand
def take_record_back(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Whoever put something on file takes it back."""
    return records.reject(target[0], WHY, actor=actor, now=world.ground.now)


# -- cycles and cases --------------------------------------------------------------------------------------------------


@errand
def plan_cycle(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """HR plans the year's cycle, or a rehearsal."""
    plan = CyclePlan(target[0], target[1], month_reason=WHY if dice.random() < 0.9 else "")
    return cycles.plan_cycle(plan, actor=actor, now=world.ground.now)


@errand
def appoint_reviewer(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Another reviewer in the head's place."""
    cycle, number, reviewer = target
    return reviewers.appoint_reviewer(
        cycle, [number_id(world, number)], number_id(world, reviewer), WHY, actor=actor, now=world.ground.now
    )


@errand
def plan_meeting(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A meeting in some days."""
    at = world.ground.now + timedelta(days=dice.choice((1, 2, 5)))
    return meetings.plan_meeting(target[0], at, actor=actor, now=world.ground.now)


@errand
def assign_all(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Every case of the cycle that waits goes on the agenda, but for one's own."""
    meeting, cycle = target
    waiting = world.ground.all(
        "SELECT r.id FROM reviews r WHERE r.cycle_id = ? AND r.employee_id <> ? AND r.stage = 'committee' AND r.id NOT IN "
        "(SELECT i.review_id FROM agenda_items i "
        "JOIN meetings m ON m.id = i.meeting_id WHERE i.state = 'pending' AND m.stage IN ('planned', 'open')) "
        "AND (r.demotion_ground IS NULL OR r.id IN (SELECT review_id FROM hearings WHERE recorded_at IS NOT NULL))",
        cycle,
        actor.employee_id or 0,
    )
    return assigning.assign_to_meeting([row["id"] for row in waiting], meeting, actor=actor, now=world.ground.now)


@errand
def reassign(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A case gets another superior or reviewer."""
    number, role, other, *place = target
    case = referred(world, "review", (number, *place)) if place else _case(world, number)
    return reviews.reassign(
        case or 0, **{f"{role}_id": number_id(world, other)}, reason=WHY, actor=actor, now=world.ground.now
    )


@errand
def correct_snapshot(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """HR puts something right that was copied wrongly, or sets a grade by it."""
    change = dice.choice(
        ({"post": "資深專員"}, {"queue": "phone"}, {"present_grade": dice.choice(list(grades(world)))})
    )
    return reviews.correct_snapshot(_case(world, target[0]), change, WHY, actor=actor, now=world.ground.now)


@errand
def ask_colleague(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """One more colleague is asked."""
    return ratings.ask_colleague(
        _case(world, target[0]), number_id(world, target[1]), WHY, actor=actor, now=world.ground.now
    )


@errand
def open_demotion(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A demotion is proposed at any time of the year."""
    return single_cases.open_demotion(
        number_id(world, target[0]), dice.choice((1, 1, 2, 3)), WHY, actor=actor, now=world.ground.now
    )


@errand
def open_initial(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A newcomer is graded outside the cycle."""
    return single_cases.open_initial(number_id(world, target[0]), WHY, actor=actor, now=world.ground.now)


@errand
def answer_the_duty(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Ground (1) of demotion is met: the superior proposes it, or says why not."""
    # In a year that is rehearsed too somebody has two cases, and each has the duty.
    case = target[1] if len(target) > 1 and isinstance(target[1], int) else _case(world, target[0])
    if dice.random() < 0.5:
        return demotions.propose_demotion(case, 1, WHY, actor=actor, now=world.ground.now)
    return demotions.record_no_demotion(case, WHY, actor=actor, now=world.ground.now)


@errand
def reassess(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """What a breach ordered is begun, with whoever may judge in the place of those at fault."""
    named = {
        f"{role}_id": number_id(world, number) for role, number in zip(("superior", "head"), target[1:], strict=False)
    }
    return reassessments.reassess(target[0], **named, actor=actor, now=world.ground.now)


# -- outcome -----------------------------------------------------------------------------------------------------------


@errand
def propose_adjustments(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """HR proposes other adjustments, one or some."""
    codes = list(grades(world).values())
    rows = [AdjustmentRow(number, dice.choice(codes)) for number in target]
    return adjustments.propose_adjustments(
        rows, WHY, world.today + timedelta(days=dice.choice((0, 1, 20, 60))), actor=actor, now=world.ground.now
    )


@errand
def propose_correction(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """HR proposes to mend a grade that was taken over wrongly."""
    grade, since = dice.choice(list(grades(world))), world.today - timedelta(days=dice.randint(0, 900))
    return takeover_corrections.propose_correction(
        number_id(world, target[0]), grade, since, WHY, actor=actor, now=world.ground.now
    )


@errand
def issue_adjustments(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """Everything approved is issued together."""
    rows = world.ground.all("SELECT id FROM grade_changes WHERE kind = 'adjustment' AND stage = 'approved'")
    return adjustments.issue_adjustments([row["id"] for row in rows], actor=actor, now=world.ground.now)


@errand
def appeal(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """An appeal or an objection against what stands on notice for somebody."""
    query = "SELECT max(n.id) FROM notice_rows n JOIN reviews r ON r.id = n.review_id WHERE r.employee_id = ?"
    row = world.ground.one(query, number_id(world, target[0])) or 0
    given = AppealInput(
        dice.choice(("figures", "procedure", "ratings")), "請查明。", dice.choice(("superior", "panel"))
    )
    return file_appeal(int(row), given, actor=actor, now=world.ground.now)


@errand
def complain(world: World, actor: Actor, target: tuple[Any, ...], dice: Random) -> Any:
    """A complaint, from nobody in particular."""
    given = ComplaintInput("unfair_conduct", f"評定不公 {dice.random()}", accused=target[0])
    return file_complaint(given, now=world.ground.now)
