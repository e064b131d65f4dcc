"""A portal that runs, a browser, and people who sign in."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import config
from config import ROOT, Settings
from tests.journeys.serving import CLOCK, settings_of
from tests.sharing import common_folder, used_together

DEMO_NOW = "2026-11-23T10:00:00+08:00"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class LivePortal:
    """A portal in a process of its own, and how a test reaches it from outside and from inside."""

    folder: Path
    settings: Settings
    listener: socket.socket | None = None  # held by the process that serves it
    app: Flask | None = None

    @property
    def url(self) -> str:
        return self.settings.portal_url

    @property
    def now(self) -> datetime:
        return self.settings.now()

    def clock(self, moment: str) -> None:
        """Move the portal's clock; "2026-11-23T10:00:00+08:00"."""
        (self.folder / CLOCK).write_text(moment)

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """The database session in an application context of this process: for operations, ticks and questions."""
        from admin.access.actor import acting_as, system_actor
        from admin.app import create_app
        from admin.models import db

        before = config._in_use
        try:
            self.app = self.app or create_app(self.settings)
            config.use(self.settings)
            with self.app.app_context(), acting_as(system_actor()):
                yield db.session
                db.session.remove()
                db.engine.dispose()
        finally:
            config._in_use = before

    def tick(self) -> dict[str, int]:
        """What the worker would do now."""
        from admin.access.actor import system_actor
        from admin.jobs.sweep import tick

        with self.inside():
            return tick(actor=system_actor("worker"), clock=self.settings.now)


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def portal_in(folder: Path, now: str) -> LivePortal:
    """A portal's folder and address; nothing runs yet."""
    listener = socket.create_server(("127.0.0.1", 0))  # held from now on, so that nobody else takes the port
    live = LivePortal(folder, settings_of(folder, address_of(listener)), listener)
    live.clock(now)
    return live


def served(live: LivePortal) -> subprocess.Popen[bytes]:
    """A process that serves it; what the server says is kept in its folder."""
    assert live.listener is not None
    with (live.folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            _command(live, "serve"), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, pass_fds=[live.listener.fileno()]
        )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n", (live.folder / "server.log").read_text()[-2000:]
    server.stdout.close()
    live.listener.close()
    return server


@contextmanager
def running(live: LivePortal) -> Iterator[LivePortal]:
    """Serve it meanwhile."""
    server = served(live)
    try:
        yield live
    finally:
        server.terminate()
        server.wait(60)


def _command(live: LivePortal, what: str) -> list[str]:
    assert live.listener is not None
    number = str(live.listener.fileno())
    return [sys.executable, "-m", "tests.journeys.serving", what, str(live.folder), live.url, number]


SERVING: dict[int, subprocess.Popen[bytes]] = {}  # by the process that started them, until the last user leaves


def _serve_demo(folder: Path) -> dict[str, Any]:
    live = portal_in(folder, DEMO_NOW)
    done = subprocess.run(_command(live, "demo"), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    server = served(live)
    SERVING[server.pid] = server
    return {"address": live.url, "process": server.pid}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePortal]:
    """The demo centre, made and served once for all processes of the run: read it only."""
    common = common_folder(tmp_path_factory)
    folder = common / "demo"
    folder.mkdir(exist_ok=True)

    def end(made: dict[str, Any]) -> None:
        os.kill(made["process"], signal.SIGTERM)

    with used_together(common, "served-demo", lambda: _serve_demo(folder), end) as made:
        yield LivePortal(folder, settings_of(folder, made["address"]))


def sign_in(context: Any, live: LivePortal, username: str, password: str) -> None:
    """Sign a browser context in without looking at the page."""
    page = context.request.get(f"{live.url}/login/")
    found = CSRF.search(page.text())
    assert found, page.text()[:2000]
    form = {"username": username, "password": password, "csrf_token": found[1]}
    answer = context.request.post(f"{live.url}/login/", form=form, max_redirects=0)
    assert answer.status == 302, (username, answer.status, answer.text()[:2000])
