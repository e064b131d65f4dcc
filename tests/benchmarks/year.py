"""The points of a year that a measured centre is put at, each made from the one before."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from admin.demo.files import grades_file, ratings_file
from admin.demo.people import CENTRE
from admin.models import Cycle, Employee, Grade, Metric, Notice, NoticeRow, Review, db
from admin.models.accounts import Role
from admin.operations.accounts import accounts
from admin.operations.cases.figures_lock import lock
from admin.operations.cases.queue_totals import follow_figures
from admin.operations.committee import assigning, ballots, meetings, seats
from admin.operations.cycles import cycles
from admin.operations.cycles.cycles import CyclePlan
from admin.operations.imports import imports
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.imports.imports_grades import approve_takeover, batch_of
from admin.operations.people import departments, people
from admin.operations.system import calendar
from admin.queries.cycles.roll import accounts_by_name, departments_by_name, people_by_number
from admin.queries.policy.scorecards import rated_criteria
from tests.factories import NOW, account, fixture

DAY, YEAR = timedelta(days=1), NOW.year
PASSWORD = "bench-Password-1"
FIGURES = {"offered": 900, "answered": 850, "resolved": 700, "csat_sum": 400, "csat_n": 95, "days_worked": 21}
SEATS = ("hr", "hr", "centre_management", "centre_management", "related_departments", "related_departments")
CONSENT_CASES = 2_000
CHUNK = 20_000


if TYPE_CHECKING:
    from tests.benchmarks.world import World


def _set_up(world: World) -> None:
    for year in (YEAR, YEAR + 1):
        calendar.seed_year(year, "TW", actor=world.system, now=NOW)
        calendar.confirm_year(year, actor=world.system, now=NOW)


def import_employees(world: World, file: bytes | None = None) -> None:
    """HR's file, checked and applied; of everybody where none is given."""
    data = file if file is not None else world.all_xlsx
    plan, _ = imports.import_file("employees", "員工名冊.xlsx", data, actor=world.system, now=NOW)
    assert not plan.faults, plan.faults[0]


def _import(world: World) -> None:
    import_employees(world, world.employees_xlsx)
    session, system = db.session(), world.system
    create_accounts(actor=system, now=NOW)  # a long file leaves them to an act of their own
    numbers, named = people_by_number(session), departments_by_name(session)
    people.mark_in_centre(named[CENTRE], True, actor=system, now=NOW)
    for name, number in world.centre.heads.items():
        departments.name_head(named[name], numbers[number], actor=system, now=NOW)
    imports.import_file("ratings", "年度績效等次.xlsx", ratings_file(world.centre), actor=system, now=NOW)
    _, row = imports.import_file("grades", "職級名冊.xlsx", grades_file(world.centre), actor=system, now=NOW)
    assert row is not None
    _account(world, "management", "management")
    approve_takeover(batch_of(row.id), actor=world.actor("management"), now=NOW)


def _account(world: World, username: str, role: str, number: str | None = None) -> None:
    """An account of its own, or the one that came with the import of an employee."""
    session = db.session()
    key = session.scalars(select(Role.id).where(Role.name == role)).one()
    known = accounts_by_name(session)[number] if number else None
    if known is None:
        account(username, PASSWORD, [role])
        return
    accounts.save_account(known, username=username, role_ids=[key], actor=world.system, now=NOW)
    accounts.set_password(known, PASSWORD, method="pbkdf2:sha256:1", now=NOW, actor=world.system)


def _plan(world: World) -> None:
    """Figures of a year, accounts of those who act, a committee, a cycle waiting to be opened."""
    _put_figures(world)
    _plan_cycle(world)


def _put_figures(world: World) -> None:
    """Past the operations, whose events would be most of the trail."""
    dice, numbers = random.Random(1), people_by_number(db.session())
    with fixture() as op:
        rows = (
            {"employee_id": numbers[p.number], "month": date(YEAR, month, 1), "queue": p.queue, "code": code,
             "value": value + dice.randint(-5, 5)}
            for p in world.centre.agents for month in range(1, 13) for code, value in FIGURES.items()
        )  # fmt: skip
        for chunk in _chunks(rows):
            op.session.execute(insert(Metric), chunk)
        follow_figures(op, [date(YEAR, month, 1) for month in range(1, 13)])


