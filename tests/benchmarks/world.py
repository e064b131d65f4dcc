"""The centre that is measured: so many people, a cycle, and its database kept at each point of the year."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token
from sqlalchemy import insert, select

from admin.access.actor import Actor, acting_as, system_actor
from admin.app import create_app
from admin.cli.setup import setup
from admin.demo.files import employees_file, grades_file, ratings_file
from admin.demo.people import CENTRE, Centre, make_centre
from admin.files.heads import heads_file
from admin.models import AccountState, Cycle, Employee, Grade, Metric, Notice, NoticeRow, Review, db
from admin.models.accounts import Role
from admin.operations.accounts import accounts
from admin.operations.accounts.sign_ins import begin_sign_in
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
from admin.queries.accounts.actors import actor_named
from admin.queries.cycles.roll import accounts_by_name, departments_by_name, people_by_number
from admin.queries.policy.scorecards import rated_criteria
from admin.web.acting import SIGN_IN
from config import settings_from
from tests.benchmarks.figures import timed
from tests.benchmarks.floors import Written, marked, written_since
from tests.databases import Database, SqliteDatabase
from tests.factories import NOW, account, fixture

DAY, YEAR = timedelta(days=1), NOW.year
PASSWORD = "bench-Password-1"
FIGURES = {"offered": 900, "answered": 850, "resolved": 700, "csat_sum": 400, "csat_n": 95, "days_worked": 21}
SEATS = ("hr", "hr", "centre_management", "centre_management", "related_departments", "related_departments")
CONSENT_CASES = 2_000
CHUNK = 20_000


class World:
    """A portal of its own in a folder, with `size` people; states are made once, on first use, and kept as copies."""

    def __init__(
        self, folder: Path, size: int, say: Callable[[str], None] = print, database: Database | None = None
    ) -> None:
        self.folder, self.size, self.say = folder, size, say
        self.database = database or SqliteDatabase(folder)
        self.settings = settings_from(
            {
                "PORTAL_ENV": "test",
                "VAR_DIR": str(folder),
                "DATABASE_URL": self.database.url,
                "PORTAL_NOW": NOW.isoformat(),
            }
        )
        self.kept: set[str] = set()
        self.matrix: Any = None  # the world of the access matrix, where it was built here

    @cached_property
    def app(self) -> Flask:
        """The portal, set up."""
        return self.set_up()

    def set_up(self) -> Flask:
        """A portal on the database as it stands, migrated and with its roles and rulebook."""
        app = create_app(self.settings)
        with app.app_context():
            setup(app)
        return app

    @cached_property
    def centre(self) -> Centre:
        """The people who are imported."""
        return make_centre(self.size, date(YEAR, 10, 1))

    @cached_property
    def employees_xlsx(self) -> bytes:
        """Their file, as HR would upload it."""
        return employees_file(self.centre)

    @property
    def file(self) -> Path | None:
        """The database's file, beside which floors are measured; None where a server keeps it."""
        return self.database.file if isinstance(self.database, SqliteDatabase) else None

    def at(self, name: str) -> None:
        """Put the database into a state, making it where it was never made."""
        if name not in self.kept:
            before, make = STATES[name]
            if before:
                self.at(before)
            self.say(f"making ready: {name}")
            with self.inside():
                make(self)
            self.database.keep(name)
            self.kept.add(name)
        self.restore(name)

    def restore(self, name: str) -> None:
        """Put a kept state back. Heads that a server published over a later one are no part of it."""
        self.close()
        self.database.restore(name)
        heads_file(self.folder).unlink(missing_ok=True)

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """An application context with its session, closed afterwards so that the file is whole."""
        with self.app.app_context(), acting_as(self.system):
            yield db.session()
            db.session.remove()
        self.close()

    def close(self) -> None:
        """Let go of the database file."""
        with self.app.app_context():
            db.engine.dispose()

    def against_the_rows(self, state: str, work: Callable[[], object]) -> tuple[float, float, Written]:
        """Seconds that a piece of work takes from a state on, and that the driver alone takes to write the same rows."""
        self.at(state)
        before = marked(self.database)
        with self.inside():
            ours = timed(work)
        written = written_since(self.database, before)
        self.restore(state)
        return ours, timed(lambda: written.write(self.database.url)), written

    @property
    def system(self) -> Actor:
        return system_actor("cli")

    def actor(self, username: str) -> Actor:
        """The actor that an account is."""
        return actor_named(db.session(), username, today=NOW.date(), via="web")

    def signed_in(self, username: str) -> FlaskClient:
        """A client with that account's session."""
        client = self.app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
        assert token is not None
        given = {"username": username, "password": PASSWORD, "csrf_token": token.group(1)}
        assert client.post("/login/", data=given).status_code == 302
        return client

    def token(self, user_id: int, username: str) -> str:
        """A program's token of that account, signed in; inside a context."""
        epoch = db.session.scalar(select(AccountState.epoch).where(AccountState.user_id == user_id)) or 1
        number = begin_sign_in(epoch, actor=Actor(username, user_id, via="api"), now=NOW)
        return create_access_token(identity=str(user_id), additional_claims={SIGN_IN: number})

    def sql(self, statement: str, *parameters: Any) -> None:
        """Change rows past the operations, to be at a point of the year without walking there."""
        with self.app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql(self._spelt(statement), parameters)
        self.close()

    def scalar(self, statement: str, *parameters: Any) -> Any:
        """One value of the database as it stands."""
        with self.app.app_context(), db.engine.connect() as connection:
            return connection.exec_driver_sql(self._spelt(statement), parameters).scalar()

    def _spelt(self, statement: str) -> str:
        return statement.replace("?", "%s") if self.file is None else statement


def _set_up(world: World) -> None:
    for year in (YEAR, YEAR + 1):
        calendar.seed_year(year, "TW", actor=world.system, now=NOW)
        calendar.confirm_year(year, actor=world.system, now=NOW)


def import_employees(world: World) -> None:
    """HR's file, checked and applied."""
    plan, _ = imports.import_file("employees", "員工名冊.xlsx", world.employees_xlsx, actor=world.system, now=NOW)
    assert not plan.faults, plan.faults[0]


def _import(world: World) -> None:
    import_employees(world)
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
    outside = [p.number for p in world.centre.people if CENTRE not in p.department][: len(SEATS)]
    _account(world, "hr", "hr")
    for place, (number, constituency) in enumerate(zip(outside, SEATS, strict=True), 1):
        _account(world, f"member{place}", "employee", number)
        office = "chair" if place == 1 else "member"
        seats.appoint_member(
            numbers[number], constituency, office, term_from=date(YEAR, 1, 1), actor=world.system, now=NOW
        )
    _account(world, "agent", "employee", world.centre.agents[0].number)
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
    "rated": ("open", rate),
    "sitting": ("open", _sit),
    "noticed": ("open", _notice),
}
