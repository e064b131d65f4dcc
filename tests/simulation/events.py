"""What comes unasked: illness, leaving, moves, promotions, newcomers, late figures, complaints, new rules, holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.simulation.doors import Step
from tests.simulation.life import Life

Steps = Iterator[Step]


def events(life: Life) -> Steps:
    """What happens today beside what waits."""
    yield from _files(life)
    if life.chance(life.temper.events):
        yield from life.dice.choice(EVENTS)(life)
    if life.chance(0.12) and life.one("SELECT 1 FROM cycles WHERE stage = 'open' AND kind = 'regular'"):
        yield from life.dice.choice(IN_SEASON)(life)
    if life.chance(0.03) and life.one("SELECT 1 FROM notices WHERE stage = 'published'"):
        yield from _holiday(life)


def _files(life: Life) -> Steps:
    """Each month's figures come some days into the next, now and then late or twice; the year's ratings in January."""
    last = life.local.replace(day=1) - timedelta(days=1)
    month = f"{last:%Y-%m}-01"
    there = life.one("SELECT 1 FROM metrics WHERE month = ? LIMIT 1", month)
    if (not there and life.chance(0.3)) or (there and life.chance(0.01)):
        yield life.step(life.hr, "import_metrics", month)
    if (
        life.local.month == 1
        and not life.one("SELECT 1 FROM annual_ratings WHERE year = ? LIMIT 1", last.year)
        and life.chance(0.3)
    ):
        yield life.step(life.hr, "import_ratings", last.year)
    if life.local.month in (10, 11) and life.chance(0.4):
        yield from _exams(life)
    for row in life.rows(
        "SELECT e.number FROM employees e JOIN leaves l ON l.employee_id = e.id WHERE e.status = 'on_leave' AND l.starts_on < ?",
        f"{life.local}",
    ):
        if life.chance(0.03):
            yield life.step(life.hr, "end_leave", row["number"])


def _exams(life: Life) -> Steps:
    """The year's exams: HR puts the points on file, a colleague of HR approves them."""
    waiting = life.rows(
        "SELECT number FROM employees WHERE queue IS NOT NULL AND is_management = 0 AND status <> 'left' AND id NOT IN "
        "(SELECT employee_id FROM employee_records WHERE kind = 'exam' AND happened_on >= ?) ORDER BY id",
        f"{life.local.year}-06-01",
    )
    for row in waiting:
        if life.chance(0.5):
            yield life.step(life.office("hr"), "record", row["number"], "exam")


def _ill(life: Life) -> Steps:
    yield life.step(life.hr, "record_leave", life.agent())


def _leaves(life: Life) -> Steps:
    number = life.agent() if life.chance(0.8) else life.anybody()
    if number not in life.world.centre.offices.values():
        yield life.step(life.hr, "mark_left", number)


def _moves(life: Life) -> Steps:
    yield life.step(life.hr, "file_moves", life.agent(), life.agent())


def _new_superior(life: Life) -> Steps:
    leaders = [p.number for p in life.world.centre.people.values() if p.management]
    yield life.step(life.hr, "set_superior", life.agent(), life.dice.choice(leaders))


def _all_move(life: Life) -> Steps:
    leaders = [p.number for p in life.world.centre.people.values() if p.post in ("組長", "部門經理")]
    yield life.step(life.hr, "reassign_superiors", life.dice.choice(leaders), life.dice.choice(leaders))


def _promoted(life: Life) -> Steps:
    rows = life.rows("SELECT id FROM departments WHERE in_centre = 1 ORDER BY id")
    leaders = [p.number for p in life.world.centre.people.values() if p.management]
    yield life.step(life.hr, "name_head", life.dice.choice(rows)["id"], life.dice.choice(leaders))


def _hired(life: Life) -> Steps:
    life.hired += 1
    yield life.step(life.hr, "hire", f"E{2000 + life.hired}", life.agent())


def _recorded(life: Life) -> Steps:
    number = life.agent()
    who = life.dice.choice((life.hr, life.world.centre.people[number].superior))
    yield life.step(who, "record", number)
    if life.chance(0.2):
        yield life.step(who, "record", number, "breach")


def _demoted(life: Life) -> Steps:
    """Most of all of those whose annual ratings are the lowest."""
    low = life.rows(
        "SELECT e.number, count(*) AS n FROM annual_ratings r JOIN employees e ON e.id = r.employee_id WHERE r.rating = 'unqualified' "
        "AND e.status <> 'left' GROUP BY e.id ORDER BY n DESC, e.id LIMIT 3"
    )
    number = life.dice.choice(low)["number"] if low and life.chance(0.7) else life.agent()
    who = life.dice.choice((life.hr, life.world.centre.people[number].superior))
    yield life.step(who, "open_demotion", number)