def _plan_cycle(world: World) -> None:
    numbers = people_by_number(db.session())
    outside = [p.number for p in world.centre.people if CENTRE not in p.department][: len(SEATS)]
    _account(world, "hr", "hr")
    for place, (number, constituency) in enumerate(zip(outside, SEATS, strict=True), 1):
        _account(world, f"member{place}", "employee", number)
        office = "chair" if place == 1 else "member"
        seats.appoint_member(
            numbers[number], constituency, office, term_from=date(YEAR, 1, 1), actor=world.system, now=NOW
        )
    _account(world, "agent", "employee", world.centre.agents[0].number)
    _account(world, "head", "employee", world.centre.heads[world.centre.agents[0].department.split("/")[-2]])
    cycles.plan_cycle(CyclePlan(YEAR, month_reason="measured"), actor=world.actor("hr"), now=NOW)


def open_cycle(world: World) -> None:
    """HR opens the planned cycle."""
    cycles.open_cycle(1, actor=world.actor("hr"), now=NOW)


def rate(world: World) -> None:
    """Every superior and colleague has signed and the figures are locked: ratings are over, nothing is scored yet."""
    with fixture() as op:
        cycle = op.session.scalars(select(Cycle)).one()
        lock(op, cycle, NOW)
        sources = (("superior", "superior"), ("peer", "peers"))
        codes = {kind: [row.code for row in rated_criteria(cycle.scorecard, source)] for kind, source in sources}
    db.session.remove()
    signed = NOW.strftime("%Y-%m-%d %H:%M:%S.%f"), "0" * 64
    for kind, asked in codes.items():
        world.sql(
            "UPDATE ratings SET state = 'submitted', signed_at = ?, signature = ?, \"values\" = ? WHERE kind = ?",
            *signed, json.dumps(_values(asked)), kind,
        )  # fmt: skip
    world.sql("UPDATE reviews SET stage = 'rating'")


def _values(codes: list[str]) -> dict[str, Any]:
    return {code: {"value": 2 + place % 4, "text": ""} for place, code in enumerate(codes)}


def _sit(world: World) -> None:
    """A meeting whose consent ballots are cast and not closed: everyone stays, nothing is flagged."""
    world.sql(
        "UPDATE reviews SET stage = 'committee', proposed_grade_id = present_grade_id, individual_reasons = '[]', "
        "target_grade_id = NULL WHERE present_grade_id IS NOT NULL"
    )
    chair, hr = world.actor("member1"), world.actor("hr")
    query = select(Review.id).where(Review.stage == "committee").order_by(Review.id).limit(CONSENT_CASES)
    meeting = meetings.plan_meeting(1, NOW, actor=hr, now=NOW)
    assigning.assign_to_meeting(list(db.session.scalars(query)), meeting.id, actor=hr, now=NOW)
    members = [world.actor(f"member{place}") for place in range(1, len(SEATS) + 1)]
    present = sorted(set().union(*(member.member_ids for member in members)))
    meetings.open_meeting(meeting.id, present, actor=chair, now=NOW)
    for member in members:
        ballots.cast_ballot(meeting.id, in_favour=True, consent=True, actor=member, now=NOW)


def _notice(world: World) -> None:
    """Every case stands on a notice that is over."""
    world.sql(
        "UPDATE reviews SET stage = 'on_notice', proposed_grade_id = coalesce(present_grade_id, 1), "
        "determined_grade_id = coalesce(present_grade_id, 1)"
    )
    with fixture() as op:
        ends = NOW - DAY
        notice = op.add(
            Notice(number="N1", cycle_id=1, stage="published", days=5, created_at=NOW - 9 * DAY, ends_at=ends,
                   published_at=NOW - 8 * DAY, first_day=(NOW - 8 * DAY).date(), last_day=ends.date())
        )  # fmt: skip
        query = select(Review.id, Employee.number, Employee.name, Grade.code).join(
            Employee, Employee.id == Review.employee_id
        ).join(Grade, Grade.id == Review.determined_grade_id)  # fmt: skip
        rows = [
            {"notice_id": notice.id, "review_id": key, "position": place, "department": "", "printed_number": number,
             "printed_name": name, "from_grade": code, "to_grade": code}
            for place, (key, number, name, code) in enumerate(op.session.execute(query), 1)
        ]  # fmt: skip
        for chunk in _chunks(iter(rows)):
            op.session.execute(insert(NoticeRow), chunk)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


STATES: dict[str, tuple[str | None, Callable[[World], None]]] = {
    "empty": (None, _set_up),
    "imported": ("empty", _import),
    "planned": ("imported", _plan),
    "open": ("planned", open_cycle),
    "open_in_the_trail": ("planned_in_the_trail", open_cycle),
    "planned_in_the_trail": ("imported", _plan_cycle),
    "rated": ("open", rate),
    "sitting": ("open", _sit),
    "noticed": ("open", _notice),
}
