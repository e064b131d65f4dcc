"""`setup` (migrate, permissions, roles, rulebook), `create-admin`, `recover` and `found`."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import inspect, select

from admin.access.actor import system_actor
from admin.cli.alone import SETTING_UP, alone
from admin.domain.refusals import N_, Invalid
from admin.domain.sign_in_names import canonical
from admin.files.backup import MOVED, RESTORED
from admin.files.private import make_private
from admin.files.whole import sweep_drafts
from admin.models import Model, db
from admin.models.accounts import Role, User
from admin.models.grade_guards import guards_stand
from admin.models.keys import OK
from admin.models.migrations import newest
from admin.operations.accounts import accounts, roles
from admin.operations.accounts.founding import First, found
from admin.operations.accounts.passwords import check_password
from admin.operations.accounts.second_factor import recover_second_factor
from admin.operations.accounts.sign_ins import name_sign_ins_from_here_on
from admin.operations.policy import policy
from admin.operations.system import keys
from admin.operations.system.audit import note_moved, note_restored, record_baseline
from admin.operations.system.heartbeats import beat
from admin.operations.system.witness import follow_restored
from admin.queries.accounts.own_words import words_of
from config import Settings

KEY_ADVICE = (
    "put VAR_DIR/keys of the machine that sealed these rows here, and run setup again; until then no complaint is taken. "
    "Lost for good: ./scripts/manage keys --lost KEY --reason WHY"
)
MIGRATIONS = Path(__file__).parents[1] / "migrations"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What a deployment runs, its first administrator, and the first of HR and of management."""
    setting_up = commands.add_parser(
        "setup", help="bring the database up to date: tables, permissions, roles, rulebook"
    )
    setting_up.set_defaults(run=run_setup)
    making = commands.add_parser("create-admin", help="make an administrator's account, or set its password anew")
    making.add_argument("--username", default="admin", help="sign-in name (default %(default)s)")
    making.add_argument("--password", help="asked for when it is not given here or in ADMIN_PASSWORD")
    making.set_defaults(run=run_create_admin)
    recovering = commands.add_parser(
        "recover",
        help="take off the second factor of an account, where nobody is left who could reset it; it is recorded and told",
    )
    recovering.add_argument("username", help="sign-in name of the account")
    recovering.add_argument("--reason", required=True, help="why, for the trail")
    recovering.set_defaults(run=run_recover)
    founding = commands.add_parser(
        "found", help="name the first of HR and of management, where nobody of either is; others are confirmed by two"
    )
    for role in ("hr", "management"):
        founding.add_argument(
            f"--{role}", required=True, metavar="NUMBER", help=f"employee number of the first of {role}"
        )
        founding.add_argument(
            f"--{role}-name", default="", metavar="NAME", help="the name, where no list has brought it yet"
        )
    founding.add_argument("--department", default="", help="of whom no list has brought yet")
    founding.set_defaults(run=run_found)


def run_setup(args: argparse.Namespace) -> None:
    """Carry `setup` out and say so."""
    app = _app()
    with app.app_context():
        setup(app)
    print("setup: tables, permissions, roles and rulebook are up to date")


def setup(app: Flask) -> None:
    """Bring the database to what this code needs; safe to run twice, and by two at once. Needs an application context."""
    with alone(app.config["PORTAL"], SETTING_UP):
        _setup(app)


def _setup(app: Flask) -> None:
    now, actor = app.config["PORTAL"].now(), system_actor("cli")
    make_private(app.config["PORTAL"])
    sweep_drafts(app.config["PORTAL"].var_dir)
    before = revision()
    migrate()
    if before not in (None, revision()):
        rows = record_baseline(actor=actor, now=now)
        print(f"setup: upgraded from {before}; {rows} rows recorded in the audit trail as they are now")
    _tell_of_restoring(app.config["PORTAL"].var_dir / RESTORED)
    tell_of_moving(app.config["PORTAL"])
    name_sign_ins_from_here_on(actor=actor, now=now)
    roles.ship_roles(actor=actor, now=now)
    policy.load_shipped(actor=actor, now=now)
    _tell_of_keys(keys.mark_keys(actor=actor, now=now))
    beat(actor=actor, now=now)  # from here on a worker is waited for
    db.session.remove()
    make_private(app.config["PORTAL"])  # what was made meanwhile


