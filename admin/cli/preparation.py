"""What `start` does before it serves: once in full, and from then on a glance that nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from admin.cli.setup import setup
from admin.models.base import db
from config import ROOT, Settings

CODE = ("admin/**/*.py", "admin/rulebook/**/*.yaml", "notice_site/**/*.py", "config.py")


def prepare(app: Flask, settings: Settings, *, employees: int) -> bool:
    """Set up, load a demo of so many employees (0: none) on a first run, publish; True where a demo is loaded.

    A stamp remembers the code and the database that all of it was done for. Without a matching stamp everything is done
    again, and each part does nothing where nothing is to do.
    """
    stamp = settings.var_dir / "prepared"
    with app.app_context():
        if not stamp.exists() or stamp.read_text() != mark(settings):
            settings.var_dir.mkdir(parents=True, exist_ok=True)
            stamp.unlink(missing_ok=True)
            setup(app)
            load_demo(app, settings, employees)
            stamp.write_text(mark(settings))
        db.engine.dispose()  # a connection must not be shared with the processes forked from this one
    return True


def mark(settings: Settings) -> str:
    """Names the code (by size and time of its files), the database and the migration that the database is at."""
    digest = hashlib.sha256(settings.database_url.encode())
    for path, stat in sorted((str(path), path.stat()) for path in code_files()):
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return f"{digest.hexdigest()} {migration()}"


def code_files() -> Iterator[Path]:
    for pattern in CODE:
        yield from ROOT.glob(pattern)


def migration() -> str:
    """The migration that the database is at; empty where there is no database of ours yet."""
    try:
        return db.session.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    except SQLAlchemyError:
        return ""
    finally:
        db.session.remove()
