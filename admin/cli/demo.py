"""`demo` loads the demo centre: people, figures and a cycle carried by the real operations to a running notice."""

from __future__ import annotations

import argparse
import sys
import time

from admin.demo.build import build
from admin.domain.refusals import N_, Refusal, Refused
from admin.models import db


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """One command."""
    loading = commands.add_parser("demo", help="load the demo centre (never in production)")
    loading.add_argument(
        "--employees", type=int, default=200, help="how many people (default %(default)s, at least 80)"
    )


def run(args: argparse.Namespace) -> None:
    """Load it and say each chapter with the seconds it began at."""
    from admin.app import create_app

    app = create_app()
    settings = app.config["PORTAL"]
    if settings.production:
        raise Refused(Refusal("1.3.1", N_("The demo is never loaded in production.")))
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"demo {time.monotonic() - began:5.1f} s  {what}", file=sys.stderr, flush=True)

    with app.app_context():
        build(db.session(), settings, args.employees, say)
    say("done")
