"""`check`: whether this configuration is fit for production; each finding with what to do about it."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from admin.cli.check_server import server_findings
from admin.cli.finding import Finding
from admin.cli.preparation import NONE, demo_state
from config import Settings

ENOUGH_ROOM = 2 * 1024**3  # bytes: releases of the site, documents and a backup have to fit
FOUND = "./scripts/manage found names the first of HR and of management"
ROLES_NEEDED = {
    "admin": "./scripts/manage create-admin makes one",
    "hr": FOUND,
    "management": FOUND,
    "complaint_officer": "propose somebody under Confirmations; a second person confirms",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    checking = commands.add_parser(
        "check", help="is this configuration fit for production? Names each fault and its remedy"
    )
    checking.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every finding; 0 where all is fit, 2 where something is not."""
    from admin.app import create_app

    app = create_app()
    found = list(findings(app))
    for each in found:
        print(f"{'ok ' if each.fit else '!! '} {each.what}{'' if each.fit else f': {each.advice}'}")
    faults = sum(not each.fit for each in found)
    print("check: fit for production" if not faults else f"check: {faults} of {len(found)} are not fit for production")
    return 2 if faults else 0


def findings(app: Flask) -> Iterator[Finding]:
    """Settings and files first, then the database, if it can be asked."""
    settings: Settings = app.config["PORTAL"]
    yield from _settings(settings)
    yield from _files(settings)
    yield from server_findings(settings)
    with app.app_context():
        yield from _database(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("PORTAL_ENV", settings.production, "set it to production: cookies then travel over https only")
    yield Finding(
        "PORTAL_URL", settings.portal_url.startswith("https://"), "give the address that users open, with https://"
    )
    yield Finding("DATABASE_URL", not settings.sqlite, "SQLite serves one machine; name a PostgreSQL database")
    yield Finding("PORTAL_NOW", settings.portal_now is None, "take it away: deadlines follow the real clock")
    yield Finding(
        "demo data",
        demo_state(settings) == NONE,
        "begin with an empty VAR_DIR and database: the demo's passwords are known",
    )


def _files(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.var_dir if settings.var_dir.exists() else settings.var_dir.parent).free
    yield Finding(
        "room on the disk", free >= ENOUGH_ROOM, f"{free / 1024**3:.1f} GB are free at VAR_DIR; keep 2 or more"
    )


def _database(settings: Settings) -> Iterator[Finding]:
    from admin.cli.setup import KEY_ADVICE
    from admin.web.health import files, keys, migrations, published_heads, site, worker

    try:
        pending = migrations()
        yield Finding("migrations", pending == "ok", "run ./scripts/manage setup")
        if pending != "ok":
            return
        state = worker()
        advice = "start the portal; what fails is named on the jobs page and in the log"
        yield Finding("background work", state == "ok", f"{state}: {advice}")
        state = site()
        yield Finding(
            "notice site", state == "ok", f"{state}: the worker makes it again; ./scripts/publish does at once"
        )
        state = keys()
        yield Finding("keys of what is sealed", state == "ok", f"{state}: {KEY_ADVICE}")
        yield Finding(
            "published heads",
            published_heads(settings.var_dir) == "ok",
            "the audit trail does not extend what was published, or the key of the heads is gone: ./scripts/manage audit verify",
        )
        state = files()
        advice = (
            "put them back from a backup; ./scripts/manage audit verify names each, and nobody is served one until then"
        )
        yield Finding("stored files", state == "ok", f"{state}: {advice}")
        yield from _people(settings)
    except SQLAlchemyError as fault:
        yield Finding("database", False, f"cannot be reached ({type(fault).__name__}); see DATABASE_URL")


def _people(settings: Settings) -> Iterator[Finding]:
    from admin.models import db
    from admin.queries.accounts.actors import acting_in
    from admin.queries.accounts.offices import broken_accounts
    from admin.queries.accounts.second_factors import without_second_factor
    from admin.queries.system.calendar import company_day, years_unconfirmed

    session = db.session()
    today = company_day(settings.now())
    for role, advice in ROLES_NEEDED.items():
        yield Finding(f"an account with the role {role}", bool(acting_in(session, role, today)), advice)
    broken = list(broken_accounts(session, today))
    named = "; ".join(f"{each.username} ({', '.join(each.held)})" for each in broken)
    yield Finding(
        "offices",
        not broken,
        f"{named}: nobody in service behind the account, or offices that may not meet in one person (6.1-a); "
        "these do nothing until a second person has put it right under Confirmations",
    )
    years = years_unconfirmed(session, today)
    yield Finding("working calendar", not years, f"HR confirms {', '.join(map(str, years))} under Working calendar")
    missing = without_second_factor(session, today)
    advice = f"{', '.join(missing)}: each sets one up under My account, which production asks for at the next sign-in"
    yield Finding("second factors", not missing, advice)
