"""A small centre before its cycle, made by operations: one department, a committee, a panel, everybody with an account."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from admin.access.actor import Actor, acting_as, system_actor
from admin.demo import files
from admin.demo.people import Centre, Person
from admin.models import db
from admin.operations.accounts import accounts
from admin.operations.committee import seats
from admin.operations.imports import imports
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.imports.imports_grades import approve_takeover, batch_of
from admin.operations.people import departments, people
from admin.operations.people.records import approve, record
from admin.operations.system import calendar
from admin.queries.accounts.actors import actor_named
from admin.queries.cycles.roll import accounts_by_name, departments_by_name, people_by_number, roles_by_name
from tests.offices import found_offices

PASSWORD = "journey-Password-1"
ROOT, PLACE, TEAM = "遠聲科技", "遠聲科技/客服中心", "遠聲科技/客服中心/電話客服部"
OFFICES = {"hr": "hr", "hr2": "hr", "management": "management"}
LONG_AGO = date(2016, 3, 1)

# username: number, name, department, post, superior, management
STAFF = {
    "director": ("E01", "陸遠", PLACE, "中心總監", "", True),
    "deputy": ("E02", "蔡青", PLACE, "副總監", "E01", True),
    "head": ("E03", "吳美玲", TEAM, "部門經理", "E01", True),
    "sup": ("E04", "黃志明", TEAM, "組長", "E03", True),
    "chair": ("E21", "何佩君", f"{ROOT}/人力資源部", "主管", "", True),
    "hr": ("E22", "林曉青", f"{ROOT}/人力資源部", "人資專員", "E21", False),
    "hr2": ("E23", "徐安", f"{ROOT}/人力資源部", "人資專員", "E21", False),
    "secretary": ("E24", "方怡", f"{ROOT}/人力資源部", "人資專員", "E21", False),
    "member1": ("E25", "謝文", f"{ROOT}/人力資源部", "人資專員", "E21", False),
    "panel1": ("E26", "孫立", f"{ROOT}/人力資源部", "人資專員", "E21", False),
    "member3": ("E31", "周凱", f"{ROOT}/資訊部", "主管", "", True),
    "panel2": ("E32", "高敏", f"{ROOT}/資訊部", "工程師", "E31", False),
    "member4": ("E41", "鄭可", f"{ROOT}/產品部", "主管", "", True),
    "management": ("E51", "唐寧", f"{ROOT}/總經理室", "總經理", "", True),
}
# username: number, name, grade, skill, rating of both years before
AGENTS = {
    "mei": ("E11", "王小美", "M1", 1.3, "優秀"),
    "jun": ("E12", "陳俊", "J3", 1.2, "優秀"),
    "ting": ("E13", "李婷", "J2", 0.0, "良好"),
    "hao": ("E14", "張豪", "J3", 0.2, "良好"),
    "yun": ("E15", "許芸", "M1", 0.3, "良好"),
    "kai": ("E16", "曾凱", "J2", 0.1, "良好"),
    "new": ("E17", "葉新", "", 0.0, ""),
}
SEATS = {
    "chair": ("hr", "chair"),
    "member1": ("hr", "member"),
    "deputy": ("centre_management", "member"),
    "member3": ("related_departments", "member"),
    "member4": ("related_departments", "member"),
    "secretary": ("hr", "secretary"),
}
PANEL = {"panel1": "hr", "panel2": "related_departments", "director": "centre_management"}
USERNAMES = {number: username for username, (number, *_) in [*STAFF.items(), *AGENTS.items()]}
NUMBERS = {username: number for number, username in USERNAMES.items()}


def build(now: datetime) -> None:
    """People, accounts, figures, grades, committee and panel, as they stand the week before the cycle."""
    before, system = now - timedelta(days=7), system_actor("cli")
    centre = _people()
    for year in (2025, 2026, 2027):
        calendar.seed_year(year, "TW", actor=system, now=before)
        calendar.confirm_year(year, actor=system, now=before)
    _load("employees", "員工.xlsx", files.employees_file(centre), before)
    with acting_as(system):
        places, ids = departments_by_name(db.session), people_by_number(db.session)
    people.mark_in_centre(places["客服中心"], True, actor=system, now=before)
    departments.name_head(places["客服中心"], ids["E01"], actor=system, now=before)
    departments.name_head(places["電話客服部"], ids["E03"], actor=system, now=before)
    _accounts(before)
    _load("metrics", "指標.xlsx", files.metrics_file(centre, 2026, range(1, 12)), before)
    _load("ratings", "等次.xlsx", files.ratings_file(centre), before)
    taken_over = _load("grades", "職級.xlsx", files.grades_file(centre), before)
    approve_takeover(batch_of(taken_over), actor=actor("management", now), now=before)
    _records(ids, now, before)
    _seats(ids, before)


def actor(username: str, now: datetime) -> Actor:
    """Who somebody is at a moment."""
    with acting_as(system_actor()):
        return actor_named(db.session(), username, today=now.date(), via="web")


def _people() -> Centre:
    staff = [
        Person(number, name, place, post, LONG_AGO, LONG_AGO, superior=superior, management=management)
        for number, name, place, post, superior, management in STAFF.values()
    ]
    agents = [_agent(*agent) for agent in AGENTS.values()]
    return Centre(staff + agents, {}, "E01", "E02")


def _agent(number: str, name: str, grade: str, skill: float, rating: str) -> Person:
    hired = LONG_AGO if grade else date(2026, 10, 20)
    made = Person(number, name, TEAM, "客服專員", hired, hired, superior="E04", queue="phone", grade=grade, skill=skill)
    made.since = date(2023, 1, 1) if grade else None
    made.ratings = {year: rating for year in (2024, 2025) if rating}
    return made


def _load(kind: str, name: str, data: bytes, at: datetime) -> int:
    plan, row = imports.import_file(kind, name, data, actor=system_actor("cli"), now=at)
    assert row is not None and not plan.faults, plan.faults
    return row.id


def _accounts(at: datetime) -> None:
    create_accounts(actor=system_actor("cli"), now=at)
    with acting_as(system_actor()):
        known, roles = accounts_by_name(db.session), roles_by_name(db.session)
    found_offices([(NUMBERS[username], office) for username, office in OFFICES.items()], at)
    for number, username in USERNAMES.items():
        key = known[number]
        accounts.save_account(key, username=username, role_ids=[roles["employee"]], actor=system_actor("cli"), now=at)
        accounts.set_password(key, PASSWORD, method="pbkdf2:sha256:1", now=at)


def _records(ids: dict[str, int], now: datetime, at: datetime) -> None:
    """Everybody sat the year's exam."""
    for _number, *_rest in (agent for agent in AGENTS.values() if agent[2]):
        row = record(
            ids[_number], "exam", "年度業務測驗", date(2026, 5, 12), points=88.0, actor=actor("hr", now), now=at
        )
        approve(row.id, actor=actor("hr2", now), now=at)


def _seats(ids: dict[str, int], at: datetime) -> None:
    start = date(2026, 1, 1)
    for username, (constituency, office) in SEATS.items():
        seats.appoint_member(
            ids[NUMBERS[username]], constituency, office, term_from=start, actor=system_actor("cli"), now=at
        )
    for username, constituency in PANEL.items():
        seats.appoint_member(
            ids[NUMBERS[username]],
            constituency,
            "member",
            term_from=start,
            on_panel=True,
            panel_chair=username == "panel1",
            actor=system_actor("cli"),
            now=at,
        )