def _first_grade(life: Life) -> Steps:
    rows = life.rows(
        "SELECT number FROM employees WHERE queue <> '' AND status <> 'left' AND id NOT IN (SELECT "
        "employee_id FROM grade_intervals) ORDER BY id"
    )
    if rows:
        yield life.step(life.hr, "open_initial", life.dice.choice(rows)["number"])


def _adjusted(life: Life) -> Steps:
    yield life.step(life.hr, "propose_adjustments", *{life.agent() for _ in range(life.dice.choice((1, 1, 3)))})
    if life.chance(0.3):
        yield life.step(life.hr, "issue_adjustments")


def _taken_over_wrongly(life: Life) -> Steps:
    yield life.step(life.hr, "propose_correction", life.agent())


def _complained(life: Life) -> Steps:
    accused = life.dice.choice((life.agent(), life.anybody(), life.office("chair")))
    yield life.step("", "complain", accused)


def _new_rules(life: Life) -> Steps:
    yield life.step(life.office("hr"), "draft_version" if life.chance(0.6) else "draft_ladder")


def _holiday(life: Life) -> Steps:
    """Most of all while a notice runs."""
    yield life.step(life.hr, "proclaim_holiday")


def _rehearsal(life: Life) -> Steps:
    if life.rows("SELECT 1 FROM cycles WHERE kind = 'rehearsal' AND stage IN ('planned', 'open')"):
        for row in life.rows("SELECT id FROM cycles WHERE kind = 'rehearsal' AND stage IN ('planned', 'open')"):
            yield life.on(life.hr, life.dice.choice(("cycle.cancel", "cycle.open", "cycle.close")), row["id"])
        return
    yield life.step(life.hr, "plan_cycle", life.local.year, "rehearsal")


def _snapshot(life: Life) -> Steps:
    early = [case for case in life.open_cases() if case["stage"] in ("self_assessment", "rating", "department_review")]
    yield life.step(life.hr, "correct_snapshot", life.dice.choice(early)["number"] if early else life.agent())


def _another_colleague(life: Life) -> Steps:
    yield life.step(life.hr, "ask_colleague", life.agent(), life.agent())


def _figure(life: Life) -> Steps:
    cases = life.open_cases()
    if cases:
        yield life.on(life.hr, "review.correct_figure", life.dice.choice(cases)["id"])


def _undone(life: Life) -> Steps:
    yield life.step(life.hr, "undo_import")


def _seats(life: Life) -> Steps:
    if life.chance(0.5):
        yield life.step(life.office("management"), "appoint_member", life.anybody(), life.chance(0.5))
    else:
        rows = life.rows(
            "SELECT m.id FROM committee_members m JOIN employees e ON e.id = m.employee_id WHERE m.office "
            "<> 'chair' AND m.panel_chair = 0 ORDER BY m.id"
        )
        yield life.step(life.hr, "end_term", life.dice.choice(rows)["id"])


def _withdrawn(life: Life) -> Steps:
    cases = life.rows(
        "SELECT id, employee_id FROM reviews WHERE target_grade_id IS NOT NULL AND stage IN ('rating', 'department_review') ORDER BY id"
    )
    if cases:
        one = life.dice.choice(cases)
        yield life.on(one["employee_id"], "review.withdraw_application", one["id"])


def _cancelled(life: Life) -> Steps:
    for row in life.rows("SELECT id FROM cycles WHERE stage IN ('planned', 'open') ORDER BY id DESC LIMIT 1"):
        yield life.on(life.hr, "cycle.cancel", row["id"])


IN_SEASON = [
    _snapshot,
    _another_colleague,
    _figure,
    _withdrawn,
    _withdrawn,
    _leaves,
    _ill,
    _moves,
    _seats,
    _new_superior,
    _adjusted,
]
EVENTS = [
    _ill, _ill, _leaves, _moves, _new_superior, _all_move, _promoted, _hired, _hired, _recorded, _recorded, _recorded,
    _demoted, _demoted, _first_grade, _adjusted, _adjusted, _complained, _complained, _new_rules, _holiday, _rehearsal,
    _snapshot, _taken_over_wrongly, _taken_over_wrongly, _another_colleague, _figure, _figure, _undone, _seats, _withdrawn, _cancelled,
]  # fmt: skip
