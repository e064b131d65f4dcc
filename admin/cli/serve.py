"""`start`: sets the product up, loads the demo on a first run, and serves everything on one port until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import os
import socket
from typing import Any

from admin.access.actor import system_actor
from admin.cli import logs
from admin.cli.check_server import keep_listening
from admin.cli.dispatch import main
from admin.cli.forked import Forked
from admin.cli.memory import holds_much
from admin.cli.preparation import LOADED, demo_state, prepare
from admin.cli.server import Server
from admin.cli.wsgi import application
from admin.domain.refusals import N_, Invalid
from admin.files.live_edition import unchanged
from admin.files.private import make_private
from admin.models import db
from admin.models.base import patient, serving
from admin.models.outages import spare
from admin.operations.system.heartbeats import note_start
from admin.web.figures import TOGETHER, count_together
from admin.web.locale import learn
from config import Settings, keep_settings, settings_from

PRIVATE = 0o077  # what the portal writes is its own account's alone; also what it makes later, such as its queue


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "start",
        help="set everything up and serve portal, notice site, API and worker until Ctrl-C",
        description="Sets the database up, loads a demo centre on a first run, publishes the notice site, and serves "
        "portal, notice site, API and worker on one port until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--empty", action="store_true", help="no demo: an empty centre, for real use")
    parser.add_argument("--employees", type=int, default=200, help="size of the demo centre (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Raises `Invalid` when the port cannot be had, before anything is set up."""
    refuse_unusable_port(args.host, args.port)
    os.environ.setdefault("PORTAL_URL", portal_address(args.host, args.port))  # the job worker reads it too
    os.umask(PRIVATE)
    settings = settings_from(starting=True)
    logs.begin(settings)
    make_private(settings)
    keep_settings(settings.var_dir)
    keep_listening(settings, args.host, args.port)
    if code := prepare(settings, employees=0 if args.empty else args.employees, command=beside):
        return code
    spare()
    serving()
    os.environ[TOGETHER] = str(count_together(settings.var_dir))
    gc.disable()  # what is made here is for all serving processes and stays; each begins to collect its own
    whole = application(settings)
    await_worker(whole.portal, settings)
    make_ready(whole.portal)
    gc.freeze()
    Server(
        whole, args.host, args.port, settings, lambda: print(welcome(settings), flush=True), lambda: jobs(whole.portal)
    ).run()
    return 0


def jobs(portal: Any) -> None:
    """What the process beside the serving ones does; what it alone needs is loaded by it alone."""
    from admin.cli.worker import work

    patient()
    work(portal, holds_much)


def beside(words: list[str]) -> int:
    """Carry out a command in a process that ends with it: what it loads would stay with whoever serves; its exit code."""
    settings = settings_from()
    if words == ["publish"] and unchanged(settings, settings.now()) is not None:
        return main(words)
    made = Forked(lambda: main(words))
    try:
        return made.wait()
    except BaseException:
        made.terminate()
        made.wait()
        raise


def make_ready(portal: Any) -> None:
    """What each serving process would make at its first request is made once, and shared: languages, the order of addresses."""
    learn(portal)
    portal.url_map.update()


def await_worker(portal: Any, settings: Settings) -> None:
    """From now on the worker that this server starts is waited for; `/health` names one that does not come round."""
    with portal.app_context():
        note_start(actor=system_actor("cli"), now=settings.now())
        db.session.remove()
        db.engine.dispose()


def refuse_unusable_port(host: str, port: int) -> None:
    """Find out now, not after the demo was built, that the address cannot be listened on."""
    if not 0 < port < 65536:
        raise Invalid({"--port": N_("%(port)s is not a port; choose 1 to 65535")}, {"port": port})
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Invalid(
            {"--port": N_("cannot listen on %(host)s port %(port)s (%(why)s); choose another with --port")},
            {"host": host, "port": port, "why": error.strerror},
        ) from error


def portal_address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def welcome(settings: Settings) -> str:
    """What a person needs to know once everything answers."""
    lines = [f"portal: {settings.portal_url}/", f"notice site: {settings.notice_site_url}"]
    if demo_state(settings) == LOADED:
        lines += [
            "demo sign-ins: admin, hr, hr2, head1, sup1, emp1, member1-member5, chair, secretary, panel1-panel3,",
            f"  management, auditor, officer1, officer2; password: {settings.demo_password}",
        ]
    else:
        lines += [
            "first administrator: ./scripts/manage create-admin, then sign in at the portal",
            "first of HR and of management: ./scripts/manage found",
        ]
    return "\n".join([*lines, "Ctrl-C stops everything."])
