"""`rulebook check|load|export|diff|simulate`: the policy as a file (house: one YAML file per policy version)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from admin.domain.refusals import N_, Invalid
from admin.files.whole import write_whole

if TYPE_CHECKING:
    from flask import Flask

    from admin.rulebook.book import Rulebook

IN_FORCE = "in-force"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command with five verbs; a rulebook is a YAML file, a folder of them, a version's number, or "in-force"."""
    rulebook = commands.add_parser("rulebook", help="check, load, export and compare policy versions")
    rulebook.set_defaults(run=run_check)
    verbs = rulebook.add_subparsers(dest="verb", metavar="VERB", required=True)
    checking = verbs.add_parser("check", help="read a rulebook and work its examples; the shipped one unless told")
    checking.add_argument("source", nargs="?", help="file, folder, number or in-force")
    checking.set_defaults(run=run_check)
    loading = verbs.add_parser("load", help="make a file or folder the draft of the next version")
    loading.add_argument("source", type=Path)
    loading.add_argument("--note", default="", help="why it was made")
    loading.set_defaults(run=run_load)
    exporting = verbs.add_parser("export", help="write a version as one YAML text")
    exporting.add_argument("source", nargs="?", default=IN_FORCE, help="number or in-force (default)")
    exporting.add_argument("--out", type=Path, help="the file to write; standard output unless told")
    exporting.set_defaults(run=run_export)
    comparing = verbs.add_parser("diff", help="what differs between two rulebooks")
    comparing.add_argument("old", help="file, folder, number or in-force")
    comparing.add_argument(
        "new", nargs="?", help="the other one; the version in force is compared with OLD when it is left out"
    )
    comparing.add_argument("--lang", default="en", choices=("zh_hant", "zh_hans", "en"))
    comparing.set_defaults(run=run_diff)
    simulating = verbs.add_parser("simulate", help="what a rulebook would change for the staff of today, in totals")
    simulating.add_argument("new", help="file, folder or number")
    simulating.add_argument("old", nargs="?", default=IN_FORCE, help="compared with this one (default in-force)")
    simulating.set_defaults(run=run_simulate)


def run_check(args: argparse.Namespace) -> int:
    """Read it, work its examples, and say what is wrong."""
    from admin.rulebook.cases import failures
    from admin.rulebook.loader import shipped

    book = _read(args.source) if args.source else shipped()
    wrong = failures(book)
    for failure in wrong:
        print(
            f"{failure.case.clause}: {failure.case.says.en}\n    expected {failure.case.expect}, found {failure.found}"
        )
    counts = f"{len(book.clauses)} clauses, {len(book.cases)} worked cases, {len(wrong)} fail"
    print(f"rulebook: version {book.version}, {counts}; {book.sha256}")
    return 2 if wrong else 0


def run_load(args: argparse.Namespace) -> None:
    """Store it as a draft; a second person promulgates it in the portal."""
    from admin.access.actor import acting_as, system_actor
    from admin.operations.policy.policy import draft_from

    book, app = _from_file(args.source), _app()
    with app.app_context(), acting_as(system_actor("cli")):
        version = draft_from(book, note=args.note, actor=system_actor("cli"), now=app.config["PORTAL"].now())
        print(f"rulebook: drafted as version {version.number} ({version.sha256})")


def run_export(args: argparse.Namespace) -> None:
    """Write the exchange form."""
    from admin.rulebook.loader import dump

    text = dump(_read(args.source))
    if args.out is None:
        print(text, end="")
        return
    write_whole(args.out, text)
    print(f"rulebook: {args.out}")


def run_diff(args: argparse.Namespace) -> None:
    """Say each change in a line."""
    from admin.rulebook.difference import difference

    old, new = (_read(IN_FORCE), _read(args.old)) if args.new is None else (_read(args.old), _read(args.new))
    changes = difference(old, new)
    for change in changes:
        print(change.text(args.lang))
    print(f"rulebook: {len(changes)} differences")


def run_simulate(args: argparse.Namespace) -> None:
    """Say how many people would meet what under each; nothing is stored."""
    from admin.access.actor import acting_as, system_actor
    from admin.models import db
    from admin.queries.policy.simulation import simulate
    from admin.queries.system.calendar import company_day

    old, new, app = _read(args.old), _read(args.new), _app()
    with app.app_context(), acting_as(system_actor("cli")):
        found = simulate(db.session(), old, new, company_day(app.config["PORTAL"].now()))
    for name, (before, after) in found.counts.items():
        print(f"{name}: {before} -> {after}")
    for name, points in found.turned.items():
        print(f"{name}: {', '.join(f'{value}: {count} eligible' for value, count in points)}")
    print(f"rulebook: {found.people} people, {found.moved} of them move")


def _read(source: str) -> Rulebook:
    return _stored(source) if source == IN_FORCE or source.isdigit() else _from_file(Path(source))


def _from_file(path: Path) -> Rulebook:
    from admin.rulebook.loader import load

    if not path.exists():
        raise Invalid({"source": N_("There is no file or folder %(source)s.")}, {"source": str(path)})
    return load(path)


def _stored(source: str) -> Rulebook:
    from sqlalchemy import select

    from admin.access.actor import acting_as, system_actor
    from admin.models import PolicyVersion, db
    from admin.queries.policy.policy import rulebook_of
    from admin.queries.policy.rules import ByDay, rules_on
    from admin.queries.system.calendar import company_day

    app = _app()
    with app.app_context(), acting_as(system_actor("cli")):
        if source == IN_FORCE:
            return rules_on(db.session(), company_day(app.config["PORTAL"].now()), ByDay.PRINTED).book
        row = db.session.scalars(select(PolicyVersion).where(PolicyVersion.number == int(source))).first()
        if row is None:
            raise Invalid({"source": N_("There is no policy version %(number)s.")}, {"number": source})
        return rulebook_of(row)


def _app() -> Flask:
    from admin.app import create_app

    return create_app()
