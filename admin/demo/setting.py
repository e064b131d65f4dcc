"""The demo before its cycle: calendar, people, accounts, figures, grades taken over, committee, confirmations."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from admin.access.actor import acting_as
from admin.access.framework import flask_config
from admin.demo import files
from admin.demo.people import CENTRE, DIVISIONS, SEED
from admin.demo.stage import Stage
from admin.domain.refusals import Invalid
from admin.operations.accounts import accounts
from admin.operations.accounts.confirmations import confirm, propose_role
from admin.operations.accounts.founding import First, found
from admin.operations.committee import seats
from admin.operations.imports import imports
from admin.operations.imports.imports_accounts import create_accounts
from admin.operations.imports.imports_grades import approve_takeover, batch_of
from admin.operations.people import departments, people
from admin.operations.people.records import approve, record
from admin.operations.policy import policy
from admin.operations.system import calendar
from admin.queries.accounts.offices import account_roles, somebody_confirms
from admin.queries.accounts.seconds import proposed_role
from admin.queries.cycles import roll
from admin.queries.cycles.roll import (
    accounts_by_name,
    departments_by_name,
    people_by_number,
    roles_by_name,
    seats_by_person,
)
from admin.queries.policy.policy import version_on
from admin.queries.system.calendar import company_day

OFFICES = {"hr2": "hr", "auditor": "auditor", "officer1": "complaint_officer", "officer2": "complaint_officer"}
CONFIRMED = (
    "assessment_month",
    "promotion_years_in_grade",
    "promotion_excellent_years",
    "peer_minimum",
    "seniority_cap",
)


def set_the_stage(stage: Stage) -> None:
    """Everything that HR does before a cycle is opened; each step does nothing where it is done already."""
    _calendar(stage)
    _people(stage)
    _accounts(stage)
    _figures(stage)
    _records(stage)
    _committee(stage)
    _confirm(stage)


def _calendar(stage: Stage) -> None:
    for year in range(stage.day(stage.opening).year - 1, stage.day(stage.now).year + 2):
        _seed(stage, year, stage.settings.portal_calendar)
        calendar.confirm_year(year, actor=stage.system, now=stage.opening)


def _seed(stage: Stage, year: int, region: str) -> None:
    """A year's holidays as the library has them, plain weekends where it does not know the year yet."""
    try:
        calendar.seed_year(year, region, actor=stage.system, now=stage.opening)
    except Invalid:
        calendar.seed_year(year, "none", actor=stage.system, now=stage.opening)


def _people(stage: Stage) -> None:
    stage.say("people: importing employees")
    before = stage.opening - timedelta(days=10)
    _import(stage, "employees", "員工名冊.xlsx", files.employees_file(stage.centre), before)
    with acting_as(stage.system):
        stage.ids = people_by_number(stage.session)
        named = departments_by_name(stage.session)
    people.mark_in_centre(named[CENTRE], True, actor=stage.system, now=before)
    for name, number in stage.centre.heads.items():
        departments.name_head(named[name], stage.ids[number], actor=stage.system, now=before)


def _import(stage: Stage, kind: str, filename: str, data: bytes, at: object) -> int | None:
    plan, row = imports.import_file(kind, filename, data, actor=stage.system, now=at)  # type: ignore[arg-type]
    if plan.faults:
        first = plan.faults[0]
        raise RuntimeError(f"the demo's own {kind} file has a fault: {first}")
    return row.id if row is not None else None


def _accounts(stage: Stage) -> None:
    """Everyone gets an account; those that the README names get a sign-in name and the demo's password."""
    before = stage.opening - timedelta(days=9)
    create_accounts(actor=stage.system, now=before)
    stage.usernames = _named(stage)
    with acting_as(stage.system):
        known, roles = accounts_by_name(stage.session), roles_by_name(stage.session)
    for number, username in stage.usernames.items():
        key = known.get(username) or known[number]
        accounts.save_account(key, username=username, role_ids=[roles["employee"]], actor=stage.system, now=before)
        _password(stage, key)
    _offices(stage, before)
    if "admin" not in known:
        user = accounts.save_account(
            None, username="admin", name="系統管理員", role_ids=[roles["admin"]], actor=stage.system, now=before
        )
        _password(stage, user.id)


def _offices(stage: Stage, at: datetime) -> None:
    """The machine names the first of HR and of management; one proposes and the other confirms the rest (6.1-a)."""
    numbers = {username: number for number, username in stage.usernames.items()}
    with acting_as(stage.system):
        begun = somebody_confirms(stage.session, company_day(at))
        known = accounts_by_name(stage.session)
    if not begun:
        found([First(role, numbers[role]) for role in ("hr", "management")], actor=stage.system, now=at)
        stage.forget()
    for username, role in OFFICES.items():
        # Asked of each: a loading that was ended half way goes on where it stopped, and proposes nothing twice.
        with acting_as(stage.system):
            if role in account_roles(stage.session, known[username]):
                continue
            key = proposed_role(stage.session, known[username], role)
        if key is None:
            key = propose_role(known[username], role, give=True, reason="設立中心", actor=stage.actor("hr"), now=at).id
        confirm(key, actor=stage.actor("management"), now=at + timedelta(hours=1))


