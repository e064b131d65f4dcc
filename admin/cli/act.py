"""`act RESOURCE ID ACTION --as USER [--json F]`: any action of the workflow table from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select

from admin.access.actor import acting_as
from admin.domain.refusals import N_, Invalid
from admin.domain.sign_in_names import canonical
from admin.models import db
from admin.models.accounts import User
from admin.operations import acts
from admin.operations.once import asking
from admin.operations.seconding import Proposed
from admin.queries.accounts.actors import actor_for
from admin.queries.system.calendar import company_day

PROCESSES = {
    "confirmations": "confirmation",
    "committee_members": "committee_member",
    "departments": "department",
    "employee_records": "employee_record",
    "employees": "employee",
    "imports": "import",
    "notice_rows": "notice_row",
    "long_works": "long_work",
    "reviews": "review",
    "cycles": "cycle",
    "meetings": "meeting",
    "appeals": "appeal",
    "complaints": "complaint",
    "pay_lists": "pay_list",
    "course_sessions": "course_session",
    "enrolments": "enrolment",
    "honours": "honour",
    "candidates": "candidate",
    "policy_versions": "policy_version",
    "grade_changes": "grade_change",
    "takeover_corrections": "takeover_correction",
    "document_withdrawals": "document_withdrawal",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command for every resource and action."""
    acting = commands.add_parser("act", help="carry out an action of the workflow as an account")
    acting.add_argument("resource", choices=sorted(PROCESSES))
    acting.add_argument("id", type=int)
    acting.add_argument("action")
    acting.add_argument("--as", dest="user", required=True, help="sign-in name of the account that acts")
    acting.add_argument(
        "--json", type=Path, help="file with the action's fields as a JSON object; - reads standard input"
    )
    acting.add_argument("--key", default="", help="a name for this act: given again it is not done again")


def run(args: argparse.Namespace) -> None:
    """Act, and print the new state as JSON."""
    from admin.app import create_app

    app = create_app()
    settings = app.config["PORTAL"]
    with app.app_context():
        now = settings.now()
        user = db.session.scalars(select(User).where(User.sign_in_name == canonical(args.user))).first()
        if user is None or not user.active:
            raise Invalid({"--as": N_("There is no active account %(user)s.")}, {"user": args.user})
        actor = actor_for(db.session(), user, today=company_day(now), via="cli")
        process, data = PROCESSES[args.resource], _data(args.json)
        what = json.dumps([process, args.id, args.action, data], sort_keys=True)
        with acting_as(actor), asking(args.key, what):
            try:
                state = acts.perform(process, args.id, args.action, data, actor=actor, now=now)
            except Proposed as waits:
                state = waits.state
    print(json.dumps(state, ensure_ascii=False, default=str))


def _data(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        data = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Invalid({"--json": N_("The file is not JSON: %(fault)s")}, {"fault": str(fault)}) from fault
    if not isinstance(data, dict):
        raise Invalid({"--json": N_("The file holds an object with the action's fields.")})
    return data
