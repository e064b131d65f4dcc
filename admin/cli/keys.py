"""`keys`: whether the keys here are those that the database was sealed with; and giving one up that is lost for good."""

from __future__ import annotations

import argparse

from admin.access.actor import system_actor
from admin.cli.setup import KEY_ADVICE
from admin.core import create_core
from admin.models import db
from admin.models.keys import OK, states
from admin.operations.system.keys import give_up_key


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "keys",
        help="are the keys in VAR_DIR/keys those that the database was sealed with?",
        description="Says of each key whether it is the one that the database was sealed with. With --lost another one takes the place of "
        "a key that is lost for good; what was sealed with the lost one stays shut.",
    )
    parser.add_argument("--lost", metavar="KEY", help="the key that is lost for good")
    parser.add_argument("--reason", default="", metavar="WHY", help="why it is given up; the audit trail keeps it")


def run(args: argparse.Namespace) -> int:
    """Print each key and how it stands; 0 where all are right, 2 where one is not."""
    app = create_core()
    with app.app_context():
        if args.lost:
            give_up_key(args.lost, args.reason, actor=system_actor("cli"), now=app.config["PORTAL"].now())
        found = states(db.session())
    for name, state in found.items():
        print(f"keys: {name}: {state}{'' if state == OK else f'; {KEY_ADVICE}'}")
    return 0 if set(found.values()) == {OK} else 2