def _password(stage: Stage, user_id: int) -> None:
    method = str(flask_config(stage.settings)["FAB_PASSWORD_HASH_METHOD"])
    accounts.set_password(
        user_id, stage.settings.demo_password, method=method, now=stage.opening, actor=stage.system, printed=True
    )


def _named(stage: Stage) -> dict[str, str]:
    """Employee number → demo sign-in."""
    centre = stage.centre
    hr, it, product, office = (centre.of(name) for name in ("人力資源部", "資訊部", "產品部", "總經理室"))
    named = {
        hr[0].number: "chair",
        hr[1].number: "hr",
        hr[2].number: "hr2",
        hr[3].number: "member1",
        hr[4].number: "panel1",
        hr[5].number: "officer1",
        hr[6].number: "secretary",
        centre.deputy: "member2",
        centre.director: "panel3",
        it[0].number: "member3",
        it[1].number: "officer2",
        it[2].number: "auditor",
        product[0].number: "member4",
        product[1].number: "panel2",
        office[0].number: "management",
    }
    named[centre.heads[DIVISIONS[-1][0]]] = "member5"
    heads = [centre.heads[name] for name, _, _ in DIVISIONS[:-1]]
    named |= {number: f"head{index}" for index, number in enumerate(heads, 1)}
    leaders = [p.number for p in centre.people if p.post == "組長"]
    named |= {number: f"sup{index}" for index, number in enumerate(leaders, 1)}
    return named | {p.number: f"emp{index}" for index, p in enumerate(centre.agents[:20], 1)}


def _figures(stage: Stage) -> None:
    stage.say("figures: importing metrics, annual ratings and grades")
    before = stage.opening - timedelta(days=7)
    for year in sorted({stage.year, stage.year_reviewed(stage.now)}):
        if months := stage.months_ended(year, before):
            _import(stage, "metrics", "績效指標.xlsx", files.metrics_file(stage.centre, year, months), before)
    _import(stage, "ratings", "年度績效等次.xlsx", files.ratings_file(stage.centre), before)
    key = _import(stage, "grades", "職級名冊.xlsx", files.grades_file(stage.centre), before)
    if key is not None:
        approve_takeover(batch_of(key), actor=stage.actor("management"), now=before + timedelta(hours=3))


def _records(stage: Stage) -> None:
    """Exams for nearly everyone; a few certificates, contributions and trainings, each approved by a second person."""
    stage.say("records: exams, certificates, contributions")
    dice, at = random.Random(SEED), stage.opening - timedelta(days=5)
    day = min(date(stage.year, 5, 12), stage.day(at))
    hr, second = stage.actor("hr"), stage.actor("hr2")
    with acting_as(stage.system):
        on_file = roll.people_with_records(stage.session)
    for index, person in enumerate(stage.centre.agents):
        key = stage.ids[person.number]
        given: list[tuple[str, str, float | None]] = []
        if index % 13 != 12:
            given.append(
                ("exam", "年度業務測驗", float(round(min(99, max(45, 76 + 9 * person.skill + dice.gauss(0, 4))))))
            )
        if index % 17 == 3:
            given.append(("certificate", "客戶服務管理師證照", None))
        if index % 23 == 5:
            given.append(("training", "投訴處理進階課程", None))
        for kind, title, points in given if key not in on_file else ():
            row = record(key, kind, title, day, points=points, actor=hr, now=at)
            approve(row.id, actor=second, now=at + timedelta(hours=1))


def _committee(stage: Stage) -> None:
    with acting_as(stage.system):
        seated = seats_by_person(stage.session)
    start = stage.day(stage.opening) - timedelta(days=30)
    wanted = [
        ("chair", "hr", "chair", False),
        ("member1", "hr", "member", False),
        ("member2", "centre_management", "member", False),
        ("member5", "centre_management", "member", False),
        ("member3", "related_departments", "member", False),
        ("member4", "related_departments", "member", False),
        ("secretary", "hr", "secretary", False),
        ("panel1", "hr", "member", True),
        ("panel2", "related_departments", "member", True),
        ("panel3", "centre_management", "member", True),
    ]
    people_ = {username: stage.ids[number] for number, username in stage.usernames.items()}
    for username, constituency, office, panel in wanted:
        if people_[username] not in seated:
            seats.appoint_member(
                people_[username],
                constituency,
                office,
                term_from=start,
                on_panel=panel,
                panel_chair=username == "panel1",
                actor=stage.system,
                now=stage.opening - timedelta(days=3),
            )
    stage.forget()


def _confirm(stage: Stage) -> None:
    """HR has confirmed some of the policy's values and left others provisional, so that both can be seen."""
    with acting_as(stage.system):
        version = version_on(stage.session, stage.day(stage.opening)).id
    for parameter in CONFIRMED:
        policy.confirm_parameter(
            version,
            parameter,
            actor=stage.actor("hr"),
            now=stage.opening - timedelta(days=2),
            on=stage.day(stage.opening),
        )
