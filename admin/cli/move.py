"""`move --to URL`: a filled SQLite portal goes on with PostgreSQL, verified by the chain of its audit trail."""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask_migrate import upgrade

from admin.app import create_app
from admin.cli.setup import tell_of_moving, up_to_date
from admin.domain.refusals import N_, Invalid
from admin.files import moving
from admin.files.backup import MOVED
from admin.files.whole import write_whole
from admin.models import db
from admin.models.migrations import newest
from config import Settings, database_address, settings_from


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "move",
        help="take a filled SQLite portal over into an empty PostgreSQL database",
        description="Copies every row of the SQLite database in VAR_DIR into an empty PostgreSQL database in one transaction and holds the "
        "copy against the chain of the audit trail. Stop the portal first; while it runs nobody can write. The files and keys under "
        "VAR_DIR stay where they are and go on being used.",
    )
    parser.add_argument("--to", required=True, metavar="URL", help="postgresql+psycopg://user:password@host/database")


def run(args: argparse.Namespace) -> None:
    """Move, verify, put the old file aside, and say what to do next."""
    source = settings_from()
    url = database_address("--to", args.to)
    if not source.sqlite or not source.sqlite_file.exists():
        raise Invalid({"DATABASE_URL": N_("There is no SQLite database here to move.")})
    if not url.startswith("postgresql"):
        raise Invalid({"--to": N_("Name a PostgreSQL database: postgresql+psycopg://user:password@host/database.")})
    target = replace(source, database_url=url)
    _refuse_unprepared(source)
    with moving.held(source.database_url) as connection:
        if not source.sqlite_file.exists():  # while this one waited for the database somebody else has moved it
            raise Invalid({"DATABASE_URL": N_("There is no SQLite database here to move.")})
        # A move that was killed after its copy was there is gone on with; what is not the same copy is refused.
        state = moving.copied_before(connection, url)
        if state is None:
            moving.refuse_unless_empty(url, newest())
            _make_tables(target)
            state = moving.take_over(connection, url, lambda what: print(f"move: {what}"))
        facts = {"rows": sum(state.rows.values()), "sealed": state.sealed, "root": state.root}
        write_whole(source.var_dir / MOVED, json.dumps(facts | {"note": secrets.token_hex(8)}))
        _put_aside(source)
    with _inside(target):
        tell_of_moving(target)
    print(
        f"move: {sum(state.rows.values())} rows, {state.sealed} sealed events, root {state.root[:16]}: the same on both sides"
    )
    for fault in state.faults:
        print(f"move: stood there before and stands there still: {fault}")
    print(
        f"move: the old database is {source.sqlite_file}.moved; next: set DATABASE_URL, ./scripts/manage audit verify, start"
    )


def _refuse_unprepared(source: Settings) -> None:
    with _inside(source):
        if not up_to_date():
            raise Invalid({"DATABASE_URL": N_("The database is not up to date: run ./scripts/manage setup first.")})


def _make_tables(target: Settings) -> None:
    with _inside(target):
        upgrade()


@contextmanager
def _inside(settings: Settings) -> Iterator[None]:
    """Within an application of these settings, whose connections are closed afterwards."""
    with create_app(settings).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _put_aside(source: Settings) -> None:
    """Nobody goes on writing into what was left behind: without its file the old portal says so at once."""
    file = source.sqlite_file
    file.rename(f"{file}.moved")
    for name in ("-wal", "-shm"):
        log = file.with_name(file.name + name)
        if log.exists():
            log.rename(f"{file}.moved{name}")
    (source.var_dir / "prepared").unlink(missing_ok=True)
