"""The one command line of the portal: every module of this package that has `add_parser` is a command.

A command module has `add_parser(commands)`, which adds its parser, and `run(args)`, which returns nothing or an exit
code. Exit codes: 0 done, 1 a fault of the program, 2 bad input or usage, 3 refused by a rule.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

import admin.cli
from admin.domain.refusals import Invalid, NotFound, Refused
from admin.files.faults import FileFault
from config import BadSetting

DONE, FAULT, BAD_INPUT, REFUSED = 0, 1, 2, 3


def command_modules() -> list[ModuleType]:
    """The modules beside this one that offer a command, by name."""
    names = sorted(each.name for each in pkgutil.iter_modules(admin.cli.__path__) if not each.name.startswith("_"))
    modules = [importlib.import_module(f"admin.cli.{name}") for name in names]
    return [module for module in modules if hasattr(module, "add_parser")]


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each parser knows the function that carries it out as `run`."""
    parser = argparse.ArgumentParser(prog="manage", description="Commands of the grade portal.")
    commands: Any = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in command_modules():
        known = set(commands.choices)
        module.add_parser(commands)
        for name in set(commands.choices) - known:
            if commands.choices[name].get_default("run") is None and hasattr(module, "run"):
                commands.choices[name].set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; what went wrong is said on standard error, in a line."""
    args = build_parser().parse_args(argv)
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
    match error:
        case Refused():
            return REFUSED, f"refused by {error.refusal.clause}: {error.refusal.text()}"
        case NotFound():
            return BAD_INPUT, str(error) or "not there"
        case Invalid() | FileFault() | BadSetting():
            return BAD_INPUT, str(error)
        case OperationalError() | ProgrammingError():
            return BAD_INPUT, without_sql(error)
        case FileNotFoundError() | IsADirectoryError() | PermissionError() if error.filename:
            return BAD_INPUT, f"{error.filename}: {error.strerror}"
        case _:
            return FAULT, f"{type(error).__name__}: {error} (PORTAL_DEBUG=1 shows where)"


def without_sql(error: DBAPIError) -> str:
    """What the database says of itself, and what to do; never the statement."""
    said = str(error.orig).strip().partition("\n")[0]
    if "no such table" in said or "does not exist" in said:
        return f"the database is not set up, or not up to date ({said}): run ./scripts/manage setup"
    return f"the database cannot be used: {said}"


def say(code: int, message: str) -> int:
    print(f"manage: {message}", file=sys.stderr)
    return code
