"""`import KIND FILE [--mapping F] [--dry-run]`: a file of HR's, applied whole or not at all; safe to repeat."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from admin.access.actor import acting_as, system_actor
from admin.domain.refusals import N_, Invalid
from admin.files.choices import ENCODINGS, SPOKEN_SEPARATORS
from admin.files.mapping import DATE_ORDERS, DECIMALS
from admin.files.vocabulary import spec_of
from admin.models import db
from admin.operations.imports import imports, imports_checking
from admin.operations.imports.import_kinds import KINDS
from admin.operations.imports.imports_plan import Plan
from admin.operations.seconding import Proposed
from admin.queries.accounts.actors import actor_named
from admin.queries.imports.imports import profiles_of
from admin.queries.system.calendar import company_day

BAD_INPUT, REFUSED = 2, 3
PATIENCE = 2.0  # seconds before a progress bar appears
SEPARATORS = {sign: name for name, sign in SPOKEN_SEPARATORS.items()}
STAGES = {"read": "reading", "check": "checking", "write": "writing"}
COUNTS = (
    ("rows", "rows"),
    ("contacts", "contacts"),
    ("new", "new"),
    ("changed", "changed"),
    ("unchanged", "unchanged"),
    ("removed", "removed"),
    ("missing", "missing"),
    ("departments_new", "departments made"),
    ("logins_new", "logins mapped"),
    ("accounts_new", "accounts made"),
    ("leavers", "have left"),
    ("cases_closed", "cases closed"),
    ("decisions", "left to decide"),
)


def add_parser(commands: Any) -> None:
    """The command `import`."""
    parser = commands.add_parser(
        "import", help="import a file of HR's: checked first, then applied whole or not at all"
    )
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("file", type=Path, help="XLSX, XLS, ODS, CSV or TSV in any usual encoding")
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="F",
        help='JSON: {"field": "header", …, "options": {…}}; else found by the headers',
    )
    _add_choices(parser)
    parser.add_argument("--as", dest="user", metavar="USER", help="in the name of an account of HR; else of the system")
    parser.add_argument("--dry-run", action="store_true", help="check and compare, change nothing")
    parser.set_defaults(run=run)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    """How the file is read and what holds for all of its rows, where the file does not say it."""
    parser.add_argument(
        "--sheet", action="append", help="the sheet to read; said several times, they are read as one table"
    )
    parser.add_argument("--header-row", type=int, metavar="N", help="the row with the names of the columns")
    parser.add_argument("--encoding", help=f"one of {', '.join(ENCODINGS)}")
    parser.add_argument(
        "--separator", help="the sign between the columns of a text: a character, or comma, tab, semicolon, pipe"
    )
    parser.add_argument("--as-columns", action="store_true", help="leave columns of months or years as they are")
    parser.add_argument("--date-order", choices=DATE_ORDERS, help="day or month first, or the Republican era")
    parser.add_argument("--decimal", choices=DECIMALS, help="the decimal sign")
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE",
        help="for all rows: year=2025, month=2025-10, month=2026-01/2026-11 (a whole period), queue=…, metric=…",
    )  # fmt: skip
    parser.add_argument("--profile", metavar="NAME", help="a mapping that was kept on the page")


def run(args: argparse.Namespace) -> int:
    """Check, say what is found, and apply; 2 with faults, 3 where a rule refuses, 0 also when nothing changes."""
    from admin.app import create_app

    app = create_app()
    data, progress = args.file.read_bytes(), Bar()
    with app.app_context():
        mapping = _chosen(args, _mapping(args.mapping))
        now, actor = app.config["PORTAL"].now(), system_actor("cli")
        if args.user:
            actor = actor_named(db.session(), args.user, today=company_day(now), via="cli")
        if args.dry_run:
            reading, plan = imports_checking.preview(
                args.kind, args.file.name, data, mapping, actor=actor, now=now, progress=progress
            )
            row = None
            progress.end()
            _say_mapping(args.kind, reading.mapping.to_json())
        else:
            try:
                plan, row = imports.import_file(
                    args.kind, args.file.name, data, mapping, actor=actor, now=now, progress=progress
                )
            except Proposed as waits:
                print(
                    f"nothing is applied yet: it waits as confirmation {waits.confirmation_id} for a second person of HR"
                )
                return 0
            finally:
                progress.end()
        _say_plan(plan)
        if plan.faults:
            return _say_faults(args.file.name, plan)
        return _say_end(args, plan, row)


def _mapping(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise Invalid({"mapping": f"{path.name} is not JSON: {error}".replace("%", "%%")}) from None
    if not isinstance(found, dict):
        raise Invalid({"mapping": f"{path.name} should hold one object".replace("%", "%%")})
    return found


def _chosen(args: argparse.Namespace, mapping: dict[str, Any] | None) -> dict[str, Any] | None:
    """The mapping of the file, or the kept one, with what the command line says beside it."""
    if args.profile:
        with acting_as(system_actor("cli")):
            kept = {each.name: each.mapping for each in profiles_of(db.session(), args.kind)}
        if args.profile not in kept:
            raise Invalid({"profile": N_("No mapping of this kind is kept under this name.")})
        mapping = kept[args.profile] | (mapping or {})
    reading = {
        "header_row": args.header_row, "encoding": args.encoding, "separator": args.separator,
        "across": False if args.as_columns else None,
        ("sheets" if len(args.sheet or ()) > 1 else "sheet"): args.sheet[0] if len(args.sheet or ()) == 1 else args.sheet,
    }  # fmt: skip
    options: dict[str, Any] = {"date_order": args.date_order, "decimal": args.decimal}
    constants = dict(word.partition("=")[::2] for word in args.set)
    reading, options = (
        {name: value for name, value in each.items() if value is not None} for each in (reading, options)
    )
    if not (reading or options or constants):
        return mapping
    given = dict(mapping or {})
    before = given.get("options") or {}
    given["options"] = {**before, **options}
    if constants:
        given["options"]["constants"] = {**before.get("constants", {}), **constants}
    given["reading"] = {**(given.get("reading") or {}), **reading}
    return given


def _say_mapping(kind: str, mapping: dict[str, Any]) -> None:
    for name, header in mapping.items():
        if name not in ("options", "reading"):
            print(f"column {header} -> {spec_of(kind, name).label}")
    if mapping["options"]:
        print(f"options {json.dumps(mapping['options'], ensure_ascii=False)}")


def _say_plan(plan: Plan) -> None:
    _say_file(plan.extra.get("file") or {})
    for note in plan.notes:
        print(f"note: {note.text()}")
    if agents := plan.extra.get("agents"):
        _say_agents(agents)
    print(", ".join(f"{plan.counts[name]} {word}" for name, word in COUNTS if plan.counts.get(name)) or "0 rows")
    for note in plan.follows:
        print(f"follows: {note.text()}")
    for each in plan.extra.get("decisions", ()):
        # A tick at the page is an entry of the mapping here.
        done = (
            "done, because it is ticked"
            if each["taken"]
            else 'not done; put it into "options": {"decided": […]} to have it done'
        )
        print(f"decision {each['key']} {each['name']}: {done}")
    if in_service := plan.counts.get("in_service_new"):
        print(f"of the new, {in_service} in service")


def _say_file(file: dict[str, Any]) -> None:
    """How the file was read, in one line."""
    sheet = f"sheets {', '.join(file['together'])}" if file.get("together") else f"sheet {file.get('sheet')}"
    text = f"{file.get('encoding')}, separator {SEPARATORS.get(str(file.get('separator')), file.get('separator'))}"
    print(
        f"found: {text if file.get('encoding') else sheet}, column names in row {file.get('header_row')}, {file.get('rows')} rows"
    )


def _say_agents(agents: list[dict[str, Any]]) -> None:
    print("agent, employee, offered, answered, resolved, CSAT mean, CSAT top-2, ASA s, talk s")
    for row in agents:
        figures = [
            _figure(row["csat_mean"], 4),
            _figure(row["csat_top2"], 4),
            _figure(row["asa"], 2),
            _figure(row["talk"], 2),
        ]
        whose = "left out" if row["left_out"] else row["employee"] or "NOT MAPPED"
        counts = [_figure(row[name], 0) for name in ("offered", "answered", "resolved")]
        print(", ".join([row["login"], whose, *counts, *figures]))


def _figure(value: Any, places: int) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _say_faults(filename: str, plan: Plan) -> int:
    """Every fault by row and column; 3 where all of them are a rule's, else 2."""
    for fault in plan.faults:
        place = ", ".join(
            part
            for part in (f"row {fault.row}" if fault.row else "", f"column {fault.column}" if fault.column else "")
            if part
        )
        value = f" ({fault.value})" if fault.value else ""
        print(f"{filename}: {place}{value}: {fault.text()}", file=sys.stderr)
    print(f"manage: {len(plan.faults)} faults; nothing was applied", file=sys.stderr)
    if plan.extra.get("unmapped"):
        print(
            'manage: map names with {"options": {"logins": {"name": "employee number"}}} in --mapping', file=sys.stderr
        )
    return REFUSED if all(fault.facts.get("clause") for fault in plan.faults) else BAD_INPUT


def _say_end(args: argparse.Namespace, plan: Plan, row: Any) -> int:
    if plan.changes_nothing:
        print("nothing changes: everything in this file is in the portal already")
    elif args.dry_run:
        print("dry run: nothing was applied")
    else:
        waits = "; they wait for management's approval (1.2-c)" if KINDS[args.kind].approved else ""
        print(f"applied as import {row.id}{waits}")
    return 0


class Bar:
    """A progress line on standard error for what takes longer than two seconds."""

    def __init__(self) -> None:
        self.began, self.shown = time.monotonic(), False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come."""
        if time.monotonic() - self.began < PATIENCE:
            return
        share = done / total if total else 1.0
        filled = round(share * 30)
        line = f"\r{STAGES[stage]:<9} [{'#' * filled}{'.' * (30 - filled)}] {share:4.0%}"
        print(line, end="", file=sys.stderr, flush=True)
        self.shown = True

    def end(self) -> None:
        """Leave the line."""
        if self.shown:
            print(file=sys.stderr)
