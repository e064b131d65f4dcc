"""`jobs`: acts on many rows that the worker carries out: how far they are, what was refused, stop one, do one again (6.1)."""

from __future__ import annotations

import argparse
from typing import Any

from sqlalchemy import select

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import N_, Invalid
from admin.files.faults import FileNote
from admin.models import LongWork, LongWorkRefusal, db
from admin.operations import acts
from admin.queries.accounts.actors import actor_named
from admin.queries.system.calendar import company_day
from admin.queries.system.long_work import long_work_page

LATEST = 50
ACTIONS = {"stop": "stop_work", "again": "repeat_work"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command; without a number the list."""
    working = commands.add_parser("jobs", help="acts on many rows: how far they are; stop one, or do one again")
    working.add_argument("id", type=int, nargs="?", help="one of them: what was refused, and why")
    working.add_argument("act", choices=sorted(ACTIONS), nargs="?", help="stop it, or do it again for the rows refused")
    working.add_argument("--as", dest="user", help="sign-in name of the account that stops it or does it again")


def run(args: argparse.Namespace) -> None:
    """List, show, or act."""
    from admin.app import create_app

    app = create_app()
    now = app.config["PORTAL"].now()
    with app.app_context():
        if args.act is not None:
            if args.user is None:
                raise Invalid({"--as": N_("Choose in which capacity you act.")})
            actor = actor_named(db.session(), args.user, today=company_day(now), via="cli")
            with acting_as(actor):
                acts.perform("long_work", args.id, ACTIONS[args.act], {}, actor=actor, now=now)
        with acting_as(system_actor("cli")):
            if args.id is None:
                _print_all()
            else:
                _print_one(args.id)


def _print_all() -> None:
    order = (LongWork.ended_at.is_not(None), LongWork.id.desc())
    for work in db.session.scalars(select(LongWork).order_by(*order).limit(LATEST)):
        print(_line(work))


def _print_one(key: int) -> None:
    shown = long_work_page(db.session(), key, 1).shown
    print(_line(shown.work))
    if shown.failing:
        print(f"  the last try failed: {shown.work.job.fault}")
    rows: Any = select(LongWorkRefusal).where(LongWorkRefusal.work_id == key).order_by(LongWorkRefusal.id)
    for row in db.session.scalars(rows):
        print(f"  refused: {row.named}: {FileNote(row.reason, row.facts).text()} ({row.clause})")


def _line(work: LongWork) -> str:
    state = (
        "running"
        if work.ended_at is None
        else "ended before its last row"
        if work.stopped is not None
        else "stopped"
        if work.stopped_by_id is not None
        else "ended"
    )
    counts = f"{work.done} of {work.total} done, {work.refused} refused"
    return f"{work.id}: {work.process} {work.record_id} {work.action}: {state}, {counts}"
