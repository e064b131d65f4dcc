"""`correct-takeover NUMBER GRADE SINCE --evidence TEXT --as USER`: HR proposes to put a takeover right (1.2-f)."""

from __future__ import annotations

import argparse

from admin.access.actor import acting_as, system_actor
from admin.forms.corrections import correction_of
from admin.models import db
from admin.operations.outcome.takeover_corrections import propose_correction
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command; management decides with `act takeover_corrections ID approve`."""
    correcting = commands.add_parser(
        "correct-takeover", help="propose to put a grade right that was taken over wrongly"
    )
    correcting.add_argument("number", help="employee number")
    correcting.add_argument("grade", help="code of the grade that was held")
    correcting.add_argument("since", help="from which day it was held, as 2024-07-01")
    correcting.add_argument("--evidence", required=True, help="which document says so, and where it is kept")
    correcting.add_argument("--as", dest="user", required=True, help="sign-in name of HR's account")
    correcting.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Propose, and print the number under which it is decided."""
    from admin.app import create_app

    app = create_app()
    settings = app.config["PORTAL"]
    with app.app_context():
        now = settings.now()
        with acting_as(system_actor("cli")):
            actor = actor_named(db.session(), args.user, today=company_day(now), via="cli")
        with acting_as(actor):
            given = correction_of(db.session(), vars(args), company_day(now))
        made = propose_correction(given.employee_id, given.grade_id, given.since, given.evidence, actor=actor, now=now)
        print(f"takeover_corrections {made.id}: proposed, waits for management")