def _tell_of_restoring(file: Path) -> None:
    """What `restore` has left is written into the trail once."""
    if file.is_file():
        now = current_app.config["PORTAL"].now()
        facts = {"note": "", **json.loads(file.read_text(encoding="utf-8"))}
        # First the line: with the event that tells of it the trail would already be longer.
        follow_restored(facts, actor=system_actor("cli"), now=now)
        note_restored(facts, actor=system_actor("cli"), now=now)
        file.unlink()


def tell_of_moving(settings: Settings) -> None:
    """What `move` has left is written once into the trail of the database that it moved to."""
    file = settings.var_dir / MOVED
    if not settings.sqlite and file.is_file():
        note_moved(json.loads(file.read_text(encoding="utf-8")), actor=system_actor("cli"), now=settings.now())
        file.unlink()


def _tell_of_keys(states: Mapping[str, str]) -> None:
    """A key that is not the right one shuts the complaint form, and nothing else: it is said, and the rest goes on."""
    for name, state in states.items():
        if state != OK:
            print(f"setup: KEY {name} is {state}: {KEY_ADVICE}", file=sys.stderr)


def revision() -> str | None:
    """The migration that the database is at; None for a new one."""
    if "alembic_version" not in inspect(db.engine).get_table_names():
        return None
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def up_to_date() -> bool:
    """Whether the database is at the newest migration with the guards of the grade file on it."""
    if revision() != newest():
        return False
    with db.engine.connect() as connection:
        return guards_stand(connection)


def migrate() -> None:
    """Carry out the migrations; where none ship, make the tables.

    Where there is nothing to carry out nothing is locked: a portal that serves meanwhile is not waited for.
    """
    if (MIGRATIONS / "env.py").exists():
        from flask_migrate import upgrade

        if not up_to_date():
            upgrade()
    else:
        Model.metadata.create_all(db.engine)


def run_create_admin(args: argparse.Namespace) -> None:
    """Make the account, or set its password anew."""
    password = args.password or os.environ.get("ADMIN_PASSWORD") or _asked()
    app = _app()
    with app.app_context():
        # Before there is an account: one whose password is refused would stand there without any.
        check_password(password, password, words_of(args.username))
        make_admin(args.username, password)
    print(f"create-admin: {args.username} may sign in")


def run_recover(args: argparse.Namespace) -> None:
    """Take the second factor off; the next sign-in asks for the password alone and has another one set up."""
    app = _app()
    with app.app_context():
        now = current_app.config["PORTAL"].now()
        recover_second_factor(args.username, args.reason, actor=system_actor("cli"), now=now)
    print(f"recover: {args.username} has no second factor now; HR and the auditors are told")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Invalid({"--password": N_("A password is needed: --password or ADMIN_PASSWORD.")})
    return getpass.getpass("Password: ")


def make_admin(username: str, password: str) -> int:
    """An administrator's account with this password, made or set anew; returns its id."""
    now, actor = current_app.config["PORTAL"].now(), system_actor("cli")
    given = list(db.session.scalars(select(Role.id).where(Role.name == "admin")))
    known = db.session.scalar(select(User.id).where(User.sign_in_name == canonical(username)))
    user = accounts.save_account(known, username=username, role_ids=given, actor=actor, now=now)
    key = user.id
    accounts.set_password(key, password, method=current_app.config["FAB_PASSWORD_HASH_METHOD"], now=now)
    return key


def run_found(args: argparse.Namespace) -> None:
    """Name the two, and print their codes for whoever sits at the machine."""
    first = [First("hr", args.hr, args.hr_name), First("management", args.management, args.management_name)]
    app = _app()
    with app.app_context():
        now = current_app.config["PORTAL"].now()
        named = found(first, department=args.department, actor=system_actor("cli"), now=now)
    for each in named:
        code = f"activation code {each.code}" if each.code else "signs in as before"
        print(f"found: {each.role}: {each.username}, {code}")
    print(f"found: codes are used at {app.config['PORTAL'].portal_url}/activate/")


def _app() -> Flask:
    from admin.app import create_app

    return create_app()
