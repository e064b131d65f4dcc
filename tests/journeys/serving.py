"""The whole product in a process of its own, on a folder of its own, by a clock that a test moves: a line in a file.

python -m tests.journeys.serving demo|serve FOLDER ADDRESS LISTENER
"""

from __future__ import annotations

import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from config import Settings, settings_from

CLOCK = "clock"
EMPLOYEES = 80


class MovableClock(Settings):
    """The settings, whose time is what the file in VAR_DIR says."""

    def now(self) -> datetime:
        return datetime.fromisoformat((self.var_dir / CLOCK).read_text().strip()).astimezone(UTC)


def settings_of(folder: Path, address: str) -> Settings:
    """The settings of the portal in that folder, served at that address."""
    given = settings_from({"PORTAL_ENV": "test", "VAR_DIR": str(folder), "PORTAL_URL": address})
    return MovableClock(**{each.name: getattr(given, each.name) for each in fields(given)})


def make_demo(settings: Settings) -> None:
    """The demo centre as `start` loads it, small."""
    from admin.app import create_app
    from admin.cli.setup import setup
    from admin.demo.build import build
    from admin.models import db

    app = create_app(settings)
    with app.app_context():
        setup(app)
        build(db.session(), settings, EMPLOYEES)


def serve(settings: Settings, listener: int) -> None:
    """Portal, notice site and complaint form on an inherited socket, until the process is ended."""
    from werkzeug.serving import make_server

    from admin.cli.wsgi import application

    server = make_server("127.0.0.1", 0, application(settings), threaded=True, fd=listener)
    print("ready", flush=True)
    server.serve_forever()


def main(what: str, folder: str, address: str, listener: str) -> None:
    """Carry one of the two out."""
    settings = settings_of(Path(folder), address)
    if what == "demo":
        make_demo(settings)
    else:
        serve(settings, int(listener))


if __name__ == "__main__":
    main(*sys.argv[1:])
