"""`publish` makes the public snapshot and publishes the notice site; `snapshot` only writes the file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from admin.files.live_edition import unchanged
from config import settings_from

UNCHANGED = "nothing changed, nothing done"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Two commands of the same door to the public."""
    publishing = commands.add_parser(
        "publish", help="publish the notice site from the database; nothing changed: nothing done"
    )
    publishing.add_argument(
        "--out", type=Path, help="publish to this folder instead of VAR_DIR/notice_site; lists come down there too"
    )
    publishing.set_defaults(run=run_publish)
    writing = commands.add_parser("snapshot", help="write the public snapshot to a file")
    writing.add_argument("--out", type=Path, required=True, help="the file to write")
    writing.set_defaults(run=run_snapshot)


def run_publish(args: argparse.Namespace) -> None:
    """Publish and say what was done; what an edition is made with is loaded where there is something to look at."""
    settings = settings_from()
    if args.out is None and (live := unchanged(settings, settings.now())) is not None:
        print(f"publish: {UNCHANGED} ({live.files} files, release {live.release})")
        return
    from admin.access.actor import system_actor
    from admin.core import create_core
    from admin.jobs.publishing import publish_site

    app = create_core(settings)
    with app.app_context():
        done = publish_site(actor=system_actor("cli"), clock=app.config["PORTAL"].now, out=args.out)
    word = "published" if done.changed else UNCHANGED
    print(f"publish: {word} ({len(done.files)} files, release {done.release})")


def run_snapshot(args: argparse.Namespace) -> None:
    """Write the snapshot as of now."""
    from admin.access.actor import acting_as, system_actor
    from admin.core import create_core
    from admin.files.whole import write_whole
    from admin.models import db
    from admin.queries.outcome.public_snapshot import public_snapshot
    from notice_site import elsewhere

    app = create_core()
    with app.app_context(), acting_as(system_actor("cli")):
        snapshot = public_snapshot(db.session(), app.config["PORTAL"].now())
    elsewhere.note(app.config["PORTAL"].var_dir, elsewhere.FILE, args.out)  # it goes when a list in it comes down
    write_whole(args.out, json.dumps(snapshot, ensure_ascii=False, indent=1))
    print(f"snapshot: {args.out} ({len(snapshot['notices'])} notices)")
