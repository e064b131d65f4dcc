"""`backup F` and `restore F`: the whole state of the portal in one file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy.exc import OperationalError, ProgrammingError

from admin.domain.witness import Published, standing
from admin.files import backup, databases, heads
from admin.files.backup import Backup
from admin.files.faults import FileFault
from config import Settings, settings_from

KEYS_APART = (
    "  keys: not in it. Keep VAR_DIR/keys apart from it, as a whole and in safety: without them nobody can follow a "
    "complaint up."
)
UNVOUCHED = (
    "NOBODY VOUCHES for this file: this portal's key did not seal it as it is. `audit verify` says which rows no act has made; "
    "what was edited together with its events it cannot tell, but from a head.json that was published later."
)
KEYS_INSIDE = "  keys: in it. Whoever has this file can sign in as anybody: keep it as you would keep the keys."


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two commands: there and back."""
    making = commands.add_parser(
        "backup",
        help="write database and files into one file while the portal runs",
        description="Writes database and files under VAR_DIR into one file while the portal runs. The notice site is "
        "not in it: ./scripts/publish makes it from the database.",
    )
    making.add_argument("file", type=Path, metavar="F", help="the file to write")
    making.add_argument("--with-keys", action="store_true", help="put VAR_DIR/keys in too (kept apart otherwise)")
    making.set_defaults(run=run_backup)
    restoring = commands.add_parser(
        "restore",
        help="bring database and files back to a backup's state",
        description="Brings database and files under VAR_DIR back to a backup's state: what came after it is gone. "
        "Checks the whole file first; killed at any moment it leaves the state before or the state after.",
    )
    restoring.add_argument("file", type=Path, metavar="F", help="a file that backup wrote")
    restoring.add_argument(
        "--unvouched",
        action="store_true",
        help="restore a file that this portal's key (VAR_DIR/keys) does not vouch for",
    )
    restoring.add_argument(
        "--reason", default="", help="why, where heads of the audit trail were published since; it stands beside them"
    )
    restoring.set_defaults(run=run_restore)


def run_backup(args: argparse.Namespace) -> None:
    """Write the file and say what is in it."""
    made = backup.write(args.file, settings_from(), keys=args.with_keys)
    print(f"backup: {args.file} ({_size(args.file)}; {told(made)})")
    print(KEYS_INSIDE if made.keys else KEYS_APART)


def run_restore(args: argparse.Namespace) -> None:
    """Check, restore, and say what to do next."""
    settings = settings_from()
    found = backup.read(args.file)
    backup.refuse_unfit(found, settings)
    if not args.unvouched:
        backup.refuse_unvouched(args.file, settings)
    since = published_since(found, settings)
    if since and not args.reason:
        raise FileFault(
            "the audit trail was published up to %(head)s, this backup ends at %(here)s. Restoring it takes --reason, which "
            "everybody reads who reads the published heads",
            head=since.short(),
            here=found.contents.head or 0,
        )
    fresh = not settings.sqlite_file.exists() if settings.sqlite else _prepare_tables(found, settings)
    backup.note_restored(args.file, found, settings, args.reason, finished=False)
    try:
        backup.restore(args.file, found, settings, fresh=fresh)
    except Exception:
        (settings.var_dir / backup.RESTORED).unlink(missing_ok=True)  # refused: nothing came back
        raise
    backup.note_restored(args.file, found, settings, args.reason, finished=True)
    print(f"restore: the state of {found.made_at} ({told(found)})")
    if backup.vouched(args.file, settings) is not True:
        print(f"  {UNVOUCHED}")
    if since:
        print(
            f"  OLDER than what was published: the heads reached {since.short()}. They go on from this state with the reason."
        )
    for line in wrong_keys(settings):
        print(f"  {line}")
    print("  next: ./scripts/manage audit verify, then ./scripts/manage setup and ./scripts/publish")


def told(found: Backup) -> str:
    """A backup's contents in a few words."""
    rows = sum(found.contents.rows.values())
    head = f", audit chain up to {found.contents.head}" if found.contents.head else ""
    return (
        f"{found.database}, {len(found.contents.rows)} tables, {rows} rows, migration {found.contents.revision}{head}"
    )


def published_since(found: Backup, settings: Settings) -> Published | None:
    """The head that was published last, where this backup ends before it."""
    base = standing(heads.read(settings.var_dir)).base
    return base if base is not None and base.sequence > (found.contents.head or 0) else None


def wrong_keys(settings: Settings) -> list[str]:
    """Says of each key that what was restored is sealed with and that is not here."""
    from admin.cli.setup import KEY_ADVICE
    from admin.core import create_core
    from admin.models import db
    from admin.models.keys import faults

    with create_core(settings).app_context():
        try:
            wrong = faults(db.session())
        except (OperationalError, ProgrammingError):  # from before there were marks: `setup` makes and tells them
            return []
        finally:
            db.session.remove()
            db.engine.dispose()
    return [f"KEY {each}: {KEY_ADVICE}" for each in wrong]


def _prepare_tables(found: Backup, settings: Settings) -> bool:
    """Make the backup's tables in an empty database, and say whether it was; another migration is refused."""
    at = databases.postgresql_revision(settings.database_url)
    if at is None:
        from flask_migrate import upgrade

        from admin.app import create_app

        with create_app(settings).app_context():
            upgrade(revision=found.contents.revision)
    elif at != found.contents.revision:
        raise FileFault(
            "the database is at migration %(here)s, the backup at %(there)s: restore into an empty database",
            here=at,
            there=found.contents.revision,
        )
    return at is None


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
