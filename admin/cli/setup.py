"""`setup` (migrate, permissions, roles, rulebook) and `create-admin`."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import inspect, select

from admin.access.actor import system_actor
from admin.domain.refusals import N_, Invalid
from admin.files.backup import RESTORED
from admin.files.private import make_private
from admin.models import Model, db
from admin.models.accounts import Role, User
from admin.models.grade_guards import guards_stand
from admin.models.keys import OK
from admin.operations.accounts import accounts, roles
from admin.operations.accounts.passwords import check_password
from admin.operations.policy import policy
from admin.operations.system import keys
from admin.operations.system.audit import note_restored, record_baseline
from admin.operations.system.heartbeats import beat
from admin.operations.system.witness import follow_restored
from admin.queries.accounts.own_words import words_of

KEY_ADVICE = (
    "put VAR_DIR/keys of the machine that sealed these rows here, and run setup again; until then no complaint is taken. "
    "Lost for good: ./scripts/manage keys --lost KEY --reason WHY"
)
MIGRATIONS = Path(__file__).parents[1] / "migrations"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two commands: what a deployment runs, and its first administrator."""
    setting_up = commands.add_parser(
        "setup", help="bring the database up to date: tables, permissions, roles, rulebook"
    )
    setting_up.set_defaults(run=run_setup)
    making = commands.add_parser("create-admin", help="make an administrator's account, or set its password anew")
    making.add_argument("--username", default="admin", help="sign-in name (default %(default)s)")
    making.add_argument("--password", help="asked for when it is not given here or in ADMIN_PASSWORD")
    making.set_defaults(run=run_create_admin)


def run_setup(args: argparse.Namespace) -> None:
    """Carry `setup` out and say so."""
    app = _app()
    with app.app_context():
        setup(app)
    print("setup: tables, permissions, roles and rulebook are up to date")


def setup(app: Flask) -> None:
    """Bring the database to what this code needs; safe to run twice. Needs an application context."""
    now, actor = app.config["PORTAL"].now(), system_actor("cli")
    make_private(app.config["PORTAL"])
    before = revision()
    migrate()
    if before not in (None, revision()):
        rows = record_baseline(actor=actor, now=now)
        print(f"setup: upgraded from {before}; {rows} rows recorded in the audit trail as they are now")
    _tell_of_restoring(app.config["PORTAL"].var_dir / RESTORED)
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
        facts = json.loads(file.read_text(encoding="utf-8"))
        # First the line: with the event that tells of it the trail would already be longer.
        follow_restored(facts, actor=system_actor("cli"), now=now)
        note_restored(facts, actor=system_actor("cli"), now=now)
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
    if revision() != ScriptDirectory(str(MIGRATIONS)).get_current_head():
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
        create_account(args.username, password, ["admin"])
    print(f"create-admin: {args.username} may sign in")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Invalid({"--password": N_("A password is needed: --password or ADMIN_PASSWORD.")})
    return getpass.getpass("Password: ")


def create_account(username: str, password: str, role_names: list[str], *, employee_id: int | None = None) -> int:
    """An account with these account roles and this password, made or changed; returns its id."""
    now, actor = current_app.config["PORTAL"].now(), system_actor("cli")
    given = list(db.session.scalars(select(Role.id).where(Role.name.in_(role_names))))
    known = db.session.scalar(select(User.id).where(User.username == username))
    user = accounts.save_account(
        known, username=username, role_ids=given, employee_id=employee_id, actor=actor, now=now
    )
    key = user.id
    accounts.set_password(key, password, method=current_app.config["FAB_PASSWORD_HASH_METHOD"], now=now)
    return key


def _app() -> Flask:
    from admin.app import create_app

    return create_app()
