"""The centre that is measured: so many people, a cycle, and its database kept at each point of the year."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
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
from config import ROOT, settings_from
from tests.benchmarks.crowd import grow
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
# Up to so many people states are walked to by the operations; in a larger centre they are copied from one of this size.
WALKED = 10_000
BY_A_FILE = ("empty",)
NAMED_AT_ONCE = 40_000  # people for whom the demo has names of their own


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
        """The people who are imported before a state that is walked to."""
        return make_centre(min(self.size, WALKED), date(YEAR, 10, 1))

    @cached_property
    def employees_xlsx(self) -> bytes:
        """Their file, as HR would upload it."""
        return employees_file(self.centre)

    @cached_property
    def all_xlsx(self) -> bytes:
        """The file of everybody, however many."""
        if not self.copied:
            return self.employees_xlsx
        whole = make_centre(min(self.size, NAMED_AT_ONCE), date(YEAR, 10, 1))
        others = itertools.cycle([person for person in whole.people if person.queue])
        more = [
            dataclasses.replace(person, number=f"F{place}", name=f"{person.name}{place % 10}")
            for place, person in enumerate(itertools.islice(others, self.size - len(whole.people)), 100_000)
        ]
        return employees_file(dataclasses.replace(whole, people=[*whole.people, *more]))

    @property
    def copied(self) -> bool:
        """Whether states are copied from a smaller centre."""
        return self.size > WALKED

    @property
    def file(self) -> Path | None:
        """The database's file, beside which floors are measured; None where a server keeps it."""
        return self.database.file if isinstance(self.database, SqliteDatabase) else None

    def at(self, name: str) -> None:
        """Put the database into a state, making it where it was never made."""
        if self.copied and name not in BY_A_FILE:
            self._grown(name)
        else:
            self._walked(name)

    def _walked(self, name: str) -> None:
        if name not in self.kept:
            before, make = STATES[name]
            if before:
                self._walked(before)
            self.say(f"making ready: {name}")
            with self.inside():
                make(self)
            self._keep(name)
        self.restore(name)

    def _grown(self, name: str) -> None:
        """The state in a centre of the size that is walked to, made as large as this one in the database."""
        large = f"{name}_grown"
        if large not in self.kept:
            self._walked(name)
            self.say(f"making ready: {name}, for {self.size} people")
            with self.app.app_context(), db.engine.begin() as connection:
                grow(connection, max(1, round(self.size / WALKED) - 1))
                connection.exec_driver_sql("ANALYZE")
            self.close()
            self._keep(large)
        self.restore(large)

    def _keep(self, name: str) -> None:
        self.database.keep(name)
        self.kept.add(name)

    def restore(self, name: str) -> None:
        """Put a kept state back. Heads, marks and a site that were made of a later one are no part of it."""
        self.close()
        self.database.restore(name)
        shutil.rmtree(heads_file(self.folder).parent, ignore_errors=True)

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """An application context with its session, closed afterwards so that the file is whole."""
        with self.app.app_context(), acting_as(self.system):
            yield db.session()
            db.session.remove()
        self.close()

    def environment(self, now: datetime = NOW) -> dict[str, str]:
        """What a process of its own reads to work on this portal at that moment."""
        return {
            **os.environ, "PYTHONPATH": str(ROOT), "PORTAL_ENV": "test", "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database.url, "PORTAL_NOW": now.isoformat(),
        }  # fmt: skip

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
        """The actor that an account is, signed in."""
        found = actor_named(db.session(), username, today=NOW.date(), via="web")
        assert found.user_id is not None
        return dataclasses.replace(found, sign_in=self._sign_in(found.user_id, username, "web"))

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
        number = self._sign_in(user_id, username, "api")
        return create_access_token(identity=str(user_id), additional_claims={SIGN_IN: number})

    def _sign_in(self, user_id: int, username: str, via: str) -> int:
        epoch = db.session.scalar(select(AccountState.epoch).where(AccountState.user_id == user_id)) or 1
        return begin_sign_in(epoch, actor=Actor(username, user_id, via=via), now=NOW)

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
