"""What `start` does before it serves: once in full, from then on a glance that nothing changed, and the site."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from admin.cli.alone import STARTING, alone
from admin.cli.dispatch import REFUSED, main
from admin.files.code_mark import CODE, code_mark
from admin.files.whole import write_whole
from config import Settings

LOADING, LOADED, NONE = "loading", "loaded", ""


def prepare(settings: Settings, *, employees: int, command: Callable[[list[str]], int] = main) -> int:
    """Set up, load a demo of so many employees (0: none) on a first run, publish; the exit code of what failed, or 0.

    A stamp remembers the code and the database that the first two were done for. Without a matching stamp they are
    run again, and each does nothing where nothing is to do. The site is published at every start: what it prints hangs
    on settings too, and it finds out by itself that nothing changed.
    """
    with alone(settings, STARTING):
        if code := _prepared(settings, employees, command):
            return code
    # A refused publication is named by /health and on the first page; people must be able to go on working.
    code = command(["publish"])
    return 0 if code == REFUSED else code


def _prepared(settings: Settings, employees: int, command: Callable[[list[str]], int]) -> int:
    stamp = settings.var_dir / "prepared"
    if not stamp.exists() or stamp.read_text() != mark(settings):
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        if code := command(["setup"]) or load_demo(settings, employees, command):
            return code
        write_whole(stamp, mark(settings))
    return 0


def load_demo(settings: Settings, employees: int, command: Callable[[list[str]], int]) -> int:
    """Load the demo into an empty centre, or go on with one that was interrupted; a real centre is left alone."""
    if not employees or settings.production:
        return 0
    if demo_state(settings) != LOADING and answer(settings, "SELECT count(*) FROM employees") != 0:
        return 0
    note = settings.var_dir / "demo"
    write_whole(note, LOADING)
    code = command(["demo", "--employees", str(employees)])
    if code == 0:
        write_whole(note, LOADED)
    return code


def demo_state(settings: Settings) -> str:
    """Whether the demo is being loaded, is loaded, or there is none."""
    note = settings.var_dir / "demo"
    return note.read_text() if note.exists() else NONE


def mark(settings: Settings) -> str:
    """Names the code (by size and time of its files), the database and the migration that the database is at."""
    digest = hashlib.sha256(f"{settings.database_url} {code_mark(CODE)}".encode())
    return f"{digest.hexdigest()} {answer(settings, 'SELECT version_num FROM alembic_version')}"


def answer(settings: Settings, question: str) -> object:
    """The one value that a question to the database brings; None where the database or its table is not there.

    On a connection of its own, closed at once: none may be shared with the serving processes.
    """
    if settings.sqlite and not settings.sqlite_file.exists():
        return None  # asking would make the file
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return connection.execute(text(question)).scalar()
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()
