"""`eligibility [--employee NO]`: who meets a ground for promotion or demotion today, by condition (4.1, 4.2)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.access.actor import acting_as, system_actor
from admin.domain.codes import EmployeeStatus
from admin.domain.eligibility import Condition, Eligibility, Ground, demotion, promotion
from admin.domain.refusals import N_, Invalid
from admin.models import Employee, db
from admin.queries.cases.eligibility import eligibility_facts
from admin.queries.cycles.cycles import centre_departments
from admin.queries.policy.rules import ByDay, rules_on
from admin.queries.system.calendar import company_day

CHUNK = 500


def add_parser(commands: Any) -> None:
    """The command `eligibility`."""
    parser = commands.add_parser("eligibility", help="grounds for promotion and demotion met today, with the facts")
    parser.add_argument(
        "--employee", metavar="NO", help="one employee, every condition met or not; else all who meet a ground"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print what the rules say about one employee, or the list of those who meet a ground."""
    from admin.app import create_app

    app = create_app()
    settings = app.config["PORTAL"]
    today = company_day(settings.now())
    with app.app_context(), acting_as(system_actor("cli")):
        session = db.session()
        people = _people(session, args.employee)
        met = 0
        for employee, up, down in judged(session, people, today):
            if args.employee:
                _say_one(employee, up, down)
            elif up.eligible or down.met:
                met += 1
                print(f"{employee.number} {employee.name}: {_grounds(up, down)}")
        if not args.employee:
            print(f"{met} of {len(people)} employees of the centre meet a ground")


def _people(session: Session, number: str | None) -> list[Employee]:
    if number:
        found = list(session.scalars(select(Employee).where(Employee.number == number)))
        if not found:
            raise Invalid({"--employee": N_("There is no employee %(number)s.")}, {"number": number})
        return found
    departments = centre_departments(session)
    query = select(Employee).where(Employee.status != EmployeeStatus.LEFT, Employee.department_id.in_(departments))
    return list(session.scalars(query.order_by(Employee.number)))


def judged(
    session: Session, people: list[Employee], today: date
) -> Iterator[tuple[Employee, Eligibility, Eligibility]]:
    """Each employee with both eligibilities, under the version in force."""
    rules = rules_on(session, today, ByDay.NO_CASE)
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        facts = eligibility_facts(session, [each.id for each in some], year=today.year, as_of=today)
        for each in some:
            mine = facts[each.id]
            yield each, promotion(mine, rules.parameters, rules.ladder), demotion(mine, rules.parameters, rules.ladder)


def _grounds(up: Eligibility, down: Eligibility) -> str:
    named = [f"promotion {ground.clause} ({ground.number})" for ground in (up.met if up.eligible else ())]
    named += [f"demotion {ground.clause} ({ground.number})" for ground in down.met]
    return ", ".join(named)


def _say_one(employee: Employee, up: Eligibility, down: Eligibility) -> None:
    print(f"{employee.number} {employee.name}")
    for name, found in (("promotion", up), ("demotion", down)):
        for ground in found.grounds:
            _say_ground(name, ground)
        for block in found.blocks:
            print(f"{name}: stands against it ({block.clause}): {block.text()}")


def _say_ground(name: str, ground: Ground) -> None:
    print(f"{name} {ground.clause} ({ground.number}): {'met' if ground.met else 'not met'}")
    for condition in ground.conditions:
        print(f"  {condition.name}: {'met' if condition.met else 'not met'}{_when(condition)}; {_facts(condition)}")


def _when(condition: Condition) -> str:
    if condition.met or not (condition.by_when or condition.by_year):
        return ""
    return f", by {condition.by_when or condition.by_year}"


def _facts(condition: Condition) -> str:
    return ", ".join(f"{name} {value}" for name, value in condition.facts.items()) or "nothing on file"
