"""A centre is founded: calendar, people, accounts, figures, grades, seats, each by the portal's own operations; kept as a template."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from admin.access.actor import acting_as
from admin.models import db
from admin.models.accounts import User
from admin.operations.accounts import accounts
from admin.operations.committee.seats import appoint_member
from admin.operations.imports import imports
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.imports.imports_grades import approve_takeover, batch_of
from admin.operations.people import departments, people, records
from admin.operations.system import calendar
from admin.queries.accounts.actors import actor_named
from admin.queries.cycles.roll import departments_by_name
from tests.offices import found_offices
from tests.simulation import centre as files
from tests.simulation.centre import CENTRE, ROLES, Centre, make_centre
from tests.simulation.ground import BEGIN, PASSWORD, Ground

HASH = "pbkdf2:sha256:1"
DAY = timedelta(days=1)


def founded(ground: Ground, seed: int) -> Centre:
    """The centre of this seed, in the database of the ground; made once and kept, then only put back."""
    made, name = make_centre(seed), f"centre-{seed}"
    if not (ground.database.folder / f"{name}.sqlite3").exists():
        ground.restore("empty")
        ground.now = BEGIN - 20 * DAY
        with ground.inside():
            _found(ground, made, ground.now)
        ground.keep(name)
    ground.restore(name)
    ground.now = BEGIN
    return made


def _found(ground: Ground, made: Centre, at: datetime) -> None:
    for year in (2026, 2027):
        calendar.seed_year(year, "none", actor=ground.system, now=at)
        calendar.confirm_year(year, actor=ground.system, now=at)
    _import(ground, "employees", files.employees_file(made.people.values()), at)
    with acting_as(ground.system):
        named = departments_by_name(db.session)
    people.mark_in_centre(named[CENTRE], True, actor=ground.system, now=at)
    ids = {row["number"]: row["id"] for row in ground.all("SELECT id, number FROM employees")}
    for name, number in made.heads.items():
        departments.name_head(named[name], ids[number], actor=ground.system, now=at)
    _accounts(ground, made, at)
    _figures(ground, made, at)
    _seats(ground, made, ids, at)


def _import(ground: Ground, kind: str, data: bytes, at: datetime) -> Any:
    plan, row = imports.import_file(kind, f"{kind}.csv", data, actor=ground.system, now=at)
    if plan.faults:
        raise RuntimeError(f"the centre's own {kind} file has a fault: {plan.faults[0]}")
    return row


def _accounts(ground: Ground, made: Centre, at: datetime) -> None:
    create_accounts(actor=ground.system, now=at)
    with acting_as(ground.system):
        users = {row.username: row.id for row in db.session.query(User)}
    found_offices([(made.offices[office], role) for office, role in ROLES.items()], at)
    for number in made.people:
        accounts.set_password(users[number], PASSWORD, method=HASH, now=at, actor=ground.system)


def _figures(ground: Ground, made: Centre, at: datetime) -> None:
    months = [date(2026, month, 1) for month in range(1, 5)]
    _import(ground, "metrics", files.metrics_file(made.agents, months, random.Random(len(made.people))), at)
    ratings = [(p.number, year, rating) for p in made.agents for year, rating in p.ratings.items()]
    _import(ground, "ratings", files.ratings_file(ratings), at)
    _exams(ground, made, at)
    row = _import(ground, "grades", files.grades_file(made.agents), at)
    with acting_as(ground.system):
        management = actor_named(db.session, made.offices["management"], today=at.date(), via="cli")
    approve_takeover(batch_of(row.id), actor=management, now=at + timedelta(hours=3))


def _exams(ground: Ground, made: Centre, at: datetime) -> None:
    """Last spring's exam of everybody, put on file by one of HR and approved by the other."""
    with acting_as(ground.system):
        first, second = (
            actor_named(db.session, made.offices[name], today=at.date(), via="cli") for name in ("hr", "hr_second")
        )
    for p in made.agents:
        key = ground.one("SELECT id FROM employees WHERE number = ?", p.number)
        points = float(min(99, max(35, 74 + 12 * p.skill)))
        exam = records.record(key, "exam", "年度測驗", date(2026, 5, 4), points=points, actor=first, now=at)
        records.approve(exam.id, actor=second, now=at)


def _seats(ground: Ground, made: Centre, ids: dict[str, int], at: datetime) -> None:
    for number, constituency, office, panel in made.seats:
        appoint_member(
            ids[number], constituency, office, term_from=date(2026, 1, 1), on_panel=panel,
            panel_chair=number == made.offices["panel_chair"], actor=ground.system, now=at,
        )  # fmt: skip
