"""The one command line of the portal: every module of this package that has `add_parser` offers commands.

A command module has `add_parser(commands)`, which adds its parser, and `run(args)`, which returns nothing or an exit
code. Only the module of the command that is asked for is imported: each brings heavy friends of its own.
Exit codes: 0 done, 1 a fault of the program, 2 bad input or usage, 3 refused by a rule.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import pkgutil
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import admin.cli
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.faults import FileFault
from config import BadSetting
from notice_site.disk import in_words

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

DONE, FAULT, BAD_INPUT, REFUSED = 0, 1, 2, 3


# which module offers a command, where its name does not say so
HOMES = {
    "found": "setup",
    "correct-takeover": "correct_takeover",
    "create-admin": "setup",
    "import": "imports",
    "recover": "setup",
    "replay": "cycle",
    "restore": "backup",
    "score": "cycle",
    "server-files": "server_files",
    "snapshot": "publish",
    "start": "serve",
    "tick": "worker",
}


def command_modules(command: str | None = None) -> list[ModuleType]:
    """The modules beside this one that offer a command, by name; only its own for a command that is known."""
    names = sorted(each.name for each in pkgutil.iter_modules(admin.cli.__path__) if not each.name.startswith("_"))
    home = HOMES.get(command or "", command)
    modules = [importlib.import_module(f"admin.cli.{name}") for name in ([home] if home in names else names)]
    return [module for module in modules if hasattr(module, "add_parser")]


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands, or of one alone; each knows the function that carries it out as `run`."""
    parser = argparse.ArgumentParser(prog="manage", description="Commands of the grade portal.")
    commands: Any = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in command_modules(command):
        known = set(commands.choices)
        module.add_parser(commands)
        for name in set(commands.choices) - known:
            if commands.choices[name].get_default("run") is None and hasattr(module, "run"):
                commands.choices[name].set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; what went wrong is said on standard error, in a line."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = build_parser(words[0] if words else None).parse_args(words)
    gc.enable()
    try:
        return args.run(args) or DONE
    except KeyboardInterrupt:
        return say(130, "stopped")
    except Exception as error:
        if os.environ.get("PORTAL_DEBUG") == "1":
            traceback.print_exc()
        return say(*explained(error))


def explained(error: Exception) -> tuple[int, str]:
    """Exit code and message for an exception."""
    # Here, not above: it brings all of SQLAlchemy, which some commands have no use for.
    from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

    match error:
        case Refused():
            return REFUSED, f"refused by {error.refusal.clause}: {error.refusal.text()}"
        case NotFound():
            return BAD_INPUT, str(error) or "not there"
        case Invalid() | FileFault() | BadSetting():
            return BAD_INPUT, str(error)
        case OperationalError() | ProgrammingError():
            return BAD_INPUT, without_sql(error)
        case DatabaseError() if (
            type(error) is DatabaseError
        ):  # SQLite's word for a file that is none of its, or is damaged
            return BAD_INPUT, without_sql(error)
        case FileNotFoundError() | IsADirectoryError() | PermissionError() if error.filename:
            return BAD_INPUT, f"{error.filename}: {error.strerror}"
        case OSError() | sqlite3.Error() if words := in_words(error):
            return FAULT, words
        case _:
            return FAULT, f"{type(error).__name__}: {error} (PORTAL_DEBUG=1 shows where)"


def without_sql(error: DBAPIError) -> str:
    """What the database says of itself, and what to do; never the statement."""
    said = str(error.orig).strip().partition("\n")[0]
    if "no such table" in said or "does not exist" in said:
        return f"the database is not set up, or not up to date ({said}): run ./scripts/manage setup"
    return f"the database cannot be used: {said} (DATABASE_URL says which; empty is SQLite in VAR_DIR)"


def say(code: int, message: str) -> int:
    print(f"manage: {message}", file=sys.stderr)
    return code
